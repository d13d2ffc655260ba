"""Mesa models copied, pickled and run in batches, whatever their size and whatever subclasses add."""

import copy
import pickle

import mesa
import numpy as np
import pytest

import coalsim as cs
from coalsim.docking import dock
from coalsim.errors import ParameterError

MONTHS = 24


class Rival(cs.Organization):
    """Keeps links of its own to others, and remembers coalitions that are gone."""

    def __init__(self, model, number, field):
        super().__init__(model, number, field)
        self.after = None
        self.past = []

    def leave(self, coalition, cooldown):
        self.past.append(coalition)
        super().leave(coalition, cooldown)


def stepped(organizations, months=MONTHS, kind=cs.Organization):
    model = cs.CoalitionModel(cs.Parameters.model1().replace(organizations=organizations, months=60), 1, 0, kind)
    if kind is Rival:  # a chain through all of them, the deepest there is
        for one, other in zip(model.organizations, model.organizations[1:], strict=False):
            one.after = other
    for _ in range(months):
        model.step()
    return model


def same(one, other):
    a, b = one.snapshot(), other.snapshot()
    return set(a) == set(b) and all(np.array_equal(a[name], b[name], equal_nan=a[name].dtype.kind == "f") for name in a)


WAYS = {"deepcopy": copy.deepcopy, "pickle": lambda model: pickle.loads(pickle.dumps(model))}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("organizations", "kind"), [(60, cs.Organization), (1000, cs.Organization), (1000, Rival)])
def test_a_copy_goes_on_as_the_model_would(way, organizations, kind):
    model = stepped(organizations, kind=kind)
    copied = WAYS[way](model)
    assert same(model, copied)
    assert [agent.unique_id for agent in copied.agents] == [agent.unique_id for agent in model.agents]
    assert all(agent.model is copied for agent in copied.agents)
    assert not {id(agent) for agent in copied.agents} & {id(agent) for agent in model.agents}
    before = model.snapshot()
    for _ in range(6):
        copied.step()
    assert all(np.array_equal(before[name], now, equal_nan=now.dtype.kind == "f") for name, now in model.snapshot().items())
    for _ in range(6):
        model.step()
    assert same(model, copied)
    assert [agent.unique_id for agent in copied.agents] == [agent.unique_id for agent in model.agents]
    if kind is Rival:
        assert copied.organizations[0].after is copied.organizations[1]
        assert sum(len(organization.past) for organization in copied.organizations) > 0


def test_an_agent_brings_its_model_along():
    model = stepped(60)
    for copied in (copy.deepcopy(model.organizations[7]), pickle.loads(pickle.dumps(model.organizations[7]))):
        assert copied.model.organizations[7] is copied
        assert same(copied.model, model)
    shallow = copy.copy(model.organizations[7])
    assert shallow is not model.organizations[7]
    assert shallow.acquaintances is model.organizations[7].acquaintances


def test_a_copy_of_a_copy_and_a_model_before_its_first_month():
    model = copy.deepcopy(copy.deepcopy(stepped(60, 0)))
    other = stepped(60, 0)
    for _ in range(12):
        model.step()
        other.step()
    assert same(model, other)


def test_a_shallow_copy_of_a_model_is_refused():
    with pytest.raises(TypeError, match=r"copy\.deepcopy"):
        copy.copy(stepped(10, 0))


class Counted(cs.CoalitionModel):
    def __init__(self, parameters, seed=0, replicate=0):
        super().__init__(parameters, seed, replicate)
        self.datacollector = mesa.DataCollector({"reserve": lambda model: sum(o.reserve for o in model.organizations)})

    def step(self):
        super().step()
        self.datacollector.collect(self)


def test_batches_take_parameters_with_and_without_a_list():
    p = cs.Parameters.model1().replace(months=6, organizations=12)
    rows = mesa.batch_run(Counted, {"parameters": [p], "replicate": range(3)}, display_progress=False)
    assert len({row["reserve"] for row in rows}) == 3
    (row,) = mesa.batch_run(Counted, {"parameters": p}, display_progress=False)
    assert row["reserve"] == rows[0]["reserve"]
    with pytest.raises(TypeError, match="one value"):
        list(p)


@pytest.mark.parametrize("given", [("field", None), 3, {}])
def test_what_are_no_parameters_is_said(given):
    with pytest.raises(TypeError, match=r"coalsim\.Parameters are needed"):
        cs.CoalitionModel(given)


@pytest.mark.parametrize("name", ["seed", "replicate"])
@pytest.mark.parametrize("given", [1.5, -1, 2**64, "3", True])
def test_seeds_and_replicates_are_whole_numbers(name, given):
    with pytest.raises(ParameterError, match=f"{name} = "):
        cs.CoalitionModel(cs.Parameters.model1().replace(organizations=5), **{name: given})


def test_copied_models_still_dock():
    assert dock(cs.Parameters.model1().replace(organizations=12, months=12), range(2)).differences == ()
