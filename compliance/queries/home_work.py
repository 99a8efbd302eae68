"""Duties of homes: who is missing, the floor, shifts, incidents, papers, stays and licences."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from compliance.queries.tasks import Cut, Task, day_end, on_day
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import barred_from
from placement.audit.clock import now
from placement.facilities.models import (
    Credential,
    Facility,
    FireClearance,
    Licence,
    Placement,
    Shift,
    Waiver,
)
from placement.facilities.queries.admissions import today_in
from placement.facilities.queries.credentials import AT_ONCE, ENDS_SOON, WARNED, clearance_end, ending, tell_whom
from placement.facilities.queries.drills import is_overdue, last_drills, next_due
from placement.facilities.queries.exits import dangers, exits_now
from placement.facilities.queries.hand_offs import nights_to_review, not_taken_over, unread_of
from placement.facilities.queries.medication import open_differences
from placement.facilities.queries.missing import missing_whom
from placement.facilities.queries.ratio import here_of, ratio_now
from placement.facilities.queries.rounds import Place
from placement.facilities.queries.standing import homes_now
from placement.facilities.queries.tiles import day_and_time

AHEAD = timedelta(days=60)
CLOSED = "somebody whose record is closed to you"


def missing_people(person: Person, _cut: Cut) -> Iterable[Task]:
    """Young people who are missing now, until a look finds them or somebody writes down that they are back."""
    for row in missing_whom(person):
        home, since = row.incident.facility, row.incident.happened_at
        yield Task(
            None,
            f"{row.resident} is missing since {day_and_time(since, now(), home.zone)}",
            f"{home} · incident {row.incident.number}",
            reverse("incidents:detail", args=[row.incident_id]),
            "Open the report",
            when="Now",
            tag="missing",
            strong=True,
            alarm=True,
        )


def floor(person: Person, _cut: Cut) -> Iterable[Task]:
    """What is open in the homes where the person works: nobody on duty, somebody not found, looks that are late."""
    moment = now()
    for home in homes_now(Facility.objects.visible_to(person, Can.WORK_SHIFT).order_by("name", "pk")):
        shift_page = reverse("facilities:shift", args=[home.facility.pk])
        lost = [each for each in home.people if each.place == Place.NOT_FOUND]
        late = [each for each in home.people if each.late_at(moment) and each not in lost]
        if lost:
            barred = barred_from(person)
            codes = [CLOSED if each.resident.pk in barred else str(each.resident) for each in lost]
            yield Task(
                None,
                f"Not found at {home.facility}: {', '.join(codes)}",
                "Look again now. If nobody finds them, report them as missing",
                shift_page,
                "Open the shift",
                when="Now",
                tag="not found",
                strong=True,
                alarm=True,
            )
        if home.people and home.shift is None:
            yield Task(
                moment,
                f"No shift is open at {home.facility}",
                f"{len(home.people)} live there, and nobody is on duty",
                shift_page,
                "Open the shift",
                tag="urgent",
                strong=True,
            )
        elif late:
            yield Task(
                min(each.stand.due_at for each in late),
                f"Head counts are late at {home.facility}",
                f"{len(late)} of {len(home.people)} young people were not looked at in time",
                shift_page,
                "Open the shift",
                tag="urgent",
                strong=True,
            )


def staffing(person: Person, _cut: Cut) -> Iterable[Task]:
    """Homes that the person runs in which adults are too few now, or will be in the next hours by the plan."""
    for stands in ratio_now(here_of(homes_now(_homes_run_by(person)))).values():
        piece, home = stands.breaks, stands.facility
        if piece is None or stands.shift is None:  # without a shift the floor says so already
            continue
        yield Task(
            piece.starts_at,
            f"{stands.warning} at {home}",
            f"{piece.required.sentence}. Rule: {piece.required.citation}",
            reverse("facilities:roster", args=[home.pk]),
            "Open the plan",
            tag="too few adults",
            strong=piece == stands.now,
        )


def own_clearance(person: Person, _cut: Cut) -> Iterable[Task]:
    """The own background clearance, from 60 days before its end on: with it the records end. Free until then."""
    ends = clearance_end(person)
    if ends is None or ends > now() + WARNED:
        return
    over, soon = ends <= now(), ends <= now() + AT_ONCE
    tell = ", ".join(tell_whom(person)) or "a supervisor"
    yield Task(
        None if over else ends - timedelta(minutes=1),
        f"Your background clearance {'has ended' if over else 'ends'}",
        f"{'Homes and records are closed to you' if over else 'With it homes and records close to you'}"
        f" until a new one is filed. Tell {tell}.",
        reverse("facilities:own-credentials"),
        "See what to do",
        when="Now",
        tag="closed" if over else "ends soon",
        kind="late" if soon else "due",
        strong=soon,
        alarm=over,
    )


def credentials(person: Person, cut: Cut) -> Iterable[Task]:
    """What others in the own homes must hold to be planned, and that ends soon or has ended, without a newer one."""
    others = [kind for kind in Credential.NEEDED if kind != Credential.Kind.BACKGROUND]
    yield from clearances(person, cut, right=Can.MANAGE_FACILITY)
    for row in ending(person, Can.MANAGE_FACILITY, others, ENDS_SOON, cut):
        yield _renew(row, "nobody can be planned without it")


def clearances(person: Person, cut: Cut, *, right: Can = Can.CHANGE_FACILITY) -> Iterable[Task]:
    """Background clearances of people who work in homes: with each the access of that person ends."""
    for row in ending(person, right, [Credential.Kind.BACKGROUND], WARNED, cut):
        yield _renew(row, "without it they can't be planned, and homes and records are closed to them")


def _renew(row: Credential, then: str) -> Task:
    zone, today = row.facility.zone, now().astimezone(row.facility.zone).date()
    last = row.valid_to or today
    return Task(
        day_end(last, zone),
        f"{row.person}: the {row} {'has ended' if last < today else 'ends'}",
        f"{row.facility} · {then}",
        reverse("facilities:credentials", args=[row.facility_id]),
        "Renew",
        note=on_day(last, zone),
        strong=row.kind == Credential.Kind.BACKGROUND and last - today <= AT_ONCE,
    )


def _homes_run_by(person: Person) -> QuerySet[Facility]:
    return Facility.objects.visible_to(person, Can.MANAGE_FACILITY).order_by("name", "pk")


def exits_in_danger(person: Person, _cut: Cut) -> Iterable[Task]:
    """Exits that are locked or blocked, until somebody on shift checks them again and finds them good."""
    for each in dangers(exits_now(Facility.objects.visible_to(person, Can.VIEW_BEDS))):
        home = each.exit.facility
        found = each.in_danger
        when = day_and_time(found.written_at, now(), home.zone) if found else ""
        yield Task(
            None,
            f"{each.exit.name} of {home}: {', '.join(each.faults)}",
            f"Found {when}. Nobody could get out there in a fire",
            reverse("facilities:exits", args=[home.pk]),
            "Read what was found",
            when="Now",
            tag="danger",
            strong=True,
            alarm=True,
        )


def drills_to_hold(person: Person, cut: Cut) -> Iterable[Task]:
    """Homes where the next drill is due within a month, or should have been held."""
    homes = last_drills(Facility.objects.visible_to(person, Can.MANAGE_FACILITY))
    for home in cut(homes):
        due = next_due(home.last_drill)
        if due is None or due <= now() + timedelta(days=30):
            over = is_overdue(home.last_drill)
            yield Task(
                due,
                f"Hold a drill at {home}",
                "Everybody practises to get out" if home.last_drill else "No drill is written down yet",
                reverse("facilities:drills", args=[home.pk]),
                tag="overdue" if over else "",
                kind="due",
            )


def unsigned_shifts(person: Person, cut: Cut) -> Iterable[Task]:
    """Shifts that are over and not signed."""
    open_ones = (
        Shift.objects.visible_to(person, Can.WORK_SHIFT)
        .filter(ends_at__lte=now(), signed_at__isnull=True)
        .select_related("facility")
    )
    for shift in cut(open_ones.order_by("ends_at")):
        yield Task(
            shift.ends_at,
            f"Hand off and sign the {shift.name.lower()} shift at {shift.facility}",
            "The shift is over; until it is signed its entries can still be changed",
            reverse("facilities:shift", args=[shift.facility_id]),
            "Sign",
        )


def hand_offs(person: Person, cut: Cut) -> Iterable[Task]:
    """Hand-offs that the person has not read, by home, and shifts after which nobody has taken over."""
    for shift in cut(not_taken_over(person).order_by("signed_at")):
        yield Task(
            shift.signed_at,
            f"Take over duty at {shift.facility}",
            f"The {shift.name.lower()} shift is signed, and nobody has taken over",
            reverse("facilities:take-over", args=[shift.facility_id, shift.pk]),
            "Take over",
        )
    waiting = Counter(shift.facility for shift in unread_of(person))
    for home, number in waiting.items():
        yield Task(
            None,
            f"{number} hand-off{'' if number == 1 else 's'} to read at {home}",
            "What the shifts before you must pass on",
            reverse("facilities:reading", args=[home.pk]),
            "Read",
            when="Before you start",
            strong=person.role == Role.STAFF,  # what they do first; the administrator reads along
        )


def nights(person: Person, cut: Cut) -> Iterable[Task]:
    """Nights whose looks nobody has reviewed, by a day after they were signed."""
    for shift in cut(nights_to_review(person)):
        yield Task(
            shift.signed_at + timedelta(days=1) if shift.signed_at else None,
            f"Review the looks of a {shift.name.lower()} at {shift.facility}",
            f"The {shift.name.lower()} from {day_and_time(shift.starts_at, now(), shift.facility.zone)} is signed",
            reverse("facilities:looks", args=[shift.facility_id, shift.pk]),
            "Review",
        )


def medication_differences(person: Person, cut: Cut) -> Iterable[Task]:
    """Counts of drugs that were not as expected, until the administrator has said what became of the difference."""
    found = open_differences(person).select_related("order", "resident", "facility")
    for count in cut(found.order_by("counted_at")):
        number, wanted = f"{count.counted.normalize():f}", f"{count.expected.normalize():f}"
        yield Task(
            count.counted_at + timedelta(hours=24),
            f"A count is not right at {count.facility}: {count.resident}",
            f"{count.order.title}: {number} counted, {wanted} expected",
            reverse("facilities:settle-count", args=[count.facility_id, count.pk]),
            "Find out and close",
            tag="medication",
            strong=True,
        )


def papers(person: Person, cut: Cut) -> Iterable[Task]:
    """Licences and fire clearances that end in the next 60 days or have ended, unless another one follows.

    What ended more than 30 days ago stays while young people live in the home.
    """
    today = timezone.localdate(now())
    living = Placement.objects.filter(facility=OuterRef("facility"), status=Placement.Status.ACTIVE)
    kinds: list[tuple[Any, str]] = [(Licence, "The licence"), (FireClearance, "The fire clearance")]
    for model, words in kinds:
        newer = model.objects.filter(facility=OuterRef("facility"), valid_to__gt=OuterRef("valid_to"))
        rows = (
            model.objects.visible_to(person, Can.CHANGE_FACILITY)
            .annotate(today=today_in(F("facility__time_zone")))
            .filter(
                Q(valid_to__gte=today - timedelta(days=30)) | Exists(living) & ~Exists(newer),
                ~Exists(followed_by(model, OuterRef("today"))),
                valid_to__lte=today + AHEAD,
            )
            .select_related("facility")
        )
        for row in cut(rows.order_by("valid_to")):
            over = row.valid_to < row.today
            yield Task(
                day_end(row.valid_to, row.facility.zone),
                f"{words} of {row.facility} {'has ended' if over else 'ends'}",
                f"Nobody can be admitted {'until' if over else 'after that day until'} it is renewed",
                reverse("facilities:detail", args=[row.facility_id]),
                note=on_day(row.valid_to, row.facility.zone),
            )


def followed_by(model: Any, today: Any) -> QuerySet[Any]:
    """Return the papers of the same home that go on where the outer one ends, or that cover ``today`` after it."""
    longer = Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to"), valid_to__gte=today)
    begins = Q(valid_from__lte=today) | Q(valid_from__lte=OuterRef("valid_to") + timedelta(days=1))
    found = model.objects.filter(longer, begins, facility=OuterRef("facility"))
    return found.filter(status=Licence.Status.LICENSED) if model is Licence else found


def overdue_stays(person: Person, cut: Cut) -> Iterable[Task]:
    """Stays that go on although their planned end has passed: somebody must end them, or say until when they go on."""
    right = {Role.SUPERVISOR: Can.APPROVE_PLACEMENT, Role.ADMIN: Can.ACCEPT_PLACEMENT}.get(
        Role(person.role), Can.PROPOSE_PLACEMENT
    )
    overdue = Placement.objects.visible_to(person, right).filter(status=Placement.Status.ACTIVE, ends_at__lte=now())
    for stay in cut(overdue.select_related("resident", "facility").order_by("ends_at")):
        yield Task(
            stay.ends_at,
            f"The planned end of {stay.resident} at {stay.facility} has passed: end or extend the stay",
            "The bed is taken until somebody ends the stay",
            reverse("placements:detail", args=[stay.pk]),
        )


def licences_to_confirm(person: Person, cut: Cut) -> Iterable[Task]:
    """Licences and waivers that a home has written down and that count only when a supervisor has read the paper."""
    waiting = Licence.objects.visible_to(person, Can.REVIEW_INCIDENT).filter(status=Licence.Status.PENDING)
    waiting = waiting.exclude(sexes=[])  # what a licensing file brought: its terms are not written down yet
    for licence in cut(waiting.select_related("facility").order_by("valid_from")):
        yield Task(
            day_end(licence.valid_from, licence.facility.zone),
            f"Confirm a licence of {licence.facility}",
            f"Licence {licence.number}: nobody can be admitted under it until then",
            reverse("facilities:confirm-licence", args=[licence.facility_id, licence.pk]),
            "Read and confirm",
            note=on_day(licence.valid_from, licence.facility.zone),
        )
    today = today_in(F("licence__facility__time_zone"))
    unconfirmed = Waiver.objects.visible_to(person, Can.REVIEW_INCIDENT).filter(
        confirmed_at__isnull=True, ends_on__gte=today
    )
    for waiver in cut(unconfirmed.select_related("licence__facility").order_by("starts_on")):
        home = waiver.licence.facility
        yield Task(
            day_end(waiver.starts_on, home.zone),
            f"Confirm a waiver of {home}",
            f"{waiver.get_kind_display()}: it counts when you have read the paper",
            reverse("facilities:confirm-waiver", args=[home.pk, waiver.pk]),
            "Read and confirm",
            note=on_day(waiver.starts_on, home.zone),
        )
