"""The JSON schema of configuration files, for editors and other programs."""

from __future__ import annotations

import json
import math
from typing import Any

from coalsim.parameters.model import Parameters


def json_schema() -> str:
    """Return the JSON schema (draft 2020-12) of a configuration file, with unit, null value and standing of parameters."""
    schema = Parameters.model_json_schema()
    schema["properties"] = {name.rstrip("_"): value for name, value in schema["properties"].items()}
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(_finite(schema), indent=2)


def _finite(node: Any) -> Any:
    """Replace infinities, which JSON does not have, by text."""
    if isinstance(node, dict):
        return {key: _finite(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_finite(item) for item in node]
    return "inf" if isinstance(node, float) and math.isinf(node) else node
