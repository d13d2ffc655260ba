"""Mesa is imported here first: it changes how processes are started, for its importer too, and that is taken back."""

from __future__ import annotations

import multiprocessing
import sys

if "mesa" not in sys.modules:
    _before = multiprocessing.get_start_method(allow_none=True)
    import mesa  # noqa: F401

    multiprocessing.set_start_method(_before, force=True)
