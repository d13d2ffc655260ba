"""A mechanism's parameters, held against all others before they are known."""

from __future__ import annotations

from coalsim.errors import ParameterError
from coalsim.parameters.declare import Section
from coalsim.parameters.model import declarations, sections
from coalsim.parameters.own import keep, own_declaration


def register(section: str, cls: type[Section]) -> None:
    """Make the parameters of a mechanism known; those it declared before under this name are forgotten.

    Raises
    ------
    ParameterError
        A parameter of that name, or a section, is there already, or its default is not allowed.
    """
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
    keep(section, cls)
