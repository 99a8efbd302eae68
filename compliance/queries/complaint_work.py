"""Duties about complaints that came around the house: read and answer them in time, agree as the second, look for payback."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.urls import reverse

from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.audit.clock import now
from residents.queries import complaints
from residents.queries.complaints import Seen

AHEAD = timedelta(days=7)


def to_answer(person: Person, cut: Cut) -> Iterable[Task]:
    """Complaints that wait for a reply, an answer, a second person, somebody to read what was added, or a look for payback.

    Danger is an alarm; looks for payback stand here a week before they can be signed.
    """
    for found in _newest(person, cut):
        decision, row = found.decision, found.row
        whose = f" from {row.code}" if row.code else " without a code that is right"
        if decision is not None and decision.waits and decision.decided_by_id != person.pk:
            due = decision.decided_at + timedelta(days=1)
            yield _task(found, due, f"Complaint {row.number}: do you agree, as the second?", "second")
        elif found.due is not None and not (decision is not None and decision.waits):
            tag = "danger" if row.danger else "answer due" if found.replied else "no reply yet"
            yield _task(found, found.due, f"Complaint {row.number}{whose}", tag, alarm=row.danger)
        if found.answered and found.is_new_from_sender:
            yield _task(found, None, f"Complaint {row.number}: the sender has added something", "new")
        if found.check_due is not None and found.check_due <= now() + AHEAD:
            yield Task(
                found.check_due,
                f"Complaint {row.number}: look for payback",
                f"Did {row.code} have to pay for complaining?",
                reverse("complaints:payback", args=[row.pk]),
                "Look and sign",
            )
        if found.follow_up_waits:
            yield _task(found, None, f"Complaint {row.number}: something was to be done against payback", "follow-up")


def to_read(person: Person, cut: Cut) -> Iterable[Task]:
    """Complaints of the own young people that have no answer yet: the supervisors answer, the caseworker knows."""
    for found in _newest(person, cut):
        if found.due is not None:
            title = f"Complaint {found.row.number} from {found.row.code}"
            yield _task(
                found, found.due, title, "danger" if found.row.danger else "for you to know", alarm=found.row.danger
            )


def nobody_reads(person: Person, cut: Cut) -> Iterable[Task]:
    """That something waits that no supervisor may read: all that a system administrator is told."""
    if waiting := complaints.read_by_nobody():
        yield Task(
            None,
            "Something waits that no supervisor may read",
            f"{waiting} in all. Open an account for a supervisor of another unit: they are shown it at once.",
            reverse("accounts:new"),
            "Open an account",
            when="now",
            tag="waits",
            strong=True,
        )


def _newest(person: Person, cut: Cut) -> list[Seen]:
    """Return the complaints of the last year that are open to ``person``."""
    since = now() - timedelta(days=365)
    return [
        complaints.seen(row) for row in cut(complaints.open_to(person).filter(sent_at__gt=since).order_by("-sent_at"))
    ]


def _task(found: Seen, due: datetime | None, title: str, tag: str, *, alarm: bool = False) -> Task:
    return Task(
        due,
        title,
        "Came around the house. Nobody there can see it.",
        reverse("complaints:detail", args=[found.row.pk]),
        "Read it",
        tag=tag,
        kind="due" if tag in ("answer due", "for you to know", "new") else "late",
        strong=not found.replied,
        alarm=alarm,
        when="now",
    )
