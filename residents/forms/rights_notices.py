"""The form with which the rights are read out with a young person."""

from django import forms

from residents.forms.base import RecordForm
from residents.forms.wording import CareText
from residents.models import RightsNotice


class RightsNoticeForm(RecordForm):
    """What the young person says after the text was read out. ``language`` begins with theirs."""

    occasion = forms.ChoiceField(label="Why now?", choices=RightsNotice.Occasion.choices, widget=forms.RadioSelect)
    language = forms.CharField(label="The young person's language", max_length=60)
    interpreter = forms.CharField(
        label="Who interpreted?",
        required=False,
        max_length=160,
        help_text="Needed when the text above is in another language: the interpreter's name and service. Never another"
        " young person, and nobody who exploits them.",
    )
    said = CareText(
        label="What the young person said or asked",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    answer = forms.ChoiceField(
        label="For the young person: do you sign?", choices=RightsNotice.Answer.choices, widget=forms.RadioSelect
    )
    signed_as = forms.CharField(
        label="For the young person: your name or initials",
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Type it yourself. Leave it empty if you don't sign: that is allowed.",
    )
    copy_given = forms.BooleanField(
        label="The young person has got a printed copy, also if they don't sign", required=False
    )
    sometimes_needed = ("interpreter", "signed_as")
    field_order = ("occasion", "language", "interpreter", "said", "answer", "signed_as", "copy_given")

    def prepare(self) -> None:
        """Begin with the first language of the young person."""
        self.initial.setdefault("language", next(iter(self.about.languages), "English"))
