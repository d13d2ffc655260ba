"""The replicate that is shown first: a typical one in which something happens, and the page, the file and the story say so."""

import json
import re

import pytest
from typer.testing import CliRunner

import coalsim as cs
from coalsim.cli import app
from coalsim.view import typical as choosing
from coalsim.view.desk import Desk
from coalsim.view.typical import Luck, typical

P = cs.Parameters.model1().replace(organizations=16, months=36)
EASY = P.replace(effort=6.0, convene_hazard=0.1)
SETTINGS = ["--set", "organizations=16", "--set", "months=36", "--set", "burn_in=0", "--set", "effort=6.0", "--set", "convene_hazard=0.1"]


@pytest.fixture(scope="module")
def chosen():
    return typical(EASY, seed=3)


def test_it_is_the_middle_one_of_those_in_which_something_happens(chosen):
    found = cs.simulate(EASY, choosing.MOST, 3)
    runs, late = found.outcomes, set(found.coalitions.query("launch >= 12")["replication"])
    solved = runs[[happens > 0 and number in late for happens, number in zip(runs["problems_solved"], runs["replication"], strict=True)]]
    assert 2 < len(solved) < choosing.MOST
    middle = solved["impact"].median()
    nearest = min(solved["replication"], key=lambda number: (abs(runs["impact"][number] - middle), number))
    assert chosen.replicate == nearest
    wanted = "of the first 16 replicates, a coalition is launched after the first year and a problem is solved in"
    assert f"{wanted} {len(solved)}" in chosen.why
    assert typical(EASY, seed=3) == chosen


def test_where_nothing_is_launched_late_a_solved_problem_is_something():
    assert ", a problem is solved in" in typical(EASY.replace(months=12, effort=0.3, goal_rate=1.0)).why


def test_where_no_problem_is_solved_a_coalition_that_forms_is_something():
    hard = EASY.replace(effort=10_000.0)
    luck = typical(hard)
    assert "a coalition gets enough members to work in" in luck.why
    assert cs.simulate(hard, [luck.replicate], 1).outcomes["formed"].item() > 0


def test_where_nothing_happens_the_first_is_as_good_as_any():
    assert typical(P.replace(months=1)) == Luck(
        0, "the first one; in none of the first 16 replicates does a coalition get enough members to work"
    )


def test_looking_takes_no_longer_in_a_large_field(monkeypatch):
    asked = []

    def simulated(p, many, seed):
        asked.append(many)
        return cs.simulate(p, many, seed)

    monkeypatch.setattr(choosing, "simulate", simulated)
    monkeypatch.setattr(choosing, "AFFORDED", 16 * 36 * 4)
    assert "of the first 4 replicates" in typical(EASY, seed=3).why
    assert asked == [4]
    monkeypatch.setattr(choosing, "AFFORDED", 16 * 36)
    assert typical(EASY).why.startswith("the first one; the field is too large")
    assert asked == [4]


def test_the_page_chooses_anew_for_another_field_and_shows_what_was_asked_for(monkeypatch):
    looked = []
    monkeypatch.setattr("coalsim.view.desk.typical", lambda p, seed: looked.append(p) or Luck(len(looked), "x"))
    desk = Desk(P)
    assert [desk.start()["replicate"], desk.start()["replicate"], len(looked)] == [1, 1, 1]
    desk.base = EASY
    assert (desk.start()["replicate"], desk.start()["why"], looked) == (2, "x", [P, EASY])
    desk.close()
    asked = Desk(P, replicate=5)
    assert (asked.start()["replicate"], asked.start()["why"], len(looked)) == (5, "the one that was asked for", 2)
    asked.close()


def test_a_replay_and_a_story_say_which_replicate_they_show_and_why(tmp_path, chosen):
    target = tmp_path / "replay.html"
    done = CliRunner().invoke(app, ["view", *SETTINGS, "--seed", "3", "--export", str(target)])
    assert done.exit_code == 0
    found = re.search(r"Replicate (\d+) is (.*)\. --replicate shows another one\.", done.stdout)
    header = json.loads(re.search(r'id="recording">(.*?)</script>', target.read_text(encoding="utf-8"))[1])["header"]
    assert header["luck"] == {"seed": 3, "replicate": int(found[1]), "why": found[2]}
    (tmp_path / "c.toml").write_text("[simulation]\nmonths = 36\n")
    said = CliRunner().invoke(app, ["story", str(tmp_path / "c.toml"), *SETTINGS, "--seed", "3"]).stdout
    assert f"Replicate {found[1]} is {found[2]}. --replicate tells another one." in said.replace("\n", " ")
    assert f"Replicate {found[1]} of seed 3: 36 months" in said
    other = CliRunner().invoke(app, ["story", str(tmp_path / "c.toml"), *SETTINGS, "--replicate", "0"]).stdout
    assert other.startswith("Replicate 0 of seed 1: 36 months")
