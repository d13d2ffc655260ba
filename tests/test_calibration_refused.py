"""Targets that cannot be right are refused when the file is read, in one line that names target, key and what is allowed."""

import copy
import pickle

import pytest

import coalsim as cs
from coalsim.calibration import LIBRARY, problem_of
from coalsim.calibration.statistics.columns import WORDS, columns_of, range_of
from coalsim.errors import ParameterError
from coalsim.tables.columns import TABLES

MEAN = {"statistic": "mean", "column": "members_end", "value": 20, "tolerance": 5}
SHARE = {"statistic": "share", "which": {"ending": "running"}, "value": 0.4, "tolerance": 0.1}
SURVIVAL = {"statistic": "survival", "years": 5, "value": 0.7, "tolerance": 0.1}
HAZARD = {"statistic": "hazard", "low": 2, "high": 5, "value": 0.1, "tolerance": 0.05}
FORMED = {"statistic": "never_formed", "value": 0.1, "tolerance": 0.05}
OUTCOME = {"statistic": "mean", "table": "outcomes", "column": "joins", "value": 3, "tolerance": 1}
RATIO = {"statistic": "hazard_ratio", "low": 5, "high": 9, "over_low": 1, "over_high": 3, "value": 1, "tolerance": 0.5}
MIXTURE = {
    "statistic": "mixture",
    "which": {"formed": {"known": True}},
    "ages": [3, 9],
    "weights": [0.4, 0.4],
    "value": 0.4,
    "tolerance": 0.1,
}
BY_SIZE = {"statistic": "hazard_by_size", "column": "resources", "value": 3, "tolerance": 1}
NETWORK = {"statistic": "network", "measure": "density", "value": 0.4, "tolerance": 0.1}
LARGEST = {"statistic": "largest_over_mean", "column": "members_end", "sample": 50, "value": 4, "tolerance": 1}
CORRELATION = {"statistic": "correlation", "column": "members_end", "other": "trust", "value": 0.2, "tolerance": 0.1}
ELASTICITY = {"statistic": "elasticity", "column": "members_end", "value": 0.5, "tolerance": 0.3}
QUANTILE = {"statistic": "quantile", "column": "members_end", "value": 20, "tolerance": 5}
OVER = {"over": {"organizations": [20, 40], "dialogue": [0.01, 0.02]}}


def read(given, group=None, **more):
    asked = {"vary": ["openness"], "runs": 10, "fixed": {"months": 120}, "targets": {"a": given}}
    return problem_of(asked | ({"groups": {"g": group}} if group else {}) | more)


@pytest.mark.parametrize(
    "given",
    [MEAN, SHARE, SURVIVAL, HAZARD, FORMED, OUTCOME, RATIO, MIXTURE, BY_SIZE, NETWORK, LARGEST, CORRELATION, QUANTILE],
)
def test_what_is_right_is_read(given):
    assert read(given).targets[0].name == "a"


CONDITIONS = [
    ({"ending": "runing"}, "ending = 'runing' is unknown, did you mean 'running'?; allowed: running, achieved, too_few, trust"),
    ({"ending": True}, "ending = True: one of running, achieved, too_few, trust is needed"),
    ({"ending": {"at_least": 1}}, "one of running, achieved, too_few, trust is needed"),
    ({"focal": "no"}, "focal = 'no': true or false is needed"),
    ({"focal": 1}, "focal = 1: true or false is needed"),
    ({"focal": {"known": True}}, "true or false is needed"),
    ({"launch": "many"}, "launch = 'many': a number, or a table of bounds, is needed"),
    ({"launch": True}, "launch = True: a number, or a table of bounds, is needed"),
    ({"launch": 2.5}, "launch = 2.5: the column holds whole numbers, so no row meets that"),
    ({"trust": float("nan")}, "trust = nan: a value, or a table of bounds, is needed"),
    ({"launch": {"at_least": 9, "below": 3}}, "launch: at_least = 9, below = 3: no number meets that"),
    ({"launch": {"above": 3, "below": 4}}, "launch: above = 3, below = 4: no number meets that"),
    ({"trust": {"above": 0.5, "at_most": 0.5}}, "no number meets that"),
    ({"trust": {"at_least": 0.1, "above": 0.2}}, "trust: at_least and above are given; one of them is needed"),
    ({"trust": {"at_least": float("inf")}}, "trust: at_least = inf: a number is needed"),
    ({"trust": {}}, "trust: the table of bounds is empty"),
    ({"launch": {"known": True}}, "launch: known has no effect"),
    ({"formed": {"known": False, "at_least": 1}}, "formed: known = false and bounds: no row meets both"),
    ({"active_share": {"at_least": 50}}, "active_share: at_least = 50: 0 to 1 is possible"),
    ({"active_share": 50}, "active_share = 50: 0 to 1 is possible"),
    ({}, "is empty; a condition is needed"),
]


