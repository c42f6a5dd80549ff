"""The three languages of the product, and text catalogues kept as TOML files."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final, Literal, get_args

Language = Literal["sv", "fi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
"""Swedish, Finnish and English: equal everywhere."""


def language_of(wish: str | None) -> Language:
    """Return the language meant by a wish such as ``"sv"``, ``"fi_FI.UTF-8"`` or None.

    Parameters
    ----------
    wish
        A language tag or locale name; None or anything unknown gives English.
    """
    start = (wish or "").lower()[:2]
    for language in LANGUAGES:
        if language == start:
            return language
    return "en"


def environment_language() -> Language:
    """Return the language the environment asks for (``SKOLNAT_LANG``, then ``LANG``)."""
    return language_of(os.environ.get("SKOLNAT_LANG") or os.environ.get("LANG"))


@cache
def catalogue(package: str, name: str, language: Language) -> Mapping[str, str]:
    """Read one text catalogue, flattened to dotted keys.

    Parameters
    ----------
    package
        Package that holds a folder ``text``, for instance ``"skolnat.report"``.
    name
        Stem of the file: ``name.<language>.toml``.

    Returns
    -------
    dict
        Dotted key to text; empty when the package has no such file.
    """
    file = resources.files(package).joinpath("text", f"{name}.{language}.toml")
    if not file.is_file():
        return {}
    return dict(_flatten(tomllib.loads(file.read_text(encoding="utf-8"))))


def _flatten(table: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            pairs += _flatten(value, f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs
