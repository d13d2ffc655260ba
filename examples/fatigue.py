"""Fatigue: who works in a coalition tires, until somebody new does the work; the tired are less ready for anything."""

import numpy as np

import coalsim as cs


class Fatigue(cs.Section):
    """What the work does to those who do it."""

    fatigue_rate: float = cs.parameter(0.05, "1/month", "Share of the way to exhaustion in a month as a member.", 0, 1, null=0.0)
    rest_rate: float = cs.parameter(0.1, "1/month", "Chance a month that somebody new does the work.", 0, 1, plausible=(0, 0.3))
    fatigue_effect: float = cs.parameter(0.3, "1", "Fall of readiness with exhaustion.", 0, 5, null=0.0, plausible=(0, 0.6))


def tire(s, p, draws):
    """Tire members, let some begin afresh, and remember how tired each coalition's convener ever was."""
    rested = draws.of_all("rest") < p.rest_rate
    s.fatigue = np.where(rested, 0.0, s.fatigue + p.fatigue_rate * s.member * (1 - s.fatigue))
    s.readiness = np.maximum(s.readiness - p.adaptation * p.fatigue_effect * s.fatigue, 0.0)
    s.worst = np.where(s.running, np.maximum(s.worst, s.fatigue), s.worst)
    s.book("rests", rested.astype(float), s.run_of(np.arange(s.shape.all)))


state = [cs.variable("fatigue", "organization", null=0.0), cs.variable("worst", "coalition", null=0.0)]
runs = [cs.Column("rests", "organization", "Times somebody took over.", int), cs.Column("fatigue", "1", "Mean.", how="mean")]
columns = {"outcomes": runs, "coalitions": [cs.Column("worst", "1", "Most tired that its convener ever was.")]}
FATIGUE = cs.Mechanism("fatigue", Fatigue, state, columns, draws=["rest"], steps=[cs.after("readiness", tire)])
