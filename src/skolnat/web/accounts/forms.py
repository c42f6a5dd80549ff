"""Forms of one's own account."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import SignupForm as BaseSignupForm
from django import forms
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from skolnat.web.accounts.fields import MunicipalityField
from skolnat.web.accounts.models import Municipality, User
from skolnat.web.common.forms import a_name


class SignupForm(BaseSignupForm):  # type: ignore[misc]
    """A new account. Whether the address has one already is told by letter alone."""

    def try_save(self, request: HttpRequest) -> Any:
        """Make the account; where there is one, take as long: the time would tell it."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class AccountForm(forms.ModelForm[User]):
    """Name and language."""

    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("name", "language")
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}

    def clean_name(self) -> str:
        """Return the name."""
        return a_name(self.cleaned_data["name"])


class AskForm(forms.Form):
    """A municipality that somebody asks to speak for."""

    municipality = MunicipalityField(label=_("Municipality"))

    def clean_municipality(self) -> Municipality:
        """Return the municipality; Åland's have school law of their own and no part here."""
        found = Municipality.objects.filter(pk=self.cleaned_data["municipality"], aland=False)
        if not found:
            raise forms.ValidationError(_("Choose a municipality."))
        return found[0]


class InviteForm(forms.Form):
    """Somebody who is invited to speak for a municipality."""

    email = forms.EmailField(label=_("E-mail"), max_length=254)
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)


class RolesForm(forms.ModelForm[User]):
    """What somebody may do at the association."""

    class Meta:
        model = User
        fields = ("is_officer", "is_reviewer", "is_active")


class ConfirmForm(forms.Form):
    """That somebody means it."""

    sure = forms.BooleanField(label=_("Yes, remove my account and my data"))
