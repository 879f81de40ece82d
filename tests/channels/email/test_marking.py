"""Mail at a real Dovecot is marked as read or moved once it is stored, never before, and also by the next worker."""

import json
from email import message_from_bytes

import pytest

from convo.channels.trouble import ChannelRefused
from tests.channels.email.accounts import all_waiting, config_of, mail, new_user, with_channel
from tests.servers.dovecot import Dovecot


def subjects(items: list) -> list[str]:
    return [item.subject for item in items]


def read_in(dovecot: Dovecot, user: str, folder: str = "INBOX") -> set[str]:
    """The subjects of the mails in a folder that are marked as read."""
    there = dovecot.mailbox(user, folder)
    return {message_from_bytes(kept.raw)["Subject"] for kept in there if "\\Seen" in kept.flags}


def test_what_waits_is_fetched_in_order_and_marked_as_read_only_once_it_is_stored(dovecot_server: Dovecot) -> None:
    user = new_user()
    for number in range(3):
        dovecot_server.deliver(user, mail(number), "ana@lima.example")

    async def work(channel):
        fetched = await channel.fetch({}, wait=0)
        before = [kept.flags for kept in dovecot_server.mailbox(user)]
        await channel.stored(fetched)
        again = await channel.fetch(fetched.cursor, wait=0)
        return fetched, before, again

    fetched, before, again = with_channel(config_of(user, dovecot_server.imap_port), work)
    assert subjects(fetched.items) == ["Question 0", "Question 1", "Question 2"]
    assert all("\\Seen" not in flags for flags in before)
    assert all("\\Seen" in kept.flags for kept in dovecot_server.mailbox(user))
    assert again.items == ()
    assert fetched.items[0].external_id == "in-0@lima.example"
    assert fetched.items[0].place == "UID 1 in INBOX"


def test_nothing_is_marked_where_the_setting_says_so_and_mail_is_moved_where_it_says_that(
    dovecot_server: Dovecot,
) -> None:
    user = new_user()
    with dovecot_server.client(user) as imap:
        imap.create("Done")
    dovecot_server.deliver(user, mail(1))
    items, _, _ = with_channel(config_of(user, dovecot_server.imap_port, mark_read=False), all_waiting)
    assert len(items) == 1
    assert "\\Seen" not in dovecot_server.mailbox(user)[0].flags
    items, _, _ = with_channel(config_of(user, dovecot_server.imap_port, move_to="Done"), all_waiting)
    assert len(items) == 1
    assert dovecot_server.mailbox(user) == []
    assert len(dovecot_server.mailbox(user, "Done")) == 1


@pytest.mark.parametrize("move_to", ["", "Done"])
def test_what_was_stored_but_not_marked_when_the_worker_ended_is_marked_by_the_next(
    dovecot_server: Dovecot, move_to: str
) -> None:
    user = new_user()
    with dovecot_server.client(user) as imap:
        imap.create("Done")
    config = config_of(user, dovecot_server.imap_port, move_to=move_to)
    for number, extra in enumerate(("", "X-Spam-Flag: YES", "")):
        dovecot_server.deliver(user, mail(number, extra=extra))
    fetched = with_channel(config, lambda channel: channel.fetch({}, wait=0))
    assert read_in(dovecot_server, user) == set()
    dovecot_server.deliver(user, mail(3))
    kept = json.loads(json.dumps(fetched.cursor))
    later = with_channel(config, lambda channel: channel.fetch(kept, wait=0))
    assert subjects(later.items) == ["Question 3"]
    assert read_in(dovecot_server, user, move_to or "INBOX") == {"Question 0", "Question 2"}
    _, cursor, _ = with_channel(config, lambda channel: all_waiting(channel, later.cursor))
    assert read_in(dovecot_server, user, move_to or "INBOX") == {"Question 0", "Question 2", "Question 3"}
    assert set(cursor) == {"folders"}, "there is nothing left to be marked"


def test_mail_that_cannot_be_moved_keeps_no_other_from_coming_and_is_moved_once_it_can_be(
    dovecot_server: Dovecot,
) -> None:
    user = new_user()
    config = config_of(user, dovecot_server.imap_port, move_to="Done")

    async def work(channel):
        cursor = {}
        for number in range(2):
            dovecot_server.deliver(user, mail(number))
            fetched = await channel.fetch(cursor, wait=0)
            assert subjects(fetched.items) == [f"Question {number}"]
            with pytest.raises(ChannelRefused, match="cannot be moved to Done, see the setting move_to"):
                await channel.stored(fetched)
            cursor = fetched.cursor
        with dovecot_server.client(user) as imap:
            imap.create("Done")
        return await channel.fetch(cursor, wait=30)

    assert with_channel(config, work).items == ()
    assert read_in(dovecot_server, user, "Done") == {"Question 0", "Question 1"}
