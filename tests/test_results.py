"""Results of sweeps: what of an unfinished or damaged one is shown, conditions, arrays, exports, means, figures."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import xarray as xr

import coalsim as cs
from coalsim.analysis.inputs import array
from coalsim.analysis.marginals import crossed_mean, groups, means
from coalsim.analysis.responses import response
from coalsim.cli import main
from coalsim.errors import ParameterError, StoreError
from coalsim.report.figures import sweeps as figures
from coalsim.sweep import export as exporting
from coalsim.sweep.export import export
from coalsim.sweep.folder import SweepFolder
from coalsim.sweep.runner import proceed

BASE = cs.Parameters.model1().replace(months=30, organizations=20, issues=3, funders=2, effort=4.0)
FACTORS = {
    "impact": [0.2, 0.5],
    "window_months": [[], [4, 12]],
    "place": {"plain": {}, "large, poor": {"organizations": 30, "grant_budget": 0.0}},
}


def sweep(**changes: object) -> cs.Sweep:
    return cs.Sweep(BASE, **{"factors": FACTORS, "replicates": 4, "block": 4000, "monthly": True, **changes})  # type: ignore[arg-type]


def sampled(**changes: object) -> cs.Sweep:
    ranges = {"openness": {"low": 0.0, "high": 1.0}, "min_members": {"low": 2, "high": 5}, "focal_convener": ["largest", "most_ready"]}
    return cs.Sweep(BASE, ranges, **{"replicates": 3, "design": "latin_hypercube", "samples": 40, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sweep")
    sweep().run(path)
    assert len(list((path / "outcomes").iterdir())) >= 4
    return path


@pytest.fixture(scope="module")
def lhs() -> cs.sweep.Results:
    return sampled().run()


# What counts


def test_of_an_unfinished_sweep_what_is_done_is_there(folder: Path, tmp_path: Path) -> None:
    whole = cs.open_results(folder)
    part = sweep().run(tmp_path, part=(2, 3))
    assert 0 < part.runs_done < part.runs == whole.runs == whole.runs_done == 32
    keys = ["scenario_id", "replication"]
    there = whole.outcomes.merge(part.outcomes[keys], on=keys)
    pd.testing.assert_frame_equal(part.outcomes, there)
    full, found = whole.to_xarray(), part.to_xarray()
    assert found["formed"].dtype == float
    assert full["formed"].dtype == np.int64
    assert int(found["formed"].notnull().sum()) == part.runs_done
    xr.testing.assert_equal(found["formed"], full["formed"].where(found["formed"].notnull()))
    assert found.attrs["runs_done"] == part.runs_done


def test_tables_agree_on_what_is_done_while_the_sweep_goes_on(tmp_path: Path) -> None:
    results = sweep().run(tmp_path, part=(1, 3))
    before = results.runs_done
    sweep().run(tmp_path, part=(2, 3))
    runs = set(map(tuple, results.outcomes[["scenario_id", "replication"]].to_numpy()))
    assert len(runs) == before
    assert set(map(tuple, results.read("monthly", ["scenario_id", "replication"]).to_numpy())) == runs
    assert cs.open_results(tmp_path).runs_done > before


@pytest.mark.parametrize("state", ["no entry", "failed"])
def test_a_part_without_a_good_ledger_entry_is_not_shown(tmp_path: Path, state: str) -> None:
    sweep(monthly=False).run(tmp_path)
    store = SweepFolder(tmp_path)
    (entry,) = (entry for entry in store.entries() if entry.block == 1)
    if state == "no entry":
        store.forget(1)
    else:
        about = {"block": 1, "digest": entry.digest, "worker": "x", "finished": entry.finished, "error": "E", "traceback": ""}
        store.entry_path(1).write_text(json.dumps(about))
    assert store.part("outcomes", 1).exists()
    results = cs.open_results(tmp_path)
    assert len(results.outcomes) == 32 - entry.runs == results.runs_done
    hidden = pq.read_table(store.part("outcomes", 1)).to_pandas()[["scenario_id", "replication"]]
    assert results.outcomes.merge(hidden).empty
    assert results.coalitions.merge(hidden).empty


def test_a_part_that_is_not_what_was_written_is_named(tmp_path: Path) -> None:
    sweep(monthly=False).run(tmp_path)
    path = tmp_path / "outcomes" / "000001.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:-1])
    with pytest.raises(StoreError, match=r"000001\.parquet has \d+ bytes instead of \d+; `coalsim extend"):
        cs.open_results(tmp_path).outcomes  # noqa: B018
    path.unlink()
    with pytest.raises(StoreError, match=r"000001\.parquet cannot be read"):
        cs.open_results(tmp_path).outcomes  # noqa: B018
    assert len(cs.open_results(tmp_path).coalitions) > 0


def test_only_the_parts_and_columns_wanted_are_read(tmp_path: Path) -> None:
    """Damage in pages that a condition or a choice of columns rules out goes unnoticed, as they are not read."""
    sweep(monthly=False, factors={"openness": [0.2, 0.8]}, block=1300).run(tmp_path)
    path = tmp_path / "outcomes" / "000000.parquet"
    last = pq.ParquetFile(path).metadata.row_group(0).column(pq.read_schema(path).names.index("impact"))
    content = bytearray(path.read_bytes())
    start = last.dictionary_page_offset or last.data_page_offset
    content[start : start + last.total_compressed_size] = b"\xff" * last.total_compressed_size
    path.write_bytes(content)
    results = cs.open_results(tmp_path)
    with pytest.raises(StoreError, match="cannot be read"):
        results.read("outcomes", ["impact"])
    assert len(results.read("outcomes", ["formed"])) == 8
    assert len(results.read("outcomes", ["impact"], where={"replication": slice(1, None)})) == 6


def test_without_a_block_done_the_error_says_so(tmp_path: Path) -> None:
    sweep().run(tmp_path, part=(1, 3))
    for path in (tmp_path / "ledger").iterdir():
        path.unlink()
    results = cs.open_results(tmp_path)
    assert results.runs_done == 0
    with pytest.raises(StoreError, match="no block is done yet"):
        results.outcomes  # noqa: B018


# Conditions


@pytest.mark.parametrize(
    ("where", "query"),
    [
        ({"factor_impact": 0.5}, "factor_impact == 0.5"),
        ({"factor_impact": 0.5 * (1 + 1e-12)}, "factor_impact == 0.5"),
        ({"factor_impact": slice(None, 0.2)}, "factor_impact <= 0.2"),
        ({"place": "large, poor", "replication": [0, 3]}, "place == 'large, poor' and replication in [0, 3]"),
        ({"place": ["plain", "large, poor"]}, "index == index"),
        ({"window_months": (4, 12)}, "window_months == '4 12'"),
        ({"window_months": [()]}, "window_months == ''"),
        ({"impact": slice(0.1, 0.4), "censored": False}, "0.1 <= impact <= 0.4 and not censored"),
        ({"scenario_id": range(2, 4), "formed": 1}, "scenario_id in [2, 3] and formed == 1"),
        ({}, "index == index"),
    ],
)
def test_conditions_are_those_of_pandas(folder: Path, where: dict[str, object], query: str) -> None:
    for results in (cs.open_results(folder), sweep(block=10**6).run()):
        everything = results.read("outcomes", factors=True)
        wanted = everything.query(query).reset_index(drop=True)
        assert len(wanted) > 0
        pd.testing.assert_frame_equal(results.read("outcomes", where=where, factors=True), wanted)


def test_conditions_on_other_tables(folder: Path) -> None:
    results = cs.open_results(folder)
    few = results.coalitions.query("ending == 'too_few' and scenario_id >= 4")
    assert len(few) > 0
    # no other column of coalitions is called so
    pd.testing.assert_frame_equal(
        results.read("coalitions", where={"ending": "too_few", "impact": 0.5}), few.reset_index(drop=True), check_categorical=False
    )
    assert set(results.read("monthly", ["month"], where={"month": slice(3, 5)})["month"]) == {3, 4, 5}


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"factor_impact": 0.3}, "no scenario has factor_impact = 0.3; there is 0.2, 0.5"),
        ({"factor_impac": 0.2}, "did you mean 'factor_impact'"),
        ({"place": slice("a", "b")}, "slice"),
        ({"place": slice(0, 1)}, "place is not a number"),
        ({"censored": slice(0, 1)}, "censored is not a number"),
        ({"formed": "many"}, "formed = 'many': values of type int64"),
        ({"formed": slice(0, 1, 2)}, "slice(low, high)"),
    ],
)
def test_conditions_that_cannot_be_met_are_named(folder: Path, where: dict[str, object], said: str) -> None:
    with pytest.raises(ParameterError, match=r"^where: [^\n]+$") as error:
        cs.open_results(folder).read("outcomes", where=where)
    assert said in str(error.value)


def test_columns_come_as_asked_with_factors_after_the_run(folder: Path) -> None:
    results = cs.open_results(folder)
    beside = ["factor_impact", "window_months", "place"]
    found = results.read("coalitions", ["launch", "replication", "trust"], factors=True)
    assert list(found) == ["replication", *beside, "launch", "trust"]
    np.testing.assert_array_equal(found["trust"], results.coalitions["trust"])
    assert list(results.read("outcomes", ["impact"])) == ["impact"]
    assert list(results.read("outcomes", factors=True))[:6] == ["scenario_id", "replication", *beside, "inherited"]


def test_unknown_columns_are_named(folder: Path) -> None:
    with pytest.raises(ParameterError, match="'impacts' is not a column of outcomes, did you mean 'impact'"):
        cs.open_results(folder).read("outcomes", ["impacts"])


# Arrays


def test_a_grid_is_an_array_over_its_factors(folder: Path) -> None:
    results = cs.open_results(folder)
    data = results.to_xarray()
    assert dict(data.sizes) == {"factor_impact": 2, "window_months": 2, "place": 2, "replication": 4}
    assert data["place"].values.tolist() == ["plain", "large, poor"]
    assert data["window_months"].values.tolist() == ["", "4 12"]
    assert data["factor_impact"].attrs["units"] == data["impact"].attrs["units"] == "share"
    for row in results.read("outcomes", factors=True).itertuples():
        here = data.sel(factor_impact=row.factor_impact, window_months=row.window_months, place=row.place, replication=row.replication)
        assert float(here["contributed"]) == row.contributed
        assert bool(here["censored"]) == row.censored
    assert data.attrs["seed"] == 1
    assert data.attrs["code"] == results.manifest.software.code


def test_months_are_a_dimension(folder: Path) -> None:
    results = cs.open_results(folder)
    data = results.to_xarray("monthly", ["need", "window"])
    assert dict(data.sizes) == {"factor_impact": 2, "window_months": 2, "place": 2, "replication": 4, "month": 30}
    assert set(data.data_vars) == {"need", "window"}
    assert data["window"].dtype == bool
    flat = data["need"].stack(row=list(data.sizes)).values
    np.testing.assert_array_equal(flat, results.monthly["need"])
    with pytest.raises(ParameterError, match="no array"):
        results.to_xarray("coalitions")


def test_a_grid_with_points_added_is_an_array_over_scenarios(tmp_path: Path) -> None:
    cs.Sweep(BASE, {"openness": [0.2, 0.8], "effort": [4.0, 8.0]}, 2).run(tmp_path)
    results = proceed(tmp_path, points=[{"openness": 0.5, "effort": 6.0}])
    data = results.to_xarray(columns=["impact"])
    assert dict(data.sizes) == {"scenario_id": 5, "replication": 2}
    assert data["openness"].values.tolist() == [0.2, 0.2, 0.8, 0.8, 0.5]
    assert data["effort"].attrs["units"] == "FTE-month"
    assert groups(results, "openness").codes.tolist() == [0, 0, 1, 1, -1]
    assert "1 added ones left out" in figures.main_effects(results, "x").get_suptitle()
    plt.close("all")


def test_a_factor_named_as_an_outcome_keeps_out_of_its_way(folder: Path) -> None:
    results = cs.open_results(folder)
    summary = results.summary()
    assert summary["factor_impact"].tolist() == [0.2] * 4 + [0.5] * 4
    np.testing.assert_allclose(summary["impact"], results.outcomes.groupby("scenario_id")["impact"].mean())


# Exports


def test_exports_hold_the_results(folder: Path, tmp_path: Path) -> None:
    results = cs.open_results(folder)
    for form in ("csv", "parquet", "netcdf"):
        export(results, tmp_path, form)
    for table in results.tables:
        wanted = results.read(table, factors=True)
        csv = pd.read_csv(tmp_path / f"{table}.csv", keep_default_na=False, na_values=[""]).fillna({"window_months": ""})
        parquet = pq.read_table(tmp_path / f"{table}.parquet").to_pandas()
        wanted, csv, parquet = (f.astype({c: str for c in ("ending", "window_months", "place") if c in f}) for f in (wanted, csv, parquet))
        pd.testing.assert_frame_equal(csv, wanted, check_dtype=False, rtol=1e-15, atol=0)
        pd.testing.assert_frame_equal(parquet, wanted)
    for table in ("outcomes", "monthly"):
        xr.testing.assert_equal(xr.load_dataset(tmp_path / f"{table}.nc", engine="scipy"), results.to_xarray(table))
    assert not (tmp_path / "coalitions.nc").exists()
    assert pd.read_csv(tmp_path / "design.csv")["place"].tolist() == ["plain", "large, poor"] * 4
    field = pq.read_schema(tmp_path / "outcomes.parquet").field("contributed")
    assert field.metadata == {b"units": b"FTE-month", b"long_name": b"Contributions of members."}


@pytest.mark.parametrize(("engine", "library"), [("h5netcdf", "h5py"), ("netcdf4", "netCDF4"), ("scipy", "scipy")])
def test_arrays_are_stored_by_every_engine_that_xarray_may_choose(folder: Path, tmp_path: Path, engine: str, library: str) -> None:
    pytest.importorskip(library)
    for table in ("outcomes", "monthly"):
        data = cs.open_results(folder).to_xarray(table)
        data.to_netcdf(tmp_path / f"{table}.nc", engine=engine)
        xr.testing.assert_equal(xr.load_dataset(tmp_path / f"{table}.nc", engine=engine), data)


def test_exports_are_the_same_bytes_however_the_sweep_was_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {"factors": {"openness": [0.2, 0.8], "min_members": [2, 3]}}
    one = sweep(**plain, block=10**6).run(tmp_path / "one")
    many = proceed(sweep(**plain, replicates=1, block=1300).run(tmp_path / "many").folder, replicates=4)
    assert many.manifest.runs == one.manifest.runs
    assert len(many.manifest.blocks) > len(one.manifest.blocks)
    for form, tables in (("csv", ("outcomes", "coalitions", "monthly", "design")), ("netcdf", ("outcomes", "monthly"))):
        for table in tables:
            first, second = tmp_path / f"1{table}", tmp_path / f"2{table}"
            (a,), (b,) = export(one, first, form, [table]), export(many, second, form, [table])
            if form == "csv":
                assert a.read_bytes() == b.read_bytes()
                # in many ranges of runs
                with monkeypatch.context() as patch:
                    patch.setattr(exporting, "ROWS", 7)
                    (c,) = export(one, tmp_path / f"3{table}", form, [table])
                assert c.read_bytes() == a.read_bytes()
            else:
                # titles are the same, as is everything else that is said
                assert xr.load_dataset(a, engine="scipy").attrs == xr.load_dataset(b, engine="scipy").attrs
                assert a.read_bytes() == b.read_bytes()
    (a,), (b,) = export(one, tmp_path / "a.parquet", "parquet", ["outcomes"]), export(many, tmp_path / "b.parquet", "parquet", ["outcomes"])
    assert a.read_bytes() == b.read_bytes()


def test_exports_go_nowhere_they_could_do_harm(folder: Path, tmp_path: Path) -> None:
    results = cs.open_results(folder)
    design = (folder / "design.parquet").read_bytes()
    for out in (folder, folder / "outcomes", folder / "design.parquet", folder / ".." / folder.name / "monthly"):
        with pytest.raises(StoreError, match="the sweep's own files"):
            export(results, out, "parquet", ["design"], overwrite=True)
    assert (folder / "design.parquet").read_bytes() == design
    export(results, tmp_path / "x.csv", "csv", ["outcomes"])
    before = (tmp_path / "x.csv").read_bytes()
    with pytest.raises(StoreError, match="is there already"):
        export(results, tmp_path / "x.csv", "csv", ["outcomes"], factors=False)
    assert (tmp_path / "x.csv").read_bytes() == before
    export(results, tmp_path / "x.csv", "csv", ["outcomes"], factors=False, overwrite=True)
    assert list(pd.read_csv(tmp_path / "x.csv")) == list(results.outcomes)


def test_the_command_exports_files_and_folders(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["coalsim", "export", str(folder), *arguments])
        with pytest.raises(SystemExit) as done:
            main()
        return int(done.value.code or 0)

    assert command("--out", str(tmp_path / "runs.nc")) == 0
    assert xr.load_dataset(tmp_path / "runs.nc", engine="scipy").sizes["place"] == 2
    assert command("--table", "design", "--out", str(tmp_path / "v1.2")) == 0
    assert (tmp_path / "v1.2" / "design.csv").exists()
    for arguments, said in (
        (["--out", str(tmp_path / "a.xlsx")], ".csv, .parquet, .nc"),
        (["--out", str(tmp_path / "a.csv"), "--table", "all"], "is one file, and there are 4 tables"),
        (["--out", str(tmp_path / "a.csv"), "--format", "parquet"], "a name that ends in .parquet"),
        (["--format", "netcdf", "--table", "coalitions"], "coalitions are no array"),
    ):
        capsys.readouterr()
        assert command(*arguments) == 2
        line = capsys.readouterr().err
        assert line.count("\n") == 1
        assert said in line


# SQL


def test_sql_of_the_docs(folder: Path) -> None:
    page = (Path(__file__).parents[1] / "docs" / "results.md").read_text(encoding="utf-8")
    query = page.partition("```sql\n")[2].partition("```")[0].replace("out/s", str(folder)).replace("openness", "place")
    found = dict(duckdb.sql(query).fetchall())
    results = cs.open_results(folder).read("outcomes", factors=True)
    assert found == pytest.approx(results.groupby("place")["success_rate"].mean().to_dict())


# Means


def test_means_of_a_grid_are_those_of_the_analysis(folder: Path) -> None:
    results = cs.open_results(folder)
    for factor in ("window_months", "place"):
        ours = means(results, [groups(results, factor)], ["success_rate", "impact"])
        theirs = response(results, factor, ["success_rate", "impact"])
        for column in ("outcome", "mean", "low", "high"):
            assert ours[column].tolist() == pytest.approx(theirs[column].tolist(), nan_ok=True)


def test_intervals_of_sampled_designs_hold_the_mean() -> None:
    rng = np.random.default_rng(1)
    held = {True: 0, False: 0}
    for _ in range(600):
        values = rng.normal(size=(15, 1)) + rng.normal(size=(1, 10)) + rng.normal(size=(15, 10))
        for sampled_too in held:
            mean, half = crossed_mean(values, sampled_too)
            held[sampled_too] += abs(mean) <= half
    assert 0.94 <= held[True] / 600 <= 0.985
    # as if the scenarios were the only ones there are: too narrow for what others would give
    assert held[False] / 600 < 0.9


def test_a_mean_without_enough_to_tell_has_no_interval() -> None:
    assert np.isnan(crossed_mean(np.ones((3, 1)), sampled=False)[1])
    assert np.isnan(crossed_mean(np.ones((1, 3)), sampled=True)[1])
    assert crossed_mean(np.ones((3, 1)), sampled=True) == (1.0, 0.0)
    assert np.isnan(crossed_mean(np.full((3, 2), np.nan), sampled=True)).all()
    assert crossed_mean(np.array([[1.0, np.nan], [3.0, 2.0]]), sampled=False)[0] == 2.0


def test_bins_hold_every_scenario_once_and_are_of_like_size(lhs: cs.sweep.Results) -> None:
    of = groups(lhs, "openness")
    values = lhs.design["openness"].to_numpy()
    assert of.binned
    assert np.bincount(of.codes).tolist() == [10, 10, 10, 10]
    for code in range(3):
        assert values[of.codes == code].max() < values[of.codes == code + 1].min()
    assert of.middle == pytest.approx([values[of.codes == code].mean() for code in range(4)])
    levels = groups(lhs, "min_members")
    assert (levels.labels, levels.binned) == (("2", "3", "4", "5"), False)
    assert set(groups(lhs, "min_members", 2).labels) == {"2 to 3", "4 to 5"}
    assert groups(lhs, "focal_convener").middle is None
    table = means(lhs, [of], ["impact"])
    everything = array(lhs, ["impact"])[:, :, 0]
    assert table["mean"].tolist() == pytest.approx([everything[of.codes == code].mean() for code in range(4)])
    assert table["runs"].tolist() == [30] * 4


# Figures


def test_figures_say_what_they_show(folder: Path, lhs: cs.sweep.Results) -> None:
    grid = cs.open_results(folder)
    drawn = figures.main_effects(grid, "grid", ["contributed"])
    labels = [axis.get_xlabel() for axis in drawn.axes]
    assert labels == ["impact (share)", "window months (month)", "place"]
    assert drawn.axes[0].get_ylabel() == "contributed (FTE-month)"
    assert "95 % intervals over replicates" in drawn.get_suptitle()
    drawn = figures.main_effects(lhs, "lhs")
    assert "95 % intervals over scenarios and replicates; dots: scenarios" in drawn.get_suptitle()
    assert all(axis.get_ylim()[0] == 0 for axis in drawn.axes)
    drawn = figures.heat_map(grid, "place", "impact", "grid")
    cells = [text.get_text() for text in drawn.axes[1].texts]
    wanted = means(grid, [groups(grid, "place"), groups(grid, "impact")], ["impact"])
    assert len(cells) == len(wanted) == 4
    assert all("±" in cell for cell in cells)
    assert float(cells[0].split()[0]) == pytest.approx(wanted["mean"].iloc[0], rel=0.01)
    plt.close("all")


@pytest.mark.parametrize("design", ["grid", "lhs"])
def test_a_sweep_of_any_design_has_its_figure(folder: Path, lhs: cs.sweep.Results, design: str, tmp_path: Path) -> None:
    from coalsim.report.plots import save

    results = cs.open_results(folder) if design == "grid" else lhs
    drawn = figures.sweep_figure(results, design)
    assert (len(drawn.axes) == 2) is (design == "grid")
    assert save(drawn, tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")
    assert save(figures.survival_curves(results, next(iter(results.sweep.factors)), design), tmp_path / "y.png").stat().st_size > 10_000


def test_figures_of_what_is_not_there_are_refused(folder: Path) -> None:
    results = cs.open_results(folder)
    with pytest.raises(ParameterError, match="'plac' is not a factor of the design, did you mean 'place'"):
        figures.main_effects(results, "x", factors=["plac"])
    with pytest.raises(ParameterError, match="'impacts' is not an outcome, did you mean 'impact'"):
        figures.heat_map(results, "place", "impact", "x", ["impacts"])
    with pytest.raises(ParameterError, match="two factors"):
        figures.heat_map(results, "place", "place", "x")
    alone = cs.Sweep(BASE, {}, 2).run()
    with pytest.raises(ParameterError, match="no factors"):
        figures.main_effects(alone, "x")
