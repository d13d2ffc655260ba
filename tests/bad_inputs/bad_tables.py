"""Bad tables: of a field given by its user, of a register, of codes, of points."""

from __future__ import annotations

from collections.abc import Iterator

from bad_case import RUN, SPECIAL, Case, broken, case

ORGANIZATIONS = "id,mission_1,mission_2,capacity,reserve,openness\na,0.1,0.2,1,1,0.5\nb,0.2,0.3,2,1,0.6\nc,0.9,0.8,3,1,0.4\n"
TIES = "source,target\na,b\nb,c\n"
ISSUES = "id,place_1,place_2,need\np,0.2,0.3,1\nq,0.7,0.8,0.5\n"
FUNDERS = "id,place_1,place_2,grant_budget\nf,0.5,0.5,1.0\n"
TABLES = {"organizations": ORGANIZATIONS, "ties": TIES, "issues": ISSUES, "funders": FUNDERS}
FIELD = 'model = 1\n[simulation]\nmonths = 6\n[field]\nsource = "tables"\ndimensions = 2\n' + "".join(
    f'{name}_table = "{name}.csv"\n' for name in TABLES
)

REGISTER = "ein,ntee,revenue_amt,asset_amt,is_private_foundation\n01,K31,150000,,0\n02,L41,600000,,0\n03,E32,75000,,0\n04,E20,,12000000,1\n"
CODES = "code,texts,axis_1,axis_2\nK,5,0.1,0.2\nL,5,0.3,0.4\nE,5,0.5,0.6\n"
OF_REGISTER = (
    'model = 1\n[simulation]\nmonths = 6\n[field]\nsource = "register"\ndimensions = 2\n[register]\nregister_table = "register.csv"\n'
)

POINTS = "openness\n0.3\n0.4\n"


NUMBERS = ("x", "nan", "inf", "-inf", "1e999", "-1", "1,5", '"1,5"', "0x10", "1 000", "--", "1.2.3", "9" * 400, "=1+1")
NUMBERS += ("\u0663",)


