"""Advice for one's own field: levers, statistics of pairs, rankings, costs, what is handed over."""

import json
import re
from dataclasses import replace
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, spearmanr

import coalsim as cs
from coalsim.advice import advise, conclusion, plain, plan, ranking, reporting, wording
from coalsim.advice.advising import BEST, TOGETHER, usual_size
from coalsim.advice.costs import unit_of
from coalsim.advice.levers import LEVERS, PRESENT, Plan
from coalsim.advice.page import assumed, page
from coalsim.advice.pairs import Spread, detectable, enough, holm, paired, power, spread
from coalsim.advice.ranking import HOLDS, IN_PROGRESS, LOWERS, MAY_RAISE, NOT_SHOWN, OPEN, RAISES, REVERSED, holds, verdict
from coalsim.advice.simulating import sample
from coalsim.cli import main
from coalsim.errors import ParameterError
from coalsim.field import build, template
from coalsim.parameters import declarations

ROOT = Path(__file__).resolve().parents[1]
SMALL = cs.Parameters.model1().replace(organizations=16, months=60, effort=8)


@pytest.fixture(scope="module")
def small():
    """Advice for a small field in which the plan talks little and has no money of its own."""
    return advise(SMALL.replace(focal_communication_share=0.1), replicates=40, draws=4)


# Levers


def test_without_a_launch_month_one_is_chosen_and_said():
    found = plan(cs.Parameters.model1(), funders=3)
    assert found.parameters.get("focal_launch_month") == 12
    assert "month 12" in found.notes[0]
    assert plan(cs.Parameters.model1().replace(research_months=20), funders=3).parameters.get("focal_launch_month") == 20
    with pytest.raises(ParameterError, match=r"not within the run's months 0\.\.9"):
        plan(cs.Parameters.model1().replace(months=10), funders=3)


def test_present_values_are_the_initiatives_own_or_everybodys():
    found = plan(cs.Parameters.model1().replace(contribution_rate=0.06, admission=0.7, focal_admission=0.4), funders=3)
    assert found.parameters.get("focal_contribution_rate") == 0.06
    assert found.parameters.get("focal_admission") == 0.4
    assert {step.before for step in found.steps if step.lever.name == "contribution"} == {0.06}


def test_every_value_of_the_focal_initiatives_own_is_a_lever():
    own = {name for name, d in declarations().items() if d.section == "focal"} - {"focal_may_join"}
    assert {lever.parameter for lever in LEVERS} == own


def test_every_lever_moves_both_ways_where_there_is_room():
    ways = {(step.lever.name, step.way) for step in plan(cs.Parameters.model1().replace(focal_launch_month=24), funders=3).steps}
    numbers = {lever.name for lever in LEVERS} - {"convener", "seed"}
    assert {(name, way) for name in numbers for way in ("up", "down")} <= ways
    assert ("seed", "up") in ways
    assert ("seed", "down") not in ways  # there is none to take away


@settings(max_examples=30)
@given(
    research=st.integers(0, 30),
    later=st.integers(0, 60),
    rate=st.floats(0, 1),
    share=st.floats(0, 1),
    month=st.sampled_from([0, 3, 40, 1_000_000]),
    seed_grant=st.floats(0, 2),
)
def test_steps_are_valid_plans_that_differ_in_their_lever_alone(research, later, rate, share, month, seed_grant):
    p = cs.Parameters.model1().replace(
        focal_launch_month=research + later,
        focal_research_months=research,
        focal_contribution_rate=rate,
        focal_communication_share=share,
        focal_funder_month=month,
        focal_seed_grant=seed_grant,
    )
    found = plan(p, funders=3)
    names = [step.name for step in found.steps]
    assert len(set(names)) == len(names)
    for step in found.steps:
        taken = step.taken(found.parameters)
        changed = {name for name in declarations() if taken.get(name) != found.parameters.get(name)}
        assert changed == {step.lever.parameter} | ({"focal_launch_month"} if step.lever.name == "lead" else set())
        if step.way != "other":
            assert abs(step.after - step.before) <= step.lever.step + 1e-8 or step.before >= 1_000_000
            assert (step.after > step.before) == (step.way == "up")


