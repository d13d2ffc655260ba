"""What came out of a calibration, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from coalsim.counts import so_many

if TYPE_CHECKING:
    import pandas as pd


def verdict(
    fit: pd.DataFrame, widths: pd.DataFrame, fights: pd.DataFrame, waves: pd.DataFrame, generations: pd.DataFrame, about: dict[str, Any]
) -> list[str]:
    """Say in sentences what came out."""
    fitted = fit[fit["fitted"]]
    missed = list(fitted.loc[~fitted["met"], "target"])
    are = "is" if len(fitted) - len(missed) == 1 else "are"
    said = [
        f"{len(fitted) - len(missed)} of {so_many(len(fitted), 'fitted target')} {are} met."
        + (f" Missed: {', '.join(missed)}." if missed else "")
    ]
    rest = fit[~fit["fitted"]]
    if len(rest):
        met = int(rest["met"].sum())
        said.append(f"Of {so_many(len(rest), 'target')} not fitted {met} {'is' if met == 1 else 'are'} met.")
    if about["tolerance"] > about["wanted"] * 1.0001:
        said.append(
            f"The tolerance reached ({about['tolerance']:.3g}) is above that which the targets ask for ({about['wanted']:.3g}): "
            "the posterior is wider than it should be, or the model cannot meet all targets together."
        )
    if (waves["raised"] > 1).any():
        by = float(waves["raised"].max())
        said.append(f"No parameters meet all targets within the cut-off; it was raised {by:.3g}-fold for anything to be left.")
    counts = {verdict: list(widths.loc[widths["verdict"] == verdict, "parameter"]) for verdict in ("pinned", "narrowed", "free")}
    said.append("; ".join(f"{verdict}: {', '.join(names) or 'none'}" for verdict, names in counts.items()) + ".")
    worst = fights[fights["verdict"] == "cannot both be met"]
    if len(worst):
        said.append(
            "Targets that cannot both be met: "
            + "; ".join(f"{a} and {b}" for a, b in zip(worst["target"], worst["other"], strict=True))
            + "."
        )
    unvalued = fit[fit["without_value"] > 0]
    if len(unvalued):
        parts = ", ".join(f"{name} {share:.0%}" for name, share in zip(unvalued["target"], unvalued["without_value"], strict=True))
        said.append(
            f"Statistics had no value at a share of the points of the waves ({parts}); such points count as ruled out in the sampling."
        )
    loud = fit[fit["fitted"] & (fit["chance"] > 0.8)]
    if len(loud):
        said.append(f"Too few runs for {', '.join(loud['target'])}: chance in the runs is as large as what is accepted. Give more runs.")
    effective = generations.loc[generations["kept"], "effective"]
    if len(effective):
        said.append(f"{len(generations)} generations; the weighted draws are worth {float(effective.iloc[-1]):.0f} independent ones.")
    return said
