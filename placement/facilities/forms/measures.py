"""The form about an intrusive measure, as it is filled in from the shift."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from placement.access.models import Person
from placement.facilities.forms.shifts import not_before
from placement.ui.forms import Suggestions, read_times_in
from residents.forms.measures import MeasureForm


class ShiftMeasureForm(MeasureForm):
    """A measure against somebody who lives in the home. ``staff``: who works there; the one who writes comes first."""

    def __init__(self, *args: Any, zone: ZoneInfo, earliest: datetime, staff: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest = earliest
        read_times_in(self, zone, "happened_at")
        people = list(staff)
        done_by: Any = self.fields["done_by"]
        done_by.queryset = Person.objects.filter(pk__in=[person.pk for person in people])
        if not self.is_bound:
            done_by.initial = self.viewer.pk
        self.fields["witness"].widget = Suggestions(person.name for person in people)

    def clean_happened_at(self) -> datetime:
        """Refuse a time before the young person lived here."""
        return not_before(self.earliest, self.cleaned_data["happened_at"])
