"""What is written about one day of a young person, in plain words, to go through with them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from placement.database.context import reading
from residents.in_texts import withheld
from residents.models import CareEntry, Resident
from residents.queries.care import CareLine, line_of
from residents.queries.homes import placement_model
from residents.queries.names import hidden_names
from residents.queries.record import Record, care_entries

Kind = CareEntry.Kind
# Kind and outcome, as the young person would say it; what is missing here stands as it was written.
SAID = {
    (Kind.MEAL, "Breakfast"): "You had breakfast.",
    (Kind.MEAL, "Lunch"): "You had lunch.",
    (Kind.MEAL, "Dinner"): "You had dinner.",
    (Kind.MEAL, "Snack"): "You had a snack.",
    (Kind.MEAL, "Meal not wanted"): "You did not want this meal.",
    (Kind.ACTIVITY, "Took part"): "You took part.",
    (Kind.ACTIVITY, "Offered, not wanted"): "It was offered to you, and you did not want it.",
    (Kind.ACTIVITY, "Kept from it"): "You were not allowed to take part.",
    (Kind.ACTIVITY, "Was away"): "You were away.",
    (Kind.ACTIVITY, "Not offered"): "It was not offered to you.",
    (Kind.SCHOOL, "Went to school"): "You went to school.",
    (Kind.SCHOOL, "Came late"): "You came late to school.",
    (Kind.SCHOOL, "Did not go"): "You did not go to school.",
    (Kind.SCHOOL, "No school today"): "There was no school.",
    (Kind.MOOD, "Good"): "Staff thought that you felt good.",
    (Kind.MOOD, "So-so"): "Staff thought that you felt so-so.",
    (Kind.MOOD, "Low"): "Staff thought that you felt low.",
    (Kind.MOOD, "Upset"): "Staff thought that you were upset.",
    (Kind.HEALTH, "Well"): "Staff thought that you were well.",
    (Kind.HEALTH, "Not well"): "You were not well.",
    (Kind.HEALTH, "Seen by a nurse or doctor"): "A nurse or a doctor saw you.",
    (Kind.MEDICATION, "Given"): "You took your medicine.",
    (Kind.MEDICATION, "Refused"): "You did not want your medicine.",
    (Kind.MEDICATION, "Missed"): "Your medicine was not given in time.",
    (Kind.MEDICATION, "Held"): "Your medicine was held back.",
    (Kind.MEDICATION, "Not in the home"): "You were not here when your medicine was due.",
    (Kind.NOTE, ""): "Staff wrote a note.",
}


@dataclass(frozen=True)
class Line:
    """One thing that is written: when, what in plain words, the note as it stands, by whom, and whether it was changed."""

    when: datetime
    said: str
    note: str
    writer: str
    changed: bool


@dataclass(frozen=True)
class Day:
    """What is written about one day. ``looks``: how often somebody looked where the young person was."""

    day: date
    lines: list[Line]
    looks: int
    first_look: datetime | None
    last_look: datetime | None


def my_day(record: Record, day: date) -> Day:
    """Return what is written about ``day``, in the zone of the record, oldest first.

    Names of other young people who lived in the same home then are taken out: the page is for the one whom it is about.
    Queries: at most seven, however much is written.
    """
    starts, ends = (datetime.combine(day + timedelta(days=n), time(), record.zone) for n in (0, 1))
    entries = list(
        care_entries(record).filter(happened_at__gte=starts, happened_at__lt=ends).order_by("happened_at", "pk")
    )
    counted = [(entry, line) for entry in entries if not (line := line_of(entry)).title.endswith(CareEntry.MISTAKE)]
    names = _names_of_others(record, entries, starts, ends)
    looks = [line.when for entry, line in counted if entry.kind in CareEntry.LOOKS]
    lines = [
        Line(line.when, _said(entry, line), withheld(line.text, names), line.writer, bool(line.amendments))
        for entry, line in counted
        if entry.kind not in CareEntry.LOOKS
    ]
    lines.sort(key=lambda line: line.when)
    return Day(day, lines, len(looks), min(looks, default=None), max(looks, default=None))


def _said(entry: CareEntry, line: CareLine) -> str:
    newest = max([entry, *entry.amendments.all()], key=lambda each: each.written_at)
    return SAID.get((Kind(newest.kind), newest.outcome), f"Staff wrote: {line.title}.")


@reading("withholding")
def _names_of_others(record: Record, entries: list[CareEntry], starts: datetime, ends: datetime) -> set[str]:
    stays = placement_model().objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=starts),
        facility__in={entry.facility_id for entry in entries},
        status__in=("active", "ended"),
        starts_at__lt=ends,
    )
    others = Resident.objects.filter(pk__in=stays.order_by().values("resident")).exclude(pk=record.resident.pk)
    return hidden_names(others)
