"""Check the types of all Python that is not in the package: tests, scripts, benchmarks, examples, notebooks, experiments.

Usage: python scripts/check_types.py

The package itself is what ``mypy`` alone checks. Every experiment has an ``experiment.py``, and a module can be checked once under a
name; so they are checked as copies with names of their own, and what is found is said of the originals.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("tests", "scripts", "benchmarks", "examples", "notebooks", "experiments")
ALIKE = ("experiment", "analysis")
"""Modules that many experiments have."""

RULES = f"""\
[mypy]
python_version = 3.11
mypy_path = {(ROOT / "src").as_posix()}
cache_dir = {(ROOT / ".mypy_cache" / "apart").as_posix()}
check_untyped_defs = true
strict_equality = true
warn_unreachable = true
warn_unused_ignores = true
warn_redundant_casts = true
extra_checks = true
ignore_missing_imports = true

# A cell of a table may be anything: what is computed with it here would need a cast a line.
[mypy-pandas.*]
follow_imports = skip
follow_imports_for_stubs = true
"""
"""All bodies are checked; signatures may do without types."""

OF_TESTS = """
[mypy-{modules}]
warn_unused_ignores = false
warn_unreachable = false
disable_error_code = arg-type, assignment, comparison-overlap, func-returns-value, index, list-item,
    method-assign, misc, union-attr, var-annotated
"""
"""Tests give what is not allowed on purpose, put things in the place of others, and fail by themselves where something is None."""


def copied(path: Path) -> str:
    """Return the name that a file is checked under."""
    if path.parent.parent.name == "experiments" and path.stem in ALIKE:
        return f"{path.stem}_of_{path.parent.name.replace('-', '_')}"
    return path.stem


def main() -> int:
    """Return mypy's exit code."""
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    with TemporaryDirectory() as folder:
        originals: dict[Path, Path] = {}
        for path in files:
            copy = Path(folder) / f"{copied(path)}.py"
            assert copy not in originals, f"{path} and {originals[copy]} are modules of one name"
            originals[copy] = path
            shutil.copyfile(path, copy)
        tests = ",".join(copy.stem for copy, path in originals.items() if path.is_relative_to(ROOT / "tests"))
        (Path(folder) / "rules.ini").write_text(RULES + OF_TESTS.format(modules=tests), encoding="utf-8")
        command = [sys.executable, "-m", "mypy", "--config-file", "rules.ini", *(copy.name for copy in originals)]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    known = {copy.name: path.relative_to(ROOT).as_posix() for copy, path in originals.items()}
    print(re.sub(r"^([\w.]+\.py)(?=:)", lambda found: known.get(found[1], found[1]), done.stdout + done.stderr, flags=re.MULTILINE), end="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
