"""Every operation is refused to whom it is not for, and the refusal writes nothing.

The arguments are right in all but the person: built from the world by the name of the parameter. A parameter without a value fails.
"""

import inspect
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone

from placement.access.rights import Role
from placement.audit.operation import OPERATIONS, WrongActor
from placement.database.constraints import Refused
from placement.database.context import acting
from tests.attack.sql import fingerprint
from tests.world import World, text_file

assert get_resolver().url_patterns  # the pages bring in every operation
DAY = timedelta(days=1)
FIELDS = {"by", "fields"}


def values(world: World) -> dict[str, Any]:
    """Parameter → a value that fits the own home (Cedar) and young person (ada); ``operation.parameter`` goes first."""
    now, today, ada, cedar = timezone.now(), world.today, world.ada, world.cedar
    return {
        "access.change_account.person": world.staff_cedar,
        "access.close_account.person": world.staff_cedar,
        "access.reopen_account.person": world.staff_cedar,
        "access.set_password.person": world.staff_cedar,
        "access.open_account.role": Role.STAFF,
        "access.change_account.role": Role.STAFF,
        "residents.join_team.person": world.clinician2,
        "facilities.assign.person": world.staff_past,
        "facilities.assign.role": "staff",
        "facilities.ask_override.kind": "foster",
        "facilities.ask_override.facility": world.alder.facility,
        "facilities.ask_override.resident": world.eve.resident,
        "facilities.decide_override.override": world.override,
        "facilities.add_condition.kind": "text",
        "facilities.add_waiver.kind": "age",
        "facilities.open_facility.kind": "residential",
        "facilities.grant_leave.kind": "visit",
        "facilities.save_draft.referral": world.draft,
        "facilities.send_referral.referral": world.draft,
        "facilities.discard_draft.referral": world.draft,
        "facilities.release_hold.hold": world.hold,
        "facilities.close_bed.bed": cedar.beds[3],
        "facilities.reopen_bed.bed": cedar.beds[3],
        "facilities.add_licence.number": "L-99",
        "residents.open_case.number": "C-99",
        "residents.add_alert.kind": "care",
        "residents.log_care.kind": "meal",
        "residents.log_care_for.kind": "meal",
        "residents.log_contact.kind": "call",
        "residents.link_exploiter.kind": "recruiter",
        "residents.record_harm.kind": "harmed",
        "residents.report_incident.kind": "other",
        "residents.separate.kind": "person",
        "residents.keep_apart.kind": "person",
        "residents.file_document.part": "care",
        "residents.file_document.resident": ada.resident,
        "after_care": "plan",
        "after_care_contact": "aunt",
        "alert": ada.alert,
        "agree": True,
        "approve": True,
        "asked": ada.resident.separation_requests.first(),
        "assessed_on": today - DAY,
        "assessor": "Dr. Invented",
        "assignment": cedar.assignments[0],
        "at": now,
        "authority": "Authority",
        "basis": "Interview",
        "bed": cedar.beds[3],
        "birth_date": today - 15 * 366 * DAY,
        "capacity": 4,
        "case": ada.case,
        "caseload": ada.caseload,
        "caseworker": world.caseworker,
        "checked_at": now,
        "closing_note": "Looked into",
        "code": None,
        "complete": False,
        "court": "Court",
        "criterion": "age",
        "next_hearing_on": None,
        "designation": ada.resident.designations.first(),
        "discharge": world.fay.discharge,
        "document": cedar.paper,
        "done": "Talked",
        "ends_at": now + 2 * DAY,
        "ends_on": today + DAY,
        "entry": ada.care,
        "expires_at": now + 9 * DAY,
        "exploiter": None,
        "facility": cedar.facility,
        "first_check_on": today,
        "from_": today,
        "hand_off": "Quiet",
        "happened_at": now - timedelta(minutes=1),
        "happened_on": today - DAY,
        "hold": world.hold,
        "how": "Well",
        "incident": ada.incident,
        "jurisdiction": "CA",
        "languages": ["English"],
        "legal_basis": "Court order",
        "legal_name": "Somebody",
        "level": 2,
        "levels": [1, 2],
        "licence": cedar.licence,
        "max_age": 17,
        "member": ada.team,
        "min_age": 10,
        "name": "New name",
        "note": "Text",
        "on": today,
        "opened_on": today - DAY,
        "order": "Order",
        "outcome": "all",
        "outside_person": ada.outside,
        "part": "care",
        "password": "another-password-1",
        "permanency_goal": "adoption",
        "permission": "allowed",
        "person_row": ada.outside,
        "placement": ada.stay,
        "plan_of_the_day": "Picnic",
        "population": "trafficked",
        "preferred_name": "Star",
        "reason": "Because",
        "referral": world.eve.referral,
        "relation": "aunt",
        "resident": ada.resident,
        "residents": [ada.resident],
        "room": cedar.rooms[0],
        "seen": "Something",
        "separation": ada.separation,
        "severity": "low",
        "sex": "female",
        "sexes": ["female"],
        "shift": cedar.shift,
        "sibling": world.bea.resident,
        "staff": [world.staff_cedar],
        "staff_number": "N-99",
        "stage": "confirmed",
        "starts_at": now + DAY,
        "starts_on": today,
        "summary": "Text",
        "text": "Text",
        "time_zone": "America/Los_Angeles",
        "title": "Paper",
        "to": "family",
        "together": True,
        "unit": cedar.unit,
        "residents.open_case.unit": world.north,
        "access.change_account.unit": None,
        "until": now + DAY,
        "facilities.close_bed.until": None,
        "upload": text_file("a.txt", "text"),
        "urgent": False,
        "used_where": "there",
        "username": "somebody.new",
        "valid_from": today,
        "valid_to": today + DAY,
        "waiver": cedar.waiver,
        "where": "Family",
        "why": "Broken",
    }


def call(name: str, world: World, by: Any) -> Any:
    """Call the operation with right arguments as ``by``."""
    known, chosen = values(world), {}
    parameters = inspect.signature(OPERATIONS[name].__wrapped__).parameters.values()
    for parameter in parameters:
        special = f"{name}.{parameter.name}"
        required = parameter.default is parameter.empty and parameter.name not in FIELDS
        if required or special in known:
            chosen[parameter.name] = known[special] if special in known else known[parameter.name]
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.name in chosen]
    return OPERATIONS[name](
        *(chosen[key] for key in positional),
        by=by,
        **{key: value for key, value in chosen.items() if key not in positional},
    )


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_refused_to_whom_it_is_not_for(world: World, name: str) -> None:
    before = fingerprint()
    for person in (world.stranger, world.staff_birch, world.admin_birch, world.staff_past):
        with (
            pytest.raises((Refused, ObjectDoesNotExist)),
            acting(person.pk, person.name),
            transaction.atomic(),
        ):
            call(name, world, person)
    assert fingerprint() == before


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_nobody_acts_in_the_name_of_another(world: World, name: str) -> None:
    with acting(world.stranger.pk, world.stranger.name):
        for by in (world.supervisor, None):
            with pytest.raises(WrongActor):
                call(name, world, by)
    with pytest.raises(WrongActor):
        call(name, world, world.supervisor)
