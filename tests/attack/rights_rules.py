"""Attacks on the rules about who may be in contact, limits, passes and leaves, for ``test_every_rule``."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from placement.database.context import acting
from placement.facilities.models import PassRequest
from residents.models import (
    ActivityOffer,
    CareEntry,
    Contact,
    ContactChange,
    IncidentResident,
    IntrusiveMeasure,
    Restriction,
    RightsNotice,
)
from residents.operations.incidents import draft_about_contact
from tests.attack.sql import again, change, insert, sql
from tests.world import World

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def wider(w: World, **values: Any) -> UUID:
    """The question whether contact with Ada's aunt may be wider, by her caseworker."""
    row = {
        "resident_id": w.ada.resident.pk,
        "outside_person_id": w.ada.outside.pk,
        "permission": "allowed",
        "office": "",
    }
    row |= {"order": "", "reason": "Why", "asked_by_id": w.caseworker.pk, "decision": "", "decision_reason": ""}
    return insert(ContactChange, **row | values)


def signed(w: World, who: str, **values: Any) -> int:
    """A decision about the question that waits."""
    by = getattr(w, who).pk
    return change(w.ada.wider, **{"decision": "agreed", "decided_by_id": by, "decided_at": w.now} | values)


def outdated(w: World) -> None:
    """A court has spoken since the question about Ada's half-brother was asked."""
    with acting(w.caseworker.pk, w.caseworker.name):
        change(w.ada.wider.outside_person, permission="prohibited", order="Order 9")
    signed(w, "supervisor")


def prohibited(w: World) -> None:
    """Ada's caseworker has written down somebody who is not allowed."""
    with acting(w.caseworker.pk, w.caseworker.name):
        again(w.ada.outside, name="Uncle Max", permission="prohibited", order="Order 7")


def lawyer(w: World) -> None:
    """Ada's aunt turns out to be her lawyer."""
    with acting(w.caseworker.pk, w.caseworker.name):
        change(w.ada.outside, office="lawyer")


def contact(w: World, **values: Any) -> UUID:
    """A call of Ada with her aunt, logged by Cedar's staff."""
    row = {"resident_id": w.ada.resident.pk, "outside_person_id": w.ada.outside.pk, "other_name": "", "kind": "call"}
    row |= {"outcome": "took_place", "initiative": "young", "happened_at": timezone.now() - HOUR / 30, "note": ""}
    row |= {"supervised": False, "supervised_by": "", "reason": "", "written_by_id": w.staff_cedar.pk}
    return insert(Contact, **row | {"facility_id": w.cedar.facility.pk, "shift_id": w.cedar.shift.pk} | values)


def denied_to_lawyer(w: World) -> None:
    lawyer(w)
    contact(w, outcome="denied", restriction_id=w.ada.limit.pk)


def heard(w: World) -> None:
    lawyer(w)
    contact(w, supervised=True, supervised_by="Sam")


def declined_again(w: World) -> None:
    with acting(w.supervisor.pk, w.supervisor.name):
        said = {"decision": "declined", "decision_reason": "No ground", "decided_by_id": w.supervisor.pk}
        change(w.ada.limit, decided_at=w.now, **said)
    row = {"resident_id": w.ada.resident.pk, "kind": "contact", "outside_person_id": w.ada.outside.pk, "activity": ""}
    insert(Restriction, **row, reason="Again", asked_by_id=w.staff_cedar.pk, decision="", decision_reason="")


def begun(w: World) -> Any:
    """The report of a stranger's call, and the call."""
    moment = timezone.now() - HOUR / 30
    values = {"facility": w.cedar.facility, "shift": w.cedar.shift, "happened_at": moment, "seen": "A man called"}
    draft = draft_about_contact(w.ada.resident, by=w.staff_cedar, **values)
    told = {"outside_person_id": None, "other_name": "A man", "initiative": "other", "note": "He asked for her"}
    contact(w, incident_id=draft.pk, happened_at=moment, **told)
    return draft


def nobody_named(w: World) -> None:
    draft = begun(w)
    sql("DELETE FROM residents_incidentresident WHERE id = %s", IncidentResident.objects.get(incident=draft).pk)


