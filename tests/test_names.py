"""Names that users choose: each works in tables, figures, arrays and the page, or is refused before anything is computed."""

import inspect
import re

import pandas as pd
import pytest
from matplotlib.text import Text

import coalsim as cs
from coalsim import analysis
from coalsim.analysis.inputs import beside
from coalsim.cli import main
from coalsim.designs import naming
from coalsim.designs.naming import check_names, plain_names
from coalsim.errors import ParameterError
from coalsim.parameters import declarations
from coalsim.report import figures as drawn
from coalsim.report import plots
from coalsim.report.figures import sweeps as figures
from coalsim.report.page import page
from coalsim.spreadsheets import STARTS, harmless_frame
from coalsim.sweep.reading import factor_column
from coalsim.sweep.results import open_results
from coalsim.tables.columns import ANALYSED, TABLES
from coalsim.tables.labels import value_labels

BASE = cs.Parameters.model1().replace(organizations=12, months=24, effort=4.0, research_months=2)

GOOD = [
    "a_$b^2 & <é> 'x' $1",
    "grant $1 to $2",
    "a_$b^2",
    "kind <b> & 'co' \"x\"",
    "grün café 中文",
    "smile 😀 👩‍👩‍👧",
    "x" * naming.LONGEST,
    "a [bold]red[x] :smile: {x} %s %(n)s \\n",
    "a b",
    "1e5",
    "None",
    "index",
    "level_0",
    "name",
]
LABELS = [
    "$1M (a_$)",
    "from $5 to $10",
    "=1+1",
    "-5",
    "1.0",
    "true",
    "nan",
    "[/x]",
    "😀",
    "\\frac{1}{2} $\\undefined$",
    "é",
    "y" * naming.LONGEST,
]
BAD = [
    "",
    " ",
    " a",
    "a ",
    "a\nb",
    "a\tb",
    "a\x00b",
    "a\x1b[31m",
    "a\u202eb",
    "\ud800",
    "x" * (naming.LONGEST + 1),
    "a/b",
    "-a",
    "=a",
    "@a",
]
BAD += ["impact", "formed", "month", "replication", "scenario_id", "launch", "convener", "impact_ci", "factor_impact", "factor_openness"]
BAD += ["int", "double", "char", "string8", "value", "outcome", "curve", "openness", "cafe\u0301"]


def swept(name, labels=("low", "the rest"), **options):
    values = (0.2, 0.8, 0.5)
    groups = {label: {"openness": values[place % 3]} for place, label in enumerate(labels)}
    return cs.Sweep(BASE, {name: groups, "effort": [4.0, 6.0]}, 2, **options)


def command(*arguments):
    with pytest.raises(SystemExit) as stop:
        main([str(argument) for argument in arguments])
    return stop.value.code


def shown_everywhere(sweep, folder, capsys):
    sweep.run(folder)
    for arguments in (
        ["plot"],
        ["analyze", "--on", "impact"],
        ["export"],
        ["export", "--format", "parquet"],
        ["export", "--format", "netcdf"],
        ["status"],
    ):
        code = command(arguments[0], folder, *arguments[1:])
        said = capsys.readouterr()
        assert code == 0, (arguments, said.err)
        assert said.err == ""
    assert command("extend", folder) == 0  # prints the table, draws the figure
    capsys.readouterr()
    results = open_results(folder)
    names = [name.encode() for name in results.sweep.factors]
    assert all(name in (folder / "export" / "outcomes.nc").read_bytes() for name in names)
    for found in (pd.read_csv(folder / "export" / "design.csv"), pd.read_parquet(folder / "export" / "design.parquet")):
        assert len(found) == len(results.sweep.scenarios())
        assert found.columns.is_unique
    figure = figures.main_effects(results, "t")
    plots.save(figure, folder / "again.png")
    return results


