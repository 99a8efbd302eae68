"""Opening and closing a case, and who works on it. Rights on the record are given and taken back here."""

import re
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q

from placement.access.models import AgencyUnit, Person
from placement.access.permissions import give_groups, give_person, group_name, group_of, withdraw
from placement.access.rights import RESIDENT_RIGHTS, Can, Role
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import reading, set_reason
from residents.models import Case, Caseload, Identity, Resident, ResidentUserPermission, TeamMember
from residents.operations.access_requests import end_parts
from residents.operations.guard import must, today

OLDEST_YEARS = 25
CODE_SERIES = "K"


@operation("opened a case")
def open_case(
    *,
    code: str | None,
    preferred_name: str,
    legal_name: str,
    birth_date: date,
    sex: str,
    languages: list[str],
    unit: AgencyUnit,
    caseworker: Person,
    number: str,
    legal_basis: str,
    permanency_goal: str,
    opened_on: date,
    by: Person,
    court: str = "",
    birth_date_is_estimate: bool = False,
) -> Case:
    """Take a young person into the record: resident, identity, case, first caseload, and the rights that follow.

    ``code`` is the next free one when ``None``. The supervisors of ``unit`` and ``caseworker`` may open the record
    from now on. Raises ``Refused`` for an impossible birth date or opening day, a taken code or number, or when
    ``by`` may not open cases.
    """
    if not by.may(Can.OPEN_CASE):
        raise Refused("Only a caseworker or a supervisor can open a case.")
    check_birth_date(birth_date, by)
    if opened_on > today(by):
        raise Refused("This day has not come yet. A case opens today or earlier.", field="opened_on")
    if opened_on < birth_date:
        raise Refused("The case can't open before the young person was born.", field="opened_on")
    resident = Resident.objects.create(
        code=code or next_code(), preferred_name=preferred_name, sex=sex, languages=list(languages)
    )
    Identity.objects.create(
        resident=resident,
        legal_name=legal_name,
        birth_date=birth_date,
        birth_date_is_estimate=birth_date_is_estimate,
    )
    case = Case.objects.create(
        resident=resident,
        number=number,
        unit=unit,
        legal_basis=legal_basis,
        court=court,
        permanency_goal=permanency_goal,
        opened_on=opened_on,
    )
    group_of("unit", unit.pk, Role.SUPERVISOR)
    give_groups(
        resident,
        {group_name("unit", unit.pk, Role.SUPERVISOR): RESIDENT_RIGHTS[Role.SUPERVISOR]},
        grant=case.pk,
        starts_at=now(),
    )
    put_on_caseload(case, caseworker, starts_at=now(), ends_at=None)
    return case


@operation("put the young person on a caseload")
def assign_caseload(
    case: Case, caseworker: Person, *, by: Person, starts_at: datetime | None = None, ends_at: datetime | None = None
) -> Caseload:
    """Give ``caseworker`` the case from ``starts_at`` (now, unless told) to ``ends_at`` (open, unless told)."""
    case = open_to_assign(case, by)
    return put_on_caseload(case, caseworker, starts_at=starts_at or now(), ends_at=ends_at)


@operation("took the young person off a caseload")
def end_caseload(caseload: Caseload, *, at: datetime, by: Person) -> Caseload:
    """End ``caseload`` at ``at`` (aware); the rights that follow from it end at the same moment.

    Raises ``Refused`` when it has ended before.
    """
    must(by, caseload.case.resident, Can.ASSIGN_TEAM)
    caseload = Caseload.objects.locked().get(pk=caseload.pk)
    must_go_on(caseload)
    end_grant(caseload, at)
    return caseload


@operation("put a person on the team")
def join_team(case: Case, person: Person, *, by: Person) -> TeamMember:
    """Put a clinician on the case's team from now on."""
    case = open_to_assign(case, by)
    person = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    if person.role != Role.CLINICIAN or not person.is_active:
        raise Refused("Choose a clinician whose account is open.", field="person")
    member = TeamMember.objects.create(case=case, person=person, role=person.role, starts_at=now())
    give_person(case.resident, person, RESIDENT_RIGHTS[Role.CLINICIAN], grant=member.pk, starts_at=member.starts_at)
    return member


@operation("took a person off the team")
def leave_team(member: TeamMember, *, at: datetime, by: Person) -> TeamMember:
    """End a team membership at ``at`` (aware); the rights that follow from it end at the same moment.

    Raises ``Refused`` when it has ended before.
    """
    must(by, member.case.resident, Can.ASSIGN_TEAM)
    member = TeamMember.objects.locked().get(pk=member.pk)
    must_go_on(member)
    end_grant(member, at)
    return member


def take_off_case(grant: Caseload | TeamMember, *, by: Person) -> Caseload | TeamMember:
    """End somebody's work on a case now, as caseworker or on the team."""
    if isinstance(grant, Caseload):
        return end_caseload(grant, at=now(), by=by)
    return leave_team(grant, at=now(), by=by)


