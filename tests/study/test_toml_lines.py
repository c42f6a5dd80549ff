"""A fault names its line, so that nobody must search: the lines must be the right ones."""

from __future__ import annotations

import pytest

from skolnat.study.toml_lines import Path, line_of, line_of_item

TEXT = '''\
# [not.a.table]
title = "a = 1"
"""long
[neither.this]
"""
[study]
name = { sv = "S # no comment", fi = "F" }
places = [
    "One", # first
    "Two",
    { inner = [1] },
]
after = 1
[rules."money.base"]
value = 3
[[network.sites]]
id = "a"
[[network.sites]]
"odd key".dotted = 'b'
id = "c"
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("study",), 6),
        (("study", "name"), 7),
        (("study", "name", "sv"), 7),
        (("study", "places"), 8),
        (("study", "places", 1), 8),
        (("study", "after"), 13),
        (("study", "lacks"), 6),
        (("rules", "money.base", "value"), 15),
        (("network", "sites", 0, "id"), 17),
        (("network", "sites", 1, "odd key", "dotted"), 19),
        (("network", "sites", 1, "id"), 20),
        (("neither",), None),
        (("inner",), None),
    ],
)
def test_lines_of_keys(path: Path, line: int | None) -> None:
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize(("item", "line"), [("One", 9), ("Two", 10), ("Three", 8), ("", 8)])
def test_lines_of_items(item: str, line: int) -> None:
    assert line_of_item(TEXT, ("study", "places"), item) == line
    assert line_of_item(TEXT, ("absent",), item) is None
