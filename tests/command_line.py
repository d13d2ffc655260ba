"""The command line, called in the process of the tests: most of the time of a short command is that of starting Python."""

from __future__ import annotations

import contextlib
import io
import subprocess
from pathlib import Path

from coalsim.cli import main


def called(*arguments: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Return the exit code of a command, and what it said, as of a process."""
    given = [str(argument) for argument in arguments]
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.chdir(cwd or Path.cwd()):
        try:
            main(given)
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int), code
    return subprocess.CompletedProcess(given, code, out.getvalue(), err.getvalue())