def offer(w: World, who: str, **values: Any) -> UUID:
    row = {"facility_id": w.cedar.facility.pk, "name": "Film", "place": "in", "led_by": "", "offered_at": w.now}
    return insert(ActivityOffer, **row | {"written_by_id": getattr(w, who).pk} | values)


def kept_from_it(w: World) -> Any:
    """Ada was kept from the cinema, and her entry says so."""
    limit = {"resident_id": w.ada.resident.pk, "kind": "activity", "activity": "Cinema", "reason": "Ill"}
    insert(Restriction, **limit, asked_by_id=w.staff_cedar.pk, decision="", decision_reason="")
    row = {"resident_id": w.ada.resident.pk, "facility_id": w.cedar.facility.pk, "shift_id": w.cedar.shift.pk}
    row |= {"kind": "activity", "outcome": "Kept from it", "how": "", "note": "Cinema.", "reason": "", "late": False}
    return CareEntry, insert(CareEntry, **row, happened_at=timezone.now() - HOUR / 30, written_by_id=w.staff_cedar.pk)


def asked(w: World, **values: Any) -> Any:
    """A pass for Bea at a day to come, asked for by Cedar's staff."""
    row = {"placement_id": w.bea.stay.pk, "resident_id": w.bea.resident.pk, "kind": "outing", "where": "Pool"}
    row |= {"company": "alone", "transport": "Bus", "own_wish": True, "withdrawn_why": "", "decision": ""}
    row |= {"starts_at": w.now + 5 * DAY, "ends_at": w.now + 5 * DAY + HOUR, "asked_by_id": w.staff_cedar.pk}
    return PassRequest, insert(PassRequest, **row | {"decision_reason": "", "return_note": ""} | values)


def missing(w: World) -> None:
    """Bea is reported as missing."""
    report = again(w.ada.incident, kind="missing", number=0, happened_at=w.now)
    insert(IncidentResident, incident_id=report, resident_id=w.bea.resident.pk)
    asked(w)


def with_brother(w: World) -> None:
    brother = w.ada.wider.outside_person_id
    asked(w, placement_id=w.ada.stay.pk, resident_id=w.ada.resident.pk, outside_person_id=brother, company="")


def withdrawn(w: World, row: Any, **values: Any) -> int:
    said = {"withdrawn_by_id": w.staff_cedar.pk, "withdrawn_at": w.now, "withdrawn_why": "Rain"}
    return change(row, **said | values)


def withdrawn_after_no(w: World) -> None:
    row = asked(w)
    with acting(w.supervisor.pk, w.supervisor.name):
        said = {"decision": "declined", "decision_reason": "No", "decided_by_id": w.supervisor.pk}
        change(row, decided_at=w.now, **said)
    withdrawn(w, row)


def measure(w: World, **values: Any) -> UUID:
    """A room check of Ada, written down by Cedar's staff."""
    row = {
        "resident_id": w.ada.resident.pk,
        "facility_id": w.cedar.facility.pk,
        "kind": "room",
        "why": "A knife is missing",
    }
    row |= {
        "done": "Looked",
        "found": "",
        "done_by_id": w.staff_cedar.pk,
        "witness": "",
        "told": True,
        "why_not_told": "",
    }
    row |= {"happened_at": timezone.now() - HOUR / 30, "lasts": False, "mistake": False, "reason": "", "decision": ""}
    return insert(IntrusiveMeasure, **row | {"decision_reason": "", "written_by_id": w.staff_cedar.pk} | values)


def judged(w: World, who: str, **values: Any) -> int:
    """A judgement about the phone of Ada that staff keep."""
    by = getattr(w, who).pk
    row = {"decision": "approved", "decided_by_id": by, "decided_at": w.now}
    return change(w.ada.measure, **row | values)


def amended(w: World, **values: Any) -> UUID:
    """An amendment of the measure of Ada."""
    return again(w.ada.measure, amends_id=w.ada.measure.pk, **{"reason": "Wrong word"} | values)


def judged_by_who_amended(w: World) -> None:
    with acting(w.admin_cedar.pk, w.admin_cedar.name):
        amended(w, written_by_id=w.admin_cedar.pk)
    judged(w, "admin_cedar")


