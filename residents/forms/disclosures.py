"""Forms about what is shared outside: a consent, a sheet, asking for it back, and what became of it."""

from typing import Any

from django import forms

from placement.access.rights import Can
from placement.ui.forms import DateField, DateTimeInZoneField, LongTextField
from residents.forms.base import RecordForm, choose
from residents.models import PARTS, Consent, Disclosure
from residents.queries.disclosures import consents_in_force
from residents.sheet import choices


class ConsentForm(RecordForm):
    """A consent that was given."""

    recipient = forms.CharField(label="Who may get it?", max_length=160, help_text="Such as a school or a clinic.")
    purpose = LongTextField(label="What for?", max_length=1000)
    parts = forms.MultipleChoiceField(
        label="Which parts of the record?", choices=PARTS, widget=forms.CheckboxSelectMultiple
    )
    given_by = forms.ChoiceField(label="Who decides?", choices=Consent.GivenBy.choices, widget=forms.RadioSelect)
    given_by_name = forms.CharField(label="Name of who gave it", max_length=160)
    paper = forms.CharField(
        label="Where is the signed paper?", max_length=200, help_text="Such as the title of the document in the record."
    )
    ends_at = DateTimeInZoneField(label="Until when?", help_text="The consent ends then by itself.")


class WithdrawForm(RecordForm):
    """Take a consent back."""

    reason = LongTextField(label="Why, and who took it back?", max_length=1000)


class DiscloseForm(RecordForm):
    """What is shared, with whom, and what allows it."""

    recipient_kind = forms.ChoiceField(
        label="Who gets it?", choices=[("", "Choose"), *Disclosure.RecipientKind.choices]
    )
    basis = forms.ChoiceField(label="What allows it?", choices=Disclosure.Basis.choices, widget=forms.RadioSelect)
    consent = choose("Which consent?", required=False)
    authority = forms.CharField(
        label="Which order or law, or what is the danger?",
        required=False,
        max_length=200,
        help_text="Such as the number of the order, or the section of the law.",
    )
    recipient = forms.CharField(
        label="Name of the court, school or office",
        required=False,
        max_length=160,
        help_text="With a consent it is the one that the consent names.",
    )
    handed_to = forms.CharField(label="Who receives it there?", max_length=160, help_text="The name of a person.")
    purpose = LongTextField(label="What do they need it for?", max_length=1000)
    channel = forms.ChoiceField(
        label="How do they get it?", choices=Disclosure.Channel.choices, widget=forms.RadioSelect
    )
    until = DateField(
        label="Until when may they keep it?",
        required=False,
        help_text="Then it must be back or destroyed. Only a court may keep it without an end.",
    )
    sometimes_needed = ("consent", "authority", "recipient", "until", *(part for part, _ in PARTS))

    def __init__(self, *args: Any, rights: frozenset[Can], **kwargs: Any) -> None:
        self.rights = rights
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the consents in force, and the fields of the parts that are open to this person, last of all."""
        row = self.offer("consent", consents_in_force(self.viewer, self.about))
        row.label_from_instance = lambda consent: (
            f"{consent.recipient}: {', '.join(consent.part_labels).lower()}. {consent.purpose[:80]}"
        )
        self.parts = choices(self.rights)
        for part, label, offered in self.parts:
            self.fields[part] = forms.MultipleChoiceField(
                label=f"From the part “{label}”", required=False, choices=offered, widget=forms.CheckboxSelectMultiple
            )

    @property
    def given(self) -> dict[str, Any]:
        """Return the values by the names of the operation; the fields of all parts as one list."""
        given = super().given
        chosen = [name for part, _, _ in self.parts for name in given.pop(part)]
        return given | {"fields": chosen}

    @property
    def typed(self) -> list[Any]:
        """Return the fields to carry through the step in which it is checked."""
        return [self[name] for name in self.fields if name != "form_key"]

    def clean(self) -> dict[str, Any]:
        """Ask for what the basis and the recipient need, and for at least one field."""
        cleaned = super().clean()
        by_consent = cleaned.get("basis") == Disclosure.Basis.CONSENT
        if by_consent and not cleaned.get("consent") and "consent" not in self.errors:
            self.add_error("consent", "Choose the consent. There is none? Record it first, or choose another basis.")
        if cleaned.get("basis") and not by_consent:
            cleaned["consent"] = None
            for name, say in [("authority", "Name it."), ("recipient", "Fill this in.")]:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, say)
        for_ever = cleaned.get("recipient_kind") == "court" and not by_consent
        if not cleaned.get("until") and "until" not in self.errors and not for_ever:
            self.add_error("until", "Give a day. Only a court may keep it without an end, and never by a consent.")
        if self.parts and not any(cleaned.get(part) for part, _, _ in self.parts):
            self.add_error(self.parts[0][0], "Choose at least one thing to share, here or in the other parts.")
        return cleaned


class RecallForm(RecordForm):
    """Ask for a sheet back."""

    reason = LongTextField(label="Why?", max_length=1000, help_text="Say also whom you asked, and how.")


class AnswerForm(RecordForm):
    """What became of a sheet."""

    answer = forms.ChoiceField(label="What became of it?", choices=Disclosure.Answer.choices, widget=forms.RadioSelect)
    note = LongTextField(label="More about it", required=False, max_length=1000)
