"""What is judged when something was done: the one table from acts to the young people and homes whom they concern.

Whatever an act begins, ends or shows is judged at its end, in the same transaction. What passes with time alone is found by the
hourly ``manage.py compliance evaluate --recent``; the nightly one without it also finds whatever this table leaves out.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models, transaction

from compliance.judging import judge
from placement.audit.operation import act_done
from residents.models import IncidentResident

logger = logging.getLogger(__name__)
_suspended: ContextVar[bool] = ContextVar("judging_suspended", default=False)
LOOKS = ("head_count", "sleep")


@dataclass(frozen=True)
class Whom:
    """Paths from an act's arguments, or its ``result``, to whom it concerns. ``when``: an act of this ``kind`` is judged only then.

    A path ends at an id, at a young person or a home, or at several of them.
    """

    young: tuple[str, ...] = ()
    home: tuple[str, ...] = ()
    when: Callable[[str, set[UUID]], bool] | None = None


def _could_tell(kind: str, young: set[UUID]) -> bool:
    """Whether an entry of the care log is about school, or a look that may have found somebody who was missing."""
    if kind == "school":
        return True
    if kind not in LOOKS:
        return False
    reports = IncidentResident.objects.filter(resident__in=young, incident__kind="missing")
    return reports.exclude(incident__status="closed").exists()


_STAY = Whom(young=("placement.resident_id",))
_STAY_AND_HOME = Whom(young=("placement.resident_id",), home=("placement.facility_id",))
_MADE = Whom(young=("result.resident_id",))
_MADE_OF_HOME = Whom(home=("result.facility_id",))
_LOGGED = Whom(young=("result.resident_id",), when=_could_tell)
_RESIDENT = Whom(young=("resident",))
_INCIDENT = Whom(young=("incident.residents",), home=("incident.facility_id",))
_WAIVED = Whom(
    young=("result.licence.facility.placements.resident_id",),
    home=("result.licence.facility_id",),
)
_SHIFT = Whom(home=("shift.facility_id",))

EVENTS: dict[str, Whom] = {
    # The stay, from its choice to the time after it.
    "facilities.propose_placement": _MADE,
    "facilities.approve_placement": _STAY,
    "facilities.withdraw_placement": _STAY,
    "facilities.read_safety_history": _STAY,
    "facilities.admit": _STAY_AND_HOME,
    "facilities.extend_stay": _STAY,
    "facilities.propose_discharge": _STAY,
    "facilities.withdraw_discharge_proposal": _MADE,
    "facilities.discharge": _STAY_AND_HOME,
    "facilities.record_after_care_check": Whom(young=("discharge.resident_id",)),
    "facilities.decide_override": _MADE,
    "facilities.ask_pass": _MADE,
    "facilities.decide_pass": _MADE,
    "facilities.log_return": _MADE,
    "facilities.withdraw_pass": _MADE,
    # The record of a young person.
    "residents.open_case": _MADE,
    "residents.change_case": _MADE,
    "residents.close_case": _MADE,
    "residents.assign_caseload": Whom(young=("case.resident_id",)),
    "residents.end_caseload": Whom(young=("caseload.case.resident_id",)),
    "residents.designate": _MADE,
    "residents.review_designation": _MADE,
    "residents.assess_level": _MADE,
    "residents.change_identity": _MADE,
    "residents.add_outside_person": _MADE,
    "residents.file_document": Whom(young=("result.resident_id",), home=("result.facility_id",)),
    "residents.disclose": _MADE,
    "residents.write_clinical_note": _MADE,
    "residents.amend_clinical_note": _MADE,
    "residents.plan_looks": _MADE,
    "residents.end_look_plan": _MADE,
    "residents.decide_restriction": _MADE,
    "residents.end_restriction": _MADE,
    "residents.lift_restriction": _MADE,
    "residents.log_measure": _MADE,
    "residents.amend_measure": _MADE,
    "residents.judge_measure": _MADE,
    "residents.end_measure": _MADE,
    "residents.read_out_rights": _MADE,
    # The day.
    "residents.log_care": _LOGGED,
    "residents.log_care_for": _LOGGED,
    "residents.log_each": _LOGGED,
    "residents.log_school": _MADE,
    "residents.amend_care": _MADE,
    "residents.change_care": _MADE,
    "residents.undo_care": _MADE,
    "residents.log_activity": Whom(young=("said",), home=("facility",)),
    "residents.log_contact": _MADE,
    "residents.amend_contact": _MADE,
    "facilities.came_back": _RESIDENT,
    # Incidents.
    "residents.report_incident": Whom(young=("residents",), home=("facility",)),
    "residents.complete_draft": _INCIDENT,
    "residents.send_draft": _INCIDENT,
    "residents.review_incident": _INCIDENT,
    "residents.return_incident": _INCIDENT,
    "residents.close_incident": _INCIDENT,
    # Medication.
    "residents.order_medication": _MADE,
    "residents.change_medication": _MADE,
    "residents.stop_medication": _MADE,
    "residents.check_medication": _MADE,
    "residents.log_dose": _MADE,
    "residents.amend_dose": _MADE,
    "residents.count_medication": _MADE,
    "residents.witness_count": _MADE,
    "residents.settle_count": _MADE,
    # The home: licence, papers, exits, drills, people, shifts.
    "facilities.open_facility": Whom(home=("result",)),
    "facilities.add_licence": _MADE_OF_HOME,
    "facilities.change_licence_terms": _MADE_OF_HOME,
    "facilities.confirm_licence": _MADE_OF_HOME,
    "facilities.confirm_exclusive_population": _MADE_OF_HOME,
    "facilities.end_licence": _MADE_OF_HOME,
    "facilities.add_waiver": _WAIVED,
    "facilities.confirm_waiver": _WAIVED,
    "facilities.add_fire_clearance": _MADE_OF_HOME,
    "facilities.check_exits": _SHIFT,
    "facilities.amend_exit_check": _MADE_OF_HOME,
    "facilities.record_drill": _MADE_OF_HOME,
    "facilities.amend_drill": _MADE_OF_HOME,
    "facilities.assign": _MADE_OF_HOME,
    "facilities.end_assignment": _MADE_OF_HOME,
    "facilities.file_credential": _MADE_OF_HOME,
    "facilities.end_credential": _MADE_OF_HOME,
    "facilities.file_training": Whom(home=("result.person.assignments.facility_id",)),
    "facilities.withdraw_training": Whom(home=("result.person.assignments.facility_id",)),
    "facilities.open_shift": _MADE_OF_HOME,
    "facilities.sign_shift": _SHIFT,
    "facilities.come_on_duty": _SHIFT,
    "facilities.go_off_duty": Whom(home=("row.shift.facility_id",)),
    "facilities.take_over_duty": _SHIFT,
    "facilities.read_hand_off": _SHIFT,
}


@contextmanager
def suspended() -> Iterator[None]:
    """Judge nothing at the end of the acts inside: for whoever loads thousands, and judges all of it at the end."""
    token = _suspended.set(True)
    try:
        yield
    finally:
        _suspended.reset(token)


def judge_act(sender: Any, act: str, arguments: Mapping[str, Any], result: Any, **kwargs: Any) -> None:
    """Judge what an operation has done. Where that fails, it stands, the log says why, and the next evaluation judges."""
    if not _suspended.get():
        judge_whom(act, arguments, result)


def judge_whom(act: str, arguments: Mapping[str, Any], result: Any) -> None:
    """Judge whom an act concerns, also while that is suspended. A report of somebody missing must not be lost over a rule."""
    try:
        homes, young = whom(act, arguments, result)
        if homes or young:
            with transaction.atomic():
                judge(homes, young)
    except Exception as error:
        logger.error("%s was not judged (%s); the next evaluation will judge it", act, type(error).__name__)


def whom(act: str, arguments: Mapping[str, Any], result: Any) -> tuple[set[UUID], set[UUID]]:
    """Return the homes and the young people of whom an act changes a fact; nobody for an act that changes none."""
    event = EVENTS.get(act)
    if event is None:
        return set(), set()
    given = {**arguments, "result": result}
    homes, young = (set(ids(given, paths)) for paths in (event.home, event.young))
    return (homes, young) if event.when is None or event.when(given["kind"], young) else (set(), set())


def ids(given: Mapping[str, Any], paths: Iterable[str]) -> Iterator[UUID]:
    """Return the ids at the end of ``paths``."""
    for path in paths:
        name, *steps = path.split(".")
        yield from _at(given[name], steps)


def _at(thing: Any, steps: list[str]) -> Iterator[UUID]:
    if isinstance(thing, models.Manager):
        thing = thing.all()
    if thing is None:
        return
    if isinstance(thing, UUID):
        yield thing
    elif isinstance(thing, Iterable):
        for each in thing:
            yield from _at(each, steps)
    elif steps:
        yield from _at(getattr(thing, steps[0]), steps[1:])
    else:
        yield thing.pk


def listen() -> None:
    """Judge from now on what every operation has done."""
    act_done.connect(judge_act, dispatch_uid="compliance")
