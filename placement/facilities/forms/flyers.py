"""Forms of the flyer about a missing young person: what it says, what is released of it, who gets it, and why it is withdrawn."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet

from placement.ui.forms import DateField, FormKey, offer, offer_rows
from residents.forms.wording import CareLine
from residents.models import Disclosure, Document


class FlyerForm(FormKey):
    """What the flyer says."""

    name = forms.ChoiceField(label="Which name?", widget=forms.RadioSelect)
    photo: Any = forms.ModelChoiceField(
        label="Which photo?", queryset=Document.objects.none(), required=False, empty_label="No photo"
    )
    age = forms.CharField(label="Age", max_length=20, required=False)
    height = forms.CharField(label="Height", max_length=60, required=False, help_text="For example: about 5 ft 4.")
    build = forms.CharField(label="Build", max_length=60, required=False)
    hair = forms.CharField(label="Hair", max_length=60, required=False)
    worn = CareLine(label="What do they wear?", max_length=300, required=False)
    since = DateField(label="Missing since which day?")
    last_seen = CareLine(
        label="Where were they last seen?",
        max_length=200,
        required=False,
        help_text="In words, such as a part of the town or a bus stop. Never where we are.",
    )
    police = forms.CharField(
        label="Whom to call at the police, with the number", max_length=160, help_text="Never a number of the home."
    )
    case_number = forms.CharField(label="Their case number", max_length=60, required=False)

    def __init__(self, *args: Any, names: Iterable[str], photos: QuerySet[Document], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "name", [(name, name) for name in names])
        offer_rows(self, "photo", photos, lambda row: row.title)


class ApproveForm(FormKey):
    """Which lines may be released, of the version that was read (``flyer``)."""

    released = forms.MultipleChoiceField(
        label="What may be released?",
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what you tick stands on the flyer. Tick as little as it takes to find them.",
    )
    flyer = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "released", lines)


class ReleaseForm(FormKey):
    """Who gets the flyer."""

    recipient_kind = forms.ChoiceField(label="Who gets it?", choices=Disclosure.RecipientKind.choices)
    recipient = forms.CharField(label="Name of the office or place", max_length=160)
    handed_to = forms.CharField(label="Who receives it there?", max_length=160, help_text="The name of a person.")
    channel = forms.ChoiceField(
        label="How do they get it?",
        choices=[pair for pair in Disclosure.Channel.choices if pair[0] != Disclosure.Channel.TOLD],
        widget=forms.RadioSelect,
    )


class RecallForm(FormKey):
    """Why the flyer is withdrawn."""

    reason = forms.CharField(label="Why?", max_length=1000)


class ToldForm(FormKey):
    """That somebody was told to take it down."""

    release = forms.UUIDField()
