"""Capacitated location, compiled: a bound by multipliers with exact knapsacks.

The relaxation of "everybody has a seat" falls apart by site into 0-1 knapsacks:

    L(u) = sum u[i] + sum over chosen j of (f[j] + K[j](u)),
    K[j](u) = min sum (c[j, i] - u[i]) x[i]  with  sum w[i] x[i] <= q[j], x[i] 0 or 1,

chosen are the ``count`` sites with the least f[j] + K[j], or all below zero where the count is
free. The best L(u) is the bound of column generation (Geoffrion 1974).
"""

from __future__ import annotations

import numpy as np

from skolnat.network.compiled import compiled
from skolnat.network.location.plan import BoolArray, FloatArray, IntArray


@compiled
def relaxed_knapsack(
    weights: IntArray, worth: FloatArray, capacity: int
) -> tuple[float, float, float, IntArray]:
    """Fill a knapsack with parts of items.

    Parameters
    ----------
    weights, worth
        Of items that are worth having (``worth`` below 0), shape (n,).
    capacity
        What it holds.

    Returns
    -------
    tuple
        Its value; its value with whole items alone (those in order of worth that fit); the worth
        of one more unit of room (0 or below); the items in order of worth a unit.
    """
    ratio = np.empty(weights.size)
    for k in range(weights.size):
        ratio[k] = worth[k] / weights[k] if weights[k] > 0 else -np.inf
    order = np.argsort(ratio)
    left, value, greedy, price, broken = capacity, 0.0, 0.0, 0.0, False
    rest = capacity
    for k in order:
        if not broken:
            if weights[k] <= left:
                left -= weights[k]
                value += worth[k]
            else:
                price = ratio[k]
                value += price * left
                broken = True
        if weights[k] <= rest:
            rest -= weights[k]
            greedy += worth[k]
    return value, greedy, price, order


@compiled
def _decided(
    weights: IntArray,
    worth: FloatArray,
    capacity: int,
    relaxed: float,
    greedy: float,
    price: float,
    order: IntArray,
) -> tuple[BoolArray, IntArray, float, int]:
    """Find items that every better filling takes, those still open, value and room of the first."""
    sure = np.zeros(weights.size, np.bool_)
    core = np.empty(weights.size, np.int64)
    size, base, room = 0, 0.0, capacity
    for k in order:
        loss = worth[k] - price * weights[k]
        if loss < 0.0 and relaxed - loss >= greedy:
            sure[k] = True
            base += worth[k]
            room -= weights[k]
        elif not (loss >= 0.0 and relaxed + loss >= greedy):
            core[size] = k
            size += 1
    return sure, core[:size], base, room


@compiled
def knapsack(weights: IntArray, worth: FloatArray, capacity: int, taken: BoolArray) -> float:
    """Fill a knapsack with whole items, exactly; sets ``taken`` (n,), returns its value.

    Items that Dembo and Hammer's test (1980) decides are taken or left; a table over the rest
    decides the others.
    """
    taken[:] = False
    relaxed, greedy, price, order = relaxed_knapsack(weights, worth, capacity)
    rest = capacity
    for k in order:
        if weights[k] <= rest:
            rest -= weights[k]
            taken[k] = True
    if greedy <= relaxed + 1e-9:
        return greedy
    sure, core, base, room = _decided(weights, worth, capacity, relaxed, greedy, price, order)
    if room < 0:
        return greedy
    size = core.size
    best = np.zeros(room + 1)
    used = np.zeros((size, room + 1), np.bool_)
    for m in range(size):
        w, v = weights[core[m]], worth[core[m]]
        for c in range(room, w - 1, -1):
            with_it = best[c - w] + v
            if with_it < best[c]:
                best[c] = with_it
                used[m, c] = True
    if base + best[room] >= greedy:
        return greedy
    taken[:] = sure
    c = room
    for m in range(size - 1, -1, -1):
        if used[m, c]:
            taken[core[m]] = True
            c -= weights[core[m]]
    return float(base + best[room])


@compiled
def _wanted(
    costs: FloatArray,
    demand: IntArray,
    capacity: int,
    u: FloatArray,
    weights: IntArray,
    reduced: FloatArray,
    who: IntArray,
) -> int:
    """Gather the customers that a site would take; returns how many."""
    size = 0
    for i in range(u.size):
        r = costs[i] - u[i]
        if r < 0.0 and demand[i] <= capacity:
            weights[size], reduced[size], who[size] = demand[i], r, i
            size += 1
    return size


@compiled
def _keep(least: FloatArray, value: float) -> None:
    """Put a value among the least ones, which stand in order."""
    if value >= least[-1]:
        return
    k = least.size - 1
    while k > 0 and least[k - 1] > value:
        least[k] = least[k - 1]
        k -= 1
    least[k] = value


