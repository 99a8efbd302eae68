"""The form about a contact, as it is filled in from the shift."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from placement.facilities.forms.shifts import not_before
from placement.ui.forms import Suggestions, read_times_in
from residents.forms.contacts import ContactForm


class ShiftContactForm(ContactForm):
    """A contact of somebody who lives in the home. ``on_duty``: the names to choose from of who was present."""

    def __init__(self, *args: Any, zone: ZoneInfo, earliest: datetime, on_duty: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest = earliest
        read_times_in(self, zone, "happened_at")
        self.fields["supervised_by"].widget = Suggestions(on_duty)

    def clean_happened_at(self) -> datetime:
        """Refuse a time before the young person lived here."""
        return not_before(self.earliest, self.cleaned_data["happened_at"])
