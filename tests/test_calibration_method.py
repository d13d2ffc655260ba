"""The method on models whose posterior is known: emulators, waves, sequential Monte Carlo."""

import numpy as np
import pytest
from scipy.stats import binom

from coalsim.calibration import LIBRARY, Method
from coalsim.calibration.computing import seed_of
from coalsim.calibration.emulators import Emulators, squeezed, standard
from coalsim.calibration.findings import fights_table
from coalsim.calibration.matching import match
from coalsim.calibration.region import reflected, sample_region
from coalsim.calibration.sampling import Distance, narrowed, quantiles, sample
from coalsim.calibration.targets import SURE, Target
from coalsim.errors import ParameterError


class Linear:
    """Statistics that are linear in the parameters, with normal noise; none where `undefined` says so."""

    def __init__(self, slopes, noise, undefined=None):
        self.slopes, self.noise, self.undefined = np.asarray(slopes, dtype=float), noise, undefined
        self.kept, self.said, self.points = {}, [], 0

    def admits(self, unit):
        return True

    def stage(self, name):
        return self.kept.get(name)

    def keep_stage(self, name, about):
        self.kept[name] = about

    def map(self, function, items):
        return map(function, items)

    def say(self, text):
        self.said.append(text)

    def evaluate(self, stage, units, common, noise=True):
        random = np.random.default_rng(seed_of(1, "common" if common else stage, 0))
        self.points += len(units)
        mean = (units - 0.5) @ self.slopes.T
        values = mean + self.noise * (random.normal(size=(1, mean.shape[1])) if common else random.normal(size=mean.shape))
        if self.undefined is not None:
            values[self.undefined(units), 0] = np.nan
        return values, np.full(mean.shape, self.noise)


def targets(values, error, weights=None):
    weights = [1.0] * len(values) if weights is None else weights
    return tuple(
        Target(f"t{j}", LIBRARY["mean"], {}, "all", value, value - SURE * error, value + SURE * error, weight)
        for j, (value, weight) in enumerate(zip(values, weights, strict=True))
    )


def exact(slopes, values, error, size=200_000):
    """Return mean and standard deviation of the posterior, and a sample with weights."""
    units = np.random.default_rng(5).uniform(size=(size, slopes.shape[1]))
    weights = np.exp(-0.5 * ((((units - 0.5) @ slopes.T - values) / error) ** 2).sum(axis=1))
    weights /= weights.sum()
    mean = weights @ units
    return mean, np.sqrt(weights @ (units - mean) ** 2)


METHOD = Method(waves=2, wave_points=30, particles=80)
SMALL = Method(waves=2, wave_points=20, particles=30, least_acceptance=0.1)  # where nothing is estimated
SLOPES = np.array([[1.0, 0.3], [-0.4, 1.0], [0.5, 0.5]])


def drawn(model, of, parameters=2, method=METHOD, seed=1):
    found = match(model, of, parameters, method, seed)
    return found, sample(model, found, of, method, seed)


def test_the_posterior_of_a_linear_model_is_the_exact_one():
    values, error = np.array([0.2, -0.1, 0.1]), 0.1
    found, draws = drawn(Linear(SLOPES, error / 2), targets(values, error), method=Method(waves=2, wave_points=30, particles=300))
    mean, sd = exact(SLOPES, values, error)
    got = draws.weights @ draws.units
    spread = np.sqrt(draws.weights @ (draws.units - got) ** 2)
    assert np.abs(got - mean).max() < 0.25 * sd.min()
    assert spread == pytest.approx(sd, rel=0.25)
    assert draws.tolerance == draws.wanted == pytest.approx(np.sqrt(5))
    assert found.waves[-1]["share"] < found.waves[0]["share"] * 1.5 < 1.5


