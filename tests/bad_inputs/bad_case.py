"""A bad input: files, a command, and what is to come of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

SEED = 11

CONFIG = "model = 1\n[simulation]\nmonths = 6\n[field]\norganizations = 6\n"
DESIGN = 'config = "c.toml"\nreplicates = 1\n[factors]\nopenness = [0.2, 0.8]\n'
TARGETS = 'config = "c.toml"\nruns = 20\nvary = ["openness"]\n'
TARGETS += '[targets.formed]\nstatistic = "mean"\ntable = "outcomes"\ncolumn = "formed"\nvalue = 2.0\ntolerance = 1.0\n'
RUN = ("run", "c.toml", "--replicates", "1")
SWEEP = ("sweep", "s.toml", "--out", "new")

JUNK = bytes(random.Random(SEED).randrange(256) for _ in range(400))


@dataclass(frozen=True)
class Case:
    """A command in a folder of its own.

    Attributes
    ----------
    kind : what is bad: file, and how
    owner : whose reading it meets
    arguments : of the command
    files : by name, what is in them
    special : by name, what is there that is no file: "folder", "fifo", "loop", "dangling", "zero" (an endless device)
    sweep : whether a finished sweep is there, as ``o``; `files` and `special` then come over it
    refused : whether exit code 2 is needed; otherwise 0 will do too
    """

    kind: str
    owner: str
    arguments: tuple[str, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    special: dict[str, str] = field(default_factory=dict)
    sweep: bool = False
    refused: bool = True


def case(kind: str, owner: str, arguments: tuple[str, ...], files: dict[str, str | bytes] | None = None, **about) -> Case:
    """Return a case whose files may be given as text."""
    given = {
        name: content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass") for name, content in (files or {}).items()
    }
    return Case(kind, owner, arguments, given, **about)


def broken(text: str) -> Iterator[tuple[str, bytes]]:
    """Yield ways in which any file of text can be broken so that nobody can read it."""
    data = text.encode()
    half = len(data) // 2
    yield "a NUL", data[:half] + b"\0" + data[half:]
    yield "not UTF-8", data[:half] + b"\xe9\xff" + data[half:]
    yield "UTF-16", text.encode("utf-16")
    yield "UTF-32", text.encode("utf-32")
    yield "junk", JUNK
    yield "a picture", b"\x89PNG\r\n\x1a\n" + JUNK
    yield "a web page", b"<!doctype html>\n<html><body>not found</body></html>\n"
    yield "a ZIP", b"PK\x03\x04" + JUNK


SPECIAL = ("folder", "fifo", "loop", "dangling", "zero")
"""What may stand where a file is wanted, besides nothing."""
