"""What is shown: one way to the terminal for all commands, which may lose the display and nothing else.

Output goes to a pipe that is closed, a full disk, a terminal without the plus-minus sign, or to nobody. None of these may stop a
command, so they are met here, in the streams, and not where something is printed.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

WIDTH = 200
"""Columns of a file or pipe, which has no width of its own."""

LONGEST = 1000
"""Characters of a line about an error: what a file says may be longer than anybody wants to read."""

_INSTEAD = {"±": "+-", "→": "->", "…": "...", "×": "x", "–": "-", "—": "-", "“": '"', "”": '"', "’": "'"}


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Return what to write for characters that the place where output goes does not have."""
    assert isinstance(error, UnicodeEncodeError)
    return "".join(_INSTEAD.get(letter, "?") for letter in error.object[error.start : error.end]), error.end


codecs.register_error("coalsim.plain", _plain)


class Display:
    """A stream that is written to as long as it can be; what it cannot take is dropped.

    Attributes
    ----------
    failed : why nothing more is written to it, None as long as it works
    """

    def __init__(self, stream: TextIO | None) -> None:
        self.stream = stream
        self.failed: OSError | None = None
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="coalsim.plain")

    def write(self, text: str) -> int:
        """Write text, as far as that is possible."""
        if self.stream is not None and self.failed is None:
            try:
                self.stream.write(text)
            except (OSError, ValueError) as error:  # ValueError: it was closed
                self._lose(error)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Have written what was given, as far as that is possible."""
        if self.stream is not None and self.failed is None:
            try:
                self.stream.flush()
            except (OSError, ValueError) as error:
                self._lose(error)

    def isatty(self) -> bool:
        """Return whether people look at it."""
        try:
            return self.stream is not None and self.stream.isatty()
        except ValueError:
            return False

    def __getattr__(self, name: str) -> Any:
        # Not the bytes beneath: whoever writes these goes past what is done here.
        if name in ("buffer", "detach", "stream"):
            raise AttributeError(name)
        return getattr(self.stream, name)

    def _lose(self, error: OSError | ValueError) -> None:
        self.failed = error if isinstance(error, OSError) else OSError(str(error))
        # What is left in the stream would fail once more, with a traceback, when the interpreter ends.
        try:
            assert self.stream is not None
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.stream.fileno())
            os.close(nowhere)
        except (OSError, ValueError):
            pass


@contextmanager
def taken_over() -> Iterator[Display]:
    """Let the standard streams of this process be displays; give that of standard output.

    Only for a program, which has them for itself: importing coalsim leaves them alone.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Closed by whoever started us: the next file opened would get its number, and all that is printed would go there.
            os.open(os.devnull, os.O_RDWR)
    before = sys.stdout, sys.stderr
    shown = Display(sys.stdout)
    sys.stdout, sys.stderr = shown, Display(sys.stderr)
    try:
        yield shown
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        sys.stdout, sys.stderr = before


def say(text: str = "", *, err: bool = False) -> None:
    """Print text, to standard error if `err`."""
    print(printable(text), file=sys.stderr if err else sys.stdout, flush=err)


def printable(text: str) -> str:
    """Return text of one line or several with control characters escaped."""
    return text if text.isprintable() else "".join(letter if letter in "\n\t" else one_line(letter) for letter in text)


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return text as a line that can be printed anywhere: control characters escaped, the middle of what is too long left out."""
    line = "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text)
    half = (longest - 5) // 2
    return line if len(line) <= longest else f"{line[:half]} ... {line[-half:]}"


def console() -> Console:
    """Return where tables are printed: text is shown as it is, whatever brackets and colons it has."""
    from rich.console import Console

    class Plain(Console):
        """A console on which text is text."""

        def render_str(self, text: str, **options: Any) -> Text:
            """Return text that cannot move the cursor or change colours."""
            return super().render_str(printable(text), **options)

    plain: dict[str, Any] = {"markup": False, "emoji": False, "highlight": False}
    found = Plain(**plain)
    return found if found.is_terminal else Plain(**plain, width=WIDTH)


def headed(title: str, heads: Iterable[str], *right: int) -> Table:
    """Return an empty table with a title; the columns whose numbers are in `right` are set to the right."""
    from rich.table import Table
    from rich.text import Text

    made = Table(title=Text(one_line(title)) if title else None, title_justify="left", title_style="bold", box=None, pad_edge=False)
    made.header_style = "bold"
    for place, head in enumerate(heads):
        made.add_column(Text(one_line(head)), justify="right" if place in right else "left", overflow="fold")
    return made


def show(made: Table) -> None:
    """Print a table."""
    to = console()
    to.print(made)
    to.print()
