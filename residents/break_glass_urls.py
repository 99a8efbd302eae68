"""Addresses under /break-glass/."""

from django.urls import path

from residents.views import emergencies

app_name = "break_glass"
urlpatterns = [
    path("", emergencies.new, name="new"),
    path("<uuid:pk>/", emergencies.judge, name="judge"),
    path("<uuid:pk>/end/", emergencies.end, name="end"),
]
