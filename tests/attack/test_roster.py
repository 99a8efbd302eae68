"""Who is planned, what they hold, and who was on duty: held by the database, whatever writes."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from placement.facilities.models import Assignment, Credential, RatioCheck, RosterEntry, ShiftStaff
from tests.attack.sql import again, ask, change, insert, refused, sql
from tests.world import Home, World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def plan(home: Home, begins: datetime, hours: float = 8, *, by: Person | None = None, **values: Any) -> Any:
    """Plan the home's staff in plain SQL, as its administrator."""
    by = by or home.admin
    row = {
        "facility_id": home.facility.pk,
        "person_id": home.staff.pk,
        "starts_at": begins,
        "ends_at": begins + hours * HOUR,
        "awake": True,
        "duty": "care",
        "planned_by_id": by.pk,
        "planned_at": timezone.now(),
    }
    with acting(by.pk, by.name):
        return insert(RosterEntry, **row | values)


def works_also_in(world: World, person: Person, home: Home) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        Assignment.objects.create(facility=home.facility, person=person, role=person.role, starts_at=world.now - DAY)


def test_nobody_is_planned_in_two_places(world: World) -> None:
    works_also_in(world, world.staff_cedar, world.birch)
    begins = world.now + 3 * DAY
    assert plan(world.cedar, begins)
    for home in (world.cedar, world.birch):
        with refused("planned_in_one_place"):
            plan(home, begins + 7 * HOUR, person_id=world.staff_cedar.pk)
    assert plan(world.birch, begins + 8 * HOUR, person_id=world.staff_cedar.pk)


def test_nobody_is_awake_for_more_than_16_hours_in_a_row(world: World) -> None:
    works_also_in(world, world.staff_cedar, world.birch)
    begins = world.now + 3 * DAY
    with refused("planned_shift_lasts_16_hours"):
        plan(world.cedar, begins, 16.01, awake=False)
    assert plan(world.cedar, begins, 9)
    with refused("awake_for_16_hours_in_a_row"):
        plan(world.cedar, begins + 9.5 * HOUR, 7)
    with refused("awake_for_16_hours_in_a_row"):
        plan(world.birch, begins + 9 * HOUR, 7.5, person_id=world.staff_cedar.pk)
    with refused("awake_for_16_hours_in_a_row"):
        plan(world.cedar, begins - 8 * HOUR, 8)
    assert plan(world.cedar, begins + 9 * HOUR, 9, awake=False)
    assert plan(world.cedar, begins - 8 * HOUR, 7)


def test_who_lacks_something_on_one_of_the_days_is_not_planned(world: World) -> None:
    day = (world.now + 5 * DAY).astimezone(world.cedar.facility.zone)
    midnight = day.replace(hour=0, minute=0)

    def without(kind: str) -> None:
        with acting(world.admin_cedar.pk, world.admin_cedar.name):
            held = Credential.objects.get(person=world.staff_cedar, kind=kind)
            change(held, valid_to=(midnight - DAY).date())

    assert plan(world.cedar, midnight, 2)
    for begins in (midnight + 4 * HOUR, midnight - HOUR):
        with transaction.atomic():
            without("training")
            with refused("planned_with_training"):
                plan(world.cedar, begins, 2)
            without("first_aid")
            with refused("planned_with_first_aid"):
                plan(world.cedar, begins, 2)
            without("background")
            with refused("planned_with_clearance"):
                plan(world.cedar, begins, 2)
            transaction.set_rollback(True)
    without("background")
    assert plan(world.cedar, midnight - 4 * HOUR, 2)


def test_only_who_works_in_the_home_for_the_whole_time_is_planned(world: World) -> None:
    with refused("planned_where_they_work"):
        plan(world.birch, world.now + DAY, person_id=world.admin_cedar.pk)
    begins = world.now + 3 * DAY
    with acting(world.supervisor.pk, world.supervisor.name):
        change(world.cedar.assignments[0], ends_at=begins + 7 * HOUR)
    with refused("planned_where_they_work"):
        plan(world.cedar, begins)
    assert plan(world.cedar, begins, 7)


