"""Complaints that came around the house, as far as the database shows them, and the codes for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import rights_on
from placement.audit.clock import now
from residents.models import (
    Complaint,
    ComplaintCheck,
    ComplaintCode,
    ComplaintDecision,
    ComplaintNamed,
    ComplaintStep,
    OutsidePerson,
    Resident,
)

OFFICES = ("lawyer", "advocate", "ombudsman")


@dataclass(frozen=True)
class Seen:
    """A complaint with what became of it.

    ``decision``: the one that stands, or waits for a second person. ``first_reply``: when the sender first got words of ours.
    """

    row: Complaint
    steps: list[ComplaintStep]
    decisions: list[ComplaintDecision]
    checks: list[ComplaintCheck]

    @property
    def decision(self) -> ComplaintDecision | None:
        """Return the decision that was not sent back."""
        return next((each for each in self.decisions if each.agreed is not False), None)

    @property
    def answered(self) -> bool:
        """Return whether the sender can read the answer."""
        return self.decision is not None and self.decision.is_out

    @property
    def replied(self) -> bool:
        """Return whether the sender has had words of ours."""
        return self.answered or any(step.kind == ComplaintStep.Kind.REPLY for step in self.steps)

    @property
    def due(self) -> datetime | None:
        """Return until when the next words to the sender are due: the first reply, then the answer."""
        if self.answered:
            return None
        return self.row.sent_at + (Complaint.ANSWER if self.replied else Complaint.FIRST_REPLY)

    @property
    def is_new_from_sender(self) -> bool:
        """Return whether the sender has added something after the last thing that we wrote."""
        ours = [step.at for step in self.steps if step.kind != ComplaintStep.Kind.ADDED]
        ours += [each.decided_at for each in self.decisions]
        added = [step.at for step in self.steps if step.kind == ComplaintStep.Kind.ADDED]
        return bool(added) and (not ours or max(added) > max(ours))

    @property
    def check_due(self) -> datetime | None:
        """Return from when somebody looks for payback; ``None`` when nobody has to any more, or it is not known whose it is."""
        if self.row.resident_id is None or len(self.checks) > 1:
            return None
        if not self.checks:
            return self.row.sent_at + ComplaintCheck.FIRST
        return self.row.sent_at + ComplaintCheck.SECOND if self.checks[0].result != ComplaintCheck.Result.NONE else None

    @property
    def follow_up_waits(self) -> bool:
        """Return whether something is done against payback and nobody has said yet that it was."""
        told = [each.at for each in self.checks if each.result == ComplaintCheck.Result.FOLLOW_UP]
        done = [step.at for step in self.steps if step.kind == ComplaintStep.Kind.FOLLOWED]
        return bool(told) and not any(at > max(told) for at in done)


@dataclass(frozen=True)
class Happening:
    """Something that happened to the young person: ``kind`` and the id of its row, and which words say what."""

    kind: str
    at: datetime
    id: UUID
    what: str


def open_to(person: Person) -> QuerySet[Complaint]:
    """Return the complaints that are open to ``person``, who acts: those that the database shows, and no others."""
    shown = Complaint.objects.all() if person.may(Can.LIST_COMPLAINTS) else Complaint.objects.none()
    return shown.prefetch_related(
        "steps", "checks", "decisions", "steps__by", "decisions__decided_by", "decisions__second_by", "checks__by"
    )


def seen(row: Complaint) -> Seen:
    """Return a complaint of ``open_to`` with what became of it."""
    return Seen(row, list(row.steps.all()), list(row.decisions.all()), list(row.checks.all()))


def opened(person: Person, pk: UUID, *, page: str, outcome: str = "shown") -> Seen:
    """Return one complaint and note in the access log that ``person`` has opened it, where no list of a record or home shows it.

    Raises ``Complaint.DoesNotExist`` for one that is closed to them.
    """
    found = seen(open_to(person).get(pk=pk))
    with connection.cursor() as cursor:
        cursor.execute("SELECT complaint_log(%s, %s, %s)", [pk, page, outcome])
    return found


def read_by_nobody() -> int:
    """Return how many complaints wait that no supervisor may read; 0 for anybody but a system administrator."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT complaints_nobody_reads()")
        return int(cursor.fetchone()[0])


def openings(complaint: Complaint) -> list[tuple[datetime, str, str]]:
    """Return when who in which role has opened the complaint, the newest first, 50 at most."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT at, name, role FROM complaint_opened(%s)", [complaint.pk])
        return [(at, name, str(Role(role).label)) for at, name, role in cursor.fetchall()]


def named_in(complaint: Complaint) -> list[ComplaintNamed]:
    """Return the colleagues whom the complaint is about."""
    return list(complaint.named.select_related("person", "named_by"))


def could_be_named(complaint: Complaint, person: Person) -> QuerySet[Person]:
    """Return the colleagues who could be named: everybody but those who are, and the one who names."""
    taken = ComplaintNamed.objects.filter(complaint=complaint).values("person")
    return Person.objects.filter(is_active=True).exclude(pk__in=taken).exclude(pk=person.pk).order_by("name")


def happened(complaint: Complaint) -> list[Happening]:
    """Return what limited or touched the young person from 30 days before the complaint until now, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, at, id, what FROM complaint_happened(%s)", [complaint.pk])
        return [Happening(*row) for row in cursor.fetchall()]


def days_since(complaint: Complaint) -> int:
    """Return how many whole days ago a complaint was sent."""
    return int((now() - complaint.sent_at) / timedelta(days=1))


def knows_the_record(person: Person, complaint: Complaint) -> bool:
    """Return whether the record of the young person is open to ``person``, so that rows in it can be opened."""
    found = Resident.objects.filter(pk=complaint.resident_id).first() if complaint.resident_id else None
    return found is not None and Can.VIEW_CARE_LOG in rights_on(person, found)


def codes_of(resident: Resident) -> list[ComplaintCode]:
    """Return the codes of a young person that hold, whose each is first: their own, then the advocates'."""
    found = ComplaintCode.objects.filter(resident=resident, ended_at=None).select_related("advocate", "made_by")
    return sorted(found, key=lambda code: (code.advocate is not None, code.made_at))


def advocates_of(resident: Resident) -> QuerySet[OutsidePerson]:
    """Return who may have a code of their own: lawyers, advocates and ombudspersons of the young person."""
    return OutsidePerson.objects.filter(resident=resident, office__in=OFFICES).order_by("name")
