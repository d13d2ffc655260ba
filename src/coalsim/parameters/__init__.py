"""Parameters: declared once, read from TOML, checked, replaced by name."""

from coalsim.parameters.declare import ENDLESS, NEVER, Declaration, Section, parameter
from coalsim.parameters.model import MECHANISMS, Parameters, declarations, find
from coalsim.parameters.toml import default_toml, load, markdown_table, write

__all__ = [
    "ENDLESS",
    "MECHANISMS",
    "NEVER",
    "Declaration",
    "Parameters",
    "Section",
    "declarations",
    "default_toml",
    "find",
    "load",
    "markdown_table",
    "parameter",
    "write",
]
