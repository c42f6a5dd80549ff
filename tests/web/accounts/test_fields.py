"""One of 308 municipalities is chosen in the reader's alphabet, and nothing else."""

from __future__ import annotations

import pytest
from django import forms
from django.utils import translation

from skolnat.web.accounts.fields import OUTSIDE, MunicipalityField

pytestmark = pytest.mark.django_db


class Form(forms.Form):
    home = MunicipalityField()
    other = MunicipalityField(outside="<Elsewhere>", required=False)


def test_names_stand_in_the_readers_language_and_the_chosen_one_is_chosen() -> None:
    with translation.override("sv"):
        drawn = str(Form({"home": "398"})["home"])
    assert '<option value="398" selected>Lahtis</option>' in drawn
    assert drawn.count("<option") == 309  # every municipality of today, and none
    assert drawn.count(" selected") == 1
    with translation.override("fi"):
        assert '<option value="398">Lahti</option>' in str(Form()["home"])


def test_what_is_not_in_the_list_is_refused() -> None:
    form = Form({"home": "999"})
    assert list(form.errors) == ["home"]
    assert " selected" in str(form["home"])  # the empty one
    assert list(Form({"home": OUTSIDE}).errors) == ["home"]
    assert Form({"home": "016"}).is_valid()


def test_the_last_choice_is_for_those_from_elsewhere() -> None:
    form = Form({"home": "016", "other": OUTSIDE})
    assert form.is_valid()
    assert form.cleaned_data["other"] == OUTSIDE
    drawn = str(form["other"])
    assert drawn.count("<option") == 310
    assert '<option value="-" selected>&lt;Elsewhere&gt;</option></select>' in drawn
