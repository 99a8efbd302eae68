"""Addresses under /facilities/."""

from django.urls import include, path

app_name = "facilities"
urlpatterns = [
    path("", include("placement.facilities.urls.shifts")),
]
