"""Forms about contacts with people outside, and about limits on them."""

from typing import Any

from django import forms
from django.utils.html import format_html

from placement.audit.clock import now
from placement.ui.forms import DateTimeInZoneField, StaleCheck, offer
from residents.forms.base import RecordForm
from residents.forms.wording import CareText
from residents.models import Contact, ContactChange, OutsidePerson, Restriction
from residents.queries.contacts import listed

ELSE = "else"
TAGS = {"allowed": "good", "supervised": "due", "prohibited": "late"}
OFFERED = [choice for choice in Contact.Outcome.choices if choice[0] != Contact.Outcome.MISTAKE]
WHOSE = [choice for choice in Contact.Initiative.choices if choice[0] != Contact.Initiative.NOT_YOUNG]


def person_label(row: OutsidePerson) -> str:
    """Return name and relation with how contact stands, and the order that says so."""
    order = format_html(' <span class="soft">{}</span>', row.order) if row.order else ""
    name, tag, permission = f"{row.name}, {row.relation}", TAGS[row.permission], row.standing
    return format_html('{} <span class="tag {}">{}</span>{}', name, tag, permission, order)


class ContactForm(RecordForm):
    """Log a contact, or one that did not come about."""

    outside_person = forms.ChoiceField(label="With whom?", widget=forms.RadioSelect)
    other_name = forms.CharField(
        label="Who was it?",
        required=False,
        max_length=160,
        help_text="Only for somebody who is not on the list. The list counts under whichever name they call.",
    )
    kind = forms.ChoiceField(label="What was it?", choices=Contact.Kind.choices, widget=forms.RadioSelect)
    initiative = forms.ChoiceField(label="Whose wish was it?", choices=WHOSE, widget=forms.RadioSelect)
    outcome = forms.ChoiceField(label="What became of it?", choices=OFFERED, widget=forms.RadioSelect)
    why_denied = CareText(
        label="Why did you not let it happen?",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when contact is allowed. The administrator of the home or the supervisor reads it and decides."
        " Contact is never taken away as a punishment, nor because of something that the young person has told.",
    )
    happened_at = DateTimeInZoneField(label="When?")
    minutes = forms.IntegerField(label="Minutes", required=False, min_value=0, max_value=1440)
    supervised_by = forms.CharField(
        label="Who of us was present?", required=False, max_length=160, help_text="Leave it empty when nobody was."
    )
    note = CareText(
        label="Note",
        required=False,
        help_text="Needed when nobody was present who had to be, and when somebody tried who is not allowed or not known.",
    )
    reason = CareText(
        label="Why does it come late?",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed when the shift in which it happened is already signed.",
    )
    sometimes_needed = ("other_name", "why_denied", "supervised_by", "note", "reason")
    after_refusal = ("reason",)

    def prepare(self) -> None:
        """Offer the people on the list of this young person, somebody else, and this moment."""
        self.initial.setdefault("happened_at", now())
        self.people = {str(row.pk): row for row in listed(self.viewer, self.about)}
        rows = [(key, person_label(row)) for key, row in self.people.items()]
        offer(self, "outside_person", [*rows, (ELSE, "Somebody else")])

    @property
    def given(self) -> dict[str, Any]:
        """Return the values of the operation."""
        said = super().given
        said["outside_person"] = self.people.get(said["outside_person"])
        if said["outside_person"]:
            said["other_name"] = ""
        return said | {"supervised": bool(said["supervised_by"])}

    def clean(self) -> dict[str, Any]:
        """Ask who it was when nobody on the list is chosen."""
        cleaned = super().clean()
        if cleaned.get("outside_person") == ELSE and "other_name" in cleaned and not cleaned["other_name"]:
            self.add_error("other_name", "Write who it was. When nobody knows, write what you know of them.")
        return cleaned


class AmendContactForm(StaleCheck, RecordForm):
    """Say anew when a contact was, how long, and what is noted, with a reason."""

    happened_at = DateTimeInZoneField(label="When?")
    minutes = forms.IntegerField(label="Minutes", required=False, min_value=0, max_value=1440)
    note = CareText(label="Note", required=False)
    mistake = forms.BooleanField(label="It was written by mistake and does not count", required=False)
    reason = CareText(label="Why do you amend it?", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class DecideLimitForm(RecordForm):
    """Let a limit go on for a time, or decline it."""

    decision = forms.ChoiceField(
        label="Your decision",
        widget=forms.RadioSelect,
        choices=[
            (Restriction.Decision.DECLINED, "Decline: it must be allowed from now on"),
            (Restriction.Decision.APPROVED, "Let the limit go on, until the time below at most"),
        ],
    )
    ends_at = DateTimeInZoneField(
        label="Until when?",
        required=False,
        help_text="At most 7 days from now, and 28 days within 90 for the same thing.",
    )
    reason = CareText(label="Why?", required=False, max_length=2000, help_text="Needed when you decline.")
    sometimes_needed = ("ends_at", "reason")


class DecideChangeForm(RecordForm):
    """Agree that contact may be wider, or decline."""

    decision = forms.ChoiceField(
        label="Your decision",
        widget=forms.RadioSelect,
        choices=[
            (ContactChange.Decision.DECLINED, "Decline: it stays as it is"),
            (ContactChange.Decision.AGREED, "Agree"),
        ],
    )
    reason = CareText(label="Why?", required=False, max_length=1000, help_text="Needed when you decline.")
    sometimes_needed = ("reason",)
