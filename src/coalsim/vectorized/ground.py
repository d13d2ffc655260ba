"""The state that all mechanisms share: organizations with their means, memberships, coalitions, issues."""

from __future__ import annotations

from coalsim.mechanism import NO_MONTH, Mechanism, variable

GROUND = Mechanism(
    "ground",
    state=[
        variable("mission", "organization", "Where it stands in the issue space.", start="mission", axes="dimensions"),
        variable("style", "organization", "How it works, in two dimensions.", start="style", axes=2, docks=False),
        variable("capacity", "organization", "Full-time equivalents.", start="capacity"),
        variable("openness", "organization", "To others' views and new goals, 0 to 1.", start="openness"),
        variable("leadership", "organization", "Skill as a convener, 0 to 1.", start="leadership"),
        variable("income", "organization", "FTE-months a month.", start=lambda f, p: p.field.slack * f.capacity),
        variable("reserve_cap", "organization", "FTE-months.", start=lambda f, p: p.field.reserve_cap * (p.field.slack * f.capacity)),
        variable("reserve", "organization", "FTE-months set aside.", start="reserve"),
        variable("cooldown", "organization", "Months until it may act again.", dtype=int, null=0),
        variable("coalition", "membership", "The convener's number, or nobody.", dtype=int, refers="organization"),
        variable("joined", "membership", "Month.", dtype=int, null=NO_MONTH),
        variable("satisfaction", "membership", "With the membership."),
        variable("pledge", "membership", "Share of the contribution rate that was promised, in (0, 1]."),
        variable("kept", "membership", "Of six months one bit each, the last the lowest: half of it was paid.", dtype=int, null=0),
        variable("running", "coalition", "Whether there is one.", dtype=bool),
        variable("launch", "coalition", "Month of the launch.", dtype=int, null=NO_MONTH),
        variable("inherited", "coalition", "Whether it is older than month 0.", dtype=bool),
        variable("lead", "coalition", "Which member leads it, or nobody.", dtype=int, refers="organization"),
        variable("lead_leadership", "coalition", "Of its lead, as noted."),
        variable("lead_openness", "coalition", "Of its lead, as noted."),
        variable("lead_capacity", "coalition", "Of its lead, as noted."),
        variable("lead_lost", "coalition", "Times that the member which led it was gone.", dtype=int, null=0),
        variable("first_leadership", "coalition", "Of its convener at the launch.", docks=False),
        variable("place", "issue", "Where it is in the issue space.", start="issue", axes="dimensions"),
        variable("need", "issue", "What is left of it, 0 to 1.", start="need"),
    ],
)
"""What all mechanisms share: organizations with their means, memberships, coalitions, issues."""
