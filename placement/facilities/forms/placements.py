"""Forms on the way into a home and out of it. Times are those of the home."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from placement.facilities.models import Discharge, Leave, Override
from placement.ui.forms import DateField, DateTimeInZoneField, FilterForm, FormKey, LongTextField, offer


class HomeTimes(FormKey):
    """A form whose times are read and shown in the home's ``zone``."""

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.fields.values():
            if isinstance(bound, DateTimeInZoneField):
                bound.zone = zone


class BedForm(HomeTimes):
    """A form with one of the home's ``beds``, each with its name; ``offer`` says which are free when it is shown."""

    bed = forms.ChoiceField(label="Bed")

    def __init__(self, *args: Any, beds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(beds)

    def offer(self, beds: list[tuple[str, str]]) -> None:
        """Show ``beds`` as the choices."""
        offer(self, "bed", beds)


class HoldForm(BedForm):
    """Keep a bed for a short time."""

    until = DateTimeInZoneField(label="Until when?", help_text="Seven days at most. Times are those of the home.")


class ProposeForm(BedForm):
    """Propose a bed."""

    starts_at = DateTimeInZoneField(label="Planned arrival", help_text="Times are those of the home.")
    ends_at = DateTimeInZoneField(label="Planned end", required=False)
    reason = LongTextField(label="Why this home?", help_text="The supervisor and later readers see this.")
    young_persons_view = LongTextField(
        label="What does the young person say about it?", required=False, help_text="In their own words if you can."
    )


class SignForm(FormKey):
    """A named person's reason under a warning."""

    reason = LongTextField(label="Why is this home right in spite of the warning?", max_length=4000)


class ExceptionForm(HomeTimes):
    """Ask for an exception."""

    reason = LongTextField(
        label="Why is an exception needed?", max_length=4000, help_text="Say what you tried, and how the risk is met."
    )
    expires_at = DateTimeInZoneField(
        label="Until when?", help_text="180 days at most. The exception ends by itself. Times are those of the home."
    )


class DecisionForm(FormKey):
    """Approve or decline, with a reason."""

    decision = forms.ChoiceField(
        label="Approve or decline?", choices=[("approve", "Approve"), ("decline", "Decline")], widget=forms.RadioSelect
    )
    reason = LongTextField(label="Why?", max_length=4000)


class SafetyForm(FormKey):
    """The home's signature: nothing to type, one box to tick."""

    read = forms.BooleanField(
        label="I have read it, and the people who work here will know what they need to keep everybody safe.",
        error_messages={"required": "Tick the box when you have read it."},
    )


class AdmitForm(HomeTimes):
    """The arrival."""

    at = DateTimeInZoneField(label="When did the young person arrive?", help_text="Times are those of the home.")


class LeaveForm(HomeTimes):
    """A planned absence."""

    kind = forms.ChoiceField(label="What for?", choices=Leave.Kind.choices)
    starts_at = DateTimeInZoneField(label="From when?", help_text="Times are those of the home.")
    ends_at = DateTimeInZoneField(label="Until when?")
    where = forms.CharField(label="Where, and with whom?", max_length=200)


class DischargeForm(HomeTimes):
    """The end of a stay and the plan for after."""

    at = DateTimeInZoneField(label="When did the young person leave?", help_text="Times are those of the home.")
    to = forms.ChoiceField(label="Where to?", choices=Discharge.To.choices)
    reason = LongTextField(label="Why does the stay end?", max_length=4000)
    after_care = LongTextField(
        label="After-care plan",
        help_text="Who does what after the young person has left: school, health, safety, visits.",
    )
    after_care_contact = forms.CharField(label="Who stays in touch?", max_length=160)
    first_check_on = DateField(label="First check after leaving")


class AfterCareForm(HomeTimes):
    """How the young person is doing after leaving, and when somebody looks again."""

    checked_at = DateTimeInZoneField(label="When did you look?", help_text="Times are those of the home.")
    note = LongTextField(
        label="How is the young person doing?", max_length=2000, help_text="Short: safe, well, what is needed."
    )
    next_check_on = DateField(
        label="Next check", required=False, help_text="Leave it empty when this was the last one."
    )


class ExceptionFilter(FilterForm):
    """Narrows the list of exceptions."""

    status = forms.ChoiceField(label="Where it stands", choices=[("", "All"), *Override.Status.choices], required=False)
