"""Forms of the incident pages: the filter, and the report of each kind."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from placement.access.models import Person
from placement.facilities.forms.shifts import young_label
from placement.facilities.models import Facility
from placement.facilities.queries.incident_filters import NOT_SAID
from placement.ui.forms import DateField, DateTimeInZoneField, FilterForm, FormKey, offer, read_times_in
from residents.forms.wording import CareLine, CareText
from residents.incident_kinds import GUIDES, LONGEST, PLACE, PLACES, Ask
from residents.models import Incident, IncidentPerson, Resident
from residents.operations import Accused
from residents.operations.allegations import NOBODY_ACCUSED
from residents.operations.incidents import NOBODY_INVOLVED, NOBODY_NAMED


class IncidentFilter(FilterForm):
    """Narrows the list of incidents."""

    number = forms.IntegerField(label="Number", required=False, min_value=1, max_value=2**53)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Any"), *Incident.Status.choices])
    severity = forms.ChoiceField(label="How serious", required=False, choices=[("", "Any"), *Incident.Severity.choices])
    kind = forms.ChoiceField(label="What kind", required=False, choices=[("", "Any"), *Incident.Kind.choices])
    facility = forms.ChoiceField(label="Home", required=False)
    since = DateField(label="From", required=False)
    until = DateField(label="To", required=False)
    hour = forms.IntegerField(required=False, min_value=0, max_value=23, widget=forms.HiddenInput)
    weekday = forms.IntegerField(required=False, min_value=1, max_value=7, widget=forms.HiddenInput)
    place = forms.ChoiceField(required=False, choices=[("", ""), NOT_SAID, *PLACES], widget=forms.HiddenInput)
    resident = forms.UUIDField(required=False, widget=forms.HiddenInput)
    on_duty = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, homes: Iterable[Facility], reviews: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "facility", [("", "Any"), *((str(home.pk), home.name) for home in homes)])
        if not reviews:  # only the pages of those who review lead to these
            del self.fields["resident"], self.fields["on_duty"]


class PatternFilter(FilterForm):
    """Narrows the patterns of incidents."""

    facility = forms.ChoiceField(label="Home", required=False)
    kind = forms.ChoiceField(label="What kind", required=False, choices=[("", "Any"), *Incident.Kind.choices])
    severity = forms.ChoiceField(label="How serious", required=False, choices=[("", "Any"), *Incident.Severity.choices])
    since = DateField(label="From", required=False)
    until = DateField(label="To", required=False)

    def __init__(self, *args: Any, homes: Iterable[Facility], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "facility", [("", "Any"), *((str(home.pk), home.name) for home in homes)])

    def clean(self) -> dict[str, Any]:
        """Refuse days that are not in order."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", "The last day can't be before the first day.")
        return cleaned


MOST_BUTTONS = 8  # choices; more open as a list
# The fields that say who is accused; only the first report of an allegation asks them.
ACCUSED = ("accused", "accused_young", "accused_name", "accused_role")


