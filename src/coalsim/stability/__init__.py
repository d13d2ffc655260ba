"""Is the coalition structure of a finished run stable? With the games (`coalsim.games`) that say what stable means."""

from coalsim import games
from coalsim.games import *  # noqa: F403  # the names of games are names here, too
from coalsim.moved import names
from coalsim.stability.run import Blocking, RunStability, stability_of, stability_of_run
from coalsim.stability.situation import Situation
from coalsim.stability.worths import Worths

__all__ = ["Blocking", "RunStability", "Situation", "Worths", "stability_of", "stability_of_run"]
__all__ += games.__all__

__getattr__ = names(__name__, {"Standing": "coalsim.stability.Situation"})
