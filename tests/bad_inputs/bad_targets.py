"""Bad targets of a calibration: the file, what it names, numbers in it; and folders of calibrations."""

from __future__ import annotations

from collections.abc import Iterator

from bad_case import CONFIG, SPECIAL, TARGETS, Case, broken, case

COMMAND = ("calibrate", "t.toml", "--quiet", "--out", "new")
NUMBERS = ("'x'", "nan", "inf", "[]", "true", "9" * 400, "1979-05-27")
OPTIONS = (
    ("survival", (), "years"),
    ("hazard", ("high = 2",), "low"),
    ("never_formed", (), "wait"),
    ("quantile", ('column = "members_end"',), "q"),
    ("largest_over_mean", ('column = "members_end"',), "sample"),
    ("mixture", ("which = { formed = { known = true } }", "ages = [3]"), "weights"),
    ("share", (), "which"),
    ("mean", (), "column"),
)
"""Statistics, what else they need, and options of theirs."""


def targets() -> Iterator[Case]:
    def made(way: str, text: str | bytes = TARGETS, **about) -> Case:
        return case(f"targets: {way}", "SURFACE", COMMAND, {"c.toml": CONFIG, "t.toml": text}, **about)

    for way, data in broken(TARGETS):
        yield made(way, data)
    for what in SPECIAL:
        yield case(f"targets: {what}", "SURFACE", COMMAND, {"c.toml": CONFIG}, special={"t.toml": what})
        yield case(f"targets' configuration: {what}", "SURFACE", COMMAND, {"t.toml": TARGETS}, special={"c.toml": what})
    for key in ("value", "tolerance"):
        for value in (*NUMBERS, *(("0", "-1") if key == "tolerance" else ())):
            lines = [line for line in TARGETS.splitlines() if not line.startswith(key)]
            yield made(f"{key} = {value[:12]}", "\n".join([*lines, f"{key} = {value}"]) + "\n")
    for statistic, needed, key in OPTIONS:
        lines = [line for line in TARGETS.splitlines() if not line.startswith(("statistic", "table", "column", "value", "tolerance"))]
        given = "\n".join([*lines, f'statistic = "{statistic}"', "value = 0.5", "tolerance = 0.1", *needed])
        for value in (*NUMBERS, "-1"):
            yield made(f"{statistic}, {key} = {value[:12]}", f"{given}\n{key} = {value}\n")
    for column in ("ending", "focal", "launch", "trust"):
        for value in ("nan", "inf", "[]", "{}", "9" * 400, "1979-05-27", "{ at_least = nan }", f"{{ at_least = {'9' * 400} }}"):
            yield made(
                f"where {column} = {value[:24]}", f"{TARGETS}where = {{ {column} = {value} }}\n".replace('"outcomes"', '"coalitions"')
            )
    head, rest = TARGETS.split("[targets", 1)
    for key, values in {
        "runs": ("0", "-1", "'x'", "1.5", "true", "10" * 12, "9" * 400),
        "seed": ("-1", str(2**64), "'x'", "1.5", "true"),
        "vary": ("1", "'openness'", "[]", "['openes']", "[1]", "['openness', 'openness']", "['source']"),
        "leave": ("1", "['openes']", "'x'"),
        "config": ("1", "''", "'none.toml'", "'.'", "'a\\u0000'", "'t.toml'"),
        "fixed": ("1", "[]", "{ opennes = 1 }", "{ openness = 2 }"),
        "priors": ("1", "[]", "{ openness = 1 }", "{ openness = { low = 0.9, high = 0.1 } }", "{ openness = { low = nan, high = 1 } }"),
        "groups": ("1", "[]", "{ a = 1 }"),
        "method": ("1", "[]", "{ wat = 1 }", "{ waves = -1 }", "{ waves = 'x' }"),
        "unknown": ("1",),
    }.items():
        lines = [line for line in head.splitlines() if not line.startswith(key)]
        for value in values:
            yield made(f"{key} = {value[:24]}", "\n".join([*lines, f"{key} = {value}"]) + f"\n[targets{rest}")
    for way, changed in {
        "no targets": head,
        "targets that are none": f"{head}targets = 3\n",
        "unknown statistic": TARGETS.replace('"mean"', '"meen"'),
        "unknown table": TARGETS.replace('"outcomes"', '"outcome"'),
        "unknown column": TARGETS.replace('"formed"', '"formd"'),
        "no value": TARGETS.replace("value = 2.0\n", ""),
        "no tolerance": TARGETS.replace("tolerance = 1.0\n", ""),
        "unknown key": TARGETS + "wat = 1\n",
        "a configuration": CONFIG,
    }.items():
        yield made(way, changed)
    for name in ("manifest.json", "lock", "evaluations", "stages"):
        for what in (*SPECIAL, "file"):
            if (name, what) not in (("evaluations", "folder"), ("stages", "folder")):
                given = {"c.toml": CONFIG, "t.toml": TARGETS}
                yield case(f"calibration, {name}: {what}", "SURFACE", COMMAND, given, special={f"new/{name}": what})
