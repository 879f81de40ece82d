"""A message as Matrix takes it: the contents to send one after the other, and where they stand in a room."""

from typing import Any

from convo.channels.base import Outgoing
from convo.channels.matrix.ids import Place, place_of
from convo.model.envelope import Part

_KINDS = {"image": "m.image", "audio": "m.audio", "video": "m.video"}


def text_of(outgoing: Outgoing) -> dict[str, Any] | None:
    """The text as a message, a machine's as a notice, which no other machine answers; None without one."""
    if not outgoing.text:
        return None
    return {"msgtype": "m.notice" if outgoing.automatic else "m.text", "body": outgoing.text}


def file_of(part: Part, uri: str) -> dict[str, Any]:
    """A file as a message."""
    kind = _KINDS.get(part.media_type.partition("/")[0].lower(), "m.file")
    info = {"mimetype": part.media_type, "size": len(part.data or b"")}
    return {"msgtype": kind, "body": part.name, "filename": part.name, "url": uri, "info": info}


def standing(outgoing: Outgoing, room: str) -> dict[str, Any]:
    """What every part of a message says of its place: its thread, what it answers, and in a group whom it is for."""
    thread, answered = place_of(outgoing.thread_key), place_of(outgoing.answers)
    told: dict[str, Any] = {}
    in_reply_to = answered.event if answered is not None and answered.room == room and _is_event(answered) else ""
    if thread is not None and thread.event:
        # Programs that know no threads show it as an answer to the newest message there.
        told["m.relates_to"] = {
            "rel_type": "m.thread",
            "event_id": thread.event,
            "is_falling_back": True,
            "m.in_reply_to": {"event_id": in_reply_to or thread.event},
        }
    elif in_reply_to:
        told["m.relates_to"] = {"m.in_reply_to": {"event_id": in_reply_to}}
    if thread is not None:
        told["m.mentions"] = {"user_ids": [outgoing.recipient.value]}
    return told


def _is_event(place: Place) -> bool:
    return place.event.startswith("$")
