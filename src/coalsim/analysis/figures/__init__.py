"""Figures of what the analysis finds (matplotlib, colour-blind safe), each with its intervals."""

from coalsim.analysis.figures.curves import response, survival
from coalsim.analysis.figures.factors import interactions, regions, sensitivity
from coalsim.analysis.figures.forest import effects, signs

__all__ = ["effects", "interactions", "regions", "response", "sensitivity", "signs", "survival"]
