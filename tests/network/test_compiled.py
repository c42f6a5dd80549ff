"""Old compiled code must never run after a change in what it calls."""

from __future__ import annotations

from pathlib import Path

import numba

from skolnat.network import compiled


def test_every_module_with_a_kernel_is_part_of_the_hash() -> None:
    room = Path(compiled.__file__).parent
    using = {
        path.relative_to(room).as_posix()
        for path in room.rglob("*.py")
        if "@compiled" in path.read_text("utf-8")
    }
    assert using == set(compiled.FILES)


def test_a_kernel_gives_what_its_source_gives_and_leaves_numba_as_it_was() -> None:
    before = numba.config.CACHE_DIR

    @compiled.compiled
    def double(number: int) -> int:
        return 2 * number

    assert double(21) == 42
    assert before == numba.config.CACHE_DIR
