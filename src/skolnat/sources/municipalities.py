"""Codes of municipalities that a person names, or every name that is none."""

from __future__ import annotations

from collections.abc import Iterable

from skolnat.common.faults import Fault, raise_if_any
from skolnat.region.names import MunicipalityNames
from skolnat.sources import reference


def codes_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the three-digit codes of municipalities.

    Parameters
    ----------
    names
        Codes, or names in Swedish, Finnish or English.

    Raises
    ------
    InvalidInput
        With a fault for each name that is none.
    """
    index = MunicipalityNames.of(reference.municipalities())
    found = {name: index.find(name) for name in names}
    faults = []
    for name, code in found.items():
        if code is None:
            like = index.nearest(name)
            fault = "unknown_municipality" if like is None else "misspelt_municipality"
            values = {"value": name, "nearest": like or ""}
            faults.append(Fault(f"sources.{fault}", values=values))
    raise_if_any(faults)
    return tuple(dict.fromkeys(code for code in found.values() if code is not None))
