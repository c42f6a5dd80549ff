"""Steps that are kept: the same input gives the same answer without computing it again.

The key of a step is a hash of what it depends on and of the program itself, so that a new
version never shows an old figure. Each answer is written to a temporary file and renamed: a run
that is killed leaves whole steps or none.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any, TypeVar

from skolnat.study.progress import Listener

T = TypeVar("T")


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def program_hash() -> str:
    """Return a hash of the package's own files and of the libraries that compute."""
    root = Path(str(resources.files("skolnat")))
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in {".py", ".toml", ".json", ".html", ".css"}:
            digest.update(str(path.relative_to(root)).encode())
            digest.update(path.read_bytes())
    # The tables are large and change only with their builder: size and name tell them apart.
    for path in sorted((root / "reference").glob("*.parquet")):
        digest.update(f"{path.name}:{path.stat().st_size}".encode())
    digest.update(json.dumps(versions(), sort_keys=True).encode())
    return digest.hexdigest()


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of the libraries that a result depends on."""
    names = ("numpy", "scipy", "numba", "pandas", "pyarrow")
    return {name: metadata.version(name) for name in names}


def key_of(*parts: object) -> str:
    """Return a hash of what a step depends on; the program is always part of it."""
    text = json.dumps([program_hash(), *parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass
class Steps:
    """The steps of one run, with their keys and durations.

    Parameters
    ----------
    folder
        Where answers are kept.
    listener
        Who is told.
    """

    folder: Path
    listener: Listener
    seconds: dict[str, float] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def run(self, name: str, key: str, compute: Callable[[], T]) -> T:
        """Return the answer of a step, computed or read.

        Parameters
        ----------
        name
            Name of the step.
        key
            Of what it depends on, see :func:`key_of`.
        compute
            Computes the answer, which must be picklable.
        """
        self.listener.begins(name)
        began = time.monotonic()
        path = self.folder / f"{name}-{key}.pickle"
        answer, cached = _read(path)
        if not cached:
            answer = compute()
            self._keep(name, path, answer)
        self.keys[name] = key
        self.seconds[name] = round(time.monotonic() - began, 3)
        self.listener.ends(name, cached=cached)
        result: T = answer
        return result

    def timed(self, name: str, compute: Callable[[], T]) -> T:
        """Run a step whose answer is not kept."""
        self.listener.begins(name)
        began = time.monotonic()
        answer = compute()
        self.seconds[name] = round(time.monotonic() - began, 3)
        self.listener.ends(name)
        return answer

    def _keep(self, name: str, path: Path, answer: object) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(f".{os.getpid()}.half")
        with half.open("wb") as file:
            pickle.dump(answer, file, protocol=pickle.HIGHEST_PROTOCOL)
        for old in self.folder.glob(f"{name}-*.pickle"):
            old.unlink()
        half.rename(path)


def _read(path: Path) -> tuple[Any, bool]:
    """Read a kept answer; a file that cannot be read counts as none."""
    try:
        with path.open("rb") as file:
            return pickle.load(file), True  # our own file, from our own folder
    except (OSError, EOFError, pickle.UnpicklingError, AttributeError, ImportError):
        return None, False
