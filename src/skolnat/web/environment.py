"""What the machine tells the web: where data lie, which database, which address.

Everything has a default with which ``make serve`` works on one machine; each setting is one
environment variable, documented in ``docs/web.md`` (a test holds the page to this list).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

VARIABLES: Final = (
    "SKOLNAT_DATA",
    "SKOLNAT_DATABASE_URL",
    "SKOLNAT_DEBUG",
    "SKOLNAT_MAIL_FROM",
    "SKOLNAT_MAIL_URL",
    "SKOLNAT_OIDC_CLIENT",
    "SKOLNAT_OIDC_NAME",
    "SKOLNAT_OIDC_SECRET",
    "SKOLNAT_OIDC_URL",
    "SKOLNAT_OFFICERS_TWO_STEP",
    "SKOLNAT_SECRET_KEY",
    "SKOLNAT_URL",
)
"""Every variable that the web reads."""

_POSTGRES: Final = ("postgres", "postgresql")


@dataclass(frozen=True)
class Environment:
    """The settings of one installation.

    Parameters
    ----------
    data
        Folder of the database, the secret key, the mail that is not sent, and what people upload.
    database_url
        ``postgresql://user:password@host:port/name``; "" for SQLite in the data folder.
    debug
        Pages of errors tell everything: never on a machine that others reach.
    mail_url
        ``smtp://`` or ``smtps://user:password@host:port``; "" writes letters to ``DATA/mail``.
    mail_from
        Sender of every letter.
    oidc_url, oidc_client, oidc_secret, oidc_name
        Issuer of OpenID Connect, what this site is called there and its secret, and what the
        button says; no such sign-in without the first two.
    two_step
        Whether officers must sign in by two steps or a passkey.
    secret_key
        Key of all signatures; "" takes the one in the data folder.
    url
        Address under which people reach the site; links of letters begin with it.
    """

    data: Path = Path("var")
    database_url: str = ""
    debug: bool = False
    mail_url: str = ""
    mail_from: str = "Skolnät <skolnat@localhost>"
    oidc_url: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_name: str = "OpenID Connect"
    two_step: bool = False
    secret_key: str = ""
    url: str = "http://127.0.0.1:8000"

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> Environment:
        """Return the settings that stand in environment variables (default: this process's)."""
        found = os.environ if variables is None else variables
        return cls(
            data=Path(found.get("SKOLNAT_DATA") or cls.data).resolve(),
            database_url=found.get("SKOLNAT_DATABASE_URL", ""),
            debug=found.get("SKOLNAT_DEBUG", "") == "1",
            mail_url=found.get("SKOLNAT_MAIL_URL", ""),
            mail_from=found.get("SKOLNAT_MAIL_FROM") or cls.mail_from,
            oidc_url=found.get("SKOLNAT_OIDC_URL", "").rstrip("/"),
            oidc_client=found.get("SKOLNAT_OIDC_CLIENT", ""),
            oidc_secret=found.get("SKOLNAT_OIDC_SECRET", ""),
            oidc_name=found.get("SKOLNAT_OIDC_NAME") or cls.oidc_name,
            two_step=found.get("SKOLNAT_OFFICERS_TWO_STEP", "") == "1",
            secret_key=found.get("SKOLNAT_SECRET_KEY", ""),
            url=(found.get("SKOLNAT_URL") or cls.url).rstrip("/"),
        )

    @property
    def secure(self) -> bool:
        """Whether people reach the site by https, so that cookies must not travel otherwise."""
        return self.url.startswith("https://")

    @property
    def host(self) -> str:
        """Name in the site's address."""
        return urlsplit(self.url).hostname or "localhost"

    @property
    def hosts(self) -> list[str]:
        """Names by which the site answers.

        A site that others reach answers by its own name alone: letters of allauth begin their links
        with the name that was asked for.
        """
        here = ["127.0.0.1", "localhost", "[::1]"]
        return list(dict.fromkeys([self.host, *here])) if self.local else [self.host]

    @property
    def local(self) -> bool:
        """Whether the site is reached on this machine alone."""
        return self.host in {"127.0.0.1", "localhost", "::1"} or self.host.endswith(".localhost")

    def oidc(self) -> dict[str, Any]:
        """Return allauth's settings of the provider; none where no provider is named.

        Raises
        ------
        ValueError
            An issuer without a client, or the reverse; an issuer that is reached without https
            though the site itself is not.
        """
        if not self.oidc_url and not self.oidc_client:
            return {}
        if not self.oidc_url or not self.oidc_client:
            raise ValueError("SKOLNAT_OIDC_URL and SKOLNAT_OIDC_CLIENT belong together: set both")
        if self.secure and not self.oidc_url.startswith("https://"):
            raise ValueError("SKOLNAT_OIDC_URL must begin with https:// on a site with https")
        app = {
            "provider_id": "oidc",
            "name": self.oidc_name,
            "client_id": self.oidc_client,
            "secret": self.oidc_secret,
            "settings": {"server_url": self.oidc_url},
        }
        return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

    @property
    def oidc_origin(self) -> str:
        """Scheme and host of the provider; "" where there is none."""
        at = urlsplit(self.oidc_url)
        return f"{at.scheme}://{at.netloc}" if at.netloc else ""

    def database(self) -> dict[str, Any]:
        """Return Django's settings of the database.

        Connections stay open as long as the thread that uses them: to open one takes longer than
        a short page. SQLite takes its lock when a transaction begins (``BEGIN IMMEDIATE``), so
        that two that read and then write wait for each other instead of failing; its log is
        written ahead, so that readers do not wait.

        Raises
        ------
        ValueError
            The address is none of PostgreSQL.
        """
        if not self.database_url:
            return {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": self.data / "skolnat.sqlite3",
                "CONN_MAX_AGE": None,
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "timeout": 30,
                    "init_command": (
                        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
                        "PRAGMA mmap_size=134217728; PRAGMA cache_size=-16000;"
                    ),
                },
            }
        at = urlsplit(self.database_url)
        if at.scheme not in _POSTGRES:
            raise ValueError(
                "SKOLNAT_DATABASE_URL must read postgresql://user:password@host:port/name"
            )
        query = dict(parse_qsl(at.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(at.path.lstrip("/")),
            "USER": unquote(at.username or ""),
            "PASSWORD": unquote(at.password or ""),
            # A folder of a local socket cannot stand before the path: it is given as ?host=
            "HOST": query.pop("host", at.hostname or ""),
            "PORT": str(at.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": query,
        }

    def mail(self) -> dict[str, Any]:
        """Return Django's settings of how letters leave."""
        if not self.mail_url:
            return {
                "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
                "EMAIL_FILE_PATH": self.data / "mail",
            }
        at: SplitResult = urlsplit(self.mail_url)
        return {
            "EMAIL_HOST": at.hostname or "localhost",
            "EMAIL_PORT": at.port or (465 if at.scheme == "smtps" else 25),
            "EMAIL_HOST_USER": unquote(at.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(at.password or ""),
            "EMAIL_USE_SSL": at.scheme == "smtps",
            "EMAIL_USE_TLS": at.scheme == "smtp" and at.port == 587,
            "EMAIL_TIMEOUT": 20,
        }

    def key(self) -> str:
        """Return the key of all signatures.

        Where none has been made yet (:meth:`prepare`) the key lives as long as the process: good
        for a check of the code, useless for a site.
        """
        if self.secret_key:
            return self.secret_key
        file = self.data / "secret-key"
        return file.read_text(encoding="ascii") if file.is_file() else secrets.token_urlsafe(50)

    def prepare(self) -> None:
        """Make the data folder and the secret key where they do not exist yet."""
        self.data.mkdir(parents=True, exist_ok=True)
        file = self.data / "secret-key"
        if not self.secret_key and not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as opened:
                opened.write(secrets.token_urlsafe(50))
