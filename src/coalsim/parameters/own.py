"""Parameters that mechanisms of one's own declare, by the name of the mechanism: their section in a configuration file.

They are known as soon as the mechanism is made, which only Python code or ``--mechanism`` does: a configuration file can
set them, not bring them. What is generated for all (default configuration, schema, tables of the docs) leaves them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from coalsim.parameters.declare import Declaration, Section, describe

_SECTIONS: dict[str, type[Section]] = {}


def own_sections() -> Mapping[str, type[Section]]:
    """Return the section classes of mechanisms, by name."""
    return MappingProxyType(_SECTIONS)


def own_declaration(name: str) -> Declaration | None:
    """Return what a mechanism declares of the parameter `name`, None if there is no such parameter."""
    for section, cls in _SECTIONS.items():
        if name in cls.model_fields:
            return describe(section, name, cls.model_fields[name])
    return None


def own_names() -> list[str]:
    """Return the names of all parameters of mechanisms."""
    return [name for cls in _SECTIONS.values() for name in cls.model_fields]


def keep(section: str, cls: type[Section]) -> None:
    """Make a mechanism's parameters known, whatever they are; `coalsim.parameters.registering.register` looks at them first."""
    _SECTIONS[section] = cls
