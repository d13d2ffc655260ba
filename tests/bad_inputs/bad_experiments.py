"""Bad experiments: what they are about, their targets, their code, results of earlier runs."""

from __future__ import annotations

from collections.abc import Iterator

from bad_case import SPECIAL, Case, broken, case

ABOUT = 'title = "t"\nkind = "published"\ncitation = "c"\nsummary = "s"\nseconds = 1\n'
TARGETS = "target,reported,standing,compare,tolerance,source,note\na,1,V,=,,p. 1,\n"
CODE = 'from coalsim.experiments import Output, Value\n\ndef run(setting):\n    return Output((Value("a", 1.0),))\n'
COMMAND = ("reproduce", "x", "--experiments", "e", "--out", "r", "--committed", "r")
FILES = {"e/x/experiment.toml": ABOUT, "e/x/targets.csv": TARGETS, "e/x/experiment.py": CODE}


def experiments() -> Iterator[Case]:
    def made(way: str, refused: bool = True, command: tuple[str, ...] = COMMAND, special: dict[str, str] | None = None, **files) -> Case:
        names = {"about": "e/x/experiment.toml", "targets": "e/x/targets.csv", "code": "e/x/experiment.py"}
        given = {**FILES, **{names.get(name, name): content for name, content in files.items()}}
        given = {name: content for name, content in given.items() if content is not None and name not in (special or {})}
        owner = "INPUTS" if way.startswith(("about", "targets", "experiment.toml", "targets.csv", "committed", "verdicts")) else "SURFACE"
        return case(f"experiment: {way}", owner, command, given, special=special or {}, refused=refused)

    for file, text in (("about", ABOUT), ("targets", TARGETS)):
        for way, data in broken(text):
            yield made(f"{file}: {way}", **{file: data})
    for name in FILES:
        for what in SPECIAL:
            yield made(f"{name[4:]}: {what}", special={name: what})
    for file in ("about", "targets", "code"):
        yield made(f"no {file}", **{file: None})
        yield made(f"{file}: empty", **{file: ""})
    for key in ("title", "kind", "citation", "summary", "seconds"):
        lines = [line for line in ABOUT.splitlines() if not line.startswith(key)]
        yield made(f"about without {key}", about="\n".join(lines) + "\n")
        for value in ("[]", "{}", "true", "nan", "9" * 5000, "1979-05-27", "[" * 2000 + "]" * 2000, "-1" if key == "seconds" else "1"):
            yield made(f"about: {key} = {value[:8]}", about="\n".join([*lines, f"{key} = {value}"]) + "\n")
    yield made("about: unknown key", about=ABOUT + "wat = 1\n")
    yield made("about: unknown kind", about=ABOUT.replace("published", "publisht"))
    head = TARGETS.splitlines()[0]
    for way, row in {
        "no name": ",1,V,=,,p. 1,",
        "a number that is none": "a,x,V,=,,p. 1,",
        "a number that is not finite": "a,inf,V,=,,p. 1,",
        "a number that is NaN": "a,nan,V,=,,p. 1,",
        "a long number": f"a,{'9' * 5000},V,=,,p. 1,",
        "unknown standing": "a,1,Q,=,,p. 1,",
        "no standing": "a,1,,=,,p. 1,",
        "unknown comparison": "a,1,V,!,,p. 1,",
        "a tolerance that is none": "a,1,V,=,x,p. 1,",
        "a tolerance below 0": "a,1,V,=,-1,p. 1,",
        "a tolerance that is infinite": "a,1,V,=,inf,p. 1,",
        "a tolerance beyond numbers": f"a,1,V,=,1e{'9' * 50},p. 1,",
        "a cell too many": "a,1,V,=,,p. 1,,",
        "a cell too few": "a,1,V,=,",
        "a hypothesis of a publication": "a,1,H,=,,p. 1,",
        "a value that is not given": "b,1,V,=,,p. 1,",
        "an open quote": 'a,1,V,=,,"p. 1,',
    }.items():
        yield made(f"targets: {way}", targets=f"{head}\n{row}\n")
    yield made("targets: one twice", targets=TARGETS + "a,1,V,=,,p. 1,\n")
    yield made("targets: no rows", targets=head + "\n")
    yield made("targets: another header", targets=TARGETS.replace("reported", "reportet"))
    yield made("targets: semicolons", targets=TARGETS.replace(",", ";"))
    start = "from coalsim.experiments import Output, Value\n\ndef run(setting):\n"
    for way, code in {
        "not Python": "def run(:\n",
        "a NUL": "def run(setting):\n    return '\0'\n",
        "an import that fails": "import no_such_module\n",
        "an error at import": "1 / 0\n",
        "exits at import": "import sys\nsys.exit(0)\n",
        "no run": "x = 1\n",
        "a run that is none": "run = 3\n",
        "exits": start + "    raise SystemExit\n",
        "leaves": start + "    import os\n    os._exit(0)\n",
        "interrupts": start + "    raise KeyboardInterrupt\n",
        "nothing returned": start + "    pass\n",
        "something else returned": start + "    return 3\n",
        "a value twice": start + "    return Output((Value('a', 1.0), Value('a', 2.0)))\n",
        "a standard error below 0": start + "    return Output((Value('a', 1.0, -1.0),))\n",
        "a standard error that is infinite": start + "    return Output((Value('a', 1.0, float('inf')),))\n",
        "a table called as a file of ours": start + "    return Output((Value('a', 1.0),), {'verdicts': None})\n",
        "a table outside": start + "    return Output((Value('a', 1.0),), {'../x': None})\n",
        "a hidden table": start + "    return Output((Value('a', 1.0),), {'.x': None})\n",
        "a table that is none": start + "    return Output((Value('a', 1.0),), {'t': 3})\n",
        "a figure that is none": start + "    return Output((Value('a', 1.0),), {}, {'f': 3})\n",
        "a value that is none": start + "    return Output((3,))\n",
        "a value that is text": start + "    return Output((Value('a', 'x'),))\n",
    }.items():
        yield made(f"code: {way}", code=code)
    for way, text in {
        "no JSON": "{",
        "a list": "[]",
        "a number": "3",
        "nothing": "",
        "another's": '{"command": "run"}',
        "files that are a number": '{"quick": false, "files": 3}',
        "files that are none": '{"quick": false, "files": null}',
        "deep": "[" * 100_000,
        "not UTF-8": "\udcff",
    }.items():
        data = b"\xff\xfe" if way == "not UTF-8" else text.encode()
        yield made(f"results manifest: {way}", **{"r/x/manifest.json": data})
    outside = '{"quick": false, "files": ["..", "../../keep.txt", "/etc/hostname", "", "."]}'
    yield made("results manifest: files outside", refused=False, **{"r/x/manifest.json": outside, "keep.txt": "x"})
    for what in SPECIAL:
        yield made(f"results manifest: {what}", special={"r/x/manifest.json": what})
        yield made(f"committed verdicts: {what}", refused=what not in ("dangling", "loop"), special={"r/x/verdicts.csv": what})
    for way, text in {
        "another header": "a,b\n1,2\n",
        "a short row": "target,verdict\na\n",
        "a value that is none": "target,verdict\na,reproduced\n",
    }.items():
        values = "name,value,se\na,x,y\n"
        yield made(f"committed verdicts: {way}", **{"r/x/verdicts.csv": text, "r/x/values.csv": values})
    yield made("verdicts without values", **{"r/x/verdicts.csv": "target,verdict\na,reproduced\n"})
    for way, options in {
        "unknown": ("reproduce", "nothing", "--experiments", "e"),
        "a path": ("reproduce", "e/nothing", "--experiments", "e"),
        "no folder": ("reproduce", "x", "--experiments", "none"),
        "no names": ("reproduce", "--experiments", "e"),
        "all and a name": ("reproduce", "x", "--all", "--experiments", "e"),
        "kind and a name": ("reproduce", "x", "--kind", "study", "--experiments", "e"),
        "unknown kind": ("reproduce", "--all", "--kind", "x", "--experiments", "e"),
        "no workers": ("reproduce", "x", "--workers", "0", "--experiments", "e"),
        "an empty name": ("reproduce", "", "--experiments", "e"),
        "out that is a file": (*COMMAND[:4], "--out", "e/x/targets.csv"),
        "a name with NUL": ("reproduce", "x\0y", "--experiments", "e"),
        "a long name": ("reproduce", "x" * 3000, "--experiments", "e"),
        "outside": ("reproduce", "..", "--experiments", "e"),
    }.items():
        yield made(f"options: {way}", command=options)
