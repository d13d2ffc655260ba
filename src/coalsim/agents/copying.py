"""Models copied and pickled at any size.

Agents reach each other through acquaintances, members and whatever a subclass adds, so to copy one by following its
attributes goes as deep as there are agents. Here a model is copied in two steps instead: first all its agents, empty; then
what each holds, in which every agent that is met is only looked up.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import mesa

_EMPTY = "_empty_agents"
_STATES, _NEXT = "_agent_states", "_next_id"


class Agent(mesa.Agent):  # type: ignore[misc]
    """An agent that is copied and pickled with its model, and only with it."""

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Be found in the copied model by number; an agent that left the model is copied by itself."""
        model = self.__dict__.get("model")
        if model is None or self not in getattr(model, "_agents", ()):
            return super().__reduce_ex__(protocol)
        return _found, (model, self.unique_id)

    def __copy__(self) -> Any:
        """Return a shallow copy, as of any object."""
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__)
        return copied


class CopiedWithAgents:
    """A Mesa model whose agents are made before what they hold is copied."""

    def __reduce__(self) -> Any:
        """Say how to make it again: itself and its agents, empty; then the state of all."""
        agents = [(type(agent), agent.unique_id) for agent in self.__dict__["_agents"] if isinstance(agent, Agent)]
        return _emptied, (type(self), agents), self.__getstate__()

    def __copy__(self) -> Any:
        """Refuse a shallow copy: its agents would go on acting in the original."""
        raise TypeError(f"{type(self).__name__} and its agents belong together: copy.deepcopy copies both, copy.copy cannot")

    def __getstate__(self) -> dict[str, Any]:
        """Return the attributes, and those of the agents."""
        states = [(agent, agent.__getstate__()) for agent in self.__dict__["_agents"] if isinstance(agent, Agent)]
        return {**self.__dict__, _STATES: states, _NEXT: _next_id(self)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take them over."""
        own = dict(state)
        for agent, held in own.pop(_STATES):
            _hold(agent, held)
        if (number := own.pop(_NEXT)) is not None:
            mesa.Agent._ids[self] = itertools.count(number)
        self.__dict__.pop(_EMPTY, None)
        self.__dict__.update(own)


def _emptied(cls: type, agents: Sequence[tuple[type[Agent], int]]) -> Any:
    """Return a model without attributes, and with agents that have none either."""
    model: Any = object.__new__(cls)
    model.__dict__[_EMPTY] = {number: object.__new__(kind) for kind, number in agents}
    return model


def _found(model: Any, number: int) -> Any:
    """Return the agent of a number, of a model that is whole or in the making."""
    empty = model.__dict__.get(_EMPTY)
    return empty[number] if empty is not None else next(agent for agent in model.agents if agent.unique_id == number)


def _hold(agent: Any, held: Any) -> None:
    """Give an agent its attributes back, as `pickle` would."""
    if hasattr(agent, "__setstate__"):
        agent.__setstate__(held)
        return
    attributes, slots = held if isinstance(held, tuple) else (held, None)
    agent.__dict__.update(attributes or {})
    for name, value in (slots or {}).items():
        setattr(agent, name, value)


def _next_id(model: Any) -> int | None:
    """Return the number that the next agent will have; None where Mesa keeps it with the model's own attributes."""
    ids = getattr(mesa.Agent, "_ids", None)
    if ids is None:
        return None
    number = next(ids[model])  # an itertools.count has no other way to say it
    ids[model] = itertools.count(number)
    return int(number)
