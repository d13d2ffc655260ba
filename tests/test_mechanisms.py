"""What is declared once is known everywhere; a mechanism of one's own is one file."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim import docking, sources
from coalsim.errors import CoalsimError, ParameterError
from coalsim.mechanism import Mechanism, after, at, before, instead_of, variable
from coalsim.parameters import declarations
from coalsim.simulation import FIELD, STRUCTURAL
from coalsim.streams import streams
from coalsim.tables.columns import COALITIONS, CONTACTS, MONTHLY, OUTCOMES, TABLES, Column, coming, names
from coalsim.vectorized import core
from coalsim.vectorized.ground import GROUND
from command_line import called, called_in_a_process

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "examples" / "fatigue.py"


def _imported(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


FATIGUE: Mechanism = _imported(FILE, "fatigue").FATIGUE
TiringOrganization = _imported(ROOT / "examples" / "fatigue_agents.py", "fatigue_agents").TiringOrganization

BUSY = cs.Parameters.model1().replace(organizations=20, months=30, convene_hazard=0.2, research_months=2, fatigue_effect=0.5, effort=10.0)


def nothing(s: Any, p: Any, draws: Any) -> None:
    """Do nothing."""


LAST = [after("ending", nothing)]


# Declared once


def test_every_built_in_step_is_in_the_schedule_once() -> None:
    steps = [step.name for mechanism in core.MECHANISMS for step in mechanism.steps]
    assert sorted(steps) == sorted(core.ORDER)
    assert list(core.SCHEDULE) == list(core.ORDER)


def test_every_section_of_what_happens_belongs_to_one_mechanism() -> None:
    from coalsim.parameters.model import sections

    owned = [cls for mechanism in core.MECHANISMS for cls in mechanism.parameters]
    elsewhere = {"simulation", "field", "register"}
    assert sorted(cls.__name__ for cls in owned) == sorted(cls.__name__ for name, cls in sections().items() if name not in elsewhere)


def test_arrays_are_as_declared() -> None:
    p = cs.Parameters.model1().replace(memberships_max=3)
    s = core.Block([p, p], [docking.build(p, 1, r) for r in (0, 1)], [0, 1], 1).state
    for v in core.variables():
        array = getattr(s, v.name)
        assert array.dtype == np.dtype(v.dtype), v.name
        assert array.shape == s.shape.of(v), v.name
    assert s.coalition.shape == (3, 120)
    assert s.issue.shape == (2, 120)


def test_columns_of_coalitions_are_variables_or_worked_out_by_the_ledger() -> None:
    declared = {v.name for v in core.variables()}
    assert set(coming(COALITIONS, "state")) <= declared
    worked_out = {
        "convener",
        "leadership",
        "end",
        "ending",
        "kept_all_goals",
        "size",
        "members_end",
        "active_share",
        "sources",
        "funders_now",
    }
    worked_out |= set(CONTACTS)
    assert set(names(COALITIONS)) - set(coming(COALITIONS, "state")) == worked_out


def test_tables_have_the_declared_types() -> None:
    runs = cs.simulate(BUSY.replace(fatigue_effect=0.3), 3, monthly=True)
    for name, columns in TABLES.items():
        table = getattr(runs, name)
        assert list(table.columns) == [column.name for column in columns]
        for column in columns:
            wanted = {int: "int64", float: "float64", bool: "bool", str: "category"}[column.dtype]
            assert table[column.name].dtype == wanted, (name, column.name)


def test_what_shapes_blocks_and_fields_is_declared() -> None:
    assert {"months", "organizations", "funders_max", "source"} <= set(STRUCTURAL) <= set(FIELD)
    assert {name for name in FIELD if declarations()[name].section not in ("simulation", "field", "register")} == {
        "join_threshold",
        "grant_budget",
        "funders_max",
        "memberships_max",
    }


def test_the_field_depends_on_nothing_else() -> None:
    """A parameter that moves the field at the start says so: no two scenarios then share a field by mistake."""
    from coalsim.field import build

    p = cs.Parameters.model1()
    usual = build(p, 1, 0)
    for name, d in declarations().items():
        if name in FIELD or d.plausible is None:
            continue
        other = build(p.replace(**{name: int(d.plausible[1]) if d.kind == "whole number" else float(d.plausible[1])}), 1, 0)
        for attribute, value in vars(usual).items():
            assert np.array_equal(value, getattr(other, attribute)), (name, attribute)


@pytest.mark.parametrize(
    ("of", "dtype", "null"), [("organization", float, 0.0), ("membership", int, None), ("coalition", bool, None), ("run", int, 0)]
)
def test_a_variable_in_one_engine_only_does_not_dock(of: Any, dtype: type, null: Any) -> None:
    planted = Mechanism("planted", state=[variable("planted", of, dtype=dtype, null=null)], steps=LAST)
    p = BUSY.without("fatigue")
    (found,) = docking.dock(p, [0], mechanisms=[planted]).differences
    assert found.variable == "planted"
    assert "nothing of that name" in str(found)


def test_a_variable_that_differs_does_not_dock() -> None:
    def age(s: Any, p: Any, draws: Any) -> None:
        s.age += 1

    class Young(cs.Organization):
        age = 0

    aging = Mechanism("aging", state=[variable("age", "organization", dtype=int, null=0)], steps=[after("ending", age)])
    (found,) = docking.dock(BUSY.without("fatigue"), [0], mechanisms=[aging], organization_class=Young).differences
    assert (found.month, found.variable, found.numpy, found.mesa) == (0, "age", 1, 0)


def test_whatever_changes_among_agents_docks() -> None:
    """Every attribute of an agent that is ever another than before is one of the variables that both engines agree on."""
    base = cs.load(ROOT / "configs" / "model2.toml")
    p = base.replace(organizations=20, burn_in=0, months=30, convene_hazard=0.2, launch_threshold=0.4, join_threshold=0.3, founders=1)
    p = p.replace(
        research_months=2,
        effort=4.0,
        challenge_rate=0.2,
        window_gap=6.0,
        relation_rate=0.5,
        funder_month=2,
        grant_cycle=3,
        closure_rate=1.0,
    )
    model = cs.CoalitionModel(p, 1, 0)
    docked = {v.name for v in docking.docked(core.variables())}
    called = {"openness": "coalition_openness", "successes": "problems_solved", "grant_ends": "grant_until", "strength": "relation"}
    called |= {"left": "window", "noted": "lead_leadership", "reached": "first_success", "targets": "issue", "memberships": "coalition"}
    # Follow from what docks, or are of one step within the month.
    derived = {
        "members",
        "_mean_style",
        "contributions",
        "grants",
        "communication",
        "initiative",
        "relations",
        "invitations",
        "terms",
        "paid",
    }
    seen: dict[tuple[int, str], Any] = {}
    changed = set()
    for _ in range(30):
        model.step()
        agents: list[Any] = [*model.organizations, *model.running_coalitions, *model.issues, model.window, *model.initiatives]
        agents += [relation for initiative in model.initiatives for relation in initiative.relations]
        agents += [membership for organization in model.organizations for membership in organization.memberships]
        agents += [target for coalition in model.running_coalitions for target in coalition.targets]
        for agent in agents:
            for name, value in vars(agent).items():
                kept = list(value) if isinstance(value, list) else value
                before_ = seen.setdefault((id(agent), name), (agent, kept))[1]
                if before_ is not kept and before_ != kept and not (before_ != before_ and kept != kept):
                    changed.add(name)
                seen[id(agent), name] = (agent, kept)
    assert {called.get(name, name) for name in changed} - derived <= docked
    assert {"readiness", "mission", "trust", "progress", "memberships", "place", "strength"} <= changed
    assert {"kept", "pledge", "routines", "communicated", "lead", "noted", "lead_lost", "goals_dropped", "asked", "reached"} <= changed


def test_what_ends_is_cleared() -> None:
    """Launch, release and end give back their nulls to all variables that say so, those of mechanisms too."""
    kinds = ("coalition", "membership", "initiative", "relation", "organization")
    own = Mechanism("own", state=[variable(f"of_{kind}", kind, null=7.0) for kind in kinds], steps=LAST)
    p = cs.Parameters.model1().replace(memberships_max=2)
    s = core.Block([p], [docking.build(p, 1, 0)], [0], 1, mechanisms=[own]).state
    for kind in kinds:
        getattr(s, f"of_{kind}")[...] = 1.0
    one, all_but = np.array([3]), np.arange(60) != 3
    s.enrol(one, np.array([8]), 0.5)
    s.enrol(one, np.array([5]), 0.5)
    s.of_membership[...] = 1.0
    acts = {
        "coalition": s.launched,
        "membership": lambda who: s.release(who, np.array([0]), 2),
        "initiative relation": s.end_initiatives,
    }
    for kind, act in acts.items():
        act(one)
        for name in kind.split():
            array = np.moveaxis(getattr(s, f"of_{name}"), -1, 0) if name == "membership" else getattr(s, f"of_{name}")
            assert np.all(array[all_but] == 1.0)
            if name != "membership":
                assert np.all(array[3] == 7.0)
    # The membership of coalition 5 stood first; that of 8 has taken its place, with all it has.
    assert s.coalition[:, 3].tolist() == [8, -1]
    assert s.of_membership[:, 3].tolist() == [1.0, 7.0]
    assert s.cooldown[3] == 0
    s.release(one, np.array([0]), 2)
    assert s.of_membership[:, 3].tolist() == [7.0, 7.0]
    assert np.all(s.of_organization == 1.0)
    assert s.running[3]
    assert s.cooldown[3] == 2


# One form


def test_steps_take_their_places() -> None:
    def first(s: Any, p: Any, draws: Any) -> None: ...

    def second(s: Any, p: Any, draws: Any) -> None: ...

    found = core.schedule([Mechanism("a", steps=[before("intent", first), after("first", second), instead_of("grants", nothing)])], {})
    order = list(found)
    assert order[order.index("intent") - 2 : order.index("intent")] == ["first", "second"]
    assert found["grants"] is nothing
    assert [name for name in order if name not in ("first", "second")] == list(core.ORDER)


MEMBER = Column("met", "-", "Whether.", bool)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Mechanism("no name"), "mechanism 'no name'"),
        (lambda: variable("x", "person"), "of 'person' is unknown; allowed: organization, membership"),
        (lambda: variable("x", "run", dtype=str), "dtype = <class 'str'>; allowed: int, float, bool"),
        (lambda: Mechanism("a", columns={"outcome": []}), "columns of 'outcome' is unknown, did you mean 'outcomes'?"),
        (lambda: Mechanism("a", columns={"outcomes": [OUTCOMES[3]]}), "the table outcomes has it already"),
        (lambda: Mechanism("a", columns={"coalitions": [MEMBER]}), "there is no variable of that name"),
        (lambda: Mechanism("a", columns={"monthly": [MEMBER._replace(how="mean")]}), "how 'mean' is unknown; allowed: books, state"),
        (lambda: Mechanism("a", draws={"coalition": ["x"]}), "draws for 'coalition' is unknown"),
        (lambda: run(Mechanism("progress", steps=LAST)), "mechanism 'progress' is taken"),
        (
            lambda: run(Mechanism("a", state=[variable("trust", "coalition")], steps=LAST)),
            "'trust' is taken, by mechanism 'investing'",
        ),
        (lambda: run(Mechanism("a", draws=["noise"], steps=LAST)), "draw 'noise' is taken, of the model itself"),
        (lambda: run(Mechanism("a", steps=[after("endings", nothing)])), "step 'endings' is unknown, did you mean 'ending'?"),
        (lambda: Mechanism("a", steps=[after("ending", print_nothing)]), "step 'print_nothing' needs to take three arguments: s, p, draws"),
        (lambda: run(Mechanism("a")), "mechanism 'a' has no steps; nothing would come of it"),
        (lambda: run(Mechanism("a", steps=LAST), engine="mesa"), "needs an organization_class"),
        (lambda: cs.simulate(cs.Parameters.model1(), organization_class=TiringOrganization), "organization_class is for the mesa engine"),
        (lambda: cs.simulate(BUSY, 1), r"\[fatigue\].*: nothing comes of it without the mechanism 'fatigue'"),
        (
            lambda: cs.Parameters.model1().replace(fatigue_rate=2.0),
            r"\[fatigue\] fatigue_rate = 2.0 is out of range; allowed: 0..1 \(1/month\)",
        ),
        (lambda: cs.Parameters.model1().replace(fatigue_rat=2.0), "'fatigue_rat' is unknown, did you mean 'fatigue_rate'?"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(make: Any, message: str) -> None:
    with pytest.raises(ParameterError, match=message) as error:
        make()
    assert "\n" not in str(error.value)


def print_nothing(s: Any) -> None:
    """Take one argument instead of three."""


def run(*mechanisms: Mechanism, **options: Any) -> Any:
    return cs.simulate(cs.Parameters.model1().replace(months=3, organizations=5), 1, mechanisms=mechanisms, **options)


def test_parameters_of_two_mechanisms_need_different_names() -> None:
    class Again(cs.Section):
        fatigue_rate: float = cs.parameter(0.1, "1", "Again.", 0, 1)

    with pytest.raises(ParameterError, match=r"parameter 'fatigue_rate' is in \[fatigue\] already"):
        Mechanism("tiredness", Again)


def test_a_mechanism_of_ones_own() -> None:
    assert len(FILE.read_text().splitlines()) <= 30
    scenarios = [BUSY, BUSY.replace(fatigue_rate=0.2), BUSY.without("fatigue")]
    runs = cs.simulate(scenarios, 4, mechanisms=[FATIGUE], monthly=True)
    means = runs.outcomes.groupby("scenario_id")["fatigue"].mean()
    assert 0 == means[2] < means[0] < means[1] < 1
    assert runs.outcomes["rests"].dtype == "int64"
    expected = 20 * 30 * 0.1  # organizations, months, chance
    assert abs(runs.outcomes["rests"].mean() / expected - 1) < 0.15
    assert set(runs.coalitions.loc[runs.coalitions["scenario_id"] == 2, "worst"]) <= {0.0}
    assert (runs.coalitions.loc[runs.coalitions["scenario_id"] == 1, "worst"] > 0).any()
    assert [column.name for column in runs.columns["outcomes"][-2:]] == ["rests", "fatigue"]


def test_at_its_null_and_absent_results_are_the_same() -> None:
    p = BUSY.without("fatigue")
    ours, theirs = (
        cs.simulate(p, 3, mechanisms=[FATIGUE], monthly=True),
        cs.simulate(cs.Parameters.model1().replace(**_plain(p)), 3, monthly=True),
    )
    for name in TABLES:
        table = getattr(theirs, name)
        pd.testing.assert_frame_equal(getattr(ours, name)[list(table.columns)], table)


def _plain(p: cs.Parameters) -> dict[str, Any]:
    return {name: value for name, value in p.changed().items() if name in declarations()}


def test_own_draws_do_not_depend_on_the_batch() -> None:
    one = cs.simulate([BUSY, BUSY.replace(fatigue_rate=0.2)], 4, mechanisms=[FATIGUE]).outcomes
    alone = cs.simulate(BUSY.replace(fatigue_rate=0.2), [2], mechanisms=[FATIGUE]).outcomes
    row = one[(one["scenario_id"] == 1) & (one["replication"] == 2)].drop(columns="scenario_id").reset_index(drop=True)
    pd.testing.assert_frame_equal(row, alone.drop(columns="scenario_id"))


@pytest.mark.parametrize("of", ["organization", "membership", "issue", "run"])
def test_draws_are_uniforms_of_their_own(of: str) -> None:
    found: list[Any] = []

    def look(s: Any, p: Any, draws: Any) -> None:
        found.append((draws.of_all("one"), draws.of_all("other"), draws.of_all("noise")))

    looking = Mechanism("looking", draws={of: ["one", "other"]}, steps=[after("ending", look)])
    p = cs.Parameters.model1().replace(months=5, organizations=9, issues=3)
    cs.simulate([p, p.replace(effort=3.0)], 2, mechanisms=[looking])
    count = {"organization": 9, "membership": 9, "issue": 3, "run": 1}[of]
    values = np.array([[row[0], row[1]] for row in found]).reshape(5, 2, 2, 2, count)  # month, column, replicate, scenario
    assert np.array_equal(values[:, :, :, 0], values[:, :, :, 1])  # scenarios of a replicate share them
    flat = values[:, :, :, 0].reshape(-1)
    assert len(set(flat)) == len(flat)
    assert np.all((flat >= 0) & (flat < 1))
    assert 0.2 < flat.mean() < 0.8


def test_streams_of_mechanisms_are_none_of_the_models() -> None:
    ((_, stream),) = FATIGUE.streams()
    assert stream.number not in {other.number for other in streams(3)}
    assert stream == FATIGUE.streams()[0][1]
    assert stream.number != Mechanism("fatigue2", draws=["rest"]).streams()[0][1].number


def test_it_docks_with_its_agent_twin() -> None:
    found = cs.dock(BUSY, range(4), mechanisms=[FATIGUE], organization_class=TiringOrganization).differences
    assert not found, str(found[0])
    ours, theirs = (
        cs.simulate(BUSY, 2, engine=engine, monthly=True, mechanisms=[FATIGUE], organization_class=of)
        for engine, of in (("numpy", None), ("mesa", TiringOrganization))
    )
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(ours, name), getattr(theirs, name), rtol=0, atol=1e-9)


def test_an_organization_class_alone() -> None:
    class Hermit(cs.Organization):
        def considers_joining(self) -> bool:
            return False

    p = BUSY.without("fatigue")
    assert (
        cs.simulate(p, 2, engine="mesa", organization_class=Hermit).outcomes["joins"].sum() == 0 < cs.simulate(p, 2).outcomes["joins"].sum()
    )


def test_configuration_files_set_its_parameters(tmp_path: Path) -> None:
    path = tmp_path / "tired.toml"
    path.write_text("[fatigue]\nfatigue_rate = 0.3\n[progress]\neffort = 20\n")
    p = cs.load(path)
    assert p.get("fatigue_rate") == 0.3
    cs.parameters.write(p, path)
    assert "# 1/month; 0..1. Share of the way to exhaustion" in path.read_text()
    assert cs.load(path) == p != cs.Parameters.model1().replace(effort=20)
    assert p.changed() == {"effort": 20.0, "fatigue_rate": 0.3}


def test_what_is_generated_for_all_leaves_it_out() -> None:
    from coalsim.parameters import default_toml, markdown_table

    assert "fatigue" not in default_toml() + markdown_table()
    assert "fatigue_rate" not in declarations()


# Swept


def sweep(**options: Any) -> cs.Sweep:
    base = BUSY.replace(months=12)
    return cs.Sweep(
        base, {"fatigue_rate": [0.0, 0.1, 0.3], "effort": [5.0, 10.0]}, replicates=4, mechanisms=(FATIGUE,), block=2000, **options
    )


def test_a_sweep_over_its_parameter() -> None:
    results = sweep().run()
    means = results.outcomes.groupby("scenario_id")["fatigue"].mean()
    assert means[0] == means[1] == 0 < means[2] < means[4]
    assert cs.effect(results, "fatigue_rate", ["fatigue"])["mean"].iloc[-1] > 0
    assert results.summary(("fatigue",))["fatigue"].iloc[-1] > 0
    assert results.to_xarray()["rests"].attrs["units"] == "organization"


CLI = [sys.executable, "-m", "coalsim"]


def command(*arguments: str, cwd: Path, code: int = 0) -> str:
    done = subprocess.run([*CLI, *arguments], cwd=cwd, capture_output=True, text=True, env={**os.environ, "COLUMNS": "200"})
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "fatigue.py").write_text(FILE.read_text())
    (tmp_path / "base.toml").write_text(
        "model = 1\n[simulation]\nmonths = 12\n[field]\norganizations = 20\n[intent]\nconvene_hazard = 0.2\nresearch_months = 2\n"
    )
    design = 'config = "base.toml"\nreplicates = 4\nblock = 2000\n[factors]\nfatigue_rate = [0.0, 0.1, 0.3]\neffort = [5.0, 10.0]\n'
    (tmp_path / "design.toml").write_text(design)
    return tmp_path


def test_the_command_line_takes_it(place: Path) -> None:
    with_it = "run base.toml --mechanism fatigue.py:FATIGUE --set fatigue_rate=0.2 --replicates 3 --out o"
    (without, other, told), _ = called_in_a_process(
        "run base.toml --set fatigue_rate=0.2", "run base.toml --mechanism fatigue.py:tire", with_it, cwd=place
    )
    assert (without.returncode, other.returncode, told.returncode) == (2, 2, 0)
    assert "fatigue" in told.stdout
    (about,) = json.loads((place / "o/manifest.json").read_text())["mechanisms"]
    assert (about["name"], about["digest"], about["file"]) == ("fatigue", FATIGUE.source.digest, "fatigue.py")
    assert "rests" in pd.read_parquet(place / "o/outcomes.parquet")
    assert "is unknown" in without.stderr
    assert "'tire' is no mechanism; mechanisms there: FATIGUE" in other.stderr
    assert other.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("fatigue.py", "FILE.py:NAME or module:NAME is needed"),
        ("nowhere.py:X", "no such file"),
        ("no_such_module:X", "cannot be imported"),
    ],
)
def test_what_names_no_mechanism_is_refused(place: Path, reference: str, message: str) -> None:
    done = called("run", "base.toml", "--mechanism", reference, cwd=place)
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_where_it_fails_is_said_in_one_line(place: Path) -> None:
    """A step that is wrong: its file and line, and what Python says; nothing is left behind."""
    code = (place / "fatigue.py").read_text()
    wrong = code.replace("p.rest_rate", "p.no_such_thing", 1)
    assert wrong != code
    (place / "fatigue.py").write_text(wrong)
    (done,), _ = called_in_a_process("run base.toml --mechanism fatigue.py:FATIGUE --set fatigue_rate=.2 --replicates 2 --out o", cwd=place)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "no_such_thing" in done.stderr
    assert "fatigue.py:" in done.stderr
    assert not (place / "o").exists()


def test_a_folder_of_results_is_read_without_its_code_and_gone_on_with_by_the_same_code_only(place: Path, undrawn: None) -> None:
    with_it = ("--mechanism", "fatigue.py:FATIGUE")
    swept = called("sweep", "design.toml", "--out", "out", "--quiet", *with_it, cwd=place)
    assert swept.returncode == 0, swept.stderr
    code = "import coalsim as cs; r = cs.open_results('out')"
    code += "; print(r.outcomes['rests'].sum(), r.columns['coalitions'][-1].name, len(r.parameters))"
    code += "; import sys; print('fatigue' in sys.modules, cs.effect(r, 'fatigue_rate', ['fatigue'])['mean'].iloc[-1] > 0)"
    (refused,), read = called_in_a_process("extend out --replicates 6", cwd=place, after=code)
    assert refused.returncode == 2
    assert "give it as well: --mechanism fatigue.py:NAME" in refused.stderr
    total, name, scenarios, loaded, more = read.split()
    assert (int(total) > 0, name, scenarios, loaded, more) == (True, "worst", "6", "False", "True")
    grown = called("extend", "out", "--replicates", "6", "--quiet", *with_it, cwd=place)
    assert grown.returncode == 0, grown.stderr
    whole = pd.concat(pd.read_parquet(path) for path in sorted((place / "out/outcomes").iterdir()))
    assert len(whole) == 36
    (place / "fatigue.py").write_text(FILE.read_text() + "# another\n")
    (again, longer), _ = called_in_a_process(
        *("sweep design.toml --out out --mechanism fatigue.py:FATIGUE", "extend out --replicates 8 --mechanism fatigue.py:FATIGUE"),
        cwd=place,
    )
    assert (again.returncode, longer.returncode) == (2, 2)
    assert "holds another sweep" in again.stderr
    assert FATIGUE.source.digest[:10] in again.stderr
    assert "this one has the digest" in longer.stderr


def test_a_configuration_or_manifest_runs_nothing(place: Path) -> None:
    (place / "design.toml").write_text('mechanisms = ["fatigue.py:FATIGUE"]\n')
    (place / "base.toml").write_text("[fatigue]\nfatigue_rate = 0.2\n")
    (design, configuration), _ = called_in_a_process("sweep design.toml --out x", "run base.toml", cwd=place)
    assert (design.returncode, configuration.returncode) == (2, 2)
    assert "'mechanisms' is unknown" in design.stderr
    assert "section [fatigue] is unknown" in configuration.stderr


def test_a_mechanism_in_no_file_stays_in_this_process(tmp_path: Path) -> None:
    space: dict[str, Any] = {}
    exec(FILE.read_text().replace("FATIGUE = ", "HERE = ").replace('"fatigue", Fatigue', '"weariness", None or ()'), space)
    here: Mechanism = space["HERE"]
    assert here.source.digest == ""
    for options in ({"workers": 2}, {"folder": tmp_path / "x"}):
        with pytest.raises(CoalsimError, match="its steps are not in a file"):
            cs.Sweep(cs.Parameters.model1(), {"effort": [5.0]}, replicates=1, mechanisms=(here,)).run(**options)
    assert not (tmp_path / "x").exists()


def test_workers_run_it_from_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also if its file is gone by then, and as the process does that knows nothing of it."""
    source = FATIGUE.source
    monkeypatch.setattr(sources, "_LIVE", {})
    made = sources._made(source)
    assert made is not FATIGUE
    assert made.name == "fatigue"
    assert made.source.text == source.text
    broken = source._replace(digest="1" * 32, text="import numpy as np\n1 / 0\n")
    with pytest.raises(ParameterError, match=r"fatigue.py: it does not run: ZeroDivisionError"):
        sources._made(broken)
    monkeypatch.undo()
    _imported(FILE, "fatigue")  # its parameters are known again by the file's own section


