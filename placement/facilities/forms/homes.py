"""Forms of the pages about homes."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet

from placement.access.models import Person
from placement.access.rights import Role
from placement.database.constraints import sentence_of
from placement.facilities.forms.addresses import LETTERS_TO, refuse_telling
from placement.facilities.imports.homes import AUTHORITIES
from placement.facilities.models import (
    Assignment,
    Facility,
    Licence,
    LicenceCondition,
    LicencePopulation,
    Room,
    Unit,
    Waiver,
)
from placement.facilities.queries.homes import STATES
from placement.ui.dates import full_day
from placement.ui.forms import (
    ComboBox,
    DateField,
    DateTimeInZoneField,
    FilterForm,
    FormKey,
    StaleCheck,
    Suggestions,
    offer,
    offer_rows,
    read_times_in,
)
from residents.forms.base import UploadForm
from residents.models import Document, LevelOfCare, Sex

ZONES = [
    ("America/Los_Angeles", "Pacific"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Chicago", "Central"),
    ("America/New_York", "Eastern"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
]
LOWEST, HIGHEST = 0, 25  # years


def any_of(choices: Any) -> list[tuple[str, str]]:
    """Return the choices of a filter with "Any" first."""
    return [("", "Any"), *choices]


class HomeFilter(FilterForm):
    """Narrows the list of homes."""

    q = forms.CharField(label="Name or licence number", max_length=100)
    kind = forms.ChoiceField(label="Kind of home", choices=any_of(Facility.Kind.choices))
    jurisdiction = forms.ChoiceField(label="State")
    population = forms.ChoiceField(label="Who lives there", choices=any_of(LicencePopulation.choices))
    state = forms.ChoiceField(label="Licence", choices=any_of((key, text) for key, (text, _) in STATES.items()))
    vacant = forms.BooleanField(label="Only with a free bed")

    def __init__(self, *args: Any, jurisdictions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "jurisdiction", any_of((state, state) for state in jurisdictions))
        for field in self.fields.values():
            field.required = False


class DatesInOrder(FormKey):
    """A form with a first and a last day; the last can't come before the first."""

    first, last = "starts_on", "ends_on"

    def clean(self) -> dict[str, Any]:
        """Put the refusal next to the last day."""
        cleaned = super().clean()
        begins, ends = cleaned.get(self.first), cleaned.get(self.last)
        if begins and ends and ends < begins:
            self.add_error(self.last, "The last day can't be before the first day.")
        return cleaned


