"""Calibrations in a folder: whatever happens in between, the same draws; what is made of them."""

import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim.analysis import ParameterDraws
from coalsim.calibration import drawn, estimate, open_calibration
from coalsim.calibration.folder import CalibrationFolder
from coalsim.cli import main
from coalsim.errors import Interrupted, ParameterError, StoreError

TOML = """
vary = ["openness", "join_threshold"]
runs = 6
[fixed]
organizations = 10
months = 12
burn_in = 6
issues = 3
funders = 2
[method]
waves = 2
wave_points = 12
particles = 10
generations = 1
together = 12
[targets.participation]
statistic = "mean"
table = "outcomes"
column = "participation"
value = 0.3
tolerance = 0.25
[targets.joins]
statistic = "mean"
table = "outcomes"
column = "joins"
value = 5
tolerance = 4
source = "made up"
[targets.lasting]
statistic = "survival"
years = 0.5
accepted = [0.2, 0.9]
weight = 0
"""
RESULTS = (
    "posterior.parquet",
    "statistics.parquet",
    *(f"{name}.csv" for name in ("fit", "widths", "pairs", "fights", "waves", "generations")),
)


@pytest.fixture(scope="module")
def targets(tmp_path_factory):
    path = tmp_path_factory.mktemp("calibration") / "targets.toml"
    path.write_text(TOML)
    return path


