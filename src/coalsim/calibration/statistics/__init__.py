"""Statistics that targets are of: a library, declared once, and one's own functions."""

from coalsim.calibration.statistics import lives, networks, rows  # noqa: F401  each puts its statistics into the library
from coalsim.calibration.statistics.columns import check_columns, check_conditions, check_numbers, columns_of
from coalsim.calibration.statistics.declare import LIBRARY, Option, Statistic
from coalsim.calibration.statistics.listing import markdown
from coalsim.calibration.statistics.own import own_statistic
from coalsim.calibration.statistics.seen import Seen, check_where, is_number

__all__ = [
    "LIBRARY",
    "Option",
    "Seen",
    "Statistic",
    "check_columns",
    "check_conditions",
    "check_numbers",
    "check_where",
    "columns_of",
    "is_number",
    "markdown",
    "own_statistic",
]
