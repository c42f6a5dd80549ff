"""The teaching of a plan: its groups and hours, from what a study has prepared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from skolnat.checks.plan import Checked
from skolnat.economy.prices import group_sizes
from skolnat.network.demand import STAGE_AGES
from skolnat.network.evaluate import Planned, label
from skolnat.plan.agreement import Agreement, counting_providers
from skolnat.plan.measure import Measure
from skolnat.rules.rules import default_rules
from skolnat.sources import reference
from skolnat.study.prepare import Prepared
from skolnat.teaching.classes import expected_classes
from skolnat.teaching.demand import Teaching, group_rows
from skolnat.teaching.formation import expected_reached
from skolnat.teaching.staff import hour_rows
from skolnat.teaching.subjects import FAMILIES, family_of
from skolnat.teaching.wishes import wishes

FloatArray = npt.NDArray[np.float64]


def teaching_of(prepared: Prepared, agreements: Sequence[Agreement] | None = None) -> Teaching:
    """Return what the demand for teaching of a study is worked out from.

    Parameters
    ----------
    prepared
        The study.
    agreements
        Agreements that may make several municipalities one provider; those of the study where
        none are given.
    """
    year, codes = prepared.study.first_year, prepared.region.codes
    now = {stage: pupils[:, 0] for stage, pupils in prepared.demand.pupils.items()}
    known = reference.language_shares().sort_values("year").groupby("municipality").last()
    foreign = known["foreign_citizen_share"].reindex(list(codes)).fillna(0.0).to_numpy(np.float64)
    told = wishes(prepared.teaching, now, codes, foreign, prepared.rules, year)
    agreed = prepared.study.agreements if agreements is None else agreements
    return Teaching(told, prepared.rules, year, _providers(prepared, agreed))


def _providers(
    prepared: Prepared, agreements: Sequence[Agreement]
) -> dict[tuple[int, str, int], int]:
    """Who provides for whom, by period, stage and place: as it stands when the period begins."""
    place = {code: m for m, code in enumerate(prepared.region.codes)}
    return {
        (p, stage, place[code]): place[provider]
        for p, period in enumerate(prepared.periods)
        for stage in STAGE_AGES
        for code, provider in counting_providers(
            agreements, prepared.region.codes, stage, period.years[0], prepared.rules
        ).items()
        if provider in place
    }


def seats_of(assignments: pd.DataFrame) -> pd.DataFrame:
    """Return pupils by period, unit and place of residence."""
    keys = ["period", "unit", "residence"]
    return assignments.groupby(keys, as_index=False)[["pupils"]].sum()


def groups_of_plan(
    prepared: Prepared, teaching: Teaching, units: pd.DataFrame, seats: pd.DataFrame
) -> pd.DataFrame:
    """Return the table of groups of one scenario, with places for codes.

    Parameters
    ----------
    prepared, teaching
        The study, and :func:`teaching_of` it.
    units
        Rows of :func:`skolnat.network.evaluate.unit_rows`, all markets.
    seats
        See :func:`seats_of`.
    """
    rows = units.assign(school=units["unit"].str.partition(":")[0])
    marks = prepared.units.set_index("unit")["estimated"]
    rows = rows.assign(
        combined=_combined(prepared, units, seats),
        # Pupils are the forecast's, so a group is an estimate where its school is one.
        estimated=rows["unit"].map(marks).fillna("").ne("").to_numpy(),
    )
    return group_rows(rows, seats, teaching)


def hours_of_plan(prepared: Prepared, groups: pd.DataFrame, seats: pd.DataFrame) -> pd.DataFrame:
    """Return the table of hours of one scenario, with places for codes."""
    place = {code: m for m, code in enumerate(prepared.region.codes)}
    staff = prepared.staff[prepared.staff["municipality"].isin(place)]
    return hour_rows(groups, seats, staff.assign(home=staff["municipality"].map(place)))


def recounted(teaching: Teaching, units: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Tell what one responsible municipality for the whole region would change.

    Parameters
    ----------
    teaching
        As the plan is counted.
    units
        Rows of units of the plan, which give its periods.
    groups
        The plan's groups.

    Returns
    -------
    DataFrame
        One row a period and subject that a law counts per provider: ``entitled`` pupils,
        ``pupils`` taught as counted, ``pupils_together`` if all were one provider's.
    """
    counted = [name for name, family in FAMILIES.items() if family.counted == "provider"]
    rows = groups[groups["subject"].str.split("-").str[0].isin(counted)]
    keys = ["period", "subject"]
    sums = rows.groupby(keys, as_index=False)[["entitled", "pupils"]].sum()
    least = [
        int(teaching.rules.number(family_of(subject).least, teaching.year))
        for subject in sums["subject"]
    ]
    means = sums["entitled"].to_numpy(np.float64)
    reached = [expected_reached(mean, few) for mean, few in zip(means, least, strict=True)]
    years = units.drop_duplicates("period").set_index("period")["years"]
    return sums.assign(
        years=sums["period"].map(years), pupils_together=np.array(reached, dtype=np.float64)
    )


