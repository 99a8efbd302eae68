"""The form that names a supervisor of another unit to give the second signature."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from placement.access.models import Person
from placement.ui.forms import FormKey, offer_rows


class NameSecondForm(FormKey):
    """Who decides."""

    person = forms.ModelChoiceField(Person.objects.none(), label="Who decides?", empty_label="Choose")

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "person", people, lambda person: f"{person}, {person.unit}")
