"""Context of every page: the emergency access that is in force for the person, for the banner."""

import uuid
from typing import Any

from django.http import HttpRequest

from residents.queries.emergencies import in_force_for


def emergencies(request: HttpRequest) -> dict[str, Any]:
    """Return ``emergencies``."""
    person = getattr(request, "person", None)
    found: list[Any] = in_force_for(person) if person is not None else []
    for glass in found:
        glass.form_key = uuid.uuid4()
    return {"emergencies": found}
