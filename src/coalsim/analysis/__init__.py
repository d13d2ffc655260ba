"""What the results of designed runs say: effects, curves, survival, sensitivity, regions.

Every function reads an object with the tables ``design``, ``outcomes`` and ``coalitions`` (`Tables`) and
gives back tidy pandas tables; `coalsim.report.figures` draws them. Scenarios share their replicates
(common random numbers), so the replicate is the unit of replication throughout: differences are paired
within it, and bootstraps draw whole replicates.
"""

from coalsim.analysis.effects import effect
from coalsim.analysis.inputs import Designed, Tables
from coalsim.analysis.plausible import Draws, plausible
from coalsim.analysis.regions import Regions, regions
from coalsim.analysis.replicates import replicates_needed
from coalsim.analysis.responses import optimum, response
from coalsim.analysis.sensitivity import Sensitivity, chance, sensitivity
from coalsim.analysis.signs import signs
from coalsim.analysis.survival import Survival, survival
from coalsim.designs.sensitivity import SensitivityDesign, morris_design, problem, sobol_design

__all__ = [
    "Designed",
    "Draws",
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
