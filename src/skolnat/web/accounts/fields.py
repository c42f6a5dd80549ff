"""A field of a form in which one municipality is chosen."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.municipalities import listed

OUTSIDE: Final = "-"
"""Choice of those who come from no municipality."""


@lru_cache(maxsize=32)
def _options(
    names: tuple[tuple[str, str], ...], first: str, outside: str, chosen: str
) -> SafeString:
    """Return three hundred options; they are the same for everybody who reads a language."""
    pairs = [("", first), *names, *([(OUTSIDE, outside)] if outside else [])]
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((key, SafeString(" selected" if key == chosen else ""), name) for key, name in pairs),
    )


class MunicipalitySelect(forms.Widget):
    """The list of municipalities in the reader's language and alphabet."""

    first: Any = _("Choose")
    outside: Any = ""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """Return the list."""
        known = str(value) if value in _codes() or value == OUTSIDE else ""
        options = _options(listed(), str(self.first), str(self.outside), known)
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(built), options)


def _codes() -> frozenset[str]:
    return frozenset(code for code, _name in listed())


class MunicipalityField(forms.Field):
    """One of today's municipalities; gives its code.

    Parameters
    ----------
    outside
        Words of the last choice, for those who come from none (it gives :data:`OUTSIDE`);
        without them there is no such choice.
    """

    widget = MunicipalitySelect
    default_error_messages = {"invalid_choice": _("Choose a municipality from the list.")}

    def __init__(self, *, outside: Any = "", **named: Any) -> None:
        super().__init__(**named)
        assert isinstance(self.widget, MunicipalitySelect)
        self.outside: Any = outside
        self.widget.outside = outside

    def validate(self, value: Any) -> None:
        """Refuse what is not in the list."""
        super().validate(value)
        if value and value not in _codes() and not (self.outside and value == OUTSIDE):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
