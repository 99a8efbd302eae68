"""The forms of the file of somebody who works in a home: hours of training, and references."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from placement.access.models import Person
from placement.facilities.forms.homes import offer_papers, paper_field
from placement.facilities.models import StaffReference, Training
from placement.ui.forms import DateField, FormKey, LongTextField, offer
from residents.models import Document


class TrainingForm(FormKey):
    """Who was trained on what, when, for how long, and by whom."""

    people = forms.MultipleChoiceField(label="Who was trained?", widget=forms.CheckboxSelectMultiple)
    topic = forms.ChoiceField(label="On what?", choices=[("", "Choose"), *Training.Topic.choices])
    course = forms.CharField(label="Which course?", max_length=120)
    hours = forms.DecimalField(
        label="For how many hours?",
        min_value=0.25,
        max_value=400,
        max_digits=5,
        decimal_places=2,
        help_text="Such as 1.5.",
    )
    held_on = DateField(label="On which day?", help_text="Of a course over several days, the last one.")
    given_by = forms.CharField(label="Who gave it?", max_length=120, help_text="The trainer, school or web page.")
    document = paper_field("Which paper of the home shows it?", required=False)

    def __init__(self, *args: Any, people: Iterable[Person], papers: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(person.pk): person for person in people}
        offer(self, "people", [(key, person.name) for key, person in self.known.items()])
        offer_papers(self, "document", papers)

    def clean_people(self) -> list[Person]:
        """Return the chosen people."""
        return [self.known[key] for key in self.cleaned_data["people"]]


class WithdrawTrainingForm(FormKey):
    """Why hours were filed by mistake."""

    reason = LongTextField(label="Why was it a mistake?", max_length=1000)


class ReferenceForm(FormKey):
    """Who was asked about somebody, and when."""

    named = forms.CharField(
        label="Who was asked?", max_length=160, help_text="Name and how to reach them. An inspector doesn’t see this."
    )
    relation = forms.CharField(
        label="How do they know this person?", max_length=80, help_text="Such as former employer. No names here."
    )
    asked_on = DateField(label="On which day were they asked?")


class AnswerForm(FormKey):
    """How a reference turned out."""

    result = forms.ChoiceField(
        label="How did it turn out?", choices=StaffReference.Result.choices, widget=forms.RadioSelect
    )
    answered_on = DateField(label="On which day?")
    said = LongTextField(
        label="What did they say?",
        required=False,
        max_length=4000,
        help_text="Only those who run or supervise the home read this. Nothing about illness.",
    )
