"""What surrounds the organizations: issues that move, windows of opportunity and recessions that come and go."""

from __future__ import annotations

from collections.abc import Collection
from math import sqrt
from typing import TYPE_CHECKING

from coalsim.agents.draws import as_normals
from coalsim.agents.space import Point, reflect, total
from coalsim.agents.traits import Traits

if TYPE_CHECKING:
    from coalsim.agents.model import CoalitionModel


class Issue:
    """A problem: its place moves when it meets a challenge, its need falls when a coalition solves it, and may come back.

    Attributes
    ----------
    number : 0 to Q - 1
    place : where it is in the issue space
    need : what is left of it, in [0, 1]
    """

    def __init__(self, number: int, place: Point, need: float) -> None:
        self.number = number
        self.place = place
        self.need = need

    def meet_challenge(self, direction: Point, size: float) -> None:
        """Move `size` along `direction` (of any length), reflected at the borders."""
        length = sqrt(total(x * x for x in direction))
        if length > 0:
            self.place = tuple(reflect(z + size * x / length) for z, x in zip(self.place, direction, strict=True))

    def return_by(self, share: float) -> None:
        """Regain a share of the need that was removed."""
        self.need += share * (1 - self.need)

    def be_solved(self, impact: float) -> None:
        """Lose the share `impact` of its need."""
        self.need *= 1 - impact


class Spell:
    """A window of opportunity or a recession: it begins by chance or in given months and lasts a fixed time.

    Attributes
    ----------
    left : months left, this one included; 0 outside a spell
    """

    def __init__(self, gap: float, length: int, months: Collection[int]) -> None:
        self.chance = 1 / gap
        self.length = length
        self.months = frozenset(months)
        self.left = 0

    @property
    def on(self) -> bool:
        """Whether the window is open, or the recession on."""
        return self.left > 0

    def pass_month(self, month: int, draw: float) -> None:
        """Use up a month of the spell, or begin one if none was on; given months replace chance from month 0 on."""
        if self.left > 0:
            self.left -= 1
        elif (not self.months or month < 0) and draw < self.chance:
            self.left = self.length
        if month in self.months:
            self.left = self.length


def change_environment(model: CoalitionModel) -> None:
    """Let the window, the recession and the issues change, organizations close, and income come in (ODD, step 1)."""
    p, draws = model.p, model.draws
    model.window.pass_month(model.month, draws.window)
    model.recession.pass_month(model.month, draws.recession)
    for issue in model.issues:
        occurs, sides = draws.challenge(issue.number)
        if occurs < p.challenge_rate:
            issue.meet_challenge(as_normals(sides), p.challenge_size)
        issue.return_by(p.need_return)
    if p.closure_rate > 0:
        _close_organizations(model)
    share = 1 - p.recession_depth if model.recession.on else 1.0
    flows = model.recorder.flows
    for organization in model.organizations:
        flows.income += organization.income * share
        flows.overflow += organization.earn(share)


def _close_organizations(model: CoalitionModel) -> None:
    """Let some organizations close; new ones take their places and numbers."""
    closing = [o for o in model.organizations if model.draws.closes(o.number) < model.p.closure_rate / 12]
    for closed in closing:
        newcomer = model.organization_class(model, closed.number, Traits.of_newcomer(model, closed.number, closed.name))
        closed.close()
        newcomer.succeed(closed)
        model.organizations[closed.number] = newcomer
    model.recorder.flows.closed = len(closing)
