"""`CoalitionModel`: a Mesa model of one run, whose `step` is the month of the ODD's schedule."""

from __future__ import annotations

import reprlib
from functools import partial
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from coalsim.agents.coalition import Coalition
from coalsim.agents.copying import CopiedWithAgents
from coalsim.agents.draws import Draws
from coalsim.agents.environment import Issue, Spell, change_environment
from coalsim.agents.focal import FocalPlan
from coalsim.agents.funder import Funder
from coalsim.agents.given import found_given
from coalsim.agents.initiative import Initiative, Terms
from coalsim.agents.joining import join_coalitions
from coalsim.agents.lives import end_coalitions, launch_coalitions, leave_coalitions
from coalsim.agents.mapping import map_the_field
from coalsim.agents.organization import Organization
from coalsim.agents.recorder import Recorder
from coalsim.agents.snapshot import snapshot
from coalsim.agents.traits import Traits
from coalsim.errors import ParameterError
from coalsim.field import Field, build
from coalsim.parameters import Parameters
from coalsim.tables.columns import MONTHLY, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from coalsim.mechanism import Mechanism, Variable

REPORTED = tuple(name for name in names(MONTHLY) if name != "month")
"""What the data collector keeps of a month: the columns of the monthly table."""


class CoalitionModel(CopiedWithAgents, mesa.Model):  # type: ignore[misc]
    """One field of organizations, simulated month by month.

    Parameters
    ----------
    parameters
        The scenario; None takes the defaults.
    seed, replicate
        Seed of the experiment and number of the replicate; together they fix every draw. None takes 0.
    organization_class
        `Organization`, or a subclass that decides otherwise.
    record_agents
        Whether to keep every organization's state of every month, for `agent_table`.
    field
        The field to start from; None builds the one of the parameters.
    mechanisms
        Mechanisms besides the built-in ones: their parameters, draws and columns. What happens is the agents' affair: give
        an `organization_class` that does it.

    **kwargs
        Parameters that differ from `parameters`, by name: ``CoalitionModel(openness=0.7)``. (Mesa's SolaraViz wants this name.)

    Raises
    ------
    TypeError
        `parameters` are no `Parameters`.
    ParameterError
        `seed` or `replicate` is no whole number from 0 to 2**64 - 1; a name in `kwargs` is unknown, or a value out of range.

    Notes
    -----
    A model is copied by `copy.deepcopy` and `pickle`, whatever its size, and the copy goes on as the model itself would.

    Attributes
    ----------
    parameters, p : the scenario, and its values by name
    month : the month simulated last; those of the burn-in are negative, month 0 is the first that is recorded
    organizations, funders, issues : in the order of their numbers
    running_coalitions : in the order of their conveners' numbers
    window, recession : the environment
    recorder : what is kept of every month and coalition
    datacollector : Mesa's, with the columns of the monthly table (`coalsim.tables.columns.MONTHLY`); put another in its place

    Examples
    --------
    >>> from coalsim.parameters import Parameters
    >>> model = CoalitionModel(Parameters().replace(burn_in=0), seed=1, replicate=0)
    >>> for _ in range(12):
    ...     model.step()
    >>> model.month
    11
    >>> members = model.agents_by_type[Organization].select(lambda organization: organization.coalition is not None)
    """

    def __init__(
        self,
        parameters: Parameters | None = None,
        seed: int | None = 0,
        replicate: int = 0,
        organization_class: type[Organization] = Organization,
        record_agents: bool = False,
        field: Field | None = None,
        mechanisms: Sequence[Mechanism] = (),
        **kwargs: Any,
    ) -> None:
        parameters = Parameters() if parameters is None else parameters
        if not isinstance(parameters, Parameters):
            raise TypeError(f"parameters = {reprlib.repr(parameters)}: coalsim.Parameters are needed, the scenario")
        seed = 0 if seed is None else seed
        for name, given in (("seed", seed), ("replicate", replicate)):
            if not is_whole(given, 2**64 - 1):
                raise ParameterError(f"{name} = {reprlib.repr(given)} is out of range; allowed: whole numbers 0..{2**64 - 1}")
        super().__init__(rng=int(seed))
        if type(kwargs.get("scenario")).__module__.startswith("mesa."):
            del kwargs["scenario"]  # Mesa's own, empty here: SolaraViz of Mesa 3.5 hands it to every model that takes keywords
        parameters = parameters.replace(**kwargs) if kwargs else parameters
        self.parameters = parameters
        own = {name: parameters.get(name) for mechanism in mechanisms for name in mechanism.declarations()}
        self.p: Any = SimpleNamespace(**parameters.flat() | own)
        p = self.p
        field = build(parameters, seed, replicate) if field is None else field
        self.draws = Draws(seed, replicate, field, [stream for mechanism in mechanisms for stream in mechanism.streams()])
        self.month = -1 - p.burn_in
        self.organization_class = organization_class
        self.everybody_known: bool = p.acquaintances == "all"
        self.issues = [
            Issue(q, tuple(place), need) for q, (place, need) in enumerate(zip(field.issue.tolist(), field.need.tolist(), strict=True))
        ]
        self.organizations = [organization_class(self, number, Traits.of_field(field, number)) for number in range(field.size)]
        self.introduce(field)
        budgets = field.grant_budget.tolist()
        self.funders = [Funder(self, f, tuple(place), budgets[f]) for f, place in enumerate(field.funder.tolist())]
        self.window = Spell(p.window_gap, p.window_length, p.window_months)
        self.recession = Spell(p.recession_gap, p.recession_length, p.recession_months)
        self.terms = Terms.common(parameters)
        self.focal = FocalPlan(self, field)
        self.members = 0
        self.running_coalitions: list[Coalition] = []
        self.running_coalitions = found_given(self, field)
        self.recorder = Recorder(self, record_agents, mechanisms)
        self.datacollector = mesa.DataCollector(model_reporters={name: partial(_latest, name=name) for name in REPORTED})

    def introduce(self, field: Field) -> None:
        """Let organizations know those on their lists."""
        for organization, others, known in zip(self.organizations, field.acquaintances.tolist(), field.known.tolist(), strict=True):
            organization.acquaintances = [self.organizations[other] for other in others[:known]]

    # Who is there

    @property
    def coalitions(self) -> mesa.agent.AgentSet:
        """The running coalitions, in the order of their conveners' numbers."""
        return mesa.agent.AgentSet(self.running_coalitions, random=self.random)

    @property
    def initiatives(self) -> list[Initiative]:
        """All initiatives, in the order of their conveners' numbers."""
        return [organization.initiative for organization in self.organizations if organization.initiative is not None]

    def known_to(self, organization: Organization) -> list[Organization]:
        """Return the acquaintances of an organization: its list or, where everybody is known, all others."""
        if self.everybody_known:
            return [other for other in self.organizations if other is not organization]
        return organization.acquaintances

    def other_than(self, organization: Organization, draw: float) -> Organization:
        """Return a random one of the others (itself, if there are none)."""
        others = len(self.organizations) - 1
        if not others:
            return organization
        number = int(draw * others)
        return self.organizations[number + (number >= organization.number)]

    @property
    def is_cycle_month(self) -> bool:
        """Whether grants are decided and goals reviewed this month."""
        return self.month % self.p.grant_cycle == 0

    # The month

    def step(self) -> None:
        """Simulate a month."""
        self.month = self.steps - 1 - self.p.burn_in
        self.draws.begin(self.steps - 1)
        self.recorder.begin()
        self.change_environment()  # 1
        self.change_readiness()  # 2
        self.hold_dialogue()  # 3
        self.map_the_field()  # 4
        self.begin_initiatives()  # 5
        self.talk_to_funders()  # 6
        self.join_coalitions()  # 7
        self.launch_coalitions()  # 8
        self.decide_grants()  # 9
        self.invest()  # 10
        self.redefine_goals()  # 11
        self.make_progress()  # 12
        self.leave_coalitions()  # 13
        self.end_coalitions()  # 14
        self.recorder.record()  # 15
        if self.month >= 0:
            self.datacollector.collect(self)
        self.running = self.month + 1 < self.p.months

    def change_environment(self) -> None:
        """1: the window, the recession, challenges, closures, income."""
        change_environment(self)

    def change_readiness(self) -> None:
        """2: readiness follows window, acquaintances and reserve."""
        self.members = self.count_members()
        for organization, shock in zip(self.organizations, self.draws.noise, strict=True):
            organization.get_ready(shock)

    def hold_dialogue(self) -> None:
        """3: missions approach those of acquaintances."""
        if self.p.dialogue > 0:
            missions = [organization.converse() for organization in self.organizations]
            for organization, mission in zip(self.organizations, missions, strict=True):
                organization.mission = mission

    def map_the_field(self) -> None:
        """4: organizations learn of others, researching ones faster and for a price."""
        map_the_field(self)

    def begin_initiatives(self) -> None:
        """5: cooldowns count down; the ready set out to convene."""
        for organization in self.organizations:
            organization.cool_down()
        self.focal.begin()
        for organization, draw in zip(self.organizations, self.draws.convene, strict=True):
            if organization.is_free and organization.wants_to_convene(draw):
                organization.begin_research(self.terms)

    def talk_to_funders(self) -> None:
        """6: relations with funders, and their referrals; who was asked to found a coalition is invited to it."""
        for initiative in self.initiatives:
            if initiative.in_contact:
                initiative.talk_to_funders()
        for organization in self.organizations:
            if organization.asked is not None:
                if organization.asked in self.running_coalitions:
                    organization.invitations.append(organization.asked)
                organization.asked = None

    def join_coalitions(self) -> None:
        """7: who considers joining looks at a few coalitions; all decide before anybody joins."""
        join_coalitions(self)

    def launch_coalitions(self) -> None:
        """8: research that is over becomes a coalition, if there are enough to found it with."""
        launch_coalitions(self)

    def decide_grants(self) -> None:
        """9: funders give, in the months of their cycle."""
        if self.is_cycle_month:
            for funder in self.funders:
                funder.decide_grants()

    def invest(self) -> None:
        """10: contributions, communication, trust."""
        flows = self.recorder.flows
        for organization in self.organizations:
            if organization.memberships:
                organization.contribute()
        for coalition in self.running_coalitions:
            coalition.invest()
            flows.contributed += coalition.contributions
            flows.granted += coalition.grants
            flows.communication += coalition.communication
            flows.work += coalition.work

    def redefine_goals(self) -> None:
        """11: first all goals, then the members' missions."""
        for coalition in self.running_coalitions:
            coalition.redefine()
        for organization in self.organizations:
            if organization.memberships:
                organization.adapt_mission()

    def make_progress(self) -> None:
        """12: work becomes progress."""
        for coalition in self.running_coalitions:
            coalition.advance_work()

    def leave_coalitions(self) -> None:
        """13: members take stock; all decide before anybody leaves. Then who lost its lead finds another."""
        leave_coalitions(self)

    def end_coalitions(self) -> None:
        """14: all successes first; then coalitions take on the next problem, end, or go on."""
        end_coalitions(self)

    def count_members(self) -> int:
        """Return the number of organizations in coalitions."""
        return sum(bool(organization.memberships) for organization in self.organizations)

    def count_memberships(self) -> int:
        """Return the number of memberships."""
        return sum(coalition.size for coalition in self.running_coalitions)

    # What is seen of it

    def snapshot(self, variables: Iterable[Variable] | None = None) -> dict[str, NDArray[np.generic]]:
        """Return the state as arrays, to compare with another engine's: the variables given, or all that dock."""
        if variables is None:
            from coalsim.docking import docked
            from coalsim.vectorized.core import variables as declared

            variables = docked(declared())
        return snapshot(self, variables)

    def agent_table(self) -> pd.DataFrame:
        """Return one row per month and organization: its membership and state at the end of each month.

        Raises
        ------
        ValueError
            The model was made without `record_agents`.
        """
        return self.recorder.agent_table()


def is_whole(given: Any, most: int) -> bool:
    """Return whether something is a whole number from 0 to `most`."""
    return isinstance(given, int | np.integer) and type(given) is not bool and 0 <= int(given) <= most


def _latest(model: CoalitionModel, name: str) -> Any:
    """Return a column of the monthly table for the month simulated last."""
    return model.recorder.latest[name]
