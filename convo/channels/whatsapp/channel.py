"""A WhatsApp number behind Meta's Cloud API: sends, and reads what Meta pushes."""

from datetime import timedelta

from convo import clock
from convo.channels.base import Check, Cursor, Fetched, Outgoing, Receipt, Request, Setup, Typing
from convo.channels.meta.fetching import with_files
from convo.channels.meta.graph import Graph, GraphError
from convo.channels.meta.pieces import RemoteFile, alone, mapping, mappings, text
from convo.channels.meta.refusals import is_gone, trouble_of
from convo.channels.meta.webhook import challenge, signed
from convo.channels.trouble import ChannelDown, SendLater, SendRefused, SendUnsure, Trouble
from convo.channels.whatsapp.kind import WhatsAppConfig
from convo.channels.whatsapp.reading import read
from convo.channels.whatsapp.refusals import KNOWN
from convo.channels.whatsapp.sending import LONGEST, Piece, pieces_of, typing_after
from convo.model.envelope import Item, Unreadable

LARGEST_FILE = 100_000_000


class WhatsAppChannel:
    """One business phone number."""

    def __init__(self, setup: Setup) -> None:
        self.config: WhatsAppConfig = setup.config
        self.graph = Graph(self.config.graph, self.config.token, self.config.app_secret)

    async def fetch(self, cursor: Cursor, *, wait: float) -> Fetched:
        """Nothing: Meta pushes what comes."""
        return Fetched(cursor=cursor)

    async def stored(self, fetched: Fetched) -> None:
        """Meta is told by the answer to its request."""

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Send a message, its files after it; the receipt's id is that of the first of the messages it becomes."""
        if len(outgoing.text) > LONGEST and outgoing.template is None:
            raise SendRefused(f"it has {len(outgoing.text):,} characters; WhatsApp takes {LONGEST:,}")
        pieces = pieces_of(outgoing, self.config.template_language)
        if not pieces:
            raise SendRefused("it holds neither text nor a file")
        try:
            # All files go up first: that reaches nobody, so that a refused one leaves nothing half sent.
            bodies = [piece.body if piece.file is None else await self._uploaded(piece) for piece in pieces]
            first = await self._send(bodies[0])
        except GraphError as error:
            raise trouble_of(error, KNOWN) from None
        for place, body in enumerate(bodies[1:], start=1):
            try:
                await self._send(body)
            except (GraphError, Trouble) as error:
                why = trouble_of(error, KNOWN) if isinstance(error, GraphError) else error
                raise SendUnsure(f"only the first {place} of its {len(bodies)} parts went: {why.reason}") from None
        return Receipt(first)

    async def show_typing(self, typing: Typing) -> None:
        """For 25 seconds, or until a message of ours comes; it marks the customer's message as read, too."""
        body = typing_after(typing)
        if body is None:
            return
        try:
            await self.graph.send(f"{self.config.phone_number_id}/messages", body)
        except GraphError as error:
            raise trouble_of(error, KNOWN) from None

    async def end_typing(self, typing: Typing) -> None:
        """Nothing: it ends by itself."""

    async def receive(self, request: Request) -> Fetched:
        """What Meta pushed, with its files; the answer to its question when it verifies the address."""
        if request.method.upper() == "GET":
            return challenge(request, self.config.verify_token)
        payload = signed(request, self.config.app_secret)
        heard = alone(payload) if isinstance(payload, Unreadable) else read(payload, self.config.phone_number_id)
        items: tuple[Item, ...] = await with_files(heard, self._file, clock.now() - timedelta(minutes=10))
        return Fetched(items, reports=heard.reports, consents=heard.consents)

    async def check(self) -> tuple[Check, ...]:
        """Whether Meta knows us and our number, and pushes to our app what comes."""
        number = self.config.phone_number_id
        try:
            told = await self.graph.get(number, fields="display_phone_number,verified_name,quality_rating,status")
        except GraphError as error:
            return (Check("credentials", trouble_of(error, KNOWN).reason),)
        except Trouble as trouble:
            return (Check("credentials", trouble.reason),)
        shown = " ".join(filter(None, (text(told.get("display_phone_number")), text(told.get("verified_name")))))
        status = text(told.get("status"))
        problem = "" if status in ("", "CONNECTED") else f"the number is {status.lower()[:40]}, not connected"
        return (Check("credentials", detail=shown), Check("sending", problem), await self._receiving())

    async def close(self) -> None:
        """Hang up."""
        await self.graph.close()

    async def _receiving(self) -> Check:
        if not self.config.account_id:
            return Check("receiving", detail="set account_id to see whether Meta pushes to this app")
        try:
            told = await self.graph.get(f"{self.config.account_id}/subscribed_apps")
        except GraphError as error:
            return Check("receiving", trouble_of(error, KNOWN).reason)
        except Trouble as trouble:
            return Check("receiving", trouble.reason)
        apps = [
            text(mapping(each.get("whatsapp_business_api_data")).get("name")) for each in mappings(told.get("data"))
        ]
        problem = "" if apps else "no app is subscribed to the account: subscribe it to the field messages"
        return Check("receiving", problem, ", ".join(filter(None, apps)))

    async def _send(self, body: dict[str, object]) -> str:
        told = await self.graph.send(f"{self.config.phone_number_id}/messages", body)
        sent = mappings(told.get("messages"))
        external_id = text(sent[0].get("id")) if sent else ""
        if not external_id:
            raise SendUnsure("WhatsApp took it, but gave it no id")
        return external_id

    async def _uploaded(self, piece: Piece) -> dict[str, object]:
        assert piece.file is not None
        data = piece.file.data or b""
        if not data or len(data) > LARGEST_FILE:
            raise SendRefused(f"WhatsApp takes files of 1 byte to {LARGEST_FILE // 1_000_000} MB")
        fields = {"messaging_product": "whatsapp", "type": piece.file.media_type}
        told = await self.graph.upload(f"{self.config.phone_number_id}/media", fields, "file", piece.file)
        media = text(told.get("id"))
        if not media:
            raise SendLater("WhatsApp took a file, but gave it no id")
        return piece.with_media(media)

    async def _file(self, file: RemoteFile) -> bytes | None:
        """The bytes of a file; None for one that is too large or gone."""
        url = file.url
        if not url:
            if not file.id.isalnum():
                return None
            try:
                told = await self.graph.get(file.id, phone_number_id=self.config.phone_number_id)
            except GraphError as error:
                if is_gone(error):
                    return None
                raise ChannelDown(trouble_of(error, KNOWN).reason, retry_after=error.retry_after) from None
            url = text(told.get("url"))
        return await self.graph.download(url, LARGEST_FILE)
