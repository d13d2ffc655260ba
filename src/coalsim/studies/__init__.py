"""What studies are made of: levers moved in worlds, what each does, through which channels, how sure its sign is.

How experiments are loaded, run again and judged is in `coalsim.experiments`.
"""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    import warnings

    from coalsim import experiments

    if name not in experiments.__all__:
        raise AttributeError(f"module 'coalsim.studies' has no attribute '{name}'")
    warnings.warn(f"coalsim.studies.{name} is now coalsim.experiments.{name}; the former name goes with version 0.3", DeprecationWarning, 2)
    return getattr(experiments, name)
