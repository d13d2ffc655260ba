"""What comes with coalsim besides its code: configurations, the data they read, experiments and their published results.

In a clone these are the folders ``configs``, ``data``, ``experiments`` and ``results``; in an installed package they lie inside it,
in the same order to each other, so that a file that names another by its place finds it in both.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from coalsim.errors import ParameterError, StoreError, nearest

Kind = Literal["configs", "data", "experiments", "results"]

_INSIDE = Path(__file__).parent / "_shipped"


def root() -> Path:
    """Return the folder that holds what is shipped: inside an installed package, and the clone's own folder in a clone.

    Raises
    ------
    StoreError
        This copy of coalsim has none: it is neither an installed wheel nor a whole clone.
    """
    for folder in (_INSIDE, Path(__file__).resolve().parents[2]):
        if (folder / "configs" / "baseline.toml").is_file():
            return folder
    raise StoreError("this copy of coalsim comes without configurations and experiments; install the wheel, or use a whole clone")


def installed() -> bool:
    """Return whether coalsim is an installed package, whose folders are not to be written to."""
    return _INSIDE.is_dir()


def folder(kind: Kind) -> Path:
    """Return a folder of what is shipped.

    Raises
    ------
    StoreError
        This copy of coalsim has none.
    """
    return root() / kind


@dataclass(frozen=True)
class Shipped:
    """A configuration or design that comes with coalsim.

    Attributes
    ----------
    name : how it is asked for: its path below ``configs`` without ``.toml``
    path : where it lies
    kind : ``scenario``, or ``sweep`` (a design of one)
    about : what its first lines say of it
    """

    name: str
    path: Path
    kind: str
    about: str


def configurations() -> tuple[Shipped, ...]:
    """Return the configurations and designs that come with coalsim, scenarios first.

    Raises
    ------
    StoreError
        This copy of coalsim has none.
    """
    base = folder("configs")
    found = []
    for path in sorted(base.rglob("*.toml"), key=lambda path: (len(path.parts), path.name)):
        name = path.relative_to(base).with_suffix("").as_posix()
        found.append(Shipped(name, path, "sweep" if "factors" in tomllib.loads(path.read_text("utf-8")) else "scenario", _head(path)))
    return tuple(found)


def copy(names: list[str], to: Path) -> list[Path]:
    """Copy configurations, with all that they read, into a folder of one's own; return the files that were written.

    Parameters
    ----------
    names
        Configurations by `Shipped.name`; all if empty.
    to
        Folder in which ``configs/`` and ``data/`` are made. Nothing in it is overwritten.

    Raises
    ------
    ParameterError
        There is no configuration of such a name.
    StoreError
        A file is there already with other contents (then nothing is written), or the folder cannot be written.
    """
    from coalsim.tables import store

    known = {config.name: config for config in configurations()}
    for name in names:
        if name not in known:
            raise ParameterError(f"no configuration '{name}'{nearest(name, known) or '; there are: ' + ', '.join(known)}")
    base = root().resolve()
    needed: dict[Path, None] = {}
    for name in names or list(known):
        needed |= dict.fromkeys(_with_inputs(known[name].path.resolve()))
    targets = {path: to / path.relative_to(base) for path in needed}
    other = [target for path, target in targets.items() if store.there(target) and _differs(path, target)]
    if other:
        raise StoreError(f"{other[0]} is there already with other contents; nothing is overwritten, give another --copy folder")
    with store.making(to):
        store.prepare(to, overwrite=True)
        for path, target in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            content = path.read_bytes()
            store.write(target, lambda partial, content=content: partial.write_bytes(content))  # type: ignore[misc]
    return list(targets.values())


def _head(path: Path) -> str:
    """Return the first paragraph of a file's comments, on one line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    comments: list[str] = []
    for line in lines:
        if not line.startswith("#"):
            break
        comments.append(line.lstrip("# ").strip())
    return " ".join(comments)


def _with_inputs(path: Path) -> Iterator[Path]:
    """Yield a file and whatever shipped file its values name, with the notes on sources and licences beside data."""
    yield path
    if path.suffix != ".toml":
        yield from (note for note in sorted(path.parent.glob("*.md")))
        return
    for value in _texts(tomllib.loads(path.read_text(encoding="utf-8"))):
        named = (path.parent / value).resolve()
        if value and named.is_file():
            yield from _with_inputs(named)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _differs(path: Path, target: Path) -> bool:
    return not target.is_file() or target.read_bytes() != path.read_bytes()
