"""What this version costs beside an earlier one of the same program, both by turns in one run: ratios of processor time.

Usage: python benchmarks/bench_before.py [REVISION] (by default the last whose model was model 1 and whose steps were numpy alone)
The earlier version is taken out of this repository's history; without a history there is nothing to compare.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
REVISION = "c7a78e2"
ROUNDS = 7
CASES = {"400 x 1": "one", "20 x 50": "grid"}

CHILD = """
import sys, time
import coalsim as cs
from coalsim import simulation
how = {"compiled": True} if sys.argv[1] == "compiled" else {"compiled": False} if sys.argv[1] == "plain" else {}
base = cs.Parameters() if sys.argv[1] == "before" else cs.load(sys.argv[2])
grid = [base.replace(openness=o, contribution_rate=c) for o in (0.2, 0.3, 0.4, 0.5, 0.6)
        for c in (0.02, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12)]
cases = {"one": ([base], 400), "grid": (grid, 20)}
for line in sys.stdin:
    scenarios, replicates = cases[line.strip()]
    began = time.process_time()
    runs = cs.simulate(scenarios, replicates, seed=1, **how)
    print(time.process_time() - began, flush=True)
"""


@contextmanager
def child(source: Path, kind: str) -> Iterator[subprocess.Popen[str]]:
    """Start a process that simulates with the program in `source` whenever it is told a case."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS", "COALSIM_THREADS"), "1")
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, kind, str(ROOT / "configs" / "model1.toml")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **threads, "PYTHONPATH": str(source)},
    ) as process:  # fmt: skip
        yield process
        assert process.stdin is not None
        process.stdin.close()


def ask(process: subprocess.Popen[str], case: str) -> float:
    """Return the seconds of processor time a case took."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(case + "\n")
    process.stdin.flush()
    return float(process.stdout.readline())


def main(arguments: list[str]) -> None:
    """Print how many times as fast this version is, with numpy's steps and with compiled ones."""
    revision = arguments[0] if arguments else REVISION
    taken = subprocess.run(["git", "-C", str(ROOT), "archive", revision, "src"], capture_output=True, check=False)
    if taken.returncode != 0:
        print(f"there is no {revision} in this repository's history: nothing to compare with")
        return
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        with tarfile.open(fileobj=io.BytesIO(taken.stdout)) as archive:
            archive.extractall(folder, filter="data")
        sources = {"before": Path(folder) / "src", "plain": ROOT / "src", "compiled": ROOT / "src"}
        children = {kind: stack.enter_context(child(source, kind)) for kind, source in sources.items()}
        for case in CASES.values():
            for process in children.values():
                ask(process, case)  # warm up
        print(f"times as fast as {revision}, model 1, one core, tables included; median of {ROUNDS} rounds (and range)")
        for name, case in CASES.items():
            found = [{kind: ask(process, case) for kind, process in children.items()} for _ in range(ROUNDS)]
            for kind in ("plain", "compiled"):
                ratios = sorted(each["before"] / each[kind] for each in found)
                print(f"  {name}, {kind:<10}{statistics.median(ratios):6.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f})", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
