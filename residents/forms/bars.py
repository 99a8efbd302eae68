"""The form about a bar that somebody from outside judges."""

from typing import Any

from django import forms

from placement.ui.forms import FormKey, LongTextField, offer
from residents.models import ConflictOfInterest

STANDS = [
    (ConflictOfInterest.Judgement.UPHELD, "It was right: the bar stays"),
    (ConflictOfInterest.Judgement.LIFTED, "It was not right: lift it now"),
]
LIFTED_ALREADY = [
    (ConflictOfInterest.Judgement.UPHELD, "It was right"),
    (ConflictOfInterest.Judgement.LIFTED, "It was not right"),
]


class JudgeBarForm(FormKey):
    """Whether it was right to bar a supervisor, and why."""

    judgement = forms.ChoiceField(label="Was it right to bar them?", widget=forms.RadioSelect)
    reason = LongTextField(
        label="Why?",
        max_length=1000,
        help_text="The supervisors of the young person's unit read it. Your name is kept with it.",
    )

    def __init__(self, *args: Any, bar: ConflictOfInterest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "judgement", LIFTED_ALREADY if bar.ends_at else STANDS)
