"""Folders of sweeps as strangers, accidents and editors leave them: one line, and nothing touched or taken for what it is not."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import coalsim as cs
from coalsim.cli import main
from coalsim.errors import CoalsimError, ParameterError, StoreError
from coalsim.sweep import runner
from coalsim.sweep.folder import SweepFolder
from coalsim.sweep.status import status

BASE = cs.Parameters.model1().replace(months=6, organizations=6, issues=2, funders=1)


def sweep(**changes: Any) -> cs.Sweep:
    return cs.Sweep(BASE, **{"factors": {"openness": [0.2, 0.8]}, "replicates": 4, "block": 100, **changes})


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "out"
    sweep().run(folder)
    return folder


@pytest.fixture
def out(finished: Path, tmp_path: Path) -> Path:
    shutil.copytree(finished, tmp_path / "out")
    return tmp_path / "out"


def seen(folder: Path) -> dict[str, bytes | str]:
    """Return all that is in a folder: files with what is in them, links with where they lead."""
    found: dict[str, bytes | str] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = os.readlink(path)
        else:
            found[name] = path.read_bytes() if path.is_file() else ""
    return found


def every_way(folder: Path) -> list[Callable[[], object]]:
    """Return every way in which a sweep is used."""
    return [
        lambda: sweep().run(folder),
        lambda: sweep().run(folder, part=(1, 2)),
        lambda: runner.proceed(folder),
        lambda: runner.proceed(folder, retry=True),
        lambda: runner.proceed(folder, replicates=5),
        lambda: cs.open_results(folder),
        lambda: status(folder),
    ]


def edited(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    change(manifest)
    path.write_text(json.dumps(manifest))


def setting(*steps: Any, to: Any) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        at: Any = manifest
        for step in steps[:-1]:
            at = at[step]
        at[steps[-1]] = to

    return change


HUGE = 10**15
EDITS = {
    "seed": setting("sweep", "seed", to=2),
    "a factor": setting("sweep", "factors", "openness", to=[0.2, 0.7]),
    "the base": setting("sweep", "base", "months", to=7),
    "monthly": setting("sweep", "monthly", to=True),
    "fewer scenarios": setting("sweep", "factors", "openness", to=[0.2]),
    "more scenarios": setting("scenarios", to=3),
    "an unknown parameter": setting("sweep", "base", "no", to=3),
    "a file that is a number": setting("sweep", "base", "organizations_table", to=5),
    "a file that nobody digested": setting("sweep", "base", "organizations_table", to="x.csv"),
    "too many replicates": setting("sweep", "replicates", to=HUGE),
    "too many scenarios": setting("scenarios", to=HUGE),
    "a factor in steps": setting("sweep", "factors", "openness", to={"low": 0.0, "high": 1.0, "steps": 10**9}),
    "samples": lambda m: m["sweep"].update(design="sobol", samples=2**40),
    "a block that is no range": setting("blocks", 0, 0, to=5),
    "a range of one": setting("blocks", 0, 0, to=[[3]]),
    "a range of text": setting("blocks", 0, 0, to=[["a", "b"]]),
    "a block out of range": setting("blocks", 0, 0, to=[[0, HUGE]]),
    "a negative block": setting("blocks", 0, 0, to=[[-2, 1]]),
    "a block backwards": setting("blocks", 0, 0, to=[[1, 0]]),
    "replicates of a block": setting("blocks", 0, 2, to=HUGE),
    "a block of another size": setting("blocks", 0, 3, to=-1),
    "a block less": lambda m: m["blocks"].pop(),
    "a block twice": lambda m: m["blocks"].append(m["blocks"][0]),
    "nesting": setting("sweep", "base", to=json.loads("[" * 200 + "]" * 200)),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_manifest_that_was_edited_is_not_believed(out: Path, edit: str) -> None:
    edited(out, EDITS[edit])
    before = seen(out)
    for use in every_way(out):
        with pytest.raises(CoalsimError) as error:
            use()
        assert "\n" not in str(error.value)
    assert seen(out) == before


def test_a_design_says_what_a_manifest_without_blocks_cannot(out: Path) -> None:
    for path in (out / "ledger").iterdir():
        path.unlink()
    edited(out, EDITS["a factor"])
    with pytest.raises(StoreError, match=r"manifest\.json and design\.parquet do not have the same scenarios"):
        cs.open_results(out)


@pytest.mark.parametrize("content", [b"", b"x", None])
def test_a_damaged_design_is_written_again(out: Path, content: bytes | None) -> None:
    before = (out / "design.parquet").read_bytes()
    (out / "design.parquet").unlink()
    if content is not None:
        (out / "design.parquet").write_bytes(content)
    assert cs.open_results(out).runs_done == 8
    runner.proceed(out)
    assert (out / "design.parquet").read_bytes() == before


ENTRIES: dict[str, Callable[[dict[str, Any]], object]] = {
    "block": lambda about: about | {"block": "0"},
    "a block that is not in the name": lambda about: about | {"block": 1},
    "a negative block": lambda about: about | {"block": -1},
    "runs": lambda about: about | {"runs": "many"},
    "cpu_seconds": lambda about: about | {"cpu_seconds": None},
    "infinite cpu_seconds": lambda about: about | {"cpu_seconds": float("inf")},
    "finished": lambda about: about | {"finished": 5},
    "finished, but when": lambda about: about | {"finished": "yesterday"},
    "finished, but where": lambda about: about | {"finished": "2026-01-01T00:00:00"},
    "files without outcomes": lambda about: about | {"files": {"coalitions": about["files"]["coalitions"]}},
    "files that are elsewhere": lambda about: about | {"files": {**about["files"], "../../x": [1, "0"]}},
    "files that are none": lambda about: about | {"files": 3},
    "a list": lambda about: [about],
    "nesting": lambda about: "deep",
}


@pytest.mark.parametrize("checked", [False, True])
@pytest.mark.parametrize("kind", ENTRIES)
def test_an_entry_that_says_nonsense_counts_as_none(out: Path, kind: str, checked: bool) -> None:
    whole = {name: content for name, content in seen(out).items() if name.startswith(("outcomes", "coalitions"))}
    path = out / "ledger" / "000000.json"
    about = json.loads(path.read_text())
    check = about.pop("check")
    changed = ENTRIES[kind](about)
    if checked and isinstance(changed, dict):
        changed["check"] = check
    path.write_text("[" * 100_000 + "]" * 100_000 if changed == "deep" else json.dumps(changed))
    found = status(out)
    assert (found.done, found.left) == (found.blocks - 1, 1)
    list(found.lines())
    assert cs.open_results(out).runs_done < 8
    sweep().run(out)
    assert status(out).left == 0
    assert {name: content for name, content in seen(out).items() if name in whole} == whole


def test_one_flipped_bit_in_an_entry_is_noticed(out: Path) -> None:
    path = out / "ledger" / "000000.json"
    content = path.read_bytes()
    blocks = status(out).blocks
    for place in range(0, len(content), 7):
        for bit in (0, 4, 6):
            path.write_bytes(content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :])
            entries = {entry.block: entry for entry in SweepFolder(out).entries()}
            # White space may change without harm.
            assert len(entries) == blocks - 1 or json.loads(path.read_bytes()) == json.loads(content), (place, bit)
    sweep().run(out)
    assert status(out).left == 0


def test_an_entry_of_an_earlier_version_is_believed(out: Path) -> None:
    for path in (out / "ledger").iterdir():
        about = json.loads(path.read_text())
        del about["check"]
        path.write_text(json.dumps(about))
    assert status(out).left == 0
    assert cs.open_results(out).runs_done == 8


# Links and things that are no files: nothing is followed.


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for name in ("precious.txt", "000000.parquet", "000000.json", "lock"):
        (folder / name).write_text(f"{name}: do not touch")
    return folder


def replace(path: Path, how: str, elsewhere: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
    if how == "a link":
        path.symlink_to(elsewhere / "precious.txt")
    elif how == "a link to a folder":
        path.symlink_to(elsewhere)
    elif how == "a dangling link":
        path.symlink_to(elsewhere / "new")
    elif how == "a loop":
        path.symlink_to(path.name)
    elif how == "a pipe":
        os.mkfifo(path)
    elif how == "a folder":
        path.mkdir()
    else:
        path.write_text("a file")


HOW = ["a link", "a link to a folder", "a dangling link", "a loop", "a pipe", "a folder", "a file"]


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(
    "member", ["lock", "lock.manifest", "manifest.json", "design.parquet", "ledger", "outcomes", "coalitions", "outcomes/000000.parquet"]
)
def test_nothing_is_read_or_written_through_a_link(out: Path, elsewhere: Path, member: str, how: str) -> None:
    if how == "a file" and "." in member + ("." if member.startswith("lock") else ""):
        pytest.skip("a file belongs there")
    if how == "a folder" and member in ("ledger", "outcomes", "coalitions"):
        pytest.skip("a folder belongs there")
    before = seen(elsewhere)
    replace(out / member, how, elsewhere)
    overwriting = [lambda: runner.run(sweep(), out, overwrite=True)]
    said = [outcome(use) for use in every_way(out) + overwriting]
    if member in ("manifest.json", "ledger", "outcomes", "coalitions"):
        assert None not in said
    assert not any("\n" in line for line in said if line is not None)
    assert seen(elsewhere) == before


def outcome(use: Callable[[], object]) -> str | None:
    """Return the error that a use of a sweep ends with, None if with none."""
    try:
        use()
    except CoalsimError as error:
        return str(error)
    return None


@pytest.mark.parametrize("member", ["summary.csv", "sweep.png", "ledger/000000.json", ".summary.csv.partial", "lock.holder"])
def test_what_is_written_replaces_a_link_and_not_what_it_leads_to(out: Path, elsewhere: Path, member: str) -> None:
    before = seen(elsewhere)
    replace(out / member, "a link", elsewhere)
    cs.open_results(out)

    def write_summary(results: cs.Results) -> None:
        from coalsim.cli.sweep import _write_summary

        _write_summary(results)

    runner.proceed(out, finish=write_summary)
    assert seen(elsewhere) == before
    if not member.startswith((".", "lock")):
        assert not (out / member).is_symlink()


@pytest.mark.parametrize(("command", "member"), [("plot", "figures"), ("export", "export"), ("analyze", "report.html")])
def test_what_is_made_of_a_sweep_stays_in_it(out: Path, elsewhere: Path, command: str, member: str, capsys: Any) -> None:
    """Figures, exports and reports go into the sweep's folder by themselves: a stranger's link there leads them nowhere."""
    before = seen(elsewhere)
    replace(out / member, "a link" if "." in member else "a link to a folder", elsewhere)
    with pytest.raises(SystemExit) as ended:
        main([command, str(out)])
    assert ended.value.code == (0 if "." in member else 2)
    assert seen(elsewhere) == before
    assert "." in member or "is a link" in capsys.readouterr().err


# Whose folder it is.


def test_a_sweep_without_its_manifest_takes_no_other_designs(out: Path) -> None:
    (out / "manifest.json").unlink()
    before = seen(out)
    with pytest.raises(StoreError, match="holds blocks of another design"):
        sweep(seed=3).run(out)
    assert seen(out) == before
    with pytest.raises(StoreError, match="no sweep is here"):
        status(out)
    assert sweep().run(out).runs_done == 8  # it is this design's
    assert seen(out)["design.parquet"] == before["design.parquet"]


STRANGERS = ("manifest.json", "design.parquet", "summary.csv", "sweep.png", "outcomes/000003.parquet", "report.html")
STRANGERS += ("figures/heat_map.png", "export/outcomes.csv", "lock", "lock.manifest")


@pytest.mark.parametrize("name", STRANGERS)
@pytest.mark.parametrize("overwrite", [False, True])
def test_files_that_no_sweep_wrote_are_left_alone(tmp_path: Path, name: str, overwrite: bool) -> None:
    out = tmp_path / "theirs"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text('{"name": "an application"}')
    before = seen(out)
    with pytest.raises(StoreError) as error:
        runner.run(sweep(), out, overwrite=overwrite)
    assert "\n" not in str(error.value)
    assert seen(out) == before


def test_overwriting_removes_what_the_sweep_wrote_and_only_that(out: Path) -> None:
    made = ["report.html", "figures/main_effects.png", "figures/survival_openness.png", "export/outcomes.csv", "export/design.nc"]
    mine = ["notes.txt", "figures/mine.png", "export/mine.csv", "outcomes/readme.md", "ledger/x.json", "mine/outcomes/000000.parquet"]
    for name in (*made, *mine, "summary.csv", "sweep.png"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(name)
    smaller = sweep(replicates=1, factors={"openness": [0.5]})
    runner.run(smaller, out, overwrite=True)
    found = seen(out)
    assert not set(found) & {*made, "summary.csv", "sweep.png"}
    assert set(mine) <= set(found)
    assert len(cs.open_results(out).outcomes) == 1
    assert [name for name in found if name.startswith("outcomes/0")] == ["outcomes/000000.parquet"]


def test_a_kill_while_overwriting_leaves_a_sweep(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unlink, left = Path.unlink, [0]

    def dying(self: Path, missing_ok: bool = False) -> None:
        left[0] -= 1
        if not left[0]:
            raise KeyboardInterrupt
        unlink(self, missing_ok)

    for stop in range(1, 17, 3):
        sweep().run(out)
        left[0] = stop
        with monkeypatch.context() as patched, contextlib.suppress(KeyboardInterrupt):
            patched.setattr(Path, "unlink", dying)
            SweepFolder(out).clear()
        assert left[0] <= 0, "it is cleared with fewer files removed"
        assert status(out).done <= status(out).blocks
        with pytest.raises(StoreError, match="holds another sweep"):
            sweep(seed=5).run(out)


def test_a_folder_is_one_however_it_is_spelled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = tmp_path / "deep" / "data"
    data.mkdir(parents=True)
    (data / "organizations.csv").write_text("id,capacity\n" + "".join(f"o{i},{1 + i % 3}\n" for i in range(6)))
    (tmp_path / "link").symlink_to(data)
    (tmp_path / "real").mkdir()
    (tmp_path / "short").symlink_to(tmp_path / "deep")

    def of(name: str) -> cs.Sweep:
        return cs.Sweep(BASE.replace(source="tables", organizations_table=name), {"openness": [0.2, 0.8]}, replicates=2)

    of(str(data / "organizations.csv")).run(data / "out")
    manifest = (data / "out" / "manifest.json").read_bytes()
    assert b'"../organizations.csv"' in manifest
    for place, out, table in (
        (tmp_path, "link/out", "link/organizations.csv"),
        (tmp_path, "short/data/out/../out", "deep/data/organizations.csv"),
        (data, "out", "organizations.csv"),
        (data / "out", ".", "../organizations.csv"),
        (tmp_path / "link", "out/.", str(tmp_path / "link" / "organizations.csv")),
    ):
        monkeypatch.chdir(place)
        assert of(table).run(out).runs_done == 4
        assert (data / "out" / "manifest.json").read_bytes() == manifest
    monkeypatch.chdir(tmp_path)
    shutil.move(tmp_path / "deep", tmp_path / "moved")
    assert runner.proceed(tmp_path / "moved" / "data" / "out").runs_done == 4


def test_a_folder_that_moves_while_a_sweep_runs_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = SweepFolder.record
    for again in (False, True):
        out, there = tmp_path / f"out{again}", tmp_path / f"there{again}"
        monkeypatch.setattr(SweepFolder, "record", _moving(record, out, there, again))
        with pytest.raises(StoreError, match="was moved or removed while the sweep ran"):
            sweep().run(out)
        monkeypatch.undo()
        assert not out.exists() or not list(out.iterdir())
        assert status(there).done == 2
        assert runner.proceed(there).runs_done == 8


def _moving(record: Callable[..., None], out: Path, there: Path, again: bool) -> Callable[..., None]:
    """Return a `record` that moves the folder before the third block, and perhaps puts another in its place."""
    count: list[int] = []

    def moved(self: SweepFolder, *about: Any) -> None:
        count.append(1)
        if len(count) == 3:
            out.rename(there)
            if again:
                out.mkdir()
        record(self, *about)

    return moved


# What is refused leaves nothing behind.


REFUSED: dict[str, Callable[[Path], object]] = {
    "workers": lambda out: sweep().run(out, workers=0),
    "workers that are text": lambda out: sweep().run(out, workers="2"),  # type: ignore[arg-type]
    "a part": lambda out: sweep().run(out, part=(3, 2)),
    "a part of three": lambda out: sweep().run(out, part=(1, 2, 3)),  # type: ignore[arg-type]
    "errors": lambda out: sweep().run(out, errors="ignore"),  # type: ignore[arg-type]
    "an address": lambda out: sweep().run(out, dask="here"),
    "a value": lambda out: cs.Sweep(BASE, {"openness": [0.2, 7.0]}).run(out),
    "a range without steps": lambda out: cs.Sweep(BASE, {"openness": {"low": 0.1, "high": 0.2}}).run(out),
    "a table that is not there": lambda out: cs.Sweep(BASE.replace(source="tables", organizations_table="no.csv"), {"openness": [0.1]}).run(
        out
    ),
    "a table that is a pipe": lambda out: _of_pipe(out),
    "too many blocks": lambda out: sweep(replicates=10**8, block=1).run(out),
    "overwriting a part": lambda out: runner.run(sweep(), out, overwrite=True, part=(1, 2)),
    "an empty name": lambda out: sweep().run(""),
    "a name with a null": lambda out: sweep().run(f"{out}/a\0b"),
    "a name too long": lambda out: sweep().run(out / ("x" * 300)),
}


def _of_pipe(out: Path) -> None:
    pipe = out.parent.parent / "pipe"
    os.mkfifo(pipe)
    try:
        cs.Sweep(BASE.replace(source="tables", organizations_table=str(pipe)), {"openness": [0.1]}).run(out)
    finally:
        pipe.unlink()


@pytest.mark.parametrize("kind", REFUSED)
def test_a_refused_sweep_leaves_nothing_behind(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CoalsimError) as error:
        REFUSED[kind](tmp_path / "new" / "out")
    assert "\n" not in str(error.value)
    assert seen(tmp_path) == {}


@pytest.mark.parametrize("kind", ["workers", "a part", "errors", "an address", "a value", "overwriting a part"])
def test_a_refused_sweep_leaves_a_folder_as_it_was(out: Path, kind: str) -> None:
    before = seen(out)
    with pytest.raises(CoalsimError):
        REFUSED[kind](out)
    assert seen(out) == before


GROWN: dict[str, dict[str, Any]] = {
    "fewer": {"replicates": 2},
    "too many": {"replicates": HUGE},
    "text": {"replicates": "9"},
    "no points": {"points": []},
    "a point out of range": {"points": [{"openness": 7.0}]},
    "a point of another factor": {"points": [{"effort": 7.0}]},
    "a point less": {"points": [{}]},
    "a point that is none": {"points": [3]},
    "workers": {"workers": 0},
}


@pytest.mark.parametrize("kind", GROWN)
def test_a_refused_extension_leaves_a_folder_as_it_was(out: Path, kind: str) -> None:
    before = seen(out)
    with pytest.raises(ParameterError) as error:
        runner.proceed(out, **GROWN[kind])
    assert "\n" not in str(error.value)
    assert seen(out) == before


def test_what_is_there_is_not_added_again(tmp_path: Path) -> None:
    months = cs.Sweep(BASE, {"window_months": [(), (3, 5)], "effort": [30]}, replicates=2)
    months.run(tmp_path)
    for _ in range(3):
        runner.proceed(tmp_path, points=[{"window_months": [4], "effort": 30.0}, {"window_months": (4,), "effort": 30}])
        runner.proceed(tmp_path, points=[{"window_months": [3, 5], "effort": 30}])
    results = cs.open_results(tmp_path)
    assert results.sweep.count == 3
    assert len(results.outcomes) == 6
    for wanted in ((4,), [4], [(4,)]):
        assert len(results.read("outcomes", where={"window_months": wanted})) == 2
    assert len(results.read("outcomes", where={"window_months": [(4,), (3, 5)]})) == 4


# Other commands that write folders.

ADVISE = ["advise", "c.toml", "--replicates", "2", "--draws", "2", "--workers", "1", "--quiet", "--out", "o"]
RUN = ["run", "c.toml", "--replicates", "1", "--out", "o"]
TARGETS = "vary = ['openness']\nruns = 20\n[fixed]\norganizations = 8\nmonths = 6\n"
TARGETS += "[targets.formed]\nstatistic = 'mean'\ntable = 'outcomes'\ncolumn = 'formed'\nvalue = 2.0\ntolerance = 1.0\n"
CALIBRATE = ["calibrate", "t.toml", "--quiet", "--out", "o"]


@pytest.mark.parametrize("what", ["a sweep", "an application"])
@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("command", [RUN, ADVISE, CALIBRATE], ids=lambda command: command[0])
def test_commands_leave_folders_of_others_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, command: list[str], overwrite: bool, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("c.toml").write_text("model = 1\n[simulation]\nmonths = 30\n[field]\norganizations = 8\n[focal]\nfocal_launch_month = 12\n")
    Path("t.toml").write_text(TARGETS)
    if what == "a sweep":
        sweep(replicates=1).run("o")
    else:
        Path("o").mkdir()
        Path("o/manifest.json").write_text('{"name": "an application"}')
        Path("o/report.html").write_text("<p>")
    before = seen(Path("o"))
    with pytest.raises(SystemExit) as ended:
        main([*command, *(["--overwrite"] if overwrite else [])])
    said = capsys.readouterr()
    assert (ended.value.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert seen(Path("o")) == before


def test_a_new_calibration_or_advice_replaces_no_file_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("c.toml").write_text("model = 1\n[simulation]\nmonths = 30\n[field]\norganizations = 8\n[focal]\nfocal_launch_month = 12\n")
    Path("t.toml").write_text(TARGETS)
    for command, name in ((ADVISE, "steps.csv"), (CALIBRATE, "fit.csv"), (RUN, "outcomes.csv")):
        shutil.rmtree("o", ignore_errors=True)
        Path("o").mkdir()
        Path("o", name).write_text("mine")
        with pytest.raises(SystemExit) as ended:
            main(command)
        assert ended.value.code == 2
        assert name in capsys.readouterr().err
        assert seen(Path("o")).keys() == {name}


def test_clearing_a_calibration_removes_what_it_wrote_and_only_that(tmp_path: Path) -> None:
    from coalsim.calibration.folder import WRITTEN, CalibrationFolder

    mine = ["notes.csv", "mine.png", "data.parquet", "evaluations/readme.md"]
    for name in (*WRITTEN, *mine, "evaluations/a-0001.json", "stages/a.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "manifest.json").write_text('{"kind": "calibration"}')
    CalibrationFolder(tmp_path).clear()
    assert sorted(name for name in seen(tmp_path) if (tmp_path / name).is_file()) == sorted(mine)


def test_a_calibration_follows_no_link(tmp_path: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.toml").write_text(TARGETS)
    before = seen(elsewhere)
    for name in ("lock", "lock.manifest", "manifest.json", "evaluations", "stages"):
        shutil.rmtree("o", ignore_errors=True)
        Path("o").mkdir()
        replace(Path("o", name), "a link to a folder" if name.endswith("s") else "a link", elsewhere)
        with pytest.raises(SystemExit) as ended:
            main(CALIBRATE)
        assert ended.value.code == 2
        assert capsys.readouterr().err.count("\n") == 1
        assert seen(elsewhere) == before