@pytest.mark.slow
def test_intervals_cover_over_many_fits():
    levels, error = (0.5, 0.9), 0.15
    hits = dict.fromkeys(levels, 0)
    fits = 20
    for number in range(fits):
        random = np.random.default_rng(number)
        truth = random.uniform(size=2)
        values = SLOPES @ (truth - 0.5) + error * random.normal(size=3)
        _, draws = drawn(
            Linear(SLOPES, error / 2), targets(values, error), method=Method(waves=1, wave_points=20, particles=50), seed=number
        )
        for level in levels:
            ends = (quantiles(draws.units[:, k], draws.weights, ((1 - level) / 2, (1 + level) / 2)) for k in range(2))
            hits[level] += sum(low <= true <= high for true, (low, high) in zip(truth, ends, strict=True))
    for level in levels:
        low, high = binom.ppf([0.001, 0.999], 2 * fits, level)
        assert low <= hits[level] <= high


def test_the_same_seed_gives_the_same_draws_and_kept_stages_are_not_chosen_again():
    of = targets([0.2, -0.1, 0.1], 0.1)
    model = Linear(SLOPES, 0.05)
    one = drawn(model, of, method=SMALL)[1]
    other = drawn(Linear(SLOPES, 0.05), of, method=SMALL)[1]
    assert np.array_equal(one.units, other.units)
    assert np.array_equal(one.weights, other.weights)
    again = drawn(model, of, method=SMALL)[1]  # all its stages are kept
    assert np.array_equal(one.units, again.units)
    assert not np.array_equal(one.units, drawn(Linear(SLOPES, 0.05), of, method=SMALL, seed=2)[1].units)


def test_where_a_statistic_has_no_value_is_learned_and_never_accepted():
    gone = 0.5  # no value below
    model = Linear(SLOPES, 0.05, undefined=lambda units: units[:, 0] < gone)
    found, draws = drawn(model, targets([0.0, 0.0, 0.0], 0.2), method=SMALL)
    assert found.waves[0]["without_value"] == pytest.approx(0.5, abs=0.15)
    assert (found.region.points[:, 0] >= gone).mean() > 0.75
    assert (draws.units[:, 0] >= gone).all()
    chance = found.emulators.predict(np.array([[0.1, 0.5], [0.9, 0.5]])).defined[:, 0]
    assert chance[0] < 0.2 < 0.8 < chance[1]


def test_a_statistic_without_values_is_an_error_that_names_it():
    model = Linear(SLOPES, 0.05, undefined=lambda units: np.full(len(units), True))
    with pytest.raises(ParameterError, match=r"targets.t0\] the statistic has a value at 0 of 30 points"):
        drawn(model, targets([0.0, 0.0, 0.0], 0.2))
    shown = targets([0.0, 0.0, 0.0], 0.2, weights=[0, 1, 1])
    assert len(drawn(model, shown, method=SMALL)[1].units) == 30  # one that is only shown may


def test_targets_that_cannot_be_met_raise_the_cutoff_and_say_which_fight():
    slopes = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    of = targets([0.4, -0.4, 0.0], 0.02)
    found, draws = drawn(Linear(slopes, 0.005), of, method=SMALL)
    assert found.waves[-1]["raised"] > 1.5
    assert draws.tolerance > draws.wanted
    worst = fights_table(found).iloc[0]
    assert {worst["target"], worst["other"]} == {"t0", "t1"}
    assert worst["verdict"] == "cannot both be met"
    assert worst["together"] > 5
    assert max(worst["alone"], worst["other_alone"]) < 1


def test_targets_that_can_all_be_met_do_not_fight():
    found = match(Linear(SLOPES[:2], 0.02), targets([0.1, 0.1], 0.1), 2, METHOD, 1)
    assert set(fights_table(found)["verdict"]) == {""}


def test_a_parameter_without_effect_stays_as_it_was():
    slopes = np.array([[1.0, 0.0], [1.2, 0.0]])
    _, draws = drawn(Linear(slopes, 0.02), targets([0.0, 0.0], 0.1))
    mean = draws.weights @ draws.units
    width = np.sqrt(12 * (draws.weights @ (draws.units - mean) ** 2))
    assert width[0] < 0.4
    assert width[1] > 0.85


