"""Ask one bad input after the other, in one process, each in a folder of its own; say what came of it.

Run as a program: the cases, where to write, and from which case on. A process that dies or hangs is begun again behind its case.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import pickle
import resource
import shutil
import signal
import stat
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from bad_case import CONFIG, DESIGN, Case

CPU_SECONDS, WALL_SECONDS = 5.0, 20
MEMORY = 6 * 2**30


starved_before = [0.0]


class Hung(BaseException):
    """It takes too long."""


def state(folder: Path) -> dict[str, tuple]:
    """Return all that is in a folder, and what it is."""
    found = {}
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            path = Path(place, name)
            about = path.lstat()
            if stat.S_ISREG(about.st_mode):
                found[str(path.relative_to(folder))] = ("file", hashlib.md5(path.read_bytes()).hexdigest())
            else:
                found[str(path.relative_to(folder))] = (stat.S_IFMT(about.st_mode), "")
    return found


def prepare(case: Case, folder: Path, good: Path) -> None:
    if case.sweep:
        shutil.copytree(good / "o", folder / "o")
    for name, content in case.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    for name, what in case.special.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.rmtree(path)
        path.unlink(missing_ok=True)
        if what == "folder":
            path.mkdir()
        elif what == "file":
            path.write_text("text\n")
        elif what == "fifo":
            os.mkfifo(path)
        else:
            path.symlink_to({"loop": path.name, "dangling": "nothing there", "zero": "/dev/zero"}[what])


def starved() -> float:
    """Return the seconds that this process was ready to run and others had the processor; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def ask(case: Case, good: Path) -> list[str]:
    """Return what is wrong with what came of a case; nothing if it is as it should be."""
    from coalsim.cli import main

    with tempfile.TemporaryDirectory(prefix="bad") as name:
        folder = Path(name)
        prepare(case, folder, good)
        before = state(folder)
        out, err = io.StringIO(), io.StringIO()
        streams = sys.stdout, sys.stderr
        os.chdir(folder)
        sys.stdout, sys.stderr = out, err
        wrong: list[str] = []
        code: object = None
        began = time.process_time()
        starved_before[0] = starved()
        signal.setitimer(signal.ITIMER_REAL, WALL_SECONDS)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                main(case.arguments)
        except SystemExit as done:
            code = done.code
        except Hung:
            wrong.append(f"hangs for {WALL_SECONDS} s")
        except BaseException as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            wrong.append(f"traceback: {type(error).__name__}: {str(error)[:90]!r} ({Path(last.filename).name}:{last.lineno})")
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.stdout, sys.stderr = streams
            os.chdir("/")
        seconds = time.process_time() - began
        if seconds > CPU_SECONDS:
            wrong.append(f"takes {seconds:.0f} s")
        if not wrong or code is not None:
            wrong += judged(case, code, out.getvalue(), err.getvalue(), before, folder)
        return wrong


def judged(case: Case, code: object, out: str, err: str, before: dict[str, tuple], folder: Path) -> list[str]:
    if code not in (2,) and (case.refused or code not in (0, 1)):
        return [f"exit code {code}"]
    if code != 2:
        return []
    wrong = []
    if err.count("\n") != 1 or not err.startswith("coalsim: error: "):
        wrong.append(f"{err.count(chr(10))} lines: {err[:80]!r}")
    elif not (err[:-1].isprintable() and 30 <= len(err) <= 1100):
        wrong.append(f"a line of {len(err)} letters: {err[:80]!r}")
    if out:
        wrong.append(f"prints {out[:60]!r}")
    now = state(folder)
    if now != before:
        names = sorted(name for name in {*now, *before} if now.get(name) != before.get(name))
        wrong.append(f"leaves {', '.join(names)[:90]}")
    return wrong


def made_good(folder: Path) -> Path:
    """Make the sweep that cases spoil."""
    from coalsim.cli import main

    folder.mkdir(parents=True)
    (folder / "c.toml").write_text(CONFIG)
    (folder / "s.toml").write_text(DESIGN)
    os.chdir(folder)
    with contextlib.suppress(SystemExit):
        main(["sweep", "s.toml", "--out", "o", "--quiet"])
    assert (folder / "o" / "sweep.png").exists()
    return folder


def run(cases: Path, results: Path, good: Path, first: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.environ["COLUMNS"] = "120"
    # What a command imports is no part of what it does with its input, and must not be interrupted.
    import scipy.stats  # noqa: F401

    import coalsim.docking  # noqa: F401

    def hung(number: int, frame: object) -> None:
        # A machine that has other things to do does not make a command slow.
        starving = starved() - starved_before[0]
        if starving < 1:
            raise Hung
        starved_before[0] += starving
        signal.setitimer(signal.ITIMER_REAL, starving)

    signal.signal(signal.SIGALRM, hung)
    for place, case in enumerate(pickle.loads(cases.read_bytes())):
        if place >= first:
            with results.open("a") as file:
                print(json.dumps([place, None]), file=file, flush=True)
                print(json.dumps([place, ask(case, good)]), file=file, flush=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))
