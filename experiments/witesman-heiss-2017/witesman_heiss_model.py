"""The rules of Witesman & Heiss (2017), for one pair of players in each of many replicates at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from witesman_heiss_players import HELD, HIGH, LETTER_BIT, NONE, PLAYERS, TYPE_OF, Bools, Ints, Table, deal, points, shares

INSTITUTIONS = ("baseline", "market", "costless", "cost")
MOTIVES = ("social", "individual")

# What decides between equally cheap objectives (the lowest first), before the order in which a player came by them.
TIE_KEYS = {
    "dealt": np.zeros(NONE + 1, dtype=np.int64),
    "python2": np.arange(NONE + 1) % 8,
    "alphabetical": np.argsort(np.argsort(TYPE_OF, kind="stable"), kind="stable") % 8,
}
LAST = 10_000  # a rank that no objective has


@dataclass(frozen=True)
class Rules:
    """How the rules are read: repaired, as the paper describes them, or with what the authors' program does.

    Attributes
    ----------
    invitations_void : an accepted invitation moves nobody; it counts as a change, and with cost the inviter pays (quirk 1)
    blind_gains : the social gain leaves out the hosts when the first player moves, and those who are left (quirk 2)
    zero_is_none : a search that finds objective number 0 first has found nothing of that kind (quirk 3)
    order : which of equally cheap objectives comes first (quirk 4). ``dealt``: the one held first. ``python2``: the lowest number
        modulo 8, as CPython 2.7 lists a dictionary of five small integers (a table of eight places, collisions aside), the objectives
        being numbered as it lists a dictionary of the eight names. ``alphabetical``: the same with types numbered a1, a2, ..., d2.
    quiet_rounds_costless : successive rounds without a change that end a costless run (25 in the paper, 5 in the program)
    undecided_with_cost : who acts in the costly institution if the first player gains as much either way and the second does not.
        ``literal``: the first asks if the second would rather move and invites if it would rather stay (neither is accepted);
        ``obliging``: it does what the second prefers; ``swapped``: the second asks or invites, as without cost.
    """

    invitations_void: bool = False
    blind_gains: bool = False
    zero_is_none: bool = False
    order: str = "dealt"
    quiet_rounds_costless: int = 25
    undecided_with_cost: str = "literal"


AS_DESCRIBED = Rules()
AS_CODED = Rules(invitations_void=True, blind_gains=True, zero_is_none=True, order="python2", quiet_rounds_costless=5)
QUIET_ROUNDS = 25
MOST_ROUNDS = 1000  # as coded, a void invitation can be repeated for ever


def search(held: Ints, resources: Ints, rules: Rules, matching: Ints | None = None) -> Ints:
    """Return the place (0 to 4) of the cheapest objective of a player in each replicate, or -1.

    In the order unfulfilled low, unfulfilled high, fulfilled low, fulfilled high, judged against `resources`. With `matching` only
    objectives that this resource fulfils are looked at, and fulfilled high ones are left out.

    Parameters
    ----------
    held : shape (replicates, 5)
    resources, matching : bit masks, shape (replicates,)
    """
    fulfilled = (LETTER_BIT[held] & resources[:, None]) > 0
    kind = 2 * fulfilled + HIGH[held]
    rank = 100 * kind + 10 * TIE_KEYS[rules.order][held] + np.arange(HELD)
    allowed = held != NONE
    if matching is not None:
        allowed = allowed & ((LETTER_BIT[held] & matching[:, None]) > 0) & (kind < 3)
    rank = np.where(allowed, rank, LAST)
    if rules.zero_is_none:
        first = rank.argmin(axis=1)
        row = np.arange(len(held))
        void = (held[row, first] == 0) & (rank[row, first] < LAST)
        rank = np.where(void[:, None] & (kind == kind[row, first][:, None]), LAST, rank)
    found = rank.argmin(axis=1)
    return np.where(rank[np.arange(len(held)), found] < LAST, found, -1)


def without(held: Ints, place: Ints) -> Ints:
    """Return objectives with the one at `place` dropped (-1: none)."""
    return np.where(np.arange(HELD) == place[:, None], NONE, held)


def trade(table: Table, first: Ints, second: Ints, social: bool, rules: Rules) -> Bools:
    """Let one pair a replicate swap an objective each, and return where they did."""
    row = np.arange(len(first))
    a, b = table.held[row, first], table.held[row, second]
    r_a, r_b = table.own[row, first], table.own[row, second]
    give_a, give_b = search(a, r_a, rules, matching=r_b), search(b, r_b, rules, matching=r_a)
    give_a = np.where(give_a >= 0, give_a, search(a, r_a, rules))
    give_b = np.where(give_b >= 0, give_b, search(b, r_b, rules))
    new_a, new_b = a.copy(), b.copy()
    new_a[row, give_a], new_b[row, give_b] = b[row, give_b], a[row, give_a]
    gain_a, gain_b = points(new_a, r_a) - points(a, r_a), points(new_b, r_b) - points(b, r_b)
    swap = (gain_a + gain_b > 0) if social else (gain_a > 0) & (gain_b > 0)
    swap &= (give_a >= 0) & (give_b >= 0)
    table.held[row[swap], first[swap]] = new_a[swap]
    table.held[row[swap], second[swap]] = new_b[swap]
    return swap


def collaborate(table: Table, first: Ints, second: Ints, social: bool, cost: bool, coin: Bools, rules: Rules) -> Bools:
    """Let one pair a replicate ask, invite and join, and return where something changed.

    Parameters
    ----------
    table : changed in place
    first, second : the pair, shape (replicates,); pairs of one team do nothing
    coin : decides ties, shape (replicates,)
    """
    row = np.arange(len(first))
    a, b = table.held[row, first], table.held[row, second]
    r_a, r_b = table.own[row, first], table.own[row, second]
    s_a, s_b = _resources(table, first), _resources(table, second)
    a_now, b_now = points(a, s_a), points(b, s_b)
    a_if_moved = a_if_stayed = a
    if cost:
        a_if_moved = without(a, search(a, s_b | r_a, rules))
        a_if_stayed = without(a, search(a, s_a | r_b, rules))
    a_move, a_stay = points(a_if_moved, s_b | r_a) - a_now, points(a_if_stayed, s_a | r_b) - a_now
    b_move, b_stay = points(b, s_a | r_b) - b_now, points(b, s_b | r_a) - b_now
    if social:
        to_b, to_a = a_move + b_stay, a_stay + b_move + _gain_of_mates(table, first, s_a, r_b)
        if not rules.blind_gains:
            to_b = to_b + _gain_of_mates(table, second, s_b, r_a) + _loss_of_mates(table, first, s_a)
            to_a = to_a + _loss_of_mates(table, second, s_b)
        forth = (to_b > to_a) | ((to_b == to_a) & coin)
        a_asks, b_asks = forth & (to_b > 0), ~forth & (to_a > 0)
        a_invited = b_invited = np.zeros_like(coin)
    else:
        a_asks, b_asks, a_invited, b_invited = consent(
            a_move, a_stay, b_move, b_stay, coin, rules.undecided_with_cost if cost else "swapped"
        )
    team_a, team_b = table.team[row, first], table.team[row, second]
    apart = team_a != team_b
    a_to_b, b_to_a = (a_asks | a_invited) & apart, (b_asks | b_invited) & apart
    if cost:
        table.held[row, first] = np.where(a_to_b[:, None], a_if_moved, np.where(b_to_a[:, None], a_if_stayed, a))
    void = (a_invited | b_invited) if rules.invitations_void else np.zeros_like(coin)
    table.team[row, first] = np.where(a_to_b & ~void, team_b, team_a)
    table.team[row, second] = np.where(b_to_a & ~void, team_a, team_b)
    return a_to_b | b_to_a


def consent(a_move: Ints, a_stay: Ints, b_move: Ints, b_stay: Ints, coin: Bools, undecided: str) -> tuple[Bools, Bools, Bools, Bools]:
    """Return who moves on its own asking (first, second) and who on the other's invitation (first, second), each looking at its own points.

    Parameters
    ----------
    a_move, a_stay, b_move, b_stay : what each gains by moving to the other's team, and by receiving the other
    undecided : who acts if the first player gains as much either way, see `Rules.undecided_with_cost`
    """
    active = (a_move > 0) | (a_stay > 0)
    grants_a, grants_b = (a_stay > 0) & (a_stay >= a_move), (b_stay > 0) & (b_stay >= b_move)
    joins_a = ((a_move >= 0) & (a_move > a_stay)) | ((a_move == a_stay) & (a_move > 0))
    joins_b = ((b_move >= 0) & (b_move > b_stay)) | ((b_move == b_stay) & (b_move > 0))
    tie, other = a_move == a_stay, b_move > b_stay
    both = tie & (b_move == b_stay)
    a_asks, a_invites = (a_move > a_stay) | (both & coin), (a_stay > a_move) | (both & ~coin)
    b_asks = b_invites = np.zeros_like(coin)
    one = tie & ~both
    if undecided == "swapped":
        b_asks, b_invites = one & other, one & ~other
    elif undecided == "literal":
        a_asks, a_invites = a_asks | (one & other), a_invites | (one & ~other)
    else:
        a_asks, a_invites = a_asks | (one & ~other), a_invites | (one & other)
    return active & a_asks & grants_b, active & b_asks & grants_a, active & b_invites & joins_a, active & a_invites & joins_b


def _resources(table: Table, player: Ints) -> Ints:
    """Return what one player a replicate has together with its team."""
    mine = table.team == table.team[np.arange(len(player)), player][:, None]
    return np.bitwise_or.reduce(np.where(mine, table.own, 0), axis=1)


def _gain_of_mates(table: Table, player: Ints, resources: Ints, added: Ints) -> Ints:
    """Return what a player's team-mates, itself not counted, gain if a resource is added to their team's."""
    change = points(table.held, (resources | added)[:, None]) - points(table.held, resources[:, None])
    return np.where(_mates(table, player), change, 0).sum(axis=1)


def _loss_of_mates(table: Table, player: Ints, resources: Ints) -> Ints:
    """Return the change (0 or less) for a player's team-mates if it leaves them."""
    mates = _mates(table, player)
    left = np.bitwise_or.reduce(np.where(mates, table.own, 0), axis=1)
    change = points(table.held, left[:, None]) - points(table.held, resources[:, None])
    return np.where(mates, change, 0).sum(axis=1)


