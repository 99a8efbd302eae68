"""Every operation goes through for those whom it is for, and is refused to everybody else; a refusal writes nothing.

The arguments are built from the world by the name of the parameter, after what ``tests.every.states`` brings about. A
parameter without a value fails.
"""

import inspect
import pickle
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.urls import get_resolver
from django.utils import timezone

from placement.access.factors import new_seed
from placement.access.models import Person
from placement.access.rights import Role
from placement.audit.operation import OPERATIONS, WrongActor
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities.operations.exits import Tried
from residents import operations as residents
from tests.attack.sql import fingerprint
from tests.building.medication import ordered
from tests.every.states import STATES
from tests.every.table import people_of, places
from tests.world import World, text_file

assert get_resolver().url_patterns  # the pages bring in every operation
DAY = timedelta(days=1)
FIELDS = {"by", "fields"}
# Operation → letters of those whom it is for, as in ``tests.every.table``; the world's young person and home are the own.
WHO = {
    "access.add_passkey": "f",  # as for the factor
    "access.change_account": "y",
    "access.close_account": "y",
    "access.confirm_change": "S",  # the only system administrator has proposed it
    "access.end_sessions": "y",
    "access.open_account": "",  # for commands
    "access.open_first_account": "",  # there is a system administrator already
    "access.judge_unusual": "S",
    "access.open_unit": "y",
    "access.propose_account": "y",
    "access.propose_change": "y",
    "access.propose_reopening": "y",
    "access.refuse_change": "S",
    "access.remove_factor": "y",
    "access.remove_passkeys": "f",
    "access.renew_recovery_codes": "f",  # it is the factor of the home's staff
    "access.set_password": "fy",  # it is the password of the home's staff
    "access.set_pin": "f",
    "access.set_up_factor": "f",  # nobody does it for somebody else
    "access.withdraw_change": "y",  # who has proposed it
    "facilities.add_bed": "Sa",
    "facilities.add_condition": "Sa",
    "facilities.add_exit": "Sa",
    "facilities.add_fire_clearance": "Sa",
    "facilities.add_licence": "sa",  # the other supervisor has filed the paper
    "facilities.add_room": "Sa",
    "facilities.add_unit": "Sa",
    "facilities.add_waiver": "Sa",
    "facilities.admit": "a",
    "facilities.amend_drill": "fa",
    "facilities.amend_exit_check": "fa",
    "facilities.approve_placement": "s",
    "facilities.ask_override": "c",
    "facilities.ask_pass": "cfa",
    "facilities.assign": "Sa",
    "facilities.came_back": "fa",
    "facilities.change_licence_terms": "Sa",
    "facilities.check_exits": "fa",
    "facilities.close_bed": "Sa",
    "facilities.come_on_duty": "fa",
    "facilities.confirm_exclusive_population": "s",
    "facilities.confirm_licence": "s",
    "facilities.confirm_waiver": "S",
    "facilities.copy_week": "Sa",
    "facilities.correct_referral": "cs",
    "facilities.decide_override": "s",
    "facilities.decide_pass": "sa",
    "facilities.decline_placement": "s",
    "facilities.discard_draft": "c",
    "facilities.discharge": "sa",
    "facilities.draft_referral": "c",
    "facilities.end_assignment": "Sa",
    "facilities.end_credential": "Sa",
    "facilities.end_licence": "Sa",
    "facilities.extend_stay": "s",
    "facilities.file_credential": "Sa",
    "facilities.go_off_duty": "fa",
    "facilities.grant_leave": "sa",
    "facilities.hold_bed": "c",
    "facilities.log_return": "fa",
    "facilities.open_facility": "S",
    "facilities.open_shift": "fa",
    "facilities.plan_shifts": "Sa",
    "facilities.propose_discharge": "c",
    "facilities.propose_placement": "c",
    "facilities.read_safety_history": "a",
    "facilities.record_after_care_check": "cs",
    "facilities.record_drill": "fa",
    "facilities.release_hold": "c",
    "facilities.reopen_bed": "Sa",
    "facilities.save_draft": "c",
    "facilities.send_referral": "c",
    "facilities.sign_shift": "fa",
    "facilities.sign_warning": "cs",
    "facilities.unplan_shift": "Sa",
    "facilities.withdraw_discharge_proposal": "c",
    "facilities.withdraw_pass": "f",
    "facilities.withdraw_placement": "c",
    "facilities.withdraw_referral": "c",
    "residents.add_alert": "cl",
    "residents.add_alias": "c",
    "residents.add_outside_person": "c",
    "residents.amend_care": "fa",
    "residents.amend_contact": "fa",  # of a home; the caseworker amends their own
    "residents.amend_clinical_note": "l",
    "residents.amend_dose": "fa",
    "residents.answer_recall": "cs",
    "residents.ask_access": "CLSFA",  # for a record that is closed to all of them
    "residents.ask_part": "cs",
    "residents.assess_level": "c",
    "residents.assign_caseload": "s",
    "residents.bar_from_record": "s",
    "residents.break_glass": "CLSFA",
    "residents.change_care": "f",  # who wrote it; others amend
    "residents.change_case": "c",
    "residents.change_identity": "c",
    "residents.change_medication": "cla",
    "residents.change_outside_person": "c",
    "residents.change_profile": "c",
    "residents.check_medication": "lfa",  # the caseworker has written it down
    "residents.close_case": "s",
    "residents.close_incident": "Sa",
    "residents.count_medication": "fa",
    "residents.complete_draft": "f",  # who began it
    "residents.decide_access": "cs",
    "residents.decide_restriction": "sa",
    "residents.decide_contact_change": "s",
    "residents.withdraw_contact_change": "c",
    "residents.decide_separation_request": "s",
    "residents.declare_own_conflict": "clsfai",
    "residents.designate": "c",
    "residents.disclose": "cs",
    "residents.end_alert": "cl",
    "residents.end_caseload": "s",
    "residents.end_access": "cs",
    "residents.end_emergency": "c",  # it is the caseworker's
    "residents.end_restriction": "sa",
    "residents.end_separation": "cs",
    "residents.file_document": "clfa",
    "residents.join_team": "s",
    "residents.judge_bar": "o",
    "residents.judge_emergency": "s",
    "residents.keep_apart": "cs",
    "residents.leave_team": "s",
    "residents.lift_bar": "s",
    "residents.link_exploiter": "c",
    "residents.lift_seal": "s",
    "residents.log_activity": "fa",
    "residents.log_care": "fa",
    "residents.log_care_for": "fa",
    "residents.log_each": "fa",
    "residents.log_contact": "fa",  # of a home
    "residents.log_school": "fa",
    "residents.log_dose": "fa",
    "residents.note_effect": "fa",
    "residents.open_case": "CS",
    "residents.order_medication": "cla",
    "residents.read_unsupervised": "s",
    "residents.recall": "cs",
    "residents.record_consent": "cs",
    "residents.record_harm": "c",
    "residents.record_siblings": "cs",
    "residents.report_incident": "fa",
    "residents.review_designation": "s",
    "residents.review_incident": "Sa",
    "residents.seal_document": "c",
    "residents.send_draft": "Sfa",
    "residents.separate": "cs",
    "residents.settle_count": "a",
    "residents.stop_medication": "cla",
    "residents.withdraw_consent": "cs",
    "residents.witness_count": "a",  # the home's staff have counted, and given the dose
    "residents.witness_dose": "a",
    "residents.write_clinical_note": "l",
    "residents.undo_care": "f",  # who wrote it just now
    "facilities.read_hand_off": "fa",
    "facilities.review_looks": "",  # everybody in the home was on duty
    "facilities.set_looks": "Sa",
    "facilities.take_over_duty": "a",  # staff signed it
    "residents.end_look_plan": "cal",
    "residents.plan_looks": "cal",
}


