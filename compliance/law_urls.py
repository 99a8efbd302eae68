"""Addresses under /compliance/."""

from django.urls import path

from compliance.views import (
    binders,
    board,
    corrective,
    deadlines,
    findings,
    inspections,
    obligations,
    rights,
    rules,
    staff_files,
)

app_name = "compliance"
urlpatterns = [
    path("", board.board, name="board"),
    path("standing/", board.standing, name="standing"),
    path("to-do/", obligations.to_do, name="to_do"),
    path("rights/", rights.rights, name="rights"),
    path("rights/<uuid:pk>/", rights.home, name="rights_home"),
    path("deadlines/", deadlines.deadlines, name="deadlines"),
    path("rules/", rules.rule_list, name="rules"),
    path("rules/<slug:rule>/", rules.rule, name="rule"),
    path("obligations/<uuid:pk>/", obligations.obligation, name="obligation"),
    path("obligations/<uuid:pk>/proofs/<uuid:proof>/withdraw/", obligations.withdraw, name="withdraw_proof"),
    path("findings/<uuid:pk>/", findings.finding, name="finding"),
    path("homes/<uuid:pk>/binders/", binders.binders, name="binders"),
    path("binders/<uuid:pk>/", binders.binder, name="binder"),
    path("binders/<uuid:pk>/pdf/", binders.binder_pdf, name="binder_pdf"),
    path("binders/<uuid:pk>/tables/", binders.binder_tables, name="binder_tables"),
    path("inspections/", inspections.visit_list, name="inspections"),
    path("inspections/<uuid:pk>/", inspections.inspection, name="inspection"),
    path("inspections/<uuid:pk>/citations/new/", inspections.add_citation, name="add_citation"),
    path("homes/<uuid:pk>/inspections/new/", inspections.record, name="record_inspection"),
    path("homes/<uuid:pk>/staff/<uuid:assignment>/", staff_files.staff_file, name="staff_file"),
    path("homes/<uuid:pk>/staff/<uuid:assignment>/references/new/", staff_files.ask_reference, name="ask_reference"),
    path("homes/<uuid:pk>/references/<uuid:reference>/", staff_files.answer_reference, name="answer_reference"),
    path("homes/<uuid:pk>/training/new/", staff_files.file_training, name="file_training"),
    path("homes/<uuid:pk>/training/<uuid:training>/", staff_files.withdraw_training, name="withdraw_training"),
    path("citations/<uuid:pk>/", inspections.citation, name="citation"),
    path("citations/<uuid:pk>/close/", inspections.end_citation, name="end_citation"),
    path("actions/<uuid:pk>/change/", corrective.change, name="change_action"),
]
