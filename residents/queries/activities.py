"""In how many of the offered activities a young person took part, and which."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Prefetch

from placement.access.rights import Can
from placement.audit.clock import now
from residents.models import ActivityAnswer, CareEntry
from residents.queries.record import Record

Answer = ActivityAnswer.Answer
LOOKED_AT = timedelta(days=30)
"""How far back offers count. Rules will say it."""


@dataclass(frozen=True)
class Row:
    """One offer: ``entry`` as first written, ``says`` what its newest version says, ``answer`` how it counts ("" for not)."""

    answer: str
    entry: CareEntry
    says: CareEntry
    why: str

    @property
    def kind(self) -> str:
        """Return the kind of its tag."""
        return {Answer.JOINED: "good", Answer.EXCLUDED: "late"}.get(Answer(self.answer), "") if self.answer else ""


@dataclass(frozen=True)
class Parity:
    """The offers of the last 30 days, newest first. Being away does not count, nor what was written by mistake."""

    rows: list[Row]

    def count(self, *answers: str) -> int:
        """Return how many of the rows have one of these answers."""
        return sum(row.answer in answers for row in self.rows)

    @property
    def offered(self) -> int:
        """Return to how many offers the young person could have come."""
        return self.count(Answer.JOINED, Answer.NOT_WANTED, Answer.EXCLUDED)

    @property
    def joined(self) -> int:
        """Return in how many they took part."""
        return self.count(Answer.JOINED)

    @property
    def excluded(self) -> int:
        """Return from how many they were kept."""
        return self.count(Answer.EXCLUDED)


def parity(record: Record) -> Parity:
    """Return what was offered to the young person in the last 30 days. Two queries."""
    amendments = CareEntry.objects.order_by("written_at", "pk")
    answers = (
        ActivityAnswer.objects.visible_to(record.person, Can.VIEW_CARE_LOG)
        .filter(resident=record.resident, entry__happened_at__gte=now() - LOOKED_AT)
        .select_related("entry__facility", "entry__written_by", "restriction")
        .prefetch_related(Prefetch("entry__amendments", queryset=amendments))
        .order_by("-entry__happened_at", "-pk")
    )
    return Parity([_row(answer) for answer in answers])


def _row(answer: ActivityAnswer) -> Row:
    says = (list(answer.entry.amendments.all()) or [answer.entry])[-1]
    of_words = {label: value for value, label in Answer.choices}
    why = answer.restriction.reason if answer.restriction else ""
    return Row(of_words.get(says.outcome, ""), answer.entry, says, why)