@pytest.mark.parametrize(("where", "said"), CONDITIONS)
def test_a_condition_that_no_row_can_meet_is_refused_wherever_it_stands(where, said):
    ratio = {"statistic": "ratio_of_means", "column": "members_end", "value": 1, "tolerance": 0.5, "against": {"focal": False}}
    for option, given in (("where", MEAN), ("which", SHARE), ("against", ratio), ("which", MIXTURE)):
        refused({**given, option: where}, f"{option}{' ' if not where else ': '}", said)


@pytest.mark.parametrize("what", [10**400, [], None, object(), float("nan")])
def test_from_python_anything_may_come(what):
    for given in (MEAN, SURVIVAL, SHARE, NETWORK, MIXTURE):
        for key in set(given) | {"where", "group", "weight", "source"}:
            refused({**given, key: what}, " is ")
    refused({**MEAN, "where": {"trust": what}}, "where: trust = ")
    refused({**MEAN, "where": {"trust": {"below": what}}}, "where: trust: below = ")


def refused(given, *said, group=None, **more):
    with pytest.raises(ParameterError) as caught:
        read(given, group, **more)
    message = str(caught.value)
    assert message.startswith("[targets.a] ")
    assert "\n" not in message
    for part in said:
        assert part in message


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (SHARE | {"value": 40}, "value = 40: 0 to 1 is possible (a share, not percent)"),
        (SURVIVAL | {"value": 72}, "value = 72: 0 to 1 is possible"),
        (FORMED | {"value": -0.1}, "value = -0.1: 0 to 1 is possible"),
        (CORRELATION | {"value": -1.5}, "value = -1.5: -1 to 1 is possible"),
        (NETWORK | {"measure": "reciprocity", "value": 60}, "value = 60: 0 to 1 is possible"),
        (NETWORK | {"measure": "clustering", "value": -1}, "value = -1: 0 or more is possible"),
        (MIXTURE | {"value": 0.9}, "value = 0.9: 0 to 0.8 is possible"),
        (HAZARD | {"value": -1}, "value = -1: 0 to 12 is possible"),
        (RATIO | {"value": -1}, "value = -1: 0 or more is possible"),
        (MEAN | {"column": "active_share", "value": 76}, "value = 76: 0 to 1 is possible"),
        (MEAN | {"column": "focal", "value": 5}, "value = 5: 0 to 1 is possible"),
        (OUTCOME | {"column": "participation", "value": 42}, "value = 42: 0 to 1 is possible"),
        (QUANTILE | {"column": "active_share", "value": 76}, "value = 76: 0 to 1 is possible"),
        (SHARE | {"tolerance": 10}, "tolerance = 10: 0 to 1 is possible, and all of it is accepted"),
        ({"statistic": "survival", "years": 5, "value": 0.7, "sampling_error": 3}, "sampling_error = 3: 0 to 1 is possible"),
        ({"statistic": "survival", "years": 5, "accepted": [0.3, 70]}, "accepted = [0.3, 70]: 0 to 1 is possible"),
        ({"statistic": "survival", "years": 5, "value": 0.5, "at_most": 72}, "at_most = 72: 0 to 1 is possible"),
    ],
)
def test_a_number_that_the_statistic_cannot_have_is_refused(given, said):
    refused(given, said)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (QUANTILE | {"q": 90}, "q = 90: a number from 0 to 1 is needed"),
        (LARGEST | {"sample": -4}, "sample = -4: a whole number >= 1 is needed"),
        (LARGEST | {"sample": 2.5}, "sample = 2.5: a whole number >= 1 is needed"),
        (SURVIVAL | {"years": -0.05}, "years = -0.05: a number >= 0.08 is needed"),
        (SURVIVAL | {"delay": -3}, "delay = -3: a number >= 0 is needed"),
        (SURVIVAL | {"years": float("inf")}, "years = inf: a number >= 0.08 is needed"),
        (SURVIVAL | {"years": 11}, "years = 11: coalitions would have to be watched for 132 months; in runs of group 'all' (months = 120)"),
        (SURVIVAL | {"years": 10, "where": {"launch": {"at_least": 24}}}, "those that count are for 96 at most"),
        (HAZARD | {"low": 5, "high": 2}, "low = 5, high = 2: low must be below high"),
        (HAZARD | {"low": 10, "high": 12}, "low = 10: coalitions would have to be watched"),
        (RATIO | {"over_low": 3, "over_high": 3}, "over_low must be below over_high"),
        (RATIO | {"over_low": 5, "over_high": 9}, "the classes are the same"),
        (RATIO | {"over_low": 12, "over_high": 15}, "over_low = 12: coalitions would have"),
        (FORMED | {"wait": -5}, "wait = -5: a number >= 0 is needed"),
        (FORMED | {"wait": 120}, "wait = 120: coalitions would have"),
        (
            MEAN | {"column": "ending"},
            "column = 'ending': it holds words (running, achieved, too_few, trust); a column of numbers is needed",
        ),
        (QUANTILE | {"column": "ending"}, "a column of numbers is needed"),
        (BY_SIZE | {"column": "ending"}, "a column of numbers is needed"),
        (CORRELATION | {"other": "ending"}, "other = 'ending': it holds words"),
        (CORRELATION | {"other": "members_end"}, "column and other are both 'members_end'; two columns are needed"),
        (CORRELATION | {"other": "organizations"}, "other = 'organizations': it is the same in all runs of the group"),
        ({**MEAN, "statistic": "ratio", "per": "members_end"}, "column and per are both 'members_end'"),
        (ELASTICITY, "other = 'organizations': it is the same in all runs of the group"),
        (MIXTURE | {"weights": [0.4]}, "ages and weights have 2 and 1 numbers"),
        (MIXTURE | {"ages": [9, 3]}, "ages = [9.0, 3.0]: numbers above 0 in rising order are needed"),
        (MIXTURE | {"weights": [0.9, 0.9]}, "their sum must be above 0 and at most 1"),
        (MIXTURE | {"weights": [39, 45]}, "numbers from 0 to 1 are needed"),
        (BY_SIZE | {"over": 6}, "over = 6: there are 5 classes"),
        (BY_SIZE | {"over": 1}, "over = 1: a whole number >= 2 is needed"),
        (BY_SIZE | {"shares": [0.2, 0.2]}, "numbers above 0 whose sum is 1 are needed"),
        (NETWORK | {"smallest": 30}, "smallest = 30 is above largest = 27"),
        (SHARE | {"where": {"ending": "running"}}, "which says what where says"),
        (OUTCOME | {"column": "resources"}, "table outcomes has no column 'resources'"),
    ],
)
def test_options_under_which_a_statistic_has_no_value_are_refused(given, said):
    refused(given, said)


