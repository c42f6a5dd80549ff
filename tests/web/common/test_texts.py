"""A text in another language than the page's must be shown, and marked as what it is."""

from __future__ import annotations

import pytest
from django.template import Context, Template
from django.utils import translation

from skolnat.web.common.texts import Texts, TextsFormField


def drawn(template: str, **values: object) -> str:
    return Template(template).render(Context(values))


def test_a_text_in_the_pages_language_stands_bare() -> None:
    with translation.override("sv"):
        assert drawn("{{ t|told }}", t=Texts(sv="Närskola", fi="Lähikoulu")) == "Närskola"


@pytest.mark.parametrize(
    ("reader", "expected"),
    [("sv", '<span lang="fi">Lähikoulu</span>'), ("en", '<span lang="fi">Lähikoulu</span>')],
)
def test_a_text_in_another_language_is_marked(reader: str, expected: str) -> None:
    with translation.override(reader):
        assert drawn("{{ t|told }}", t=Texts(fi="Lähikoulu")) == expected


def test_what_people_write_is_escaped() -> None:
    with translation.override("sv"):
        script = "<script>alert(1)</script>"
        assert "<script>" not in drawn("{{ t|told }}{{ t|told_long }}", t=Texts(fi=script))
        assert "<script>" not in drawn("{{ t|in_language:'fi' }}", t=script)


def test_a_form_asks_for_at_least_one_language() -> None:
    field = TextsFormField(label="Title")
    assert field.clean([" ", "Otsikko ", ""]) == {"fi": "Otsikko"}
    with translation.override("en"), pytest.raises(Exception, match="at least one language"):
        field.clean(["", " ", ""])
    assert TextsFormField(required=False).clean(["", "", ""]) == {}