@pytest.mark.parametrize("name", [pytest.param(name, marks=[] if name == GOOD[0] else pytest.mark.slow) for name in GOOD])
def test_a_name_that_is_allowed_works_everywhere(name, tmp_path, capsys):
    results = shown_everywhere(swept(name), tmp_path / "o", capsys)
    assert name in results.to_xarray().dims
    assert name in results.summary().columns
    for table in (
        analysis.effect(results, "effort", "impact", within=name),
        analysis.response(results, "effort", "impact", within=name),
        analysis.survival(results, of=name).curves,
    ):
        assert name in table.columns
        assert table.columns.is_unique


def test_labels_that_are_allowed_work_everywhere(tmp_path, capsys):
    results = shown_everywhere(swept("kind", LABELS), tmp_path / "o", capsys)
    assert results.to_xarray()["kind"].values.tolist() == LABELS
    figure = figures.main_effects(results, "t", ["impact"], ["kind"])
    figure.canvas.draw()
    ticks = [text.get_text().replace("\n", " ") for text in figure.axes[0].get_xticklabels()]
    assert ticks[:2] == [r"\$1M (a_\$)", r"from \$5 to \$10"]  # escaped for matplotlib, which shows them as they were given
    assert all(not text.get_parse_math() or re.sub(r"\\\$", "", text.get_text()).count("$") < 2 for text in figure.findobj(Text))
    exported = (tmp_path / "o" / "export" / "design.csv").read_text()
    assert '"\'=1+1"' in exported
    assert '"\'-5"' in exported


@pytest.mark.parametrize("name", BAD)
def test_other_names_are_refused_before_anything_is_computed(name):
    with pytest.raises(ParameterError, match=re.escape("[factors]")) as refusal:
        swept(name)
    assert len(str(refusal.value).splitlines()) == 1
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 250


@pytest.mark.parametrize("label", [text for text in BAD if not text.strip() or not text.isprintable() or text != text.strip()] + ["x" * 61])
def test_other_labels_are_refused(label):
    with pytest.raises(ParameterError, match=re.escape("[factors] kind")):
        swept("kind", ("good", label))


def test_names_that_look_the_same_are_refused():
    with pytest.raises(ParameterError, match="look the same"):
        swept("kind", ("caf\u00e9", "cafe\u0301"))


def test_a_refused_design_leaves_nothing(tmp_path, capsys):
    (tmp_path / "s.toml").write_text('[factors]\n"impact_ci" = { a = { openness = 0.2 }, b = {} }\n')
    assert command("sweep", tmp_path / "s.toml", "--out", tmp_path / "o") == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["s.toml"]


def test_every_parameter_may_be_a_factor():
    """Where results or the analysis have a column of that name, the factor's has another."""
    for name in declarations():
        assert name not in naming._NETCDF
        assert beside(name) not in ANALYSED
        assert factor_column(name) not in {column.name for columns in TABLES.values() for column in columns}


def test_a_parameter_called_as_a_column_of_the_analysis():
    (name,) = {"confidence"} & set(declarations()) or {"impact"}
    results = cs.Sweep(BASE, {name: [0.2, 0.6], "effort": [4.0, 6.0]}, 2).run()
    table = analysis.effect(results, "effort", "impact", within=name)
    assert table[beside(name)].tolist() == [0.2, 0.6]
    curve = analysis.response(results, name, "impact", within="effort")
    assert sorted(curve[beside(name)].unique()) == [0.2, 0.6]
    drawn.response(curve, name).canvas.draw()
    drawn.survival(analysis.survival(results, of=name)).canvas.draw()


def test_the_columns_of_the_analysis_are_kept_for_it():
    results = swept("kind").run()
    tables = [
        analysis.effect(results, "effort", "impact", within="kind"),
        analysis.response(results, "effort", "impact", within="kind"),
        analysis.replicates_needed(results, "impact", 0.05, of="effort", within="kind"),
        analysis.survival(results, of="kind").curves,
        analysis.survival(results, of="kind").summary,
    ]
    of = {str(column) for table in tables for column in table.columns} - {"kind", "effort"}
    assert of <= ANALYSED
    assert "within" in inspect.signature(analysis.optimum).parameters


