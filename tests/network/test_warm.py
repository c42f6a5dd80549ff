"""Compiling before work is shared out must itself work."""

from __future__ import annotations

from skolnat.network.warm import compile_kernels


def test_the_toy_market_is_solved() -> None:
    assert compile_kernels()
