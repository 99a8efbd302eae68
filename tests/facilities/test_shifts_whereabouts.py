"""Where everybody is: on the tile, in the counts, after a hand-off, and as missing until somebody is back."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.facilities import operations
from placement.facilities.forms.several import LEAVE_OUT
from placement.facilities.queries.tiles import Tile, tile
from placement.ui.dates import short_day
from residents import operations as residents
from residents.models import CareEntry, Incident, IncidentResident
from tests.facilities.shift_page import LA, local, tap_data, url
from tests.facilities.test_incidents import NEW, report_data
from tests.world import World

DAY = timedelta(days=1)


@pytest.fixture
def staff(world, client_of):
    return client_of(world.staff_cedar)


@pytest.fixture
def look(world, acting_as):
    """Write down a look at ada."""

    def write(outcome: str, at: datetime) -> CareEntry:
        home, by, shift = world.cedar.facility, world.staff_cedar, world.cedar.shift
        with acting_as(by):
            return residents.log_care(
                world.ada.resident,
                facility=home,
                shift=shift if at >= shift.starts_at else None,
                kind="head_count",
                outcome=outcome,
                happened_at=at,
                by=by,
            )

    return write


@pytest.fixture
def missing(world, acting_as):
    """Report ada as missing."""

    def report(at: datetime) -> Incident:
        with acting_as(world.staff_cedar) as _:
            return residents.report_incident(
                facility=world.cedar.facility,
                shift=None,
                kind="missing",
                severity="critical",
                happened_at=at,
                seen="Not at dinner.",
                done="",
                residents=[world.ada.resident],
                by=world.staff_cedar,
            )

    return report


def tile_of_ada(world: World, client) -> Tile:
    board = client.get(url("shift", world)).context["board"]
    return next(t for t in board.tiles if t.resident == world.ada.resident)


def strip(client, address: str) -> dict[str, tuple]:
    return {fact["label"]: (str(fact["value"]), fact.get("note")) for fact in client.get(address).context["facts"]}


def test_not_found_says_when_and_offers_the_report_whatever_was_reported_before(world, staff, look, missing):
    missing(now() - 3 * DAY)
    look("In the house", now() - 2 * DAY)
    entry = look("Not found", now() - timedelta(minutes=3))
    page = staff.get(url("shift", world))
    found = next(t for t in page.context["board"].tiles if t.resident == world.ada.resident)
    assert found.tag == {"kind": "late", "text": f"Not found at {entry.happened_at.astimezone(LA):%H:%M}"}
    offer = page.content.decode().split("?facility=")
    links = [part.split('"')[0] for part in offer if "resident=" in part.split('"')[0]]
    assert len(links) == 1
    asked = staff.get(f"{NEW}?facility={links[0].replace('&amp;', '&')}").context
    form = asked["form"]
    assert asked["kind"] == "missing"
    assert form["residents"].value() == [str(world.ada.resident.pk)]
    assert form["happened_at"].value() == entry.happened_at


def test_a_time_of_another_day_names_the_day(world, staff, missing):
    at = now() - 3 * DAY
    missing(at)
    here = at.astimezone(LA)
    assert tile_of_ada(world, staff).where == f"Missing since {short_day(here)}, {here:%H:%M}"


def test_an_address_with_a_bad_time_still_opens_the_report(world, staff):
    for bad in ("", "yesterday", "2026-01-01", "9999999"):
        assert staff.get(f"{NEW}?at={bad}").status_code == 200


def test_the_tile_and_the_counts_say_where_they_were_seen(world, staff, look, client_of):
    home = reverse("facilities:detail", args=[world.cedar.facility.pk])

    def both() -> dict[str, tuple]:
        board = staff.get(url("shift", world)).context["board"]
        shown = {fact["label"]: (str(fact["value"]), fact.get("note")) for fact in board.facts}
        kept = {"In the house", "Not found", "Missing"} & shown.keys()
        counted = {label: shown[label] for label in kept}
        assert {k: v for k, v in strip(client_of(world.admin_cedar), home).items() if k in kept} == counted
        return counted

    assert both() == {"In the house": ("2 of 2", "nobody is out")}
    entry = look("In the yard", now() - timedelta(minutes=4))
    assert tile_of_ada(world, staff).where == f"In the yard, {entry.happened_at.astimezone(LA):%H:%M}"
    assert both() == {"In the house": ("2 of 2", "nobody is out")}
    look("Out with staff", now() - timedelta(minutes=3))
    assert tile_of_ada(world, staff).where.startswith("Out with staff, ")
    assert both() == {"In the house": ("1 of 2", "1 out with staff")}
    look("At school", now() - timedelta(minutes=2))
    assert both() == {"In the house": ("1 of 2", "1 away")}
    entry = look("Not found", now() - timedelta(minutes=1))
    assert both() == {"In the house": ("1 of 2", ""), "Not found": ("1", "look again now")}
    assert tile_of_ada(world, staff).where.startswith("Last seen: At school, ")
    form = staff.get(url("log-several", world), {"what": "meal|Lunch", "all": 1}).context["form"]
    assert [form[f"said-{young.resident.pk}"].value() for young in (world.ada, world.bea)] == [LEAVE_OUT, "Lunch"]
    staff.post(NEW, report_data(world, entry.happened_at, kind="missing"))
    assert both() == {"In the house": ("1 of 2", ""), "Missing": ("1", "reported")}


def test_a_new_shift_knows_the_last_look_and_the_meal_of_the_hour(world):
    lunch, opened = datetime(2026, 3, 4, 12, 20, tzinfo=LA), datetime(2026, 3, 4, 13, 40, tzinfo=LA)

    def entry(kind: str, outcome: str, at: datetime) -> CareEntry:
        return CareEntry(kind=kind, outcome=outcome, happened_at=at, written_at=at)

    def ada(seen: datetime, moment: datetime) -> Tile:
        return tile(
            world.ada.resident,
            alerts=[],
            entries=[entry("meal", "Lunch", lunch), entry("head_count", "In the house", seen)],
            leaves=[],
            missing=None,
            begins=opened,
            since=opened - 30 * DAY,
            moment=moment,
            facility=world.cedar.facility,
            is_open=True,
        )

    soon = opened + timedelta(minutes=1)
    with timezone.override(LA):
        seen = ada(opened - timedelta(minutes=10), soon)
    assert [(tap.label, tap.note) for tap in seen.taps[:2]] == [("Seen", "13:30"), ("Lunch", "12:20")]
    assert seen.tag == {"kind": "good", "text": "All done"}
    assert ada(opened - timedelta(minutes=63), soon).due_at == opened
    assert ada(opened - timedelta(minutes=50), soon).due_at == opened + timedelta(minutes=10)


def test_a_missing_report_names_somebody_on_the_page_and_in_the_database(world, staff, acting_as):
    page = staff.post(NEW, report_data(world, kind="missing", residents=[]))
    assert page.context["form"].errors["residents"] == ["Say which young person is missing."]
    with acting_as(world.staff_cedar) as _, pytest.raises(Refused, match="Say which young person"):
        residents.report_incident(
            facility=world.cedar.facility,
            shift=None,
            kind="missing",
            severity="low",
            happened_at=now(),
            seen="x",
            done="",
            residents=[],
            by=world.staff_cedar,
        )
    assert staff.post(NEW, report_data(world, residents=[])).status_code == 302
    with acting_as(world.staff_cedar), pytest.raises(IntegrityError, match="nobody"), transaction.atomic():
        Incident.objects.create(
            facility=world.cedar.facility,
            kind="missing",
            severity="low",
            happened_at=now(),
            seen="x",
            reported_by=world.staff_cedar,
            number=0,
        )
        connection.check_constraints()


def test_the_names_of_a_missing_report_are_not_taken_away(world, missing, acting_as):
    report = missing(now() - timedelta(hours=1))
    with acting_as(world.staff_cedar), pytest.raises(IntegrityError, match="nobody"), transaction.atomic():
        IncidentResident.objects.filter(incident=report).delete()
        connection.check_constraints()


def back_data(at: datetime, how: str = "Cold and tired, says she walked.") -> dict:
    return {"form_key": str(uuid.uuid4()), "how": how, **local(at)}


def test_coming_back_ends_the_episode_with_who_when_and_how(world, staff, missing, client_of):
    report = missing(now() - 2 * DAY)
    address = reverse("incidents:came-back", args=[report.pk, world.ada.resident.pk])
    detail = reverse("incidents:detail", args=[report.pk])
    assert f'href="{address}?shift"' in staff.get(url("shift", world)).content.decode()
    assert f'href="{address}"' in staff.get(detail).content.decode()
    assert address not in client_of(world.caseworker).get(detail).content.decode()
    assert "came back" in staff.get(address).content.decode()
    early = staff.post(address, back_data(now() - 3 * DAY))
    assert early.context["form"].errors["happened_at"] == [
        "This is before they were missing. Check the day and the time."
    ]
    response = staff.post(address + "?shift", back_data(now()))
    assert response["Location"] == url("shift", world) + f"#y-{world.ada.resident.pk}"
    seen = tile_of_ada(world, staff)
    assert (seen.missing, seen.place) == (None, "in the house")
    entry = CareEntry.objects.get(resident=world.ada.resident, kind="head_count")
    assert (entry.outcome, entry.written_by) == ("In the house", world.staff_cedar)
    page = client_of(world.caseworker).get(detail).content.decode()
    assert "seen again" in page
    assert "Came back. Cold and tired, says she walked." in page
    report.refresh_from_db()
    assert report.status == "reported"
    assert staff.get(address).status_code == 302


def test_coming_back_is_for_the_home_and_for_somebody_missing(world, missing, acting_as, client_of):
    report = missing(now() - timedelta(hours=1))
    address = reverse("incidents:came-back", args=[report.pk, world.ada.resident.pk])
    for who in ("staff_birch", "caseworker", "supervisor", "inspector_cedar", "clinician"):
        assert client_of(world.people[who]).post(address, back_data(now())).status_code == 404
    args = {"happened_at": now(), "how": "Well.", "by": world.staff_cedar}
    with acting_as(world.staff_cedar):
        with pytest.raises(Refused, match="not missing any more"):
            operations.came_back(report, world.bea.resident, **args)
        operations.came_back(report, world.ada.resident, **args)
        with pytest.raises(Refused, match="not missing any more"):
            operations.came_back(report, world.ada.resident, **args)


def test_a_tap_that_finds_them_ends_it_too(world, staff, missing):
    missing(now() - timedelta(hours=1))
    staff.post(url("tap", world, world.ada.resident.pk), tap_data())
    assert tile_of_ada(world, staff).missing is None


@pytest.mark.parametrize(
    ("after", "still"), [(-DAY, True), (timedelta(seconds=59), True), (timedelta(minutes=1), False)]
)
def test_a_look_within_the_minute_of_the_report_may_have_been_before_it(world, staff, missing, look, after, still):
    minute = (now() - timedelta(minutes=20)).replace(second=0, microsecond=0)
    missing(minute)
    look("In the house", minute + after)
    assert (tile_of_ada(world, staff).missing is not None) is still


def test_who_reports_knows_more_than_an_earlier_look_says(world, staff, missing, look, client_of):
    """A look of 20:43 that was written before the report of 21:07 does not end it; one after it, or written after it, does."""
    look("In the house", now() - timedelta(minutes=24))
    report = missing(now() - timedelta(minutes=35))
    assert tile_of_ada(world, staff).missing is not None
    page = staff.get(reverse("incidents:episode", args=[report.pk])).content.decode()
    assert "seen again" not in page
    look("In the house", now() - timedelta(minutes=9))
    assert tile_of_ada(world, staff).missing is None
