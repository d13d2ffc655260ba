"""Face check: simulated coalitions beside real ones that nothing was fitted to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from face_check_figures import age_figure, network_figure, size_figure
from face_check_hazards import (
    AGES,
    REPORTED,
    VIEWS,
    Seen,
    real_ages,
    real_sizes,
    real_survival,
    seen,
    size_hazards,
)
from face_check_lives import Lives, lives
from face_check_networks import MEASURES, real_networks
from face_check_patterns import NETWORK_MONTH, Estimate, draws, estimates, mean_measure, real_estimates
from face_check_variants import variants

import coalsim as cs
from coalsim.analysis import plausible
from coalsim.experiments import Output, Setting, Value

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
MONTHS = 240
NETWORK_MONTHS = (23, NETWORK_MONTH - 60, NETWORK_MONTH, MONTHS - 1)
SURVIVAL_YEARS = (1, 2, 3, 4, 5, 7, 10, 15, 18)


def run(setting: Setting) -> Output:
    """Compare both fields, and the synthetic one over plausible parameters, with the real data."""
    quick = setting.quick
    scenarios = {
        "synthetic": (cs.Parameters.model1(), 40 if quick else 400),
        "health": (cs.load(CONFIGS.parent / "experiments" / "vermont-health.toml"), 3 if quick else 60),
    }
    fields = {
        name: lives(p.replace(months=MONTHS), replicates, setting.seed, NETWORK_MONTHS)[0] for name, (p, replicates) in scenarios.items()
    }
    drawn = plausible(8 if quick else 100, setting.seed, base=cs.Parameters.model1().replace(months=MONTHS))
    over_draws = draws(lives(list(drawn), 4 if quick else 10, setting.seed, (NETWORK_MONTH,)))
    views = {name: {view: seen(of, how, setting.seed) for view, how in VIEWS.items()} for name, of in fields.items()}
    found = {name: estimates(of, views[name], setting.seed) for name, of in fields.items()}
    sizes = _sizes(fields, setting.seed)
    networks = _networks(fields, setting.seed)
    tables = {
        "patterns": _patterns(found, over_draws),
        "hazard_by_age": _by_age(views),
        "survival_by_age": _survival(views),
        "hazard_by_size": sizes,
        "networks": networks,
        "variants": variants(cs.Parameters.model1().replace(months=MONTHS), 8 if quick else 100, setting.seed),
    }
    figures = {"ages": age_figure(views), "sizes": size_figure(sizes), "networks": network_figure(real_networks(), fields)}
    values = [Value(f"{name}_{field}", e.value, _error(e.se)) for field, of in found.items() for name, e in of.items()]
    return Output(values, tables, figures)


def _error(se: float) -> float:
    return 0.0 if np.isnan(se) else se


def _patterns(found: dict[str, dict[str, Estimate]], over_draws: pd.DataFrame) -> pd.DataFrame:
    """Return one row per pattern and field: the real number, the model's, their difference, and the model's over plausible draws."""
    rows = []
    for name, real in real_estimates().items():
        for field, of in found.items():
            model = of[name]
            row = {"pattern": name, "field": field, "real": real.value, "real_low": real.low, "real_high": real.high}
            row |= {"model": model.value, "low": model.low, "high": model.high, "difference": model.value - real.value}
            if field == "synthetic":
                known = over_draws[name].dropna()
                row |= {"draws": len(known), "draws_low": known.quantile(0.1), "draws_median": known.median()}
                row |= {"draws_high": known.quantile(0.9), "draws_below_real": (known < real.value).mean()}
            rows.append(row)
    return pd.DataFrame(rows).astype({"draws": "Int64"}).astype({"draws": object}).replace({pd.NA: None})


def _by_age(views: dict[str, dict[str, Seen]]) -> pd.DataFrame:
    """Return the hazard by age: real, and of every view of the model."""
    real = real_ages().set_index(["low", "high"])
    rows = []
    for field, of in views.items():
        for low, high in AGES:
            row = {
                "field": field,
                "age": f"{low}-{high}",
                "real": real.loc[(low, high), "annual_hazard"],
                "real_se": real.loc[(low, high), "se"],
            }
            for view, how in of.items():
                value, se, *_ = how.hazard(low, high)
                row[view] = value
                if view == "formed":
                    row["formed_se"] = se
            rows.append(row)
    return pd.DataFrame(rows)


def _survival(views: dict[str, dict[str, Seen]]) -> pd.DataFrame:
    """Return the survival by age: real, and of every view of the model."""
    real = real_survival()
    rows = []
    for field, of in views.items():
        for age in SURVIVAL_YEARS:
            row = {"field": field, "age": age, "real": real[age]}
            for view, how in of.items():
                value, se, *_ = how.survival(age)
                row[view] = value
                if view == "formed":
                    row["formed_se"] = se
            rows.append(row)
    return pd.DataFrame(rows)


def _sizes(fields: dict[str, Lives], seed: int) -> pd.DataFrame:
    """Return the hazard by size: real classes of revenue, and as large classes of simulated coalitions."""
    real = real_sizes()
    rows = [
        {"field": "real", "by": "revenue", "event": "exit", "class": k, "share": row["share"], "smallest": name}
        | {"events": row["exits"], "years": row["org_years"], "hazard": row["annual_hazard"], "se": row["se"]}
        | {"low": row["annual_hazard"] - 1.96 * row["se"], "high": row["annual_hazard"] + 1.96 * row["se"]}
        for k, (name, row) in enumerate(real.iterrows())
    ]
    assert len(rows) == len(REPORTED)
    parts = [pd.DataFrame(rows)]
    for field, of in fields.items():
        for by, event in (("resources", "ended"), ("resources", "dissolved"), ("members", "ended")):
            table, _ = size_hazards(of, by, event, seed)
            parts.append(
                table.assign(field=field, by=by, event=event, smallest=table["smallest"].round(1), largest=table["largest"].round(1))
            )
    names = ["field", "by", "event", "class", "share", "smallest", "largest", "events", "years", "hazard", "se", "low", "high"]
    return pd.concat([part.astype(object) for part in parts], ignore_index=True)[names]


def _networks(fields: dict[str, Lives], seed: int) -> pd.DataFrame:
    """Return the real networks one by one, and the model's by field and year: means, intervals, middle 80 %."""
    real = real_networks()
    rows: list[dict[str, object]] = [{"which": "real", "networks": 1, **row} for row in real.to_dict("records")]
    rows.append({"which": "real", "network": "mean", "networks": len(real), **real.drop(columns="network").mean().to_dict()})
    for field, of in fields.items():
        for month in NETWORK_MONTHS:
            here = of.networks[of.networks["month"] == month]
            about = {"which": field, "networks": len(here), "field_density": here["field_density"].mean()}
            end = f"end of year {(month + 1) // 12}"
            means = {name: mean_measure(here, name, of.replicates, seed) for name in MEASURES}
            rows.append({**about, "network": f"{end}, mean", "members": here["members"].mean(), **{n: e.value for n, e in means.items()}})
            rows.append({**about, "network": f"{end}, 95 % interval, low", **{n: e.low for n, e in means.items()}})
            rows.append({**about, "network": f"{end}, 95 % interval, high", **{n: e.high for n, e in means.items()}})
            for q in (0.1, 0.9):
                rows.append({**about, "network": f"{end}, {q:.0%} of networks", **{n: here[n].quantile(q) for n in MEASURES}})
    return pd.DataFrame(rows)[["which", "network", "networks", "members", *MEASURES, "field_density"]]
