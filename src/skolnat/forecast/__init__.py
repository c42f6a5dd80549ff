"""Children by place, age, language and year, as sampled futures; back-tests.

The names below are loaded when they are first used, so that importing the package is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skolnat.forecast.api import forecast
    from skolnat.forecast.result import Forecast

_HOMES = {
    "Forecast": "skolnat.forecast.result",
    "forecast": "skolnat.forecast.api",
}
__all__ = ["Forecast", "forecast"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
