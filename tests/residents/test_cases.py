"""Opening cases, caseloads, teams: what becomes possible for whom, and what is taken back."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from placement.access.rights import RESIDENT_RIGHTS, Role
from placement.access.visible import rights_on
from placement.database.constraints import Refused
from residents.models import Case, Resident
from tests.residents.conftest import Agency, do
from tests.world import today


def rights_of_all(agency: Agency, resident: Resident) -> dict[str, frozenset]:
    """Return the rights on ``resident`` of everybody who has some."""
    found = {name: rights_on(person, resident) for name, person in agency.people.items()}
    return {name: rights for name, rights in found.items() if rights}


def test_opening_a_case_gives_exactly_caseworker_and_supervisor_their_rights(agency: Agency) -> None:
    assert rights_of_all(agency, agency.noor) == {
        "worker": RESIDENT_RIGHTS[Role.CASEWORKER],
        "supervisor": RESIDENT_RIGHTS[Role.SUPERVISOR],
    }
    assert agency.noor.identity.legal_name == "LegalNoor Canary"
    assert (agency.noor.code, agency.sam.code) == ("K-1", "K-2")


@pytest.mark.parametrize("who", ["staff", "clinician", "stranger"])
def test_people_who_do_not_open_cases_are_refused(agency: Agency, who: str) -> None:
    before = Resident.objects.count()
    with pytest.raises(Refused, match="Only a caseworker or a supervisor"):
        do(
            "open_case", code=None, preferred_name="A", legal_name="B", birth_date=date(2012, 1, 1), sex="female",
            languages=[], unit=agency.unit, caseworker=agency.worker, number="C-9", legal_basis="x",
            permanency_goal="adoption", opened_on=date(2026, 1, 1), by=agency.people[who],
        )  # fmt: skip
    assert Resident.objects.count() == before


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"birth_date": today() + timedelta(days=2)}, "birth_date"),
        ({"birth_date": date(1926, 3, 4)}, "birth_date"),
        ({"opened_on": today() + timedelta(days=2)}, "opened_on"),
        ({"code": "K-1"}, "code"),
        ({"code": "kay one"}, "code"),
        ({"number": "C-0001"}, "number"),
    ],
)
def test_impossible_case_is_refused_next_to_its_field(agency: Agency, changes: dict, field: str) -> None:
    with pytest.raises(Refused) as refusal:
        agency.open("third", **changes)
    assert refusal.value.field == field
    assert not Resident.objects.filter(preferred_name="Third").exists()


def test_a_second_caseworker_gets_and_loses_exactly_the_rights_of_a_caseworker(agency: Agency) -> None:
    before = rights_of_all(agency, agency.noor)
    caseload = do("assign_caseload", agency.cases["noor"], agency.worker2, by=agency.supervisor)
    assert rights_of_all(agency, agency.noor) == before | {"worker2": RESIDENT_RIGHTS[Role.CASEWORKER]}
    do("end_caseload", caseload, at=timezone.now(), by=agency.supervisor)
    assert rights_of_all(agency, agency.noor) == before


def test_a_caseload_with_an_end_to_come_keeps_its_rights_until_then(agency: Agency) -> None:
    caseload = do("assign_caseload", agency.cases["noor"], agency.worker2, by=agency.supervisor)
    end = timezone.now() + timedelta(days=3)
    do("end_caseload", caseload, at=end, by=agency.supervisor)
    rows = Resident.user_permissions.rel.related_model.objects.filter(grant=caseload.pk)
    assert set(rows.values_list("ends_at", flat=True)) == {end}
    assert rights_on(agency.worker2, agency.noor) == RESIDENT_RIGHTS[Role.CASEWORKER]


def test_the_team_gets_and_loses_exactly_the_rights_of_a_clinician(agency: Agency) -> None:
    before = rights_of_all(agency, agency.noor)
    member = do("join_team", agency.cases["noor"], agency.clinician, by=agency.supervisor)
    assert rights_of_all(agency, agency.noor) == before | {"clinician": RESIDENT_RIGHTS[Role.CLINICIAN]}
    do("leave_team", member, at=timezone.now(), by=agency.supervisor)
    assert rights_of_all(agency, agency.noor) == before


def test_only_the_supervisor_assigns(agency: Agency) -> None:
    before = rights_of_all(agency, agency.noor)
    for who in (agency.worker, agency.worker2, agency.staff):
        with pytest.raises(Resident.DoesNotExist):
            do("assign_caseload", agency.cases["noor"], agency.worker2, by=who)
        with pytest.raises(Resident.DoesNotExist):
            do("join_team", agency.cases["noor"], agency.clinician, by=who)
    assert rights_of_all(agency, agency.noor) == before


def test_only_caseworkers_go_on_caseloads_and_clinicians_on_teams(agency: Agency) -> None:
    with pytest.raises(Refused, match="Choose a caseworker"):
        do("assign_caseload", agency.cases["noor"], agency.staff, by=agency.supervisor)
    with pytest.raises(Refused, match="Choose a clinician"):
        do("join_team", agency.cases["noor"], agency.staff, by=agency.supervisor)


def test_the_same_caseload_twice_at_a_time_is_refused(agency: Agency) -> None:
    with pytest.raises(Refused, match="already on that caseload"):
        do("assign_caseload", agency.cases["noor"], agency.worker, by=agency.supervisor)


def test_closing_a_case_leaves_the_record_with_the_supervisor_only(agency: Agency) -> None:
    do("join_team", agency.cases["noor"], agency.clinician, by=agency.supervisor)
    with pytest.raises(Resident.DoesNotExist):
        do("close_case", agency.cases["noor"], on=today(), by=agency.worker)
    do("close_case", agency.cases["noor"], on=today(), by=agency.supervisor)
    assert rights_of_all(agency, agency.noor) == {"supervisor": RESIDENT_RIGHTS[Role.SUPERVISOR]}
    case = Case.objects.get(pk=agency.cases["noor"].pk)
    assert case.status == "closed"
    with pytest.raises(Refused, match="closed"):
        do("assign_caseload", case, agency.worker2, by=agency.supervisor)


def test_a_case_that_closes_ends_work_that_was_to_end_later(agency: Agency) -> None:
    later = timezone.now() + timedelta(days=30)
    caseload = do("assign_caseload", agency.cases["noor"], agency.worker2, by=agency.supervisor, ends_at=later)
    do("close_case", agency.cases["noor"], on=today(), by=agency.supervisor)
    caseload.refresh_from_db()
    assert caseload.ends_at <= timezone.now()
    assert not rights_on(agency.worker2, agency.noor)


def test_work_that_has_ended_is_not_ended_again_at_another_time(agency: Agency) -> None:
    caseload = do("assign_caseload", agency.cases["noor"], agency.worker2, by=agency.supervisor)
    ended = do("end_caseload", caseload, at=timezone.now(), by=agency.supervisor).ends_at
    with pytest.raises(Refused, match="ended already"):
        do("end_caseload", caseload, at=timezone.now() + timedelta(days=1), by=agency.supervisor)
    caseload.refresh_from_db()
    assert caseload.ends_at == ended


def test_the_caseworker_keeps_the_hearing_and_others_do_not(agency: Agency) -> None:
    case = agency.cases["noor"]
    said = {
        "legal_basis": "Court order",
        "court": "Superior Court",
        "next_hearing_on": date(2027, 1, 12),
        "permanency_goal": "guardianship",
        "summary": "Lives with an aunt from spring on.",
    }
    for other in (agency.worker2, agency.supervisor, agency.clinician):
        with pytest.raises(Resident.DoesNotExist):
            do("change_case", case, **said, by=other)
    changed = do("change_case", case, **said, reason="set by the court", by=agency.worker)
    changed.refresh_from_db()
    assert {name: getattr(changed, name) for name in said} == said
    row = changed.history.first()
    assert (row.history_act, row.history_change_reason) == ("residents.change_case", "set by the court")


def test_of_two_assessments_of_one_day_the_one_written_last_counts(agency: Agency) -> None:
    same_day = {"assessed_on": date(2026, 3, 1), "assessor": "Dr. A", "basis": "CANS"}
    for level in (3, 1, 4, 2):
        do("assess_level", agency.noor, level=level, by=agency.worker, **same_day)
    assert agency.noor.levels.first().level == 2
