"""The forms of the audit pages and of the compliance pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet

from compliance.models import CorrectiveStep, Proof
from compliance.queries import calendar as dates
from compliance.queries import case_dates, deadlines
from compliance.queries.board import STATES, area_words
from compliance.queries.rules import LAWS
from compliance.queries.standing import STANDS
from compliance.rules import AREAS
from placement.access.models import Person, UnusualAccess
from placement.audit.clock import now
from placement.ui.forms import (
    DateField,
    DateTimeInZoneField,
    FilterForm,
    Fold,
    FormKey,
    LongTextField,
    offer,
    offer_rows,
    read_times_in,
)
from placement.ui.moments import in_living_memory
from residents.models import Document

LAST_BEFORE_FIRST = "The last day can't be before the first day."


class AsOfForm(FilterForm):
    """The moment at which a record is shown as it stood, typed in the place's own zone, and by what was known when."""

    when = DateTimeInZoneField(label="Date and time", required=False)
    known = forms.ChoiceField(
        label="With what was known",
        required=False,
        choices=[("", "at that time"), ("today", "and what was written later")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        when: Any = self.fields["when"]
        when.zone = zone

    def clean_when(self) -> datetime | None:
        """Nobody knows how a record will stand."""
        when: datetime | None = self.cleaned_data["when"]
        if when and when > now():
            raise forms.ValidationError("This time has not come yet.")
        return when


class JudgeUnusualForm(FormKey):
    """Whether there was a reason to open so many records, and which."""

    judgement = forms.ChoiceField(
        label="Was there a reason?", choices=UnusualAccess.Judgement.choices, widget=forms.RadioSelect
    )
    reason = LongTextField(label="What did they say, and what follows?", max_length=1000)


class _OfHomesAndAreas(FilterForm):
    """Home and area of the law."""

    facility = forms.ChoiceField(label="Home", required=False)
    area = forms.ChoiceField(label="Area", required=False)

    def __init__(self, *args: Any, homes: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "facility", [("", "Every home"), *homes])
        offer(self, "area", [("", "Every area"), *((area, area_words(area)) for area in AREAS)])


class BoardFilter(_OfHomesAndAreas):
    """Home, area of the law, and how it stands; and what only links ask for: one rule, one month, one day."""

    state = forms.ChoiceField(label="Show", required=False, choices=[("", "The whole page"), *STATES.items()])
    rule = forms.SlugField(required=False, widget=forms.HiddenInput)
    month = forms.RegexField(r"^20\d\d-(0[1-9]|1[0-2])$", required=False, widget=forms.HiddenInput)
    day = forms.DateField(required=False, widget=forms.HiddenInput, validators=[in_living_memory])


class StandsFilter(_OfHomesAndAreas):
    """Home, area of the law, and how a rule stands."""

    state = forms.ChoiceField(label="How it stands", required=False, choices=[("", "All"), *STANDS.items()])


class RuleFilter(FilterForm):
    """Whose law, its area, whether it is judged, and words of it."""

    words = forms.CharField(label="Words or citation", required=False, max_length=60)
    law = forms.ChoiceField(label="Whose law", required=False, choices=[("", "All"), *LAWS.items()])
    area = forms.ChoiceField(
        label="Area", required=False, choices=[("", "Every area"), *((area, area_words(area)) for area in AREAS)]
    )
    state = forms.ChoiceField(
        label="Judged here", required=False, choices=[("", "All"), ("on", "Switched on"), ("off", "Switched off")]
    )


class ProofForm(FormKey):
    """What was done, when, how, and who was told."""

    items = forms.MultipleChoiceField(label="What was done?", widget=forms.CheckboxSelectMultiple)
    done_at = DateTimeInZoneField(label="When was it done?")
    how = forms.ChoiceField(label="How?", choices=Proof.How.choices, widget=forms.RadioSelect)
    told = forms.CharField(
        label="Who was told?",
        required=False,
        max_length=120,
        help_text="Name and office, such as Officer Lee, sheriff. Leave it empty when nobody had to be told.",
    )
    reference = forms.CharField(
        label="Reference", required=False, max_length=120, help_text="The number that they gave, such as a case number."
    )
    told_by = forms.CharField(label="Who told them, if somebody else did", required=False, max_length=120)
    note = LongTextField(label="Anything else", required=False, max_length=2000)
    document = forms.ModelChoiceField(Document.objects.none(), label="A file that shows it", required=False)
    folds = (Fold("More", "who told them, a note, a file", ("told_by", "note", "document")),)

    def __init__(
        self, *args: Any, items: Iterable[tuple[str, str]], zone: ZoneInfo, files: QuerySet[Document], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "items", items)
        offer_rows(self, "document", files, lambda file: file.title)
        read_times_in(self, zone, "done_at")


class WithdrawForm(FormKey):
    """Why a proof was a mistake."""

    reason = LongTextField(label="Why was it a mistake?", max_length=2000)


class PlanForm(FormKey):
    """Why a rule was not met, and what is done so that it does not happen again."""

    cause = LongTextField(label="Why was the rule not met?", max_length=2000, help_text="What led to it, not who.")
    steps = LongTextField(label="What will be done?", max_length=5000, help_text="One step on each line.")
    owner = forms.ModelChoiceField(
        Person.objects.none(),
        label="Who answers for it?",
        help_text="Somebody else than you and this person verifies it.",
    )
    due_on = DateField(label="Done by the end of")

    def __init__(self, *args: Any, owners: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "owner", owners, lambda person: f"{person.name}, {person.get_role_display().lower()}")

    def clean_steps(self) -> list[str]:
        """Return the steps, one for each line that says something. None may be longer than a step is."""
        steps = [line.strip() for line in self.cleaned_data["steps"].splitlines() if line.strip()]
        longest = CorrectiveStep._meta.get_field("what").max_length or 0
        if any(len(step) > longest for step in steps):
            raise forms.ValidationError(f"A step is longer than {longest} characters. Break it into smaller ones.")
        return steps


class ChangeActionForm(PlanForm):
    """Another owner or day, a better cause, further steps; and why."""

    reason = LongTextField(label="Why is it changed?", max_length=2000)
    field_order = ("due_on", "owner", "cause", "steps", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["steps"].label, self.fields["steps"].required = "Further steps", False
        if not self.initial.get(
            "cause"
        ):  # it names somebody whom the reader does not know: it stays, or is written anew
            self.fields["cause"].label, self.fields["cause"].required = "Another cause", False


class StepForm(FormKey):
    """Which step was done, and what shows it."""

    step = forms.ChoiceField(label="Which step was done?", widget=forms.RadioSelect)
    evidence = LongTextField(label="What was done, and what shows it?", max_length=2000)
    document = forms.ModelChoiceField(Document.objects.none(), label="A file that shows it", required=False)

    def __init__(self, *args: Any, steps: Iterable[tuple[str, str]], files: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "step", steps)
        offer_rows(self, "document", files, lambda file: file.title)


class ReportForm(FormKey):
    """What was done, in the words of the owner."""

    note = LongTextField(
        label="What is different now?", max_length=2000, help_text="Somebody else reads it, and checks."
    )


class JudgeActionForm(FormKey):
    """Whether the cause is gone."""

    decision = forms.ChoiceField(
        label="Is it done, and will it hold?",
        choices=[("verified", "Yes: verify it"), ("sent back", "No: send it back")],
        widget=forms.RadioSelect,
    )
    words = LongTextField(label="How did you check, or what is missing?", max_length=2000)


class DeadlineFilter(FilterForm):
    """How far ahead, what kind, and whose unit."""

    reach = forms.ChoiceField(label="Show", required=False, choices=[("", deadlines.ALL), *deadlines.REACH.items()])
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Every kind"), *case_dates.KINDS.items()])
    unit = forms.ChoiceField(label="Unit", required=False)

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "unit", [("", "Every unit"), *units])
        if len(units) < 2:
            del self.fields["unit"]


class CalendarFilter(FilterForm):
    """What kind of date. Month and look stay as they are."""

    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "Every kind"), *dates.KINDS.items()])
    month = forms.CharField(required=False, max_length=7, widget=forms.HiddenInput)

    def __init__(self, data: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["as"] = forms.CharField(required=False, max_length=8, widget=forms.HiddenInput)


class BinderForm(FormKey):
    """The days of an inspection binder."""

    since = DateField(label="From")
    until = DateField(label="To", help_text="Both days are included. A year at most.")


class FingerprintForm(FilterForm):
    """The fingerprint that stands on a binder."""

    fingerprint = forms.CharField(
        label="Fingerprint", help_text="64 letters and digits, from the first page.", max_length=100, required=False
    )
