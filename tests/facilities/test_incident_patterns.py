"""Patterns of incidents: known answers on made data, who reads them, and that no number is more than its rows."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from placement.access.models import Person
from placement.audit.clock import now
from placement.facilities.models import Shift, ShiftStaff
from placement.facilities.queries import incident_patterns as queries
from placement.facilities.queries.incident_filters import Wanted
from placement.facilities.queries.incident_patterns import Patterns, Rate
from residents import operations
from residents.models import Contact, Incident
from tests.world import LOS_ANGELES, World

PAGE = "/incidents/patterns/"
Report = Callable[..., Incident]
Read = Callable[..., Patterns]


def at(*parts: int) -> datetime:
    """A moment by Cedar's clock."""
    return datetime(*parts, tzinfo=LOS_ANGELES)  # type: ignore[arg-type]


@pytest.fixture
def report(world: World, acting_as: Any) -> Report:
    """Report something of a kind that the world does not hold, in Cedar."""

    def make(
        happened_at: datetime,
        *residents: Any,
        kind: str = "police",
        by: Person | None = None,
        answers: dict[str, str] | None = None,
    ) -> Incident:
        by = by or world.staff_cedar
        with acting_as(by):
            return operations.report_incident(
                facility=world.birch.facility if by == world.staff_birch else world.cedar.facility,
                shift=None,
                kind=kind,
                severity="low",
                happened_at=happened_at,
                seen="A window broke",
                done="",
                answers=answers,
                residents=[one.resident for one in residents],
                draft=kind == "restraint",
                by=by,
            )

    return make


@pytest.fixture
def restrain(world: World, acting_as: Any, report: Report) -> Report:
    """Report a restraint of the first young person, at which the others were there."""

    def make(happened_at: datetime, *residents: Any) -> Incident:
        incident = report(happened_at, *residents, kind="restraint")
        with acting_as(world.staff_cedar):
            times = {"started_at": happened_at, "ended_at": happened_at + timedelta(minutes=2)}
            what = {"kind": "hold", "held_by": "One", "why": "The road", "tried": "Words"}
            part = incident.parts.get(resident=residents[0].resident)
            operations.add_restraint(part, **times, **what, by=world.staff_cedar)
        return incident

    return make


@pytest.fixture
def read(acting_as: Any) -> Read:
    def find(person: Person, **wanted: Any) -> Patterns:
        with acting_as(person):
            return queries.patterns(person, Wanted(**wanted), queries.homes_of(person))

    return find


def test_hours_and_days_are_those_of_the_homes_clock(world: World, report: Report, read: Read) -> None:
    report(datetime(2025, 11, 2, 8, 30, tzinfo=UTC))  # Sunday 01:30, before the clocks go back
    report(datetime(2025, 11, 2, 9, 30, tzinfo=UTC))  # 01:30 once more
    report(datetime(2025, 11, 2, 10, 0, tzinfo=UTC))  # 02:00
    report(datetime(2025, 3, 9, 9, 59, tzinfo=UTC))  # Sunday 01:59, before the clocks go on
    report(datetime(2025, 3, 9, 10, 0, tzinfo=UTC))  # 03:00: there was no 02:00
    report(at(2025, 6, 2, 0, 0))  # Monday begins
    report(at(2025, 6, 1, 23, 59))  # Sunday ends
    found = read(world.admin_cedar, kind="police")
    assert found.total == 7
    assert found.hours == {0: 1, 1: 3, 2: 1, 3: 1, 23: 1}
    assert found.weekdays == {1: 1, 7: 6}
    one_day = read(world.admin_cedar, kind="police", since=date(2025, 6, 2), until=date(2025, 6, 2))
    assert one_day.hours == {0: 1}
    assert read(world.admin_cedar, kind="police", until=date(2025, 6, 1)).total == 3
    assert read(world.admin_cedar, kind="police", severity="critical").total == 0


def night_hour(world: World, night: int, hour: int, minute: int = 0) -> datetime:
    """A moment in one of the nights some months ago; hours from midnight on are of the next morning."""
    day = world.today - timedelta(days=80 - night)
    return datetime.combine(day + timedelta(days=hour < 12), datetime.min.time(), LOS_ANGELES).replace(
        hour=hour, minute=minute
    )


def shift_of(world: World, night: int, *staff: tuple[Person, datetime | None]) -> None:
    """A shift of Cedar from 20:00 to 06:00, with who went home when."""
    times = {"starts_at": night_hour(world, night, 20), "ends_at": night_hour(world, night, 6)}
    shift = Shift.objects.create(facility=world.cedar.facility, name="Night", **times)
    for person, left in staff:
        ShiftStaff.objects.create(shift=shift, person=person, left_at=left)


def nights(world: World, report: Report) -> tuple[Person, Person]:
    """Six nights: one works all of them and goes home early once, one works four of them."""
    always, often = world.staff_cedar, world.admin_cedar
    for night in range(1, 7):
        left = night_hour(world, night, 1) if night == 6 else None
        also = [(often, None)] if night <= 4 else []
        shift_of(world, night, (always, left), *also)
    for night in range(1, 6):
        report(night_hour(world, night, 0, 30))
    report(night_hour(world, 6, 1))  # when the one had just gone home
    report(night_hour(world, 4, 11) + timedelta(hours=1))  # between the shifts
    return always, often


