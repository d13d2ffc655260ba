"""Where a mechanism's code is: found, told apart by a digest, and run again in another process.

A mechanism of one's own is one Python file. Its text travels to the workers of a sweep, who run it as it was when the
mechanism was made, whatever has become of the file; its digest is part of what a sweep is. Nothing here is ever told by a
configuration file or a manifest: code runs because Python code, or ``--mechanism``, names it.
"""

from __future__ import annotations

import importlib.util
import linecache
import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple

from coalsim.errors import CoalsimError, ParameterError

if TYPE_CHECKING:
    from coalsim.mechanism import Mechanism, Step

_SENT: dict[str, str] = {}  # text by the file name it is compiled under, of mechanisms that came as text
_LIVE: dict[tuple[str, str], Mechanism] = {}  # by name and digest, all that were made in this process


class Source(NamedTuple):
    """The code of a mechanism.

    Attributes
    ----------
    name : of the mechanism
    digest : of the file's text; empty if it is in no file
    file : its name
    package : the package that the file belongs to, or ""
    text : its text
    """

    name: str
    digest: str = ""
    file: str = ""
    package: str = ""
    text: str = ""


def note(mechanism: Mechanism, steps: Sequence[Step]) -> Source:
    """Return the code that a mechanism's steps are in, and keep the mechanism for `provided`; one without steps has none."""
    if not steps:
        return Source(mechanism.name)
    source = _source(mechanism.name, steps)
    _LIVE[source.name, source.digest] = mechanism
    return source


def _source(name: str, steps: Sequence[Step]) -> Source:
    files = {step.function.__code__.co_filename for step in steps if hasattr(step.function, "__code__")}
    if len(files) != 1:
        return Source(name)
    (file,) = files
    if file in _SENT:
        text = _SENT[file]
    elif os.path.isfile(file):
        text = Path(file).read_text(encoding="utf-8")
    else:
        return Source(name)
    package = next((str(step.function.__globals__.get("__package__") or "") for step in steps if hasattr(step.function, "__globals__")), "")
    return Source(name, _digest(text), Path(file).name, package, text)


def _digest(text: str) -> str:
    return blake2b(text.replace("\r\n", "\n").encode(), digest_size=16).hexdigest()


def live(name: str, digest: str) -> Mechanism | None:
    """Return the mechanism of this name and digest, if it was made in this process."""
    return _LIVE.get((name, digest))


def versions(name: str) -> list[str]:
    """Return the digests under which a mechanism is known in this process."""
    return [digest for known, digest in _LIVE if known == name and digest]


def place(error: BaseException) -> str | None:
    """Return where in the code of a mechanism of one's own an error arose, as FILE:LINE; None if in none."""
    files = {step.function.__code__.co_filename for of in _LIVE.values() for step in of.steps if hasattr(step.function, "__code__")}
    own = {file for file in files if not Path(file).is_relative_to(Path(__file__).parent)}
    found = None
    trace = error.__traceback__
    while trace is not None:
        if (file := trace.tb_frame.f_code.co_filename) in own:
            found = f"{Path(file).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return found


def provided(sources: Sequence[Source]) -> list[Mechanism]:
    """Return mechanisms, made here from their text if they are not known.

    Raises
    ------
    ParameterError
        A text does not run, or makes no such mechanism.
    """
    return [live(source.name, source.digest) or _made(source) for source in sources]


@lru_cache(maxsize=64)
def _made(source: Source) -> Mechanism:
    if not source.text:
        raise ParameterError(f"mechanism '{source.name}' is in no file, and cannot be made in another process; put it into one")
    file = f"<{source.file} {source.digest}>"
    module = ModuleType(f"coalsim_mechanism_{source.digest}")
    module.__file__, module.__package__ = file, source.package
    _SENT[file] = source.text
    linecache.cache[file] = (len(source.text), None, source.text.splitlines(True), file)
    sys.modules[module.__name__] = module
    try:
        exec(compile(source.text, file, "exec"), module.__dict__)
    except CoalsimError:
        raise
    except Exception as error:
        raise ParameterError(f"mechanism {source.file}: it does not run: {type(error).__name__}: {error}") from error
    found = live(source.name, _digest(source.text))
    if found is None:
        raise ParameterError(f"{source.file} makes no mechanism '{source.name}'")
    return found


def load(reference: str) -> Mechanism:
    """Return the mechanism that ``FILE.py:NAME`` or ``module:NAME`` refers to, NAME being a variable in it.

    Raises
    ------
    ParameterError
        There is none.
    """
    where, colon, name = reference.rpartition(":")
    if not colon or not where or not name:
        raise ParameterError(f"--mechanism {reference}: FILE.py:NAME or module:NAME is needed")
    try:
        module = _file(Path(where)) if where.endswith(".py") else importlib.import_module(where)
    except CoalsimError:
        raise
    except FileNotFoundError:
        raise ParameterError(f"--mechanism {reference}: {where}: no such file") from None
    except Exception as error:
        raise ParameterError(f"--mechanism {reference}: {where} cannot be imported: {type(error).__name__}: {error}") from None
    there = {key: value for key, value in vars(module).items() if isinstance(getattr(value, "source", None), Source)}
    if name not in there:
        what = "is no mechanism" if hasattr(module, name) else "is not in it"
        raise ParameterError(f"--mechanism {reference}: '{name}' {what}; mechanisms there: {', '.join(there) or 'none'}")
    return there[name]


def _file(path: Path) -> ModuleType:
    text = path.read_bytes()
    name = f"coalsim_mechanism_{blake2b(text + str(path.resolve()).encode(), digest_size=16).hexdigest()}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
