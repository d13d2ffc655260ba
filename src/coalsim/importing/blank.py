"""An empty table of organizations, to be filled in: the columns that are read, and one row that shows what goes into them."""

from __future__ import annotations

from coalsim.importing.clean import written
from coalsim.importing.meanings import KINDS, Meaning

FILE = "my-organizations.csv"
"""What the empty table is called: not as the clean table that comes of it."""

LEAST = "The least that is needed is the names of two or more organizations, one to a row, under the heading name."
"""What a table must have, in a sentence."""


def columns() -> list[tuple[str, str]]:
    """Return the headers of the empty table, and what each column holds."""
    return [(_header(of), of.about) for of in _asked()]


def text() -> str:
    """Return the empty table as the text of a CSV file."""
    return written([[_header(of) for of in _asked()], [of.example or "" for of in _asked()]])


def _asked() -> list[Meaning]:
    return [of for of in KINDS["organizations_table"].meanings if of.example is not None]


def _header(of: Meaning) -> str:
    return f"{of.name} (1-5)" if of.scaled else of.name
