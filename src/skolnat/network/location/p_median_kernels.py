"""The p-median problem, compiled: interchange of sites, and a bound by multipliers.

The search is Whitaker's fast interchange (1983) as Hansen and Mladenović (1997) use it. The bound
is the Lagrangian relaxation of "everybody has a seat" (Cornuéjols, Fisher and Nemhauser 1977):

    L(u) = sum u[i] + (sum of the p smallest rho[j](u)),   rho[j](u) = sum min(0, d[i, j] - u[i]).
"""

from __future__ import annotations

import numpy as np

from skolnat.network.compiled import compiled
from skolnat.network.location.plan import BoolArray, FloatArray, IntArray


@compiled
def nearest_two(
    distance: FloatArray, is_open: BoolArray, first: IntArray, second: IntArray
) -> float:
    """Fill the nearest and second nearest open site of everybody; return the cost of the plan."""
    sites = np.nonzero(is_open)[0]
    cost = 0.0
    for i in range(distance.shape[0]):
        a, b = np.int64(-1), np.int64(-1)
        da, db = np.inf, np.inf
        for j in sites:
            d = distance[i, j]
            if d < da:
                a, b, da, db = j, a, d, da
            elif d < db:
                b, db = j, d
        first[i], second[i] = a, b
        cost += da
    return cost


@compiled
def _best_swap(
    distance: FloatArray,
    to_site: FloatArray,
    is_open: BoolArray,
    first: IntArray,
    second: IntArray,
) -> tuple[float, int, int]:
    """Find the exchange of one open for one closed site that saves most."""
    places, sites = distance.shape
    near = np.empty(places)
    next_near = np.empty(places)
    for i in range(places):
        near[i] = distance[i, first[i]]
        next_near[i] = distance[i, second[i]] if second[i] >= 0 else np.inf
    opened = np.nonzero(is_open)[0]
    best, best_in, best_out = 0.0, -1, -1
    loss = np.zeros(sites)
    for j in range(sites):
        if is_open[j]:
            continue
        for r in opened:
            loss[r] = 0.0
        gain = 0.0
        for i in range(places):
            d = to_site[j, i]
            if d < near[i]:
                gain += near[i] - d
            else:
                loss[first[i]] += min(d, next_near[i]) - near[i]
        out = opened[0]
        for r in opened:
            if loss[r] < loss[out]:
                out = r
        change = loss[out] - gain
        if change < best - 1e-9:
            best, best_in, best_out = change, j, out
    return best, best_in, best_out


@compiled
def interchange(distance: FloatArray, to_site: FloatArray, is_open: BoolArray, most: int) -> float:
    """Exchange sites until no exchange saves anything; changes ``is_open``, returns the cost.

    Parameters
    ----------
    distance
        Shape (I, J).
    to_site
        Its transpose, laid out by site.
    is_open
        Shape (J,).
    most
        At most so many exchanges.
    """
    first = np.empty(distance.shape[0], np.int64)
    second = np.empty(distance.shape[0], np.int64)
    cost = nearest_two(distance, is_open, first, second)
    for _ in range(most):
        _, enters, leaves = _best_swap(distance, to_site, is_open, first, second)
        if enters < 0:
            break
        is_open[enters], is_open[leaves] = True, False
        cost = nearest_two(distance, is_open, first, second)
    return cost


@compiled
def compact(
    near: FloatArray, order: IntArray, number: IntArray, left: int
) -> tuple[FloatArray, IntArray]:
    """Leave out sites of the sorted tables.

    Parameters
    ----------
    near, order
        As in :func:`relaxed`.
    number
        New number of each site, -1 where it is left out, shape (J,).
    left
        How many are left.
    """
    places, sites = near.shape
    new_near, new_order = np.empty((places, left)), np.empty((places, left), np.int64)
    for i in range(places):
        at = 0
        for k in range(sites):
            j = number[order[i, k]]
            if j >= 0:
                new_near[i, at], new_order[i, at] = near[i, k], j
                at += 1
    return new_near, new_order


@compiled
def relaxed(near: FloatArray, order: IntArray, u: FloatArray, rho: FloatArray) -> float:
    """Fill rho (J,) at the multipliers u (I,); return their sum.

    Parameters
    ----------
    near
        Distances of each customer ascending, shape (I, J).
    order
        The sites in that order, shape (I, J).
    u, rho
        Multipliers, and what each site saves.
    """
    rho[:] = 0.0
    total = 0.0
    for i in range(near.shape[0]):
        price = u[i]
        total += price
        for k in range(near.shape[1]):
            d = near[i, k]
            if d >= price:
                break
            rho[order[i, k]] += d - price
    return total


@compiled
def _turn(
    near: FloatArray, order: IntArray, chosen: BoolArray, u: FloatArray, direction: FloatArray
) -> float:
    """Turn the direction towards the subgradient; return the square of its length."""
    norm = 0.0
    for i in range(u.size):
        use = 0.0
        for k in range(near.shape[1]):
            if near[i, k] >= u[i]:
                break
            if chosen[order[i, k]]:
                use += 1.0
        direction[i] = 0.3 * direction[i] + 0.7 * (1.0 - use)
        norm += direction[i] ** 2
    return norm


@compiled
def ascend(
    near: FloatArray,
    order: IntArray,
    must: BoolArray,
    count: int,
    u: FloatArray,
    target: float,
    iterations: int,
    scale: float,
    close: float,
) -> tuple[float, FloatArray, FloatArray, FloatArray, float]:
    """Subgradient steps on the multipliers.

    Parameters
    ----------
    near, order
        As in :func:`relaxed`.
    must
        Sites that every plan in question opens, shape (J,).
    count
        How many sites are open.
    u
        First multipliers, shape (I,).
    target
        Cost of a known plan.
    iterations, scale
        Steps, and the first factor of their length.
    close
        Stop when the bound is so near the target.

    Returns
    -------
    tuple
        Best bound, its multipliers, its rho, how often each site was chosen lately, last scale.
    """
    places, sites = near.shape
    rho = np.empty(sites)
    direction = np.zeros(places)
    chosen = np.zeros(sites, np.bool_)
    share = np.zeros(sites)
    best, best_u, best_rho = -np.inf, u.copy(), rho.copy()
    stale = 0
    for iteration in range(iterations):
        value = relaxed(near, order, u, rho)
        ranked = np.argsort(np.where(must, -np.inf, rho))
        chosen[:] = False
        for k in range(count):
            chosen[ranked[k]] = True
            value += rho[ranked[k]]
        stale += 1
        if value > best:
            if value > best + 1e-5 * abs(target):
                stale = 0
            best, best_u, best_rho = value, u.copy(), rho.copy()
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
        norm = _turn(near, order, chosen, u, direction)
        if norm < 1e-12:
            break
        step = scale * max(1.02 * target - value, 0.0) / norm
        for i in range(places):
            u[i] = max(u[i] + step * direction[i], near[i, 0])
    return best, best_u, best_rho, share, scale
