"""Every notebook runs, from top to bottom, on what the repository holds."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import coalsim

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted([*ROOT.glob("notebooks/*.py"), *ROOT.glob("experiments/*/analysis.py")])


def test_there_is_a_notebook_for_every_study():
    studies = {path.parent for path in ROOT.glob("experiments/*/experiment.toml") if 'kind = "study"' in path.read_text(encoding="utf-8")}
    assert studies == {path.parent for path in NOTEBOOKS if path.name == "analysis.py"}


def test_jupytext_executes_a_notebook(tmp_path):
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]["notebooks"]
    names = {re.match(r"[\w-]+", wanted)[0] for wanted in extra}
    assert names >= {"jupytext", "nbconvert", "ipykernel"}  # jupytext asks for none of the other two, and executes nothing without
    for name in names:
        pytest.importorskip(name)
    head = (ROOT / "notebooks" / "first_walk.py").read_text(encoding="utf-8").split("# %%")[0]  # it names the kernel
    (tmp_path / "small.py").write_text(f"{head}# %%\nimport coalsim\n\ncoalsim.__version__\n")
    command = [sys.executable, "-m", "jupytext", "--execute", "--to", "ipynb", "small.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    assert coalsim.__version__ in (tmp_path / "small.ipynb").read_text()


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # what libraries of notebooks warn of is theirs
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_notebook_runs(path):
    import jupytext
    from nbclient import NotebookClient

    notebook = jupytext.read(path)
    # In the documentation the cells that run a study again are shown without output; here they are run too.
    NotebookClient(
        notebook, timeout=300, kernel_name="python3", skip_cells_with_tag="", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    assert any(cell.get("outputs") for cell in notebook.cells)
