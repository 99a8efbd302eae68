"""Filters of the list, and the form that opens a case."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from placement.access.models import Person
from placement.access.rights import RESIDENT_RIGHTS, Can, Role
from placement.audit.clock import now
from placement.ui.forms import DateField, FilterForm
from residents.forms.base import LANGUAGES_HINT, RecordForm, WordsField, choose
from residents.models import CareEntry, Case, LevelOfCare, Population, Sex
from residents.queries.homes import homes_lived_in
from residents.queries.parts import people_in_role, units
from residents.queries.people import STATUSES


class PeopleFilter(FilterForm):
    """Narrow the list of young people. Fields that need a right which the role never has are left out."""

    q = forms.CharField(label="Name or code", required=False, max_length=80)
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "Any"), *STATUSES[:2]])
    home = choose("Home", required=False, empty_label="Any")
    population = forms.ChoiceField(label="Population", required=False, choices=[("", "Any"), *Population.choices])
    level = forms.ChoiceField(label="Level of care", required=False, choices=[("", "Any"), *LevelOfCare.choices])

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rights = RESIDENT_RIGHTS.get(Role(person.role), frozenset())
        if Can.VIEW_CASE_SUMMARY in rights:
            status: Any = self.fields["status"]
            status.choices = [("", "Any"), *STATUSES]
        else:
            del self.fields["population"], self.fields["level"]
        if Can.VIEW_CARE_PROFILE not in rights:
            self.fields["q"].label = "Code"
        home: Any = self.fields["home"]
        home.queryset = homes_lived_in(person)

    @property
    def wanted(self) -> dict[str, Any]:
        """Return what was asked and could be read; a value that is not in the lists asks for nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CareFilter(FilterForm):
    """Narrow the care log of one young person."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Any"), *CareEntry.Kind.choices])
    day = DateField(label="Day", required=False)
    late = forms.BooleanField(label="Late entries only", required=False)


class PaperForm(FilterForm):
    """Which days of the care log to print, and whether the sheet says the code instead of the name."""

    day = DateField(label="From which day, if not up to today?", required=False)
    days = forms.ChoiceField(label="How long?", required=False, choices=[("1", "One day"), ("7", "A week")])
    by = forms.ChoiceField(
        label="What it calls the young person", required=False, choices=[("code", "Code"), ("name", "Preferred name")]
    )


class OpenCaseForm(RecordForm):
    """Take a young person into the record."""

    preferred_name = forms.CharField(
        label="Preferred name", max_length=80, help_text="What the young person wants to be called."
    )
    legal_name = forms.CharField(label="Legal name", max_length=160)
    birth_date = DateField(label="Date of birth", example="03/14/2011")
    birth_date_is_estimate = forms.BooleanField(label="The date of birth is an estimate", required=False)
    sex = forms.ChoiceField(label="Sex", choices=Sex.choices, widget=forms.RadioSelect)
    languages = WordsField(label="Languages", max_length=200, help_text=LANGUAGES_HINT)
    code = forms.CharField(
        label="Code",
        required=False,
        max_length=12,
        help_text="Used instead of the name in shared spaces, like K-7. Leave it empty to get the next free one.",
    )
    number = forms.CharField(label="Case number", max_length=24)
    unit = choose("Unit")
    caseworker = choose("Caseworker")
    legal_basis = forms.CharField(
        label="Legal basis",
        max_length=160,
        help_text="What lets the agency act for the young person, such as a court order or a parent's consent.",
    )
    court = forms.CharField(label="Court", required=False, max_length=160)
    permanency_goal = forms.ChoiceField(
        label="Permanency goal",
        choices=[("", "Choose"), *Case.Goal.choices],
        help_text="Where the young person should live in the long run. The goal can change later.",
    )
    opened_on = DateField(label="Case opened on")

    def prepare(self) -> None:
        """Offer units and caseworkers; a caseworker opens cases for the own caseload."""
        self.fields["opened_on"].initial = now().astimezone(ZoneInfo(self.viewer.time_zone)).date()
        self.offer("unit", units()).initial = self.viewer.unit_id
        workers = people_in_role(Role.CASEWORKER)
        if self.viewer.role == Role.CASEWORKER:
            workers = workers.filter(pk=self.viewer.pk)
            self.fields["caseworker"].initial = self.viewer.pk
        self.offer("caseworker", workers)

    def clean_code(self) -> str | None:
        """Return the code in capitals, or ``None`` for the next free one."""
        return self.cleaned_data["code"].strip().upper() or None
