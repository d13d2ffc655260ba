"""What results are made of: every column of the three tables, with unit and meaning.

The one source of ``coalsim columns``, the ODD's section *Outcomes* and the order of columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple


class Column(NamedTuple):
    """A column of a table of results.

    Attributes
    ----------
    name, unit, meaning : as ``coalsim columns`` prints them
    dtype : float, int, bool or str
    how : how it is come by. "state": the variable of this name, of a coalition when it ends, or the mean over what it is of
        in a month. "books": what is booked under this name in a month. "optional": recorded only if the table is asked for.
        "total", "mean", "last": of the months of a run. "coalitions": the total over a run's coalitions. A function of
        (coalitions, monthly), see `coalsim.tables.outcomes.summarise`. Otherwise the engines or `summarise` work it out.
    """

    name: str
    unit: str
    meaning: str
    dtype: type = float
    how: str | Callable[..., Any] = ""


SCENARIO, REPLICATE = "scenario_id", "replication"
"""What all tables name a run by. People who read them know these names; in code and prose the second is a replicate."""

RUN = (
    Column(SCENARIO, "-", "Number of the scenario, in the order given.", int),
    Column(REPLICATE, "-", "Number of the replicate.", int),
)

OUTCOMES = (
    *RUN,
    Column("inherited", "coalition", "Coalitions that ran when month 0 began; they are not among those counted in the next columns.", int),
    Column("launched", "coalition", "Coalitions launched from month 0 on.", int),
    Column("formed", "coalition", "Coalitions that ever had enough members.", int),
    Column("succeeded", "coalition", "Coalitions with at least one success.", int),
    Column("problems_solved", "success", "Successes of all coalitions launched from month 0 on.", int, "coalitions"),
    Column("achieved", "coalition", "Coalitions that ended with a success.", int),
    Column(
        "dissolved",
        "coalition",
        "Coalitions that ended as trust was too low or members were too few, with or without an earlier success.",
        int,
    ),
    Column("running", "coalition", "Coalitions still running after the last month.", int),
    Column("early_change", "share", "Share of formed coalitions whose progress ever reached 1/3; NaN if none formed."),
    Column("systems_change", "share", "Share of formed coalitions whose progress ever reached 2/3; NaN if none formed."),
    Column("population_change", "share", "Share of formed coalitions whose progress ever reached 1; NaN if none formed."),
    Column("goals_added", "goal", "Problems taken on after a success, or besides the first.", int, "coalitions"),
    Column("goals_redefined", "goal", "Times that a coalition turned to another issue.", int, "coalitions"),
    Column("goals_dropped", "goal", "Goals given up by coalitions that had two.", int, "coalitions"),
    Column("success_rate", "share", "succeeded / formed; NaN if none formed."),
    Column(
        "success_rate_first_half", "share", "Success rate among the coalitions launched in the first half of the run (before months / 2)."
    ),
    Column("first_success", "month", "Month of the first success of a coalition launched from month 0 on; NaN if there was none."),
    Column("censored", "-", "Whether the run ended before any coalition launched from month 0 on had a success.", bool),
    Column("impact", "share", "Share of the need that is gone at the end: 1 less the mean need of the issues."),
    Column("contributed", "FTE-month", "Contributions of members.", float, "total"),
    Column("granted", "FTE-month", "Grants and seed grants.", float, "total"),
    Column("communication", "FTE-month", "Resources spent on communication.", float, "total"),
    Column("work", "FTE-month", "Resources spent on the goals.", float, "total"),
    Column("researched", "FTE-month", "Resources spent on research before launches.", float, "total"),
    Column("overflow", "FTE-month", "Income that was lost because the reserve was full.", float, "total"),
    Column("impact_per_resource", "1/FTE-month", "impact / (contributed + granted + researched); NaN if nothing was put in."),
    Column("joins", "organization", "Times an organization joined a coalition (launching is not joining).", int, "total"),
    Column("exits", "organization", "Times a member left a running coalition by its own decision.", int, "total"),
    Column("retention", "share", "1 - exits / (memberships at the start of month 0 + joins + launched); NaN if nobody was ever a member."),
    Column("participation", "share", "Mean over months of the share of organizations in coalitions."),
    Column(
        "memberships",
        "coalition",
        "Memberships per organization in any coalition: sum over months over sum over months; NaN if none ever was in any.",
    ),
    Column("closed", "organization", "Organizations that closed and were replaced by others.", int, "total"),
    Column("mean_trust", "1", "Mean trust over coalition-months; NaN if there was no coalition."),
    Column(
        "duplicates", "coalition-month", "Months of formed coalitions on an issue that another formed coalition works on too.", int, "total"
    ),
    Column("focal_launched", "-", "Whether the focal initiative launched its coalition.", bool),
    Column("focal_formed", "-", "Whether that coalition formed.", bool),
    Column("focal_succeeded", "-", "Whether that coalition had a success.", bool),
    Column("focal_first_success", "month", "Month of its first success; NaN if there was none."),
)

COALITIONS = (
    *RUN,
    Column("convener", "-", "Number of the organization that convened it.", int),
    Column("focal", "-", "Whether it is the focal initiative's.", bool, "state"),
    Column("issue", "-", "Number of the issue it worked on last; with two goals, that of the first.", int, "state"),
    Column("leadership", "1", "Leadership of its convener at the launch."),
    Column("seeded", "-", "Whether it was given a seed grant.", bool, "state"),
    Column("launch", "month", "Month of the launch; below 0 if it is older than month 0.", int, "state"),
    Column("formed", "month", "First month with enough members; NaN if there was none.", float, "state"),
    Column(
        "first_third", "month", "Months from the launch until progress of a goal first reached 1/3; NaN if it never did.", float, "state"
    ),
    Column(
        "first_two_thirds",
        "month",
        "Months from the launch until progress of a goal first reached 2/3; NaN if it never did.",
        float,
        "state",
    ),
    Column("first_success", "month", "Months from the launch until the first success; NaN if there was none.", float, "state"),
    Column("end", "month", "Month it ended, or the last month of the run.", int),
    Column("ending", "-", "achieved, too_few, trust, or running.", str),
    Column("problems_solved", "success", "Successes of the coalition.", int, "state"),
    Column("goals_added", "goal", "Problems taken on after a success, or besides the first.", int, "state"),
    Column("goals_redefined", "goal", "Times that it turned to another issue.", int, "state"),
    Column("goals_dropped", "goal", "Goals that it gave up while it had two.", int, "state"),
    Column("kept_all_goals", "-", "Whether it never dropped a goal nor turned to another issue.", bool),
    Column("lead_lost", "time", "Times that the member which led it was gone.", int, "state"),
    Column("peak_size", "organization", "Most members in any month (after joining and launching).", int, "state"),
    Column("size", "organization", "The same as members_end, which replaces it in the next release.", int),
    Column("members_end", "organization", "Members when it ended, or after the last month.", int),
    Column(
        "active_share",
        "share",
        "Share of members_end that kept at least half of their pledge in at least half of their last six months; NaN if there are none.",
    ),
    Column("contributed", "FTE-month", "Contributions of members.", float, "state"),
    Column("granted", "FTE-month", "Grants and seed grants.", float, "state"),
    Column("sources", "funder", "Funders that ever gave it a grant.", int),
    Column("funders_now", "funder", "Funders whose grants still run when it ended, or in the last month.", int),
    Column("highest_progress", "1", "Highest progress ever reached (after step 12).", float, "state"),
    Column("trust", "1", "Trust when it ended, or after the last month.", float, "state"),
    Column("ties", "tie", "Ordered pairs of members of which the first knows the second, after the last month; NaN if it has ended."),
    Column("mutual_ties", "tie", "Ties whose second member knows the first too."),
    Column("contacts", "pair", "Pairs of members in contact: at least one knows the other."),
    Column("triangles", "triple", "Triples of members of which every pair is in contact."),
    Column("paths", "path", "Paths of length two: for every member, the pairs of its contacts."),
    Column("most_contacts", "pair", "Contacts of the member who has the most."),
)

CONTACTS = tuple(column.name for column in COALITIONS[-6:])
"""Columns that count the contacts within coalitions that still run."""

MONTHLY = (
    *RUN,
    Column("month", "month", "Number of the month, from 0.", int),
    Column("coalitions", "coalition", "Running coalitions.", int),
    Column("formed", "coalition", "Running coalitions that have formed.", int),
    Column("members", "organization", "Organizations in coalitions.", int),
    Column("memberships", "membership", "Memberships of organizations in coalitions.", int),
    Column("researching", "organization", "Organizations researching a launch.", int),
    Column("readiness", "1", "Mean readiness.", float, "optional"),
    Column("reserve", "share", "Mean over organizations of the reserve as a share of its cap.", float, "optional"),
    Column("trust", "1", "Mean trust of running coalitions; NaN if there is none."),
    Column("progress", "1", "Mean progress of running coalitions; NaN if there is none."),
    Column("need", "1", "Mean need of the issues."),
    Column("contributed", "FTE-month", "Contributions this month.", float, "books"),
    Column("granted", "FTE-month", "Grants and seed grants this month.", float, "books"),
    Column("communication", "FTE-month", "Resources spent on communication this month.", float, "books"),
    Column("work", "FTE-month", "Resources spent on the goals this month.", float, "books"),
    Column("researched", "FTE-month", "Resources spent on research this month.", float, "books"),
    Column("income", "FTE-month", "Income of all organizations this month, before the cap.", float, "books"),
    Column("overflow", "FTE-month", "Income that was lost this month because the reserve was full.", float, "books"),
    Column("joins", "organization", "Organizations that joined this month.", int, "books"),
    Column("exits", "organization", "Members that left this month.", int, "books"),
    Column("closed", "organization", "Organizations that closed this month and were replaced by others.", int, "books"),
    Column("duplicates", "coalition", "Formed coalitions on an issue that another formed coalition works on too.", int),
    Column("window", "-", "Whether a window of opportunity is open.", bool),
    Column("recession", "-", "Whether there is a recession.", bool),
)

TABLES = {"outcomes": OUTCOMES, "coalitions": COALITIONS, "monthly": MONTHLY}
ALWAYS = ("outcomes", "coalitions")
"""The tables that every sweep keeps; that of months is kept if it is asked for."""

_ANALYSED = """
factor value baseline outcome mean_baseline mean effect low high se confidence n pairs dropped var_paired var_unpaired saved
correlation sd missing best as_good_low as_good_high tried_low tried_high at_edge share curve age at_risk events probability
coalitions censored median horizon at_horizon at_horizon_low at_horizon_high restricted_mean restricted_low restricted_high
difference difference_low difference_high quantity half_width needed at_most unpaired
"""
ANALYSED = frozenset(_ANALYSED.split())
"""Columns of the tables that the analysis gives, where those of factors stand beside them."""

DTYPES: dict[type, str] = {int: "int64", float: "float64", bool: "bool"}
"""Types of numpy, by type of a column."""


def coming(table: tuple[Column, ...], how: str) -> list[str]:
    """Return the names of the columns that are come by like that."""
    return [column.name for column in table if column.how == how]


def names(table: tuple[Column, ...]) -> list[str]:
    """Return the column names of a table, in order, without those that identify the run."""
    return [column.name for column in table if column not in RUN]


def markdown() -> str:
    """Return the tables of columns printed in the ODD."""
    titles = {"outcomes": "One row per run", "coalitions": "One row per coalition", "monthly": "One row per run and month (optional)"}
    parts = []
    for table, columns in TABLES.items():
        parts += [f"**{titles[table]}** (`{table}`)", "", "| column | unit | meaning |", "|---|---|---|"]
        parts += [f"| `{c.name}` | {c.unit} | {c.meaning} |" for c in columns]
        parts.append("")
    return "\n".join(parts)
