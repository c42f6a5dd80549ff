"""One man in twelve sees colours differently: the map must tell municipalities apart to him too."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
import shapely

from skolnat.report.colours import DARK, LIGHT, colour_places

# Machado, Oliveira and Fernandes (2009), severity 1.0.
VISION = {
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                   [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                     [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[k : k + 2], 16) for k in (1, 3, 5)]) / 255.0
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def lab(rgb: np.ndarray) -> np.ndarray:
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    ratio = to_xyz @ np.clip(rgb, 0.0, 1.0) / [0.95047, 1.0, 1.08883]
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16.0 / 116.0)
    return np.array([116.0 * f[1] - 16.0, 500.0 * (f[0] - f[1]), 200.0 * (f[1] - f[2])])


@pytest.mark.parametrize("palette", [LIGHT, DARK])
@pytest.mark.parametrize("vision", VISION)
def test_any_two_colours_differ_to_any_eye(palette: tuple[str, ...], vision: str) -> None:
    seen = [lab(np.array(VISION[vision]) @ linear(colour)) for colour in palette]
    assert min(np.linalg.norm(one - other) for one, other in combinations(seen, 2)) > 14.0


def test_colours_stand_out_from_the_page() -> None:
    assert all(1.05 / (luminance(colour) + 0.05) >= 3.0 for colour in LIGHT)
    dark_page = luminance("#14181d") + 0.05
    assert all((luminance(colour) + 0.05) / dark_page >= 3.0 for colour in DARK)


def squares(*places: tuple[str, int]) -> pd.DataFrame:
    shapes = [shapely.box(1e4 * k, 0, 1e4 * (k + 1), 1e4) for _, k in places]
    return pd.DataFrame(
        {"municipality": [code for code, _ in places], "wkb": [shapely.to_wkb(s) for s in shapes]}
    )


def test_neighbours_and_choices_differ() -> None:
    row = squares(("a", 0), ("b", 1), ("c", 2), ("d", 5))
    places = colour_places(row, [("a", "c"), ("a", "d")], ["a", "b", "c", "d"])
    assert places["a"] != places["b"]
    assert places["b"] != places["c"]
    assert len({places["a"], places["c"], places["d"]}) == 3  # children of a choose between them


def test_more_municipalities_than_colours_still_have_one_each() -> None:
    row = squares(*[(f"{k:03d}", k) for k in range(20)])
    places = colour_places(row, [], [f"{k:03d}" for k in range(20)])
    assert all(places[f"{k:03d}"] != places[f"{k + 1:03d}"] for k in range(19))
