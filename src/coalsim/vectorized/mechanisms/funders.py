"""Talk to funders early: contact, relations, referrals (step 6), and grants (step 9)."""

from __future__ import annotations

import numpy as np

from coalsim.field.synthetic import other
from coalsim.geometry import Floats, alignment, cut
from coalsim.mechanism import NO_MONTH, Mechanism, at, variable
from coalsim.parameters import process_sections
from coalsim.vectorized.draws import Draws
from coalsim.vectorized.mechanisms.acquaintance import learn_in_turn
from coalsim.vectorized.state import NOBODY, Bools, Ints, State, pieces
from coalsim.vectorized.values import Values

LEAST_GRANT = 1e-9  # FTE-months a month; what is left of a budget below this is rounding


def funders(s: State, p: Values, draws: Draws) -> None:
    """Let initiatives old enough turn to funders, who get to know them and refer them on; founders are invited."""
    invited = [(np.flatnonzero(s.asked >= 0), s.asked[s.asked >= 0])]
    s.asked.fill(NOBODY)
    if s.shape.funders > 0:
        invited.append(contact(s, p, draws))
    s.invitation.fill(NOBODY)
    invite(s, *(np.concatenate(part) for part in zip(*invited, strict=True)))


def contact(s: State, p: Values, draws: Draws) -> tuple[Ints, Ints]:
    """Let relations with funders begin and grow, and return who is referred to which coalition."""
    who = np.flatnonzero(s.began > NO_MONTH)
    who = who[s.month - s.began[who] >= p.of(who, s.focal).funder_month]
    if len(who) == 0:
        return who, who
    meet(s, who[s.funders_met[who] == 0])
    mine = p.at(who)
    known = np.arange(s.shape.relations) < s.funders_met[who][:, None]
    openness = np.where(s.running[who], s.lead_openness[who], s.openness[who])
    warmth = (0.5 + openness) * mine.relation_openness + (1 - mine.relation_openness)
    growth = cut(mine.relation_rate * warmth)[:, None] * (1 - s.relation[who])
    s.relation[who] = np.where(known, cut(s.relation[who] + growth), 0.0)
    who = who[draws.of_some("referral", who) < mine.referral_rate]
    to_funder, *picks = (draws.of_some(column, who) for column in ("to a funder", "first", "second", "third"))
    room = s.funders_met[who] < min(s.shape.relations, s.shape.funders)
    met = room & (to_funder < p.at(who).funder_referral)
    meet(s, who[met])
    return refer(s, p, who[~met], np.stack(picks)[:, ~met])


def meet(s: State, who: Ints) -> None:
    """Acquaint initiatives with the funder best aligned (with the goal, or mission) they do not know yet."""
    view = np.where(s.running[who], s.goal.take(who, axis=1), s.mission.take(who, axis=1))
    run, known, place = s.run_of(who), s.funder[who], s.funders_met[who]
    for piece in pieces(len(who), s.shape.funders):
        appeal = alignment(view[:, piece, None], s.funder_place[run[piece]].transpose(1, 0, 2))  # (len(who), funders)
        row, met = np.nonzero(known[piece] >= 0)
        appeal[row, known[piece][row, met]] = -np.inf
        s.funder[who[piece], place[piece]] = appeal.argmax(axis=1)
    s.relation[who, place] = 0.0
    s.funders_met[who] += 1


def refer(s: State, p: Values, who: Ints, picks: Floats) -> tuple[Ints, Ints]:
    """Refer coalitions to an organization, and those still researching to a running coalition; return who is invited to what.

    Parameters
    ----------
    who : conveners
    picks : (3, len(who)) uniforms
    """
    launched = s.running[who]
    conveners = who[launched]
    invited = invitee(s, conveners, picks[:, launched])
    researching = who[~launched]
    running = np.flatnonzero(s.running)
    count = np.bincount(s.run_of(running), minlength=s.shape.runs)
    first = np.cumsum(count) - count
    run = s.run_of(researching)
    some = count[run] > 0
    researching, run = researching[some], run[some]
    chosen = running[first[run] + (picks[0, ~launched][some] * count[run]).astype(np.intp)]
    if not s.everybody_known:
        lead = s.lead[conveners]
        led = lead >= 0
        learn_in_turn(s, p, lead[led], invited[led], conveners[led])
    return np.concatenate([invited, researching]), np.concatenate([conveners, chosen])


def invitee(s: State, conveners: Ints, picks: Floats) -> Ints:
    """Return, of three organizations drawn for each coalition, the one best aligned with its goal."""
    here = s.run_of(conveners) * s.shape.organizations
    drawn = here + np.stack([other(pick, conveners - here, s.shape.organizations) for pick in picks])
    aligned = alignment(s.mission.take(drawn, axis=1), s.goal.take(conveners, axis=1)[:, None])
    return drawn[aligned.argmax(axis=0), np.arange(len(conveners))]


