"""Forms of events: registering, and what the association writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from skolnat.web.accounts.fields import OUTSIDE, MunicipalityField
from skolnat.web.accounts.municipalities import listed
from skolnat.web.common.forms import ChooseMixin, HoneypotMixin, a_name
from skolnat.web.common.texts import reader_language
from skolnat.web.common.when import span
from skolnat.web.common.widgets import DayInput, MomentInput, QuickSelect
from skolnat.web.programme.events.models import (
    Event,
    Language,
    Material,
    Occasion,
    ProgrammePoint,
    Registration,
    Series,
    SeriesException,
    Speaker,
)
from skolnat.web.programme.events.places import Line

_EMPTY: Final[dict[Any, SafeString]] = {}
_KEPT: Final = 64


def _told(occasion: Occasion, line: Line) -> str:
    """Return an occasion as a choice: when it is, and whether there is a place."""
    when = span(occasion.begins, occasion.ends)
    if line.free is None:
        return when
    if line.free == 0:
        return f"{when} – {now_('full: you come on the waiting list')}"
    words = ngettext("%(free)s place left", "%(free)s places left", line.free)
    return f"{when} – {words % {'free': line.free}}"


class RegistrationForm(HoneypotMixin, forms.ModelForm[Registration]):
    """Who comes, from where, to which occasion.

    Parameters
    ----------
    occasions
        The occasions that are open.
    """

    occasion = forms.ChoiceField(label=_("Which occasion?"), widget=forms.RadioSelect)
    municipality = MunicipalityField(
        label=_("Your municipality"), outside=_("None: I come from elsewhere")
    )

    class Meta:
        model = Registration
        fields = ("name", "email", "role", "question_language", "needs")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "role": QuickSelect,
            "question_language": forms.RadioSelect,
            "needs": forms.Textarea(attrs={"rows": 3}),
        }

    field_order = (
        "occasion",
        "name",
        "email",
        "municipality",
        "role",
        "question_language",
        "needs",
    )

    def __init__(self, *args: Any, occasions: Sequence[Occasion], **named: Any) -> None:
        super().__init__(*args, **named)
        _choices(self)
        self.occasions = {str(one.pk): one for one in occasions}
        choice = self.fields["occasion"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(key, key) for key in self.occasions]
        if len(occasions) == 1:
            choice.initial = str(occasions[0].pk)

    def drawn(self, lines: Mapping[int, Line]) -> SafeString:
        """Return the form as a page shows it, each occasion with the places that are left.

        An empty form is the same for everybody who reads a language as long as no place is taken,
        and is kept: when hundreds come at once, it is drawn a few times instead of hundreds.

        Parameters
        ----------
        lines
            How each occasion stands, by its number.
        """
        choice = self.fields["occasion"]
        assert isinstance(choice, forms.ChoiceField)
        told = tuple((key, _told(one, lines[one.pk])) for key, one in self.occasions.items())
        choice.choices = told
        if self.is_bound:
            return SafeString(self)
        key = (reader_language(), told, listed())
        if key not in _EMPTY:
            if len(_EMPTY) >= _KEPT:
                _EMPTY.clear()
            _EMPTY[key] = SafeString(self)
        return _EMPTY[key]

    def clean_name(self) -> str:
        """Return the name."""
        return a_name(self.cleaned_data["name"])

    def clean_email(self) -> str:
        """Return the address in small letters: one person registers once."""
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_occasion(self) -> Occasion:
        """Return the occasion."""
        return self.occasions[self.cleaned_data["occasion"]]

    def registration(self) -> Registration:
        """Return what has been filled in, not saved."""
        made = self.instance
        made.occasion = self.cleaned_data["occasion"]
        made.municipality_id = _code(self.cleaned_data["municipality"])
        made.language = reader_language()
        return made


class DetailsForm(forms.ModelForm[Registration]):
    """What somebody changes of a registration without changing the occasion."""

    municipality = MunicipalityField(
        label=_("Your municipality"), outside=_("None: I come from elsewhere")
    )

    class Meta:
        model = Registration
        fields = ("name", "role", "question_language", "needs")
        widgets = RegistrationForm.Meta.widgets

    field_order = ("name", "municipality", "role", "question_language", "needs")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        _choices(self)
        self.fields["municipality"].initial = self.instance.municipality_id or OUTSIDE
        self.fields["question_language"].initial = self.instance.question_language

    def clean_name(self) -> str:
        """Return the name."""
        return a_name(self.cleaned_data["name"])

    def changed(self) -> Registration:
        """Return the registration with what was changed, not saved."""
        self.instance.municipality_id = _code(self.cleaned_data["municipality"])
        return self.instance


def _code(municipality: str) -> str | None:
    return None if municipality == OUTSIDE else municipality


def _choices(form: forms.Form | forms.ModelForm[Registration]) -> None:
    """Offer roles and languages without the empty choice that Django would put first."""
    role = form.fields["role"]
    assert isinstance(role, forms.ChoiceField)
    role.choices = [("", now_("Choose")), *Registration.Role.choices]
    tongue = form.fields["question_language"]
    assert isinstance(tongue, forms.ChoiceField)
    tongue.choices = Language.choices
    tongue.initial = reader_language()


class EventForm(forms.ModelForm[Event]):
    """What an event says of itself."""

    class Meta:
        model = Event
        fields = (
            "title",
            "slug",
            "summary",
            "description",
            "audience",
            "published",
            "questions_open",
        )


class OccasionForm(forms.ModelForm[Occasion]):
    """When and where."""

    class Meta:
        model = Occasion
        fields = ("begins", "ends", "closes", "capacity", "place", "link")
        widgets = {"begins": MomentInput, "ends": MomentInput, "closes": MomentInput}

    def clean(self) -> dict[str, Any]:
        """Check that hours follow one another."""
        values = super().clean() or {}
        begins, ends, closes = (values.get(key) for key in ("begins", "ends", "closes"))
        if begins and ends and ends <= begins:
            self.add_error("ends", now_("It must end after it begins."))
        if begins and closes and closes > begins:
            self.add_error("closes", now_("Registration must close before it begins."))
        return values


class PointForm(forms.ModelForm[ProgrammePoint]):
    """One point of the programme."""

    class Meta:
        model = ProgrammePoint
        fields = ("order", "title", "text", "speakers")
        widgets = {"speakers": forms.CheckboxSelectMultiple}


class SpeakerForm(forms.ModelForm[Speaker]):
    """Somebody who speaks."""

    class Meta:
        model = Speaker
        fields = ("name", "title")


class MaterialForm(ChooseMixin, forms.ModelForm[Material]):
    """Something to read, see or hear."""

    class Meta:
        model = Material
        fields = ("kind", "title", "url", "language", "shown_from", "order")
        widgets = {"shown_from": MomentInput}


class SeriesForm(ChooseMixin, forms.ModelForm[Series]):
    """What comes back."""

    class Meta:
        model = Series
        fields = (
            "title",
            "slug",
            "description",
            "language",
            "begins",
            "minutes",
            "rhythm",
            "until",
            "link",
            "published",
        )
        widgets = {"begins": MomentInput, "until": DayInput}


class ExceptionForm(forms.ModelForm[SeriesException]):
    """One time that is not as the others.

    Parameters
    ----------
    days
        Days on which the series is held by its rule.
    """

    class Meta:
        model = SeriesException
        fields = ("day", "moved_to", "note")
        widgets = {"day": DayInput, "moved_to": MomentInput}

    def __init__(self, *args: Any, days: frozenset[Any], **named: Any) -> None:
        super().__init__(*args, **named)
        self.days = days

    def clean_day(self) -> Any:
        """Check that the series is held on the day."""
        day = self.cleaned_data["day"]
        if day not in self.days:
            raise forms.ValidationError(now_("The series is not held on this day."))
        return day
