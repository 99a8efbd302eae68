"""Steps of an incident in plain SQL."""

from typing import Any
from uuid import UUID

from placement.access.models import Person
from residents.models import IncidentStep
from tests.attack.sql import insert


def step(incident: UUID, what: str, by: Person, comment: str = "", reason: str = "", **more: Any) -> UUID:
    """Take a step as whoever acts now, signed with the name of ``by``."""
    return insert(
        IncidentStep, incident_id=incident, number=0, what=what, by_id=by.pk, comment=comment, reason=reason, **more
    )
