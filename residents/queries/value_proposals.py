"""Former values that a supervisor proposes to put back: what they said, what waits, and to which form they lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import BigIntegerField, QuerySet
from django.urls import reverse

from placement.access.former import Way, address_of
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.past import Line, Stood, compare
from residents.models import Resident, ValueProposal
from residents.putting_back import WAYS
from residents.queries.record import Record


@dataclass(frozen=True)
class Former:
    """A row of a record, the row of its history that is meant, and of which fields; ``lines``: then, and now."""

    way: Way
    live: Any
    then: Any
    fields: tuple[str, ...]

    @property
    def lines(self) -> list[Line]:
        """Return each of the fields with what it said then and says now, in the current time zone."""
        stood = Stood(type(self.live), self.then, self.live)
        compare([([stood], ())])
        return [line for line in stood.lines if set(line.fields) & set(self.fields)]

    @property
    def is_back(self) -> bool:
        """Whether the record says again what it said then."""
        return all(getattr(self.live, name) == getattr(self.then, name) for name in self.fields)


def former_of(resident: Resident, record: str, thing: UUID, former: int, fields: Iterable[str]) -> Former:
    """Return what is meant; without ``fields`` all that the form changes.

    Raises ``ObjectDoesNotExist`` for no row of this record, and for fields that have no form.
    """
    way = WAYS.get(record)
    wanted = tuple(fields) or tuple(way.fields if way else ())
    if way is None or not set(wanted) <= set(way.fields) or not 0 < former <= BigIntegerField.MAX_BIGINT:
        raise ObjectDoesNotExist
    model: Any = apps.get_model(record)
    rows = model.objects.all() if model is Resident else model.objects.filter(resident=resident)
    live = rows.get(pk=thing)
    if model is Resident and live.pk != resident.pk:
        raise ObjectDoesNotExist
    return Former(way, live, live.history.exclude(history_type="-").get(history_id=former), wanted)


def meant_by(proposal: ValueProposal) -> Former:
    """Return what a proposal means. Raises ``ObjectDoesNotExist`` where its row is there no more."""
    return former_of(proposal.resident, proposal.record, proposal.thing, proposal.former, proposal.fields)


def proposing_at(owner: UUID, record: str, thing: UUID, former: int, fields: Iterable[str]) -> str:
    """Return the address of the page on which a supervisor proposes it. It carries no value."""
    asked = urlencode([("field", name) for name in fields])
    return f"{reverse('residents:propose_value', args=[owner, record, thing, former])}?{asked}"


def form_of(proposal: ValueProposal, found: Former) -> str:
    """Return the address of the usual form, filled in with the former value, which ends the proposal when it is saved."""
    address = address_of(found.way, proposal.resident_id, found.live, proposal.former, proposal.fields)
    return f"{address}&{urlencode({'proposal': str(proposal.pk)})}"


def proposal_for(record: Record, pk: UUID) -> ValueProposal:
    """Return a proposal about a record, for who keeps the case and for its supervisors. Raises ``ValueProposal.DoesNotExist``."""
    rows = ValueProposal.objects.filter(resident=record.resident).select_related(
        "resident", "proposed_by", "answered_by"
    )
    found: ValueProposal = rows.get(pk=pk)
    return found


def proposal_of_form(record: Record, subject: Any, asked: dict[str, list[str]]) -> ValueProposal | None:
    """Return the proposal that the address of a form names, while it waits and means just what the address asks for.

    ``None`` where the address names none. Raises ``ObjectDoesNotExist`` for any other.
    """
    if not (named := asked.get("proposal")):
        return None
    try:
        key, former = UUID(named[-1]), int(asked.get("former", ["0"])[-1][:19])
    except ValueError:
        raise ObjectDoesNotExist from None
    waiting = ValueProposal.objects.visible_to(record.person, Can.KEEP_CASE).filter(answer="", resident=record.resident)
    found: ValueProposal = waiting.get(pk=key, thing=subject.pk, former=former, fields=sorted(asked.get("field", [])))
    return found


def waiting_for(person: Person) -> QuerySet[ValueProposal]:
    """Return the proposals that wait for this person, who keeps the case, oldest first."""
    rows = ValueProposal.objects.visible_to(person, Can.KEEP_CASE).filter(answer="")
    return rows.select_related("resident", "proposed_by").order_by("proposed_at", "pk")


def answered(person: Person) -> QuerySet[ValueProposal]:
    """Return the own proposals that somebody has answered."""
    rows = ValueProposal.objects.visible_to(person, Can.VIEW_AUDIT).filter(proposed_by=person).exclude(answer="")
    return rows.select_related("resident", "answered_by")
