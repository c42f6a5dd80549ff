"""What follows when one school closes, opens or takes other pupils: at once, and exactly.

A region's plan is kept with the figures of each market. A change touches the market (or the two
markets) of one school; only its figures are computed anew, with the same prices as the full
evaluation, so the two always agree (a test holds them to it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from skolnat.access.journeys import share_over_limit
from skolnat.network.evaluate import Planned, first_year
from skolnat.network.kernel import Problem, problem
from skolnat.network.market import BoolArray, FloatArray, IntArray
from skolnat.network.search import Found, changed
from skolnat.rules.rules import Rules


@dataclass(frozen=True)
class Figures:
    """What a plan comes to, as means over its years.

    Parameters
    ----------
    eur
        Gross cost of each municipality, euros a year, shape (M,).
    pupils
        Pupils.
    pupil_km, over_5_km, over_limit
        Kilometres one way of all pupils together; pupils with more than 5 km; pupils over the
        law's longest daily journey.
    beyond_seats
        Pupils beyond the seats of their school.
    moved
        Pupils who, in the period in which most do, have another school than with no change.
    """

    eur: FloatArray
    pupils: float
    pupil_km: float
    over_5_km: float
    over_limit: float
    beyond_seats: float
    moved: float

    @property
    def cost(self) -> float:
        """Gross cost of all municipalities, euros a year."""
        return float(self.eur.sum())

    @property
    def mean_km(self) -> float:
        """Mean journey, kilometres one way."""
        return self.pupil_km / max(self.pupils, 1e-12)

    def plus(self, other: Figures) -> Figures:
        """Return the figures of two markets together."""
        return Figures(
            self.eur + other.eur,
            *(
                getattr(self, name) + getattr(other, name)
                for name in (
                    "pupils", "pupil_km", "over_5_km", "over_limit", "beyond_seats", "moved",
                )
            ),
        )  # fmt: skip


def figures_of(plan: Planned, today: IntArray, municipalities: int, rules: Rules) -> Figures:
    """Evaluate the plan of one market.

    Parameters
    ----------
    plan
        The plan.
    today
        Seats when nothing changes, shape (P, I).
    municipalities
        Number M of municipalities.
    rules
        Limits of the law.
    """
    market, loads, open_ = plan.market, plan.loads, plan.open
    years = market.years / market.years.sum()
    cells = np.arange(len(market.cells))
    seat, pupils = plan.seat, market.pupils
    weight = years[:, None] * pupils
    unit_eur = years @ (
        np.where(open_, market.load_costs(loads) + market.fixed, 0.0) + loads * plan.price.pupil
    )
    unit_eur = unit_eur + market.option_costs(plan.closes) / market.years.sum()
    cell_eur = (weight * market.arc_cost[cells, seat]).sum(axis=0)
    km, minutes = market.km[cells, seat], market.minutes[cells, seat]
    late = share_over_limit(minutes, market.stage, rules, first_year(plan))
    eur = np.zeros(municipalities)
    np.add.at(eur, market.unit_municipality, unit_eur)
    np.add.at(eur, market.cell_municipality, cell_eur)
    return Figures(
        eur=eur,
        pupils=float(weight.sum()),
        pupil_km=float((weight * km).sum()),
        over_5_km=float(weight[km > 5.0].sum()),
        over_limit=float((weight * late).sum()),
        beyond_seats=float((years @ np.maximum(loads - market.capacity, 0.0)).sum()),
        moved=float((pupils * (seat != today)).max(axis=0).sum()),
    )


class ImpossibleError(ValueError):
    """A change after which some pupils have no school to go to, or in years that are settled."""


@dataclass(frozen=True)
class WhatIf:
    """A region's plan with its figures, to be changed school by school.

    Immutable: every change gives a new one, so that an official can go back.

    Parameters
    ----------
    plans
        The plan of each market.
    layouts
        Who may go where, market by market.
    today
        Seats when nothing changes, by market, shapes (P, I).
    rules
        Limits of the law.
    parts
        Figures of each market.
    """

    plans: tuple[Planned, ...]
    layouts: tuple[Problem, ...]
    today: tuple[IntArray, ...]
    rules: Rules
    parts: tuple[Figures, ...]

    @classmethod
    def of(
        cls, plans: Sequence[Planned], allowed: Sequence[BoolArray], today: Sequence[Planned],
        municipalities: int, rules: Rules,
    ) -> WhatIf:  # fmt: skip
        """Lay out a region's plan.

        Parameters
        ----------
        plans, today
            The plan, and the one in which nothing changes, by market.
        allowed
            Which square may use which unit, by market, shapes (I, J).
        municipalities, rules
            Number of municipalities; limits of the law.
        """
        seats = tuple(plan.seat for plan in today)
        return cls(
            tuple(plans),
            tuple(problem(p.market, a) for p, a in zip(plans, allowed, strict=True)),
            seats,
            rules,
            tuple(
                figures_of(plan, seat, municipalities, rules)
                for plan, seat in zip(plans, seats, strict=True)
            ),
        )

    @property
    def figures(self) -> Figures:
        """Figures of the whole region."""
        total = self.parts[0]
        for part in self.parts[1:]:
            total = total.plus(part)
        return total

    def close(self, school: str, year: int) -> WhatIf:
        """Close a school from the first period that begins in a year or later.

        Raises
        ------
        ImpossibleError
            When its pupils have nowhere to go, or nothing can change in that year.
        """
        return self._changed(school, self._period(year))

    def keep(self, school: str) -> WhatIf:
        """Keep a school open, or open a candidate, to the end of the plan."""
        return self._changed(school, len(self.plans[0].periods))

    def move(self, cell: str, unit: str, year: int) -> WhatIf:
        """Send the pupils of a square to another unit from a year on.

        Raises
        ------
        ImpossibleError
            When the unit is not open then, or the square may not use it.
        """
        first = self._period(year)
        for k, plan in enumerate(self.plans):
            market = plan.market
            if unit in market.units and cell in market.cells:
                i, j = market.cells.index(cell), market.units.index(unit)
                if not plan.open[first:, j].all() or np.isinf(self.layouts[k].journey[i, j]):
                    raise ImpossibleError(f"{cell}: {unit} takes no pupils from there in {year}")
                seat = plan.seat.copy()
                seat[first:, i] = j
                return self._with(k, replace(plan, seat=seat))
        raise ImpossibleError(f"no market has both {cell} and {unit}")

    def _changed(self, school: str, when: int) -> WhatIf:
        result, met = self, False
        for k, plan in enumerate(self.plans):
            for unit in (u for u in plan.market.units if u.rpartition(":")[0] == school):
                met = True
                j = plan.market.units.index(unit)
                result = result._with(k, result._one(k, j, when))
        if not met:
            raise ImpossibleError(f"no school {school} in this plan")
        return result

    def _one(self, k: int, j: int, when: int) -> Planned:
        plan = self.plans[k]
        if plan.market.candidate[j] and 0 < when < len(plan.periods):
            raise ImpossibleError(
                f"{plan.market.units[j]}: a candidate opens from the start or never"
            )
        found = changed(plan.market, self.layouts[k], Found(plan.closes, plan.seat, 0.0), j, when)
        if found is None:
            raise ImpossibleError(f"{plan.market.units[j]}: its pupils have no other school")
        # A candidate that opens does so after the years that are settled.
        seat = found.seat
        frozen = [p for p, period in enumerate(plan.periods) if period.frozen]
        if plan.market.candidate[j]:
            seat[frozen] = plan.seat[frozen]
        return replace(plan, closes=found.closes, seat=seat)

    def _with(self, k: int, plan: Planned) -> WhatIf:
        frozen = [p for p, period in enumerate(plan.periods) if period.frozen]
        if (plan.seat[frozen] != self.plans[k].seat[frozen]).any():
            raise ImpossibleError("nothing can change in the years that are settled")
        part = figures_of(plan, self.today[k], self.parts[k].eur.size, self.rules)
        plans = (*self.plans[:k], plan, *self.plans[k + 1 :])
        return replace(self, plans=plans, parts=(*self.parts[:k], part, *self.parts[k + 1 :]))

    def _period(self, year: int) -> int:
        for p, period in enumerate(self.plans[0].periods):
            if not period.frozen and period.years[0] >= year:
                return p
        raise ImpossibleError(f"no period begins in {year} or later")
