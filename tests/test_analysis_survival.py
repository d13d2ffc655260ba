"""Survival: estimators against cases worked out by hand and lifelines; tables of coalitions through to curves."""

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coalsim as cs
from analysis_cases import designed
from coalsim.analysis import Designed, survival
from coalsim.analysis import estimators as e
from coalsim.errors import ParameterError
from coalsim.tables.columns import COALITIONS

NAN = float("nan")


def counts(ages, kinds):
    """Return the counts of one sample: kinds are 1 (the event), 2 (a competing one), 0 (censored)."""
    age, kind = np.array(ages), np.array(kinds)
    return e.count(age, kind == 1, kind == 2, np.zeros(len(age), dtype=int), 1, max(ages) + 1).total()


def coalitions(*rows):
    """Return a table of coalitions: (scenario, replicate, launch, formed, first success, end, ending), in months of the run.

    Other columns are made up.
    """
    names = ["scenario_id", "replication", "launch", "formed", "first_success", "end", "ending"]
    table = pd.DataFrame(rows, columns=names).astype({"formed": float, "first_success": float})
    table["first_success"] -= table["launch"]  # in the table it counts from the launch
    for column in COALITIONS:
        if column.name not in table:
            table[column.name] = 0
    return table.astype({"focal": bool})


def one_scenario(*rows, replicates=2):
    return designed({"a": [0]}, coalitions(*rows), y=[[0.0] * replicates])


@pytest.fixture(scope="module")
def simulated():
    points = [{"openness": value} for value in (0.2, 0.8)]
    runs = cs.simulate([cs.Parameters.model1().replace(**point) for point in points], replicates=15, seed=1)
    return Designed.of(points, runs)


def test_kaplan_meier_by_hand():
    # five: two end at age 1, one is censored at 2, one ends at 3, one is censored at 3
    curve = e.kaplan_meier(counts([1, 1, 2, 3, 3], [1, 1, 0, 1, 0]))
    assert list(curve) == pytest.approx([1, 3 / 5, 3 / 5, 3 / 10])
    # Greenwood at age 3: S^2 (2/(5 3) + 1/(2 1))
    variance = e.kaplan_meier_variance(counts([1, 1, 2, 3, 3], [1, 1, 0, 1, 0]))
    assert list(variance) == pytest.approx([0, 9 / 25 * 2 / 15, 9 / 25 * 2 / 15, 9 / 100 * (2 / 15 + 1 / 2)])
    assert e.restricted_mean(curve, 4) == pytest.approx(1 + 3 / 5 + 3 / 5 + 3 / 10)


def test_aalen_johansen_with_ties_by_hand():
    # six: an event of each kind at age 1, one censored at 2, an event of each kind at 3, one censored at 4
    of = counts([1, 1, 2, 3, 3, 4], [1, 2, 0, 1, 2, 0])
    # S is 4/6 after age 1, so the hazards of 1/3 at age 3 add 2/9
    assert list(e.aalen_johansen(of)) == pytest.approx([0, 1 / 6, 1 / 6, 7 / 18, 7 / 18])
    # by the delta method on multinomial hazards, worked out with fractions: at age 1 the binomial 1/6 5/6 / 6
    n1, n3 = 6, 3
    after = 2 / 9  # F(3) - F(1)
    at_3 = after**2 * 2 / (n1 * 4) + (1 / 6) * (5 / 6) / n1 - 2 * after * 1 / n1**2 + (4 / 6) ** 2 * (1 / 3) * (2 / 3) / n3
    assert e.aalen_johansen_variance(of) == pytest.approx([0, 5 / 216, 5 / 216, at_3, at_3])


def test_variance_where_the_last_meet_an_event():
    of = counts([1, 2, 2], [1, 1, 2])
    assert list(e.aalen_johansen(of)) == pytest.approx([0, 1 / 3, 2 / 3])
    assert np.isfinite(e.aalen_johansen_variance(of)).all()
    # without censoring it is the share that met the event, with the variance of a share
    assert e.aalen_johansen_variance(of)[-1] == pytest.approx(2 / 3 * 1 / 3 / 3)
    assert np.isnan(e.kaplan_meier_variance(counts([1, 2], [1, 1]))[-1])


