"""The public place at which a provider calls: it keeps the calls, and answers as Twilio wants it."""

from tests.servers.http_thread import Answer, Call, HttpThread


class Hook:
    """A webhook's place that keeps the calls."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._http = HttpThread(self._answer)
        self.url = f"{self._http.url}/sms"
        self.close = self._http.stop

    def _answer(self, call: Call) -> Answer:
        self.calls.append(call)
        return Answer(b"<Response/>", headers={"Content-Type": "text/xml"})
