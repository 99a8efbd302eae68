"""My work: what this person must do now, each with its due time, read from the facts. A fixed number of queries a role."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.facilities.models import (
    Discharge,
    Facility,
    FireClearance,
    Hold,
    Licence,
    Override,
    Placement,
    Referral,
    Shift,
    Waiver,
)
from placement.facilities.queries.after_care import checks_due
from placement.facilities.queries.missing import missing_whom
from placement.facilities.queries.placements import relied_on
from placement.facilities.queries.rounds import Place
from placement.facilities.queries.standing import homes_now
from placement.facilities.queries.tiles import day_and_time
from placement.ui.dates import day_name, moment_name, short_day
from residents.models import Case, Incident, PopulationDesignation, Resident, SeparationRequest

FIRST = (Incident.Kind.MISSING, Incident.Kind.SELF_HARM)  # reviewed before any paper, as critical incidents are
AHEAD = timedelta(days=60)
MOST = 25  # of each kind of duty on the page as it opens
ALL = 1000  # and when everything is asked for


@dataclass(frozen=True)
class Task:
    """One thing to do. ``due`` is aware, or ``None`` (then ``when`` stands there). Keys are those of ``components/work_list``."""

    due: datetime | None
    title: str
    detail: str
    href: str
    action: str = "Open"
    when: str = "no date set"
    note: str = ""
    strong: bool = False  # goes before everything else
    alarm: bool = False  # and this before that: it cannot wait, whether it has a time or not

    @property
    def action_href(self) -> str:
        """Return where the button leads."""
        return self.href


@dataclass
class Cut:
    """Takes the most urgent rows of each kind of duty, and counts those that it leaves out."""

    limit: int
    left_out: int = 0

    def __call__(self, rows: QuerySet[Any]) -> list[Any]:
        """Return the first rows, in the order given; the count comes with them in the same query."""
        found = list(rows.annotate(of_all=Window(Count("pk")))[: self.limit])
        self.left_out += max(0, found[0].of_all - self.limit) if found else 0
        return found


@dataclass(frozen=True)
class Work:
    """The page: what cannot wait (due within a day, or late), what comes later, young people and homes at hand.

    ``left_out``: how many duties are not on the page.
    """

    first: list[Task]
    later: list[Task]
    residents: list[Resident]
    homes: list[Facility]
    left_out: int


def my_work(person: Person, *, everything: bool = False) -> Work:
    """Return the work page of ``person``: the most urgent duties of each kind, or ``everything``."""
    cut = Cut(ALL if everything else MOST)
    tasks = [task for source in SOURCES.get(Role(person.role), []) for task in source(person, cut)]
    tasks.sort(key=lambda task: (not task.alarm, not task.strong, task.due is None, task.due or now(), task.title))
    tomorrow = now() + timedelta(days=1)
    urgent = [task.alarm or task.strong or (task.due is not None and task.due <= tomorrow) for task in tasks]
    first = [task for task, now_at_once in zip(tasks, urgent, strict=True) if now_at_once]
    return Work(
        first,
        [task for task in tasks if task not in first],
        list(Resident.objects.visible_to(person, Can.VIEW_CODE).order_by(Length("code"), "code")[:12])
        if person.may(Can.LIST_RESIDENTS)
        else [],
        list(Facility.objects.visible_to(person, Can.VIEW_BEDS).order_by("name")[:8])
        if person.may(Can.LIST_FACILITIES)
        else [],
        cut.left_out,
    )


def _day_end(day: date, zone: ZoneInfo | str) -> datetime:
    """Return the last minute of ``day`` in ``zone`` as an aware time: a duty of a day is late when the day is over."""
    zone = ZoneInfo(zone) if isinstance(zone, str) else zone
    return datetime.combine(day, time(23, 59), zone)


def _on(day: date) -> str:
    """Return the small line under the clock of a duty that has a day and no hour."""
    today = timezone.localdate(now())
    return "by the end of the day" if day >= today else f"was due {day_name(day, today)}"


def decisions(person: Person, cut: Cut) -> Iterable[Task]:
    """Placements and exceptions that wait for this person's decision. The proposer's own are left out."""
    waiting = (
        Placement.objects.visible_to(person, Can.APPROVE_PLACEMENT)
        .filter(status=Placement.Status.PROPOSED)
        .exclude(proposed_by=person)
        .select_related("resident", "facility", "proposed_by")
    )
    for placement in cut(waiting.order_by("starts_at")):
        yield Task(
            placement.starts_at,
            f"Decide: {placement.resident} to {placement.facility}",
            f"Proposed by {placement.proposed_by}",
            reverse("placements:decide", args=[placement.pk]),
            "Read and decide",
        )
    asked = (
        Override.objects.visible_to(person, Can.APPROVE_PLACEMENT)
        .filter(status=Override.Status.PROPOSED)
        .exclude(proposed_by=person)
        .select_related("resident", "facility", "proposed_by")
    )
    for override in cut(asked.order_by("proposed_at")):
        yield Task(
            override.proposed_at + timedelta(days=1),
            f"Decide: exception for {override.resident} at {override.facility}",
            f"Asked for by {override.proposed_by}",
            reverse("placements:override", args=[override.pk]),
            "Read and decide",
        )


def changed_designations(person: Person, cut: Cut) -> Iterable[Task]:
    """Designations that would change or take back a confirmed one, and wait for a second person."""
    waiting = (
        PopulationDesignation.objects.visible_to(person, Can.APPROVE_PLACEMENT)
        .filter(standing=PopulationDesignation.Standing.WAITING)
        .exclude(decided_by=person)
        .select_related("resident", "decided_by")
    )
    for row in cut(waiting.order_by("decided_at")):
        yield Task(
            row.decided_at + timedelta(days=1),
            f"Decide: a change of the confirmed designation of {row.resident}",
            f"Designated by {row.decided_by}; the confirmed one counts until you agree",
            reverse("residents:review_designation", args=[row.resident_id, row.pk]),
            "Read and decide",
        )


def separations_to_complete(person: Person, cut: Cut) -> Iterable[Task]:
    """Separations that were asked for by a code, and that no home knows of until they are completed."""
    waiting = (
        SeparationRequest.objects.visible_to(person, Can.ASSIGN_TEAM)
        .filter(status=SeparationRequest.Status.WAITING)
        .select_related("resident", "asked_by")
    )
    for asked in cut(waiting.order_by("asked_at")):
        yield Task(
            asked.asked_at + timedelta(days=1),
            f"Complete a separation of {asked.resident}",
            f"{asked.asked_by} named the other young person by code; no home is ruled out until you complete it",
            reverse("residents:decide_separation", args=[asked.resident_id, asked.pk]),
            "Read and complete",
        )


def exceptions_ending(person: Person, cut: Cut) -> Iterable[Task]:
    """Exceptions that end soon or have ended under a stay that goes on, unless a longer one has taken their place."""
    right = Can.APPROVE_PLACEMENT if person.role == Role.SUPERVISOR else Can.PROPOSE_PLACEMENT
    ending = (
        relied_on(Override.objects.visible_to(person, right))
        .filter(expires_at__lt=now() + timedelta(days=14))
        .select_related("resident", "facility")
    )
    for override in cut(ending.order_by("expires_at")):
        over = override.is_over
        yield Task(
            override.expires_at,
            f"The exception for {override.resident} at {override.facility} {'has ended' if over else 'ends'}",
            "Nothing allows this stay any more. Find another home, or ask for a new exception now"
            if over
            else "Find another home, or ask for a new exception before it ends",
            reverse("placements:override", args=[override.pk]),
            strong=over,
        )


def own_referrals(person: Person, cut: Cut) -> Iterable[Task]:
    """Drafts to finish, and referrals that still need a home, with the bed that is held for them and until when."""
    held = {
        hold.referral_id: hold
        for hold in Hold.objects.visible_to(person, Can.PROPOSE_PLACEMENT)
        .filter(ends_at__gt=now(), referral__status=Referral.Status.OPEN)
        .select_related("bed__facility")
        .order_by("-ends_at")
    }
    referrals = (
        Referral.objects.visible_to(person, Can.PROPOSE_PLACEMENT)
        .filter(status__in=[Referral.Status.DRAFT, Referral.Status.OPEN])
        .select_related("resident")
    )
    for referral in cut(referrals.order_by("needed_from")):
        if referral.status == Referral.Status.DRAFT:
            yield Task(
                None,
                f"Finish the referral draft for {referral.resident}",
                f"Begun {short_day(timezone.localtime(referral.made_at))}",
                reverse("referrals:detail", args=[referral.pk]),
                "Go on",
                when="draft",
            )
        else:
            hold = held.get(referral.pk)
            until = moment_name(hold.ends_at, person.time_zone) if hold else ""
            bed = f". A bed at {hold.bed.facility} is held until {until}" if hold else ""
            yield Task(
                min(referral.needed_from, hold.ends_at) if hold else referral.needed_from,
                f"Find a home for {referral.resident}",
                f"Referral {referral}, {referral.get_urgency_display().lower()}{bed}",
                reverse("referrals:match", args=[referral.pk]),
                "See which homes fit",
            )


def case_dates(person: Person, cut: Cut) -> Iterable[Task]:
    """Hearings in the next 60 days or overdue."""
    hearings = (
        Case.objects.visible_to(person, Can.KEEP_CASE)
        .filter(status=Case.Status.OPEN, next_hearing_on__lte=timezone.localdate(now()) + AHEAD)
        .select_related("resident")
    )
    for case in cut(hearings.order_by("next_hearing_on")):
        day = cast(date, case.next_hearing_on)  # cases without a hearing are not among them
        yield Task(
            _day_end(day, person.time_zone),
            f"Hearing for {case.resident}",
            case.court or "Court not yet named",
            reverse("residents:detail", args=[case.resident_id]),
            note=_on(day),
        )


def after_care(person: Person, cut: Cut) -> Iterable[Task]:
    """Checks after a young person has left, in the next 60 days, and every overdue one until somebody has looked."""
    right = Can.APPROVE_PLACEMENT if person.role == Role.SUPERVISOR else Can.KEEP_CASE
    due = checks_due(Discharge.objects.visible_to(person, right)).filter(due_on__lte=timezone.localdate(now()) + AHEAD)
    for discharge in cut(due.select_related("resident").order_by("due_on")):
        yield Task(
            _day_end(discharge.due_on, person.time_zone),
            f"{'Next' if discharge.checked else 'First'} check after leaving: {discharge.resident}",
            f"{discharge.after_care_contact} stays in touch",
            reverse("placements:after-care", args=[discharge.placement_id]),
            "Write it down",
            note=_on(discharge.due_on),
        )


def arrivals(person: Person, cut: Cut) -> Iterable[Task]:
    """Approved placements: the safety history to read, then the admission."""
    coming = (
        Placement.objects.visible_to(person, Can.ACCEPT_PLACEMENT)
        .filter(status=Placement.Status.APPROVED)
        .select_related("resident", "facility")
    )
    for placement in cut(coming.order_by("starts_at")):
        read = placement.safety_read_by_id is not None
        yield Task(
            placement.starts_at,
            f"{placement.resident} arrives at {placement.facility}",
            "Admit when the young person is here" if read else "Read and sign the safety history before the arrival",
            reverse("placements:detail", args=[placement.pk]),
            "Admit" if read else "Read and sign",
        )


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
            note="missing",
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
            yield Task(
                None,
                f"Not found at {home.facility}: {', '.join(str(each.resident) for each in lost)}",
                "Look again now. If nobody finds them, report them as missing",
                shift_page,
                "Open the shift",
                when="Now",
                note="not found",
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
                strong=True,
            )
        elif late:
            yield Task(
                min(each.stand.due_at for each in late),
                f"Head counts are late at {home.facility}",
                f"{len(late)} of {len(home.people)} young people were not looked at in time",
                shift_page,
                "Open the shift",
                strong=True,
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


def incidents_to_review(person: Person, cut: Cut) -> Iterable[Task]:
    """Incidents that wait for a review by somebody who did not report them; who is missing now has a line already."""
    waiting = (
        Incident.objects.visible_to(person, Can.REVIEW_INCIDENT)
        .filter(status=Incident.Status.REPORTED)
        .exclude(reported_by=person)
        .exclude(pk__in=[row.incident_id for row in missing_whom(person)])
        .select_related("facility")
    )
    hours: dict[str, int] = {Incident.Severity.CRITICAL: 2, Incident.Severity.SERIOUS: 24}
    for incident in cut(waiting.order_by("reported_at")):
        yield Task(
            incident.reported_at + timedelta(hours=hours.get(incident.severity, 72)),
            f"Review incident {incident.number}: {incident.get_kind_display().lower()}",
            f"{incident.facility} · {incident.get_severity_display().lower()}",
            reverse("incidents:detail", args=[incident.pk]),
            "Review",
            strong=incident.severity == Incident.Severity.CRITICAL or incident.kind in FIRST,
        )


def papers(person: Person, cut: Cut) -> Iterable[Task]:
    """Licences and fire clearances that end in the next 60 days or have ended, unless another one follows."""
    right = Can.REVIEW_INCIDENT if person.role == Role.SUPERVISOR else Can.MANAGE_FACILITY
    today = timezone.localdate(now())
    kinds: list[tuple[Any, str]] = [(Licence, "The licence"), (FireClearance, "The fire clearance")]
    for model, words in kinds:
        rows = (
            model.objects.visible_to(person, right)
            .filter(~Exists(followed_by(model, today)), valid_to__range=(today - timedelta(days=30), today + AHEAD))
            .select_related("facility")
        )
        for row in cut(rows.order_by("valid_to")):
            over = row.valid_to < today
            yield Task(
                _day_end(row.valid_to, row.facility.zone),
                f"{words} of {row.facility} {'has ended' if over else 'ends'}",
                f"Nobody can be admitted {'until' if over else 'after that day until'} it is renewed",
                reverse("facilities:detail", args=[row.facility_id]),
                note=_on(row.valid_to),
            )


def followed_by(model: Any, today: date) -> QuerySet[Any]:
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
            _day_end(licence.valid_from, licence.facility.zone),
            f"Confirm a licence of {licence.facility}",
            f"Licence {licence.number}: nobody can be admitted under it until then",
            reverse("facilities:confirm-licence", args=[licence.facility_id, licence.pk]),
            "Read and confirm",
            note=_on(licence.valid_from),
        )
    unconfirmed = Waiver.objects.visible_to(person, Can.REVIEW_INCIDENT).filter(
        confirmed_at__isnull=True, ends_on__gte=timezone.localdate(now())
    )
    for waiver in cut(unconfirmed.select_related("licence__facility").order_by("starts_on")):
        home = waiver.licence.facility
        yield Task(
            _day_end(waiver.starts_on, home.zone),
            f"Confirm a waiver of {home}",
            f"{waiver.get_kind_display()}: it counts when you have read the paper",
            reverse("facilities:confirm-waiver", args=[home.pk, waiver.pk]),
            "Read and confirm",
            note=_on(waiver.starts_on),
        )


SOURCES: dict[Role, list[Callable[[Person, Cut], Iterable[Task]]]] = {
    Role.CASEWORKER: [missing_people, overdue_stays, own_referrals, case_dates, after_care, exceptions_ending],
    Role.SUPERVISOR: [
        missing_people,
        overdue_stays,
        decisions,
        changed_designations,
        separations_to_complete,
        after_care,
        exceptions_ending,
        incidents_to_review,
        papers,
        licences_to_confirm,
    ],
    Role.ADMIN: [missing_people, overdue_stays, floor, arrivals, unsigned_shifts, incidents_to_review, papers],
    Role.STAFF: [missing_people, floor, unsigned_shifts],
}
