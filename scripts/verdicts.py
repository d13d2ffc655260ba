"""Write what is made of committed results into the pages: a finding into README.md, verdicts and main effects into docs/.

Usage: python scripts/verdicts.py [--check]
It comes from results/*/verdicts.csv, results/*/main_effects.csv and experiments/*/experiment.toml, and stands between
<!-- NAME:begin --> and <!-- NAME:end -->. With --check nothing is written; exit code 1 says that a page is out of step.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from coalsim.errors import CoalsimError
from coalsim.experiments import ExperimentError
from coalsim.experiments.markdown import MAIN_EFFECTS, insert, main_effects_table, verdict_table

ROOT = Path(__file__).resolve().parents[1]
MONTHS = 24
"""Of the finding in the README: how late the first contact with funders is that it is compared with."""


def main(arguments: list[str]) -> int:
    """Write the tables, or check them; 0 if all is well, 1 if a page is out of step, 2 if something cannot be read."""
    if set(arguments) - {"--check"}:
        print("usage: python scripts/verdicts.py [--check]", file=sys.stderr)
        return 2
    readme, reproductions, findings = ROOT / "README.md", ROOT / "docs" / "reproductions.md", ROOT / "docs" / "findings.md"
    stale = False
    try:
        tables = {
            readme: ("finding", finding(ROOT / "results" / "funders" / "main_effects.csv")),
            reproductions: ("verdicts", verdict_table(ROOT / "experiments", ROOT / "results", reproductions)),
            findings: ("main-effects", main_effects_table(ROOT / "results")),
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
    """Return the finding that the README shows, in words: one initiative that meets funders at once instead of `MONTHS` later.

    Raises
    ------
    ExperimentError
        The study does not have that main effect.
    """
    lever, outcome = f"own first contact: {MONTHS} months to at once", "focal_succeeded"
    wanted = {"scope": "focal", "world": "synthetic", "lever": lever, "outcome": outcome}
    rows = [row for row in MAIN_EFFECTS.read(path).rows() if all(row.get(name) == value for name, value in wanted.items())]
    if len(rows) != 1:
        raise ExperimentError(f"{path} has {len(rows)} rows with {wanted}; one is needed")
    row = {name: float(rows[0][name]) for name in ("mean_baseline", "mean", "effect", "low", "high", "n", "draws", "positive", "negative")}
    clear = row["low"] > 0 or row["high"] < 0
    got = {name: f"{100 * row[name]:.0f} %" for name in ("mean", "mean_baseline")}
    points = {name: f"{100 * row[name]:+.1f}" for name in ("effect", "low", "high")}
    count = {name: f"{row[name]:.0f}" for name in ("n", "draws", "positive", "negative")}
    text = (
        f"**One finding**, from [the study of funders](experiments/funders), which uses model 1. In {count['n']} runs, an initiative "
        f"that meets funders when it begins succeeds in {got['mean']}; one that meets them {MONTHS} months later, in "
        f"{got['mean_baseline']}. The difference of {points['effect']} percentage points (95 % interval {points['low']} to "
        f"{points['high']}) {'is more than chance explains' if clear else 'may be chance'}. In {count['draws']} other plausible worlds "
        f"early contact helps in {count['positive']} and harms in {count['negative']}. In the rest no difference was seen, mostly "
        "because the initiative fails, or succeeds, either way. [More findings](docs/findings.md) are listed together with what "
        "in them is an artefact."
    )
    return textwrap.fill(text, 116, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