def invite(s: State, organizations: Ints, coalitions: Ints) -> None:
    """Note this month's invitations (to members there are none); of several an organization keeps the one best aligned with it."""
    strangers = ~s.is_member(organizations, coalitions)
    organizations, coalitions = organizations[strangers], coalitions[strangers]
    aligned = alignment(s.mission.take(organizations, axis=1), s.goal.take(coalitions, axis=1))
    best_last = np.lexsort((-coalitions, aligned, organizations))
    s.invitation[organizations[best_last]] = coalitions[best_last]


def grants(s: State, p: Values, draws: Draws) -> None:
    """In months of decision, let funders give what they have left to coalitions they find worthy."""
    s.grant[(s.grant_until > NO_MONTH) & (s.grant_until <= s.month)] = 0.0
    deciding = np.broadcast_to(s.month % np.asarray(p.runs.grant_cycle) == 0, (s.shape.runs,))
    if s.shape.funders == 0 or not deciding.any():
        return
    c = np.flatnonzero(s.running & s.spread(deciding))
    if len(c) == 0:
        return
    funder = s.funder[c]
    account = s.run_of(c)[:, None] * s.shape.funders + funder  # funders numbered through the block
    known = funder >= 0
    accounts = s.shape.runs * s.shape.funders
    spent = np.bincount(account[known], weights=s.grant[c][known], minlength=accounts)
    budget = s.grant_budget.reshape(-1)
    left = budget - spent
    judgment, worth = worthy(s, p, c)
    row, place = np.nonzero(known & worth)
    account, judgment = account[row, place], judgment[row, place]
    part = np.repeat(np.broadcast_to(np.asarray(p.runs.grant_size, dtype=float), (s.shape.runs,)), s.shape.funders)
    size, equally = part * budget, part == 0
    given, amount = share(np.asarray(left), size, equally, account, judgment)
    row, place = row[given], place[given]
    s.grant[c[row], place] = amount[given]
    s.gave[c[row], place] = True
    s.grant_until[c[row], place] = s.month + p.at(c[row]).grant_term


def share(left: Floats, size: Floats, equally: Bools, account: Ints, judgment: Floats) -> tuple[Bools, Floats]:
    """Return which of those found worthy are given a grant, and how much.

    Parameters
    ----------
    left, size, equally : what funders have left of their budgets, what one grant is, and whether all get an equal share instead
    account, judgment : of each that is found worthy, in the order of conveners: the funder, and what it thinks
    """
    order = np.lexsort((-judgment, account))
    ordered = account[order]
    rank = np.empty(len(order), dtype=np.intp)
    rank[order] = np.arange(len(order)) - np.searchsorted(ordered, ordered)
    with np.errstate(over="ignore"):  # a budget is enough for more tiny grants than there are numbers: for everybody
        many = np.floor(np.divide(left + LEAST_GRANT, size, out=np.zeros_like(left), where=size > 0))
    shares = np.bincount(account, minlength=len(left))
    amount = np.where(equally[account], left[account] / shares[account], size[account])
    given = np.where(equally[account], left[account] > LEAST_GRANT, rank < many[account])
    return given, amount


def worthy(s: State, p: Values, c: Ints) -> tuple[Floats, Bools]:
    """Return what the funders that a coalition knows think of it, and which find it worthy of a grant, shape (len(c), relations)."""
    mine = p.at(c)
    place = s.funder_place[s.run_of(c)[:, None], :, np.maximum(s.funder[c], 0)]  # (len(c), relations, D)
    aligned = alignment(s.goal.take(c, axis=1)[:, :, None], np.moveaxis(place, -1, 0))
    weight = mine.grant_trust
    judgment = aligned * np.reshape(1 - weight + weight * s.trust[c], (-1, 1)) * s.relation[c]
    enough = s.relation[c] >= np.reshape(mine.relation_needed, (-1, 1))
    idle = s.grant_until[c] <= s.month
    formed = (s.formed[c] != NO_MONTH)[:, None]
    return judgment, enough & idle & formed & (judgment >= np.reshape(mine.grant_bar, (-1, 1)))


FUNDERS = Mechanism(
    "funders",
    parameters=process_sections.Funding,
    state=[
        variable("funder_place", "funder", "Where its interest lies.", start="funder", axes="dimensions", docks=False),
        variable("grant_budget", "funder", "FTE-months a month.", start="grant_budget", docks=False),
        variable("funders_met", "initiative", "How many it knows.", dtype=int, null=0),
        variable("funder", "relation", "Who was met, in the order met.", dtype=int),
        variable("relation", "relation", "How well it is known, 0 to 1.", null=0.0),
        variable("grant", "relation", "Of this month, FTE-months.", null=0.0),
        variable("grant_until", "relation", "First month without the grant.", dtype=int, null=NO_MONTH),
        variable("gave", "relation", "Whether it ever gave a grant.", dtype=bool),
        variable("invitation", "organization", "Whose coalition it is invited to this month.", dtype=int, docks=False),
    ],
    steps=at(funders, grants),
)
