"""Corrective action as a page and My work need it: what stands on a finding, who may own it, and what waits for whom."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone

from compliance.models import CorrectiveAction, CorrectiveStep, Finding
from compliance.parts import ANSWER_FOR, OPENED_BY, Part
from compliance.queries.opened_to import give_codes, may_file, rights_of, row_for
from compliance.queries.tasks import Cut, Task, day_end, on_day
from compliance.queries.told import tell, telling
from placement.access.models import Person
from placement.access.rights import HOME_RIGHTS, RESIDENT_RIGHTS, Can, Role
from placement.access.visible import in_force
from placement.audit.clock import now
from placement.facilities.models import Assignment
from placement.ui.dates import day_name
from residents.models import Caseload

CLOSED = "somebody whose record is closed to you"
VERIFIED_IN = timedelta(days=7)  # after the owner has reported it
STANDS = {"planned": "being done", "done": "waits to be verified", "sent back": "sent back", "verified": "verified"}


@dataclass(frozen=True)
class Action:
    """One corrective action as ``person`` reads it, and what they may do with it now."""

    row: CorrectiveAction
    steps: list[CorrectiveStep]
    overdue: bool
    owner_left: bool
    may_change: bool
    may_step: bool
    may_report: bool
    may_judge: bool

    @property
    def stands(self) -> str:
        """Return how it stands: a key of ``STANDS``."""
        if self.row.verified_at:
            return "verified"
        if self.row.done_at:
            return "done"
        return "sent back" if self.row.sent_back else "planned"

    @property
    def words(self) -> str:
        """Return how it stands in words."""
        return "overdue" if self.overdue else STANDS[self.stands]

    @property
    def comes_next(self) -> str:
        """Return what comes next, for those who don't do it; of what is not verified."""
        if self.row.done_at:
            return "Somebody who had no part in it checks it: whoever runs or supervises the home. You have nothing to do here."
        if self.open_steps:
            return f"{self.row.owner} sees to it that the steps are done, and they are written down here."
        return f"All steps are done. {self.row.owner} reports that, and somebody else checks it."

    @property
    def open_steps(self) -> list[CorrectiveStep]:
        """Return what is still to be done."""
        return [step for step in self.steps if step.done_at is None]


def actions_of(finding: Finding, person: Person, rights: frozenset[Can]) -> list[Action]:
    """Return the corrective actions of a finding, the newest first, with what ``person`` may read of what was written."""
    rows = finding.actions.select_related("owner", "planned_by", "sent_back_by", "verified_by")
    rows = rows.annotate(had_a_part=worked_on(person), owner_left=owner_left())
    found = list(rows.prefetch_related("steps__done_by", "steps__document"))
    _tell(found, finding, person)
    return [_action(row, finding, person, rights) for row in found]


def _tell(rows: Iterable[CorrectiveAction], finding: Finding, person: Person) -> None:
    """Put into the texts what ``person`` may read of them. A plan counts as written by who began it."""
    steps = [(step, row) for row in rows for step in row.steps.all()]
    writers = {who for row in rows for who in (row.owner, row.planned_by, row.sent_back_by, row.verified_by) if who}
    told = telling(person, finding, writers | {step.done_by for step, _ in steps if step.done_by})
    for row in rows:
        tell(told, row, row.planned_by, "cause", "changed_why")
        tell(told, row, row.owner, "done_note")
        tell(told, row, row.sent_back_by, "sent_back_reason")
        tell(told, row, row.verified_by, "verified_note")
    for step, row in steps:
        tell(told, step, row.planned_by, "what")
        tell(told, step, step.done_by, "evidence")


def worked_on(person: Person) -> Func:
    """Return the database's ``corrective_worked_on``: whether ``person`` had a part in an action, and so does not verify it."""
    return Func(F("pk"), Value(person.pk), function="corrective_worked_on", output_field=BooleanField())


def owner_left(action: str = "pk") -> Func:
    """Return the database's ``corrective_owner_left``: whether the owner neither works in the home nor keeps the case any more.

    action: the path to the key of the action.
    """
    return Func(F(action), function="corrective_owner_left", output_field=BooleanField())


