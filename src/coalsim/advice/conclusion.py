"""The conclusion of advice, in everyday words: what helps, or that nothing is clear; and which steps are worth showing first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from coalsim.advice.pairs import detectable, enough
from coalsim.advice.plain import dollar, of_100, seed_grant, signed, steps, who
from coalsim.advice.ranking import END, HOLDS, IN_PROGRESS, LOWERS, MAY_LOWER, MAY_RAISE, NOT_SHOWN, OPEN, RAISES, REVERSED, START

if TYPE_CHECKING:
    import pandas as pd

    from coalsim.advice.advising import Advice

CLEAR = (RAISES, LOWERS)
"""Verdicts that hold with all steps looked at together."""

NEAREST = 3
"""How many steps are shown where none is clear."""

WORTH = 0.1
"""An effect (as a share of runs) that people would want to be told of."""

_DECIDED = {
    "research": "how long to do research",
    "lead": "how long to do research",
    "launch": "when to launch",
    "funders": "when to see funders",
    "contribution": "how much members give",
    "communication": "how much they keep in touch",
    "commitment": "how long they commit themselves",
    "admission": "how well they must fit",
    "redefinition": "how readily the goal changes",
    "seed": "a seed grant",
    "convener": "who convenes",
}
"""What each lever decides, in words."""


class Parted(NamedTuple):
    """Steps, in those that are shown and those that are folded away.

    Attributes
    ----------
    clear : whether there are steps whose effect is clear; they are shown then, and otherwise those that come nearest to it
    heading : what is shown
    shown, folded : rows of `Advice.ranking`
    summary : what is folded away
    """

    clear: bool
    heading: str
    shown: pd.DataFrame
    folded: pd.DataFrame
    summary: str


def parted(a: Advice) -> Parted:
    """Part the steps: the clear ones and the others; if none is clear, the few that come nearest, and all of them."""
    r = a.ranking
    clear = r["verdict"].isin(CLEAR)
    if clear.any():
        others, may = r[~clear], int(r["verdict"].isin([MAY_RAISE, MAY_LOWER]).sum())
        perhaps = f", {may} of which may help or hurt" if may else ""
        summary = f"The other {_steps(len(others))} that {'was' if len(others) == 1 else 'were'} tried{perhaps}: not clear"
        return Parted(True, "Steps with a clear effect", r[clear], others, summary)
    open_ = r["verdict"] == OPEN
    size = -r["effect"].abs()
    sorted_ = r.assign(open=open_, size=size).sort_values(["open", "p", "size"], kind="stable")
    order = sorted_.index[:NEAREST]
    alike = len(r) > NEAREST and len(sorted_[["open", "p", "size"]].drop_duplicates()) == 1
    heading = f"No step is clear, nor nearer to it than others; these {len(order)} are some of them" if alike else ""
    heading = heading or f"No step is clear; {f'these {len(order)} come' if len(order) > 1 else 'this one comes'} nearest"
    return Parted(False, heading, r.loc[order.sort_values()], r, f"All {_steps(len(r))} that were tried")


def answer(a: Advice) -> list[str]:
    """Return the conclusion in sentences: how it stands, what helps most, what that takes or what to avoid; or that nothing is clear."""
    share, low, high = a.chance
    plan = (
        f"As planned, the initiative of {who(a)} succeeds within {a.plan.parameters.get('months')} months in {of_100(share)} runs of 100 "
        f"({of_100(max(low, 0))} to {of_100(high)}): that is how often in the model, not a forecast."
    )
    if not a.ranking["verdict"].isin(CLEAR).any():
        return _nothing_clear(a, plan)
    return [plan, *_what_helps(a)]


def _nothing_clear(a: Advice, plan: str) -> list[str]:
    """Say that nothing is clear, what was tried, how large an effect would have been seen, and what to do next."""
    r, alpha = a.ranking, 1 - a.confidence
    chance_of = float((r["gained"] + r["lost"]).median()) / (2 * a.replicates)
    seen = detectable(a.replicates, len(r), chance_of, alpha)
    what = list(dict.fromkeys(_DECIDED[name] for name in sorted(r["lever"], key=list(_DECIDED).index)))
    would = (
        f"To be seen in four cases of five, a step would have had to make {of_100(seen)} more (or fewer) runs of 100 succeed; "
        "a smaller effect can well be there."
        if seen < 1
        else "So few runs cannot show any effect, however large."
    )
    tried = (
        f"Each of the {len(r)} steps changes one thing ({', '.join(what)}), and each was tried in the same {a.replicates} runs as the "
        f"plan. {would}"
    )
    wanted = WORTH if seen > WORTH else seen / 2
    needed = enough(wanted, len(r), chance_of, alpha)
    runs = f"about {needed:,} for each step would show an effect of {of_100(wanted)} in 100 (on the command line: --replicates {needed})"
    further = "" if seen > WORTH else " Or change the plan itself, since no single step of this size does much for it."
    return [
        f"No step stands out: none of the {len(r)} that were tried has a clear effect on success.",
        plan,
        tried,
        f"What to do next: ask again with more runs; {runs}.{further}",
    ]


def _what_helps(a: Advice) -> list[str]:
    said, r = steps(a), a.ranking
    helping = r[r["verdict"].isin([RAISES, MAY_RAISE])]
    if helping.empty:
        return [f"None of the {len(r)} steps that were tried shows that it helps.", _avoid(a, said)]
    order = helping.assign(rank=(helping["verdict"] == RAISES).astype(int) * 2 + (helping["holds"] == HOLDS).astype(int))
    best = order.sort_values(["rank", "effect"], ascending=False, kind="stable").iloc[0]
    surely = "What helps most is to" if best["verdict"] == RAISES else "What may help most is to"
    elsewhere = {
        HOLDS: f"and it still helps under other assumptions ({signed(best['over'])})",
        IN_PROGRESS: "under other assumptions it gets the coalition further, without more success",
        NOT_SHOWN: "but under other assumptions this is not seen",
        REVERSED: "but under other assumptions it works the other way round",
    }[best["holds"]]
    second = (
        f"{surely} {said[best['step']]}: {of_100(best['chance'])} runs of 100 succeed then, {signed(best['effect'])} "
        f"({signed(best['low'])} to {signed(best['high'])}), {elsewhere}{_of_the_run(best['rests_on'])}."
    )
    return [second, " ".join(filter(None, [_takes(a, best["step"]), _avoid(a, said)]))]


def _of_the_run(on: str) -> str:
    """Return a warning for steps whose effect rests on where a run begins or ends."""
    said = {
        START: "part of it is only that no coalition runs yet when the simulation begins, so whoever is sooner meets less competition",
        END: "it is only that a sooner launch has longer until the simulation ends",
    }
    return "".join(f"; {text}" for word, text in said.items() if word in on)


def _takes(a: Advice, name: str) -> str:
    of: Any = a.costs.set_index("step").loc[name]
    people = abs(float(of["more"]))
    what = "full-time months of staff" if a.unit is not None else "FTE-months"
    more = "more" if of["more"] >= 0 else "less"
    dollars = f", about {dollar(abs(float(of['more_dollars'])))}," if a.unit is not None else ""
    taken = f"It takes {people:,.0f} {what} {more}{dollars} over the life of the coalition"
    grant = f" {seed_grant(a)}" if name == "seed up" else ""
    return f"{taken}: time of members' staff and what funders give, together.{grant}"


def _avoid(a: Advice, said: dict[str, str]) -> str:
    hurting = a.ranking[a.ranking["verdict"] == LOWERS].iloc[::-1]
    if hurting.empty:
        return ""
    worst = hurting.iloc[0]
    return f"What hurts most is to {said[worst['step']]} ({signed(worst['effect'])} of 100)."


def _steps(count: int) -> str:
    return f"{count} step{'' if count == 1 else 's'}"
