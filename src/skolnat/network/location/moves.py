"""Local search on who goes where, compiled: shifts, swaps, and a better site for a catchment.

Capacities may be broken on the way at a price a unit; the caller raises the price until the plan
holds. Neighbours are the few cheapest sites of each customer.
"""

from __future__ import annotations

import numpy as np

from skolnat.network.compiled import compiled
from skolnat.network.location.plan import BoolArray, FloatArray, IntArray

PARTNERS = 8
"""With customers of so many nearest open sites a customer may change places."""


@compiled
def excess(load: int, capacity: int) -> float:
    """Return how much of a load does not fit."""
    return float(max(0, load - capacity))


@compiled
def leave(head: IntArray, after: IntArray, site: int, customer: int) -> None:
    """Take a customer out of the list of a site."""
    m, before = head[site], -1
    while m != customer:
        before, m = m, after[m]
    if before < 0:
        head[site] = after[customer]
    else:
        after[before] = after[customer]


@compiled
def list_customers(seat: IntArray, head: IntArray, after: IntArray) -> None:
    """List the customers of each site: the first one, and after each the next."""
    head[:] = -1
    for i in range(seat.size):
        after[i] = head[seat[i]]
        head[seat[i]] = i


@compiled
def move(
    demand: IntArray, seat: IntArray, load: IntArray, head: IntArray, after: IntArray,
    customer: int, into: int,
) -> None:  # fmt: skip
    """Give a customer another site."""
    a = seat[customer]
    leave(head, after, a, customer)
    after[customer], head[into] = head[into], customer
    load[a] -= demand[customer]
    load[into] += demand[customer]
    seat[customer] = into


@compiled
def _shifts(
    to_site: FloatArray,
    near: IntArray,
    demand: IntArray,
    capacity: IntArray,
    opening: FloatArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    price: float,
    free: bool,
) -> bool:
    """Move each customer to the site where that saves most; return whether any moved."""
    moved = False
    members = np.zeros(capacity.size, np.int64)
    for j in seat:
        members[j] += 1
    for i in range(demand.size):
        a, w = seat[i], demand[i]
        spared = price * (excess(load[a], capacity[a]) - excess(load[a] - w, capacity[a]))
        if free and members[a] == 1:
            spared += opening[a]
        best, into = -1e-9, -1
        for b in near[i]:
            extra = to_site[b, i] - to_site[a, i] - spared
            if extra >= best:
                break  # the others are dearer still
            if b == a or not is_open[b]:
                continue
            extra += price * (excess(load[b] + w, capacity[b]) - excess(load[b], capacity[b]))
            if extra < best:
                best, into = extra, b
        if into >= 0:
            load[a] -= w
            load[into] += w
            members[a] -= 1
            members[into] += 1
            seat[i] = into
            moved = True
            if free and members[a] == 0:
                is_open[a] = False
    return moved


@compiled
def best_partner(
    i: int,
    to_site: FloatArray,
    near: IntArray,
    demand: IntArray,
    capacity: IntArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    price: float,
    head: IntArray,
    after: IntArray,
) -> int:
    """Find the customer with whom changing places saves most; -1 where there is none."""
    a = seat[i]
    best, other = -1e-9, -1
    seen = 0
    for b in near[i]:
        if b == a or not is_open[b]:
            continue
        seen += 1
        if seen > PARTNERS:
            break
        gain = to_site[b, i] - to_site[a, i]
        gain -= price * (excess(load[a], capacity[a]) + excess(load[b], capacity[b]))
        k = head[b]
        while k >= 0:
            change = gain + to_site[a, k] - to_site[b, k]
            if change < best:
                shift = demand[i] - demand[k]
                change += price * excess(load[a] - shift, capacity[a])
                change += price * excess(load[b] + shift, capacity[b])
                if change < best:
                    best, other = change, k
            k = after[k]
    return other


@compiled
def _swaps(
    to_site: FloatArray,
    near: IntArray,
    demand: IntArray,
    capacity: IntArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    price: float,
    head: IntArray,
    after: IntArray,
) -> bool:
    """Let pairs of customers change places; return whether any did."""
    moved = False
    for i in range(demand.size):
        k = best_partner(
            i, to_site, near, demand, capacity, is_open, seat, load, price, head, after
        )
        if k < 0:
            continue
        a, b = seat[i], seat[k]
        move(demand, seat, load, head, after, i, b)
        move(demand, seat, load, head, after, k, a)
        moved = True
    return moved


