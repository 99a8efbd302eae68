"""Texts of the care record: while somebody types, terms that blame and names of other young people are pointed out.

A form declares ``CareText`` or ``CareLine`` instead of another text field; nothing else. Whom the record is about, and who may be
named in it, it says with an attribute ``resident``; ``about`` gives it one.
"""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django import forms
from django.forms.boundfield import BoundField
from django.urls import reverse

from placement.access.models import Person
from placement.ui.forms import AskingField, LongTextField
from residents.models import Resident
from residents.operations.wording import keep_ignored
from residents.queries.wording import hints_for
from residents.wording import Hint

Form = TypeVar("Form", bound=forms.BaseForm)
SEEN = "words_seen"  # in the form: the key of each hint that the writer has seen


class CareField(AskingField):
    """What ``CareText`` and ``CareLine`` have in common. ``pointed_out``: the hints that the page shows beside the field."""

    watched = True
    asked = False
    pointed_out: Sequence[Hint] = ()
    resident: Resident | None = None  # whom this text alone is about

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """Tell the script where to ask, and whom the text is about."""
        bound = super().get_bound_field(form, field_name)
        self.widget.attrs |= {"data-words": reverse("residents:words"), "data-words-box": f"{bound.auto_id}_words"}
        if (resident := self.about(form)) is not None:
            self.widget.attrs["data-about"] = str(resident.pk)
        return bound

    def about(self, form: forms.BaseForm) -> Resident | None:
        """Return the young person whom the text is about, if it is about one."""
        return self.resident or getattr(form, "resident", None)

    def hints(self, form: forms.BaseForm, name: str, person: Person) -> list[Hint]:
        """Return what is pointed out in the text; not what stood in it before."""
        text, before = form.cleaned_data.get(name) or "", str(form.initial.get(name) or "")
        about = getattr(self.about(form), "pk", None)
        found = hints_for(person, text, about) if text != before else []
        known = {hint.key for hint in hints_for(person, before, about)} if found and before else set()
        return [hint for hint in found if hint.key not in known]

    def asks(self, form: forms.BaseForm, name: str, person: Person) -> bool:
        """Ask when something is pointed out that the writer has not seen yet."""
        self.pointed_out = self.hints(form, name, person)
        seen = set(form.data.getlist(SEEN)) if hasattr(form.data, "getlist") else set()
        self.asked = any(hint.key not in seen for hint in self.pointed_out)
        return self.asked

    def saved(self, form: forms.BaseForm, name: str, person: Person, made: Any) -> None:
        """Keep which terms stayed in the text."""
        records: Iterable[Any] = made if isinstance(made, (list, tuple)) else [made]
        keep_ignored([hint.term for hint in self.pointed_out], records, by=person)


def about(form: Form, resident: Resident) -> Form:
    """Return ``form``, which knows now whom its texts are about."""
    form.resident = resident  # type: ignore[attr-defined]
    return form


class CareText(CareField, LongTextField):
    """Text of several lines."""


class CareLine(CareField):
    """One line."""
