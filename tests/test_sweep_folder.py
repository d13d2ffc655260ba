"""Sweeps kept in a folder: whatever happens in between, the same tables come of them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest

import coalsim as cs
from coalsim.errors import BlockError, ParameterError, StoreError
from coalsim.sweep import runner, sharing
from coalsim.sweep import work as work_module
from coalsim.sweep.folder import SweepFolder
from coalsim.sweep.manifest import manifest_schema
from coalsim.sweep.status import status
from command_line import called

BASE = cs.Parameters.model1().replace(months=12, organizations=10, issues=3, funders=2)
DESIGN = """
model = 1
replicates = 8
block = 3000
[fixed]
months = 24
organizations = 12
issues = 3
funders = 2
[factors]
openness = [0.2, 0.8]
min_members = [2, 3]
"""


def sweep(**changes: object) -> cs.Sweep:
    about = {"factors": {"openness": [0.2, 0.8], "min_members": [2, 3]}, "replicates": 6, "block": 500, **changes}
    return cs.Sweep(BASE, **about)  # type: ignore[arg-type]


def tables(folder: Path) -> dict[str, str]:
    """Return the digest of every table of a folder."""
    names = [
        *folder.glob("outcomes/*.parquet"),
        *folder.glob("coalitions/*.parquet"),
        *folder.glob("monthly/*.parquet"),
        folder / "design.parquet",
    ]
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in names}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of `sweep()`, finished; not to be changed."""
    path = tmp_path_factory.mktemp("sweep") / "whole"
    sweep().run(path)
    return path


