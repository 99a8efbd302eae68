"""States in which an operation can be done that the world is not in by itself.

Each function brings the world there, by the people whose work it is, and returns the arguments that lead to it.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from uuid import uuid4

from django.utils import timezone

from compliance.models import Finding
from compliance.operations import save_filter, sign_review
from placement.access import operations as accounts
from placement.access.factors import new_seed
from placement.access.feeds import make_calendar_feed
from placement.access.models import AccountChange
from placement.access.permissions import withdraw
from placement.facilities import operations as homes
from placement.facilities.models import ShiftStaff
from placement.facilities.operations.matching import hold_against
from residents import operations as residents
from residents import tell
from residents.models import Complaint, Resident, Restriction
from tests import corrective, inspections, retention, staff_files
from tests.bars import bar_to_judge
from tests.building.medication import ordered
from tests.every.audit_states import (
    export_to_decide,
    export_to_take,
    hold_on_home,
    order_to_seal,
    sealed_record,
    two_supervisors,
)
from tests.every.incident_states import INCIDENT_STATES, State, by
from tests.every.places import change_of_account, places
from tests.law import NCMEC, of, prove, report
from tests.values import proposed_value
from tests.world import World


def closed_account(world: World) -> State:
    with by(world.sysadmin):
        accounts.close_account(world.staff_cedar, by=world.sysadmin)
    return {}


def proposed_change(world: World) -> State:
    return {"change": AccountChange.objects.get(pk=change_of_account(places(world)["own"]))}


def with_a_factor(world: World) -> State:
    person = world.staff_cedar
    with by(person):
        accounts.set_up_factor(person, new_seed(), 1, by=person)
    return {}


def with_a_feed(world: World) -> State:
    with by(world.staff_cedar):
        return {"feed": make_calendar_feed(name="Phone", by=world.staff_cedar)[0]}


def with_a_filter(world: World) -> State:
    with by(world.supervisor):
        return {"saved": save_filter(name="Late", asked={"written": "late"}, by=world.supervisor)}


def limit_that_is_over(world: World) -> State:
    """The limit on Ada's calls was approved, and its time is over."""
    admin, limit = world.admin_cedar, world.ada.limit
    with by(admin):
        residents.decide_restriction(limit, decision="approved", ends_at=timezone.now() + timedelta(hours=1), by=admin)
        Restriction.objects.filter(pk=limit.pk).update(ends_at=timezone.now())
    return {"restriction": limit}


def handed_off(world: World) -> State:
    with by(world.staff_cedar):
        homes.sign_shift(world.cedar.shift, hand_off="Quiet", about_open="Looked again", by=world.staff_cedar)
    return {}


def just_logged(world: World) -> State:
    with by(world.staff_cedar):
        entry = residents.log_care(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="meal",
            happened_at=timezone.now(),
            by=world.staff_cedar,
        )
    return {"entries": [entry.pk]}


def warned(world: World) -> State:
    """Somebody in the home has harmed another, and the one who looks for a home was harmed."""
    with by(world.caseworker):
        for young, kind in ((world.ada, "harmed"), (world.eve, "was_harmed")):
            residents.record_harm(
                young.resident, kind=kind, happened_on=world.today, summary="A quarrel", by=world.caseworker
            )
        warning = hold_against(world.eve.referral, world.caseworker, world.cedar.facility.pk).to_sign[0]
    return {"criterion": warning.key}


def way_in(world: World) -> Iterator[State]:
    """Eve on her way into Cedar: proposed, then approved, then awaited by a home that has read the safety history."""
    with by(world.caseworker):
        stay = homes.propose_placement(
            world.eve.referral,
            bed=world.cedar.beds[3],
            starts_at=timezone.now(),
            reason="Fits best",
            by=world.caseworker,
        )
    yield {"placement": stay}
    with by(world.supervisor):
        stay = homes.approve_placement(stay, reason="Agreed", by=world.supervisor)
    yield {"placement": stay}
    with by(world.admin_cedar):
        stay = homes.read_safety_history(stay, by=world.admin_cedar)
    yield {"placement": stay}


def proposed(world: World) -> State:
    return next(way_in(world))


def approved(world: World) -> State:
    return next(islice(way_in(world), 1, None))


