"""The constants of the model, frozen: fitted once by :mod:`skolnat.forecast.calibration`."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np

from skolnat.forecast.country import CountryPrior
from skolnat.forecast.effects import Prior

FILE: Final = "parameters.json"


@dataclass(frozen=True)
class Parameters:
    """Everything that is the same for every forecast.

    Parameters
    ----------
    country
        The country's own process.
    region
        Effects of regions within a country.
    member
        Effects of municipalities within their region.
    municipality
        Effects of municipalities within a country, for long series without regions.
    county, within
        Effects of counties, and of municipalities within them, for long series whose codes tell
        the county.
    fitted_until
        Last outcome that any of them has seen, by part: a year of 31 December.
    """

    country: CountryPrior
    region: Prior
    member: Prior
    municipality: Prior
    county: Prior
    within: Prior
    fitted_until: dict[str, int]


@cache
def parameters() -> Parameters:
    """Return the constants that ship with the package."""
    text = resources.files("skolnat.forecast").joinpath(FILE).read_text(encoding="utf-8")
    return from_json(text)


def from_json(text: str) -> Parameters:
    """Read constants written by :func:`to_json`."""
    raw = json.loads(text)
    return Parameters(
        _revived(CountryPrior, raw["country"]),
        _revived(Prior, raw["region"]),
        _revived(Prior, raw["member"]),
        _revived(Prior, raw["municipality"]),
        _revived(Prior, raw["county"]),
        _revived(Prior, raw["within"]),
        raw["fitted_until"],
    )


def to_json(constants: Parameters) -> str:
    """Write constants as text that a person can compare."""
    return json.dumps(_plain(asdict(constants)), indent=1) + "\n"


def write(constants: Parameters, path: Path) -> None:
    """Write constants to a file."""
    path.write_text(to_json(constants), encoding="utf-8")


def _revived(kind: type[Any], raw: dict[str, Any]) -> Any:
    arrays = {f.name: raw[f.name] for f in fields(kind)}
    return kind(**{k: np.array(v) if isinstance(v, list) else v for k, v in arrays.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, float):
        return float(f"{value:.6g}")
    return value
