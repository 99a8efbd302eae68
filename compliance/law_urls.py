"""Addresses under /compliance/."""

from django.urls import path

from compliance.views import board, corrective, findings, obligations, rules

app_name = "compliance"
urlpatterns = [
    path("", board.board, name="board"),
    path("standing/", board.standing, name="standing"),
    path("to-do/", obligations.to_do, name="to_do"),
    path("rules/", rules.rule_list, name="rules"),
    path("rules/<slug:rule>/", rules.rule, name="rule"),
    path("obligations/<uuid:pk>/", obligations.obligation, name="obligation"),
    path("obligations/<uuid:pk>/proofs/<uuid:proof>/withdraw/", obligations.withdraw, name="withdraw_proof"),
    path("findings/<uuid:pk>/", findings.finding, name="finding"),
    path("actions/<uuid:pk>/change/", corrective.change, name="change_action"),
]