def test_emulators_find_a_curve_and_know_what_they_do_not_know():
    random = np.random.default_rng(3)
    (of,) = targets([0.5], 0.1)

    def curve(units):
        return np.sin(4 * units[:, :1]) + units[:, 1:2] ** 2

    units, new = random.uniform(size=(60, 3)), random.uniform(size=(400, 3))
    emulators = Emulators([of], units, curve(units) + 0.02 * random.normal(size=(60, 1)), np.full((60, 1), 0.02))
    said = emulators.predict(new)
    true = squeezed(standard(of, curve(new)))
    off = (said.mean - true) / np.sqrt(said.variance)
    assert np.corrcoef(said.mean[:, 0], true[:, 0])[0, 1] > 0.99
    assert 0.6 < off.std() < 1.5
    assert emulators.quality[0] > 0.95
    assert emulators.noise[0] == pytest.approx(0.02 * SURE / (SURE * 0.1), rel=0.01)
    beyond = emulators.predict(np.full((1, 3), 3.0)).variance
    assert beyond > 5 * np.median(said.variance)


def test_a_small_region_is_found_and_its_share_estimated():
    def score(units):
        return np.sqrt(((units - 0.3) ** 2).sum(axis=1)) / 0.1

    region = sample_region(score, 4, 1000, np.random.default_rng(1))
    volume = np.pi**2 / 2 * 0.1**4  # of a ball in four dimensions
    assert (score(region.points) <= 1).all()
    assert region.share == pytest.approx(volume, rel=0.4)
    assert region.raised == 1
    assert (score(region.points) ** 4).mean() == pytest.approx(0.5, abs=0.06)  # uniform in volume
    assert len(np.unique(region.points, axis=0)) > 900


def test_points_are_reflected_into_the_cube():
    assert reflected(np.array([-0.1, 0.3, 1.2, 2.1])) == pytest.approx([0.1, 0.3, 0.8, 0.1])


def test_distances_count_fitted_targets_by_weight_and_nothing_without_value():
    of = targets([0.0, 0.0, 0.0], 1.0, weights=[1.0, 4.0, 0.0])
    distance = Distance(of, np.ones(3))
    assert distance.of(np.array([[3.0, 2.0, 9.0], [0.0, 0.0, np.nan], [np.nan, 0.0, 0.0]])) == pytest.approx([5.0, 0.0, np.inf])
    assert distance.wanted == pytest.approx(np.sqrt(7))
    assert Distance(of, np.full(3, 0.5)).of(np.array([[3.0, 0.0, 0.0]])) == pytest.approx([6.0])


def test_what_chance_takes_of_a_target_is_granted():
    assert narrowed(np.array([0.0, 0.6, 1.0, 3.0])) == pytest.approx([1.0, 0.8, 1.0, 3.0])


def test_many_parameters_are_sampled_down_to_the_tolerance_that_is_wanted():
    """Forty parameters of which three are told by six numbers: draws get there, and the other parameters stay as they were."""
    slopes = np.zeros((6, 40))
    slopes[np.arange(6), np.arange(6) % 3] = [1.0, 1.0, 1.0, 0.8, 0.8, 0.8]
    values, error = slopes[:, :3] @ np.array([0.2, -0.1, 0.1]), 0.1
    of = targets(values, error)
    _, draws = drawn(Linear(slopes, error / 2), of, parameters=40, method=Method(waves=1, wave_points=60, particles=200))
    assert draws.tolerance == draws.wanted
    mean, sd = exact(slopes[:, :3], values, error)
    got = draws.weights @ draws.units
    spread = np.sqrt(12 * (draws.weights @ (draws.units - got) ** 2))
    assert np.abs(got[:3] - mean).max() < 0.5 * sd.min()
    assert spread[:3] == pytest.approx(np.sqrt(12) * sd, rel=0.35)
    assert np.median(spread[3:]) == pytest.approx(1.0, abs=0.1)
    assert draws.generations[-1]["effective"] >= 0.85 * 200


def test_weighted_quantiles():
    assert quantiles(np.array([3.0, 1.0, 2.0]), np.ones(3), (0.5,)) == (2.0,)
    assert quantiles(np.array([1.0, 2.0]), np.array([1.0, 99.0]), (0.5,))[0] == pytest.approx(2.0, abs=0.02)
    assert np.isnan(quantiles(np.array([]), np.array([]), (0.5,))[0])
