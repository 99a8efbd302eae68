"""What the law asks, on pages of the apps below."""

from typing import Any

from django import template

from compliance.codes import reads_by_code
from compliance.models import Obligation
from placement.access.models import Person
from placement.audit.clock import now

register = template.Library()


@register.simple_tag
def asked_after(incident: Any, person: Person) -> list[tuple[Obligation, bool]]:
    """Return what the rules ask after an incident, as far as ``person`` is shown it, what is due first, and whether it is late.

    Whoever knows young people by code only reads it on its own pages. One query.
    """
    if reads_by_code(person):
        return []
    rows = Obligation.objects.filter(subject=incident.pk).select_related("rule").order_by("due_at", "pk")
    return [(row, row.due_at is not None and row.due_at < now()) for row in rows]
