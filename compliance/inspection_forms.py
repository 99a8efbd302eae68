"""The forms about visits of authorities, what they cited, and plans of correction."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from compliance.models import Citation, CorrectionPlan, RuleVersion
from compliance.queries.inspections import STATES
from placement.access.models import Person
from placement.facilities.forms.homes import offer_papers, paper_field
from placement.facilities.models import OutsideInspection
from placement.ui.forms import ComboBox, DateField, FilterForm, FormKey, LongTextField, offer, offer_rows
from residents.models import Document

SERIOUS = [("yes", "Yes: a risk to health, safety or rights now"), ("no", "No: it could become one")]


class VisitFilter(FilterForm):
    """Home, and how its visits stand."""

    facility = forms.ChoiceField(label="Home", required=False)
    state = forms.ChoiceField(label="Show", required=False, choices=[("", "All visits"), *STATES.items()])

    def __init__(self, *args: Any, homes: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "facility", [("", "Every home"), *homes])


class InspectionForm(FormKey):
    """Who came when, and how many citations were left."""

    authority = forms.CharField(
        label="Which authority came?",
        max_length=120,
        help_text="Such as Community Care Licensing, or the fire marshal.",
    )
    kind = forms.ChoiceField(
        label="What kind of visit was it?",
        choices=[choice for choice in OutsideInspection.Kind.choices if choice[0] != OutsideInspection.Kind.TOTAL],
        widget=forms.RadioSelect,
    )
    visited_on = DateField(label="On which day?")
    serious_citations = forms.IntegerField(
        label="How many serious citations?",
        min_value=0,
        max_value=500,
        initial=0,
        help_text="Such as Type A. Describe each of them on the next page.",
    )
    other_citations = forms.IntegerField(label="How many other citations?", min_value=0, max_value=500, initial=0)
    reference = forms.CharField(label="Number of the report", required=False, max_length=60)
    document = paper_field("Which paper of the home is the report?", required=False)

    def __init__(self, *args: Any, papers: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_papers(self, "document", papers)


class CitationForm(FormKey):
    """What was cited, and by when it must be put right."""

    section = forms.CharField(
        label="Which number or section does it name?", max_length=160, help_text="As the report has it."
    )
    called = forms.CharField(
        label="What does the authority call it?", max_length=40, help_text="Such as Type A, or high deficiency."
    )
    serious = forms.ChoiceField(label="Is it serious?", choices=SERIOUS, widget=forms.RadioSelect)
    found = LongTextField(
        label="What was found?",
        max_length=4000,
        help_text="In plain words, without names: a licensing inspector reads it too.",
    )
    correct_by = DateField(label="To be put right by the end of")
    rule = forms.ModelChoiceField(
        RuleVersion.objects.none(),
        label="Which rule does it touch?",
        required=False,
        widget=ComboBox,
        help_text="Leave it empty when it is none of these. A rule with the same section is found by itself.",
    )

    def __init__(self, *args: Any, rules: QuerySet[RuleVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        offer_rows(self, "rule", rules, lambda rule: f"{rule.citation}: {rule.title}")

    def clean_serious(self) -> bool:
        """Return whether it is serious."""
        return bool(self.cleaned_data["serious"] == "yes")

    def clean(self) -> dict[str, Any]:
        """Take the only rule whose citation is the section, where none was chosen."""
        cleaned = super().clean()
        section = " ".join(cleaned.get("section", "").split())
        if section and "rule" not in self.errors and cleaned.get("rule") is None:
            same = list(self.rules.filter(citation__iexact=section)[:2])
            cleaned["rule"] = same[0] if len(same) == 1 else None
        return cleaned


class CorrectionForm(FormKey):
    """What is done about a citation, by whom and by when."""

    what = LongTextField(
        label="What will be done?", max_length=2000, help_text="What puts it right, and keeps it from coming back."
    )
    owner = forms.ModelChoiceField(Person.objects.none(), label="Who answers for it?")
    due_on = DateField(label="Done by the end of")

    def __init__(self, *args: Any, owners: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "owner", owners, lambda person: person.name)


class PlanStepForm(FormKey):
    """What has happened with a plan, and when."""

    step = forms.ChoiceField(label="What has happened?", widget=forms.RadioSelect)
    on = DateField(label="On which day?")
    note = LongTextField(
        label="What was said, or what shows it?",
        required=False,
        max_length=2000,
        help_text="Needed for what is done, was sent back, or is replaced.",
    )

    def __init__(self, *args: Any, plan: CorrectionPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [
            ("sent", "The plan was sent to the authority", plan.sent_on is None),
            ("accepted", "The authority has accepted it", plan.sent_on and not plan.outcome),
            ("refused", "The authority has sent it back", plan.sent_on and not plan.outcome),
            ("done", "It is done", plan.done_on is None),
            ("replaced", "Another plan takes its place", not plan.outcome and plan.done_on is None),
        ]
        offer(self, "step", [(step, label) for step, label, possible in steps if possible])

    def clean(self) -> dict[str, Any]:
        """Ask for words where they are needed."""
        cleaned = super().clean()
        wants = cleaned.get("step") in {"done", "refused", "replaced"}
        if wants and not cleaned.get("note", "").strip() and "note" not in self.errors:
            self.add_error("note", "Fill this in.")
        return cleaned


class EndCitationForm(FormKey):
    """How and when a citation was closed."""

    ended_as = forms.ChoiceField(label="How was it closed?", choices=Citation.Ended.choices, widget=forms.RadioSelect)
    ended_on = DateField(label="On which day?")
    note = LongTextField(
        label="What shows it?",
        max_length=2000,
        help_text="Such as the letter of the authority, or why it was a mistake.",
    )
