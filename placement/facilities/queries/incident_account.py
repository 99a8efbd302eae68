"""One incident as one person may read it: the report, its steps, and of each young person no more than is open to the reader."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from placement.access.models import Person
from placement.access.opened import note_opened
from placement.access.rights import Can, Role
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.database.context import reading
from placement.facilities.queries.missing import found_after, missing_now
from placement.facilities.queries.shifts import stays
from placement.facilities.queries.withholding import lived_in, names_in_text_by
from residents.body_map import REGIONS, Region
from residents.in_texts import A_YOUNG_PERSON, ANOTHER, withheld
from residents.incident_kinds import in_words
from residents.models import (
    AllegationOutcome,
    CareEntry,
    EpisodeNote,
    Incident,
    IncidentDebrief,
    IncidentFollowUp,
    IncidentHiding,
    IncidentInjury,
    IncidentNotice,
    IncidentPart,
    IncidentPerson,
    IncidentResident,
    IncidentStep,
    ProtectiveStep,
    Resident,
    Restraint,
)
from residents.queries.incidents import names_by_code, readable

THE_HOME = "the home"
LONGEST_GAP = timedelta(minutes=15)  # between two checks of somebody who is held or secluded


@dataclass(frozen=True)
class Involved:
    """A young person in an incident as this reader may know them: by name, by code only, or not at all."""

    name: str
    code: str
    resident: Resident | None


@dataclass(frozen=True)
class Episode:
    """A young person of a missing report: ``found`` is the first look after it, ``may_end`` that the reader may end it."""

    one: Involved
    found: CareEntry | None
    missing: bool
    may_end: bool


@dataclass(frozen=True)
class Held:
    """A restraint with its checks. ``gaps``: (from, to) of each time without a check that was too long."""

    row: Restraint
    why: str
    tried: str
    checks: list[tuple[datetime, str, str]]  # when, who looked, how they were
    gaps: list[tuple[datetime, datetime]]


@dataclass(frozen=True)
class Injury:
    """A mark on the body map."""

    row: IncidentInjury
    region: Region
    note: str


@dataclass(frozen=True)
class Talk:
    """A de-brief."""

    row: IncidentDebrief
    said: str


@dataclass(frozen=True)
class Note:
    """One line about a missing episode, as it is read."""

    row: EpisodeNote
    who: str
    place: str
    said: str


@dataclass(frozen=True)
class Part:
    """What the incident was for one young person whose part is open to the reader."""

    row: IncidentPart
    one: Involved
    about: str
    held: list[Held]
    injuries: list[Injury]
    talks: list[Talk]

    @property
    def marks(self) -> dict[str, Region]:
        """Return the marked regions as the drawing takes them: by an id that is the part's own."""
        return {f"{injury.row.region}-{self.row.pk}": injury.region for injury in self.injuries}


@dataclass(frozen=True)
class Step:
    """One step, as it is read."""

    row: IncidentStep
    comment: str
    reason: str


@dataclass(frozen=True)
class Todo:
    """A follow-up, as it is read."""

    row: IncidentFollowUp
    what: str
    outcome: str
    late: bool
    mine: bool


@dataclass(frozen=True)
class Protection:
    """A protective step, as it is read."""

    row: ProtectiveStep
    note: str
    ended: str
    late: bool


@dataclass(frozen=True)
class Outcome:
    """What was found, as it is read."""

    row: AllegationOutcome
    authority: str
    based_on: str
    for_young: str
    for_accused: str
    young_told: str
    accused_told: str


@dataclass(frozen=True)
class Version:
    """The report as it was sent once, before it was corrected."""

    at: datetime
    seen: str
    thought: str
    done: str


@dataclass(frozen=True)
class Account:
    """An incident as one person may read it. ``text`` says whether the report itself is shown.

    ``home`` is its name, or empty for a reader who may not know where it was.
    """

    incident: Incident
    home: str
    involved: list[Involved]
    seen: str
    thought: str
    done: str
    text: bool
    may_review: bool
    may_report: bool
    names_reader: bool
    episodes: list[Episode]
    answers: list[tuple[str, str]] = field(default_factory=list)
    people: list[tuple[IncidentPerson, str]] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    follow_ups: list[Todo] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    notices: list[IncidentNotice] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    hidings: list[IncidentHiding] = field(default_factory=list)
    protection: list[Protection] = field(default_factory=list)
    outcome: Outcome | None = None

    @property
    def left_to_do(self) -> bool:
        """Return whether a follow-up is not done yet."""
        return any(todo.row.done_at is None for todo in self.follow_ups)


