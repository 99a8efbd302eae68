"""Addresses under /sealed-records/."""

from django.urls import path

from residents.views import sealings

app_name = "sealings"
urlpatterns = [
    path("", sealings.register, name="list"),
    path("<uuid:pk>/", sealings.detail, name="detail"),
    path("<uuid:pk>/order/", sealings.unseal, name="unseal"),
    path("orders/<uuid:pk>/", sealings.decide, name="decide"),
]
