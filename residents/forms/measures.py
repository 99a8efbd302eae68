"""Forms about intrusive measures: what was done, what somebody else thinks of it, and an amendment."""

from typing import Any

from django import forms

from placement.audit.clock import now
from placement.ui.forms import DateTimeInZoneField, StaleCheck
from residents.forms.base import RecordForm, choose
from residents.forms.wording import CareText
from residents.models import IntrusiveMeasure


def text(label: str, *, rows: int = 2, **more: Any) -> CareText:
    """Return a field for a few sentences about the young person."""
    return CareText(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": rows}), **more)


class MeasureForm(RecordForm):
    """Write down what was done."""

    kind = forms.ChoiceField(label="What was it?", choices=IntrusiveMeasure.Kind.choices, widget=forms.RadioSelect)
    why = text("Why?", help_text="What made you think that it was needed. Never as a punishment.")
    done = text("What was done?", help_text="For a search: which clothes, things and places.")
    found = text("What was found?", required=False)
    done_by = choose("Who did it?")
    witness = forms.CharField(
        label="Who saw it?", required=False, max_length=160, help_text="Needed for a search of the person and a test."
    )
    told = forms.BooleanField(label="The young person was told why, and that they can complain", required=False)
    why_not_told = CareText(
        label="Why were they not told?", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    happened_at = DateTimeInZoneField(label="When?")
    lasts = forms.BooleanField(
        label="It goes on: something is kept, watched or shut",
        required=False,
        help_text="Then it may go on for a day, and longer only when somebody else agrees.",
    )
    sometimes_needed = ("found", "witness", "why_not_told")
    field_order = ("kind", "why", "done", "found", "done_by", "witness", "told", "why_not_told", "lasts", "happened_at")

    def prepare(self) -> None:
        """Begin with this moment."""
        self.initial.setdefault("happened_at", now())


class JudgeMeasureForm(RecordForm):
    """Say whether it was right."""

    decision = forms.ChoiceField(
        label="Your judgement", widget=forms.RadioSelect, choices=IntrusiveMeasure.Decision.choices[::-1]
    )
    ends_at = DateTimeInZoneField(
        label="Until when may it go on?",
        required=False,
        help_text="Only for something that is kept, watched or shut. At most 3 days from now. Empty: it ends now.",
    )
    reason = CareText(label="Why?", required=False, max_length=2000, help_text="Needed when it was not right.")
    sometimes_needed = ("ends_at", "reason")


class AmendMeasureForm(StaleCheck, RecordForm):
    """Say anew why it was done, what was done and what was found, with a reason."""

    why = text("Why was it done?")
    done = text("What was done?")
    found = text("What was found?", required=False)
    mistake = forms.BooleanField(label="It was written by mistake and does not count", required=False)
    reason = CareText(label="Why do you amend it?", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
