"""Addresses under /audit/."""

from django.urls import path

from compliance.views import audit, review, unusual, wording

app_name = "audit"
urlpatterns = [
    path("", audit.acts, name="list"),
    path("unusual/", unusual.unusual, name="unusual"),
    path("unusual/<uuid:pk>/", unusual.judge, name="judge_unusual"),
    path("review/", review.queue, name="review"),
    path("review/<uuid:pk>/", review.flag, name="flag"),
    path("rules/", review.rules, name="rules"),
    path("rules/<slug:rule>/<slug:name>/", review.set_number, name="set_number"),
    path("words/", wording.ignored, name="words"),
    path("acts/<int:xid>/<str:at>/", audit.act, name="act"),
]
