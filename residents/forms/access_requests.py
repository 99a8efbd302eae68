"""Forms about access that somebody asks for."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from placement.access.models import Person
from placement.ui.forms import DateTimeInZoneField, FormKey, LongTextField, offer, read_times_in
from residents.models import AccessRequest

OFFERED: dict[str, list[tuple[str, str]]] = {
    AccessRequest.AskedFor.RECORD: [
        (AccessRequest.Decision.CARE, "Open the care profile and the care log"),
        (AccessRequest.Decision.SUMMARY, "Open the care profile, the care log and the summary of the case"),
    ],
    AccessRequest.AskedFor.CLINICAL: [
        (AccessRequest.Decision.CLINICAL, "Open the clinical notes and papers, to read and not to write"),
    ],
    AccessRequest.AskedFor.SEALED: [
        (AccessRequest.Decision.SEALED, "Open the documents that a court has sealed"),
    ],
}


class LookForm(FormKey):
    """Which record."""

    code = forms.CharField(
        label="Code or case number", max_length=24, help_text="Exactly as it is written, such as K-7."
    )


class PurposeForm(FormKey):
    """What the record is needed for."""

    code = forms.CharField(max_length=24, widget=forms.HiddenInput)
    purpose = LongTextField(
        label="What do you need it for?",
        max_length=1000,
        help_text="The caseworker and the supervisors of the case read it and decide.",
    )


class EndForm(FormKey):
    """One press: take the access back."""


class DecideForm(FormKey):
    """Open what was asked for, for a time, or refuse."""

    decision = forms.ChoiceField(label="Your decision", widget=forms.RadioSelect)
    ends_at = DateTimeInZoneField(label="Open until", required=False)
    reason = LongTextField(label="Why?", required=False, max_length=1000, help_text="Needed when you refuse.")
    sometimes_needed = ("ends_at", "reason")

    def __init__(self, *args: Any, person: Person, asked: AccessRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "decision", [*OFFERED[asked.asked_for], (AccessRequest.Decision.REFUSED, "Refuse")])
        self.fields["ends_at"].help_text = f"At most {asked.longest.days} days from now."
        read_times_in(self, ZoneInfo(person.time_zone), "ends_at")
