"""Statistics over the rows of a table: means, shares, quantiles, ratios, sizes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coalsim.calibration.statistics.columns import range_of
from coalsim.calibration.statistics.declare import REQUIRED, WHERE, Option, Options, Range, Seen, one_of, statistic
from coalsim.calibration.statistics.seen import rows as meeting

Floats = NDArray[np.float64]
Where = Mapping[str, Any] | None

TABLE = one_of("outcomes", "coalitions", "monthly", meaning="Table whose rows are taken.", default="coalitions")
COLUMN = Option("column", "Column that is read.", REQUIRED)
AGAINST = Option("table of conditions", "Rows that the others are set against.", REQUIRED)
NAN = float("nan")


def of_column(options: Options) -> Range:
    """Return between which numbers the column is, and so every mean of it."""
    return range_of(options["table"], options["column"])


def _other_column(name: str) -> Any:
    def agree(options: Options) -> str | None:
        same = options["column"] == options[name]
        return f"column and {name} are both '{options['column']}'; two columns are needed" if same else None

    return agree


def _other_rows(options: Options) -> str | None:
    return "where and against take the same rows; others are needed" if options["where"] == options["against"] else None


def _further(options: Options) -> str | None:
    where = options["where"] or {}
    said = all(column in where and where[column] == condition for column, condition in options["which"].items())
    return "which says what where says; further conditions are needed" if said else None


def _mixed(options: Options) -> str | None:
    ages, weights = options["ages"], options["weights"]
    if len(ages) != len(weights):
        return f"ages and weights have {len(ages)} and {len(weights)} numbers; as many are needed"
    if any(low >= high for low, high in zip([0.0, *ages], ages, strict=False)):
        return f"ages = {ages}: numbers above 0 in rising order are needed"
    if not 0 < sum(weights) <= 1.001:
        return f"weights = {weights}: their sum must be above 0 and at most 1"
    return _further(options)


def known(seen: Seen, table: str, column: str, where: Where) -> Floats:
    """Return the values of a column in the rows taken, without those that have none."""
    values = seen.table(table, where)[column].to_numpy(dtype=float)
    return values[~np.isnan(values)]


def ratio(above: float, below: float) -> float:
    """Return a quotient, NaN where there is none."""
    return above / below if below else NAN


@statistic(
    "mean",
    "of the column",
    "Mean of a column over the rows in which it has a value.",
    possible=of_column,
    table=TABLE,
    column=COLUMN,
    where=WHERE,
)
def mean(seen: Seen, table: str, column: str, where: Where) -> float:
    """Return a mean; NaN without rows."""
    values = known(seen, table, column, where)
    return float(values.mean()) if len(values) else NAN


@statistic(
    "share",
    "share",
    "Share of the rows that meet further conditions.",
    possible=(0, 1),
    agree=_further,
    table=TABLE,
    which=Option("table of conditions", "Conditions whose share is taken.", REQUIRED),
    where=WHERE,
)
def share(seen: Seen, table: str, which: Mapping[str, Any], where: Where) -> float:
    """Return the share of the rows meeting `where` that meet `which` too; NaN without rows."""
    rows = seen.table(table, where)
    return ratio(len(meeting(rows, which)), len(rows))


@statistic(
    "quantile",
    "of the column",
    "Quantile of a column.",
    possible=of_column,
    table=TABLE,
    column=COLUMN,
    q=Option("number", "Which: 0.5 is the median.", 0.5, 0, 1),
    where=WHERE,
)
def quantile(seen: Seen, table: str, column: str, q: float, where: Where) -> float:
    """Return a quantile; NaN without rows."""
    values = known(seen, table, column, where)
    return float(np.quantile(values, q)) if len(values) else NAN


@statistic(
    "variation",
    "1",
    "Coefficient of variation of a column: standard deviation over mean.",
    varying=("column",),
    table=TABLE,
    column=COLUMN,
    where=WHERE,
)
def variation(seen: Seen, table: str, column: str, where: Where) -> float:
    """Return a coefficient of variation; NaN with fewer than two rows or a mean of 0."""
    values = known(seen, table, column, where)
    return ratio(float(values.std(ddof=1)), float(values.mean())) if len(values) > 1 else NAN


@statistic(
    "ratio",
    "of the columns",
    "Sum of a column over the sum of another.",
    agree=_other_column("per"),
    table=TABLE,
    column=COLUMN,
    per=Option("column", "Column that is divided by.", REQUIRED),
    where=WHERE,
)
def ratio_of_sums(seen: Seen, table: str, column: str, per: str, where: Where) -> float:
    """Return a ratio of sums; NaN where the lower one is 0."""
    rows = seen.table(table, where)
    return ratio(float(np.nansum(rows[column].to_numpy(dtype=float))), float(np.nansum(rows[per].to_numpy(dtype=float))))


@statistic(
    "ratio_of_means",
    "1",
    "Mean of a column in some rows over its mean in others.",
    agree=_other_rows,
    table=TABLE,
    column=COLUMN,
    where=WHERE,
    against=AGAINST,
)
def ratio_of_means(seen: Seen, table: str, column: str, where: Where, against: Where) -> float:
    """Return a ratio of means; NaN where either has no rows or the lower one is 0."""
    above, below = known(seen, table, column, where), known(seen, table, column, against)
    return ratio(float(above.mean()), float(below.mean())) if len(above) and len(below) else NAN


@statistic(
    "largest_over_mean",
    "1",
    "Largest value of a column over its mean, as expected in a sample of given size.",
    table=TABLE,
    column=COLUMN,
    sample=Option("whole number", "Size of the real sample.", REQUIRED, 1),
    where=WHERE,
)
def largest_over_mean(seen: Seen, table: str, column: str, sample: float, where: Where) -> float:
    """Return the expected maximum of `sample` values, drawn without replacement, over the mean of all.

    The largest of a few is smaller than the largest of many, so real and simulated maxima compare only at one size. With fewer
    values than `sample` it is the largest there is, which is too low.
    """
    values = np.sort(known(seen, table, column, where))
    if not len(values) or values.mean() == 0:
        return NAN
    n, k = len(values), min(int(sample), len(values))
    # P(the maximum is the i-th of n, in rising order) = C(i - 1, k - 1)/C(n, k), from the top down by its recursion
    chance = np.zeros(n)
    chance[n - 1] = k / n
    for i in range(n - 1, k - 1, -1):
        chance[i - 1] = chance[i] * (i - k + 1) / i
    return float(chance @ values / values.mean())


@statistic(
    "mixture",
    "share",
    "Share of the rows that meet further conditions, weighted over classes of age as a real sample was composed.",
    {"coalitions": ("launch", "end")},
    possible=lambda options: (0, min(1, sum(options["weights"]))),
    agree=_mixed,
    which=Option("table of conditions", "Conditions whose share is taken.", REQUIRED),
    ages=Option("numbers", "Upper ends of the classes of age in years, such as [3, inf].", REQUIRED, 0),
    weights=Option(
        "numbers", "Share of the real sample in each class, such as [0.39, 0.45]; what is missing to 1 meets nothing.", REQUIRED, 0, 1
    ),
    where=WHERE,
)
def mixture(seen: Seen, which: Mapping[str, Any], ages: Sequence[float], weights: Sequence[float], where: Where) -> float:
    """Return the sum over classes of age of weight times share; age at the end of the run or of the coalition. NaN if a class is empty."""
    rows = seen.table("coalitions", where)
    met = meeting(rows, which)
    total, low = 0.0, 0.0
    for high, weight in zip(ages, weights, strict=True):
        inside, of = (_of_age(table, low, high) for table in (met, rows))
        total += weight * ratio(inside, of)
        low = high
    return total


def _of_age(table: Any, low: float, high: float) -> int:
    years = (table["end"].to_numpy(dtype=float) - table["launch"].to_numpy(dtype=float) + 1) / 12
    return int(((years > low) & (years <= high)).sum())


@statistic(
    "elasticity",
    "1",
    "Percent by which the mean of a column rises with one percent more of another: slope of the logs over settings of the group.",
    agree=_other_column("other"),
    varying=("other",),
    logs=("other",),
    table=TABLE,
    column=COLUMN,
    other=Option("column", "The other column.", "organizations"),
    where=WHERE,
)
def elasticity(seen: Seen, table: str, column: str, other: str, where: Where) -> float:
    """Return the least-squares slope of ln(mean of the column) on ln(other); NaN with fewer than two settings or a mean of 0."""
    rows = seen.table(table, where)
    means = rows.groupby(other, observed=True)[column].mean().dropna()
    means = means[means > 0]
    if len(means) < 2 or len(means) < rows[other].nunique():
        return NAN
    x, y = np.log(means.index.to_numpy(dtype=float)), np.log(means.to_numpy(dtype=float))
    return float(((x - x.mean()) @ y) / ((x - x.mean()) @ (x - x.mean())))


@statistic(
    "correlation",
    "1",
    "Spearman's rank correlation of two columns.",
    possible=(-1, 1),
    agree=_other_column("other"),
    varying=("column", "other"),
    table=TABLE,
    column=COLUMN,
    other=Option("column", "The other column.", REQUIRED),
    where=WHERE,
)
def correlation(seen: Seen, table: str, column: str, other: str, where: Where) -> float:
    """Return a rank correlation; NaN with fewer than three rows or a constant column."""
    pairs = seen.table(table, where)[[column, other]].astype(float).dropna()
    if len(pairs) < 3 or (pairs.nunique() < 2).any():
        return NAN
    return float(pairs[column].rank().corr(pairs[other].rank()))
