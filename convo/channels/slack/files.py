"""The files of a message: fetched with the bot's token from where Slack keeps them, within bounds."""

from convo.channels.patience import Patience
from convo.channels.slack.api import Api, Declined, ScopeMissing
from convo.channels.trouble import ChannelDown
from convo.model.envelope import Part
from convo.text.file_names import base_name
from convo.text.json_fields import Fields, loosely

MOST_BYTES = 25_000_000
"""The largest file that is fetched."""
_MOST_IN_ALL = 50_000_000


class Files:
    """Fetches files; one that cannot be had three times in a row holds its message no longer."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._patience = Patience()

    async def parts(self, files: tuple[Fields, ...]) -> tuple[Part, ...]:
        """The files as parts, without bytes where they are gone, too large or elsewhere; raises ChannelDown."""
        parts, left = list[Part](), _MOST_IN_ALL
        for file in files:
            part = await self._part(file, min(MOST_BYTES, left))
            left -= len(part.data or b"")
            parts.append(part)
        return tuple(parts)

    async def _part(self, file: Fields, most: int) -> Part:
        number = loosely(file, "id")
        if loosely(file, "file_access") == "check_file_info" and number:
            try:
                told = (await self._api.ask("files.info", file=number)).get("file")
                file = told if isinstance(told, dict) else file
            except (Declined, ScopeMissing):
                pass
        name = loosely(file, "name") or loosely(file, "title") or "file"
        media_type = loosely(file, "mimetype") or "application/octet-stream"
        return Part(base_name(name) or "file", media_type, await self._data(file, most))

    async def _data(self, file: Fields, most: int) -> bytes | None:
        size, url = file.get("size"), loosely(file, "url_private_download") or loosely(file, "url_private")
        if not url or (isinstance(size, int) and size > most):
            return None
        try:
            data = await self._api.file(url, most)
        except ChannelDown:
            if self._patience.ends(url):
                return None
            raise
        # Without files:read Slack answers with a page to sign in.
        is_page = data is not None and data[:200].lstrip()[:15].lower().startswith((b"<!doctype html", b"<html"))
        return None if is_page and "html" not in loosely(file, "mimetype") else data
