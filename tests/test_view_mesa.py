"""The Mesa model as Mesa's users expect it: without arguments, with keywords, collected, in SolaraViz and batch_run."""

import mesa
import pytest

import coalsim as cs
from coalsim.errors import ParameterError
from coalsim.tables.columns import MONTHLY, names


def test_a_model_needs_no_arguments_and_is_the_default_scenario():
    assert cs.CoalitionModel().parameters == cs.Parameters()
    assert cs.CoalitionModel(seed=None).parameters == cs.Parameters()


def test_keywords_are_parameters():
    model = cs.CoalitionModel(cs.Parameters.model1().replace(effort=20.0), openness=0.7, organizations=12)
    assert (model.p.openness, model.p.effort, len(model.organizations)) == (0.7, 20.0, 12)
    with pytest.raises(ParameterError, match="openess"):
        cs.CoalitionModel(openess=0.7)
    with pytest.raises(ParameterError, match="openness = 7"):
        cs.CoalitionModel(openness=7.0)


def test_the_data_collector_has_the_monthly_table():
    p = cs.Parameters.model1().replace(organizations=16, months=30)
    model = cs.CoalitionModel(p, seed=3, replicate=2)
    for _ in range(30):
        model.step()
    collected = model.datacollector.get_model_vars_dataframe()
    table = cs.simulate(p, [2], seed=3, engine="mesa", monthly=True).monthly
    assert list(collected) == [name for name in names(MONTHLY) if name != "month"]
    for name in collected:
        assert collected[name].astype(float).to_numpy() == pytest.approx(table[name].astype(float).to_numpy(), nan_ok=True)


def test_a_user_may_collect_something_else():
    model = cs.CoalitionModel(organizations=12, burn_in=0)
    by_type = {cs.Organization: {"readiness": "readiness"}}
    model.datacollector = mesa.DataCollector({"open": lambda m: m.window.on}, agenttype_reporters=by_type)
    model.step()
    assert list(model.datacollector.get_model_vars_dataframe()) == ["open"]
    assert len(model.datacollector.get_agenttype_vars_dataframe(cs.Organization)) == 12


def test_batch_run_takes_the_class_and_parameters_by_name():
    results = mesa.batch_run(
        cs.CoalitionModel,
        {"openness": [0.2, 0.8], "organizations": 16, "months": 24, "burn_in": 0, "replicate": [0, 1, 2]},
        max_steps=24,
        number_processes=1,
        data_collection_period=-1,
        display_progress=False,
    )
    assert len(results) == 6
    p = cs.Parameters().replace(openness=0.8, organizations=16, months=24, burn_in=0)
    direct = cs.simulate(p, [0, 1, 2], seed=0, monthly=True).monthly
    last = direct[direct["month"] == 23].set_index("replication")["members"]
    found = {row["replicate"]: row["members"] for row in results if row["openness"] == 0.8}
    assert found == last.to_dict()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_it_works_in_solaraviz():
    solara = pytest.importorskip("solara", reason="Solara is not installed (extra solara)")
    import ipyvuetify
    import reacton
    from mesa.visualization import SolaraViz, make_plot_component

    slider = {"type": "SliderFloat", "value": 0.5, "min": 0.0, "max": 1.0, "step": 0.1, "label": "openness"}
    seen = []
    page = SolaraViz(
        cs.CoalitionModel(organizations=12, burn_in=0),
        components=[make_plot_component("members"), lambda model: seen.append((model.month, model.p.openness)) or solara.Text("")],
        model_params={"openness": slider, "organizations": 12, "burn_in": 0},
    )

    @solara.component
    def Whole():
        with solara.AppLayout():
            page.component(*page.args, **page.kwargs)

    _, rendered = reacton.render(Whole(), handle_error=False)
    rendered.find(ipyvuetify.Btn, children=["Step"]).widget.click()
    assert seen[-1] == (0, 0.5)
    rendered.find(ipyvuetify.Slider, label="openness").widget.v_model = 0.9
    rendered.find(ipyvuetify.Btn, children=["Reset"]).widget.click()
    rendered.find(ipyvuetify.Btn, children=["Step"]).widget.click()
    assert seen[-1] == (0, 0.9)
    rendered.close()
