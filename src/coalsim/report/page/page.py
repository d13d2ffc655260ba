"""The page of a sweep, section by section."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from coalsim.analysis.marginals import check_outcomes
from coalsim.errors import CoalsimError
from coalsim.report.page import findings, markup, origin
from coalsim.report.page.conclusion import conclusion

if TYPE_CHECKING:
    from coalsim.sweep.results import Results

MAIN = ("success_rate", "impact", "problems_solved")

READING = (
    "Intervals are 95 % intervals over replicates: they say how much chance there is in a number at these parameters, and shrink to "
    "nothing with more replicates. They say nothing about other parameters.",
    "Scenarios of a replicate met the same field, shocks and chances (common random numbers). Effects are differences within replicates; "
    "the share of variance that this saves stands beside them. Points of a curve compare better than their own intervals suggest.",
    "An outcome has no value in a run in which it is not defined, such as a success rate where no coalition formed. Such runs are left out "
    "of its means.",
    "A number that stands alone beside others with intervals was the same in every replicate or resample. With few of them this is no "
    "proof that it could not have been another.",
)
LIMITS = (
    "Model 2 was fitted to a few numbers of real coalitions, model 1 to none: both show how mechanisms work together, not what will "
    "happen in a place. There is no politics and no conflict within coalitions; registers know incorporated bodies only. Whether an effect "
    "holds where parameters might as well be others is another question "
    "(coalsim.analysis.signs).",
)


def page(results: Results, on: Sequence[str] = MAIN) -> str:
    """Return a sweep as a page of HTML.

    Parameters
    ----------
    results
        Of a sweep, finished or not, of any design.
    on
        Outcomes of tables and figures.

    Raises
    ------
    ParameterError
        An outcome is unknown.
    StoreError
        The tables cannot be read.
    """
    check_outcomes(on, results.columns["outcomes"])
    title = results.sweep.design if results.manifest is None else results.manifest.name
    sections: list[tuple[str, str]] = [("Design", origin.design(results))]
    if results.runs_done:
        parts: list[tuple[str, Callable[[Results, Sequence[str]], str]]] = [
            ("Outcomes", findings.outcomes),
            ("Effects of factors", findings.effects),
            ("Where outcomes are best", findings.best),
            ("What outcomes depend on", findings.sensitivity),
            ("How long coalitions last, and when they succeed", findings.survival),
            ("How many replicates are enough", findings.replicates),
        ]
        for heading, part in parts:
            try:
                html = part(results, on)
            except CoalsimError as error:
                html = markup.text(f"This part cannot be given: {error}.")
            if html:
                sections.append((heading, html))
    sections.append(("How to read this", markup.text(*READING)))
    sections.append(("What it cannot say", markup.text(*LIMITS)))
    sections.append(("Where it comes from", origin.provenance(results)))
    return markup.document(f"Sweep: {title}", sections, markup.lead(*conclusion(results, on)))
