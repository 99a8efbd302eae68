"""Forms about the whole house: one row for each young person, and nothing said about anybody beforehand."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.forms.boundfield import BoundField

from placement.audit.clock import now
from placement.facilities.forms.several import NOTE, Row, RowNote
from placement.facilities.forms.shifts import OUTCOMES, Kind
from placement.ui.forms import DateTimeInZoneField, FormKey, Suggestions, read_times_in
from residents.forms.wording import CareLine, CareText
from residents.models import ActivityAnswer, ActivityOffer, Resident
from residents.operations import Said

NO_PUNISHMENT = (
    "Nobody is kept from an activity as a punishment for a contact, or for something that they have told. The administrator"
    " of the home or the supervisor reads why, and decides."
)


class HouseForm(FormKey):
    """The same question about each young person of the home. ``since``: resident id → when they came."""

    happened_at = DateTimeInZoneField(label="When?")
    reason = CareText(
        label="Why does it come late?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when the shift in which it happened is already signed.",
    )
    after_refusal = ("reason",)
    choices: Iterable[tuple[str, str]] = ()
    why_label = "Why?"

    def __init__(
        self,
        *args: Any,
        zone: ZoneInfo,
        young_people: Iterable[Resident],
        since: Mapping[UUID, datetime],
        usual: Mapping[UUID, str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.young_people, self.since = list(young_people), since
        self.initial.setdefault("happened_at", now())
        read_times_in(self, zone, "happened_at")
        for each in self.young_people:
            self.fields[f"said_{each.pk}"] = forms.ChoiceField(
                label=each.code, choices=self.choices, widget=forms.RadioSelect, initial=usual.get(each.pk, "")
            )
            self.fields[f"why_{each.pk}"] = RowNote(
                resident=each,
                label=f"{self.why_label} {each.code}",
                required=False,
                max_length=NOTE,
                widget=forms.TextInput(attrs={"placeholder": self.why_label}),
            )

    @property
    def about(self) -> list[BoundField]:
        """Return the fields that are about everybody."""
        shown = (field for field in self if not field.is_hidden and self.asks_for(field))
        return [field for field in shown if not field.name.startswith(("said_", "why_"))]

    @property
    def rows(self) -> list[Row]:
        """Return the young people with their fields."""
        return [Row(each, "", self[f"said_{each.pk}"], self[f"why_{each.pk}"]) for each in self.young_people]

    @property
    def given(self) -> dict[str, Any]:
        """Return the values of the operation; ``said`` is each one's own."""
        values = self.cleaned_data
        said = {each: Said(values[f"said_{each.pk}"], values[f"why_{each.pk}"]) for each in self.young_people}
        own = {name for name in values if name.startswith(("said_", "why_"))}
        return {"said": said} | {name: value for name, value in super().given.items() if name not in own}

    def clean(self) -> dict[str, Any]:
        """Refuse a time before one of them lived here."""
        cleaned = super().clean()
        moment = cleaned.get("happened_at")
        later = [each.code for each in self.young_people if moment and moment < self.since[each.pk]]
        if later:
            self.add_error("happened_at", f"{', '.join(later)} did not live here yet. Check the date and the time.")
        return cleaned


class ActivityForm(HouseForm):
    """What was offered to the house, and each one's answer."""

    name = CareLine(label="What was offered?", max_length=120, help_text="For example swimming, baking, a film.")
    place = forms.ChoiceField(label="Where?", choices=ActivityOffer.Place.choices, widget=forms.RadioSelect)
    led_by = forms.CharField(label="Who of us was there?", required=False, max_length=160)
    field_order = ("name", "place", "happened_at", "led_by", "reason")
    choices = ActivityAnswer.Answer.choices

    def __init__(self, *args: Any, on_duty: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["led_by"].widget = Suggestions(on_duty)


class SchoolForm(HouseForm):
    """How school went today."""

    choices = tuple((outcome, outcome) for outcome in OUTCOMES[Kind.SCHOOL])
    why_label = "Why not, or why late?"
