"""Parameters that mechanisms of one's own declare, by the name of the mechanism: their section in a configuration file.

They are known as soon as the mechanism is made, which only Python code or ``--mechanism`` does: a configuration file can
set them, not bring them. What is generated for all (default configuration, schema, tables of the docs) leaves them out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from coalsim.errors import ParameterError
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


def register(section: str, cls: type[Section]) -> None:
    """Make the parameters of a mechanism known; those it declared before under this name are forgotten.

    Raises
    ------
    ParameterError
        A parameter of that name, or a section, is there already, or its default is not allowed.
    """
    from coalsim.parameters.model import declarations, sections

    if section in sections():
        raise ParameterError(f"mechanism '{section}': [{section}] is a section of the model's own parameters; choose another name")
    for name, field in cls.model_fields.items():
        other = declarations().get(name) or own_declaration(name)
        if other is not None and other.section != section:
            raise ParameterError(f"mechanism '{section}': parameter '{name}' is in [{other.section}] already; choose another name")
        if not isinstance(field.json_schema_extra, dict) or "unit" not in field.json_schema_extra:
            raise ParameterError(f"mechanism '{section}': parameter '{name}' is not declared with coalsim.parameter")
    try:
        cls()
    except ValueError as error:
        raise ParameterError(f"mechanism '{section}': the defaults of its parameters are not allowed: {error}") from None
    _SECTIONS[section] = cls
