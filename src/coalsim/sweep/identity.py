"""What a folder's sweep is: begun, made larger, and compared with what is asked for."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coalsim.counts import MAX_RUNS, said, whole
from coalsim.designs.checks import point_key
from coalsim.designs.files import data_files, with_paths
from coalsim.errors import ParameterError, StoreError
from coalsim.parameters.effect import FILE_PARAMETERS
from coalsim.sweep.design import Sweep
from coalsim.sweep.entries import Entry
from coalsim.sweep.folder import DESIGN, SweepFolder
from coalsim.sweep.manifest import MAX_MANIFEST, Manifest, Software, SweepSpec, inputs, software
from coalsim.sweep.plan import WorkBlock, plan
from coalsim.sweep.work import Task, parquet, tasks
from coalsim.tables.store import MANIFEST, read_plain

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = 50
"""Entries of the ledger that are held against the manifest before results are read; all of them are before more is computed."""


@dataclass(frozen=True)
class Prepared:
    """A new sweep, with all that may be refused about it looked at: its plan, and the digests of its data files."""

    sweep: Sweep
    blocks: list[WorkBlock]
    files: dict[str, str]

    @classmethod
    def of(cls, sweep: Sweep) -> Prepared:
        """Plan a sweep; raise a `CoalsimError` if it cannot be begun."""
        sweep.refuse_repeated()
        files = inputs(data_files(sweep.spec()))
        return cls(sweep, plan(sweep.lazily(), range(sweep.count), 0, sweep.replicates, sweep.block), files)


def begin(store: SweepFolder, prepared: Prepared, name: str) -> None:
    """Write manifest and design of a new sweep; a kill in between leaves a sweep whose design is written when it goes on.

    Raises
    ------
    StoreError
        Files are there that would be taken for this sweep's, or replaced by it; nothing is changed then.
    """
    _refuse_strangers(store, prepared)
    manifest = _manifest(store, prepared.sweep, name, prepared.blocks, prepared.files)
    store.make_members()
    store.write_manifest(manifest)
    write_design(store, prepared.sweep)


def _refuse_strangers(store: SweepFolder, prepared: Prepared) -> None:
    """Raise `StoreError` unless what is here without a manifest was left by this very sweep."""
    members = store.members
    if not members:
        return
    entries = list(store.entries())
    if entries:
        digests = {task.block.number: task.digest for task in tasks(prepared.sweep, prepared.blocks, prepared.files)}
        if all(digests.get(entry.block) == entry.digest for entry in entries):
            return
        raise StoreError(f"{store} has lost its {MANIFEST}, and holds blocks of another design; give another folder, or --overwrite")
    if members == [DESIGN] and _design_agrees(store, prepared.sweep, needed=True):
        return
    raise StoreError(f"{store} holds {', '.join(members)}, and no sweep's {MANIFEST} says whose that is; give another folder")


@dataclass(frozen=True)
class Larger:
    """What a sweep is to become, and how many of the scenarios given were there already."""

    sweep: Sweep
    added: int
    known: int


def larger(sweep: Sweep, store: SweepFolder, replicates: int | None, points: Sequence[Mapping[str, Any]] | None) -> Larger:
    """Return a sweep with more replicates and scenarios; what is there already, or given twice, is not added.

    Raises
    ------
    ParameterError
        No scenario is given, a value is not allowed, or the sweep would become smaller or too large.
    """
    if points is not None and not points:
        raise ParameterError("points: no scenario is given")
    for number, point in enumerate(points or ()):
        if not isinstance(point, Mapping) or set(point) != set(sweep.factors):
            raise ParameterError(f"point {number} = {said(point)}: values of exactly the factors are needed: {', '.join(sweep.factors)}")
    wanted = sweep.replicates if replicates is None else whole("replicates", replicates, 1, MAX_RUNS)
    if wanted < sweep.replicates:
        raise ParameterError(f"replicates = {wanted}: {store} has {sweep.replicates} already; a sweep can only grow")
    known = {point_key(point) for point in sweep.scenario_values()} if points else set()
    new: list[Mapping[str, Any]] = []
    for point in (_as_here(store, given) for given in points or ()):
        key = point_key(point)
        if key not in known:
            known.add(key)
            new.append(point)
    spec = sweep.spec()
    made = Sweep.from_spec({**spec, "points": [*spec["points"], *map(dict, new)], "replicates": wanted})
    for scenario in made.lazily()[sweep.count :]:
        assert scenario is not None  # made, and so looked at
    return Larger(made, len(new), len(points or ()) - len(new))


def extend(store: SweepFolder, manifest: Manifest, sweep: Sweep, grown: Sweep) -> None:
    """Put a larger sweep in place of one, with blocks for what is new."""
    before, scenarios = manifest.scenarios, grown.lazily()
    blocks = blocks_of(manifest)
    if grown.replicates > sweep.replicates:
        blocks += plan(scenarios, range(before), sweep.replicates, grown.replicates, sweep.block, len(blocks))
    blocks += plan(scenarios, range(before, len(scenarios)), 0, grown.replicates, sweep.block, len(blocks))
    files = inputs(data_files(grown.spec()))
    made = _manifest(store, grown, manifest.name, blocks, files)
    store.write_manifest(made.model_copy(update={"software": manifest.software, "stretches": manifest.stretches}))
    write_design(store, grown)


def agree(store: SweepFolder, sweep: Sweep) -> None:
    """Raise `StoreError` unless the folder's sweep is this one, saying what differs."""
    here = store.manifest().sweep.model_dump()
    given = SweepSpec(**_portable(store, sweep.spec())).model_dump()
    differing = [key for key in given if _plain(here[key]) != _plain(given[key])]
    if differing:
        grows = differing == ["replicates"] and sweep.replicates > here["replicates"]
        more = f"`coalsim extend {store} --replicates {sweep.replicates}` adds replicates; " if grows else ""
        what = ", ".join(f"{key}: {_difference(here[key], given[key])}" for key in differing)
        what = what if len(what) <= 600 else f"{what[:600]}..."
        raise StoreError(f"{store} holds another sweep ({what}); {more}give another folder, or --overwrite to begin anew")


