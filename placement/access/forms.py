"""Forms of the account pages."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator

from placement.access.models import PLAIN, AgencyUnit, Person
from placement.access.rights import Role
from placement.database.constraints import sentence_of
from placement.ui.forms import FilterForm, FormKey, StaleCheck, offer

TIME_ZONES = [
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Mountain without clock change (Arizona)"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic (Puerto Rico)"),
]
PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})
PASSWORD_HINT = "At least 12 characters. Several words that only you would put together are best."  # noqa: S105


class AccountFilter(FilterForm):
    """Narrows the list of accounts."""

    text = forms.CharField(label="Name, username or staff number", required=False, max_length=120)
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "Any"), *Role.choices])
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), ("open", "Open"), ("closed", "Closed")]
    )


class NewUnitForm(FormKey):
    """A new unit of the agency."""

    name = forms.CharField(label="Name of the unit", max_length=80, help_text="Such as North unit.")


class AccountFields(FormKey):
    """What a system administrator says about a person."""

    name = forms.CharField(label="Name as colleagues know it", max_length=120)
    role = forms.ChoiceField(label="Role", choices=[("", "Choose"), *Role.choices])
    unit = forms.ChoiceField(label="Unit of the agency", required=False, help_text="A supervisor needs one.")
    time_zone = forms.ChoiceField(label="Time zone")
    sometimes_needed = ("unit",)

    def __init__(self, *args: Any, units: Iterable[AgencyUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(unit.pk): unit for unit in units}
        offer(self, "unit", [("", "None"), *((key, unit.name) for key, unit in self.by_key.items())])
        own = self.initial.get("time_zone")
        known = own is None or own in dict(TIME_ZONES)
        offer(self, "time_zone", TIME_ZONES if known else [(own, own), *TIME_ZONES])

    def clean(self) -> dict[str, Any]:
        """Hold a supervisor to a unit; the unit comes out as a record."""
        cleaned = super().clean()
        cleaned["unit"] = self.by_key.get(cleaned.get("unit", ""))
        if cleaned.get("role") == Role.SUPERVISOR and cleaned["unit"] is None and "unit" not in self.errors:
            self.add_error("unit", "A supervisor belongs to a unit. Choose the unit.")
        return cleaned


class NewAccountForm(AccountFields):
    """A new account."""

    username = forms.CharField(
        label="Username",
        max_length=60,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9._-]*$", "Use small letters, digits, dots, dashes and underscores.")
        ],
    )
    staff_number = forms.CharField(
        label="Staff number",
        max_length=20,
        help_text="One account for each staff number.",
        validators=[RegexValidator(PLAIN.replace("$", r"\Z"), sentence_of("staff_number_is_plain"))],
    )
    password = forms.CharField(label="First password", widget=PASSWORD, help_text=PASSWORD_HINT, max_length=200)
    field_order = ["name", "staff_number", "username", "role", "unit", "time_zone", "password"]

    def clean(self) -> dict[str, Any]:
        """Hold the password to the rules, with what was typed about the person."""
        cleaned = super().clean()
        if password := cleaned.get("password"):
            person = Person(username=cleaned.get("username", ""), name=cleaned.get("name", ""))
            check_password_rules(self, "password", password, person)
        return cleaned


class ChangeAccountForm(StaleCheck, AccountFields):
    """A change of name, role, unit or time zone."""


class NewPasswordForm(FormKey):
    """A new password for somebody, typed twice."""

    password = forms.CharField(label="New password", widget=PASSWORD, help_text=PASSWORD_HINT, max_length=200)
    again = forms.CharField(label="New password again", widget=PASSWORD, max_length=200)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self) -> dict[str, Any]:
        """Hold the password to the rules, and both to each other."""
        cleaned = super().clean()
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", "The two passwords are not the same. Type them again.")
        elif password:
            check_password_rules(self, "password", password, self.person)
        return cleaned


class OwnPasswordForm(NewPasswordForm):
    """The own password, with the present one as proof."""

    present = forms.CharField(
        label="Your password now",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        max_length=200,
    )
    field_order = ["present", "password", "again"]

    def clean(self) -> dict[str, Any]:
        """Refuse the present password as the new one: somebody else may know it."""
        cleaned = super().clean()
        if "password" in cleaned and self.person.check_password(cleaned["password"]):
            self.add_error("password", "This is your password now. Choose another one.")
        return cleaned

    def clean_present(self) -> str:
        """Refuse a wrong present password."""
        present = self.cleaned_data["present"]
        if not self.person.check_password(present):
            raise forms.ValidationError("This is not your password now. Type it again.")
        return present


class StateForm(FormKey):
    """One press: close the account, or open it again."""


def check_password_rules(form: forms.Form, field: str, password: str, person: Person) -> None:
    """Add the sentences of the password rules to ``field``."""
    try:
        validate_password(password, person)
    except forms.ValidationError as error:
        form.add_error(field, error)
