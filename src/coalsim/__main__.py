"""``python -m coalsim``: the command line."""

from coalsim.cli import main

main()
