"""A missing episode on one page: what is known of each young person, the search, the clocks of the law, and the steps after it."""

from dataclasses import dataclass, field
from uuid import UUID

from placement.access.models import Person
from placement.access.opened import note_opened
from placement.access.rights import Can
from placement.facilities.queries.asked import Asked, asked_about
from placement.facilities.queries.incident_account import Account, Episode, Note, account
from residents.models import EpisodeNote, ExploitationTrace, Incident, IncidentPart, OutsidePerson

What = EpisodeNote.What


@dataclass(frozen=True)
class Known:
    """One thing to know of a young person: ``now`` is the newest line about it, ``before`` those that it replaced."""

    what: What
    now: Note | None
    before: list[Note]


@dataclass(frozen=True)
class After:
    """One step after a return: the lines about it, newest first; none: it is still to be taken."""

    what: What
    notes: list[Note]


@dataclass(frozen=True)
class Young:
    """A young person of the episode whose part is open to the reader."""

    part: UUID
    episode: Episode
    known: list[Known]
    after: list[After]
    may_add_after: bool
    may_open_flyer: bool

    @property
    def left(self) -> int:
        """Return how many steps after the return are still to be taken."""
        return sum(1 for step in self.after if not step.notes)


@dataclass(frozen=True)
class EpisodePage:
    """What the page shows. ``leads``: the newest line of who leads the search."""

    account: Account
    young: list[Young]
    search: list[Note]
    leads: Note | None
    may_write: bool
    asked: list[Asked] = field(default_factory=list)
    asked_after: list[Asked] = field(default_factory=list)

    @property
    def missing(self) -> bool:
        """Return whether somebody is still missing."""
        return any(each.episode.missing for each in self.young)


def episode(person: Person, pk: UUID) -> EpisodePage:
    """Return the page of a missing episode. Raises ``Incident.DoesNotExist``, also for another kind, and without the text."""
    found = account(person, pk)
    if found.incident.kind != Incident.Kind.MISSING or not found.text:
        raise Incident.DoesNotExist
    is_open = found.incident.status != Incident.Status.CLOSED
    may_write = is_open and (found.may_report or found.may_review)
    parts = {part.row.resident_id: part.row.pk for part in found.parts}
    shown = [each for each in found.episodes if each.one.resident and each.one.resident.pk in parts]
    own = IncidentPart.objects.filter(pk__in=parts.values())
    kept = set(own.visible_to(person, Can.KEEP_CASE).values_list("pk", flat=True))
    identified = set(own.visible_to(person, Can.VIEW_IDENTITY).values_list("pk", flat=True))
    search = [note for note in found.notes if note.row.part_id is None]
    asked = asked_about(person, found.incident)
    return EpisodePage(
        account=found,
        young=[
            young_of(
                found,
                parts[each.one.resident.pk],
                each,
                is_open and (may_write or parts[each.one.resident.pk] in kept),
                parts[each.one.resident.pk] in identified
                and (found.may_report or found.may_review or parts[each.one.resident.pk] in kept),
            )
            for each in shown
            if each.one.resident
        ],
        search=search,
        leads=next((note for note in search if note.row.what == What.LEADS), None),
        may_write=may_write,
        asked=[each for each in asked if not each.after_return],
        asked_after=[each for each in asked if each.after_return],
    )


def young_of(found: Account, part: UUID, each: Episode, may_add_after: bool, may_open_flyer: bool) -> Young:
    """Return what is known of one young person, and the steps after the return."""
    own = [note for note in found.notes if note.row.part_id == part]
    by_what = {what: [note for note in own if note.row.what == what] for what in What.values}
    return Young(
        part=part,
        episode=each,
        known=[Known(What(what), next(iter(by_what[what]), None), by_what[what][1:]) for what in EpisodeNote.KNOWN],
        after=[After(What(what), by_what[what]) for what in EpisodeNote.AFTER],
        may_add_after=may_add_after and each.found is not None,
        may_open_flyer=may_open_flyer,
    )


def own_episode(person: Person, pk: UUID) -> Incident:
    """Return a missing report, still open, of a home in which ``person`` reports or reviews. Raises ``Incident.DoesNotExist``."""
    mine = Incident.objects.visible_to(person, Can.REPORT_INCIDENT)
    reviewed = Incident.objects.visible_to(person, Can.REVIEW_INCIDENT)
    found: Incident = (mine | reviewed).select_related("facility", "reported_by").get(pk=pk, kind=Incident.Kind.MISSING)
    return found


def part_to_complete(person: Person, pk: UUID, part: UUID, what: str) -> IncidentPart:
    """Return the part about which ``person`` may add a line of this kind: what is known, or a step after the return.

    The people of the home add both, the caseworker a step. Raises ``IncidentPart.DoesNotExist`` or ``Incident.DoesNotExist``.
    """
    rows = IncidentPart.objects.select_related("incident__facility", "resident")
    if what in EpisodeNote.AFTER:
        kept_by = rows.visible_to(person, Can.VIEW_CARE_PROFILE).visible_to(person, Can.KEEP_CASE)
        case = kept_by.filter(pk=part, incident=pk, incident__kind=Incident.Kind.MISSING)
        if (kept := case.first()) is not None:
            note_opened(kept.resident)
            return kept
    own = own_episode(person, pk)
    found: IncidentPart = rows.visible_to(person, Can.VIEW_CARE_PROFILE).get(pk=part, incident=own)
    return found


def people_to_offer(person: Person, part: IncidentPart) -> list[str]:
    """Return whom of the record the reader may name as somebody whom the young person could be with."""
    rows = OutsidePerson.objects.visible_to(person, Can.VIEW_CARE_PROFILE).filter(resident=part.resident_id)
    return [f"{row.name} ({row.relation})" for row in rows[:50]]


def places_to_offer(person: Person, part: IncidentPart) -> list[str]:
    """Return the places that the record knows, as far as they are open to the reader, and where they were sought before."""
    rows = ExploitationTrace.objects.visible_to(person, Can.VIEW_EXPLOITATION)
    known = rows.filter(resident=part.resident_id, kind=ExploitationTrace.Kind.PLACE).values_list("value", flat=True)
    before = EpisodeNote.objects.filter(part__resident=part.resident_id, what=What.PLACES).order_by("-at")
    return list(dict.fromkeys([*known[:50], *before.values_list("said", flat=True)[:20]]))
