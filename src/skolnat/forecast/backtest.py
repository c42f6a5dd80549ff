"""Back-tests: what would have been forecast then, against what came.

Constants are those that ship; rates and effects are learnt anew at every origin from the years
until it. Results are long tables, for people and machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from skolnat.common.faults import Fault, InvalidInput
from skolnat.forecast.methods import METHODS, History, empirical_interval, hamilton_perry
from skolnat.forecast.panel import Panel
from skolnat.forecast.parameters import parameters
from skolnat.forecast.scores import covered, crps
from skolnat.forecast.series import Series, read_series
from skolnat.forecast.simulate import Level, simulate
from skolnat.forecast.states import CHILD_AGES

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]

MODEL: Final = "skolnat"
EMPIRICAL: Final = "hamilton_perry_empirical"
AGE_GROUPS: Final[dict[str, slice]] = {"0-6": slice(0, 7), "7-15": slice(7, CHILD_AGES)}
SIZE_CLASSES: Final = (0, 100, 250, 600, 1500)
"""Lower ends of the size classes: children of 7-15 at the origin."""
LEAST_HISTORY: Final = 6
"""Years that an origin needs behind it."""


@dataclass(frozen=True)
class Backtest:
    """A finished back-test.

    Parameters
    ----------
    cases
        One row per method, origin, horizon, age group and unit: ``method, origin, horizon, ages,
        unit, size, truth, point, crps, covered_80, covered_95`` (NaN where a method has no
        interval).
    """

    cases: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Return scores by method, horizon and age group.

        ``mape, mape_100, wmape, crps, bias, covered_80, covered_95``, all in per cent:
        ``mape_100`` leaves out places with under 100 children of 7-15, ``crps`` is relative to
        the truth.
        """
        return self.scores(["method", "horizon", "ages"])

    def by_size(self) -> pd.DataFrame:
        """Return the same by size class as well."""
        cases = self.cases.assign(size_class=_size_class(self.cases["size"]))
        return Backtest(cases).scores(["method", "horizon", "ages", "size_class"])

    def by_origin(self) -> pd.DataFrame:
        """Return the same by origin as well."""
        return self.scores(["method", "horizon", "ages", "origin"])

    def scores(self, keys: list[str]) -> pd.DataFrame:
        """Return the scores of :meth:`table` by any columns of the cases."""
        error = (self.cases["point"] - self.cases["truth"]).abs()
        parts = self.cases.assign(
            error=error,
            mape=error / self.cases["truth"],
            mape_100=(error / self.cases["truth"]).where(self.cases["size"] >= 100),
            crps=self.cases["crps"] / self.cases["truth"],
        )
        grouped = parts.groupby(keys, sort=True, observed=True)
        columns = ["mape", "mape_100", "crps", "covered_80", "covered_95"]
        out = grouped[columns].mean()
        sums = grouped[["error", "truth", "point"]].sum()
        out.insert(2, "wmape", sums["error"] / sums["truth"])
        out.insert(4, "bias", sums["point"] / sums["truth"] - 1.0)
        return (100.0 * out).assign(cases=grouped.size()).reset_index()


def backtest(
    data: Path,
    *,
    horizons: Sequence[int] = (5, 10),
    origins: Sequence[int] | None = None,
    draws: int = 1000,
    seed: int = 1,
    projections: pd.DataFrame | None = None,
) -> Backtest:
    """Back-test on a folder with a long municipal series.

    Parameters
    ----------
    data
        Folder (see :mod:`skolnat.forecast.series`). Years are of 1 January, as in the files.
    horizons
        Years ahead.
    origins
        Years from which to forecast; all that the horizon and the history allow when None.
    draws, seed
        Of the model and of the empirical intervals.
    projections
        An official projection: ``unit, origin, year, age, persons``; compared where it has all
        units of an origin and horizon.

    Raises
    ------
    InvalidInput
        When the folder holds no series, or an origin and horizon lie outside it.
    """
    series = read_series(data)
    panel = series.panel
    years = tuple(year + 1 for year in panel.years)
    pairs = _pairs(years, horizons, origins)
    rows = [
        case
        for origin in sorted({o for o, _ in pairs})
        for case in _origin_cases(
            series,
            origin,
            sorted(h for o, h in pairs if o == origin),
            draws,
            seed,
            projections,
        )
    ]
    return _collected(rows)


def backtest_regions(
    regions: Panel, *, horizons: Sequence[int], origins: Sequence[int], draws: int, seed: int
) -> Backtest:
    """Back-test on a panel of regions, whose years are of 31 December.

    The prior is that of regions. Pairs whose outcome is not yet known are left out.
    """
    regions = regions.ordered()
    rows = []
    for origin in origins:
        known = [h for h in horizons if origin + h <= regions.years[-1]]
        if known:
            levels = [Level(regions.until(origin), parameters().region)]
            rows += _cases(regions, levels, origin, known, draws, seed)
    return _collected(rows)


def _collected(rows: list[pd.DataFrame]) -> Backtest:
    import pandas as pd

    return Backtest(pd.concat(rows, ignore_index=True))


