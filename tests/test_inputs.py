"""Every reader of files that users give, against every way in which such a file can be wrong, or written otherwise.

Readers of CSV are found in the registry of sheets, so that a new one is covered by being declared. What is refused is
refused in one line with the class of error that belongs to the file, at once, whatever the file is.
"""

import ast
import codecs
import contextlib
import dataclasses
import importlib
import os
import time
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import coalsim
from coalsim.designs.factors import factor
from coalsim.errors import CoalsimError, ParameterError
from coalsim.experiments import ExperimentError
from coalsim.experiments.loading import load as load_experiment
from coalsim.inputs import EIN, FLAG, ID, MISSING, NTEE, NUMBER, PROSE, SHEETS, TEXT, WHOLE, Column, cells, files
from coalsim.inputs import toml as toml_reader
from coalsim.inputs.sheets import Sheet
from coalsim.parameters import load
from coalsim.sweep.design import Sweep

SOURCE = Path(coalsim.__file__).parent
for _path in SOURCE.rglob("*.py"):
    if "declare(" in _path.read_text(encoding="utf-8"):  # so that all sheets are declared
        importlib.import_module(".".join(("coalsim", *_path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__"))

DIMENSIONS = 2
EVERY_KIND = Sheet(
    "every kind",
    {
        "id": Column(ID, needed=True, blank=False),
        "number": Column(NUMBER, low=0, high=10),
        "whole": Column(WHOLE, needed=True, blank=False),
        "flag": Column(FLAG),
        "text": Column(TEXT),
        "prose": Column(PROSE),
        "ein": Column(EIN, aliases=("tax_id",), dated=True),
        "ntee": Column(NTEE),
    },
    key="id",
)


def _sheets() -> dict[str, Sheet]:
    factors = {"openness": Column(NUMBER, needed=True, blank=False), "min_members": Column(WHOLE, needed=True, blank=False)}
    found = {name: dataclasses.replace(sheet, columns=sheet.columns or factors) for name, sheet in SHEETS.items()}
    return found | {"every kind": EVERY_KIND}


READERS = _sheets()


def sample(sheet: Sheet, rows: int = 3) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of a file that is as its declaration says."""
    values = {
        "number": lambda k: "0.5",
        "whole number": lambda k: f"{k}",
        "flag": lambda k: f"{k % 2}",
        "ein": lambda k: f"03012345{k}",
        "ntee": lambda k: f"E3{k}",
    }
    header = sheet.at(DIMENSIONS)
    table = [
        [
            values.get(column.kind.name if column.kind else "", lambda k: f"x{k}")(-k if column.high == 0 else k)
            for column in header.values()
        ]
        for k in range(rows)
    ]
    return list(header), table


def text_of(header: list[str], rows: list[list[str]], between: str = ",", end: str = "\n") -> str:
    return end.join(between.join(row) for row in (header, *rows)) + end


def contents(table):
    axes = None if table.axes is None else table.axes.tolist()
    return table.text, {name: numbers.tolist() for name, numbers in table.number.items()}, axes


def same(one, two) -> bool:
    return repr(contents(one)) == repr(contents(two))


def refused(call, error: type[CoalsimError], *parts: str) -> str:
    """Check that a call is refused in one line, quickly, with the right class of error."""
    began = time.perf_counter()
    with pytest.raises(CoalsimError) as caught:
        call()
    assert time.perf_counter() - began < 5
    assert isinstance(caught.value, error)
    message = str(caught.value)
    assert message.isprintable(), message
    assert len(message) <= 1_500
    for part in parts:
        assert part in message, message
    return message


# Files that are none


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(3_000_000_000)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _loop(path: Path) -> None:
    path.symlink_to(path)


NO_FILES = {
    "missing": (lambda path: None, "no such file"),
    "folder": (Path.mkdir, "is a folder"),
    "fifo": (_fifo, "is a device or a pipe"),
    "device": (_device, "is a device or a pipe"),
    "endless": (_sparse, "is too large (3 GB)"),
    "loop": (_loop, "cannot be read"),
}
NO_NAMES = {
    "NUL": ("a\0b.csv", "NUL"),
    "long": ("n" * 300, "File name too long"),
    "not UTF-8": (os.fsdecode(b"caf\xe9.csv"), "not UTF-8"),
    "under a file": ("there.txt/x.csv", "no such file"),
}


def _experiment(path: Path):
    """Return the folder of an experiment whose description is the file at `path`."""
    folder = path.parent / "experiment"
    folder.mkdir(exist_ok=True)
    for name in ("experiment.py", "targets.csv"):
        (folder / name).write_text("", encoding="utf-8")
    (folder / "experiment.toml").unlink(missing_ok=True)
    (folder / "experiment.toml").symlink_to(path)
    from coalsim.experiments.loading import _about

    return _about(folder / "experiment.toml")


TOML_READERS: dict = {
    "configuration": (load, ParameterError),
    "design": (Sweep.load, ParameterError),
    "group of a design": (lambda path: factor("world", {"one": str(path)}), ParameterError),
    "experiment": (_experiment, ExperimentError),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("case", NO_FILES)
def test_tables_that_are_no_files(tmp_path, name, case):
    make, what = NO_FILES[case]
    path = tmp_path / "table.csv"
    make(path)
    refused(lambda: READERS[name].read(path, DIMENSIONS), READERS[name].error, str(path), what, "allowed: a CSV file")


@pytest.mark.parametrize("name", TOML_READERS)
@pytest.mark.parametrize("case", NO_FILES)
def test_toml_that_is_no_file(tmp_path, name, case):
    make, what = NO_FILES[case]
    path = tmp_path / "file.toml"
    make(path)
    read, error = TOML_READERS[name]
    refused(lambda: read(path), error, what, "allowed: a TOML file")


@pytest.mark.parametrize("case", NO_NAMES)
def test_names_that_are_none(tmp_path, case):
    (tmp_path / "there.txt").write_text("", encoding="utf-8")
    name, what = NO_NAMES[case]
    for sheet in READERS.values():
        refused(lambda sheet=sheet: sheet.read(os.path.join(tmp_path, name)), sheet.error, what)
    for label, (read, error) in TOML_READERS.items():
        if label != "experiment":  # whose file has a name of our own
            refused(lambda read=read: read(os.path.join(tmp_path, name)), error, what)


@pytest.mark.parametrize("there", ["NFC", "NFD"])
def test_a_name_whose_accents_are_composed_differently(tmp_path, there):
    (tmp_path / unicodedata.normalize(there, "caf\u00e9.csv")).write_text("id\na\nb\n", encoding="utf-8")
    other = {"NFC": "NFD", "NFD": "NFC"}[there]
    with pytest.raises(CoalsimError, match="composed differently"):
        SHEETS["organizations_table"].find(tmp_path / unicodedata.normalize(other, "caf\u00e9.csv"))


def test_files_that_cannot_be_opened(tmp_path, monkeypatch):
    path = tmp_path / "x"
    path.write_text("x = 1\n", encoding="utf-8")

    def refuse(*args, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    refused(lambda: EVERY_KIND.read(path), EVERY_KIND.error, f"{path} cannot be read: Permission denied")
    refused(lambda: load(path), ParameterError, f"{path} cannot be read: Permission denied")


# Tables that are wrong


def _cell(sheet: Sheet, wanted, value: str) -> bytes | None:
    """Return a sample with a cell of the first column that is `wanted` changed, or None if there is no such column."""
    header, rows = sample(sheet)
    for place, column in enumerate(sheet.at(DIMENSIONS).values()):
        if wanted(column):
            rows[1][place] = value
            return text_of(header, rows).encode()
    return None


MANY_COLUMNS = ",".join(f"a{k}" for k in range(100_000)).encode()


def _rows(change):
    def made(sheet: Sheet) -> bytes | None:
        header, rows = sample(sheet)
        changed = change(sheet, header, rows)
        return None if changed is None else changed.encode() if isinstance(changed, str) else changed

    return made


def _numeric(column: Column) -> bool:
    return column.kind in (NUMBER, WHOLE)


def _without_needed(sheet, header, rows):
    place = next((k for k, column in enumerate(sheet.at(DIMENSIONS).values()) if column.needed), None)
    if place is None or len(header) == 1:
        return None
    return text_of(header[:place] + header[place + 1 :], [row[:place] + row[place + 1 :] for row in rows])


WRONG = {
    "empty": (lambda sheet: b"", ":1: the file is empty"),
    "only line ends": (lambda sheet: b"\n\r\n\n", ":1: the file is empty"),
    "only a mark": (lambda sheet: codecs.BOM_UTF8, ":1: the file is empty"),
    "no rows": (_rows(lambda s, h, r: text_of(h, []) if s.least else None), "rows below the header: 0"),
    "semicolons": (_rows(lambda s, h, r: text_of(h, r, ";") if len(h) > 1 else None), "cells are separated by ';'"),
    "tabs": (_rows(lambda s, h, r: text_of(h, r, "\t") if len(h) > 1 else None), r"cells are separated by '\t'"),
    "a short row": (_rows(lambda s, h, r: text_of(h, [*r, r[0][:-1]]) if len(h) > 1 else None), "allowed: "),
    "a long row": (_rows(lambda s, h, r: text_of(h, [*r[:1], [*r[1], "x"], *r[2:]])), ":3: "),
    "column twice": (_rows(lambda s, h, r: text_of([*h, h[0]], [[*row, row[0]] for row in r])), "is there twice"),
    "column twice, in capitals": (_rows(lambda s, h, r: text_of([*h, h[0].upper()], [[*row, row[0]] for row in r])), "is there twice"),
    "unknown column": (
        _rows(lambda s, h, r: None if s.others else text_of([*h, "zzz"], [[*row, "1"] for row in r])),
        "column 'zzz' is unknown",
    ),
    "column missing": (_rows(_without_needed), "is missing"),
    "row numbers of another program": (
        _rows(lambda s, h, r: text_of(["", *h], [[str(k), *row] for k, row in enumerate(r)])),
        "stands under no name",
    ),
    "key twice": (_rows(lambda s, h, r: text_of(h, [*r, r[0]]) if s.key else None), "already, on line 2"),
    "blank": (lambda sheet: _cell(sheet, lambda c: not c.blank and c.kind is not PROSE, " NA "), "'NA' stands for a missing value"),
    "no number": (lambda sheet: _cell(sheet, _numeric, "many"), ":3: column "),
    "a decimal comma": (lambda sheet: _cell(sheet, _numeric, '"0,5"'), ":3: column "),
    "thousands": (lambda sheet: _cell(sheet, _numeric, '"1,234"'), ":3: column "),
    "per cent": (lambda sheet: _cell(sheet, _numeric, "50%"), ":3: column "),
    "underscores": (lambda sheet: _cell(sheet, _numeric, "1_0"), ":3: column "),
    "other digits": (lambda sheet: _cell(sheet, _numeric, "١٢"), ":3: column "),
    "endless": (lambda sheet: _cell(sheet, _numeric, "-inf"), ":3: column "),
    "too large": (lambda sheet: _cell(sheet, _numeric, "1e999"), ":3: column "),
    "5,000 digits": (lambda sheet: _cell(sheet, _numeric, "9" * 5_000), ":3: column "),
    "a half": (lambda sheet: _cell(sheet, lambda c: c.kind is WHOLE, "1.5"), ":3: column "),
    "no flag": (lambda sheet: _cell(sheet, lambda c: c.kind is FLAG, "2"), "says neither yes nor no"),
    "a spreadsheet's error": (lambda sheet: _cell(sheet, lambda c: c.kind in (NUMBER, WHOLE, FLAG, NTEE), "#VALUE!"), ":3: column "),
    "digits lost": (lambda sheet: _cell(sheet, lambda c: c.kind in (ID, EIN), "3.01E+08"), "digits are lost"),
    "no code": (lambda sheet: _cell(sheet, lambda c: c.kind is NTEE, "813410"), "is no NTEE code"),
    "a word for a code": (lambda sheet: _cell(sheet, lambda c: c.kind is NTEE, "Health"), "is no NTEE code"),
    "UTF-16": (_rows(lambda s, h, r: text_of(h, r).encode("utf-16")), "not UTF-8 text but UTF-16"),
    "UTF-16 without its mark": (_rows(lambda s, h, r: text_of(h, r).encode("utf-16-le")), "NUL"),
    "Latin-1": (_rows(lambda s, h, r: text_of(h, [*r, ["Ä"] * len(h)]).encode("latin-1")), ":5: not UTF-8 text"),
    "NUL": (_rows(lambda s, h, r: text_of(h, r) + "\0"), ":5: a NUL character"),
    "open quote": (_rows(lambda s, h, r: text_of(h, r) + '"open'), ":5: not a row of CSV"),
    "text after a quote": (_rows(lambda s, h, r: text_of(h, [[f'"{r[0][0]}"x', *r[0][1:]]])), ":2: not a row of CSV"),
    "a cell that never ends": (_rows(lambda s, h, r: text_of(h, [["x" * 200_000, *r[0][1:]]])), ":2: not a row of CSV"),
    "a line that never ends": (lambda sheet: b"x" * 3_000_000, "a line of 1,000,000 characters or more"),
    "100,000 columns": (lambda sheet: None if sheet.others else MANY_COLUMNS, "is unknown"),
    "control characters": (_rows(lambda s, h, r: text_of([*h, '"\x1b[31m\n"'], r) if not s.others else None), r"\x1b"),
    "a picture": (lambda sheet: codecs.BOM_UTF16_LE + bytes(range(256)) * 9, "allowed: UTF-8"),
}


APPLY = [(name, case) for name in READERS for case in WRONG if WRONG[case][0](READERS[name]) is not None]
"""Not every defect can be in every table: without numbers, none is wrong."""


@pytest.mark.parametrize(("name", "case"), APPLY)
def test_a_wrong_table_is_refused(tmp_path, name, case):
    make, what = WRONG[case]
    path = tmp_path / "table.csv"
    path.write_bytes(make(READERS[name]))
    message = refused(lambda: READERS[name].read(path, DIMENSIONS), READERS[name].error, what)
    assert message.startswith(f"{path}:")
    assert "; allowed: " in message


# Tables that are written otherwise


def _upper(header: list[str]) -> list[str]:
    return [name.upper() for name in header]


OTHERWISE = {
    "byte order mark": lambda h, r: codecs.BOM_UTF8 + text_of(h, r).encode(),
    "CR LF": lambda h, r: text_of(h, r, end="\r\n").encode(),
    "CR": lambda h, r: text_of(h, r, end="\r").encode(),
    "no end of the last line": lambda h, r: text_of(h, r).rstrip().encode(),
    "capitals": lambda h, r: text_of(_upper(h), r).encode(),
    "spaces": lambda h, r: text_of([f" {name} " for name in h], [[f"\t{cell}\u00a0" for cell in row] for row in r]).encode(),
    "quotes": lambda h, r: text_of([f'"{name}"' for name in h], [[f' "{cell}"' for cell in row] for row in r]).encode(),
    "empty lines": lambda h, r: ("\n\n" + text_of(h, r).replace("\n", "\n\n") + "\n").encode(),
    "rows of empty cells": lambda h, r: text_of(h, [*r, [""] * len(h), [" "] * len(h)]).encode(),
    "empty columns": lambda h, r: text_of([*h, "", ""], [[*row, "", ""] for row in r]).encode(),
    "another order": lambda h, r: text_of(h[::-1], [row[::-1] for row in r]).encode(),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("case", OTHERWISE)
def test_a_table_written_otherwise_is_the_same(tmp_path, name, case):
    sheet, (header, rows) = READERS[name], sample(READERS[name])
    plain, other = tmp_path / "plain.csv", tmp_path / "other.csv"
    plain.write_text(text_of(header, rows), encoding="utf-8")
    other.write_bytes(OTHERWISE[case](header, rows))
    assert same(sheet.read(other, DIMENSIONS), sheet.read(plain, DIMENSIONS))


@pytest.mark.parametrize("name", READERS)
def test_marks_for_missing_values_are_blanks(tmp_path, name):
    sheet = READERS[name]
    columns = sheet.at(DIMENSIONS)
    places = [k for k, column in enumerate(columns.values()) if column.kind and column.kind.marks]
    path = tmp_path / "table.csv"

    def read(mark: str):
        header, rows = sample(sheet)
        for place in places:
            if list(columns.values())[place].blank:
                rows[1][place] = mark
        path.write_text(text_of(header, rows), encoding="utf-8")
        return contents(sheet.read(path, DIMENSIONS))

    blank = repr(read(""))
    for mark in MISSING:
        for written in {mark, mark.upper(), mark.title(), f" {mark} "}:
            assert repr(read(written)) == blank, written


# Cells


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (WHOLE, "12.0", 12),
        (WHOLE, "1e3", 1000),
        (WHOLE, "03", 3),
        (WHOLE, "3.", 3),
        (FLAG, "1.0", 1),
        (FLAG, "TRUE", 1),
        (FLAG, "f", 0),
        (NUMBER, "+.5E-1", 0.05),
        (ID, "12.0", "12"),
        (ID, "12.10", "12.10"),
        (ID, '="007"', "007"),
        (ID, unicodedata.normalize("NFD", "Ärzte"), "Ärzte"),
        (EIN, "03-0123456", "030123456"),
        (EIN, "030123456.0", "030123456"),
        (EIN, "30123456.0", "030123456"),
        (EIN, "30123456", "030123456"),
        (EIN, "17", "17"),
        (NTEE, "e32", "E32"),
        (NTEE, "E 32", "E32"),
        (NTEE, "E320", "E32"),
        (NTEE, "A6E", "A6E"),
        (NTEE, "T", "T"),
        (NTEE, "UNI-B42-RG", "B42"),
        (NTEE, "ENV-C00-AA", "C00"),
    ],
)
def test_cells_as_other_programs_write_them(kind, cell, value):
    assert kind.read(cell) == value


@given(st.text())
def test_a_cell_is_a_number_a_blank_or_refused(text):
    cell = cells.clean(text)
    value = cells.number(cell)
    if np.isfinite(value):
        assert value == float(cell)
        assert set(cell) <= set("0123456789.eE+-")
    else:
        assert np.isnan(value) == (cell == "")
    for kind in (ID, EIN, NTEE, TEXT):
        try:
            once = kind.read(cell)
        except ValueError:
            continue
        assert kind.read(once) == once or kind is ID, "what was read stays as it is"


@given(st.one_of(st.binary(max_size=200), st.text(alphabet="id,number\n\r\"'; 0.5-eNA#\0é", max_size=200).map(str.encode)))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_bytes_are_a_table_or_refused(tmp_path, made):
    path = tmp_path / "table.csv"
    path.write_bytes(made)
    for sheet in (EVERY_KIND, SHEETS["ties_table"], SHEETS["register_table"]):
        with contextlib.suppress(sheet.error):
            sheet.read(path, DIMENSIONS)


# TOML


def _nested(depth: int) -> str:
    return f"a = {'[' * depth}{']' * depth}"


WRONG_TOML: dict = {
    "not TOML": ("[field\n", "is not valid TOML"),
    "lists 2,000 deep": (_nested(2_000), "nested too deeply"),
    "lists 100 deep": (_nested(100), "nested too deeply"),
    "tables 2,000 deep": ("a" + ".a" * 2_000 + " = 1", "nested too deeply"),
    "inline tables 500 deep": (f"a = {'{a = ' * 500}1{'}' * 500}", "nested too deeply"),
    "5,000 digits": (f"a = {'9' * 5_000}", "out of range"),
    "400 digits": (f"a = [[{'9' * 400}]]", "out of range"),
    "5,000 hexadecimal digits": (f"a = 0x{'f' * 5_000}", "out of range"),
    "no date": ("a = 2021-02-30", "is not valid TOML"),
    "NUL": ("a = '\0'", "is not valid TOML"),
    "CR alone": ("a = 1\rb = 2\r", "lines end with CR alone"),
    "a key twice": ("a = 1\na = 2", "is not valid TOML"),
    "UTF-16": ("a = 1".encode("utf-16"), "UTF-16"),
    "Latin-1": ("# \n\na = 'Ä'".encode("latin-1"), ":3: not UTF-8 text"),
    "a picture": (bytes(range(256)), "not UTF-8 text"),
    "a long key": (f"{'k' * 100_000} = 1", "unknown"),
    "a key of two lines": ('"k\\n\\u001b[31m" = 1', "unknown"),
    "a long value": (f"title = '{'v' * 100_000}'\nmonths = '{'v' * 100_000}'", ""),
    "too large": ("# " + "x" * 5_000_000, "too large"),
}


@pytest.mark.parametrize("name", TOML_READERS)
@pytest.mark.parametrize("case", WRONG_TOML)
def test_wrong_toml_is_refused(tmp_path, name, case):
    text, what = WRONG_TOML[case]
    path = tmp_path / "file.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    read, error = TOML_READERS[name]
    refused(lambda: read(path), error, what)


@pytest.mark.parametrize("start", [b"", codecs.BOM_UTF8], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CR LF"])
def test_toml_written_otherwise_is_the_same(tmp_path, start, end):
    path = tmp_path / "file.toml"
    path.write_bytes(start + end.join(("[simulation]", "months = 7", "")).encode())
    assert load(path).get("months") == 7


@given(st.text(alphabet="ab.[]{}=,'\"\n0123456789-:TZ#\\_ x", max_size=80))
@settings(deadline=None)
def test_any_text_is_toml_or_refused(text):
    with contextlib.suppress(ValueError):
        toml_reader.parse(text)


@pytest.mark.parametrize("value", [f"{'9' * 5_000}", "[" * 2_000 + "]" * 2_000])
def test_values_of_options_are_read_like_toml(value):
    from coalsim.cli.app import settings as options

    refused(lambda: options([f"months={value}"]), ParameterError, "--set 'months'")
    assert options(["effort=30", "focal_convener=clinic", "window_months=[1]"]) == {
        "effort": 30,
        "focal_convener": "clinic",
        "window_months": [1],
    }
    assert options(["effort=30\nmonths=5"]) == {"effort": "30\nmonths=5"}, "one option sets one parameter"
    refused(lambda: options(["effort=30", "effort=40"]), ParameterError, "given twice")


# One reader


def test_nothing_else_reads_csv_or_toml():
    parsers = {"tomllib", "csv", "read_csv", "loadtxt", "genfromtxt", "read_excel"}
    found = set()
    for path in SOURCE.rglob("*.py"):
        if path.parent.name == "inputs":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
            called = node.attr if isinstance(node, ast.Attribute) else ""
            if parsers & {*names, called, getattr(node, "module", None) or ""}:
                found.add(path.relative_to(SOURCE).as_posix())
    writers = {"experiments/reproducing.py", "importing/clean.py", "sweep/export.py"}  # of CSV; they read none
    packaged = {"parameters/model.py", "shipped.py"}  # read what comes with the package
    own = {"calibration/calibrating.py"}  # reads back the tables that it wrote
    dropped = {"view/own_field.py"}  # takes tables apart that are dropped on the page, to show what is wrong with them
    assert found <= writers | packaged | own | dropped
    for name in writers & found:
        text = (SOURCE / name).read_text(encoding="utf-8")
        assert not any(reader in text for reader in ("csv.reader", "DictReader", "read_csv", "csv.open"))


def test_sizes_are_stated():
    assert files.size(toml_reader.LARGEST) == "4 MB"
    page = (Path(__file__).resolve().parent.parent / "docs" / "tables.md").read_text(encoding="utf-8")
    for bound in {files.size(toml_reader.LARGEST), *(files.size(SHEETS[name].largest) for name in ("register_table", "points"))}:
        assert bound in page


def test_an_experiment_is_read_by_the_same_readers(tmp_path):
    for name in ("experiment.py", "experiment.toml", "targets.csv", "README.md"):
        (tmp_path / name).write_text("", encoding="utf-8")
    refused(lambda: load_experiment(tmp_path), ExperimentError, "title is missing")
