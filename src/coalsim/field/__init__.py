"""Where organizations come from: drawn (`synthetic`), given (`tables`), or read from a register."""

from coalsim.field.build import build, given
from coalsim.field.model import Field, GivenCoalition

__all__ = ["Field", "GivenCoalition", "build", "given"]