class IncidentForm(FormKey):
    """The report of one kind, by somebody who saw it or heard of it: what every kind asks, then what this one asks.

    With ``draft`` in what was posted, what is needed to send it may still be empty. The page says it again when it asks about
    words, so that "Save as it is" sends nothing; who presses the button that sends it does.
    """

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
        help_text="What concerns one of them alone, you can write apart later.",
    )
    accused = forms.MultipleChoiceField(
        label="Who is said to have done it?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="From the moment you save this, the people ticked here find no trace of it. Also if you tick yourself: "
        "once it is sent, you can't open it any more. Write nothing about it in the care log.",
    )
    accused_young = forms.MultipleChoiceField(
        label="Or a young person?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick them above as involved, too.",
    )
    accused_name = forms.CharField(
        label="Or somebody else: the name",
        max_length=120,
        required=False,
        help_text="For example a foster parent. If nobody knows who it was, write “Not known”. "
        "Somebody with an account who is called that finds no trace of it either.",
    )
    accused_role = forms.ChoiceField(
        label="Who is that?",
        required=False,
        choices=[("", "Choose"), *IncidentPerson.Role.choices],
        help_text="Only for a name that you wrote.",
    )
    seen = CareText(
        label="What was seen and heard?",
        help_text="What happened, in order. Facts only, in the young person's own words where you can.",
    )
    thought = CareText(
        label="What do you think about it?",
        required=False,
        max_length=4000,
        help_text="What you suppose but did not see. It is kept apart from the facts.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    done = CareText(label="What was done at once?", required=False)

    def __init__(
        self,
        *args: Any,
        kind: str,
        zone: ZoneInfo,
        young_people: Iterable[Resident] | None,
        people: Iterable[Person] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.guide = kind, GUIDES[kind]
        self.draft = "draft" in self.data and "send" not in self.data
        self.by_key = {str(resident.pk): resident for resident in young_people or ()}
        self.sometimes_needed = [ask.name for ask in self.guide.asks if ask.needed]
        if young_people is None:
            del self.fields["residents"]
        else:
            offer(self, "residents", [(key, young_label(resident)) for key, resident in self.by_key.items()])
            if self.guide.names_somebody:
                self.sometimes_needed.append("residents")
        self.people = {str(person.pk): person for person in people or ()}
        if people is None or kind != Incident.Kind.ALLEGATION:
            for name in ACCUSED:
                del self.fields[name]
        else:
            self.sometimes_needed.append("accused")
            offer(self, "accused", [(key, one.name) for key, one in self.people.items()])
            offer(self, "accused_young", [(key, young_label(one)) for key, one in self.by_key.items()])
        if kind == Incident.Kind.DEATH:
            del self.fields["severity"]
        read_times_in(self, zone, "happened_at")
        asks = [ask for ask in self.guide.asks if not ask.later]
        for ask in asks:
            self.fields[ask.name] = field_of(ask)
        first = (
            "severity",
            "happened_at",
            "place",
            "residents",
            *ACCUSED,
            "seen",
            "done",
            *(ask.name for ask in asks if ask != PLACE),
            "thought",
        )
        self.order_fields(first)

    def clean_residents(self) -> list[Resident]:
        """Return the young people who are ticked; a report that must name somebody does."""
        chosen = [self.by_key[key] for key in self.cleaned_data["residents"]]
        if not chosen and self.kind == Incident.Kind.MISSING:
            raise forms.ValidationError(NOBODY_NAMED)
        if not chosen and self.guide.names_somebody and not self.draft:
            raise forms.ValidationError(NOBODY_INVOLVED)
        return chosen

    def clean(self) -> dict[str, Any]:
        """Ask for the answers that are needed before the report is sent."""
        cleaned = super().clean()
        for ask in self.guide.asks:
            if ask.needed and not self.draft and not cleaned.get(ask.name) and ask.name not in self.errors:
                self.add_error(ask.name, "Choose one." if ask.choices else "Fill this in.")
        if "accused" in self.fields and not self.errors:
            self.clean_accused_of(cleaned)
        return cleaned

    def clean_accused_of(self, cleaned: dict[str, Any]) -> None:
        """Say what is lacking about who is accused: also a draft names them, because it is hidden from them by that."""
        if not any(cleaned.get(name) for name in ("accused", "accused_young", "accused_name")):
            self.add_error("accused", NOBODY_ACCUSED)
        if cleaned.get("accused_name") and not cleaned.get("accused_role"):
            self.add_error("accused_role", "Choose who that is.")
        involved = {str(one.pk) for one in cleaned.get("residents") or ()}
        if set(cleaned.get("accused_young") or ()) - involved:
            self.add_error("accused_young", "Tick this young person above, too.")

    @property
    def named(self) -> list[Accused]:
        """Return who is accused, as the operation takes them."""
        given = self.cleaned_data
        found = [Accused(person=self.people[key]) for key in given.get("accused") or ()]
        found += [Accused(resident=self.by_key[key]) for key in given.get("accused_young") or ()]
        if name := (given.get("accused_name") or "").strip():
            found.append(Accused(name=name, role=given["accused_role"]))
        return found

    @property
    def said(self) -> dict[str, Any]:
        """Return what the operations take: the answers of the kind together."""
        answers = {
            ask.name: (self.initial if ask.later else self.cleaned_data).get(ask.name) or "" for ask in self.guide.asks
        }
        rest = {name: value for name, value in self.given.items() if name not in answers and name not in ACCUSED}
        return {"severity": Incident.Severity.CRITICAL} | rest | {"kind": self.kind, "answers": answers}


def field_of(ask: Ask) -> forms.Field:
    """Return the field for one thing that a kind asks."""
    told: dict[str, Any] = {"label": ask.label, "help_text": ask.help, "required": False}
    if len(ask.choices) > MOST_BUTTONS:
        return forms.ChoiceField(choices=[("", "Choose"), *ask.choices], **told)
    if ask.choices:
        return forms.ChoiceField(choices=ask.choices, widget=forms.RadioSelect, **told)
    if ask.long:
        return CareText(max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), **told)
    return CareLine(max_length=200, **told)


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
