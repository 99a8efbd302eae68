"""Addresses under /reports/."""

from django.urls import path

from compliance.views import totals

app_name = "reports"
urlpatterns = [path("totals/", totals.totals, name="totals")]