def same_code(store: SweepFolder, manifest: Manifest, mixed: bool) -> None:
    """Raise `StoreError` if the sweep was begun with other code, unless `mixed`."""
    then, current = manifest.software, software()
    if then.code != current.code and not mixed:

        def name(it: Software) -> str:
            where = f"commit {it.commit[:10]}{' with changes' if it.dirty else ''}" if it.commit else f"code {it.code[:10]}"
            return f"{it.coalsim}, {where}"

        raise StoreError(
            f"{store} was begun with another version of the code (coalsim {name(then)}; this is {name(current)}), "
            "whose results may differ: go on with that version, begin anew (--overwrite), or mix them knowingly (--mixed)"
        )


def same_inputs(store: SweepFolder, manifest: Manifest, sweep: Sweep) -> None:
    """Raise `StoreError` if a data file is not what it was when the sweep was begun."""
    found = {_relative(store, name): content for name, content in inputs(data_files(sweep.spec())).items()}
    for name, content in manifest.inputs.items():
        if found.get(name) != content:
            raise StoreError(f"{store.path / name} is not what it was when {store} was begun; put it back, or begin anew (--overwrite)")


def left(store: SweepFolder, manifest: Manifest, made: list[Task]) -> tuple[list[Task], list[Entry], list[str]]:
    """Return the tasks still to do, the ledger's entries of the others, and notes on what was found damaged.

    Raises
    ------
    StoreError
        The ledger has a block of another design.
    """
    known = {task.block.number: task for task in made}
    settled: dict[int, Entry] = {}
    notes = []
    for entry in store.entries():
        task = known.get(entry.block)
        if task is None and entry.block < len(manifest.blocks):
            continue  # of another part
        if task is None or task.digest != entry.digest:
            raise StoreError(
                f"{store.entry_path(entry.block)} is of another design; delete it and its block is computed again, or give another folder"
            )
        if entry.error is None and (damage := store.damage(entry)):
            notes.append(f"{damage}: block {entry.block} is computed again")
        else:
            settled[entry.block] = entry
    return [task for number, task in known.items() if number not in settled], list(settled.values()), notes


def sweep_of(store: SweepFolder, manifest: Manifest) -> Sweep:
    """Return the sweep of a folder, its data files named as seen from here; raise `StoreError` if the manifest has none."""
    try:
        sweep = Sweep.from_spec(with_paths(manifest.sweep.model_dump(), lambda name: os.path.normpath(store.place / name)))
        count = sweep.count
    except (ParameterError, ValueError) as error:
        raise StoreError(f"{store.path / MANIFEST} is not the manifest of a sweep: {error}") from None
    if count != manifest.scenarios:
        said = f"its design has {count} scenarios, and it says {manifest.scenarios}"
        raise StoreError(f"{store.path / MANIFEST} is not the manifest of a sweep: {said}")
    return sweep