def test_files_named_after_factors_are_different_files():
    assert plain_names(["a b", "a_b", "A/b", "😀", "é"]) == ["a_b", "a_b_2", "A_b_3", "_", "e_"]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([0.5, 0.25], ["0.5", "0.25"]),
        ([0.3, 0.1 + 0.2], ["0.3", "0.30000000000000004"]),
        ([0.12345, 0.12346, 0.12345], ["0.12345", "0.12346", "0.12345"]),
        ([1_000_001, 1_000_002], ["1000001", "1000002"]),
        ([None, 1], ["not set", "1"]),
        ([(12, 60), ()], ["12, 60", "none"]),
    ],
)
def test_values_that_differ_have_labels_that_differ(values, labels):
    assert value_labels(values) == labels


def test_levels_that_are_rounded_alike_are_not_one(tmp_path):
    levels = [0.5, 0.5000001, 0.5000002]
    results = cs.Sweep(BASE, {"openness": levels, "effort": [4.0, 4.0000001]}, 3).run()
    told = ["0.5", "0.5000001", "0.5000002"]
    for figure in (
        drawn.effects(analysis.effect(results, "openness", "impact")),
        drawn.effects(analysis.effect(results, "effort", "impact", within="openness")),
        drawn.survival(analysis.survival(results, of="openness")),
        drawn.response(analysis.response(results, "openness", "impact"), "openness"),
        drawn.response(analysis.response(results, ["openness", "effort"], "impact"), ["openness", "effort"]),
        drawn.response(analysis.response(results, "effort", "impact", within="openness"), "effort"),
        figures.main_effects(results, "t"),
        figures.heat_map(results, "openness", "effort", "t"),
        figures.survival_curves(results, "openness", "t"),
    ):
        figure.canvas.draw()
        written = "\n".join(text.get_text() for text in figure.findobj(Text))
        assert all(re.search(rf"{re.escape(label)}(?!\d)", written) for label in told[1:])
    html = page(results, ["impact"])
    assert all(f"<td>{label}</td>" in html for label in told)


def test_the_printed_table_says_what_it_leaves_out(undrawn, tmp_path, capsys):
    (tmp_path / "s.toml").write_text(
        "months = 12\nreplicates = 1\n[fixed]\nburn_in = 0\norganizations = 6\n[factors]\n"
        "openness = [0.5, 0.5000001, 0.2, 0.21, 0.22, 0.23, 0.24, 0.25]\nimpact = [0.2, 0.4, 0.6]\n"
    )
    assert command("sweep", tmp_path / "s.toml", "--out", tmp_path / "o") == 0
    said = capsys.readouterr().out
    assert "0.5000001" in said
    assert f"The first 20 of 24 scenarios; 4 more are in the summary: {tmp_path / 'o' / 'summary.csv'}" in said
    assert len(re.findall(r"^ +\d+ ", said, re.MULTILINE)) == 20


def test_the_foot_note_of_a_narrow_figure_is_whole():
    results = cs.Sweep(BASE, {"openness": [0.2, 0.8]}, 2).run()
    for figure in (figures.main_effects(results, "s"), figures.main_effects(results, "s", ["impact"])):
        figure.canvas.draw()
        for text in figure.findobj(Text):
            if text.get_text().startswith("Points share"):
                box = text.get_window_extent()
                assert box.x0 >= 0
                assert box.x1 <= figure.bbox.width


@pytest.mark.parametrize("start", STARTS)
def test_no_text_is_a_formula(start):
    frame = harmless_frame(pd.DataFrame({f"{start}a": [f"{start}1", "b"], "n": [-1, 2], "x": [-0.5, None]}))
    assert frame.columns[0] == f"'{start}a"
    assert frame.iloc[0].tolist() == [f"'{start}1", -1, -0.5]


def test_check_names_leaves_parameters_alone():
    check_names(cs.Sweep(BASE, {"impact": [0.2, 0.4], "openness": {"low": 0.0, "high": 1.0, "steps": 2}}, 1).factors)
