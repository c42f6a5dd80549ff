"""Every address of the site. Pages stand below their language: ``/sv/``, ``/fi/``, ``/en/``."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from skolnat.web.common import views
from skolnat.web.home import home

handler400 = "skolnat.web.common.views.bad_request"
handler403 = "skolnat.web.common.views.permission_denied"
handler404 = "skolnat.web.common.views.page_not_found"
handler500 = "skolnat.web.common.views.server_error"

urlpatterns = [
    path("", views.choose_language, name="choose_language"),
    path("health", views.health, name="health"),
    *i18n_patterns(
        path("", home, name="home"),
        path("", include("skolnat.web.common.urls")),
        path("", include("skolnat.web.programme.applications.urls")),
        path("account/", include("skolnat.web.accounts.urls")),
        path("account/", include("allauth.urls")),
        path("contacts/", include("skolnat.web.programme.contacts.urls")),
        path("discussion/", include("skolnat.web.programme.discussion.urls")),
        path("events/", include("skolnat.web.programme.events.urls")),
        path("questions/", include("skolnat.web.programme.questions.urls")),
    ),
]