def test_longer_research_begins_earlier_or_launches_later():
    found = plan(cs.Parameters.model1().replace(focal_launch_month=20), funders=3)
    of = {step.name: step.taken(found.parameters) for step in found.steps}
    months = {name: (of[name].get("focal_research_months"), of[name].get("focal_launch_month")) for name in of}
    assert months["research up"] == (12, 20)
    assert months["lead up"] == (12, 26)
    assert months["lead down"] == (0, 14)
    assert months["launch down"] == (6, 14)
    steps = {step.name: step for step in found.steps}
    both = steps["lead up"].taken(steps["launch up"].taken(found.parameters))
    assert (both.get("focal_research_months"), both.get("focal_launch_month")) == (12, 32)


def test_what_cannot_be_done_is_left_out_and_said():
    found = plan(cs.Parameters.model1().replace(months=24, focal_launch_month=20, seed_months=0), funders=0)
    names = {step.name for step in found.steps}
    assert not names & {"launch up", "lead up", "funders up", "funders down", "seed up"}
    said = " ".join(found.notes)
    assert "no funders" in said
    assert "it would be paid for 0 months" in said
    assert "launch in month 20 -> 26" in said


# Statistics


def test_interval_of_paired_shares_by_hand():
    # Bonett & Price 2012, with 20 pairs, 5 gained and 1 lost: p12 = 6/22, p21 = 2/22
    before = np.array([False] * 5 + [True] + [True] * 7 + [False] * 7)
    after = np.array([True] * 5 + [False] + [True] * 7 + [False] * 7)
    found = paired(before, after)
    half = 1.959964 * np.sqrt((6 / 22 + 2 / 22 - (4 / 22) ** 2) / 22)
    assert (found.n, found.gained, found.lost, found.effect) == (20, 5, 1, 0.2)
    assert found.low == pytest.approx(4 / 22 - half, abs=1e-6)
    assert found.high == pytest.approx(4 / 22 + half, abs=1e-6)


@given(gained=st.integers(0, 30), lost=st.integers(0, 30))
def test_mcnemar_is_the_exact_binomial_test(gained, lost):
    before = np.array([False] * gained + [True] * lost + [True])
    found = paired(before, ~before | (np.arange(len(before)) == gained + lost))
    expected = binomtest(gained, gained + lost, 0.5).pvalue if gained + lost else 1.0
    assert found.p == pytest.approx(expected)
    assert found.low < found.high  # no difference seen is no proof that there is none


def test_interval_of_paired_shares_covers():
    rng = np.random.default_rng(1)
    covered = []
    for _ in range(1000):
        u = rng.random(60)
        found = paired(u < 0.3, (u > 0.1) & (u < 0.55))  # shares .3 and .45
        covered.append(found.low <= 0.15 <= found.high)
    assert np.mean(covered) > 0.93


def test_holm_by_hand():
    assert holm(np.array([0.04, 0.01, 0.03, 0.5])) == pytest.approx([0.09, 0.04, 0.09, 0.5])


def test_what_a_number_of_replicates_shows():
    rng = np.random.Generator(np.random.PCG64(1))
    n, tests, changes, effect = 100, 23, 0.02, 0.18
    shown = []
    for _ in range(400):
        luck = rng.random(n)
        p = paired(luck > 1 - changes, luck < changes + effect).p
        shown.append(holm(np.array([p, *np.ones(tests - 1)]))[0] <= 0.05)
    assert power(effect, n, tests, changes) == pytest.approx(np.mean(shown), abs=0.06)
    least = detectable(n, tests, changes)
    assert power(least, n, tests, changes) >= 0.8 > power(least - 0.01, n, tests, changes)
    assert detectable(5, tests, 0.0) == 1.0  # even five gains of five could be chance, among so many steps
    needed = enough(least, tests, changes)
    assert 0.7 < power(least, needed, tests, changes) < 0.9


def test_spread_takes_chance_out():
    rng = np.random.default_rng(1)
    centres = rng.normal(0.1, 0.2, 4000)
    found = spread(centres[:, None] + rng.normal(0, 0.5, (4000, 4)))
    assert found.mean == pytest.approx(0.1, abs=0.02)
    assert found.sd == pytest.approx(0.2, abs=0.015)
    assert found.low < 0.1 < found.high
    assert spread(np.full((50, 4), 0.25)).sd == 0


