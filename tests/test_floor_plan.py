"""The floor plan (`coalsim.house`) and the imports of every module: data flow one way, and no module needs itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import networkx as nx
import pytest

import coalsim
from coalsim.house import FLOORS, floor_of, has_part
from coalsim.tables.columns import REPLICATE, SCENARIO

PACKAGE = Path(coalsim.__file__).parent

LATER = {
    ("agents.initiative", "agents.coalition"): "objects that know each other",
    ("sweep.executors", "sweep.clusters"): "a pool on Dask is a pool",
    ("sweep.design", "sweep.runner"): "`Sweep.run`",
    ("sweep.design", "sweep.status"): "`Sweep.run`",
    ("vectorized.compiling", "vectorized.kernels.all_of_them"): "kernels are found when they are compiled, and compiled by what finds them",
    ("vectorized.core", "vectorized.kernels.schedule"): "compiled steps stand in for those of arrays, where they are asked for",
    ("agents.model", "docking"): "`CoalitionModel.snapshot` is held against what docks",
    ("agents.model", "vectorized.core"): "what is declared once is declared with the numpy engine",
}
"""Imports inside functions that close a circle, or go up: none may be added without a reason."""

TYPES = {
    ("mechanism.variables", "field.model"),
    ("mechanism.form", "vectorized.draws"),
    ("mechanism.form", "vectorized.state"),
    ("mechanism.form", "vectorized.values"),
    ("sources", "mechanism"),
}
"""Imports for type checkers that go up: what a step of a mechanism is given has a name there."""


class Import(NamedTuple):
    """One module needs another: when it is imported, later (inside a function), or for type checkers only."""

    by: str
    of: str
    when: str


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports_of(module: str, text: str, known: set[str]) -> Iterator[Import]:
    def walk(node: ast.AST, when: str) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            inside = when
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                inside = "later"
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                inside = "types"
            if isinstance(child, ast.Import):
                names = [alias.name for alias in child.names]
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{module}: a relative import"
                whole = f"{child.module}".removeprefix("coalsim").removeprefix(".")
                parts = [f"{whole}.{alias.name}".removeprefix(".") for alias in child.names]
                ours = f"{child.module}".partition(".")[0] == "coalsim"
                names = [f"coalsim.{part}" if part in known else f"{child.module}" for part in parts] if ours else []
            else:
                yield from walk(child, inside)
                continue
            for name in names:
                package, _, rest = name.partition(".")
                if package == "coalsim":
                    assert rest in known, f"{module} imports {name}, which is no module"
                    yield Import(module, rest, when)

    yield from walk(ast.parse(text), "at import")


@pytest.fixture(scope="module")
def imports() -> list[Import]:
    found = modules()
    return [one for name, path in found.items() for one in imports_of(name, path.read_text(encoding="utf-8"), set(found)) if one.of != name]


def room(module: str) -> str:
    return module.partition(".")[0]


def goes_up(one: Import) -> bool:
    return room(one.by) != room(one.of) and floor_of(room(one.of)) >= floor_of(room(one.by))


def circles(edges: list[tuple[str, str]]) -> list[list[str]]:
    return [sorted(part) for part in nx.strongly_connected_components(nx.DiGraph(edges)) if len(part) > 1]


def test_every_room_is_on_one_floor_and_every_floor_has_its_rooms() -> None:
    planned = [name for floor in FLOORS for name in floor.rooms]
    assert len(planned) == len(set(planned))
    there = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert {name or "__init__" for name in planned} == there


def test_imports_go_down(imports: list[Import]) -> None:
    assert [one for one in imports if one.when == "at import" and goes_up(one)] == []
    assert {(one.by, one.of) for one in imports if one.when == "types" and goes_up(one)} == TYPES
    assert {(one.by, one.of) for one in imports if one.when == "later" and goes_up(one)} <= set(LATER)


def test_there_is_no_circle_of_imports(imports: list[Import]) -> None:
    assert circles([(one.by, one.of) for one in imports if one.when == "at import"]) == []
    real = [(one.by, one.of) for one in imports if one.when != "types"]
    assert circles([edge for edge in real if edge not in LATER]) == []
    with_types = circles([(one.by, one.of) for one in imports if (one.by, one.of) not in {*LATER, *TYPES}])
    assert [found for found in with_types if len({room(name) for name in found}) > 1] == []  # neighbours may know each other by type


def test_no_exception_is_kept_that_nothing_needs(imports: list[Import]) -> None:
    later = {(one.by, one.of) for one in imports if one.when == "later"}
    graph = nx.DiGraph([(one.by, one.of) for one in imports if one.when != "types"])
    for by, of in LATER:
        assert (by, of) in later
        assert goes_up(Import(by, of, "later")) or nx.has_path(graph, of, by)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("from coalsim.cli import main", True),
        ("def f():\n    import coalsim.sweep.design", True),
        ("from coalsim import simulation", True),
        ("from coalsim.errors import CoalsimError", False),
        ("from coalsim import __version__\nimport numpy", False),
    ],
)
def test_an_import_against_the_plan_is_seen(text: str, wrong: bool) -> None:
    found = imports_of("field.model", text, set(modules()))
    assert any(goes_up(one) for one in found) is wrong


def test_a_circle_is_seen() -> None:
    assert circles([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]) == [["a", "b", "c"]]


def test_what_has_a_part_in_results() -> None:
    """What a block of runs imports to compute has its digest in manifests; what shows or sorts them has not."""
    assert all(has_part(name) for name in ("__init__.py", "vectorized", "agents", "field", "streams.py", "mechanism", "parameters"))
    assert not any(has_part(name) for name in ("cli", "report", "analysis", "experiments", "testing.py", "view"))
    with pytest.raises(KeyError):
        has_part("a_room_nobody_planned.py")


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "README.md"])
def test_files_that_pages_name_are_there(page: str) -> None:
    root = PACKAGE.parents[1]
    text = (root / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|docs|tests|scripts|configs|experiments|examples)/[\w./-]+)`", text)
    linked = [link for link in re.findall(r"\]\(([^)#:]+)\)", text) if not link.startswith("results")]
    assert [name for name in named if not (root / name).exists()] == []
    assert [link for link in linked if not (root / page).parent.joinpath(link).exists()] == []
    assert len(named) + len(linked) > 2


def test_the_columns_that_name_a_run_are_spelled_in_one_place() -> None:
    for module, path in modules().items():
        texts = [node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant)]
        assert {SCENARIO, REPLICATE} & {text for text in texts if isinstance(text, str)} == (
            {SCENARIO, REPLICATE} if module == "tables.columns" else set()
        ), module
