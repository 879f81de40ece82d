"""Mail by IMAP: which mails of which folder come next, from the first look on, and whatever happens to the UIDs.

For each folder the cursor holds its UIDVALIDITY, the last UID that was fetched, and how far the folder went when it was
first looked at, with the day from which on that first mail is wanted. When the server numbers a folder anew, all mail
since that day is read again: what is in the store already is known there by its id.
"""

import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from convo.channels.email.fetch_answer import Given
from convo.channels.email.imap_text import arrival, imap_date
from convo.channels.email.kind import EmailConfig
from convo.channels.email.mailbox import Mailbox
from convo.channels.email.source import MOST_BYTES, MOST_MAILS, Batch, Mail, first_day
from convo.text import safe

OTHERS_EVERY = 60.0
"""How often folders besides the first are looked at, in seconds."""
_IDLE_AT_MOST = 28 * 60.0
_BEGINNING = 64_000
_MEGABYTE = 1 << 20
_WEST = timedelta(hours=12)
"""How far a server's day may be behind that of UTC."""
_NOT_FOR_US = {"\\junk": "junk", "\\trash": "trash", "\\drafts": "drafts"}


class Folders:
    """The folders of an IMAP account as a source."""

    def __init__(self, config: EmailConfig, mailbox: Mailbox, zone: tzinfo | None) -> None:
        self._config = config
        self._box = mailbox
        self._zone = zone
        self._looked: dict[str, float] = {}
        self._kinds: Mapping[str, frozenset[str]] | None = None
        self._goes_on: tuple[str, Mapping[str, Any], list[int]] = "", {}, []
        """The folder that was looked into last, the place after what was taken, and the UIDs that are left of it."""
        self._stopped = threading.Event()

    def fetch(self, cursor: Mapping[str, Any], wait: float) -> Batch:
        """What came after the cursor in any folder; the first is watched, the others are looked at every minute."""
        self._stopped.clear()
        until = time.monotonic() + wait
        places = dict(cursor.get("folders", {}))
        first = self._first
        left_alone = self.left_alone()
        others = [each for each in self._config.folders if each != first and each not in left_alone]
        while True:
            for folder in [each for each in others if self._due(each)] + [first]:
                mails, places[folder], more = self._look(folder, places.get(folder), cursor.get("since"))
                if not more:
                    self._looked[folder] = time.monotonic()
                if mails or more:
                    return Batch(tuple(mails), {**cursor, "folders": places}, more=True)
            left = until - time.monotonic()
            if left <= 0 or self._stopped.is_set():
                return Batch((), {**cursor, "folders": places})
            if others:
                left = min(left, max(0.0, min(map(self._next_look, others)) - time.monotonic()))
            self._wait(left)

    def since(self, cursor: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
        """The cursor from which all that arrived since an instant comes again; servers know days, each in its zone."""
        day = (at.astimezone(UTC) - _WEST).date().isoformat()
        folders = {
            folder: {**place, "uid": 0, "until": max(place["uid"], place["until"]), "since": day, "again": True}
            for folder, place in cursor.get("folders", {}).items()
        }
        return {"folders": folders, "since": day}

    def stored(self, marks: Sequence[Any]) -> None:
        """Mark mails as read, and move them, as the settings say; a mark is the folder, its UIDVALIDITY and the UID."""
        config = self._config
        for folder in dict.fromkeys(each for each, _, _ in marks if each in (self._first, *config.folders)):
            validity = self._box.choose(folder, news=False)
            uids = sorted({uid for place, held, uid in marks if place == folder and held == validity})
            if uids and config.mark_read:
                self._box.mark_read(uids)
            if uids and config.move_to and config.move_to != folder:
                self._box.move(uids, config.move_to)

    def break_off(self) -> None:
        """Hang up, and wait no longer."""
        self._stopped.set()
        self._box.break_off()

    def leave(self) -> None:
        """Log out."""
        self._box.leave()

    def left_alone(self) -> dict[str, str]:
        """The folders of the settings whose mail is left alone, and what they are for: junk, trash or drafts."""
        kinds = self._kinds_of_folders()
        named = {folder: kinds.get(folder, frozenset()) & _NOT_FOR_US.keys() for folder in self._config.folders}
        return {folder: _NOT_FOR_US[min(flags)] for folder, flags in named.items() if flags}

    def _kinds_of_folders(self) -> Mapping[str, frozenset[str]]:
        if self._kinds is None:
            self._kinds = self._box.folders()
        return self._kinds

    @property
    def _first(self) -> str:
        return (self._config.folders or ("INBOX",))[0]

    def _due(self, folder: str) -> bool:
        return time.monotonic() >= self._next_look(folder)

    def _next_look(self, folder: str) -> float:
        return self._looked.get(folder, -OTHERS_EVERY) + OTHERS_EVERY

    def _wait(self, seconds: float) -> None:
        if not self._box.has("IDLE"):
            self._stopped.wait(min(seconds, max(1, self._config.poll_seconds)))
        elif self._box.chosen(self._first):
            self._box.wait(min(seconds, _IDLE_AT_MOST))

    def _look(
        self, folder: str, place: Mapping[str, Any] | None, since: str | None
    ) -> tuple[list[Mail], Mapping[str, Any], bool]:
        """Mails of a folder, the place after them, and whether there are more; `since` is a day that was asked for."""
        validity, uids = self._box.validity, self._left_of(folder, place)
        if not uids or place is None:
            validity = self._box.choose(folder, anew=place is None)
            if place is None or place["validity"] != validity:
                place = self._begin(validity, since if place is None else place["since"])
            uids = self._waiting(place)
        if not uids:
            return [], {**place, "uid": max(place["uid"], place["until"])}, False
        about = self._box.about(uids[:MOST_MAILS])
        taken: list[int] = []
        size = 0
        for uid in uids[:MOST_MAILS]:
            weight = about[uid].size if uid in about else 0
            if taken and size + weight > MOST_BYTES:
                break
            taken.append(uid)
            size += min(weight, self._largest)
        mails = self._mails(folder, validity, [uid for uid in taken if uid in about], about)
        place, left = {**place, "uid": taken[-1]}, uids[len(taken) :]
        self._goes_on = folder, place, left
        return mails, place, bool(left)

    def _left_of(self, folder: str, place: Mapping[str, Any] | None) -> list[int]:
        """The UIDs that come next where the last look left off, which is nothing that has to be asked again.

        Between batches that would have Dovecot read a Maildir of 10,000 new mails for half a second each time.
        """
        at, left_off, uids = self._goes_on
        same = place is not None and (at, left_off) == (folder, place) and place["validity"] == self._box.validity
        return uids if same and self._box.chosen(folder) else []

    def _begin(self, validity: int, since: str | None) -> Mapping[str, Any]:
        """Where a folder begins that is new to us, or of which all since a day (or "", all) is to be read again."""
        until = self._box.uidnext - 1
        if until < 0:
            until = max(self._box.search("1:*"), default=0)
        if since is not None:
            return {"validity": validity, "uid": 0, "until": until, "since": since, "again": True}
        day = first_day(self._config.since, self._zone)
        uid = until if self._config.since.strip().lower() == "now" else 0
        return {"validity": validity, "uid": uid, "until": until, "since": day.isoformat() if day else ""}

    def _waiting(self, place: Mapping[str, Any]) -> list[int]:
        """The UIDs that come next: of what was there at the first look what is wanted, and all that came later.

        Of what was there at the very first look, what somebody has answered is not wanted.
        """
        uid, until = place["uid"], place["until"]
        found: list[int] = []
        if uid < until:
            wanted = f"UID {uid + 1}:{until} UNDELETED"
            if place["since"]:
                wanted += f" SINCE {imap_date(date.fromisoformat(place['since']))}"
            if not place.get("again") and self._config.since.strip().lower() in ("", "today"):
                wanted += " UNANSWERED"
            found += [each for each in self._box.search(wanted) if uid < each <= until]
        start = max(uid, until)
        # The server gives the last mail for "n:*" even when it is before n.
        return found + [each for each in self._box.search(f"UID {start + 1}:*") if each > start]

    @property
    def _largest(self) -> int:
        return max(1, self._config.largest_mail) * _MEGABYTE

    def _mails(self, folder: str, validity: int, uids: list[int], about: Mapping[int, Given]) -> list[Mail]:
        small = [uid for uid in uids if about[uid].size <= self._largest]
        whole = self._box.whole(small)
        missing = [uid for uid in small if uid not in whole or whole[uid].raw is None]
        still_there = set(self._box.search("UID " + ",".join(map(str, missing)))) if missing else set[int]()
        shown, marked = safe(folder, single_line=True), self._config.mark_read or self._config.move_to
        sent = "\\sent" in self._kinds_of_folders().get(folder, frozenset())
        mails = []
        for uid in uids:
            given, arrived = whole.get(uid), arrival(about[uid].arrived)
            place, mark = f"UID {uid} in {shown}", [folder, validity, uid] if marked else None
            if uid not in small:
                megabytes = about[uid].size / _MEGABYTE
                trouble = f"it has {megabytes:,.1f} MB, and the setting largest_mail is {self._config.largest_mail}"
                mails.append(Mail(self._box.beginning(uid, _BEGINNING), place, mark, arrived, sent, trouble))
            elif given is not None and given.raw is not None:
                mails.append(Mail(given.raw, place, mark, arrived, sent))
            elif uid in still_there:
                mails.append(self._alone(uid, place, mark))
        return mails

    def _alone(self, uid: int, place: str, mark: object) -> Mail:
        """A mail that the server did not give among others, asked for alone."""
        given = self._box.whole([uid]).get(uid)
        if given is not None and given.raw is not None:
            return Mail(given.raw, place, mark)
        return Mail(b"", place, mark, trouble="the server does not give it")
