"""What became of what a person has proposed: on their work page until they have read it, each on a page of its own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from compliance.models import AgencyTerm, AnswerRead, CourtExport
from compliance.queries.court_exports import exports
from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.access.opened import note_opened
from placement.access.rights import Can
from placement.ui.dates import moment_name
from residents.models import Disposal, SealingNotice, ValueProposal
from residents.queries import value_proposals

WITHIN = timedelta(days=2)


@dataclass(frozen=True)
class Answer:
    """One answer. title: what it is about, and what was said. reason: why, in the words of ``who``. href: where it stands."""

    kind: str
    pk: UUID
    title: str
    reason: str
    who: Person | None
    at: datetime
    href: str
    read: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of answers. rows: those for a person, read or not. answer: makes one of a row. at: the column that says when."""

    rows: Callable[[Person], QuerySet[Any]]
    answer: Callable[[Any], dict[str, Any]]
    at: str


def _terms(person: Person) -> QuerySet[AgencyTerm]:
    rows = AgencyTerm.objects.all() if person.may(Can.READ_AUDIT) else AgencyTerm.objects.none()
    return rows.filter(proposed_by=person, refused_at__isnull=False).select_related("refused_by")


def _term(row: AgencyTerm) -> dict[str, Any]:
    return {
        "title": "The time for which records are kept that you proposed was refused",
        "reason": row.refusal,
        "who": row.refused_by,
        "href": reverse("audit:agency_term", args=[row.pk]),
    }


def _disposals(person: Person) -> QuerySet[Disposal]:
    rows = Disposal.objects.visible_to(person, Can.VIEW_AUDIT)
    return rows.filter(proposed_by=person, approved=False, erased_at=None).select_related("decided_by")


def _disposal(row: Disposal) -> dict[str, Any]:
    return {
        "title": f"The record of {row.code} stays: what you proposed was refused",
        "reason": row.decision,
        "who": row.decided_by,
        "href": reverse("audit:retention_young", args=[row.resident_id]),
    }


def _exports(person: Person) -> QuerySet[CourtExport]:
    return exports(person).filter(asked_by=person, approved=False)


def _export(row: CourtExport) -> dict[str, Any]:
    return {
        "title": f"The sealed export that you asked for was refused. It is for {row.recipient}",
        "reason": row.decision,
        "who": row.decided_by,
        "href": reverse("audit:export", args=[row.pk]),
    }


def _sealed(person: Person) -> QuerySet[SealingNotice]:
    return SealingNotice.objects.filter(person=person)


def _sealing(row: SealingNotice) -> dict[str, Any]:
    until = f" until {moment_name(row.until, row.person.time_zone)}" if row.until else ""
    said = f"{row.get_said_display()}{until}"
    return {"title": f"{row.code}: {said[:1].lower()}{said[1:]}", "reason": "", "who": None, "href": ""}


def _value(row: ValueProposal) -> dict[str, Any]:
    taken = row.answer == ValueProposal.Answer.TAKEN
    said = "was put back, as you proposed" if taken else "stays as it is: what you proposed was refused"
    return {
        "title": f"A value in the record of {row.resident.code} {said}",
        "reason": row.answer_reason,
        "who": row.answered_by,
        "href": reverse("residents:put_back", args=[row.resident_id, row.pk]),
    }


KINDS: dict[str, Kind] = {
    "term": Kind(_terms, _term, "refused_at"),
    "disposal": Kind(_disposals, _disposal, "decided_at"),
    "value": Kind(value_proposals.answered, _value, "answered_at"),
    "sealing": Kind(_sealed, _sealing, "told_at"),
    "export": Kind(_exports, _export, "decided_at"),
}


def _read(person: Person) -> Exists:
    return Exists(AnswerRead.objects.filter(person=person, of=OuterRef("pk")))


def answer_for(person: Person, kind: str, pk: UUID) -> Answer:
    """Return one answer to ``person``. Raises ``ObjectDoesNotExist``."""
    if kind not in KINDS:
        raise ObjectDoesNotExist
    row = KINDS[kind].rows(person).annotate(answer_read=_read(person)).get(pk=pk)
    note_opened(row)
    return _made(kind, row, read=row.answer_read)


def to_read(*kinds: str) -> Callable[[Person, Cut], Iterable[Task]]:
    """Return the source of duties: the answers of these kinds that a person has not read, oldest first."""

    def source(person: Person, cut: Cut) -> Iterable[Task]:
        for name in kinds:
            kind = KINDS[name]
            for row in cut(kind.rows(person).filter(~_read(person)).order_by(kind.at, "pk")):
                answer = _made(name, row)
                yield Task(
                    answer.at + WITHIN,
                    answer.title,
                    answer.reason,
                    reverse("answer", args=[name, row.pk]),
                    "Read why",
                    tag="answered",
                    kind="due",
                )

    return source


def _made(kind: str, row: Any, *, read: bool = False) -> Answer:
    return Answer(kind=kind, pk=row.pk, at=getattr(row, KINDS[kind].at), read=read, **KINDS[kind].answer(row))
