"""Tricks with medication in plain SQL: limits walked around by amounts, dates and other orders, and losses hidden in counts."""

from contextlib import nullcontext
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from placement.database import roles
from placement.database.context import acting
from residents import operations
from residents.models import MedicationDose, MedicationOrder
from tests.attack.sql import change, denied, refused, sql
from tests.attack.test_medication import (
    as_needed,
    count,
    dose,
    due_of,
    entry,
    expected,
    limits,
    order,
    report,
    write_order,
)
from tests.building.medication import not_credentialed
from tests.world import World

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
NOT_GIVEN: dict[str, Any] = {"outcome": "refused", "how": "", "amount": None, "why": "Said no"}
MARKED: dict[str, Any] = {"psychotropic": True, "consent_authority": "court"}


def checked(world: World, found: MedicationOrder) -> MedicationOrder:
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        return operations.check_medication(found, by=world.admin_cedar)


def stopped(world: World, found: MedicationOrder) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        operations.stop_medication(found, reason="Changed", by=world.caseworker)


def allergic(world: World, text: str) -> None:
    with acting(world.caseworker.pk, world.caseworker.name):
        operations.add_alert(world.ada.resident, kind="allergy", text=text, urgent=True, by=world.caseworker)


def of(found: MedicationOrder) -> dict[str, Any]:
    """The first text of the order's dose, and what an amendment of it must name."""
    first = MedicationDose.objects.select_related("entry").get(order=found, amends=None)
    return {"due_at": first.due_at, "amends_id": first.pk, "told": {"amends_id": first.entry_id, "reason": "A slip"}}


# Orders


def test_an_order_does_not_start_before_its_consent(world: World) -> None:
    with refused("medication_starts_after_its_consent"):
        write_order(world, starts_at=world.now - 5 * DAY, consent_on=world.today - 3 * DAY)
    zone = world.cedar.facility.zone
    late = (world.now - DAY).astimezone(zone).replace(hour=23, minute=0)  # already the next day in UTC
    with refused("medication_starts_after_its_consent"):
        write_order(world, starts_at=late, consent_on=late.date() + DAY)
    assert write_order(world, starts_at=late, consent_on=late.date())


def test_what_the_law_controls_is_marked_as_that(world: World) -> None:
    review = MARKED | {"review_on": world.today + 90 * DAY}
    for drug in ("Sertraline", "ZOLOFT 50", "Risperidone (generic)"):
        with refused("psychotropic_drug_is_marked"):
            write_order(world, drug=drug, controlled=True)
        assert write_order(world, drug=drug, **review)
    for drug in ("Oxycodone", "Tramadol hydrochloride"):
        with refused("controlled_drug_is_marked"):
            write_order(world, drug=drug, controlled=False)
        assert write_order(world, drug=drug, controlled=True)


def test_an_allergy_names_related_drugs_and_other_names(world: World) -> None:
    for text, drugs in (
        ("Penicillin: hives", ("Amoxicillin", "Augmentin", "Cephalexin")),
        ("Aspirin", ("Ibuprofen", "Aleve")),
        ("Bactrim, rash", ("Sulfamethoxazole and trimethoprim",)),
        ("Tylenol", ("Acetaminophen",)),
    ):
        for drug in drugs:
            assert write_order(world, drug=drug)
        allergic(world, text)
        for drug in drugs:
            with refused("medication_allergy_is_answered"):
                write_order(world, drug=drug)
            assert write_order(world, drug=drug, allergy_answer="Tested: no allergy")
    assert write_order(world, drug="Loratadine")


# Doses


def test_an_allergy_that_is_found_later_holds_the_dose(world: World) -> None:
    found = as_needed(world, drug="Amoxicillin", hours_between=1, most_in_day=9)
    answered = as_needed(world, drug="Loratadine", hours_between=1, most_in_day=9)
    limits(world, found, 3)
    allergic(world, "Penicillin")
    new = {"told": {"happened_at": timezone.now()}}
    with refused("dose_meets_no_new_allergy"):
        dose(world, found, **new)
    assert dose(world, found, why="Seen too late", incident_id=report(world).pk, **new)
    assert dose(world, found, **NOT_GIVEN)
    assert dose(world, answered, **new)
    knowing = as_needed(world, drug="Amoxil", hours_between=1, most_in_day=9, allergy_answer="Tested: no allergy")
    assert dose(world, knowing, told={"happened_at": timezone.now()}, why="x", incident_id=report(world).pk)
    allergic(world, "Cephalosporins")
    with refused("dose_meets_no_new_allergy"):  # the answer was about the other one
        dose(world, knowing, told={"happened_at": timezone.now()}, why="")


