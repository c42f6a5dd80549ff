"""What the machine tells the web must be read as it was meant, or refused."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

import skolnat
from skolnat.web.environment import VARIABLES, Environment

DOCS = Path(skolnat.__file__).parents[2] / "docs"


def test_without_variables_it_is_a_site_of_one_machine(tmp_path: Path) -> None:
    read = Environment.read({"SKOLNAT_DATA": str(tmp_path)})
    assert read.database()["ENGINE"] == "django.db.backends.sqlite3"
    assert read.database()["NAME"] == tmp_path / "skolnat.sqlite3"
    assert read.database()["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert not read.secure
    assert not read.debug
    assert read.mail()["EMAIL_FILE_PATH"] == tmp_path / "mail"


def test_one_variable_gives_postgresql() -> None:
    read = Environment.read(
        {"SKOLNAT_DATABASE_URL": "postgresql://a%40b:p%2Fw@db:5433/skol?sslmode=require"}
    )
    made = read.database()
    assert (made["USER"], made["PASSWORD"], made["HOST"], made["PORT"], made["NAME"]) == (
        "a@b",
        "p/w",
        "db",
        "5433",
        "skol",
    )
    assert made["OPTIONS"]["sslmode"] == "require"


def test_another_database_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql://"):
        Environment.read({"SKOLNAT_DATABASE_URL": "mysql://a@b/c"}).database()


def test_an_address_with_https_makes_cookies_secure() -> None:
    read = Environment.read({"SKOLNAT_URL": "https://skolnat.example.org/"})
    assert read.secure
    assert read.url == "https://skolnat.example.org"
    # Letters of allauth begin with the name that was asked for: no other is answered.
    assert read.hosts == ["skolnat.example.org"]


@pytest.mark.parametrize(
    ("url", "ssl", "tls", "port"),
    [
        ("smtp://a:b@mail", False, False, 25),
        ("smtp://mail:587", False, True, 587),
        ("smtps://mail", True, False, 465),
    ],
)
def test_letters_leave_by_the_server_that_is_named(
    url: str, ssl: bool, tls: bool, port: int
) -> None:
    made = Environment.read({"SKOLNAT_MAIL_URL": url}).mail()
    assert (made["EMAIL_USE_SSL"], made["EMAIL_USE_TLS"], made["EMAIL_PORT"]) == (ssl, tls, port)


def test_the_secret_key_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    read = Environment.read({"SKOLNAT_DATA": str(tmp_path / "var")})
    read.prepare()
    key = read.key()
    read.prepare()
    assert read.key() == key
    assert len(key) >= 50
    assert stat.S_IMODE((tmp_path / "var/secret-key").stat().st_mode) == 0o600


def test_every_variable_is_documented_and_read() -> None:
    page = (DOCS / "web.md").read_text(encoding="utf-8")
    source = Path(Environment.__module__.replace(".", "/"))
    text = (Path(skolnat.__file__).parents[1] / source).with_suffix(".py").read_text()
    for name in VARIABLES:
        assert f"`{name}`" in page, name
        assert text.count(f'"{name}"') == 2, name  # in the list, and where it is read


def test_a_provider_needs_both_its_address_and_our_name() -> None:
    assert Environment.read({}).oidc() == {}
    told = {"SKOLNAT_OIDC_URL": "https://id.example.org/", "SKOLNAT_OIDC_CLIENT": "skolnat"}
    read = Environment.read(told)
    (app,) = read.oidc()["openid_connect"]["APPS"]
    assert (app["client_id"], app["settings"]) == (
        "skolnat",
        {"server_url": "https://id.example.org"},
    )
    assert read.oidc_origin == "https://id.example.org"
    for name, value in told.items():
        with pytest.raises(ValueError, match="belong together"):
            Environment.read({name: value}).oidc()
    plain = {**told, "SKOLNAT_OIDC_URL": "http://id", "SKOLNAT_URL": "https://s.example.org"}
    with pytest.raises(ValueError, match="https://"):
        Environment.read(plain).oidc()
