"""`Membership`: what ties an organization to a coalition."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coalsim.agents.coalition import Coalition
    from coalsim.agents.organization import Organization

REMEMBERED = 6
"""Months of which it is remembered whether the pledge was kept."""

ALL_KEPT = (1 << REMEMBERED) - 1


class Membership:
    """An organization's membership of a coalition.

    Attributes
    ----------
    organization, coalition : whose it is, and of what
    joined : month of joining
    satisfaction : an exponential mean of what it was worth
    pledge : the share of the coalition's contribution rate that was promised, in (0, 1]
    paid : the contribution of this month
    kept : the last months' payments, one bit a month, the last month the lowest: whether at least half of the pledge was paid
    """

    def __init__(self, organization: Organization, coalition: Coalition, joined: int, satisfaction: float, pledge: float = 1.0) -> None:
        self.organization = organization
        self.coalition = coalition
        self.joined = joined
        self.satisfaction = satisfaction
        self.pledge = pledge
        self.paid = 0.0
        self.kept = 0

    @property
    def leads(self) -> bool:
        """Whether the organization leads the coalition."""
        return self.coalition.lead is self.organization

    @property
    def promise(self) -> float:
        """What was pledged, as a share of capacity a month."""
        return self.pledge * self.coalition.terms.contribution_rate

    @property
    def promised(self) -> float:
        """What was pledged, FTE-months a month."""
        return self.promise * self.organization.capacity

    def pay(self, amount: float) -> None:
        """Pay this month's contribution, and remember whether it was at least half of what was pledged."""
        self.paid = amount
        self.kept = (self.kept << 1 | (amount >= self.promised / 2)) & ALL_KEPT

    def keep_all(self) -> None:
        """Count as having kept its pledge for six months."""
        self.kept = ALL_KEPT

    def is_active(self, month: int) -> bool:
        """Whether at least half of the last six months (or of those since it joined, if fewer) were kept, `month` included."""
        months = min(REMEMBERED, month - self.joined + 1)
        return 2 * (self.kept & ((1 << months) - 1)).bit_count() >= months

    def commitment_is_over(self, month: int) -> bool:
        """Whether a term of its commitment ends in `month`, so that it must be renewed."""
        term = self.coalition.terms.commitment_months
        return term > 0 and month > self.joined and (month - self.joined) % term == 0