def test_verdicts():
    assert verdict(0.01, 0.1, 0.01, 0.05) == RAISES
    assert verdict(0.01, 0.1, 0.2, 0.05) == MAY_RAISE
    assert verdict(-0.1, 0.1, 0.001, 0.05) == OPEN
    assert verdict(-0.1, -0.01, 0.05, 0.05) == LOWERS
    up, none, down = Spread(0.1, 0.05, 0.15, 0.1), Spread(0.1, -0.05, 0.15, 0.1), Spread(-0.1, -0.2, -0.05, 0.1)
    assert holds(1, up, none) == HOLDS
    assert holds(1, none, up) == IN_PROGRESS
    assert holds(1, none, down) == NOT_SHOWN
    assert holds(1, down, up) == REVERSED
    assert holds(-1, down, none) == HOLDS
    assert holds(0, up, up) == NOT_SHOWN


def test_draws_can_be_told_apart_and_leave_what_is_known():
    drawn = sample(SMALL, ("effort",), 64, 1)
    assert {p.get("effort") for p in drawn} == {8}
    ranks = np.corrcoef(drawn.table().drop(columns="draw").rank().to_numpy().T)
    np.fill_diagonal(ranks, 0)
    assert np.abs(ranks).max() < 0.55  # of the first 64 points of the sequence it is above .8


def test_usual_size_is_smaller_in_larger_fields():
    assert usual_size(60 * 120) == (300, 75)
    replicates, draws = usual_size(1000 * 120)
    assert 40 <= replicates < 150
    assert 12 <= draws < 40


# Advice


def test_a_plan_that_talks_little_is_told_to_talk_more(small):
    talk = small.ranking.set_index("step").loc["communication up"]
    assert talk["verdict"] == RAISES
    assert talk["gained"] > 10 > talk["lost"]
    assert talk["months"] < 0
    assert list(small.confirmation["steps"]) == [BEST, TOGETHER]
    assert (small.confirmation["low"] > 0).all()
    assert "communication" in {step.lever.name for step in small.combined}
    parameters = [step.lever.parameter for step in small.combined]
    assert len(set(parameters)) == len(parameters) > 1
    assert "communication share 0.1 -> 0.2" in " ".join(wording.conclusions(small))


def test_ranking_is_what_pairs_of_runs_say(small):
    p = small.plan.parameters
    step = next(step for step in small.plan.steps if step.name == "communication up")
    runs = cs.simulate([p, step.taken(p)], replicates=40, seed=1)
    success = runs.outcomes.pivot(index="replication", columns="scenario_id", values="focal_succeeded").astype(float)
    row = small.ranking.set_index("step").loc[step.name]
    assert row["effect"] == pytest.approx((success[1] - success[0]).mean())
    again = cs.simulate(p, replicates=range(40, 80), seed=1).outcomes["focal_succeeded"].astype(float)
    assert small.pooled == 80
    assert small.chance[0] == pytest.approx((success[0].mean() + again.mean()) / 2)
    assert row["chance"] == pytest.approx(small.chance[0] + row["effect"])
    month = runs.outcomes.assign(month=runs.outcomes["focal_first_success"].fillna(60))
    month = month.pivot(index="replication", columns="scenario_id", values="month")
    assert row["months"] == pytest.approx((month[1] - month[0]).mean())


def test_effects_over_draws_are_what_runs_of_the_draws_say(small):
    p, step = small.plan.parameters, next(step for step in small.plan.steps if step.name == "seed up")
    values = [{name: drawn.get(name) for name in small.drawn.names} for drawn in small.drawn]
    scenarios = [plan_.replace(**of) for of in values for plan_ in (p, step.taken(p))]
    assert {s.get("focal_contribution_rate") for s in scenarios} == {p.get("focal_contribution_rate")}  # the plan stays what it is
    assert len({s.get("contribution_rate") for s in scenarios}) == 4
    # Each draw has replicates of its own.
    runs = [cs.simulate(scenarios[2 * k : 2 * k + 2], range(4 * k, 4 * k + 4), seed=1).outcomes for k in range(4)]
    success = np.concatenate([of.groupby("scenario_id")["focal_succeeded"].mean() for of in runs])
    row = small.ranking.set_index("step").loc["seed up"]
    assert row["over"] == pytest.approx((success[1::2] - success[::2]).mean())
    assert small.worlds[small.worlds["step"] == PRESENT]["chance"].to_numpy() == pytest.approx(success[::2])


