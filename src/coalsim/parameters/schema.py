"""The JSON schema of configuration files, for editors and other programs."""

from __future__ import annotations

import json

from coalsim.parameters.model import MODELS, Parameters


def json_schema() -> str:
    """Return the JSON schema (draft 2020-12) of a configuration file, with unit, null value and evidence of parameters."""
    schema = Parameters.model_json_schema()
    schema["properties"] = {name.rstrip("_"): value for name, value in schema["properties"].items()}
    about = "The model whose values hold for what is left out: 1, the first design, or 2, the default."
    schema["properties"]["model"] = {"enum": list(MODELS), "description": about}
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, allow_nan=False)
