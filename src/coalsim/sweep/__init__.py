"""Sweeps: a design of scenarios, simulated in the same replicates, summarised."""

from coalsim.sweep.design import Sweep, SweepResults

__all__ = ["Sweep", "SweepResults"]
