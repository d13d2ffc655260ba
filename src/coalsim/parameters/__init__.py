"""Parameters: declared once, read from TOML, checked, replaced by name."""

from coalsim.parameters.declare import NEVER, Declaration
from coalsim.parameters.model import MECHANISMS, Parameters, declarations
from coalsim.parameters.toml import default_toml, load, markdown_table, write

__all__ = [
    "MECHANISMS",
    "NEVER",
    "Declaration",
    "Parameters",
    "declarations",
    "default_toml",
    "load",
    "markdown_table",
    "write",
]
