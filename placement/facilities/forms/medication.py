"""Forms of the medication pages of a shift."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from placement.access.forms import PinForm
from placement.facilities.queries.medication import QUICK
from placement.ui.forms import DateTimeInZoneField, Fold, FormKey, offer, read_times_in
from residents.forms.wording import CareText
from residents.models import MedicationDose, MedicationOrder, Resident

Outcome, How = MedicationDose.Outcome, MedicationDose.How
NOT_THEN = "This button was out of date. Press it again."


def amount(label: str, **more: Any) -> forms.DecimalField:
    """Return a field for an amount."""
    return forms.DecimalField(label=label, max_digits=6, decimal_places=2, min_value=0, **more)


def short(label: str, **more: Any) -> CareText:
    """Return a field for one or two sentences."""
    return CareText(label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), **more)


class TapForm(FormKey):
    """One button of the list: given as ordered, or one of the usual reasons why not."""

    due = forms.DateTimeField()
    quick = forms.TypedChoiceField(
        choices=[(str(number), label) for number, (_, label, _) in enumerate(QUICK)],
        coerce=int,
        required=False,
        empty_value=None,
    )

    @property
    def outcome(self) -> dict[str, Any]:
        """Return outcome and reason."""
        quick = self.cleaned_data["quick"]
        return {"outcome": Outcome.GIVEN} if quick is None else {"outcome": QUICK[quick][0], "why": QUICK[quick][2]}


class DoseForm(FormKey):
    """What became of a dose."""

    outcome = forms.ChoiceField(label="What happened?", widget=forms.RadioSelect)
    happened_at = DateTimeInZoneField(label="When?")
    how = forms.ChoiceField(label="How was it taken?", required=False, widget=forms.RadioSelect)
    amount = amount("How much was taken?", required=False)
    why = short(
        "Why?",
        required=False,
        help_text="Needed when it was not given, and when it was given outside the limits of the order.",
    )
    reason = short(
        "Why does it come late?",
        required=False,
        help_text="Needed when the shift in which it happened is already signed.",
    )
    sometimes_needed = ("how", "amount", "why", "reason")
    after_refusal: tuple[str, ...] = ("reason",)

    def __init__(self, *args: Any, order: MedicationOrder, zone: ZoneInfo, administers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order, self.resident = order, order.resident
        read_times_in(self, zone, "happened_at")
        asked = (Outcome.GIVEN, Outcome.REFUSED, Outcome.HELD)
        outcomes = asked if order.as_needed else [outcome for outcome in Outcome if outcome != Outcome.MISTAKE]
        offer(self, "outcome", [(outcome.value, outcome.label) for outcome in outcomes])
        offer(self, "how", [(h.value, h.label) for h in How if administers or h != How.ADMINISTERED])
        self.initial = {"how": How.OBSERVED, "amount": f"{order.amount.normalize():f}", **self.initial}
        self.fields["amount"].help_text = f"In {order.UNITS[order.form][1]}. Ordered: {order.amount_of(order.amount)}."

    def clean(self) -> dict[str, Any]:
        """Leave out how much was taken of a dose that was not given."""
        cleaned = super().clean()
        if cleaned.get("outcome") != Outcome.GIVEN:
            cleaned |= {"how": "", "amount": None}
        return cleaned


class AmendDoseForm(DoseForm):
    """Say anew what became of a dose."""

    reason = short("Why do you amend it?")
    after_refusal = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["outcome"]
        offer(self, "outcome", [*field.choices, (Outcome.MISTAKE.value, "Written by mistake: nothing happened")])

    def clean(self) -> dict[str, Any]:
        """Refuse an amendment that says what stands there already: whoever wrote it only gave the reason."""
        cleaned = super().clean()
        given = cleaned.get("outcome") == Outcome.GIVEN
        same = ("outcome", "why", "how") if given else ("outcome", "why")
        if (
            not self.errors
            and all(cleaned[name] == self.initial[name] for name in same)
            and cleaned["amount"] == (Decimal(self.initial["amount"]) if given else None)
            and cleaned["happened_at"] == self.initial["happened_at"].replace(second=0, microsecond=0)
        ):
            self.add_error(None, "Nothing here is different yet. Change what was wrong, then save.")
        return cleaned


class AboutForm(FormKey):
    """A form with a text about ``resident``."""

    def __init__(self, *args: Any, resident: Resident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.resident = resident


class EffectForm(AboutForm):
    """Say how an as-needed dose worked."""

    effect = short("How did it work?")


class SignForm(FormKey):
    """A second signature: the button is all there is."""


class SecondForm(PinForm):
    """A second signature on the same tablet, with the PIN of whoever signs."""

    def __init__(self, *args: Any, asides: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, asides=asides, **kwargs)
        self.wrong = "This is not the PIN of that person."
        if "who" in self.fields:
            self.fields["who"].label = "Who signs?"
            offer(self, "who", [(key, aside.person.name) for key, aside in self.by_key.items()])
            self.fields["pin"].label = "Their PIN"
        else:
            self.fields["pin"].label = f"PIN of {asides[0].person}"


class CountForm(AboutForm):
    """Count a drug."""

    counted = amount("How much is there now?")
    why = short(
        "What explains a difference?",
        required=False,
        help_text="Needed when the number is not the expected one. What one person alone has destroyed, and a dose that was taken"
        " back, is expected to be there.",
    )
    received = amount("Came in since the last count", required=False)
    removed = amount("Returned or destroyed since the last count", required=False)
    moved_note = short("From whom, to whom, how destroyed?", required=False)
    sometimes_needed = ("received", "removed", "moved_note", "why")
    folds = (
        Fold(
            "Something came in, or went out",
            "From the pharmacy, to the pharmacy, or destroyed. Two people sign what was destroyed.",
            ("received", "removed", "moved_note"),
        ),
    )

    def __init__(self, *args: Any, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "counted"
        ].help_text = f"In {unit}. Count together, each of you. What is expected is shown afterwards."

    def clean(self) -> dict[str, Any]:
        """Nothing said is nothing that came or went."""
        cleaned = super().clean()
        return cleaned | {name: cleaned.get(name) or 0 for name in ("received", "removed")}


class SettleForm(AboutForm):
    """Close a difference."""

    note = short("What became of the difference?")