def test_who_was_on_duty_beside_the_shifts_that_they_worked(
    world: World, report: Report, read: Read, acting_as: Any
) -> None:
    with acting_as(world.admin_cedar):
        always, often = nights(world, report)
    first = night_hour(world, 1, 20).date()
    days = {"kind": "police", "since": first, "until": first + timedelta(days=7)}
    found = read(world.supervisor, facility=str(world.cedar.facility.pk), **days)
    rates = {each.pk: each.rate for each in found.on_duty}
    assert rates == {always.pk: Rate(5, 6), often.pk: Rate(4, 4)}
    assert (rates[always.pk].said, rates[often.pk].said) == (0.83, None)
    assert found.of_home == Rate(5, 6)
    assert [each.name for each in found.on_duty] == sorted(each.name for each in found.on_duty)
    part = read(world.admin_cedar, **days | {"since": first + timedelta(days=2), "until": first + timedelta(days=2)})
    assert {each.pk: each.rate for each in part.on_duty} == {always.pk: Rate(1, 2), often.pk: Rate(1, 2)}
    several = read(world.supervisor, **days)
    assert (several.on_duty, several.of_home, several.total) == ([], None, 7)


@pytest.mark.parametrize(("incidents", "shifts", "said"), [(5, 5, 1.0), (4, 50, None), (50, 4, None), (5, 40, 0.12)])
def test_too_few_to_say(incidents: int, shifts: int, said: float | None) -> None:
    assert Rate(incidents, shifts).said == said


def test_young_people_by_code_only_as_far_as_the_reader_knows_them(world: World, report: Report, read: Read) -> None:
    a_week_ago = now() - timedelta(days=7)
    report(a_week_ago, world.ada, world.bea)
    report(a_week_ago, world.ada)
    report(a_week_ago, world.cleo, by=world.staff_birch)
    found = read(world.admin_cedar, kind="police")
    assert [(each.code, each.incidents) for each in found.young] == [
        (world.ada.resident.code, 2),
        (world.bea.resident.code, 1),
    ]
    assert found.total == 2
    north = read(world.supervisor, kind="police")
    assert north.total == 3  # the home's incident is theirs to review, whom it names is not theirs to know
    assert world.cleo.resident.pk not in {each.pk for each in north.young}


def test_what_is_hidden_from_the_reader_counts_nowhere(
    world: World, report: Report, restrain: Report, read: Read, acting_as: Any
) -> None:
    restrain(now() - timedelta(days=9), world.ada)
    restrain(now() - timedelta(days=8), world.ada)
    report(now() - timedelta(minutes=5), world.ada, kind="missing")
    report(now() - timedelta(minutes=5), world.ada)
    before = read(world.admin_cedar)
    assert before.restrained
    assert before.missing
    with acting_as(world.supervisor):
        operations.bar_from_record(world.ada.resident, world.admin_cedar, reason="Accused.", by=world.supervisor)
    after = read(world.admin_cedar)
    theirs = Incident.objects.filter(facility=world.cedar.facility)
    assert after.total == theirs.exclude(residents=world.ada.resident).count()
    assert sum(after.hours.values()) == sum(after.weekdays.values()) == after.total < before.total
    assert after.restrained == after.missing == []
    assert world.ada.resident.pk not in {each.pk for each in after.young}


