"""Write what is made of committed results into the pages: a finding into README.md, verdicts and main effects into docs/.

Usage: python scripts/verdicts.py [--check]
It comes from results/*/verdicts.csv, results/*/main_effects.csv, results/what-pays and experiments/*/experiment.toml, and stands between
<!-- NAME:begin --> and <!-- NAME:end -->. With --check nothing is written; exit code 1 says that a page is out of step.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from coalsim.errors import CoalsimError
from coalsim.experiments import ExperimentError
from coalsim.experiments.markdown import OVER_POSTERIOR, insert, main_effects_table, posterior_table, verdict_table

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    """Write the tables, or check them; 0 if all is well, 1 if a page is out of step, 2 if something cannot be read."""
    if set(arguments) - {"--check"}:
        print("usage: python scripts/verdicts.py [--check]", file=sys.stderr)
        return 2
    readme, docs, over = ROOT / "README.md", ROOT / "docs", ROOT / "results" / "what-pays" / "over_posterior.csv"
    reproductions = docs / "reproductions.md"
    stale = False
    try:
        tables = {
            readme: ("finding", finding(over)),
            reproductions: ("verdicts", verdict_table(ROOT / "experiments", ROOT / "results", reproductions)),
            docs / "findings-model1.md": ("main-effects", main_effects_table(ROOT / "results")),
            docs / "findings.md": ("what-pays", posterior_table(over)),
        }
        for page, (name, table) in tables.items():
            text = page.read_text(encoding="utf-8")
            fresh = insert(text, table, name)
            if fresh == text:
                continue
            stale = True
            if "--check" in arguments:
                print(f"{page}: the part '{name}' is out of step; run: make update")
            else:
                page.write_text(fresh, encoding="utf-8")
                print(f"wrote {page}")
    except (CoalsimError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 2
    return int(stale and "--check" in arguments)


def finding(path: Path) -> str:
    """Return the finding that the README shows, in words: one initiative with a seed grant.

    Raises
    ------
    ExperimentError
        The study does not have that effect.
    """
    wanted = {"scope": "one", "lever": "seed grant 0 to 1", "outcome": "focal_succeeded"}
    rows = [row for row in OVER_POSTERIOR.read(path).rows() if all(row.get(name) == value for name, value in wanted.items())]
    if len(rows) != 1:
        raise ExperimentError(f"{path} has {len(rows)} rows with {wanted}; one is needed")
    row = {name: float(rows[0][name]) for name in ("low_end", "high_end", "effect", "low", "high", "draws", "positive", "negative")}
    harms = f"{row['negative']:.0f}" if row["negative"] else "none"
    sure = "more than chance explains" if row["low"] > 0 or row["high"] < 0 else "may be chance"
    share = {name: f"{100 * row[name]:.0f} %" for name in ("low_end", "high_end")}
    points = {name: f"{100 * row[name]:+.0f}" for name in ("effect", "low", "high")}
    text = (
        "**One finding.** In the model, an initiative with a grant of one full-time person for three years succeeds in "
        f"{share['high_end']} of runs, and without it in {share['low_end']}. The difference is {points['effect']} percentage points "
        f"(95 % interval {points['low']} to {points['high']}), {sure}. It is a mean over {row['draws']:.0f} settings of the parameters "
        "that match data on real coalitions about equally well. Which of them is true nobody knows: the grant helped in "
        f"{row['positive']:.0f} and harmed in {harms}, and in the others the four runs of each showed no difference. "
        "[More findings](docs/findings.md), including the three that we trust least."
    )
    return textwrap.fill(text, 116, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
