# ruff: noqa: RUF005  lists of options read better put together
"""Bad options: of every command, each by itself."""

from __future__ import annotations

from collections.abc import Iterator

from bad_case import CONFIG, DESIGN, RUN, SWEEP, TARGETS, Case, case

DOCK = ("dock", "c.toml", "--months", "2")
ADVISE = ("advise", "c.toml", "--draws", "2", "--replicates", "2", "--workers", "1")
OUTS = ("", "c.toml", "c.toml/x", "/dev/null", "/proc/x", "n" * 300, "a\0b")

CALIBRATE = ("calibrate", "t.toml", "--quiet", "--out", "new")
VIEW = ("view", "c.toml", "--export", "new.html")

BY_COMMAND: dict[tuple[str, ...], tuple[str, list[tuple[str, ...]]]] = {
    RUN[:2]: (
        "SWEEPS",
        [("--replicates", "0"), ("--replicates", "-1"), ("--replicates", "x"), ("--replicates", "1.5"), ("--replicates", "10" * 10)]
        + [("--replicates", "9" * 400), ("--seed", "-1"), ("--seed", str(2**64)), ("--seed", "x"), ("--engine", "x"), ("--format", "x")]
        + [("--set", "x"), ("--set", "=1"), ("--set", "openness="), ("--set", "x=1"), ("--set", "openness=2"), ("--set", "")]
        + [("--set", f"openness={'9' * 5000}"), ("--set", f"openness={'[' * 3000}"), ("--set", "openness=a\0b"), ("--set", "a\nb=1")]
        + [("--without", "x"), ("--without", ""), ("--format", "csv"), ("--overwrite",), ("--foo",), ("extra",)]
        + [("--replicates", "1", "--out", out) for out in OUTS],
    ),
    DOCK: (
        "SURFACE",
        [("--replicates", "0"), ("--replicates", "-1"), ("--replicates", "x"), ("--seed", "-1"), ("--seed", str(2**64))]
        + [
            ("--seed", "1.5"),
            ("--months", "0"),
            ("--months", "-1"),
            ("--months", "x"),
            ("--set", "x"),
            ("--without", "x"),
            ("--foo",),
            ("extra",),
        ],
    ),
    ADVISE: (
        "SURFACE",
        [("--replicates", "0"), ("--replicates", "1"), ("--draws", "0"), ("--draws", "1"), ("--draws", "x"), ("--seed", "-1")]
        + [("--seed", str(2**64)), ("--workers", "0"), ("--workers", "x"), ("--replicates", "10" * 10), ("--draws", "10" * 10)]
        + [("--set", "focal_convener='nobody'"), ("--set", "months=2"), ("--without", "x"), ("--overwrite",), ("--foo",), ("extra",)]
        + [("--out", out) for out in OUTS],
    ),
    SWEEP: (
        "SWEEPS",
        [
            ("--workers", "0"),
            ("--workers", "-1"),
            ("--workers", "x"),
            ("--part", "x"),
            ("--part", "0/2"),
            ("--part", "3/2"),
            ("--part", "1/0"),
        ]
        + [("--part", "1/2/3"), ("--part", f"1/{'9' * 5000}"), ("--part", "\u0661/2"), ("--replicates", "0"), ("--replicates", "10" * 8)]
        + [("--seed", "-1"), ("--seed", str(2**64)), ("--errors", "x"), ("--dry-run", "--workers", "0"), ("--dask", "nonsense://x")]
        + [("--dask", ""), ("--from", "none.json"), ("--foo",), ("extra",)],
    ),
    SWEEP[:2]: ("SWEEPS", [()] + [("--out", out) for out in OUTS]),
    ("sweep",): ("SWEEPS", [(), ("--out", "new"), ("--from", "none.json", "--out", "new"), ("--from", "c.toml", "--out", "new")]),
    ("extend", "o"): (
        "SWEEPS",
        [
            ("--replicates", "0"),
            ("--replicates", "-1"),
            ("--replicates", "x"),
            ("--replicates", "10" * 8),
            ("--workers", "0"),
            ("--dask", ""),
        ]
        + [("--points", ""), ("--errors", "x"), ("--foo",), ("extra",)],
    ),
    ("retry", "o"): ("SWEEPS", [("--workers", "0"), ("--workers", "x"), ("--errors", "x"), ("--foo",), ("extra",)]),
    ("status", "o"): ("SWEEPS", [("--foo",), ("extra",)]),
    ("plot", "o"): (
        "SURFACE",
        [("--of", "x"), ("--of", ""), ("--on", "x"), ("--on", ""), ("--on", "openness"), ("--foo",), ("extra",)]
        + [("--out", out) for out in (*OUTS, "o", "o/outcomes", "o/ledger", "o/manifest.json")],
    ),
    ("analyze", "o"): (
        "SURFACE",
        [("--on", "x"), ("--on", ""), ("--on", "openness"), ("--foo",), ("extra",)]
        + [("--out", out) for out in (*OUTS[:1], *OUTS[2:], ".", "/", "o", "o/manifest.json", "o/x.html", "o/outcomes/x")],
    ),
    ("export", "o"): (
        "SURFACE",
        [
            ("--format", "x"),
            ("--table", "x"),
            ("--table", "monthly"),
            ("--format", "netcdf", "--table", "coalitions"),
            ("--foo",),
            ("extra",),
        ]
        + [("--out", "x.nc", "--format", "csv"), ("--out", "x.csv", "--table", "all"), ("--out", "x.txt"), ("--out", "o/outcomes.csv")]
        + [("--out", out) for out in (*OUTS, "o", "o/outcomes", "o/ledger/x.csv")],
    ),
    ("new-field",): ("SURFACE", [(), ("",), ("c.toml",), ("c.toml/x",), ("/proc/x",), ("n" * 300,), ("a\0b",), ("x", "y"), ("--foo",)]),
    ("calibrate", "none.toml"): ("SURFACE", [(), ("--out", "new"), ("--dry-run",), ("--list",), ("--foo",), ("extra",)]),
    CALIBRATE[:3]: ("SURFACE", [(), *(("--out", out) for out in OUTS)]),
    CALIBRATE: (
        "SURFACE",
        [("--workers", "0"), ("--workers", "x"), ("--seed", "-1"), ("--seed", str(2**64)), ("--dask", ""), ("--dask", "nonsense://x")]
        + [("--statistic", "x"), ("--statistic", "a=b"), ("--statistic", "a=os:nothing"), ("--list",), ("--foo",), ("extra",)],
    ),
    VIEW: (
        "SURFACE",
        [("--seed", "-1"), ("--seed", str(2**64)), ("--replicate", "-1"), ("--replicate", "9" * 30), ("--port", "8000"), ("--no-open",)]
        + [("--set", "x"), ("--set", "openness=2"), ("--set", "ties_table=none.csv"), ("--without", "x"), ("--foo",), ("extra",)],
    ),
    VIEW[:2]: ("SURFACE", [("--export", out) for out in (*OUTS, "x.txt", "/proc/x.html", "c.toml/x.html", f"{'n' * 300}.html")]),
    ("view", "none.toml"): ("SURFACE", [("--export", "new/x.html")]),
    ("params",): ("SURFACE", [("x",), ("--foo",), ("--toml=",), ("--toml", "--markdown")]),
    ("columns",): ("SURFACE", [("x",), ("--foo",)]),
    ("schema",): ("SURFACE", [("x",), ("--foo",)]),
    ("nonsense",): ("SURFACE", [(), ("--help",)]),
    ("--nonsense",): ("SURFACE", [()]),
    ("",): ("SURFACE", [()]),
}


def options() -> Iterator[Case]:
    for command, (owner, given) in BY_COMMAND.items():
        swept = len(command) > 1 and command[1] == "o"
        for some in given:
            shown = " ".join(option[:14] for option in (command[0], *some))
            yield case(f"options: {shown}", owner, (*command, *some), {"c.toml": CONFIG, "s.toml": DESIGN, "t.toml": TARGETS}, sweep=swept)
