"""What all tests share: how hard hypothesis looks, and where the examples lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# The first example of a property may compile a kernel or read a table: no deadline.
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=100,
    derandomize=True,  # the same examples on every run of the same change
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let messages be English, whatever the machine speaks."""
    monkeypatch.setenv("SKOLNAT_LANG", "en")


@pytest.fixture(scope="session")
def examples() -> Path:
    """Folder of the study files that ship as examples."""
    return Path(__file__).parents[1] / "examples"
