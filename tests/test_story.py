"""One run told with names, of either engine the same; and `coalsim run` for people."""

import re

import numpy as np
import pytest

import coalsim as cs
from coalsim.cli import main
from coalsim.field import template
from coalsim.report import people
from coalsim.tables.outcomes import ENDINGS
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
    assert found.half == pytest.approx(2.570581835636314 * paired.std(ddof=1) / np.sqrt(6))
    row = next(line for line in said.split("What contribution_rate=0.2 changes")[1].splitlines() if line.startswith("impact"))
    assert f"{found.after:.3g}" in row
    assert command("run", config, "--replicates", "2", "--compare", "contribution_rate=0.2") == 0
    assert "What contribution_rate=0.2 changes, in the same 2 replicates" in capsys.readouterr().out
    assert command("run", config, "--replicates", "2", "--without", "openness") == 0
    assert "What --without openness changes" in capsys.readouterr().out


@pytest.mark.parametrize("given", ["months=120", "nothing=1", "openness"])
def test_what_is_no_comparison_is_one_line(config, given, capsys):
    assert command("run", config, "--compare", given) == 2
    assert capsys.readouterr().err.count("\n") == 1