def test_kaplan_meier_is_that_of_lifelines():
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    random = np.random.default_rng(1)
    age, kind = random.integers(0, 25, 300), random.random(300) < 0.6
    of = counts(age, kind.astype(int))
    fitted = KaplanMeierFitter().fit(age, kind, timeline=np.arange(25))
    assert e.kaplan_meier(of) == pytest.approx(fitted.survival_function_.to_numpy()[:, 0], abs=1e-12)
    low, high = e.log_log(e.kaplan_meier(of), e.kaplan_meier_variance(of), 0.95)
    expected = fitted.confidence_interval_.to_numpy()
    inside = (e.kaplan_meier(of) > 0) & (e.kaplan_meier(of) < 1)
    assert np.stack([low, high], axis=1)[inside] == pytest.approx(expected[inside], abs=1e-9)
    # lifelines' area ends where the horizon does, as ours
    assert e.restricted_mean(e.kaplan_meier(of), 20) == pytest.approx(restricted_mean_survival_time(fitted, t=20), abs=1e-9)


@pytest.mark.parametrize("tied", [False, True])
def test_aalen_johansen_is_that_of_lifelines(tied):
    from lifelines import AalenJohansenFitter

    random = np.random.default_rng(2)
    age = random.integers(1, 30, 200) if tied else random.permutation(400)[:200]
    kind = random.integers(0, 3, 200)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # lifelines says that it moves ties apart
        fitted = AalenJohansenFitter(seed=1, jitter_level=1e-6).fit(age, kind, event_of_interest=1)
    of = counts(age, kind)
    ends = fitted.cumulative_density_.index.to_numpy()
    at = np.array([np.searchsorted(ends, a + 0.5) - 1 for a in range(len(of.events))])
    expected = fitted.cumulative_density_.to_numpy()[at, 0]
    if tied:
        # moved apart, events come before or after those of the other kind and those censored, which tells where few are at risk
        many = of.at_risk >= 20
        assert many.sum() > 20
        assert e.aalen_johansen(of)[many] == pytest.approx(expected[many], abs=0.01)
    else:
        assert e.aalen_johansen(of) == pytest.approx(expected, abs=1e-12)
    if not tied:
        variance = fitted.variance_.to_numpy()[at]
        seen = (at > 0) & np.isfinite(variance)
        assert seen.sum() > 300
        assert e.aalen_johansen_variance(of)[seen] == pytest.approx(variance[seen], abs=1e-12)


_CASES = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 2)), min_size=1, max_size=40)


@settings(max_examples=60)
@given(_CASES)
def test_incidences_add_up_to_what_did_not_survive(cases):
    ages, kinds = zip(*cases, strict=True)
    of = counts(ages, kinds)
    one, other = e.aalen_johansen(of), e.aalen_johansen(e.Counts(of.at_risk, of.competing, of.events))
    neither = e.kaplan_meier(e.Counts(of.at_risk, of.events + of.competing, np.zeros_like(of.events)))
    assert one + other + neither == pytest.approx(np.ones(len(one)))
    assert (np.diff(one) >= 0).all()
    assert (e.aalen_johansen_variance(of) >= -1e-12).all()
    if all(kinds):
        assert one == pytest.approx([np.mean([age <= a and kind == 1 for age, kind in cases]) for a in range(len(one))])


@settings(max_examples=30)
@given(_CASES)
def test_a_resample_counts_each_replicate_as_often_as_it_holds_it(cases):
    age, kind = (np.array(column) for column in zip(*cases, strict=True))
    replicate = np.arange(len(age)) % 3
    of = e.count(age, kind == 1, kind == 2, replicate, 3, 13)
    resampled = of.of(np.array([[2.0, 0.0, 1.0]]))
    rows = np.concatenate([np.flatnonzero(replicate == r) for r in (0, 0, 2)])
    expected = e.count(age[rows], kind[rows] == 1, kind[rows] == 2, np.zeros(len(rows), dtype=int), 1, 13)
    for ours, theirs in zip(resampled, expected, strict=True):
        assert (ours == theirs).all()


