"""One run told with names, of either engine the same; and `coalsim run` for people."""

import re

import numpy as np
import pytest

import coalsim as cs
from coalsim.advice.pairs import paired
from coalsim.cli import main
from coalsim.field import template
from coalsim.report import people, plots
from coalsim.tables.outcomes import ENDINGS
from coalsim.view.names import ordinal
from coalsim.view.story import ENDS, story


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("city")
    template.new_field(folder)
    return folder / "field.toml"


def command(*arguments):
    with pytest.raises(SystemExit) as stop:
        main([str(argument) for argument in arguments])
    return stop.value.code


def test_both_engines_tell_the_same_story_and_it_is_that_of_the_tables(config):
    p = cs.load(config).replace(focal_convener="Tenants Together", closure_rate=0.0, founders=0)  # who closes is gone without an exit
    told = story(p, seed=3)
    assert told == story(p, seed=3, engine="mesa")
    runs = cs.simulate(p, 1, 3)
    table = runs.coalitions
    text = "\n".join(told.lines())
    assert len(told.chapters) == len(table)
    assert text.count(" (your initiative)") == table["focal"].sum()
    assert len(re.findall(r" joins: ", text)) == runs.outcomes["joins"][0]
    assert 0 < len(re.findall(r" leaves: ", text)) <= runs.outcomes["exits"][0]  # who goes in its last month is released
    assert text.count("It ends: ") == (table["ending"] != "running").sum()
    assert len(re.findall(r"It solves its \w+ problem", text)) <= table["problems_solved"].sum()
    assert "Tenants Together convenes" in text
    assert set(ENDS) == set(ENDINGS) - {"running"}


def test_a_burn_in_and_given_coalitions_are_not_told_but_what_came_of_them_is():
    p = cs.Parameters.model1().replace(organizations=16, months=24, burn_in=60)
    told = story(p, 2)
    assert told == story(p, 2, engine="mesa")
    old = [chapter for chapter in told.chapters if "before the story begins" in chapter.title]
    assert len(old) == cs.simulate(p, 1, 2).outcomes["inherited"][0] > 0
    assert all(chapter.lines[0].startswith(("Members at the beginning", "Month")) for chapter in old if chapter.lines)


def test_the_story_of_one_organization(config, capsys):
    assert command("story", config, "--about", "tenants together") == 0
    said = capsys.readouterr().out
    whole = story(cs.load(config)).chapters
    with_it = [chapter for chapter in whole if "Tenants Together" in "".join((chapter.title, *chapter.lines))]
    assert 0 < said.count("The coalition of") <= len(with_it)
    assert command("story", config, "--about", "tennants together") == 2
    assert "did you mean 'Tenants Together'?" in capsys.readouterr().err


# `coalsim run`


def test_three_sentences_and_the_rows_that_matter(config, capsys):
    assert command("run", config, "--replicates", "4") == 0
    said = capsys.readouterr().out
    text, _, table = said.partition("\n\n")
    assert len(text.splitlines()) == 3
    assert text.splitlines()[2].startswith("The initiative launches its coalition in ")
    names = [line.split()[0] for line in table.splitlines()[2:10]]
    assert names == list(people.FOCAL)
    assert command("run", config, "--replicates", "4", "--all") == 0
    assert "impact_per_resource" in capsys.readouterr().out


def test_a_change_stands_beside_the_unchanged_scenario(config, capsys):
    assert command("run", config, "--replicates", "6", "--set", "contribution_rate=0.2") == 0
    said = capsys.readouterr().out
    base = cs.load(config)
    runs = [cs.simulate(p, 6, 1) for p in (base, base.replace(contribution_rate=0.2))]
    paired = runs[1].outcomes["impact"] - runs[0].outcomes["impact"]
    before, after = runs
    found = people.difference(before, after, "impact")
    assert found.mean == pytest.approx(paired.mean())
    assert found.high - found.mean == pytest.approx(2.570581835636314 * paired.std(ddof=1) / np.sqrt(6))
    row = next(line for line in said.split("What contribution_rate=0.2 changes")[1].splitlines() if line.startswith("impact"))
    assert f"{found.after:.3g}" in row
    assert command("run", config, "--replicates", "2", "--compare", "contribution_rate=0.2") == 0
    assert "What contribution_rate=0.2 changes, in the same 2 replicates" in capsys.readouterr().out
    assert command("run", config, "--replicates", "2", "--without", "openness") == 0
    assert "What --without openness changes" in capsys.readouterr().out


def test_a_share_of_runs_is_not_known_exactly_where_all_runs_agree(config, capsys):
    """As advice says it of the same runs: none of ten is not never, and no pair that differs is no proof that none would."""
    runs = [cs.simulate(cs.load(config).replace(effort=effort), 10, 1) for effort in (1e6, 2e6)]
    assert not any(of.outcomes["focal_succeeded"].any() for of in runs)
    assert people.sentences(runs[0])[2].endswith("solves a problem in 0 % (95 % interval 0 to 28 %).")
    found = people.difference(runs[0], runs[1], "focal_succeeded")
    pairs = paired(*(of.outcomes["focal_succeeded"].to_numpy(dtype=bool) for of in runs))
    assert (found.mean, found.low, found.high) == (pairs.effect, pairs.low, pairs.high)
    assert found.low < 0 < found.high
    people.outcomes(runs[0], "ten", 0.0)
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("focal_succeeded"))
    assert "0 to 0.278" in row


@pytest.mark.parametrize(
    ("replicates", "options", "said"),
    [
        (1, ["--set", "effort=5"], "One pair of runs shows no chance, so there is no interval"),
        (3, ["--compare", "seed_months=7"], "Nothing shown here differs in any of the 3 pairs of runs."),
        (1, ["--compare", "seed_months=7"], "Nothing shown here differs in the pair of runs."),
        (2, ["--set", "effort=5", "--set", "openness=0.9"], "What effort=5 and openness=0.9 change, in the same 2 replicates"),
    ],
)
def test_what_is_said_of_pairs_is_what_they_show(config, replicates, options, said, capsys):
    assert command("run", config, "--replicates", replicates, *options) == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize("given", ["months=120", "nothing=1", "openness"])
def test_what_is_no_comparison_is_one_line(config, given, capsys):
    assert command("run", config, "--compare", given) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_an_organization_is_found_by_what_the_story_calls_it(tmp_path, capsys):
    synthetic = tmp_path / "synthetic.toml"
    synthetic.write_text("[simulation]\nmonths = 12\n[field]\norganizations = 12\n")
    assert command("story", synthetic, "--about", "organization 3") == 0
    assert "rganization 3" in capsys.readouterr().out
    assert command("story", synthetic, "--about", "organization 12") == 2
    said = capsys.readouterr()
    assert said.out == "", "refused before anything is simulated"
    assert said.err.startswith("coalsim: error: --about organization 12: no such organization")


def test_one_month_is_drawn_as_a_point():
    figure = plots.trajectories(cs.simulate(cs.Parameters().replace(months=1, organizations=12), 3, monthly=True), "one")
    for axis in figure.axes:
        assert [line.get_marker() for line in axis.lines] == ["None", "o"]
        assert axis.get_xticks().tolist() == [0]


def test_small_stories_are_told_in_sentences():
    told = story(cs.Parameters().replace(organizations=2, issues=1, funders=0, months=1, burn_in=0))
    assert told.ending == ["After month 0, no coalition still runs. What is left of each need: issue 0 100 %."]
    assert [ordinal(number) for number in (1, 6, 11, 21, 22, 113)] == ["first", "6th", "11th", "21st", "22nd", "113th"]
