"""The built tables against independent totals: every check is a sentence with its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from reference.grid_check import LIMIT, unexplained
from reference.paavo import CLASSES

RAW_UNDER_15: Final = 855_304
"""Children under 15 that the census of 2021 counts in all squares, border squares whole."""
MOVED_BORDERS: Final = 600
"""Most people that parts of municipalities took along between regions (Längelmäki, 2007)."""

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Check:
    """What was compared, how it came out, and whether it holds."""

    title: str
    result: str
    holds: bool


def checks(tables: Tables, located: pd.DataFrame, published: pd.DataFrame) -> list[Check]:
    """Return every check.

    Parameters
    ----------
    tables
        The built tables by name.
    located
        Raw squares with municipality and share.
    published
        Published sums of migration, by municipality and year.
    """
    every: tuple[Callable[[], Iterator[Check]], ...] = (
        lambda: register_against_regions(tables),
        lambda: register_against_totals(tables),
        lambda: totals_against_regions(tables),
        lambda: paavo_against_register(tables),
        lambda: migration_against_published(tables, published),
        lambda: shares_against_country(tables),
        lambda: grid_against_raw(tables, located),
        lambda: grid_against_register(tables),
    )
    return [check for compare in every for check in compare()]


def register_against_regions(tables: Tables) -> Iterator[Check]:
    """Municipal population summed by region, 2018 and 2019, against the regions' own series."""
    region = _regions(tables)
    people = tables["population"]
    keys = ["region", "year", "age", "sex"]
    summed = people.assign(region=people["municipality"].map(region)).groupby(keys)["persons"]
    counted = tables["regional_population"].set_index(keys)["persons"]
    sums = summed.sum()
    gap = int((sums - counted.reindex(sums.index)).abs().sum())
    yield Check(
        "municipalities 2018-2019 by region, age and sex against the regional series",
        f"{len(sums):,} sums, {gap} persons apart",
        gap == 0,
    )


def register_against_totals(tables: Tables) -> Iterator[Check]:
    """Single ages summed against the totals of another publisher."""
    keys = ["municipality", "year"]
    summed = tables["population"].groupby(keys)["persons"].sum()
    totals = tables["totals"].set_index(keys)["persons"].reindex(summed.index)
    gap = int((summed - totals).abs().sum())
    yield Check(
        "municipalities 2018-2019 against the totals by municipality",
        f"{len(summed)} sums, {gap} persons apart",
        gap == 0,
    )


def totals_against_regions(tables: Tables) -> Iterator[Check]:
    """Totals 2000-2022 by region and in all against the regional series."""
    totals = tables["totals"].assign(region=tables["totals"]["municipality"].map(_regions(tables)))
    keys = ["region", "year"]
    gap = totals.groupby(keys)["persons"].sum() - tables["regional_population"].groupby(keys)[
        "persons"
    ].sum().reindex(pd.MultiIndex.from_frame(totals[keys].drop_duplicates().sort_values(keys)))
    country = int(gap.groupby("year").sum().abs().max())
    yield Check(
        "totals 2000-2022 against the regional series",
        f"country at most {country} apart in a year, a region at most {int(gap.abs().max())} "
        "(parts of municipalities that changed region in 2007 and 2010)",
        country <= 5 and gap.abs().max() <= MOVED_BORDERS,
    )


def paavo_against_register(tables: Tables) -> Iterator[Check]:
    """Age classes of 2018 against single ages, and of earlier years against the regions."""
    classes = tables["age_classes"]
    single = tables["population"].query("year == 2018").groupby(["municipality", "age"])["persons"]
    ages = single.sum().unstack()
    counted = classes[classes["year"] == 2018].set_index(["municipality", "age_class"])["persons"]
    gap = sum(
        float((ages.loc[:, a:b].sum(axis=1) - counted.xs(name, level=1)).abs().sum())
        for name, (a, b) in CLASSES.items()
    )
    yield Check(
        "Paavo 2018 against single ages of the register", f"{gap:.0f} persons apart", gap == 0
    )
    regional = tables["regional_population"].groupby(["year", "age"])["persons"].sum().unstack()
    fitted = classes[classes["year"] < 2018].groupby(["year", "age_class"])["persons"].sum()
    most = max(
        float((regional.loc[2013:2017, a:b].sum(axis=1) - fitted.xs(name, level=1)).abs().max())
        for name, (a, b) in CLASSES.items()
    )
    yield Check(
        "Paavo 2013-2017, fitted, against the country's ages (rounding only)",
        f"at most {most:.1f} children of a class apart",
        most < 20,
    )
    for name, (a, b) in CLASSES.items():
        older = ages.loc[:, a + 1 : b + 1].sum(axis=1)
        before = classes[(classes["year"] == 2017) & (classes["age_class"] == name)]
        gap_of = (before.set_index("municipality")["persons"] - older).abs() / older
        middle = float(gap_of[older > 0].median())
        yield Check(
            f"Paavo 2017, fitted, ages {name} against the same children a year older",
            f"median difference of a municipality {middle:.1%} (births, deaths and moves too)",
            middle < 0.04,
        )


