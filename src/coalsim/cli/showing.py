"""What is shown may be lost, in a pipe that is closed, on a device that is full or gone; what was computed may not."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator


def steady() -> None:
    """Make standard streams that can be written to whatever they are.

    Characters that an encoding does not have are shown as ``?``. A stream that is closed is replaced by nothing: otherwise the
    next file opened would get its number, and what libraries say would go into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


@contextlib.contextmanager
def shown(kept: object) -> Iterator[None]:
    """Show something about results that are in `kept` already: a reader that has gone changes nothing.

    Raises
    ------
    SystemExit
        With 1: what was shown could not be written, as on a full device.
    """
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich leaves the program when a pipe is closed
        _give_up()
    except OSError as error:
        _give_up()
        _say(f"what was to be shown is lost ({error.strerror or error}); the results are in {kept}")
        raise SystemExit(1) from None


def lost(error: OSError) -> int:
    """Give up what cannot be written to; say why, if it is not that nobody reads it; return the exit code."""
    _give_up()
    if not isinstance(error, BrokenPipeError):
        _say(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    return 1


def _give_up() -> None:
    """Have streams that cannot be written to lead nowhere, so that Python does not try them again at its end."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, stream.fileno())
                os.close(nothing)


def _say(text: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        print(f"coalsim: error: {text}", file=sys.stderr, flush=True)
