"""A sweep on a real Dask cluster: a scheduler and two workers on loopback, one of them killed on the way."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.test_sweep_folder import tables

import coalsim as cs
from coalsim.errors import ParameterError
from coalsim.sweep.status import status

pytestmark = pytest.mark.slow
BASE = cs.Parameters.model1().replace(months=60, organizations=30, issues=3, funders=2)
SWEEP = cs.Sweep(BASE, {"openness": [0.2, 0.8], "min_members": [2, 3]}, replicates=300, block=30_000)


class Cluster:
    """A scheduler and its workers, each a process."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.stack = ExitStack()
        self.file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(self.file)
        )
        until = time.monotonic() + 60
        while not self.file.exists():
            assert time.monotonic() < until, "the scheduler does not start"
            time.sleep(0.1)
        import json

        self.address = json.loads(self.file.read_text())["address"]
        self.workers: list[subprocess.Popen[bytes]] = []
        for _ in range(workers):
            self.add_worker(folder)

    def add_worker(self, folder: Path) -> None:
        """Start another worker."""
        more = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--local-directory", str(folder))
        self.workers.append(self._start("worker", self.address, *more))

    def _start(self, kind: str, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self.stack.callback(process.wait)
        self.stack.callback(process.kill)
        return process


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    made = Cluster(tmp_path, 2)
    with made.stack:
        yield made


def test_a_killed_worker_loses_nothing(cluster: Cluster, tmp_path: Path) -> None:
    SWEEP.run(tmp_path / "here")
    code = "import sys; import coalsim as cs; from tests.test_sweep_dask import SWEEP; SWEEP.run(sys.argv[1], dask=sys.argv[2])"
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "there"), cluster.address], cwd=Path(__file__).parent.parent)
    until = time.monotonic() + 120
    while len(list(tmp_path.glob("there/ledger/[0-9]*.json"))) < 8:
        assert time.monotonic() < until, "no blocks come"
        assert process.poll() is None
        time.sleep(0.02)
    cluster.workers[0].kill()
    assert process.wait(timeout=120) == 0
    found = status(tmp_path / "there")
    assert (found.done, found.failed) == (found.blocks, ())
    by = {entry.worker for entry in cs.sweep.folder.SweepFolder(tmp_path / "there").entries()}
    assert len(by) == 2, "both workers took part"
    assert tables(tmp_path / "there") == tables(tmp_path / "here")


def test_a_local_cluster_is_started(tmp_path: Path) -> None:
    small = cs.Sweep(BASE, {"openness": [0.2, 0.8]}, replicates=6, block=10_000)
    small.run(tmp_path / "here")
    script = (
        "import sys\nimport coalsim as cs\nfrom tests.test_sweep_dask import BASE\nif __name__ == '__main__':\n"
        "    sweep = cs.Sweep(BASE, {'openness': [0.2, 0.8]}, replicates=6, block=10_000)\n"
        "    sweep.run(sys.argv[1], dask='local', workers=2)\n"
    )
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "script.py"), str(tmp_path / "there")],
        cwd=Path(__file__).parent.parent,
        env={"PYTHONPATH": "."},
        timeout=120,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert tables(tmp_path / "there") == tables(tmp_path / "here")


def test_a_scheduler_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=r"--dask tcp://127\.0\.0\.1:9: no scheduler"):
        SWEEP.run(tmp_path / "out", dask="tcp://127.0.0.1:9")