@pytest.fixture
def own(whole: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(whole, tmp_path, dirs_exist_ok=True)
    return tmp_path


def test_tables_are_those_of_simulate_whatever_the_workers(tmp_path: Path) -> None:
    one = sweep(monthly=True).run(tmp_path / "one")
    two = sweep(monthly=True).run(tmp_path / "two", workers=2)
    assert len(tables(tmp_path / "one")) > 12
    assert tables(tmp_path / "one") == tables(tmp_path / "two")
    runs = cs.simulate(sweep().scenarios(), 6, 1, monthly=True)
    in_memory = sweep(monthly=True).run()
    for results in (one, two, in_memory):
        pd.testing.assert_frame_equal(results.outcomes, runs.outcomes)
        pd.testing.assert_frame_equal(results.coalitions.astype({"ending": str}), runs.coalitions.astype({"ending": str}))
        pd.testing.assert_frame_equal(results.monthly, runs.monthly)


def test_a_finished_sweep_is_not_computed_again(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = tables(own)
    monkeypatch.setattr(sharing, "compute", None)
    assert len(sweep().run(own).outcomes) == 24
    assert tables(own) == before


def test_parts_make_up_the_whole(whole: Path, tmp_path: Path) -> None:
    for i in (2, 1, 3):
        sweep().run(tmp_path / "parts", part=(i, 3))
        if i == 2:
            found = status(tmp_path / "parts")
            assert 0 < found.done < found.blocks
    assert tables(tmp_path / "parts") == tables(whole)


def test_an_interrupted_sweep_goes_on_where_it_stopped(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = []

    def stop_after_three(self: SweepFolder, task: work_module.Task, result: object) -> None:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(task.block.number)
        record(self, task, result)  # type: ignore[arg-type]

    record = SweepFolder.record
    monkeypatch.setattr(SweepFolder, "record", stop_after_three)
    with pytest.raises(cs.errors.Interrupted, match="of 6 blocks are left"):
        sweep().run(tmp_path / "broken")
    monkeypatch.setattr(SweepFolder, "record", record)
    assert status(tmp_path / "broken").done == 3
    kept = {name: os.stat(tmp_path / "broken" / name).st_mtime_ns for name in tables(tmp_path / "broken") if "/" in name}
    sweep().run(tmp_path / "broken")
    assert tables(tmp_path / "broken") == tables(whole)
    assert all(os.stat(tmp_path / "broken" / name).st_mtime_ns == stamp for name, stamp in kept.items())


@pytest.mark.parametrize("how", ["cut short", "altered", "removed", "half written"])
def test_a_damaged_part_is_computed_again(own: Path, how: str, capsys: pytest.CaptureFixture[str]) -> None:
    from coalsim.sweep.progress import Counted

    before = tables(own)
    path = own / "outcomes" / "000002.parquet"
    content = path.read_bytes()
    if how == "cut short":
        path.write_bytes(content[:-20])
    elif how == "altered":
        path.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    elif how == "removed":
        path.unlink()
    else:  # a kill between part and ledger
        path.write_bytes(content[:-20])
        (own / "ledger" / "000002.json").unlink()
        (own / "outcomes" / ".000003.parquet.partial").write_bytes(b"x")
    runner.run(sweep(), own, progress=Counted())
    assert tables(own) == before
    said = capsys.readouterr().err
    assert ("000002.parquet" in said and "block 2 is computed again" in said) is (how != "half written")


def test_another_design_is_refused_and_nothing_changes(own: Path) -> None:
    before = tables(own), (own / "manifest.json").read_bytes()
    for changed, said in (
        (sweep(seed=2), "seed: 1 there, 2 here"),
        (sweep(replicates=9), "coalsim extend"),
        (sweep(factors={"openness": [0.2, 0.7], "min_members": [2, 3]}), "openness"),
        (cs.Sweep(BASE.replace(effort=30), sweep().factors, replicates=6), "effort not set there, 30"),
    ):
        with pytest.raises(StoreError, match="holds another sweep") as error:
            changed.run(own)
        assert said in str(error.value)
    with pytest.raises(StoreError, match="holds another sweep") as error:
        sweep(replicates=2).run(own)
    assert "extend" not in str(error.value), "a sweep can only grow"
    assert before == (tables(own), (own / "manifest.json").read_bytes())


def test_a_part_of_another_design_is_noticed(tmp_path: Path) -> None:
    sweep().run(tmp_path / "a")
    sweep(seed=2).run(tmp_path / "b")
    for name in ("ledger/000001.json", "outcomes/000001.parquet", "coalitions/000001.parquet"):
        (tmp_path / "a" / name).write_bytes((tmp_path / "b" / name).read_bytes())
    with pytest.raises(StoreError, match=r"000001\.json is of another design.*delete it"):
        sweep().run(tmp_path / "a")


def test_another_version_of_the_code_is_noticed(tmp_path: Path) -> None:
    sweep().run(tmp_path, part=(1, 2))
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    manifest["software"]["code"] = "0" * 32
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(StoreError, match="another version of the code"):
        sweep().run(tmp_path)
    runner.run(sweep(), tmp_path, mixed=True)
    codes = {stretch.code for stretch in SweepFolder(tmp_path).manifest().stretches}
    assert len(tables(tmp_path)) == 13
    assert codes == {runner.software().code}


def test_a_changed_data_file_is_noticed(tmp_path: Path) -> None:
    table = tmp_path / "organizations.csv"
    table.write_text("id,capacity\n" + "".join(f"o{i},{1 + i % 3}\n" for i in range(12)))
    base = BASE.replace(source="tables", organizations_table=str(table))
    field = cs.Sweep(base, {"openness": [0.2, 0.8]}, replicates=4, block=300)
    field.run(tmp_path / "out", part=(1, 2))
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["sweep"]["base"]["organizations_table"] == "../organizations.csv"
    table.write_text(table.read_text().replace("o1,2", "o1,3"))
    with pytest.raises(StoreError, match=r"organizations\.csv is not what it was"):
        field.run(tmp_path / "out")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2}', '{"format": 1, "kind": "sweep"}'])
def test_a_damaged_manifest_is_noticed(own: Path, content: str) -> None:
    (own / "manifest.json").write_text(content)
    with pytest.raises(StoreError, match=r"manifest\.json is not the manifest of a sweep"):
        sweep().run(own)
    with pytest.raises(StoreError, match=r"manifest\.json is not the manifest of a sweep"):
        cs.open_results(own)


def test_the_manifest_fits_its_schema(own: Path) -> None:
    import jsonschema

    manifest = json.loads((own / "manifest.json").read_text())
    schema = json.loads(manifest_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(manifest, schema)
    del manifest["software"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(manifest, schema)


def test_a_folder_is_held_by_one_process(tmp_path: Path) -> None:
    sweep().run(tmp_path / "out")
    store = SweepFolder(tmp_path / "out")
    with store.held():
        with pytest.raises(StoreError, match=f"is being written to by process {os.getpid()}"):
            sweep().run(tmp_path / "out")
        with pytest.raises(StoreError, match="is being written to by"):
            sweep().run(tmp_path / "out", part=(1, 2))
        assert "process" in str(status(tmp_path / "out").holder)
    assert status(tmp_path / "out").holder is None
    with store.held((1, 2)), store.held((2, 2)):
        with pytest.raises(StoreError, match="is being written to by"):
            sweep().run(tmp_path / "out")
        with pytest.raises(StoreError, match="is being written to by"):
            sweep().run(tmp_path / "out", part=(1, 2))
    sweep().run(tmp_path / "out")


def failing(block: int) -> object:
    """Return a `compute` that fails for one block."""

    def compute(task: work_module.Task) -> object:
        if task.block.number == block:
            return work_module.Failed("ValueError: no luck", "Traceback: here\nValueError: no luck", "me")
        return work_module.compute(task)

    return compute


def test_a_failing_block_is_recorded_and_retried(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "compute", failing(2))
    results = sweep().run(tmp_path / "out")
    found = status(tmp_path / "out")
    assert (found.done, found.left, [entry.block for entry in found.failed]) == (5, 0, [2])
    assert any("no luck" in line for line in found.lines())
    assert len(results.outcomes) == 24 - 4
    monkeypatch.undo()
    sweep().run(tmp_path / "out")  # going on does not try failed blocks again
    assert len(status(tmp_path / "out").failed) == 1
    runner.proceed(tmp_path / "out", retry=True)
    assert tables(tmp_path / "out") == tables(whole)


def test_errors_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "compute", failing(2))
    with pytest.raises(BlockError, match=r"block 2 .* failed: ValueError: no luck"):
        sweep().run(tmp_path, errors="stop")
    assert status(tmp_path).done == 2


def test_extending_computes_only_what_is_new(tmp_path: Path) -> None:
    sweep(replicates=3).run(tmp_path)
    before = tables(tmp_path)
    runner.proceed(tmp_path, replicates=6)
    after = tables(tmp_path)
    assert all(after[name] == content for name, content in before.items())
    pd.testing.assert_frame_equal(cs.open_results(tmp_path).outcomes, sweep().run().outcomes)
    point = {"openness": 0.5, "min_members": 2}
    runner.proceed(tmp_path, points=[point])
    results = cs.open_results(tmp_path)
    assert results.design.tail(1).to_numpy().tolist() == [[4, 0.5, 2]]
    assert len(results.outcomes) == 30
    alone = cs.simulate(BASE.replace(**point), 6).outcomes["impact"]
    assert results.outcomes.query("scenario_id == 4")["impact"].tolist() == alone.tolist()
    blocks = status(tmp_path).blocks
    runner.proceed(tmp_path, points=[point], replicates=6)  # the same again changes nothing
    assert status(tmp_path).blocks == blocks
    with pytest.raises(ParameterError, match="can only grow"):
        runner.proceed(tmp_path, replicates=2)


def test_a_sweep_is_repeated_from_its_manifest(undrawn: None, tmp_path: Path) -> None:
    (tmp_path / "design.toml").write_text(DESIGN)
    first = called("sweep", str(tmp_path / "design.toml"), "--out", str(tmp_path / "a"), "--quiet")
    assert (first.returncode, first.stdout, first.stderr) == (0, "", "")
    again = called("sweep", "--from", str(tmp_path / "a" / "manifest.json"), "--out", str(tmp_path / "b"))
    assert again.returncode == 0, again.stderr
    assert tables(tmp_path / "a") == tables(tmp_path / "b")
    assert (tmp_path / "a" / "summary.csv").read_bytes() == (tmp_path / "b" / "summary.csv").read_bytes()


def test_status_and_extend_on_the_command_line(undrawn: None, tmp_path: Path) -> None:
    (tmp_path / "design.toml").write_text(DESIGN)
    out = str(tmp_path / "out")
    assert called("sweep", str(tmp_path / "design.toml"), "--out", out, "--part", "1/2").returncode == 0
    said = called("status", out)
    assert said.returncode == 0
    assert "4 scenarios, 32 runs" in said.stdout
    assert "nobody is at work" in said.stdout
    done = called("extend", out, "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert "figure:" in done.stdout
    points = tmp_path / "points.csv"
    points.write_text("openness,min_members\n0.5,3\n")
    assert called("extend", out, "--points", str(points)).returncode == 0
    assert "5 scenarios, 40 runs" in called("status", out).stdout
    assert "1 of the scenarios is there already or given twice; 0 are added" in called("extend", out, "--points", str(points)).stderr
    assert called("analyze", out).returncode == 0
    assert "full grid and 1 further scenario, 5 scenarios x 8 replicates = 40 runs" in (tmp_path / "out/report.html").read_text()
    points.write_text("openness,min_members\n0.5,3\n7,3\n")
    refused = called("extend", out, "--points", str(points))
    assert refused.returncode == 2
    assert "points.csv:3" in refused.stderr
    assert "openness = 7" in refused.stderr


def test_dry_run_counts_and_estimates(tmp_path: Path) -> None:
    (tmp_path / "design.toml").write_text(DESIGN)
    said = called("sweep", str(tmp_path / "design.toml"), "--dry-run", "--workers", "2")
    assert said.returncode == 0, said.stderr
    assert "4 scenarios x 8 replicates = 32 runs" in said.stdout
    assert "disk: about" in said.stdout
    assert list(tmp_path.iterdir()) == [tmp_path / "design.toml"]


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--part", "3/2"], "i/N"),
        (["--part", "half"], "i/N"),
        (["--workers", "0"], "workers = 0"),
        (["--replicates", "0"], "replicates = 0"),
    ],
)
def test_bad_arguments_are_one_line(tmp_path: Path, arguments: list[str], part: str) -> None:
    (tmp_path / "design.toml").write_text(DESIGN)
    said = called("sweep", str(tmp_path / "design.toml"), "--out", str(tmp_path / "out"), *arguments)
    assert said.returncode == 2
    assert part in said.stderr.splitlines()[-1]
    assert "Traceback" not in said.stderr


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="not a folder"):
        sweep().run(tmp_path / "file")
    with pytest.raises(StoreError, match="no sweep is here"):
        cs.open_results(tmp_path)
    with pytest.raises(StoreError, match="no sweep is here"):
        runner.proceed(tmp_path)


def test_a_full_disk_stops_the_sweep_and_keeps_what_is_done(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A limit on the size of files stands for a full disk: writing fails half way, as it would there."""
    import resource

    count = []
    record = SweepFolder.record

    def little_room(self: SweepFolder, task: work_module.Task, result: object) -> None:
        count.append(1)
        if len(count) < 3:
            record(self, task, result)  # type: ignore[arg-type]
            return
        before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
        try:
            record(self, task, result)  # type: ignore[arg-type]
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, before)

    monkeypatch.setattr(SweepFolder, "record", little_room)
    with pytest.raises(StoreError, match="cannot be written: File too large"):
        sweep().run(tmp_path / "out")
    monkeypatch.setattr(SweepFolder, "record", record)
    assert status(tmp_path / "out").done == 2
    sweep().run(tmp_path / "out")
    assert tables(tmp_path / "out") == tables(whole)


def long_sweep(folder: Path, *more: str) -> subprocess.Popen[str]:
    (folder / "design.toml").write_text(DESIGN.replace("replicates = 8", "replicates = 120"))
    code = "from coalsim.cli import main; main()"
    arguments = ["sweep", str(folder / "design.toml"), "--out", str(folder / "out"), *more]
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for_blocks(folder: Path, count: int) -> None:
    until = time.monotonic() + 60
    while len(list(folder.glob("out/ledger/[0-9]*.json"))) < count:
        assert time.monotonic() < until, "no blocks come"
        time.sleep(0.02)


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.slow), "2"])
def test_ctrl_c_ends_cleanly_and_says_how_to_go_on(tmp_path: Path, workers: str) -> None:
    process = long_sweep(tmp_path, "--workers", workers)
    wait_for_blocks(tmp_path, 3)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "the same command continues" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert not list((tmp_path / "out").rglob("*.partial"))


@pytest.mark.slow
def test_killed_processes_lose_only_blocks_under_way(tmp_path: Path) -> None:
    process = long_sweep(tmp_path, "--workers", "2")
    wait_for_blocks(tmp_path, 5)
    children = subprocess.run(["pgrep", "-P", str(process.pid)], capture_output=True, text=True, check=True).stdout.split()
    grandchildren = subprocess.run(["pgrep", "-P", ",".join(children)], capture_output=True, text=True, check=True).stdout.split()
    os.kill(int(grandchildren[-1]), signal.SIGKILL)  # a worker, or at worst the server of workers
    wait_for_blocks(tmp_path, 12)
    process.kill()
    process.communicate(timeout=30)
    until = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in grandchildren[:-1]):
        assert time.monotonic() < until, "workers outlive their main process"
        time.sleep(0.05)
    done = status(tmp_path / "out").done
    assert 12 <= done < status(tmp_path / "out").blocks
    again = long_sweep(tmp_path, "--workers", "2")
    again.communicate(timeout=60)
    assert again.returncode == 0
    found = status(tmp_path / "out")
    assert (found.done, found.failed) == (found.blocks, ())
    undisturbed = long_sweep(tmp_path, "--out", str(tmp_path / "whole"))
    undisturbed.communicate(timeout=60)
    assert tables(tmp_path / "out") == tables(tmp_path / "whole")
