"""From a difference between then and now to the form in which the former value is put back, or to the words how else."""

from collections.abc import Iterable
from uuid import UUID

from django.apps import apps

from compliance.queries.as_of import Entry, Section
from placement.access.former import Way, address_of
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.reading import Change
from placement.facilities import putting_back as of_homes
from residents import putting_back as of_young
from residents.models import Resident
from residents.queries.value_proposals import proposing_at

WAYS: dict[str, list[Way]] = {**{label: [way] for label, way in of_young.WAYS.items()}, **of_homes.WAYS}
INSTEAD = {**of_young.INSTEAD, **of_homes.INSTEAD}
NO_FORM = "There is no form for this. It follows from an act, and a new act puts it right."
OTHERS = {
    Can.KEEP_CASE: "The caseworker who keeps the case can put it back.",
    Can.CHANGE_FACILITY: "The administrator of the home or a supervisor can put it back.",
}


def offer(sections: Iterable[Section], owner: UUID, rights: frozenset[Can]) -> None:
    """Write at each difference where it can be put back, and at each record without a form for this reader how else.

    owner: the young person or the home. rights: those of the reader on it.
    """
    for section in sections:
        for entry in section.known:
            if entry.stood.changed and not entry.stood.gone:
                _offer(entry, owner, rights)


def to_propose(person: Person, changes: Iterable[Change]) -> dict[tuple[str, int], list[tuple[str, str]]]:
    """Return, for a supervisor, key of a change → label of each field that it changed, and where to propose what it said before.

    Of young people's records alone: two queries for each kind of record among them that has a form.
    """
    found: dict[tuple[str, int], list[tuple[str, str]]] = {}
    by_kind: dict[str, list[Change]] = {}
    for change in changes if person.role == Role.SUPERVISOR else ():
        if change.key[0] in of_young.WAYS and change.kind == "~" and change.earlier:
            by_kind.setdefault(change.key[0], []).append(change)
    supervised = Resident.objects.visible_to(person, Can.VIEW_AUDIT)
    for label, those in by_kind.items():
        way, model = of_young.WAYS[label], apps.get_model(label)
        live = model._default_manager.in_bulk({change.record_id for change in those})
        owners = {pk: row.pk if label == Resident._meta.label else row.resident_id for pk, row in live.items()}
        mine = set(supervised.filter(pk__in=set(owners.values())).values_list("pk", flat=True))
        for change in those:
            row, owner = live.get(change.record_id), owners.get(change.record_id)
            if row is None or owner not in mine or change.earlier is None or not way.holds(row):
                continue
            names: dict[str, list[str]] = {}
            for words, name in change.fields:
                if name in way.fields:
                    names.setdefault(words, []).append(name)
            found[change.key] = [
                (words, proposing_at(owner, label, change.record_id, change.earlier, of_line))
                for words, of_line in names.items()
            ]
    return found


def _offer(entry: Entry, owner: UUID, rights: frozenset[Can]) -> None:
    stood = entry.stood
    label = stood.model._meta.label
    ways = [way for way in WAYS.get(label, ()) if way.holds(stood.live) and way.stood(stood.then)]
    for line in stood.lines:
        if not line.changed:
            continue
        way = next((way for way in ways if set(line.fields) <= set(way.fields)), None)
        if way is None:
            entry.instead = entry.instead or INSTEAD.get(label, NO_FORM)
        elif way.right in rights:
            line.put_back = address_of(way, owner, stood.live, stood.then.history_id, line.fields)
        elif way.right is Can.KEEP_CASE and Can.VIEW_AUDIT in rights:
            line.propose = proposing_at(owner, label, stood.key, stood.then.history_id, line.fields)
        else:
            entry.instead = OTHERS[way.right]