def _pairs(
    years: tuple[int, ...], horizons: Sequence[int], origins: Sequence[int] | None
) -> list[tuple[int, int]]:
    faults, pairs = [], []
    for horizon in horizons:
        possible = range(years[0] + LEAST_HISTORY, years[-1] - horizon + 1)
        wanted = possible if origins is None else origins
        for origin in wanted:
            if origin in possible:
                pairs.append((origin, horizon))
            elif origins is not None:
                values = {"origin": origin, "horizon": horizon, "last": years[-1]}
                faults.append(Fault("forecast.too_short", values=values))
        if origins is None and not possible:
            faults.append(Fault("forecast.no_origin", values={"horizon": horizon}))
    if faults:
        raise InvalidInput(faults)
    return pairs


def _origin_cases(
    series: Series,
    origin: int,
    horizons: list[int],
    draws: int,
    seed: int,
    projections: pd.DataFrame | None,
) -> list[pd.DataFrame]:
    panel = series.panel
    levels = levels_of(series, origin - 1)
    rows = _cases(panel, levels, origin - 1, horizons, draws, seed, shift=1)
    if projections is not None:
        for horizon in horizons:
            official = _official(panel, projections, origin, horizon)
            if official is not None:
                for name, ages in AGE_GROUPS.items():
                    point = official[:, ages].sum(axis=1)
                    rows.append(
                        _scored(panel, "official", origin - 1, horizon, name, point, None, 1)
                    )
    return rows


def levels_of(series: Series, origin: int) -> list[Level]:
    """Return the levels of a series as known at an origin: counties above, where there are some."""
    constants, past = parameters(), series.panel.until(origin)
    if len(series.counties) == 1:
        return [Level(past, constants.municipality)]
    return [
        Level(past.of_groups(series.counties), constants.county),
        Level(past.ordered(), constants.within),
    ]


def _cases(
    panel: Panel,
    levels: Sequence[Level],
    origin: int,
    horizons: Sequence[int],
    draws: int,
    seed: int,
    *,
    shift: int = 0,
) -> list[pd.DataFrame]:
    """Score every method from one origin; ``shift`` names the years as the files do."""
    until = origin + max(horizons)
    sampled = simulate(levels, parameters().country, until, draws, seed)
    history = History(panel.until(origin).counts)
    rows = []
    for horizon in horizons:
        points = {name: method(history, horizon) for name, method in METHODS.items()}
        for name, ages in AGE_GROUPS.items():
            model = sampled[:, :, horizon, ages].sum(axis=2, dtype=np.float64)
            median = np.median(model, axis=0)
            rows.append(_scored(panel, MODEL, origin, horizon, name, median, model, shift))
            for method_name, point in points.items():
                total = point[:, ages].sum(axis=1)
                rows.append(_scored(panel, method_name, origin, horizon, name, total, None, shift))
            errors = empirical_interval(hamilton_perry, history, horizon, ages, draws, seed)
            if errors is not None:
                middle = np.median(errors, axis=0)
                rows.append(_scored(panel, EMPIRICAL, origin, horizon, name, middle, errors, shift))
    return rows


def _scored(
    panel: Panel,
    method: str,
    origin: int,
    horizon: int,
    ages: str,
    point: Array,
    draws: Array | None,
    shift: int,
) -> pd.DataFrame:
    import pandas as pd

    truth = panel.at(origin + horizon)[:, AGE_GROUPS[ages]].sum(axis=1)
    nothing = np.full(len(truth), np.nan)
    return pd.DataFrame(
        {
            "method": method,
            "origin": origin + shift,
            "horizon": horizon,
            "ages": ages,
            "unit": list(panel.units),
            "size": panel.at(origin)[:, AGE_GROUPS["7-15"]].sum(axis=1),
            "truth": truth,
            "point": point,
            "crps": crps(draws, truth) if draws is not None else np.abs(point - truth),
            "covered_80": covered(draws, truth, 0.80) * 1.0 if draws is not None else nothing,
            "covered_95": covered(draws, truth, 0.95) * 1.0 if draws is not None else nothing,
        }
    )


def _official(panel: Panel, table: pd.DataFrame, origin: int, horizon: int) -> Array | None:
    """Return an official projection by unit and age, or None when it is not whole."""
    use = (table["origin"] == origin) & (table["year"] == origin + horizon)
    wide = table[use].pivot_table(index="unit", columns="age", values="persons", aggfunc="sum")
    wide = wide.reindex(index=list(panel.units), columns=range(CHILD_AGES))
    values = wide.to_numpy(dtype=np.float64)
    return None if np.isnan(values).any() else values


def _size_class(size: pd.Series) -> pd.Categorical:
    """Return the size class of each place, in order of size."""
    import pandas as pd

    ends = (*SIZE_CLASSES[1:], None)
    names = [
        f"{low}-{high - 1}" if high else f"{low}-"
        for low, high in zip(SIZE_CLASSES, ends, strict=True)
    ]
    place = np.searchsorted(SIZE_CLASSES, size.to_numpy(dtype=np.float64), side="right") - 1
    return pd.Categorical([names[i] for i in place], categories=names, ordered=True)
