"""Intrusive measures: what was done to one young person, and what waits for somebody's judgement."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from residents.models import IntrusiveMeasure

RELATED = ("resident", "facility", "done_by", "written_by", "decided_by", "ended_by")


@dataclass(frozen=True)
class Measure:
    """A measure as first written with its ``amendments``, oldest first; ``now`` is what counts."""

    first: IntrusiveMeasure
    now: IntrusiveMeasure
    amendments: list[IntrusiveMeasure]

    @property
    def is_mistake(self) -> bool:
        """Return whether it does not count: it was called a mistake, and whoever judged it then believed that."""
        judged = self.first.decided_at if self.first.decision == IntrusiveMeasure.Decision.APPROVED else None
        return judged is not None and any(each.mistake and each.written_at < judged for each in self.amendments)


def readable(person: Person) -> QuerySet[IntrusiveMeasure]:
    """Return the measures that ``person`` may read, as first written, newest first, each with its amendments."""
    amendments = IntrusiveMeasure.objects.select_related("written_by").order_by("written_at", "pk")
    return (
        IntrusiveMeasure.objects.visible_to(person, Can.VIEW_CARE_LOG)
        .filter(amends=None)
        .select_related(*RELATED)
        .prefetch_related(Prefetch("amendments", queryset=amendments))
        .order_by("-happened_at", "-pk")
    )


def measure_of(first: IntrusiveMeasure) -> Measure:
    """Return a row of ``readable`` with what counts."""
    amendments = list(first.amendments.all())
    return Measure(first, (amendments or [first])[-1], amendments)


def that_count(rows: QuerySet[IntrusiveMeasure]) -> QuerySet[IntrusiveMeasure]:
    """Return those of ``rows``, as first written, but for mistakes: called so, and then judged to be right.

    Else whoever searched somebody could take it from the eyes of those who judge it.
    """
    said_so = IntrusiveMeasure.objects.filter(
        amends=OuterRef("pk"), mistake=True, written_at__lt=OuterRef("decided_at")
    )
    return rows.filter(~Exists(said_so.order_by()) | ~Q(decision=IntrusiveMeasure.Decision.APPROVED), amends=None)


def to_answer_for(person: Person) -> QuerySet[IntrusiveMeasure]:
    """Return the measures of the young people for whom ``person`` judges them."""
    accepts, approves = (IntrusiveMeasure.objects.visible_to(person, right) for right in IntrusiveMeasure.DECIDERS)
    return that_count(accepts | approves).select_related(*RELATED)


def to_judge(person: Person) -> QuerySet[IntrusiveMeasure]:
    """Return those that wait for the judgement of ``person``: not what they did, wrote down or amended."""
    waiting = to_answer_for(person).filter(decision="").exclude(Q(done_by=person) | Q(written_by=person))
    return waiting.exclude(amendments__written_by=person)


def kept_too_long(person: Person) -> QuerySet[Any]:
    """Return those that go on although they may not, for who answers for it, each with ``over_since``, the oldest first."""
    going_on = to_answer_for(person).filter(lasts=True, ended_at=None)
    until = Coalesce(F("ends_at"), F("decided_at"), F("review_by"))
    return going_on.annotate(over_since=until).filter(over_since__lte=now()).order_by("over_since")


def measure_for(person: Person, resident: UUID, row: UUID) -> IntrusiveMeasure:
    """Return a measure for who judges it or works there. Raises ``IntrusiveMeasure.DoesNotExist``."""
    return readable(person).get(pk=row, resident=resident)


def measure_to_amend(person: Person, resident: UUID, row: UUID, *, lock: bool = False) -> IntrusiveMeasure:
    """Return a measure as first written, with what its newest version says. Raises ``IntrusiveMeasure.DoesNotExist``."""
    mine = IntrusiveMeasure.objects.visible_to(person, Can.LOG_CARE)
    first: IntrusiveMeasure = (mine.locked() if lock else mine).get(pk=row, resident=resident, amends=None)
    newest = first.amendments.order_by("-written_at", "-pk").first()
    if newest is not None:
        first.why, first.done, first.found, first.mistake = newest.why, newest.done, newest.found, newest.mistake
    return first


def in_words(measure: IntrusiveMeasure) -> str:
    """Return what was done, by whom and why, for whoever judges it."""
    counts = measure_of(measure).now
    found = f" Found: “{counts.found}”" if counts.found else ""
    told = "The young person was told why." if counts.told else f"They were not told: “{counts.why_not_told}”"
    mistake = (
        f" {counts.written_by} says that it was written by mistake: “{counts.reason}”. If you believe that, say that it was right:"
        " then it does not count."
        if counts.mistake
        else ""
    )
    saw = f" Seen by {counts.witness}." if counts.witness else " Nobody is named who saw it."
    return (
        f"{measure.get_kind_display()} · {measure.resident} · by {measure.done_by}.{saw} Why: “{counts.why}”"
        f" Done: “{counts.done}”{found} {told}{mistake}"
    )