def test_nobody_gives_more_than_is_ordered(world: World) -> None:
    for found in (order(world), as_needed(world, drug="Loratadine")):
        for amount in ("1.01", "2"):
            with refused("dose_is_not_too_much"):
                dose(world, found, amount=Decimal(amount))
        with refused("dose_is_not_too_much"):
            dose(world, found, amount=2, why="It was given")  # no report
        assert dose(world, found, amount=Decimal("0.5"))
    again = order(world, drug="Cetirizine")
    assert dose(world, again, amount=3, why="Misread the label", incident_id=report(world).pk)


def test_a_dose_after_it_was_given_does_not_grow(world: World) -> None:
    found = order(world)
    dose(world, found)
    with refused("dose_is_not_too_much"):
        dose(world, found, amount=2, **of(found))
    assert dose(world, found, amount=Decimal("0.5"), **of(found))


def test_a_limit_counts_every_order_of_the_same_drug(world: World) -> None:
    first = as_needed(world, drug="Ibuprofen", strength="400 mg")
    other = as_needed(world, drug=" ADVIL ", strength="200 mg")
    limits(world, first, 1)
    with refused("dose_is_not_too_soon"):
        limits(world, other, 0)
    stopped(world, first)
    follows = as_needed(world, drug="ibuprofen", strength="200 mg", replaces=MedicationOrder.objects.get(pk=first.pk))
    with refused("dose_is_not_too_soon"):
        limits(world, follows, 0)
    limits(world, other, 20, 12)
    with refused("doses_are_not_too_many"):
        limits(world, follows, 6)
    limits(world, as_needed(world, drug="Loratadine"), 0)
    elsewhere = order(world, key="bea", drug="Ibuprofen")
    assert elsewhere.resident_id != first.resident_id


def test_a_limit_counts_a_drug_that_is_part_of_another_one(world: World) -> None:
    limits(world, as_needed(world, drug="Tylenol"), 1)
    for drug, shares in (("Acetaminophen with codeine", True), ("Norco", True), ("Oxycodone", False)):
        found = checked(world, as_needed(world, drug=drug, controlled=True))
        with refused("dose_is_not_too_soon") if shares else nullcontext():
            dose(world, found, told={"happened_at": timezone.now()})


def test_a_half_now_and_a_half_later_are_two_doses(world: World) -> None:
    found = as_needed(world)
    half = {"amount": Decimal("0.5")}
    dose(world, found, told={"happened_at": world.now - HOUR}, **half)
    with refused("dose_is_not_too_soon"):
        dose(world, found, told={"happened_at": world.now - 50 * MINUTE}, **half)


def test_two_doses_of_a_schedule_are_not_given_together(world: World) -> None:
    """Yesterday's, 24 hours late, and today's: each at a time at which it may be written, and both at once."""
    found = order(world, starts_at=world.now - 2 * DAY)
    today = due_of(found, world.cedar, world)
    assert dose(world, found, due_at=today - DAY, told={"happened_at": today - 10 * MINUTE})
    with refused("doses_are_not_too_close"):
        dose(world, found, due_at=today)
    assert dose(world, found, due_at=today, why="Both were given", incident_id=report(world).pk)


def test_a_changed_order_does_not_give_the_same_dose_once_more(world: World) -> None:
    old = order(world, amount=2)
    dose(world, old, amount=2)
    stopped(world, old)
    clock = (world.now - 10 * MINUTE).astimezone(world.cedar.facility.zone).time()
    new = order(world, times=[clock], replaces=MedicationOrder.objects.get(pk=old.pk))
    with refused("doses_are_not_too_close"):
        dose(world, new)


def test_doses_with_time_between_them_are_given(world: World) -> None:
    zone = world.cedar.facility.zone
    times = sorted((world.now - back * HOUR).astimezone(zone).time() for back in (1, 7, 13))
    found = order(world, times=times, starts_at=world.now - DAY)
    for back in (13, 7, 1):
        at = world.now - back * HOUR
        assert dose(world, found, due_at=at, told={"happened_at": at + (HOUR if back > 1 else -HOUR)})


