"""Forms of the shift pages. Times are read and shown in the home's zone."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.utils.html import format_html

from placement.access.models import Person
from placement.facilities.queries.hand_off import LeftOpen
from placement.facilities.queries.rounds import MEALS, NIGHT, PERIODS, SNACK
from placement.ui.forms import DateTimeInZoneField, FormKey, StaleCheck, offer, read_times_in
from residents.forms.wording import CareText
from residents.models import CareEntry, Resident
from residents.queries.looks import NOT_FOUND, NOT_IN_BED

Kind = CareEntry.Kind

NOT_WANTED = "Meal not wanted"

# What is said about each kind of entry. Contacts and medication are logged on their own pages, with the order, and so is that
# somebody was kept from an activity, with the limit.
OUTCOMES: dict[str, list[str]] = {
    Kind.HEAD_COUNT: ["In the house", "In the yard", "At school", "Out with staff", NOT_FOUND],
    Kind.SLEEP: ["Asleep", "Awake, calm", "Awake, upset", NOT_IN_BED],
    Kind.MEAL: [*(name for name, _, _ in MEALS), SNACK, NOT_WANTED],
    Kind.ACTIVITY: ["Took part", "Offered, not wanted", "Was away", "Not offered"],
    Kind.SCHOOL: ["Went to school", "Came late", "Did not go", "No school today"],
    Kind.MOOD: ["Good", "So-so", "Low", "Upset"],
    Kind.HEALTH: ["Well", "Not well", "Seen by a nurse or doctor"],
    Kind.NOTE: [""],
}


def what(kind: str, outcome: str) -> str:
    """Return the value of a choice or a button for a kind with an outcome."""
    return f"{kind}|{outcome}"


WHAT_CHOICES = [
    ("", "Choose"),
    *[
        (Kind(kind).label, [(what(kind, outcome), outcome or "Only a note") for outcome in outcomes])
        for kind, outcomes in OUTCOMES.items()
    ],
]


class WhatField(forms.ChoiceField):
    """A kind with its outcome in one choice; cleans to ``(kind, outcome)``."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=WHAT_CHOICES, **kwargs)

    def clean(self, value: Any) -> tuple[str, str]:
        """Return kind and outcome."""
        kind, _, outcome = super().clean(value).partition("|")
        return kind, outcome


class TapForm(FormKey):
    """One button of a tile: what happened, just now."""

    what = WhatField()


class UndoForm(FormKey):
    """The button that takes back what was just logged: ids of entries, with a comma between."""

    entries = forms.CharField(max_length=4000)

    def clean_entries(self) -> list[UUID]:
        """Return the ids."""
        try:
            return [UUID(key) for key in self.cleaned_data["entries"].split(",")]
        except ValueError:
            raise forms.ValidationError("This button was out of date.")


def not_before(earliest: datetime | None, moment: datetime) -> datetime:
    """Return ``moment``. Raises ``ValidationError`` when it lies before the young person lived here."""
    if earliest is not None and moment < earliest:
        raise forms.ValidationError("The young person did not live here yet. Check the date and the time.")
    return moment


