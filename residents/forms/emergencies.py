"""Forms about emergency access."""

from typing import Any

from django import forms

from placement.access.confirm import confirm_self
from placement.access.models import Person
from placement.database.constraints import Refused
from placement.ui.forms import FormKey, LongTextField
from residents.models import SHORTEST_REASON, BreakGlass


class BreakGlassForm(FormKey):
    """Which record, why, and the own password once more."""

    code = forms.CharField(
        label="Code or case number", max_length=24, help_text="Exactly as it is written, such as K-7. One young person."
    )
    reason = LongTextField(
        label="Why can it not wait?",
        max_length=1000,
        help_text=f"At least {SHORTEST_REASON} characters. Your supervisor and the supervisor of the case read it.",
    )
    password = forms.CharField(
        label="Your password",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="To show that it is you.",
    )

    def __init__(self, *args: Any, person: Person, place: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.place = person, place

    def clean_password(self) -> str:
        """Refuse a password that is not the person's own."""
        try:
            right = confirm_self(self.person, self.cleaned_data["password"], self.place)
        except Refused as refused:
            raise forms.ValidationError(refused.sentence) from None
        if not right:
            raise forms.ValidationError("This is not your password. Type it again.")
        return ""


class EndForm(FormKey):
    """One press: end the emergency access."""


class JudgeForm(FormKey):
    """Whether an emergency access was justified, and why."""

    judgement = forms.ChoiceField(
        label="Was it justified?", choices=BreakGlass.Judgement.choices, widget=forms.RadioSelect
    )
    reason = LongTextField(label="Why?", max_length=1000, help_text="Your name is kept with it.")
