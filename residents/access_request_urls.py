"""Addresses under /access-requests/."""

from django.urls import path

from residents.views import access_requests

app_name = "access_requests"
urlpatterns = [
    path("", access_requests.new, name="new"),
    path("<uuid:pk>/", access_requests.decide, name="decide"),
    path("<uuid:pk>/end/", access_requests.end, name="end"),
]
