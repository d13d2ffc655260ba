"""Advice for the page: asked for, told how far it is, told in sentences, and as a page to keep."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from coalsim.advice import Advice, advise, conclusion, plain, wording
from coalsim.advice.page import page
from coalsim.advice.wording import Shown
from coalsim.parameters import Parameters
from coalsim.sweep.progress import Silent
from coalsim.view.simulating import Emit, known

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.sweep.entries import Entry
    from coalsim.sweep.work import Done, Failed, Task

PARTS = ("with the parameters as they are", "in other worlds")


class Told(Silent):
    """Tells the page how far a part of the advice is."""

    def __init__(self, part: int, emit: Emit) -> None:
        self.part, self.emit = part, emit
        self.done = self.runs = 0

    def begin(self, work: int, runs: int, settled: Sequence[Entry]) -> None:
        """Say how much there is."""
        self.runs = runs
        self._tell()

    def block(self, task: Task, result: Done | Failed) -> None:
        """Say that a block is done."""
        self.done += getattr(result, "runs", 0)
        self._tell()

    def _tell(self) -> None:
        about = {"part": self.part + 1, "parts": len(PARTS), "about": PARTS[min(self.part, len(PARTS) - 1)]}
        self.emit({"progress": {**about, "done": self.done, "runs": self.runs}})


def advised(p: Parameters, replicates: int | None, draws: int | None, seed: int, title: str, emit: Emit) -> None:
    """Compute advice and send it: progress first, the whole at last."""
    parts = iter(range(10))
    advice = advise(p, replicates, draws, seed, os.cpu_count() or 1, progress=lambda: Told(next(parts), emit))
    emit({"advice": told(advice), "page": page(advice, title)})


def told(a: Advice) -> dict[str, Any]:
    """Return advice as the page shows it."""
    parts = conclusion.parted(a)
    return {
        "answer": conclusion.answer(a),
        "conclusions": wording.conclusions(a),
        "situation": wording.situation(a),
        "caveats": wording.caveats(a),
        "heading": parts.heading,
        "rows": _rows(a, parts.shown),
        "folded": _rows(a, parts.folded),
        "summary": parts.summary,
        "tables": [_table(shown) for shown in (wording.ranking(a), wording.costs(a))],
        "seconds": round(a.seconds),
    }


def _rows(a: Advice, ranking: pd.DataFrame) -> list[dict[str, Any]]:
    said = plain.steps(a)
    return [
        {
            "label": said[row["step"]],
            "value": known(100 * row["effect"]),
            "low": known(100 * row["low"]),
            "high": known(100 * row["high"]),
            "verdict": plain.SURE[row["verdict"]],
        }
        for row in ranking.to_dict("records")
    ]


def _table(shown: Shown) -> dict[str, Any]:
    return {"heading": shown.heading, "heads": list(shown.heads), "rows": [list(row) for row in shown.rows]}
