"""How often somebody looks: for one young person, and the numbers that a home asks for too."""

from typing import Any

from django import forms

from placement.ui.forms import DateTimeInZoneField, FormKey, LongTextField
from residents.forms.base import RecordForm


def minutes(label: str) -> forms.IntegerField:
    """Return a field for the minutes between two looks."""
    return forms.IntegerField(label=label, min_value=5, max_value=240)


class LooksForm(FormKey):
    """How many minutes lie between two looks."""

    day_minutes = minutes("Minutes between looks by day")
    night_minutes = minutes("Minutes between looks by night")
    vary_minutes = forms.IntegerField(
        label="A look may come earlier by up to this many minutes",
        min_value=0,
        max_value=120,
        help_text="So that nobody can tell when the next look comes. 0: always at the same distance.",
    )

    def clean(self) -> dict[str, Any]:
        """Refuse to vary by more than half."""
        cleaned = super().clean()
        least = min((cleaned.get(name) or 240 for name in ("day_minutes", "night_minutes")), default=240)
        if (cleaned.get("vary_minutes") or 0) * 2 > least:
            self.add_error("vary_minutes", "A look can come earlier by half of the time at most.")
        return cleaned


class LookPlanForm(LooksForm, RecordForm):
    """The same for one young person, with a reason and an end."""

    ends_at = DateTimeInZoneField(label="Until when?", help_text="31 days at most. Then somebody decides again.")
    reason = LongTextField(label="Why?", max_length=1000, help_text="What was seen, and what it is to prevent.")
    field_order = ["day_minutes", "night_minutes", "vary_minutes", "ends_at", "reason"]


class EndPlanForm(RecordForm):
    """The end of a plan before its time."""

    reason = LongTextField(label="Why does it end?", max_length=1000)