def test_only_the_home_plans_and_only_what_is_ahead(world: World) -> None:
    begins = world.now + 3 * DAY
    for by in (world.staff_cedar, world.inspector_cedar):
        with refused("roster_is_planned_by_the_home"):
            plan(world.cedar, begins, by=by)
    with refused("signature_is_own"):
        plan(world.cedar, begins, planned_by_id=world.supervisor.pk)
    with refused("roster_is_planned_by_the_home"):
        plan(world.birch, begins, by=world.admin_cedar)
    with refused("planned_shift_is_ahead"):
        plan(world.cedar, world.now - 9 * HOUR)
    with refused("planned_shift_ends_after_start"):
        plan(world.cedar, begins, 0)
    with refused("planned_duty_is_known"):
        plan(world.cedar, begins, duty="nap")


def test_a_plan_is_never_changed_and_what_has_begun_stays(world: World) -> None:
    entry = world.cedar.planned
    for values in ({"awake": False}, {"person_id": world.admin_cedar.pk}, {"ends_at": world.now + 9 * DAY}):
        with acting(world.admin_cedar.pk, world.admin_cedar.name), refused("planned_shift_is_kept"):
            change(entry, **values)
    begun = plan(world.cedar, world.now - HOUR)
    drop = "DELETE FROM facilities_rosterentry WHERE id = %s"
    with acting(world.admin_cedar.pk, world.admin_cedar.name), refused("begun_shift_stays_planned"):
        sql(drop, begun)
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("roster_is_planned_by_the_home"):
        sql(drop, entry.pk)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        assert sql(drop, entry.pk) == 1
        assert RosterEntry.history.filter(id=entry.pk, history_type="-").count() == 1


def file(world: World, by: Person, **values: Any) -> Any:
    row = {
        "facility_id": world.cedar.facility.pk,
        "person_id": world.staff_cedar.pk,
        "kind": "driving",
        "course": "",
        "number": "",
        "issuer": "",
        "valid_from": world.today,
        "filed_by_id": by.pk,
        "filed_at": timezone.now(),
    }
    with acting(by.pk, by.name):
        return insert(Credential, **row | values)


def test_nobody_files_for_themselves_and_only_who_may_change_the_home(world: World) -> None:
    with refused("credential_is_filed_by_the_home"):
        file(world, world.staff_cedar)
    with refused("credential_is_filed_by_the_home"):
        file(world, world.inspector_cedar)
    with refused("credential_is_filed_by_another"):
        file(world, world.admin_cedar, person_id=world.admin_cedar.pk)
    with refused("signature_is_own"):
        file(world, world.admin_cedar, person_id=world.admin_cedar.pk, filed_by_id=world.supervisor.pk)
    with refused("credential_is_of_who_works_there"):
        file(world, world.admin_cedar, person_id=world.staff_birch.pk)
    with refused("credential_paper_is_of_the_home"):
        file(world, world.admin_cedar, document_id=world.birch.paper.pk)
    with refused("credential_ends_after_start"):
        file(world, world.admin_cedar, valid_to=world.today - DAY)
    with refused("credential_is_of_a_kind"):
        file(world, world.admin_cedar, kind="luck")
    assert file(world, world.admin_cedar, document_id=world.cedar.paper.pk)
    with refused("credential_is_filed_once"):
        file(world, world.admin_cedar)


def test_what_was_filed_only_ends_earlier(world: World) -> None:
    held = world.cedar.credentials[0]
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        for values in (
            {"valid_to": held.valid_to + DAY},
            {"valid_to": None},
            {"kind": "driving"},
            {"person_id": world.admin_cedar.pk},
            {"valid_from": held.valid_from - DAY},
        ):
            with refused("credential_is_kept"):
                change(held, **values)
        assert change(held, valid_to=held.valid_to - DAY) == 1
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("credential_is_filed_by_the_home"):
        change(held, valid_to=held.valid_to - 2 * DAY)


def test_who_was_on_duty_is_only_ended_and_within_the_shift(world: World) -> None:
    shift = world.cedar.shift
    mine = ShiftStaff.objects.get(shift=shift, person=world.staff_cedar)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        for values in ({"left_at": world.now + 2 * HOUR}, {"left_at": shift.starts_at - HOUR}):
            with refused("duty_is_within_the_shift"):
                change(mine, **values)
        for values in ({"awake": False}, {"person_id": world.admin_cedar.pk}, {"came_at": world.now}):
            with refused("duty_is_kept"):
                change(mine, **values)
        assert change(mine, left_at=world.now) == 1
        with refused("duty_is_kept"):
            change(mine, left_at=world.now - HOUR)
        with refused("on_duty_once"):
            again(mine, came_at=world.now - HOUR, left_at=None)
        with refused("duty_ends_after_it_starts"):
            again(mine, came_at=world.now, left_at=world.now - HOUR / 2)
        assert again(mine, came_at=world.now, left_at=None)


