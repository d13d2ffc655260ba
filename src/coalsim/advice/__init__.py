"""Advice for one's own field: which step would raise the chance that one's own initiative succeeds, and at what cost."""

from coalsim.advice.advising import Advice, advise
from coalsim.advice.levers import LEVERS, Lever, Plan, Step, plan

__all__ = ["LEVERS", "Advice", "Lever", "Plan", "Step", "advise", "plan"]
