"""Corrective action in the demo: verified and yet failed again, waiting to be verified, being done, and overdue.

Told between two evaluations, about what was found by then, each step by the person whose it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from compliance import operations
from compliance.models import CorrectiveAction, Finding
from placement.access.models import Person
from placement.audit.clock import at_time
from placement.database.context import acting
from placement.facilities.models import Assignment

CAUSE = "Each shift thought that another one does it. It stood on no list, and nobody looked whether it was done."
STEPS = ("Put it on the list of each shift, with a name.", "Go through it with each shift, and let them say it back.")
EVIDENCE = ("The list hangs in the office. I went through it with both shifts.", "Everybody has signed the minutes.")
DONE = "It stands on the list of each shift with a name, and was done on each of the last three days."
VERIFIED = "I was there on two days without saying so before, and read the lists of the week."
BY = "supervisor"
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Told:
    """One corrective action: of which home, about which rule, due how many days after the plan; then in days before the end."""

    home: str
    rule: str
    due: int
    planned: int
    begun: int | None = None
    reported: int | None = None
    verified: int | None = None


TOLD = (
    Told("cedar", "ca-mandated-report-phone", due=12, planned=25, reported=20, verified=15),
    Told("birch", "tx-incident-report-licensing", due=14, planned=15, begun=10, reported=5),
    Told("birch", "tx-missing-operation-evaluation-6m", due=21, planned=10, begun=5),
    Told("cedar", "ca-mandated-report-written-36h", due=13, planned=15, begun=10),
)


@dataclass
class Correcting:
    """Does what is told in ``TOLD`` as the story goes on to ``end``."""

    end: datetime
    made: dict[Told, CorrectiveAction] = field(default_factory=dict)

    def at(self, moment: datetime) -> None:
        """Do what is done at ``moment``, after everything was judged."""
        days = round((self.end - moment) / timedelta(days=1))
        for told in TOLD:
            if told.planned == days:
                self.plan(told, moment)
            elif told in self.made and days in (told.begun, told.reported):
                self.go_on(self.made[told], moment, whole=told.reported == days)
            elif told in self.made and told.verified == days:
                by = Person.objects.get(username=BY)
                with at(moment, by):
                    operations.verify_corrective_action(self.made[told], note=VERIFIED, by=by)

    def plan(self, told: Told, moment: datetime) -> None:
        """Let the administrator of the home plan, about the newest finding; one of its staff owns it."""
        admin, owner = (Person.objects.get(username=f"{role}.{told.home}") for role in ("admin", "staff"))
        home = Assignment.objects.get(person=admin, role="admin").facility
        asked = Finding.objects.filter(facility=home, rule__rule=told.rule).exclude(closed_why="not asked")
        if found := asked.order_by("-opened_at", "pk").first():
            due_on = (moment + timedelta(days=told.due)).astimezone(home.zone).date()
            with at(moment, admin):
                self.made[told] = operations.plan_corrective_action(
                    found, cause=CAUSE, owner=owner, due_on=due_on, steps=STEPS, by=admin
                )

    def go_on(self, action: CorrectiveAction, moment: datetime, *, whole: bool) -> None:
        """Let the owner do the next step; or, when it is the ``whole``, all that are left, and say so."""
        left = list(action.steps.filter(done_at=None))
        for number, step in enumerate(left if whole else left[:1]):
            with at(moment + number * MINUTE, action.owner):
                operations.do_corrective_step(step, evidence=EVIDENCE[step.number - 1], by=action.owner)
        if whole:
            with at(moment + len(left) * MINUTE, action.owner):
                operations.report_corrective_action(action, note=DONE, by=action.owner)


@contextmanager
def at(moment: datetime, person: Person) -> Iterator[None]:
    """Act as ``person`` at ``moment``."""
    with at_time(moment), acting(person.pk, person.name):
        yield
