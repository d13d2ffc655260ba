"""Prose in lines of at most 120 characters, shown as before: scripts/prose.py."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
LONG = "a word " * 30


@pytest.fixture(scope="module")
def prose() -> ModuleType:
    spec = importlib.util.spec_from_file_location("prose", ROOT / "scripts" / "prose.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_all_prose_is_narrow(prose: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert {path.name for path in prose.pages()} >= {"README.md", "CHANGELOG.md", "odd.md", "first_walk.py", "analysis.py"}
    assert prose.main(["--check"]) == 0, capsys.readouterr()


@pytest.mark.parametrize("start", ["", "* ", "12. ", "> ", "* one\n  * "])
def test_a_long_paragraph_is_wrapped_under_its_mark(prose: ModuleType, start: str) -> None:
    text = f"# Head\n\n{start}{LONG}\n\nNext.\n"
    better = prose.wrapped(text)
    assert max(map(len, better.splitlines())) <= 120
    assert better != text
    assert prose.wrapped(better) == better


def test_nothing_becomes_a_list_a_heading_or_a_quotation(prose: ModuleType) -> None:
    for sign in ("-", "+", "*", "1.", "#", ">", "=", "<div>", "```"):
        for before in range(100, 125):
            text = f"{'x' * before} and {sign} and {LONG}\n"
            assert prose.wrapped(text).count("\n") > 1


@pytest.mark.parametrize(
    "text",
    [
        f"| a | b |\n|---|---|\n| {LONG} | b |\n",
        f"```\n{LONG}\n```\n",
        f"## {LONG}\n",
        f"<!-- columns:begin -->\n{LONG}\n<!-- columns:end -->\n",
        f"[word](https://example.org/{'x' * 130})\n",
        f"`{LONG}`\n",
        f"{LONG}  \na line broken on purpose\n",
        "short\nlines\n",
    ],
)
def test_what_is_no_prose_stays(prose: ModuleType, text: str) -> None:
    assert prose.wrapped(text) == text


def test_a_default_stays_behind_its_parameter(prose: ModuleType) -> None:
    for before in range(90, 121):
        better = prose.wrapped(f"{'x' * before} `burn_in` (180; null 0) {LONG}\n")
        assert "`burn_in` (180;" in better


def test_in_notebooks_only_cells_of_text_are_wrapped(prose: ModuleType) -> None:
    code = f"# %%\nx = 1  # {LONG.rstrip()}\n# {LONG.rstrip()}\n"
    better = prose.wrapped_notebook(f"# %% [markdown]\n# # Head\n#\n# * {LONG}\n\n{code}")
    text, rest = better.split("# %%\n")
    assert f"# %%\n{rest}" == code
    assert text.startswith("# %% [markdown]\n# # Head\n#\n# * a word")
    assert all(line.startswith("# ") or line in ("#", "") for line in text.splitlines())
    assert max(map(len, text.splitlines())) <= 120
