"""The local Bot API, driven by httpx as a bot would: long polls, offsets, conflicts, files, limits, lost answers."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.servers.bot_api import TOKEN, BotApi
from tests.servers.bot_api_world import Person

ANA = Person(501, "Ana", "Ruiz", "ana_r")


@pytest.fixture
def bot(bot_api_server: BotApi) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{bot_api_server.url}/bot{TOKEN}/", timeout=20) as client:
        yield client


def texts(answer: httpx.Response) -> list[str]:
    return [update["message"]["text"] for update in answer.raise_for_status().json()["result"]]


def test_updates_stay_until_a_higher_offset_confirms_them(bot: httpx.Client, bot_api_server: BotApi) -> None:
    for text in ("one", "two", "three"):
        bot_api_server.world.says(ANA, text)
    first = bot.get("getUpdates", params={"limit": 2})
    assert texts(first) == texts(bot.get("getUpdates", params={"limit": 2})) == ["one", "two"]
    seen = first.json()["result"][-1]["update_id"]
    assert texts(bot.post("getUpdates", json={"offset": seen + 1})) == ["three"]
    assert texts(bot.get("getUpdates", params={"offset": 0})) == ["three"]
    assert texts(bot.get("getUpdates", params={"offset": seen + 2})) == []


def test_a_negative_offset_forgets_all_but_the_last(bot: httpx.Client, bot_api_server: BotApi) -> None:
    for text in ("one", "two", "three"):
        bot_api_server.world.says(ANA, text)
    assert texts(bot.get("getUpdates", params={"offset": -1})) == ["three"]
    assert texts(bot.get("getUpdates")) == ["three"]


def test_a_long_poll_answers_as_soon_as_somebody_writes(bot: httpx.Client, bot_api_server: BotApi) -> None:
    found: list[list[str]] = []
    polling = threading.Thread(target=lambda: found.append(texts(bot.get("getUpdates", params={"timeout": 15}))))
    polling.start()
    _wait_for_poll(bot_api_server)
    started = time.monotonic()
    bot_api_server.world.starts(ANA, "shelf7")
    polling.join(10)
    assert found == [["/start shelf7"]]
    assert time.monotonic() - started < 2


def test_a_long_poll_without_news_ends_after_its_timeout(bot: httpx.Client) -> None:
    started = time.monotonic()
    assert texts(bot.get("getUpdates", params={"timeout": "0.1"})) == []
    assert time.monotonic() - started >= 0.1


def test_a_second_poller_ends_the_first_with_a_conflict(bot: httpx.Client, bot_api_server: BotApi) -> None:
    answers: list[httpx.Response] = []
    polling = threading.Thread(target=lambda: answers.append(bot.get("getUpdates", params={"timeout": 15})))
    polling.start()
    _wait_for_poll(bot_api_server)
    assert httpx.get(f"{bot_api_server.url}/bot{TOKEN}/getUpdates").json() == {"ok": True, "result": []}
    polling.join(10)
    assert answers[0].status_code == 409
    assert "other getUpdates" in answers[0].json()["description"]


def test_polling_and_a_webhook_exclude_each_other(bot: httpx.Client) -> None:
    bot.post("setWebhook", json={"url": "https://desk.example.org/hook"})
    assert bot.get("getUpdates").status_code == 409
    bot.post("deleteWebhook")
    assert bot.get("getUpdates").status_code == 200


def test_an_edited_message_is_another_update_of_the_same_message(bot: httpx.Client, bot_api_server: BotApi) -> None:
    message = bot_api_server.world.says(ANA, "Is it in stok?")
    bot_api_server.world.edits(message, "Is it in stock?")
    _, second = bot.get("getUpdates").json()["result"]
    assert second["edited_message"]["message_id"] == message["message_id"]
    assert second["edited_message"]["text"] == "Is it in stock?"


def test_a_reply_carries_what_it_answers(bot: httpx.Client, bot_api_server: BotApi) -> None:
    question = bot_api_server.world.says(ANA, "Is it in stock?")
    told = {"chat_id": ANA.id, "text": "Yes.", "reply_parameters": {"message_id": question["message_id"]}}
    answer = bot.post("sendMessage", json=told).json()["result"]
    assert answer["reply_to_message"]["text"] == "Is it in stock?"
    assert bot_api_server.wait_for(1) == [answer]
    told["reply_parameters"] = {"message_id": 999_999}
    assert "replied not found" in bot.post("sendMessage", json=told).json()["description"]


@pytest.mark.parametrize(("method", "kind"), [("sendPhoto", "photo"), ("sendDocument", "document")])
def test_a_file_goes_up_and_comes_down_unchanged(
    bot: httpx.Client, bot_api_server: BotApi, method: str, kind: str
) -> None:
    raw = bytes(range(256)) + b"\r\n--no boundary\r\n\r\n"
    bot_api_server.world.says(ANA, "A picture, please")
    sent = bot.post(
        method, data={"chat_id": str(ANA.id), "caption": "Here"}, files={kind: ("a b.png", raw, "image/png")}
    )
    described: Any = sent.json()["result"][kind]
    file = described[-1] if kind == "photo" else described
    place = bot.get("getFile", params={"file_id": file["file_id"]}).json()["result"]["file_path"]
    assert httpx.get(f"{bot_api_server.url}/file/bot{TOKEN}/{place}").content == raw


def test_a_file_of_a_person_can_be_fetched(bot: httpx.Client, bot_api_server: BotApi) -> None:
    bot_api_server.world.sends(ANA, "photo", b"a picture", caption="Broken")
    bot_api_server.world.sends(ANA, "voice", b"a song", duration=3)
    photo, voice = (update["message"] for update in bot.get("getUpdates").json()["result"])
    assert (photo["caption"], len(photo["photo"])) == ("Broken", 2)
    place = bot.get("getFile", params={"file_id": voice["voice"]["file_id"]}).json()["result"]["file_path"]
    assert httpx.get(f"{bot_api_server.url}/file/bot{TOKEN}/{place}").content == b"a song"


@pytest.mark.parametrize(
    ("chat", "text", "code", "said"),
    [
        (999, "Hello", 400, "chat not found"),
        (ANA.id, "", 400, "text is empty"),
        (ANA.id, "x" * 4097, 400, "too long"),
    ],
)
def test_what_cannot_be_sent_is_refused(
    bot: httpx.Client, bot_api_server: BotApi, chat: int, text: str, code: int, said: str
) -> None:
    bot_api_server.world.says(ANA, "Hello")
    answer = bot.post("sendMessage", json={"chat_id": chat, "text": text})
    assert (answer.status_code, said in answer.json()["description"]) == (code, True)
    assert bot_api_server.sent == []


def test_who_blocked_the_bot_gets_nothing_until_they_write_again(bot: httpx.Client, bot_api_server: BotApi) -> None:
    bot_api_server.world.says(ANA, "Hello")
    bot_api_server.world.blocks(ANA)
    told = {"chat_id": ANA.id, "text": "Hello"}
    answer = bot.post("sendMessage", json=told)
    assert (answer.status_code, answer.json()["description"]) == (403, "Forbidden: bot was blocked by the user")
    bot_api_server.world.says(ANA, "Back again")
    assert bot.post("sendMessage", json=told).status_code == 200


def test_a_flood_says_how_long_to_wait(bot: httpx.Client, bot_api_server: BotApi) -> None:
    bot_api_server.world.says(ANA, "Hello")
    bot_api_server.floods(retry_after=7)
    told = {"chat_id": ANA.id, "text": "Hello"}
    answer = bot.post("sendMessage", json=told)
    assert (answer.status_code, answer.json()["parameters"]) == (429, {"retry_after": 7})
    assert bot.post("sendMessage", json=told).status_code == 200


def test_a_dropped_answer_leaves_the_message_sent(bot: httpx.Client, bot_api_server: BotApi) -> None:
    bot_api_server.world.says(ANA, "Hello")
    bot_api_server.drops()
    with pytest.raises(httpx.RemoteProtocolError):
        bot.post("sendMessage", json={"chat_id": ANA.id, "text": "Hello"})
    assert [message["text"] for message in bot_api_server.sent] == ["Hello"]


def test_a_wrong_token_is_unauthorised(bot_api_server: BotApi) -> None:
    answer = httpx.get(f"{bot_api_server.url}/bot1:wrong/getMe")
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")


def test_it_goes_away_and_comes_back_at_the_same_place(bot: httpx.Client, bot_api_server: BotApi) -> None:
    bot_api_server.world.says(ANA, "Hello")
    assert bot.get("getMe").json()["result"]["is_bot"]
    bot_api_server.stop()
    with pytest.raises(httpx.TransportError):
        bot.get("getMe")
    bot_api_server.start()
    assert texts(bot.get("getUpdates")) == ["Hello"]


def _wait_for_poll(server: BotApi) -> None:
    with server.world.changed:
        assert server.world.changed.wait_for(lambda: server.polling, 10)
