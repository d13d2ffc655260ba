"""All reading of files that users give: where they are found, how TOML and how cells of CSV are read.

`Sheet` declares a kind of CSV file, `SHEETS` lists them all; `read_toml` reads TOML; `beside` is the rule for file names in
files. Nothing else in the package opens or parses such a file.
"""

from coalsim.inputs.cells import EIN, FLAG, ID, MISSING, NTEE, NUMBER, PROSE, TEXT, WHOLE, Kind
from coalsim.inputs.files import File, beside
from coalsim.inputs.sheets import KEY, SHEETS, Column, Sheet, Table, declare
from coalsim.inputs.toml import read_toml, value_of

__all__ = [
    "EIN",
    "FLAG",
    "ID",
    "KEY",
    "MISSING",
    "NTEE",
    "NUMBER",
    "PROSE",
    "SHEETS",
    "TEXT",
    "WHOLE",
    "Column",
    "File",
    "Kind",
    "Sheet",
    "Table",
    "beside",
    "declare",
    "read_toml",
    "value_of",
]
