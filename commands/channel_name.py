"""The argument by which commands name a channel."""

from typing import Annotated

import typer

from . import live_names

ChannelName = Annotated[
    str, typer.Argument(metavar="CHANNEL", help="The channel's name.", autocompletion=live_names.channels)
]
