"""Of what the safety history of a placement consists, and since when: read from the histories, which nobody can change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, Value

from placement.database.context import reading
from placement.facilities.models import Placement, WarningSignature
from residents.models import ExploitationLink, ExploitationTrace, HarmEvent, OutsidePerson, SafetyAlert, Separation


@dataclass(frozen=True)
class Written:
    """One change of one fact: which kind, which row, its number in the history of the kind, and when."""

    kind: str
    row: UUID
    number: int
    when: datetime


@dataclass(frozen=True)
class Facts:
    """Every change of the facts in the safety history of one placement."""

    written: tuple[Written, ...]

    @property
    def mark(self) -> str:
        """Return what a form carries to say which version of the safety history was on the page."""
        newest: dict[str, int] = {}
        for each in self.written:
            newest[each.kind] = max(newest.get(each.kind, 0), each.number)
        return ",".join(f"{kind}:{number}" for kind, number in sorted(newest.items()))

    @property
    def changed_at(self) -> datetime | None:
        """Return when the newest fact was written, as the database compares it with the signature."""
        return max((each.when for each in self.written), default=None)

    def since_mark(self, mark: str) -> set[UUID]:
        """Return the rows that were written or changed after the version ``mark``."""
        seen = dict(part.split(":", 1) for part in mark.split(",") if ":" in part)
        return {each.row for each in self.written if each.number > number_in(seen, each.kind)}

    def since(self, moment: datetime | None) -> set[UUID]:
        """Return the rows that were written or changed after ``moment``; none when nobody has read it yet."""
        return {each.row for each in self.written if moment is not None and each.when > moment}

    def kinds(self, rows: set[UUID]) -> set[str]:
        """Return of which kinds ``rows`` are."""
        return {each.kind for each in self.written if each.row in rows}


def number_in(seen: dict[str, str], kind: str) -> int:
    """Return the number of ``kind`` in a mark; nothing counts as seen where the mark is not one of ours."""
    return int(seen[kind]) if seen.get(kind, "").isdecimal() else 0


@reading("safety mark")  # that a link was written counts also for readers of the open facts only
def facts_of(placement: Placement) -> Facts:
    """Return the facts of the young person and the warnings signed for this home, in one query."""
    who = placement.resident_id
    sources: list[tuple[str, Any]] = [
        ("harm", HarmEvent.history.filter(resident_id=who)),
        ("alert", SafetyAlert.history.filter(resident_id=who)),
        ("apart", Separation.history.filter(Q(resident_id=who) | Q(other_id=who))),
        ("contact", OutsidePerson.history.filter(resident_id=who).exclude(permission="allowed")),
        ("link", ExploitationLink.history.filter(resident_id=who)),
        ("trace", ExploitationTrace.history.filter(resident_id=who)),
    ]
    if placement.referral_id:
        signed = {"referral_id": placement.referral_id, "facility_id": placement.facility_id}
        sources.append(("warning", WarningSignature.history.filter(**signed)))
    rows = [
        history.order_by()
        .annotate(source=Value(kind, CharField()))
        .values_list("source", "id", "history_id", "history_date")
        for kind, history in sources
    ]
    return Facts(tuple(Written(*row) for row in rows[0].union(*rows[1:], all=True)))
