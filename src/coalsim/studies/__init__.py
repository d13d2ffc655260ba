"""What studies are made of: levers moved in worlds, what each does, through which channels, how sure its sign is.

How experiments are loaded, run again and judged is in `coalsim.experiments`.
"""

from coalsim import experiments
from coalsim.moved import names

__getattr__ = names(__name__, {name: f"coalsim.experiments.{name}" for name in experiments.__all__})
