"""Experiments: run again, compared with what was reported, drawn.

An experiment is a folder; ``docs/experiments.md`` says what is in it and how to read a verdict.
"""

from coalsim.experiments.experiment import Output, Setting, Value
from coalsim.experiments.loading import Experiment, available, experiments_folder, load
from coalsim.experiments.reproducing import Reproduction, reproduce
from coalsim.experiments.targets import ExperimentError, Target, Tolerance
from coalsim.experiments.verdicts import Agreement, Verdict, compare, follows, judge, judge_all, judged, moved

__all__ = [
    "Agreement",
    "Experiment",
    "ExperimentError",
    "Output",
    "Reproduction",
    "Setting",
    "Target",
    "Tolerance",
    "Value",
    "Verdict",
    "available",
    "compare",
    "experiments_folder",
    "follows",
    "judge",
    "judge_all",
    "judged",
    "load",
    "moved",
    "reproduce",
]