def bits(folder: Path) -> dict[str, bytes]:
    return {
        f"{table}/{path.name}": path.read_bytes() for table in ("outcomes", "coalitions") for path in sorted((folder / table).iterdir())
    }


@pytest.mark.slow
@pytest.mark.parametrize("going_on", [("--workers", "2"), ("--workers", "2", "--dask", "local")], ids=["workers", "dask"])
def test_one_file_of_thirty_lines_swept_over_its_parameter_killed_resumed_and_analysed(place: Path, going_on: tuple[str, ...]) -> None:
    """The same bits with one worker, and with two that are killed and gone on with by two processes, or by Dask."""
    if "--dask" in going_on:
        pytest.importorskip("distributed")
    assert len(FILE.read_text().splitlines()) <= 30
    design = (place / "design.toml").read_text().replace("replicates = 4", "replicates = 60")
    (place / "design.toml").write_text(design)
    with_it = ("--mechanism", "fatigue.py:FATIGUE", "--quiet")
    command("sweep", "design.toml", "--out", "one", *with_it, cwd=place)
    begun = subprocess.Popen([*CLI, "sweep", "design.toml", "--out", "two", "--workers", "2", *with_it], cwd=place, start_new_session=True)
    deadline = time.monotonic() + 120
    while len(list(place.glob("two/ledger/[0-9]*.json"))) < 5 and begun.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(begun.pid, signal.SIGKILL)
    begun.wait()
    done = len(list(place.glob("two/ledger/[0-9]*.json")))
    assert 0 < done < len(list(place.glob("one/ledger/[0-9]*.json")))
    (place / "fatigue.py").write_text(FILE.read_text() + "# another\n")
    assert "mechanisms: fatigue" in command("sweep", "design.toml", "--out", "two", *with_it, cwd=place, code=2)
    (place / "fatigue.py").write_text(FILE.read_text())
    command("sweep", "design.toml", "--out", "two", *going_on, *with_it, cwd=place)
    assert bits(place / "one") == bits(place / "two")
    results = cs.open_results(place / "two")
    assert results.runs_done == results.runs == 360
    tired = cs.effect(results, "fatigue_rate", ["fatigue"])
    assert tired["value"].tolist() == [0.1, 0.3]
    assert (tired["low"] > 0).all()
    assert tired["effect"].is_monotonic_increasing
    command("analyze", "two", cwd=place)
    assert "fatigue_rate" in next(place.glob("two/*.html")).read_text()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_swept_with_dask(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    script = tmp_path / "swept.py"
    text = FILE.read_text() + (
        "\n\nif __name__ == '__main__':\n    import sys\n"
        "    p = cs.Parameters.model1().replace(organizations=20, months=12, convene_hazard=0.2, research_months=2)\n"
        "    s = cs.Sweep(p, {'fatigue_rate': [0.0, 0.1]}, replicates=6, mechanisms=(FATIGUE,), block=1000)\n"
        "    s.run(sys.argv[1], workers=2, dask='local' if sys.argv[2] == 'dask' else None)\n"
    )
    script.write_text(text)
    for name in ("dask", "processes"):
        done = subprocess.run([sys.executable, str(script), name, name], cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert bits(tmp_path / "dask") == bits(tmp_path / "processes")


def test_former_names_of_modules_still_work() -> None:
    code = (
        "import warnings; warnings.simplefilter('error')\n"
        "import coalsim.moved as moved\n"
        "import importlib\n"
        "for old, new in moved.HOMES.items():\n"
        "    here = importlib.import_module(f'coalsim.{new}')\n"
        "    with warnings.catch_warnings(record=True) as told:\n"
        "        warnings.simplefilter('always')\n"
        "        assert importlib.import_module(f'coalsim.{old}') is here\n"
        "    assert f'coalsim.{old} is now coalsim.{new}' in str(told[0].message)\n"
        "    assert here.__spec__.name == here.__name__ == f'coalsim.{new}'\n"
        "    assert not new.startswith(('vectorized', 'tables')) or importlib.reload(here) is here\n"
        "with warnings.catch_warnings():\n"
        "    warnings.simplefilter('ignore')\n"
        "    from coalsim.submodels.willing import intent\n"
        "    from coalsim import columns\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_ground_has_no_steps() -> None:
    assert GROUND.steps == ()
    assert set(coming(MONTHLY, "books")) >= {"joins", "income"}
    assert at(nothing)[0].name == "nothing"
