"""How forms are drawn: labels above, help below them, faults with the field, no placeholders."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

_TRAP: Final = {"tabindex": "-1", "autocomplete": "off"}


class Renderer(TemplatesSetting):
    """Draws forms from the site's own templates."""

    form_template_name = "forms/form.html"
    field_template_name = "parts/field.html"


_ADDRESS: Final = re.compile(r"://|www\.|[<>\r\n]", re.IGNORECASE)


def a_name(text: str) -> str:
    """Return what somebody calls themselves, without blanks around it.

    Letters greet people by what was written into a form, also where somebody else wrote it: an
    address in a name would make them carry advertisements to anybody.

    Raises
    ------
    django.core.exceptions.ValidationError
        It holds an address of the web, or what a name does not hold.
    """
    if _ADDRESS.search(text):
        raise forms.ValidationError(_("Write a name alone, without an address."))
    return text.strip()


class ChooseMixin(forms.BaseForm):
    """Lists begin with *Choose* (or a dash where nothing need be chosen), not with nine hyphens."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField) and isinstance(field.widget, forms.Select):
                first = _("Choose") if field.required else "–"
                given: Any = field.choices
                field.choices = [(key, label if key else first) for key, label in given]


class HoneypotMixin(forms.Form):
    """A field that people do not see and that programs fill in.

    What such a form holds is thrown away by the view (``form.is_trap``), with the page that a
    person would get, so that the program learns nothing.
    """

    website = forms.CharField(
        required=False, label="", max_length=200, widget=forms.TextInput(_TRAP)
    )

    @property
    def is_trap(self) -> bool:
        """Whether the hidden field was filled in."""
        return bool(self.data.get(self.add_prefix("website")))

    def visible_fields(self) -> list[Any]:
        """Return the fields that people see."""
        return [one for one in super().visible_fields() if one.name != "website"]
