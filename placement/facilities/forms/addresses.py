"""Forms about a home's confidential address."""

from typing import Any

from django import forms

from placement.facilities.models import AddressShown
from placement.ui.forms import FormKey, StaleCheck

PARTS = ("street", "city", "state", "postcode", "telephone", "email", "licensee", "administrator")
LETTERS_TO = (
    "An address that does not tell where the home is, such as the agency's post box. It is on pages and on paper instead of"
    " the home's own."
)


class RevealForm(FormKey):
    """Why somebody needs the address."""

    purpose = forms.ChoiceField(
        label="What do you need it for?", choices=AddressShown.Purpose.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Why now?",
        help_text="One sentence. Supervisors read it. Do not write the address here.",
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class AddressForm(StaleCheck, FormKey):
    """The confidential address, and the one for letters."""

    street = forms.CharField(label="Street and number", max_length=200)
    city = forms.CharField(label="City", max_length=80)
    state = forms.CharField(label="State", max_length=20)
    postcode = forms.CharField(label="ZIP code", max_length=12)
    telephone = forms.CharField(label="Telephone", max_length=40, required=False)
    email = forms.CharField(label="E-mail", max_length=160, required=False)
    licensee = forms.CharField(label="Who holds the licence?", max_length=200, required=False)
    administrator = forms.CharField(label="Who runs the home?", max_length=160, required=False)
    letters_to = forms.CharField(label="Address for letters", help_text=LETTERS_TO, max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """Refuse an address for letters that tells where the home is."""
        cleaned = super().clean() or self.cleaned_data
        refuse_telling(self, cleaned)
        return cleaned


def refuse_telling(form: forms.Form, given: dict[str, Any]) -> None:
    """Add an error when the address for letters holds the home's own street or ZIP code."""
    letters = " ".join(given.get("letters_to", "").casefold().split())
    own = [" ".join(given.get(name, "").casefold().split()) for name in ("street", "postcode")]
    if any(part and part in letters for part in own):
        form.add_error("letters_to", "This tells where the home is. Give another address, such as a post box.")
