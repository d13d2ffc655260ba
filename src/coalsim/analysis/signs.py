"""How often the sign of an effect holds over plausible parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from coalsim.analysis.inputs import listed
from coalsim.analysis.intervals import check_confidence, wilson
from coalsim.arguments import checked
from coalsim.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd


@checked
def signs(
    effects: pd.DataFrame, by: str | Sequence[str] = ("factor", "value", "baseline", "outcome"), confidence: float = 0.95
) -> pd.DataFrame:
    """Return over how many draws of plausible parameters an effect is positive or negative.

    An interval from replicates shrinks to nothing around one arbitrary point; whether an effect's sign holds where parameters
    might as well be other ones is what is asked here.

    Parameters
    ----------
    effects
        A row for each draw and effect, as ``effect(results, of, on, within="draw")`` gives them: ``effect``, ``low``, ``high``.
    by
        Columns that say which effect it is.
    confidence
        Confidence level of the share's interval.

    Returns
    -------
    DataFrame
        A row for each effect: the columns of `by`; ``draws``; ``positive``, ``negative``, ``zero``: how many; ``sign``, the more
        frequent of the two (+1 or -1; 0 if they are as many); ``share`` of draws that have it, with Wilson's interval
        ``share_low``, ``share_high`` (none of a sign of 0); ``moved_share``, the share among draws in which the effect is not 0;
        ``resolved``: draws whose own interval excludes 0, and ``resolved_share``, the share of those with the sign; ``median``,
        ``p10``, ``p90``: of the effect over draws; ``confidence``. Draws without an effect (NaN) are left out.

    Raises
    ------
    ParameterError
        A column is missing, or there is no effect.
    """
    import pandas as pd

    check_confidence(confidence)
    names = listed(by)
    missing = [name for name in (*names, "effect", "low", "high") if name not in effects.columns]
    if missing:
        raise ParameterError(f"the table of effects lacks {', '.join(missing)}")
    if not effects["effect"].notna().any():
        raise ParameterError("the table of effects has no effect in any of its rows")
    rows = []
    for key, group in effects[effects["effect"].notna()].groupby(names, sort=False, dropna=False):
        values = group["effect"].to_numpy(dtype=float)
        positive, negative = int((values > 0).sum()), int((values < 0).sum())
        sign = int(np.sign(positive - negative))
        holding = positive if sign > 0 else negative
        low, high = wilson(holding, len(values), confidence) if sign else (np.nan, np.nan)
        resolved = ((group["low"] > 0) | (group["high"] < 0)).to_numpy()
        with_sign = int((np.sign(values[resolved]) == sign).sum())
        rows.append(
            {
                **dict(zip(names, key if isinstance(key, tuple) else (key,), strict=True)),
                "draws": len(values),
                "positive": positive,
                "negative": negative,
                "zero": len(values) - positive - negative,
                "sign": sign,
                "share": holding / len(values) if sign else np.nan,
                "share_low": low,
                "share_high": high,
                "moved_share": holding / (positive + negative) if sign else np.nan,
                "resolved": int(resolved.sum()),
                "resolved_share": with_sign / resolved.sum() if sign and resolved.any() else np.nan,
                "median": float(np.median(values)),
                "p10": float(np.quantile(values, 0.1)),
                "p90": float(np.quantile(values, 0.9)),
                "confidence": confidence,
            }
        )
    return pd.DataFrame(rows)
