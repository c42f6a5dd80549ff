"""Who may see the frame, and their own account."""

from __future__ import annotations

from typing import Any

from skolnat.web.common.feedback import receive
from skolnat.web.common.models import Feedback, Letter
from webtests.routes import Route, Sees, everybody, officers, signed_in

# Who has signed in already has no use for the entrance, and is led on.
ENTRANCE = Sees(200, 302, 302, 302, 302)
# allauth asks who signed in long ago for the password again.
AGAIN = signed_in(302)


def _feedback(_people: Any) -> dict[str, Any]:
    made = Feedback(text="The map lacks a table", address="reader@example.org", language="sv")
    receive(made)
    Feedback(text="Kiitos", language="fi").save()
    return {"number": made.pk}


def _keys(people: Any) -> dict[str, Any]:
    """Give everybody a passkey; return the member's."""
    from allauth.mfa.models import Authenticator

    data = {"name": "A key", "passwordless": True, "credential": {}}
    made = {
        role: Authenticator.objects.create(user=user, type="webauthn", data=data)
        for role, user in people.items()
        if user is not None
    }
    return {"pk": made["member"].pk}


def _letter(_people: Any) -> int:
    """A letter that the mail server did not take."""
    made = Letter(to="a@example.org", language="sv", purpose="x", subject="Kallelse")
    made.tries, made.error = 8, "Connection refused"
    made.save()
    return made.pk


ROUTES = {
    "choose_language": Route(everybody(302)),
    "health": Route(everybody(200)),
    "home": Route(everybody(200)),
    "accessibility": Route(
        everybody(200), everybody(302), data=lambda _: {"text": "The map lacks a table"}
    ),
    "feedback": Route(officers(), kwargs=lambda p: _feedback(p) and {}),
    "feedback_answer": Route(
        None, officers(302), kwargs=_feedback, data=lambda _: {"answer": "It is mended."}
    ),
    "accessibility_thanks": Route(everybody(200)),
    "account": Route(signed_in(), signed_in(302), data=lambda _: {"name": "New", "language": "fi"}),
    "privacy": Route(everybody(200)),
    "letters": Route(officers(), kwargs=lambda _: _letter(_) and {}),
    "letter_again": Route(None, officers(302), kwargs=lambda _: {"number": _letter(_)}),
    "audit": Route(officers()),
    "audit_file": Route(officers(), kwargs=lambda _: {"form": "json"}),
    # --- allauth's own pages ---
    "account_login": Route(ENTRANCE),
    "account_signup": Route(ENTRANCE),
    "account_logout": Route(Sees(302, 200, 200, 200, 200), everybody(302)),
    "account_inactive": Route(everybody(200)),
    "account_reauthenticate": Route(signed_in(403)),
    "account_email": Route(signed_in()),
    "account_email_verification_sent": Route(everybody(200)),
    "account_confirm_email": Route(everybody(200), kwargs=lambda _: {"key": "none"}),
    "account_change_password": Route(AGAIN),
    "account_set_password": Route(signed_in()),
    "account_reset_password": Route(everybody(200)),
    "account_reset_password_done": Route(everybody(200)),
    "account_reset_password_from_key": Route(
        everybody(200), kwargs=lambda _: {"uidb36": "1", "key": "none"}
    ),
    "account_reset_password_from_key_done": Route(everybody(200)),
    "account_confirm_login_code": Route(Sees(302, 302, 302, 302, 302)),
    "mfa_index": Route(signed_in()),
    "mfa_authenticate": Route(everybody(302)),
    "mfa_reauthenticate": Route(signed_in(403)),
    "mfa_activate_totp": Route(signed_in()),
    "mfa_deactivate_totp": Route(signed_in(404)),
    "mfa_view_recovery_codes": Route(signed_in(404)),
    "mfa_generate_recovery_codes": Route(signed_in()),
    "mfa_download_recovery_codes": Route(signed_in(404)),
    "mfa_list_webauthn": Route(signed_in(), kwargs=lambda p: _keys(p) and {}),
    "mfa_add_webauthn": Route(signed_in()),
    "mfa_reauthenticate_webauthn": Route(signed_in(403)),
    # allauth asks for the key again before it is changed.
    "mfa_remove_webauthn": Route(AGAIN, kwargs=_keys),
    "mfa_edit_webauthn": Route(AGAIN, kwargs=_keys),
    "mfa_login_webauthn": Route(everybody(302)),
    "socialaccount_login_cancelled": Route(everybody(200)),
    "socialaccount_login_error": Route(everybody(401)),
    "socialaccount_signup": Route(everybody(302)),
    "socialaccount_connections": Route(signed_in()),
    "openid_connect_login": Route(everybody(404), kwargs=lambda _: {"provider_id": "none"}),
    "openid_connect_callback": Route(everybody(404), kwargs=lambda _: {"provider_id": "none"}),
}