def opened(store: SweepFolder) -> tuple[Manifest, Sweep]:
    """Return manifest and sweep of a folder, held against the design and the ledger that are beside.

    Raises
    ------
    StoreError
        There is none, it is damaged, or was changed by hand: what is here would be taken for something else.
    """
    manifest = store.manifest()
    sweep = sweep_of(store, manifest)
    entries = [entry for entry in store.entries() if entry.block < len(manifest.blocks)]
    some = entries[:: -(-len(entries) // SAMPLE)] if entries else []
    blocks = [WorkBlock.from_spec(entry.block, manifest.blocks[entry.block]) for entry in some]
    files = {os.path.normpath(store.place / name): content for name, content in manifest.inputs.items()}
    if missing := data_files(sweep.spec()) - set(files):
        raise StoreError(f"{store.path / MANIFEST}: it has no digest of {sorted(missing)[0]}")
    for entry, task in zip(some, tasks(sweep, blocks, files), strict=True):
        if task.digest != entry.digest:
            raise StoreError(
                f"{store.entry_path(entry.block)} is of another design than {MANIFEST} says: one of them was changed; "
                "put it back, or delete it and `coalsim extend` computes its block again"
            )
    if not _design_agrees(store, sweep):
        raise StoreError(
            f"{store}: {MANIFEST} and {DESIGN} do not have the same scenarios: one was changed; put it back, or begin anew (--overwrite)"
        )
    return manifest, sweep


def blocks_of(manifest: Manifest) -> list[WorkBlock]:
    """Return the plan that a manifest holds."""
    return [WorkBlock.from_spec(number, spec) for number, spec in enumerate(manifest.blocks)]


def _design_agrees(store: SweepFolder, sweep: Sweep, needed: bool = False) -> bool:
    """Return whether ``design.parquet`` has these scenarios, or after a kill while it grew the first of them.

    One that is missing or unreadable says nothing to the contrary, unless it is `needed`; it is written again when the sweep goes on.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        found = pq.ParquetFile(pa.BufferReader(read_plain(store.path / DESIGN, MAX_MANIFEST))).read(use_threads=False)
    except (StoreError, pa.ArrowException, OSError):
        return not needed
    made = pq.ParquetFile(pa.BufferReader(parquet(_portable_design(store, sweep)))).read(use_threads=False)
    rows = min(found.num_rows, made.num_rows)
    try:
        return bool(found.slice(0, rows).cast(made.schema).equals(made.slice(0, rows)))
    except (pa.ArrowException, ValueError):
        return False


def _manifest(store: SweepFolder, sweep: Sweep, name: str, blocks: list[WorkBlock], files: Mapping[str, str]) -> Manifest:
    return Manifest(
        name=name,
        sweep=SweepSpec(**_portable(store, sweep.spec())),
        inputs={_relative(store, file): content for file, content in files.items()},
        scenarios=sweep.count,
        runs=sum(block.runs for block in blocks),
        blocks=[block.spec() for block in blocks],
        software=software(),
    )


def _portable(store: SweepFolder, spec: dict[str, Any]) -> dict[str, Any]:
    """Name data files relative to the folder, so that both can move together."""
    return with_paths(spec, lambda name: _relative(store, name))


def write_design(store: SweepFolder, sweep: Sweep) -> None:
    """Write the table of a sweep's scenarios, unless it is there."""
    store.write_design(_portable_design(store, sweep))


def _portable_design(store: SweepFolder, sweep: Sweep) -> pd.DataFrame:
    """Return the design as the folder keeps it: with data files named as in the manifest."""
    frame = sweep.frame
    for name in sweep.factors:
        if name in FILE_PARAMETERS:
            frame[name] = [_relative(store, file) if file else file for file in frame[name]]
    return frame


def _as_here(store: SweepFolder, point: Mapping[str, Any]) -> dict[str, Any]:
    """Return a scenario with its data files named as `sweep_of` names them, so that one file has one name."""
    there = {name: value for name, value in point.items() if name in FILE_PARAMETERS and isinstance(value, str) and value}
    return {**point, **{name: os.path.normpath(store.place / _relative(store, file)) for name, file in there.items()}}


def _relative(store: SweepFolder, name: str) -> str:
    """Return the name of a file as seen from where the folder is, the same whatever links either is reached through."""
    folder, file = os.path.split(os.path.abspath(name))
    found = os.path.join(os.path.realpath(folder), file)
    try:
        return Path(os.path.relpath(found, store.place)).as_posix()
    except ValueError:  # on another drive
        return Path(found).as_posix()


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def _difference(here: Any, given: Any) -> str:
    here, given = _plain(here), _plain(given)
    if isinstance(here, dict) and isinstance(given, dict):
        keys = [key for key in {**here, **given} if here.get(key) != given.get(key)]
        return ", ".join(f"{key} {here.get(key, 'not set')} there, {given.get(key, 'not set')} here" for key in keys)
    if isinstance(here, list):
        named = [{m["name"]: m["digest"][:10] for m in side if isinstance(m, dict) and "digest" in m} for side in (here, given)]
        return _difference(*named) if any(named) else "others there"
    return f"{here} there, {given} here"
