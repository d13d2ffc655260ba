"""Kill a sweep again and again, let it go on, and compare its tables with those of an undisturbed run.

``python benchmarks/kill_and_resume.py DESIGN [KILLS] [SEED]``: the design is run once undisturbed with two
workers, then again from nothing, killed KILLS times (20) at random moments with SIGKILL, in turn the main process
and a worker, and at last left to finish. Prints times, memory and disk, and exits 1 if one byte of a table differs.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path


def tables(folder: Path) -> dict[str, str]:
    names = [path for table in ("outcomes", "coalitions", "monthly") for path in folder.glob(f"{table}/*.parquet")]
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in (*names, folder / "design.parquet")}


def children(pid: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(path.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def memory(pid: int) -> int:
    """Return resident bytes of a process and all below it."""
    try:
        own = int(next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmRSS")).split()[1]) * 1024
    except (OSError, StopIteration):
        return 0
    return own + sum(memory(child) for child in children(pid))


def start(design: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "coalsim", "sweep", str(design), "--out", str(out), "--workers", "2", "--quiet"]
    return subprocess.Popen(command)


def blocks(out: Path) -> int:
    return len(list((out / "ledger").glob("[0-9]*.json")))


def main() -> None:
    design = Path(sys.argv[1])
    kills = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    folder = Path(tempfile.mkdtemp())
    try:
        whole, killed = folder / "whole", folder / "killed"
        began = time.perf_counter()
        process = start(design, whole)
        peak = 0
        while process.poll() is None:
            peak = max(peak, memory(process.pid))
            time.sleep(0.2)
        seconds = time.perf_counter() - began
        assert process.returncode == 0
        count = blocks(whole)
        size = sum(path.stat().st_size for path in whole.rglob("*") if path.is_file())
        print(
            f"undisturbed: {count} blocks in {seconds:.1f} s, peak {peak / 2**20:.0f} MiB in all processes, {size / 1e6:.1f} MB on disk",
            flush=True,
        )
        began = time.perf_counter()
        for kill in range(kills):
            process = start(design, killed)
            time.sleep(chance.uniform(0.5, 2 * seconds / kills))
            if kill % 2 and (server := children(process.pid)) and (workers := [pid for one in server for pid in children(one)]):
                os.kill(chance.choice(workers), signal.SIGKILL)
                what = "a worker"
                time.sleep(chance.uniform(0, 1))
            else:
                what = "the main process"
            process.kill()
            process.wait()
            print(f"kill {kill + 1:2}: {what}, {blocks(killed)} of {count} blocks done", flush=True)
        process = start(design, killed)
        assert process.wait() == 0
        print(f"killed {kills} times: {time.perf_counter() - began:.1f} s in all")
        began = time.perf_counter()
        assert start(design, killed).wait() == 0
        print(f"the whole command on the finished sweep: {time.perf_counter() - began:.2f} s")
        same = tables(whole) == tables(killed)
        print(f"{len(tables(whole))} tables, {'byte for byte the same' if same else 'NOT THE SAME'}")
        cpu = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"processor time of all: {cpu.ru_utime + cpu.ru_stime:.0f} s")
        sys.exit(0 if same else 1)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