@compiled
def relaxed(
    to_site: FloatArray,
    demand: IntArray,
    capacity: IntArray,
    opening: FloatArray,
    must: BoolArray,
    count: int,
    u: FloatArray,
    worth: FloatArray,
    exact: BoolArray,
    price: FloatArray,
    chosen: BoolArray,
    use: FloatArray,
) -> float:
    """Bound at the multipliers u.

    Parameters
    ----------
    to_site
        Cost of each customer at each site, infinite where not allowed, shape (J, I).
    demand, capacity, opening
        Of customers, of sites, and the cost of opening each.
    must
        Sites that are open in any case.
    count
        How many are open; 0 where that is free.
    u
        Multipliers, shape (I,).
    worth, exact, price, chosen, use
        Filled: least f + K of each site, or a bound on it where not exact (J,); whether it is
        exact; what a unit of its room is worth; which sites are chosen; how often each customer
        is taken (I,).
    """
    sites, places = to_site.shape
    weights = np.empty(places, np.int64)
    reduced = np.empty(places)
    who = np.empty(places, np.int64)
    taken = np.empty(places, np.bool_)
    for j in range(sites):
        size = _wanted(to_site[j], demand, capacity[j], u, weights, reduced, who)
        value, _, price[j], _ = relaxed_knapsack(weights[:size], reduced[:size], capacity[j])
        worth[j] = opening[j] + value
        exact[j] = False
    total = 0.0
    for i in range(places):
        total += u[i]
        use[i] = 0.0
    chosen[:] = False
    # The most promising by the relaxed knapsack first; a site whose relaxed value is beaten
    # already is not worth an exact one.
    ranked = np.argsort(np.where(must, -np.inf, worth))
    limit = np.inf if count > 0 else 0.0
    known = np.full(max(count, 1), np.inf)
    for j in ranked:
        if not must[j] and worth[j] >= limit:
            break
        size = _wanted(to_site[j], demand, capacity[j], u, weights, reduced, who)
        value = knapsack(weights[:size], reduced[:size], capacity[j], taken[:size])
        worth[j] = opening[j] + value
        exact[j] = True
        if count > 0:
            _keep(known, -np.inf if must[j] else worth[j])
            limit = known[count - 1]
    again = np.argsort(np.where(must, -np.inf, worth))
    for k in range(sites):
        j = again[k]
        if not must[j] and (k >= count if count > 0 else worth[j] >= 0.0):
            break
        chosen[j] = True
        total += worth[j]
        size = _wanted(to_site[j], demand, capacity[j], u, weights, reduced, who)
        knapsack(weights[:size], reduced[:size], capacity[j], taken[:size])
        for i in who[:size][taken[:size]]:
            use[i] += 1.0
    return total


@compiled
def ascend(
    to_site: FloatArray,
    demand: IntArray,
    capacity: IntArray,
    opening: FloatArray,
    must: BoolArray,
    count: int,
    u: FloatArray,
    target: float,
    iterations: int,
    scale: float,
    close: float,
) -> tuple[float, FloatArray, FloatArray, FloatArray, FloatArray, float]:
    """Subgradient steps on the multipliers; parameters as in :func:`relaxed`.

    Returns
    -------
    tuple
        Best bound, its multipliers, the worth of each site there, the price of its room, how
        often it was chosen lately, and the last factor of the steps.
    """
    sites, places = to_site.shape
    worth, price, share = np.empty(sites), np.empty(sites), np.zeros(sites)
    exact, chosen = np.empty(sites, np.bool_), np.empty(sites, np.bool_)
    use, direction = np.empty(places), np.zeros(places)
    best, best_u, best_worth, best_price = -np.inf, u.copy(), worth.copy(), price.copy()
    stale = 0
    for iteration in range(iterations):
        value = relaxed(
            to_site, demand, capacity, opening, must, count, u, worth, exact, price, chosen, use
        )
        stale += 1
        if value > best:
            if value > best + 1e-5 * abs(target):
                stale = 0
            best, best_u = value, u.copy()
            best_worth, best_price = worth.copy(), price.copy()
        fade = 1.0 / (1.0 + min(iteration, 30))
        for j in range(sites):
            share[j] += fade * ((1.0 if chosen[j] else 0.0) - share[j])
        if target - best < close or scale < 1e-4:
            break
        if stale >= 15:
            scale *= 0.6
            stale = 0
            u = best_u.copy()
            direction[:] = 0.0
            continue
        norm = 0.0
        for i in range(places):
            direction[i] = 0.3 * direction[i] + 0.7 * (1.0 - use[i])
            norm += direction[i] ** 2
        if norm < 1e-12:
            break
        step = scale * max(1.01 * target - value, 0.0) / norm
        for i in range(places):
            u[i] += step * direction[i]
    return best, best_u, best_worth, best_price, share, scale