def migration_against_published(tables: Tables, published: pd.DataFrame) -> Iterator[Check]:
    """In- and out-migration from the matrix against the published sums."""
    keys = ["municipality", "year"]
    ours = tables["migration"].set_index(keys)
    theirs = published.set_index(keys)
    gap = (ours.reindex(theirs.index)[["in", "out", "net"]] - theirs[["in", "out", "net"]]).abs()
    apart = gap[gap.gt(0).any(axis=1)].index.get_level_values("municipality").unique()
    merged = set(tables["mergers"]["new"])
    yield Check(
        "migration from the matrix of flows against the published sums 1990-2017",
        f"equal but for moves inside {', '.join(sorted(apart))}, merged since",
        set(apart) <= merged and float(gap["net"].max()) == 0,
    )


def shares_against_country(tables: Tables) -> Iterator[Check]:
    """Shares weighted by inhabitants against the country's known shares of 2016."""
    shares = tables["language_shares"].query("year == 2016").set_index("municipality")
    people = tables["totals"].query("year == 2016").set_index("municipality")["persons"]
    swedish = float((shares["swedish_share"] * people).sum() / people.sum())
    foreign = float((shares["foreign_citizen_share"] * people).sum() / people.sum())
    yield Check(
        "shares of 2016 against the country's (289,540 Swedish speakers, 243,639 foreign citizens "
        "of 5,503,297)",
        f"Swedish {swedish:.2%} against 5.26%, foreign citizens {foreign:.2%} against 4.43%",
        abs(swedish - 0.0526) < 5e-4 and abs(foreign - 0.0443) < 5e-4,
    )


def grid_against_raw(tables: Tables, located: pd.DataFrame) -> Iterator[Check]:
    """Children of the raw squares against the published sum, and what the border took away."""
    raw = int(located["under_15"].sum())
    yield Check(
        "children under 15 in the raw grid",
        f"{raw:,} against {RAW_UNDER_15:,}",
        raw == RAW_UNDER_15,
    )
    kept, people = int(tables["grid"]["children"].sum()), int(tables["grid"]["population"].sum())
    border = located[located["border"]]
    yield Check(
        "the Finnish side",
        f"{len(border)} border squares hold {int(border['under_15'].sum()):,} children, of whom "
        f"{raw - kept:,} are counted out; {kept:,} children and {people:,} people stay",
        0 < raw - kept < int(border["under_15"].sum()),
    )


def grid_against_register(tables: Tables) -> Iterator[Check]:
    """Children by municipality against the register of 2019, each large difference explained."""
    table = tables["grid_differences"]
    regional = tables["regional_population"].query("year == 2021 and age < 15")["persons"].sum()
    kept = tables["grid"]["children"].sum()
    yield Check(
        "children of the grid against the register of the same day (2021, country)",
        f"{int(kept):,} against {int(regional):,}, {kept / regional - 1:+.2%}",
        abs(kept / regional - 1) < 0.005,
    )
    large = table[table["difference"].abs() > LIMIT]
    open_ = unexplained(table)
    yield Check(
        "children of the grid (2021) by municipality against the register (2019)",
        f"correlation {table['grid'].corr(table['register']):.5f}; {len(large)} municipalities "
        f"differ by more than {LIMIT:.0%}, {len(open_)} of them unexplained {open_ or ''}".rstrip(),
        not open_,
    )


def _regions(tables: Tables) -> pd.Series[str]:
    return tables["municipalities"].set_index("municipality")["region"]
