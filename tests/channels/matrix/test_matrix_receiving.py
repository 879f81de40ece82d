"""What people write in rooms on a real Synapse becomes messages: each once, in its thread, with its file."""

import asyncio
from datetime import timedelta

import pytest

from convo import clock
from convo.channels.base import Report
from convo.model.envelope import Envelope, Skipped
from convo.model.words import DeliveryStatus, Direction
from tests.channels.matrix.rooms import Account, Member, account, chat, letter, member
from tests.servers.synapse import PASSWORD, Person, Synapse

Chat = tuple[Account, Member, str]


@pytest.fixture(scope="module")
def shared(synapse_server: Synapse) -> Chat:
    """The desk's account, Ana, and their room of two; making them takes seconds."""
    desk, ana = account(synapse_server), member(synapse_server)
    return desk, ana, chat(desk, ana)


@pytest.fixture
def talk(shared: Chat) -> Chat:
    """The same, with nothing unheard."""
    shared[0].fetches()
    return shared


def test_an_invitation_is_accepted_and_what_waited_in_the_room_is_heard(synapse_server: Synapse) -> None:
    desk, ana = account(synapse_server), member(synapse_server)
    ana.call("PUT", f"profile/{ana.user}/displayname", {"displayname": "Ana Ruiz"})
    room = ana.room(desk.user, is_direct=True)
    first = ana.says(room)
    ana.says(room, "And in blue?")
    heard = desk.comes_in()
    assert [each.text for each in heard] == ["Is it in stock?", "And in blue?"]
    one = heard[0]
    assert (one.direction, one.customer[0].kind, one.customer[0].value, one.author) == (
        Direction.INBOUND,
        "matrix",
        ana.user,
        "Ana Ruiz",
    )
    assert (one.external_id, one.thread_key) == (f"{room} {first}", None)


def test_what_was_there_before_the_channel_is_not_news(synapse_server: Synapse) -> None:
    ana, by_hand = member(synapse_server), member(synapse_server)
    room = ana.room(by_hand.user)
    by_hand.joins(room)
    ana.says(room, "long ago")
    desk = Account(synapse_server, by_hand)
    (fetched,) = desk.fetches()
    assert fetched.items == (Skipped("it was there before the channel was"),)
    ana.says(room, "just now")
    assert [each.text for each in desk.hears()] == ["just now"]


def test_a_room_of_strangers_is_heard_from_the_invitation_on(synapse_server: Synapse) -> None:
    desk, ana, bo = account(synapse_server), member(synapse_server), member(synapse_server)
    room = ana.room(bo.user)
    bo.joins(room)
    ana.says(room, "before the desk was asked")
    ana.call("POST", f"rooms/{room}/invite", {"user_id": desk.user})
    bo.says(room, "hello desk")
    assert [(each.text, each.customer[0].value, each.thread_key) for each in desk.comes_in()] == [
        ("hello desk", bo.user, room)
    ]


def test_nothing_is_lost_of_what_came_while_nobody_looked(talk: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, ana, room = talk
    monkeypatch.setattr("convo.channels.matrix.syncing._PAGE", 4)
    monkeypatch.setattr("convo.channels.matrix.syncing._PAGES_AT_ONCE", 2)
    wanted = [f"message {number}" for number in range(23)]
    for text in wanted:
        ana.says(room, text)
    fetched = desk.fetches()
    assert len(fetched) > 1
    heard = [item for each in fetched for item in each.items if isinstance(item, Envelope)]
    assert len(heard) == 23
    assert sorted(heard, key=lambda item: int(item.text.split()[1])) == sorted(heard, key=lambda item: item.sent_at)
    assert {item.text for item in heard} == set(wanted)
    assert [len(each.items) for each in fetched][:4] == [12, 4, 4, 3]
    ana.says(room, "after")
    assert [each.text for each in desk.hears()] == ["after"]


def test_threads_answers_and_reactions_name_what_they_are_about(talk: Chat) -> None:
    desk, ana, room = talk
    root = ana.says(room, "root")
    in_thread = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True, "m.in_reply_to": {"event_id": root}}
    ana.says(room, "in the thread", **{"m.relates_to": in_thread})
    answer = {"m.relates_to": {"m.in_reply_to": {"event_id": root}}}
    ana.says(room, f"> <{ana.user}> root\n\nthe answer", **answer)
    ana.says(room, "", "m.reaction", **{"m.relates_to": {"rel_type": "m.annotation", "event_id": root, "key": "👍"}})
    _, threaded, answered, reacted = desk.hears()
    place = f"{room} {root}"
    assert (threaded.thread_key, threaded.references) == (place, (place,))
    assert (answered.thread_key, answered.references, answered.text) == (None, (place,), "the answer")
    assert (reacted.text, reacted.references, reacted.automatic) == ("reacted with 👍", (place,), True)


