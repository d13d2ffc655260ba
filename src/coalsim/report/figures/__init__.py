"""Figures of what the analysis finds (matplotlib, colour-blind safe), each with its intervals."""

from coalsim.report.figures.curves import response, survival
from coalsim.report.figures.factors import interactions, regions, sensitivity
from coalsim.report.figures.forest import effects, signs

__all__ = ["effects", "interactions", "regions", "response", "sensitivity", "signs", "survival"]
