"""The forms of the review queue: what was found, what was done about it, and the numbers of the rules."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from compliance.flags import RULES
from compliance.flags.rule import Parameter
from compliance.models import Review
from placement.access.models import Person
from placement.facilities.models import Facility
from placement.ui.forms import DateField, FilterForm, Fold, FormKey, LongTextField, offer, offer_rows

STATES = {"": "What waits", "overdue": "Overdue", "done": "What was looked at", "all": "All"}


class QueueFilter(FilterForm):
    """How it stands, which rule, which home."""

    state = forms.ChoiceField(label="Show", required=False, choices=list(STATES.items()))
    rule = forms.ChoiceField(label="Why it stands here", required=False)
    facility = forms.ChoiceField(label="Home", required=False)

    def __init__(self, *args: Any, homes: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "rule", [("", "Every reason"), *((key, rule.title) for key, rule in RULES.items())])
        offer(self, "facility", [("", "Every home"), *homes])


class ReviewForm(FormKey):
    """What was found; and what is left to do, where something is."""

    finding = forms.ChoiceField(label="What did you find?", choices=Review.Finding.choices, widget=forms.RadioSelect)
    note = LongTextField(
        label="What did you look at, and what did they say?",
        max_length=4000,
        help_text="What you know, not what you suppose.",
    )
    follow_up = LongTextField(
        label="What is left to do?",
        required=False,
        max_length=2000,
        help_text="Only when it is to be followed up, or is a concern for the agency.",
    )
    owner = forms.ModelChoiceField(Person.objects.none(), label="Who does it?", required=False)
    due_on = DateField(label="By the end of", required=False)
    folds = (Fold("Something is left to do", "what, who does it, and until when", ("follow_up", "owner", "due_on")),)

    def __init__(self, *args: Any, owners: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "owner", owners, lambda person: person.name)


class DoneForm(FormKey):
    """What was done about it."""

    note = LongTextField(label="What was done?", max_length=2000)


class NumberForm(FormKey):
    """Another number for a rule, and why."""

    value = forms.IntegerField(label="New number")
    facility = forms.ModelChoiceField(
        Facility.objects.none(),
        label="For which home?",
        required=False,
        empty_label="Every home that has none of its own",
    )
    why = LongTextField(label="Why is it changed?", max_length=1000)

    def __init__(self, *args: Any, parameter: Parameter, homes: QuerySet[Facility] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        value: Any = self.fields["value"]
        value.label = parameter.words
        value.help_text = f"From {parameter.least} to {parameter.most}."
        if homes is None:
            del self.fields["facility"]
        else:
            offer_rows(self, "facility", homes, str)
