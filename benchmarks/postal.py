"""How well children are found below the municipality, on postal areas whose later ages are known.

Paavo's postal areas stand for squares. Their children under 15 at the end of one year are the
weight (as the census's are), the classes of an earlier year tell which cohorts live where, and the
municipality's own total of the target year is taken as known: what is measured is the parting
alone. Prints a table; ``--json FILE`` writes it for machines.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pandas as pd

from skolnat.forecast.cells import sampled
from skolnat.forecast.homes import Homes, homes
from skolnat.forecast.result import AGES, Forecast
from skolnat.sources import reference

CLASSES = {"3-6": range(3, 7), "7-12": range(7, 13), "13-15": range(13, 16)}
TARGET = 2017
SMALL = 30


def areas() -> pd.DataFrame:
    """Postal areas whose classes are known in every year, with the municipality of most people."""
    grid = reference.grid().groupby(["postal_code", "municipality"])["population"].sum()
    home = grid.reset_index().sort_values("population").groupby("postal_code").last()
    wide = reference.postal_ages().pivot_table(
        index="postal_code", columns=["year", "age_class"], values="persons"
    )
    wide = wide.dropna()
    wide = wide[wide.index.isin(home.index)].copy()
    wide["municipality", ""] = wide.index.map(home["municipality"]).to_numpy()
    return wide


def where(table: pd.DataFrame, level: int, structure: int | None) -> Homes:
    """Where cohorts live, with the weights of one year and the classes of another."""
    under = table[level]
    cells = pd.DataFrame(
        {
            "cell": table.index,
            "municipality": table["municipality"].to_numpy(),
            "children": under["0-2"] + under["3-6"] + under["7-12"] + under["13-15"] * 2 / 3,
            "population": 1,
        }
    ).reset_index(drop=True)
    postal = reference.postal_ages()
    return homes(
        cells,
        sorted(set(cells["municipality"])),
        range(TARGET - 15, TARGET + 1),
        postal=None if structure is None else postal[postal["year"] <= structure],
        area_of=dict(zip(cells["cell"], cells["cell"], strict=True)),
        since=level,
    )


def scores(table: pd.DataFrame, name: str, level: int, structure: int | None) -> list[dict]:
    """Score one method in every class."""
    there = where(table, level, structure)
    rows = []
    for label, ages in CLASSES.items():
        truth = table[TARGET][label].to_numpy(float)
        totals = np.bincount(there.home, truth, len(there.codes))
        found = totals[there.home] * there.mean_of(TARGET, ages)
        miss, small = np.abs(found - truth), truth < SMALL
        rows.append(
            {
                "level of": level, "classes of": structure or "none", "method": name,
                "ages": label, "areas": len(truth),
                "WMAPE": 100 * miss.sum() / truth.sum(),
                f"WMAPE under {SMALL}": 100 * miss[small].sum() / truth[small].sum(),
                "80 % covers": covered(there, truth, totals, ages),
            }
        )  # fmt: skip
    return rows


def covered(there: Homes, truth: np.ndarray, totals: np.ndarray, ages: range) -> float:
    """Part of the areas whose count lies in the 80 % interval, in per cent."""
    draws = np.zeros((400, len(there.codes), 1, len(AGES)), np.float32)
    for age in ages:
        draws[..., 0, age] = (totals / len(ages))[None]
    future = Forecast(there.codes, TARGET, (TARGET,), AGES, draws)
    inside = np.zeros(len(truth), bool)
    for m in range(len(there.codes)):
        rows = np.flatnonzero(there.home == m)
        if len(rows) < 2:
            continue
        laid = sum(counts for _, _, counts in sampled(there, m, future, (TARGET,), tuple(ages), 1))
        low, high = np.quantile(np.asarray(laid), (0.1, 0.9), axis=0)
        inside[rows] = (np.floor(low) <= truth[rows]) & (truth[rows] <= np.ceil(high))
    several = np.bincount(there.home)[there.home] > 1
    return float(100 * inside[several].mean())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    table = areas()
    rows: list[dict] = []
    for level, structure in ((2013, 2013), (2015, 2013), (2016, 2013)):
        rows += scores(table, "children under 15 alone", level, None)
        rows += scores(table, "cohorts aged", level, structure)
    print(pd.DataFrame(rows).to_string(index=False, float_format="{:.2f}".format))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
