"""Sweeps that are killed, stopped, starved of disk and cut off: what is done is kept, what is left is done, the tables are the same.

The first tests stop a sweep at each of its file operations in turn; the slow ones send real signals to real processes.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from tests.test_sweep_dask import Cluster
from tests.test_sweep_folder import tables

import coalsim as cs
from coalsim.errors import Interrupted, StoreError, WorkersError
from coalsim.sweep import executors, runner, sharing
from coalsim.sweep.folder import SweepFolder
from coalsim.sweep.status import status
from coalsim.sweep.work import Task

BASE = cs.Parameters.model1().replace(months=6, organizations=6, issues=2, funders=1)
SMALL = cs.Sweep(BASE, {"openness": [0.2, 0.8]}, replicates=4, block=150)
DESIGN = """
model = 1
replicates = 60
block = 3000
[fixed]
months = 24
organizations = 12
[factors]
openness = [0.2, 0.8]
min_members = [2, 3]
"""


class Stopped(BaseException):
    """Ends a sweep as a kill does, but for what Python does on its way out."""


def no_room() -> BaseException:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


STOPS: dict[str, Callable[[], BaseException]] = {"a kill": Stopped, "Ctrl-C": KeyboardInterrupt, "a full disk": no_room}


class Operations:
    """Counts calls of a function of `os`, and stops at one of them."""

    def __init__(self, name: str, stop: Callable[[], BaseException], patch: pytest.MonkeyPatch) -> None:
        self.count, self.at, self._stop, self._call = 0, 0, stop, getattr(os, name)
        patch.setattr(os, name, self)

    def __call__(self, *arguments: Any, **more: Any) -> Any:
        self.count += 1
        if self.count == self.at:
            raise self._stop()
        return self._call(*arguments, **more)


QUICK = {("fsync", "a full disk"), ("replace", "a kill"), ("mkdir", "Ctrl-C")}
PAIRS = [
    pytest.param(operation, how, marks=() if (operation, how) in QUICK else pytest.mark.slow)
    for operation in ("fsync", "replace", "mkdir")
    for how in STOPS
]


@pytest.fixture
def computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have blocks computed once for all sweeps of a test: it is about files."""
    known: dict[str, Any] = {}

    def recalled(task: Task) -> Any:
        if task.digest not in known:
            known[task.digest] = compute(task)
        return known[task.digest]

    compute = sharing.compute
    monkeypatch.setattr(sharing, "compute", recalled)


@pytest.mark.usefixtures("computed_once")
@pytest.mark.parametrize(("operation", "how"), PAIRS)
def test_a_sweep_stopped_at_any_file_operation_is_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str, how: str
) -> None:
    SMALL.run(tmp_path / "whole")
    whole = tables(tmp_path / "whole")
    stops = 0
    for at in range(1, 200):
        out = tmp_path / f"out{at}"
        with monkeypatch.context() as patch:
            operations = Operations(operation, STOPS[how], patch)
            operations.at = at
            said = stop_of(SMALL, out)
            assert said is None or how == "a full disk"
            stopped = operations.count >= at
        stops += stopped
        assert not list(out.rglob("*.partial"))
        if (out / "manifest.json").exists():
            found = status(out)
            assert found.done + found.left == found.blocks
        assert SMALL.run(out).runs_done == 8
        assert tables(out) == whole
        shutil.rmtree(out)
        if not stopped:
            break
    assert stops >= {"fsync": 18, "replace": 9, "mkdir": 4}[operation]


def stop_of(sweep: cs.Sweep, out: Path) -> str | None:
    """Return what a sweep says of a folder that it cannot write to, on one line; None if it is stopped otherwise, or not at all."""
    try:
        sweep.run(out)
    except StoreError as error:
        (line,) = str(error).splitlines()
        return line
    except (Stopped, KeyboardInterrupt, Interrupted):
        pass
    return None


@pytest.mark.usefixtures("computed_once")
@pytest.mark.parametrize("operation", [pytest.param("fsync", marks=pytest.mark.slow), "replace"])
def test_an_extension_stopped_at_any_file_operation_is_one_or_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, operation: str
) -> None:
    SMALL.run(tmp_path / "begun")
    shutil.copytree(tmp_path / "begun", tmp_path / "whole")
    grown: dict[str, Any] = {"replicates": 6, "points": [{"openness": 0.5}]}
    runner.proceed(tmp_path / "whole", **grown)
    whole = tables(tmp_path / "whole")
    stops = 0
    for at in range(1, 200):
        out = tmp_path / f"out{at}"
        shutil.copytree(tmp_path / "begun", out)
        with monkeypatch.context() as patch:
            operations = Operations(operation, Stopped, patch)
            operations.at = at
            try:
                runner.proceed(out, **grown)
            except Stopped:
                stops += 1
            else:
                break
        assert cs.open_results(out).runs in (8, 18)
        runner.proceed(out, **grown)
        assert tables(out) == whole
    assert stops >= 10