def test_a_dose_is_not_dated_back_to_before_its_order_or_its_check(world: World) -> None:
    found = as_needed(world, starts_at=world.now - 10 * DAY, controlled=True)
    checked(world, found)
    for values in ({}, NOT_GIVEN):
        with refused("dose_is_not_older_than_its_order"):
            dose(world, found, told={"happened_at": world.now - 2 * DAY}, **values)
    with refused("dose_was_not_before_the_check"):
        dose(world, found, told={"happened_at": world.now - HOUR})
    before = {"told": {"happened_at": world.now - HOUR}, "why": "Nobody looked", "incident_id": report(world).pk}
    assert dose(world, found, **before)


def test_after_the_end_of_an_order_its_last_dose_is_not_given_any_more(world: World) -> None:
    due = due_of(order(world), world.cedar, world)
    found = order(world, starts_at=due - 2 * DAY, ends_at=due - DAY + MINUTE)
    last = {"due_at": due - DAY}
    with refused("dose_is_of_an_order_in_force"):
        dose(world, found, told={"happened_at": due - 12 * HOUR}, **last)
    assert dose(world, found, told={"happened_at": due - DAY + HOUR}, **last)


def test_nothing_is_given_to_who_is_missing(world: World) -> None:
    missing = {"kind": "missing", "happened_at": world.now - HOUR}
    found = as_needed(world)
    gone = report(world, **missing)
    with refused("dose_is_not_given_to_who_is_missing"):
        dose(world, found)
    assert dose(world, found, **NOT_GIVEN)
    staff = world.staff_cedar
    with acting(staff.pk, staff.name):
        for outcome, minutes in (("Not found", 30), ("Seen", 20)):
            entry(world, staff, kind="head_count", outcome=outcome, how="", happened_at=world.now - minutes * MINUTE)
    with refused("dose_is_not_given_to_who_is_missing"):
        dose(world, found, told={"happened_at": world.now - 25 * MINUTE})
    assert dose(world, found, told={"happened_at": world.now - 10 * MINUTE})
    assert gone.status != "closed"


