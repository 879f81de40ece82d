"""The ids of what we write: unique everywhere, and by mail of the domain that the mail comes from."""

import re
from email.utils import make_msgid

from sqlalchemy import Connection, select

from convo.model import tables

NOWHERE = "convo.invalid"
"""The domain of ids that belong to no mailbox: one that nobody can ever own (RFC 2606)."""
_DOMAIN = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z0-9-]{1,63}", re.ASCII)


def new_id(connection: Connection, channel: int, key: str | None = None) -> str:
    """An id for what is written on a channel (its number): a new one, or always the same one for the same `key`."""
    domain = _domain_of(connection, channel)
    return make_msgid(domain=domain)[1:-1] if key is None else f"{key}@{domain}"


def ids_of(connection: Connection, key: str) -> list[str]:
    """The ids that what was written under a key may have, by whichever channel it went."""
    configs = connection.execute(select(tables.channel.c.config)).scalars()
    return [f"{key}@{domain}" for domain in sorted({NOWHERE, *map(_domain_in, configs)})]


def _domain_of(connection: Connection, channel: int) -> str:
    wanted = select(tables.channel.c.config).where(tables.channel.c.id == channel)
    return _domain_in(connection.execute(wanted).scalar_one())


def _domain_in(config: object) -> str:
    """The domain of the address in a channel's settings, where mail can come from it."""
    address = config.get("address") if isinstance(config, dict) else None
    domain = str(address or "").rpartition("@")[2].strip().lower()
    return domain if _DOMAIN.fullmatch(domain) else NOWHERE
