"""Forms about complaints that came around the house, and the codes for them."""

from typing import Any

from django import forms

from placement.access.models import Person
from placement.ui.forms import ComboBox, FormKey, LongTextField, offer_rows
from residents.models import Complaint, ComplaintCheck, ComplaintCode, ComplaintDecision, OutsidePerson, Resident
from residents.queries import complaints


class NewCodeForm(FormKey):
    """For whom a code is made: for the young person, unless an advocate is chosen."""

    advocate = forms.ModelChoiceField(
        OutsidePerson.objects.none(), label="For whom?", required=False, empty_label="The young person"
    )
    mark_optional = False

    def __init__(self, *args: Any, resident: Resident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = lambda row: f"{row.name}, {row.relation}"  # noqa: E731
        offer_rows(self, "advocate", complaints.advocates_of(resident), label)


class EndCodeForm(FormKey):
    """Which code ends."""

    complaint_code = forms.ModelChoiceField(ComplaintCode.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, resident: Resident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "complaint_code", ComplaintCode.objects.filter(resident=resident, ended_at=None))


class LinkForm(FormKey):
    """Whose complaint it is."""

    code = forms.CharField(label="Code of the young person", max_length=12, help_text="Such as K-7.")


class NameForm(FormKey):
    """A colleague whom the complaint is about."""

    person = forms.ModelChoiceField(
        Person.objects.none(),
        label="Who",
        widget=ComboBox,
        help_text="They are never shown this complaint from then on, whatever their role. It can't be taken back.",
    )

    def __init__(self, *args: Any, complaint: Complaint, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label = lambda row: f"{row.name}, {row.get_role_display().lower()}"  # noqa: E731
        offer_rows(self, "person", complaints.could_be_named(complaint, by), label)


class ReplyForm(FormKey):
    """Words for the sender."""

    text = LongTextField(
        label="Your words to the sender",
        help_text="Read at twelve years old. No names: whoever has the receipt and the code reads it. Your name is not shown.",
    )


class NoteForm(FormKey):
    """What was found out."""

    text = LongTextField(label="What you did and found out", help_text="For us only: the sender does not read it.")


class FollowedForm(FormKey):
    """What was done about signs of payback."""

    text = LongTextField(label="What was done about it, and how it is now")


class DecideForm(FormKey):
    """What was found, and the answer."""

    outcome = forms.ChoiceField(
        label="What you found", choices=ComplaintDecision.Outcome.choices, widget=forms.RadioSelect
    )
    answer = LongTextField(
        label="Your answer to the sender",
        help_text="What you found out, what will change, and what they can do if they don't agree. Read at twelve years old.",
    )


class SecondForm(FormKey):
    """Whether a second supervisor agrees that it was not found to be so."""

    agreed = forms.TypedChoiceField(
        label="What do you say?",
        choices=[("yes", "I agree: the answer goes out"), ("no", "I send it back")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    reason = LongTextField(label="Why?", required=False, max_length=2000, help_text="Needed when you send it back.")
    sometimes_needed = ("reason",)


class CheckForm(FormKey):
    """Whether the young person had to pay for complaining."""

    result = forms.ChoiceField(label="What you see", choices=ComplaintCheck.Result.choices, widget=forms.RadioSelect)
    text = LongTextField(
        label="Why you say so",
        max_length=2000,
        help_text="Whom you asked, what the young person says, and what is done where there are signs.",
    )
