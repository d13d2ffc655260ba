"""What columns of people's tables may mean, and which headers surely or perhaps say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from coalsim.importing.headers import plain_header, scale_of


@dataclass(frozen=True)
class Meaning:
    """Something a column may mean.

    Attributes
    ----------
    name : what ``--map COLUMN=NAME`` calls it
    about : what it is, for people
    sure : headers that mean it, as `plain_header` writes them
    hints : words that, within a longer header, make one ask whether it is meant
    scaled : whether it is an answer on a scale
    many : whether several columns may mean it together
    example : a cell of it in the empty table that people may fill in; None if the table has no such column
    """

    name: str
    about: str
    sure: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    scaled: bool = False
    many: bool = False
    example: str | None = None


def _of(text: str) -> tuple[str, ...]:
    return tuple(text.split())


AMOUNTS = ("revenue", "staff", "assets")
"""Amounts, whose numbers may be written in several ways."""

LEFT_OUT = Meaning("none", "left out")
"""What a column may always mean."""

ORGANIZATIONS = (
    Meaning("id", "an identifier, each once", _of("id ein identifier")),
    Meaning(
        "name",
        "the organization's name",
        _of(
            "name organization organisation organization_name organisation_name agency agency_name org org_name label legal_name nonprofit"
        ),
        _of("name organization agency"),
        example="Example Food Bank (replace this row)",
    ),
    Meaning("alias", "a short name, which ties may use", _of("map_label short_name acronym abbreviation sort_name")),
    Meaning("code", "NTEE code", _of("ntee ntee_cd ntee_code"), _of("ntee"), example=""),
    Meaning(
        "work",
        "the field of work, in words",
        _of(
            "work field_of_work field sector industry focus focus_area issue_area area_of_work cause mission_area service_area program_area"
        )
        + _of("category type_of_work what_they_do what_we_do main_work tags services")
        + _of("keywords"),
        _of("work sector focus cause field services mission"),
        many=True,
        example="food bank",
    ),
    Meaning(
        "type",
        "its kind: people and projects are left out, funders are funders, otherwise a field of work",
        _of("element_type organization_type org_type kind"),
    ),
    Meaning(
        "revenue",
        "dollars a year: revenue or budget",
        _of("revenue revenue_amt annual_revenue total_revenue budget annual_budget operating_budget total_budget"),
        _of("revenue budget dollars income"),
        example="",
    ),
    Meaning(
        "staff",
        "paid staff, in full-time employees",
        _of("staff employees fte ftes paid_staff full_time_staff number_of_staff number_of_employees staff_size headcount staff_fte"),
        _of("staff employees fte ftes personnel"),
        example="12",
    ),
    Meaning("assets", "dollars of assets", _of("assets asset_amt total_assets"), _of("assets")),
    Meaning("foundation", "IRS foundation code: 2, 3, 4 are private foundations", _of("foundation foundation_code")),
    Meaning(
        "funder",
        "yes or no: gives grants to others",
        _of("funder is_funder is_private_foundation private_foundation"),
        _of("funder"),
        example="no",
    ),
    Meaning("subsection", "IRS subsection: 3 for 501(c)(3)", _of("subsection subsection_code")),
    Meaning("zip", "ZIP code", _of("zip zip5 zip_code zipcode postal_code postcode"), _of("zip"), example="05601"),
    Meaning("city", "city or town", _of("city town municipality"), example=""),
    Meaning("county", "county", _of("county county_name"), example=""),
    Meaning("state", "state", _of("state"), example=""),
    Meaning(
        "readiness",
        "how ready it is to work with others: answers on a scale",
        _of("readiness ready readiness_to_collaborate willingness willing willingness_to_collaborate community_readiness readiness_stage")
        + _of("stage_of_readiness readiness_score members_see_collaboration_as_in_their_self_interest engaged_stakeholders")
        + _of("members_share_a_stake_in_both_process_and_outcome"),
        _of("ready readiness willing willingness stage"),
        scaled=True,
        many=True,
        example="4",
    ),
    Meaning(
        "openness",
        "how open it is to others' views and new goals: answers on a scale",
        _of("openness open open_to_others openness_to_others openness_to_change ability_to_compromise flexibility adaptability")
        + _of("adaptability_to_changing_conditions willingness_to_compromise willing_to_compromise"),
        _of("open openness compromise flexible flexibility adaptability"),
        scaled=True,
        many=True,
        example="",
    ),
    Meaning(
        "leadership",
        "how well it leads: answers on a scale",
        _of("leadership skilled_leadership leadership_skill"),
        _of("leadership"),
        scaled=True,
        many=True,
        example="",
    ),
    Meaning(
        "partners",
        "names of others it works with, separated by ; or |",
        _of("partners works_with collaborates_with partner_organizations ties knows contacts"),
        _of("partners collaborates"),
        example="",
    ),
    Meaning(
        "coalitions",
        "names of coalitions it belongs to, separated by ; or |",
        _of("coalitions member_of coalition_memberships"),
        _of("coalition coalitions"),
        example="",
    ),
    Meaning("capacity", "full-time employees that could work on shared problems", _of("capacity")),
    Meaning("reserve", "FTE-months set aside for collaboration", _of("reserve")),
    Meaning("join_threshold", "readiness from which it considers joining", _of("join_threshold")),
    Meaning("style_1", "how it works, 0 to 1", _of("style_1")),
    Meaning("style_2", "how it works, 0 to 1", _of("style_2")),
)

TIES = (
    Meaning(
        "source",
        "who names the other",
        _of("source from organization organization_name org name respondent respondent_organization surveyed_organization organization_a"),
        _of("from respondent"),
    ),
    Meaning("target", "who is known to the source, one way", _of("target")),
    Meaning(
        "partner",
        "who is tied to the source, both ways",
        _of("to partner partner_name partner_organization partner_org with tied_to relation organization_b"),
        _of("partner to"),
    ),
    Meaning("direction", "directed, or mutual", _of("direction")),
    Meaning(
        "frequency",
        "how often they are in contact",
        _of("frequency contact_frequency frequency_of_contact frequency_of_interaction"),
        _of("frequency often"),
    ),
    Meaning("strength", "how strong the tie is", _of("strength weight"), _of("strength"), many=True),
    Meaning(
        "trust",
        "how much the other is trusted",
        _of("trust overall_trust total_trust reliability in_support_of_mission support_of_mission open_to_discussion"),
        _of("trust reliable"),
        many=True,
    ),
    Meaning(
        "value",
        "what the other is worth to it",
        _of("value overall_value total_value power influence power_influence level_of_involvement resource_contribution resources"),
        _of("value"),
        many=True,
    ),
)

COALITIONS = (
    Meaning("coalition", "the coalition's name", _of("coalition name coalition_name")),
    Meaning(
        "convener", "who convened it", _of("convener lead backbone lead_organization convenor backbone_organization"), _of("lead convener")
    ),
    Meaning("issue", "the issue it works on", _of("issue"), _of("issue")),
    Meaning(
        "launch_month",
        "when it began: months from today (below 0), a year, or year and month",
        _of("launch_month launched start founded began since"),
        _of("launch founded start"),
    ),
    Meaning("funders", "its funders, separated by ; or |", _of("funders funder funded_by")),
    Meaning("trust", "trust among its members: answers on a scale", _of("trust"), scaled=True),
)

MEMBERSHIPS = (
    Meaning("coalition", "the coalition's name", _of("coalition coalition_name")),
    Meaning("organization", "the member", _of("organization member organization_name member_organization org organisation")),
    Meaning(
        "joined_month",
        "when it joined: months from today (below 0), a year, or year and month",
        _of("joined_month joined since member_since"),
        _of("joined"),
    ),
)

PLACES = (Meaning("zip", "ZIP code", _of("zip zip5 zip_code zipcode zcta")), Meaning("county", "county", _of("county county_name")))

AXES = re.compile(r"(mission|place)_[1-9][0-9]*")


class Kind(NamedTuple):
    """A kind of table: what its columns may mean, and which of them make it one."""

    meanings: tuple[Meaning, ...]
    needs: tuple[frozenset[str], ...]


KINDS: dict[str, Kind] = {
    "organizations_table": Kind(ORGANIZATIONS, (frozenset({"name"}), frozenset({"id"}))),
    "ties_table": Kind(TIES, (frozenset({"source", "target"}), frozenset({"source", "partner"}))),
    "issues_table": Kind((Meaning("id", "identifier", ("id",)), Meaning("need", "how much of a problem there is, 0 to 1", ("need",))), ()),
    "funders_table": Kind(
        (Meaning("id", "identifier", ("id",)), Meaning("grant_budget", "FTE-months it gives a month", ("grant_budget",))), ()
    ),
    "coalitions_table": Kind(
        COALITIONS, tuple(frozenset({"coalition", of}) for of in ("convener", "launch_month", "issue", "funders", "trust"))
    ),
    "memberships_table": Kind(MEMBERSHIPS, (frozenset({"coalition", "organization"}),)),
    "places_table": Kind(PLACES, (frozenset({"zip", "county"}),)),
}
"""Every kind of table, by the name of the parameter that it becomes, if it becomes one."""


def candidates(kind: str, header: str) -> tuple[list[str], bool]:
    """Return what a column of a kind of table may mean, and whether that is sure."""
    plain = plain_header(header)
    lower = header.strip().lower()
    if AXES.fullmatch(lower) and (lower.startswith("mission") == (kind == "organizations_table")) and kind in _PLACED:
        return [lower], True
    meanings = KINDS[kind].meanings
    if kind == "organizations_table" and plain in _UNCLEAR:
        return list(_UNCLEAR[plain]), False
    for meaning in meanings:
        if plain == meaning.name or lower == meaning.name or plain in meaning.sure:
            return [meaning.name], not (meaning.name in AMOUNTS and scale_of(header))  # "Staff (1-5)" may be a class
    words = set(plain.split("_"))
    scaled = any(meaning.scaled for meaning in meanings) and scale_of(header) is not None
    perhaps = [meaning.name for meaning in meanings if words & set(meaning.hints) and meaning.scaled >= scaled]
    if scaled and len(perhaps) == 1:
        return perhaps, True  # "How ready are you to work with others? (1-5)"
    return perhaps, False


_PLACED = ("organizations_table", "issues_table", "funders_table")
_UNCLEAR = {
    "size": ("staff", "revenue"),
    "type": ("work", "type"),
    "mission": ("work",),
    "description": ("work",),
    "score": ("readiness", "openness", "leadership"),
    "rating": ("readiness", "openness", "leadership"),
    "answer": ("readiness", "openness", "leadership"),
    "stage": ("readiness",),
    "trust": ("openness",),
    "income": ("revenue",),
}
"""Headers that one has to ask about: what they may mean."""
