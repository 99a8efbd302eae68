"""Addresses under /incidents/."""

from django.urls import path

from placement.facilities.views import incidents

app_name = "incidents"
urlpatterns = [
    path("", incidents.incident_list, name="list"),
    path("new/", incidents.new, name="new"),
    path("<uuid:pk>/", incidents.detail, name="detail"),
    path("<uuid:pk>/complete/", incidents.complete, name="complete"),
    path("<uuid:pk>/back/<uuid:resident>/", incidents.came_back, name="came-back"),
]