def awaited(world: World) -> State:
    return next(islice(way_in(world), 2, None))


def complete_draft(world: World) -> State:
    with by(world.caseworker):
        homes.save_draft(world.draft, urgency="planned", needed_from=timezone.now(), by=world.caseworker)
    return {}


def waiting_designation(world: World) -> State:
    with by(world.caseworker):
        row = residents.designate(
            world.eve.resident, population="general", stage="confirmed", basis="New facts", by=world.caseworker
        )
    return {"designation": row}


def of_two_homes(world: World) -> State:
    """The administrator also runs a home in which nobody lives."""
    with by(world.supervisor):
        homes.assign(world.admin_cedar, world.maple.facility, role="admin", by=world.supervisor)
    return {}


def waiting_licence(world: World) -> State:
    of_two_homes(world)
    with by(world.admin_cedar):
        licence = homes.add_licence(
            world.maple.facility,
            authority="Authority",
            number="L-98",
            capacity=4,
            sexes=["female"],
            levels=[1],
            valid_from=world.maple.licence.valid_to + timedelta(days=1),
            by=world.admin_cedar,
        )
    return {"licence": licence, "document": world.maple.paper}


def general_home(world: World) -> State:
    return {"licence": world.maple.licence, "document": world.maple.paper}


def closed_to_all(world: World) -> State:
    """A young person whose caseworker has left the case, in a unit without supervisors."""
    with by(world.sysadmin):
        west = accounts.open_unit(name="West unit", by=world.sysadmin)
    with by(world.caseworker):
        case = residents.open_case(
            code="W-99",
            preferred_name="Hana",
            legal_name="Hana Secretname",
            birth_date=world.today - timedelta(days=15 * 365),
            sex="female",
            languages=["English"],
            unit=west,
            caseworker=world.caseworker,
            number="C-W-99",
            legal_basis="Court order",
            permanency_goal="reunification",
            opened_on=world.today,
            by=world.caseworker,
        )
        withdraw(Resident, case.caseload.get().pk)
    return {"code": "W-99"}


def emergency(world: World) -> State:
    with by(world.caseworker):
        glass = residents.break_glass(
            world.cleo.resident.code, reason="Nobody who works with her can be reached.", by=world.caseworker
        )
    return {"glass": glass}


def given_access(world: World) -> State:
    asked = world.ada.asked
    with by(world.supervisor):
        return {
            "asked": residents.decide_access(
                asked, decision="care", ends_at=timezone.now() + timedelta(days=1), by=world.supervisor
            )
        }


def declared_conflict(world: World) -> State:
    return {"conflict": world.ada.resident.conflicts.get()}


def barred_supervisor(world: World) -> State:
    return {"conflict": bar_to_judge(world)}


def asked_separation(world: World) -> State:
    return {"asked": world.ada.resident.separation_requests.get()}


def unchecked_order(world: World) -> State:
    with by(world.caseworker):
        told = ordered(world.now, world.cedar, controlled=True)
        return {"order": residents.order_medication(world.ada.resident, **told, by=world.caseworker)}


def as_needed_order(world: World) -> State:
    limits = {"as_needed": True, "times": [], "days": [], "hours_between": 4, "most_in_day": 3, "what_for": "Headache"}
    with by(world.caseworker):
        told = ordered(world.now, world.cedar, **limits)
        return {"order": residents.order_medication(world.ada.resident, **told, by=world.caseworker)}


def as_needed_dose(world: World) -> State:
    order = as_needed_order(world)["order"]
    with by(world.staff_cedar):
        return {
            "dose": residents.log_dose(
                order,
                facility=world.cedar.facility,
                shift=world.cedar.shift,
                due_at=None,
                outcome="given",
                happened_at=world.now,
                by=world.staff_cedar,
            )
        }


def on_duty(world: World) -> State:
    return {"row": ShiftStaff.objects.get(shift=world.cedar.shift, person=world.staff_cedar)}


def went_home(world: World) -> State:
    with by(world.admin_cedar):
        homes.go_off_duty(on_duty(world)["row"], by=world.admin_cedar)
    return {}


