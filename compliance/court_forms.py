"""The forms of sealed exports for courts."""

from typing import Any

from django import forms

from compliance.court.subject import Subject
from compliance.queries.audit_kinds import in_groups
from placement.ui.forms import DateField, FormKey, LongTextField, offer
from residents.forms.base import OwnSecretForm


class AskExportForm(FormKey):
    """For which court, of which days, which kinds of records, and why the others stay out."""

    recipient = forms.CharField(label="Which court?", max_length=160)
    handed_to = forms.CharField(label="Who receives it there?", max_length=160, help_text="The name of a person.")
    authority = forms.CharField(
        label="Which order or subpoena?", max_length=200, help_text="Its number and day. Without one, don't export."
    )
    since = DateField(label="From")
    until = DateField(
        label="To", help_text="Both days are included: the days on which it was written. Five years at most."
    )
    kinds = forms.MultipleChoiceField(
        label="Which kinds of records?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what the order asks for.",
    )
    with_log = forms.BooleanField(label="Also who opened it, and when", required=False)
    why_withheld = LongTextField(
        label="Why do the other kinds stay out?", required=False, max_length=1000, help_text="It stands in the files."
    )

    sometimes_needed = ("kinds", "why_withheld")

    def __init__(self, *args: Any, subject: Subject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kinds", in_groups(subject.choices()))


class DecideExportForm(OwnSecretForm):
    """Approve it or not, why, and the fingerprint that was read."""

    approve = forms.ChoiceField(
        label="What do you decide?",
        choices=[("yes", "Approve it"), ("no", "Refuse it")],
        widget=forms.RadioSelect,
    )
    decision = LongTextField(label="Why?", max_length=1000)
    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)

    @property
    def given(self) -> dict[str, Any]:
        """Return the values of the operation."""
        return super().given | {"approve": self.cleaned_data["approve"] == "yes"}


class TakeExportForm(OwnSecretForm):
    """The own password or code, before the files are handed out."""
