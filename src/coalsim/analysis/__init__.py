"""What the results of designed runs say: effects, curves, survival, sensitivity, regions.

Every function reads an object with the tables ``design``, ``outcomes`` and ``coalitions`` (`Tables`) and
gives back tidy pandas tables; `coalsim.report.figures` draws them. Scenarios share their replicates
(common random numbers), so the replicate is the unit of replication throughout: differences are paired
within it, and bootstraps draw whole replicates.
"""

from typing import TYPE_CHECKING

from coalsim.analysis.effects import effect
from coalsim.analysis.inputs import Designed, Tables
from coalsim.analysis.plausible import ParameterDraws, plausible
from coalsim.analysis.regions import Regions, regions
from coalsim.analysis.replicates import replicates_needed
from coalsim.analysis.responses import optimum, response
from coalsim.analysis.sensitivity import Sensitivity, chance, sensitivity
from coalsim.analysis.signs import signs
from coalsim.analysis.survival import Survival, survival
from coalsim.designs.sensitivity import SensitivityDesign, morris_design, problem, sobol_design
from coalsim.moved import names

__all__ = [
    "Designed",
    "ParameterDraws",
    "Regions",
    "Sensitivity",
    "SensitivityDesign",
    "Survival",
    "Tables",
    "chance",
    "effect",
    "morris_design",
    "optimum",
    "plausible",
    "problem",
    "regions",
    "replicates_needed",
    "response",
    "sensitivity",
    "signs",
    "sobol_design",
    "survival",
]

if TYPE_CHECKING:
    Draws = ParameterDraws
else:
    __getattr__ = names(__name__, {"Draws": "coalsim.analysis.ParameterDraws"})
