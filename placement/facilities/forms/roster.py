"""Forms about who may work, who is planned, and who comes and goes."""

from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet

from placement.access.models import Person
from placement.facilities.forms.homes import DatesInOrder, offer_papers, paper_field
from placement.facilities.models import Credential, RosterEntry
from placement.ui.dates import day_name
from placement.ui.forms import DateField, DateTimeInZoneField, FormKey, offer, read_times_in
from residents.models import Document

AWAKE = [("yes", "Awake"), ("no", "Asleep in the house")]
CLOCK = "%H:%M"


class AwakeField(forms.ChoiceField):
    """Awake or asleep; cleans to whether somebody is awake."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label="Awake or asleep?", choices=AWAKE, widget=forms.RadioSelect, initial="yes", **kwargs)

    def clean(self, value: Any) -> bool:
        """Return whether somebody is awake."""
        return super().clean(value) == "yes"


def clock_field(label: str, help_text: str = "") -> forms.TimeField:
    """Return a field for a time of the home's day."""
    widget = forms.TimeInput(format=CLOCK, attrs={"inputmode": "numeric", "size": 5})
    wrong = {"invalid": "Give the time as 22:00."}
    return forms.TimeField(label=label, help_text=help_text, widget=widget, input_formats=[CLOCK], error_messages=wrong)


class PlanForm(FormKey):
    """Who works on which days of a week, from when to when."""

    person = forms.ChoiceField(label="Who?", widget=forms.RadioSelect)
    days = forms.MultipleChoiceField(label="On which days does it start?", widget=forms.CheckboxSelectMultiple)
    starts = clock_field("From", "The home's own time, such as 22:00.")
    ends = clock_field("Until", "An earlier time than the start is on the next day.")
    awake = AwakeField()
    duty = forms.ChoiceField(
        label="What for?", choices=RosterEntry.Duty.choices, widget=forms.RadioSelect, initial=RosterEntry.Duty.CARE
    )

    def __init__(
        self,
        *args: Any,
        people: Iterable[tuple[Person, str]],
        days: Collection[date],
        today: date,
        zone: ZoneInfo,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        known = list(people)
        self.zone, self.people = zone, {str(person.pk): person for person, _ in known}
        offer(self, "person", [(str(p.pk), f"{p.name}: {about}" if about else p.name) for p, about in known])
        offer(
            self,
            "days",
            [(day.isoformat(), day_name(day, today)[0].upper() + day_name(day, today)[1:]) for day in days],
        )

    def clean_person(self) -> Person:
        """Return the chosen person."""
        return self.people[self.cleaned_data["person"]]

    def clean(self) -> dict[str, Any]:
        """Make a start and an end of each day."""
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends:
            cleaned["times"] = [
                (
                    datetime.combine(day, starts, self.zone).astimezone(UTC),
                    datetime.combine(day + timedelta(days=ends <= starts), ends, self.zone).astimezone(UTC),
                )
                for day in map(date.fromisoformat, cleaned.get("days", []))
            ]
        return cleaned


class CredentialForm(DatesInOrder):
    """What somebody who works in the home holds."""

    first, last = "valid_from", "valid_to"
    kind = forms.ChoiceField(label="What is it?", choices=Credential.Kind.choices, widget=forms.RadioSelect)
    course = forms.CharField(
        label="Which one?", required=False, max_length=120, help_text="Such as the name of a course."
    )
    number = forms.CharField(label="Number", required=False, max_length=60)
    issuer = forms.CharField(label="Who gave it?", required=False, max_length=120)
    valid_from = DateField(label="Valid from")
    valid_to = DateField(
        label="Valid until", required=False, help_text="The last day. Leave it empty when there is none."
    )
    document = paper_field("Which paper of the home shows it?", required=False)

    def __init__(self, *args: Any, papers: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_papers(self, "document", papers)

    def clean(self) -> dict[str, Any]:
        """Refuse more than the dates of a test or a screening: it could tell an illness."""
        cleaned = super().clean()
        if cleaned.get("kind") in Credential.OF_HEALTH:
            for name in ("course", "number", "issuer", "document"):
                if cleaned.get(name):
                    self.add_error(name, "Leave this empty: of health only the dates are kept.")
        return cleaned


class EndCredentialForm(FormKey):
    """The last day of something that ends earlier."""

    on = DateField(
        label="Last day",
        help_text="From the day after, the person can't be planned, where it is needed. With a background clearance homes and"
        " records close to them then. To close them now, give the day before today.",
    )


class ComeOnDutyForm(FormKey):
    """Somebody who comes on duty in a running shift."""

    person = forms.ChoiceField(label="Who?", widget=forms.RadioSelect)
    awake = AwakeField()
    at = DateTimeInZoneField(label="Since when?")

    def __init__(self, *args: Any, people: Iterable[Person], zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        offer(self, "person", [(key, person.name) for key, person in self.people.items()])
        read_times_in(self, zone, "at")

    def clean_person(self) -> Person:
        """Return the chosen person."""
        return self.people[self.cleaned_data["person"]]


class GoOffDutyForm(FormKey):
    """When somebody went off duty."""

    at = DateTimeInZoneField(label="Since when?")

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, zone, "at")


class WeekForm(FormKey):
    """The week into which the plan of the one before is copied."""

    week = forms.CharField(widget=forms.HiddenInput, max_length=10)
