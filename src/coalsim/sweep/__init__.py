"""Sweeps: a design of scenarios, cut into blocks, computed by workers, kept in a folder from which an interrupted sweep continues."""

from coalsim.sweep.design import Sweep
from coalsim.sweep.results import Results, open_results

__all__ = ["Results", "Sweep", "open_results"]
