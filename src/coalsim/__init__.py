"""coalsim: how organizations form coalitions, simulated.

Names are loaded when first used, so that ``import coalsim`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from coalsim import moved

__version__ = "0.2.0"

_HOMES = {
    "Parameters": "coalsim.parameters",
    "load": "coalsim.parameters",
    "simulate": "coalsim.simulation",
    "Runs": "coalsim.simulation",
    "CoalitionModel": "coalsim.agents",
    "Organization": "coalsim.agents",
    "dock": "coalsim.docking",
    "Mechanism": "coalsim.mechanism",
    "variable": "coalsim.mechanism",
    "after": "coalsim.mechanism",
    "before": "coalsim.mechanism",
    "instead_of": "coalsim.mechanism",
    "Section": "coalsim.parameters",
    "parameter": "coalsim.parameters",
    "Column": "coalsim.tables.columns",
    "Sweep": "coalsim.sweep",
    "open_results": "coalsim.sweep",
    "effect": "coalsim.analysis",
    "response": "coalsim.analysis",
    "optimum": "coalsim.analysis",
    "survival": "coalsim.analysis",
    "sensitivity": "coalsim.analysis",
    "regions": "coalsim.analysis",
    "signs": "coalsim.analysis",
    "plausible": "coalsim.analysis",
    "replicates_needed": "coalsim.analysis",
    "calibrate": "coalsim.calibration",
    "posterior": "coalsim.calibration",
    "stability_of_run": "coalsim.stability",
}

__all__ = ["__version__", *_HOMES]

moved.install()


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'coalsim' has no attribute '{name}'")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
