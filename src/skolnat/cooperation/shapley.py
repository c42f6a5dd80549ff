"""Share a gain fairly: the Shapley value, exact for small groups, else sampled with its error.

The game is v(S): what the members of S save together, in resources alone, when their borders
are open to one another and all others stay alone. A player's value is its mean contribution over
all orders in which the group could have formed (Shapley 1953). With many players the orders are
sampled in pairs, each with its reverse, which keeps the mean and lowers the error (antithetic
sampling; Mitchell, Cooper, Frank and Holmes 2022).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Coalition = frozenset[int]
Values = Callable[[Iterable[Coalition]], dict[Coalition, float]]
"""Gives the worth of many coalitions at once, so that they can be computed in parallel."""


@dataclass(frozen=True)
class Shares:
    """A fair share of each player, and how sure it is.

    Parameters
    ----------
    shares
        Sums to the worth of the whole group, shape (n,).
    errors
        Standard errors, shape (n,); zero when exact.
    exact
        Whether all coalitions were valued.
    coalitions
        How many coalitions were valued.
    """

    shares: FloatArray
    errors: FloatArray
    exact: bool
    coalitions: int


def exact_shares(players: int, values: Values) -> Shares:
    """Value every coalition and weigh all contributions.

    Parameters
    ----------
    players
        Number of players n; 2^n coalitions are valued.
    values
        Worth of coalitions.
    """
    everyone = range(players)
    subsets = [
        frozenset(group) for size in range(players + 1) for group in combinations(everyone, size)
    ]
    worth = values(subsets)
    shares = np.zeros(players)
    for subset in subsets:
        for player in everyone:
            if player not in subset:
                weight = 1.0 / (players * comb(players - 1, len(subset)))
                shares[player] += weight * (worth[subset | {player}] - worth[subset])
    return Shares(shares, np.zeros(players), exact=True, coalitions=len(subsets))


def sampled_shares(players: int, values: Values, *, pairs: int, seed: int) -> Shares:
    """Value the coalitions along random orders.

    Parameters
    ----------
    players
        Number of players.
    values
        Worth of coalitions.
    pairs
        Pairs of an order and its reverse, at least 2.
    seed
        Of the orders.
    """
    if pairs < 2:
        raise ValueError("at least two pairs of orders are needed for a standard error")
    random = np.random.default_rng(seed)
    orders = [random.permutation(players) for _ in range(pairs)]
    needed = {
        prefix for order in orders for way in (order, order[::-1]) for prefix in _prefixes(way)
    }
    worth = values(sorted(needed, key=lambda group: (len(group), sorted(group))))
    means = np.array(
        [
            (_contributions(order, worth) + _contributions(order[::-1], worth)) / 2
            for order in orders
        ]
    )
    errors = means.std(axis=0, ddof=1) / np.sqrt(pairs)
    return Shares(means.mean(axis=0), errors, exact=False, coalitions=len(needed))


def _prefixes(order: IntArray) -> list[Coalition]:
    return [frozenset(int(player) for player in order[:size]) for size in range(len(order) + 1)]


def _contributions(order: IntArray, worth: dict[Coalition, float]) -> FloatArray:
    result: FloatArray = np.zeros(len(order))
    for player, before, after in zip(order, _prefixes(order), _prefixes(order)[1:], strict=False):
        result[player] = worth[after] - worth[before]
    return result