def values(world: World) -> dict[str, Any]:
    """Parameter → a value that fits the own home (Cedar) and young person (ada); ``operation.parameter`` goes first."""
    now, today, ada, cedar = timezone.now(), world.today, world.ada, world.cedar
    planned_day = cedar.planned.starts_at.astimezone(cedar.facility.zone).date()
    return {
        "access.change_account.person": world.staff_cedar,
        "access.close_account.person": world.staff_cedar,
        "access.propose_account.role": Role.STAFF,
        "access.propose_account.unit": None,
        "access.propose_change.person": world.stranger,
        "access.propose_change.role": Role.STAFF,
        "access.propose_change.unit": None,
        "access.propose_reopening.person": world.staff_cedar,
        "access.propose_reopening.role": Role.STAFF,
        "access.propose_reopening.unit": None,
        "access.set_password.person": world.staff_cedar,
        "access.add_passkey.person": world.staff_cedar,
        "access.remove_factor.person": world.staff_cedar,
        "access.remove_passkeys.person": world.staff_cedar,
        "access.renew_recovery_codes.person": world.staff_cedar,
        "access.set_pin.person": world.staff_cedar,
        "access.set_pin.pin": "391745",
        "access.set_up_factor.person": world.staff_cedar,
        "access.set_up_factor.seed": new_seed(),
        "access.set_up_factor.step": 1,
        "access.add_passkey.name": "Chrome on Android",
        "access.add_passkey.credential": {},
        "access.end_sessions.person": world.staff_cedar,
        "access.open_account.role": Role.STAFF,
        "residents.join_team.person": world.clinician2,
        "residents.bar_from_record.person": world.clinician2,
        "facilities.assign.person": world.staff_past,
        "facilities.assign.role": "staff",
        "facilities.ask_override.kind": "population",
        "facilities.ask_override.facility": world.maple.facility,
        "facilities.ask_override.resident": world.eve.resident,
        "facilities.decide_override.override": world.override,
        "facilities.add_condition.kind": "text",
        "facilities.add_waiver.kind": "age",
        "facilities.open_facility.kind": "residential",
        "facilities.propose_discharge.placement": world.bea.stay,  # for ada one waits
        "facilities.propose_discharge.first_check_on": today + 2 * DAY,
        "facilities.grant_leave.kind": "other",
        "facilities.grant_leave.starts_at": now + 5 * DAY,
        "facilities.grant_leave.ends_at": now + 6 * DAY,
        "facilities.save_draft.referral": world.draft,
        "facilities.send_referral.referral": world.draft,
        "facilities.discard_draft.referral": world.draft,
        "facilities.release_hold.hold": world.hold,
        "facilities.close_bed.bed": cedar.beds[3],
        "facilities.reopen_bed.bed": cedar.beds[3],
        "facilities.add_licence.number": "L-99",
        "facilities.add_licence.facility": world.maple.facility,
        "facilities.add_licence.valid_from": world.maple.licence.valid_to + DAY,
        "facilities.add_licence.terms_document": world.maple.paper,
        "facilities.come_on_duty.person": world.staff_cedar,
        "facilities.come_on_duty.shift": cedar.shift,
        "facilities.file_credential.person": world.staff_cedar,
        "facilities.file_credential.kind": "driving",
        "facilities.plan_shifts.person": world.staff_cedar,
        "facilities.unplan_shift.entry": cedar.planned,
        "facilities.amend_drill.seconds": 90,
        "facilities.record_drill.kind": "fire",
        "facilities.record_drill.staff": [world.staff_cedar],
        "facilities.record_drill.young": [ada.resident],
        "facilities.record_drill.seconds": 90,
        "facilities.record_drill.shift": cedar.shift,
        "facilities.check_exits.shift": cedar.shift,
        "residents.open_case.number": "C-99",
        "residents.add_alert.kind": "care",
        "residents.log_care.kind": "meal",
        "residents.write_clinical_note.kind": "session",
        "residents.amend_clinical_note.note": ada.note,
        "residents.log_care_for.kind": "meal",
        "residents.log_each.kind": "meal",
        "residents.plan_looks.ends_at": now + 2 * DAY,
        "facilities.take_over_duty.counted": 2,
        "keys": 4,
        "medication": True,
        "difference": "Counted twice",
        "day_minutes": 40,
        "night_minutes": 20,
        "vary_minutes": 5,
        "plan": ada.look_plan,
        "residents.log_each.said": [residents.Logged(ada.resident, "Lunch")],
        "residents.amend_dose.outcome": "held",
        "residents.amend_dose.why": "Asleep",
        "residents.log_dose.due_at": None,
        "residents.log_dose.outcome": "given",
        **{f"residents.{name}_medication.order": ada.order for name in ("change", "check", "count", "stop")},
        "residents.change_medication.new": ordered(now, cedar),
        **{f"residents.order_medication.{name}": value for name, value in ordered(now, cedar).items()},
        "facilities.ask_pass.kind": "outing",
        "facilities.ask_pass.company": "alone",
        "facilities.decide_pass.decision": "approved",
        "facilities.decide_pass.asked": ada.asked_pass,
        "transport": "Bus",
        "residents.log_activity.place": "in",
        "residents.log_activity.said": {ada.resident: residents.Said("joined")},
        "residents.log_school.said": {ada.resident: residents.Said("Went to school")},
        "residents.log_contact.kind": "call",
        "residents.complete_draft.kind": "exploiter",
        "residents.log_contact.facility": cedar.facility,
        "residents.log_contact.outside_person": ada.outside,
        "residents.decide_restriction.decision": "approved",
        "residents.decide_restriction.ends_at": now + DAY,
        "restriction": ada.limit,
        **{f"residents.{name}_contact_change.change": ada.wider for name in ("decide", "withdraw")},
        "residents.decide_contact_change.decision": "agreed",
        "facilities.withdraw_pass.asked": ada.asked_pass,
        "contact": ada.contact,
        "residents.link_exploiter.kind": "recruiter",
        "residents.record_harm.kind": "harmed",
        "residents.report_incident.kind": "other",
        "residents.assign_caseload.caseworker": world.caseworker_past,
        "residents.close_case.case": world.fay.case,
        "residents.link_exploiter.name": "Somebody",
        "residents.break_glass.reason": "Nobody who works with them can be reached tonight.",
        "residents.ask_part.resident": world.eve.resident,  # ada's caseworker has asked already
        "residents.ask_part.part": "clinical",
        "residents.decide_access.asked": ada.asked,
        "residents.seal_document.document": ada.document,
        "seal": ada.seal,
        "order_number": "JC-17",
        "ordered_on": today,
        "residents.decide_access.decision": "care",
        "residents.decide_access.ends_at": now + DAY,
        "access.judge_unusual.judgement": "explained",
        "residents.judge_bar.judgement": "lifted",
        "residents.disclose.basis": "consent",
        "residents.disclose.consent": ada.consent,
        "residents.disclose.fields": ["care.languages"],
        "residents.disclose.until": today + DAY,
        "residents.separate.kind": "person",
        "residents.separate.person": "Somebody",
        "residents.keep_apart.kind": "resident",
        "residents.keep_apart.code": "ZZ-9",
        "residents.file_document.part": "care",
        "residents.file_document.resident": ada.resident,
        "found": world.unusual,
        "after_care": "plan",
        "answer": "returned",
        "channel": "hand",
        "consent": ada.consent,
        "given_by": "parent",
        "given_by_name": "Mother",
        "handed_to": "A teacher",
        "paper": "In the file",
        "parts": ["care"],
        "recipient": "A school",
        "recipient_kind": "school",
        "sheet": ada.disclosure,
        "after_care_contact": "aunt",
        "alarm_works": None,
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
        "change": None,  # there is none in the world: ``STATES``
        "caseload": ada.caseload,
        "caseworker": world.caseworker,
        "check": cedar.exit_check,
        "checked_at": now,
        "closing_note": "Looked into",
        "code": None,
        "complete": False,
        "conflict": ada.resident.conflicts.first(),
        "court": "Court",
        "credential": cedar.credentials[0],
        "criterion": "age",
        "next_hearing_on": None,
        "designation": ada.resident.designations.first(),
        "count": ada.count,
        "counted": ada.count.counted,
        "discharge": world.fay.discharge,
        "dose": ada.dose,
        "drill": cedar.drill,
        "due_at": ada.dose.due_at,
        "effect": "Slept",
        "document": cedar.paper,
        "done": "Talked",
        "ends_at": now + 2 * DAY,
        "ends_on": today + DAY,
        "entries": [],  # of one's own, a moment ago: ``STATES``
        "entry": ada.care,
        "expires_at": now + 9 * DAY,
        "exploiter": None,
        "facility": cedar.facility,
        "first_check_on": today,
        "from_": today,
        "glass": ada.emergency,
        "hand_off": "Quiet",
        "happened_at": now - timedelta(minutes=1),
        "happened_on": today - DAY,
        "hold": world.hold,
        "held_at": now - timedelta(minutes=1),
        "how": "Well",
        "incident": ada.incident,
        "jurisdiction": "CA",
        "languages": ["English"],
        "judgement": "justified",
        "legal_basis": "Court order",
        "legal_name": "Somebody",
        "leaves_at": now + DAY,
        "level": 2,
        "levels": [1, 2],
        "licence": cedar.licence,
        "max_age": 17,
        "member": ada.team,
        "min_age": 10,
        "monday": planned_day + timedelta(days=7 - planned_day.weekday()),
        "name": "New name",
        "note": "Text",
        "on": today,
        "opened_on": today - DAY,
        "opens": True,
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
        "proposal": ada.proposal,
        "reason": "Because",
        "tried": [Tried(cedar.exits[1], opens=True, unblocked=True, alarm_works=None)],
        "unblocked": True,
        "referral": world.eve.referral,
        "purpose": "A hand-over",
        "relation": "aunt",
        "resident": ada.resident,
        "residents": [ada.resident],
        "room": cedar.rooms[0],
        "row": None,  # somebody on duty: ``STATES``
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
        "times": [(now + 3 * DAY, now + 3 * DAY + timedelta(hours=8))],
        "title": "Paper",
        "to": "family",
        "together": True,
        "unit": cedar.unit,
        "residents.open_case.unit": world.north,
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


def call(name: str, world: World, by: Any, **state: Any) -> Any:
    """Call the operation with right arguments as ``by``; ``state`` goes before those of ``values``."""
    known, chosen = values(world), {}
    parameters = inspect.signature(OPERATIONS[name].__wrapped__).parameters.values()
    for parameter in parameters:
        special = f"{name}.{parameter.name}"
        required = parameter.default is parameter.empty and parameter.name not in FIELDS
        if parameter.name in state:
            chosen[parameter.name] = state[parameter.name]
        elif required or special in known:
            chosen[parameter.name] = known[special] if special in known else known[parameter.name]
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD and p.name in chosen]
    return OPERATIONS[name](
        *(chosen[key] for key in positional),
        by=by,
        **{key: value for key, value in chosen.items() if key not in positional},
    )


