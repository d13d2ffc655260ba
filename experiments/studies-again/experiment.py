"""The seven studies, asked again: their own code and hypotheses, the calibrated model 2, fields in motion."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from coalsim.experiments import Experiment, Output, Setting, Value, load
from coalsim.experiments.verdicts import judge_all, read_before

if TYPE_CHECKING:
    from matplotlib.figure import Figure

STUDIES = ("timing", "investment", "research", "funders", "seed", "openness", "interplay")
HERE = Path(__file__).resolve().parent
WORDS = ("holds", "undecided", "does not hold")


def run(setting: Setting) -> Output:
    """Run the seven studies on model 2; set each verdict beside the one of model 1."""
    values, rows, effects = [], [], []
    for study in STUDIES:
        experiment = load(HERE.parent / study)
        output = asked(experiment, setting)
        asked_for = {target.name for target in experiment.targets}
        values += [Value(f"{study}_{value.name}", value.value, value.se) for value in output.values if value.name in asked_for]
        effects.append(output.tables["main_effects"].assign(study=study))
        rows += _beside(experiment, output)
    table = pd.DataFrame(rows)
    decided = table[(table["model_1"] != "undecided") & (table["model_2"] != "undecided")]
    reversed_ = int((decided["model_1"] != decided["model_2"]).sum())
    values.append(Value("hypotheses_that_hold", float((table["model_2"] == "holds").sum())))
    values.append(Value("verdicts_reversed", float(reversed_)))
    main = pd.concat([part.astype(object) for part in effects], ignore_index=True).infer_objects()
    first = ["study", "scope", "world", "lever", "outcome"]
    main = main[[*first, *(name for name in main.columns if name not in first)]]
    return Output(values, {"old_and_new": table, "effects": main}, {"old_and_new": _figure(table)})


def asked(experiment: Experiment, setting: Setting) -> Output:
    """Run a study on model 2, and close the figures that it draws, which are its own."""
    import matplotlib.pyplot as plt

    output = experiment.run(replace(setting, model=2))
    for figure in output.figures.values():
        plt.close(figure)
    return output


def _beside(experiment: Experiment, output: Output) -> list[dict[str, object]]:
    """Return a row for each hypothesis: what became of it in model 1 (the committed results), and what in model 2."""
    before = read_before(experiment.committed)
    rows: list[dict[str, object]] = []
    for verdict in judge_all(experiment.targets, output.values, experiment.name):
        name, value = verdict.target.name, verdict.value
        old = before.values.get(name) if before else None
        rows.append(
            {
                "study": experiment.name,
                "hypothesis": name,
                "expected": f"{verdict.target.compare} {verdict.target.printed}",
                "value_1": old.value if old else None,
                "se_1": old.se if old else None,
                "model_1": before.words.get(name, "") if before else "",
                "value_2": value.value,
                "se_2": value.se,
                "model_2": verdict.word,
                "note": verdict.target.note,
            }
        )
    return rows


def _figure(table: pd.DataFrame) -> Figure:
    """Draw how many hypotheses of each study hold, are undecided or do not hold, in model 1 and in model 2."""
    from coalsim.report.figures.axes import panels, title
    from coalsim.report.plots import COLOURS

    figure, axes = panels(2, 4.2, 3.6, sharey=True, left=1.2)
    for axis, model in zip(axes, ("model_1", "model_2"), strict=True):
        for place, study in enumerate(STUDIES):
            counts: Counter[str] = Counter(table.loc[table["study"] == study, model])
            start = 0
            for colour, word in zip((COLOURS[0], "0.8", COLOURS[1]), WORDS, strict=True):
                axis.barh(place, counts[word], left=start, color=colour, label=word if place == 0 else None)
                start += counts[word]
        axis.set_yticks(range(len(STUDIES)), STUDIES)
        axis.set_ylim(len(STUDIES) - 0.5, -0.5)
        axis.set_xlabel("hypotheses")
        axis.set_title(model.replace("_", " "), fontsize=10)
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    title(figure, "The same hypotheses, asked of both models", "the hypotheses were written before the first run on model 1")
    return figure
