"""From a difference between then and now to the form in which the former value is put back, or to the words how else."""

from collections.abc import Iterable
from uuid import UUID

from compliance.queries.as_of import Entry, Section
from placement.access.former import Way, address_of
from placement.access.rights import Can
from placement.facilities import putting_back as of_homes
from residents import putting_back as of_young

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
        else:
            entry.instead = OTHERS[way.right]