def test_what_was_counted_is_kept_with_the_databases_own_time(world: World) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        check = RatioCheck.objects.get(shift=world.cedar.shift)
        assert (check.occasion, check.awake, check.asleep) == ("opened", 2, 0)
        with refused("ratio_check_is_kept"):
            change(check, missing=0, awake=9)
        with refused("word_is_known"):
            again(check, occasion="never")
        with refused("ratio_counts_are_numbers"):
            again(check, asleep_ok=-1)
        copy = RatioCheck.objects.get(pk=again(check, at=world.now - 9 * DAY, young_people=0, awake=40, asleep=9))
        assert copy.at > world.now - DAY
        assert (copy.young_people, copy.awake, copy.asleep) == (2, 2, 0)
    with acting(world.admin_birch.pk, world.admin_birch.name):
        assert ask("SELECT present_in(%s)", world.cedar.facility.pk) == 0


def test_only_who_works_there_counts_and_nobody_counts_too_few_away(world: World) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        check = RatioCheck.objects.get(shift=world.cedar.shift)
    for by in (world.inspector_cedar, world.supervisor):
        with acting(by.pk, by.name), refused("ratio_is_counted_on_shift"):
            again(check)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        alone = ShiftStaff.objects.get(shift=world.cedar.shift, person=world.admin_cedar)
        change(alone, left_at=timezone.now())
        few = RatioCheck.objects.get(pk=again(check, required=3, asleep_ok=0, missing=0))
        assert (few.awake, few.missing) == (1, 2)
        change(ShiftStaff.objects.get(shift=world.cedar.shift, person=world.staff_cedar), left_at=timezone.now())
        nobody = RatioCheck.objects.get(pk=again(check, required=0, asleep_ok=9, missing=0))
        assert (nobody.awake, nobody.required, nobody.missing) == (0, 1, 1)
        change(world.cedar.shift, signed_by_id=world.staff_cedar.pk, signed_at=timezone.now(), hand_off="Quiet")
        with refused("ratio_is_counted_on_shift"):
            again(check)


def on_duty(world: World, home: Home, person: Person, by: Person, **values: Any) -> Any:
    row = {"shift_id": home.shift.pk, "person_id": person.pk, "awake": True, "came_at": timezone.now()}
    with acting(by.pk, by.name):
        return insert(ShiftStaff, **row | values)


def test_only_who_works_in_the_home_is_on_duty_and_only_its_people_write_it(world: World) -> None:
    for by in (world.inspector_cedar, world.supervisor):
        with refused("shift_is_kept_by_its_home"):
            on_duty(world, world.cedar, world.staff_cedar, by)
        with acting(by.pk, by.name), refused("shift_is_kept_by_its_home"):
            change(ShiftStaff.objects.get(shift=world.cedar.shift, person=world.staff_cedar), left_at=timezone.now())
    for person in (world.staff_birch, world.supervisor, world.inspector_cedar, world.staff_past, world.caseworker):
        with refused("on_duty_where_they_work"):
            on_duty(world, world.cedar, person, world.staff_cedar)


def test_nobody_is_on_duty_in_two_homes_at_once(world: World) -> None:
    works_also_in(world, world.staff_cedar, world.birch)
    with refused("on_duty_in_one_home"):
        on_duty(world, world.birch, world.staff_cedar, world.staff_birch)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        change(ShiftStaff.objects.get(shift=world.cedar.shift, person=world.staff_cedar), left_at=timezone.now())
    with refused("on_duty_in_one_home"):
        on_duty(world, world.birch, world.staff_cedar, world.staff_birch, came_at=world.now - HOUR)
    assert on_duty(world, world.birch, world.staff_cedar, world.staff_birch)


def test_nobody_is_on_duty_whose_clearance_has_ended(world: World) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        change(ShiftStaff.objects.get(shift=world.cedar.shift, person=world.admin_cedar), left_at=timezone.now())
    with acting(world.supervisor.pk, world.supervisor.name):
        change(Credential.objects.get(person=world.admin_cedar, kind="background"), valid_to=world.today - DAY)
    with refused("on_duty_with_clearance"):
        on_duty(world, world.cedar, world.admin_cedar, world.staff_cedar)


def test_credentials_have_days_of_the_calendar(world: World) -> None:
    for days in ({"valid_from": "-infinity"}, {"valid_to": "infinity"}):
        with refused("credential_dates_are_days"):
            file(world, world.admin_cedar, **days)
