"""Forms of questions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from skolnat.web.common.forms import HoneypotMixin, a_name
from skolnat.web.common.texts import TextsFormField, reader_language
from skolnat.web.programme.events.models import Language
from skolnat.web.programme.questions.models import FaqEntry, Question


class QuestionForm(HoneypotMixin, forms.ModelForm[Question]):
    """A question, in the asker's own language."""

    class Meta:
        model = Question
        fields = ("text", "language", "name")
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "language": forms.RadioSelect,
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        tongue = self.fields["language"]
        assert isinstance(tongue, forms.ChoiceField)
        tongue.choices = Language.choices
        tongue.initial = reader_language()

    def clean_name(self) -> str:
        """Return the name; none where the question is put without one."""
        return a_name(self.cleaned_data["name"])


class AnswerForm(forms.Form):
    """Translations of a question, and its answer.

    Parameters
    ----------
    question
        Its own language needs no translation.
    """

    answer = TextsFormField(label=_("Answer"), long=True, required=False)

    def __init__(self, *args: Any, question: Question, **named: Any) -> None:
        super().__init__(*args, **named)
        held = {one.language: one.text for one in question.renderings.all()}
        answers = self.fields.pop("answer")
        for code, name in Language.choices:
            if code != question.language:
                self.fields[f"rendering_{code}"] = forms.CharField(
                    label=name,
                    required=False,
                    initial=held.get(code, ""),
                    widget=forms.Textarea(attrs={"rows": 2, "lang": code}),
                    max_length=1000,
                )
        self.fields["answer"] = answers
        answers.initial = question.answer.text if hasattr(question, "answer") else {}

    def renderings(self) -> dict[str, str]:
        """Return the translations by language."""
        start = "rendering_"
        return {
            key.removeprefix(start): value
            for key, value in self.cleaned_data.items()
            if key.startswith(start)
        }


class FaqForm(forms.ModelForm[FaqEntry]):
    """A question that is asked often."""

    class Meta:
        model = FaqEntry
        fields = ("question", "answer", "theme", "order", "published")
