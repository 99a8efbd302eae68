"""Addresses under /audit/."""

from django.urls import path

from compliance.views import as_of, audit, court_exports, retention, review, saved_filters, seconds, unusual, wording

app_name = "audit"
urlpatterns = [
    path("", audit.acts, name="list"),
    path("unusual/", unusual.unusual, name="unusual"),
    path("unusual/<uuid:pk>/", unusual.judge, name="judge_unusual"),
    path("filters/", saved_filters.filters, name="filters"),
    path("review/", review.queue, name="review"),
    path("review/<uuid:pk>/", review.flag, name="flag"),
    path("rules/", review.rules, name="rules"),
    path("rules/<slug:rule>/<slug:name>/", review.set_number, name="set_number"),
    path("words/", wording.ignored, name="words"),
    path("as-of/residents/<uuid:pk>/", as_of.young, name="as_of_young"),
    path("as-of/facilities/<uuid:pk>/", as_of.home, name="as_of_home"),
    path("exports/", court_exports.exports, name="exports"),
    path("exports/<uuid:pk>/", court_exports.export, name="export"),
    path("exports/<uuid:pk>/files/", court_exports.export_files, name="export_files"),
    path("exports/young/<uuid:pk>/", court_exports.ask_of_young, name="export_young"),
    path("exports/incidents/<uuid:pk>/", court_exports.ask_of_incident, name="export_incident"),
    path("exports/homes/<uuid:pk>/", court_exports.ask_of_home, name="export_home"),
    path("retention/", retention.records, name="retention"),
    path("retention/term/", retention.term, name="retention_term"),
    path("retention/term/<uuid:pk>/", retention.agency_term, name="agency_term"),
    path("retention/second/<uuid:pk>/", seconds.disposal, name="second_disposal"),
    path("retention/young/<uuid:pk>/", retention.record, name="retention_young"),
    path("holds/young/<uuid:pk>/", retention.hold_young, name="hold_young"),
    path("holds/homes/<uuid:pk>/", retention.hold_home, name="hold_home"),
    path("holds/<uuid:pk>/lift/", retention.lift_hold, name="lift_hold"),
    path("acts/<int:xid>/<str:at>/", audit.act, name="act"),
]
