"""Plain SQL against medication: who orders, when a dose is due, once for each time, its limits, signatures, and the counts."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from placement.access.models import Person
from placement.database.context import acting
from residents import operations
from residents.models import CareEntry, Incident, MedicationCount, MedicationDose, MedicationOrder
from residents.queries.medication_times import due_between
from tests.attack.sql import again, ask, change, denied, insert, refused, sql
from tests.building.medication import not_credentialed, ordered
from tests.world import Home, World

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def order(
    world: World, key: str = "ada", home: str = "cedar", by: str = "caseworker", **changes: Any
) -> MedicationOrder:
    """An order by the operation."""
    person, place = world.people[by], world.homes[home]
    with acting(person.pk, person.name):
        return operations.order_medication(world.young[key].resident, **ordered(world.now, place, **changes), by=person)


def as_needed(world: World, **changes: Any) -> MedicationOrder:
    limits = {"as_needed": True, "times": [], "days": [], "hours_between": 4, "most_in_day": 3, "what_for": "Headache"}
    return order(world, **limits | changes)


def due_of(found: MedicationOrder, home: Home, world: World) -> datetime:
    return due_between(found.times, found.days, home.facility.zone, world.now - DAY, world.now)[-1]


def entry(world: World, by: Person, home: Home | None = None, **changes: Any) -> UUID:
    home = home or world.cedar
    values = {"resident_id": world.ada.resident.pk, "facility_id": home.facility.pk, "kind": "medication"}
    values |= {"outcome": "Given", "note": "", "happened_at": world.now, "written_by_id": by.pk, "late": False}
    return insert(CareEntry, **values | {"amends_id": None, "reason": ""} | changes)


def dose(
    world: World, found: MedicationOrder, by: Person | None = None, told: dict[str, Any] | None = None, **changes: Any
) -> tuple[type[MedicationDose], UUID]:
    """A dose with its entry in plain SQL; ``told`` goes into the entry."""
    by = by or world.staff_cedar
    if not found.as_needed and "due_at" not in changes:
        changes["due_at"] = due_of(found, world.cedar, world)
    with acting(by.pk, by.name):
        values = {"order_id": found.pk, "due_at": None, "outcome": "given", "how": "observed", "amount": 1, "why": ""}
        values |= {"error": False, "effect": ""} | changes
        if "entry_id" not in values:
            values["entry_id"] = entry(world, by, **told or {})
        made = insert(MedicationDose, **values)
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        sql("SET CONSTRAINTS ALL DEFERRED")
    return MedicationDose, made


def write_order(world: World, by: Person | None = None, **changes: Any) -> UUID:
    """A copy of ada's order, as new, in plain SQL."""
    by = by or world.caseworker
    fresh = {"entered_by_id": by.pk, "checked_by_id": None, "checked_at": None}
    fresh |= {"stopped_by_id": None, "stopped_at": None, "stop_reason": ""}
    with acting(by.pk, by.name):
        return again(world.ada.order, **fresh | changes)


# Orders


def test_only_clinician_caseworker_and_administrator_write_orders(world: World) -> None:
    for person in (world.staff_cedar, world.supervisor):
        with refused("medication_is_ordered_by_who_may"):
            write_order(world, person)
    with refused("signature_is_own"):
        write_order(world, entered_by_id=world.clinician.pk)
    for person in (world.caseworker, world.clinician, world.admin_cedar):
        assert write_order(world, person)


def test_an_order_is_whole(world: World) -> None:
    for values in ({"drug": " "}, {"strength": ""}, {"prescriber": "\n"}, {"prescriber_telephone": ""}):
        with refused("medication_order_is_complete"):
            write_order(world, **values)
    with refused("medication_amount_is_more_than_nothing"):
        write_order(world, amount=0)
    with refused("medication_ends_after_start"):
        write_order(world, ends_at=world.now - 90 * DAY)
    for values in ({"checked_at": world.now}, {"stopped_at": world.now, "stop_reason": "x"}):
        with refused("medication_order_is_kept"):
            write_order(world, **values)


def test_an_order_says_when(world: World) -> None:
    needed = {"as_needed": True, "times": [], "days": [], "hours_between": 4, "most_in_day": 2, "what_for": "Pain"}
    for values in (
        {"times": []},
        {"days": []},
        {"days": [8]},
        {"hours_between": 4, "most_in_day": 2},
        {"as_needed": True},
        needed | {"hours_between": 0},
        needed | {"most_in_day": None},
        needed | {"what_for": " "},
    ):
        with refused("medication_order_says_when"):
            write_order(world, **values)
    assert write_order(world, **needed)