class Words:
    """Texts about an incident as one reader may read them: without the names that the writer knew and the reader may not know."""

    def __init__(
        self, reader: Person, incident: Incident, ticked: Iterable[Resident], home: str, *, text: bool
    ) -> None:
        self.reader, self.incident, self.home, self.text = reader, incident, home, text
        self.ticked = set(ticked)
        self.could_name: dict[Person, set[Resident]] = {}
        self.names: dict[Person, set[str]] = {}

    def written(self, writers: Iterable[tuple[Person, datetime]]) -> None:
        """Learn who wrote something, and until when."""
        last: dict[Person, datetime] = {}
        for writer, at in writers:
            last[writer] = max(at, last.get(writer, at))
        with reading("withholding"):
            for writer, until in last.items():
                lived = lived_in(self.incident.facility, since=self.incident.happened_at, until=until, known_to=writer)
                self.could_name[writer] = set(lived)
        self.could_name.setdefault(self.incident.reported_by, set()).update(self.ticked)

    def known(self, named: set[UUID]) -> None:
        """Learn whom the reader may know by name."""
        for writer, people in self.could_name.items():
            hidden = [one for one in people if one.pk not in named]
            self.names[writer] = names_in_text_by(writer, hidden, reader=self.reader)

    def told(self, words: str, writer: Person | None) -> str:
        """Return what the reader is told of a text."""
        words = withheld(words, self.names[writer]) if self.text and writer and words else ""
        return words if self.home else withheld(words, [self.incident.facility.name], instead=THE_HOME)


def account(person: Person, pk: UUID) -> Account:
    """Return one incident as this person may read it. Raises ``Incident.DoesNotExist``."""
    found = readable(person).select_related("facility", "shift", "reported_by").get(pk=pk)
    with reading("withholding"):
        ticked = [row.resident for row in IncidentResident.objects.filter(incident=found).select_related("resident")]
    steps = list(found.steps.select_related("by"))
    follow_ups = list(found.follow_ups.select_related("owner", "set_by", "done_by"))
    talks = list(found.debriefs.select_related("written_by"))
    missing = found.kind == Incident.Kind.MISSING
    notes = list(found.episode_notes.select_related("written_by")) if missing else []
    alleged = found.kind == Incident.Kind.ALLEGATION
    steps_taken = list(found.protective_steps.select_related("decided_by", "ended_by")) if alleged else []
    outcomes = AllegationOutcome.objects.filter(incident=found).select_related("recorded_by")
    outcome = outcomes.first() if alleged else None
    held = list(
        Restraint.objects.filter(part__incident=found)
        .prefetch_related("checks__written_by")
        .order_by("started_at", "pk")
    )
    rights = rights_on(person, found.facility)
    home = found.facility.name if Can.VIEW_FACILITY in rights else ""
    words = Words(person, found, ticked, home, text=person.role != Role.INSPECTOR)
    words.written(
        [
            (
                found.reported_by,
                max([found.reported_at, *(one.at for one in steps if one.by_id == found.reported_by_id)]),
            ),
            *((one.by, one.at) for one in steps),
            *((one.set_by, one.set_at) for one in follow_ups),
            *((one.done_by, one.done_at) for one in follow_ups if one.done_by and one.done_at),
            *((one.written_by, one.written_at) for one in talks),
            *((one.written_by, one.written_at) for one in notes),
            *((one.decided_by, one.decided_at) for one in steps_taken),
            *((one.ended_by, one.ended_at) for one in steps_taken if one.ended_by and one.ended_at),
            *([(outcome.recorded_by, now())] if outcome else []),
            *((check.written_by, check.written_at) for one in held for check in one.checks.all()),
        ]
    )
    everybody = {resident.pk for people in words.could_name.values() for resident in people}
    known = Resident.objects.filter(pk__in=everybody)
    named = set(known.visible_to(person, Can.VIEW_CARE_PROFILE).values_list("pk", flat=True))
    coded = set(known.visible_to(person, Can.VIEW_CODE).values_list("pk", flat=True))
    words.known(named)
    unnamed = ANOTHER
    if not names_by_code(person, found):
        coded, unnamed = coded & named, A_YOUNG_PERSON
    note_opened(found, *(resident for resident in ticked if resident.pk in named | coded))
    involved = {resident.pk: known_as(resident, named, coded, unnamed) for resident in ticked}
    in_order = sorted(ticked, key=lambda r: (r.pk not in named, r.pk not in coded, r.code))
    told, writer = words.told, found.reported_by
    people = list(found.people.select_related("person"))
    return Account(
        incident=found,
        home=home,
        involved=[involved[resident.pk] for resident in in_order],
        seen=told(found.seen, writer),
        thought=told(found.thought, writer),
        done=told(found.done, writer),
        text=words.text,
        may_review=Can.REVIEW_INCIDENT in rights,
        may_report=Can.REPORT_INCIDENT in rights,
        names_reader=any(row.person_id == person.pk for row in people),
        episodes=episodes(person, found, involved.values()) if missing else [],
        answers=[
            (asked, told(answer, writer) if free else answer)
            for asked, answer, free in in_words(found.kind, found.answers)
            if words.text
        ],
        people=[(row, row.person.name if row.person else told(row.name, writer)) for row in people if words.text],
        parts=parts(found, involved, words, held, [one for one in talks if one.part_id]),
        steps=[Step(one, told(one.comment, one.by), told(one.reason, one.by)) for one in steps],
        versions=versions(found, words),
        follow_ups=[
            Todo(
                one,
                told(one.what, one.set_by),
                told(one.outcome, one.done_by),
                late=one.done_at is None and one.due_on < now().astimezone(found.facility.zone).date(),
                mine=one.owner_id == person.pk,
            )
            for one in follow_ups
        ],
        talks=[Talk(one, told(one.said, one.written_by)) for one in talks if one.part_id is None],
        notices=list(found.notices.select_related("person")),
        notes=[
            Note(row, *(told(words_, row.written_by) for words_ in (row.who, row.place, row.said)))
            for row in notes
            if words.text
        ],
        protection=[
            Protection(
                one,
                told(one.note, one.decided_by),
                told(one.ended_reason, one.ended_by),
                late=one.ended_at is None
                and one.review_on is not None
                and one.review_on < now().astimezone(found.facility.zone).date(),
            )
            for one in steps_taken
            if words.text
        ],
        outcome=outcome_as_read(outcome, words) if outcome and words.text else None,
        hidings=list(found.hidings.select_related("person", "hidden_by", "ended_by")) if alleged else [],
    )


