"""The forms of legal holds, of how long records are kept, and of letting one go."""

from typing import Any

from django import forms

from placement.ui.forms import FormKey, LongTextField
from residents.forms.base import OwnSecretForm
from residents.models import LegalHold


class HoldForm(FormKey):
    """Why it must be kept, and by which number or name that is known."""

    why = forms.ChoiceField(label="Why must it be kept?", choices=LegalHold.Why.choices, widget=forms.RadioSelect)
    reference = forms.CharField(
        label="Number or name of the case",
        max_length=160,
        help_text="Without a name of the young person: it stays when the record goes.",
    )
    note = LongTextField(label="What is it about?", max_length=2000, help_text="Without a name of the young person.")


class LiftHoldForm(OwnSecretForm):
    """Why nothing must be kept for it any more."""

    reason = LongTextField(label="Why is it lifted?", max_length=2000, help_text="Your name is kept with it.")


class TermForm(FormKey):
    """For how long, until which age, and why."""

    years = forms.IntegerField(
        label="Years after they left", min_value=1, max_value=100, help_text="Full years, from 1 to 100."
    )
    until_age = forms.IntegerField(
        label="And at least until they are",
        required=False,
        min_value=18,
        max_value=99,
        help_text="An age from 18 to 99. Leave it empty for none.",
    )
    why = LongTextField(label="Why?", max_length=1000)


class DecideTermForm(OwnSecretForm):
    """Whether a time counts; without it, why not."""

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[("confirm", "It counts from now on"), ("refuse", "It does not count")],
        widget=forms.RadioSelect,
    )
    reason = LongTextField(label="Why not?", required=False, max_length=1000, help_text="Needed when you refuse.")
    sometimes_needed = ("reason",)

    def clean_reason(self) -> str:
        """Ask for the reason of a refusal."""
        reason: str = self.cleaned_data["reason"]
        if self.cleaned_data.get("decision") == "refuse" and not reason:
            raise forms.ValidationError("Say why it shall not count.")
        return reason


class ProposeDisposalForm(FormKey):
    """Why the record shall go."""

    reason = LongTextField(
        label="Why should it go?",
        max_length=2000,
        help_text="Without a name of the young person: it stays when the record goes.",
    )


class DecideDisposalForm(OwnSecretForm):
    """Agree or not, and why."""

    approve = forms.ChoiceField(
        label="What do you decide?",
        choices=[("yes", "It goes, for good"), ("no", "It stays")],
        widget=forms.RadioSelect,
    )
    decision = LongTextField(label="Why?", max_length=2000, help_text="Without a name of the young person.")

    @property
    def given(self) -> dict[str, Any]:
        """Return the values of the operation."""
        return super().given | {"approve": self.cleaned_data["approve"] == "yes"}
