"""A calibration as one page of HTML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from coalsim.report.page import markup

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

READING = (
    "What is accepted is read as the 95 % interval of the real number. A draw of the posterior is a set of parameters whose runs came "
    "near enough to all fitted numbers together; intervals hold 90 % of the draws, and contain the chance in the runs.",
    "A parameter is called pinned if its posterior is at most half as wide as its prior, free if it is at least .85 as wide. Free means "
    "that these targets say nothing about it, not that it does not matter.",
    "Targets are taken as independent of each other. Where several are computed of the same data, as survival at two ages, the posterior "
    "is a little narrower than it should be.",
    "Misses of two targets that go together less than chance (pull apart) say that what mends one harms the other, in this model and "
    "within these priors.",
)


def page(
    name: str, tables: Mapping[str, pd.DataFrame], figures: Mapping[str, Figure], verdict: list[str], manifest: Mapping[str, Any]
) -> str:
    """Return the page.

    Parameters
    ----------
    name
        Of the calibration.
    tables
        "fit", "widths", "fights", "pairs", "waves", "generations".
    figures
        "targets", "parameters", "fights", "course"; they are closed.
    verdict
        Sentences that say what came out.
    manifest
        Of the folder.
    """
    fit, widths, fights = tables["fit"], tables["widths"], tables["fights"]
    shown = fit.drop(columns=["statistic", "group", "source"]).assign(
        fitted=["yes" if row else "no" for row in fit["fitted"]], met=["yes" if row else "no" for row in fit["met"]]
    )
    said = fights[fights["verdict"] != ""]
    if len(said):
        of_fights = markup.table(said, "Pairs of targets that fight, by the emulators", ("other", "verdict"))
    else:
        of_fights = markup.text("No two of the targets fight each other.")
    sources = [(str(row.target), str(row.source)) for row in fit.itertuples() if row.source]
    method = manifest["problem"]["method"]
    rows = [(key, str(value)) for key, value in manifest["software"].items()]
    rows += [("commit", str(manifest["commit"])), ("targets (digest)", manifest["targets_digest"])]
    rows += [("seed", str(manifest["problem"]["seed"])), ("method", ", ".join(f"{key} {value}" for key, value in method.items()))]
    rows += [("data", digest) for digest in manifest["inputs"]]
    top = tables["pairs"].head(10)
    sections = [
        ("What came out", markup.text(*verdict)),
        ("Targets", markup.figure(figures["targets"], "Where draws fall on each target.") + markup.table(shown, "Fit", ())),
        (
            "Parameters: what is pinned, what stays free",
            markup.figure(figures["parameters"], "Posterior of each parameter over its prior.")
            + markup.table(widths, "Prior and posterior widths", ("unit", "prior", "verdict"))
            + markup.table(top, "Parameters that hang together most in the posterior", ("other",)),
        ),
        ("Which targets fight", of_fights + (markup.figure(figures["fights"], "How misses go together.") if "fights" in figures else "")),
        (
            "How it went",
            markup.figure(figures["course"], "Waves and generations.")
            + markup.table(tables["waves"], "Waves of history matching")
            + markup.table(tables["generations"].assign(kept=["yes" if k else "no" for k in tables["generations"]["kept"]]), "Generations"),
        ),
        ("How to read this", markup.text(*READING)),
    ]
    if sources:
        sections.append(("Where the real numbers are from", markup.listing(sources)))
    sections.append(("Where it comes from", markup.listing(rows)))
    return markup.document(f"Calibration: {name}", sections)
