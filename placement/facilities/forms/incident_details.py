"""Forms for what hangs on an incident: people, parts, restraint, injuries, files, and what comes after it."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.forms.boundfield import BoundField

from placement.access.models import Person
from placement.ui.forms import DateField, DateTimeInZoneField, FormKey, offer, read_times_in
from residents.body_map import REGIONS, Region
from residents.forms.wording import CareLine, CareText
from residents.models import (
    AllegationOutcome,
    IncidentInjury,
    IncidentPart,
    IncidentPerson,
    ProtectiveStep,
    Restraint,
)
from residents.operations import Decided, Mark

NAMED = "name"  # somebody whose name is typed


class PersonForm(FormKey):
    """A grown-up in the incident: somebody of the home, or a name."""

    who = forms.ChoiceField(label="Who?", help_text="Whoever is named here does not review this incident.")
    name = forms.CharField(
        label="Name", max_length=120, required=False, help_text="Only for somebody who is not in the list."
    )
    role = forms.ChoiceField(label="Who is that?", choices=[("", "Choose"), *IncidentPerson.Role.choices])
    part = forms.ChoiceField(
        label="What did they do in it?", choices=IncidentPerson.Part.choices, widget=forms.RadioSelect
    )
    sometimes_needed = ("name",)

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        offer(
            self,
            "who",
            [
                ("", "Choose"),
                (NAMED, "Somebody else: I write the name"),
                *((key, one.name) for key, one in self.people.items()),
            ],
        )

    @property
    def said(self) -> dict[str, Any]:
        """Return what the operation takes."""
        told = {name: self.cleaned_data[name] for name in ("role", "part", "name")}
        return told | {"person": self.people.get(self.cleaned_data["who"])}


class RemoveForm(FormKey):
    """One press: take somebody out again."""


class HideForm(FormKey):
    """One more person who finds no trace of an allegation."""

    person = forms.ChoiceField(
        label="From whom?", help_text="For example a relative or a friend of whoever is accused."
    )
    reason = CareLine(label="Why?", max_length=1000)

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        offer(self, "person", [("", "Choose"), *((key, one.name) for key, one in self.people.items())])

    @property
    def said(self) -> dict[str, Any]:
        """Return what the operation takes."""
        return {"person": self.people[self.cleaned_data["person"]], "reason": self.cleaned_data["reason"]}


class ShowForm(FormKey):
    """An allegation is shown to somebody again."""

    reason = CareLine(label="Why?", max_length=1000)


class CorrectForm(FormKey):
    """What somebody in it is said to have done instead."""

    part = forms.ChoiceField(
        label="What did they do in it?", choices=IncidentPerson.Part.choices, widget=forms.RadioSelect
    )
    reason = CareLine(
        label="Why is it corrected?", max_length=1000, help_text="What was written before stays in the history."
    )


class ProtectForm(FormKey):
    """Each protective step that is not decided yet: taken or not, and what exactly, or why not."""

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dict(ProtectiveStep.Kind.choices)
        self.kinds = list(kinds)
        for kind in self.kinds:
            self.fields[kind] = forms.BooleanField(label=words[kind], required=False)
            self.fields[f"{kind}_note"] = CareLine(label="What exactly? Or why not?", max_length=1000)
        self.fields["review_on"] = DateField(label="When do you look at this again?")

    @property
    def said(self) -> dict[str, Any]:
        """Return what the operation takes."""
        given = self.cleaned_data
        steps = [Decided(kind, given[kind], given[f"{kind}_note"]) for kind in self.kinds]
        return {"steps": steps, "review_on": given["review_on"]}


class OutcomeForm(FormKey):
    """What was found, by whom, on what, and what follows for both sides."""

    finding = forms.ChoiceField(
        label="What was found?", choices=AllegationOutcome.Finding.choices, widget=forms.RadioSelect
    )
    authority = CareLine(label="Who found it?", max_length=200, help_text="The authority, and the name of the person.")
    found_on = DateField(label="On which day?")
    based_on = CareText(
        label="On what does it rest?", max_length=4000, help_text="A letter, a report, a decision: with number and day."
    )
    for_young = CareText(
        label="What follows for the young person?",
        max_length=4000,
        help_text="Support, therapy, another room. Also when it was not found that it happened.",
    )
    for_accused = forms.ChoiceField(
        label="What follows for whoever is accused?",
        choices=AllegationOutcome.ForAccused.choices,
        widget=forms.RadioSelect,
    )
    for_accused_note = CareLine(label="In words", max_length=1000, required=False)


class ToldForm(FormKey):
    """One side was told what was found."""

    side = forms.ChoiceField(label="Who was told?", widget=forms.RadioSelect)
    on = DateField(label="On which day?")
    told = CareLine(
        label="Who told them?",
        max_length=500,
        help_text="If they can't be told, for example because nobody knows them: why.",
    )

    def __init__(self, *args: Any, sides: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "side", list(sides))


class AboutForm(FormKey):
    """What concerns one young person alone."""

    role = forms.ChoiceField(
        label="What did they do in it?", choices=IncidentPart.Role.choices, widget=forms.RadioSelect
    )
    about = CareText(
        label="What concerns this young person alone?",
        required=False,
        help_text="Only people who may read this young person's record see it, not the readers of the others.",
    )


class RestraintForm(FormKey):
    """How somebody was held or secluded, with the first check."""

    kind = forms.ChoiceField(label="What was done?", choices=Restraint.Kind.choices, widget=forms.RadioSelect)
    started_at = DateTimeInZoneField(label="When did it start?")
    ended_at = DateTimeInZoneField(
        label="When did it end?", required=False, help_text="Leave it empty while it goes on."
    )
    held_by = CareLine(label="Who held or watched?", max_length=200)
    why = CareText(
        label="What was the danger at that moment?",
        max_length=2000,
        help_text="What would have happened without it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    tried = CareText(
        label="What was tried before?",
        max_length=2000,
        help_text="Talking, waiting, leaving the room: each thing.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, zone, "started_at", "ended_at")


class CheckForm(FormKey):
    """A check during a restraint; while it goes on, also its end."""

    at = DateTimeInZoneField(label="When did somebody look?")
    checked_by = CareLine(label="Who looked?", max_length=120)
    how = CareLine(label="How were they?", max_length=1000, help_text="Breathing, colour of the skin, what they said.")

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, zone, "at")


class EndForm(FormKey):
    """When a restraint was over."""

    ended_at = DateTimeInZoneField(label="When was it over?")

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, zone, "ended_at")


class RegionRow(NamedTuple):
    """The fields of one region of the body map, for the page."""

    key: str
    region: Region
    kind: BoundField
    size: BoundField
    note: BoundField


class InjuriesForm(FormKey):
    """The body map as a list: each region with what is there, how large it is, and a note. Nothing is chosen before."""

    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, region in REGIONS.items():
            named = f"{region.number} {region.words}"
            self.fields[f"{key}_kind"] = forms.ChoiceField(
                label=f"{named}: what is there", required=False, choices=[("", "Nothing"), *IncidentInjury.Kind.choices]
            )
            self.fields[f"{key}_size"] = forms.DecimalField(
                label=f"{named}: size in cm",
                required=False,
                min_value=0.1,
                max_value=200,
                max_digits=5,
                decimal_places=1,
                widget=forms.TextInput(attrs={"class": "short", "inputmode": "decimal"}),
            )
            self.fields[f"{key}_note"] = CareLine(label=f"{named}: note", required=False, max_length=500)

    def rows(self) -> list[RegionRow]:
        """Return the fields by region."""
        return [
            RegionRow(key, region, self[f"{key}_kind"], self[f"{key}_size"], self[f"{key}_note"])
            for key, region in REGIONS.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse a size or a note where nothing is chosen: it would be lost."""
        cleaned = super().clean()
        for key in REGIONS:
            if not cleaned.get(f"{key}_kind") and (cleaned.get(f"{key}_size") or cleaned.get(f"{key}_note")):
                self.add_error(f"{key}_kind", "Choose what is there.")
        return cleaned

    @property
    def marks(self) -> list[Mark]:
        """Return the regions where something is."""
        said = self.cleaned_data
        return [
            Mark(key, said[f"{key}_kind"], said[f"{key}_size"], said[f"{key}_note"])
            for key in REGIONS
            if said[f"{key}_kind"]
        ]


