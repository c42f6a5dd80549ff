"""Constants are frozen: they must survive writing, and know what they have seen."""

from __future__ import annotations

import numpy as np

from skolnat.forecast.parameters import from_json, parameters, to_json


def test_constants_survive_writing() -> None:
    shipped = parameters()
    again = from_json(to_json(shipped))
    np.testing.assert_array_equal(again.member.slow, shipped.member.slow)
    assert again.country.rho == shipped.country.rho
    assert to_json(again) == to_json(shipped)


def test_no_constant_has_seen_what_it_is_tested_on() -> None:
    seen = parameters().fitted_until
    assert max(seen[part] for part in ("country", "municipality", "county", "within")) <= 2016
    assert max(seen.values()) <= 2019


def test_covariances_are_covariances() -> None:
    shipped = parameters()
    for prior in (shipped.region, shipped.member, shipped.municipality, shipped.county,
                  shipped.within):  # fmt: skip
        for matrix in (prior.slow, prior.fast, prior.family):
            np.testing.assert_allclose(matrix, matrix.T, atol=1e-9)
            assert np.linalg.eigvalsh(matrix).min() > -1e-6