def test_ages_and_endings_are_read_from_the_table():
    rows = (
        (0, 0, 10, 12, NAN, 19, "too_few"),  # dissolved at age 9
        (0, 0, 10, 11, 15, 15, "achieved"),  # succeeded at age 5
        (0, 1, 50, 52, 60, 70, "trust"),  # succeeded at age 10, dissolved at 20
        (0, 1, 100, NAN, NAN, 119, "running"),  # censored at age 19
    )
    results = one_scenario(*rows)
    end = survival(results, event="end").curves.set_index("age")
    assert list(end.loc[[4, 5, 9, 19, 20], "probability"]) == pytest.approx([1, 3 / 4, 1 / 2, 1 / 2, 0])
    assert list(end.loc[[0, 6, 10, 20], "at_risk"]) == [4, 3, 2, 1]
    dissolved = survival(results, event="dissolution").curves.set_index("age")
    assert list(dissolved.loc[[5, 9, 20], "probability"]) == pytest.approx([1, 2 / 3, 0])
    found = survival(results, event="success")
    curves = found.curves.pivot(index="age", columns="curve", values="probability")
    assert list(curves.loc[[5, 9, 10, 19], "succeeded"]) == pytest.approx([1 / 4, 1 / 4, 1 / 2, 1 / 2])
    assert list(curves.loc[[8, 9, 19], "dissolved before success"]) == pytest.approx([0, 1 / 4, 1 / 4])
    summary = found.summary.set_index("curve")
    assert list(summary.loc["succeeded", ["coalitions", "events", "censored", "median"]]) == [4, 2, 1, 10]
    assert list(summary.loc["dissolved before success", ["events", "censored"]]) == [1, 1]


@pytest.mark.parametrize("since", ["launch", "formation"])
def test_coalitions_older_than_the_run_are_no_part_of_a_cohort(since):
    rows = ((0, 0, 10, 12, NAN, 19, "too_few"), (0, 1, 5, 5, 20, 20, "achieved"))
    inherited = ((0, 0, -30, -20, NAN, 10, "trust"), (0, 1, -1, 2, 5, 119, "running"))
    for event in ("end", "success"):
        with_them, without = (survival(one_scenario(*all_), event=event, since=since) for all_ in ((*rows, *inherited), rows))
        pd.testing.assert_frame_equal(with_them.curves, without.curves)
        pd.testing.assert_frame_equal(with_them.summary, without.summary)


def test_age_since_formation_leaves_out_those_that_never_formed():
    rows = ((0, 0, 10, 12, NAN, 19, "too_few"), (0, 1, 100, NAN, NAN, 119, "running"), (0, 1, 0, 3, NAN, 119, "running"))
    curves = survival(one_scenario(*rows), since="formation").curves.set_index("age")
    assert curves["at_risk"].iloc[0] == 2
    assert list(curves.loc[[6, 7, 116], "probability"]) == [1, 0.5, 0.5]


def test_focal_only():
    table = coalitions((0, 0, 0, 1, NAN, 9, "trust"), (0, 1, 0, 1, 5, 5, "achieved"))
    table["focal"] = [False, True]
    found = survival(designed({"a": [0]}, table, y=[[0.0, 0.0]]), event="success", focal=True).summary.set_index("curve")
    assert (found.loc["succeeded", "coalitions"], found.loc["succeeded", "events"]) == (1, 1)
    table["focal"] = False
    with pytest.raises(ParameterError, match="no focal coalition was launched"):
        survival(designed({"a": [0]}, table, y=[[0.0, 0.0]]), focal=True)


def test_restricted_mean_without_censoring_is_a_mean():
    ages = np.random.default_rng(3).integers(0, 60, 200)
    rows = [(0, k % 10, 0, 0, NAN, int(age), "trust") for k, age in enumerate(ages)]
    (row,) = survival(one_scenario(*rows, replicates=10), horizon=40).summary.to_dict("records")
    assert row["restricted_mean"] == pytest.approx(np.minimum(ages, 40).mean())
    assert row["at_horizon"] == pytest.approx((ages > 39).mean())
    assert row["restricted_low"] < row["restricted_mean"] < row["restricted_high"]


