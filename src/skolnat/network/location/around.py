"""Local search around the sites that a shake touched, compiled.

A shake changes a plan in one or two places; looking at everybody after each would cost as much
as the whole plan. Only the catchments that changed are looked at, and those that they change.
"""

from __future__ import annotations

from skolnat.network.compiled import compiled
from skolnat.network.location.moves import best_partner, excess, list_customers, move, take_over
from skolnat.network.location.plan import BoolArray, FloatArray, IntArray

NEIGHBOURS = 4
"""So many open sites beside a site that opens or closes are looked at anew."""


@compiled
def touch_beside(similar: IntArray, is_open: BoolArray, touched: BoolArray, site: int) -> None:
    """Mark a site and the open sites most like it."""
    touched[site] = True
    left = NEIGHBOURS
    for other in similar[site]:
        if is_open[other]:
            touched[other] = True
            left -= 1
            if left == 0:
                break


@compiled
def _best_shift(
    i: int,
    near: IntArray,
    near_cost: FloatArray,
    now: float,
    demand: IntArray,
    capacity: IntArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    price: float,
    spared: float,
) -> int:
    """Find the site to which moving a customer saves most; -1 where there is none."""
    best, into = -1e-9, -1
    for k in range(near.shape[1]):
        extra = near_cost[i, k] - now - spared
        if extra >= best:
            break  # the others are dearer still
        b = near[i, k]
        if b == seat[i] or not is_open[b]:
            continue
        room = capacity[b]
        extra += price * (excess(load[b] + demand[i], room) - excess(load[b], room))
        if extra < best:
            best, into = extra, b
    return into


@compiled
def _drawn_in(
    j: int,
    to_site: FloatArray,
    close: IntArray,
    demand: IntArray,
    capacity: IntArray,
    seat: IntArray,
    load: IntArray,
    price: float,
    head: IntArray,
    after: IntArray,
    touched: BoolArray,
) -> None:
    """Give a site with room those of its closest customers for whom it is cheaper."""
    for i in close[j]:
        a, w = seat[i], demand[i]
        if a == j or after[head[a]] < 0:
            continue
        change = to_site[j, i] - to_site[a, i]
        change -= price * (excess(load[a], capacity[a]) - excess(load[a] - w, capacity[a]))
        if change >= -1e-9:
            continue
        change += price * (excess(load[j] + w, capacity[j]) - excess(load[j], capacity[j]))
        if change < -1e-9:
            move(demand, seat, load, head, after, i, j)
            touched[a] = touched[j] = True


@compiled
def _taken_over(
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
    touched: BoolArray,
) -> None:
    """Give a whole catchment to the closed site that is cheapest for it, if that is cheaper."""
    into = take_over(
        a, to_site, similar, capacity, opening, is_open, seat, load, price, head, after
    )
    if into >= 0:
        touched[into] = True


@compiled
def _members(
    j: int,
    to_site: FloatArray,
    near: IntArray,
    near_cost: FloatArray,
    demand: IntArray,
    capacity: IntArray,
    opening: FloatArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    price: float,
    free: bool,
    head: IntArray,
    after: IntArray,
    touched: BoolArray,
) -> None:
    """Move each customer of a site away, or let it change places, where that saves."""
    i = head[j]
    while i >= 0:
        then = after[i]
        w = demand[i]
        spared = price * (excess(load[j], capacity[j]) - excess(load[j] - w, capacity[j]))
        alone = free and after[head[j]] < 0
        if alone:
            spared += opening[j]
        into = _best_shift(
            i, near, near_cost, to_site[j, i], demand, capacity, is_open, seat, load, price, spared
        )
        if into >= 0:
            move(demand, seat, load, head, after, i, into)
            touched[j] = touched[into] = True
            if alone:
                is_open[j] = touched[j] = False
        else:
            k = best_partner(
                i, to_site, near, demand, capacity, is_open, seat, load, price, head, after
            )
            if k >= 0:
                b = seat[k]
                move(demand, seat, load, head, after, i, b)
                move(demand, seat, load, head, after, k, j)
                touched[j] = touched[b] = True
        i = then


@compiled
def improve_around(
    to_site: FloatArray,
    near: IntArray,
    near_cost: FloatArray,
    close: IntArray,
    similar: IntArray,
    demand: IntArray,
    capacity: IntArray,
    opening: FloatArray,
    is_open: BoolArray,
    seat: IntArray,
    load: IntArray,
    price: float,
    free: bool,
    touched: BoolArray,
    head: IntArray,
    after: IntArray,
    passes: int,
) -> None:
    """Improve a plan in place around the sites that were touched, until no move does.

    Parameters
    ----------
    to_site, near, similar, demand, capacity, opening, is_open, seat, load, price, free
        As in :func:`skolnat.network.location.moves.improve`.
    near_cost
        What the sites of ``near`` cost, shape (I, K).
    close
        The cheapest customers of each site, cheapest first, shape (J, M).
    touched
        Sites to look at, shape (J,); cleared.
    head, after
        Room for lists of customers by site, shapes (J,) and (I,).
    passes
        At most so many rounds.
    """
    list_customers(seat, head, after)
    for _ in range(passes):
        moved = False
        for j in range(capacity.size):
            if not touched[j]:
                continue
            touched[j] = False
            if not is_open[j]:
                continue
            moved = True
            _members(
                j, to_site, near, near_cost, demand, capacity, opening, is_open, seat, load,
                price, free, head, after, touched,
            )  # fmt: skip
            if not is_open[j]:
                continue
            if load[j] < capacity[j]:
                _drawn_in(
                    j, to_site, close, demand, capacity, seat, load, price, head, after, touched
                )
            if head[j] >= 0:
                _taken_over(
                    j, to_site, similar, capacity, opening, is_open, seat, load, price,
                    head, after, touched,
                )  # fmt: skip
        if not moved:
            break
    touched[:] = False
