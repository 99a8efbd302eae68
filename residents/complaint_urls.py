"""Addresses under /complaints/."""

from django.urls import path

from residents.views import complaints

app_name = "complaints"
urlpatterns = [
    path("", complaints.complaints, name="list"),
    path("<uuid:pk>/", complaints.detail, name="detail"),
    path("<uuid:pk>/payback/", complaints.payback, name="payback"),
]
