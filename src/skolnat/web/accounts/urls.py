"""Addresses of one's own account."""

from __future__ import annotations

from django.urls import path

from skolnat.web.accounts import views

urlpatterns = [
    path("", views.account, name="account"),
]
