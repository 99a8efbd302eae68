"""Attacks on the rules about complaints that go around the house, for ``test_every_rule``."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from placement.audit.clock import at_time
from residents import tell
from residents.models import (
    Complaint,
    ComplaintCheck,
    ComplaintCode,
    ComplaintDecision,
    ComplaintNamed,
    ComplaintStep,
)
from tests.attack.sql import again, insert, sql
from tests.world import World


def told(w: World, **values: Any) -> Complaint:
    """Somebody tells something without a code, which every supervisor sees."""
    fields = {"about": [], "who": "", "happened": uuid4().hex, "since": "", "danger": False}
    fields |= {"said_name": "", "said_home": "", **values}
    tell.send(fields, code="", form_key=uuid4(), language="en")
    return Complaint.objects.get(happened=fields["happened"])


def code(w: World, key: str = "ada", **values: Any) -> UUID:
    row = {"resident_id": w.young[key].resident.pk, "digest": uuid4().hex * 2, "made_by_id": w.supervisor.pk}
    return insert(ComplaintCode, **row | values)


def named(w: World, complaint: Complaint, **values: Any) -> UUID:
    row = {"complaint_id": complaint.pk, "person_id": w.staff_cedar.pk, "named_by_id": w.supervisor.pk}
    return insert(ComplaintNamed, **row | values)


def step(w: World, **values: Any) -> UUID:
    row = {"complaint_id": told(w).pk, "kind": "note", "text": "Text", "by_id": w.supervisor.pk}
    return insert(ComplaintStep, **row | values)


def decision(w: World, complaint: Complaint, **values: Any) -> UUID:
    row = {"complaint_id": complaint.pk, "outcome": "not_upheld", "answer": "No.", "decided_by_id": w.supervisor.pk}
    return insert(ComplaintDecision, **row | {"second_reason": "", **values})


def check(w: World, complaint: Complaint, **values: Any) -> UUID:
    row = {"complaint_id": complaint.pk, "result": "none", "text": "Text", "by_id": w.supervisor.pk}
    return insert(ComplaintCheck, **row | values)


def check_without_words(w: World) -> None:
    complaint = linked(w)
    with at_time(w.now + timedelta(days=32)):
        check(w, complaint, text=" ")


def linked(w: World) -> Complaint:
    complaint = told(w)
    sql(
        "UPDATE residents_complaint SET resident_id = %s, linked_by_id = %s WHERE id = %s",
        *(w.ada.resident.pk, w.supervisor.pk, complaint.pk),
    )
    return complaint


def names_twice(w: World) -> None:
    complaint = told(w)
    named(w, complaint)
    named(w, complaint)


def decides_twice(w: World) -> None:
    complaint = told(w)
    decision(w, complaint)
    decision(w, complaint)


def agrees_without_a_name(w: World) -> None:
    made = decision(w, told(w))
    sql("UPDATE residents_complaintdecision SET agreed = true WHERE id = %s", made)


# Without the index, the statement that names it does not run.
THEN = {"residents_complaint_form_key_key": "42P10"}
COMPLAINTS: list[dict[str, Any]] = [
    {"name": name, "who": "supervisor", "attack": attack}
    for name, attack in (
        ("complaint_says_what_happened", lambda w: told(w, happened=" ")),
        ("complaint_names_a_colleague", lambda w: named(w, told(w), person_id=w.supervisor.pk)),
        ("complaint_names_once", names_twice),
        ("complaint_step_says_something", lambda w: step(w, text=" \n")),
        ("complaint_step_is_signed", lambda w: step(w, kind="added")),
        ("complaint_answer_says_something", lambda w: decision(w, told(w), answer=" ")),
        ("complaint_decided_once", decides_twice),
        ("complaint_second_is_signed", agrees_without_a_name),
        ("complaint_check_in_its_time", lambda w: check(w, linked(w))),
        ("complaint_code_keeps_a_hash", lambda w: code(w, "eve", digest="the code itself")),
        ("complaint_code_once", lambda w: [code(w), code(w)]),
        (
            "residents_complaintcode_digest_key",
            lambda w: [code(w, "eve", digest="a" * 64), code(w, "bea", digest="a" * 64)],
        ),
        (
            "complaint_code_end_is_signed",
            lambda w: sql("UPDATE residents_complaintcode SET ended_at = now() WHERE id = %s", code(w, "bea")),
        ),
    )
] + [
    # Only functions of the database write complaints, and the clock of the owner alone tells what is to come.
    {"name": name, "who": "supervisor", "attack": attack, "by_owner": True, "then": THEN.get(name)}
    for name, attack in (
        ("residents_complaint_form_key_key", lambda w: again(told(w))),
        ("complaint_check_says_why", check_without_words),
    )
]
