"""Rounds: whether each young person was looked at when it was due, in every shift.

The same as the log of looks of one shift says (``placement.facilities.queries.night``), worked out by the database for all
shifts at once. One thing is simpler: where looks come earlier by chance, they are judged here by the latest time that is allowed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.db import connection
from django.db.models import Case, DateTimeField, F, Q, QuerySet, UUIDField, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.urls import reverse

from compliance.queries.reports.entries import worked_by
from compliance.queries.reports.shape import Figure, Line, Part, Report, Wanted, in_months, share
from placement.access.models import Person
from placement.access.opened import note_audited, note_opened
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility, Leave, Placement, Shift
from placement.facilities.queries.night import NO_SHIFT_AT_MOST
from placement.facilities.queries.standing import EARLIER, LATE
from placement.ui.dates import full_moment
from residents.models import CareEntry, LookPlan, Resident
from residents.queries.looks import NOT_SEEN

AROUND = timedelta(days=2)  # how far beyond the shifts that are asked for their looks may lie


def seconds(span: timedelta) -> str:
    """Return a length of time for SQL."""
    return f"interval '{span.total_seconds():.0f} seconds'"


def every(at: str) -> str:
    """Return SQL for the time between looks that is planned at a moment, by the clock of the home; see ``rounds.PERIODS``."""
    by_day = f"extract(hour FROM timezone(zone, {at})) BETWEEN 6 AND 21"
    return f"make_interval(mins => CASE WHEN {by_day} THEN by_day ELSE by_night END)"


def whole(late_by: str, each: str) -> str:
    """Return SQL for how many whole looks were left out in the gaps that are late by ``late_by``."""
    number = f"floor(extract(epoch FROM {late_by}) / extract(epoch FROM {each}))"
    return f"coalesce(sum({number}) FILTER (WHERE {late_by} > {seconds(LATE)}), 0)::bigint"


PLANNED = (
    *("number", "shift", "home", "stay", "resident", "at", "kind", "starts", "since", "at_once"),
    *("zone", "by_day", "by_night"),
)  # the columns of the gaps, each with how often somebody looked
# An event of a stay: the end (0) or the start (1) of its time in a shift (its span), or a look (2). ``looked``: the last look
# before it; ``vain``: the last one that did not find them. A gap goes from the last look that counts to the event; a leave breaks
# it in two. All is carried along by windows: the planner can't guess how many events there are, and would join them row by row.
USUAL = """
stay AS (SELECT id, home, resident, starts, coalesce(ends, 'infinity') AS ends FROM lived),
changed AS (
  SELECT *, lag(by_day * 1000 + by_night) OVER (PARTITION BY home ORDER BY at, number) AS before FROM past),
state AS (
  SELECT home, by_day, by_night, CASE WHEN before IS NULL THEN '-infinity' ELSE at END AS starts,
    coalesce(lead(at) OVER (PARTITION BY home ORDER BY at, number), 'infinity') AS ends
  FROM changed WHERE before IS DISTINCT FROM by_day * 1000 + by_night),
usual AS (
  SELECT home, home.zone, coalesce(state.by_day, home.by_day) AS by_day, coalesce(state.by_night, home.by_night) AS by_night,
    coalesce(state.starts, '-infinity') AS starts, coalesce(state.ends, 'infinity') AS ends
  FROM home LEFT JOIN state USING (home))"""
LOG = f"""
answering AS (
  SELECT id AS shift, home, starts_at AS starts, least(coalesce(lead(starts_at) OVER (PARTITION BY home ORDER BY starts_at),
    'infinity'), ends_at + {seconds(NO_SHIFT_AT_MOST)}, (SELECT now FROM clock)) AS ends
  FROM shift),
