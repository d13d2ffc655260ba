"""Write the tables made of committed results into their pages: verdicts into README.md, main effects into docs/findings.md.

Usage: python scripts/verdicts.py [--check]
They come from results/*/verdicts.csv, results/*/main_effects.csv and experiments/*/experiment.toml, and stand between
<!-- NAME:begin --> and <!-- NAME:end -->. With --check nothing is written; exit code 1 says that a page is out of step.
"""

from __future__ import annotations

import sys
from pathlib import Path

from coalsim.errors import CoalsimError
from coalsim.experiments.markdown import insert, main_effects_table, verdict_table

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    """Write the tables, or check them; 0 if all is well, 1 if a page is out of step, 2 if something cannot be read."""
    if set(arguments) - {"--check"}:
        print("usage: python scripts/verdicts.py [--check]", file=sys.stderr)
        return 2
    readme, findings = ROOT / "README.md", ROOT / "docs" / "findings.md"
    stale = False
    try:
        tables = {
            readme: ("verdicts", verdict_table(ROOT / "experiments", ROOT / "results", readme)),
            findings: ("main-effects", main_effects_table(ROOT / "results")),
        }
        for page, (name, table) in tables.items():
            text = page.read_text(encoding="utf-8")
            fresh = insert(text, table, name)
            if fresh == text:
                continue
            stale = True
            if "--check" in arguments:
                print(f"{page}: the table of {name} is out of step; run: make update")
            else:
                page.write_text(fresh, encoding="utf-8")
                print(f"wrote {page}")
    except (CoalsimError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 2
    return int(stale and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
