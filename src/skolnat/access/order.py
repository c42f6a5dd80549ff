"""Numbers near places near one another, so that a search finds them side by side in memory."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_BITS = 16


def hilbert_order(x: npt.NDArray[np.int32], y: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Return the order of places along Hilbert's curve over their box (Hilbert 1891).

    Parameters
    ----------
    x, y
        Places, shape (N,).

    Returns
    -------
    ndarray
        Positions, shape (N,), stable where two places share a step of the curve.
    """
    if x.size == 0:
        return np.zeros(0, dtype=np.int64)
    side = max(int(x.max()) - int(x.min()), int(y.max()) - int(y.min()), 1)
    most = (1 << _BITS) - 1
    a = ((x.astype(np.int64) - int(x.min())) * most // side).astype(np.int64)
    b = ((y.astype(np.int64) - int(y.min())) * most // side).astype(np.int64)
    key = np.zeros(x.size, dtype=np.int64)
    step = 1 << (_BITS - 1)
    while step:
        right, upper = (a & step) > 0, (b & step) > 0
        key += step * step * ((3 * right) ^ upper)
        # Turn the quarter so that the curve within it begins where the last one ended.
        turn = ~upper
        flip = turn & right
        a, b = (
            np.where(flip, step - 1 - (a & (step - 1)), a & (step - 1)),
            np.where(flip, step - 1 - (b & (step - 1)), b & (step - 1)),
        )
        a, b = np.where(turn, b, a), np.where(turn, a, b)
        step >>= 1
    return np.argsort(key, kind="stable").astype(np.int64)