# Real signals, real processes.


def start(folder: Path, out: str, *more: str, **about: Any) -> subprocess.Popen[bytes]:
    (folder / "design.toml").write_text(DESIGN)
    command = [sys.executable, "-m", "coalsim", "sweep", str(folder / "design.toml"), "--out", str(folder / out), *more]
    return subprocess.Popen(command, **{"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, **about})


def done(folder: Path) -> int:
    return len(list((folder / "ledger").glob("[0-9]*.json")))


def wait_for(what: Callable[[], bool], seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it does not come"
        time.sleep(0.02)


def below(pid: int) -> list[int]:
    """Return the processes that a process started, and those that these did."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found += [int(path.parent.name), *below(int(path.parent.name))]
        except OSError:
            continue
    return found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("whole")
    process = start(folder, "out", "--quiet")
    process.communicate(timeout=300)
    assert process.returncode == 0
    return tables(folder / "out")


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["the main process", "a worker", "the whole group"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_signals_lose_only_blocks_under_way(tmp_path: Path, whole: dict[str, str], whom: str, number: signal.Signals) -> None:
    chance = random.Random(f"{whom} {number}")
    sent = 0
    for _ in range(4):
        process = start(tmp_path, "out", "--workers", "2", start_new_session=True)
        before = done(tmp_path / "out")
        wait_for(lambda process=process, before=before: done(tmp_path / "out") > before or process.poll() is not None)
        time.sleep(chance.uniform(0, 0.3))
        if process.poll() is None:
            sent += 1
            workers = below(process.pid)
            if whom == "a worker":
                os.kill(chance.choice(workers), number)
            elif whom == "the main process":
                process.send_signal(number)
            else:
                os.killpg(process.pid, number)
        _, said = process.communicate(timeout=300)
        assert b"Traceback" not in said, said.decode()
        if process.returncode not in (0, -signal.SIGKILL):
            # A stop is said; a signal before blocks are computed ends a process as it ends any other.
            assert process.returncode in (130, -number), said
        assert not status(tmp_path / "out").failed
        if process.returncode == 0:
            break
    process = start(tmp_path, "out", "--workers", "2")
    process.communicate(timeout=300)
    assert process.returncode == 0
    assert sent >= 1
    assert tables(tmp_path / "out") == whole
    assert not list((tmp_path / "out").rglob("*.partial"))
    assert {"summary.csv", "sweep.png"} <= {path.name for path in (tmp_path / "out").iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("whom", ["the main process", "the whole group"])
def test_a_sweep_stopped_while_workers_start_shows_no_traceback(tmp_path: Path, whom: str) -> None:
    chance = random.Random(whom)
    for run in range(8):
        process = start(tmp_path, f"out{run}", "--workers", "2", start_new_session=True)
        wait_for(lambda process=process: bool(below(process.pid)) or process.poll() is not None)
        time.sleep(chance.uniform(0, 0.3))
        (os.killpg if whom == "the whole group" else os.kill)(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=300)
        assert b"Traceback" not in said, said.decode()
        assert process.returncode in (130, 0), said  # 0: it was done before, or the signal was lost as libraries were loaded


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_waits_until_processes_are_started(number: signal.Signals) -> None:
    class Starting(ProcessPoolExecutor):
        started = False

        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
            signal.raise_signal(number)
            self.started = True

    pool = executors.Pool("starting", 1, lambda: Starting(1))
    handler = signal.getsignal(number)
    with executors.interruptible():
        within = signal.getsignal(number)
        with pytest.raises(KeyboardInterrupt):
            pool.submit(os.getpid)
        assert pool.executor.started  # type: ignore[attr-defined]
        assert signal.getsignal(number) is within
    assert signal.getsignal(number) is handler
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()


@pytest.fixture
def little_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(place)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_full_disk_keeps_what_is_done(tmp_path: Path, little_disk: Path, whole: dict[str, str], workers: str) -> None:
    full, filler = 0, little_disk / "filler"
    filler.write_bytes(bytes(280_000))
    for room in (260_000, 200_000, 150_000, 0):
        process = start(tmp_path, "disk/out", "--workers", workers)
        _, said = process.communicate(timeout=300)
        assert b"Traceback" not in said
        if process.returncode:
            full += 1
            assert process.returncode == 2
            assert said.splitlines()[-1].endswith(b"cannot be written: No space left on device"), said
            assert not list((little_disk / "out").rglob("*.partial"))
        filler.write_bytes(bytes(room))
    assert full >= 2
    shutil.copytree(little_disk / "out", tmp_path / "out")
    process = start(tmp_path, "out")
    process.communicate(timeout=300)
    assert process.returncode == 0
    assert tables(tmp_path / "out") == whole


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_pipe_that_closes_while_it_runs_changes_nothing(tmp_path: Path, whole: dict[str, str], workers: str) -> None:
    process = start(tmp_path, "out", "--workers", workers, stdout=subprocess.PIPE)
    wait_for(lambda: done(tmp_path / "out") > 2)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    process.stderr.close()
    assert process.wait(timeout=300) == 0
    assert tables(tmp_path / "out") == whole
    assert (tmp_path / "out" / "summary.csv").exists()


@pytest.mark.slow
def test_tasks_of_an_array_that_end_together_write_one_summary(tmp_path: Path, whole: dict[str, str]) -> None:
    for turn in range(3):
        out = f"out{turn}"
        processes = [start(tmp_path, out, "--part", f"{i}/4", "--quiet") for i in (1, 2, 3, 4)]
        said = [process.communicate(timeout=300)[1] for process in processes]
        assert [process.returncode for process in processes] == [0] * 4, said
        assert said == [b""] * 4
        assert tables(tmp_path / out) == whole
        assert (tmp_path / out / "summary.csv").exists()


@pytest.mark.slow
@pytest.mark.parametrize("gone", ["the scheduler", "all workers"])
def test_dask_that_is_gone_is_one_line(tmp_path: Path, whole: dict[str, str], gone: str) -> None:
    cluster = Cluster(tmp_path, 2)
    with cluster.stack:
        process = start(tmp_path, "out", "--dask", cluster.address)
        wait_for(lambda: done(tmp_path / "out") >= 2)
        if gone == "the scheduler":
            cluster.scheduler.kill()
            _, said = process.communicate(timeout=120)
            assert process.returncode == 2
            assert b"Traceback" not in said
            gone_for_good = f"the Dask scheduler at {cluster.address} is gone; what is done is kept; the same command continues"
            assert said.decode().splitlines()[-1] == f"coalsim: error: {gone_for_good}"
            assert not status(tmp_path / "out").failed
            again = start(tmp_path, "out")
            again.communicate(timeout=300)
            assert again.returncode == 0
        else:
            for worker in cluster.workers:
                worker.kill()
            assert process.stderr is not None
            said = b""
            while b"no worker is left" not in said:
                line = process.stderr.readline()
                assert line, said
                said += line
            assert process.poll() is None
            cluster.add_worker(tmp_path)
            _, rest = process.communicate(timeout=300)
            assert process.returncode == 0, rest
            assert (said + rest).count(b"no worker is left") == 1
    assert not status(tmp_path / "out").failed
    assert tables(tmp_path / "out") == whole


@pytest.mark.slow
def test_workers_that_cannot_be_started_are_no_fault_of_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from coalsim.sweep import executors

    monkeypatch.setattr(executors, "_begin", _dying)
    with pytest.raises(WorkersError, match="no worker process can be started") as error:
        SMALL.run(tmp_path / "out", workers=2)
    assert "\n" not in str(error.value)
    assert not status(tmp_path / "out").failed
    monkeypatch.undo()
    assert SMALL.run(tmp_path / "out").runs_done == 8


def _dying() -> None:
    os._exit(1)


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_the_server_that_starts_workers_may_be_killed_while_it_starts_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    server = pytest.importorskip("multiprocessing.forkserver")._forkserver
    from coalsim.sweep import executors

    monkeypatch.setattr("multiprocessing.get_start_method", lambda allow_none=False: None)  # Mesa, if imported, has it set
    begin, killed = executors.Pool.begin, []

    def begin_and_kill(pool: executors.Pool) -> None:
        begin(pool)
        os.kill(server._forkserver_pid, number)
        killed.append(server._forkserver_pid)

    monkeypatch.setattr(executors.Pool, "begin", begin_and_kill)
    assert SMALL.run(tmp_path / "out", workers=2).runs_done == 8
    assert killed
    assert not status(tmp_path / "out").failed


def test_what_killed_processes_left_half_written_is_removed(tmp_path: Path) -> None:
    SMALL.run(tmp_path, part=(1, 2))
    litter = [".0123456789abcdef.partial", "ledger/.0123456789abcdef.partial", "outcomes/.000003.parquet.partial"]
    mine = [".mine.partial", "ledger/.x.partial"]
    for name in (*litter, *mine):
        (tmp_path / name).write_text("half")
    SMALL.run(tmp_path)
    assert [name for name in (*litter, *mine) if (tmp_path / name).exists()] == mine


def test_a_holder_is_known_while_it_holds(tmp_path: Path) -> None:
    SMALL.run(tmp_path)
    with SweepFolder(tmp_path).held((1, 3)), SweepFolder(tmp_path).held((2, 3)):
        assert f"process {os.getpid()}" in str(status(tmp_path).holder)
        with pytest.raises(StoreError, match=f"is being written to by process {os.getpid()}"):
            SMALL.run(tmp_path)
    assert status(tmp_path).holder is None
    assert SMALL.run(tmp_path).runs_done == 8