def test_consent_is_named_and_for_psychotropic_drugs_has_its_authority(world: World) -> None:
    with refused("medication_consent_is_named"):
        write_order(world, consent_by="\t")
    with refused("medication_consent_is_not_in_the_future"):
        write_order(world, consent_on=world.today + 3 * DAY)
    review = {"psychotropic": True, "review_on": world.today + 90 * DAY}
    for values in (
        {"psychotropic": True},
        review | {"consent_authority": "young"},
        review | {"consent_authority": "agency"},
        review | {"review_on": world.today - 90 * DAY},
    ):
        with refused("psychotropic_consent_has_authority_and_review"):
            write_order(world, **values)
    assert write_order(world, **review, consent_authority="court")


def test_a_drug_that_an_allergy_names_needs_an_answer(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        operations.add_alert(
            world.ada.resident, kind="allergy", text="Penicillin allergy", urgent=True, by=world.caseworker
        )
    for drug in ("Penicillin V", "PENICILLINS"):
        with refused("medication_allergy_is_answered"):
            write_order(world, drug=drug)
    key = write_order(world, drug="Penicillin V", allergy_answer="Tested: no allergy", allergies_known="none")
    assert "Penicillin allergy" in ask("SELECT allergies_known FROM residents_medicationorder WHERE id = %s", key)
    assert write_order(world, drug="Allergy relief")


def test_an_order_stays_as_it_was_written(world: World) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        for values in (
            {"drug": "Other"},
            {"amount": 2},
            {"starts_at": world.now},
            {"resident_id": world.bea.resident.pk},
        ):
            with refused("medication_order_is_kept"):
                change(world.ada.order, **values)
        with refused("medication_order_is_kept"):
            change(world.ada.order, checked_at=world.now)
        with denied():
            sql("DELETE FROM residents_medicationorder WHERE id = %s", world.ada.order.pk)


def test_a_check_is_by_another_and_a_stop_is_signed(world: World) -> None:
    found = order(world, controlled=True)
    with acting(world.caseworker.pk, world.caseworker.name), refused("medication_order_checked_by_another"):
        change(found, checked_by_id=world.caseworker.pk, checked_at=world.now)
    with acting(world.supervisor.pk, world.supervisor.name), refused("medication_is_ordered_by_who_may"):
        change(found, checked_by_id=world.supervisor.pk, checked_at=world.now)
    stop = {"stopped_at": world.now - DAY, "stop_reason": "Better"}
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        assert change(found, checked_by_id=world.staff_cedar.pk, checked_at=world.now) == 1
        with refused("medication_is_ordered_by_who_may"):
            change(found, stopped_by_id=world.staff_cedar.pk, **stop)
    with acting(world.clinician.pk, world.clinician.name):
        with refused("medication_stop_is_signed"):
            change(found, stopped_by_id=world.clinician.pk, **stop | {"stop_reason": " "})
        with refused("signature_is_own"):
            change(found, stopped_by_id=world.caseworker.pk, **stop)
        assert change(found, stopped_by_id=world.clinician.pk, **stop) == 1
        with refused("medication_order_is_kept"):
            change(found, stop_reason="Worse")
    assert ask("SELECT stopped_at >= %s FROM residents_medicationorder WHERE id = %s", world.now, found.pk)


def test_a_changed_order_follows_one_that_was_stopped_once(world: World) -> None:
    with refused("medication_change_follows_a_stopped_order"):
        write_order(world, replaces_id=world.ada.order.pk)
    with acting(world.caseworker.pk, world.caseworker.name):
        operations.stop_medication(world.ada.order, reason="Other dose", by=world.caseworker)
    with refused("medication_change_follows_a_stopped_order"):
        write_order(world, replaces_id=world.cleo.order.pk)
    assert write_order(world, replaces_id=world.ada.order.pk)
    with refused("medication_order_replaced_once"):
        write_order(world, replaces_id=world.ada.order.pk)


# Doses


def test_each_time_has_one_dose(world: World) -> None:
    found = order(world)
    dose(world, found)
    with refused("one_dose_for_each_time"):
        dose(world, found, by=world.admin_cedar)


def test_a_dose_is_due_only_when_it_is_ordered(world: World) -> None:
    found = order(world)
    due = due_of(found, world.cedar, world)
    for wrong in (due + MINUTE, due + HOUR, None):
        with refused("dose_is_due_then"):
            dose(world, found, due_at=wrong)
    with refused("dose_is_due_then"):
        dose(world, as_needed(world), due_at=due)
    other_days = [day for day in range(1, 8) if day != due.astimezone(world.cedar.facility.zone).isoweekday()]
    with refused("dose_is_due_then"):
        dose(world, order(world, days=other_days), due_at=due)


def test_no_dose_before_the_start_nor_after_the_end_or_the_stop(world: World) -> None:
    due = due_of(order(world), world.cedar, world)
    for dates in ({"starts_at": due + MINUTE}, {"ends_at": due}):
        found = order(world, **dates)
        with refused("dose_is_of_an_order_in_force"):
            dose(world, found, outcome="refused", how="", amount=None, why="Said no")
    with acting(world.caseworker.pk, world.caseworker.name):
        stopped = operations.stop_medication(order(world), reason="Rash", by=world.caseworker)
        needed = operations.stop_medication(as_needed(world), reason="Rash", by=world.caseworker)
    for late in (stopped, needed):
        with refused("dose_is_of_an_order_in_force"):
            dose(world, late, told={"happened_at": timezone.now()})
    assert dose(world, needed, told={"happened_at": needed.stopped_at - MINUTE})


def test_no_dose_for_somebody_who_does_not_live_there(world: World) -> None:
    with refused("care_is_for_who_lives_there"):
        dose(world, as_needed(world), told={"facility_id": world.birch.facility.pk})
    new = world.now - 40 * DAY  # before ada moved in
    with refused("care_is_for_who_lives_there"):
        dose(world, as_needed(world, starts_at=new), told={"happened_at": new + HOUR})


def test_no_dose_in_the_future(world: World) -> None:
    with refused("care_entry_is_not_in_the_future"):
        dose(world, as_needed(world), told={"happened_at": timezone.now() + HOUR})
    found = order(world)
    tomorrow = due_between(found.times, found.days, world.cedar.facility.zone, world.now, world.now + DAY)[0]
    with refused("dose_happened_near_its_time"):
        dose(world, found, due_at=tomorrow)
    old = order(world, starts_at=world.now - 5 * DAY)
    days_ago = due_between(old.times, old.days, world.cedar.facility.zone, world.now - 4 * DAY, world.now)[0]
    with refused("dose_happened_near_its_time"):
        dose(world, old, due_at=days_ago)


def test_a_controlled_or_psychotropic_drug_waits_for_the_check(world: World) -> None:
    review = {"review_on": world.today + 90 * DAY}
    for found in (order(world, controlled=True), order(world, psychotropic=True, **review)):
        with refused("dose_waits_for_the_check"):
            dose(world, found)
        with acting(world.admin_cedar.pk, world.admin_cedar.name):
            operations.check_medication(found, by=world.admin_cedar)
        assert dose(world, found, told={"happened_at": timezone.now()})


def test_only_who_may_administers(world: World) -> None:
    found = as_needed(world)
    not_credentialed(world)
    with refused("dose_is_administered_by_who_may"):
        dose(world, found, how="administered")
    assert dose(world, found, world.admin_cedar, how="administered")


def test_a_dose_is_told_whole(world: World) -> None:
    found = as_needed(world)
    with refused("dose_not_given_says_why"):
        dose(world, found, outcome="refused", how="", amount=None, why=" ")
    for values in (
        {"how": ""},
        {"amount": None},
        {"amount": 0},
        {"outcome": "held", "why": "Sleeps"},
        {"outcome": "x", "why": "y"},
    ):
        with refused("dose_given_says_how_and_how_much"):
            dose(world, found, **values)


def test_a_dose_has_its_own_new_entry_about_the_same_young_person(world: World) -> None:
    found = as_needed(world)
    for told in ({"kind": "health"}, {"resident_id": world.bea.resident.pk}):
        with refused("dose_is_of_its_entry"):
            dose(world, found, told=told)
    with refused("dose_is_of_its_entry"):
        dose(world, found, world.admin_cedar, entry_id=world.ada.dose.entry_id)
    with refused("residents_medicationdose_entry_id_key"):
        dose(world, found, entry_id=world.ada.dose.entry_id)


def test_doses_and_counts_are_written_by_the_people_of_the_home(world: World) -> None:
    found = as_needed(world)
    with refused("medication_is_logged_by_who_cares"):
        dose(world, found, world.caseworker)
    with refused("medication_is_logged_by_who_cares"), acting(world.caseworker.pk, world.caseworker.name):
        again(world.ada.count, counted_by_id=world.caseworker.pk)


def test_a_dose_stays_as_it_was_written(world: World) -> None:
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        for values in ({"outcome": "held"}, {"amount": 2}, {"due_at": world.now}, {"why": "Else"}, {"error": True}):
            with refused("dose_is_kept"):
                change(world.ada.dose, **values)
        for values in ({"outcome": "Refused"}, {"note": "Else"}, {"happened_at": world.now - HOUR}):
            with refused("dose_entry_is_amended_with_its_dose"):
                change(world.ada.dose.entry, **values)
        with denied():
            sql("DELETE FROM residents_medicationdose WHERE id = %s", world.ada.dose.pk)
    for kind in ("medication", "note"):
        with refused("dose_entry_is_amended_with_its_dose"), acting(world.staff_cedar.pk, world.staff_cedar.name):
            entry(world, world.staff_cedar, amends_id=world.ada.dose.entry_id, reason="A slip", kind=kind, note="x")
            sql("SET CONSTRAINTS ALL IMMEDIATE")
    with refused("dose_is_kept"):
        dose(world, as_needed(world), witness_id=world.staff_cedar.pk, witnessed_at=world.now)


def test_an_amendment_is_of_one_dose_and_there_is_one_newest(world: World) -> None:
    first = world.ada.dose
    told = {"amends_id": first.entry_id, "reason": "A slip"}
    same = {"due_at": first.due_at, "amends_id": first.pk}
    with refused("dose_amends_what_it_is_about"):
        dose(world, world.ada.order, due_at=first.due_at, told=told)
    with refused("dose_amends_what_it_is_about"):
        dose(world, world.ada.order, **same)
    with refused("dose_amends_what_it_is_about"):
        dose(world, as_needed(world), amends_id=first.pk, told=told)
    assert dose(world, world.ada.order, told=told, **same)
    with refused("dose_amended_once"):
        dose(world, world.ada.order, told=told, **same)


def test_the_second_signature_is_of_another_who_cares_here(world: World) -> None:
    sign = {"witnessed_at": world.now - DAY}
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("dose_witnessed_by_another"):
        change(world.ada.dose, witness_id=world.staff_cedar.pk, **sign)
    with acting(world.caseworker.pk, world.caseworker.name), refused("medication_is_logged_by_who_cares"):
        change(world.ada.dose, witness_id=world.caseworker.pk, **sign)
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        with refused("signature_is_own"):
            change(world.ada.dose, witness_id=world.supervisor.pk, **sign)
        assert change(world.ada.dose, witness_id=world.admin_cedar.pk, **sign) == 1
        with refused("signature_stays"):
            change(world.ada.dose, witness_id=None, witnessed_at=None)
    assert ask("SELECT witnessed_at >= %s FROM residents_medicationdose WHERE id = %s", world.now, world.ada.dose.pk)


def limits(world: World, found: MedicationOrder, *hours_ago: float) -> None:
    for hours in hours_ago:
        dose(world, found, told={"happened_at": world.now - hours * HOUR})


def test_an_as_needed_dose_is_not_too_soon(world: World) -> None:
    found = as_needed(world)
    limits(world, found, 5)
    with refused("dose_is_not_too_soon"):
        limits(world, found, 1.1)
    with refused("dose_is_not_too_soon"):
        limits(world, found, 8.9)  # also one that is told afterwards and lies before the other
    with refused("dose_is_not_too_soon"):
        dose(world, found, told={"happened_at": world.now - 2 * HOUR}, why="It was given")  # no report
    limits(world, found, 1, 9)


def test_as_needed_doses_are_not_too_many_in_a_day(world: World) -> None:
    found = as_needed(world)
    limits(world, found, 20, 14, 8)
    with refused("doses_are_not_too_many"):
        limits(world, found, 2)
    spread = as_needed(world, drug="Otherol")
    limits(world, spread, 23.5, 14, 8)
    with refused("doses_are_not_too_many"):
        limits(world, spread, 0)
    assert dose(world, spread, outcome="refused", how="", amount=None, why="Better already")


def report(world: World, **changes: Any) -> Incident:
    told = {"facility": world.cedar.facility, "shift": world.cedar.shift, "kind": "medication", "severity": "serious"}
    told |= {"happened_at": world.now, "seen": "Too soon", "done": "", "residents": [world.ada.resident]}
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        return operations.report_incident(**told | changes, by=world.staff_cedar)


def test_what_was_really_given_is_written_with_its_report(world: World) -> None:
    found = as_needed(world)
    limits(world, found, 1)
    for wrong in ({"kind": "injury"}, {"residents": [world.bea.resident]}):
        with refused("dose_error_is_in_its_incident"):
            dose(world, found, why="Two people gave it", incident_id=report(world, **wrong).pk)
    _, key = dose(world, found, why="Two people gave it", incident_id=report(world).pk, error=False)
    assert ask("SELECT error FROM residents_medicationdose WHERE id = %s", key)


def test_how_it_worked_is_said_once_of_an_as_needed_dose(world: World) -> None:
    needed = dose(world, as_needed(world))
    staff = world.staff_cedar
    told = {"effect": "Headache gone", "effect_by_id": staff.pk, "effect_at": world.now}
    with acting(staff.pk, staff.name):
        for row, values in ((world.ada.dose, told), (needed, told | {"effect": " "}), (needed, {"effect": "x"})):
            with refused("effect_is_of_an_as_needed_dose"):
                change(row, **values)
        assert change(needed, **told) == 1
        with refused("dose_is_kept"):
            change(needed, effect="No effect")


# Counts


def count(world: World, by: Person | None = None, **changes: Any) -> tuple[type[MedicationCount], UUID]:
    by = by or world.staff_cedar
    values = {"order_id": world.ada.order.pk, "facility_id": world.cedar.facility.pk, "received": 0, "removed": 0}
    values |= {"moved_note": "", "counted": 8, "expected": 5, "why": "", "counted_by_id": by.pk, "settled_note": ""}
    with acting(by.pk, by.name):
        return MedicationCount, insert(MedicationCount, **values | changes)


def expected(found: tuple[type[MedicationCount], UUID]) -> Decimal:
    return ask("SELECT expected FROM residents_medicationcount WHERE id = %s", found[1])


def test_the_database_says_what_is_expected(world: World) -> None:
    """Nine were counted before the dose, or after it: the dose of five minutes before the count is in the count already."""
    given_before = world.ada.dose.entry.happened_at <= world.ada.count.counted_at
    assert given_before
    assert expected(count(world, counted=9)) == 9
    found = as_needed(world, amount=2)
    with refused("count_difference_is_explained"):
        count(world, order_id=found.pk, counted=8)
    first = count(world, order_id=found.pk, received=10, moved_note="Pharmacy", counted=10)
    dose(world, found, told={"happened_at": timezone.now()}, amount=2)
    second = count(world, order_id=found.pk, removed=3, moved_note="Destroyed", counted=5)
    assert (expected(first), expected(second)) == (10, 5)


def test_a_difference_needs_words_and_so_does_what_came_and_went(world: World) -> None:
    with refused("count_difference_is_explained"):
        count(world, counted=8, why="\n")
    assert count(world, counted=8, why="Fell down the sink")
    for values in ({"received": 1}, {"removed": 1}):
        with refused("count_says_what_came_and_went"):
            count(world, why="x", **values)
    for values in ({"counted": -1}, {"received": -1, "moved_note": "x"}, {"removed": -1, "moved_note": "x"}):
        with refused("count_is_not_below_zero"):
            count(world, why="x", **values)


def test_a_count_is_of_its_home_and_stays(world: World) -> None:
    for values in ({"facility_id": world.birch.facility.pk}, {"shift_id": world.birch.shift.pk}):
        with refused("count_is_of_its_home"):
            count(world, why="x", **values)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        for values in ({"counted": 10}, {"expected": 9}, {"why": "Else"}, {"counted_at": world.now}):
            with refused("count_is_kept"):
                change(world.ada.count, **values)
    with refused("count_is_kept"):
        count(world, why="x", witness_id=world.staff_cedar.pk, witnessed_at=world.now)


def test_two_people_count_and_the_administrator_closes_a_difference(world: World) -> None:
    staff, admin = world.staff_cedar, world.admin_cedar
    told = {"settled_at": world.now, "settled_note": "Found in the bin"}
    with acting(staff.pk, staff.name):
        with refused("count_witnessed_by_another"):
            change(world.ada.count, witness_id=staff.pk, witnessed_at=world.now)
        with refused("count_is_settled_by_the_administrator"):
            change(world.ada.count, settled_by_id=staff.pk, **told)
    with acting(admin.pk, admin.name):
        assert change(world.ada.count, witness_id=admin.pk, witnessed_at=world.now) == 1
        with refused("count_is_kept"):
            change(world.ada.count, witnessed_at=world.now - DAY)
        with refused("count_settlement_is_signed"):
            change(world.ada.count, settled_by_id=admin.pk, **told | {"settled_note": " "})
        assert change(world.ada.count, settled_by_id=admin.pk, **told) == 1
        with refused("count_is_kept"):
            change(world.ada.count, settled_note="Else")
    with acting(world.caseworker.pk, world.caseworker.name), refused("medication_is_logged_by_who_cares"):
        change(count(world, counted=9), witness_id=world.caseworker.pk, witnessed_at=world.now)
