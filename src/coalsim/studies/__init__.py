"""Experiments: run again, compared with what was reported, drawn."""

from coalsim.studies.experiment import Output, Setting, Value

__all__ = ["Output", "Setting", "Value"]
