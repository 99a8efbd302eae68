"""How often somebody was missing, on their record: known answers, and nothing of a report that is closed to the reader."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.audit.clock import now
from residents import operations
from residents.models import CareEntry, Contact, Incident
from residents.queries import missing

HOUR = timedelta(hours=1)


@pytest.fixture
def gone(world, acting_as):
    """Ada was missing from ``hours`` ago on, and was seen again after ``lasted``, if ever."""

    def make(hours: float, lasted: float | None = None) -> Incident:
        with acting_as(world.staff_cedar):
            report = operations.report_incident(
                facility=world.cedar.facility,
                shift=None,
                kind="missing",
                severity="critical",
                happened_at=now() - hours * HOUR,
                seen="Not in her room",
                done="",
                residents=[world.ada.resident],
                by=world.staff_cedar,
            )
            if lasted is not None:
                operations.log_care(
                    world.ada.resident,
                    facility=world.cedar.facility,
                    shift=None,
                    kind=CareEntry.Kind.HEAD_COUNT,
                    outcome="In the house",
                    happened_at=now() - (hours - lasted) * HOUR,
                    by=world.staff_cedar,
                )
        return report

    return make


def page(world) -> str:
    return reverse("residents:incidents", args=[world.ada.resident.pk])


def block(client, world):
    return client.get(page(world)).context["missing"]


def test_each_time_with_its_length_and_a_contact_before_it(world, client_of, gone, acting_as):
    with acting_as(world.staff_cedar):
        contact = operations.log_contact(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=None,
            outside_person=world.ada.outside,
            kind="call",
            outcome=Contact.Outcome.TOOK_PLACE,
            happened_at=now() - 50 * HOUR,
            by=world.staff_cedar,
        )
    first, second = gone(30, 2.5), gone(1)
    client = client_of(world.staff_cedar)
    found = block(client, world)
    assert [(time.number, time.lasted) for time in found.times] == [
        (second.number, None),
        (first.number, found.times[1].back_at - first.happened_at),
    ]
    assert abs(found.times[1].lasted - 2.5 * HOUR) < timedelta(minutes=1)
    assert abs(found.together - 2.5 * HOUR) < timedelta(minutes=1)
    assert found.times[1].contact_href.startswith(reverse("residents:contacts", args=[world.ada.resident.pk]))
    assert f"#contact-{contact.pk}" in found.times[1].contact_href
    assert str(contact.pk) not in found.times[0].contact_href  # more than 48 hours before
    text = client.get(page(world)).text
    for words in ("2 h 30 min", "not seen since", reverse("incidents:episode", args=[first.pk]), "Too few times"):
        assert words in text


def test_a_mistake_or_a_look_that_found_nobody_is_no_return(world, client_of, gone, acting_as):
    report = gone(5)
    with acting_as(world.staff_cedar):
        for outcome in ("Not found", "In the yard"):
            entry = operations.log_care(
                world.ada.resident,
                facility=world.cedar.facility,
                shift=None,
                kind=CareEntry.Kind.HEAD_COUNT,
                outcome=outcome,
                happened_at=now() - 3 * HOUR,
                by=world.staff_cedar,
            )
        operations.amend_care(entry, outcome=CareEntry.MISTAKE, reason="Somebody else", by=world.staff_cedar)
    (time,) = block(client_of(world.staff_cedar), world).times
    assert (time.number, time.back_at) == (report.number, None)


def test_hours_and_days_are_counted_only_where_there_are_enough(world, client_of, gone):
    for number in range(4):
        gone(200 - 24 * number, 1)
    client = client_of(world.supervisor)
    assert not block(client, world).enough
    gone(20, 1)
    found = block(client, world)
    assert found.enough
    assert sum(times for _, times in found.by_hour) == sum(times for _, times in found.by_weekday) == 5
    zone = world.cedar.facility.zone
    began = [time.at.astimezone(zone) for time in found.times]
    assert dict(found.by_weekday) == {
        day: sum(one.strftime("%A") == day for one in began) for day in {one.strftime("%A") for one in began}
    }
    assert found.by_hour[0][1] == sum(one.hour < 6 for one in began)
    assert "When it began" in client.get(page(world)).text


def test_what_is_older_than_the_time_that_is_looked_at_is_left_out(world, client_of, gone, monkeypatch):
    client = client_of(world.supervisor)
    assert "Missing in the last 12 months" not in client.get(page(world)).text
    assert timedelta(days=365) == missing.A_YEAR
    monkeypatch.setattr(missing, "A_YEAR", timedelta(days=2))
    gone(49, 1)
    assert not block(client, world).times
    gone(47, 1)
    assert len(block(client, world).times) == 1


def test_a_move_not_long_before_is_shown(world, client_of, gone, monkeypatch):
    gone(5, 1)
    assert not block(client_of(world.supervisor), world).times[0].moved_at
    monkeypatch.setattr(missing, "AFTER_MOVE", timedelta(days=365))
    assert block(client_of(world.supervisor), world).times[0].moved_at == world.ada.stay.starts_at
    assert "Moved into this home" in client_of(world.supervisor).get(page(world)).text


@pytest.mark.parametrize(("who", "reads"), [("caseworker", True), ("admin_cedar", True), ("clinician", True)])
def test_who_reads_the_report_reads_the_times(world, client_of, gone, who, reads):
    gone(5, 1)
    assert bool(block(client_of(world.people[who]), world).times) is reads


def test_who_reads_the_record_but_not_the_report_finds_nothing_of_it(world, client_of, gone, acting_as):
    gone(5, 1)
    with acting_as(world.staff_birch):
        operations.break_glass(
            world.ada.resident.code, reason="She is at our door, hurt and alone", by=world.staff_birch
        )
    answered = client_of(world.staff_birch).get(page(world))
    assert answered.status_code == 200
    assert not answered.context["missing"].times


def test_the_page_asks_no_more_as_times_grow(world, client_of, gone):
    client = client_of(world.supervisor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(page(world)).status_code == 200
        return len(found)

    gone(40, 1)
    before = queries()
    for number in range(4):
        gone(30 - number, 0.5)
    assert queries() <= before