def test_an_elasticity_needs_settings_that_differ():
    assert read(ELASTICITY, OVER)
    assert read(ELASTICITY | {"other": "dialogue"}, OVER)
    for name in ("dialogue", "setting"):
        refused(ELASTICITY | {"other": name}, "it is not above 0 in all runs", group={"over": {"dialogue": [0.0, 0.01]}})
    refused(ELASTICITY, "other = 'organizations'", group={"over": {"dialogue": [0.0, 0.01]}})


def test_the_longest_runs_of_a_group_say_what_is_watched():
    assert read(SURVIVAL | {"years": 15}, {"over": {"months": [60, 180]}})
    refused(SURVIVAL | {"years": 16}, "180", group={"over": {"months": [60, 180]}})
    assert read(SURVIVAL | {"years": 15}, fixed={}, priors={"months": [60, 180]})
    assert read(SURVIVAL | {"years": 11, "where": {"launch": {"at_least": -60}}})


def test_conditions_on_what_a_group_varies_are_of_its_values():
    group = {"over": {"forgetting": [True, False], "organizations": [20, 40]}}
    assert read(MEAN | {"where": {"forgetting": True, "organizations": 40}}, group)
    refused(MEAN | {"where": {"forgetting": "yes"}}, "where: forgetting = 'yes': true or false is needed", group=group)


def test_every_column_of_words_has_its_words_and_every_option_its_kind():
    for table in TABLES:
        assert all(held.words for held in columns_of(table).values() if held.kind is str)
    assert {column.name for table in TABLES.values() for column in table if column.dtype is str} == set(WORDS)
    kinds = {option.kind for found in LIBRARY.values() for option in found.options.values() if isinstance(option.kind, str)}
    assert kinds == {"number", "whole number", "numbers", "column", "table of conditions"}
    for found in LIBRARY.values():
        assert found.unit != "share" or found.possible != (-float("inf"), float("inf"))
        assert pickle.loads(pickle.dumps(found)) is copy.deepcopy(found) is found


def test_columns_stay_within_their_ranges():
    runs = cs.simulate(cs.Parameters(), 3, seed=2, monthly=True)
    for table in TABLES:
        frame = getattr(runs, table)
        for name in frame.select_dtypes("number").columns:
            low, high = range_of(table, name)
            assert frame[name].dropna().between(low, high).all(), name
