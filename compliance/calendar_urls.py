"""Addresses under /calendar/."""

from django.urls import path

from compliance.views import calendar

app_name = "calendar"
urlpatterns = [
    path("", calendar.own, name="own"),
    path("homes/<uuid:pk>/", calendar.of_home, name="home"),
    path("feeds/<str:token>.ics", calendar.feed, name="feed"),
]
