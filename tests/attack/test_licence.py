"""Invariant 3: capacity, age, sex, level of care and validity of the licence hold on the day of admission."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from placement.database.context import acting
from placement.facilities.models import LicenceCondition, Waiver
from residents.models import Identity, LevelAssessment
from tests.attack.sql import Stay, change, insert, refused
from tests.attack.test_population import approve_exception, ask_exception
from tests.world import World

DAY = timedelta(days=1)


def licence_says(world: World, **values: Any) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        paper = {"terms_confirmed_by_id": world.supervisor.pk, "terms_document_id": world.cedar.paper.pk}
        assert change(world.cedar.licence, **values, **paper) == 1


def condition(world: World, kind: str, value: int | None, starts_on: date, ends_on: date | None = None) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        insert(
            LicenceCondition,
            licence_id=world.cedar.licence.pk,
            kind=kind,
            value=value,
            text="letter",
            starts_on=starts_on,
            ends_on=ends_on,
        )


def waive(world: World, kind: str, starts_on: date, ends_on: date) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        insert(
            Waiver,
            licence_id=world.cedar.licence.pk,
            kind=kind,
            text="letter",
            starts_on=starts_on,
            ends_on=ends_on,
            document_id=world.cedar.paper.pk,
            confirmed_by_id=world.supervisor.pk,
            confirmed_at=world.now,
        )


@pytest.fixture
def stay(world: World) -> Stay:
    """Eve, approved for Cedar from half a day ago on; admission is the only step left."""
    return Stay(world, "eve", "cedar", 3).propose(world.now - timedelta(hours=1)).approve()


def test_the_way_in_is_open_when_nothing_speaks_against_it(stay: Stay) -> None:
    assert stay.admit().status == "active"


@pytest.mark.parametrize("status", ["pending", "probation", "inactive", "closed"])
def test_a_licence_that_is_not_licensed_admits_nobody(world: World, stay: Stay, status: str) -> None:
    licence_says(world, status=status)
    with refused("licence_is_in_force"):
        stay.admit()


def test_the_licence_is_in_force_from_its_first_to_its_last_day(world: World, stay: Stay) -> None:
    today = (world.now - timedelta(hours=1)).astimezone(world.cedar.facility.zone).date()
    for values in ({"valid_to": today - DAY}, {"valid_from": today + DAY, "valid_to": None}):
        licence_says(world, **values)
        with refused("licence_is_in_force"):
            stay.admit()
    licence_says(world, valid_from=today, valid_to=today)
    assert stay.admit().status == "active"


def fire_clearance(world: World, home: str, first: date, last: date) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        assert change(world.homes[home].facility.fire_clearances.get(), valid_from=first, valid_to=last) == 1


def test_the_fire_clearance_is_in_force_from_its_first_to_its_last_day(world: World, stay: Stay) -> None:
    today = (world.now - timedelta(hours=1)).astimezone(world.cedar.facility.zone).date()
    for first, last in ((today - 9 * DAY, today - DAY), (today + DAY, today + 9 * DAY)):
        fire_clearance(world, "cedar", first, last)
        with refused("fire_clearance_is_in_force"):
            stay.admit()
    fire_clearance(world, "cedar", today, today)
    assert stay.admit().status == "active"


def test_the_day_of_the_fire_clearance_is_that_of_the_home(world: World) -> None:
    midnight = datetime.combine(world.today, datetime.min.time(), world.cedar.facility.zone)
    fire_clearance(world, "cedar", world.today - 9 * DAY, world.today - DAY)
    with refused("fire_clearance_is_in_force"):
        Stay(world, "eve", "cedar", 3).propose(midnight).approve().admit()
    late = Stay(world, "eve", "cedar", 3).propose(midnight - timedelta(minutes=30)).approve()
    assert late.admit().status == "active"  # in UTC it was the next day


def test_a_foster_home_needs_the_fire_clearance_too_and_no_exception_stands_in_for_it(world: World) -> None:
    until = world.now + 9 * DAY
    approve_exception(world, ask_exception(world, "eve", "alder", "foster", world.caseworker, until), world.supervisor)
    stay = Stay(world, "eve", "alder", 0).propose(world.now - timedelta(hours=1)).approve()
    fire_clearance(world, "alder", world.today - 9 * DAY, world.today - 2 * DAY)
    with refused("fire_clearance_is_in_force"):
        stay.admit()
    fire_clearance(world, "alder", world.today - 9 * DAY, world.today + DAY)
    assert stay.admit().status == "active"


def test_a_condition_can_stop_admissions_on_its_days(world: World, stay: Stay) -> None:
    today = (world.now - timedelta(hours=1)).astimezone(world.cedar.facility.zone).date()
    condition(world, "no_admissions", None, today - 9 * DAY, today - DAY)
    condition(world, "no_admissions", None, today + DAY)
    assert stay.admit().status == "active"
    condition(world, "no_admissions", None, today, today)
    other = Stay(world, "fay", "cedar", 2).propose(world.now - timedelta(hours=1)).approve()
    with refused("licence_allows_admissions"):
        other.admit()


def test_capacity_counts_everybody_who_lives_there(world: World, stay: Stay) -> None:
    licence_says(world, capacity=2)
    with refused("licence_capacity_holds"):
        stay.admit()
    licence_says(world, capacity=3)
    assert stay.admit().status == "active"


def test_a_condition_can_take_places_away(world: World, stay: Stay) -> None:
    today = world.today
    condition(world, "max_capacity", 2, today - DAY)
    with refused("licence_capacity_holds"):
        stay.admit()
    waive(world, "capacity", today - DAY, today + DAY)
    assert stay.admit().status == "active"


def test_a_back_dated_admission_does_not_fill_the_home_of_later_days(world: World) -> None:
    licence_says(world, capacity=3)
    assert Stay(world, "eve", "cedar", 3).propose(world.now - DAY).approve().admit().status == "active"
    late = (
        Stay(world, "fay", "cedar", 2).propose(world.now - 5 * DAY).approve()
    )  # two others lived there then, three do now
    with refused("licence_capacity_holds"):
        late.admit()
    licence_says(world, capacity=4)
    assert late.admit().status == "active"


@pytest.mark.parametrize(("years", "fits"), [(9, False), (10, True), (17, True), (18, False)])
def test_age_on_the_day_of_admission(world: World, stay: Stay, years: int, fits: bool) -> None:
    today = (world.now - timedelta(hours=1)).astimezone(world.cedar.facility.zone).date()
    born = date(today.year - years, today.month, 28 if (today.month, today.day) == (2, 29) else today.day)
    identity = Identity.objects.get(resident=world.eve.resident)
    with acting(world.caseworker.pk, world.caseworker.name):
        change(identity, birth_date=born)
    if fits:
        assert stay.admit().status == "active"
    else:
        with refused("licence_age_holds"):
            stay.admit()
        waive(world, "age", today, today)
        assert stay.admit().status == "active"


def test_the_day_before_the_birthday_is_too_young(world: World, stay: Stay) -> None:
    today = (world.now - timedelta(hours=1)).astimezone(world.cedar.facility.zone).date()
    tomorrow = today + DAY
    born = date(tomorrow.year - 10, tomorrow.month, 28 if (tomorrow.month, tomorrow.day) == (2, 29) else tomorrow.day)
    with acting(world.caseworker.pk, world.caseworker.name):
        change(Identity.objects.get(resident=world.eve.resident), birth_date=born)
    with refused("licence_age_holds"):
        stay.admit()


@pytest.mark.parametrize(("kind", "value"), [("min_age", 16), ("max_age", 14)])
def test_a_condition_can_narrow_the_ages(world: World, stay: Stay, kind: str, value: int) -> None:
    condition(world, kind, value, world.today - DAY)
    with refused("licence_age_holds"):
        stay.admit()


def test_sex(world: World, stay: Stay) -> None:
    licence_says(world, sexes=["male"])
    with refused("licence_sex_holds"):
        stay.admit()
    waive(world, "sex", world.today - DAY, world.today + DAY)
    assert stay.admit().status == "active"


def test_the_newest_level_of_care_counts(world: World, stay: Stay) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        for level, days_ago in [(4, 1), (2, 400)]:
            insert(
                LevelAssessment,
                resident_id=world.eve.resident.pk,
                level=level,
                assessed_on=world.today - days_ago * DAY,
                assessor="Dr. Invented",
                basis="talk",
                written_at=world.now,
            )
    with refused("licence_level_holds"):
        stay.admit()
    licence_says(world, levels=[1, 4])
    assert stay.admit().status == "active"


@pytest.mark.parametrize(("first", "last", "open_"), [(-1, 0, False), (-1, -1, True), (2, None, False), (9, 10, True)])
def test_a_bed_out_of_use_during_the_stay_takes_nobody(world: World, first: int, last: int | None, open_: bool) -> None:
    begins = world.now - timedelta(hours=1)
    today = begins.astimezone(world.cedar.facility.zone).date()
    with acting(world.supervisor.pk, world.supervisor.name):
        until = None if last is None else today + last * DAY
        change(world.cedar.beds[3], closed_from=today + first * DAY, closed_until=until)
    stay = Stay(world, "eve", "cedar", 3).propose(begins, world.now + 5 * DAY).approve()
    if open_:
        assert stay.admit().status == "active"
    else:
        with refused("bed_is_in_use"):
            stay.admit()


def test_nobody_is_admitted_before_arriving(world: World) -> None:
    stay = Stay(world, "eve", "cedar", 3).propose(world.now + DAY).approve()
    with refused("admission_is_not_in_the_future"):
        stay.admit()


def test_rooms_and_units_stay_in_their_home(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("bed_stays_in_its_home"):
            change(world.cedar.beds[0], room_id=world.maple.rooms[0].pk)
        with refused("bed_stays_in_its_home"):
            change(world.cedar.rooms[0], unit_id=world.maple.unit.pk)
        with refused("bed_stays_in_its_home"):
            change(world.cedar.unit, facility_id=world.maple.facility.pk)
        assert change(world.cedar.rooms[0], name="Blue room") == 1
