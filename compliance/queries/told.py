"""What people have written about a row, as its reader may read it: without names of young people that are closed to them."""

from collections.abc import Callable, Collection
from dataclasses import replace
from uuid import UUID

from compliance.models import Finding, Obligation
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.audit.reading import Change
from placement.database.context import reading
from placement.facilities.queries.withholding import lived_with, names_in_text_by, of_units, stays_in
from residents.in_texts import ANOTHER, withheld
from residents.models import Resident

Told = Callable[[str, Person | None], str]


def telling(person: Person, row: Finding | Obligation, writers: Collection[Person]) -> Told:
    """Return what takes out of a text of one of ``writers`` the names of those whom ``person`` knows by code only, or not at all.

    Whom the row is about, and with whom its writer has worked since it began. Some queries, and some for each writer.
    """
    since, until = row.since if isinstance(row, Finding) else row.event_at, now()
    with reading("withholding"):
        stays = stays_in(row.facility, since=min(since, until), until=until)
        known = lived_with(row.facility, stays, since=min(since, until), until=until, people=writers)
        for writer in (one for one in writers if one.role == Role.SUPERVISOR):
            known[writer.pk] |= of_units(writer, {stay.resident_id for stay in stays})
        wanted = {pk for found in known.values() for pk in found} | ({row.resident_id} if row.resident_id else set())
        everybody = Resident.objects.in_bulk(wanted)
    open_ = Resident.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(pk__in=everybody)
    closed = everybody.keys() - set(open_.values_list("pk", flat=True))
    names: dict[UUID, list[tuple[str, set[str]]]] = {
        writer.pk: [
            (instead, names_in_text_by(writer, who, reader=person))
            for instead, who in (
                (
                    str(row.resident or (row.code if isinstance(row, Finding) else "") or ANOTHER),
                    [everybody[pk] for pk in closed & {row.resident_id}],
                ),
                (ANOTHER, [everybody[pk] for pk in (closed & known[writer.pk]) - {row.resident_id}]),
            )
            if who
        ]
        for writer in (writers if closed else ())
    }

    def told(text: str, writer: Person | None) -> str:
        for instead, hidden in names.get(writer.pk, ()) if writer else ():
            text = withheld(text, hidden, instead=instead)
        return text

    return told


def tell(told: Told, record: object, writer: Person | None, *fields: str) -> None:
    """Put into these fields of ``record``, which ``writer`` has written, what its reader may read."""
    for name in fields:
        setattr(record, name, told(getattr(record, name), writer))


def told_changes(found: Collection[Change], person: Person, row: Finding | Obligation) -> list[Change]:
    """Return changes in which each text says what ``person`` may read of it.

    What stood there before may be by anybody who has changed the row.
    """
    writers = list(Person.objects.filter(pk__in={change.who_id for change in found if change.who_id}))
    told = telling(person, row, writers)

    def by_any(text: str) -> str:
        for writer in writers:
            text = told(text, writer)
        return text

    def lines(change: Change) -> list[dict[str, str]]:
        writer = next((one for one in writers if one.pk == change.who_id), None)
        return [line | {"before": by_any(line["before"]), "after": told(line["after"], writer)} for line in change.rows]

    return [replace(change, rows=lines(change)) for change in found]
