"""What a new user finds after the command: every state, every refusal, everything overdue, and a clean history."""

from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Max, Q
from django.utils import timezone

from compliance.models import CorrectiveAction, Finding
from placement.access.models import Person
from placement.audit.history import tracked_models
from placement.audit.seals.verifying import verify
from placement.database.context import acting_as_system
from placement.demo import database
from placement.demo.homes import HOMES
from placement.demo.people import ACCOUNTS, LAST, PASSWORD
from placement.demo.plan import AGENCY_ZONE
from placement.facilities.models import (
    AfterCareCheck,
    Discharge,
    DischargeProposal,
    Facility,
    FireClearance,
    Hold,
    Leave,
    Licence,
    Match,
    Override,
    Placement,
    Referral,
    Shift,
)
from placement.facilities.queries.matches import match_page
from residents.models import (
    CareEntry,
    Case,
    Contact,
    Document,
    Incident,
    OutsidePerson,
    Resident,
    Restriction,
    Separation,
)
from tests.conftest import _use
from tests.facilities.licensing_files import changed, run

FILES = [("ca-ccld", "ca-bulk.csv", "019800042", "cedar"), ("tx-hhsc", "tx-operations.csv", "1700001", "birch")]
pytestmark = pytest.mark.usefixtures("loaded")


def test_sixty_young_people_five_homes_twenty_people_who_can_sign_in() -> None:
    assert Resident.objects.count() == 60
    assert set(Facility.objects.values_list("name", flat=True)) == {
        "Cedar House",
        "Birch House",
        "Maple Residence",
        "Harbor Street Shelter",
        "Alder Home",
    }
    people = {person.username: person for person in Person.objects.all()}
    assert {name: person.role for name, person in people.items()} == {a.username: a.role for a in ACCOUNTS}
    assert all(person.is_active for person in people.values())
    assert all(check_password(PASSWORD, kept) for kept in {person.password for person in people.values()})


def test_who_lives_where(loaded: datetime) -> None:
    living = Counter(Placement.objects.filter(status="active").values_list("facility__name", flat=True))
    assert living == {
        "Cedar House": 8,
        "Birch House": 6,
        "Maple Residence": 7,
        "Harbor Street Shelter": 4,
        "Alder Home": 1,
    }
    assert Discharge.objects.count() == 12
    assert DischargeProposal.objects.get(withdrawn_at=None).leaves_at > loaded
    assert Leave.objects.filter(starts_at__lte=loaded, ends_at__gt=loaded).count() == 1


@pytest.mark.parametrize(("source", "file", "number", "key"), FILES)
def test_the_file_of_the_state_finds_the_homes(source: str, file: str, number: str, key: str, tmp_path: Path) -> None:
    before = run(source, file)
    document = run(source, changed(file, tmp_path, (number, HOMES[key].number)))
    assert (document["created"], document["updated"]) == (before["created"] - 1, 1)
    assert document["refused"] == before["refused"]


@pytest.mark.parametrize(
    ("model", "field"),
    [(Referral, "status"), (Placement, "status"), (Override, "status"), (Incident, "status"), (Incident, "kind")],
)
def test_every_state_is_there(model, field) -> None:
    choices = {value for value, _ in model._meta.get_field(field).choices}
    assert set(model.objects.values_list(field, flat=True)) == choices


def test_matches_of_open_referrals_show_every_refusal() -> None:
    failed, warned = set(), set()
    for criteria in Match.objects.filter(referral__status="open").values_list("criteria", flat=True):
        failed |= {criterion["key"] for criterion in criteria if criterion["state"] == "failed"}
        warned |= {criterion["key"] for criterion in criteria if criterion["state"] == "warned"}
    assert failed >= {"population", "licence", "capacity", "age", "sex", "level", "fire", "bed"}
    assert warned >= {"exploiter", "harm", "age_gap", "area", "restricted"}


def test_who_may_know_of_both_sees_a_home_refused_because_of_a_separation(acting_as) -> None:
    """The record of a match names nobody to be kept apart, whoever reads it; the match page does, to their caseworker."""
    referral = Referral.objects.get(status="open", resident__preferred_name="Farah")
    with acting_as(referral.made_by):
        cannot = match_page(referral, referral.made_by).cannot
    refused = {card.home.name: {criterion.key for criterion in card.result.failed} for card in cannot}
    assert "separation" in refused["Cedar House"]


def test_a_caseworker_can_ask_for_an_exception_at_the_shelter(acting_as) -> None:
    referral = Referral.objects.get(status="open", resident__preferred_name="Sunniva")
    with acting_as(referral.made_by):
        cards = match_page(referral, referral.made_by).cannot
    asked = {card.home.name: card.exception_kind for card in cards}
    assert asked["Harbor Street Shelter"] == "population"


def test_a_home_has_room_for_somebody_whose_referral_is_open() -> None:
    assert Match.objects.filter(referral__status="open", facility__name="Cedar House").exclude(result="fails").exists()