def outcome_as_read(row: AllegationOutcome, words: Words) -> Outcome:
    """Return the outcome without the names that the reader may not know."""
    texts = (row.authority, row.based_on, row.for_young, row.for_accused_note, row.young_told, row.accused_told)
    return Outcome(row, *(words.told(text, row.recorded_by) for text in texts))


def known_as(resident: Resident, named: set[UUID], coded: set[UUID], unnamed: str) -> Involved:
    """Return the young person as the reader may know them; ``unnamed`` where not even by code."""
    if resident.pk in named:
        return Involved(resident.preferred_name, resident.code, resident)
    known = resident.code if resident.pk in coded else unnamed
    return Involved(known, known, None)


def parts(
    incident: Incident,
    involved: dict[UUID, Involved],
    words: Words,
    held: Iterable[Restraint],
    talks: Iterable[IncidentDebrief],
) -> list[Part]:
    """Return the parts that the database shows to the reader, each with all that hangs on it."""
    writer = incident.reported_by
    rows = incident.parts.prefetch_related("injuries", "files__document").order_by("resident__code", "pk")
    return [
        Part(
            row,
            involved[row.resident_id],
            words.told(row.about, writer),
            [in_full(one, words) for one in held if one.part_id == row.pk],
            sorted(
                (Injury(one, REGIONS[one.region], words.told(one.note, writer)) for one in row.injuries.all()),
                key=lambda injury: injury.region.number,
            ),
            [Talk(one, words.told(one.said, one.written_by)) for one in talks if one.part_id == row.pk],
        )
        for row in rows
        if row.resident_id in involved and words.text
    ]


def in_full(row: Restraint, words: Words) -> Held:
    """Return a restraint with its checks, and the times without one that were too long."""
    checks = [(one.at, one.checked_by, words.told(one.how, one.written_by)) for one in row.checks.all()]
    writer = words.incident.reported_by
    looked = [at for at, *_ in checks]
    return Held(row, words.told(row.why, writer), words.told(row.tried, writer), checks, gaps(row, looked))


def gaps(row: Restraint, looked: list[datetime]) -> list[tuple[datetime, datetime]]:
    """Return (from, to) of each time longer than ``LONGEST_GAP`` between start, checks (in order) and end, or now."""
    moments = [row.started_at, *looked, row.ended_at or now()]
    return [(a, b) for a, b in pairwise(moments) if b - a > LONGEST_GAP]


def versions(incident: Incident, words: Words) -> list[Version]:
    """Return the report as it was each time that it was sent, but for the last."""
    if not words.text:
        return []
    found: list[Version] = []
    texts = {(incident.seen, incident.thought, incident.done)}
    sent = incident.history.filter(status=Incident.Status.REPORTED)
    for row in sent.order_by("-history_date", "-history_id"):
        text = (row.seen, row.thought, row.done)
        if text not in texts:
            texts.add(text)
            found.append(Version(row.history_date, *(words.told(part, incident.reported_by) for part in text)))
    return found


def episodes(person: Person, incident: Incident, involved: Iterable[Involved]) -> list[Episode]:
    """Return how it went on for those of a missing report whom the reader may know by name."""
    named = {one.resident.pk: one for one in involved if one.resident}
    found = found_after(person, incident, named)
    missing = missing_now(incident.facility, named)
    here = set(stays(person, incident.facility).filter(resident__in=missing).values_list("resident", flat=True))
    return [Episode(one, found.get(pk), pk in missing, pk in here) for pk, one in named.items()]
