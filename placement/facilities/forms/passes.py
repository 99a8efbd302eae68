"""Forms about passes."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from placement.access.models import Person
from placement.facilities.models import PassRequest
from placement.ui.forms import DateTimeInZoneField, FormKey, offer, read_times_in
from residents.forms.contacts import person_label
from residents.forms.wording import CareLine, CareText
from residents.models import OutsidePerson, Resident
from residents.queries.contacts import listed

NOBODY = ""


class AskPassForm(FormKey):
    """Where to, with whom, from when to when, and how."""

    kind = forms.ChoiceField(label="What for?", choices=PassRequest.Kind.choices, widget=forms.RadioSelect)
    where = CareLine(label="Where to?", max_length=200)
    outside_person = forms.ChoiceField(label="With whom on the list?", required=False, widget=forms.RadioSelect)
    company = CareLine(
        label="With whom else?",
        required=False,
        max_length=160,
        help_text="For example two of us, or alone. Say who of us goes along when somebody has to be present.",
    )
    starts_at = DateTimeInZoneField(label="From when?", help_text="Times are those of the home.")
    ends_at = DateTimeInZoneField(label="Until when?", help_text="Over night the supervisor decides.")
    transport = forms.CharField(label="How do they get there and back?", max_length=200)
    own_wish = forms.TypedChoiceField(
        label="Who asks?",
        choices=[("yes", "The young person"), ("no", "We do, for them")],
        coerce=lambda said: said == "yes",
        widget=forms.RadioSelect,
    )
    sometimes_needed = ("outside_person", "company")

    def __init__(self, *args: Any, person: Person, resident: Resident, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resident = resident
        allowed = [row for row in listed(person, resident) if row.permission != OutsidePerson.Permission.PROHIBITED]
        self.people = {str(row.pk): row for row in allowed}
        offer(
            self,
            "outside_person",
            [(NOBODY, "Nobody on the list"), *((k, person_label(r)) for k, r in self.people.items())],
        )
        read_times_in(self, zone, "starts_at", "ends_at")

    @property
    def given(self) -> dict[str, Any]:
        """Return the values of the operation."""
        said = super().given
        return said | {"outside_person": self.people.get(said["outside_person"])}


class DecidePassForm(FormKey):
    """Approve, or decline with a reason."""

    decision = forms.ChoiceField(
        label="Your decision",
        widget=forms.RadioSelect,
        choices=[(PassRequest.Decision.APPROVED, "Approve"), (PassRequest.Decision.DECLINED, "Decline")],
    )
    reason = CareText(label="Why?", required=False, max_length=2000, help_text="Needed when you decline.")
    sometimes_needed = ("reason",)


class WithdrawPassForm(FormKey):
    """Why it is taken back."""

    reason = CareText(label="Why?", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class ReturnForm(FormKey):
    """They are back."""

    happened_at = DateTimeInZoneField(label="When did they come back?")
    note = CareText(label="How was it?", required=False, max_length=2000)

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, zone, "happened_at")
