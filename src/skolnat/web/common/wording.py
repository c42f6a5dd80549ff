"""Texts of the packages we stand on that we word otherwise.

The catalogue of this app comes before theirs. Their Swedish says, for instance, at the sign-in
that who *has* an account may sign in by a link that leads to making one.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop as _

WORDED: Final = (
    _("If you have not created an account yet, then please %(link)ssign up%(end_link)s first."),
    _("Email address"),
    _("Email Addresses"),
    _("Add Email Address"),
    _("Add Email"),
    _("Email"),
    _("Re-send Verification"),
    _("The following email addresses are associated with your account:"),
)
