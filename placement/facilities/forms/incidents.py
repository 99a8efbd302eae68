"""Forms of the incident pages."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from placement.facilities.forms.shifts import young_label
from placement.facilities.models import Facility
from placement.ui.forms import DateTimeInZoneField, FilterForm, FormKey, offer, read_times_in
from residents.forms.wording import CareText
from residents.models import Incident, Resident
from residents.operations.incidents import NOBODY_NAMED


class IncidentFilter(FilterForm):
    """Narrows the list of incidents."""

    number = forms.IntegerField(label="Number", required=False, min_value=1, max_value=2**53)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Any"), *Incident.Status.choices])
    severity = forms.ChoiceField(label="How serious", required=False, choices=[("", "Any"), *Incident.Severity.choices])
    kind = forms.ChoiceField(label="What kind", required=False, choices=[("", "Any"), *Incident.Kind.choices])
    facility = forms.ChoiceField(label="Home", required=False)

    def __init__(self, *args: Any, homes: Iterable[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "facility", [("", "Any"), *((str(home.pk), home.name) for home in homes)])


class IncidentForm(FormKey):
    """The report of somebody who saw it or heard of it."""

    kind = forms.ChoiceField(label="What kind of incident?", choices=[("", "Choose"), *Incident.Kind.choices])
    severity = forms.ChoiceField(
        label="How serious is it?",
        choices=Incident.Severity.choices,
        widget=forms.RadioSelect,
        help_text="Critical: somebody is in danger now, or badly hurt. Call 911 first.",
    )
    happened_at = DateTimeInZoneField(label="When did it happen?", help_text="When it was found out, if nobody knows.")
    residents = forms.MultipleChoiceField(
        label="Which young people are involved?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Needed when somebody is missing.",
    )
    sometimes_needed = ("residents",)
    seen = CareText(
        label="What was seen and heard?",
        help_text="What happened, in order. Facts first, in the young person's own words where you can.",
    )
    done = CareText(label="What was done at once?", required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, young_people: Iterable[Resident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(resident.pk): resident for resident in young_people}
        offer(self, "residents", [(key, young_label(resident)) for key, resident in self.by_key.items()])
        read_times_in(self, zone, "happened_at")

    def clean_residents(self) -> list[Resident]:
        """Return the young people who are ticked; a report that somebody is missing says who."""
        if self.cleaned_data.get("kind") == Incident.Kind.MISSING and not self.cleaned_data["residents"]:
            raise forms.ValidationError(NOBODY_NAMED)
        return [self.by_key[key] for key in self.cleaned_data["residents"]]


class DraftForm(IncidentForm):
    """The report that began with a contact; whom it is about stands already."""

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, zone=zone, young_people=[], **kwargs)
        del self.fields["residents"]
        offer(self, "kind", [one for one in Incident.Kind.choices if one[0] != Incident.Kind.MISSING])


class CameBackForm(FormKey):
    """The end of a missing episode."""

    happened_at = DateTimeInZoneField(label="When did they come back?")
    how = CareText(
        label="How are they?", max_length=4000, help_text="What they say and what you see. Call for help first."
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, zone, "happened_at")


class ReviewForm(FormKey):
    """One press: read and followed up."""


class CloseForm(FormKey):
    """How it ended."""

    closing_note = CareText(
        label="How did it end?", max_length=4000, help_text="What was found, what was changed, who was told."
    )
