"""Addresses of accounts: one's own, a municipality's, the association's."""

from __future__ import annotations

from django.urls import path

from skolnat.web.accounts import managing, views

urlpatterns = [
    path("", views.account, name="account"),
    path("ask/", views.ask, name="accounts_ask"),
    path("leave/<int:pk>/", views.leave, name="accounts_leave"),
    path("invitation/<str:token>/", views.invitation, name="accounts_invitation"),
    path("data/", views.data, name="accounts_data"),
    path("remove/", views.remove, name="accounts_remove"),
    path("municipalities/", managing.municipalities, name="accounts_municipalities"),
    path(
        "municipalities.<str:form>",
        managing.municipalities_file,
        name="accounts_municipalities_file",
    ),
    path("municipalities/<str:code>/", managing.municipality, name="accounts_members"),
    path("memberships/<int:pk>/", managing.decide, name="accounts_decide"),
    path("people/", managing.people, name="accounts_people"),
    path("people.<str:form>", managing.people_file, name="accounts_people_file"),
    path("people/<int:pk>/", managing.person, name="accounts_person"),
]
