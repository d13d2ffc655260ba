"""Write the table of verdicts into a page, between <!-- verdicts:begin --> and <!-- verdicts:end -->.

Usage: python scripts/verdicts.py [--check] [FILE]
FILE is README.md if not given; the table comes from results/*/verdicts.csv and experiments/*/experiment.toml.
With --check nothing is written; exit code 1 says that the page is out of step.
"""

from __future__ import annotations

import sys
from pathlib import Path

from coalsim.errors import CoalsimError
from coalsim.studies.markdown import insert, verdict_table

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    """Write the table, or check it; 0 if all is well, 1 if the page is out of step, 2 if something cannot be read."""
    files = [argument for argument in arguments if not argument.startswith("-")]
    if set(arguments) - {"--check"} - set(files) or len(files) > 1:
        print("usage: python scripts/verdicts.py [--check] [FILE]", file=sys.stderr)
        return 2
    page = Path(files[0]) if files else ROOT / "README.md"
    try:
        text = page.read_text(encoding="utf-8")
        fresh = insert(text, verdict_table(ROOT / "experiments", ROOT / "results", page))
    except (CoalsimError, OSError) as error:
        print(f"{page}: {error}", file=sys.stderr)
        return 2
    if fresh == text:
        return 0
    if "--check" in arguments:
        print(f"{page}: the table of verdicts is out of step; run: python scripts/verdicts.py")
        return 1
    page.write_text(fresh, encoding="utf-8")
    print(f"wrote {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
