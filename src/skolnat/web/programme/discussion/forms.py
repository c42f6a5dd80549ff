"""Forms of discussions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skolnat.web.common.texts import reader_language
from skolnat.web.programme.discussion.models import TONGUES, Follow


class PostForm(forms.Form):
    """A post, in the writer's own language."""

    text = forms.CharField(
        label=_("Text"), max_length=6000, widget=forms.Textarea(attrs={"rows": 6})
    )
    language = forms.ChoiceField(
        label=_("Language of the text"), choices=TONGUES, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["language"].initial = reader_language()


class ThreadForm(PostForm):
    """A new thread: its title, its first post, and whether its writer wants to hear more."""

    title = forms.CharField(label=_("Title"), max_length=160)
    choice = forms.ChoiceField(
        label=_("Letters about the answers"),
        choices=Follow.Choice.choices,
        initial=Follow.Choice.EACH,
        widget=forms.RadioSelect,
    )
    field_order = ("title", "text", "language", "choice")


class FollowForm(forms.Form):
    """How often somebody wants to hear of something."""

    choice = forms.ChoiceField(
        label=_("Letters to you"), choices=Follow.Choice.choices, widget=forms.RadioSelect
    )


class TranslationForm(forms.Form):
    """A post in another language."""

    text = forms.CharField(
        label=_("Translation"),
        required=False,
        max_length=6000,
        help_text=_("Empty: the translation is taken away."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ReasonForm(forms.Form):
    """Why: for a report, or for hiding a post.

    Parameters
    ----------
    label
        What is asked for.
    most
        Longest text, in characters.
    """

    reason = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: Any, most: int, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["reason"] = forms.CharField(
            label=label, max_length=most, widget=forms.Textarea(attrs={"rows": 3})
        )
