"""Runs one command line: whatever goes wrong becomes a sentence on standard error and an exit code."""

import os
from collections.abc import Sequence

from typer import Abort, TyperException

from convo.errors import ConvoError, ExitCode, UsageError

from . import notices, output
from .app import root_command
from .session import Session

_COMPLETING = "_CONVO_COMPLETE"


def run(arguments: Sequence[str]) -> int:
    """The exit code of one command line."""
    session = Session()
    try:
        code = root_command().main(list(arguments), prog_name="convo", standalone_mode=False, obj=session)
        output.finish()
        return code if isinstance(code, int) else ExitCode.OK
    except output.ReaderGone:
        return ExitCode.OK
    except SystemExit as ended:  # how Typer ends a completion
        return ended.code if isinstance(ended.code, int) else ExitCode.OK
    except (KeyboardInterrupt, Abort):
        return ExitCode.INTERRUPTED
    except ConvoError as error:
        return refuse(session, arguments, error)
    except TyperException as error:
        return _usage(session, arguments, error)
    except Exception as error:
        if session.debug:
            raise
        fault = ConvoError(
            f"this is a fault in convo: {type(error).__name__}: {error}",
            hint="run it again with --debug and report what it shows",
        )
        return refuse(session, arguments, fault)


def refuse(session: Session, arguments: Sequence[str], error: ConvoError) -> int:
    """Say what was refused, in words or in JSON as the command line asks, and give the exit code."""
    if _COMPLETING in os.environ and not session.debug:
        return ExitCode.REFUSED  # a shell that completes has no place for words
    session.json = session.json or _wants_json(arguments)
    notices.refuse(session, error)
    if session.debug:
        import traceback

        traceback.print_exception(error)
    return error.exit_code


def _usage(session: Session, arguments: Sequence[str], error: TyperException) -> int:
    context = getattr(error, "ctx", None)
    if context is not None and type(error).__name__ == "NoArgsIsHelpError":
        output.text(context.get_help() + "\n")
        return ExitCode.OK
    where = context.command_path if context is not None else "convo"
    return refuse(session, arguments, UsageError(error.format_message(), hint=f"see {where} --help"))


def _wants_json(arguments: Sequence[str]) -> bool:
    for argument in arguments:
        if argument == "--":
            return False
        if argument == "--json" or argument.startswith("--json="):
            return True
    return False
