"""Results of a sweep: read in part, as labelled arrays, by SQL, exported, drawn."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from tests.test_sweep_folder import sweep

import coalsim as cs
from coalsim.errors import StoreError
from command_line import called as command


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sweep")
    sweep(monthly=True).run(path)
    return path


def test_what_is_read_is_what_was_asked_for(folder: Path) -> None:
    results = cs.open_results(folder)
    wanted = results.outcomes.merge(results.design.query("openness == 0.8"), on="scenario_id")
    found = results.read("outcomes", columns=["scenario_id", "replication", "impact"], where={"openness": 0.8})
    assert list(found.columns) == ["scenario_id", "replication", "impact"]
    assert found["impact"].tolist() == wanted["impact"].tolist()
    assert set(results.read("monthly", where={"min_members": 3})["scenario_id"]) == {1, 3}
    with pytest.raises(StoreError, match="no table"):
        results.read("members")


def test_a_grid_is_an_array_over_its_factors(folder: Path) -> None:
    results = cs.open_results(folder)
    array = results.to_xarray()
    assert dict(array.sizes) == {"openness": 2, "min_members": 2, "replication": 6}
    for row in results.outcomes.merge(results.design, on="scenario_id").itertuples():
        here = array["impact"].sel(openness=row.openness, min_members=row.min_members, replication=row.replication)
        assert float(here) == row.impact
    assert array["contributed"].attrs["units"] == "FTE-month"


def test_other_designs_are_arrays_over_scenarios() -> None:
    base = cs.Parameters.model1().replace(months=12, organizations=10)
    listed = cs.Sweep(base, {"openness": {"low": 0.1, "high": 0.9}}, 2, design="latin_hypercube", samples=5).run()
    array = listed.to_xarray()
    assert dict(array.sizes) == {"scenario_id": 5, "replication": 2}
    np.testing.assert_array_equal(array["openness"], listed.design["openness"])


def test_sql_reads_the_folder(folder: Path) -> None:
    found = duckdb.sql(
        f"SELECT openness, avg(impact) AS impact FROM '{folder}/outcomes/*.parquet' "
        f"JOIN '{folder}/design.parquet' USING (scenario_id) GROUP BY openness ORDER BY openness"
    ).fetchall()
    results = cs.open_results(folder)
    means = results.outcomes.merge(results.design, on="scenario_id").groupby("openness")["impact"].mean()
    assert [level for level, _ in found] == means.index.tolist()
    np.testing.assert_allclose([value for _, value in found], means.to_numpy())


def test_export_gives_single_sorted_tables_of_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        done = command("export", str(folder), "--format", "csv", "--out", str(tmp_path / name))
        assert done.returncode == 0, done.stderr
    for table in ("outcomes", "coalitions", "monthly", "design"):
        assert (tmp_path / "a" / f"{table}.csv").read_bytes() == (tmp_path / "b" / f"{table}.csv").read_bytes()
    outcomes = pd.read_csv(tmp_path / "a" / "outcomes.csv")
    results = cs.open_results(folder)
    assert (
        outcomes[["scenario_id", "replication"]].to_numpy().tolist() == results.outcomes[["scenario_id", "replication"]].to_numpy().tolist()
    )
    np.testing.assert_array_equal(outcomes["impact"], results.outcomes["impact"])
    assert set(outcomes["openness"]) == {0.2, 0.8}
    refused = command("export", str(folder), "--format", "csv", "--out", str(tmp_path / "a"))
    assert refused.returncode == 2
    assert "--overwrite" in refused.stderr


def test_a_sweep_is_drawn(tmp_path: Path) -> None:
    base = cs.Parameters.model1().replace(months=30, organizations=30)
    cs.Sweep(base, {"openness": [0.2, 0.8], "min_members": [2, 3]}, replicates=3).run(tmp_path / "sweep")
    done = command("plot", str(tmp_path / "sweep"), "--out", str(tmp_path / "figures"))
    assert done.returncode == 0, done.stderr
    drawn = {path.name for path in (tmp_path / "figures").glob("*.png")}
    assert {"main_effects.png", "heat_map.png", "survival_openness.png"} <= drawn
    refused = command("plot", str(tmp_path / "sweep"), "--of", "opennes", "--out", str(tmp_path / "figures"))
    assert refused.returncode == 2
    assert "opennes" in refused.stderr


def test_a_sweep_without_coalitions_is_drawn_as_far_as_can_be(folder: Path, tmp_path: Path) -> None:
    done = command("plot", str(folder), "--out", str(tmp_path / "figures"))
    assert done.returncode == 0, done.stderr
    assert "no coalition was launched" in done.stdout


def test_a_sweep_in_which_older_coalitions_run_on_is_drawn_as_far_as_can_be(tmp_path: Path) -> None:
    cs.Sweep(cs.Parameters().replace(months=12, organizations=20), {"openness": [0.2, 0.8]}, replicates=5).run(tmp_path / "sweep")
    assert len(cs.open_results(tmp_path / "sweep").coalitions)
    done = command("plot", str(tmp_path / "sweep"), "--out", str(tmp_path / "figures"))
    assert done.returncode == 0, done.stderr
    assert "no coalition was launched" in done.stdout
