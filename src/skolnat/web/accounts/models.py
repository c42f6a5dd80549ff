"""Accounts, municipalities, and who speaks for which."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from skolnat.web.common.texts import TextsField


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make an account; without a password nobody can sign in by one."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the account of an address, however it is capitalised."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in.

    Roles: an *officer* works at the association; a *reviewer* reads applications; a *member*
    speaks for a municipality (:class:`Membership`); every account is a *reader*.
    """

    email = models.EmailField(_("E-mail"), max_length=254, unique=True)
    name = models.CharField(_("Name"), max_length=120, blank=True)
    language = models.CharField(_("Language"), max_length=2, default="sv")
    is_officer = models.BooleanField(_("Works at the association"), default=False)
    is_reviewer = models.BooleanField(_("Reviews applications"), default=False)
    is_active = models.BooleanField(_("May sign in"), default=True)
    joined = models.DateTimeField(auto_now_add=True)
    municipalities: models.ManyToManyField[Municipality, Membership] = models.ManyToManyField(
        "Municipality", through="Membership", through_fields=("user", "municipality")
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="one_account_an_address"),)

    def __str__(self) -> str:
        return self.name or self.email


class Municipality(models.Model):
    """A municipality, as the reference tables have it (:mod:`.municipalities` keeps it so)."""

    code = models.CharField(max_length=3, primary_key=True)
    names = TextsField()
    language_status = models.CharField(max_length=40)
    region = models.CharField(max_length=2, db_index=True)
    region_names = TextsField()
    aland = models.BooleanField(default=False)
    current = models.BooleanField(default=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return str(self.names)


class Membership(models.Model):
    """That somebody speaks for a municipality: asked for, then granted by it or the association."""

    class State(models.TextChoices):
        """How far it has come."""

        ASKED = "asked", _("asked for")
        GRANTED = "granted", _("granted")
        ENDED = "ended", _("ended")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="memberships"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    manages = models.BooleanField(_("May grant membership to others"), default=False)
    asked = models.DateTimeField(auto_now_add=True)
    decided = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "municipality"), name="one_membership"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.municipality_id} {self.state}"
