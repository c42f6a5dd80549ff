"""Tags and filters of every template (they are built in: nothing is loaded)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.html import escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe

from skolnat.web.common import texts, when

register = template.Library()


@register.filter
def told(value: Any) -> SafeString:
    """Return a text in the reader's language, marked where it is in another."""
    return texts.Texts(value or {}).told().html()


@register.filter
def told_long(value: Any) -> SafeString:
    """Return a text of several lines as paragraphs, marked where it is in another language."""
    one = texts.Texts(value or {}).told()
    body = mark_safe(linebreaks(escape(one.text)))
    if one.language == texts.reader_language():
        return body
    return format_html('<div lang="{}">{}</div>', one.language, body)


@register.filter
def in_language(text: str, language: str) -> SafeString:
    """Return a text of one language, marked where that is not the page's."""
    return texts.marked(text, language)


@register.filter
def language_name(code: str) -> str:
    """Return a language's own name."""
    return texts.NAMES.get(code, code)


@register.filter
def day(value: datetime | date) -> str:
    """Return a day with its weekday."""
    return when.day(value)


@register.filter
def date_only(value: datetime | date) -> str:
    """Return a day without its weekday."""
    return when.day(value, weekday=False)


@register.filter
def clock(value: datetime) -> str:
    """Return an hour."""
    return when.clock(value)


@register.filter
def moment(value: datetime) -> str:
    """Return a day and an hour."""
    return when.moment(value)


@register.filter
def span(value: Any) -> str:
    """Return from when to when something lasts (it has ``begins`` and ``ends``)."""
    return when.span(value.begins, value.ends)


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """Return this page's query with some values changed; None takes one away."""
    held: QueryDict = context["request"].GET.copy()
    for key, value in changes.items():
        held.pop(key, None)
        if value is not None:
            held[key] = str(value)
    return f"?{held.urlencode()}" if held else "?"


@register.inclusion_tag("parts/field.html")
def field(bound: Any) -> dict[str, Any]:
    """Lay out one field of a form with label, help and faults."""
    return {"field": bound}


@register.inclusion_tag("parts/faults.html")
def faults(form: Any) -> dict[str, Any]:
    """Lay out the summary of a form's faults, each linked to its field."""
    return {"form": form}
