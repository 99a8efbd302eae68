"""Context of every page: the emergency access in force for the person, and incidents of which they were told and not read yet."""

import uuid
from typing import Any

from django.http import HttpRequest

from residents.queries.emergencies import in_force_for
from residents.queries.incidents import not_opened


def emergencies(request: HttpRequest) -> dict[str, Any]:
    """Return ``emergencies`` and ``told_of``."""
    person = getattr(request, "person", None)
    found: list[Any] = in_force_for(person) if person is not None else []
    for glass in found:
        glass.form_key = uuid.uuid4()
    return {"emergencies": found, "told_of": not_opened(person) if person is not None else []}
