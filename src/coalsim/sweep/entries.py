"""Entries of a sweep's ledger: one for each block that is done or failed, each with a digest of itself."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from coalsim.sweep.work import digest
from coalsim.tables.columns import ALWAYS, TABLES

MAX_ENTRY = 10_000_000
"""Bytes that an entry has at most; most have 500, and a traceback some thousands."""

_CHECK = "check"

_Size = Annotated[int, Field(ge=0)]
_Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Entry(BaseModel):
    """What the ledger says of a block: its digest, and if it failed, why; otherwise its parts and their cost."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    block: Annotated[int, Field(ge=0)]
    digest: str
    files: dict[str, tuple[_Size, str]] = {}
    runs: Annotated[int, Field(ge=0, le=2**53)] = 0
    seconds: _Seconds = 0.0
    cpu_seconds: _Seconds = 0.0
    worker: str
    finished: str
    error: str | None = None
    traceback: str | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse what cannot be worked with: a block without tables, a time that is none."""
        if self.error is None and not set(ALWAYS) <= set(self.files) <= set(TABLES):
            raise ValueError("the tables of a block that is done are needed")
        if datetime.fromisoformat(self.finished).tzinfo is None:
            raise ValueError("a time with its zone is needed")
        return self


def written(about: dict[str, Any]) -> str:
    """Return the text of an entry, with a digest of what it says: one flipped bit, and it counts as none."""
    return json.dumps({**about, _CHECK: _digest(about)}, indent=1) + "\n"


def read_entry(content: bytes) -> Entry | None:
    """Return what an entry says, None if it is not what was written. Those of earlier versions have no digest of their own."""
    try:
        about = json.loads(content)
        if not isinstance(about, dict) or about.pop(_CHECK, None) not in (None, _digest(about)):
            return None
        return Entry.model_validate_json(json.dumps(about))
    except (ValueError, RecursionError, ValidationError):
        return None


def _digest(about: dict[str, Any]) -> str:
    return digest(json.dumps(about, sort_keys=True, separators=(",", ":")).encode())