def begun_report(world: World) -> State:
    """Somebody whom nobody knows has called."""
    staff = world.staff_cedar
    with by(staff):
        contact = residents.log_contact(
            world.ada.resident,
            other_name="A man",
            kind="call",
            outcome="denied",
            initiative="other",
            note="He asked for her",
            happened_at=timezone.now() - timedelta(minutes=1),
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            by=staff,
        )
    return {"incident": contact.incident}


def limited(world: World) -> State:
    with by(world.admin_cedar):
        limit = residents.decide_restriction(
            world.ada.limit, decision="approved", ends_at=timezone.now() + timedelta(days=1), by=world.admin_cedar
        )
    return {"restriction": limit}


def nobody_present(world: World) -> State:
    return {"contact": world.ada.unsupervised}


def out(world: World) -> State:
    """Ada is out with a pass."""
    with by(world.caseworker):
        asked = homes.ask_pass(
            world.ada.stay,
            kind="outing",
            where="Library",
            company="alone",
            transport="Bus",
            starts_at=timezone.now() - timedelta(minutes=30),
            ends_at=timezone.now() + timedelta(minutes=5),
            by=world.caseworker,
        )
    with by(world.supervisor):
        return {"asked": homes.decide_pass(asked, decision="approved", by=world.supervisor)}


def due(world: World) -> State:
    """Ada is missing, and somebody must be told."""
    return {"obligation": of(NCMEC, subject=report(world, world.ada.resident).pk)}


def proved(world: World) -> State:
    return {"proof": prove(due(world)["obligation"], world.caseworker)}


def failed(world: World) -> State:
    """Nobody was told within a day that Ada is missing."""
    asked = of(NCMEC, subject=report(world, world.ada.resident, ago=timedelta(hours=30)).pk)
    return {"finding": Finding.objects.get(rule=asked.rule, subject=asked.subject)}


def planned(world: World) -> State:
    return {"action": corrective.plan(world, failed(world)["finding"], by=world.caseworker)}


def with_a_step(world: World) -> State:
    return {"step": planned(world)["action"].steps.first()}


def all_steps_done(world: World) -> State:
    state = planned(world)
    corrective.do_steps(state["action"])
    return state


def reported(world: World) -> State:
    return {"action": corrective.report(planned(world)["action"])}


def visited(world: World) -> State:
    return {"inspection": inspections.recorded(world)}


def cited(world: World) -> State:
    return {"citation": inspections.cited(world)}


def reviewed(world: World) -> State:
    with by(world.supervisor):
        left = {"follow_up": "Talk about it", "owner": world.supervisor2, "due_on": world.today}
        return {"review": sign_review(world.flag, finding="follow_up", note="Asked", **left, by=world.supervisor)}


def to_correct(world: World) -> State:
    return {"plan": inspections.planned(world)}


def sent_plan(world: World) -> State:
    return {"plan": inspections.sent(world)}


def trained(world: World) -> State:
    return {"training": staff_files.trained(world)[0]}


def asked_reference(world: World) -> State:
    return {"reference": staff_files.asked(world)}


def complaint_by_code(world: World) -> State:
    with by(world.caseworker):
        code = residents.make_complaint_code(world.ada.resident, by=world.caseworker)[1]
    return {"complaint": complained(code)}


def complaint_of_nobody(world: World) -> State:
    return {"complaint": complained("")}


def complained(code: str) -> Complaint:
    told = {
        "about": [],
        "who": "",
        "happened": "Told just now",
        "since": "",
        "danger": False,
        "said_name": "",
        "said_home": "",
    }
    receipt = tell.send(told, code=code, form_key=uuid4(), language="en")
    assert receipt
    return Complaint.objects.get(number=receipt.number)


def complaint_to_second(world: World) -> State:
    complaint = complaint_by_code(world)["complaint"]
    with by(world.supervisor):
        made = residents.decide_complaint(complaint, outcome="not_upheld", answer="No.", by=world.supervisor)
    return {"decision": made}


def code_on_paper(world: World) -> State:
    with by(world.caseworker):
        return {"complaint_code": residents.make_complaint_code(world.ada.resident, by=world.caseworker)[0]}


def former_value(world: World) -> State:
    ada = world.ada.resident
    return {"thing": ada.pk, "former": ada.history.latest("history_id").history_id}


def value_to_put_back(world: World) -> State:
    return {"proposal": proposed_value(world.ada.resident, world.supervisor)}


