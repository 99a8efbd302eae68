"""What the law asks in the demo: judged as the story goes on, and proved about as carefully as people do it.

The story is loaded in the order of time, so what is judged at a moment of it is what the rules said then. To judge every act would
take too long: what opens clocks is judged at once (what lies further back, every other day), the rest every few days, as the hourly
command would.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Func

from compliance.events import whom
from compliance.judging import judge, judge_all
from compliance.models import Obligation, Proof
from compliance.parts import Part
from compliance.queries.obligations import waiting
from placement.access.models import Person
from placement.audit.clock import at_time, now
from placement.database.context import acting, acting_as_system
from placement.demo.correcting import Correcting
from placement.demo.plan import chance
from placement.facilities.models import Assignment
from residents.models import Caseload

COMMAND = "compliance evaluate"
DAYS, EVERY, TOGETHER = timedelta(days=30), timedelta(days=5), timedelta(days=2)
AT_ONCE = frozenset(
    {
        "facilities.admit",
        "facilities.came_back",
        "facilities.discharge",
        "facilities.propose_discharge",
        "residents.close_incident",
        "residents.return_incident",
        "residents.designate",
        "residents.report_incident",
        "residents.review_incident",
    }
)
OF_HOMES = (Part.CARE, Part.INCIDENT, Part.SHIFT, Part.PAPERS)
NEVER, LATE, UNASKED = 0.06, 0.13, 0.4  # of what is due; and of what has no time set, or is advice
WORDS = {
    Part.INCIDENT: ("phone", "The office that must be told"),
    Part.SUMMARY: ("email", "The court and the family"),
    Part.SHARE: ("letter", "Who asked for it"),
}


class MayFile(Func):
    """Whether the acting person does what an obligation asks: who has left the home with the young person does not."""

    function = "compliance_may_file"
    output_field = BooleanField()


class Law:
    """Judges the story from 30 days before ``end`` on, every few days, and at ``end``."""

    def __init__(self, end: datetime) -> None:
        self.next, self.end, self.correcting = end - DAYS, end, Correcting(end)
        self.homes: set[UUID] = set()
        self.young: set[UUID] = set()
        self.together = datetime.min.replace(tzinfo=UTC)

    def before(self, moment: datetime) -> None:
        """Judge what is due before an act at ``moment``."""
        if (self.homes or self.young) and self.together <= moment:
            with at_time(self.together), acting_as_system(COMMAND):
                judge(self.homes, self.young)
            self.homes, self.young = set(), set()
        while self.next <= min(moment, self.end - EVERY):
            self.judge(self.next)
            self.next += EVERY

    def after(self, act: str, arguments: Mapping[str, Any], result: Any) -> None:
        """Judge an act that opens clocks: inside its transaction, or together with others of those two days."""
        if act not in AT_ONCE:
            return
        homes, young = whom(act, arguments, result)
        if now() >= self.end - DAYS - TOGETHER:
            judge(homes, young)
            return
        if not (self.homes or self.young):
            self.together = now() + TOGETHER
        self.homes |= homes
        self.young |= young

    def judge(self, moment: datetime) -> None:
        """File what people have proved by ``moment``, judge everything, and go on with what is done about it."""
        prove(moment)
        with at_time(moment), acting_as_system(COMMAND):
            judge_all()
        self.correcting.at(moment)


def prove(moment: datetime) -> None:
    """File the proofs of what waits at ``moment`` and was done by then: each in the name of somebody whose work it is."""
    admins = {
        row.facility_id: row.person
        for row in Assignment.objects.filter(role="admin", starts_at__lte=moment, ends_at=None).select_related("person")
    }
    caseworkers: dict[UUID | None, Person] = {
        row.case.resident_id: row.caseworker
        for row in Caseload.objects.filter(starts_at__lte=moment, ends_at=None).select_related("case", "caseworker")
    }
    rows = waiting(Obligation.objects.filter(proofs__isnull=True)).exclude(rule__proofs=[])
    ready = [(row, at) for row in rows.select_related("rule").order_by("pk") if (at := done(row, moment)) is not None]
    file_by(lambda row: admins.get(row.facility_id) if row.part in OF_HOMES else None, ready, moment)
    file_by(lambda row: caseworkers.get(row.resident_id), ready, moment)


def file_by(
    whose: Callable[[Obligation], Person | None], ready: list[tuple[Obligation, datetime]], moment: datetime
) -> None:
    """File what the person whom ``whose`` names has done, and take it off ``ready``; who may no longer do it files nothing."""
    by_person: dict[Person, list[tuple[Obligation, datetime]]] = defaultdict(list)
    for row, done_at in ready:
        if (person := whose(row)) is not None:
            by_person[person].append((row, done_at))
    for person, theirs in sorted(by_person.items(), key=lambda each: each[0].username):
        with at_time(moment), acting(person.pk, person.name, act="compliance.file_proof"):
            asked = Obligation.objects.filter(pk__in=[row.pk for row, _ in theirs])
            may = set(asked.filter(MayFile("part", "facility_id", "resident_id")).values_list("pk", flat=True))
            Proof.objects.bulk_create(
                [proof for row, done_at in theirs if row.pk in may for proof in proofs(row, done_at, person)]
            )
        ready[:] = [(row, done_at) for row, done_at in ready if row.pk not in may]


def proofs(row: Obligation, done_at: datetime, person: Person) -> list[Proof]:
    """Return one proof of each item that ``row`` asks for, done at ``done_at`` and written by ``person``."""
    how, told = WORDS.get(Part(row.part), ("record", ""))
    return [
        Proof(
            obligation=row,
            item=item,
            done_at=done_at,
            how=how,
            told=told,
            reference=f"No. {chance('reference', row.rule.rule, row.subject, item).randrange(10_000, 99_999)}",
            written_by=person,
        )
        for item, _ in enumerate(row.rule.proofs, start=1)
    ]


def done(row: Obligation, moment: datetime) -> datetime | None:
    """Return when somebody has done what ``row`` asks, None when nobody has by ``moment``."""
    luck = chance("law", row.rule.rule, row.subject, row.resident_id)
    care, part = luck.random(), luck.uniform(0.2, 0.9)
    begins = row.event_at if row.event_at < moment else row.opened_at
    if row.rule.kind == "recurring":
        begins = max(begins, moment - EVERY)
    free = row.due_at is None or row.severity == "advice"
    if care < (UNASKED if free else NEVER):
        return None
    ends = row.due_at or begins + EVERY
    if not free and care < LATE:
        begins, ends = max(begins, ends), max(begins, ends) + timedelta(days=2)
    done_at = begins + part * max(ends - begins, timedelta())
    return done_at if done_at <= moment else None
