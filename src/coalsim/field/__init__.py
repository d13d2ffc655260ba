"""Where organizations come from: drawn (`synthetic`), given (`tables`), or read from a register."""

from coalsim.field.build import build, build_all, given
from coalsim.field.model import Field, GivenCoalition

__all__ = ["Field", "GivenCoalition", "build", "build_all", "given"]
