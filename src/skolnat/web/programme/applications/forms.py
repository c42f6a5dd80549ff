"""Forms of calls, applications, reviews and pilots."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.models import Municipality, User
from skolnat.web.accounts.municipalities import alphabetical
from skolnat.web.accounts.rules import memberships
from skolnat.web.common.forms import ChooseMixin, HoneypotMixin, a_name
from skolnat.web.common.widgets import QuickSelect
from skolnat.web.programme.applications import fields
from skolnat.web.programme.applications.models import (
    Application,
    Call,
    Criterion,
    Decision,
    Milestone,
    Note,
    Partner,
    Pilot,
    Question,
    Result,
    Review,
)

_MOMENT = "%Y-%m-%dT%H:%M"


def _moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local", "class": "short"}, format=_MOMENT)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")


def _by_name(rows: Any) -> list[tuple[str, str]]:
    named = [(one.code, str(one.names)) for one in rows]
    return sorted(named, key=lambda pair: alphabetical(pair[1]))


def partners_of_today() -> Any:
    """Return the municipalities that may join: today's; Åland has a school law of its own."""
    return Municipality.objects.filter(current=True, aland=False)


class CallForm(forms.ModelForm[Call]):
    """A call."""

    class Meta:
        model = Call
        fields = (
            "slug", "title", "summary", "description", "opens", "closes", "least_partners",
            "published",
        )  # fmt: skip
        widgets = {"opens": _moment(), "closes": _moment()}

    def clean(self) -> dict[str, Any]:
        """Refuse a call that closes before it opens."""
        given: dict[str, Any] = super().clean() or {}
        opens, closes = given.get("opens"), given.get("closes")
        if opens and closes and closes <= opens:
            self.add_error("closes", _("The call has to close after it opens."))
        return given


QuestionForms = forms.inlineformset_factory(
    Call, Question, fields=("order", "label", "help", "required", "limit"), extra=1
)
CriterionForms = forms.inlineformset_factory(
    Call, Criterion, fields=("order", "name", "help", "highest", "weight"), extra=1
)


