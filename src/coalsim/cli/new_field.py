"""``coalsim new-field``: a template of one's own field, or a field from tables as one has them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coalsim.cli.app import app
from coalsim.errors import ParameterError, shown
from coalsim.report.terminal import say

if TYPE_CHECKING:
    from coalsim.importing import Question


@app.command("new-field")
def new_field(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Folder to write to; nothing in it is overwritten.")],
    from_: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE.csv", help="A table as you have it: organizations, ties, coalitions ...; repeatable."),
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=MEANING", help="What a column, word or name stands for, if coalsim has asked; repeatable."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="KEY=VALUES", help="Take some organizations: subsection, city, zip, county, code, revenue ..."),
    ] = None,
    convener: Annotated[str, typer.Option(metavar="NAME", help="Who convenes the initiative: a name or id.")] = "",
) -> None:
    """Write tables and a configuration: a small field for you to fill in, or your own field from the tables you have."""
    if from_ is None:
        given = {"--map": map_, "--only": only, "--convener": convener}
        for name, value in given.items():
            if value:
                raise ParameterError(f"{name} has no effect without --from FILE.csv, the table that it is about")
        from coalsim.field import template

        for path in template.new_field(folder):
            say(str(path))
        config = Path(folder) / "field.toml"
        say(f"Read {Path(folder) / 'README.md'}; then: coalsim run {config}; coalsim advise {config}")
        return
    from coalsim.importing import bring
    from coalsim.importing.writing import REPORT, commands

    people = sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()
    written, found = bring(folder, from_, answers(map_), only or (), convener, _ask if people else None)
    for kind, title in (("ok", "Understood"), ("assumed", "Assumed")):
        say(f"{title}:")
        for text in (text for of, text in found.notes if of == kind):
            say(f"  {text}")
    say(f"Written: {', '.join(path.name for path in written)} in {folder}; {REPORT} says all this again.")
    say("Next:")
    for line in commands(Path(folder)):
        say(f"  {line}")


def answers(given: list[str] | None) -> dict[str, str]:
    """Return the right sides of ``--map COLUMN=MEANING`` options by their left sides."""
    found: dict[str, str] = {}
    for item in given or ():
        left, equals, right = item.rpartition("=")
        if not equals or not left.strip() or not right.strip():
            raise ParameterError(f"--map {shown(item)}: COLUMN=MEANING is needed")
        if left.strip() in found:
            raise ParameterError(f"--map {shown(left.strip())} is given twice; once is allowed")
        found[left.strip()] = right.strip()
    return found


def _ask(question: Question) -> str | None:
    """Ask on the terminal until the answer is one that is allowed; an empty one leaves an optional question open."""
    say(question.text)
    for number, (answer, meaning) in enumerate(question.answers, 1):
        say(f"  {number}  {answer}: {meaning}")
    while True:
        say(
            "  "
            + ("a number, or what it is" if question.free else "a number")
            + (", or nothing to leave it open" if question.optional else "")
        )
        try:
            text = input("> ").strip()
        except EOFError:
            raise typer.Abort from None
        if not text and question.optional:
            return None
        if text.isdigit() and 1 <= int(text) <= len(question.answers):
            return question.answers[int(text) - 1][0]
        if text and (question.free or text in [answer for answer, _ in question.answers]):
            return text
