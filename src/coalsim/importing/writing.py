"""`bring`: a folder with clean tables, a configuration that runs and a report of every assumption."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from coalsim.errors import FieldError, StoreError
from coalsim.importing.asking import Question
from coalsim.importing.clean import Understood
from coalsim.importing.filters import only
from coalsim.importing.tables import Table
from coalsim.importing.understanding import check, understand
from coalsim.inputs.raw import raw
from coalsim.parameters import Parameters, declarations, load
from coalsim.parameters.effect import refuse_without_effect
from coalsim.report.terminal import one_line
from coalsim.tables import store

CONFIG, REPORT = "field.toml", "assumptions.md"

Ask = Callable[[Question], str | None]
"""Asks somebody; None: the question stays open."""


def bring(
    folder: str | Path,
    files: Sequence[str | Path],
    answers: Mapping[str, str] | None = None,
    choices: Sequence[str] = (),
    convener: str = "",
    ask: Ask | None = None,
) -> tuple[list[Path], Understood]:
    """Write a field from tables as people have them.

    Parameters
    ----------
    folder
        Made if it is not there. Files in it stay as they are.
    files
        Tables: of organizations, and of ties, issues, funders, coalitions, memberships, counties of ZIP codes if there are any.
    answers
        What columns mean, which words stand for what, who is who: the right sides of ``--map`` by their left sides.
    choices
        Which organizations are taken: ``KEY=VALUES``, as of ``--only``.
    convener
        Name or id of the organization that convenes the initiative.
    ask
        Asks what is not sure. Without it an open question is an error.

    Returns
    -------
    files, understood
        The files written, and what was understood and assumed.

    Raises
    ------
    FieldError
        A table cannot be used, or something is not sure and nobody was asked.
    StoreError
        One of the files is there already (then none is written), or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> here = Path(tempfile.mkdtemp())
    >>> _ = (here / "county.csv").write_text("Name,Work,Staff\\nFood Bank,food bank,12\\nOak Clinic,clinic,30\\n")
    >>> written, found = bring(here / "mine", [here / "county.csv"])
    >>> [path.name for path in written]
    ['organizations.csv', 'funders.csv', 'field.toml', 'assumptions.md']
    """
    if not os.fspath(folder):
        raise StoreError("the name of the folder is empty; give a folder")
    folder = Path(folder)
    if not str(folder).isprintable():
        raise StoreError(f"{folder}: the name of the folder is not text that can be shown; give another")
    wanted, base = only(choices), Parameters()
    known = dict(answers or {})
    asked: set[str] = set()
    read = [raw(file) for file in files]
    while True:
        tables = [Table(of.file, of.header, list(of.rows), list(of.lines), said=of.said) for of in read]
        found = understand(tables, base, known, wanted, convener)
        waiting = [question for question in found.questions if question.about not in asked]
        if ask is None or not waiting:
            break
        for question in waiting:
            asked.add(question.about)
            answer = ask(question)
            if answer is not None:
                known[question.about] = answer
    if found.open:
        more = len(found.open) - 1
        raise FieldError(found.open[0].line + (f"; {more} more question{'s' if more > 1 else ''} after that" if more else ""))
    if found.unused:
        raise FieldError(f"--map {found.unused[0]}=...: no such column, word or name is in question; leave it out")
    with tempfile.TemporaryDirectory(prefix="coalsim-") as scratch:
        summary = check(found, base, Path(scratch))
        settled = configuration(found)
        (Path(scratch) / CONFIG).write_text(settled, encoding="utf-8")
        refuse_without_effect([load(Path(scratch) / CONFIG)])  # what is written runs
    found.notes.insert(0, ("ok", summary))
    texts = {**found.clean, CONFIG: settled, REPORT: report(found, folder)}
    there = [name for name in texts if store.there(folder / name)]
    if there:
        raise StoreError(f"{folder} has {', '.join(there)} already; nothing is overwritten, give another folder")
    with store.making(folder):
        store.prepare(folder, overwrite=True)
        for name, text in texts.items():
            store.write(folder / name, lambda path, text=text: path.write_text(text, encoding="utf-8", newline=""))  # type: ignore[misc]
    return [folder / name for name in texts], found


_TEMPLATE = """\
# Made by `coalsim new-field --from`; {report} says what was assumed. Whatever is left out has its default (`coalsim params`).

[simulation]
months = 120                              # how long a run is; month 0 is today
{simulation}
{field}
# The initiative that advice is wanted for.
[focal]
focal_convener = {convener}  # a name or an id of organizations.csv; or most_supported, most_ready, most_connected, best_aligned, largest
focal_launch_month = 12                   # month of the launch, after its research
focal_research_months = 6                 # months of finding out who is there and what exists already
"""


def configuration(found: Understood) -> str:
    """Return a configuration that runs with the clean tables beside it."""
    assert found.settings is not None
    lines: list[str] = []
    sections: dict[str, list[str]] = {}
    for name, value in found.settings.items():
        declared = declarations()[name]
        if value == declared.default:
            continue
        line = f"{name} = {_toml(value)}"
        sections.setdefault(declared.section, []).append(line)
    if "register" in sections:
        sections["register"].append(f"cost_per_employee = {declarations()['cost_per_employee'].default:g}  # dollars a year")
    for section in ("field", *(name for name in sections if name not in ("field", "simulation"))):
        lines += [f"[{section}]", *sections.get(section, []), ""]
    simulation = "".join(f"{line}\n" for line in sections.get("simulation", ()))
    return _TEMPLATE.format(
        report=REPORT, simulation=simulation, field="\n".join(lines), convener=_toml(found.convener or "most_supported")
    )


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def report(found: Understood, folder: Path) -> str:
    """Return what was understood and assumed, in plain sentences."""
    understood = [text for kind, text in found.notes if kind == "ok"]
    assumed = [text for kind, text in found.notes if kind == "assumed"]
    assumed.append(
        "The initiative: "
        + (
            f"{found.convener} convenes it"
            if found.convener
            else "the readiest organization that is free convenes it (--convener NAME says who)"
        )
        + ", after six months of research, in month 12; see [focal] in field.toml."
    )
    assumed.append("All else has the defaults of the model, which was fitted to real coalitions elsewhere, not to this place.")
    parts = ["# What was understood", *_bullets(understood), "", "# What is assumed", *_bullets(assumed), "", "# What to do next", ""]
    parts += ["Look through organizations.csv, then:", ""]
    parts += [f"    {line}" for line in commands(folder)]
    return "\n".join(parts) + "\n"


def commands(folder: Path) -> list[str]:
    """Return what may be done with the folder."""
    config = folder / CONFIG
    return [
        f"coalsim run {config}        # what happens",
        f"coalsim story {config}      # one run, told with names",
        f"coalsim advise {config} --out {folder / 'advice'}  # what would help the initiative, as a page",
    ]


def _bullets(lines: Sequence[str]) -> list[str]:
    return ["", *(f"* {one_line(line)}" for line in lines)]
