"""``coalsim view``: watch a run in the browser, compare, bring one's own field, ask for advice; or a run as one file."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coalsim.cli.app import Set, Without, app, scenario
from coalsim.counts import SEEDS, whole
from coalsim.errors import CoalsimError, ParameterError, StoreError

if TYPE_CHECKING:
    from coalsim.parameters import Parameters

PORT = 8765
"""Where the page is looked for first."""


@app.command()
def view(
    config: Annotated[Path | None, typer.Argument(metavar="[CONFIG]", help="Configuration (TOML); default: the default field.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the experiment.")] = 1,
    replicate: Annotated[
        int | None, typer.Option(min=0, help="Number of the replicate that is watched first; if not given, a typical one is chosen.")
    ] = None,
    set_: Set = None,
    without: Without = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help=f"Port of the page; default: the first free from {PORT}.")] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help="Do not open a browser.")] = False,
    export: Annotated[Path | None, typer.Option("--export", metavar="FILE", help="Write the run as one HTML file that replays.")] = None,
) -> None:
    """Open the model in a browser: one page, served on this machine only."""
    whole("seed", seed, 0, SEEDS)
    if replicate is not None:
        whole("replicate", replicate, 0, SEEDS)
    parameters = scenario(config, set_, without, launches=True)
    title = config.stem if config else "the default field"
    if export is not None:
        if port is not None or no_open:
            raise ParameterError("--port and --no-open are of the page; with --export there is none")
        _export(parameters, seed, replicate, title, export)
        return
    try:
        from coalsim.view import server
        from coalsim.view.desk import Desk
    except ModuleNotFoundError as error:
        raise CoalsimError(f"the page needs {error.name}: pip install 'coalsim[view]'") from None

    def opened(address: str) -> None:
        typer.echo(f"coalsim is at {address} (on this machine only); Ctrl-C ends it")
        if not no_open:
            import webbrowser

            webbrowser.open(address)

    with closing(Desk(parameters, title, seed, replicate)) as desk, closing(listening(port)) as at:
        desk.start()  # what is wrong with the field is said here
        server.serve(desk, at, opened)


def listening(wanted: int | None) -> socket.socket:
    """Return a socket that listens at the port wanted, or at the first free one from `PORT`, so that nobody takes it meanwhile.

    Raises
    ------
    StoreError
        The port is in use, or all are.
    """
    for port in (wanted,) if wanted is not None else range(PORT, PORT + 50):
        at = socket.socket()
        at.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            at.bind(("127.0.0.1", port))
            at.listen()
        except OSError:
            at.close()
            continue
        return at
    raise StoreError(f"port {wanted or PORT} is in use; give another with --port")


def _export(parameters: Parameters, seed: int, replicate: int | None, title: str, target: Path) -> None:
    from coalsim.tables import store
    from coalsim.view import record, replay
    from coalsim.view.typical import Luck, typical

    if target.suffix.lower() not in (".html", ".htm"):
        raise ParameterError(f"--export {target}: a file that ends in .html is needed")
    store.may_be_page(target)
    with store.making(target.parent):
        store.prepare(target.parent, overwrite=True)
        luck = typical(parameters, seed) if replicate is None else Luck(replicate, "")
        html = replay.page(record(parameters, seed, luck.replicate, title, luck.why))
        store.write(target, lambda partial: partial.write_text(html, encoding="utf-8"))
    typer.echo(f"replay: {target} ({len(html.encode()) / 1e6:.2f} MB)")
    if luck.why:
        typer.echo(f"Replicate {luck.replicate} is {luck.why}. --replicate shows another one.")
