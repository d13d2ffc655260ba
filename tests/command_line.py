"""The command line, called in the process of the tests: most of the time of a short command is that of starting Python.

Where a process is needed that knows nothing of the tests', all commands that need it are called in one.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
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


def called_in_a_process(*commands: str, cwd: Path, after: str = "") -> tuple[list[subprocess.CompletedProcess[str]], str]:
    """Return what `called` returns for each of some commands, in one new process, and what code run `after` them there prints."""
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); from command_line import called\n"
        "found = [called(*command.split()) for command in sys.argv[2:]]\n"
        "print(json.dumps([(done.returncode, done.stdout, done.stderr) for done in found]))\n"
    )
    here = str(Path(__file__).parent)
    environment = {**os.environ, "COLUMNS": "200"}
    given = [sys.executable, "-c", code + after, here, *commands]
    process = subprocess.run(given, cwd=cwd, capture_output=True, text=True, env=environment, check=False)
    assert process.returncode == 0, process.stderr
    told, _, rest = process.stdout.partition("\n")
    return [subprocess.CompletedProcess(command, *ends) for command, ends in zip(commands, json.loads(told), strict=True)], rest