def test_restrained_again_within_thirty_days(
    world: World, restrain: Report, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert timedelta(days=30) == queries.AGAIN
    monkeypatch.setattr(queries, "AGAIN", timedelta(days=3))  # nobody has lived here for long
    noon = now().astimezone(LOS_ANGELES).replace(hour=12, minute=0, second=0, microsecond=0)
    begin = noon - timedelta(days=15)
    first = restrain(begin, world.ada, world.bea)
    second = restrain(begin + queries.AGAIN, world.ada)  # to the minute
    restrain(begin + queries.AGAIN, world.bea)  # was there when ada was held, and was not held herself
    restrain(begin + 2 * queries.AGAIN + timedelta(minutes=1), world.ada)  # a minute too late
    found = read(world.admin_cedar).restrained
    assert [(each.code, each.event.pk, each.before.pk, each.apart) for each in found] == [
        (world.ada.resident.code, second.pk, first.pk, queries.AGAIN)
    ]
    day = (begin + queries.AGAIN).date()
    later = read(world.supervisor, since=day, until=day, kind="property").restrained
    assert [each.before.pk for each in later] == [first.pk]  # the one before lies before the days, and is found
    assert read(world.admin_cedar, until=day - timedelta(days=1)).restrained == []


def contact(world: World, acting_as: Any, hours: float, missing_at: datetime, **more: Any) -> Contact:
    """Ada was in contact so many hours before."""
    by = world.caseworker
    with acting_as(by):
        what = {"outside_person": world.ada.outside, "kind": "call"} | more
        moment = missing_at - timedelta(hours=hours)
        row = operations.log_contact(world.ada.resident, **what, happened_at=moment, by=by, reason="Forgotten")
    assert isinstance(row, Contact)
    return row


def test_missing_after_a_contact(
    world: World, report: Report, read: Read, acting_as: Any, client_of: Callable[[Person], Client]
) -> None:
    gone = [now() - timedelta(days=days) for days in (8, 16, 24)]
    reports = [report(moment, world.ada, kind="missing") for moment in gone]
    early = contact(world, acting_as, 48, gone[0])
    contact(world, acting_as, 48.1, gone[1])
    contact(world, acting_as, -1, gone[1])
    with acting_as(world.caseworker):
        who = {"name": "Their lawyer", "relation": "lawyer", "permission": "allowed", "office": "lawyer"}
        lawyer = operations.add_outside_person(world.ada.resident, **who, by=world.caseworker)
    contact(world, acting_as, 2, gone[1], outside_person=lawyer)
    contact(world, acting_as, 3, gone[1], outcome="not_reached")
    contact(world, acting_as, 3, gone[2])
    last = contact(world, acting_as, 1, gone[2])
    found = [each for each in read(world.supervisor).missing if each.event.pk in {one.pk for one in reports}]
    assert [(each.event.pk, each.contact.pk, each.code) for each in found] == [
        (reports[0].pk, early.pk, world.ada.resident.code),
        (reports[2].pk, last.pk, world.ada.resident.code),
    ]
    client = client_of(world.supervisor)
    page = client.get(PAGE).context
    for each, address in page["missing"]:
        assert f'id="{address.split("#")[1]}"' in client.get(address).content.decode(), each
    with acting_as(world.caseworker):
        operations.amend_contact(early, mistake=True, reason="Of somebody else", by=world.caseworker)
    assert [each.contact.pk for each in read(world.supervisor).missing if each.event.pk == reports[0].pk] == []


def test_every_number_opens_into_as_many_rows(
    world: World, report: Report, acting_as: Any, client_of: Callable[[Person], Client]
) -> None:
    with acting_as(world.admin_cedar):
        nights(world, report)
    report(now() - timedelta(days=1), world.ada)
    report(now() - timedelta(days=2), answers={"place": "kitchen", "why": "came", "questioned": "no"})
    client = client_of(world.supervisor)
    chosen = f"?facility={world.cedar.facility.pk}&kind=police"
    page = client.get(PAGE + chosen).context
    numbers = [(column.value, column.href) for name in ("hours", "weekdays") for column in page[name].columns]
    assert [(bar.label, bar.value) for bar in page["places"].bars] == [("Kitchen or dining room", 1), ("Not said", 8)]
    numbers += [(bar.value, bar.href) for name in ("young", "places") for bar in page[name].bars]
    numbers += [(each.rate.incidents, rows) for each, rows in page["on_duty"]]
    numbers += [(page["found"].total, page["all"])]
    assert page["found"].total == 9
    assert {0, 1, 4, 5, 9} <= {number for number, _ in numbers}
    for number, rows in numbers:
        if number:
            assert len(client.get(rows).context["page"].rows) == number, rows
    each, rows = page["on_duty"][0]
    assert f"While {each.name} was on duty" in client.get(rows).content.decode()


def test_the_page_is_for_who_reviews_and_the_list_tells_nobody_else(
    world: World, report: Report, client_of: Callable[[Person], Client]
) -> None:
    report(now() - timedelta(days=1), world.ada)
    reviewers = {world.admin_cedar, world.admin_birch, world.supervisor, world.supervisor2}
    for person in world.people.values():
        answer = client_of(person).get(PAGE)
        assert (answer.status_code == 200) == (person in reviewers), person
    staff = client_of(world.staff_cedar)
    everything = len(staff.get("/incidents/").context["page"].rows)
    for name in ("resident", "on_duty"):
        answer = staff.get(f"/incidents/?{name}={world.bea.resident.pk}")
        assert len(answer.context["page"].rows) == everything
        assert not answer.context["only"]
    assert PAGE not in staff.get("/incidents/").content.decode()
    assert PAGE in client_of(world.admin_cedar).get("/incidents/").content.decode()
    assert client_of(world.admin_cedar).get(f"{PAGE}?facility={world.birch.facility.pk}").context.get("found") is None
    assert "last day" in client_of(world.supervisor).get(f"{PAGE}?since=06/02/2025&until=06/01/2025").content.decode()


def test_it_costs_the_same_for_few_incidents_and_for_many(
    world: World, report: Report, restrain: Report, client_of: Callable[[Person], Client]
) -> None:
    client = client_of(world.admin_cedar)

    def cost() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as sent:
            assert client.get(PAGE).status_code == 200
        return len(sent)

    def more(days: int) -> None:
        restrain(now() - timedelta(days=days), world.ada)
        report(now() - timedelta(days=days), world.ada, world.bea)
        report(now() - timedelta(minutes=days), world.ada, kind="missing")

    for days in (1, 2):
        more(days)
    few = cost()
    for days in range(3, 9):
        more(days)
    assert cost() == few
    assert client.get(PAGE).context["found"].total > 20
