"""Forms on the way into a home and out of it. Times are those of the home."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from placement.facilities.models import Discharge, Leave, Override
from placement.facilities.operations.stays import ADDED_MEANWHILE
from placement.ui.dates import moment_name
from placement.ui.forms import (
    DateField,
    DateTimeInZoneField,
    FilterForm,
    FormKey,
    StaleCheck,
    offer,
    retyped,
)
from residents.forms.wording import CareLine, CareText

PASSES = (Leave.Kind.VISIT, Leave.Kind.OUTING)


class HomeTimes(FormKey):
    """A form whose times are read and shown in the home's ``zone``."""

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for bound in self.fields.values():
            if isinstance(bound, DateTimeInZoneField):
                bound.zone = zone


class BedForm(HomeTimes):
    """A form with one of the home's ``beds``, each with its name; ``offer`` leaves the free ones when it is shown."""

    bed = forms.ChoiceField(label="Bed")

    def __init__(self, *args: Any, beds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.beds = beds
        offer(self, "bed", beds)

    def offer(self, free: list[tuple[str, str]]) -> None:
        """Show the ``free`` beds as the choices, with the one that was chosen if it is free no more."""
        chosen = self.data.get("bed")
        shown = {key for key, _ in free}
        gone = [
            (key, f"{name}, not free for the whole stay")
            for key, name in self.beds
            if key == chosen and key not in shown
        ]
        others = len(self.beds) - len(free)
        offer(self, "bed", [*free, *gone])
        if others:
            words = "1 other bed is" if others == 1 else f"{others} other beds are"
            self.fields["bed"].help_text = f"{words} not free for the whole stay."


class HoldForm(BedForm):
    """Keep a bed for a short time."""

    until = DateTimeInZoneField(label="Until when?", help_text="Seven days at most. Times are those of the home.")


class ProposeForm(BedForm):
    """Propose a bed, and sign the warnings of the home that nobody has signed.

    ``warnings``: of the stay from, until, in the bed, each None while it is not known: mark and text of each warning.
    """

    starts_at = DateTimeInZoneField(label="Planned arrival", help_text="Times are those of the home.")
    ends_at = DateTimeInZoneField(label="Planned end", required=False)
    reason = CareText(label="Why this home?", help_text="The supervisor and later readers see this.")
    young_persons_view = CareText(
        label="What does the young person say about it?", required=False, help_text="In their own words if you can."
    )

    def __init__(self, *args: Any, warnings: Callable[..., list[tuple[str, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings = warnings
        self.marks: dict[str, str] = {}
        if not self.is_bound:
            self.ask_to_sign(warnings(None, None, None))

    def ask_to_sign(self, warnings: list[tuple[str, str]]) -> None:
        """Ask first for a reason under each of ``warnings``, so that nobody has to leave what is typed here."""
        for mark, text in warnings:
            name = f"sign-{mark.replace(':', '-')}"
            self.marks[name] = mark
            self.fields[name] = CareText(
                label=f"Sign this warning: {text}",
                help_text="Why is this home right in spite of it? Your name, the time and your reason stay under it.",
                max_length=4000,
                error_messages={"required": "Say why you sign, or choose another home."},
            )
        self.order_fields([*self.marks, *self.base_fields])

    def suggest_end(self, exception: datetime | None) -> None:
        """Suggest that the stay ends with the ``exception`` on which it rests (its end, aware), and say so at the field."""
        if exception is None:
            return
        field: Any = self.fields["ends_at"]
        wished = self.initial.get("ends_at")
        self.initial["ends_at"] = min(wished, exception) if wished else exception
        field.help_text = (
            f"The exception for this home ends {moment_name(exception, field.zone)}. "
            "Nothing allows the stay after that, unless somebody approves a new one."
        )

    def clean(self) -> dict[str, Any]:
        """Ask for a reason under each warning of the stay that was typed."""
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "The stay can't end before it starts.")
            starts_at = None
        self.ask_to_sign(self.warnings(starts_at, ends_at, cleaned.get("bed")))
        for name in self.marks:
            field = self.fields[name]
            try:
                cleaned[name] = field.clean(field.widget.value_from_datadict(self.data, self.files, name))
            except forms.ValidationError as error:
                self.add_error(name, error)
        return cleaned

    @property
    def signed(self) -> dict[str, str]:
        """Return the reason under each warning, by its mark."""
        return {mark: self.cleaned_data[name] for name, mark in self.marks.items()}


class SignForm(FormKey):
    """A named person's reason under a warning."""

    reason = CareText(label="Why is this home right in spite of the warning?", max_length=4000)


class ExceptionForm(HomeTimes):
    """Ask for an exception."""

    reason = CareText(
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
    reason = CareText(label="Why?", max_length=4000)


class SafetyForm(FormKey):
    """The home's signature: nothing to type, one box to tick. ``mark``: the version of the safety history now.

    A form that was opened on an older version is refused, and carries the new one then.
    """

    mark = forms.CharField(widget=forms.HiddenInput, required=False)

    read = forms.BooleanField(
        label="I have read it, and the people who work here will know what they need to keep everybody safe.",
        error_messages={"required": "Tick the box when you have read it."},
    )

    def __init__(self, *args: Any, mark: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.current_mark = mark
        self.initial = {**self.initial, "mark": mark}

    def clean(self) -> dict[str, Any]:
        """Refuse an older version of the safety history."""
        cleaned = super().clean()
        if cleaned.get("mark") != self.current_mark:
            self.data = retyped(self, mark=self.current_mark, read="")
            self.add_error(None, ADDED_MEANWHILE)
        return cleaned


class AdmitForm(HomeTimes):
    """The arrival."""

    at = DateTimeInZoneField(label="When did the young person arrive?", help_text="Times are those of the home.")


class LeaveForm(HomeTimes):
    """A planned absence."""

    kind = forms.ChoiceField(
        label="What for?",
        choices=[("", "Choose"), *((kind, label) for kind, label in Leave.Kind.choices if kind not in PASSES)],
        help_text="A visit or an outing is asked for on the page of passes.",
    )
    starts_at = DateTimeInZoneField(label="From when?", help_text="Times are those of the home.")
    ends_at = DateTimeInZoneField(label="Until when?")
    where = CareLine(label="Where, and with whom?", max_length=200)


class AfterStayForm(HomeTimes):
    """Where the young person goes after a stay, and the plan for then."""

    to = forms.ChoiceField(label="Where to?", choices=[("", "Choose"), *Discharge.To.choices])
    reason = CareText(label="Why does the stay end?", max_length=4000)
    after_care = CareText(
        label="After-care plan",
        help_text="Who does what after the young person has left: school, health, safety, visits.",
    )
    after_care_contact = CareLine(label="Who stays in touch?", max_length=160)
    first_check_on = DateField(label="First check after leaving")


class ProposeDischargeForm(AfterStayForm):
    """The end of a stay as the caseworker plans it."""

    leaves_at = DateTimeInZoneField(label="When will the young person leave?", help_text="Times are those of the home.")
    field_order = ("leaves_at",)


class DischargeForm(AfterStayForm):
    """The end of a stay and the plan for after."""

    at = DateTimeInZoneField(label="When did the young person leave?", help_text="Times are those of the home.")
    field_order = ("at",)
    late_reason = CareText(
        label="Why is it written down only now?",
        required=False,
        max_length=4000,
        help_text="Only when the young person left more than a day ago.",
    )


class ExtendForm(StaleCheck, HomeTimes):
    """Until when a stay goes on."""

    ends_at = DateTimeInZoneField(
        label="New planned end",
        required=False,
        help_text="Leave it empty when there is none. Times are those of the home.",
    )
    reason = CareText(label="Why?", max_length=4000)


class AfterCareForm(HomeTimes):
    """How the young person is doing after leaving, and when somebody looks again."""

    checked_at = DateTimeInZoneField(label="When did you look?", help_text="Times are those of the home.")
    note = CareText(
        label="How is the young person doing?", max_length=2000, help_text="Short: safe, well, what is needed."
    )
    next_check_on = DateField(
        label="Next check", required=False, help_text="Leave it empty when this was the last one."
    )


class ExceptionFilter(FilterForm):
    """Narrows the list of exceptions."""

    status = forms.ChoiceField(label="Where it stands", choices=[("", "All"), *Override.Status.choices], required=False)
