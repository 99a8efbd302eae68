"""My work: what this person must do now, each with its due time, read from the facts. A fixed number of queries a role."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models.functions import Length

from compliance.queries import (
    account_work,
    answers,
    case_work,
    complaint_work,
    corrective,
    court_exports,
    episode_work,
    home_work,
    incident_work,
    inspections,
    obligations,
    retention,
    review_work,
    rights_work,
    seconds,
)
from compliance.queries.tasks import Cut, Task
from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.audit.clock import now
from placement.facilities.models import Facility, RosterEntry
from placement.facilities.queries.roster import next_shifts
from residents.models import Resident

MOST = 25  # of each kind of duty on the page as it opens
ALL = 1000  # and when everything is asked for


@dataclass(frozen=True)
class Work:
    """The page: what cannot wait (due within a day, or late), what comes later, young people and homes at hand.

    ``left_out``: how many duties are not on the page. ``shifts``: when the person works next, by the plan.
    """

    first: list[Task]
    later: list[Task]
    residents: list[Resident]
    homes: list[Facility]
    left_out: int
    shifts: list[RosterEntry]


def my_work(person: Person, *, everything: bool = False) -> Work:
    """Return the work page of ``person``: the most urgent duties of each kind, or ``everything``."""
    cut = Cut(ALL if everything else MOST)
    tasks = [task for source in SOURCES.get(Role(person.role), []) for task in source(person, cut)]
    tasks.sort(key=order)
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
        next_shifts(person) if person.role in (Role.STAFF, Role.ADMIN) else [],
    )


def order(task: Task) -> tuple[Any, ...]:
    """Return what sorts the page: alarms, then what is strong (the critical and urgent first), then by due time."""
    second = task.strong and task.kind != "late"
    return not task.alarm, not task.strong, second, task.due is None, task.due or now(), task.title


SOURCES: dict[Role, list[Callable[[Person, Cut], Iterable[Task]]]] = {
    Role.CASEWORKER: [
        home_work.missing_people,
        complaint_work.to_read,
        home_work.overdue_stays,
        case_work.own_referrals,
        case_work.access_to_decide,
        case_work.values_to_put_back,
        case_work.case_dates,
        case_work.consents,
        case_work.after_care,
        case_work.sheets_to_get_back,
        case_work.exceptions_ending,
        incident_work.told_of,
        incident_work.told_outside,
        episode_work.flyers_to_take_down,
        episode_work.steps_after_return,
        answers.to_read("sealing"),
        obligations.to_do,
        corrective.own,
    ],
    Role.SUPERVISOR: [
        home_work.missing_people,
        complaint_work.to_answer,
        home_work.exits_in_danger,
        home_work.overdue_stays,
        case_work.emergencies_to_judge,
        case_work.bars_of_supervisors,
        case_work.records_to_seal,
        case_work.records_to_open,
        rights_work.drafts,
        rights_work.limits,
        rights_work.wider_contacts,
        rights_work.unsupervised,
        rights_work.contact_gaps,
        rights_work.left_out,
        rights_work.limits_to_lift,
        rights_work.measures_to_judge,
        rights_work.measures_to_end,
        rights_work.passes,
        account_work.unusual_access,
        review_work.to_look_at,
        review_work.to_follow_up,
        court_exports.approvals,
        retention.approvals,
        seconds.approvals,
        answers.to_read("term", "disposal", "export", "value"),
        case_work.decisions,
        case_work.access_to_decide,
        case_work.changed_designations,
        case_work.separations_to_complete,
        case_work.after_care,
        case_work.sheets_to_get_back,
        case_work.exceptions_ending,
        episode_work.flyers_to_approve,
        episode_work.flyers_to_take_down,
        episode_work.steps_after_return,
        incident_work.incidents_to_review,
        incident_work.incidents_to_file,
        incident_work.incidents_to_close,
        incident_work.outcomes_to_record,
        incident_work.protection_to_review,
        incident_work.planned_all_the_same,
        incident_work.follow_ups,
        home_work.papers,
        home_work.licences_to_confirm,
        home_work.clearances,
        account_work.changes_of_accounts,
        obligations.to_do,
        corrective.failed_again,
        corrective.owners_gone,
        corrective.to_verify,
        corrective.overdue,
        inspections.late,
    ],
    Role.ADMIN: [
        home_work.own_clearance,
        home_work.missing_people,
        home_work.exits_in_danger,
        home_work.overdue_stays,
        home_work.floor,
        home_work.staffing,
        home_work.drills_to_hold,
        rights_work.drafts,
        rights_work.not_back,
        rights_work.limits,
        rights_work.contact_gaps,
        rights_work.left_out,
        rights_work.limits_to_lift,
        rights_work.measures_to_judge,
        rights_work.measures_to_end,
        rights_work.passes,
        case_work.arrivals,
        case_work.proposed_discharges,
        home_work.unsigned_shifts,
        home_work.hand_offs,
        episode_work.steps_after_return,
        incident_work.incidents_to_review,
        incident_work.incidents_to_close,
        incident_work.outcomes_to_record,
        incident_work.protection_to_review,
        incident_work.planned_all_the_same,
        incident_work.follow_ups,
        home_work.medication_differences,
        home_work.papers,
        home_work.nights,
        home_work.credentials,
        obligations.to_do,
        corrective.failed_again,
        corrective.owners_gone,
        corrective.own,
        corrective.to_verify,
        inspections.to_correct,
    ],
    Role.CLINICIAN: [case_work.access_to_decide, case_work.consents, obligations.to_do],
    Role.SYSADMIN: [complaint_work.nobody_reads, account_work.changes_of_accounts],
    Role.STAFF: [
        home_work.own_clearance,
        home_work.missing_people,
        home_work.floor,
        rights_work.drafts,
        rights_work.not_back,
        home_work.unsigned_shifts,
        home_work.hand_offs,
        episode_work.steps_after_return,
        incident_work.follow_ups,
        obligations.to_do,
        corrective.own,
    ],
}
