"""Addresses under /reports/."""

from django.urls import path

from compliance.views import reports, totals

app_name = "reports"
urlpatterns = [
    path("", reports.index, name="index"),
    path("totals/", totals.totals, name="totals"),
    path("<slug:report>/", reports.report, name="report"),
    path("<slug:report>/rows/", reports.rows, name="rows"),
    path("<slug:report>/file/", reports.file, name="file"),
]
