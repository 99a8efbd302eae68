"""Addresses under /bars/."""

from django.urls import path

from residents.views import bars

app_name = "bars"
urlpatterns = [path("<uuid:pk>/", bars.judge, name="judge")]
