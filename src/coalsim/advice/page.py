"""Advice as one page of HTML: the conclusion first, statistics folded away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from coalsim.advice import conclusion, plain, wording
from coalsim.advice.advising import DRAW_REPLICATES, Advice
from coalsim.advice.levers import PRESENT
from coalsim.advice.wording import Shown
from coalsim.report.page import markup


def page(a: Advice, title: str, assumptions: Sequence[str] = ()) -> str:
    """Return advice as one page of HTML.

    Parameters
    ----------
    a
        Advice.
    title
        What the field is called.
    assumptions
        What was assumed to make the field of the tables it comes from, in sentences.
    """
    said = plain.steps(a)
    rests = markup.text(*wording.caveats(a))
    if assumptions:
        rests += markup.details("What was assumed of your tables", markup.bullets(assumptions))
    sections = [
        ("What you could do otherwise", _forest(a, said) + _steps(a, said)),
        ("What it takes", _takes(a, said)),
        ("What would change the answer", markup.bullets(plain.changes(a))),
        ("The plan", markup.text(*wording.situation(a))),
        ("What it rests on", rests),
        ("Words", markup.listing(plain.GLOSSARY)),
        ("The statistics", markup.details("Intervals, tests and the worlds in which they were made", _statistics(a))),
    ]
    return markup.document(f"Advice for {title}", sections, markup.lead(*conclusion.answer(a)))


def _forest(a: Advice, said: dict[str, str]) -> str:
    parts = conclusion.parted(a)
    sure = f"{100 * a.confidence:g} %"
    caption = f"How many more runs of 100 succeed with a step, and its {sure} interval. The line in the middle is no change."
    shown, folded = (_bars(rows, said) for rows in (parts.shown, parts.folded))
    reach = markup.reach_of([*shown, *folded])
    html = markup.heading(parts.heading) + markup.forest(shown, caption, reach)
    return html + (markup.details(parts.summary, markup.forest(folded, caption, reach)) if folded else "")


def _bars(rows: pd.DataFrame, said: dict[str, str]) -> list[markup.Bar]:
    return [
        markup.Bar(said[row["step"]], 100 * row["effect"], 100 * row["low"], 100 * row["high"], _sure(row))
        for row in rows.to_dict("records")
    ]


def _sure(row: Mapping[Any, Any]) -> str:
    """Say how sure a step is, with a mark if that rests on where a run begins or ends."""
    return plain.SURE[row["verdict"]] + (
        f" (rests on the {' and the '.join(row['rests_on'].split(', '))} of a run)" if row["rests_on"] else ""
    )


def _steps(a: Advice, said: dict[str, str]) -> str:
    rests = bool((a.ranking["rests_on"] != "").any())
    rows = [
        {
            "step": said[row["step"]],
            "runs of 100 that succeed": f"{100 * row['chance']:.0f}",
            "change": f"{100 * row['effect']:+z.0f} ({100 * row['low']:+z.0f} to {100 * row['high']:+z.0f})",
            "it": plain.SURE[row["verdict"]],
            "elsewhere too?": plain.ELSEWHERE[row["holds"]],
            **({"rests on": plain.RESTS[row["rests_on"]]} if rests else {}),
        }
        for row in a.ranking.to_dict("records")
    ]
    caption = f"As planned {100 * a.chance[0]:.0f} runs of 100 succeed. Elsewhere: where the model's numbers are others."
    return markup.details("The numbers", markup.table(pd.DataFrame(rows), caption, ("step", "it", "elsewhere too?", "rests on")))


def _takes(a: Advice, said: dict[str, str]) -> str:
    table: Any = a.costs.set_index("step")
    staff = "people" if a.unit is not None else "FTE"
    rows = []
    for name in (PRESENT, *a.ranking["step"]):
        of = table.loc[name]
        row = {
            "step": said[name],
            "months it runs": f"{of['months']:.0f}",
            f"members' {staff}": f"{of['members']:.1f}",
            f"funders' {staff}": f"{of['funders']:.1f}",
        }
        if a.unit is not None:
            row["a month"] = plain.dollar(float(of["dollars"]))
        row["more in all"] = "" if name == PRESENT else _more(a, of)
        rows.append(row)
    kind = "full-time people" if a.unit is not None else "full-time equivalents (FTE) of the model, which are in no particular dollars here"
    caption = (
        f"What the coalition takes while it runs, in {kind}, from members and from funders; and what a step changes over its whole life."
    )
    first = pd.DataFrame(rows[:1]).drop(columns="more in all")
    rest = markup.details("With each step", markup.table(pd.DataFrame(rows), "Means over all runs.", ("step",)))
    return markup.table(first, caption, ("step",)) + markup.text(*filter(None, [plain.seed_grant(a)])) + rest


def _more(a: Advice, of: Any) -> str:
    people = f"{of['more']:+z,.0f} FTE-months"
    if a.unit is None:
        return people
    dollars = float(of["more_dollars"])
    return f"{people}, {'+' if dollars >= 0 else ''}{plain.dollar(dollars)}"


def _statistics(a: Advice) -> str:
    html = markup.text(*wording.conclusions(a), *wording.statistics(a))
    html += _html(wording.ranking(a)) + _html(wording.costs(a))
    made = f"{a.replicates} replicates; {a.draws} {plain.WORLDS[a.worlds_from]} with {DRAW_REPLICATES} replicates each; seed {a.seed}"
    return html + markup.text(f"{made}; {a.seconds:.0f} s.")


def _html(shown: Shown) -> str:
    return markup.table(pd.DataFrame(shown.rows, columns=list(shown.heads)), shown.heading, shown.heads[:1])


def assumed(lines: Iterable[str]) -> list[str]:
    """Return the sentences of a report of assumptions, as `coalsim new-field --from` writes it."""
    found, inside = [], False
    for line in lines:
        if line.startswith("#"):
            inside = "assumed" in line
        elif inside and line.startswith("* "):
            found.append(line[2:].strip())
    return found
