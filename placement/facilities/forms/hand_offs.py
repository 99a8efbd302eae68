"""Forms for what comes after a shift is signed, and for how often somebody looks."""

from typing import Any

from django import forms

from placement.facilities.queries.night import NightLog
from placement.ui.forms import FormKey, StaleCheck
from residents.forms.looks import LooksForm
from residents.forms.wording import CareText


class TakeOverForm(FormKey):
    """Taking over duty: what both counted."""

    counted = forms.IntegerField(label="How many young people did you see in the house?", min_value=0, max_value=200)
    keys = forms.IntegerField(label="How many keys were handed over?", min_value=0, max_value=500)
    medication = forms.BooleanField(label="We counted the medication together and it agrees", required=False)
    difference = CareText(
        label="What differs, and what is done about it?",
        required=False,
        max_length=4000,
        help_text="Needed when a count does not agree.",
    )
    sometimes_needed = ("difference",)


class ReadForm(FormKey):
    """One button: the hand-off is read."""


class ReviewForm(FormKey):
    """The review of the looks of a shift by somebody who was not on duty."""

    note = CareText(label="What did you find, and what is done about it?", max_length=4000)

    def __init__(self, *args: Any, log: NightLog, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].required = bool(log.late or log.missed or log.doubtful)


class HomeLooksForm(StaleCheck, LooksForm):
    """How many minutes lie between two looks in a home."""
