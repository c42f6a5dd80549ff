"""Texts that people write in several languages, stored together and shown in the reader's.

A text that lacks the reader's language is shown in another, and marked with ``lang`` so that a
screen reader pronounces it as what it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from skolnat.common.languages import LANGUAGES, Language, language_of

_FALLBACK: Final[Mapping[Language, tuple[Language, ...]]] = {
    "sv": ("sv", "fi", "en"),
    "fi": ("fi", "sv", "en"),
    "en": ("en", "sv", "fi"),
}
NAMES: Final = {"sv": "Svenska", "fi": "Suomi", "en": "English"}
"""Each language's name in itself."""


def reader_language() -> Language:
    """Return the language of the page or letter that is being made."""
    return language_of(get_language() or "sv")


@dataclass(frozen=True)
class Told:
    """A text and the language it is in."""

    text: str
    language: Language

    def html(self) -> SafeString:
        """Return the text, escaped, marked with its language if it is not the page's."""
        return marked(self.text, self.language)


def marked(text: str, language: str) -> SafeString:
    """Return a text, escaped, marked with its language if it is not the page's."""
    if language == reader_language() or not text:
        return format_html("{}", text)
    return format_html('<span lang="{}">{}</span>', language, text)


class Texts(dict[str, str]):
    """One text in one or more languages.

    >>> str(Texts(sv="Närskola", fi="Lähikoulu").told("fi").text)
    'Lähikoulu'
    """

    def told(self, language: Language | None = None) -> Told:
        """Return the text in a language, or in the nearest that there is."""
        for one in _FALLBACK[language or reader_language()]:
            if self.get(one):
                return Told(self[one], one)
        return Told("", language or reader_language())

    def __str__(self) -> str:
        return self.told().text

    def __bool__(self) -> bool:
        return any(self.values())


class TextsField(models.JSONField[Any, Any]):
    """A column of :class:`Texts`; its form has one field a language, none of them required alone.

    Parameters
    ----------
    long
        Several lines.
    """

    def __init__(self, *args: Any, long: bool = False, **options: Any) -> None:
        self.long = long
        options.setdefault("default", Texts)
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        """Tell Django's migrations how to make the field again."""
        name, path, args, options = super().deconstruct()
        if self.long:
            options["long"] = True
        return name, path, args, options

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Texts:
        """Return what lies in the database."""
        return Texts(super().from_db_value(value, expression, connection) or {})

    def to_python(self, value: Any) -> Texts:
        """Return the texts of a value."""
        return Texts(value or {})

    def formfield(self, **options: Any) -> Any:
        """Return the field of a form."""
        chosen = {"required": not self.blank, "label": self.verbose_name, "long": self.long}
        return TextsFormField(**{**chosen, "help_text": self.help_text} | _known(options))


def _known(options: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in options.items() if k in {"label", "help_text", "required", "initial"}}


class TextsWidget(forms.MultiWidget):
    """One input a language, each labelled with the language's own name."""

    template_name = "widgets/texts.html"

    def __init__(self, *, long: bool = False) -> None:
        kind: type[forms.Widget] = forms.Textarea if long else forms.TextInput
        rows = {"rows": 6} if long else {}
        widgets: dict[str, forms.Widget | type[forms.Widget]] = {
            code: kind(attrs={"lang": code, **rows}) for code in LANGUAGES
        }
        super().__init__(widgets=widgets)

    def decompress(self, value: Any) -> list[str]:
        """Return the text of each language."""
        return [(value or {}).get(code, "") for code in LANGUAGES]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Name each input's language."""
        context = super().get_context(name, value, attrs)
        for code, one in zip(LANGUAGES, context["widget"]["subwidgets"], strict=True):
            one["language"], one["language_name"] = code, NAMES[code]
        return context


class TextsFormField(forms.MultiValueField):
    """Texts in a form; at least one language where the field is required."""

    def __init__(self, *, long: bool = False, required: bool = True, **options: Any) -> None:
        fields = tuple(forms.CharField(required=False) for _ in LANGUAGES)
        super().__init__(
            fields=fields,
            widget=TextsWidget(long=long),
            required=required,
            require_all_fields=False,
            **options,
        )

    def compress(self, data_list: list[str]) -> Texts:
        """Return the texts that were written."""
        pairs = zip(LANGUAGES, data_list or [], strict=False)
        return Texts({code: text for code, text in pairs if text})

    def clean(self, value: Any) -> Texts:
        """Check that something was written."""
        texts = self.compress([str(one or "").strip() for one in value or []])
        if self.required and not texts:
            raise ValidationError(_("Write this in at least one language."), code="required")
        return texts