class FileForm(FormKey):
    """A file that belongs to the incident."""

    title = forms.CharField(label="What is it?", max_length=120)
    upload = forms.FileField(
        label="File", help_text="A PDF, a picture or a plain text, up to 10 MB. Metadata is taken out."
    )


class ReturnForm(FormKey):
    """Why a report is given back."""

    comment = CareText(label="What is to be corrected?", max_length=4000, help_text="Its reporter reads this.")


class AmendForm(FormKey):
    """What was learned after the incident was filed."""

    comment = CareText(label="What is to be added?", help_text="The report itself stays as it is.")
    reason = CareLine(label="Why do you add this?", max_length=1000)


class FollowUpForm(FormKey):
    """One thing still to do."""

    what = CareLine(label="What is to be done?", max_length=500)
    owner = forms.ChoiceField(label="By whom?")
    due_on = DateField(label="By which day?")

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        offer(self, "owner", [("", "Choose"), *((key, one.name) for key, one in self.people.items())])

    @property
    def said(self) -> dict[str, Any]:
        """Return what the operation takes."""
        return self.given | {"owner": self.people[self.cleaned_data["owner"]]}


class DoneForm(FormKey):
    """What came of a follow-up."""

    outcome = CareText(label="What came of it?", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class TalkForm(FormKey):
    """A talk after it."""

    held_at = DateTimeInZoneField(label="When was the talk, or when was it offered?")
    led_by = CareLine(label="Who led it?", max_length=120)
    declined = forms.BooleanField(label="They did not want to talk", required=False)
    said = CareText(label="What was said, or why did they not want to?")

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, zone, "held_at")
