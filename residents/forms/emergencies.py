"""Forms about emergency access."""

from django import forms
from django.core.validators import MinLengthValidator

from placement.ui.forms import FormKey, LongTextField
from residents.forms.base import OwnSecretForm
from residents.models import SHORTEST_REASON, BreakGlass


class BreakGlassForm(OwnSecretForm):
    """Which record, why, and the own password once more."""

    code = forms.CharField(
        label="Code or case number", max_length=24, help_text="Exactly as it is written, such as K-7. One young person."
    )
    reason = LongTextField(
        label="Why can it not wait?",
        max_length=1000,
        validators=[
            MinLengthValidator(SHORTEST_REASON, f"Say in at least {SHORTEST_REASON} characters why it cannot wait.")
        ],
        help_text=f"At least {SHORTEST_REASON} characters. Your supervisor and the supervisor of the case read it.",
    )


class EndForm(FormKey):
    """One press: end the emergency access."""


class JudgeForm(FormKey):
    """Whether an emergency access was justified, and why."""

    judgement = forms.ChoiceField(
        label="Was it justified?", choices=BreakGlass.Judgement.choices, widget=forms.RadioSelect
    )
    reason = LongTextField(label="Why?", max_length=1000, help_text="Your name is kept with it.")