@compiled
def take_over(
    a: int,
    to_site: FloatArray,
    similar: IntArray,
    capacity: IntArray,
    opening: FloatArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    price: float,
    head: IntArray,
    after: IntArray,
) -> int:
    """Give a whole catchment to the closed site that is cheapest for it; -1 where none is."""
    now = opening[a] + price * excess(load[a], capacity[a])
    i = head[a]
    while i >= 0:
        now += to_site[a, i]
        i = after[i]
    best, into = now - 1e-9, -1
    for b in similar[a]:
        if is_open[b]:
            continue
        cost = opening[b] + price * excess(load[a], capacity[b])
        i = head[a]
        while i >= 0 and cost < best:
            cost += to_site[b, i]
            i = after[i]
        if cost < best:
            best, into = cost, b
    if into < 0:
        return -1
    is_open[a], is_open[into] = False, True
    load[into], load[a] = load[a], 0
    i = head[a]
    while i >= 0:
        seat[i] = into
        i = after[i]
    head[into], head[a] = head[a], -1
    return into


@compiled
def _takeovers(
    to_site: FloatArray,
    similar: IntArray,
    capacity: IntArray,
    opening: FloatArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    price: float,
    head: IntArray,
    after: IntArray,
) -> bool:
    """Give whole catchments to a closed site that is cheaper; return whether any was."""
    moved = False
    for a in range(capacity.size):
        if is_open[a] and head[a] >= 0:
            into = take_over(
                a, to_site, similar, capacity, opening, is_open, seat, load, price, head, after
            )
            moved |= into >= 0
    return moved


@compiled
def improve(
    to_site: FloatArray,
    near: IntArray,
    similar: IntArray,
    demand: IntArray,
    capacity: IntArray,
    opening: FloatArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    price: float,
    free: bool,
    passes: int,
) -> None:
    """Improve a plan in place until no move does.

    Parameters
    ----------
    to_site
        Cost of each customer at each site, shape (J, I).
    near
        Sites of each customer, cheapest first, shape (I, K).
    similar
        Sites that may take over a whole catchment, for each site, shape (J, M).
    demand, capacity, opening
        Of customers and sites.
    is_open, seat, load
        The plan: open sites (J,), the site of each customer (I,), demand at each site (J,).
    price
        Of a unit that does not fit.
    free
        Whether the number of open sites is free: empty sites then close.
    passes
        At most so many rounds.
    """
    head = np.empty(capacity.size, np.int64)
    after = np.empty(demand.size, np.int64)
    for _ in range(passes):
        moved = _shifts(to_site, near, demand, capacity, opening, is_open, seat, load, price, free)
        list_customers(seat, head, after)
        moved |= _swaps(to_site, near, demand, capacity, is_open, seat, load, price, head, after)
        moved |= _takeovers(
            to_site, similar, capacity, opening, is_open, seat, load, price, head, after
        )
        if not moved:
            break


@compiled
def fill(
    to_site: FloatArray,
    demand: IntArray,
    capacity: IntArray,
    is_open: BoolArray,
    guide: FloatArray,
    seat: IntArray,
    load: IntArray,
) -> None:
    """Seat everybody at the open sites, those with most to lose first.

    Parameters
    ----------
    to_site, demand, capacity, is_open
        As in :func:`improve`.
    guide
        Price of a unit of room at each site (0 or below), shape (J,).
    seat, load
        Filled: the site of each customer; the demand at each site, which may be too much.
    """
    places = demand.size
    opened = np.nonzero(is_open)[0]
    regret = np.empty(places)
    for i in range(places):
        first, second = np.inf, np.inf
        for j in opened:
            c = to_site[j, i] - guide[j] * demand[i]
            if c < first:
                first, second = c, first
            elif c < second:
                second = c
        regret[i] = -(second - first) if second < np.inf else -1e18
    load[:] = 0
    for i in np.argsort(regret):
        best, into = np.inf, np.int64(-1)
        least, emptiest = -np.inf, np.int64(opened[0])
        for j in opened:
            room = capacity[j] - load[j]
            if room >= demand[i]:
                c = to_site[j, i] - guide[j] * demand[i]
                if c < best:
                    best, into = c, j
            if room > least:
                least, emptiest = room, j
        if into < 0:
            into = emptiest
        seat[i] = into
        load[into] += demand[i]
