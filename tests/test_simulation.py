"""`simulate` and its results: shapes, labels, arguments, files that appear whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import coalsim as cs
from coalsim.errors import ParameterError, StoreError
from coalsim.tables import columns, store
from coalsim.tables.summary import mean_and_interval, number

SMALL = cs.Parameters.model1().replace(organizations=10, months=30)


def test_tables_have_the_declared_columns_in_order() -> None:
    runs = cs.simulate([SMALL, SMALL.replace(openness=0.9)], replicates=[4, 1], monthly=True)
    for name, declared in columns.TABLES.items():
        assert list(getattr(runs, name).columns) == [column.name for column in declared]
    assert runs.outcomes[["scenario_id", "replication"]].to_numpy().tolist() == [[0, 1], [0, 4], [1, 1], [1, 4]]
    assert len(runs.monthly) == 4 * 30
    assert runs.outcomes["launched"].sum() == len(runs.coalitions)


def test_scenarios_of_different_shapes_come_back_in_their_order() -> None:
    sizes = [10, 20, 10, 15]
    runs = cs.simulate([SMALL.replace(organizations=size) for size in sizes], replicates=2, monthly=True)
    alone = [cs.simulate(SMALL.replace(organizations=size), replicates=2).outcomes["contributed"].tolist() for size in sizes]
    assert [runs.outcomes.query("scenario_id == @i")["contributed"].tolist() for i in range(4)] == alone


def test_the_labelled_array_has_units() -> None:
    array = cs.simulate([SMALL, SMALL], replicates=3).to_xarray()
    assert dict(array.sizes) == {"scenario_id": 2, "replication": 3}
    assert array["contributed"].attrs["units"] == "FTE-month"
    assert np.array_equal(array["impact"][0], array["impact"][1])


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        ({"replicates": 0}, "replicates = 0"),
        ({"replicates": [1, 1]}, "each once"),
        ({"replicates": [-1]}, "replicates = -1"),
        ({"seed": -1}, "seed = -1"),
        ({"seed": 2**64}, "out of range"),
        ({"replicates": "30"}, "replicates = '30'"),
        ({"replicates": b"30"}, "replicates = b'30'"),
        ({"replicates": {"a": 1}}, "replicates = {'a': 1}"),
        ({"replicates": 3.0}, "replicates = 3.0"),
        ({"seed": 1.5}, "seed = 1.5"),
        ({"seed": True}, "seed = True"),
        ({"parameters": []}, "no scenario"),
        ({"parameters": None}, "parameters = None"),
        ({"parameters": [SMALL, None]}, "None is given"),
        ({"monthly": "no"}, "monthly = 'no'"),
        ({"mechanisms": "window"}, "mechanisms: 'w'"),
        ({"mechanisms": None}, "mechanisms: None"),
        ({"engine": None}, "engine None is unknown"),
        ({"engine": "numpi"}, "did you mean 'numpy'?"),
        ({"engine": "mesa", "submodels": {"readiness": print}}, "subclass"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, object], part: str) -> None:
    with pytest.raises(ParameterError, match=r"^[^\n]+$") as error:
        cs.simulate(**({"parameters": SMALL} | arguments))
    assert part in str(error.value)


def test_seeds_and_replicates_differ() -> None:
    runs = [cs.simulate(SMALL, replicates=[r], seed=s).outcomes["overflow"].item() for s in (1, 2**63) for r in (0, 1)]
    assert len(set(runs)) == 4


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("old")

    def full(partial: Path) -> None:
        partial.write_text("half")
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left on device"):
        store.write(path, full)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.slow
def test_memory_grows_with_the_number_of_organizations_not_its_square() -> None:
    code = """
import resource, sys
import coalsim as cs
count = int(sys.argv[1])
cs.simulate(cs.Parameters.model1().replace(organizations=count, months=24, issues=count // 15))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

    def peak(organizations: int) -> float:
        done = subprocess.run([sys.executable, "-c", code, str(organizations)], capture_output=True, text=True, check=True)
        return float(done.stdout)

    # A table of pairs, of one byte each, would alone take 24 GiB; what an organization needs is some 700 bytes.
    assert peak(160_000) < 700  # MiB


def test_intervals_are_students() -> None:
    values = np.array([1.0, 2.0, 4.0, np.nan])
    mean, half = mean_and_interval(values)
    assert mean == pytest.approx(7 / 3)
    assert half == pytest.approx(4.302653 * np.std([1, 2, 4], ddof=1) / np.sqrt(3), rel=1e-6)
    assert np.isnan(mean_and_interval(np.array([3.0]))[1])
    assert np.isnan(mean_and_interval(np.array([np.nan]))[0])


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.12345, "0.123"), (12.345, "12.3"), (12345.6, "12,346"), (1e-5, "1.00e-05"), (np.nan, "-")]
)
def test_numbers_for_people(value: float, text: str) -> None:
    assert number(value) == text
