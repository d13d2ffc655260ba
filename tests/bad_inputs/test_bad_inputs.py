"""A thousand and more bad inputs, over every command and every kind of file: one line, exit code 2, within seconds, nothing left behind.

Where an input may be taken for a good one, exit code 0 will do as well; a traceback, never.
"""

import json
import os
import pickle
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from asking import WALL_SECONDS
from bad_configurations import configurations, designs
from bad_experiments import experiments
from bad_folders import folders
from bad_options import options
from bad_tables import points, registers, tables
from bad_targets import targets

HERE = Path(__file__).parent
WITH = os.pathsep.join(part for part in (str(HERE), os.environ.get("PYTHONPATH", "")) if part)
PARTS = {"configurations": configurations, "designs": designs, "tables": tables, "registers": registers, "points": points}
PARTS |= {"experiments": experiments, "options": options, "targets": targets}
FAST = 160


@pytest.fixture(scope="module")
def good(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("good") / "sweep"
    code = f"import pathlib, asking; asking.made_good(pathlib.Path({str(folder)!r}))"
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=os.environ | {"PYTHONPATH": WITH})
    return folder


def cases_of(part, good):
    if part == "folders":
        return list(folders((good / "o/manifest.json").read_text(), (good / "o/ledger/000000.json").read_text()))
    return list(PARTS[part]())


def asked(cases, good, folder):
    """Return what is wrong with each case, by its place."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "cases").write_bytes(pickle.dumps(cases))
    results = folder / "results"
    wrong: dict[int, list[str]] = {}
    first = 0
    while first < len(cases):
        command = [sys.executable, str(HERE / "asking.py"), folder / "cases", results, good, first]
        with (folder / "said").open("w+b") as said_to:
            process = subprocess.Popen([str(part) for part in command], stdout=said_to, stderr=subprocess.STDOUT)
            _patiently(process, results)
            said_to.seek(0)
            said = said_to.read()
        rows = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
        wrong |= {place: found for place, found in rows if found is not None}
        begun = max((place for place, _ in rows), default=-1)
        if begun < first - 1 or not rows:
            raise AssertionError(said.decode(errors="replace")[-2000:])
        if begun not in wrong:
            wrong[begun] = [f"the process ends ({process.returncode}): {said.decode(errors='replace')[-80:]!r}"]
        first = begun + 1
    return wrong


def _patiently(process, results):
    """Wait for a process as long as it goes on from case to case."""
    length, since = -1, time.monotonic()
    while process.poll() is None:
        now = results.stat().st_size if results.exists() else 0
        if now != length:
            length, since = now, time.monotonic()
        if time.monotonic() - since > 3 * WALL_SECONDS + 60:
            process.kill()
        time.sleep(0.05)


def report(cases, wrong):
    """Return the cases that are wrong, a line each, and how many there are by owner."""
    failing = [(cases[place], found) for place, found in sorted(wrong.items()) if found]
    counts = Counter(case.owner for case, _ in failing)
    head = f"{len(failing)} of {len(cases)}: {', '.join(f'{owner} {count}' for owner, count in sorted(counts.items()))}"
    return "\n".join([head, *(f"{case.owner:8} {case.kind}: {'; '.join(found)}" for case, found in failing)])


def test_there_are_a_thousand_of_them(good):
    cases = [case for part in (*PARTS, "folders") for case in cases_of(part, good)]
    assert len(cases) >= 1000
    asked = {(case.arguments, *case.files.items(), *case.special.items()) for case in cases}
    assert len(asked) == len(cases)  # none is there twice
    assert sum(case.refused for case in cases) >= 800
    commands = {case.arguments[0] for case in cases}
    assert commands >= {
        "run",
        "dock",
        "advise",
        "sweep",
        "extend",
        "retry",
        "status",
        "plot",
        "analyze",
        "export",
        "reproduce",
        "new-field",
        "calibrate",
        "view",
    }


def test_some_of_each(good, tmp_path):
    """Every n-th of all: no part of the reading is without some."""
    cases = [case for part in (*PARTS, "folders") for case in cases_of(part, good)]
    some = cases[3 :: len(cases) // FAST]
    wrong = asked(some, good, tmp_path)
    assert not any(wrong.values()), report(some, wrong)


@pytest.mark.slow
@pytest.mark.parametrize("part", [*PARTS, "folders"])
def test_all_of(part, good, tmp_path):
    cases = cases_of(part, good)
    wrong = asked(cases, good, tmp_path)
    assert len(wrong) == len(cases)
    assert not any(wrong.values()), report(cases, wrong)


def test_what_is_asked_is_told_apart(good, tmp_path):
    """The asking itself: good inputs are no bad ones, and bad ends are seen."""
    from bad_case import CONFIG, RUN, case

    fine = case("fine", "", RUN, {"c.toml": CONFIG})
    cases = [fine, case("fine", "", RUN, {"c.toml": CONFIG}, refused=False), case("sweep", "", ("status", "o"), sweep=True, refused=False)]
    wrong = asked(cases, good, tmp_path)
    assert wrong == {0: ["exit code 0"], 1: [], 2: []}
