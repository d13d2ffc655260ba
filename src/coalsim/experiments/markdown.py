"""Tables of verdicts and of main effects, from the committed results, for pages in Markdown."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from coalsim.experiments.loading import available, load
from coalsim.experiments.targets import STANDINGS, ExperimentError
from coalsim.experiments.verdicts import DOES_NOT_HOLD, HOLDS, NO_REFERENCE, NOT_REPRODUCED, REPRODUCED, UNDECIDED, VERDICTS
from coalsim.inputs import PROSE, Column, Sheet, declare

SHOWN = 6
"""How many missed targets of an experiment are named."""

Row = dict[str, str]

_EFFECT = ("world", "lever", "outcome", "effect", "low", "high", "saved", "draws", "positive", "negative", "zero")
MAIN_EFFECTS = declare(
    Sheet(
        "main_effects",
        {**dict.fromkeys(("scope", "mean_baseline", "mean", "n"), Column(PROSE)), **dict.fromkeys(_EFFECT, Column(PROSE, needed=True))},
        least=0,
        others=True,
        error=ExperimentError,
    )
)
"""What is read of the main effects of a study."""
_OVER = (
    "scope",
    "study",
    "lever",
    "outcome",
    "low_end",
    "high_end",
    "effect",
    "low",
    "high",
    "p10",
    "p90",
    "positive",
    "negative",
    "draws",
)
OVER_POSTERIOR = declare(
    Sheet("over_posterior", {name: Column(PROSE, needed=True) for name in _OVER}, least=0, others=True, error=ExperimentError)
)
"""What is read of effects over a posterior."""
_PUBLISHED = "| experiment | published | independent recomputation | from memory | no reference |\n|---|---|---|---|---|\n"
_STUDIES = "| study | holds | does not hold | undecided | like the data | unlike |\n|---|---|---|---|---|---|\n"


def verdict_table(experiments: str | Path = "experiments", results: str | Path = "results", page: str | Path = "README.md") -> str:
    """Return the verdicts of all experiments that have results, in Markdown.

    Published experiments are counted as "reproduced of targets", apart for each standing of the reported numbers: published,
    recomputed independently of the publication, from memory; the targets that are not reproduced are named. Studies of
    our own are counted by hypothesis, and by number of data that they stand beside. Experiments without results are named below the table.

    Parameters
    ----------
    experiments, results
        Folders of experiments and of their results.
    page
        The page the table is for; links are relative to its folder.

    Raises
    ------
    ExperimentError
        An experiment is invalid, or its results cannot be read.
    """
    base = Path(page).resolve().parent
    rows: dict[str, list[str]] = {"published": [], "study": []}
    missing, misses = [], []
    totals = dict.fromkeys(("V", "C", "M"), (0, 0))
    for name in available(experiments):
        experiment, path = load(name, experiments), Path(results) / name / "verdicts.csv"
        if not path.exists():
            missing.append(f"`{name}`")
            continue
        verdicts = _read(path)
        title = f"[{experiment.title}]({_link(experiment.folder, base)}) ([verdicts]({_link(path, base)}))"
        if experiment.kind == "study":
            counts = [str(_count(verdicts, word)) for word in (HOLDS, DOES_NOT_HOLD, UNDECIDED, REPRODUCED, NOT_REPRODUCED)]
        else:
            by_standing = {standing: _reproduced(verdicts, standing) for standing in totals}
            totals = {standing: (totals[standing][0] + a, totals[standing][1] + b) for standing, (a, b) in by_standing.items()}
            counts = [*map(_of, by_standing.values()), str(_count(verdicts, NO_REFERENCE) or "")]
        failed = [row["target"] for row in verdicts if row["verdict"] in (NOT_REPRODUCED, DOES_NOT_HOLD)]
        if failed and experiment.kind == "published":
            misses.append(f"{name}: {', '.join(failed[:SHOWN])}{f' and {len(failed) - SHOWN} more' if len(failed) > SHOWN else ''}")
        rows[experiment.kind].append(f"| {title} | {' | '.join(counts)} |\n")
    text = ""
    if rows["published"]:
        text += _PUBLISHED + "".join(rows["published"]) + f"| all | {' | '.join(map(_of, totals.values()))} | |\n\n"
        text += _filled("*Reproduced of targets, by what the reported number rests on: " + _legend("V", "C", "M") + ".*") + "\n"
        if misses:
            text += "\n" + _filled(f"Not reproduced (each experiment's README gives the reasons): {'; '.join(misses)}.") + "\n"
    if rows["study"]:
        text += ("\n" if text else "") + _STUDIES + "".join(rows["study"])
    if missing:
        text += ("\n" if text else "") + _filled(f"Without results yet: {', '.join(missing)}.") + "\n"
    return text


def main_effects_table(results: str | Path = "results") -> str:
    """Return the main effects of all studies that have them (`coalsim.studies.worlds`), in Markdown.

    Of a lever that everybody moves the effect on impact and on the success rate, of one initiative's own that on its success.
    """
    lines = [
        "| study | lever | on | synthetic field | saved | draws up, down, none | health field |",
        "|---|---|---|---|---|---|---|",
    ]
    for path in sorted(Path(results).glob("*/main_effects.csv")):
        rows = [row for row in MAIN_EFFECTS.read(path).rows() if row["outcome"] in ("impact", "success_rate", "focal_succeeded")]
        whose = {(row["scope"], row["lever"]) for row in rows if row.get("scope") == "focal"}
        rows = [row for row in rows if (row.get("scope"), row["lever"]) not in whose or row["outcome"] == "focal_succeeded"]
        found = {(row["lever"], row["outcome"], row["world"]): row for row in rows}
        for lever, outcome in dict.fromkeys((row["lever"], row["outcome"]) for row in rows):
            here, there = found.get((lever, outcome, "synthetic")), found.get((lever, outcome, "health"))
            if here is None:
                continue
            signs = ", ".join(f"{float(here[name]):.0f}" for name in ("positive", "negative", "zero")) if here["draws"] else ""
            saved = f"{float(here['saved']):.0%}" if here["saved"] else ""
            cells = (path.parent.name, lever, outcome.replace("_", " "), _effect(here), saved, signs, _effect(there))
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def posterior_table(path: str | Path) -> str:
    """Return what levers do over a posterior (`experiments/what-pays`), in Markdown.

    Of a lever that everybody moves the effect on impact and on the success rate, of one initiative's own that on its forming and success.

    Parameters
    ----------
    path
        The table ``over_posterior.csv``.

    Raises
    ------
    ExperimentError
        It cannot be read.
    """
    shown = {"one": {"focal_formed": "forms", "focal_succeeded": "succeeds"}, "all": {"impact": "impact", "success_rate": "success rate"}}
    lines = [
        "| whose | study | lever | on | from, to | effect (95 %) | 10 to 90 % of draws | draws up, down |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in OVER_POSTERIOR.read(Path(path)).rows():
        outcome = shown.get(row["scope"], {}).get(row["outcome"])
        if outcome is None or not row["effect"]:
            continue
        of = {name: float(row[name]) for name in ("low_end", "high_end", "effect", "low", "high", "p10", "p90")}
        cells = (
            {"one": "one", "all": "everybody"}[row["scope"]],
            row["study"],
            row["lever"],
            outcome,
            f"{of['low_end']:.2f}, {of['high_end']:.2f}",
            f"{of['effect']:+.3f} ({of['low']:+.3f} to {of['high']:+.3f})",
            f"{of['p10']:+.2f} to {of['p90']:+.2f}",
            f"{float(row['positive']):.0f}, {float(row['negative']):.0f} of {float(row['draws']):.0f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _filled(paragraph: str) -> str:
    return textwrap.fill(paragraph, 116, break_long_words=False, break_on_hyphens=False)


def _effect(row: Mapping[str, str] | None) -> str:
    if row is None:
        return ""
    half = (float(row["high"]) - float(row["low"])) / 2
    return f"{float(row['effect']):+.3f} ± {half:.3f}"


def insert(text: str, table: str, name: str = "verdicts") -> str:
    """Return the text of a page with the table between the markers ``NAME:begin`` and ``NAME:end``.

    Raises
    ------
    ExperimentError
        The text does not have each marker once, in that order.
    """
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise ExperimentError(f"the page needs a line {begin.strip()} and, below, a line {end}")
    return text[: text.index(begin) + len(begin)] + table.rstrip() + "\n" + text[text.index(end) :]


def _read(path: Path) -> list[Row]:
    try:
        return VERDICTS.read(path).rows()
    except ExperimentError as error:
        raise ExperimentError(f"{path} cannot be read ({error}); run coalsim reproduce {path.parent.name}") from None


def _count(rows: Iterable[Row], word: str) -> int:
    return sum(row["verdict"] == word for row in rows)


def _reproduced(rows: Sequence[Row], standing: str) -> tuple[int, int]:
    """Return how many targets of a standing are reproduced, and how many there are."""
    those = [row for row in rows if row["standing"] == standing and row["verdict"] != NO_REFERENCE]
    return _count(those, REPRODUCED), len(those)


def _of(counts: tuple[int, int]) -> str:
    return f"{counts[0]} of {counts[1]}" if counts[1] else ""


def _legend(*standings: str) -> str:
    meaning = {
        "V": "read in the publication",
        "C": "computed from the publication's rules, independently of this project",
        "M": "not seen on a page, and never called published",
    }
    return "; ".join(f"{STANDINGS[standing]}: {meaning[standing]}" for standing in standings)


def _link(path: Path, base: Path) -> str:
    return Path(os.path.relpath(path.resolve(), base)).as_posix()
