"""`Desk`: what the page works on: a configuration, or a field of one's own that was dropped on it."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coalsim.advice.levers import LEVERS
from coalsim.errors import ParameterError
from coalsim.field import build
from coalsim.importing import blank
from coalsim.parameters import Parameters, declarations
from coalsim.tables.columns import OUTCOMES, RUN
from coalsim.vectorized.mechanisms.focal import RULES
from coalsim.view import names, plain_words
from coalsim.view.levers import levers, slider
from coalsim.view.typical import Luck, typical

MAIN = ("impact", "problems_solved", "formed", "participation")
"""Outcomes that are offered first."""


@dataclass
class Desk:
    """The state behind the page.

    Attributes
    ----------
    base : the scenario that levers are moved from
    title : what to call it
    seed, replicate : of the run that is watched; without a replicate a typical one is chosen (`coalsim.view.typical`)
    folder : where tables that were dropped are kept until `close`
    """

    base: Parameters
    title: str = "the default field"
    seed: int = 1
    replicate: int | None = None
    folder: tempfile.TemporaryDirectory[str] = field(default_factory=lambda: tempfile.TemporaryDirectory(prefix="coalsim-view-"))
    _chosen: tuple[Parameters, Luck] | None = field(default=None, init=False, repr=False)

    @property
    def luck(self) -> Luck:
        """The replicate that is watched first; what was chosen for one field does not stay when another one is used."""
        if self.replicate is not None:
            return Luck(self.replicate, "the one that was asked for")
        if self._chosen is None or self._chosen[0] is not self.base:
            self._chosen = self.base, typical(self.base, self.seed)
        return self._chosen[1]

    @property
    def path(self) -> Path:
        """The folder of tables."""
        return Path(self.folder.name)

    def close(self) -> None:
        """Take the folder of tables away."""
        self.folder.cleanup()

    def parameters(self, values: Any) -> Parameters:
        """Return the scenario with the values of moved levers; raise `ParameterError` if they are not allowed."""
        if not isinstance(values, Mapping):
            raise ParameterError("values: names of parameters with their values are needed")
        return self.base.replace(**values) if values else self.base

    def start(self) -> dict[str, Any]:
        """Return what the page needs before anything is simulated."""
        p, luck = self.base, self.luck
        field_ = build(p, self.seed, luck.replicate)
        return {
            "title": self.title,
            "seed": self.seed,
            "replicate": luck.replicate,
            "why": luck.why,
            "months": p.get("months"),
            "before": p.get("burn_in"),
            "source": p.get("source"),
            "size": [field_.size, len(field_.issue), len(field_.funder)],
            "levers": levers(p),
            "outcomes": outcomes(),
            "initiative": initiative(p, field_.size),
            "blank": {"file": blank.FILE, "text": blank.text(), "columns": blank.columns(), "least": blank.LEAST},
        }


def outcomes() -> list[dict[str, str]]:
    """Return the outcomes of a run, those that matter most first."""
    known = {column.name: column for column in OUTCOMES if column not in RUN}
    order = [*MAIN, *(name for name in known if name not in MAIN)]
    return [
        {
            "name": name,
            "label": name.replace("_", " "),
            "unit": known[name].unit,
            "meaning": known[name].meaning,
            **plain_words.outcome(name)._asdict(),
        }
        for name in order
    ]


def initiative(p: Parameters, organizations: int) -> dict[str, Any]:
    """Return what can be decided of the focal initiative, with its present values: those of its own, or everybody's."""
    fields = []
    for lever in {lever.parameter: lever for lever in LEVERS}.values():
        declared = declarations()[lever.parameter]
        if lever.name == "convener":
            continue
        own = p.get(lever.parameter)
        value = own if own is not None or not lever.shared else p.get(lever.shared)
        launch = {"low": declared.low, "high": p.get("months") - 1}
        range_ = slider(declarations()[lever.shared], p.get(lever.shared)) if lever.shared else launch
        fields.append(
            {
                "name": lever.parameter,
                "label": plain_words.INITIATIVE[lever.parameter],
                "value": value,
                "whole": lever.whole,
                "low": range_["low"],
                "high": range_["high"],
                "plausible": bool(lever.shared),
            }
        )
    called = names.of(p, organizations, 0, 0).organizations
    ids = build(p, 0, 0).names or tuple(str(number) for number in range(organizations))
    return {
        "fields": fields,
        "convener": p.get("focal_convener"),
        "rules": [[rule, plain_words.RULES[rule]] for rule in RULES],
        "organizations": [list(pair) for pair in zip(ids, called, strict=True)],
        "set": p.get("focal_launch_month") is not None,
    }
