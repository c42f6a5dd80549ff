"""The app of accounts."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    """Accounts, roles, municipalities and memberships."""

    name = "skolnat.web.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Keep the municipalities as the reference tables have them."""
        from skolnat.web.accounts.municipalities import keep_in_step

        post_migrate.connect(keep_in_step, sender=self)
