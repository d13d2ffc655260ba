"""Write what is generated from declarations: configurations, schemas, tables of the ODD and of statistics, the picture of the house.

Usage: python scripts/generate.py [--check]
With --check nothing is written; exit code 1 says that a file is out of step.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from coalsim.calibration import statistics
from coalsim.house import picture
from coalsim.parameters import declarations, default_toml, markdown_table
from coalsim.parameters.schema import json_schema
from coalsim.parameters.toml import model1_toml
from coalsim.sweep.manifest import manifest_schema
from coalsim.tables import columns

ROOT = Path(__file__).resolve().parents[1]


def between(text: str, name: str, content: str) -> str:
    """Return `text` with what stands between the markers called `name` replaced."""
    begin, end = f"<!-- {name}:begin -->\n", f"<!-- {name}:end -->"
    before, rest = text.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}{content.rstrip()}\n{end}{after}"


_STATED = re.compile(r"`(\w+)` \((-?[0-9.]+(?:e[0-9]+)?)(?=[;,) ])")


def with_defaults(text: str) -> str:
    """Return a text of the ODD with the defaults that follow parameters in brackets, `name` (.05), as they are declared."""

    def stated(match: re.Match[str]) -> str:
        declared = declarations().get(match[1])
        if declared is None or isinstance(declared.default, bool) or not isinstance(declared.default, int | float):
            return match[0]
        if float(match[2]) == float(f"{declared.default:.4g}"):
            return match[0]
        return f"`{match[1]}` ({f'{declared.default:.4g}'.removeprefix('0') or '0'}"

    return _STATED.sub(stated, text)


def generated() -> dict[Path, str]:
    """Return the text of every generated file."""
    odd = (ROOT / "docs/odd.md").read_text(encoding="utf-8")
    odd = between(odd, "parameters", markdown_table())
    odd = with_defaults(between(odd, "columns", columns.markdown()))
    calibration = (ROOT / "docs/calibration.md").read_text(encoding="utf-8")
    architecture = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    return {
        ROOT / "docs/architecture.md": between(architecture, "house", f"```text\n{picture()}\n```"),
        ROOT / "docs/calibration.md": between(calibration, "statistics", statistics.markdown()),
        ROOT / "configs/baseline.toml": default_toml(),
        ROOT / "configs/model1.toml": model1_toml(),
        ROOT / "configs/schema.json": json_schema() + "\n",
        ROOT / "configs/manifest-schema.json": manifest_schema() + "\n",
        ROOT / "docs/odd.md": odd,
    }


def main() -> int:
    """Write the files, or check them."""
    stale = [path for path, text in generated().items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of step; run: make update")
        return int(bool(stale))
    for path in stale:
        path.write_text(generated()[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
