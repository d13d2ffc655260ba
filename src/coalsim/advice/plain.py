"""Advice in everyday words: names for ids, runs of 100 for shares, people and dollars for FTE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from coalsim.advice.levers import PRESENT, Step
from coalsim.advice.ranking import END, HOLDS, IN_PROGRESS, LOWERS, MAY_LOWER, MAY_RAISE, NOT_SHOWN, OPEN, RAISES, REVERSED, START
from coalsim.calibration.posteriors import PLAUSIBLE
from coalsim.parameters import NEVER, declarations
from coalsim.tables.labels import value_label
from coalsim.tables.summary import number

if TYPE_CHECKING:
    from coalsim.advice.advising import Advice

SURE = {RAISES: "helps", MAY_RAISE: "may help", OPEN: "not clear", MAY_LOWER: "may hurt", LOWERS: "hurts"}
"""How sure it is what a step does, by verdict."""

ELSEWHERE = {
    HOLDS: "yes",
    IN_PROGRESS: "it gets further, without more success",
    NOT_SHOWN: "not seen",
    REVERSED: "no, the other way round",
}
"""Whether that is so where the model's numbers are others."""

WORLDS = {"posterior": "settings that the calibration found", PLAUSIBLE: "settings from plausible ranges"}
"""Where the numbers behind other worlds come from."""

RESTS = {
    "": "",
    START: "the empty field at the start of a run",
    END: "the end of the run: it has longer",
    f"{START}, {END}": "the empty field at the start of a run, and its end",
}
"""What of a run the effect of a step rests on."""

CONVENERS = {
    "most_supported": "the organization with most partners who would found it too",
    "most_ready": "the readiest organization that has room for it",
    "most_connected": "the best connected organization that has room for it",
    "best_aligned": "the organization, among those with room for it, whose mission fits an issue best",
    "largest": "the largest organization that has room for it",
}
"""Rules for the convener, for people."""

GLOSSARY = (
    ("Run", "One simulated future of the field, with its own luck. Plan and steps are compared in the same runs, so with the same luck."),
    ("Success", "The coalition solves the problem it was made for before the run ends."),
    ("Interval", "Where the number may well lie: with more runs it becomes narrower. If it excludes 0, luck alone is an unlikely reason."),
    ("Step", "One decision made otherwise, all else as planned. How far a step goes is a convention."),
    (
        "Elsewhere",
        "In worlds in which the numbers behind the model are others: settings that its calibration found, or chosen at random within "
        "ranges that are plausible.",
    ),
    ("Readiness", "How ready an organization is to cooperate, from 0 to 1."),
    (
        "Fit, admission",
        "How near an organization's mission is to the coalition's goal, from 0 to 1; who is below the admission is no member.",
    ),
    ("Capacity", "Full-time people whom an organization could put into shared problems: fewer than its staff."),
    ("FTE-month", "What one full-time person does in a month."),
    ("Seed grant", "Money for the coalition itself from its launch on, for a fixed time."),
    ("Research", "Finding out, before the launch, who is there and what exists already."),
)
"""Words of the page."""


def named(a: Advice, identifier: Any) -> str:
    """Return what people call an organization or a rule for one."""
    text = str(identifier)
    return CONVENERS.get(text) or a.called.get(text) or text


def convenes(a: Advice, identifier: str) -> bool:
    """Return whether an organization is the planned convener, which may be given by its id or its name."""
    planned = str(a.plan.parameters.get("focal_convener"))
    return planned.casefold() in (identifier.casefold(), a.called.get(identifier, identifier).casefold())


def who(a: Advice) -> str:
    """Return the convener, for people."""
    return named(a, a.plan.parameters.get("focal_convener"))


def step(a: Advice, of: Step) -> str:
    """Return a step as something to do: ``launch in month 18 instead of 12``."""
    before, after = of.before, of.after
    by = abs(after - before) if of.lever.whole else 0
    longer = of.way == "up"
    more = "more" if longer else "less"
    words = {
        "research": lambda: f"{_research(after)} instead of {before} months, beginning {_months(by)} {'earlier' if longer else 'later'}",
        "lead": lambda: f"{_research(after)} instead of {before} months, launching {_months(by)} {'later' if longer else 'sooner'}",
        "launch": lambda: f"launch in month {after} instead of {before}",
        "funders": lambda: (
            "never seek out funders"
            if after >= NEVER
            else f"go to funders {after or 'at once'} instead of {before} months after research begins"
        ),
        "contribution": lambda: f"ask members for {_percent(after)} of their capacity instead of {_percent(before)}",
        "communication": lambda: f"spend up to {_percent(after)} instead of {_percent(before)} of that on keeping in touch",
        "commitment": lambda: f"have members commit for {after} months instead of {before}",
        "admission": lambda: f"ask members for {more} fit with the goal ({_plain(after)} instead of {_plain(before)})",
        "redefinition": lambda: f"let the goal change {more} readily ({_percent(after)} a month instead of {_percent(before)})",
        "seed": lambda: f"{'find' if longer else 'do with'} a seed grant of {_worth(a, after)} a month instead of {_worth(a, before)}",
        "convener": lambda: f"have {named(a, after)} convene instead of {named(a, before)}",
    }
    return words[of.lever.name]() if of.lever.name in words else of.label


