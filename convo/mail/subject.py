"""The subject of a reply: `Re: ` once, whatever the mail programs of either side put before it."""

import re

_PREFIX = re.compile(
    r"""
    (?: re|r|aw|antw|antwort|sv|svar|vs|odp|rif|res|réf|ynt|yan|bls|atb|vá|ots|att|hồi[ ]âm    # Latin
      | отв|ответ|відп|відповідь|адказ|απ|σχετ|απάντηση                                        # Cyrillic, Greek
      | 回复|回覆|答复|答覆|回信|返信|답장|회신|تر|رد|השב|תשובה|पुनः|ตอบ                            # and others
    )
    (?: [ ]?[\[(]\d{1,3}[\])] | \^\d{1,3} )?
    \s{0,3}[:：]\s*+
    """,
    re.IGNORECASE | re.VERBOSE,
)


def reply_subject(subject: str) -> str:
    """`subject` with `Re: ` before it and no other sign of a reply there; `Re:` alone when nothing is left."""
    return f"Re: {without_reply_signs(subject)}".rstrip()


def without_reply_signs(subject: str) -> str:
    """`subject` without the signs of a reply before it, in whatever language; those of a forwarded mail stay."""
    at = len(subject) - len(subject.lstrip())
    while found := _PREFIX.match(subject, at):
        at = found.end()
    return subject[at:].strip()