STATES: dict[str, Callable[[World], State]] = {
    "compliance.confirm_agency_term": lambda world: {"term": retention.propose_term(world)},
    "compliance.name_second": lambda world: {"proposal": retention.proposed(world, retention.to_propose(world))},
    "compliance.read_answer": lambda world: {"answer": retention.refused_term(world)},
    "compliance.refuse_agency_term": lambda world: {"term": retention.propose_term(world)},
    "compliance.withdraw_agency_term": lambda world: {"term": retention.propose_term(world)},
    "compliance.decide_disposal": lambda world: {"disposal": retention.to_decide(world)},
    "compliance.lift_hold": hold_on_home,
    "compliance.propose_disposal": lambda world: {"resident": retention.to_propose(world)},
    **INCIDENT_STATES,
    "access.add_passkey": with_a_factor,
    "access.end_calendar_feed": with_a_feed,
    "access.note_calendar_read": with_a_feed,
    "access.remove_factor": with_a_factor,
    "access.remove_passkeys": with_a_factor,
    "access.renew_recovery_codes": with_a_factor,
    "access.confirm_change": proposed_change,
    "access.propose_reopening": closed_account,
    "access.refuse_change": proposed_change,
    "access.withdraw_change": proposed_change,
    "compliance.add_citation": visited,
    "compliance.decide_court_export": export_to_decide,
    "compliance.take_court_export": export_to_take,
    "facilities.answer_reference": asked_reference,
    "facilities.withdraw_training": trained,
    "compliance.answer_correction": sent_plan,
    "compliance.do_correction": to_correct,
    "compliance.end_citation": cited,
    "compliance.finish_follow_up": reviewed,
    "compliance.plan_correction": cited,
    "compliance.send_correction": to_correct,
    "compliance.change_corrective_action": planned,
    "compliance.do_corrective_step": with_a_step,
    "compliance.file_proof": due,
    "compliance.plan_corrective_action": failed,
    "compliance.remove_filter": with_a_filter,
    "compliance.report_corrective_action": all_steps_done,
    "compliance.send_back_corrective_action": reported,
    "compliance.verify_corrective_action": reported,
    "compliance.withdraw_proof": proved,
    "facilities.come_on_duty": went_home,
    "facilities.go_off_duty": on_duty,
    "facilities.add_licence": of_two_homes,
    "facilities.admit": awaited,
    "facilities.approve_placement": proposed,
    "facilities.confirm_exclusive_population": general_home,
    "facilities.confirm_licence": waiting_licence,
    "facilities.decline_placement": proposed,
    "facilities.log_return": out,
    "facilities.read_safety_history": approved,
    "facilities.send_referral": complete_draft,
    "facilities.sign_warning": warned,
    "facilities.withdraw_placement": proposed,
    "residents.ask_access": closed_to_all,
    "residents.break_glass": closed_to_all,
    **{f"residents.{name}_complaint": complaint_by_code for name in ("check", "decide", "name_in", "write_in")},
    "residents.link_complaint": complaint_of_nobody,
    "residents.second_complaint": complaint_to_second,
    "residents.end_complaint_code": code_on_paper,
    "residents.check_medication": unchecked_order,
    "residents.complete_draft": begun_report,
    "residents.end_restriction": limited,
    "residents.lift_restriction": limit_that_is_over,
    "residents.read_unsupervised": nobody_present,
    "residents.send_draft": begun_report,
    "residents.end_access": given_access,
    "residents.end_emergency": emergency,
    "residents.decide_separation_request": asked_separation,
    "residents.judge_bar": barred_supervisor,
    "residents.seal_record": two_supervisors,
    "residents.propose_value": former_value,
    "residents.refuse_value": value_to_put_back,
    "residents.take_value": value_to_put_back,
    "residents.decide_sealing": order_to_seal,
    "residents.unseal_record": sealed_record,
    "residents.lift_bar": declared_conflict,
    "residents.log_dose": as_needed_order,
    "residents.note_effect": as_needed_dose,
    "residents.review_designation": waiting_designation,
    "residents.undo_care": just_logged,
    "facilities.read_hand_off": handed_off,
    "facilities.review_looks": handed_off,
    "facilities.take_over_duty": handed_off,
}
