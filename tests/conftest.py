"""What tests share: hypothesis profiles, small fields made by hand, draws looked up by name."""

import signal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from coalsim.field.model import Field
from coalsim.mechanism import NO_MONTH
from coalsim.parameters import Parameters, declarations
from coalsim.streams import SETUP, Source, normals, streams
from coalsim.vectorized.core import Block

# Examples are the same in every run of the tests; `--hypothesis-profile=search` looks for new ones.
_COMMON = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large]}
settings.register_profile("tests", derandomize=True, **_COMMON)
settings.register_profile("search", **_COMMON)
settings.load_profile("tests")

# A shell that starts the tests in the background has them ignore Ctrl-C, and so would all that they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

SEED, REPLICATE = 7, 3

# Of two workers one compiles for a minute, and the other meanwhile does what is short and many: at first they are given
# hundreds of tests at once, and at the end a few, which should be those that take long.
BEFORE_ALL_OTHERS = ("test_compiled", "test_inputs", "test_inputs_used", "test_parameters")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files named in `BEFORE_ALL_OTHERS`; the order is else that of the files."""
    places = {name: place for place, name in enumerate(BEFORE_ALL_OTHERS)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture
def undrawn(monkeypatch):
    """Figures are made and kept as ever, but not drawn, which takes longest: for tests of other things."""
    from matplotlib.figure import Figure

    def kept(self, to, **options):
        made = b"\x89PNG\r\n\x1a\n"
        Path(to).write_bytes(made) if isinstance(to, str | Path) else to.write(made)

    monkeypatch.setattr(Figure, "savefig", kept)


def null_parameters(**values):
    """Return parameters with every mechanism at its null value, but for `values`; satisfaction keeps its first value."""
    nulls = {name: d.null for name, d in declarations().items() if d.null is not None}
    return Parameters.model1().replace(**{**nulls, "months": 60, "memory": 1.0, **values})


def make_field(mission, lists=None, issue=None, funder=(), places=None, **columns):
    """Return a field of few organizations: middling in all that `columns` does not say.

    `mission`, `issue` and `funder` are rows of coordinates; `lists` are lists of acquaintances.
    Without issues there is one, in the middle.
    """
    mission = np.array(mission, dtype=float)
    count, dimensions = mission.shape
    issue = [[0.5] * dimensions] if issue is None else issue
    lists = [[]] * count if lists is None else lists
    places = max(map(len, lists)) if places is None else places
    table = np.repeat(np.arange(count)[:, None], places, axis=1)
    for own, known in enumerate(lists):
        table[own, : len(known)] = known
    issue, funder = np.array(issue, dtype=float), np.array(funder, dtype=float).reshape(-1, dimensions)
    values = {
        "style": np.full((count, 2), 0.5),
        "capacity": np.ones(count),
        "reserve": np.full(count, 0.6),
        "base_readiness": np.full(count, 0.5),
        "openness": np.full(count, 0.5),
        "leadership": np.full(count, 0.5),
        "join_threshold": np.full(count, 2.0),
        "need": np.ones(len(issue)),
        "grant_budget": np.ones(len(funder)),
    }
    values.update({name: np.array(column, dtype=float) for name, column in columns.items()})
    known = np.array([len(known) for known in lists], dtype=np.intp)
    return Field(mission=mission, issue=issue, funder=funder, acquaintances=table, known=known, **values)


def make_block(parameters, field, months=0, **options):
    """Return a block of one run after some months."""
    block = Block([parameters], [field], [REPLICATE], SEED, **options)
    return step(block, months)


def step(block, months=1):
    for _ in range(months):
        block.step()
    return block


def draw(block, stream, column, entity, month=None, normal=False):
    """Return one draw of a block made by `make_block`, this month's if no other is asked for."""
    of = getattr(streams(block.state.shape.dimensions), stream)
    month = block.state.month if month is None else month
    row = Source(SEED, REPLICATE).row(of, SETUP if month == SETUP else month, entity)
    value = row[of.columns.index(column)]
    return float(normals(value)) if normal else float(value)


def found(block, convener, members, goal, issue=0, formed=True, satisfaction=0.5, progress=0.0, **state):
    """Found a coalition as of this month (or of month 0, before it), with the convener among `members` or not."""
    s = block.state
    now = max(s.month, 0)
    s.launched(np.array([convener]))
    s.launch[convener] = s.began[convener] = now
    s.inherited[convener] = False
    s.seeded[convener] = True
    s.issue[0, convener], s.goal[:, convener], s.error[:, convener] = issue, goal, 0.0
    s.formed[convener] = now if formed else NO_MONTH
    s.trust[convener], s.momentum[convener], s.progress[0, convener] = 0.5, 0.5, progress
    s.fit[convener] = 1 - np.sqrt(((s.goal[:, convener] - s.place[:, issue]) ** 2).sum() / len(s.goal))
    for name, value in state.items():
        getattr(s, name)[..., convener] = value
    members = np.array(members, dtype=np.intp)
    s.enrol(members, np.full(len(members), convener), satisfaction, joined=now)
    return block
