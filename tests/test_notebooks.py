"""Every notebook runs, from top to bottom, on what the repository holds."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted([*ROOT.glob("notebooks/*.py"), *ROOT.glob("experiments/*/analysis.py")])


def test_there_is_a_notebook_for_every_study():
    studies = {path.parent for path in ROOT.glob("experiments/*/experiment.toml") if 'kind = "study"' in path.read_text(encoding="utf-8")}
    assert studies == {path.parent for path in NOTEBOOKS if path.name == "analysis.py"}


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