def test_what_is_overdue_or_soon(loaded: datetime) -> None:
    now, today = loaded, timezone.localdate(loaded, ZoneInfo(AGENCY_ZONE))
    soon = (today, today + timedelta(days=21))
    assert Shift.objects.filter(ends_at__lte=now, signed_at=None).count() == 1
    assert Shift.objects.filter(starts_at__lte=now, ends_at__gt=now, signed_at=None).count() == 2
    assert Licence.objects.filter(valid_to__range=soon).count() == 1
    assert FireClearance.objects.filter(valid_to__range=soon).count() == 1
    assert Case.objects.filter(next_hearing_on__range=(today, today + timedelta(days=9))).count() >= 2
    assert Discharge.objects.filter(first_check_on__range=(today - timedelta(days=10), today), checks=None).exists()
    assert not Discharge.objects.filter(first_check_on__lt=today - timedelta(days=10), checks=None).exists()
    assert AfterCareCheck.objects.filter(next_check_on__gt=today).exists()
    assert Hold.objects.filter(ends_at__range=(now, now + timedelta(hours=6))).count() == 1
    assert Override.objects.filter(status="approved", expires_at__range=(now, now + timedelta(days=5))).count() == 1
    unread = Placement.objects.get(status="approved")
    assert unread.safety_read_by is None
    assert unread.starts_at > now - timedelta(days=1)


def test_daily_care_is_there_in_all_its_forms() -> None:
    entries = CareEntry.objects.all()
    assert {"head_count", "meal", "mood"} <= set(entries.values_list("kind", flat=True))
    assert not entries.exclude(facility__name__in=["Cedar House", "Birch House"]).exists()
    assert set(Separation.objects.values_list("kind", flat=True)) == {"resident", "person", "area"}
    assert set(OutsidePerson.objects.values_list("permission", flat=True)) == {"allowed", "supervised", "prohibited"}
    tried = Contact.objects.filter(outside_person__permission="prohibited")
    assert [contact.incident.status for contact in tried] == ["draft"]
    assert {limit.decision for limit in Restriction.objects.all()} == {"", "approved"}
    assert {"application/pdf", "image/png", "text/plain"} == set(
        Document.objects.values_list("content_type", flat=True)
    )


def test_a_reset_finds_the_files_of_all_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    names = set(Document.objects.values_list("stored_name", flat=True))
    connection.close()
    with monkeypatch.context() as in_earnest:
        in_earnest.setitem(connection.settings_dict["OPTIONS"], "options", "-c app.tests=off")
        assert not Document.objects.exists()
        assert names and set(database.documents()) == names
        connection.close()


def test_the_demo_of_a_test_stands_in_a_test_database() -> None:
    assert connection.settings_dict["NAME"].startswith("test_")
    with pytest.raises(RuntimeError, match="no test database"):
        _use("placement")


def test_everything_was_done_by_somebody_in_the_past() -> None:
    now = timezone.now()
    for model in tracked_models():
        history = model.history.all()
        assert not history.filter(Q(history_user_name="") | Q(history_date__gt=now)).exists(), model
    assert CareEntry.history.filter(history_user_name="system: demo").count() == 0
    assert Person.history.get(username=LAST).history_date >= Person.history.aggregate(m=Max("history_date"))["m"]


def test_permissions_follow_from_the_facts() -> None:
    call_command("access", "verify", stdout=StringIO())


def test_it_is_sealed_and_every_record_is_as_its_history_says() -> None:
    problems, checked = verify()
    assert problems == []
    assert (checked.seals, checked.outside) == (1, 1)
    assert checked.rows > 15_000


def test_second_start_changes_nothing() -> None:
    def rows() -> dict[str, int]:
        return {model._meta.label: model.history.count() for model in tracked_models()}

    before = rows()
    assert database.make_ready() is False
    assert rows() == before


def test_a_demo_that_is_there_in_part_is_not_taken_as_whole() -> None:
    with acting_as_system("tests"):
        Person.objects.filter(username=LAST).update(username="somebody.else")
    try:
        with pytest.raises(CommandError, match="--reset"):
            database.make_ready()
    finally:
        with acting_as_system("tests"):
            Person.objects.filter(username="somebody.else").update(username=LAST)


def test_corrective_action_waits_is_done_and_has_once_not_held() -> None:
    waits = CorrectiveAction.objects.filter(verified_at=None)
    assert waits.filter(done_at__isnull=False).exists()
    assert waits.filter(done_at=None, due_on__gt=timezone.localdate()).exists()
    assert waits.filter(done_at=None, due_on__lt=timezone.localdate()).exists()
    again = Finding.objects.filter(again_after__isnull=False, closed_at=None).select_related("again_after")
    assert {each.again_after.verified_by.username for each in again} == {"supervisor"}
