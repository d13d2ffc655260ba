"""A field from tables as people have them: a county's list, a register of a state, a map of who works with whom.

`understand` says what a table means, what is assumed and what has to be asked; `write` makes a folder that runs of it.
"""

from coalsim.importing.asking import Question
from coalsim.importing.clean import Understood
from coalsim.importing.understanding import understand
from coalsim.importing.writing import bring

__all__ = ["Question", "Understood", "bring", "understand"]
