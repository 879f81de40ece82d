"""Keeps drafts in the store, and in private files while it is lost; runs in the threads that ask the desk."""

from convo.desk.desk import Desk
from convo.errors import BadInput, Busy, NotFound, StoreError
from convo.model.writing_views import KeptDraft

from .spare import SpareDraft, SpareDrafts
from .unsent import Unsent, tidy


def keep(desk: Desk, spare: SpareDrafts, unsent: Unsent, body: str, channel: str) -> KeptDraft | None:
    """Keep a body as the draft of a text; what another screen kept there meanwhile is returned, and not overwritten.

    Writes come one after another, so that `unsent.kept` is what the one before left. While the store is lost, or when
    the text is too long for it, a private file takes the draft, and the refusal is raised all the same.
    """
    thread, note = unsent.thread, unsent.note
    try:
        held = draft_of(desk.drafts.kept(thread), note)
        there = tidy(held.body) if held else ""
        if held and there not in {unsent.kept, body}:
            spare.write(SpareDraft(thread, note, channel, body, unsent.kept))
            return held
        desk.drafts.keep(thread, body, note=note, channel=channel)
    except (Busy, StoreError, BadInput):
        spare.write(SpareDraft(thread, note, channel, body, unsent.kept))
        raise
    unsent.kept, unsent.kept_channel = (body, channel) if body.strip() else ("", "")
    if not unsent.aside or unsent.aside_seen:
        spare.drop(thread, note)
    return None


def bring_back(desk: Desk, spare: SpareDrafts) -> int:
    """Put what private files hold into the store, unless something else stands there by now; how many were put.

    What cannot be put stays in its file; of a thread that is gone, drafts are gone, too.
    """
    put = 0
    for draft in spare.all():
        try:
            held = draft_of(desk.drafts.kept(draft.thread), draft.note)
            there = tidy(held.body) if held else ""
            if there and there not in {draft.base, draft.body}:
                continue
            desk.drafts.keep(draft.thread, draft.body, note=draft.note, channel=draft.channel)
        except NotFound:
            pass
        except BadInput:
            continue
        spare.drop(draft.thread, draft.note)
        put += 1
    return put


def draft_of(drafts: tuple[KeptDraft, ...], note: bool) -> KeptDraft | None:
    """The reply or the note among the drafts of a thread."""
    return next((draft for draft in drafts if draft.note == note), None)
