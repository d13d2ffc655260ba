"""`new_field`: a folder to start one's own field from, commented and ready to run."""

from __future__ import annotations

from pathlib import Path

from coalsim.tables import templates

TEMPLATES = Path(__file__).parent / "data" / "new_field"

FILES = (
    "README.md",
    "field.toml",
    "organizations.csv",
    "ties.csv",
    "issues.csv",
    "funders.csv",
    "coalitions.csv",
    "memberships.csv",
    "sweep.toml",
)
"""What is written, in this order."""


def new_field(folder: str | Path) -> list[Path]:
    """Write a template of one's own field: tables, configuration, a sweep, and how to go on.

    Parameters
    ----------
    folder
        Made if it is not there. Files in it stay as they are.

    Returns
    -------
    list
        The files written.

    Raises
    ------
    StoreError
        One of the files is there already (then none is written), or the folder cannot be written.
    """
    return templates.begin(folder, {name: (TEMPLATES / name).read_bytes() for name in FILES})
