"""Corrective action: planned, changed, done step by step, reported as done by its owner, and verified by somebody else."""

from collections.abc import Sequence
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from compliance.judging import judge
from compliance.models import CorrectiveAction, CorrectiveStep, Finding
from compliance.parts import ANSWER_FOR, FILED_BY, Part
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import Document

NO_STEPS = "Write down at least one step."
MOST_STEPS = 40


@operation("planned corrective action")
def plan_corrective_action(
    finding: Finding, *, cause: str, owner: Person, due_on: date, steps: Sequence[str], by: Person
) -> CorrectiveAction:
    """Plan what ``owner`` does about a finding by the end of ``due_on`` (a day of the home), and in which ``steps``.

    Raises ``Refused`` without a cause or a step or with too many, for a day that is over or years away, an owner who neither
    works in the home nor keeps the case, and while another action is open; ``DoesNotExist`` for whoever may not see the finding
    or does not answer for it.
    """
    finding = to_answer_for(finding, by)
    wanted = [step.strip() for step in steps if step.strip()]
    if not wanted:
        raise Refused(NO_STEPS, field="steps")
    action = CorrectiveAction.objects.create(
        finding=finding, cause=cause.strip(), owner=owner, due_on=due_on, planned_by=by
    )
    _add_steps(action, wanted)
    return action


@operation("changed corrective action")
def change_corrective_action(
    action: CorrectiveAction,
    *,
    owner: Person,
    due_on: date,
    reason: str,
    by: Person,
    cause: str = "",
    steps: Sequence[str] = (),
) -> CorrectiveAction:
    """Give an action another owner or due day, a better ``cause`` (empty: as it is), or further ``steps``. History keeps the rest.

    Raises ``Refused`` without a reason, as for planning, and once it was reported as done; ``DoesNotExist`` as for planning.
    """
    action = _locked(action)
    to_answer_for(action.finding, by)
    if not reason.strip():
        raise Refused("Say why this is changed.", field="reason")
    action.owner, action.due_on, action.changed_why = owner, due_on, reason.strip()
    action.cause = cause.strip() or action.cause
    action.save(update_fields=["owner", "due_on", "changed_why", "cause"])
    _add_steps(action, [step.strip() for step in steps if step.strip()])
    return action


@operation("did a step of corrective action")
def do_corrective_step(
    step: CorrectiveStep, *, evidence: str, by: Person, document: Document | None = None
) -> CorrectiveStep:
    """Write down that a step was done, and what shows it.

    document: a file of the same young person, or of the home for what is about the home itself. Raises ``Refused`` without
    words, for a step that is done already; ``DoesNotExist`` for a step or file that ``by`` may not see, or that is not theirs.
    """
    step = CorrectiveStep.objects.select_for_update(of=("self",), no_key=True).get(pk=step.pk)
    action = CorrectiveAction.objects.select_related("finding").get(pk=step.action_id)
    if action.owner_id != by.pk:
        to_work_on(action.finding, by)
    if step.done_by_id:
        raise Refused("This step is done already. Nothing was changed.")
    if document is not None:
        right = Document.RIGHT_OF_PART.get(document.part, Can.CHANGE_FACILITY)
        document = Document.objects.visible_to(by, right).get(pk=document.pk)
    step.done_by, step.done_at, step.evidence, step.document = by, now(), evidence.strip(), document
    step.save(update_fields=["done_by", "done_at", "evidence", "document"])
    return step


@operation("reported corrective action as done")
def report_corrective_action(action: CorrectiveAction, *, note: str, by: Person) -> CorrectiveAction:
    """Say as its owner that all of it is done. Somebody else verifies it.

    Raises ``Refused`` without words, while a step is open, and when it was reported already; ``DoesNotExist`` but for the owner.
    """
    action = _locked(action, owner=by)
    if action.done_at:
        raise Refused("This was reported as done already. Nothing was changed.")
    action.done_at, action.done_note = now(), note.strip()
    action.save(update_fields=["done_at", "done_note"])
    return action


@operation("verified corrective action")
def verify_corrective_action(action: CorrectiveAction, *, note: str, by: Person) -> CorrectiveAction:
    """Sign that the cause is gone, and judge again: what no record can put right is closed by this.

    Raises ``Refused`` without words, before it was reported as done, to whoever planned it, changed the plan, owned it or did a
    step, and when it is verified already; ``DoesNotExist`` for whoever does not run the home or supervise it.
    """
    action = _to_judge(action, by)
    action.verified_by, action.verified_at, action.verified_note = by, now(), note.strip()
    action.save(update_fields=["verified_by", "verified_at", "verified_note"])
    if action.finding.resident_id:
        judge(young=[action.finding.resident_id])
    else:
        judge(homes=[action.finding.facility_id])
    action.finding.refresh_from_db()
    return action


@operation("sent corrective action back")
def send_back_corrective_action(action: CorrectiveAction, *, reason: str, by: Person) -> CorrectiveAction:
    """Send what was reported as done back to its owner. What was reported stays in history.

    Raises ``Refused`` without a reason, before it was reported, and to the owner; ``DoesNotExist`` as for verifying.
    """
    action = _to_judge(action, by)
    if not reason.strip():
        raise Refused("Say why it is not good enough yet.", field="reason")
    action.done_at, action.done_note = None, ""
    action.sent_back_by, action.sent_back_at, action.sent_back_reason = by, now(), reason.strip()
    action.save(update_fields=["done_at", "done_note", "sent_back_by", "sent_back_at", "sent_back_reason"])
    return action


def to_answer_for(finding: Finding, by: Person) -> Finding:
    """Return the finding when ``by`` sees it, and answers for the home or keeps the case. Raises ``DoesNotExist`` otherwise."""
    return _one_of(finding, by, ANSWER_FOR)


def to_work_on(finding: Finding, by: Person) -> Finding:
    """Return the finding when ``by`` sees it and is one of those who do what its rule asks. Raises ``DoesNotExist`` otherwise."""
    return _one_of(finding, by, FILED_BY[Part(finding.part)])


def _one_of(finding: Finding, by: Person, rights: frozenset[Can]) -> Finding:
    seen = Finding.objects.get(pk=finding.pk)  # the database shows it, or not
    mine: Any = reduce(or_, (Finding.objects.visible_to(by, right) for right in sorted(rights)))
    found: Finding = mine.select_related("rule", "facility").get(pk=seen.pk)
    return found


def _to_judge(action: CorrectiveAction, by: Person) -> CorrectiveAction:
    action = _locked(action)
    Finding.objects.visible_to(by, Can.CHANGE_FACILITY).get(pk=action.finding_id)
    if action.verified_at:
        raise Refused("This is verified already. Nothing was changed.")
    if action.done_at is None:
        raise Refused("Its owner has not said yet that all of it is done.")
    return action


def _locked(action: CorrectiveAction, **only: Any) -> CorrectiveAction:
    rows = CorrectiveAction.objects.select_for_update(of=("self",), no_key=True).select_related("finding__rule")
    return rows.get(pk=action.pk, **only)


def _add_steps(action: CorrectiveAction, wanted: Sequence[str]) -> None:
    last = action.steps.count()
    if wanted and last + len(wanted) > MOST_STEPS:
        raise Refused(f"A plan has at most {MOST_STEPS} steps. Put some of them together.", field="steps")
    for number, what in enumerate(wanted, start=last + 1):
        CorrectiveStep.objects.create(action=action, number=number, what=what)