class HomeForm(FormKey):
    """A new home, with its confidential address."""

    name = forms.CharField(label="Name", max_length=160)
    kind = forms.ChoiceField(label="Kind of home", choices=Facility.Kind.choices, widget=forms.RadioSelect)
    jurisdiction = forms.CharField(label="State", help_text="Two letters, such as CA.", min_length=2, max_length=2)
    region = forms.CharField(label="County or region", max_length=80, required=False)
    time_zone = forms.ChoiceField(label="Time zone", choices=ZONES)
    languages = forms.CharField(
        label="Languages spoken in the home",
        help_text="With commas between them.",
        max_length=200,
        required=False,
    )
    street = forms.CharField(
        label="Street and number",
        help_text="The address is confidential: only people who need it see it.",
        max_length=200,
    )
    city = forms.CharField(label="City", max_length=80)
    postcode = forms.CharField(label="ZIP code", max_length=12)
    telephone = forms.CharField(label="Telephone", max_length=40, required=False)
    letters_to = forms.CharField(label="Address for letters", help_text=LETTERS_TO, max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse an address for letters that tells where the home is."""
        cleaned = super().clean() or self.cleaned_data
        refuse_telling(self, cleaned)
        return cleaned

    def clean_jurisdiction(self) -> str:
        """Write the state in capitals."""
        state = self.cleaned_data["jurisdiction"].upper()
        if not state.isalpha() or not state.isascii():
            raise forms.ValidationError("Enter the two letters of the state, such as CA.")
        return state

    def clean_languages(self) -> list[str]:
        """Split the languages."""
        found = [part.strip() for part in self.cleaned_data["languages"].split(",") if part.strip()]
        if any(len(part) > 30 for part in found):
            raise forms.ValidationError("Put a comma between the languages.")
        return found


def paper_field(label: str, **more: Any) -> Any:
    """Return a field that chooses one paper of the home; the form offers them with ``offer_papers``."""
    return forms.ModelChoiceField(
        Document.objects.none(),
        label=label,
        help_text="Papers are added on the page of the home.",
        empty_label="Choose",
        **more,
    )


def offer_papers(form: forms.BaseForm, name: str, papers: QuerySet[Document] | None) -> None:
    """Let field ``name`` choose among ``papers``; without them the form has no such field."""
    if papers is None:
        del form.fields[name]
    else:
        offer_rows(form, name, papers, label=lambda paper: paper.title)


class LicenceTerms(forms.Form):
    """Whom a licence lets live in the home."""

    capacity = forms.IntegerField(label="For how many young people?", min_value=1, max_value=500)
    min_age = forms.IntegerField(label="Lowest age", min_value=LOWEST, max_value=HIGHEST)
    max_age = forms.IntegerField(label="Highest age", min_value=LOWEST, max_value=HIGHEST)
    sexes = forms.MultipleChoiceField(label="For whom?", choices=Sex.choices, widget=forms.CheckboxSelectMultiple)
    levels = forms.TypedMultipleChoiceField(
        label="Levels of care", choices=LevelOfCare.choices, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        """Refuse a highest age below the lowest."""
        cleaned = super().clean() or self.cleaned_data
        low, high = cleaned.get("min_age"), cleaned.get("max_age")
        if low is not None and high is not None and high < low:
            self.add_error("max_age", "The highest age can't be below the lowest age.")
        return cleaned


class LicenceForm(LicenceTerms, DatesInOrder):
    """A licence that is in force or will be."""

    first, last = "valid_from", "valid_to"
    authority = forms.CharField(
        label="Who gave it?",
        help_text="The licensing authority. If it is in the list, take its name from there: the state's file finds the"
        " home by it.",
        max_length=80,
        widget=Suggestions(AUTHORITIES.values()),
    )
    number = forms.CharField(label="Licence number", max_length=40)
    valid_from = DateField(label="Valid from")
    valid_to = DateField(
        label="Valid until", help_text="The last day. Leave it empty when there is none.", required=False
    )
    population = forms.ChoiceField(
        label="Who lives there?",
        choices=[choice for choice in LicencePopulation.choices if choice[0] != LicencePopulation.EXCLUSIVE],
        help_text="That a home is only for trafficked young people is confirmed later by a supervisor.",
        widget=forms.RadioSelect,
    )
    terms_document = paper_field("Which paper of the home is the licence?")
    field_order = ["authority", "number", "valid_from", "valid_to", "population"]  # then the terms

    def __init__(self, *args: Any, today: date, state: str, papers: QuerySet[Document] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["authority"].initial = AUTHORITIES.get(state)
        offer_papers(self, "terms_document", papers)

    def clean_authority(self) -> str:
        """Write a name from the list as it stands there, however it was typed."""
        typed = " ".join(self.cleaned_data["authority"].split())
        return next((name for name in AUTHORITIES.values() if name.casefold() == typed.casefold()), typed)

    def clean_valid_to(self) -> date | None:
        """Refuse a licence that has ended already."""
        ends: date | None = self.cleaned_data["valid_to"]
        if ends and ends < self.today:
            raise forms.ValidationError(
                f"This licence ended on {full_day(ends)}. Nobody can be placed under it; enter the one that is in force."
            )
        return ends


class TermsForm(StaleCheck, LicenceTerms, FormKey):
    """The terms of a licence that is here already, as after an import, which does not say them all.

    ``papers``: for a supervisor, who alone may let the licence allow more.
    """

    document = paper_field("Which paper says so, if the licence allows more than before?", required=False)
    acknowledged = forms.BooleanField(
        label="It may be for fewer than live here now: I know that nobody can move in, and that some may have to move",
        required=False,
    )

    def __init__(self, *args: Any, papers: QuerySet[Document] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_papers(self, "document", papers)


class EndLicenceForm(StaleCheck, FormKey):
    """The last day of a licence."""

    on = DateField(label="Last day of this licence")

    def __init__(self, *args: Any, licence: Licence, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.licence = licence

    def clean_on(self) -> date:
        """Refuse an end before the start."""
        on: date = self.cleaned_data["on"]
        if on < self.licence.valid_from:
            raise forms.ValidationError("The licence can't end before it starts.")
        return on


class PopulationForm(FormKey):
    """The paper that shows that a home is only for trafficked young people."""

    document = paper_field("Which paper of the home shows it?")
    sure = forms.BooleanField(label="I have read it: the home is only for trafficked young people")

    def __init__(self, *args: Any, papers: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_papers(self, "document", papers)


class ConfirmLicenceForm(PopulationForm):
    """The paper that shows that the authority gave a licence, with these terms."""

    sure = forms.BooleanField(label="I have read it: it says what is written here about the licence")


class ConfirmWaiverForm(FormKey):
    """A supervisor has read the paper of a waiver."""

    sure = forms.BooleanField(label="I have read the paper, and it says this")


NUMBERED = {kind.value for kind in LicenceCondition.Kind} - {"no_admissions", "text"}


class ConditionForm(DatesInOrder):
    """A condition that the authority put on the licence."""

    kind = forms.ChoiceField(label="What does it say?", choices=LicenceCondition.Kind.choices, widget=forms.RadioSelect)
    value = forms.IntegerField(
        label="Number",
        help_text="How many places, which age in years, how many young people for each adult, or how many adults awake."
        " Needed when the condition sets one.",
        min_value=0,
        max_value=500,
        required=False,
    )
    text = forms.CharField(label="In the authority's words", max_length=400)
    starts_on = DateField(label="From")
    ends_on = DateField(label="Until", help_text="The last day. Leave it empty when there is none.", required=False)
    sometimes_needed = ("value",)

    def clean(self) -> dict[str, Any]:
        """Ask for the number where the condition sets one."""
        cleaned = super().clean()
        if cleaned.get("kind") in NUMBERED and cleaned.get("value") is None:
            self.add_error("value", "Give the number that this condition sets.")
        return cleaned


class WaiverForm(DatesInOrder):
    """A leave of the authority to differ from a term of the licence, or from rules of the law."""

    kind = forms.ChoiceField(
        label="From which term may the home differ?", choices=Waiver.Kind.choices, widget=forms.RadioSelect
    )
    rules = forms.MultipleChoiceField(
        label="Which rules does it waive?",
        help_text="Only rules of the state of the home. A federal rule can’t be waived by a state’s licence. Choose none when it"
        " is about a term alone. To choose several, hold Ctrl (on a Mac: Command).",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
    )
    text = forms.CharField(label="In the authority's words", max_length=400)
    starts_on = DateField(label="From")
    ends_on = DateField(label="Until", help_text="The last day.")
    document = paper_field("Which paper of the home says so?")

    def __init__(self, *args: Any, papers: QuerySet[Document], waivable: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_papers(self, "document", papers)
        rules: Any = self.fields["rules"]
        rules.choices = waivable

    def clean(self) -> dict[str, Any]:
        """Ask for the rules where no term is waived."""
        cleaned = super().clean()
        if cleaned.get("kind") == Waiver.Kind.RULES and not cleaned.get("rules"):
            self.add_error("rules", sentence_of("waiver_waives_something"))
        return cleaned


class ClearanceForm(DatesInOrder):
    """A clearance of the fire authority."""

    first, last = "valid_from", "valid_to"
    authority = forms.CharField(label="Who gave it?", max_length=160)
    valid_from = DateField(label="Valid from")
    valid_to = DateField(label="Valid until", help_text="The last day.")


class UnitForm(FormKey):
    """A part of the home."""

    name = forms.CharField(label="Name of the unit", max_length=60)


class RoomForm(FormKey):
    """A bedroom."""

    unit = forms.ModelChoiceField(Unit.objects.none(), label="Unit", empty_label=None)
    name = forms.CharField(label="Name of the room", max_length=40)

    def __init__(self, *args: Any, units: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", units)


class BedForm(FormKey):
    """A bed."""

    room = forms.ModelChoiceField(Room.objects.none(), label="Room", empty_label=None)
    name = forms.CharField(label="Name of the bed", help_text="Such as A.", max_length=20)

    def __init__(self, *args: Any, rooms: QuerySet[Room], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "room", rooms)


class CloseBedForm(StaleCheck, DatesInOrder):
    """The time in which a bed is out of use."""

    first, last = "from_", "until"
    from_ = DateField(label="Out of use from")
    until = DateField(label="Until", help_text="The last day. Leave it empty when you don't know yet.", required=False)
    why = forms.CharField(label="Why?", help_text="Such as: being painted. No names.", max_length=160)


class ExitForm(FormKey):
    """An exit."""

    name = forms.CharField(label="Name of the exit", help_text="Such as: kitchen door.", max_length=60)
    has_alarm = forms.BooleanField(label="It has an alarm", required=False)


class AssignForm(FormKey):
    """Somebody who will work at, run or inspect the home. The account says which of the three."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        label="Who?",
        widget=ComboBox,
        help_text="Their account says what they do in the home.",
    )
    starts_at = DateTimeInZoneField(label="From")
    ends_at = DateTimeInZoneField(label="Until", required=False, help_text="Needed for an inspector: 31 days at most.")
    sometimes_needed = ("ends_at",)

    def __init__(self, *args: Any, people: QuerySet[Person], zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "person", people, label=lambda person: f"{person.name}, {Role(person.role).label.lower()}")
        read_times_in(self, zone, "starts_at", "ends_at")

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the start, and an inspector without an end."""
        cleaned = super().clean()
        person, begins, ends = (cleaned.get(name) for name in ("person", "starts_at", "ends_at"))
        if begins and ends and ends <= begins:
            self.add_error("ends_at", "The end must be after the start.")
        if person and person.role == Role.INSPECTOR and not ends and "ends_at" not in self.errors:
            self.add_error("ends_at", "An inspector comes for a time. Say until when.")
        return cleaned


class EndAssignmentForm(StaleCheck, FormKey):
    """When somebody's role in the home ends."""

    at = DateTimeInZoneField(label="When does it end?")

    def __init__(self, *args: Any, assignment: Assignment, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        read_times_in(self, zone, "at")
        self.assignment = assignment

    def clean_at(self) -> datetime:
        """Refuse an end before the start."""
        at: datetime = self.cleaned_data["at"]
        if at <= self.assignment.starts_at:
            raise forms.ValidationError("The end must be after the start.")
        return at


class PaperForm(UploadForm):
    """A paper of the home."""

    title = forms.CharField(
        label="What is it?",
        help_text="Such as: licence letter of 2026. No names of young people.",
        max_length=120,
    )
    upload = forms.FileField(label="File", help_text="PDF, JPEG, PNG, WebP or plain text, at most 10 MB.")