def steps(a: Advice) -> dict[str, str]:
    """Return all steps in words, by name."""
    return {PRESENT: "as planned", **{of.name: step(a, of) for of in a.plan.steps}}


def changes(a: Advice) -> list[str]:
    """Return what would change the answer, in sentences."""
    said, lines = steps(a), []
    shaky = a.ranking[a.ranking["verdict"].isin([RAISES, MAY_RAISE]) & a.ranking["holds"].isin([NOT_SHOWN, REVERSED])]
    if len(shaky):
        help_ = "helps" if len(shaky) == 1 else "help"
        lines.append(f"Other numbers in the model: {'; '.join(said[of] for of in shaky['step'])} {help_} with the present numbers only.")
    decisive = a.decisive[a.decisive["p"] <= 1 - a.confidence]
    for _, row in decisive.iterrows():
        declared = declarations()[row["parameter"]]
        way = "further" if row["correlation"] > 0 else "less far"
        lines.append(f"{declared.meaning.rstrip('.')}: the higher it is, the {way} the plan gets. It is {EVIDENCE[declared.evidence]}.")
    if decisive.empty:
        lines.append(
            f"No single number behind the model could be shown to decide how far the plan gets ({a.draws} worlds show only strong ties)."
        )
    half = (a.ranking["high"] - a.ranking["low"]).to_numpy(dtype=float).max() / 2
    needed = int(np.ceil(a.replicates * (half / 0.05) ** 2))
    if needed > a.replicates:
        lines.append(f"More runs: {a.replicates} were made; about {needed:,} would tell every step to 5 of 100 (--replicates {needed}).")
    lines.append("A better table: what is blank in it, or assumed, is chosen at random for each run, and makes intervals wider.")
    return lines


EVIDENCE = {
    "empirical": "estimated from data",
    "judgment": "a judgment, not a measurement",
    "arbitrary": "a choice of the model",
}
"""What numbers rest on, for people."""


def meaning(name: str) -> str:
    """Return what a parameter means, for the middle of a sentence: its name is for configurations."""
    said = declarations()[name].meaning.rstrip(".")
    return said[0].lower() + said[1:]


def value(a: Advice, name: str) -> str:
    """Return a parameter as it is: what it means, its value with its unit, and what that rests on."""
    declared, amount = declarations()[name], f"{a.plan.parameters.get(name):,g}"
    what, _, per = declared.unit.partition("/")
    unit = "" if what in ("1", "-") else f" {what}s per {per}" if per else f" {what}s"
    return f"{meaning(name)}: {amount}{unit}, {EVIDENCE[declared.evidence]}"


def seed_grant(a: Advice) -> str:
    """Return what the seed grant of a step promises in all, whether or not it is all paid out; "" if no step has one."""
    found = [step for step in a.plan.steps if step.lever.name == "seed" and step.way == "up"]
    if not found:
        return ""
    before, after = (amount * a.plan.parameters.get("seed_months") for amount in (found[0].before, found[0].after))
    more = f", {_total(a, after - before)} more than planned" if before else ""
    return f"The seed grant of the step comes to {_total(a, after)} in all, over {_months(a.plan.parameters.get('seed_months'))}{more}."


def _total(a: Advice, fte_months: float) -> str:
    if a.unit is None:
        return f"{number(fte_months)} FTE-months"
    return f"{number(fte_months * a.unit.staff)} full-time months of staff ({dollar(fte_months * a.unit.dollars_per_month)})"


def dollar(amount: float) -> str:
    """Return dollars, rounded to three digits."""
    if np.isnan(amount):
        return "-"
    rounded = float(f"{amount:.3g}")
    return f"{'-' if rounded < 0 else ''}${abs(rounded):,.0f}"


def _worth(a: Advice, fte: float) -> str:
    if not fte:
        return "nothing"
    return f"{value_label(fte)} FTE-months" if a.unit is None else dollar(fte * a.unit.dollars_per_month)


def _research(months: int) -> str:
    return f"research {months}" if months else "do no research"


def _plain(value: float) -> str:
    return value_label(value)


def of_100(share: float) -> str:
    """Return a share as runs of 100."""
    return f"{100 * share:.0f}"


def signed(share: float) -> str:
    """Return a difference of shares as runs of 100, with its sign."""
    return f"{100 * share:+z.0f}"


def _percent(share: float) -> str:
    return f"{value_label(100 * share)} %"


def _months(count: int) -> str:
    return f"{count} month{'' if count == 1 else 's'}"
