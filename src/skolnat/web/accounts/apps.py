"""The app of accounts."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Accounts, roles, municipalities and memberships."""

    name = "skolnat.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Keep the municipalities as the reference tables have them."""
        from skolnat.web.accounts import keeping  # noqa: F401 - its rules and its part of the file
        from skolnat.web.accounts.members import asked
        from skolnat.web.accounts.municipalities import keep_in_step
        from skolnat.web.accounts.rules import is_officer
        from skolnat.web.common import navigation, waiting

        wish = _("Wishes to speak for a municipality")
        waiting.add(waiting.Waiting(10, wish, "accounts_municipalities", asked))
        post_migrate.connect(keep_in_step, sender=self)
        navigation.add(navigation.Entry(90, "accounts_people", _("Accounts"), is_officer))
