"""The form on which the same kind of thing is logged for several young people, with the exceptions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core import signing
from django.forms.boundfield import BoundField

from placement.access.models import Person
from placement.facilities.forms.shifts import NOT_WANTED, OUTCOMES, WHAT_CHOICES, CareForm, Kind
from placement.facilities.queries.rounds import Place
from placement.ui.forms import offer
from residents.forms.wording import CareLine
from residents.models import CareEntry, Resident
from residents.operations import Logged

SALT = "shift.several"
KNOWN = {value for _, choices in WHAT_CHOICES[1:] for value, _ in choices}
LEAVE_OUT, ONLY_A_NOTE = "leave-out", "only-a-note"
NOTE = 1000  # characters of a note in a row


@dataclass(frozen=True)
class Row:
    """One young person in the form. ``place`` is empty for somebody who is in the house."""

    resident: Resident
    place: str
    outcome: BoundField
    note: BoundField


class RowNote(CareLine):
    """The note about one of several."""

    resident: Resident

    def __init__(self, *, resident: Resident, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.resident = resident

    def saved(self, form: forms.BaseForm, name: str, person: Person, made: Any) -> None:
        """Keep which terms stayed in the text of their entry, or of the one record about all."""
        mine = self.resident.pk
        records = made if isinstance(made, (list, tuple)) else [made]
        super().saved(form, name, person, [one for one in records if getattr(one, "resident_id", mine) == mine])


class SeveralForm(CareForm):
    """One kind of thing for several young people: for each what happened, or nothing.

    Args:
        chosen: kind and outcome, ``meal|Breakfast``, one of ``KNOWN``.
        places: where each is; whoever is not in the house is left out unless somebody says otherwise.
        everybody: begin with ``chosen`` for all who are in the house.
    """

    how = forms.ChoiceField(label="How did you look?", choices=CareEntry.How.choices, widget=forms.RadioSelect)
    opened = forms.CharField(widget=forms.HiddenInput, required=False)
    field_order = ["how", "happened_at", "note", "reason"]

    def __init__(
        self,
        *args: Any,
        chosen: str,
        young_people: Iterable[Resident],
        since: Mapping[UUID, datetime],
        places: Mapping[UUID, Place],
        moment: datetime,
        everybody: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.since, self.places = since, places
        self.by_key = {str(resident.pk): resident for resident in young_people}
        self.care_kind, _, outcome = chosen.partition("|")
        self.fields["what"].widget = forms.HiddenInput()
        self.initial = {**self.initial, "what": chosen, "opened": signing.dumps(moment.timestamp(), salt=SALT)}
        self.fields["note"].label = "Note for all of them"
        if self.care_kind not in CareEntry.LOOKS:
            del self.fields["how"]
        choices = [(word or ONLY_A_NOTE, word or "Note") for word in outcomes(self.care_kind, outcome)]
        for key, resident in self.by_key.items():
            here = everybody and places.get(resident.pk, Place.HOUSE) == Place.HOUSE
            first = choices[0][0] if here else LEAVE_OUT
            self.fields[f"said-{key}"] = forms.ChoiceField(
                label=resident.code, required=False, widget=forms.RadioSelect, initial=first
            )
            offer(self, f"said-{key}", [*choices, (LEAVE_OUT, "Leave out")])
            self.fields[f"note-{key}"] = RowNote(
                resident=resident,
                label=f"Note for {resident.code}",
                required=False,
                max_length=NOTE,
                widget=forms.TextInput(attrs={"placeholder": "Note"}),
            )

    @property
    def rows(self) -> list[Row]:
        """Return the young people with their fields, as the page draws them."""
        return [
            Row(resident, self.place(resident), self[f"said-{key}"], self[f"note-{key}"])
            for key, resident in self.by_key.items()
        ]

    @property
    def rest(self) -> list[BoundField]:
        """Return the visible fields that belong to no row, but for ``how``, which stands above the rows."""
        return [field for field in self.visible_fields() if not field.name.startswith(("said-", "note-", "how"))]

    def place(self, resident: Resident) -> str:
        """Return where somebody is who is not in the house."""
        place = self.places.get(resident.pk, Place.HOUSE)
        return "" if place == Place.HOUSE else str(place)

    def clean(self) -> dict[str, Any]:
        """Gather what is said, and refuse a form that says nothing and a time before one of them lived here."""
        cleaned = super().clean()
        cleaned["said"] = [
            Logged(resident, "" if outcome == ONLY_A_NOTE else outcome, self.note_for(key), cleaned.get("how", ""))
            for key, resident in self.by_key.items()
            if (outcome := cleaned.get(f"said-{key}") or LEAVE_OUT) != LEAVE_OUT
        ]
        for key, resident in self.by_key.items():
            if cleaned.get(f"note-{key}") and cleaned.get(f"said-{key}") in ("", LEAVE_OUT):
                self.add_error(f"note-{key}", f"Say also what happened with {resident.code}, or take the note out.")
        if not cleaned["said"] and not self.errors:
            self.add_error(None, "Everybody is left out, so there is nothing to save. Choose for whom it is.")
        moment = cleaned.get("happened_at")
        later = [each.resident.code for each in cleaned["said"] if moment and moment < self.since[each.resident.pk]]
        if later:
            self.add_error("happened_at", f"{', '.join(later)} did not live here yet. Check the date and the time.")
        return cleaned

    def lacks_note(self) -> bool:
        """Return whether somebody has neither a note of their own nor the one for all."""
        said = [key for key in self.by_key if self.cleaned_data.get(f"said-{key}") not in ("", None, LEAVE_OUT)]
        return not all(self.note_for(key) for key in said)

    def note_for(self, key: str) -> str:
        """Return the note of one row with the note for all below it."""
        both = (self.cleaned_data.get(f"note-{key}"), self.cleaned_data.get("note"))
        return "\n".join(note for note in both if note)

    def opened_at(self) -> float | None:
        """Return when the page was opened, as seconds since 1970, or None when the page did not say so."""
        try:
            return float(signing.loads(self.cleaned_data["opened"], salt=SALT))
        except (signing.BadSignature, TypeError, ValueError):
            return None


def outcomes(kind: str, outcome: str) -> list[str]:
    """Return what can be said of each young person: the outcome that was chosen first; of meals only that one."""
    others = [NOT_WANTED] if kind == Kind.MEAL else OUTCOMES[kind]
    return list(dict.fromkeys([outcome, *others]))