def refusal(name: str, world: World, person: Person, state: dict[str, Any]) -> Exception | None:
    """Return why ``person`` is refused; None for somebody who goes through, which is rolled back."""
    try:
        with acting(person.pk, person.name), transaction.atomic():
            call(name, world, person, **state)
            transaction.set_rollback(True)
    except (Refused, ObjectDoesNotExist) as error:
        return error
    return None


def test_every_operation_is_listed_and_no_line_is_stale() -> None:
    of_commands = {"facilities.take_over"}  # known only where the command's module was imported
    of_addresses = {"facilities.change_address", "facilities.reveal_address"}  # tests/facilities/test_addresses.py
    assert OPERATIONS.keys() - of_commands - of_addresses == WHO.keys()
    assert STATES.keys() <= WHO.keys()


@pytest.mark.parametrize("name", sorted(WHO))
def test_for_those_whom_it_is_for_and_for_nobody_else(world: World, name: str) -> None:
    state = STATES[name](world) if name in STATES else {}
    before = fingerprint()
    letters = people_of(places(world)["own"])
    welcome = {person.username for letter in WHO[name] for person in letters[letter]}
    refusals, as_it_was = {}, pickle.dumps((world, state))
    for person in world.people.values():  # whoever goes through changes what is in memory, which nothing rolls back
        here, there = pickle.loads(as_it_was) if person.username in welcome else (world, state)  # noqa: S301 - its own
        refusals[person.username] = refusal(name, here, person, there)
    assert {who: str(why) for who, why in refusals.items() if who in welcome and why} == {}
    assert {who for who, why in refusals.items() if why is None} == welcome
    assert fingerprint() == before


@pytest.mark.parametrize("name", sorted(WHO))
def test_nobody_acts_in_the_name_of_another(world: World, name: str) -> None:
    with acting(world.stranger.pk, world.stranger.name):
        for by in (world.supervisor, None):
            with pytest.raises(WrongActor):
                call(name, world, by)
    with pytest.raises(WrongActor):
        call(name, world, world.supervisor)
