"""The command line. Heavy modules are imported by the commands that need them, so that --help is quick."""

from __future__ import annotations

import errno
import functools
import sys
from collections.abc import Sequence
from typing import Any, NoReturn, cast

import typer

from coalsim.cli import (  # noqa: F401  each registers its commands
    advise,
    analyze,
    calibrate,
    configs,
    describe,
    export,
    new_experiment,
    new_field,
    plot,
    reference,
    reproduce,
    run,
    story,
    sweep,
    view,
)
from coalsim.cli.app import app
from coalsim.errors import CoalsimError, Interrupted
from coalsim.report import terminal

__all__ = ["app", "main"]

# Typer has click inside or beside it, by version; this is what it raises for options it does not know.
_WrongUse: Any = next(cls for cls in typer.BadParameter.__mro__ if cls.__name__ == "ClickException")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; an error a user can cause is one line and exit code 2.

    Parameters
    ----------
    arguments
        Command and options; None takes those this process was called with.

    Notes
    -----
    What cannot be shown costs the display only: a pipe that is closed is no error, a full disk is one once all is done.
    """
    with terminal.taken_over() as shown:
        code = _run(arguments)
        shown.flush()
        if not code and shown.failed is not None and shown.failed.errno != errno.EPIPE:
            _complain(f"standard output cannot be written: {shown.failed.strerror or shown.failed}")
            code = 1
    sys.exit(code)


@functools.cache
def _command() -> Any:
    """Return the command with all its options, built once however often `main` is called in a process."""
    return typer.main.get_command(app)


def _run(arguments: Sequence[str] | None) -> int:
    given = sys.argv[1:] if arguments is None else list(arguments)
    if any(not argument or (argument.startswith("--") and argument.find("=") == len(argument) - 1) for argument in given):
        _complain("an argument is empty; leave it out, or give it a value (an unset variable of the shell?)")
        return 2
    try:
        return cast(int, _command()(args=given, standalone_mode=False, prog_name="coalsim") or 0)
    except Interrupted as stop:
        terminal.say(f"coalsim: {terminal.one_line(str(stop))}", err=True)
        return 130
    except (KeyboardInterrupt, typer.Abort):
        terminal.say("coalsim: stopped", err=True)
        return 130
    except CoalsimError as error:
        _complain(str(error))
    except _WrongUse as error:
        _wrong_use(error)
    except Exception as error:
        from coalsim.sources import place

        where = place(error)
        if where is None:
            raise
        _complain(f"{where}: {type(error).__name__}: {error}")
    return 2


def _wrong_use(error: Any) -> None:
    """Say in one line what is wrong with options and arguments; without any, what there is."""
    context: Any = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        terminal.say(context.get_help(), err=True)
        return
    path = context.command_path if context is not None else "coalsim"
    said = " ".join(error.format_message().split()).rstrip(".")
    _complain(f"{said}; `{path} --help` says what there is")


def _complain(text: str) -> None:
    terminal.say(f"coalsim: error: {terminal.one_line(text)}", err=True)
