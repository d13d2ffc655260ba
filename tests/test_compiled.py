"""Compiled steps have the bits of the numpy steps, whatever the parameters; and they are used where that is wanted."""

from __future__ import annotations

import ast
import importlib
import json
import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import coalsim as cs
from coalsim.cli import app
from coalsim.errors import ParameterError
from coalsim.simulation import simulate
from coalsim.streams import Source, normals, streams
from coalsim.vectorized import compiling, threads
from coalsim.vectorized.core import SCHEDULE, variables
from compiled_cases import another, check, random_parameters

pytest.importorskip("numba")

MODEL2 = Path(__file__).parents[1] / "configs" / "model2.toml"


@pytest.fixture(scope="module")
def kernels() -> None:
    compiling.prepare(lambda said: None)


def same(a: cs.Runs, b: cs.Runs) -> None:
    pd.testing.assert_frame_equal(a.outcomes, b.outcomes, check_exact=True)
    pd.testing.assert_frame_equal(a.coalitions, b.coalitions, check_exact=True)
    if a.monthly is not None:
        pd.testing.assert_frame_equal(a.monthly, b.monthly, check_exact=True)


def run_sets(numbers: range) -> None:
    for number in numbers:
        rng = np.random.default_rng(number)
        p = random_parameters(rng)
        try:
            check([p, another(p, rng)], 2, rng if number % 2 else None, shared=number % 3 > 0)
        except AssertionError as error:
            raise AssertionError(f"set {number}: {error}") from None


@pytest.mark.usefixtures("kernels")
def test_each_step_has_the_same_bits_for_random_parameters_and_states() -> None:
    run_sets(range(4))


@pytest.mark.slow
@pytest.mark.usefixtures("kernels")
def test_each_step_has_the_same_bits_for_five_hundred_sets() -> None:
    run_sets(range(500))


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("path", ["model1.toml", "model2.toml", "vermont.toml"])
def test_a_run_has_the_same_tables(path: str) -> None:
    p = cs.load(MODEL2.with_name(path)).replace(months=14, burn_in=12)
    if p.field.source == "synthetic":
        p = p.replace(organizations=40)
    same(*(simulate(p, 2, seed=3, monthly=True, compiled=kind) for kind in (False, True)))


@pytest.mark.usefixtures("kernels")
def test_a_replaced_step_runs_as_given_and_the_others_stay_compiled() -> None:
    def readiness(s, p, draws):  # type: ignore[no-untyped-def]
        s.readiness = np.repeat(np.float32(0.6), s.shape.all)  # another type, another array
        s.acquaintances = np.ascontiguousarray(s.acquaintances)

    p = cs.load(MODEL2).replace(organizations=30, months=20, burn_in=0)
    same(*(simulate(p, 3, submodels={"readiness": readiness}, compiled=kind) for kind in (False, True)))