def test_an_edit_comes_anew_and_what_is_taken_back_is_skipped(talk: Chat) -> None:
    desk, ana, room = talk
    first = ana.says(room)
    desk.hears()
    content = {
        "m.new_content": {"msgtype": "m.text", "body": "Are they in stock?"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": first},
    }
    second = ana.says(room, "* Are they in stock?", **content)
    gone = ana.says(room, "oops")
    ana.call("PUT", f"rooms/{room}/redact/{gone}/1", {})
    (fetched,) = desk.fetches()
    edited, *skipped = fetched.items
    assert isinstance(edited, Envelope)
    assert edited.text == "(edited) Are they in stock?"
    assert (edited.external_id, edited.references) == (f"{room} {first}/edit/{second}", (f"{room} {first}",))
    assert skipped == [Skipped("a message that was taken back"), Skipped("a message was taken back")]


def test_a_file_comes_with_its_name_and_caption_and_one_that_is_gone_leaves_its_name(talk: Chat) -> None:
    desk, ana, room = talk
    uri = ana.uploads(b"a picture", "image/png")
    told = {"msgtype": "m.image", "filename": "wheel.png", "url": uri, "info": {"mimetype": "image/png"}}
    ana.says(room, "this one", **told)
    ana.says(room, "gone.pdf", msgtype="m.file", url=f"{uri}gone")
    ana.says(room, "odd.pdf", msgtype="m.file", url="https://evil.example/x")
    one, two, three = desk.hears()
    assert (one.text, one.parts[0].name, one.parts[0].data) == ("this one", "wheel.png", b"a picture")
    assert [(each.text, each.parts[0].name, each.parts[0].data) for each in (two, three)] == [
        ("", "gone.pdf", None),
        ("", "odd.pdf", None),
    ]


def test_a_file_that_is_too_large_leaves_its_name(talk: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("convo.channels.matrix.channel.LARGEST_FILE", 100)
    desk, ana, room = talk
    ana.says(room, "big.bin", msgtype="m.file", url=ana.uploads(b"x" * 101, "application/octet-stream"))
    assert desk.hears()[0].parts[0].data is None


def test_a_group_is_one_thread_with_each_who_writes_as_customer(synapse_server: Synapse) -> None:
    desk, ana, bo = account(synapse_server), member(synapse_server), member(synapse_server)
    room = ana.room(desk.user, bo.user)
    bo.joins(room)
    desk.comes_in()
    ana.says(room, "from Ana")
    bo.says(room, "from Bo")
    assert [(each.customer[0].value, each.thread_key) for each in desk.hears()] == [(ana.user, room), (bo.user, room)]


def test_a_bridges_bot_makes_no_group_and_says_nothing(synapse_server: Synapse) -> None:
    bot, ghost = member(synapse_server), member(synapse_server, "whatsapp_4915112345678")
    desk = account(synapse_server, ignore=(bot.user,))
    room = bot.room(desk.user, ghost.user)
    ghost.joins(room)
    desk.comes_in()
    bot.says(room, "You are connected.")
    ghost.says(room)
    (fetched,) = desk.fetches()
    skipped, heard = fetched.items
    assert skipped == Skipped("from one who is no customer, as the settings say")
    assert isinstance(heard, Envelope)
    assert (heard.customer[0].value, heard.thread_key) == (ghost.user, None)


def test_what_our_people_write_with_other_programs_is_ours(synapse_server: Synapse) -> None:
    marta, ana = member(synapse_server), member(synapse_server)
    desk = account(synapse_server, own=frozenset({marta.user.casefold()}))
    room = ana.room(desk.user, marta.user)
    marta.joins(room)
    desk.comes_in()
    marta.says(room, "From my phone.")
    login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": desk.user}, "password": PASSWORD}
    by_hand = Member(synapse_server, Person(desk.user, desk.member.call("POST", "login", login)["access_token"]))
    by_hand.says(room, "With another program.")
    for each, text in zip(desk.hears(), ("From my phone.", "With another program."), strict=True):
        assert (each.direction, each.customer[0].value, each.thread_key) == (Direction.OUTBOUND, ana.user, None)
        assert each.text == text


def test_of_an_encrypted_room_the_desk_is_told_once_in_words(talk: Chat) -> None:
    desk, ana, room = talk
    for number in range(2):
        ana.says(room, "", "m.room.encrypted", algorithm="m.megolm.v1.aes-sha2", ciphertext=f"{number}")
    one, two = desk.hears()
    assert one.text == "(wrote in an encrypted room, which the desk cannot read: ask for a room without encryption)"
    assert one.external_id == two.external_id


def test_a_customer_sees_that_the_message_has_come_once_it_is_stored(talk: Chat) -> None:
    desk, ana, room = talk
    number = ana.says(room)
    before = desk.cursor
    since = ana.call("GET", "sync")["next_batch"]

    def seen() -> list[str]:
        joined = ana.call("GET", "sync", since=since).get("rooms", {}).get("join", {}).get(room, {})
        events = joined.get("ephemeral", {}).get("events", [])
        return [each for event in events if event["type"] == "m.receipt" for each in event["content"]]

    desk.fetches(store=False)
    assert seen() == []
    desk.cursor = before
    desk.fetches()
    assert seen() == [number]


def test_what_a_customer_has_read_is_reported(talk: Chat) -> None:
    desk, ana, room = talk
    ana.says(room)
    desk.hears()
    receipt = desk.sends(letter(ana.user, answers=f"{room} $x"))
    assert receipt.external_id is not None
    ana.call("POST", f"rooms/{room}/receipt/m.read/{receipt.external_id.partition(' ')[2]}", {})
    (fetched,) = desk.fetches()
    named, all_before = fetched.reports
    assert (named.status, named.external_id) == (DeliveryStatus.READ, receipt.external_id)
    assert all_before == Report(DeliveryStatus.READ, named.at, recipient=ana.user)
    assert fetched.items == (Skipped("sent from here"),)


def test_a_wait_for_news_ends_at_once_when_it_comes_and_when_it_is_cancelled(talk: Chat) -> None:
    desk, ana, room = talk

    async def run() -> None:
        channel = desk.channel()
        waiting = asyncio.create_task(channel.fetch(desk.cursor, wait=30))
        await asyncio.sleep(0)
        await asyncio.to_thread(ana.says, room)
        async with asyncio.timeout(20):
            fetched = await waiting
        assert len(fetched.items) == 1
        hanging = asyncio.create_task(channel.fetch(fetched.cursor, wait=30))
        await asyncio.sleep(0.05)
        hanging.cancel()
        async with asyncio.timeout(5):
            with pytest.raises(asyncio.CancelledError):
                await hanging
            await channel.close()

    asyncio.run(run())


def test_no_invitation_is_accepted_where_the_settings_say_so(synapse_server: Synapse) -> None:
    desk, ana = account(synapse_server, join=False), member(synapse_server)
    room = ana.room(desk.user)
    (fetched,) = desk.fetches()
    assert fetched.items == (Skipped("an invitation, and the settings say to accept none"),)
    ana.says(room)
    assert desk.hears() == []


def test_the_desk_goes_where_a_room_moves(synapse_server: Synapse) -> None:
    desk, ana = account(synapse_server), member(synapse_server)
    room = ana.room(desk.user, room_version="10")
    desk.comes_in()
    moved = ana.call("POST", f"rooms/{room}/upgrade", {"new_version": "11"})["replacement_room"]
    ana.call("PUT", f"rooms/{moved}/state/m.room.join_rules/", {"join_rule": "public"})
    desk.hears()
    ana.says(moved, "we are here now")
    assert [each.text for each in desk.hears()] == ["we are here now"]


def test_times_are_those_of_the_server(synapse_server: Synapse) -> None:
    desk, ana = account(synapse_server), member(synapse_server)
    ana.says(chat(desk, ana))
    assert abs(desk.hears()[0].sent_at - clock.now()) < timedelta(minutes=5)
