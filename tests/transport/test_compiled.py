"""A kernel that is left out of the hash would run as old code after a change."""

from __future__ import annotations

from pathlib import Path

import skolnat.transport
from skolnat.transport.compiled import FILES


def test_every_module_with_a_kernel_is_in_the_hash() -> None:
    folder = Path(skolnat.transport.__file__).parent
    holding = {p.name for p in folder.glob("*.py") if "\n@compiled\n" in p.read_text("utf-8")}
    assert holding <= set(FILES)
    assert {"schedule.py", "placing.py", "search.py"} <= holding
