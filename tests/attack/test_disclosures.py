"""Plain SQL against what is shared outside: basis, consent, rights, number, and what is kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from placement.database.context import acting
from residents.models import Consent, Disclosure
from residents.operations import end_caseload, open_case
from tests.attack.sql import ask, change, denied, insert, refused, sql
from tests.world import World

DAY = timedelta(days=1)


def sheet(world: World, by: Any = None, **changes: Any) -> tuple:
    by = by or world.caseworker
    values = {"resident_id": world.ada.resident.pk, "recipient_kind": "police", "recipient": "Police"}
    values |= {"handed_to": "Officer", "purpose": "A search", "basis": "order", "authority": "No. 5", "channel": "hand"}
    values |= {"fields": ["care.alerts"], "until": world.today + DAY, "sealed": b"x", "sha256": "0" * 64}
    values |= {"disclosed_by_id": by.pk, "disclosed_at": world.now - 9 * DAY, "recall_reason": "", "answer": ""}
    values |= {"answer_note": ""} | changes
    with acting(by.pk, by.name):
        return Disclosure, insert(Disclosure, **values)


def consent(world: World, **changes: Any) -> tuple:
    values = {"resident_id": world.ada.resident.pk, "recipient": "Police", "purpose": "A search", "parts": ["care"]}
    values |= {"given_by": "court", "given_by_name": "Judge", "paper": "No. 5", "ends_at": world.now + DAY}
    values |= {"recorded_by_id": world.caseworker.pk, "recorded_at": world.now, "withdrawn_reason": ""} | changes
    with acting(world.caseworker.pk, world.caseworker.name):
        return Consent, insert(Consent, **values)


def test_the_database_says_when(world: World) -> None:
    row = sheet(world)
    assert ask("SELECT disclosed_at > %s FROM residents_disclosure WHERE id = %s", world.now, row[1])


def test_a_sheet_has_a_recipient_a_purpose_fields_a_basis_and_an_end(world: World) -> None:
    for empty in ({"recipient": " "}, {"handed_to": ""}, {"purpose": "\n"}, {"fields": []}):
        with refused("disclosure_says_to_whom_and_what_for"):
            sheet(world, **empty)
    for basis in ({"authority": ""}, {"basis": "consent"}, {"basis": "habit"}):
        with refused("disclosure_has_a_basis"):
            sheet(world, **basis)
    for unknown in ({"recipient_kind": "press"}, {"channel": "pigeon"}):
        with refused("disclosure_is_of_a_known_kind"):
            sheet(world, **unknown)
    for end in (None, world.today - 3 * DAY):
        with refused("disclosure_ends"):
            sheet(world, until=end)
    assert sheet(world, until=None, recipient_kind="court")


def test_nobody_shares_what_is_closed_to_them_or_in_the_name_of_another(world: World) -> None:
    for person, fields in [
        (world.staff_cedar, ["care.alerts"]),
        (world.clinician, ["identity.legal_name"]),
        (world.caseworker2, ["care.alerts"]),
        (world.caseworker, ["clinical.notes"]),
        (world.caseworker, ["care.alerts", "where.street"]),
    ]:
        with refused("disclosure_is_of_what_is_open"):
            sheet(world, person, fields=fields)
    with refused("signature_is_own"):
        sheet(world, disclosed_by_id=world.supervisor.pk)


def test_a_consent_allows_its_recipient_its_parts_and_its_time_only(world: World) -> None:
    row = consent(world)
    by_it = {"basis": "consent", "authority": "", "consent_id": row[1]}
    sheet(world, **by_it)
    for beyond in ({"recipient": "Press"}, {"fields": ["care.alerts", "case.court"]}):
        with refused("disclosure_is_within_its_consent"):
            sheet(world, **by_it | beyond)
    with refused("disclosure_is_within_its_consent"):
        sheet(world, **by_it | {"consent_id": world.fay.consent.pk, "recipient": "Hidden school of fay"})
    with acting(world.caseworker.pk, world.caseworker.name):
        change(row, withdrawn_at=world.now, withdrawn_by_id=world.caseworker.pk, withdrawn_reason="No more")
    with refused("disclosure_is_within_its_consent"):
        sheet(world, **by_it)


def test_a_consent_says_who_and_what_ends_and_is_withdrawn_once(world: World) -> None:
    for empty in ({"recipient": ""}, {"purpose": ""}, {"given_by_name": ""}, {"paper": ""}):
        with refused("consent_says_who_and_what_for"):
            consent(world, **empty)
    for parts in ([], ["clinical"], ["care", "address"]):
        with refused("consent_names_its_parts"):
            consent(world, parts=parts)
    with refused("consent_ends_later"):
        consent(world, ends_at=world.now - DAY)
    with refused("consent_is_kept"):
        consent(world, withdrawn_at=world.now, withdrawn_by_id=world.caseworker.pk, withdrawn_reason="From the start")
    row = consent(world)
    with acting(world.caseworker.pk, world.caseworker.name):
        for values in ({"parts": ["care", "identity"]}, {"ends_at": world.now + 99 * DAY}, {"recipient": "Press"}):
            with refused("consent_is_kept"):
                change(row, **values)
        with refused("consent_withdrawal_is_signed"):
            change(row, withdrawn_at=world.now)
        assert change(row, withdrawn_at=world.now, withdrawn_by_id=world.caseworker.pk, withdrawn_reason="No") == 1
        with refused("consent_is_kept"):
            change(row, withdrawn_reason="Another reason")


def test_what_was_shared_stays_and_comes_back_once(world: World) -> None:
    for forged in ({"recalled_at": world.now, "recalled_by_id": world.caseworker.pk, "recall_reason": "R"},):
        with refused("disclosure_is_kept"):
            sheet(world, **forged)
    row = sheet(world)
    who = world.caseworker.pk
    with acting(who, world.caseworker.name):
        for values in ({"sealed": b"y"}, {"fields": ["care.plan"]}, {"until": world.today}, {"purpose": "Other"}):
            with refused("disclosure_is_kept"):
                change(row, **values)
        with refused("disclosure_recall_is_signed"):
            change(row, recalled_at=world.now)
        with refused("disclosure_answer_is_signed"):
            change(row, answer="returned")
        assert change(row, recalled_at=world.now, recalled_by_id=who, recall_reason="Over") == 1
        assert change(row, answer="returned", answered_at=world.now, answered_by_id=who) == 1
        for values in ({"recall_reason": "Never"}, {"answer": "kept"}, {"answer_note": "Later"}):
            with refused("disclosure_is_kept"):
                change(row, **values)


def test_eleven_young_people_in_a_day_are_too_many(world: World) -> None:
    """Also when the ten others are on somebody else's caseload by now: the count sees what the person does not."""
    by = world.caseworker
    with acting(by.pk, by.name):
        others = [
            open_case(
                preferred_name="Ty",
                sex="male",
                languages=["English"],
                legal_name="Ty Doe",
                birth_date=world.today - 15 * 366 * DAY,
                number=f"T-{number}",
                unit=world.north,
                legal_basis="Order",
                permanency_goal="adoption",
                opened_on=world.today - DAY,
                caseworker=by,
                code=None,
                by=by,
            )
            for number in range(10)
        ]
    for case in others:
        sheet(world, resident_id=case.resident_id)
    assert sheet(world, resident_id=others[0].resident_id)
    with acting(world.supervisor.pk, world.supervisor.name):
        end_caseload(others[0].caseload.get(), at=timezone.now(), by=world.supervisor)
    with refused("disclosures_of_a_day_are_few"):
        sheet(world)
    sheet(world, world.supervisor)


@pytest.mark.parametrize("table", ["residents_disclosure", "residents_consent"])
def test_nothing_is_deleted(world: World, table: str) -> None:
    with acting(world.caseworker.pk, world.caseworker.name), denied():
        sql(f"DELETE FROM {table}")
