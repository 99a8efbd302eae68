"""Searches, phones taken away and other intrusive measures: written down at once, judged by somebody else, and ended."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, sentence_of
from placement.database.context import set_reason
from residents.models import IntrusiveMeasure, Resident
from residents.operations.care import NOT_YET, must_work_at
from residents.operations.guard import must


@operation("logged an intrusive measure")
def log_measure(
    resident: Resident,
    *,
    facility: Any,
    shift: Any,
    kind: str,
    why: str,
    done: str,
    done_by: Person,
    happened_at: datetime,
    by: Person,
    found: str = "",
    witness: str = "",
    told: bool = False,
    why_not_told: str = "",
    lasts: bool = False,
) -> IntrusiveMeasure:
    """Log what was done at ``happened_at`` (aware) and why, who did it and who saw it; somebody else judges it within a day.

    Args:
        told: the young person was told why, and that they can complain; else ``why_not_told``.
        lasts: it goes on, such as a phone that is kept.

    Raises ``Refused`` for a time to come, a search or a test without a witness, one who is the same as who did it, and what
    cannot last; ``DoesNotExist`` without the right on the young person or the home.
    """
    must(by, resident, Can.LOG_CARE)
    must_work_at(facility, by)
    if happened_at > now():
        raise Refused(NOT_YET, field="happened_at")
    if kind in ("person", "test") and not witness.strip():
        raise Refused(sentence_of("measure_on_the_body_is_witnessed"), field="witness")
    if witness.strip().lower() == done_by.name.strip().lower():
        raise Refused("Whoever did it does not count as the one who saw it.", field="witness")
    if not told and not why_not_told.strip():
        raise Refused(sentence_of("measure_says_why_not_told"), field="why_not_told")
    if lasts and kind not in IntrusiveMeasure.LASTING:
        raise Refused(sentence_of("measure_that_can_last"), field="lasts")
    row = IntrusiveMeasure.objects.create(
        resident=resident,
        facility=facility,
        shift=shift,
        kind=kind,
        why=why.strip(),
        done=done.strip(),
        found=found.strip(),
        done_by=done_by,
        witness=witness.strip(),
        told=told,
        why_not_told="" if told else why_not_told.strip(),
        happened_at=happened_at,
        lasts=lasts,
        written_by=by,
    )
    row.refresh_from_db(fields=["written_at", "review_by"])
    return row


@operation("amended an intrusive measure")
def amend_measure(
    measure: IntrusiveMeasure, *, why: str, done: str, reason: str, by: Person, found: str = "", mistake: bool = False
) -> IntrusiveMeasure:
    """Say anew why it was done, what was done and found, or that it was written by ``mistake``. The first text stays.

    Raises ``Refused`` without a reason, ``DoesNotExist`` for who does not log care there.
    """
    first = IntrusiveMeasure.objects.visible_to(by, Can.LOG_CARE).locked().get(pk=measure.amends_id or measure.pk)
    must_work_at(first.facility, by)
    if not reason.strip():
        raise Refused("Say why you amend it.", field="reason")
    set_reason(reason.strip())
    newest = first.amendments.order_by("-written_at", "-pk").first() or first
    again = IntrusiveMeasure(
        pk=uuid4(),
        why=why.strip(),
        done=done.strip(),
        found=found.strip(),
        mistake=mistake,
        amends=first,
        reason=reason.strip(),
        written_by=by,
        witness=newest.witness,
        told=newest.told,
        why_not_told=newest.why_not_told,
        **{
            name: getattr(first, name)
            for name in ("resident_id", "facility_id", "shift_id", "kind", "done_by_id", "happened_at", "lasts")
        },
    )
    again.save(force_insert=True)
    again.refresh_from_db(fields=["written_at"])
    return again


@operation("judged an intrusive measure")
def judge_measure(
    measure: IntrusiveMeasure, *, decision: str, by: Person, reason: str = "", ends_at: datetime | None = None
) -> IntrusiveMeasure:
    """Say whether it was right; one that lasts goes on until ``ends_at`` (aware, within ``LONGEST``), or ends now without it.

    For the home's administrator and the supervisor. Raises ``Refused`` for whoever did it, wrote it down or amended it, a
    second judgement, one that it was not right without a ``reason``, and an end that has passed or is too far away.
    """
    must(by, measure.resident, *IntrusiveMeasure.DECIDERS)
    row = IntrusiveMeasure.objects.locked().get(pk=measure.pk, amends=None)
    moment = now()
    if row.decision:
        raise Refused("Somebody has judged this already. Nothing was changed.")
    if by.pk in (row.done_by_id, row.written_by_id) or row.amendments.filter(written_by=by).exists():
        raise Refused(sentence_of("measure_judged_by_another"))
    right = decision == IntrusiveMeasure.Decision.APPROVED
    if not right and not reason.strip():
        raise Refused("Say why it was not right.", field="reason")
    if right and row.lasts and ends_at is not None and not moment < ends_at <= moment + row.LONGEST:
        raise Refused(f"Give an end within the next {row.LONGEST.days} days.", field="ends_at")
    row.decision, row.decided_by, row.decided_at, row.decision_reason = decision, by, moment, reason.strip()
    row.ends_at = ends_at if right and row.lasts else None
    row.save(update_fields=["decision", "decided_by", "decided_at", "decision_reason", "ends_at"])
    return row


@operation("ended an intrusive measure")
def end_measure(measure: IntrusiveMeasure, *, by: Person) -> IntrusiveMeasure:
    """Write that one which lasts is over: the phone is back, the room is open. Raises ``Refused`` when it is over already."""
    must(by, measure.resident, Can.LOG_CARE, *IntrusiveMeasure.DECIDERS)
    row = IntrusiveMeasure.objects.locked().get(pk=measure.pk, amends=None)
    if not row.lasts or row.ended_at is not None:
        raise Refused("This is over already.")
    row.ended_by, row.ended_at = by, now()
    row.save(update_fields=["ended_by", "ended_at"])
    return row