def without_owner(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Return those of ``findings`` with corrective action that is to be done, and whose owner has left."""
    open_ = CorrectiveAction.objects.filter(finding=OuterRef("pk"), verified_at__isnull=True, done_at__isnull=True)
    return findings.filter(Exists(open_.filter(owner_left())))


def _action(row: Any, finding: Finding, person: Person, rights: frozenset[Can]) -> Action:
    steps = list(row.steps.all())
    left, owns = any(step.done_at is None for step in steps), row.owner_id == person.pk
    waits = row.done_at is not None and row.verified_at is None
    return Action(
        row,
        steps,
        overdue=row.done_at is None and row.due_on < now().astimezone(finding.facility.zone).date(),
        owner_left=row.done_at is None and bool(row.owner_left),
        may_change=row.done_at is None and may_plan(rights),
        may_step=row.done_at is None and left and (owns or may_file(finding, rights)),
        may_report=row.done_at is None and not left and owns,
        may_judge=waits and Can.CHANGE_FACILITY in rights and not row.had_a_part,
    )


def may_plan(rights: frozenset[Can]) -> bool:
    """Return whether somebody with these rights answers for a finding, and so plans what is done about it."""
    return bool(ANSWER_FOR & rights)


def can_be_planned(finding: Finding, actions: Iterable[Action]) -> bool:
    """Return whether a corrective action can begin: what failed was asked, none is open, and it is not put right and verified."""
    over = (Finding.Closed.NOT_ASKED, Finding.Closed.CORRECTED, Finding.Closed.NEWER_TEXT)
    asked = finding.closed_why not in over
    actions = list(actions)
    return asked and all(action.row.verified_at for action in actions) and not (finding.closed_at and actions)


def owners_for(finding: Finding) -> QuerySet[Person]:
    """Return who may own it: who works in the home or keeps the case, where the part of the finding is open to their role."""
    opens = set(OPENED_BY[Part(finding.part)])
    of_home = [
        role
        for role in (Role.STAFF, Role.ADMIN)
        if opens & (HOME_RIGHTS[role] | _of_young(finding, RESIDENT_RIGHTS[role]))
    ]
    works = Assignment.objects.filter(in_force(), facility=finding.facility_id, role__in=of_home)
    found = Q(pk__in=works.values("person"))
    if finding.resident_id and opens & RESIDENT_RIGHTS[Role.CASEWORKER]:
        keeps = Caseload.objects.filter(in_force(), case__resident=finding.resident_id)
        found |= Q(pk__in=keeps.values("caseworker"))
    return Person.objects.filter(found, is_active=True).order_by("name", "pk")


def _of_young(finding: Finding, rights: frozenset[Can]) -> frozenset[Can]:
    return rights if finding.resident_id else frozenset()


def cause_to_change(action: CorrectiveAction, person: Person) -> str:
    """Return the cause for a form that changes it; empty where ``person`` may not read all of it, and so leaves it as it is."""
    told = telling(person, action.finding, [action.planned_by])(action.cause, action.planned_by)
    return told if told == action.cause else ""


def action_to_change(person: Person, pk: UUID) -> CorrectiveAction:
    """Return an action that is being done. Raises ``DoesNotExist`` for whoever may not see its finding or change the plan."""
    action = CorrectiveAction.objects.select_related("owner", "planned_by").get(pk=pk, done_at__isnull=True)
    action.finding = row_for(person, Finding, action.finding_id)
    if not may_plan(rights_of(action.finding, person)):
        raise CorrectiveAction.DoesNotExist
    return action


def earlier(finding: Finding) -> CorrectiveAction | None:
    """Return the action after which the rule has failed again, where it is open to the reader."""
    if finding.again_after_id is None:
        return None
    rows = CorrectiveAction.objects.select_related("finding__facility", "owner", "verified_by")
    return rows.filter(pk=finding.again_after_id).first()


def histories(actions: Iterable[Action]) -> list[QuerySet[Any]]:
    """Return the history of these actions and of what was done of their steps."""
    keys = [action.row.pk for action in actions]
    if not keys:
        return []
    return [
        CorrectiveAction.history.filter(id__in=keys),
        CorrectiveStep.history.filter(action_id__in=keys, history_type="~"),
    ]


# My work.


def own(person: Person, cut: Cut) -> Iterable[Task]:
    """Corrective action that this person owns, until they have said that all of it is done."""
    rows = _open().filter(owner=person, done_at__isnull=True)
    left = Count("steps", filter=Q(steps__done_at__isnull=True))
    for row in _named(cut(rows.annotate(left=left).order_by("due_on", "pk"))):
        what = f"{row.left} step{'' if row.left == 1 else 's'} to do" if row.left else "say that all of it is done"
        yield _task(row, f"{row.finding.rule.title}: {what}", "Open", "sent back" if row.sent_back else "")


def to_verify(person: Person, cut: Cut) -> Iterable[Task]:
    """What its owner has reported as done, for those who may verify it: they had no part in it."""
    rows = _open().visible_to(person, Can.CHANGE_FACILITY).filter(done_at__isnull=False)
    rows = rows.annotate(had_a_part=worked_on(person)).filter(had_a_part=False)
    for row in _named(cut(rows.order_by("done_at", "pk"))):
        yield _task(row, f"Verify: {row.finding.rule.title}", "Check and verify", f"{row.owner} says it is done", "due")


def overdue(person: Person, cut: Cut) -> Iterable[Task]:
    """Corrective action of homes that this person supervises whose due day is over."""
    rows = (
        _open()
        .visible_to(person, Can.CHANGE_FACILITY)
        .filter(done_at__isnull=True, due_on__lte=timezone.localdate(now()))
    )
    rows = rows.annotate(owner_left=owner_left()).filter(owner_left=False)
    for row in _named(cut(rows.exclude(owner=person).order_by("due_on", "pk"))):
        if row.due_on < now().astimezone(row.finding.facility.zone).date():
            yield _task(row, f"{row.owner} has not finished: {row.finding.rule.title}", "Open", "overdue")


def owners_gone(person: Person, cut: Cut) -> Iterable[Task]:
    """Corrective action that nobody does, because its owner has left: for those who choose another."""
    rows = _open().visible_to(person, Can.CHANGE_FACILITY).filter(done_at__isnull=True)
    rows = rows.annotate(owner_left=owner_left()).filter(owner_left=True)
    for row in _named(cut(rows.order_by("due_on", "pk"))):
        title = f"The owner no longer works here: choose another. {row.finding.rule.title}"
        task = _task(row, title, "Choose another", "no owner")
        yield replace(task, href=reverse("compliance:change_action", args=[row.pk]), strong=True)


def failed_again(person: Person, cut: Cut) -> Iterable[Task]:
    """Rules that fail again after corrective action, until somebody has planned what is done now."""
    planned = CorrectiveAction.objects.filter(finding=OuterRef("pk"), verified_at__isnull=True)
    rows = Finding.objects.visible_to(person, Can.CHANGE_FACILITY).filter(
        ~Exists(planned), closed_at__isnull=True, again_after__isnull=False
    )
    related = ("rule", "facility", "resident", "again_after")
    found = cut(rows.select_related(*related).order_by("opened_at", "pk"))
    give_codes(found)
    for row in found:
        yield Task(
            None,
            f"{row.rule.title}{_whose(row)}",
            f"{row.facility} · {after(row)}",
            reverse("compliance:finding", args=[row.pk]),
            "Plan what is done",
            when="Now",
            tag="failed again",
            strong=True,
        )


def after(finding: Finding) -> str:
    """Return in words after what the rule has failed again."""
    action = finding.again_after
    if action is None or action.verified_at is None:
        return "failed again after corrective action"
    zone = finding.facility.zone
    verified, today = (moment.astimezone(zone).date() for moment in (action.verified_at, now()))
    return f"failed again after corrective action that was verified {day_name(verified, today)}"


def _open() -> Any:
    related = ("finding__rule", "finding__facility", "finding__resident", "owner")
    return CorrectiveAction.objects.filter(verified_at__isnull=True).select_related(*related)


def _named(rows: list[Any]) -> list[Any]:
    """Return ``rows``, whose findings have the codes that the reader may know."""
    give_codes(row.finding for row in rows)
    return rows


def _task(row: CorrectiveAction, title: str, action: str, tag: str, kind: str = "late") -> Task:
    found, zone = row.finding, row.finding.facility.zone
    due = row.done_at + VERIFIED_IN if row.done_at else day_end(row.due_on, zone)
    late = row.done_at is None and due < now()
    return Task(
        due,
        f"{title}{_whose(found)}",
        f"{found.facility} · corrective action · {found.rule.citation}",
        reverse("compliance:finding", args=[found.pk]),
        action,
        note="" if row.done_at else on_day(row.due_on, zone),
        tag=tag or ("overdue" if late else ""),
        kind=kind,
        strong=late and found.severity == "critical",
    )


def _whose(found: Finding) -> str:
    return "" if found.resident_id is None else f" ({found.resident or found.code or CLOSED})"


def being_corrected(findings: QuerySet[Finding]) -> QuerySet[Finding]:
    """Return those of ``findings`` with an open corrective action: ``correct_by`` is its due day, ``corrects`` its owner.

    ``owner_left``: the owner no longer works there. ``correct_late``: that day is over in the home, and nobody has reported it as
    done.
    """
    open_ = findings.filter(actions__isnull=False, actions__verified_at__isnull=True)
    there = Func(F("facility__time_zone"), Value(now()), function="timezone", output_field=DateTimeField())
    return open_.annotate(
        correct_by=F("actions__due_on"),
        corrects=F("actions__owner__name"),
        reported_at=F("actions__done_at"),
        owner_left=owner_left("actions__pk"),
        correct_late=Q(actions__done_at__isnull=True, actions__due_on__lt=Cast(there, DateField())),
    )
