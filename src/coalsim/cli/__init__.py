"""The command line. Heavy modules are imported by the commands that need them, so that --help is quick."""

from __future__ import annotations

import sys

from coalsim.cli import (  # noqa: F401  each registers its commands
    advise,
    analyze,
    calibrate,
    export,
    new_field,
    plot,
    reference,
    reproduce,
    run,
    sweep,
)
from coalsim.cli.app import app
from coalsim.errors import CoalsimError, Interrupted

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line; an error a user can cause is one line and exit code 2."""
    try:
        app()
    except Interrupted as stop:
        print(f"coalsim: {stop}", file=sys.stderr)
        sys.exit(130)
    except CoalsimError as error:
        print(f"coalsim: error: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.exit(1)
