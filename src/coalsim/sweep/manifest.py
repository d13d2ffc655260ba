"""The manifest of a sweep: what was simulated, with what, where and when."""

from __future__ import annotations

import json
import os
import platform
import stat
import subprocess
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

import coalsim
from coalsim.counts import MAX_BLOCKS, MAX_RUNS, MAX_SCENARIOS
from coalsim.errors import StoreError
from coalsim.house import has_part
from coalsim.tables.store import read_plain


class Software(BaseModel):
    """What the results were computed with."""

    model_config = ConfigDict(extra="forbid")

    coalsim: str = Field(description="Version of coalsim.")
    code: str = Field(description="Digest of its source files that have a part in results.")
    commit: str | None = Field(description="Commit of the source tree, if it is one.")
    dirty: bool | None = Field(description="Whether that tree held changes not committed.")
    python: str = Field(description="Version of Python.")
    machine: str = Field(description="Kind of processor.")
    packages: dict[str, str] = Field(description="Versions of the libraries that results rest on.")


class Stretch(BaseModel):
    """One stay of a main process with the sweep."""

    model_config = ConfigDict(extra="forbid")

    began: str = Field(description="When, in ISO 8601.")
    ended: str = Field(description="When, in ISO 8601.")
    blocks: int = Field(description="Blocks computed in it.", ge=0)
    wall_seconds: float = Field(description="How long it took.", ge=0)
    cpu_seconds: float = Field(description="Processor time that its blocks took.", ge=0)
    executor: str = Field(description="What computed: this process, a pool of processes, or Dask.")
    part: str | None = Field(description="i/N if it held only a share of the blocks.")
    code: str = Field(description="Digest of the source files it ran.")
    compiled: bool = Field(default=False, description="Whether steps were compiled; that changes no result.")


class SweepSpec(BaseModel):
    """The design, complete: from it the sweep can be repeated."""

    model_config = ConfigDict(extra="forbid")

    base: dict[str, Any] = Field(description="Parameters of the base scenario that differ from the defaults.")
    factors: dict[str, Any] = Field(description="Factors, each a list of values, a range, or labelled settings.")
    design: Literal["grid", "list", "latin_hypercube", "sobol", "saltelli", "morris"] = Field(description="How scenarios are chosen.")
    samples: int | None = Field(description="Size of a sampled design.")
    points: list[dict[str, Any]] = Field(description="Scenarios listed one by one.")
    replicates: int = Field(description="Replicates of each scenario.", ge=1)
    seed: int = Field(description="Seed of the experiment.", ge=0)
    monthly: bool = Field(description="Whether monthly trajectories are kept.")
    block: int = Field(description="Organization-months that blocks are cut to.", ge=1)
    mechanisms: list[dict[str, Any]] = Field(
        default=[], description="Mechanisms besides the built-in ones: name, file and its digest, parameters and columns."
    )


BlockSpec = Annotated[list[Any], Field(min_length=4, max_length=4)]

MAX_MANIFEST = 500_000_000
"""Bytes that a manifest has at most: a million points, or the plan of the largest sweep."""


class Manifest(BaseModel):
    """``manifest.json`` of a sweep's folder."""

    model_config = ConfigDict(extra="forbid", title="coalsim sweep manifest")

    format: Literal[1] = Field(default=1, description="Version of this layout.")
    kind: Literal["sweep"] = Field(default="sweep", description="What the folder holds.")
    name: str = Field(description="Name of the sweep.")
    sweep: SweepSpec
    inputs: dict[str, str] = Field(description="Digest of each data file, by its name relative to the folder.")
    scenarios: int = Field(description="How many scenarios.", ge=1, le=MAX_SCENARIOS)
    runs: int = Field(description="How many runs.", ge=1, le=MAX_RUNS)
    blocks: list[BlockSpec] = Field(
        max_length=MAX_BLOCKS, description="Ranges of scenario_ids, first replicate, one past the last, organization-months, by number."
    )
    software: Software
    stretches: list[Stretch] = Field(default=[], description="When it was worked at.")


