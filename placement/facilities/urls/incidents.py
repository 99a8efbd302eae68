"""Addresses under /incidents/."""

from django.urls import path

from placement.facilities.views import episodes, flyers, incident_details, incident_patterns, incidents

app_name = "incidents"
urlpatterns = [
    path("", incidents.incident_list, name="list"),
    path("new/", incidents.new, name="new"),
    path("patterns/", incident_patterns.patterns, name="patterns"),
    path("<uuid:pk>/", incidents.detail, name="detail"),
    path("<uuid:pk>/complete/", incidents.complete, name="complete"),
    path("<uuid:pk>/add/<slug:what>/", incident_details.add, name="add"),
    path("<uuid:pk>/parts/<uuid:part>/<slug:what>/", incident_details.part, name="part"),
    path("<uuid:pk>/follow-ups/<uuid:follow_up>/", incident_details.follow_up, name="follow-up"),
    path("<uuid:pk>/missing/", episodes.episode, name="episode"),
    path("<uuid:pk>/missing/search/", episodes.search, name="episode-search"),
    path("<uuid:pk>/missing/<uuid:part>/flyer/", flyers.flyer, name="flyer"),
    path("<uuid:pk>/missing/<uuid:part>/flyer/<slug:what>/", flyers.step, name="flyer-step"),
    path("<uuid:pk>/missing/<uuid:part>/flyer/<uuid:row>/pdf/", flyers.pdf, name="flyer-pdf"),
    path("<uuid:pk>/missing/<uuid:part>/<slug:what>/", episodes.line, name="episode-line"),
    path("<uuid:pk>/back/<uuid:resident>/", incidents.came_back, name="came-back"),
]