class CareForm(FormKey):
    """Anything that happened to one young person, now or earlier."""

    what = WhatField(label="What happened?")
    happened_at = DateTimeInZoneField(label="When?")
    note = CareText(
        label="Note", required=False, help_text="What you saw and heard. No names of other young people; use codes."
    )
    reason = CareText(
        label="Why does it come late?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when the shift in which it happened is already signed.",
    )
    sometimes_needed = ("note", "reason")
    after_refusal = ("reason",)

    def __init__(
        self,
        *args: Any,
        zone: ZoneInfo,
        earliest: datetime | None = None,
        resident: Resident | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.earliest, self.resident = earliest, resident
        read_times_in(self, zone, "happened_at")

    def clean_happened_at(self) -> datetime:
        """Refuse a time before the young person lived here."""
        return not_before(self.earliest, self.cleaned_data["happened_at"])

    def clean(self) -> dict[str, Any]:
        """Ask for words where a note is all there is."""
        cleaned = super().clean()
        if cleaned.get("what", ("",))[0] == Kind.NOTE and "note" in cleaned and self.lacks_note():
            self.add_error("note", "Write the note.")
        return cleaned

    def lacks_note(self) -> bool:
        """Return whether a note that is all there is says nothing."""
        return not self.cleaned_data["note"]


def young_label(resident: Resident) -> str:
    """Return the name for a choice, hidden behind the code while names are hidden."""
    return format_html('<span class="name" data-code="{}">{}</span>', resident.code, resident.preferred_name)


class OutcomeForm(FormKey):
    """What an entry says."""

    outcome = forms.ChoiceField(label="Outcome", required=False)
    note = CareText(label="Note", required=False)

    def __init__(self, *args: Any, entry: CareEntry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry, self.resident = entry, entry.resident
        words = dict.fromkeys(["", entry.outcome, *OUTCOMES.get(entry.kind, []), CareEntry.MISTAKE])
        offer(self, "outcome", [(word, word or "Only a note") for word in words])

    def clean(self) -> dict[str, Any]:
        """Ask for words where a note is all there is."""
        cleaned = super().clean()
        if self.entry.kind == Kind.NOTE and "note" in cleaned and not cleaned["note"]:
            self.add_error("note", "Write the note.")
        return cleaned


class ChangeForm(StaleCheck, OutcomeForm):
    """A change of an entry whose shift is not signed yet."""


class AmendForm(StaleCheck, OutcomeForm):
    """An amendment: a new version with a reason, beside the first text. Two people's come one after the other, never unseen."""

    happened_at = DateTimeInZoneField(label="When did it happen?")
    reason = CareText(label="Why do you amend it?", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    field_order = ["outcome", "note", "happened_at", "reason"]

    def __init__(self, *args: Any, zone: ZoneInfo, earliest: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.earliest = earliest
        read_times_in(self, zone, "happened_at")

    def clean_happened_at(self) -> datetime:
        """Refuse a time before the stay in which it was first said to have happened."""
        return not_before(self.earliest, self.cleaned_data["happened_at"])


class OpenShiftForm(FormKey):
    """Opening a shift: which one, from when to when, and who is there."""

    name = forms.ChoiceField(label="Shift", choices=[(name, name) for name, _, _ in PERIODS])
    starts_at = DateTimeInZoneField(label="Starts")
    ends_at = DateTimeInZoneField(label="Ends")
    staff = forms.MultipleChoiceField(label="Who is on duty?", widget=forms.CheckboxSelectMultiple)
    asleep = forms.MultipleChoiceField(
        label="Who of them sleeps in the house?", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, zone: ZoneInfo, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(person.pk): person for person in people}
        read_times_in(self, zone, "starts_at", "ends_at")
        for name in ("staff", "asleep"):
            offer(self, name, [(key, person.name) for key, person in self.by_key.items()])
        if self.initial.get("name") != NIGHT and not self.is_bound:
            del self.fields["asleep"]

    def clean(self) -> dict[str, Any]:
        """Turn keys into people, and hold sleepers to those on duty."""
        cleaned = super().clean()
        staff, asleep = cleaned.get("staff", []), cleaned.get("asleep", [])
        if staff and not set(asleep) <= set(staff):
            self.add_error("asleep", "Choose only people who are on duty.")
        cleaned["staff"] = [self.by_key[key] for key in staff]
        cleaned["awake"] = [self.by_key[key] for key in staff if key not in asleep]
        return cleaned


CODES = "The lists here show you names. This text is kept, so write codes in it; “Hide names” shows them."


class HandOffForm(FormKey):
    """The note for the next shift; saving it signs the shift."""

    hand_off = CareText(
        label="What must the next shift know?",
        help_text=f"What happened, what is open, who needs a closer eye. {CODES}",
    )
    reason = CareText(
        label="Why does nobody who was on duty sign?",
        help_text="You were not on duty. Your name and this reason stand under the hand-off.",
        max_length=1000,
    )

    about_open = CareText(
        label="What is done about what is open?",
        max_length=4000,
        help_text=f"Who looks, who was told, what the next shift does first. {CODES}",
    )
    field_order = ["about_open", "hand_off", "reason"]

    def __init__(self, *args: Any, on_duty: bool, left_open: Collection[LeftOpen], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if on_duty:
            del self.fields["reason"]
        self.fields["about_open"].required = any(each.lost for each in left_open)
        if not left_open:
            del self.fields["about_open"]