def _mates(table: Table, player: Ints) -> Bools:
    row = np.arange(len(player))
    return (table.team == table.team[row, player][:, None]) & (np.arange(PLAYERS) != player[:, None])


@dataclass(frozen=True)
class Result:
    """What came of the replicates of one institution and motive.

    Attributes
    ----------
    shares : share of each type's objectives fulfilled, shape (replicates, 8)
    rounds : rounds until nothing happened any more
    capped : replicates that still changed after `MOST_ROUNDS`
    table : the final players
    """

    shares: NDArray[np.float64]
    rounds: Ints
    capped: int
    table: Table


def simulate(institution: str, motive: str, rules: Rules, replicates: int, rng: np.random.Generator) -> Result:
    """Play an institution with a motive until nobody does anything any more.

    The draws of a round are made for every replicate whether it still plays or not, so that two readings of the rules meet
    the same deals and the same pairs.
    """
    table = deal(replicates, rng)
    rounds = np.zeros(replicates, dtype=np.int64)
    if institution == "baseline":
        return Result(shares(table), rounds, 0, table)
    limit = rules.quiet_rounds_costless if institution == "costless" else QUIET_ROUNDS
    quiet = np.zeros(replicates, dtype=np.int64)
    playing = np.arange(replicates)
    while len(playing) and rounds.max() < MOST_ROUNDS:
        ring = np.argsort(rng.random((replicates, PLAYERS)), axis=1)[playing]
        order = np.argsort(rng.random((replicates, PLAYERS)), axis=1)[playing]
        coins = (rng.random((replicates, PLAYERS)) < 0.5)[playing]
        now, changed, row = table.rows(playing), np.zeros(len(playing), dtype=bool), np.arange(len(playing))
        for turn in range(PLAYERS):
            first, second = ring[row, order[:, turn]], ring[row, (order[:, turn] + 1) % PLAYERS]
            if institution == "market":
                changed |= trade(now, first, second, motive == "social", rules)
            else:
                changed |= collaborate(now, first, second, motive == "social", institution == "cost", coins[:, turn], rules)
        table.put(playing, now)
        rounds[playing] += 1
        quiet[playing] = np.where(changed, 0, quiet[playing] + 1)
        playing = playing[quiet[playing] < limit]
    return Result(shares(table), rounds, len(playing), table)