def test_steps_that_rest_on_the_start_or_the_end_of_a_run_are_marked(small):
    rows = small.ranking.set_index("step")
    timed = rows["lever"].isin(["launch", "lead", "research"])
    assert rows["rests_on"].str.contains("start").eq(timed).all(), "its runs begin without coalitions"
    p, step = small.plan.parameters, next(step for step in small.plan.steps if step.name == "launch down")
    time = p.get("months") - p.get("focal_launch_month")
    coalitions = cs.simulate([p, step.taken(p)], replicates=40, seed=1).coalitions
    soon = (
        coalitions[coalitions["focal"] & (coalitions["first_success"] <= time)].groupby("scenario_id").size().reindex([0, 1], fill_value=0)
    )
    assert rows.loc["launch down", "equal"] == pytest.approx((soon[1] - soon[0]) / 40)
    other = rows.loc["communication up"]
    assert (other["equal"], other["equal_low"]) == (other["effect"], other["low"])
    late = ranking._rests_on(small.plan, step, paired(*_successes(40, 0, 30)), paired(*_successes(40, 10, 10)))
    assert late == "start, end"
    assert (
        ranking._rests_on(Plan(p.replace(burn_in=24), (), ()), step, paired(*_successes(40, 0, 30)), paired(*_successes(40, 0, 20))) == ""
    )


def _successes(n, before, after):
    return np.arange(n) < before, np.arange(n) < after


def test_a_combination_that_is_worse_than_its_best_step_is_called_so(small):
    beyond = small.confirmation["beyond"]
    assert np.isnan(beyond[0])
    assert beyond[1] == pytest.approx(small.confirmation["chance"][1] - small.confirmation["chance"][0])
    worse = small.confirmation.assign(beyond=[np.nan, -0.2], beyond_low=[np.nan, -0.3], beyond_high=[np.nan, -0.1])
    assert any("is worse than the best step alone" in line for line in wording.conclusions(replace(small, confirmation=worse)))


def test_ranking_is_ordered_and_complete(small):
    r = small.ranking
    assert sorted(r["step"]) == sorted(step.name for step in small.plan.steps)
    assert r["effect"].is_monotonic_decreasing
    assert (r["low"] <= r["high"]).all()
    assert (r["p"] <= r["p_holm"] + 1e-12).all()
    assert (r["better"] + r["worse"] + r["same"] == 4).all()


def test_the_page_says_what_parameters_mean_and_not_how_they_are_called(small):
    names = [name for name, declared in declarations().items() if "_" in name and declared.plausible is not None]
    decisive = pd.DataFrame([{"parameter": n, "correlation": 0.5, "p": 0.001, "evidence": declarations()[n].evidence} for n in names])
    html = page(replace(small, decisive=decisive, known=tuple(names)), "a field")
    assert declarations()[names[0]].meaning.rstrip(".") in html
    assert [name for name in names if re.search(rf"\b{name}\b", html)] == []


def test_what_the_plan_hinges_on_is_a_rank_correlation():
    found = advise(SMALL.replace(organizations=8, months=30), replicates=2, draws=16)
    progress = found.worlds[found.worlds["step"] == PRESENT]["progress"]
    assert progress.nunique() > 2
    best = found.decisive.iloc[0]
    expected = spearmanr(progress, found.drawn.table()[best["parameter"]])
    assert best["correlation"] == pytest.approx(expected.statistic)
    assert best["p"] >= expected.pvalue  # of all parameters looked at together
    assert best["evidence"] == declarations()[best["parameter"]].evidence


def test_costs_are_those_of_the_focal_coalition(small):
    p = small.plan.parameters
    runs = cs.simulate(p, replicates=40, seed=1)
    focal = runs.coalitions[runs.coalitions["focal"]]
    months = focal["end"] - focal["launch"] + 1
    row = small.costs.set_index("step").loc[PRESENT]
    assert row["months"] == pytest.approx(months.sum() / 40)
    assert row["members"] == pytest.approx(focal["contributed"].sum() / months.sum())
    assert row["funders"] == pytest.approx(focal["granted"].sum() / months.sum())
    capacity = [build(p, 1, r).capacity[c] for r, c in zip(focal["replication"], focal["convener"], strict=True)]
    assert row["research"] == pytest.approx(0.02 * 6 * sum(capacity) / 40)
    assert row["more"] == 0
    assert "dollars" not in small.costs


