"""Attacks on the rules about rules, obligations, proofs and findings, for ``test_every_rule``."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from compliance.models import Finding, FirstDay, Holiday, Obligation, Proof, RuleVersion
from tests.attack.sql import again, change, insert
from tests.law import NCMEC, hearing, of, prove, report
from tests.world import World

HOUR = timedelta(hours=1)


def late(w: World) -> Obligation:
    """What is overdue since Ada was reported missing, and found."""
    return of(NCMEC, subject=report(w, w.ada.resident, ago=30 * HOUR).pk)


def found(w: World) -> Finding:
    asked = late(w)
    return Finding.objects.get(rule=asked.rule, subject=asked.subject)


def goes_on_twice(row: Finding) -> UUID:
    """Two findings that go on from one, in plain SQL."""
    once = {"goes_on_from_id": row.pk, "subject": uuid4()}
    again(row, **once)
    return again(row, **once | {"subject": uuid4()})


def called_off(w: World) -> Obligation:
    """What a hearing asked that does not take place."""
    hearing(w, 40)
    hearing(w, None)
    rows = Obligation.objects.filter(event="case.hearing", resident=w.cleo.resident).exclude(rule__proofs=[])
    return rows.exclude(ended_at=None).first()


def file(w: World, asked: Obligation | None = None, by: str = "staff_cedar", **values: Any) -> UUID:
    """A proof in plain SQL."""
    row = {
        "obligation_id": (asked or late(w)).pk,
        "item": 1,
        "done_at": w.now,
        "told": "",
        "told_by": "",
        "how": "phone",
    }
    row |= {"reference": "", "note": "", "written_by_id": w.people[by].pk, "written_at": w.now, "withdrawn_reason": ""}
    return insert(Proof, **row | values)


def twice(w: World) -> None:
    asked = late(w)
    file(w, asked)
    file(w, asked)


def version(**which: Any) -> RuleVersion:
    return RuleVersion.objects.filter(**which).first()


# name, who, attack; by_owner: the application's role writes none of these tables
LAW: list[dict[str, Any]] = [
    {"name": "proof_is_of_an_item", "who": "staff_cedar", "attack": lambda w: file(w, item=7)},
    {"name": "proof_is_not_in_the_future", "who": "staff_cedar", "attack": lambda w: file(w, done_at=w.now + 9 * HOUR)},
    {
        "name": "proof_comes_after_its_event",
        "who": "staff_cedar",
        "attack": lambda w: file(w, done_at=w.now - 40 * HOUR),
    },
    {"name": "proof_says_how", "who": "staff_cedar", "attack": lambda w: file(w, how="pigeon")},
    {
        "name": "proof_file_is_of_the_record",
        "who": "staff_cedar",
        "attack": lambda w: file(w, document_id=w.cleo.document.pk),
    },
    {
        "name": "proof_is_filed_by_who_does_it",
        "who": "inspector_cedar",
        "attack": lambda w: file(w, by="inspector_cedar"),
    },
    {
        "name": "proof_is_filed_by_who_does_it",
        "who": "inspector_cedar",
        "attack": lambda w: change(
            prove(late(w), w.staff_cedar), withdrawn_by_id=w.inspector_cedar.pk, withdrawn_reason="So"
        ),
    },
    {
        "name": "proof_is_of_what_is_asked",
        "who": "caseworker2",
        "attack": lambda w: file(w, called_off(w), by="caseworker2"),
    },
    {"name": "proof_once", "who": "staff_cedar", "attack": twice},
    {
        "name": "proof_withdrawal_is_signed",
        "who": "staff_cedar",
        "attack": lambda w: change(
            prove(late(w), w.staff_cedar), withdrawn_by_id=w.staff_cedar.pk, withdrawn_reason=" "
        ),
    },
    {
        "name": "proof_is_kept",
        "who": "staff_cedar",
        "attack": lambda w: change(prove(late(w), w.staff_cedar), told="Somebody else"),
    },
    {
        "name": "rule_version_once",
        "who": "supervisor",
        "attack": lambda w: again(version(off=""), off="Off"),
        "by_owner": True,
    },
    {
        "name": "one_version_in_force",
        "who": "supervisor",
        "attack": lambda w: again(version(off=""), version=9),
        "by_owner": True,
    },
    {
        "name": "rule_ends_after_start",
        "who": "supervisor",
        "attack": lambda w: again(version(off=""), version=9, off="Off", valid_to=date(1900, 1, 1)),
        "by_owner": True,
    },
    {
        "name": "rule_in_force_has_a_check",
        "who": "supervisor",
        "attack": lambda w: change(version(kind=""), off=""),
        "by_owner": True,
    },
    {
        "name": "rule_version_is_kept",
        "who": "supervisor",
        "attack": lambda w: change(version(off=""), parameters="{}"),
        "by_owner": True,
    },
    {
        "name": "one_first_day",
        "who": "supervisor",
        "attack": lambda w: again(FirstDay.objects.first()),
        "by_owner": True,
    },
    {"name": "holiday_once", "who": "supervisor", "attack": lambda w: again(Holiday.objects.first()), "by_owner": True},
    # Without the rule nothing could be judged, so these copy what is there.
    {
        "name": "obligation_once",
        "who": "supervisor",
        "attack": lambda w: again(Obligation.objects.first()),
        "by_owner": True,
    },
    {
        "name": "obligation_is_met_or_ended",
        "who": "supervisor",
        "attack": lambda w: change(late(w), met_at=w.now, ended_at=w.now),
        "by_owner": True,
    },
    {
        "name": "obligation_late_is_met",
        "who": "supervisor",
        "attack": lambda w: change(late(w), late=True),
        "by_owner": True,
    },
    {
        "name": "one_open_finding",
        "who": "supervisor",
        "attack": lambda w: again(Finding.objects.filter(closed_at=None).first()),
        "by_owner": True,
    },
    {
        "name": "finding_closure_says_why",
        "who": "supervisor",
        "attack": lambda w: change(found(w), closed_at=w.now),
        "by_owner": True,
    },
    {
        "name": "finding_goes_on_once",
        "who": "supervisor",
        "attack": lambda w: goes_on_twice(found(w)),
        "by_owner": True,
    },
    {
        "name": "finding_that_stays_is_of_a_stay",
        "who": "supervisor",
        "attack": lambda w: change(found(w), part="share", stays_with_home=True),
        "by_owner": True,
    },
    {
        "name": "finding_is_against_a_home",
        "who": "supervisor",
        "attack": lambda w: change(found(w), severity="advice"),
        "by_owner": True,
    },
]
