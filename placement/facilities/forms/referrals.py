"""Forms of the referral: its steps, the filters of the list, and closing it."""

from typing import Any
from uuid import UUID

from django import forms

from placement.facilities.models import Referral
from placement.ui.forms import (
    ComboBox,
    DateTimeInZoneField,
    FilterForm,
    FormKey,
    StaleCheck,
    offer_rows,
)
from residents.forms.wording import CareText
from residents.models import LevelOfCare, Resident

LEVELS = [("", "As in the newest assessment"), *LevelOfCare.choices]
STEPS = ["Why and when", "What is needed", "Wishes", "Check and send"]
OPTIONAL = STEPS[1:3]  # a referral can be sent without them


class StepForm(StaleCheck, FormKey):
    """One step of a referral. Nothing is required in a draft: half a thought is kept too."""

    mark_optional = False


class WhyForm(StepForm):
    """Step 1: why, how urgent, from when, until when."""

    urgency = forms.ChoiceField(
        label="How soon is a home needed?", choices=Referral.Urgency.choices, widget=forms.RadioSelect, required=False
    )
    reason = CareText(label="Why is a home needed?", required=False)
    needed_from = DateTimeInZoneField(label="From when?", required=False)
    expected_until = DateTimeInZoneField(
        label="Until when, as far as you know?", required=False, help_text="Leave it empty when nobody can say."
    )

    def clean(self) -> dict[str, Any]:
        """Refuse an end that is not after the start."""
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("needed_from"), cleaned.get("expected_until")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("expected_until", "The stay can't end before it starts.")
        if ends_at and not starts_at and "needed_from" not in self.errors:
            self.add_error("needed_from", "Say from when too.")
        return cleaned


class NeedsForm(StepForm):
    """Step 2: what the home must be able to give."""

    level = forms.TypedChoiceField(label="Level of care", choices=LEVELS, coerce=int, empty_value=None, required=False)
    needs = CareText(
        label="What does the young person need from the home?",
        required=False,
        help_text="School, health, quiet, someone awake at night, and so on.",
    )


class WishesForm(StepForm):
    """Step 3: what the young person says."""

    wishes = CareText(
        label="What does the young person wish?",
        required=False,
        help_text="In the young person's own words if you can.",
    )


class CorrectForm(WhyForm, NeedsForm, WishesForm):
    """All that a sent referral says, on one page. What was needed to send it is still needed."""

    mark_optional = True
    field_order = ("urgency", "reason", "needed_from", "expected_until", "level", "needs", "wishes")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("urgency", "reason", "needed_from"):
            self.fields[name].required = True


class SendForm(FormKey):
    """Step 4: nothing to type, only to send."""


STEP_FORMS: list[type[StepForm]] = [WhyForm, NeedsForm, WishesForm]


class ChooseResidentForm(FormKey):
    """Whom the referral is for, when the address does not say. ``names``: how each of ``residents`` is shown."""

    resident = forms.ModelChoiceField(
        queryset=Resident.objects.none(),
        label="Who needs a home?",
        widget=ComboBox,
        empty_label="Choose a young person",
        help_text="Those who live in a home already stand last.",
    )

    def __init__(self, *args: Any, residents: Any, names: dict[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "resident", residents, label=lambda resident: names[resident.pk])


class ReasonForm(FormKey):
    """A reason for closing something."""

    reason = CareText(label="Why?", max_length=4000)


class ReferralFilter(FilterForm):
    """Narrows the list of referrals."""

    q = forms.CharField(label="Code", max_length=12, required=False)
    status = forms.ChoiceField(label="Where it stands", choices=[("", "All"), *Referral.Status.choices], required=False)
    urgency = forms.ChoiceField(label="How urgent", choices=[("", "All"), *Referral.Urgency.choices], required=False)
    mine = forms.BooleanField(label="Only those that I made", required=False)
