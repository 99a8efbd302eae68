"""What tests of the rules of law do over and over: report an incident, find what it made due, file the proof."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from compliance.models import Obligation, Proof
from compliance.operations import file_proof
from placement.access.models import Person
from placement.database.context import acting
from residents import operations as residents
from residents.models import Incident, Resident
from tests.world import World

NCMEC = "fed-missing-report-24h"  # two proofs: the police, and NCMEC


def report(
    world: World,
    *young: Resident,
    kind: str = "missing",
    ago: timedelta = timedelta(minutes=90),
    home: str = "cedar",
) -> Incident:
    """Let the staff of a home report a critical incident so long before the world's time."""
    place = world.homes[home]
    with acting(place.staff.pk, place.staff.name):
        return residents.report_incident(
            facility=place.facility,
            shift=place.shift,
            kind=kind,
            severity="critical",
            happened_at=world.now - ago,
            seen="Gone",
            done="Looked",
            residents=young,
            by=place.staff,
        )


def of(rule: str, **about: Any) -> Obligation:
    """Return the one obligation of this rule."""
    return Obligation.objects.get(rule__rule=rule, **about)


def prove(obligation: Obligation, by: Person, item: int = 1, **more: Any) -> Proof:
    """Let somebody file the proof of one item."""
    values = {"done_at": timezone.now() - timedelta(minutes=1), "how": "phone", "told": "Hotline", "reference": "R-1"}
    with acting(by.pk, by.name):
        return file_proof(obligation, item=item, by=by, **values | more)


def prove_all(obligation: Obligation, by: Person, **more: Any) -> None:
    """Let somebody file the proof of each item."""
    for item in range(1, len(obligation.rule.proofs) + 1):
        prove(obligation, by, item, **more)
    obligation.refresh_from_db()


def hearing(world: World, in_days: int | None) -> None:
    """The hearing of a young person in Texas is in so many days; none for ``None``."""
    case, by = world.cleo.case, world.caseworker2
    with acting(by.pk, by.name):
        residents.change_case(
            case,
            legal_basis=case.legal_basis,
            court=case.court,
            next_hearing_on=None if in_days is None else world.today + timedelta(days=in_days),
            permanency_goal=case.permanency_goal,
            summary=case.summary,
            by=by,
        )
