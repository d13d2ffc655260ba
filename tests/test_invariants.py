"""What must hold whatever the parameters: properties of random scenarios, month by month."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

import coalsim as cs
from coalsim import simulation
from coalsim.field import build
from coalsim.field.model import Field
from coalsim.field.synthetic import other
from coalsim.parameters import NEVER, Parameters
from coalsim.simulation import structure
from coalsim.streams import streams
from coalsim.testing import parameters, scenario_lists
from coalsim.vectorized.core import SCHEDULE, Block
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms import funders, research

LIVELY = Parameters().replace(
    months=40, organizations=20, acquaintances_max=8, convene_hazard=0.3, effort=2, launch_threshold=0.4, research_months=2
)
FOCAL = LIVELY.replace(
    focal_launch_month=5, focal_research_months=0, focal_convener="largest", focal_seed_grant=0.5, grant_cycle=3, relation_rate=0.5
)


def make_block(scenarios, seed=1, replicates=None):
    replicates = replicates or [0] * len(scenarios)
    fields = [build(p, seed, replicate) for p, replicate in zip(scenarios, replicates, strict=True)]
    return Block(scenarios, fields, replicates, seed)


def months_of(block):
    """Step a block, yielding its state after every month."""
    for _ in range(block.state.shape.months):
        block.step()
        yield block.state


def in_unit_interval(*arrays):
    for x in arrays:
        assert np.all((x >= 0) & (x <= 1))


@example([LIVELY, FOCAL])
@given(scenario_lists(most=2))
@settings(max_examples=40)
def test_state_stays_in_bounds(scenarios):
    for s in months_of(make_block(scenarios)):
        assert np.all((s.reserve >= 0) & (s.reserve <= s.reserve_cap))
        in_unit_interval(s.readiness, s.need, s.openness, s.relation, s.mission, s.place)
        c = s.members.coalitions
        in_unit_interval(s.trust[c], s.goal[:, c], s.fit[c], s.omega[c])
        assert np.all(s.progress[c] >= 0)
        assert np.all(s.cooldown >= 0)
        assert np.all(s.cooldown[s.coalition >= 0] == 0)


@example([LIVELY, FOCAL])
@given(scenario_lists(most=2))
@settings(max_examples=40)
def test_books_balance(scenarios):
    block = make_block(scenarios)
    before = block.state.reserve.copy()
    for s in months_of(block):
        books = {
            name: s.books.get(name, np.zeros(len(scenarios))) for name in ("contributed", "granted", "communication", "work", "researched")
        }
        change = s.by_run(s.reserve - before).sum(axis=1)
        scale = s.by_run(s.reserve + before).sum(axis=1) + s.books["income"]
        assert np.all(abs(s.books["income"] - s.books["overflow"] - change - books["contributed"] - books["researched"]) <= 1e-12 * scale)
        resources = books["contributed"] + books["granted"]
        assert np.all(abs(resources - books["communication"] - books["work"]) <= 1e-12 * (resources + 1e-300))
        assert all(np.all(amount >= 0) for amount in [*books.values(), s.books["overflow"]])
        before = s.reserve.copy()


@example([LIVELY, FOCAL])
@given(scenario_lists(most=2))
@settings(max_examples=40)
def test_memberships_and_coalitions_hold_together(scenarios):
    for s in months_of(make_block(scenarios)):
        members = np.flatnonzero(s.coalition >= 0)
        assert np.all(s.running[s.coalition[members]])
        assert np.all(s.run_of(s.coalition[members]) == s.run_of(members))
        assert np.all((s.joined[members] >= s.launch[s.coalition[members]]) & (s.joined[members] <= s.month))
        assert np.all(np.isfinite(s.satisfaction[members]))
        outside = s.coalition < 0
        assert np.all(s.joined[outside] == -1)
        assert np.all(np.isnan(s.satisfaction[outside]))
        c = np.flatnonzero(s.running)
        for x in (s.trust, s.fit, s.progress, s.momentum, s.omega, s.work, *s.goal, *s.error):
            assert np.all(np.isfinite(x[c]))
        assert np.all((s.launch[c] >= s.began[c]) & (s.launch[c] <= s.month) & (s.formed[c] <= s.month))
        assert np.all(s.issue[c] // s.shape.issues == s.run_of(c))
        assert np.all(s.began[c] >= 0)
        assert not np.any(s.running & s.researching)
        assert not np.any(s.researching & (s.coalition >= 0))
        assert np.array_equal(s.began >= 0, s.running | s.researching)
        assert not np.any(s.focal & ~s.running & ~s.researching)
        assert np.array_equal(s.members.count, np.array([(s.coalition == convener).sum() for convener in c], dtype=int))


@example([LIVELY, FOCAL])
@given(scenario_lists(most=2))
@settings(max_examples=40)
def test_funders_give_no_more_than_they_have_and_only_to_coalitions(scenarios):
    for s in months_of(make_block(scenarios)):
        known = s.funder >= 0
        assert np.array_equal(known, np.arange(s.shape.relations) < s.funders_met[:, None])
        assert not np.any(known[s.began < 0])
        assert np.all(s.relation[~known] == 0)
        given_now = np.where(s.grant_until > s.month, s.grant, 0)
        assert np.all(given_now[~s.running] == 0)
        spent = np.zeros_like(s.grant_budget)
        for convener, place in zip(*np.nonzero(known), strict=True):
            spent[convener // s.shape.organizations, s.funder[convener, place]] += given_now[convener, place]
        assert np.all(spent <= s.grant_budget * (1 + 1e-12))
        for row in np.flatnonzero(s.funders_met > 1):
            met = s.funder[row, : s.funders_met[row]]
            assert len(set(met.tolist())) == len(met)


@example([LIVELY, FOCAL])
@given(scenario_lists(most=2))
@settings(max_examples=40)
def test_lists_have_no_repeats_and_never_oneself(scenarios):
    block = make_block(scenarios)
    before = block.state.acquaintances.copy(), block.state.known.copy()
    for s in months_of(block):
        assert np.all(s.known <= s.shape.places)
        for own in range(s.shape.all):
            known = s.acquaintances[: s.known[own], own].tolist()
            assert len(set(known)) == len(known)
            assert own not in known
            assert all(k // s.shape.organizations == own // s.shape.organizations for k in known)
            assert np.all(s.acquaintances[s.known[own] :, own] == own)
            assert known[: before[1][own]] == before[0][: before[1][own], own].tolist()  # lists only grow, at their end
        before = s.acquaintances.copy(), s.known.copy()


@example([LIVELY, FOCAL])
@given(scenario_lists(most=3))
@settings(max_examples=40)
def test_counts_add_up(scenarios):
    runs = cs.simulate(scenarios, replicates=2, monthly=True)
    o, c, m = runs.outcomes, runs.coalitions, runs.monthly
    assert (o["launched"] == o["achieved"] + o["dissolved"] + o["running"]).all()
    assert o["launched"].sum() == len(c)
    assert ((o["succeeded"] <= o["formed"]) & (o["formed"] <= o["launched"])).all()
    assert (o["problems_solved"] == o["goals_added"] + o["achieved"]).all()
    assert (c["end"] >= c["launch"]).all()
    assert (c["size"] <= c["peak_size"]).all()
    by_run = m.groupby(["scenario_id", "replication"], sort=True)
    for name in ("joins", "exits", "contributed", "granted", "communication", "work", "researched", "overflow", "duplicates"):
        np.testing.assert_allclose(by_run[name].sum().to_numpy(), o[name].to_numpy(dtype=float), rtol=1e-12, atol=1e-12)
    last = by_run.last()
    assert (last["coalitions"].to_numpy() == o["running"].to_numpy()).all()
    assert not m.drop(columns=["trust", "progress"]).isna().any(axis=None)
    counted = c.groupby(["scenario_id", "replication"]).size().reindex(by_run.size().index, fill_value=0)
    assert counted.tolist() == o["launched"].tolist()


def same(found, wanted):
    """Compare numbers, or two that are missing."""
    return found == pytest.approx(wanted, rel=1e-12, nan_ok=True)


@example([LIVELY, FOCAL])
@given(scenario_lists(most=2))
@settings(max_examples=30)
def test_outcomes_follow_from_coalitions_and_months(scenarios):
    runs = cs.simulate(scenarios, monthly=True)
    nan = float("nan")
    for scenario_id, p in enumerate(scenarios):
        c, m = (table[table["scenario_id"] == scenario_id] for table in (runs.coalitions, runs.monthly))
        o = runs.outcomes.iloc[scenario_id]
        formed, won, focal = c[c["formed"].notna()], c[c["problems_solved"] > 0], c[c["focal"]]
        assert (o["formed"], o["succeeded"], o["achieved"]) == (len(formed), len(won), (c["ending"] == "achieved").sum())
        assert (o["running"], o["dissolved"]) == ((c["ending"] == "running").sum(), c["ending"].isin(["too_few", "trust"]).sum())
        assert all(o[name] == c[name].sum() for name in ("problems_solved", "goals_added", "goals_redefined"))
        for name, reached in (("early_change", 1 / 3), ("systems_change", 2 / 3), ("population_change", 1)):
            assert same(o[name], (formed["highest_progress"] >= reached).mean())
        early = formed[formed["launch"] < p.get("months") / 2]
        assert same(o["success_rate"], (formed["problems_solved"] > 0).mean())
        assert same(o["success_rate_first_half"], (early["problems_solved"] > 0).mean())
        assert same(o["first_success"], won["first_success"].min())
        assert o["censored"] == (len(won) == 0)
        put_in = m[["contributed", "granted", "researched"]].sum().sum()
        assert same(o["impact"], 1 - m["need"].iloc[-1])
        assert same(o["impact_per_resource"], o["impact"] / put_in if put_in else nan)
        entries = o["joins"] + o["launched"]
        assert same(o["retention"], 1 - o["exits"] / entries if entries else nan)
        assert same(o["participation"], (m["members"] / p.get("organizations")).mean())
        months = m["coalitions"].sum()
        assert same(o["mean_trust"], (m["trust"].fillna(0) * m["coalitions"]).sum() / months if months else nan)
        assert o["focal_launched"] == (len(focal) > 0)
        assert o["focal_formed"] == focal["formed"].notna().any()
        assert o["focal_succeeded"] == (focal["problems_solved"] > 0).any()
        assert same(o["focal_first_success"], focal["first_success"].min())


TABLES = ("outcomes", "coalitions", "monthly")


def only(table, scenario, replicate):
    chosen = table[(table["scenario_id"] == scenario) & (table["replication"] == replicate)]
    return chosen.assign(scenario_id=0).reset_index(drop=True)


MIXED = [LIVELY, FOCAL, LIVELY.replace(effort=3, slack=0.1, window_months=(3,)), FOCAL.replace(focal_convener=3, focal_admission=0.2)]


@example(MIXED, 1)
@given(scenario_lists(most=4), st.integers(0, 2**64 - 1))
@settings(max_examples=10)
def test_a_run_is_the_same_to_the_bit_alone_and_in_any_batch(scenarios, seed):
    replicates = [0, 5]
    assert len({structure(p) for p in scenarios}) == 1
    together = cs.simulate(scenarios, replicates=replicates, seed=seed, monthly=True)
    for scenario_id, p in enumerate(scenarios):
        for replicate in replicates:
            alone = cs.simulate(p, replicates=[replicate], seed=seed, monthly=True)
            for name in TABLES:
                assert_frame_equal(only(getattr(together, name), scenario_id, replicate), getattr(alone, name), check_exact=True)


@example(MIXED)
@example(MIXED[:1])
@given(scenario_lists(most=3))
@settings(max_examples=15)
def test_a_run_is_the_same_to_the_bit_in_any_order(scenarios):
    last = len(scenarios) - 1
    forwards = cs.simulate(scenarios, replicates=[0, 2, 5], monthly=True)
    backwards = cs.simulate(scenarios[::-1], replicates=[5, 0, 2], monthly=True)
    for scenario_id in range(len(scenarios)):
        for replicate in (0, 2, 5):
            for name in TABLES:
                wanted = only(getattr(forwards, name), scenario_id, replicate)
                assert_frame_equal(only(getattr(backwards, name), last - scenario_id, replicate), wanted, check_exact=True)


@pytest.mark.parametrize("size", [1, 45, 100])
def test_the_size_of_blocks_changes_nothing(size, monkeypatch):
    whole = cs.simulate(MIXED, replicates=3, monthly=True)
    monkeypatch.setattr(simulation, "BLOCK_ORGANIZATIONS", size)
    cut = cs.simulate(MIXED, replicates=3, monthly=True)
    for name in TABLES:
        assert_frame_equal(getattr(cut, name), getattr(whole, name), check_exact=True)


def test_scenarios_that_cannot_share_a_block_are_simulated_all_the_same():
    scenarios = [LIVELY, LIVELY.replace(dimensions=2), FOCAL, LIVELY.replace(months=20), LIVELY.replace(funders=0)]
    runs = cs.simulate(scenarios, replicates=2, monthly=True)
    assert len(runs.outcomes) == 10
    for scenario_id, p in enumerate(scenarios):
        alone = cs.simulate(p, replicates=2, monthly=True)
        for name in TABLES:
            table = getattr(runs, name)
            chosen = table[table["scenario_id"] == scenario_id].assign(scenario_id=0).reset_index(drop=True)
            assert_frame_equal(chosen, getattr(alone, name), check_exact=True)


def test_scenarios_of_a_replicate_meet_the_same_chances():
    runs = cs.simulate([LIVELY, LIVELY.replace(challenge_rate=0.9, effort=50)], monthly=True)
    shocks = runs.monthly.pivot_table(index="month", columns="scenario_id", values=["window", "recession"], aggfunc="first")
    assert (shocks["window"][0] == shocks["window"][1]).all()
    assert (shocks["recession"][0] == shocks["recession"][1]).all()
    readiness = runs.monthly.pivot_table(index="month", columns="scenario_id", values="readiness")
    assert readiness.loc[0, 0] == readiness.loc[0, 1]


# Relabelling. Organizations are permuted within a field and so are their rows of the draws. Two kinds of
# draws name an organization by its number and are mapped besides: whoever is drawn "of the N - 1 others" (mapping,
# referrals) is drawn under the new number, by replacing the one function that does it. Not covered, because the model
# defines it by number: "a random one of the running coalitions (numbered by convener)" for an initiative still
# researching (so no funder is met before the launch here), and ties (so the focal rule is `largest`: capacities do not tie).


class Relabelled(Draws):
    """Draws whose rows of organizations are permuted: organization i of any run has the row of `old[i]`."""

    old: np.ndarray

    def _table(self, stream, entities):
        table = super()._table(stream, entities)
        return table[:, self.old] if entities == len(self.old) else table

    def _some(self, stream, slots, numbers):
        return super()._table(stream, len(self.old))[slots, self.old[numbers]]


def relabelled_field(f: Field, old: np.ndarray, new: np.ndarray) -> Field:
    columns = ("mission", "style", "capacity", "reserve", "base_readiness", "openness", "leadership", "join_threshold", "known")
    lists = new[f.acquaintances[old]] if f.acquaintances.size else f.acquaintances
    return Field(
        **{name: getattr(f, name)[old] for name in columns},
        acquaintances=lists,
        issue=f.issue,
        need=f.need,
        funder=f.funder,
        grant_budget=f.grant_budget,
    )


@example(LIVELY.replace(mapping_rate=0.5, funder_month=3, referral_rate=1, relation_rate=0.6, grant_cycle=2), 0)
@example(FOCAL.replace(funder_month=3, funders_max=1, referral_rate=1), 5)
@given(parameters(), st.integers(0, 10**6))
@settings(max_examples=40)
def test_relabelling_organizations_relabels_the_result(p, seed):
    assume(p.get("focal_launch_month") is None or (p.get("focal_convener") == "largest" and p.get("capacity_sigma") > 0))
    longest = max(p.get("research_months"), p.get("focal_research_months") or 0)
    p = p.replace(funder_month=min(longest + p.get("funder_month"), NEVER), focal_funder_month=None)
    p = p.replace(mission_spread=min(p.get("mission_spread"), 0.1) or 0.05)  # missions at the borders would tie
    new = np.random.default_rng(seed).permutation(p.get("organizations"))
    old = np.argsort(new)
    f = build(p, 1, 0)
    plain = Block([p], [f], [0], 1)
    moved = Block([p], [relabelled_field(f, old, new)], [0], 1)
    shape = moved.state.shape
    moved.draws = Relabelled(streams(shape.dimensions, p.get("homophily_draws")), 1, [0], shape.organizations, shape.issues, shape.months)
    moved.draws.old = old

    def other_by_old_number(uniforms, own, count):
        return new[other(uniforms, old[own], count)]

    for _ in range(shape.months):
        plain.step()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(research, "other", other_by_old_number)
            patch.setattr(funders, "other", other_by_old_number)
            moved.step()
        a, b = plain.state, moved.state
        named = np.append(new, -1)  # the new number of each organization; nobody stays nobody
        assert np.array_equal(named[a.coalition][old], b.coalition)
        assert np.array_equal(named[a.acquaintances][:, old], b.acquaintances)
        for name in ("known", "joined", "cooldown", "researching", "began", "focal", "running", "issue", "launch", "formed", "heard"):
            assert np.array_equal(getattr(a, name)[old], getattr(b, name)), name
        assert np.array_equal(a.funder[old], b.funder)
        for name in ("readiness", "reserve", "satisfaction", "trust", "progress", "momentum", "fit"):
            np.testing.assert_allclose(getattr(a, name)[old], getattr(b, name), rtol=1e-9, atol=1e-9, err_msg=name)
        for name in ("mission", "goal", "error"):
            np.testing.assert_allclose(getattr(a, name)[:, old], getattr(b, name), rtol=1e-9, atol=1e-9, err_msg=name)
        np.testing.assert_allclose(a.relation[old], b.relation, rtol=1e-9)
        np.testing.assert_allclose(a.grant[old], b.grant, rtol=1e-9)


@given(parameters())
@settings(max_examples=15)
def test_recorded_months_are_the_state(p):
    block = make_block([p])
    for s in months_of(block):
        months = {name: column[0, s.month] for name, column in block.ledger.months.items()}
        assert months["members"] == (s.coalition >= 0).sum()
        assert months["coalitions"] == s.running.sum()
        assert months["researching"] == s.researching.sum()
        assert months["formed"] == (s.running & (s.formed >= 0)).sum()
        assert months["need"] == pytest.approx(s.need.mean())
        if s.running.any():
            assert months["trust"] == pytest.approx(s.trust[s.running].mean())
        issues = s.issue[s.running & (s.formed >= 0)].tolist()
        assert months["duplicates"] == sum(issues.count(issue) > 1 for issue in issues)
    assert list(SCHEDULE) == list(block.schedule)
