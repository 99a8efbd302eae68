"""The forms about orders of a court to seal whole records."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from placement.access.models import Person
from placement.ui.forms import DateField, DateTimeInZoneField, FormKey, LongTextField, read_times_in
from residents.forms.base import RecordForm, choose
from residents.models import SealingOrder
from residents.queries.sealings import documents_of

FOR_A_TIME = "open"
STAYS = "It stays in the register of sealed records, so write no name."
DECISIONS = [
    (SealingOrder.Decision.CONFIRMED, "Put it into force now"),
    (SealingOrder.Decision.REFUSED, "Do not put it into force"),
]


class SealRecordForm(RecordForm):
    """Which order of which court seals the record, and what it says."""

    court = forms.CharField(label="Court", max_length=120, help_text=STAYS)
    order_number = forms.CharField(label="Number of the order", max_length=60, help_text=STAYS)
    ordered_on = DateField(label="Day of the order")
    says = LongTextField(
        label="What does the order say?", max_length=1000, help_text="In short. It is hidden together with the record."
    )
    document = choose(
        "The order itself",
        required=False,
        empty_label="Not filed here",
        help_text="A document of the case. It is hidden too.",
    )

    def prepare(self) -> None:
        """Offer the documents of the case."""
        self.offer("document", documents_of(self.viewer, self.about.pk)).label_from_instance = lambda row: row.title


class DecideSealingForm(RecordForm):
    """Put the order to seal into force, or refuse it."""

    decision = forms.ChoiceField(label="Your decision", choices=DECISIONS, widget=forms.RadioSelect)
    reason = LongTextField(label="Why?", required=False, max_length=1000, help_text="Needed when you refuse.")
    sometimes_needed = ("reason",)


class DecideUnsealingForm(FormKey):
    """Put an order that ends or opens into force, or refuse it."""

    decision = forms.ChoiceField(label="Your decision", choices=DECISIONS, widget=forms.RadioSelect)
    reason = LongTextField(
        label="Why?",
        required=False,
        max_length=1000,
        help_text="Needed when you refuse. It stays in the register, so write no name.",
    )
    sometimes_needed = ("reason",)


class UnsealForm(FormKey):
    """Which order of which court ends the sealing, or opens the record for a time: nobody ends it by an empty field."""

    court = forms.CharField(label="Court", max_length=120, help_text=STAYS)
    order_number = forms.CharField(label="Number of the order", max_length=60, help_text=STAYS)
    ordered_on = DateField(label="Day of the order")
    does = forms.ChoiceField(
        label="What does the order do?",
        choices=[(FOR_A_TIME, "It opens the record for a time"), ("lift", "It ends the sealing for good")],
        widget=forms.RadioSelect,
    )
    until = DateTimeInZoneField(
        label="Open until",
        required=False,
        help_text="Only when it opens the record for a time. Then it is sealed again.",
    )

    sometimes_needed = ("until",)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, ZoneInfo(person.time_zone), "until")

    def clean(self) -> dict[str, Any]:
        """Ask for the time where there is one, and refuse it where there is none."""
        cleaned = super().clean()
        does, until = cleaned.get("does"), cleaned.get("until")
        if does == FOR_A_TIME and not until and "until" not in self.errors:
            self.add_error("until", "Say until when the record is open.")
        if does == "lift" and until:
            self.add_error("until", "An order that ends the sealing has no such time. Leave it empty.")
        return cleaned

    @property
    def given(self) -> dict[str, Any]:
        """Return the values of the operation, which knows by ``until`` what the order does."""
        return {name: value for name, value in super().given.items() if name != "does"}
