"""Importing coalsim changes nothing for its importer: no backend of figures, no filter of warnings, no state of chance."""

import subprocess
import sys

CHANGES = """
import decimal, locale, logging, multiprocessing, os, pkgutil, random, signal, sys, threading, warnings
import matplotlib, numpy as np
import numpy.polynomial, numpy.random, scipy.sparse, scipy.special, networkx  # their own filters of warnings come with them

matplotlib.use("svg")

def state():
    return {
        "backend": matplotlib.get_backend(), "rc": dict(matplotlib.rcParams), "filters": list(warnings.filters),
        "locale": locale.setlocale(locale.LC_ALL), "errors": np.geterr(), "printing": np.get_printoptions(),
        "random": random.getstate(), "numpy": repr(np.random.get_state()), "decimal": repr(decimal.getcontext()),
        "start": multiprocessing.get_start_method(allow_none=True), "environment": dict(os.environ),
        "signals": [signal.getsignal(n) for n in range(1, 30)], "hook": sys.excepthook, "depth": sys.getrecursionlimit(),
        "logging": (logging.root.level, list(logging.root.handlers)), "path": list(sys.path), "here": os.getcwd(),
        "threads": threading.active_count(), "streams": (sys.stdout, sys.stderr),
    }

before = state()
import coalsim
for module in pkgutil.walk_packages(coalsim.__path__, "coalsim."):
    if not module.name.endswith("__main__"):
        __import__(module.name)
after = state()
print([name for name in before if before[name] != after[name]])
"""


def test_imports_change_nothing_for_their_importer():
    done = subprocess.run([sys.executable, "-c", CHANGES], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
