"""Calibration: parameters under which runs look like given numbers, as draws of a posterior (docs/calibration.md).

Data flow one way: a problem (targets, groups of runs, priors) is evaluated at points by workers, waves of history matching rule points out,
sequential Monte Carlo draws from what is left, and findings, figures and a page say what came out.
"""

from coalsim.calibration.calibrating import Calibration, calibrate, open_calibration
from coalsim.calibration.estimating import Estimate, estimate
from coalsim.calibration.posteriors import Posterior, drawn, posterior
from coalsim.calibration.problem import Method, Problem, problem_of, read_problem
from coalsim.calibration.statistics import LIBRARY, Seen, Statistic

__all__ = [
    "LIBRARY",
    "Calibration",
    "Estimate",
    "Method",
    "Posterior",
    "Problem",
    "Seen",
    "Statistic",
    "calibrate",
    "drawn",
    "estimate",
    "open_calibration",
    "posterior",
    "problem_of",
    "read_problem",
]