def test_coalitions_that_share_their_fate_are_worth_one():
    random = np.random.default_rng(4)
    ages = random.integers(1, 40, 60)
    single = [(0, r, 0, 0, NAN, int(age), "trust") for r, age in enumerate(ages)]
    results = {"alone": one_scenario(*single, replicates=60), "tenfold": one_scenario(*single * 10, replicates=60)}
    width = {}
    for name, given_results in results.items():
        for how in ("bootstrap", "greenwood"):
            curve = survival(given_results, intervals=how).curves.set_index("age").loc[19]
            width[name, how] = curve["high"] - curve["low"]
    # ten copies of each run's coalition tell no more than one; only the bootstrap of runs knows it
    assert width["tenfold", "bootstrap"] == pytest.approx(width["alone", "bootstrap"], rel=1e-9)
    assert width["tenfold", "bootstrap"] == pytest.approx(width["alone", "greenwood"], rel=0.15)
    assert width["tenfold", "greenwood"] == pytest.approx(width["alone", "greenwood"] / np.sqrt(10), rel=0.15)


def test_coalitions_of_one_replicate_show_no_chance():
    """Resamples hold that replicate or none: an interval of them would have no width, as if the curve were known."""
    rows = [(scenario, 1, 0, 0, NAN, age, "trust") for scenario in (0, 1) for age in (3, 5, 9)]
    results = designed({"a": [0, 1]}, coalitions(*rows), y=np.zeros((2, 3)))
    found = survival(results, "a")
    ends = ["at_horizon", "restricted", "difference"]
    assert found.summary[[f"{name}_{end}" for name in ends for end in ("low", "high")]].isna().all(axis=None)
    assert found.curves[["low", "high"]].isna().all(axis=None)
    assert found.summary["at_horizon"].notna().all()


def test_differences_are_paired_by_replicate(simulated):
    summary = survival(simulated, "openness", event="success").summary.set_index(["curve", "openness"])
    first, second = summary.loc[("succeeded", 0.2)], summary.loc[("succeeded", 0.8)]
    assert (first["difference"], first["difference_low"], first["difference_high"]) == (0, 0, 0)
    assert second["difference"] == pytest.approx(second["restricted_mean"] - first["restricted_mean"])
    unpaired = np.hypot(first["restricted_high"] - first["restricted_low"], second["restricted_high"] - second["restricted_low"])
    assert second["difference_high"] - second["difference_low"] < unpaired


def test_simulated_curves_agree_with_the_counts_of_runs(simulated):
    found = survival(simulated, "openness", event="success")
    outcomes = simulated.outcomes.groupby("scenario_id")[["launched", "succeeded", "dissolved"]].sum()
    for scenario, openness in enumerate((0.2, 0.8)):
        row = found.summary.set_index(["openness", "curve"]).loc[(openness, "succeeded")]
        assert row["coalitions"] == outcomes.loc[scenario, "launched"]
        assert row["events"] == outcomes.loc[scenario, "succeeded"]
        ended = survival(simulated, "openness", event="dissolution").summary.set_index("openness").loc[openness]
        assert ended["events"] == outcomes.loc[scenario, "dissolved"]
    assert found.curves[["probability", "low", "high"]].stack().between(0, 1).all()
    assert (found.curves["low"] <= found.curves["high"]).all()


def test_the_same_bits_every_time(simulated):
    one, other = survival(simulated, "openness", event="success"), survival(simulated, "openness", event="success")
    pd.testing.assert_frame_equal(one.curves, other.curves, check_exact=True)
    pd.testing.assert_frame_equal(one.summary, other.summary, check_exact=True)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"of": "effort"}, "'effort' is not a factor of the design"),
        ({"event": "sucess"}, "did you mean 'success'?"),
        ({"horizon": 0}, "horizon = 0 is out of range; allowed: 1.."),
        ({"since": "birth"}, "since 'birth' is unknown"),
        ({"intervals": "exact"}, "allowed: bootstrap, greenwood"),
    ],
)
def test_what_cannot_be_asked_is_said(simulated, change, message):
    with pytest.raises(ParameterError) as error:
        survival(simulated, **change)
    assert message in str(error.value)


def test_a_table_without_its_columns_is_refused(simulated):
    with pytest.raises(ParameterError, match="the table of coalitions lacks ending"):
        survival(Designed(simulated.design, simulated.outcomes, simulated.coalitions.drop(columns="ending")))
