"""Posterior draws as a file and as parameters, to be used where plausible draws are."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coalsim.analysis import ParameterDraws, plausible
from coalsim.analysis.intervals import SEED
from coalsim.arguments import checked
from coalsim.errors import ParameterError, StoreError, nearest, shown
from coalsim.parameters import Parameters, declarations
from coalsim.tables import store

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]

FILE = "posterior.parquet"
SHIPPED = Path(__file__).parent / "data"
"""Posteriors that come with coalsim, NAME.parquet each."""
PLAUSIBLE = "plausible"
MODEL_2 = "model2"
"""The posterior of model 2, which comes with coalsim (``experiments/calibration``)."""

_KEY = b"coalsim"
_ABOUT = ("draw", "weight", "distance")


@dataclass(frozen=True)
class Posterior(ParameterDraws):
    """Draws of parameters from the posterior of a calibration; a sequence of them.

    Attributes
    ----------
    parameters : the draws
    names : the parameters that were calibrated
    refused : 0
    weights : of the draws; their sum is 1
    distances : of the runs that were accepted, from the targets
    about : what was calibrated: ``targets_digest``, ``seed``, ``tolerance`` reached and ``wanted``
    """

    weights: tuple[float, ...] = ()
    distances: tuple[float, ...] = ()
    about: tuple[tuple[str, Any], ...] = ()

    def table(self) -> pd.DataFrame:
        """Return the draws, one row each: ``draw`` (from 0), ``weight``, ``distance`` and the parameters by name."""
        found = super().table()
        found.insert(1, "weight", self.weights)
        found.insert(2, "distance", self.distances)
        return found

    @checked
    def resampled(self, n: int, seed: int = SEED) -> ParameterDraws:
        """Return n draws of equal weight, in random order: each draw about n x weight times, at most one more or less.

        Parameters
        ----------
        n
            Draws wanted, 1 or more. Up to about a third of the draws there are, hardly one comes twice.
        seed
            Of the choice.
        """
        if n < 1:
            raise ParameterError(f"n = {n} is out of range; allowed: >= 1")
        random = np.random.Generator(np.random.PCG64(seed))
        order = random.permutation(len(self.parameters))  # neighbours in the file hang together no more than others
        edges = np.cumsum(np.array(self.weights)[order])
        places = np.minimum(np.searchsorted(edges, (np.arange(n) + random.random()) / n * edges[-1], side="right"), len(order) - 1)
        chosen = random.permutation(order[places])
        return ParameterDraws(tuple(self.parameters[place] for place in chosen), self.names, 0)

    def medoid(self) -> Parameters:
        """Return the draw in the middle: that with the least weighted distance to the others, each parameter in its own spread."""
        table = super().table()[list(self.names)].astype(float).to_numpy()
        weights = np.array(self.weights)
        spread = np.sqrt(weights @ (table - weights @ table) ** 2)
        scaled = table / np.where(spread > 0, spread, 1.0)
        far = np.sqrt(((scaled[:, None, :] - scaled[None, :, :]) ** 2).sum(axis=2)) @ weights
        return self.parameters[int(far.argmin())]


def posterior(where: str | Path) -> Posterior:
    """Read the posterior of a calibration.

    Parameters
    ----------
    where
        Folder of a calibration, a Parquet file from one, or the name of a posterior that comes with coalsim.

    Raises
    ------
    ParameterError
        What is given is no path.
    StoreError
        There is none, it cannot be read, or its parameters are not those of this version.

    Examples
    --------
    >>> import coalsim as cs
    >>> draws = cs.posterior("out/fit")  # doctest: +SKIP
    >>> runs = cs.simulate(list(draws), replicates=5)  # doctest: +SKIP
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = _found(where)
    try:
        table = pq.read_table(path)
        about = json.loads((table.schema.metadata or {})[_KEY])
    except (OSError, pa.ArrowException) as error:
        raise StoreError(f"{path} cannot be read: {error}") from None
    except (KeyError, ValueError):
        raise StoreError(f"{path} is no posterior of a calibration") from None
    frame = table.to_pandas()
    names = tuple(name for name in frame.columns if name not in _ABOUT)
    try:
        base = Parameters.model1().replace(**{name: tuple(v) if isinstance(v, list) else v for name, v in about.pop("base").items()})
        made = tuple(base.replace(**_typed(row)) for row in frame[list(names)].to_dict("records"))
    except ParameterError as error:
        raise StoreError(f"{path}: its parameters are not those of this version of coalsim: {error}") from None
    weights, distances = (tuple(frame[name].astype(float)) for name in ("weight", "distance"))
    return Posterior(made, names, 0, weights, distances, tuple(about.items()))