def _ways(text: str, numbers: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield ways in which a table can be wrong; `numbers` are columns that hold numbers."""
    head, *rows = text.splitlines()
    names = head.split(",")
    yield "empty", ""
    yield "blank", "\n\n \n"
    yield "no header", "\n".join(rows) + "\n"
    yield "a header only", head + "\n"
    yield "semicolons", text.replace(",", ";")
    yield "tabs", text.replace(",", "\t")
    yield "a column twice", "\n".join(f"{line},{line.split(',')[0]}" for line in text.splitlines()) + "\n"
    yield "an unknown column", "\n".join(f"{line},{'wat' if not place else 1}" for place, line in enumerate(text.splitlines())) + "\n"
    yield "a cell too many", text + rows[0] + ",1,1\n"
    yield "a cell too few", text + ",".join(rows[0].split(",")[:-1]) + "\n" if len(names) > 1 else text + "\n1,2\n"
    yield "an open quote", text + '"x' + rows[0] + "\n"
    yield "a quote within", text + 'x"y"z' + rows[0] + "\n"
    yield "a row that is long", text + "x" * 200_000 + "\n"
    yield "the header again", text + head + "\n"
    for name in names:
        others = [other for other in names if other != name]
        kept = [names.index(other) for other in others]
        lines = [",".join(line.split(",")[place] for place in kept) for line in text.splitlines()]
        if others:
            yield f"without {name}", "\n".join(lines) + "\n"
    for name in numbers:
        place = names.index(name)
        for value in (
            "x",
            "nan",
            "inf",
            "-inf",
            "1e999",
            "-1",
            "1,5",
            '"1,5"',
            "0x10",
            "1 000",
            "--",
            "1.2.3",
            "9" * 400,
            "=1+1",
            "\u0663",
        ):
            cells = rows[0].split(",")
            cells[place] = value
            yield f"{name} = {value[:8]}", "\n".join([head, ",".join(cells), *rows[1:]]) + "\n"


OPTIONAL = {
    "capacity",
    "reserve",
    "openness",
    "need",
    "grant_budget",
    "asset_amt",
    "is_private_foundation",
    "texts",
    "mission_1",
    "mission_2",
}
BLANK = ("capacity", "need", "grant_budget", "revenue_amt", "asset_amt", "is_private_foundation")
"""Columns of numbers in which a cell may be blank, or hold a mark for a missing value."""
MARKS = ("nan", "--")


def tables() -> Iterator[Case]:
    files = {"c.toml": FIELD, **{f"{name}.csv": text for name, text in TABLES.items()}}
    numbers = {
        "organizations": ("mission_1", "capacity"),
        "ties": (),
        "issues": ("place_1", "need"),
        "funders": ("place_2", "grant_budget"),
    }
    for name, text in TABLES.items():
        yield from _of(name, text, numbers[name], files, f"{name}.csv")
        again = text + text.splitlines()[1] + "\n"
        yield case(f"{name}: a row twice", "INPUTS", RUN, {**files, f"{name}.csv": again})
        if name != "ties":
            yield case(
                f"{name}: a blank id", "INPUTS", RUN, {**files, f"{name}.csv": text + "," + text.splitlines()[1].partition(",")[2] + "\n"}
            )
    for way, text in {
        "an unknown source": TIES + "z,a\n",
        "an unknown target": TIES + "a,z\n",
        "its own source": TIES + "a,a\n",
        "a blank target": TIES + "a,\n",
        "ids in another case": "source,target\nA,B\n",
    }.items():
        yield case(f"ties: {way}", "INPUTS", RUN, {**files, "ties.csv": text}, refused=way != "ids in another case")
    yield case("organizations: one only", "INPUTS", RUN, {**files, "organizations.csv": "id\na\n", "ties.csv": "source,target\n"})


def registers() -> Iterator[Case]:
    files = {"c.toml": OF_REGISTER, "register.csv": REGISTER}
    yield from _of("register", REGISTER, ("revenue_amt", "asset_amt", "is_private_foundation"), files, "register.csv", loose=True)
    for way, text in {
        "an id twice": REGISTER + "01,K31,1,,0\n",
        "a blank id": REGISTER + ",K31,1,,0\n",
        "one organization": "ein,ntee,revenue_amt\n01,K31,1\n",
        "a code that is none": REGISTER + "05,123,1,,0\n",
        "a code that begins with a sign": REGISTER + "05,?,1,,0\n",
    }.items():
        yield case(f"register: {way}", "INPUTS", RUN, {**files, "register.csv": text})
    yield case("register: a group that is none", "INPUTS", RUN, {**files, "c.toml": OF_REGISTER + "major_groups = 'k1'\n"})
    yield case("register: a group nobody is in", "INPUTS", RUN, {**files, "c.toml": OF_REGISTER + "major_groups = 'Z'\n"})
    coded = {"c.toml": OF_REGISTER + 'code_table = "codes.csv"\n', "register.csv": REGISTER, "codes.csv": CODES}
    yield from _of("codes", CODES, ("axis_1", "texts"), coded, "codes.csv")
    yield case("codes: a code twice", "INPUTS", RUN, {**coded, "codes.csv": CODES + "K,5,0.1,0.2\n"})
    yield case("codes: too few axes", "INPUTS", RUN, {**coded, "codes.csv": "code,texts,axis_1\nK,5,0.1\nL,5,0.1\nE,5,0.1\n"})


def points() -> Iterator[Case]:
    command = ("extend", "o", "--points", "p.csv")
    for way, text in _ways(POINTS, ("openness",)):
        fine = way in ("a row that is long", "semicolons", "tabs") or way.endswith("\u0663")
        if way != "tabs":  # of one column that is the same as semicolons
            yield case(f"points: {way}", "SWEEPS", command, {"p.csv": text}, sweep=True, refused=not fine)
    for way, data in broken(POINTS):
        yield case(f"points: {way}", "SWEEPS", command, {"p.csv": data}, sweep=True)
    for what in SPECIAL:
        yield case(f"points: {what}", "SWEEPS", command, special={"p.csv": what}, sweep=True)
    known = ("blanks", "a row twice", "a scenario that is there")  # what is there already is not added again, and that is said
    for way, text in {
        "a row twice": "openness\n0.3\n0.3\n",
        "a scenario that is there": "openness\n0.2\n",
        "out of range": "openness\n7\n",
        "another factor": "effort\n7\n",
        "a blank cell": 'openness\n""\n',
        "blanks": "openness\n   \n",
    }.items():
        yield case(f"points: {way}", "SWEEPS", command, {"p.csv": text}, sweep=True, refused=way not in known)
    yield case("points: nothing there", "SWEEPS", command, sweep=True)


def _of(name: str, text: str, numbers: tuple[str, ...], files: dict[str, str], file: str, loose: bool = False) -> Iterator[Case]:
    """Yield all that can be wrong with one of the tables of a field."""
    for way, content in _ways(text, numbers):
        # A column may be left out, or stand there besides, where nothing hangs on it; a signed number may be within what is allowed.
        column, _, cell = way.partition(" = ")
        fine = (column in BLANK and cell in MARKS) or (name == "codes" and way == "an unknown column")
        fine |= way.removeprefix("without ") in OPTIONAL or way in ("a row that is long", "a quote within", "a header only")
        fine |= loose and way in ("an unknown column", "a cell too many", "a cell too few", "a column twice", "the header again")
        fine |= way.endswith("\u0663") or way.startswith("texts = ")
        fine |= way in ("revenue_amt = -1", "asset_amt = -1", "axis_1 = -1") or (loose and way.endswith(('"1,5"', "1 000")))
        yield case(f"{name}: {way}", "INPUTS", RUN, {**files, file: content}, refused=not fine)
    for way, data in broken(text):
        yield case(f"{name}: {way}", "INPUTS", RUN, {**files, file: data})
    rest = {other: content for other, content in files.items() if other != file}
    for what in SPECIAL:
        yield case(f"{name}: {what}", "INPUTS", RUN, rest, special={file: what})
    yield case(f"{name}: nothing there", "INPUTS", RUN, rest)