def nearest_at_home(plan: Planned) -> FloatArray:
    """Return the way to the nearest open school of one's own municipality, shape (P, I), km.

    Where a municipality has none open, the nearest open one of any.
    """
    market = plan.market
    own = market.cell_municipality[:, None] == market.unit_municipality[None, :]
    ways = []
    for open_ in plan.open:
        km = np.where(open_[None, :], market.km, np.inf)
        at_home = np.where(own, km, np.inf).min(axis=1)
        ways.append(np.where(np.isfinite(at_home), at_home, km.min(axis=1)))
    return np.array(ways)


def checked(
    prepared: Prepared,
    plans: Sequence[Planned],
    assignments: pd.DataFrame,
    units: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    agreed: bool,
    measures: Sequence[Measure] = (),
) -> Checked:
    """Return a plan of one scenario as the checks see it.

    Parameters
    ----------
    prepared, plans
        The study, and the plan of every market.
    assignments
        Rows of all markets in the order of the plans.
    units, groups
        Their units and groups.
    agreed
        Whether pupils may cross borders by agreement.
    measures
        Measures that share teaching in the scenario.
    """
    codes, first = prepared.region.codes, prepared.study.first_year
    place = {code: m for m, code in enumerate(codes)}
    share, persons = _minorities(prepared)
    told = prepared.teaching[prepared.teaching["municipality"].isin(place)]
    return Checked(
        assignments=assignments.assign(
            nearest_km=np.concatenate([nearest_at_home(plan).ravel() for plan in plans])
        ),
        units=units,
        groups=groups.rename(columns={"home": "municipality"}),
        told=told.assign(home=told["municipality"].map(place)),
        language_status=tuple(prepared.region.municipalities["language_status"]),
        minority_share=share,
        minority_persons=persons,
        years={p: label(period) for p, period in enumerate(prepared.periods)},
        last_years={p: period.years[-1] for p, period in enumerate(prepared.periods)},
        rules=prepared.rules,
        year=first,
        law=default_rules(),
        agreed=agreed,
        measures=tuple(measures),
        places=place,
    )


def _minorities(prepared: Prepared) -> tuple[FloatArray, FloatArray]:
    """Share and persons of the smaller national language in each municipality, shape (M,)."""
    codes = list(prepared.region.codes)
    known = reference.language_shares().sort_values("year").groupby("municipality").last()
    known = known.reindex(codes).fillna(0.0)
    swedish = known["swedish_share"].to_numpy(np.float64)
    foreign = known["foreign_citizen_share"].to_numpy(np.float64)
    status = prepared.region.municipalities["language_status"].str
    finnish = np.maximum(1.0 - swedish - foreign, 0.0)
    share = np.where(status.startswith("fi"), swedish, finnish)
    people = prepared.region.population
    last = people[people["year"] == people["year"].max()]
    count = last.groupby("municipality")["persons"].sum().reindex(codes).fillna(0.0)
    return share, share * count.to_numpy(np.float64)


def grade_shares(prepared: Prepared, stage: str) -> FloatArray:
    """Part of each grade in the pupils of a stage, by municipality and period.

    Returns
    -------
    ndarray
        Shape (M, P, grades); sums to 1 over the grades. Ages are the forecast's means.
    """
    futures, ages = prepared.forecast, STAGE_AGES[stage]
    mean = futures.mean()[:, :, [futures.ages.index(age) for age in ages]]
    parts = []
    for period in prepared.periods:
        years = [futures.years.index(year) for year in period.years]
        parts.append(mean[:, years].mean(axis=1))
    found = np.stack(parts, axis=1)
    whole = found.sum(axis=2, keepdims=True)
    shares: FloatArray = np.where(whole > 0.0, found / np.maximum(whole, 1e-12), 1.0 / len(ages))
    return shares


def _combined(prepared: Prepared, units: pd.DataFrame, seats: pd.DataFrame) -> FloatArray:
    """Expected combined classes of each row of units: the part that its grades give them.

    The number of groups is the plan's own, which the optimiser counts in equal grades; the part of
    them that is combined follows the grades that the forecast expects in the unit.
    """
    combined = np.zeros(len(units))
    whole = units.reset_index(drop=True)
    for stage in STAGE_AGES:
        shares = grade_shares(prepared, stage)
        at = np.flatnonzero((whole["stage"] == stage) & (whole["pupils"] > 0.0))
        if not at.size:
            continue
        mine = seats.merge(whole.loc[at, ["period", "unit"]].assign(row=at), on=["period", "unit"])
        means = np.zeros((len(units), shares.shape[2]))
        grades = shares[mine["residence"].to_numpy(), mine["period"].to_numpy()]
        np.add.at(means, mine["row"].to_numpy(), mine["pupils"].to_numpy()[:, None] * grades)
        sizes = group_sizes(stage, prepared.rules, prepared.study.first_year)
        classes = expected_classes(means[at], sizes)
        part = classes.combined / np.maximum(classes.groups, 1e-12)
        combined[at] = whole.loc[at, "groups"].to_numpy(np.float64) * part
    return combined