@pytest.fixture(scope="module")
def finished(targets):
    folder = targets.parent / "fit"
    return cs.calibrate(targets, folder)


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every result of a folder, and of every evaluation without its time."""
    found = {name: sha256((folder / name).read_bytes()).hexdigest() for name in RESULTS}
    for path in sorted(folder.glob("evaluations/*.json")):
        about = json.loads(path.read_text())
        found[path.name] = str({key: value for key, value in about.items() if key != "seconds"})
    return found


def command(*arguments, **more):
    code = "from coalsim.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=300, **more
    )


def test_a_folder_holds_draws_tables_figures_and_a_page(finished):
    folder = finished.folder
    assert set(finished.fit["target"]) == {"participation", "joins", "lasting"}
    assert finished.fit.set_index("target").loc["lasting", "fitted"] == False  # noqa: E712  a numpy bool
    assert list(finished.widths["parameter"]) == ["openness", "join_threshold"]
    assert set(finished.widths["verdict"]) <= {"pinned", "narrowed", "free"}
    assert len(finished.fights) == 1  # of the two that are fitted
    assert finished.fit.set_index("target").loc["joins", "source"] == "made up"
    for name in ("targets", "parameters", "fights", "course"):
        assert (folder / f"{name}.png").read_bytes()[:4] == b"\x89PNG"
    html = (folder / "report.html").read_text()
    assert "Which targets fight" in html
    assert "made up" in html
    assert 'src="http' not in html
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["software"]["numpy"] == np.__version__
    assert manifest["problem"]["seed"] == 1
    assert len(manifest["targets_digest"]) == 32
    assert manifest["name"] == "targets"
    assert "<title>" in html
    assert "targets" in html.split("<title>")[1].split("</title>")[0]
    assert any("fitted targets are met" in sentence for sentence in finished.verdict())


def test_draws_are_parameters_with_weights(finished):
    draws = cs.posterior(finished.folder)
    table = draws.table()
    assert len(draws) == 10
    assert sum(draws.weights) == pytest.approx(1)
    assert list(table.columns) == ["draw", "weight", "distance", "openness", "join_threshold"]
    assert all(p.get("organizations") == 10 and p.get("months") == 12 for p in draws)
    assert draws[3].get("openness") == table["openness"][3]
    assert dict(draws.about)["targets_digest"] == finished.manifest["targets_digest"]
    assert draws.medoid() in list(draws)
    assert len(cs.simulate(list(draws)[:2], 1).outcomes) == 2
    assert open_calibration(finished.folder).fit.equals(finished.fit)
    assert cs.posterior(finished.folder / "posterior.parquet").parameters == draws.parameters


def test_draws_take_the_place_of_plausible_ones(finished):
    plain = drawn("plausible", 4, seed=3)
    assert plain.parameters == cs.plausible(4, 3).parameters
    for source in (finished.folder, str(finished.folder), finished.posterior):
        of = drawn(source, 4, seed=3)
        assert isinstance(of, ParameterDraws)
        assert len(of) == 4
        assert set(of.parameters) <= set(finished.posterior.parameters)
    mine = cs.Parameters.model1().replace(organizations=33, openness=0.123)
    of = drawn(finished.folder, 4, seed=3, base=mine, fixed=["openness"])
    assert of.names == ("join_threshold",)
    assert {(p.get("organizations"), p.get("openness")) for p in of} == {(33, 0.123)}
    assert len({p.get("join_threshold") for p in of}) > 1


def test_resampling_gives_each_draw_its_weight(finished):
    of = finished.posterior.resampled(4000, seed=2)
    counts = {p: 0 for p in finished.posterior}
    for p in of:
        counts[p] += 1
    for p, weight in zip(finished.posterior, finished.posterior.weights, strict=True):
        assert abs(counts[p] - 4000 * weight) <= 1
    assert finished.posterior.resampled(5, 2).parameters == finished.posterior.resampled(5, 2).parameters
    with pytest.raises(ParameterError, match="n = 0 is out of range"):
        finished.posterior.resampled(0)


def test_a_posterior_that_is_not_there_is_one_line(tmp_path, finished):
    with pytest.raises(StoreError, match="no such folder, file or name"):
        cs.posterior("nowhere")
    with pytest.raises(StoreError, match="no finished calibration is here"):
        cs.posterior(tmp_path)
    other = tmp_path / "other.parquet"
    pd.DataFrame({"openness": [0.5]}).to_parquet(other)
    with pytest.raises(StoreError, match="is no posterior of a calibration"):
        cs.posterior(other)
    other.write_text("x")
    with pytest.raises(StoreError, match="cannot be read"):
        cs.posterior(other)


def test_it_goes_on_where_it_was_stopped_with_the_same_result(undrawn, targets, finished, tmp_path, monkeypatch):
    record, count = CalibrationFolder.record, 0

    def recorded(self, task, key, result):
        nonlocal count
        count += 1
        if count % 2 == 0:
            raise KeyboardInterrupt
        record(self, task, key, result)

    monkeypatch.setattr(CalibrationFolder, "record", recorded)
    stops: list[str] = []
    while len(stops) < 50:
        try:
            cs.calibrate(targets, tmp_path / "fit")
            break
        except Interrupted as stop:
            stops.append(str(stop))
    assert len(stops) >= 2
    assert all("the same command continues" in said for said in stops)
    assert digests(tmp_path / "fit") == digests(finished.folder)
    before = count
    cs.calibrate(targets, tmp_path / "fit")
    assert count == before  # a finished one is read


def test_a_damaged_evaluation_is_computed_again(undrawn, targets, finished, tmp_path):
    folder = tmp_path / "fit"
    folder.mkdir()
    for path in sorted(finished.folder.rglob("*")):
        if path.is_file():
            (folder / path.relative_to(finished.folder)).parent.mkdir(exist_ok=True)
            (folder / path.relative_to(finished.folder)).write_bytes(path.read_bytes())
    (folder / "report.html").unlink()
    (folder / "evaluations/wave-1-0000.json").write_text("{")
    (folder / "evaluations/wave-2-0000.json").unlink()
    cs.calibrate(targets, folder)
    assert digests(folder) == digests(finished.folder)


def test_another_calibration_is_not_mixed_in(targets, finished, tmp_path):
    with pytest.raises(StoreError, match=r"holds another calibration \(the seed differs\)"):
        cs.calibrate(targets, finished.folder, seed=2)
    (tmp_path / "manifest.json").write_text('{"kind": "sweep"}')
    with pytest.raises(StoreError, match="holds other results, no calibration"):
        cs.calibrate(targets, tmp_path)
    manifest = finished.folder / "manifest.json"
    kept = manifest.read_text()
    manifest.write_text(kept.replace(json.loads(kept)["code"], "0" * 32))
    try:
        with pytest.raises(StoreError, match="another version of the code"):
            cs.calibrate(targets, finished.folder)
        assert len(cs.calibrate(targets, finished.folder, mixed=True).posterior) == 10
    finally:
        manifest.write_text(kept)


def test_a_folder_is_written_by_one_process_at_a_time(targets, finished):
    with CalibrationFolder(finished.folder).held(), pytest.raises(StoreError, match="is being written to by process"):
        cs.calibrate(targets, finished.folder)


def test_without_a_folder_nothing_is_left(undrawn, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    asked = tomllib.loads(TOML) | {"method": {"waves": 1, "wave_points": 12, "particles": 10, "generations": 1, "together": 12}}
    found = cs.calibrate(asked)
    assert found.folder is None
    assert len(found.posterior) == 10
    assert list(tmp_path.iterdir()) == []


def test_an_estimate_says_how_many_points_and_how_long(targets):
    found = estimate(targets)
    assert found.most == 2 * 12 + 10 + int(10 / 0.03)
    assert found.fewest == 2 * 12 + 50
    lines = found.lines(workers=2)
    assert lines[0] == "2 targets fitted, 1 only shown; 2 parameters varied; 6 runs for each point"
    assert "with 2 workers" in lines[2]


def said(monkeypatch, capsys, *arguments):
    """Run the command line in this process; return exit code and what it said."""
    monkeypatch.setattr(sys, "argv", ["coalsim", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        main()
    return stop.value.code or 0, *capsys.readouterr()


def test_the_command_line(targets, finished, tmp_path, monkeypatch, capsys):
    assert "| `survival` |" in said(monkeypatch, capsys, "calibrate", "--list")[1]
    for arguments, wrong in [
        (["calibrate"], "TARGETS is missing"),
        (["calibrate", targets], "--out DIR is missing"),
        (["calibrate", tmp_path / "no.toml", "--out", tmp_path / "x"], "no such file"),
        (["calibrate", targets, "--out", tmp_path / "x", "--statistic", "a"], "--statistic a: NAME=MODULE:FUNCTION is needed"),
    ]:
        code, _, error = said(monkeypatch, capsys, *arguments)
        assert code == 2
        assert wrong in error
        assert len(error.strip().splitlines()) == 1
    assert not (tmp_path / "x").exists()
    code, printed, error = said(monkeypatch, capsys, "calibrate", targets, "--out", finished.folder)
    assert code == 0, error
    assert "fitted targets are met" in printed
    assert f"draws: {finished.folder}/posterior.parquet" in printed


def test_own_statistics_are_imported_from_the_current_folder(tmp_path):
    (tmp_path / "mine.py").write_text(
        "def joined(seen):\n    '''Joins of a run.'''\n    return seen.monthly['joins'].sum() / len(seen.outcomes)\n"
    )
    (tmp_path / "t.toml").write_text(TOML + '[targets.own]\nstatistic = "joined"\nvalue = 5\ntolerance = 4\n')
    done = command("calibrate", "t.toml", "--dry-run", "--statistic", "joined=mine:joined", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "3 targets fitted" in done.stdout


@pytest.mark.slow
def test_workers_and_dask_give_the_same_bytes(targets, finished, tmp_path):
    cs.calibrate(targets, tmp_path / "two", workers=2)
    assert digests(tmp_path / "two") == digests(finished.folder)
    done = command("calibrate", targets, "--out", tmp_path / "dask", "--dask", "local", "--workers", 1, "--quiet")
    assert done.returncode == 0, done.stderr
    assert digests(tmp_path / "dask") == digests(finished.folder)


@pytest.mark.slow
def test_killed_again_and_again_it_ends_with_the_same_bytes(targets, finished, tmp_path):
    folder, kills = tmp_path / "fit", 0
    while True:
        code = "from coalsim.cli import main; main()"
        arguments = ["calibrate", str(targets), "--out", str(folder), "--workers", "2", "--quiet"]
        process = subprocess.Popen([sys.executable, "-c", code, *arguments], start_new_session=True)
        before, deadline = len(list(folder.glob("evaluations/*.json"))), time.monotonic() + 120
        # each time a little further, so that it ends
        while process.poll() is None and len(list(folder.glob("evaluations/*.json"))) < before + 1 and time.monotonic() < deadline:
            time.sleep(0.02)
        if process.poll() is not None:
            assert process.returncode == 0
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kills += 1
    assert kills >= 2
    assert digests(folder) == digests(finished.folder)


@pytest.mark.slow
def test_intervals_cover_parameters_that_made_the_data():
    sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
    try:
        import interval_coverage  # type: ignore[import-not-found]
    finally:
        sys.path.pop(0)
    rows = [row for number in range(2) for row in interval_coverage.fit(number, particles=30, workers=2, out=None)]
    assert len(rows) == 6
    # of six true values three are outside of their 90 % intervals with probability .016
    assert sum(row["in_90%"] for row in rows) >= 4
    assert np.mean([row["width"] for row in rows]) < 0.8  # the data say something
