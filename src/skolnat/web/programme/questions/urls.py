"""Addresses of questions."""

from __future__ import annotations

from django.urls import path

from skolnat.web.programme.questions import moderating, views

app_name = "questions"

urlpatterns = [
    path("", views.faq, name="faq"),
    path("new/", moderating.new_faq, name="new_faq"),
    path("<int:pk>/", moderating.edit_faq, name="edit_faq"),
    path("<slug:slug>/board/", views.board, name="board"),
    path("<slug:slug>/live/", views.live, name="live"),
    path("<slug:slug>/vote/<int:pk>/", views.vote, name="vote"),
    path("<slug:slug>/moderate/", moderating.moderate, name="moderate"),
    path("<slug:slug>/questions.<str:form>", moderating.export, name="export"),
    path("<slug:slug>/moderate/live/", moderating.moderate_live, name="moderate_live"),
    path("<slug:slug>/moderate/<int:pk>/", moderating.question, name="question"),
    path("<slug:slug>/moderate/<int:pk>/do/", moderating.act, name="act"),
]
