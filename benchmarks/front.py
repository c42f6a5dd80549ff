"""The front of a study: ``python benchmarks/front.py [STUDY] [--json] [--picture FILE]``.

Plans of which none is better in cost, journeys and disruption, each with its proof, and how long
they took. Without STUDY the ten municipalities of Päijänne-Tavastland. The picture shows cost
against journeys, pupils in another school by colour.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import altair as alt
import pandas as pd
from main_job import machine

from skolnat.network.warm import compile_kernels
from skolnat.study.optimise import open_study
from skolnat.study.optimise_front import front, front_table, mean_pupils, open_units

EXAMPLE = Path(__file__).parent.parent / "examples" / "paijanne-tavastland.toml"
LEAST = 12
"""So many plans of which none is better there must be."""


def main() -> int:
    """Find the front, and tell it; status 1 with fewer plans than there must be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("study", nargs="?", type=Path, default=EXAMPLE)
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--jobs", type=int, default=2, help="plans sought side by side")
    parser.add_argument("--picture", type=Path, help="PNG of the front")
    options = parser.parse_args()
    prepared = open_study(options.study)
    compile_kernels()
    clock, work = time.perf_counter(), time.process_time()
    plans = front(prepared, jobs=options.jobs)
    spent = time.perf_counter() - clock, time.process_time() - work
    table = front_table(plans, mean_pupils(prepared))
    table["open_units"] = [open_units(plan, prepared) for plan in plans]
    told = {"seconds": spent[0], "processor_seconds": spent[1], "plans": len(table)}
    if options.picture is not None:
        picture(table).save(options.picture, scale_factor=2)
    if options.json:
        print(json.dumps({**machine(), **told, "front": table.to_dict("records")}, indent=2))
    else:
        print("\n".join(rows(table)))
        print(told)
    return 0 if len(table) >= LEAST else 1


def rows(table: pd.DataFrame) -> list[str]:
    """Return the front as rows of Markdown."""
    head = "| cost, M€ a year | km a pupil | moved | open at the end | € a km | € a move | gap |"
    return [
        head,
        "|---|---|---|---|---|---|---|",
        *(
            f"| {row['cost_eur_per_year'] / 1e6:.2f} | {row['mean_km']:.2f} "
            f"| {row['moved_pupils']:,.0f} | {row['open_units']:.0f} | {row['km_price_eur']:,.0f} "
            f"| {row['moved_price_eur']:,.0f} | {100 * row['gap']:.2f} % |"
            for row in table.to_dict("records")
        ),
    ]


def picture(table: pd.DataFrame) -> Any:
    """Return cost against journeys, pupils in another school by colour."""
    shown = table.assign(cost=table["cost_eur_per_year"] / 1e6)
    return (
        alt.Chart(shown)
        .mark_circle(size=90)
        .encode(
            alt.X("cost", title="cost that a plan can change, M€ a year").scale(zero=False),
            alt.Y("mean_km", title="mean journey, km").scale(zero=False),
            alt.Color("moved_pupils", title="pupils in another school").scale(scheme="viridis"),
        )
        .properties(width=560, height=360)
    )


if __name__ == "__main__":
    raise SystemExit(main())