def test_an_entry_of_medication_has_a_dose(world: World) -> None:
    with refused("medication_entry_has_its_dose"), acting(world.staff_cedar.pk, world.staff_cedar.name):
        entry(world, world.staff_cedar, note="Sertraline 50 mg given")
        sql("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_was_written_before_there_were_orders_is_amended(committed_world: World) -> None:
    world, staff = committed_world, committed_world.staff_cedar
    with roles.as_owner():
        sql("ALTER TABLE residents_careentry DISABLE TRIGGER y_medication")
        with acting(staff.pk, staff.name):
            old = entry(world, staff, note="Sertraline 50 mg given")
        sql("ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER y_medication")
    with acting(staff.pk, staff.name):
        told = {"amends_id": old, "reason": "A slip", "note": "Sertraline 25 mg given"}
        assert entry(world, staff, **told)
    with refused("medication_entry_has_its_dose"), acting(staff.pk, staff.name):
        meal = entry(world, staff, kind="meal")
        entry(world, staff, **told | {"amends_id": meal})
        sql("SET CONSTRAINTS ALL IMMEDIATE")


# The second signature


def test_nobody_is_both_people_by_way_of_an_amendment(world: World) -> None:
    found = world.ada.order
    _, newer = dose(world, found, world.admin_cedar, amount=1, **of(found))
    sign = {"witnessed_at": world.now}
    staff, admin = world.staff_cedar, world.admin_cedar
    for person in (staff, admin):  # the first text is the one's, the newest the other one's
        with acting(person.pk, person.name), refused("dose_witnessed_by_another"):
            change((MedicationDose, newer), witness_id=person.pk, **sign)


def test_an_older_text_is_not_signed_any_more(world: World) -> None:
    first = world.ada.dose
    dose(world, world.ada.order, world.staff_cedar, amount=Decimal("0.5"), **of(world.ada.order))
    with acting(world.admin_cedar.pk, world.admin_cedar.name), refused("dose_signed_is_the_newest"):
        change(first, witness_id=world.admin_cedar.pk, witnessed_at=world.now)


# Counts


def stock(world: World, **changes: Any) -> tuple[MedicationOrder, UUID]:
    """A controlled drug, checked, of which ten came in; and its first count, signed by two."""
    found = checked(world, order(world, controlled=True, **changes))
    first = count(world, order_id=found.pk, received=10, moved_note="Pharmacy", counted=10)
    sign(world, first)
    return found, first[1]


def sign(world: World, found: Any) -> None:
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        change(found, witness_id=world.admin_cedar.pk, witnessed_at=timezone.now())


def test_a_dose_that_is_taken_back_after_the_count_is_looked_for(world: World) -> None:
    """Given, counted, and then it was not given after all: the tablet must be in the box."""
    found, _ = stock(world)
    dose(world, found, told={"happened_at": timezone.now()})
    assert expected(count(world, order_id=found.pk, counted=9)) == 9
    dose(world, found, **of(found), **NOT_GIVEN)
    with refused("count_difference_is_explained"):
        count(world, order_id=found.pk, counted=9)
    assert expected(count(world, order_id=found.pk, counted=9, why="It is gone")) == 10
    assert expected(count(world, order_id=found.pk, counted=9)) == 9  # told once


def test_a_dose_does_not_move_over_a_count(world: World) -> None:
    found, _ = stock(world)
    dose(world, found, told={"happened_at": timezone.now()})
    count(world, order_id=found.pk, counted=9)
    later = of(found)
    later["told"]["happened_at"] = timezone.now()
    dose(world, found, **later)
    assert expected(count(world, order_id=found.pk, counted=9)) == 9


def test_a_dose_that_is_written_after_the_count_explains_its_difference(world: World) -> None:
    found, _ = stock(world)
    at = timezone.now()
    count(world, order_id=found.pk, counted=9, why="One less")
    dose(world, found, told={"happened_at": at})
    assert expected(count(world, order_id=found.pk, counted=9)) == 9


def test_what_one_person_alone_destroyed_is_still_expected(world: World) -> None:
    found, _ = stock(world)
    gone = {"removed": 4, "moved_note": "Fell on the floor"}
    alone = count(world, order_id=found.pk, counted=6, **gone)
    with refused("count_difference_is_explained"):
        count(world, order_id=found.pk, counted=6)
    sign(world, alone)
    assert expected(count(world, order_id=found.pk, counted=6)) == 6


def test_nobody_closes_the_difference_of_the_own_count(world: World) -> None:
    admin = world.admin_cedar
    made = count(world, admin, counted=3, why="Gone")
    with acting(admin.pk, admin.name), refused("count_is_settled_by_another"):
        change(made, settled_by_id=admin.pk, settled_at=world.now, settled_note="Never mind")


# Who reads


def test_nobody_reads_a_record_that_is_closed_to_them(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        operations.bar_from_record(world.ada.resident, world.staff_cedar, reason="A cousin", by=world.supervisor)
    tables = (
        "medicationorder",
        "medicationdose",
        "medicationcount",
        "historicalmedicationorder",
        "historicalmedicationdose",
    )
    for person in (world.staff_birch, world.admin_birch, world.sysadmin, world.staff_cedar):
        with acting(person.pk, person.name):
            for table in tables:
                seen = sql(f"SELECT 1 FROM residents_{table} WHERE resident_id = %s", world.ada.resident.pk)
                assert seen == 0, (person.username, table)
            assert sql("SELECT 1 FROM unnest(dose_is_outside(%s, NULL, now(), 99, NULL)) x", world.ada.order.pk) == 0
            assert sql("SELECT orders_with_an_allergy(ARRAY[%s]::uuid[])", world.ada.order.pk) == 0
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        assert sql("SELECT 1 FROM residents_medicationdose WHERE resident_id = %s", world.ada.resident.pk) == 1
    for name in ("known_drugs()", "medication_allergies(NULL, '', now())"):
        with denied():
            sql(f"SELECT * FROM {name}")


def test_a_barred_colleague_neither_writes_nor_signs(world: World) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        operations.bar_from_record(world.ada.resident, world.admin_cedar, reason="A cousin", by=world.supervisor)
    admin = world.admin_cedar
    with denied():
        dose(world, as_needed(world), admin)
    with acting(admin.pk, admin.name):
        assert change(world.ada.dose, witness_id=admin.pk, witnessed_at=world.now) == 0
        assert change(world.ada.count, witness_id=admin.pk, witnessed_at=world.now) == 0


def test_a_credential_counts_on_the_day_of_the_dose_and_in_its_home(world: World) -> None:
    """Dating an amendment to another day, or letting somebody else amend it, asks the credential again."""
    found = as_needed(world)
    _, first = dose(world, found, how="observed")
    not_credentialed(world)
    told = {"amends_id": MedicationDose.objects.get(pk=first).entry_id, "reason": "Not watched"}
    with refused("dose_is_administered_by_who_may"):
        dose(world, found, how="administered", amends_id=first, told=told)
