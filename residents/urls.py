"""Addresses under /residents/."""

from django.urls import include, path

from residents.views import changes, disclosures, documents, people, record

app_name = "residents"

of_one = [
    path("", record.detail, name="detail"),
    path("timeline/", record.timeline, name="timeline"),
    path("plan/", record.plan, name="plan"),
    path("plan/change/", changes.change_profile, name="change_profile"),
    path("care/", record.care, name="care"),
    path("contacts/", record.contacts, name="contacts"),
    path("contacts/new/", changes.log_contact, name="log_contact"),
    path("contacts/people/new/", changes.add_outside_person, name="add_outside_person"),
    path("contacts/people/<uuid:row>/", changes.change_outside_person, name="change_outside_person"),
    path("health/", record.health, name="health"),
    path("health/notes/", record.clinical_notes, name="clinical_notes"),
    path("health/notes/new/", changes.write_clinical_note, name="write_clinical_note"),
    path("health/notes/<uuid:row>/amend/", changes.amend_clinical_note, name="amend_clinical_note"),
    path("incidents/", record.incidents, name="incidents"),
    path("placements/", record.placements, name="placements"),
    path("documents/", record.documents, name="documents"),
    path("documents/new/", changes.file_document, name="file_document"),
    path("alerts/new/", changes.add_alert, name="add_alert"),
    path("alerts/<uuid:row>/end/", changes.end_alert, name="end_alert"),
    path("confidential/", record.confidential, name="confidential"),
    path("confidential/identity/", changes.change_identity, name="change_identity"),
    path("confidential/case/", changes.change_case, name="change_case"),
    path("confidential/names/new/", changes.add_alias, name="add_alias"),
    path("confidential/designations/new/", changes.add_designation, name="add_designation"),
    path("confidential/designations/<uuid:row>/review/", changes.review_designation, name="review_designation"),
    path("confidential/levels/new/", changes.add_level, name="add_level"),
    path("confidential/separations/new/", changes.add_separation, name="add_separation"),
    path("confidential/separations/asked/<uuid:row>/", changes.decide_separation, name="decide_separation"),
    path("confidential/separations/<uuid:row>/end/", changes.end_separation, name="end_separation"),
    path("confidential/harm/new/", changes.add_harm, name="add_harm"),
    path("confidential/siblings/new/", changes.add_sibling, name="add_sibling"),
    path("confidential/links/new/", changes.add_link, name="add_link"),
    path("shared/", disclosures.shared, name="shared"),
    path("shared/new/", disclosures.disclose, name="disclose"),
    path("shared/consents/new/", disclosures.record_consent, name="record_consent"),
    path("shared/consents/<uuid:row>/withdraw/", disclosures.withdraw_consent, name="withdraw_consent"),
    path("shared/<uuid:row>/", disclosures.disclosure, name="disclosure"),
    path("shared/<uuid:row>/sheet/", disclosures.sheet, name="sheet"),
    path("shared/<uuid:row>/file/", disclosures.sheet_file, name="sheet_file"),
    path("shared/<uuid:row>/recall/", disclosures.recall, name="recall"),
    path("shared/<uuid:row>/answer/", disclosures.answer_recall, name="answer_recall"),
    path("team/", record.team, name="team"),
    path("team/caseload/new/", changes.assign_caseload, name="assign_caseload"),
    path("team/members/new/", changes.join_team, name="join_team"),
    path("team/<uuid:row>/end/", changes.end_grant, name="end_grant"),
    path("team/conflicts/new/", changes.bar, name="bar"),
    path("team/conflicts/<uuid:row>/lift/", changes.lift_bar, name="lift_bar"),
    path("conflict/", changes.declare_conflict, name="declare_conflict"),
    path("team/close/", changes.close_case, name="close_case"),
    path("history/", record.history, name="history"),
    path("history/opened/", record.opened, name="opened"),
    path("history/opened/in-plain-words/", record.opened_in_plain_words, name="opened_in_plain_words"),
]

urlpatterns = [
    path("", people.people, name="list"),
    path("new/", people.new, name="new"),
    path("documents/<uuid:pk>/", documents.document, name="document"),
    path("<uuid:pk>/", include(of_one)),
]
