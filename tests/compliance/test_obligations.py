"""What an act makes due is there when it ends: opened, met by a proof or a record, moved, ended; and what is not met is found."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance import events
from compliance.judging import judge
from compliance.models import Finding, Obligation, Proof
from compliance.operations import withdraw_proof
from compliance.rules import Given
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.operations.exits import Tried
from residents import operations as residents
from residents.models import Incident
from tests.compliance.judging import a_rule, answers
from tests.law import NCMEC, hearing, of, prove, prove_all, report
from tests.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_somebody_missing_opens_what_is_due_in_the_same_transaction(world: World) -> None:
    before = set(Obligation.objects.values_list("pk", flat=True))
    incident = report(world, world.ada.resident)
    opened = Obligation.objects.exclude(pk__in=before)
    assert {row.resident_id for row in opened} == {world.ada.resident.pk}
    assert {row.facility_id for row in opened} == {world.cedar.facility.pk}
    one = of(NCMEC, subject=incident.pk)
    assert (one.event, one.event_at) == ("incident.missing", incident.happened_at)
    assert one.due_at == incident.happened_at + 24 * HOUR
    assert (one.met_at, one.ended_at, one.late) == (None, None, False)
    assert one.opened_at >= incident.reported_at
    assert one.history.get().history_user_id == world.staff_cedar.pk
    assert one.history.get().history_act == "residents.report_incident"


def test_a_proof_of_each_item_meets_it_and_a_withdrawn_one_opens_it_again(world: World) -> None:
    incident = report(world, world.ada.resident)
    one = of(NCMEC, subject=incident.pk)
    assert len(one.rule.proofs) > 1
    first = prove(one, world.staff_cedar)
    one.refresh_from_db()
    assert one.met_at is None
    last = [prove(one, world.caseworker, item) for item in range(2, len(one.rule.proofs) + 1)][-1]
    one.refresh_from_db()
    assert (one.met_at, one.late) == (max(first.done_at, last.done_at), False)
    with acting(world.caseworker.pk, world.caseworker.name):
        withdraw_proof(last, reason="Another child", by=world.caseworker)
    one.refresh_from_db()
    last.refresh_from_db()
    assert one.met_at is None
    assert (last.withdrawn_reason, last.withdrawn_by) == ("Another child", world.caseworker)
    assert prove(one, world.caseworker, last.item).pk != last.pk  # the item is free again


def test_a_proof_for_one_of_two_young_people_says_nothing_of_the_other(world: World) -> None:
    incident = report(world, world.ada.resident, world.bea.resident)
    ada, bea = (of(NCMEC, subject=incident.pk, resident=young.resident) for young in (world.ada, world.bea))
    prove_all(ada, world.staff_cedar)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        judge(young=[world.bea.resident.pk])
    bea.refresh_from_db()
    assert ada.met_at is not None
    assert bea.met_at is None


def test_too_late_is_a_finding_until_it_is_done_and_then_late(world: World) -> None:
    incident = report(world, world.ada.resident, ago=30 * HOUR)
    one = of(NCMEC, subject=incident.pk)
    found = Finding.objects.get(rule=one.rule, subject=incident.pk)
    assert (found.since, found.due_at, found.closed_at, found.resident) == (
        one.due_at,
        one.due_at,
        None,
        world.ada.resident,
    )
    prove_all(one, world.staff_cedar)
    found.refresh_from_db()
    assert one.late
    assert found.closed_why == Finding.Closed.PUT_RIGHT
    assert found.closed_at >= one.met_at


def test_what_a_record_shows_is_met_by_the_record(world: World) -> None:
    """26 TAC and 22 CCR ask for a review by another person: nobody files a proof of what the product records."""
    incident = report(world, world.ada.resident, kind="restraint")
    asked = Obligation.objects.filter(subject=incident.pk, rule__proofs=[], met_at=None)
    assert asked.exists()
    waiting = {row.pk for row in asked if "incident.reviewed" in row.rule.parameters["done"]}
    assert waiting
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        residents.review_incident(incident, by=world.admin_cedar)
    incident.refresh_from_db()
    for row in Obligation.objects.filter(pk__in=waiting):
        assert row.met_at == incident.reviewed_at


def test_what_is_called_off_is_no_longer_asked_and_comes_back_with_its_event(world: World) -> None:
    hearing(world, 40)
    asked = Obligation.objects.filter(event="case.hearing", resident=world.cleo.resident, ended_at=None)
    before = set(asked.values_list("pk", flat=True))
    assert before
    hearing(world, None)
    assert not asked.exists()
    hearing(world, 40)
    assert set(asked.values_list("pk", flat=True)) == before


def test_a_hearing_that_is_put_off_keeps_its_obligations(world: World) -> None:
    hearing(world, 40)
    before = {row.pk: row.due_at for row in Obligation.objects.filter(event="case.hearing", ended_at=None)}
    assert before
    hearing(world, 50)
    after = {row.pk: row.due_at for row in Obligation.objects.filter(event="case.hearing", ended_at=None)}
    assert after.keys() == before.keys()
    assert all(after[pk] is None or after[pk] > before[pk] for pk in after)


def test_a_proof_for_one_hearing_is_none_for_the_next(db: None) -> None:
    """The subject of both is the case; ``until`` of a proof is the event that it answers."""
    rule = a_rule({"kind": "notice", "event": "case.hearing", "lead": "P10D", "proof": ["Told"]})
    march, june = (datetime(2026, month, 9, 9, tzinfo=UTC) for month in (3, 6))
    for answers_, met in ((june, True), (march, False)):
        proof = Given("proof", march - 20 * DAY, until=answers_)
        (answer,) = answers(rule, june, Given("case.hearing", june), proof)
        assert answer.met is met


def test_a_proof_stays_with_a_hearing_that_is_put_off(world: World) -> None:
    hearing(world, 40)
    rows = Obligation.objects.filter(event="case.hearing", resident=world.cleo.resident).exclude(rule__proofs=[])
    one = rows.first()
    prove_all(one, world.caseworker2)
    assert one.met_at is not None
    hearing(world, 60)
    one.refresh_from_db()
    assert one.met_at is not None
    assert one.event_at.date() >= world.today + timedelta(days=59)


def test_what_is_done_again_and_again_is_due_once_more_when_it_was_done(world: World) -> None:
    rows = Obligation.objects.filter(rule__kind="recurring", resident=world.ada.resident, met_at=None, ended_at=None)
    one = rows.exclude(rule__proofs=[]).filter(part="summary").first()
    prove_all(one, world.caseworker)
    assert one.met_at is not None
    following = Obligation.objects.get(rule=one.rule, subject=one.subject, resident=one.resident, met_at=None)
    assert following.event_at == one.met_at
    assert following.due_at > one.met_at


def test_a_door_that_does_not_open_is_found_at_once_and_put_right_by_the_next_look(world: World) -> None:
    staff, door = world.cedar.staff, world.cedar.exits[1]

    def try_door(opens: bool) -> None:
        with acting(staff.pk, staff.name):
            wrong = "" if opens else "The lock"
            homes.check_exits(
                world.cedar.shift, [Tried(door, opens=opens, unblocked=True, alarm_works=None, wrong=wrong)], by=staff
            )

    try_door(False)
    found = Finding.objects.get(rule__rule="ca-gh-no-locking")
    assert (found.facility, found.resident, found.severity, found.part) == (
        world.cedar.facility,
        None,
        "critical",
        "shift",
    )
    assert set(found.evidence) <= {"fact", "at", "until", "resident", "done", "excused"}
    try_door(True)
    found.refresh_from_db()
    assert found.closed_why == Finding.Closed.PUT_RIGHT
    assert Finding.objects.filter(rule__rule="ca-gh-no-locking").count() == 1


def test_advice_and_what_others_owe_is_never_a_finding(world: World) -> None:
    report(world, world.ada.resident, ago=DAY)
    assert Obligation.objects.filter(severity__in=["watch", "advice"]).exists()
    assert set(Finding.objects.values_list("severity", flat=True)) <= {"critical", "serious", "minor"}


def test_judging_twice_changes_nothing(world: World, acting_as: Callable) -> None:
    report(world, world.ada.resident, ago=30 * HOUR)

    def everything() -> list[Any]:
        return [list(model.objects.order_by("pk").values()) for model in (Obligation, Finding)]

    with acting_as(world.supervisor):
        every = [young.resident.pk for young in world.young.values()]
        judge([home.facility.pk for home in world.homes.values()], every)
    before = everything()
    with acting_as(world.stranger):
        judge([home.facility.pk for home in world.homes.values()], every)
    assert everything() == before
    assert before[0]
    assert before[1]


def test_one_query_whatever_the_number_of_young_people_and_homes(world: World, acting_as: Callable) -> None:
    with acting_as(world.supervisor), CaptureQueriesContext(connection) as queries:
        judge(
            [home.facility.pk for home in world.homes.values()], [young.resident.pk for young in world.young.values()]
        )
    assert len(queries) == 1


def test_nothing_is_judged_while_it_is_suspended(world: World) -> None:
    before = Obligation.objects.count()
    with events.suspended():
        report(world, world.ada.resident)
    assert Obligation.objects.count() == before


def test_a_report_is_not_lost_over_a_rule(world: World, monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    def fails(homes: Any = (), young: Any = ()) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr(events, "judge", fails)
    incident = report(world, world.ada.resident)
    assert Incident.objects.filter(pk=incident.pk).exists()
    assert not Obligation.objects.filter(subject=incident.pk).exists()
    assert "residents.report_incident was not judged" in caplog.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"done_at": timezone.now() + DAY}, "done_at"),
        ({"done_at": timezone.now() - DAY}, "done_at"),  # before anybody was missing
        ({"item": 9}, "item"),
        ({"item": 0}, "item"),
    ],
)
def test_a_proof_that_cannot_be_is_refused(world: World, changes: dict[str, Any], field: str) -> None:
    one = of(NCMEC, subject=report(world, world.ada.resident).pk)
    with pytest.raises(Refused) as refused:
        prove(one, world.staff_cedar, **changes)
    assert refused.value.field == field
    assert not Proof.objects.filter(obligation=one).exists()


def test_an_item_is_proved_once(world: World) -> None:
    one = of(NCMEC, subject=report(world, world.ada.resident).pk)
    prove(one, world.staff_cedar)
    with pytest.raises(Refused, match="filed already"):
        prove(one, world.staff_cedar)


def test_who_may_not_see_it_or_does_not_do_it_files_nothing(world: World) -> None:
    one = of(NCMEC, subject=report(world, world.ada.resident).pk)
    for key in ("staff_birch", "caseworker2", "inspector_cedar", "sysadmin", "stranger", "staff_past"):
        with pytest.raises(ObjectDoesNotExist):
            prove(one, world.people[key])


def test_a_file_belongs_to_the_same_young_person(world: World) -> None:
    one = of(NCMEC, subject=report(world, world.bea.resident).pk)
    with pytest.raises(Refused, match="same record"):
        prove(one, world.caseworker, document=world.ada.document)
    one = of(NCMEC, subject=report(world, world.ada.resident).pk)
    assert prove(one, world.caseworker, document=world.ada.document).document == world.ada.document