@checked
def drawn(
    source: str | Path | ParameterDraws, n: int, seed: int = SEED, base: Parameters | None = None, fixed: Sequence[str] = ()
) -> ParameterDraws:
    """Return n draws of parameters, plausible or from a posterior: what studies and advice ask for.

    Parameters
    ----------
    source
        "plausible": over plausible ranges (`coalsim.analysis.plausible`); or a posterior: its name, folder or file, or the draws.
    n, seed
        How many, and the seed of the choice.
    base
        What all parameters have that were not calibrated; default the defaults for plausible draws, and for a posterior what it was
        calibrated with.
    fixed
        Parameters to leave as they are in `base`. For a posterior that takes the others as they were drawn together with other values
        of these; draws that do not go together with `base` are left out and counted in ``refused``.

    Raises
    ------
    ParameterError
        No draw goes together with `base`, or as `coalsim.analysis.plausible`.
    StoreError
        There is no such posterior.
    """
    if isinstance(source, str) and source == PLAUSIBLE:
        return plausible(n, seed, base=base, fixed=fixed)
    of = source if isinstance(source, ParameterDraws) else posterior(source)
    chosen = of.resampled(n, seed) if isinstance(of, Posterior) else ParameterDraws(of.parameters[:n], of.names, of.refused)
    if base is None and not fixed:
        return chosen
    names = tuple(name for name in of.names if name not in fixed)
    if base is None:
        base = Parameters()
    made, refused = [], 0
    for p in chosen:
        try:
            made.append(base.replace(**{name: p.get(name) for name in names}))
        except ParameterError:
            refused += 1
    if not made:
        raise ParameterError("no draw of the posterior goes together with these parameters")
    return ParameterDraws(tuple(made), names, refused)


def write_posterior(path: Path, frame: pd.DataFrame, base: Parameters, about: dict[str, Any]) -> None:
    """Write draws (``draw``, ``weight``, ``distance``, parameters), what they were made from, and the base: the same bytes for the same."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kept = {name: list(value) if isinstance(value, tuple) else value for name, value in base.changed(Parameters.model1()).items()}
    said = json.dumps({**about, "base": kept}, sort_keys=True)
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata({_KEY: said.encode()})
    store.write(path, lambda partial: pq.write_table(table, partial, compression="zstd"))


def path_of(name: str, given: Any) -> Path:
    """Return a path that was given as an argument of this name; raise `ParameterError` if it is none, or empty: no folder is meant."""
    if not isinstance(given, str | os.PathLike) or not os.fspath(given):
        raise ParameterError(f"{name} = {shown(given)}: a path is needed")
    return Path(given)


def _found(where: str | Path) -> Path:
    path = path_of("posterior", where)
    # Functions of os.path: methods of Path fail where a name is too long.
    if os.path.isfile(path):
        return path
    if os.path.isdir(path):
        if os.path.isfile(path / FILE):
            return path / FILE
        raise StoreError(f"{path}: no finished calibration is here ({FILE} is missing)")
    shipped = SHIPPED / f"{where}.parquet"
    if isinstance(where, str) and path.name == where and os.path.isfile(shipped):
        return shipped
    known = sorted(file.stem for file in SHIPPED.glob("*.parquet"))
    said = f"; those that come with coalsim: {', '.join(known)}" if known else "; none comes with this version of coalsim"
    raise StoreError(f"posterior '{where}': no such folder, file or name{nearest(str(where), known)}{said}")


def _typed(row: dict[Any, Any]) -> dict[str, Any]:
    """Return the values of a row as the parameters want them."""
    out = {}
    for name, value in row.items():
        declared = declarations().get(name)
        whole = declared is not None and declared.kind == "whole number"
        out[str(name)] = int(value) if whole else value.item() if isinstance(value, np.generic) else value
    return out
