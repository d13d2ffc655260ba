"""``coalsim reproduce``: experiments, run again and compared with what was reported."""

from __future__ import annotations
