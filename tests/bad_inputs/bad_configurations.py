"""Bad configurations and designs: as files, and as options."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bad_case import CONFIG, DESIGN, RUN, SEED, SPECIAL, SWEEP, Case, broken, case

from coalsim.parameters import declarations

NUMBERS = ["'x'", "true", "nan", "inf", "-inf", "[]", "[1, 2]", "{}", "{ a = 1 }", "1979-05-27", "''", "[[1]]", "'1'", "-1e308", "1e308"]
WHOLE = [*NUMBERS, "1.5", "9" * 400, "-" + "9" * 400]
TEXTS = ["1", "1.5", "true", "[]", "{}", "nan", "['a']", "1979-05-27", '"a\\u0000b"', "'no such thing'", "''' '''"]
BOOLEANS = ["1", "0", "'true'", "nan", "[]", "{}", "[true]"]
MONTHS = ["'x'", "[1.5]", "[-1]", "['a']", "[true]", "[nan]", "[[1]]", "{}", "1.5", f"[{'9' * 400}]"]
OF_KIND = {"number": NUMBERS, "whole number": WHOLE, "true or false": BOOLEANS, "list of months": MONTHS}


def _values(name: str, chance: random.Random, count: int) -> list[str]:
    """Return some TOML values that a parameter cannot have."""
    d = declarations()[name]
    bad = list(OF_KIND.get(d.kind, TEXTS))
    if d.kind in ("number", "whole number"):
        step = 1 if d.kind == "whole number" else 0.5
        bad += [] if d.low is None else [str(d.low - step)]
        bad += [] if d.high is None else [str(max(d.high + step, d.high * 1.5))]
        if d.low is None:
            bad = [value for value in bad if not value.startswith("-1e")]
        if d.high is None:
            bad = [value for value in bad if value not in ("1e308", "9" * 400)]
    if d.unit == "file" or d.kind not in OF_KIND:
        bad = [value for value in bad if not value.startswith(("'", '"'))]  # any text may be a file, an id, a rule
    if "text" in d.kind and "number" in d.kind:
        bad = [value for value in bad if value not in ("1", "1.5")]
    return chance.sample(bad, min(count, len(bad)))


def configurations() -> Iterator[Case]:
    chance = random.Random(SEED)
    for name, d in declarations().items():
        for value in _values(name, chance, 4):
            yield case(f"configuration: {name} = {value[:12]}", "INPUTS", RUN, {"c.toml": f"[{d.section}]\n{name} = {value}\n"})
        (value,) = _values(name, chance, 1)
        if not value.startswith(("'", '"')):
            yield case(f"--set {name}={value[:12]}", "INPUTS", (*RUN, "--set", f"{name}={value}"), {"c.toml": CONFIG})
    for way, data in broken(CONFIG):
        yield case(f"configuration: {way}", "INPUTS", RUN, {"c.toml": data})
    for what in SPECIAL:
        yield case(f"configuration: {what}", "INPUTS", RUN, special={"c.toml": what})
    yield case("configuration: nothing there", "INPUTS", RUN)
    deep, long = 2000, 5000
    for way, text in {
        "nested arrays": f"[field]\norganizations = {'[' * deep}{']' * deep}\n",
        "nested tables": f"[{'.'.join('a' * deep)}]\n",
        "inline tables": f"field = {'{a=' * deep}1{'}' * deep}\n",
        "a long integer": f"[field]\norganizations = {'9' * long}\n",
        "a long hexadecimal": f"[field]\norganizations = 0x{'f' * long}\n",
        "a long float": f"[field]\nopenness = 0.{'9' * long}e{'9' * 300}\n",
        "a long key": f"[field]\n{'k' * 100_000} = 1\n",
        "a long section": f"[{'s' * 100_000}]\n",
        "a long text": f"[field]\nsource = '{'x' * 1_000_000}'\n",
        "many keys": "[field]\n" + "".join(f"k{n} = 1\n" for n in range(20_000)),
        "a key twice": "[field]\nopenness = 0.1\nopenness = 0.2\n",
        "a section twice": "[field]\n[field]\n",
        "no section": "openness = 0.5\n",
        "unknown section": "[feild]\nopenness = 0.5\n",
        "unknown key": "[field]\nopenes = 0.5\n",
        "another section's key": "[joining]\nopenness = 0.5\n",
        "a section that is a value": "field = 3\n",
        "a section that is a list": "[[field]]\nopenness = 0.5\n",
        "unclosed text": "[field]\nsource = 'tables\n",
        "unclosed section": "[field\n",
        "no value": "[field]\nopenness =\n",
        "a comma too many": "[field]\nopenness = 0,5\n",
        "NUL in a file's name": '[field]\nsource = "tables"\norganizations_table = "a\\u0000b"\n',
        "a long file's name": f'[field]\nsource = "tables"\norganizations_table = "{"n" * 300}"\n',
        "a surrogate": '[field]\nsource = "\\ud800"\n',
        "control characters": '[field]\nsource = "\\u001b[31m\\u0007"\n',
        "design of a sweep": DESIGN,
        "JSON": '{"field": {"openness": 0.5}}\n',
        "a table": "id,openness\na,0.5\n",
        "launch too early": "[focal]\nfocal_launch_month = 1\n",
        "launch too late": "model = 1\n[simulation]\nmonths = 12\n[focal]\nfocal_launch_month = 12\n",
        "unknown convener": CONFIG + "[focal]\nfocal_launch_month = 5\nfocal_research_months = 1\nfocal_convener = 'nobody'\n",
        "tables without tables": "[field]\nsource = 'tables'\n",
        "a register without a register": "[field]\nsource = 'register'\n",
        "unknown source": "[field]\nsource = 'table'\n",
        "more acquaintances than fit": "[field]\ninitial_acquaintances = 12\nacquaintances_max = 4\n",
        "a table that is not used": CONFIG + 'organizations_table = "none.csv"\n',
        "ties that are not used": CONFIG + 'ties_table = "none.csv"\n',
        "a register that is not used": CONFIG + '[register]\nregister_table = "none.csv"\n',
    }.items():
        for command in (
            RUN,
            ("dock", "c.toml", "--replicates", "1", "--months", "2"),
            ("advise", "c.toml", "--replicates", "2", "--draws", "2"),
        ):
            yield case(f"configuration, {command[0]}: {way}", "INPUTS", command, {"c.toml": text})


DOCK = ("dock", "c.toml", "--replicates", "1", "--months", "2")
ADVISE = ("advise", "c.toml", "--replicates", "2", "--draws", "2", "--workers", "1")
GROUP = "[factors.{}]\nlow = {{ openness = 0.2 }}\nhigher = {{ openness = 0.8 }}\n"
LIMITS = {"replicates": ["0", "-1", "10" * 8, "'3'", "1.5", "true", "[]", "9" * 400], "seed": ["-1", str(2**64), "'x'", "1.5", "true"]}
LIMITS |= {"block": ["0", "-5", "'x'", "1.5", "true"], "monthly": ["1", "'yes'", "[]"], "months": ["0", "-1", "'x'", "1.5", "9" * 400]}
LIMITS |= {"design": ["'gird'", "1", "[]", "''"], "samples": ["4", "0", "'x'"], "config": ["1", "''", "'none.toml'", "'.'", "'a\\u0000'"]}
LIMITS |= {
    "fixed": ["1", "[]", "{ opennes = 1 }", "{ openness = 2 }"],
    "factors": ["1", "[]", "'x'"],
    "points": ["1", "[1]", "{}", "['x']"],
}
RANGES = ["{ low = 0.2 }", "{ high = 0.2 }", "{ low = 'a', high = 1 }", "{ low = 0.8, high = 0.2 }", "{ low = 0.2, high = 0.2 }"]
RANGES += ["{ low = nan, high = 1 }", "{ low = 0, high = inf }", "{ low = -inf, high = inf }", f"{{ low = 0, high = {'9' * 400} }}"]
RANGES += [
    "{ low = 0.1, high = 0.9, log = 1 }",
    "{ low = 0, high = 0.9, log = true }",
    "{ low = -1, high = 0.5 }",
    "{ low = 0.5, high = 1.5 }",
]
STEPS = ["1", "0", "-3", "1.5", "true", "'x'", "1_000_000_000", "9" * 400]
FACTORS = [
    "0.5",
    "[]",
    "'x'",
    "['x']",
    "[0.5, 'x']",
    "[nan]",
    "[inf]",
    "[0.2, 2.0]",
    "[[0.2]]",
    "[true]",
    "[0.2, 0.2]",
    "{}",
    f"[{'9' * 400}]",
]
FACTORS += [f"[{', '.join(['0.5'] * 3)}]", "{ a = 1 }", "{ a = 'none.toml' }", "{ a = { opennes = 1 } }", "{ a = { openness = 7 } }"]


OTHERS = ("a/b", "x" * 500, "openness", "-", "int")


def designs() -> Iterator[Case]:
    def made(way: str, text: str, command: tuple[str, ...] = SWEEP, **about) -> Case:
        return case(f"design: {way}", "SWEEPS", command, {"c.toml": CONFIG, "s.toml": text}, **about)

    for way, data in broken(DESIGN):
        yield case(f"design: {way}", "INPUTS", SWEEP, {"c.toml": CONFIG, "s.toml": data})
    for what in SPECIAL:
        yield case(f"design: {what}", "INPUTS", SWEEP, {"c.toml": CONFIG}, special={"s.toml": what})
        yield case(f"design's configuration: {what}", "INPUTS", SWEEP, {"s.toml": DESIGN}, special={"c.toml": what})
    for key, values in LIMITS.items():
        lines = [line for line in DESIGN.split("\n[")[0].splitlines() if not line.startswith(key)]
        rest = "" if key == "factors" else "\n[factors]\nopenness = [0.2, 0.8]\n"
        for value in values:
            yield made(f"{key} = {value[:14]}", "\n".join([*lines, f"{key} = {value}"]) + rest)
    head = 'config = "c.toml"\nreplicates = 1\n'
    for value in FACTORS:
        yield made(f"factor {value[:24]}", f"{head}[factors]\nopenness = {value}\n")
    for value in RANGES:
        for kind in ("latin_hypercube", "grid"):
            size = "samples = 2\n" if kind != "grid" else ""
            full = value if kind != "grid" else value.replace(" }", ", steps = 3 }")
            yield made(f"{kind} over {value[:30]}", f'{head}design = "{kind}"\n{size}[factors]\nopenness = {full}\n')
    for value in STEPS:
        yield made(f"steps = {value[:12]}", f"{head}[factors]\nopenness = {{ low = 0.1, high = 0.9, steps = {value} }}\n")
    for kind in ("latin_hypercube", "sobol", "saltelli", "morris"):
        for size in ("0", "-1", "'x'", "1.5", "1_000_000_000", "1_000_000_000_000", "9" * 400):
            text = f'{head}design = "{kind}"\nsamples = {size}\n[factors]\nopenness = {{ low = 0.1, high = 0.9 }}\n'
            yield made(f"{kind} of {size[:14]}", text + "effort = { low = 5.0, high = 9.0 }\n")
        yield made(f"{kind} without factors", f'{head}design = "{kind}"\nsamples = 2\n')
        yield made(f"{kind} without samples", f'{head}design = "{kind}"\n[factors]\nopenness = {{ low = 0.1, high = 0.9 }}\n')
    many = ", ".join(f"{n / 1000}" for n in range(1000))
    large = "".join(f"{name} = [{many}]\n" for name in ("openness", "leadership_effect", "dispute"))
    yield made("a grid of 10^9", f"{head}[factors]\n{large}")
    yield made("a grid of 10^9, --dry-run", f"{head}[factors]\n{large}", ("sweep", "s.toml", "--dry-run"))
    for name in (
        "",
        " ",
        "a\\nb",
        "a\\u0000",
        "impact",
        "month",
        "scenario_id",
        "impact_ci",
        "a/b",
        "x" * 500,
        "openness",
        "-",
        "int",
        "factor_impact",
    ):
        yield made(f"group called {name[:14]!r}", head + GROUP.format(f'"{name}"'))
    for label in ("", " ", " a", "a\\nb", "a\\u0000", "x" * 500):
        yield made(f"label {label[:14]!r}", f'{head}[factors.kind]\n"{label}" = {{ openness = 0.2 }}\nb = {{}}\n')
    for way, rest in {
        "unknown key": "replicate = 3\n",
        "unknown factor": "[factors]\nopenes = [0.1]\n",
        "two factors that set one parameter": "[factors]\nopenness = [0.2]\n[factors.kind]\na = { openness = 0.2 }\nb = {}\n",
        "two groups that set one parameter": "[factors.k]\na = { openness = 0.2 }\nb = {}\n[factors.l]\na = { openness = 0.2 }\nb = {}\n",
        "a list without points": 'design = "list"\n',
        "a point of too little": "points = [{}]\n[factors]\nopenness = [0.2]\n",
        "a point out of range": "points = [{ openness = 2.0 }]\n",
        "points that differ": "points = [{ openness = 0.2 }, { effort = 5.0 }]\n",
        "an unknown label": 'points = [{ kind = "c" }]\n[factors.kind]\na = { openness = 0.2 }\nb = {}\n',
        "parameters that do not go together": "[factors]\nacquaintances_max = [1]\n",
        "a data file that is not there": '[fixed]\nsource = "tables"\norganizations_table = "none.csv"\n[factors]\nopenness = [0.2]\n',
    }.items():
        yield made(way, head + rest)