@operation("changed the case")
def change_case(
    case: Case,
    *,
    legal_basis: str,
    court: str,
    next_hearing_on: date | None,
    permanency_goal: str,
    summary: str,
    by: Person,
    next_health_check_on: date | None = None,
    next_school_review_on: date | None = None,
    reason: str = "",
) -> Case:
    """Change the legal basis, the court, the goal, the summary, or the days that are next: of the hearing (in the court's place),
    of the health check and of the school review. A day that is not given is set no more."""
    must(by, case.resident, Can.KEEP_CASE)
    set_reason(reason.strip())
    case = Case.objects.visible_to(by, Can.KEEP_CASE).locked().get(pk=case.pk)
    must_be_open(case)
    case.legal_basis, case.court, case.next_hearing_on = legal_basis, court, next_hearing_on
    case.next_health_check_on, case.next_school_review_on = next_health_check_on, next_school_review_on
    case.permanency_goal, case.summary = permanency_goal, summary
    days = ["next_hearing_on", "next_health_check_on", "next_school_review_on"]
    case.save(update_fields=["legal_basis", "court", "permanency_goal", "summary", *days])
    return case


@operation("closed the case")
def close_case(case: Case, *, on: date, by: Person) -> Case:
    """Close ``case`` on the day ``on``: every caseload and team membership ends.

    The supervisors of the unit keep their rights, because the agency must be able to answer for the record.
    Raises ``Refused`` while the young person lives in a home or a home is looked for, or when the day is in the future.
    """
    case = open_to_assign(case, by)
    if on > today(by):
        raise Refused("This day has not come yet. A case closes today or earlier.", field="on")
    must_lead_nowhere(case)
    case.status, case.closed_on = Case.Status.CLOSED, on
    case.save(update_fields=["status", "closed_on"])
    going_on = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    grants: list[Caseload | TeamMember] = [*case.caseload.filter(going_on)]
    for grant in [*grants, *case.team.filter(going_on)]:
        end_grant(grant, max(now(), grant.starts_at + timedelta(microseconds=1)))
    return case


def must_lead_nowhere(case: Case) -> None:
    """Raise ``Refused`` while the young person lives in a home, or a way into one is open: nobody would be there for it."""
    stays = set(case.resident.placements.values_list("status", flat=True))
    if "active" in stays:
        raise Refused("The young person still lives in a home. End the stay first, then close the case.")
    if stays & {"proposed", "approved"}:
        raise Refused(
            "A placement in a home is proposed or approved. Let the caseworker withdraw it, and then the referral,"
            " before you close the case."
        )
    if referral := case.resident.referrals.filter(status__in=["open", "proposed"]).first():
        raise Refused(
            f"Referral {referral} still looks for a home. Let the caseworker withdraw it before you close the case."
        )


def check_birth_date(birth_date: date, by: Person) -> None:
    """Raise ``Refused`` for a birth date that no young person in the record can have."""
    day = today(by)
    if birth_date > day:
        raise Refused("This day has not come yet. Check the year of birth.", field="birth_date")
    if day.year - birth_date.year > OLDEST_YEARS:
        raise Refused(f"That is more than {OLDEST_YEARS} years ago. Check the year of birth.", field="birth_date")


def open_to_assign(case: Case, by: Person) -> Case:
    """Return the open case locked. Raises ``Resident.DoesNotExist`` when ``by`` may not say who works on it."""
    must(by, case.resident, Can.ASSIGN_TEAM)
    case = Case.objects.locked().get(pk=case.pk)
    must_be_open(case)
    return case


def must_go_on(grant: Caseload | TeamMember) -> None:
    """Raise ``Refused`` when the work on the case has ended already."""
    if grant.ends_at is not None and grant.ends_at <= now():
        raise Refused("This has ended already.")


def must_be_open(case: Case) -> None:
    """Raise ``Refused`` when the case is closed."""
    if case.status != Case.Status.OPEN:
        raise Refused("This case is closed.")


def put_on_caseload(case: Case, caseworker: Person, *, starts_at: datetime, ends_at: datetime | None) -> Caseload:
    """Write the caseload row and the rights that follow from it."""
    caseworker = Person.objects.select_for_update(no_key=True).get(pk=caseworker.pk)
    if caseworker.role != Role.CASEWORKER or not caseworker.is_active:
        raise Refused("Choose a caseworker whose account is open.", field="caseworker")
    caseload = Caseload.objects.create(case=case, caseworker=caseworker, starts_at=starts_at, ends_at=ends_at)
    give_person(
        case.resident,
        caseworker,
        RESIDENT_RIGHTS[Role.CASEWORKER],
        grant=caseload.pk,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return caseload


def end_grant(grant: Caseload | TeamMember, at: datetime) -> None:
    """End a caseload or team membership at ``at``: rights go at once, or at that moment when it is still to come.

    So does what a caseworker was given to read of closed parts of the record.
    """
    grant.ends_at = at
    grant.save(update_fields=["ends_at"])
    if at <= now():
        withdraw(Resident, grant.pk)
    else:
        ResidentUserPermission.objects.filter(grant=grant.pk).update(ends_at=at)
    if isinstance(grant, Caseload):
        end_parts(grant.case.resident, grant.caseworker, at)


@reading("codes")
def next_code() -> str:
    """Return the next free code of the agency's series; that of a record that was erased is not free. Two callers at once wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('residents.next_code'))")
        cursor.execute(
            "SELECT greatest(coalesce(max(substring(code FROM '[0-9]+$')::int), 0), disposals_last_number(%s)) + 1"
            " FROM residents_resident WHERE code ~ %s",
            [CODE_SERIES, f"^{re.escape(CODE_SERIES)}-"],
        )
        return f"{CODE_SERIES}-{cursor.fetchone()[0]}"