def manifest_schema() -> str:
    """Return the JSON schema of the manifest."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Manifest.model_json_schema()}
    return json.dumps(schema, indent=2)


def read_manifest(path: Path) -> Manifest:
    """Read a manifest.

    Raises
    ------
    StoreError
        There is none, or it is not one of a sweep.
    """
    try:
        found = Manifest.model_validate_json(read_plain(path, MAX_MANIFEST))
    except FileNotFoundError:
        raise StoreError(f"{path.parent}: no sweep is here ({path.name} is missing)") from None
    except StoreError:
        if path.parent.is_file():
            raise StoreError(f"{path.parent} is a file; the folder of a sweep is needed") from None
        raise
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False)[0]
        where = ".".join(str(step) for step in first["loc"]) or "the whole"
        raise StoreError(f"{path} is not the manifest of a sweep: {where}: {first['msg']}") from None
    if wrong := _wrong_blocks(found):
        raise StoreError(f"{path} is not the manifest of a sweep: {wrong}")
    return found


def _wrong_blocks(manifest: Manifest) -> str | None:
    """Return what is wrong with a plan that does not hold each run once, counted without making anything of its size."""

    def count(value: Any, low: int, high: int) -> bool:
        return type(value) is int and low <= value <= high

    scenarios, replicates = manifest.scenarios, manifest.sweep.replicates
    runs = 0
    for number, (ranges, first, last, size) in enumerate(manifest.blocks):
        if not (isinstance(ranges, list) and ranges and all(isinstance(pair, list) and len(pair) == 2 for pair in ranges)):
            return f"blocks.{number}: ranges of scenario_ids are needed"
        end = 0
        for low, high in ranges:
            if not (count(low, end, scenarios - 1) and count(high, low + 1, scenarios)):
                return f"blocks.{number}: ascending ranges within 0..{scenarios} are needed"
            end = high
        if not (count(first, 0, replicates - 1) and count(last, first + 1, replicates)):
            return f"blocks.{number}: replicates within 0..{replicates} are needed"
        if not count(size, 1, 2**62):
            return f"blocks.{number}: organization-months are needed, a number above 0"
        runs += sum(high - low for low, high in ranges) * (last - first)
    if not runs == manifest.runs == scenarios * replicates:
        there = f"its blocks have {runs} runs, and it says {manifest.runs}"
        return f"{there}; {scenarios} scenarios x {replicates} replicates are {scenarios * replicates}"
    return None


@cache
def software() -> Software:
    """Return what this process computes with."""
    package = Path(coalsim.__file__).parent
    found = blake2b(digest_size=16)
    files = (path for path in (*package.rglob("*.py"), *package.rglob("*.csv")) if has_part(path.relative_to(package).parts[0]))
    for path in sorted(files, key=lambda path: path.relative_to(package).as_posix()):
        found.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    commit, dirty = _commit(package)
    return Software(
        coalsim=coalsim.__version__,
        code=found.hexdigest(),
        commit=commit,
        dirty=dirty,
        python=platform.python_version(),
        machine=platform.machine(),
        packages={name: version(name) for name in ("numpy", "scipy", "pandas", "pyarrow", "mesa")},
    )


def inputs(names: set[str]) -> dict[str, str]:
    """Return the digest of each data file.

    Raises
    ------
    StoreError
        One cannot be read.
    """
    found = {}
    for name in sorted(names):
        try:
            with open(name, "rb", opener=_at_once) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise StoreError(f"{name} is not a file")
                made = blake2b(digest_size=16)
                while piece := file.read(2**20):
                    made.update(piece)
                found[name] = made.hexdigest()
        except (OSError, ValueError) as error:
            raise StoreError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    return found


def _at_once(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))  # a pipe does not make one wait


def now() -> str:
    """Return the time, in ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _commit(package: Path) -> tuple[str | None, bool | None]:
    """Return commit and state of the work tree that the package is tracked in."""

    def git(*arguments: str) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=package, capture_output=True, text=True, timeout=10, check=True, env={**os.environ, "LC_ALL": "C"}
        )
        return done.stdout.strip()

    try:
        git("ls-files", "--error-unmatch", "__init__.py")
        return git("rev-parse", "HEAD"), bool(git("status", "--porcelain", "--", "."))
    except (OSError, subprocess.SubprocessError):
        return None, None
