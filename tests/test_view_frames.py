"""Frames: what is drawn of a run is what the model did, whatever the number of memberships."""

import base64
import json
import re
from types import SimpleNamespace

import numpy as np
import pytest

import coalsim as cs
from coalsim.parameters import ENDLESS
from coalsim.view import chunks, frames, record, replay, state
from coalsim.view.events import KINDS
from coalsim.view.levers import ADVICE, levers, slider

P = cs.Parameters.model1().replace(organizations=24, months=60, convene_hazard=0.1, effort=12.0)


@pytest.fixture(scope="module")
def recording():
    return record(P, seed=2, replicate=1, title="A </script> test")


def unpack(text, dtype):
    return np.frombuffer(base64.b64decode(text), dtype=dtype)


def months(recording):
    """Yield (month, pairs, rows) as a reader of the format sees them."""
    width = 6 + recording.header["dimensions"]
    for chunk in recording.chunks:
        pairs, rows = unpack(chunk["pairs"], "<u4").reshape(-1, 2), unpack(chunk["rows"], "<u2").reshape(-1, width)
        members, coalitions = np.cumsum([0, *chunk["members"]]), np.cumsum([0, *chunk["coalitions"]])
        for k in range(chunk["months"]):
            yield chunk["first"] + k, pairs[members[k] : members[k + 1]], rows[coalitions[k] : coalitions[k + 1]]


def test_memberships_missions_and_series_are_those_of_the_model(recording):
    model = cs.CoalitionModel(P, seed=2, replicate=1)
    conveners = [pair for chunk in recording.chunks for pair in chunk["launched"]]
    missions = np.concatenate([unpack(chunk["mission"], "<u2").reshape(chunk["months"], 24, 3) for chunk in recording.chunks])
    coalitions = [value for chunk in recording.chunks for value in chunk["series"]["coalitions"]]
    for month, pairs, rows in months(recording):
        model.step()
        seen = sorted((who, conveners[serial][0]) for who, serial in pairs.tolist())
        assert seen == [(o.number, o.convener) for o in model.organizations if o.coalition is not None]
        assert [conveners[row[0]] for row in rows] == [[c.number, c.launch] for c in model.running_coalitions]
        assert rows[:, 4] / 65535 == pytest.approx([c.trust for c in model.running_coalitions], abs=1e-5)
        assert missions[month] / 65535 == pytest.approx(np.array([o.mission for o in model.organizations]), abs=1e-5)
        assert coalitions[month] == len(model.running_coalitions)
    assert month == 59


def test_events_tell_the_same_story_as_the_tables(recording):
    events = [event for chunk in recording.chunks for event in chunk["events"]]
    kinds = [KINDS[kind] for _, kind, *_ in events]
    runs = cs.simulate(P, [1], seed=2, monthly=True)
    (outcomes,), coalitions = runs.outcomes.to_dict("records"), runs.coalitions
    assert outcomes["launched"] > 2  # otherwise this says little
    assert outcomes["problems_solved"] > 0
    assert kinds.count("launches") == outcomes["launched"]
    assert kinds.count("joins") == outcomes["joins"]
    assert kinds.count("leaves") == outcomes["exits"]
    assert kinds.count("forms") == outcomes["formed"]
    assert kinds.count("succeeds") == outcomes["problems_solved"]
    ended = sorted((month, how) for month, kind, _, _, how in events if KINDS[kind] == "ends")
    table = coalitions[coalitions["ending"] != "running"]
    assert ended == sorted(zip(table["end"], table["ending"].astype(str), strict=True))


def test_an_organization_may_have_several_memberships():
    slots = np.array([[3, -1, 0], [-1, -1, -1], [0, 0, -1]])
    assert state.pairs(slots).tolist() == [[0, 0], [0, 3], [2, 0]]
    assert state.pairs(slots[:, 0]).tolist() == [[0, 3], [2, 0]]


def test_several_memberships_are_written_as_pairs(monkeypatch):
    read = state.month

    def everywhere(model):
        """Make every organization a member of every running coalition."""
        month = read(model)
        pairs = [[number, convener] for number in range(24) for convener in month.running.tolist()]
        return SimpleNamespace(**{**vars(month), "memberships": np.array(pairs, dtype=np.int64).reshape(-1, 2)})

    monkeypatch.setattr(state, "month", everywhere)
    model = cs.CoalitionModel(P, seed=2, replicate=1)
    found = frames.Recording(frames.header(model), tuple(chunks(model)))
    assert max(len(rows) for _, _, rows in months(found)) > 1
    for _, pairs, rows in months(found):
        assert len(pairs) == 24 * len(rows)


def test_capacities_that_change_are_sent_again(monkeypatch):
    read = state.month

    def replaced(model):
        month = read(model)
        capacity = month.capacity.copy()
        capacity[5] = 9.0 if model.month >= 30 else capacity[5]
        return SimpleNamespace(**{**vars(month), "capacity": capacity})

    monkeypatch.setattr(state, "month", replaced)
    sent = [entry for chunk in chunks(cs.CoalitionModel(P)) for entry in chunk["capacity"]]
    assert len(sent) == 25
    assert sent[-1] == [30, 5, 9.0]


def test_a_replay_is_one_file_that_fetches_nothing(recording):
    html = replay.page(recording)
    assert "{{" not in re.sub(r"<script.*?</script>", "", html, flags=re.S)
    assert not re.search(r"<(script|link|img|iframe)[^>]*(src|href)=", html)
    assert "https://" not in html
    assert [found.replace("http://www.w3.org/2000/svg", "") for found in re.findall(r"http://[^\s\"]*", html)] == [""]
    data = re.search(r'<script type="application/json" id="recording">(.*?)</script>', html, re.S)[1]
    assert json.loads(data)["header"]["title"] == "A </script> test"
    assert "<title>A &lt;/script&gt; test</title>" in html


def test_a_replay_of_the_default_field_is_small():
    assert len(replay.page(record(cs.Parameters.model1()))) < 3_000_000


def test_names_come_from_the_tables_and_the_register(tmp_path):
    tables = {
        "organizations": "id,name\na,Alpha House\nb,\nc,Gamma\n",
        "issues": "id,place_1,place_2,place_3\nhunger,.1,.1,.1\n",
        "funders": "id,place_1,place_2,place_3\nfund,.2,.2,.2\n",
    }
    settings = {"source": "tables"}
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
        settings[f"{name}_table"] = str(tmp_path / f"{name}.csv")
    header = record(cs.Parameters.model1().replace(months=2, **settings)).header
    assert header["organizations"]["names"] == ["Alpha House", "b", "Gamma"]
    assert (header["issues"], header["funders"]["names"]) == (["hunger"], ["fund"])


def test_every_lever_is_declared_with_a_plausible_range_and_offered_once():
    names = [name for group in ADVICE.values() for name in group]
    declared = cs.parameters.declarations()
    assert [name for name in names if name not in declared or declared[name].plausible is None] == []
    assert len(names) == len(set(names))


def test_sliders_reach_from_the_plausible_range_to_the_present_value():
    declared = cs.parameters.declarations()["effort"]
    assert (slider(declared, 45.0)["low"], slider(declared, 45.0)["high"]) == declared.plausible
    assert slider(declared, 400.0)["high"] == 400.0
    endless = cs.Parameters.model1().without("funders", "window").replace(window_gap=ENDLESS)
    of = {lever["name"]: lever for group in levers(endless) for lever in group["levers"]}
    assert of["funder_month"]["value"] is None
    assert of["window_gap"]["value"] is None
    json.dumps(levers(endless), allow_nan=False)
