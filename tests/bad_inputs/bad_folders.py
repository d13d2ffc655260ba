"""Bad folders of results: every member changed, broken, or something else than a file."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from bad_case import JUNK, SPECIAL, Case, case

READING = (
    ("status", "o"),
    ("analyze", "o"),
    ("export", "o"),
    ("plot", "o"),
    ("extend", "o"),
    ("retry", "o"),
    ("sweep", "--from", "o/manifest.json", "--out", "new"),
)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield where the values of a JSON document stand, inner ones included."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _leaves(inner, (*path, key))


def _with(document: Any, path: tuple[Any, ...], value: Any) -> str:
    changed = copy.deepcopy(document)
    at = changed
    for key in path[:-1]:
        at = at[key]
    if value is _GONE:
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(changed)


_GONE = object()
WRONG: tuple[Any, ...] = (None, -1, 1.5, "x", [], {}, [None], 10**30, True, "a\0b", "../x", {"low": 0, "high": 1e999})


def folders(manifest: str, entry: str) -> Iterator[Case]:
    """Yield bad folders, made from the manifest and a ledger entry of a good one."""
    document = json.loads(manifest)
    number = 0

    def made(kind: str, owner: str = "SWEEPS", refused: bool = False, command: tuple[str, ...] | None = None, **about) -> Case:
        nonlocal number
        number += 1
        return case(f"folder: {kind}", owner, command or READING[number % len(READING)], sweep=True, refused=refused, **about)

    for place, path in enumerate(_leaves(document)):
        name = ".".join(map(str, path))
        for value in (WRONG[place % len(WRONG)], WRONG[(5 * place + 3) % len(WRONG)], _GONE):
            shown = "gone" if value is _GONE else repr(value)[:12]
            yield made(f"manifest {name} = {shown}", files={"o/manifest.json": _with(document, path, value)})
    for way, data in {
        "empty": b"",
        "no JSON": b"{",
        "a list": b"[]",
        "null": b"null",
        "deep": b"[" * 100_000,
        "NaN": b"NaN",
        "a long number": b'{"format": ' + b"9" * 5000 + b"}",
        "not UTF-8": b'{"name": "\xff"}',
        "cut": manifest.encode()[: len(manifest) // 2],
        "junk": JUNK,
    }.items():
        for command in READING:
            yield made(f"manifest, {command[0]}: {way}", refused=True, command=command, files={"o/manifest.json": data})
    ledger = json.loads(entry)
    for place, path in enumerate(_leaves(ledger)):
        name = ".".join(map(str, path))
        for value in (WRONG[place % len(WRONG)], WRONG[(7 * place + 2) % len(WRONG)], _GONE):
            shown = "gone" if value is _GONE else repr(value)[:12]
            yield made(f"ledger {name} = {shown}", files={"o/ledger/000000.json": _with(ledger, path, value)})
    for way, data in {
        "empty": b"",
        "no JSON": b"{",
        "a list": b"[]",
        "null": b"null",
        "deep": b"[" * 100_000,
        "not UTF-8": b"\xff",
        "junk": JUNK,
    }.items():
        for command in READING:
            yield made(f"ledger, {command[0]}: {way}", command=command, files={"o/ledger/000000.json": data})
    members = ("manifest.json", "lock", "lock.manifest", "design.parquet", "ledger/000000.json", "outcomes/000000.parquet", "summary.csv")
    for member in members:
        for what in SPECIAL:
            yield made(f"{member}: {what}", special={f"o/{member}": what})
        if member.endswith("parquet"):
            for way, data in {"empty": b"", "junk": JUNK, "text": b"a,b\n1,2\n", "PAR1": b"PAR1" + JUNK + b"PAR1"}.items():
                for command in READING[:5]:
                    yield made(f"{member}, {command[0]}: {way}", command=command, files={f"o/{member}": data})
    for folder in ("ledger", "outcomes", "coalitions"):
        for command in READING[:5]:
            yield made(f"{folder}, {command[0]}: a file", command=command, special={f"o/{folder}": "file"})
    for name in (".summary.csv.partial", ".sweep.png.partial", ".manifest.json.partial", ".report.html.partial"):
        for command in READING[:2]:
            yield made(f"{name}: folder", command=command, special={f"o/{name}": "folder"})
    for command in READING:
        for what in ("file", "loop", "fifo", "folder"):
            options = tuple(option.replace("o", "x", 1) if option in ("o", "o/manifest.json") else option for option in command)
            yield case(f"no sweep, {command[0]}: {what}", "SWEEPS", options, special={"x": what})
        options = tuple("none" if option == "o" else option for option in command)
        yield case(f"no sweep, {command[0]}: nothing", "SWEEPS", options)