@pytest.mark.usefixtures("kernels")
def test_variables_of_other_mechanisms_are_cleared_and_move_with_their_memberships() -> None:
    def keep(s, p, draws):  # type: ignore[no-untyped-def]
        s.stayed[s.coalition >= 0] += 1
        s.ran[s.running] += 1
        s.sought[s.began > -1_000_000_000] += 1
        s.book("stays", s.stayed.sum(axis=0) + 7.0 * s.ran + 13.0 * s.sought, s.run_of(np.arange(s.shape.all)))

    own = cs.Mechanism(
        "own",
        state=[
            cs.variable("stayed", "membership", dtype=int, null=0),
            cs.variable("ran", "coalition", dtype=int, null=0),
            cs.variable("sought", "initiative", dtype=int, null=0),
        ],
        columns={"monthly": [cs.Column("stays", "-", "A sum.", float)]},
        steps=[cs.after("ending", keep)],
    )
    p = cs.load(MODEL2).replace(organizations=40, months=30, burn_in=10, closure_rate=0.5, launch_threshold=0.3, convene_hazard=0.2)
    same(*(simulate(p, 2, monthly=True, mechanisms=[own], compiled=kind) for kind in (False, True)))


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("path", ["model1.toml", "model2.toml"])
def test_threads_change_no_bit(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    p = cs.load(MODEL2.with_name(path)).replace(organizations=150, months=25, burn_in=0, launch_threshold=0.4, convene_hazard=0.1)
    plain = simulate(p, seed=2, compiled=False)
    monkeypatch.setattr(threads, "LARGE", 100)
    for number in ("1", "2", "3"):
        monkeypatch.setenv(threads.VARIABLE, number)
        same(plain, simulate(p, seed=2, compiled=True))


def test_threads_are_for_one_large_field_and_never_in_a_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(threads.VARIABLE, "3")
    assert threads.number(1, threads.LARGE) == 3
    assert threads.number(1, threads.LARGE - 1) == threads.number(2, threads.LARGE) == 1
    with threads.alone():
        assert threads.number(1, threads.LARGE) == 1
    monkeypatch.delenv(threads.VARIABLE)
    assert threads.number(1, threads.LARGE) >= 1
    monkeypatch.setenv(threads.VARIABLE, "many")
    with pytest.raises(ParameterError, match="a whole number from 1 on"):
        threads.number(1, threads.LARGE)


UNCOMPILED: tuple[str, ...] = ()
"""Steps without a kernel yet: they run on arrays, between those that are compiled."""


def test_there_is_a_kernel_for_every_step_and_event() -> None:
    from coalsim.vectorized.kernels.clearing import CLEARED
    from coalsim.vectorized.kernels.schedule import STEPS

    assert tuple(STEPS) == tuple(name for name in SCHEDULE if name not in UNCOMPILED)
    for event, clear in CLEARED.items():
        assert set(clear.names) <= {"chosen", *(v.name for v in variables() if v.reset == event)}  # the state clears the others
    memberships = {v.name for v in variables() if v.of == "membership"}
    assert memberships == {"coalition", "joined", "satisfaction", "pledge", "kept"}


def test_all_constants_that_kernels_take_from_elsewhere_are_in_the_name_of_their_folder() -> None:
    found = set()
    folder = Path(compiling.__file__).parent / "kernels"
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("coalsim") and ".kernels" not in str(node.module):
                for alias in node.names:
                    if isinstance(getattr(importlib.import_module(str(node.module)), alias.name, None), int | float | tuple):
                        found.add(f"{node.module}:{alias.name}")
    assert found == set(compiling.CONSTANTS)


@pytest.mark.usefixtures("kernels")
def test_a_kernel_is_compiled_for_one_type_of_each_argument() -> None:
    from coalsim.vectorized.kernels import compile as compiler

    for p in (cs.Parameters.model1(), cs.load(MODEL2).replace(memberships_max=1, funders=0, dimensions=1)):
        simulate(p.replace(months=120, burn_in=0, organizations=30), 2, compiled=True)  # long enough for coalitions that end
    counts = {name: len(function.signatures) for name, function in compiler.KERNELS.items()}
    assert {name for name, count in counts.items() if count != 1} == set()


@pytest.mark.usefixtures("kernels")
def test_draws_are_numpys_and_normals_scipys() -> None:
    from coalsim.vectorized.kernels.compile import KERNELS
    from coalsim.vectorized.kernels.kit import Kit

    keys = np.array([[7, 3], [2**64 - 1, 2**40]], dtype=np.uint64)
    noise, drawn = np.empty(40_000), np.empty((3, 40_000))
    KERNELS["coalsim.vectorized.kernels.philox.fill"](keys, 20_000, 0, 20_000, 11, Kit.ndtri, noise, drawn)
    table = np.concatenate([Source(*key).table(streams(3).organization, 11, 20_000) for key in ((7, 3), (2**64 - 1, 2**40))])
    assert np.array_equal(noise, normals(table[:, 0]))
    assert np.array_equal(drawn, table[:, 1:4].T)


def test_what_is_asked_for_and_cannot_be_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ParameterError, match="mesa engine is not compiled"):
        simulate(cs.Parameters.model1(), engine="mesa", compiled=False)
    with pytest.raises(ParameterError, match="True, False or None"):
        simulate(cs.Parameters.model1(), compiled="yes")  # type: ignore[arg-type]
    monkeypatch.setattr(compiling, "available", lambda: False)
    monkeypatch.setattr(compiling, "loaded", lambda: False)
    with pytest.raises(ParameterError, match=r"numba is not installed; install coalsim\[fast\]"):
        simulate(cs.Parameters.model1(), compiled=True)
    assert not compiling.chosen(None, 10**12)


def test_it_is_chosen_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "prepare", lambda note: True)
    monkeypatch.setattr(compiling, "loaded", lambda: True)
    assert compiling.chosen(None, 1)
    monkeypatch.setattr(compiling, "loaded", lambda: False)
    for there, least in ((True, compiling.PAYS_WHEN_KEPT), (False, compiling.PAYS_WHEN_NEW)):
        monkeypatch.setattr(compiling, "kept", lambda there=there: there)
        monkeypatch.setattr(compiling, "_simulated", 0)
        assert not compiling.chosen(None, least - 1)
        assert compiling.chosen(None, least)
        assert compiling.chosen(True, 1)
        assert not compiling.chosen(False, 10**12)


@pytest.mark.parametrize("there", [True, False])
def test_several_small_simulations_load_kernels_and_compile_none(there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "loaded", lambda: False)
    monkeypatch.setattr(compiling, "prepare", lambda note: True)
    monkeypatch.setattr(compiling, "kept", lambda: there)
    monkeypatch.setattr(compiling, "_simulated", 0)
    chosen = [compiling.chosen(None, 7_200) for _ in range(1_000)]
    assert not any(chosen[:4])
    assert all(chosen[20:]) if there else not any(chosen)


def test_where_nothing_can_be_kept_numpy_is_used_with_one_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(compiling, "cache_folder", lambda: tmp_path / "file" / "kernels")
    p = cs.Parameters.model1().replace(months=3)
    with caplog.at_level(logging.WARNING, "coalsim"):
        same(simulate(p, compiled=True), simulate(p, compiled=True))
    assert [record.message.split(" in ")[0] for record in caplog.records] == ["the steps are not compiled, as nothing can be kept"]


@pytest.mark.usefixtures("kernels")
def test_sweeps_are_the_same_files_and_say_how_they_were_made(tmp_path: Path) -> None:
    design = tmp_path / "design.toml"
    (tmp_path / "small.toml").write_text("model = 1\n[simulation]\nmonths = 10\n[field]\norganizations = 20\n")
    design.write_text('config = "small.toml"\nreplicates = 2\n[factors]\nopenness = [0.3, 0.6]\n')
    found = {}
    for option in ("--compiled", "--no-compiled"):
        folder = tmp_path / option.strip("-")
        done = CliRunner().invoke(app, ["sweep", str(design), "--out", str(folder), option, "--quiet"])
        assert done.exit_code == 0, done.output
        manifest = json.loads((folder / "manifest.json").read_text())
        assert [stretch["compiled"] for stretch in manifest["stretches"]] == [option == "--compiled"]
        found[option] = {path.name: path.read_bytes() for path in sorted((folder / "outcomes").iterdir())}, manifest["blocks"]
    assert found["--compiled"] == found["--no-compiled"]