def notice(w: World, **values: Any) -> UUID:
    """The rights, read out with Ada by Cedar's staff."""
    row = {
        "resident_id": w.ada.resident.pk,
        "facility_id": w.cedar.facility.pk,
        "jurisdiction": "CA",
        "occasion": "asked",
    }
    row |= {"language": "English", "text_language": "en", "interpreter": "", "text": "The rights", "answer": "refused"}
    row |= {"signed_as": "", "said": "", "copy_given": True, "explained_by_id": w.staff_cedar.pk}
    return insert(RightsNotice, **row | values)


def lifted(w: World, who: str) -> int:
    return change(w.ada.limit, lifted_by_id=getattr(w, who).pk, lifted_at=w.now)


def lifted_too_early(w: World) -> None:
    by = w.supervisor.pk
    change(w.ada.limit, decision="approved", decided_by_id=by, decided_at=w.now, ends_at=timezone.now() + DAY)
    lifted(w, "supervisor")


LATER = {"starts_at": "2099-01-01T12:00:00Z", "ends_at": "2099-01-01T13:00:00Z"}
THEN = {"measure_begins_unjudged": "measure_judged_by_another"}  # what refuses once the first is gone
RIGHTS: list[dict[str, Any]] = [
    {"name": name, "who": who, "attack": attack, "then": THEN.get(name)}
    for name, who, attack in [
        ("list_is_kept_by_the_caseworker", "staff_cedar", lambda w: change(w.ada.outside, telephone="1")),
        ("person_outside_stays_who_they_are", "caseworker", lambda w: change(w.ada.outside, name="Another")),
        (
            "wider_contact_is_agreed_first",
            "caseworker",
            lambda w: change(w.ada.wider.outside_person, permission="allowed"),
        ),
        (
            "name_is_of_somebody_not_allowed",
            "caseworker",
            lambda w: (prohibited(w), again(w.ada.outside, name="uncle max")),
        ),
        ("office_is_allowed", "caseworker", lambda w: change(w.ada.wider.outside_person, office="lawyer")),
        ("asked_office_is_allowed", "caseworker", lambda w: wider(w, permission="supervised", office="lawyer")),
        ("asked_prohibition_names_its_order", "caseworker", lambda w: wider(w, permission="prohibited")),
        ("wider_contact_has_a_reason", "caseworker", lambda w: wider(w, reason=" ")),
        ("wider_contact_waits_once", "caseworker", lambda w: again(w.ada.wider)),
        ("wider_contact_is_kept", "caseworker", lambda w: change(w.ada.wider, reason="Another")),
        (
            "wider_contact_begins_undecided",
            "caseworker",
            lambda w: wider(w, decision="withdrawn", decided_by_id=w.caseworker.pk, decided_at=w.now),
        ),
        ("wider_contact_is_agreed_by_the_supervisor", "admin_cedar", lambda w: signed(w, "admin_cedar")),
        ("wider_contact_is_agreed_as_it_stands", "supervisor", outdated),
        ("wider_contact_decision_is_signed", "supervisor", lambda w: signed(w, "supervisor", decision="declined")),
        (
            "who_is_listed_is_chosen_there",
            "staff_cedar",
            lambda w: contact(w, outside_person_id=None, other_name=w.ada.outside.name),
        ),
        ("private_contact_has_words", "staff_cedar", heard),
        ("office_is_never_refused", "staff_cedar", denied_to_lawyer),
        ("declined_limit_is_not_set_again", "staff_cedar", declined_again),
        ("report_of_a_contact_names_whose_it_was", "staff_cedar", nobody_named),
        ("draft_keeps_its_facts", "staff_cedar", lambda w: change(begun(w), seen="Nothing happened")),
        ("activity_is_offered_by_who_works_there", "caseworker", lambda w: offer(w, "caseworker")),
        (
            "activity_is_of_a_shift_of_its_home",
            "staff_cedar",
            lambda w: offer(w, "staff_cedar", shift_id=w.birch.shift.pk),
        ),
        ("exclusion_stays_told", "staff_cedar", lambda w: change(kept_from_it(w), outcome="Took part")),
        (
            "pass_comes_before_it_starts",
            "staff_cedar",
            lambda w: asked(w, starts_at=w.now - 5 * HOUR, ends_at=w.now - HOUR),
        ),
        ("pass_is_of_somebody_who_is_here", "staff_cedar", missing),
        ("measure_says_what_and_why", "staff_cedar", lambda w: measure(w, why=" ")),
        ("measure_on_the_body_is_witnessed", "staff_cedar", lambda w: measure(w, kind="person")),
        ("measure_says_why_not_told", "staff_cedar", lambda w: measure(w, told=False)),
        ("measure_that_can_last", "staff_cedar", lambda w: measure(w, lasts=True)),
        ("measure_amendment_has_a_reason", "staff_cedar", lambda w: amended(w, reason=" ")),
        (
            "measure_begins_unjudged",
            "staff_cedar",
            lambda w: measure(w, decision="approved", decided_by_id=w.staff_cedar.pk),
        ),
        ("measure_is_written_by_who_works_there", "supervisor", lambda w: measure(w, written_by_id=w.supervisor.pk)),
        ("measure_is_of_a_shift_of_its_home", "staff_cedar", lambda w: measure(w, shift_id=w.birch.shift.pk)),
        ("measure_is_of_who_lives_there", "staff_cedar", lambda w: measure(w, happened_at=w.now - 120 * DAY)),
        ("measure_amendment_is_of_one_measure", "staff_cedar", lambda w: amended(w, kind="watched")),
        ("measure_is_kept", "staff_cedar", lambda w: change(w.ada.measure, why="Another")),
        ("measure_judged_by_another", "admin_cedar", judged_by_who_amended),
        ("measure_is_judged_by_who_answers_for_it", "caseworker", lambda w: judged(w, "caseworker")),
        ("measure_judgement_is_signed", "supervisor", lambda w: judged(w, "supervisor", decision="declined")),
        (
            "measure_ends_in_time",
            "supervisor",
            lambda w: judged(w, "supervisor", ends_at=timezone.now() + 4 * DAY),
        ),
        (
            "measure_end_is_signed",
            "staff_cedar",
            lambda w: change((IntrusiveMeasure, measure(w)), ended_by_id=w.staff_cedar.pk, ended_at=w.now),
        ),
        ("rights_notice_says_what_was_read", "staff_cedar", lambda w: notice(w, text=" ")),
        ("rights_notice_is_signed_or_refused", "staff_cedar", lambda w: notice(w, answer="signed")),
        ("rights_are_read_out_by_who_cares", "supervisor", lambda w: notice(w, explained_by_id=w.supervisor.pk)),
        (
            "rights_are_read_out_where_they_live",
            "staff_cedar",
            lambda w: notice(w, facility_id=w.birch.facility.pk),
        ),
        ("rights_notice_is_kept", "staff_cedar", lambda w: change(w.ada.notice, said="Nothing")),
        ("restriction_lifting_is_signed", "supervisor", lambda w: change(w.ada.limit, lifted_at=w.now)),
        ("restriction_is_lifted_when_it_is_over", "supervisor", lifted_too_early),
        ("supervised_pass_names_who_goes_along", "staff_cedar", with_brother),
        ("pass_is_withdrawn_before_it_starts", "staff_cedar", withdrawn_after_no),
        (
            "pass_is_withdrawn_by_who_answers_for_it",
            "caseworker",
            lambda w: withdrawn(w, w.ada.asked_pass, withdrawn_by_id=w.caseworker.pk),
        ),
        ("pass_withdrawal_is_signed", "staff_cedar", lambda w: withdrawn(w, asked(w), withdrawn_why=" ")),
        ("leave_is_kept", "admin_cedar", lambda w: change(w.ada.leave, where="Elsewhere")),
        (
            "leave_is_granted_by_who_answers_for_it",
            "staff_cedar",
            lambda w: again(w.ada.leave, approved_by_id=w.staff_cedar.pk, **LATER),
        ),
        ("outing_is_asked_for_as_a_pass", "admin_cedar", lambda w: again(w.ada.leave, kind="visit", **LATER)),
    ]
]
