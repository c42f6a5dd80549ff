"""Calibrate the constants: ``python -m skolnat.forecast.calibration DATA``.

Fitted on: Norway's municipalities with outcomes until 1 January 2017; Finland's regions until the
end of 2019 (their shocks and fertility until 2016); Finland's municipalities 2013-2019. The
constants set by hand are named here, each with its reason; ``docs/forecast.md`` says how they did.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from skolnat.forecast.country import CountryPrior
from skolnat.forecast.effects import Prior, deviations
from skolnat.forecast.fitting import fit_prior, lagged
from skolnat.forecast.history import finland
from skolnat.forecast.panel import Panel
from skolnat.forecast.parameters import FILE, Parameters, write
from skolnat.forecast.series import read_series
from skolnat.forecast.states import BANDS, BIRTHS, COMPONENTS

NORWAY_UNTIL: Final = 2016
"""31 December 2016 is 1 January 2017."""
FINLAND_UNTIL: Final = 2019

SHOCK_SD: Final = 0.003
SHOCK_CORRELATION: Final = 0.7
SHOCK_TAIL: Final = 3.0
"""The country's yearly shock of cohort change. In Finland 1977-2016 the yearly change of the rates
had a standard deviation of 0.0005-0.001 in most periods of five years and 0.002-0.005 in the 1970s
(return from Sweden), Norway's was 0.0013 in 2005-2016: many small and few large, Student-t with
three degrees of freedom. Ages move together."""

VOLATILITY: Final = 1.4
VOLATILITY_SPREAD: Final = 0.3
"""Variance of local errors against that of 2005-2016. In Finland's regions the variance of the
yearly surprises below 15 was 1.4 times that of 2005-2014, on the mean of the bands and of the
periods of five years from 1975 to 1994 (0.8-2.5 each): the years of the fit were calm ones."""

COUNTRY: Final = CountryPrior(
    rho=0.9,
    recent=0.7,
    shock=SHOCK_SD**2
    * (
        np.full((len(BANDS), len(BANDS)), SHOCK_CORRELATION)
        + (1.0 - SHOCK_CORRELATION) * np.eye(len(BANDS))
    ),
    tail=SHOCK_TAIL,
    # Finland 1992-2016: the change of the log rate correlates 0.69 with the change a year before,
    # and has a standard deviation of 0.025.
    fertility_rho=0.7,
    fertility_recent=0.5,
    fertility_sd=0.02,
    # Back-tests of national births, Finland from 1978 and Norway from 2009, outcomes to 2016.
    rate_weight=0.2,
    volatility=VOLATILITY,
    volatility_sd=VOLATILITY_SPREAD,
)


def calibrate(data: Path) -> Parameters:
    """Fit all constants from the raw data and the reference tables.

    Parameters
    ----------
    data
        Folder with the long municipal series (see :mod:`skolnat.forecast.series`).
    """
    series = read_series(data)
    norway = series.panel.until(NORWAY_UNTIL)
    counties = norway.of_groups(series.counties)
    regions, members = finland(FINLAND_UNTIL)
    recent = regions.since(1990)
    within = fit_prior(norway, counties.counts)
    return Parameters(
        country=COUNTRY,
        region=fit_prior(recent, recent.country().counts, degree=-1),
        member=_member(within, members, regions),
        municipality=fit_prior(norway.flat(), norway.country().counts),
        county=fit_prior(counties, counties.country().counts, degree=1),
        within=within,
        fitted_until={
            "country": 2016,
            "region": FINLAND_UNTIL,
            "member": FINLAND_UNTIL,
            "municipality": NORWAY_UNTIL,
            "county": NORWAY_UNTIL,
            "within": NORWAY_UNTIL,
        },
    )


def _member(within: Prior, members: Panel, regions: Panel) -> Prior:
    """Scale effects within counties to Finland's municipalities.

    The correlations of the lagged moments agree between the countries to two digits; the sizes do
    not: births differ three times as much between Finland's municipalities, and change at ages 0-5
    a little more. Only these two scales are taken from Finland, for its history is short.
    """
    seen = deviations(members, regions.since(members.years[0]).until(members.years[-1]).counts)
    moments = np.diag(lagged(seen, [2, 3, 4, 5]))
    ratio = np.sqrt(np.maximum(moments, 0.0) / np.diag(within.slow))
    scale = np.ones(COMPONENTS)
    scale[BIRTHS] = ratio[BIRTHS]
    scale[1:5] = ratio[1:5].mean()
    return replace(within, slow=within.slow * np.outer(scale, scale))


if __name__ == "__main__":
    write(calibrate(Path(sys.argv[1])), Path(__file__).with_name(FILE))
