"""The application, and the options that commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from coalsim.errors import ParameterError, shown
from coalsim.report.terminal import say

if TYPE_CHECKING:
    from coalsim.mechanism import Mechanism
    from coalsim.parameters import Parameters

app = typer.Typer(
    help="Simulate how organizations form coalitions.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def place(text: str) -> Path:
    """Return the folder or file that an option names; an empty name, as that of a variable not set, is an error."""
    if not text:
        raise ParameterError("the name of a folder is empty; '.' is the current one")
    return Path(text)


Set = Annotated[list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Set a parameter; repeatable.")]
Without = Annotated[list[str] | None, typer.Option("--without", metavar="MECHANISM", help="Switch a mechanism off; repeatable.")]
Out = Annotated[Path | None, typer.Option("--out", metavar="DIR", parser=place, help="Folder to write tables, parameters and manifest to.")]
Form = Annotated[Literal["parquet", "csv"], typer.Option("--format", help="Format of the tables.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace results that are already in DIR.")]
Plot = Annotated[bool, typer.Option("--plot", help="Draw a figure, into DIR or the current folder.")]

Compiled = Annotated[
    bool | None,
    typer.Option("--compiled/--no-compiled", help="Compile the steps (needs coalsim[fast]); by default where that pays. Same results."),
]

Own = Annotated[
    list[str] | None,
    typer.Option("--mechanism", metavar="FILE.py:NAME", help="A mechanism of your own (or module:NAME); repeatable. Its code is run."),
]


@app.callback(invoke_without_command=True)
def version(show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Simulate how organizations form coalitions."""
    if show:
        from coalsim import __version__

        say(f"coalsim {__version__}")
        raise typer.Exit


def own(given: list[str] | None) -> tuple[Mechanism, ...]:
    """Return the mechanisms of ``--mechanism`` options; load them before settings and designs are read, which may name theirs."""
    if not given:
        return ()
    from coalsim.sources import load

    return tuple(load(reference) for reference in given)


def settings(given: list[str] | None, option: str = "--set") -> dict[str, Any]:
    """Return the values of ``--set NAME=VALUE`` options, or of another's, each read as TOML, or as text if it is none."""
    from coalsim.inputs import value_of

    values: dict[str, Any] = {}
    for item in given or ():
        name, equals, text = item.partition("=")
        if not equals:
            raise ParameterError(f"{option} {shown(item)}: NAME=VALUE is needed")
        if (name := name.strip()) in values:
            raise ParameterError(f"{option} {shown(name)} is given twice; once is allowed")
        try:
            values[name] = value_of(text)
        except ValueError as error:
            raise ParameterError(f"{option} {shown(name)}: {error}") from None
    return values


def alone(context: typer.Context, option: str, *beside: str) -> None:
    """Raise `ParameterError` for what is given beside an option that leaves it without effect, but for parameters in `beside`."""
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name or "")
        named = parameter.opts[0] if parameter.opts[0].startswith("-") else (parameter.metavar or parameter.opts[0]).strip("[]")
        if source is not None and source.name == "COMMANDLINE" and named != option and parameter.name not in beside:
            raise ParameterError(f"{named} has no effect beside {option}; one of them is allowed")


def once(option: str, given: list[str] | None) -> list[str]:
    """Return what an option was given, none of it twice.

    Raises
    ------
    ParameterError
        Something is given twice; the second time would have no effect.
    """
    for number, item in enumerate(given or ()):
        if item in (given or ())[:number]:
            raise ParameterError(f"{option} {shown(item)} is given twice; once is allowed")
    return list(given or ())


def counted(most: int = 10_000_000, **given: int | None) -> None:
    """Raise `ParameterError` for a count among the options that is not 1 to `most`, or a seed that is none."""
    for name, value in given.items():
        low, high = (0, 2**64 - 1) if name == "seed" else (1, most)
        if value is not None and not low <= value <= high:
            raise ParameterError(f"{name} = {shown(value)} is out of range; allowed: {low}..{high}")


def scenario(config: Path | None, given: list[str] | None, without: list[str] | None, launches: bool = False) -> Parameters:
    """Return the scenario of a configuration, or of none, and the options ``--set`` and ``--without``, checked as far as it can be.

    A command for which an initiative `launches` whatever the configuration says uses its parameters in any case.

    Raises
    ------
    CoalsimError
        The configuration or a data file of it cannot be used, or something is given that has no effect.
    """
    from coalsim.field import given as read
    from coalsim.parameters import MECHANISMS, Parameters, load
    from coalsim.parameters.effect import OF_THE_INITIATIVE, refuse_without_effect
    from coalsim.streams import Source

    values = settings(given)
    base = load(config) if config else Parameters()
    parameters = base.replace(**values)
    for mechanism in once("--without", without):
        for name in MECHANISMS.get(mechanism, ()):
            if name in values:
                raise ParameterError(f"--set {name} has no effect beside --without {mechanism}, which sets it too; one of them is allowed")
    parameters = parameters.without(*(without or ()))
    try:
        refuse_without_effect([parameters], but=OF_THE_INITIATIVE if launches else ())
    except ParameterError as error:
        raise ParameterError(f"{config}: {error}" if config else str(error)) from None
    read(parameters, Source(0, 0))
    return parameters
