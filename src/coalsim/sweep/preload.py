"""What the server of worker processes imports once, so that workers begin at once."""

import coalsim.core
import coalsim.simulation
import coalsim.sweep.work  # noqa: F401
