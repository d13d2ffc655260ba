"""Parameters of where organizations come from: the run's length, the field, and registers."""

from __future__ import annotations

from typing import Literal

from coalsim.parameters.declare import Section, parameter


class Simulation(Section):
    """How long a run lasts."""

    months: int = parameter(120, "month", "Length of a run; months are numbered from 0.", 1, 12_000, evidence="arbitrary", shapes="block")
    burn_in: int = parameter(180, "month", "Months simulated before month 0, so that a run begins with a field in motion.", 0, 12_000, null=0, mechanism="burn_in", evidence="arbitrary", shapes="block")


class FieldSection(Section):
    """The field of organizations, issues and funders at the start."""

    shapes = "field"

    source: Literal["synthetic", "tables", "register"] = parameter("synthetic", "-", "Where the field comes from: drawn, given as tables, or read from a register of organizations.", evidence="arbitrary", shapes="block")
    organizations: int = parameter(60, "organization", "Number of organizations of a synthetic field.", 2, 2_000_000, evidence="arbitrary", plausible=(20, 200), shapes="block")
    dimensions: int = parameter(3, "dimension", "Dimensions D of the issue space [0,1]^D.", 1, 12, evidence="arbitrary", plausible=(2, 5), shapes="block")
    issues: int = parameter(4, "issue", "Number of issues of a synthetic field.", 1, 1_000_000, evidence="arbitrary", plausible=(2, 8), shapes="block")
    funders: int = parameter(3, "funder", "Number of funders of a synthetic field.", 0, 1_000_000, evidence="arbitrary", plausible=(0, 6), shapes="block")
    mission_spread: float = parameter(0.18, "1", "Standard deviation, in each dimension, of a mission around its home issue.", 0, 10, null=0.0, plausible=(0.05, 0.4))
    capacity_sigma: float = parameter(0.7618, "1", "Standard deviation of log capacity; the mean capacity is 1 whatever it is.", 0, 5, null=0.0, evidence="empirical", plausible=(0.2, 1.2))
    slack: float = parameter(0.08704, "share", "Income a month set aside for collaboration, as a share of capacity.", 1e-6, 1, plausible=(0.02, 0.1))
    reserve_cap: float = parameter(23.52, "month", "Largest reserve, in months of income.", 1e-6, 10_000, plausible=(6, 48))
    reserve_months: float = parameter(18.0, "month", "Mean reserve at the start, in months of income (before the cap).", 0, 10_000, plausible=(3, 24))
    readiness_mean: float = parameter(0.357, "1", "Mean base readiness.", -5, 5, plausible=(0.2, 0.6))
    readiness_spread: float = parameter(0.1567, "1", "Standard deviation of base readiness.", 0, 5, null=0.0, plausible=(0.05, 0.3))
    openness: float = parameter(0.5, "1", "Mean openness of organizations to others' views and to new goals.", 0, 1, null=0.0, mechanism="openness", plausible=(0, 1))
    openness_spread: float = parameter(0.15, "1", "Standard deviation of openness.", 0, 5, null=0.0, mechanism="openness", plausible=(0, 0.3))
    acquaintances: Literal["listed", "all"] = parameter("listed", "-", "Whom organizations know: a list that grows, or everybody (a mode for limiting cases).", evidence="arbitrary", shapes="block")
    acquaintances_max: int = parameter(24, "organization", "Longest list of acquaintances.", 0, 10_000, evidence="arbitrary", plausible=(8, 32), shapes="block")
    initial_acquaintances: int = parameter(4, "organization", "Acquaintances sought at the start (repeats are dropped).", 0, 10_000, plausible=(1, 8))
    homophily_draws: int = parameter(4, "draw", "Others met for each acquaintance made; the best aligned becomes known.", 1, 64, null=1, plausible=(1, 8), shapes="block")
    organizations_table: str = parameter("", "file", "CSV of organizations; with source register, of what is known of some of them.", evidence="arbitrary", shapes="block")
    ties_table: str = parameter("", "file", "CSV of who knows whom; without it acquaintances are drawn.", evidence="arbitrary", shapes="block")
    issues_table: str = parameter("", "file", "CSV of issues; without it issues are drawn, or lie where the register's organizations are.", evidence="arbitrary", shapes="block")
    funders_table: str = parameter("", "file", "CSV of funders; without it funders are drawn, or are the register's foundations.", evidence="arbitrary", shapes="block")
    coalitions_table: str = parameter("", "file", "CSV of coalitions that exist when the run begins; without it there are none.", evidence="arbitrary", shapes="block")
    memberships_table: str = parameter("", "file", "CSV of the members of those coalitions; without it their conveners are alone.", evidence="arbitrary", shapes="block")


class Register(Section):
    """How a register of organizations (source register) becomes a field."""

    shapes = "field"

    register_table: str = parameter("", "file", "CSV of an IRS-style register of organizations.", evidence="arbitrary", shapes="block")
    code_table: str = parameter("", "file", "CSV of positions of NTEE codes; empty: the table that comes with coalsim.", evidence="arbitrary", shapes="block")
    major_groups: str = parameter("", "letters", "NTEE major groups taken into the field, such as EFKLOP; empty: all.", evidence="arbitrary", shapes="block")
    code_spread: float = parameter(0.95, "1", "Spread of organizations around their code's position, in standard deviations of code positions.", 0, 100, evidence="empirical", plausible=(0.5, 2.0))
    capacity_exponent: float = parameter(0.5, "1", "Collaborative capacity grows with (revenue / cost per employee) to this power.", 0, 2, plausible=(0.3, 1.0))
    cost_per_employee: float = parameter(75_000.0, "dollar/FTE-year", "Revenue that pays one full-time employee for a year.", 0.01, 1e9, plausible=(50_000, 120_000))
    revenue_log_mean: float = parameter(12.85, "log dollar", "Mean of log revenue of organizations that report none but file.", -50, 50, evidence="empirical", plausible=(12.5, 13.2))
    revenue_log_sd: float = parameter(1.95, "log dollar", "Standard deviation of log revenue of organizations that report none.", 0, 50, evidence="empirical", plausible=(1.6, 2.3))
    nonfiler_shift: float = parameter(-3.0, "log dollar", "Added to the mean of log revenue for organizations that file no full return.", -50, 50, plausible=(-4.0, -1.5))
    payout: float = parameter(0.05, "share/year", "Share of its assets a foundation pays out a year.", 0, 1, evidence="empirical", plausible=(0.05, 0.07))
    coalition_share: float = parameter(0.05, "share", "Share of a foundation's payout that goes to coalitions.", 0, 1, null=0.0, plausible=(0.01, 0.2))
    organizations_per_issue: float = parameter(15.0, "organization", "Organizations for each issue of the field.", 1e-9, 1e6, evidence="arbitrary", plausible=(8, 30), shapes="block")