class BeginForm(forms.Form):
    """How an application begins: who is responsible, and what it is called."""

    responsible = forms.ChoiceField(label=_("Responsible municipality"))
    title = forms.CharField(label=_("Name of the application"), max_length=160)
    language = forms.ChoiceField(
        label=_("Language of the application"), choices=settings.LANGUAGES[:2]
    )

    def __init__(self, user: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        own = partners_of_today().filter(code__in=memberships(user))
        field = self.fields["responsible"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = _by_name(own)


class TextsForm(forms.Form):
    """Every text of an application; a draft may lack any of them, and too long is told.

    Browsers are not told what is required: they would neither save a draft that lacks something
    nor let it save itself. What must be written is told beside the button to submit.
    """

    use_required_attribute = False

    def __init__(self, application: Application, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for one in fields.texts_of(application.call):
            self.fields[one.key] = _text_field(one, application.language)


def _text_field(one: fields.Text, language: str) -> forms.Field:
    attrs = {"lang": language, "data-limit": str(one.limit)}
    widget = (
        forms.TextInput(attrs={**attrs, "maxlength": str(one.limit)})
        if one.rows == 1
        else forms.Textarea(attrs={**attrs, "rows": str(one.rows)})
    )
    return forms.CharField(
        label=one.label, help_text=one.help, required=one.required, strip=False, widget=widget
    )


class AskForm(forms.Form):
    """Which municipality is asked to join, and where the letter goes."""

    municipality = forms.ChoiceField(label=_("Municipality"), widget=QuickSelect)
    email = forms.EmailField(
        label=_("E-mail of the municipality's contact"),
        required=False,
        help_text=_(
            "A letter with a link is sent there. Without it, somebody with an account of the"
            " municipality can answer."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)

    def __init__(self, application: Application, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        joined = application.partners.filter(state=Partner.State.CONFIRMED)
        left = partners_of_today().exclude(pk__in=joined.values("municipality_id"))
        field = self.fields["municipality"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "–"), *_by_name(left)]


class AnswerForm(HoneypotMixin, forms.Form):
    """A municipality's own word."""

    signer = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    signer_role = forms.CharField(label=_("Your position in the municipality"), max_length=120)
    joins = forms.ChoiceField(
        label=_("Answer"),
        choices=(("yes", _("We join the application")), ("no", _("We do not join"))),
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason, if you do not join"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FileForm(forms.Form):
    """A file to add."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, Word, Excel, PowerPoint, OpenDocument, PNG, JPEG or plain text; 10 MB at most,"
            " without macros."
        ),
    )

    def clean_signer(self) -> str:
        """Return the name."""
        return a_name(self.cleaned_data["signer"])


class AssignForm(forms.Form):
    """To whom an application is given."""

    reviewers = forms.ModelMultipleChoiceField(
        label=_("Reviewers"),
        queryset=User.objects.filter(is_reviewer=True, is_active=True).order_by("name", "email"),
        widget=forms.CheckboxSelectMultiple,
    )


class DeclareForm(forms.ModelForm[Review]):
    """Whether there is a conflict of interest."""

    choice = forms.ChoiceField(
        label=_("Do you or anybody close to you have an interest in this application?"),
        choices=(
            ("none", _("No, I am impartial")),
            ("conflict", _("Yes, or somebody could think so")),
        ),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Review
        fields = ("conflict",)


class ScoreForm(forms.Form):
    """Points and reasons for every criterion, and a statement."""

    statement = forms.CharField(
        label=_("Statement"),
        required=False,
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, review: Review, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.criteria = list(review.application.call.criteria.all())
        held = {one.criterion_id: one for one in review.scores.all()}
        self.initial.setdefault("statement", review.statement)
        statement = self.fields.pop("statement")
        for one in self.criteria:
            score = held.get(one.pk)
            self.fields[f"points_{one.pk}"] = forms.TypedChoiceField(
                label=one.name,
                help_text=one.help,
                required=False,
                coerce=int,
                empty_value=None,
                choices=[("", "–"), *((n, str(n)) for n in range(one.highest + 1))],
                initial="" if score is None else score.points,
                widget=forms.Select(attrs={"class": "short"}),
            )
            self.fields[f"reason_{one.pk}"] = forms.CharField(
                label=_("Why"),
                required=False,
                max_length=2000,
                initial="" if score is None else score.reason,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.fields["statement"] = statement

    def clean(self) -> dict[str, Any]:
        """Refuse to finish a review that lacks points."""
        given: dict[str, Any] = super().clean() or {}
        if "finish" in self.data:
            for one in self.criteria:
                if given.get(f"points_{one.pk}") is None:
                    self.add_error(f"points_{one.pk}", _("Give points before you finish."))
        return given

    def points(self) -> dict[int, int]:
        """Return the points that were given, by criterion."""
        told = {one.pk: self.cleaned_data.get(f"points_{one.pk}") for one in self.criteria}
        return {key: value for key, value in told.items() if value is not None}

    def reasons(self) -> dict[int, str]:
        """Return the reasons, by criterion."""
        return {one.pk: self.cleaned_data.get(f"reason_{one.pk}", "") for one in self.criteria}


class NoteForm(forms.ModelForm[Note]):
    """A word in the reviewers' discussion."""

    class Meta:
        model = Note
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}


class DecisionForm(ChooseMixin, forms.ModelForm[Decision]):
    """A decision and its reasons."""

    class Meta:
        model = Decision
        fields = ("outcome", "reasons")


class PilotForm(forms.ModelForm[Pilot]):
    """What is told of a pilot."""

    class Meta:
        model = Pilot
        fields = ("name", "about")


class MilestoneForm(forms.ModelForm[Milestone]):
    """A milestone."""

    class Meta:
        model = Milestone
        fields = ("title", "due", "reached", "note")
        widgets = {"due": _day(), "reached": _day()}


class ResultForm(forms.ModelForm[Result]):
    """What a pilot has learnt."""

    class Meta:
        model = Result
        fields = ("title", "text", "url", "public")
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}
