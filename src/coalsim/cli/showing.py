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
    except BrokenPipeError as error:
        lost(error)
    except OSError as error:
        why = f"what was to be shown is lost ({error.strerror or error}); the results are in {kept}"
        lost(error)
        with contextlib.suppress(OSError):
            print(f"coalsim: error: {why}", file=sys.stderr)
        raise SystemExit(1) from None


def lost(error: OSError) -> int:
    """Give up the standard output, so that Python does not try it again at its end; say why if it was not closed; return 1."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
            continue
        with contextlib.suppress(OSError, ValueError, AttributeError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, stream.fileno())
            os.close(nothing)
    if not isinstance(error, BrokenPipeError):
        with contextlib.suppress(OSError):
            print(f"coalsim: error: {error.strerror or error}{f': {error.filename}' if error.filename else ''}", file=sys.stderr)
    return 1
