"""The plan of the house: its rooms, floor by floor. Rooms import from the floors below, and from nowhere else.

From this plan are derived: which code has a part in results (`coalsim.sweep.manifest`), the picture in ``docs/architecture.md``,
and what ``tests/test_imports.py`` holds all imports against.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Floor:
    """Rooms beside each other, which know nothing of each other.

    Attributes
    ----------
    name : what is done there
    rooms : packages and modules of ``coalsim`` by name, and what each is for; "" is ``coalsim`` itself
    bits : whether the code has a part in the bits of results
    """

    name: str
    rooms: MappingProxyType[str, str]
    bits: bool

    @classmethod
    def of(cls, name: str, bits: bool, **rooms: str) -> Floor:
        """Make a floor."""
        return cls(name, MappingProxyType({"" if room == "coalsim" else room: what for room, what in rooms.items()}), bits)


FLOORS = (
    Floor.of("foundation", True, house="this plan", moved="what had other names before", errors="what a user can cause"),
    Floor.of(
        "ground",
        True,
        coalsim="the names that users import",
        arguments="what arguments may be",
        counts="how many of something there may be",
        extras="libraries that not everybody has",
        geometry="directions and what two of them have in common",
        spreadsheets="tables that programs for them may open",
        streams="random numbers, by what they are for",
    ),
    Floor.of("files", True, inputs="the only reader of users' CSV and TOML"),
    Floor.of("parameters", True, parameters="declared once: types, ranges, nulls, meanings"),
    Floor.of("tables", True, tables="columns, labels, summaries, the store"),
    Floor.of("a user's own", True, sources="mechanisms of one's own, by file and digest"),
    Floor.of("mechanisms", True, mechanism="the one form that built-in mechanisms and a user's have"),
    Floor.of("field", True, field="organizations, issues, funders at the start", designs="factors, samples, points: nothing runs here"),
    Floor.of("engines", True, vectorized="all runs of a block at once, in arrays", agents="one run, an object each, in Mesa"),
    Floor.of("runs", True, simulation="`simulate` and what it gives", docking="the engines held against each other"),
    Floor.of("shipped", False, shipped="configurations, data and experiments that come with the package"),
    Floor.of("proofs", False, testing="invariants for mechanisms of one's own"),
    Floor.of("games", False, games="coalition games, pure"),
    Floor.of("stability", False, stability="of a finished run"),
    Floor.of("sweep", False, sweep="design, plan, work, folder, results"),
    Floor.of("analysis", False, analysis="means by level, effects, curves, survival, sensitivity, regions"),
    Floor.of("report", False, report="all that is shown: terminal, figures, pages"),
    Floor.of("calibration", False, calibration="parameters from data, and what came of it"),
    Floor.of(
        "methods",
        False,
        advice="levers ranked for one organization",
        importing="fields from tables as people have them",
        experiments="run again, judged, written: studies and publications",
    ),
    Floor.of("studies", False, studies="worlds, levers, channels, signs"),
    Floor.of("browser", False, view="the page in the browser"),
    Floor.of("command line", False, cli="the commands"),
    Floor.of("door", False, __main__="`python -m coalsim`"),
)
"""From the ground up."""


def floor_of(room: str) -> int:
    """Return the number of the floor that a room is on, from 0; raise `KeyError` if there is no such room."""
    for number, floor in enumerate(FLOORS):
        if room in floor.rooms:
            return number
    raise KeyError(room)


def has_part(name: str) -> bool:
    """Return whether a file or folder of the package has a part in the bits of results."""
    known = {"__init__.py": "", "_shipped": "shipped"}  # `_shipped`: the files of that room, in an installed package
    room = known.get(name, name.removesuffix(".py"))
    return FLOORS[floor_of(room)].bits


def picture() -> str:
    """Return the house as text: the top floor first, a line for each room."""
    lines = []
    for number, floor in reversed(list(enumerate(FLOORS))):
        for place, (room, what) in enumerate(floor.rooms.items()):
            name = floor.name if place == 0 else ""
            lines.append(f"{number if place == 0 else '':>3}  {name:13} | {room or 'coalsim':12} {what}")
        if floor.bits and not FLOORS[number + 1].bits:
            lines.insert(len(lines) - len(floor.rooms), "     - - - - - - + - - - - - -  below: what has a part in the bits of results")
    return "\n".join(lines)
