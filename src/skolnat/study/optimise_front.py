"""The front of a study: plans of which none is better in cost, journeys and disruption."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault, raise_if_any
from skolnat.network.front import Aim, FrontPlan, aims, apart, best_for, undominated
from skolnat.network.scenarios import today
from skolnat.network.solve import Effort
from skolnat.network.wishes import Wishes, broken
from skolnat.study.optimise import first_plan
from skolnat.study.optimise_clash import Regime, markets_of
from skolnat.study.prepare import Prepared
from skolnat.study.solve import BRISK


def front(
    prepared: Prepared, *, regime: Regime = "together", wishes: Wishes | None = None,
    effort: Effort = BRISK, jobs: int = 2,
) -> tuple[FrontPlan, ...]:  # fmt: skip
    """Find plans of the front, each with its proof, the cheapest first.

    Parameters
    ----------
    prepared
        A study that is laid out, see :func:`skolnat.study.optimise.open_study`.
    regime
        Borders as they are, or open.
    wishes
        What every plan of the front keeps; see :func:`front_refused`.
    effort, jobs
        How hard to search each plan; how many at once.
    """
    wish = wishes or Wishes()
    front_refused(wish)
    todays = [today(case).plan for case in prepared.cases]
    wished = markets_of(prepared, regime, wish)

    def one(aim: Aim) -> FrontPlan | None:
        found, sums, bound = [], np.zeros(3), 0.0
        for case, market, now in zip(prepared.cases, wished, todays, strict=True):
            start = first_plan(case, market, now)
            solved, figures = best_for(
                dataclasses.replace(case, market=market.market, options=market.options),
                market.allowed, now, start, aim, effort, prepared.study.seed,
            )  # fmt: skip
            if any(part.max(initial=0.0) > 1e-6 for part in broken(case.market, solved.plan, wish)):
                return None
            found.append(solved.plan)
            sums += figures
            bound += solved.bound
        years = float(prepared.cases[0].market.years.sum())
        money, km, moved = (sums / years).tolist()
        return FrontPlan(aim, money, km, moved, bound / years, tuple(found))

    with ThreadPoolExecutor(max(jobs, 1)) as pool:
        found = [plan for plan in pool.map(one, aims()) if plan is not None]
    return apart(undominated(_crossed(found)))


def front_refused(wishes: Wishes) -> None:
    """Refuse wishes that plans of the front would not keep, or that would say nothing of them.

    Raises
    ------
    InvalidInput
        For wishes about children and the map, and for a budget.
    """
    asked = {
        "budget": wishes.budget is not None,
        "most_changes": wishes.most_changes is not None,
        "contiguous": wishes.contiguous,
        "siblings": wishes.siblings,
    }
    raise_if_any(
        [
            Fault("study.not_in_front", column=key, values={"wish": key})
            for key, on in asked.items()
            if on
        ]
    )


def _crossed(plans: list[FrontPlan]) -> list[FrontPlan]:
    """Give each aim the best of all plans found: what is best for one aim may serve another."""
    whole = []
    for plan in plans:
        values = [p.aims @ np.array([1.0, plan.aim.km, plan.aim.moved]) for p in plans]
        better = plans[int(np.argmin(values))]
        whole.append(dataclasses.replace(better, aim=plan.aim, bound=plan.bound))
    return whole


def front_table(plans: tuple[FrontPlan, ...], pupils: float) -> pd.DataFrame:
    """Return the front as a table.

    Parameters
    ----------
    plans
        As of :func:`front`.
    pupils
        Mean number of pupils a year.
    """
    return pd.DataFrame(
        {
            "cost_eur_per_year": [plan.cost for plan in plans],
            "mean_km": [plan.pupil_km / max(pupils, 1e-12) for plan in plans],
            "moved_pupils": [plan.moved for plan in plans],
            "km_price_eur": [plan.aim.km for plan in plans],
            "moved_price_eur": [plan.aim.moved for plan in plans],
            "bound_eur_per_year": [plan.bound for plan in plans],
            "gap": [plan.gap for plan in plans],
        }
    )


def mean_pupils(prepared: Prepared) -> float:
    """Mean number of pupils over the planned years."""
    years = prepared.cases[0].market.years
    return float(sum((case.market.pupils.sum(axis=1) * years).sum() for case in prepared.cases)
                 / years.sum())  # fmt: skip


def open_units(plan: FrontPlan, prepared: Prepared) -> int:
    """Units open in the last period."""
    return sum(
        int((found.closes >= case.market.periods).sum())
        for found, case in zip(plan.plans, prepared.cases, strict=True)
    )
