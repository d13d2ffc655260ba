"""What a folder's sweep is: begun, made larger, and compared with what is asked for."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from coalsim.errors import ParameterError, StoreError
from coalsim.sweep.design import Sweep, with_paths
from coalsim.sweep.folder import Entry, SweepFolder
from coalsim.sweep.manifest import Manifest, Software, SweepSpec, data_files, inputs, software
from coalsim.sweep.plan import WorkBlock, plan
from coalsim.sweep.work import Task


def begin(store: SweepFolder, sweep: Sweep, name: str) -> None:
    """Write design and manifest of a new sweep, the manifest last."""
    scenarios = sweep.scenarios()
    blocks = plan(scenarios, range(len(scenarios)), 0, sweep.replicates, sweep.block)
    store.write_design(sweep)
    store.write_manifest(_manifest(store, sweep, name, blocks, len(scenarios)))


def extend(store: SweepFolder, replicates: int | None, points: list[dict[str, Any]]) -> None:
    """Add replicates and scenarios to a sweep's design, and blocks for them to its plan."""
    manifest = store.manifest()
    sweep = sweep_of(store, manifest)
    spec = sweep.spec()
    known = sweep.scenario_values()
    new = [point for point in points if point not in known]
    wanted = sweep.replicates if replicates is None else replicates
    if wanted < sweep.replicates:
        raise ParameterError(f"replicates = {wanted}: {store} has {sweep.replicates} already; a sweep can only grow")
    larger = Sweep.from_spec({**spec, "points": [*spec["points"], *new], "replicates": wanted})
    scenarios, before = larger.scenarios(), manifest.scenarios
    blocks = blocks_of(manifest)
    if wanted > sweep.replicates:
        blocks += plan(scenarios, range(before), sweep.replicates, wanted, sweep.block, len(blocks))
    blocks += plan(scenarios, range(before, len(scenarios)), 0, wanted, sweep.block, len(blocks))
    store.write_design(larger)
    grown = _manifest(store, larger, manifest.name, blocks, len(scenarios))
    store.write_manifest(grown.model_copy(update={"software": manifest.software, "stretches": manifest.stretches}))


def agree(store: SweepFolder, sweep: Sweep) -> None:
    """Raise `StoreError` unless the folder's sweep is this one, saying what differs."""
    here = store.manifest().sweep.model_dump()
    given = SweepSpec(**_portable(store, sweep.spec())).model_dump()
    differing = [key for key in given if _plain(here[key]) != _plain(given[key])]
    if differing:
        more = f"`coalsim extend {store} --replicates {sweep.replicates}` adds replicates; " if differing == ["replicates"] else ""
        what = ", ".join(f"{key}: {_difference(here[key], given[key])}" for key in differing)
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
    found = _portable_inputs(store, sweep)
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
    """Return the sweep of a folder, its data files named as seen from here."""
    return Sweep.from_spec(with_paths(manifest.sweep.model_dump(), lambda name: os.path.normpath(store.path / name)))


def blocks_of(manifest: Manifest) -> list[WorkBlock]:
    """Return the plan that a manifest holds."""
    return [WorkBlock.from_spec(number, spec) for number, spec in enumerate(manifest.blocks)]


def _manifest(store: SweepFolder, sweep: Sweep, name: str, blocks: list[WorkBlock], scenarios: int) -> Manifest:
    return Manifest(
        name=name,
        sweep=SweepSpec(**_portable(store, sweep.spec())),
        inputs=_portable_inputs(store, sweep),
        scenarios=scenarios,
        runs=sum(block.runs for block in blocks),
        blocks=[block.spec() for block in blocks],
        software=software(),
    )


def _portable(store: SweepFolder, spec: dict[str, Any]) -> dict[str, Any]:
    """Name data files relative to the folder, so that both can move together."""
    return with_paths(spec, lambda name: Path(os.path.relpath(name, store.path)).as_posix())


def _portable_inputs(store: SweepFolder, sweep: Sweep) -> dict[str, str]:
    found = inputs(data_files(sweep.spec()))
    return {Path(os.path.relpath(name, store.path)).as_posix(): content for name, content in found.items()}


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
