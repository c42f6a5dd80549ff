"""Instances of Park, Tae and Kim (2012): several schools, mixed loads.

A folder holds ``Schools.txt`` (``ID X Y AMEARLY AMLATE``, feet and hours like 510 for 5:10) and
``Stops.txt`` (``ID X_COORD Y_COORD EP_ID STUDENT_COUNT``), with tabs between. The files say no
more; the rest is taken from how the instances were used: 66 seats, 20 miles an hour along a
rectangular grid, 19 s and 2.6 s a pupil at a stop, 29 s and 1.9 s a pupil at a school (Braca et
al. 1997), no depot. That every stop lies within 80 % of 45 minutes of its school along such a
grid, in all instances, speaks for speed and metric.

What the longest ride covers is told nowhere. ``"published"`` counts it from leaving the stop to
arriving at the school, as Bertsimas, Delarue and Martin (2019) do, and wants the arrival inside
the school's hours. ``"strict"`` counts from arriving at the stop to the last pupil out of a full
bus, and wants that inside the school's hours as well: its routes hold however one reads the rules.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from skolnat.common.faults import Fault, InvalidInput
from skolnat.transport.problem import Group, Problem, School, VehicleType

Reading = Literal["strict", "published"]

FEET_PER_SECOND = 20.0 * 5280.0 / 3600.0
KM_PER_FOOT = 0.0003048
SEATS = 66
STOP_SECONDS, STOP_PUPIL_SECONDS = 19.0, 2.6
CALL_SECONDS, CALL_PUPIL_SECONDS = 29.0, 1.9
FULL_CALL = CALL_SECONDS + CALL_PUPIL_SECONDS * SEATS

_SCHOOLS = ("ID", "X", "Y", "AMEARLY", "AMLATE")
_STOPS = ("ID", "X_COORD", "Y_COORD", "EP_ID", "STUDENT_COUNT")


def read_instance(folder: Path, longest_ride: float, reading: Reading = "strict") -> Problem:
    """Read an instance; hours of driving are its only cost.

    Parameters
    ----------
    folder
        With ``Schools.txt`` and ``Stops.txt``.
    longest_ride
        Seconds.
    reading
        What the longest ride and the hours of a school cover, see above.

    Raises
    ------
    InvalidInput
        When a file or a column is missing, or the problem has a fault.
    """
    schools = _table(folder / "Schools.txt", _SCHOOLS)
    stops = _table(folder / "Stops.txt", _STOPS)
    strict = reading == "strict"
    n = len(stops)
    x = np.concatenate([stops["X_COORD"], schools["X"]]).astype(np.float64)
    y = np.concatenate([stops["Y_COORD"], schools["Y"]]).astype(np.float64)
    feet = np.abs(x[:, None] - x[None, :]) + np.abs(y[:, None] - y[None, :])
    early, late = (_seconds(schools[name].to_numpy(np.int64)) for name in _SCHOOLS[3:])
    pupils = stops["STUDENT_COUNT"].to_numpy(np.int64)
    service = STOP_SECONDS + STOP_PUPIL_SECONDS * pupils
    return Problem(
        groups=tuple(
            Group(
                name=str(stops["ID"].iloc[i]),
                place=i,
                school=str(stops["EP_ID"].iloc[i]),
                pupils=int(pupils[i]),
                longest_ride=longest_ride - (service[i] + FULL_CALL if strict else 0.0),
                service=float(service[i]),
            )
            for i in range(n)
        ),
        schools=tuple(
            School(
                name=str(schools["ID"].iloc[s]),
                place=n + s,
                opens=float(early[s]),
                closes=float(late[s] - (FULL_CALL if strict else 0.0)),
                call_seconds=CALL_SECONDS,
                pupil_seconds=CALL_PUPIL_SECONDS,
            )
            for s in range(len(schools))
        ),
        vehicles=(VehicleType("bus", SEATS, 0.0, 0.0, 1.0),),
        seconds=feet / FEET_PER_SECOND,
        km=feet * KM_PER_FOOT,
        waiting_paid=False,
    )


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    if not path.is_file():
        raise InvalidInput([Fault("transport.no_file", file=str(path))])
    table = pd.read_csv(path, sep="\t")
    missing = [name for name in columns if name not in table]
    if missing:
        raise InvalidInput(
            [Fault("transport.no_column", file=str(path), column=name) for name in missing]
        )
    return table


def _seconds(hours: np.ndarray) -> np.ndarray:
    """Seconds after midnight of times like 510 (5:10) and 1045 (10:45)."""
    result: np.ndarray = (hours // 100 * 60 + hours % 100) * 60.0
    return result
