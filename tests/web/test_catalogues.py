"""Swedish and Finnish say everything that English says: no text lacks words, none is in doubt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from skolnat.web import catalogues
from skolnat.web.common.wording import WORDED

HOMES = catalogues.homes()


def test_no_text_lacks_words() -> None:
    assert catalogues.lacking() == []


def test_no_catalogue_holds_what_is_said_no_more() -> None:
    assert catalogues.unused() == []


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_a_text_has_the_same_words_in_every_app(language: str) -> None:
    """Django pours all catalogues into one: where two differ, one app says the other's words."""
    said: dict[tuple[str | None, str], set[str]] = {}
    for home in HOMES:
        for message in catalogues.read(home, language):
            text = message.id if isinstance(message.id, str) else message.id[0]
            if text:
                said.setdefault((message.context, text), set()).add(str(message.string))
    assert {text: words for text, words in said.items() if len(words) > 1} == {}


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]|%[sd]|\{\w*\}", text))


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_placeholders_are_the_same(language: str) -> None:
    for home in HOMES:
        for message in catalogues.read(home, language):
            if not message.id:
                continue
            pairs = (
                [(message.id, message.string)]
                if isinstance(message.id, str)
                else [(message.id[-1], form) for form in message.string[-1:]]
            )
            for said, words in pairs:
                assert placeholders(words) == placeholders(said), (language, said)


def test_texts_are_found_in_python_and_in_templates(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(
        "a = _('One')\nb = gettext_lazy('Two')\nc = ngettext('a cat', '%(n)s cats', 2)\n"
        "d = pgettext('month', 'May')\ne = other('No')\n"
        "from django.utils.translation import gettext as at_once\nf = at_once('Six')\n"
    )
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/a.html").write_text(
        '<p class="x">{% translate "Three (3)" %} it\'s {{ _("Four") }}</p>\n'
        "{% blocktranslate count n=cats|length %}One {{ a }} cat{% plural %}{{ n }} cats"
        "{% endblocktranslate %}\n"
        '{% blocktranslate trimmed %}\n Say "five"\n{% endblocktranslate %}'
    )
    found = {(one.context, one.text, one.plural) for one in catalogues.find(tmp_path, [])}
    assert found == {
        ("", "One", ""),
        ("", "Two", ""),
        ("", "Six", ""),
        ("", "a cat", "%(n)s cats"),
        ("month", "May", ""),
        ("", "Three (3)", ""),
        ("", "Four", ""),
        ("", "One %(a)s cat", "%(n)s cats"),
        ("", 'Say "five"', ""),
    }


def test_a_text_without_words_and_one_in_doubt_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the first test of this module can fail."""
    (tmp_path / "views.py").write_text("a = _('Known')\nb = _('New')\nc = _('Doubtful')\n")
    for language in catalogues.TRANSLATED:
        file = catalogues.catalogue_file(tmp_path, language)
        file.parent.mkdir(parents=True)
        file.write_text(
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
            'msgid "Known"\nmsgstr "Bekant"\n\n#, fuzzy\nmsgid "Doubtful"\nmsgstr "Tveksam"\n'
        )
    monkeypatch.setattr(catalogues, "homes", lambda: [tmp_path])
    assert catalogues.lacking() == [
        "sv: views.py: no words for 'New'",
        "sv: views.py: in doubt: 'Doubtful'",
        "fi: views.py: no words for 'New'",
        "fi: views.py: in doubt: 'Doubtful'",
    ]


@pytest.mark.parametrize(("language", "said"), [("sv", "Skicka"), ("fi", "Lähetä"), ("en", "Send")])
def test_the_compiled_words_are_said(language: str, said: str) -> None:
    with translation.override(language):
        assert translation.gettext("Send") == said


def test_catalogues_are_read_as_gettext_writes_them() -> None:
    for home in HOMES:
        for language in catalogues.TRANSLATED:
            file = catalogues.catalogue_file(home, language)
            if file.is_file():
                with file.open("rb") as opened:
                    assert read_po(opened, abort_invalid=True).locale is not None


def test_what_is_worded_otherwise_is_said_by_allauth() -> None:
    """A text of theirs that they have changed since would be shown in their words again."""
    import allauth

    theirs = Path(allauth.__file__).parent / "locale/sv/LC_MESSAGES/django.po"
    with theirs.open("rb") as file:
        said = {one.id for one in read_po(file, locale="sv")}
    assert set(WORDED) - said == set()
