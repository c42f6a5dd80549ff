"""Forms of contacts: a question, an answer, and what the association writes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.fields import OUTSIDE, MunicipalityField
from skolnat.web.accounts.models import User
from skolnat.web.common.forms import HoneypotMixin, a_name
from skolnat.web.common.texts import reader_language
from skolnat.web.common.widgets import DayInput
from skolnat.web.programme.contacts.models import TONGUES, Enquiry, Expert, Theme


class AskForm(HoneypotMixin, forms.ModelForm[Enquiry]):
    """A question to the programme."""

    municipality = MunicipalityField(
        label=_("Your municipality"), outside=_("None: I come from elsewhere")
    )

    class Meta:
        model = Enquiry
        fields = ("theme", "language", "text", "name", "email")
        widgets = {
            "theme": forms.Select,
            "language": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 6}),
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    field_order = ("theme", "language", "text", "municipality", "name", "email")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        theme = self.fields["theme"]
        assert isinstance(theme, forms.ModelChoiceField)
        theme.queryset = Theme.objects.filter(published=True)
        theme.empty_label = now_("Choose")
        tongue = self.fields["language"]
        assert isinstance(tongue, forms.ChoiceField)
        tongue.choices = TONGUES
        tongue.initial = reader_language()

    def clean_name(self) -> str:
        """Return the name."""
        return a_name(self.cleaned_data["name"])

    def clean_email(self) -> str:
        """Return the address in small letters."""
        return str(self.cleaned_data["email"]).strip().lower()

    def enquiry(self) -> Enquiry:
        """Return what has been filled in, not saved."""
        made: Enquiry = self.instance
        code = self.cleaned_data["municipality"]
        made.municipality_id = None if code == OUTSIDE else code
        return made


class TextForm(HoneypotMixin):
    """A few lines: an answer, or what the asker adds.

    Parameters
    ----------
    label
        What is asked for.
    language
        Language it is (to be) written in.
    """

    text = forms.CharField(max_length=8000, widget=forms.Textarea(attrs={"rows": 8}))

    def __init__(self, *args: Any, label: Any, language: str, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["text"].label = label
        self.fields["text"].widget.attrs["lang"] = language


class GiveForm(forms.Form):
    """Who is to answer.

    Parameters
    ----------
    choices
        The experts that can be sent a question, each with how many wait for them.
    """

    expert = forms.ChoiceField(label=_("Who answers"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*args, **named)
        field = self.fields["expert"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class ThemeForm(forms.ModelForm[Theme]):
    """Something one can ask about."""

    class Meta:
        model = Theme
        fields = ("name", "slug", "about", "order", "published")


class ExpertForm(forms.ModelForm[Expert]):
    """Somebody who answers."""

    languages = forms.MultipleChoiceField(
        label=_("Answers in"),
        choices=TONGUES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    account = forms.EmailField(
        label=_("E-mail of the account"),
        required=False,
        help_text=_(
            "Whoever signs in with it sees the questions. Without it the links of letters do."
        ),
    )

    class Meta:
        model = Expert
        fields = (
            "name",
            "title",
            "themes",
            "languages",
            "email",
            "phone",
            "address_shown",
            "url",
            "account",
            "away_until",
            "order",
            "active",
        )
        widgets = {"themes": forms.CheckboxSelectMultiple, "away_until": DayInput}

    field_order = Meta.fields

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        if self.instance.user is not None:
            self.fields["account"].initial = self.instance.user.email

    def clean_account(self) -> User | None:
        """Return the account, which must be there and nobody else's."""
        address = str(self.cleaned_data["account"] or "").strip().lower()
        if not address:
            return None
        user = User.objects.filter(email=address, is_active=True).first()
        if user is None:
            raise forms.ValidationError(now_("There is no account with this address."))
        if Expert.objects.filter(user=user).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(now_("This account belongs to another contact."))
        return user

    def save(self, commit: bool = True) -> Expert:
        """Save the contact with its account."""
        self.instance.user = self.cleaned_data["account"]
        return super().save(commit)
