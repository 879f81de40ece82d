"""Tries an account for mail without leaving a trace, and says in words what has to be done."""

from collections.abc import Callable
from functools import partial

from convo.channels.base import Check
from convo.channels.email.credentials import AccessTokens
from convo.channels.email.folders import Folders
from convo.channels.email.kind import EmailConfig
from convo.channels.email.mailbox import Mailbox
from convo.channels.email.maildir import Maildir
from convo.channels.email.mbox import Mbox
from convo.channels.email.smtp import Submission
from convo.channels.email.source import first_instant
from convo.channels.trouble import Trouble
from convo.errors import ConvoError
from convo.text import safe


def checks(config: EmailConfig, tokens: AccessTokens, authserv_id: str) -> tuple[Check, ...]:
    """What was tried, in order; blocks, and raises nothing. `authserv_id` is the name of our own server, if known."""
    if config.source == "imap":
        done = _imap(config, tokens)
    else:
        done = [_tried(f"read the {config.source}", partial(_read, config))]
    begins = _tried("begin", partial(first_instant, config.since, None))
    done += [begins] if begins.problem else []
    submission = Submission(config, tokens)
    done.append(_tried("log in for sending", submission.rehearse, f"as {config.address}"))
    _quietly(submission.leave)
    vouched = f"where {safe(authserv_id, single_line=True)[:100]} vouches for the sender"
    done.append(Check("answer automatically", detail=vouched if authserv_id else "never, as authserv_id is not set"))
    return tuple(done)


def _imap(config: EmailConfig, tokens: AccessTokens) -> list[Check]:
    box = Mailbox(config, tokens)
    done = [_tried("log in for reading", box.greet, f"as {config.mailbox_user}")]
    if not done[0].problem:
        done += [_tried(f"read {_shown(each)}", partial(_look, box, each)) for each in config.folders]
        done.append(_told(box))
        done.append(_folders(config, box))
    _quietly(box.leave)
    return done


def _read(config: EmailConfig) -> None:
    source = Maildir(config, None) if config.source == "maildir" else Mbox(config, None)
    source.fetch({}, 0.0)


def _look(box: Mailbox, folder: str) -> None:
    box.choose(folder)


def _told(box: Mailbox) -> Check:
    try:
        idle = box.has("IDLE")
    except Trouble as trouble:
        return Check("hear of new mail", trouble.reason)
    return Check("hear of new mail", detail="at once (IDLE)" if idle else "by asking, as the server has no IDLE")


def _folders(config: EmailConfig, box: Mailbox) -> Check:
    try:
        there = box.folders()
        alone = Folders(config, box, None).left_alone()
    except Trouble as trouble:
        return Check("folders", trouble.reason)
    wanted = [each for each in (config.move_to, config.sent_folder) if each and each not in there]
    if wanted:
        return Check("folders", f"there is no folder {_shown(wanted[0])}: make it, or change the setting")
    if alone:
        folder, kind = next(iter(alone.items()))
        return Check("folders", f"{_shown(folder)} is for {kind}, and its mail is left alone")
    return Check("folders", detail=safe(", ".join(sorted(there)), single_line=True)[:300])


def _tried(what: str, attempt: Callable[[], object], detail: str = "") -> Check:
    try:
        attempt()
    except Trouble as trouble:
        return Check(what, trouble.reason)
    except ConvoError as error:
        return Check(what, f"{error.message}: {error.hint}" if error.hint else error.message)
    except Exception as error:
        return Check(what, f"something unexpected went wrong: {type(error).__name__}")
    return Check(what, detail=detail)


def _shown(folder: str) -> str:
    return safe(folder, single_line=True)[:60]


def _quietly(leave: Callable[[], None]) -> None:
    try:
        leave()
    except Exception:  # noqa: S110 - what was to be learnt is learnt
        pass