def test_a_seed_grant_costs_funders_what_it_pays():
    dull = SMALL.replace(funders=0, effort=1e9, exit_level=-1000.0, trust_floor=0.0)
    found = advise(dull, replicates=2, draws=2)
    assert 0 < found.costs.set_index("step").loc["seed up", "more_funders"] <= 0.25 * 36 + 1e-9
    said = " ".join(wording.conclusions(found))
    assert "9.00 FTE-months" in said
    # what never succeeds gives no advice
    assert (found.ranking["effect"] == 0).all()
    assert found.confirmation.empty
    assert "No step's interval excludes 0" in said
    assert "none was tried again" in said


def test_staff_and_dollars(tmp_path):
    health = cs.load(ROOT / "experiments/vermont-health.toml")
    field = build(health, 1, 0)
    assert unit_of(health, field) is field.unit
    assert unit_of(SMALL, build(SMALL, 1, 0)) is None
    template.new_field(tmp_path)
    own = cs.load(tmp_path / "field.toml").replace(cost_per_employee=60_000)
    unit = unit_of(own, build(own, 1, 0))
    assert (unit.staff, unit.dollars_per_month) == (1.0, 5000.0)


def test_results_do_not_depend_on_workers():
    tiny = SMALL.replace(organizations=8, months=30)
    alone, together = (advise(tiny, workers=workers, replicates=3, draws=2, seed=5) for workers in (1, 2))
    pd.testing.assert_frame_equal(alone.ranking, together.ranking)
    pd.testing.assert_frame_equal(alone.costs, together.costs)


# What is handed over


def test_a_folder_of_advice(small, tmp_path):
    reporting.write(small, tmp_path, "small")
    names = {path.name for path in tmp_path.iterdir()}
    tables = {"steps.csv", "costs.csv", "draws.csv", "draw_parameters.csv", "parameters.csv", "confirmation.csv"}
    assert names == tables | {"parameters.toml", "advice.png", "advice.html", "manifest.json"}
    pd.testing.assert_series_equal(pd.read_csv(tmp_path / "steps.csv")["effect"], small.ranking["effect"])
    parameters = pd.read_csv(tmp_path / "parameters.csv")
    assert parameters["standing"].tolist() == parameters["evidence"].tolist() == small.decisive["evidence"].tolist()
    assert cs.load(tmp_path / "parameters.toml") == small.plan.parameters
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert (manifest["command"], manifest["replicates"], manifest["draws"]) == ("advise", 40, 4)


def test_the_page_begins_with_its_conclusion_and_folds_statistics_away(small):
    html = page(small, "a <b>field</b>", ["Nobody said who knows <whom>."])
    text = html.split("<h1>")[1]
    assert text.startswith("Advice for a &lt;b&gt;field&lt;/b&gt;</h1>")
    lead = text.split('<p class="lead">')[1].split("</p>")[0]
    assert [escape(sentence) in lead for sentence in conclusion.answer(small)] == [True] * 3
    assert text.index("lead") < text.index("<nav") < text.index("<section")
    folded = re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)
    for word in ("McNemar", "Holm", "Bonett"):
        assert word in html
        assert word not in folded
    assert "spend up to 20 % instead of 10 % of that on keeping in touch" in folded
    assert "Nobody said who knows &lt;whom&gt;." in html
    assert " -&gt; " not in folded


def outside(html):
    """Return what a page shows before anything is unfolded."""
    return re.sub(r"<details>.*?</details>", "", html, flags=re.DOTALL)


def test_where_nothing_is_clear_the_page_says_so_and_shows_what_comes_nearest(capsys):
    found = advise(SMALL.replace(organizations=8, months=30), replicates=4, draws=2)  # four runs cannot show anything
    said = conclusion.answer(found)
    steps = len(found.ranking)
    assert said[0] == f"No step stands out: none of the {steps} that were tried has a clear effect on success."
    assert "the same 4 runs" in said[2]
    assert re.search(r"about [0-9,]+ for each step would show an effect of 10 in 100", said[3])
    html = page(found, "a field")
    assert html.split('<p class="lead">')[1].startswith(escape(said[0]))
    assert outside(html).count('class="track"') == 3
    assert html.count('class="track"') == 3 + steps
    assert f"<summary>All {steps} steps that were tried</summary>" in html
    reporting.show(found, "a field")
    assert capsys.readouterr().out.split("\n")[1].strip().startswith("No step stands out")


