"""Advice in words and tables, for the terminal and for the report alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from coalsim.advice import plain
from coalsim.advice.advising import DRAW_REPLICATES, Advice
from coalsim.advice.levers import PRESENT
from coalsim.advice.ranking import (
    END,
    HOLDS,
    IN_PROGRESS,
    LOWERS,
    MAY_LOWER,
    MAY_RAISE,
    NOT_SHOWN,
    OPEN,
    RAISES,
    REVERSED,
    START,
)
from coalsim.counts import so_many
from coalsim.parameters import Parameters, declarations
from coalsim.tables.summary import number
from coalsim.vectorized.mechanisms.focal import RULES

if TYPE_CHECKING:
    import pandas as pd

MOST = 4
"""How many steps a sentence names; the table has all."""

HALF_WIDTH = 0.05
"""Half width of an interval (in shares) for which the replicates needed are given."""

_OFTEN = 0.2  # of replicates in which an organization convenes for it to be named


class Shown(NamedTuple):
    """A table for people: a heading, the heads of columns, rows of text; the first column is to the left."""

    heading: str
    heads: tuple[str, ...]
    rows: list[tuple[str, ...]]


def situation(a: Advice) -> list[str]:
    """Return what was advised on, in sentences."""
    p, (organizations, issues, funders) = a.plan.parameters, a.field
    months, who = p.get("months"), p.get("focal_convener")
    convener = f"the {who.replace('_', ' ')} organization that has room for it" if who in RULES else plain.named(a, who)
    share, low, high = a.chance
    lines = [
        f"The initiative: {convener} researches {p.get('focal_research_months')} months and launches in month "
        f"{p.get('focal_launch_month')}, in a field of {_count(organizations, 'organization')}, {_count(issues, 'issue')} and "
        f"{_count(funders, 'funder')}, where {a.others:.1f} coalitions run already by then (mean).",
        *a.plan.notes,
        f"As planned it succeeds within the {months} months of a run in {_percent(share)} of {a.pooled} replicates "
        f"({_sure(a)} interval {_percent(low)} to {_percent(high)}), on average in month {a.months:.0f} (failures counting as {months}).",
    ]
    if a.launched < 0.995:
        lines.append(
            f"It is launched in {_percent(a.launched)} of them: in the others its convener has no room for it when research is to begin."
        )
    worlds = a.worlds[a.worlds["step"] == PRESENT]["chance"]
    lines.append(
        f"In {a.draws} other worlds ({plain.WORLDS[a.worlds_from]}), {DRAW_REPLICATES} replicates each, it succeeds in "
        f"{_percent(float(worlds.mean()))}; in {int((worlds == 0).sum())} of them never."
    )
    return lines


def ranking(a: Advice) -> Shown:
    """Return the table of steps, the one that raises the chance most first."""
    points, elsewhere = f"points ({_sure(a)})", f"elsewhere: points ({_sure(a)})"
    heads = ["step", "chance", points, "here it", "months", elsewhere, "same direction", "holds there"]
    rests = bool((a.ranking["rests_on"] != "").any())
    heads += ["rests on"] if rests else []
    rows: list[tuple[str, ...]] = []
    for _, r in a.ranking.iterrows():
        moved = r["better"] + r["worse"]
        here = f"{_points(r['effect'])} ({_between(r['low'], r['high'])})"
        there = f"{_points(r['over'])} ({_between(r['over_low'], r['over_high'])})" if r["over_high"] > r["over_low"] else "0 in every draw"
        same = f"{r['same_sign'] * moved:.0f} of {moved}" if not np.isnan(r["same_sign"]) else "-"
        row = [r["change"], _percent(r["chance"]), here, r["verdict"], f"{r['months']:+z.1f}", there, same, r["holds"]]
        rows.append((*row, plain.RESTS[r["rests_on"]]) if rests else tuple(row))
    heading = f"What each step does to the chance of success ({_percent(a.chance[0])} as planned) and to the months until it"
    return Shown(heading, tuple(heads), rows)


def costs(a: Advice) -> Shown:
    """Return the table of costs, the plan first, then steps in the order of the ranking."""
    heads = ["step", "months", "members", "funders", f"change ({_sure(a)})"]
    if a.unit is not None:
        heads += ["dollars a month", f"dollars' change ({_sure(a)})"]
    if named := bool((a.costs["convener"] != "").any()):
        heads.append("convener, most often")
    table = a.costs.set_index("step")
    rows = []
    for step, change in {PRESENT: PRESENT, **dict(zip(a.ranking["step"], a.ranking["change"], strict=True))}.items():
        r: Any = table.loc[step]
        more = f"{r['more']:+z.1f} ({r['more_low']:+z.1f} to {r['more_high']:+z.1f})"
        row = [change, f"{r['months']:.0f}", f"{r['members']:.2f}", f"{r['funders']:.2f}", "" if step == PRESENT else more]
        if a.unit is not None:
            low, high = (_dollars(r[f"more_dollars_{end}"], True) for end in ("low", "high"))
            row += [_dollars(r["dollars"]), "" if step == PRESENT else f"{_dollars(r['more_dollars'], True)} ({low} to {high})"]
        if named:
            planned, often = plain.convenes(a, r["convener"]), r["convener_share"] >= _OFTEN
            row.append("as planned" if planned else f"{plain.named(a, r['convener'])} ({_percent(r['convener_share'])})" if often else "-")
        rows.append(tuple(row))
    staff = "FTE of staff" if a.unit is not None else "FTE"
    heading = (
        f"What the coalition takes: months it runs; members' and funders' {staff} in each of them; change, in FTE-months over its whole "
        "life, research included"
    )
    return Shown(heading, tuple(heads), rows)


def conclusions(a: Advice) -> list[str]:
    """Return what follows, in sentences."""
    r, lines = a.ranking, []
    of = {word: r[r["verdict"] == word] for word in (RAISES, MAY_RAISE, MAY_LOWER, LOWERS, OPEN)}
    half = ((r["high"] - r["low"]) / 2).to_numpy(dtype=float)
    if len(of[OPEN]) == len(r):
        lines.append(f"No step's interval excludes 0: {a.replicates} replicates show changes of {100 * half.max():.0f} points and more.")
    for word, text in ((RAISES, "Raise the chance"), (MAY_RAISE, "May raise it"), (LOWERS, "Lower it"), (MAY_LOWER, "May lower it")):
        if len(of[word]):
            table = of[word] if word in (RAISES, MAY_RAISE) else of[word].iloc[::-1]
            said = [
                f"{row['change']} ({_points(row['effect'])} points, {_between(row['low'], row['high'])})" for _, row in table.iterrows()
            ]
            lines.append(f"{text}: {_names(said)}.")
    if len(of[MAY_RAISE]) or len(of[MAY_LOWER]):
        lines.append(f"'May': the interval of the step excludes 0, but of {len(r)} steps looked at some do so by chance.")
    lines += _there(r[r["verdict"] != OPEN])
    lines += filter(None, [plain.seed_grant(a)])
    lines += _confirmation(a)
    needed = int(np.ceil(a.replicates * (half.max() / HALF_WIDTH) ** 2))
    lines.append(f"Intervals of +-{100 * HALF_WIDTH:g} points or less around every step take about {needed} replicates (--replicates).")
    return lines


def statistics(a: Advice) -> list[str]:
    """Return how the numbers were come by, in sentences for those who know the words."""
    return [
        f"Effects are differences of paired shares, with Bonett and Price's {_sure(a)} intervals; a step raises or lowers the chance "
        f"if McNemar's exact test says so with Holm's adjustment for {len(a.ranking)} steps, and may do so if only its own interval "
        "excludes 0.",
        "Elsewhere: means over draws with intervals over draws; the same direction counts draws in which the "
        "coalition gets further or less far.",
    ]


def _calibrated(a: Advice) -> str:
    if a.worlds_from == "posterior":
        return "The model was fitted to numbers of real coalitions, and compares plans; it does not say what will happen to one of them."
    return "The model is not calibrated: it says how mechanisms work together, not what will happen."


def _worlds(a: Advice) -> str:
    if a.worlds_from == "posterior":
        return f"The other worlds are settings that the calibration found, in which {len(a.drawn.names)} of these numbers differ together."
    return f"{len(a.drawn.names)} of them were chosen at random within their plausible ranges, each independently of the others."


def _rests(a: Advice) -> list[str]:
    """Say what the start and the end of a run have to do with it."""
    lines, on = [], a.ranking["rests_on"]
    if on.str.contains(START).any():
        lines.append(
            "A run begins with no coalition in the field, so an early launch meets less competition for members than a later one: part "
            "of what steps in time do is that; they are marked."
        )
    if on.str.contains(END).any():
        lines.append(
            "A sooner launch has longer until the run ends. Steps whose effect does not show if success counts within equally long times "
            "from the launch are marked."
        )
    return lines


def caveats(a: Advice) -> list[str]:
    """Return what the advice rests on, in sentences."""
    p = a.plan.parameters
    counts = _counts(p)
    total = ", ".join(f"{counts[word]} {text}" for word, text in _EVIDENCE.items() if word in counts)
    known = _names(plain.meaning(name) for name in a.known)
    fixed = f" Taken as known, because the configuration sets them: {known}." if known else ""
    lines = [
        f"{_calibrated(a)} Of the numbers behind it {total}.",
        f"{_worlds(a)}{fixed}",
        "A step that does not hold in these worlds rests on the present values of numbers that nobody measured.",
        _decisive(a),
        *_rests(a),
        f"One step of one lever at a time; how far a step goes is a convention. Success counts within {p.get('months')} months only.",
    ]
    if p.get("focal_convener") in RULES:
        lines.append(
            "The convener is whoever fits a rule when research begins: a step that moves that month may change who convenes, which is then "
            "part of its effect. To keep it the same, name an organization as the convener."
        )
    if a.unit is None:
        return [*lines, "No dollars: an FTE is the capacity of a mean organization of a made-up field, in no particular staff."]
    kind = "register" if p.get("source") == "register" else "table"
    through = ["cost_per_employee", *(["capacity_exponent"] if kind == "register" else [])]
    rests = "; and ".join(plain.value(a, name) for name in through)
    worth = f"{number(a.unit.staff)} staff, {_dollars(a.unit.dollars_per_month)} a month"
    return [*lines, f"A unit of capacity, in which seed grants are given, is {worth}, from the {kind}. That rests on this: {rests}."]


_EVIDENCE = {
    "empirical": "are estimated from data",
    "judgment": "are judgments of an order of magnitude",
    "arbitrary": "are modelling choices without evidence",
}


def _counts(p: Parameters) -> Counter[str]:
    """Count the parameters of the process by evidence, those of the focal initiative and of files left out."""
    unused = {"focal", "simulation"} | ({"register"} if p.get("source") != "register" else set())
    return Counter(d.evidence for d in declarations().values() if d.section not in unused and d.unit != "file")


def _decisive(a: Advice) -> str:
    """Say on which parameters drawn it depends most how far the plan gets."""
    found = a.decisive[a.decisive["p"] <= 1 - a.confidence]
    if found.empty:
        return f"How far the plan gets could be shown to hinge on no single one of them ({a.draws} worlds show only strong dependence)."
    said = _names(
        f"{plain.meaning(r['parameter'])} (the higher, the {'further' if r['correlation'] > 0 else 'less far'}; "
        f"{plain.EVIDENCE[r['evidence']]})"
        for _, r in found.iterrows()
    )
    return f"How far the plan gets in them hinges most on: {said}."


def _there(shown: pd.DataFrame) -> list[str]:
    """Say which of the effects that show hold in other worlds."""
    texts = {
        HOLDS: "Holds in other worlds too",
        IN_PROGRESS: "In other worlds it shows in the progress made, not in the chance",
        NOT_SHOWN: "Does not show in other worlds",
        REVERSED: "Goes the other way in other worlds",
    }
    found = {word: list(shown[shown["holds"] == word]["change"]) for word in texts}
    return [f"{text}: {'; '.join(found[word])}." for word, text in texts.items() if found[word]]


def _confirmation(a: Advice) -> list[str]:
    if a.confirmation.empty:
        return ["No step raised the chance, so none was tried again."]
    lines = []
    for place, (_, r) in enumerate(a.confirmation.iterrows()):
        steps = a.ranking["change"].iloc[0] if place == 0 else " and ".join(step.label for step in a.combined)
        lines.append(
            f"Tried again in {int(r['n'])} fresh replicates, {r['steps']} ({steps}): {_points(r['effect'])} points "
            f"({_between(r['low'], r['high'])})."
        )
        if r["beyond"] < 0:
            surely = "is worse than" if r["beyond_high"] < 0 else "looks no better than"
            beside = f"{_points(r['beyond'])} points ({_between(r['beyond_low'], r['beyond_high'])})"
            lines.append(f"That {surely} the best step alone: {beside} beside it.")
    return lines


def _names(names: Iterable[str]) -> str:
    given = list(names)
    return "; ".join(given[:MOST]) + (f"; and {len(given) - MOST} more" if len(given) > MOST else "")


def _count(count: int, what: str) -> str:
    return so_many(count, what) if count else f"no {what}s"


def _sure(a: Advice) -> str:
    return f"{100 * a.confidence:g} %"


def _percent(share: float) -> str:
    return "-" if np.isnan(share) else f"{100 * share:.0f} %"


def _points(difference: float) -> str:
    return f"{100 * difference:+z.1f}"


def _between(low: float, high: float) -> str:
    return f"{100 * low:+z.1f} to {100 * high:+z.1f}"


def _dollars(amount: float, sign: bool = False) -> str:
    if np.isnan(amount):
        return "-"
    rounded = float(f"{amount:.3g}")
    return f"{'-' if rounded < 0 else '+' if sign else ''}${abs(rounded):,.0f}"
