"""Compiling before work is shared out must itself work, and leave nothing to be compiled later."""

from __future__ import annotations

import subprocess
import sys

from skolnat.network.warm import compile_kernels

STUDY = """
from skolnat.network import anneal, bound, bundle, guide, linear, search
from skolnat.network.warm import compile_kernels
from skolnat.study.optimise import optimise
from skolnat.study.solve import BRISK

rooms = (anneal, bound, bundle, guide, linear, search)
kernels = [(one.__name__, name) for one in rooms for name in vars(one)
           if hasattr(getattr(one, name), "signatures")]

def compiled():
    return {f"{room}.{name}": len(getattr(sys.modules[room], name).signatures)
            for room, name in kernels}

import sys
compile_kernels()
before = compiled()
assert any(before.values())
optimise("examples/tunturi-lappi.toml", effort=BRISK)
print({name: count for name, count in compiled().items() if count != before[name]})
"""


def test_the_toy_market_is_solved() -> None:
    assert compile_kernels()


def test_a_study_finds_every_kernel_compiled() -> None:
    """Arrays of another kind, read-only or not contiguous, would have a kernel compiled again.

    It takes half a minute on the first run of whoever has just set the program up. Nor does
    anything print but the study itself: HiGHS would tell its name.
    """
    command = [sys.executable, "-W", "error", "-c", STUDY]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert done.stdout.strip() == "{}"
    assert done.stderr == ""