def test_steps_that_are_all_alike_are_not_said_to_come_nearest(small):
    same = replace(small, ranking=small.ranking.assign(verdict=OPEN, p=1.0, effect=0.0))
    assert conclusion.parted(same).heading == "No step is clear, nor nearer to it than others; these 3 are some of them"
    one = replace(same, ranking=same.ranking.iloc[:1])
    assert conclusion.parted(one).heading == "No step is clear; this one comes nearest"


def test_where_some_steps_are_clear_the_others_are_folded_away(small):
    clear = small.ranking[small.ranking["verdict"].isin([RAISES, LOWERS])]
    html, said = page(small, "a field"), plain.steps(small)
    shown = re.findall(r'<span class="what">(.*?)</span>', outside(html))
    assert shown == [escape(said[name]) for name in clear["step"]]
    assert html.count('class="track"') == len(small.ranking)
    assert f"The other {len(small.ranking) - len(clear)} steps that were tried" in html


def test_every_step_is_said_in_words(small):
    said = plain.steps(small)
    assert set(said) == {PRESENT, *small.ranking["step"]}
    assert len(set(said.values())) == len(said)
    assert not any("->" in words or "_" in words for words in said.values())


def test_names_stand_for_ids_in_advice(tmp_path):
    template.new_field(tmp_path)
    p = cs.load(tmp_path / "field.toml").replace(months=30, focal_convener="Tenants Together", focal_launch_month=12)
    found = advise(p, replicates=2, draws=2)
    said = " ".join([*conclusion.answer(found), *wording.situation(found)])
    assert "initiative of Tenants Together" in said
    rows = [row[-1] for row in wording.costs(found).rows]
    assert not any(identifier in row for row in rows for identifier in ("tenants", "shelter", "community-action"))
    assert "$" in page(found, "city")


def test_the_report_of_assumptions_is_read_back():
    lines = ["# What was understood", "", "* A field.", "", "# What is assumed", "", "* One.", "* Two.", "", "# What to do next", "* No."]
    assert assumed(lines) == ["One.", "Two."]


def test_figure_shows_every_step_with_both_intervals(small):
    import matplotlib.pyplot as plt

    drawn = reporting.figure(small, "small")
    left, right = drawn.axes
    assert [label.get_text().replace("→", "->") for label in left.get_yticklabels()] == list(small.ranking["change"])
    assert len(left.containers) == 2
    shares = np.array([[bar.get_width() for bar in bars] for bars in right.containers])
    assert shares.sum(axis=0) == pytest.approx(1)
    plt.close(drawn)


def test_what_it_rests_on_is_said(small):
    said = " ".join(wording.caveats(small))
    counts = [d for d in declarations().values() if d.section not in ("focal", "simulation", "register") and d.unit != "file"]
    assert f"{sum(d.evidence == 'judgment' for d in counts)} are judgments" in said
    assert "not calibrated" in said
    assert f"the configuration sets them: {plain.meaning('effort')}" in said
    assert "no coalition in the field" in said


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "error: [focal] focal_convener = 'nobody': no such organization or rule"),
        (["--seed", "-1"], "seed = -1: a whole number 0..18446744073709551615 is needed"),
        (["--draws", "1", "--set", "focal_convener=largest"], "draws = 1 is out of range"),
        (["--set", "focal_convener=largest", "--set", "months=9"], "focal_launch_month is not set"),
    ],
)
def test_wrong_usage_is_one_line(arguments, expected, tmp_path, monkeypatch, capsys):
    config = tmp_path / "small.toml"
    config.write_text('model = 1\n[simulation]\nmonths = 24\n[field]\norganizations = 12\n[focal]\nfocal_convener = "nobody"\n')
    monkeypatch.setattr("sys.argv", ["coalsim", "advise", str(config), "--quiet", "--workers", "1", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    said = capsys.readouterr().err
    assert (stop.value.code, said.count("\n")) == (2, 1)
    assert expected in said
