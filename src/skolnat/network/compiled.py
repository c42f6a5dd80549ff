"""Compile a kernel once and keep it, as long as no kernel has changed.

Numba keeps compiled code beside the source and looks only at the file of the function itself: a
change in a function that it calls goes unnoticed, and old code would run. Here what is kept lies
under a hash of all kernels together.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import config, njit

SIDE_BY_SIDE = 2
"""Threads that work at once where parts of a search do not touch: kernels let go of the lock."""

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

FILES = (
    "kernel.py",
    "search.py",
    "anneal.py",
    "guide.py",
    "bound.py",
    "filling.py",
    "bundle.py",
    "keep.py",
    "linear.py",
    "location/around.py",
    "location/capacitated_kernels.py",
    "location/moves.py",
    "location/p_median_kernels.py",
    "location/shake.py",
)
"""Modules of this room that hold kernels."""


@cache
def folder() -> Path:
    """Return where compiled kernels are kept.

    Beside the source, or where nobody may write there in the user's cache;
    ``SKOLNAT_CACHE`` names another folder.
    """
    here = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for name in FILES:
        digest.update((here / name).read_bytes())
    beside = here / "__pycache__"
    root = beside if _writable(beside) else Path.home() / ".cache" / "skolnat"
    root = Path(os.environ.get("SKOLNAT_CACHE", root))
    return root / f"kernels-{digest.hexdigest()[:16]}"


def _writable(place: Path) -> bool:
    there = place if place.is_dir() else place.parent
    return os.access(there, os.W_OK)


def compiled(function: Kernel) -> Kernel:
    """Compile a function with numba and keep the result; for decorating kernels."""
    return _kept(function, inline=False)


def inlined(function: Kernel) -> Kernel:
    """Compile a function into every kernel that calls it.

    For what innermost loops call: a market is a tuple of many arrays, and to hand it over costs
    far more than such a function does.
    """
    return _kept(function, inline=True)


def _kept(function: Kernel, *, inline: bool) -> Kernel:
    settings: Any = config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = str(folder())
    try:
        return cast("Kernel", njit(cache=True, nogil=True, forceinline=inline)(function))
    finally:
        settings.CACHE_DIR = before