event AS (
  SELECT stay.id AS stay, stay.home, stay.resident, stay.starts AS came, e.*
  FROM answering s JOIN stay ON stay.home = s.home AND greatest(s.starts, stay.starts) < least(s.ends, stay.ends),
    LATERAL (VALUES (greatest(s.starts, stay.starts), 1, s.shift, s.starts, least(s.ends, stay.ends), NULL::boolean),
      (least(s.ends, stay.ends), 0, NULL, NULL, NULL, NULL)) e (at, kind, shift, shift_starts, ends, in_vain)
  UNION ALL SELECT stay.id, stay.home, stay.resident, stay.starts, l.at, 2, NULL, NULL, NULL,
    l.outcome IN ({", ".join(f"'{outcome}'" for outcome in NOT_SEEN)})
  FROM (SELECT DISTINCT ON (of) * FROM look ORDER BY of, written_at DESC) l
  JOIN stay ON stay.resident = l.resident AND stay.home = l.home AND l.at >= stay.starts AND l.at < stay.ends
  WHERE l.outcome <> '{CareEntry.MISTAKE}'),
numbered AS (
  SELECT *, count(*) FILTER (WHERE kind = 1) OVER (PARTITION BY stay ORDER BY at, kind ROWS UNBOUNDED PRECEDING) AS span,
    max(at) FILTER (WHERE kind = 2) OVER before AS looked, max(at) FILTER (WHERE kind = 2 AND in_vain) OVER before AS vain
  FROM event
  WINDOW before AS (PARTITION BY stay ORDER BY at, kind ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
seen AS (
  SELECT stay, home, resident, came, at, kind, looked, vain, first_value(shift) OVER of_span AS shift,
    first_value(shift_starts) OVER of_span AS shift_starts, first_value(at) OVER of_span AS starts,
    first_value(ends) OVER of_span AS ends
  FROM numbered WINDOW of_span AS (PARTITION BY stay, span ORDER BY at, kind)),
gap AS (
  SELECT shift, home, stay, resident, at, kind, starts,
    CASE WHEN looked >= greatest(shift_starts - {seconds(EARLIER)}, came) THEN looked ELSE starts END AS since,
    coalesce(looked >= starts AND vain = looked, false) AS at_once
  FROM seen WHERE kind <> 1 AND (at, kind) <= (ends, 0)),
planned AS (
  SELECT row_number() OVER () AS number, gap.*, zone, coalesce(p.by_day, usual.by_day) AS by_day,
    coalesce(p.by_night, usual.by_night) AS by_night
  FROM gap
  JOIN usual ON usual.home = gap.home AND gap.since >= usual.starts AND gap.since < usual.ends
  LEFT JOIN plan p ON p.resident = gap.resident AND gap.since >= p.starts AND gap.since < p.ends),
broken AS (
  SELECT g.*, min(a.starts) AS went, max(a.ends) AS back
  FROM planned g LEFT JOIN away a ON a.stay = g.stay AND a.starts < g.at AND a.ends > g.since
  GROUP BY {", ".join(f"g.{name}" for name in PLANNED)}),
due AS (
  SELECT *, back + {every("back")} AS due_again,
    CASE WHEN at_once THEN since ELSE greatest(since + {every("since")}, starts) END AS due
  FROM broken),
late AS (
  SELECT due.*, at - coalesce(due_again, due) AS late_by, {every("coalesce(due_again, due)")} AS each,
    went - due AS went_late_by, {every("due")} AS each_before
  FROM due),
log AS (
  SELECT shift, home, resident, count(*) FILTER (WHERE kind = 2 AND late_by <= {seconds(LATE)}) AS in_time,
    count(*) FILTER (WHERE late_by > {seconds(LATE)}) + count(*) FILTER (WHERE went_late_by > {seconds(LATE)}) AS late,
    {whole("late_by", "each")} + {whole("went_late_by", "each_before")} AS left_out
  FROM late GROUP BY shift, home, resident)"""


@dataclass(frozen=True)
class Said:
    """What the log says of one young person in one shift."""

    resident: UUID
    in_time: int
    late: int
    left_out: int

    @property
    def words(self) -> str:
        """Return what was not in time, in words; empty when all was."""
        found = [(self.late, "late"), (self.left_out, "left out")]
        return ", ".join(f"{number} {words}" for number, words in found if number)


class Rounds(Report):
    """The looks that were due in the shifts of the homes."""

    key = "rounds"
    title = "Whether rounds were complete"
    asks = "Was each young person looked at when it was due?"
    unit = "looks"
    about = (
        "A look is due so long after the last one as is decided for the young person, or else is usual in the home. It is late"
        " from one minute after that. Looks that lie in a longer gap were left out altogether.",
        "Counted are the shifts that were opened, in the month in which they began. A time without a shift, and a leave, is not"
        " judged. A look that was late, or had not come when the shift ended, counts once as late.",
        "Only looks at young people whose care log is open to you are counted.",
    )
    parts = (
        Part("due", "Due"),
        Part("in_time", "In time"),
        Part("late", "Late, or not before the end"),
        Part("left_out", "Left out"),
    )
    headline, kind = "left_out", "late"
    figures = (Figure("In time, of all", share("in_time", "due")),)
    heads = ("Home", "Began", "In time", "Late", "Left out")
    orders: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("-starts_at",)}
    related: ClassVar[Mapping[str, tuple[str, ...]]] = {"": ("facility",)}

    def branches(self, person: Person, wanted: Wanted) -> dict[str, QuerySet[Any]]:
        """Return the shifts that began in the months."""
        return {"": in_months(shifts(person), wanted, "starts_at")}

    def source(self, person: Person, wanted: Wanted) -> tuple[str, tuple[Any, ...]]:
        """Return SQL with a row for each young person and shift."""
        with_, values = log(person, *wanted.bounds, wanted.facility)
        listed = self.branches(person, wanted)[""].order_by().values_list("pk", "in_month")
        sql, given = listed.query.sql_with_params()
        return (
            f"""WITH {with_}, of_month (shift, month) AS ({sql})
                SELECT home, month, in_time + late + left_out, in_time, late, left_out, NULL::float
                FROM log JOIN of_month USING (shift)""",
            (*values, *given),
        )

    def behind(self, person: Person, wanted: Wanted, part: Part) -> QuerySet[Any]:
        """Return the shifts in which a look was as the part says."""
        with_, values = log(person, *wanted.bounds, wanted.facility)
        some = {"due": "in_time + late + left_out > 0"}.get(part.key, f"{part.key} > 0")
        # The ORM has no form for a query with parts of its own. ``some`` is made of a part's key; all that is asked for are values.
        there = RawSQL(f"WITH {with_} SELECT shift FROM log WHERE {some}", values)  # noqa: S611
        return self.branches(person, wanted)[""].filter(pk__in=there)

    def lines(self, person: Person, rows: Sequence[Any], part: Part, wanted: Wanted) -> list[Line]:
        """Return the shifts, and of each the young people who were not looked at in time. Three queries."""
        note_opened(*rows)
        works_in, said = worked_by(person), said_of(person, rows, wanted.facility)
        people = {each.resident for of_shift in said.values() for each in of_shift}
        codes = dict(Resident.objects.filter(pk__in=people).values_list("pk", "code"))
        note_audited("residents", codes, Can.VIEW_CARE_LOG)
        return [
            Line(
                f"{shift.name} shift",
                reverse("facilities:looks", args=[shift.facility_id, shift.pk])
                if shift.facility_id in works_in
                else "",
                (
                    shift.facility.name,
                    full_moment(shift.starts_at, shift.facility.zone),
                    *(
                        str(sum(getattr(each, name) for each in said[shift.pk]))
                        for name in ("in_time", "late", "left_out")
                    ),
                ),
                tuple(
                    (f"{codes[each.resident]}: {each.words}", looks_of(each.resident, shift))
                    for each in said[shift.pk]
                    if each.words and each.resident in codes
                ),
            )
            for shift in rows
        ]


def looks_of(resident: UUID, shift: Shift) -> str:
    """Return the address of the young person's care log on the day on which a shift began, by the clock of its home."""
    day = shift.starts_at.astimezone(shift.facility.zone).date()
    return f"{reverse('residents:care', args=[resident])}?day={day.isoformat()}"


def said_of(person: Person, rows: Sequence[Shift], facility: str) -> dict[UUID, list[Said]]:
    """Return what the log says of each young person in each of these shifts. One query."""
    found: dict[UUID, list[Said]] = defaultdict(list)
    if rows:
        starts = [shift.starts_at for shift in rows]
        with_, values = log(person, min(starts) - AROUND, max(starts) + AROUND, facility)
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH {with_} SELECT shift, resident, in_time, late, left_out FROM log WHERE shift = ANY (%s::uuid[])"
                " ORDER BY late + left_out DESC, resident",
                (*values, [shift.pk for shift in rows]),
            )
            for shift, *numbers in cursor.fetchall():
                found[shift].append(Said(*numbers))
    return found


def shifts(person: Person) -> QuerySet[Shift]:
    """Return the shifts of the homes about which ``person`` may read."""
    return Shift.objects.visible_to(person, Can.VIEW_BEDS)


def log(person: Person, since: datetime, until: datetime, facility: str) -> tuple[str, tuple[Any, ...]]:
    """Return SQL after which ``log`` has shift, home, resident, and how many looks were in_time, late and left_out.

    Of the shifts that begin from ``since`` to ``until`` (aware), and of the young people whose care log ``person`` may read.
    """
    here = {"facility": facility} if facility else {}
    around = {"happened_at__gte": since - AROUND, "happened_at__lt": until + AROUND}
    going_on = Q(ends_at__isnull=True) | Q(ends_at__gt=since) | Q(status=Placement.Status.ACTIVE)
    lived = Placement.objects.visible_to(person, Can.VIEW_CARE_LOG).filter(
        going_on, status__in=Placement.LIVED, starts_at__lt=until + AROUND, **here
    )
    ends = Case(
        When(status=Placement.Status.ENDED, then=F("ends_at")), default=Value(None), output_field=DateTimeField()
    )
    homes = Facility.objects.visible_to(person, Can.VIEW_BEDS).order_by()
    looked = CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG).filter(kind__in=CareEntry.LOOKS, **around, **here)
    parts: dict[str, Any] = {
        "shift (id, home, starts_at, ends_at)": shifts(person)
        .filter(starts_at__gte=since, starts_at__lt=until, **here)
        .values_list("pk", "facility_id", "starts_at", "ends_at"),
        "lived (id, home, resident, starts, ends)": lived.values_list(
            "pk", "facility_id", "resident_id", "starts_at", ends
        ),
        "look (of, home, resident, at, written_at, outcome)": looked.values_list(
            Coalesce("amends", "id", output_field=UUIDField()),
            "facility_id",
            "resident_id",
            "happened_at",
            "written_at",
            "outcome",
        ),
        "plan (resident, starts, ends, by_day, by_night)": LookPlan.objects.filter(
            starts_at__lt=until + AROUND, ends_at__gt=since - AROUND
        ).values_list("resident_id", "starts_at", "ends_at", "day_minutes", "night_minutes"),
        "away (stay, starts, ends)": Leave.objects.filter(
            Leave.HOLDS, starts_at__lt=until + AROUND, ends_at__gt=since - AROUND
        ).values_list("placement_id", "starts_at", "ends_at"),
        "home (home, zone, by_day, by_night)": homes.values_list(
            "pk", "time_zone", "look_day_minutes", "look_night_minutes"
        ),
        "past (home, by_day, by_night, at, number)": Facility.history.filter(id__in=homes.values("pk")).values_list(
            "id", "look_day_minutes", "look_night_minutes", "history_date", "history_id"
        ),
    }
    withs, values = ["clock (now) AS (SELECT %s::timestamptz)"], [now()]
    for name, rows in parts.items():
        sql, given = rows.order_by().query.sql_with_params()
        withs.append(f"{name} AS ({sql})")
        values.extend(given)
    return ",\n".join([*withs, USUAL, LOG]), tuple(values)
