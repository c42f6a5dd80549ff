"""Work out how much of the split and support hours are small groups that a plan counts one by one.

The published level of cost is kept: hours that were held per pupil are taken away there and counted
by the group instead. The network of today in the first year of the plan, national shares alone.

    python tools/calibrate_small_groups.py [STUDY.toml]

prints the hours a pupil that the rules ``teaching.within_split_1_6``, ``_7_9`` and
``teaching.within_support`` hold, rounded to two digits, beside what the rules say now.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from skolnat.economy.prices import prices
from skolnat.forecast import forecast
from skolnat.network.evaluate import Planned, assignment_rows, unit_rows
from skolnat.network.scenarios import today
from skolnat.plan.priced import BASIC
from skolnat.study.inputs import read_inputs
from skolnat.study.prepare import Prepared, prepare
from skolnat.study.teaching import groups_of_plan, seats_of, teaching_of

STUDY = Path(__file__).parents[1] / "examples" / "paijanne-tavastland.toml"
DRAWS = 200


def prepared(study: Path) -> Prepared:
    """Lay out a study, without what its workbook tells of teaching."""
    inputs = read_inputs(study)
    futures = forecast(until=inputs.study.last_year, draws=DRAWS, seed=inputs.study.seed)
    return prepare(inputs.study, inputs.region, futures)


def hours_per_pupil(laid: Prepared) -> dict[str, float]:
    """Return the hours of small groups a pupil and week, by the rule that holds them."""
    plans = [_today(laid, k) for k in range(len(laid.cases))]
    units = pd.concat([unit_rows(plan, laid.rules) for plan in plans], ignore_index=True)
    rows = [assignment_rows(plan, laid.rules) for plan in plans]
    seats = seats_of(pd.concat(rows, ignore_index=True))
    groups = groups_of_plan(laid, teaching_of(laid), units, seats)
    groups = groups[(groups["period"] == 0) & (groups["subject"] != BASIC)]
    pupils = units[units["period"] == 0].groupby("stage")["pupils"].sum()
    support = groups["subject"].str.startswith("support")
    split = groups[~support].groupby("stage")["weekly_hours"].sum() / pupils
    return {
        "teaching.within_split_1_6": float(split["1-6"]),
        "teaching.within_split_7_9": float(split["7-9"]),
        "teaching.within_support": float(groups.loc[support, "weekly_hours"].sum() / pupils.sum()),
    }


def _today(laid: Prepared, k: int) -> Planned:
    """Today's network of one market in its first period."""
    case, period = (laid.frozen or laid.cases)[k], laid.periods[:1]
    plan = today(case).plan
    price = prices(case.market.stage, laid.rules, laid.study.first_year)
    return Planned(case.market, period, plan.closes, plan.seat[:1], price)


def main(arguments: list[str]) -> None:
    """Print the table."""
    laid = prepared(Path(arguments[0]) if arguments else STUDY)
    for rule, hours in hours_per_pupil(laid).items():
        now = laid.rules.number(rule, laid.study.first_year)
        sys.stdout.write(f"{rule:28} {hours:8.4f} h/week a pupil (rule: {now:g})\n")


if __name__ == "__main__":
    main(sys.argv[1:])
