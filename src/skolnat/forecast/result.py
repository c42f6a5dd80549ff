"""A forecast: sampled futures of the number of children, and how to read them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

AGES: tuple[int, ...] = tuple(range(16))
"""Ages of a forecast, in whole years on 31 December."""


TOGETHER = 16
"""Municipalities whose draws are put into one table."""


@dataclass(frozen=True)
class Forecast:
    """Sampled futures of children by municipality, year and age.

    Parameters
    ----------
    municipalities
        Codes, in the order of the second axis of ``draws``.
    base_year
        Last year whose register the forecast knows.
    years
        ``base_year`` and the years that follow, in the order of the third axis.
    ages
        Ages on 31 December, in the order of the fourth axis.
    draws
        Persons of both sexes on 31 December, float32, shape (draw, municipality, year, age).
        One draw is one future of the whole country: sum over municipalities or ages *within* a
        draw, then take quantiles.
    counted
        Municipalities whose children of the base year stand in a register by single age; of the
        others the base year is a sample or was split from age classes.
    """

    municipalities: tuple[str, ...]
    base_year: int
    years: tuple[int, ...]
    ages: tuple[int, ...]
    draws: NDArray[np.float32]
    counted: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        expected = (len(self.municipalities), len(self.years), len(self.ages))
        if self.draws.shape[1:] != expected:
            raise ValueError(
                f"draws has shape {self.draws.shape}; its last three axes should be "
                f"(municipality, year, age) = {expected}"
            )

    def mean(self) -> NDArray[np.float64]:
        """Return the mean over draws, shape (municipality, year, age)."""
        mean: NDArray[np.float64] = self.draws.mean(axis=0, dtype=np.float64)
        return mean

    def quantile(self, q: float | Sequence[float]) -> NDArray[np.float64]:
        """Return quantiles over draws.

        Parameters
        ----------
        q
            One probability, or several.

        Returns
        -------
        ndarray
            Shape (municipality, year, age); with several probabilities, a first axis for them.
        """
        levels = np.atleast_1d(np.asarray(q, dtype=np.float64))
        out = np.empty((len(levels), *self.draws.shape[1:]), dtype=np.float64)
        for m in range(len(self.municipalities)):  # one at a time: the copies stay small
            out[:, m] = np.quantile(np.ascontiguousarray(self.draws[:, m]), levels, axis=0)
        return out[0] if np.ndim(q) == 0 else out

    def select(self, municipalities: Sequence[str]) -> Forecast:
        """Return the same futures for some municipalities, in the order asked for.

        Raises
        ------
        KeyError
            When a code is not in the forecast.
        """
        place = {code: i for i, code in enumerate(self.municipalities)}
        missing = [code for code in municipalities if code not in place]
        if missing:
            raise KeyError(f"not in the forecast: {', '.join(missing)}")
        index = [place[code] for code in municipalities]
        return replace(
            self,
            municipalities=tuple(municipalities),
            draws=self.draws[:, index],
            counted=self.counted & frozenset(municipalities),
        )

    def total(self, ages: Sequence[int]) -> NDArray[np.float64]:
        """Return the sum over some ages in every draw, shape (draw, municipality, year)."""
        index = [self.ages.index(age) for age in ages]
        total: NDArray[np.float64] = self.draws[..., index].sum(axis=-1, dtype=np.float64)
        return total

    def frame(self) -> pd.DataFrame:
        """Return one row per municipality, year and age.

        Returns
        -------
        DataFrame
            ``municipality, year, age, mean, p10, p50, p90``; persons.
        """
        import pandas as pd

        p10, p50, p90 = self.quantile((0.1, 0.5, 0.9))
        index = pd.MultiIndex.from_product(
            [self.municipalities, self.years, self.ages], names=["municipality", "year", "age"]
        )
        columns = {"mean": self.mean(), "p10": p10, "p50": p50, "p90": p90}
        return pd.DataFrame(
            {name: values.ravel() for name, values in columns.items()}, index=index
        ).reset_index()

    def trajectories(self) -> Iterator[pd.DataFrame]:
        """Return every draw behind the figures of :meth:`frame`, some municipalities at a time.

        A thousand draws of the whole country take 600 MB, and a table of them as much again.

        Yields
        ------
        DataFrame
            ``municipality, year, age, mean, p10, p50, p90``, and ``draw_0001`` … for the draws.
        """
        import pandas as pd

        count = len(self.draws)
        width = max(len(str(count)), 4)
        names = [f"draw_{i + 1:0{width}d}" for i in range(count)]
        for first in range(0, len(self.municipalities), TOGETHER):
            own = self.select(self.municipalities[first : first + TOGETHER])
            flat = pd.DataFrame(own.draws.reshape(count, -1).T, columns=names)
            yield pd.concat([own.frame(), flat], axis=1)
