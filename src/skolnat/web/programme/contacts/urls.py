"""Addresses of contacts."""

from __future__ import annotations

from django.urls import path

from skolnat.web.programme.contacts.views import linked, manage, public, working

app_name = "contacts"

urlpatterns = [
    path("", public.experts, name="experts"),
    path("ask/", public.ask, name="ask"),
    path("ask/received/", public.received, name="received"),
    path("follow/<str:token>/", linked.follow, name="follow"),
    path("answer/<str:token>/", linked.answer, name="answer"),
    path("questions/", working.board, name="board"),
    path("questions.<str:form>", working.export, name="export"),
    path("questions/<int:pk>/", working.enquiry, name="enquiry"),
    path("questions/<int:pk>/do/", working.act, name="act"),
    path("manage/", manage.overview, name="manage"),
    path("manage/new/", manage.expert, name="new_expert"),
    path("manage/<int:pk>/", manage.expert, name="edit_expert"),
    path("manage/themes/new/", manage.theme, name="new_theme"),
    path("manage/themes/<int:pk>/", manage.theme, name="edit_theme"),
]
