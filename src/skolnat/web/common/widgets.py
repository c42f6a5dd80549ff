"""Inputs that Django draws slowly or not as we want them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@lru_cache(maxsize=64)
def _options(pairs: tuple[tuple[str, str], ...], chosen: frozenset[str]) -> SafeString:
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((key, SafeString(" selected" if key in chosen else ""), label) for key, label in pairs),
    )


class QuickSelect(forms.Select):
    """A list of hundreds of options, drawn without a template for each."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the list."""
        chosen = frozenset(str(one) for one in (value if isinstance(value, list) else [value]))
        pairs = tuple((str(key), str(label)) for key, label in self.choices)
        options = _options(pairs, chosen)
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(built), options)


class MomentInput(forms.DateTimeInput):
    """Day and hour, with the browser's own calendar."""

    def __init__(self) -> None:
        super().__init__(
            format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local", "class": "short"}
        )


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"type": "date", "class": "short"})
