"""Figures of the analysis: they draw what the tables say, with names, units and intervals."""

import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from analysis_cases import designed
from coalsim.analysis import (
    Designed,
    effect,
    morris_design,
    optimum,
    regions,
    response,
    sensitivity,
    signs,
    sobol_design,
    survival,
)
from coalsim.errors import ParameterError
from coalsim.report import figures
from coalsim.report.plots import save
from coalsim.tables.labels import factor_label, outcome_label, value_label


@pytest.fixture(scope="module")
def simulated():
    points = [{"openness": o, "contribution_rate": c} for o in (0.2, 0.8) for c in (0.04, 0.08, 0.12)]
    base = cs.Parameters.model1().replace(organizations=20, months=60)
    return Designed.of(points, cs.simulate([base.replace(**p) for p in points], replicates=6, seed=1))


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def texts(figure):
    """Return all that is written in a figure."""
    figure.canvas.draw()
    return [text.get_text() for text in figure.findobj(plt.Text) if text.get_text()]


def bars(axis):
    """Return the ends of the error bars of an axis, shape (bars, 2), along the direction they are drawn in."""
    found = []
    for container in axis.containers:
        for lines in getattr(container, "lines", (None, None, ()))[2]:
            segments = np.array([s for s in lines.get_segments() if len(s)])
            along = 0 if container.has_xerr else 1
            found += [sorted(segment[:, along]) for segment in segments]
    return np.array(found)


def test_effects_are_drawn_with_their_intervals(simulated, tmp_path):
    table = effect(simulated, ["openness", "contribution_rate"], ["impact", "joins"])
    figure = figures.effects(table, "What pays")
    written = texts(figure)
    assert "openness: 0.2 to 0.8" in written
    assert "contribution rate: 0.04 to 0.12" in written
    assert "impact (difference, share)" in written
    assert "joins (difference, organization)" in written
    assert "What pays\npaired differences, 95 % intervals" in written
    for axis, outcome in zip(figure.axes, ("impact", "joins"), strict=True):
        expected = table.loc[table["outcome"] == outcome, ["low", "high"]].to_numpy()
        assert bars(axis) == pytest.approx(expected)
    assert save(figure, tmp_path / "effects.png").stat().st_size > 10_000


def test_a_curve_and_its_best_level(simulated):
    table = response(simulated, "contribution_rate", "participation", within="openness")
    figure = figures.response(table, "contribution_rate", best=optimum(simulated, "contribution_rate", "participation", within="openness"))
    (axis,) = figure.axes
    assert bars(axis) == pytest.approx(table[["low", "high"]].to_numpy())
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["0.2", "0.8"]
    assert axis.get_xlabel() == "contribution rate (FTE/capacity)"
    assert "the best level and its interval" in "".join(texts(figure))
    assert axis.get_ylim()[0] < bars(axis).min()


def test_a_surface_says_its_numbers(simulated):
    over = ["contribution_rate", "openness"]
    table = response(simulated, over, "participation")
    written = texts(figures.response(table, over, best=optimum(simulated, over, "participation")))
    for row in table.to_dict("records"):
        assert f"{row['mean']:.3g}\n± {(row['high'] - row['low']) / 2:.2g}" in written
    with pytest.raises(ParameterError, match="over one factor"):
        figures.response(table, ["a", "b", "c"])


def test_words_on_the_axis():
    results = designed({"how": ["ready", "largest"]}, y=[[1.0, 2.0], [3.0, 4.0]])
    figure = figures.response(response(results, "how", "y"), "how", best=optimum(results, "how", "y"))
    assert [label.get_text() for label in figure.axes[0].get_xticklabels()] == ["ready", "largest"]


