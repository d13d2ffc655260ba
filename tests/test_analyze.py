"""The report of a sweep: one well-formed page that fetches nothing, for every kind of design."""

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import coalsim as cs
from coalsim.cli import main
from coalsim.report.figures import sweeps
from coalsim.report.page import markup, page

BASE = cs.Parameters.model1().replace(organizations=25, months=48, effort=8.0)
RANGES = {"openness": {"low": 0, "high": 1}, "effort": {"low": 4, "high": 30}}
VOID = {"meta", "img", "br", "hr", "link", "input"}


class Page(HTMLParser):
    """Checks nesting, and keeps what is asked of the network."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open, self.links, self.sources, self.ids, self.alts, self.headings, self.words = [], [], [], [], [], [], []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        of = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        self.links += [of["href"]] if "href" in of else []
        self.sources += [of["src"]] if "src" in of else []
        self.ids += [of["id"]] if "id" in of else []
        self.alts += [of.get("alt", "")] if tag == "img" else []

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def read(html):
    found = Page(html)
    assert html.startswith("<!doctype html>")
    assert all(link[1:] in found.ids for link in found.links), "links lead within the page"
    assert all(source.startswith("data:image/png;base64,") for source in found.sources)
    assert all(found.alts)
    assert len(set(found.ids)) == len(found.ids)
    assert not re.search(r"url\(|@import|<script|https?://", re.sub(r'src="data:[^"]*"', "", html))
    return found


SWEEPS = {
    "grid": cs.Sweep(BASE, {"openness": [0.2, 0.5, 0.8], "effort": [6.0, 20.0]}, 10),
    "one replicate": cs.Sweep(BASE, {"openness": [0.2, 0.8]}, 1),
    "groups": cs.Sweep(BASE, {"kind <b> & co": {"rich": {"slack": 0.08}, "as it is": {}}}, 4),
    "list": cs.Sweep(
        BASE,
        {"openness": [0.2, 0.8], "effort": [6.0]},
        3,
        design="list",
        points=({"openness": 0.2, "effort": 6.0}, {"openness": 0.8, "effort": 6.0}),
    ),
    "latin": cs.Sweep(BASE, RANGES, 2, design="latin_hypercube", samples=12),
    "saltelli": cs.Sweep(BASE, RANGES, 2, design="saltelli", samples=4),
    "morris": cs.Sweep(BASE, RANGES, 2, design="morris", samples=3),
    "no factor": cs.Sweep(BASE, {}, 12),
    "nothing happens": cs.Sweep(BASE.replace(convene_hazard=0.0), {"openness": [0.2, 0.8]}, 3),
}


@pytest.fixture(scope="module")
def grid():
    """Results of the grid, and their page."""
    results = SWEEPS["grid"].run()
    return results, page(results)


# Of the others a page with fewer findings is in test_surface.py.
FAST = ("grid", "groups", "one replicate", "saltelli", "nothing happens")


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name in FAST else pytest.mark.slow) for name in SWEEPS])
def test_every_design_has_a_page(name, grid):
    found = read(grid[1] if name == "grid" else page(SWEEPS[name].run()))
    assert found.headings[0] == "Design"
    assert found.headings[-1] == "Where it comes from"
    sampled = name in ("saltelli", "morris")
    assert ("What outcomes depend on" in found.headings) is sampled
    assert ("Effects of factors" in found.headings) is (not sampled and name != "no factor")
    assert ("Where outcomes are best" in found.headings) is (name == "grid")
    if name == "groups":
        assert "kind <b> & co" in found.text
        assert "as it is: as the base" in found.text
    if name == "nothing happens":
        assert "No coalition was launched." in found.text


def test_the_page_begins_with_its_conclusion_and_one_heat_map_a_row(grid):
    results, html = grid
    lead = html.split('<p class="lead">')[1].split("</p>")[0]
    assert html.index("lead") < html.index("<nav")
    assert lead.startswith("6 scenarios in 10 replicates, on average over all of them: ")
    effects = cs.effect(results, "effort", ["impact"]).to_dict("records") + cs.effect(results, "openness", ["impact"]).to_dict("records")
    sure = [abs(row["effect"]) for row in effects if row["low"] * row["high"] > 0]
    largest = max(abs(row["effect"]) for row in effects)
    assert ("mpact depends most on" in lead) is (bool(sure) and max(sure) == largest)
    assert ("mpact depends on" in lead) is (bool(sure) and max(sure) < largest)
    for outcome in ("success rate", "impact", "problems solved"):
        assert html.count(f"<figcaption>Means of {outcome} over openness and effort.") == 1


def test_numbers_are_those_of_the_analysis_rounded_to_their_intervals(grid):
    results, html = grid
    (row,) = cs.effect(results, "effort", "impact").to_dict("records")
    assert markup.plus_minus(row["effect"], row["low"], row["high"]) in read(html).text
    assert markup.plus_minus(0.123456, 0.1012, 0.1457) == "0.123 (0.101 to 0.146)"
    assert markup.plus_minus(1234.5, 1000.0, 1469.0) == "1234 (1000 to 1469)"
    assert markup.plus_minus(0.25, 0.25, 0.25) == "0.25"
    assert markup.plus_minus(float("nan"), 0, 1) == ""


def test_command_writes_the_same_page_each_time_and_says_what_is_missing(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "sweep"
    sweep = cs.Sweep(BASE, {"openness": [0.2, 0.8]}, 6, block=BASE.get("organizations") * BASE.get("months") * 2)
    sweep.run(folder, part=(1, 2))

    def run(*arguments):
        monkeypatch.setattr("sys.argv", ["coalsim", "analyze", *map(str, arguments)])
        try:
            main()
        except SystemExit as stop:
            return stop.code or 0
        return 0

    assert run(folder, "--on", "impact") == 0
    part = read((folder / "report.html").read_text(encoding="utf-8"))
    assert "Unfinished: " in part.text
    sweep.run(folder)
    assert run(folder, "--on", "impact", "--out", tmp_path / "a" / "one.html") == 0
    assert run(folder, "--on", "impact", "--out", tmp_path / "two.html") == 0
    one = (tmp_path / "a" / "one.html").read_bytes()
    assert one == (tmp_path / "two.html").read_bytes()
    whole = read(one.decode())
    assert "Unfinished" not in whole.text
    assert cs.open_results(folder).manifest.software.code in whole.text
    capsys.readouterr()
    assert run(folder, "--on", "impct") == 2
    assert "impct" in capsys.readouterr().err
    assert run(tmp_path / "nowhere") == 2
    assert "no sweep is here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("low", "said"),
    [
        (0.1, "Impact depends most on effort (FTE-month), which from 4 to 8 changes it by +0.300 (+0.100 to +0.500)."),
        (-0.1, "Impact depends on openness, which from 0.2 to 0.8 changes it by +0.0500 (+0.0400 to +0.0600); "
               "effort (FTE-month), which from 4 to 8 changes it by +0.300 (-0.100 to +0.500), may matter more, or not at all."),
    ],
)  # fmt: skip
def test_a_larger_effect_that_may_be_chance_is_said_beside_the_sure_one(monkeypatch, low, said):
    from coalsim.report.page import conclusion

    rows = {"openness": (0.2, 0.8, 0.05, 0.04, 0.06), "effort": (4.0, 8.0, 0.3, low, 0.5)}
    names = ("baseline", "value", "effect", "low", "high")
    monkeypatch.setattr(conclusion.analysis, "effect", lambda _, name, __: pd.DataFrame([dict(zip(names, rows[name], strict=True))]))
    fixed = {"months": 3, "organizations": 5}
    results = cs.Sweep(cs.Parameters.model1().replace(**fixed), {"openness": [0.2, 0.8], "effort": [4.0, 8.0]}, 2).run()
    assert conclusion.matters(results, ["impact"]) == said


def test_what_cannot_be_told_is_not_said():
    """No interval is said to show nothing where there is none, no rank of labels, and no mean is over runs that have no value."""
    from coalsim.report.page import conclusion

    fixed = {"months": 24, "organizations": 20}
    one = cs.Sweep(cs.Parameters().replace(**fixed), {"openness": [0.2, 0.8]}, 1).run()
    assert conclusion.matters(one, ["impact"]).startswith("One replicate shows no chance")
    level = cs.Sweep(cs.Parameters().replace(**fixed), {"openness": [0.2]}, 3).run()
    assert conclusion.matters(level, ["impact"]).endswith("Of openness nothing is said: it has one level only.")
    worlds = {"a": {"effort": 2.0}, "b": {"effort": 60.0}}
    latin = cs.Sweep(BASE, {"openness": {"low": 0.1, "high": 0.9}, "world": worlds}, 2, design="latin_hypercube", samples=12).run()
    (lead, depends, _) = conclusion.conclusion(latin, ["success_rate"])
    assert depends.endswith("Of world nothing is said: its levels have no order.")
    known = int(latin.outcomes["success_rate"].notna().sum())
    assert (f"(in the {known} of 24 runs in which it has a value)" in lead) is (0 < known < 24)
    assert "The levels of world have no order" in read(page(latin, ["impact"])).text


def test_scenarios_that_repeat_a_value_are_no_more_witnesses(monkeypatch):
    """In a design for sensitivity analysis each value of a factor stands in several scenarios."""
    from coalsim.report.page import conclusion

    results = SWEEPS["saltelli"].run()  # 8 values of each factor
    means = np.arange(len(results.design), dtype=float)[:, None, None]
    monkeypatch.setattr(conclusion.analysis.inputs, "array", lambda *_: means)
    for correlation, shown in ((0.9, False), (1.1, True)):  # three standard errors of 8 are 1.06, of 24 they are 0.61
        monkeypatch.setattr("scipy.stats.spearmanr", lambda *_, r=correlation: SimpleNamespace(statistic=r))
        assert ("goes most with" in conclusion.matters(results, ["impact"])) is shown


def test_coalitions_that_ran_before_are_not_said_to_be_launched():
    """Some exist when counting begins, but nothing is to be followed."""
    results = cs.Sweep(cs.Parameters().replace(months=24, organizations=20), {"openness": [0.2, 0.8]}, 5).run()
    assert len(results.coalitions)
    assert not (results.coalitions["launch"] >= 0).any()
    assert "No coalition was launched." in read(page(results, ["impact"])).text


def test_one_of_something_is_singular_and_no_interval_is_said():
    results = cs.Sweep(BASE, {"openness": [0.2, 0.8]}, 1).run()
    assert "2 scenarios x 1 replicate, no intervals" in sweeps.main_effects(results, "one", ["impact"]).get_suptitle()
    found = read(page(results, ["impact"])).text
    assert "2 scenarios x 1 replicate = 2 runs" in found
    assert "1 replicates" not in found
    assert markup.plus_minus(0.25, float("nan"), float("nan")) == "0.25 (no interval)"


def test_levels_are_written_as_people_do_and_labels_have_no_end():
    factors = {"forgetting": [False, True], "kind": {"a": {}, "b": {"effort": 3.0}, "c": {"effort": 90.0}}, "slack": [0.01, 0.08, 0.2]}
    results = cs.Sweep(BASE, factors, 4).run()
    text = read(page(results, ["impact", "problems_solved"])).text
    assert "forgetting, from no." in text
    assert "from False" not in text
    best = text.rsplit("Where outcomes are best", 1)[1].split("How long coalitions last")[0]
    assert "slack" in best
    assert "kind" not in best, "labels have no order, so no range"
    (row,) = cs.optimum(results, "kind", "impact").to_dict("records")
    assert row["at_edge"] is False
    flat = cs.Sweep(BASE.replace(convene_hazard=0.0), {"slack": [0.01, 0.08, 0.2]}, 4).run()
    assert "Where outcomes are best" not in read(page(flat, ["problems_solved"])).text, "it is the same at all levels"
