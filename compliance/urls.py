"""Addresses under /audit/."""

from django.urls import path

from compliance.views import audit

app_name = "audit"
urlpatterns = [
    path("", audit.acts, name="list"),
    path("acts/<int:xid>/<str:at>/", audit.act, name="act"),
]
