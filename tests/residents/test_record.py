"""Operations that keep the record: each one's success, and its refusal from people and for reasons."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from placement.database.constraints import Refused
from residents.models import (
    Alias,
    Contact,
    ExploitationLink,
    ExploitationTrace,
    Exploiter,
    HarmEvent,
    Kinship,
    LevelAssessment,
    OutsidePerson,
    PopulationDesignation,
    Resident,
    SafetyAlert,
    Separation,
)
from tests.residents.conftest import Agency, do
from tests.world import today

TOMORROW = today() + timedelta(days=2)
CALLS: dict[str, dict[str, Any]] = {
    "designate": {"population": "trafficked", "stage": "confirmed", "basis": "Told the nurse"},
    "assess_level": {"level": 2, "assessed_on": date(2026, 2, 1), "assessor": "Dr. A", "basis": "CANS"},
    "add_alert": {"kind": "allergy", "text": "Peanuts", "urgent": True},
    "add_outside_person": {"name": "Aunt", "relation": "aunt", "permission": "allowed"},
    "separate": {"kind": "person", "person": "R.", "reason": "Threats"},
    "link_exploiter": {"exploiter": None, "name": "R.", "kind": "recruiter", "note": ""},
    "record_trace": {"kind": "phone", "value": "555 0100", "note": ""},
    "record_harm": {"kind": "harmed", "happened_on": date(2026, 2, 1), "summary": "Pushed"},
    "add_alias": {"name": "N.", "used_where": "school"},
    "change_profile": {"preferred_name": "Nora", "languages": ["Dari"], "plan_of_the_day": "Rest"},
    "change_identity": {"legal_name": "Other", "birth_date": date(2011, 1, 1)},
}
KEPT = [
    PopulationDesignation, LevelAssessment, SafetyAlert, OutsidePerson, Contact, Separation, ExploitationLink,
    ExploitationTrace, Exploiter, HarmEvent, Kinship, Alias,
]  # fmt: skip


def rows() -> list[int]:
    """Return how many rows each part of the records has."""
    return [model.objects.count() for model in KEPT]


@pytest.mark.parametrize("name", CALLS)
def test_the_caseworker_of_the_case_keeps_the_record_and_the_act_is_named(agency: Agency, name: str) -> None:
    made = do(name, agency.noor, by=agency.worker, **CALLS[name])
    row = made.history.order_by("-history_id").first()
    assert (row.history_act, row.history_user_id) == (f"residents.{name}", agency.worker.pk)


@pytest.mark.parametrize("name", CALLS)
def test_others_keep_nothing(agency: Agency, name: str) -> None:
    do("join_team", agency.cases["noor"], agency.clinician, by=agency.supervisor)
    before, version = rows(), agency.noor.history.count() + agency.noor.identity.history.count()
    allowed = {"add_alert": {"clinician"}, "separate": {"supervisor"}}.get(name, set())
    for who in {"worker2", "staff", "stranger", "clinician", "supervisor"} - allowed:
        with pytest.raises(Resident.DoesNotExist):
            do(name, agency.noor, by=agency.people[who], **CALLS[name])
    assert rows() == before
    assert agency.noor.history.count() + agency.noor.identity.history.count() == version


@pytest.mark.parametrize(
    ("name", "changes", "field", "words"),
    [
        ("designate", {"basis": "  "}, None, "Say on what basis"),
        ("assess_level", {"assessed_on": TOMORROW}, "assessed_on", "not come yet"),
        ("assess_level", {"level": 9}, None, "from 1 to 5"),
        ("add_alert", {"ends_at": timezone.now() - timedelta(days=1)}, None, "can't end before"),
        ("add_outside_person", {"permission": "prohibited"}, None, "Name the order"),
        ("separate", {"person": ""}, None, "from whom"),
        ("separate", {"kind": "area"}, None, "from whom"),
        ("link_exploiter", {"name": " "}, "name", "Give the name"),
        ("record_harm", {"happened_on": TOMORROW}, "happened_on", "not come yet"),
        ("change_identity", {"birth_date": TOMORROW}, "birth_date", "not come yet"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    agency: Agency, name: str, changes: dict[str, Any], field: str | None, words: str
) -> None:
    before = rows()
    with pytest.raises(Refused, match=words) as refusal:
        do(name, agency.noor, by=agency.worker, **CALLS[name] | changes)
    assert refusal.value.field == field
    assert rows() == before


def test_an_alert_ends_once(agency: Agency) -> None:
    alert = do("add_alert", agency.noor, by=agency.worker, **CALLS["add_alert"])
    with pytest.raises(Resident.DoesNotExist):
        do("end_alert", alert, by=agency.worker2)
    ended = do("end_alert", alert, by=agency.worker)
    assert ended.ends_at <= timezone.now()
    with pytest.raises(Refused, match="already ended"):
        do("end_alert", alert, by=agency.worker)


def test_a_separation_ends_with_a_reason_that_history_keeps(agency: Agency) -> None:
    separation = do("separate", agency.noor, by=agency.worker, **CALLS["separate"])
    with pytest.raises(Refused, match="Say why"):
        do("end_separation", separation, reason=" ", by=agency.worker)
    do("end_separation", separation, reason="Order lifted", by=agency.supervisor)
    row = separation.history.order_by("-history_id").first()
    assert (row.history_change_reason, row.history_user_id) == ("Order lifted", agency.supervisor.pk)


def test_two_young_people_on_two_caseloads_are_kept_apart_by_their_supervisor(agency: Agency) -> None:
    with pytest.raises(Resident.DoesNotExist):
        do("separate", agency.noor, kind="resident", other=agency.sam, reason="x", by=agency.worker)
    made = do("separate", agency.noor, kind="resident", other=agency.sam, reason="x", by=agency.supervisor)
    assert made.other == agency.sam
    with pytest.raises(Refused, match="from whom"):
        do("separate", agency.noor, kind="resident", other=agency.noor, reason="x", by=agency.supervisor)


def test_siblings_stand_on_both_records_once(agency: Agency) -> None:
    do("record_siblings", agency.noor, agency.sam, together=True, by=agency.supervisor)
    assert set(Kinship.objects.values_list("resident__code", "sibling__code")) == {("K-1", "K-2"), ("K-2", "K-1")}
    with pytest.raises(Refused, match="already recorded"):
        do("record_siblings", agency.sam, agency.noor, together=True, by=agency.supervisor)
    with pytest.raises(Refused, match="another young person"):
        do("record_siblings", agency.noor, agency.noor, together=True, by=agency.supervisor)


def test_a_known_exploiter_is_the_same_one_and_a_hidden_one_tells_nothing(agency: Agency) -> None:
    agency.open("tala")
    first = do(
        "link_exploiter", agency.noor, exploiter=None, name="Marcus", kind="recruiter", note="", by=agency.worker
    )
    same = do("link_exploiter", agency.tala, exploiter=None, name="marcus", kind="recruiter", note="", by=agency.worker)
    assert same.exploiter == first.exploiter
    other = do(
        "link_exploiter", agency.sam, exploiter=None, name="Marcus", kind="recruiter", note="", by=agency.worker2
    )
    assert other.exploiter != first.exploiter
    with pytest.raises(Exploiter.DoesNotExist):
        do("link_exploiter", agency.sam, exploiter=first.exploiter, kind="exploiter", note="", by=agency.worker2)
    with pytest.raises(Refused, match="already in the record"):
        do("link_exploiter", agency.noor, exploiter=first.exploiter, kind="recruiter", note="", by=agency.worker)


def test_a_prohibited_contact_is_refused_and_a_later_permission_counts(agency: Agency) -> None:
    values = {"name": "R.", "relation": "ex", "permission": "prohibited", "order": "Order 7"}
    person = do("add_outside_person", agency.noor, by=agency.worker, **values)
    call = {"outside_person": person, "kind": "call", "happened_at": timezone.now()}
    with pytest.raises(Refused, match=r"not allowed \(Order 7\)") as refusal:
        do("log_contact", agency.noor, by=agency.worker, **call)
    assert refusal.value.field == "outside_person"
    wider = {"permission": "supervised", "order": "Order 8", "reason": "The court has heard her."}
    asked = do("change_outside_person", person, **wider, by=agency.worker)
    with pytest.raises(Refused, match="not allowed"):
        do("log_contact", agency.noor, by=agency.worker, **call)
    do("decide_contact_change", asked, decision="agreed", by=agency.supervisor)
    present = {"supervised": True, "supervised_by": "The caseworker"}
    assert do("log_contact", agency.noor, by=agency.worker, **present, **call).written_by == agency.worker
    with pytest.raises(Refused, match="Write why nobody was") as refusal:
        do("log_contact", agency.noor, by=agency.worker, **call)
    assert refusal.value.field == "note"
    with pytest.raises(OutsidePerson.DoesNotExist):
        do("log_contact", agency.sam, by=agency.worker2, **call)
    later = call | present | {"happened_at": timezone.now() + timedelta(hours=1)}
    with pytest.raises(Refused, match="not come yet"):
        do("log_contact", agency.noor, by=agency.worker, **later)
