"""Forms of medication orders."""

from datetime import time
from typing import Any

from django import forms

from placement.audit.clock import now
from placement.ui.forms import DateField, DateTimeInZoneField, Fold, StaleCheck
from residents.forms.base import RecordForm
from residents.forms.wording import CareLine, CareText
from residents.models import MedicationOrder
from residents.models.medication import EVERY_DAY
from residents.queries.medication import DAYS

COMPARED = (
    "Needed when an allergy in the record names this drug. Compared are the name, common other names, and six groups of related"
    " drugs: penicillins and cephalosporins, sulfonamides, macrolides, fluoroquinolones, tetracyclines, aspirin and other NSAIDs"
    " (ATC index of the WHO). The list is not whole: ask the prescriber or the pharmacy."
)
REAL_TIMES = "Write times as 08:00, with commas between them."


class TimesField(forms.CharField):
    """Times of the day with commas between them; cleans to a sorted list without repeats."""

    def prepare_value(self, value: Any) -> Any:
        """Show a list as text."""
        return ", ".join(f"{clock:%H:%M}" for clock in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[time]:
        """Return the times. Raises ``ValidationError`` for a word that is none."""
        found = set()
        for part in super().clean(value).replace(";", ",").split(","):
            if part.strip():
                hour, colon, minute = part.strip().partition(":")
                if not (colon and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
                    raise forms.ValidationError(REAL_TIMES)
                found.add(time(int(hour), int(minute)))
        return sorted(found)


class OrderMedicationForm(RecordForm):
    """Write down what somebody prescribed."""

    drug = forms.CharField(label="Drug", max_length=120, help_text="As it stands on the label.")
    strength = forms.CharField(label="Strength", max_length=60, help_text="Such as 50 mg, or 5 mg per ml.")
    form = forms.ChoiceField(label="Form", choices=[("", "Choose"), *MedicationOrder.Form.choices])
    route = forms.ChoiceField(label="How is it taken?", choices=[("", "Choose"), *MedicationOrder.Route.choices])
    amount = forms.DecimalField(
        label="How much at a time?", max_digits=6, decimal_places=2, help_text="In tablets, ml, puffs: 1 or 0.5."
    )
    controlled = forms.BooleanField(
        label="It is a controlled drug: two people sign each dose, and it is counted", required=False
    )
    psychotropic = forms.BooleanField(label="It is a psychotropic drug", required=False)
    as_needed = forms.TypedChoiceField(
        label="When is it taken?",
        choices=[("False", "At set times"), ("True", "When it is needed")],
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
        initial="False",
    )
    times = TimesField(label="At what times?", required=False, max_length=120, help_text=f"Of the home. {REAL_TIMES}")
    days = forms.TypedMultipleChoiceField(
        label="On which days?",
        required=False,
        coerce=int,
        choices=list(zip(EVERY_DAY, DAYS, strict=True)),
        widget=forms.CheckboxSelectMultiple,
        initial=EVERY_DAY,
    )
    what_for = CareLine(label="What for?", required=False, max_length=200)
    hours_between = forms.IntegerField(
        label="Least hours between two doses", required=False, min_value=1, max_value=168
    )
    most_in_day = forms.IntegerField(label="Most doses in 24 hours", required=False, min_value=1, max_value=24)
    prescriber = forms.CharField(label="Prescribed by", max_length=160)
    prescriber_telephone = forms.CharField(label="Telephone of the prescriber", max_length=40)
    starts_at = DateTimeInZoneField(label="From")
    ends_at = DateTimeInZoneField(label="Until", required=False, help_text="Leave it empty for no end.")
    consent_by = forms.CharField(label="Who gave consent?", max_length=160)
    consent_on = DateField(label="Day of the consent")
    consent_authority = forms.ChoiceField(
        label="By what authority?",
        choices=[("", "Choose"), *MedicationOrder.Authority.choices],
        help_text="For a psychotropic drug: a parent, a guardian or a court order.",
    )
    review_on = DateField(label="When is the consent looked at again?", required=False)
    allergy_answer = CareText(
        label="Why is it ordered in spite of an allergy?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=COMPARED,
    )
    sometimes_needed = ("times", "days", "what_for", "hours_between", "most_in_day", "review_on", "allergy_answer")
    folds = (
        Fold(
            "Only when it is needed: the limits",
            "What it is for, and how often at most.",
            ("what_for", "hours_between", "most_in_day"),
        ),
    )

    def prepare(self) -> None:
        """Start with the present moment."""
        self.initial["starts_at"] = now()
        self.initial.pop("ends_at", None)

    def clean(self) -> dict[str, Any]:
        """Leave out what belongs to the other way of taking it, and ask for what belongs to this one."""
        cleaned = super().clean()
        if cleaned.get("as_needed"):
            cleaned |= {"times": [], "days": []}
            needed = {
                "what_for": "Say what it is for.",
                "hours_between": "Say how many hours must lie between two doses.",
                "most_in_day": "Say how many doses are the most.",
            }
        else:
            cleaned |= {"hours_between": None, "most_in_day": None}
            needed = {"times": "Say at what times.", "days": "Choose at least one day."}
        for name, sentence in needed.items():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        return cleaned


class ChangeMedicationForm(StaleCheck, OrderMedicationForm):
    """Stop an order and write the one that follows it."""

    reason = CareText(label="Why is it changed?", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class StopMedicationForm(RecordForm):
    """Stop an order."""

    reason = CareText(label="Why?", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
