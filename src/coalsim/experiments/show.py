"""Experiments on the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from coalsim.experiments.loading import Experiment
from coalsim.experiments.reproducing import Reproduction, digits
from coalsim.experiments.targets import STANDINGS
from coalsim.experiments.verdicts import DOES_NOT_HOLD, HOLDS, NO_REFERENCE, NOT_REPRODUCED, REPRODUCED, UNDECIDED, Before, Verdict
from coalsim.report.terminal import console, headed, show

MANY = 5


def experiments(listed: Iterable[tuple[Experiment, Before | None]]) -> None:
    """Print what experiments there are, and what the committed results say of them."""
    table = headed("", ("experiment", "kind", "targets", "seconds", "committed", "question"), 2, 3)
    for experiment, before in listed:
        committed = "-" if before is None else _tally(list(before.words.values()))
        table.add_row(
            experiment.name, experiment.kind, str(len(experiment.targets)), f"{experiment.seconds:g}", committed, experiment.summary
        )
    show(table)


def verdicts(result: Reproduction) -> None:
    """Print the verdict of every target."""
    heads = ("target", "reported", "standing", "got", "difference", "tolerance", "verdict")
    size = ", quick" if result.setting.quick else ""
    table = headed(f"{result.experiment.name}: {result.experiment.title} ({result.seconds:.1f} s{size})", heads, 1, 3, 4, 5)
    for verdict in result.verdicts:
        table.add_row(*_row(verdict))
    show(table)


def agreement(result: Reproduction) -> None:
    """Print whether verdicts and values are those of the committed results, and where the new ones are."""
    compared, to = result.agreement, console()
    if compared.new:
        line = "new: there are no committed results to compare with"
    elif compared.differing:
        line = f"{len(compared.differing)} verdicts differ from the committed ones:" + "".join(f"\n  {text}" for text in compared.differing)
    elif compared.passed:
        line = "no verdict differs by more than chance explains:" + "".join(f"\n  {text}" for text in compared.passed)
    else:
        line = "verdicts: as committed"
    if compared.unequal is not None:
        count = len(compared.unequal)
        names = ", ".join(compared.unequal[:MANY]) + (", ..." if count > MANY else "")
        line += f"; values: {f'{count} differ from the committed ones ({names})' if count else 'equal to the committed ones'}"
    if result.folder is not None:
        line += f"\nwritten: {result.folder}"
    to.print(line, soft_wrap=True)
    to.print()


def summary(results: Sequence[Reproduction], failed: Sequence[str], seconds: float) -> None:
    """Print one row per experiment."""
    heads = ("experiment", "targets", "reproduced", "not", "no reference", "holds", "does not", "undecided", "seconds", "committed")
    table = headed(f"{len(results) + len(failed)} experiments in {seconds:.0f} s", heads, *range(1, 9))
    words = (REPRODUCED, NOT_REPRODUCED, NO_REFERENCE, HOLDS, DOES_NOT_HOLD, UNDECIDED)
    for result in results:
        counts = [str(result.count(word) or "-") for word in words]
        compared = "new" if result.agreement.new else "as committed" if result.agrees else f"{len(result.agreement.differing)} differ"
        table.add_row(result.experiment.name, str(len(result.verdicts)), *counts, f"{result.seconds:.1f}", compared)
    for name in failed:
        table.add_row(name, *[""] * 8, "failed")
    if len(results) > 1:
        totals = [str(sum(result.count(word) for result in results)) for word in words]
        table.add_row(
            "all", str(sum(len(r.verdicts) for r in results)), *totals, f"{sum(r.seconds for r in results):.1f}", "", style="bold"
        )
    show(table)


def _row(verdict: Verdict) -> tuple[str, ...]:
    target, value = verdict.target, verdict.value
    got = digits(value.value, 7) or "-"
    got = f"{got} ± {digits(value.se, 2)}" if value.se > 0 else got
    standing = STANDINGS.get(target.standing, "")
    if target.reported is None:
        return (target.name, "-", standing, got, "", "", verdict.word)
    reported = target.printed if target.compare == "=" else f"{target.compare} {target.printed}"
    return (target.name, reported, standing, got, digits(verdict.difference, 3), digits(verdict.allowed, 3), verdict.word)


def _tally(words: Sequence[str]) -> str:
    several = {HOLDS: "hold", DOES_NOT_HOLD: "do not hold"}
    counts = {word: words.count(word) for word in dict.fromkeys(words)}
    return ", ".join(f"{count} {word if count == 1 else several.get(word, word)}" for word, count in counts.items())
