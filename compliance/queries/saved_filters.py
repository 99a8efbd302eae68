"""The own filters of the audit list."""

from django.db.models import QuerySet

from compliance.models import SavedFilter
from placement.access.models import Person


def saved_filters(person: Person) -> QuerySet[SavedFilter]:
    """Return the filters that ``person`` keeps, by name."""
    return SavedFilter.objects.filter(person=person).order_by("name", "pk")