@pytest.mark.parametrize("event", ["end", "success"])
def test_survival_has_numbers_at_risk(simulated, event):
    found = survival(simulated, "openness", event=event)
    figure = figures.survival(found)
    written = texts(figure)
    first = found.curves[(found.curves["age"] == 12) & (found.curves["curve"] == found.curves["curve"].iloc[0])]
    assert {f"{count:.0f}" for count in first["at_risk"]} <= set(written)
    assert "at risk:" in written
    assert len(figure.axes) == (2 if event == "success" else 1)
    assert all(len(axis.collections) == 2 for axis in figure.axes)  # a band a level
    assert len(figures.survival(survival(simulated)).axes[0].lines) == 1


def test_signs_reach_from_none_to_all():
    random = np.random.default_rng(1)
    values = random.standard_normal(40) + 0.5
    table = pd.DataFrame({"factor": "openness", "value": 0.8, "baseline": 0.2, "outcome": "impact", "effect": values})
    counted = signs(table.assign(low=values - 1, high=values + 1))
    figure = figures.signs(counted)
    assert bars(figure.axes[0]) == pytest.approx(counted[["share_low", "share_high"]].to_numpy())
    turned = signs(table.assign(effect=-values, low=-values - 1, high=1 - values))
    assert bars(figures.signs(turned).axes[0]) == pytest.approx(1 - turned[["share_high", "share_low"]].to_numpy())
    assert "openness: 0.2 to 0.8" in texts(figure)


def test_sensitivity_is_drawn_by_size():
    for design in (
        sobol_design({"a": (0, 1), "b": (0, 1), "c": (0, 1)}, 16, second_order=True),
        morris_design({"a": (0, 1), "b": (0, 1)}, 5),
    ):
        table = design.table()
        y = (table["a"] + 3 * table["b"]).to_numpy()[:, None] + 0.01 * np.random.default_rng(1).standard_normal((len(table), 2))
        found = sensitivity(designed(table.drop(columns="scenario_id"), y=y), "y", design)
        figure = figures.sensitivity(found)
        assert [label.get_text() for label in figure.axes[0].get_yticklabels()][:2] == ["b", "a"]
        known = found.indices[found.indices["index"] != "S2"].dropna(subset="low")
        drawn = bars(figure.axes[0])
        assert sorted(drawn[drawn[:, 0] < drawn[:, 1]][:, 0]) == pytest.approx(sorted(known.loc[known["low"] < known["high"], "low"]))
        if design.kind == "sobol":
            pair = found.indices[found.indices["index"] == "S2"].iloc[0]
            assert f"{pair['value']:.2f}\n± {pair['high'] - pair['value']:.2f}" in texts(figures.interactions(found, "y"))


@pytest.mark.parametrize("method", ["tree", "prim"])
def test_regions_are_drawn_with_their_rules(method):
    x = np.linspace(0, 1, 80)
    results = designed({"openness": x}, good=np.tile((x > 0.5)[:, None], (1, 2)))
    found = regions(results, "good", method)
    figure = figures.regions(found)
    written = texts(figure)
    assert found.table["rule"].iloc[0] in written
    assert len(figure.axes) == (2 if method == "prim" else 1)
    assert any("success: good" in text for text in written)


def test_labels_have_units():
    assert outcome_label("first_success") == "first success (month)"
    assert outcome_label("mean_trust") == "mean trust"
    assert factor_label("grant_budget") == "grant budget (FTE-month/month)"
    assert factor_label("draw") == "draw"
    values = (None, float("nan"), True, 0.08, 12, 75_000.0, 2.5e-7, (24, 48), (), "largest")
    assert [value_label(value) for value in values] == ["not set"] * 2 + [
        "yes",
        "0.08",
        "12",
        "75,000",
        "2.50e-07",
        "24, 48",
        "none",
        "largest",
    ]


def test_loading_the_analysis_loads_no_heavy_library():
    heavy = ("pandas", "scipy.stats", "sklearn", "SALib", "lifelines", "matplotlib", "mesa")
    code = f"import sys, coalsim.analysis; print([name for name in {heavy} if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
