"""Forms of the account pages."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.html import format_html

from placement.access import confirm, factors
from placement.access.models import PLAIN, AgencyUnit, CalendarFeed, Person
from placement.access.rights import Role
from placement.access.store import BEGAN
from placement.database.constraints import sentence_of
from placement.ui.forms import FilterForm, FormKey, LongTextField, StaleCheck, offer, offer_rows

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
LONGEST = 128
PASSWORD = forms.PasswordInput(attrs={"autocomplete": "new-password"})
PASSWORD_HINT = "At least 12 characters. Several words that only you would put together are best."  # noqa: S105


class AccountFilter(FilterForm):
    """Narrows the list of accounts."""

    text = forms.CharField(label="Name, username or staff number", required=False, max_length=120)
    role = forms.ChoiceField(label="Role", required=False, choices=[("", "Any"), *Role.choices])
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Any"), ("open", "Open"), ("closed", "Closed"), ("waits", "Waits for a second person")],
    )


class NewUnitForm(FormKey):
    """A new unit of the agency."""

    name = forms.CharField(label="Name of the unit", max_length=80, help_text="Such as North unit.")


class PersonFields(FormKey):
    """What a system administrator says about a person, alone."""

    name = forms.CharField(label="Name as colleagues know it", max_length=120)
    time_zone = forms.ChoiceField(label="Time zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.initial.get("time_zone")
        known = own is None or own in dict(TIME_ZONES)
        offer(self, "time_zone", TIME_ZONES if known else [(own, own), *TIME_ZONES])


class RoleFields(FormKey):
    """What a system administrator proposes, and a second person confirms."""

    role = forms.ChoiceField(label="Role", choices=[("", "Choose"), *Role.choices])
    unit = forms.ChoiceField(label="Unit of the agency", required=False, help_text="A supervisor needs one.")
    reason = LongTextField(label="Why?", max_length=1000, help_text="Whoever confirms it reads this and decides.")
    sometimes_needed = ("unit",)

    def __init__(self, *args: Any, units: Iterable[AgencyUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(unit.pk): unit for unit in units}
        offer(self, "unit", [("", "None"), *((key, unit.name) for key, unit in self.by_key.items())])

    def clean(self) -> dict[str, Any]:
        """Hold a supervisor to a unit; the unit comes out as a record."""
        cleaned = super().clean()
        cleaned["unit"] = self.by_key.get(cleaned.get("unit", ""))
        if cleaned.get("role") == Role.SUPERVISOR and cleaned["unit"] is None and "unit" not in self.errors:
            self.add_error("unit", "A supervisor belongs to a unit. Choose the unit.")
        return cleaned


class NewAccountForm(RoleFields, PersonFields):
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
    password = forms.CharField(label="First password", widget=PASSWORD, help_text=PASSWORD_HINT, max_length=LONGEST)
    field_order = ["name", "staff_number", "username", "role", "unit", "time_zone", "reason", "password"]

    def clean(self) -> dict[str, Any]:
        """Hold the password to the rules, with what was typed about the person."""
        cleaned = super().clean()
        if password := cleaned.get("password"):
            person = Person(**{name: cleaned.get(name, "") for name in ("username", "name", "staff_number")})
            check_password_rules(self, "password", password, person)
        return cleaned


class ChangeAccountForm(StaleCheck, PersonFields):
    """A change of name or time zone."""


class ProposalForm(StaleCheck, RoleFields):
    """Another role or unit for an account, or the role and unit with which it is opened again."""

    field_order = ["role", "unit", "reason"]


class DecideForm(FormKey):
    """Confirm what was proposed for an account, or refuse."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("confirm", "Confirm: it counts from now on"), ("refuse", "Refuse: nothing changes")],
        widget=forms.RadioSelect,
    )
    reason = LongTextField(label="Why not?", required=False, max_length=1000, help_text="Needed when you refuse.")
    sometimes_needed = ("reason",)


class WithdrawForm(FormKey):
    """One press: take the own proposal back."""


class NewPasswordForm(FormKey):
    """A new password for somebody, typed twice."""

    password = forms.CharField(label="New password", widget=PASSWORD, help_text=PASSWORD_HINT, max_length=LONGEST)
    again = forms.CharField(label="New password again", widget=PASSWORD, max_length=LONGEST)

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
            self.check_rules(password)
        return cleaned

    def check_rules(self, password: str) -> None:
        """Hold ``password`` to the rules."""
        check_password_rules(self, "password", password, self.person)


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
        if "present" in cleaned and cleaned.get("password") == cleaned["present"]:
            self.add_error("password", "This is your password now. Choose another one.")
        return cleaned

    def clean_present(self) -> str:
        """Refuse a wrong present password, and any after too many wrong ones."""
        present = str(self.cleaned_data["present"])
        if wrong := confirm.wrong_password(self.person, present, "This is not your password now. Type it again."):
            raise forms.ValidationError(wrong)
        return present

    def check_rules(self, password: str) -> None:
        """Tell the rules only to whoever knows the present password, and not without end: one tells which homes there are."""
        if "present" not in self.cleaned_data:
            return
        if confirm.names_told_too_often(self.person):
            self.add_error("password", confirm.TOO_MANY_NAMES)
            return
        super().check_rules(password)
        if self.has_error("password", "own_names"):
            confirm.note_name_told(self.person)


class StateForm(FormKey):
    """One press: close the account, open it again, sign the person out everywhere, or take a lost factor away."""


def code_field(label: str, hint: str) -> forms.CharField:
    """Return a field for a code of the second factor; browsers fill it in from a password manager."""
    return forms.CharField(
        label=label,
        max_length=20,
        help_text=hint,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class CodeForm(FormKey):
    """A code of the own second factor, which it uses up when it is right."""

    code = code_field("Code", "The 6 digits that your authenticator app shows now, or a recovery code of 8 digits.")

    def __init__(self, *args: Any, person: Person, inside: bool, known_browser: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.inside, self.known_browser = person, inside, known_browser

    def clean_code(self) -> str:
        """Refuse a code that is wrong or used, and any after too many wrong ones."""
        given = self.cleaned_data["code"]
        if wrong := factors.wrong_with(self.person, given, inside=self.inside, known_browser=self.known_browser):
            raise forms.ValidationError(wrong)
        return str(given)


class SetUpForm(FormKey):
    """The first code of a new authenticator app; ``cleaned_data["step"]`` is its time step."""

    code = code_field("Code that the app shows", "6 digits. The app shows a new code every 30 seconds.")

    def __init__(self, *args: Any, seed: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seed = seed

    def clean(self) -> dict[str, Any]:
        """Refuse a code that this seed does not give now."""
        cleaned = super().clean()
        cleaned["step"] = factors.step_of(self.seed, "".join(cleaned.get("code", "").split()))
        if "code" in cleaned and cleaned["step"] is None:
            self.add_error(
                "code", "This code is not right. Is the account in the app this one, and is the phone's clock right?"
            )
        return cleaned


def shared_field() -> forms.BooleanField:
    """Return the field of the sign-in page by which a PIN may be used later."""
    return forms.BooleanField(
        label="This is a shared tablet",
        required=False,
        help_text="You can come back with your PIN when the screen locks.",
    )


def pin_field(label: str, **more: Any) -> forms.CharField:
    """Return a field for a PIN of six digits."""
    digits = RegexValidator(r"^[0-9]{6}\Z", "A PIN has 6 digits.")
    attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}  # no browser offers to keep it
    return forms.CharField(
        label=label, max_length=6, validators=[digits], widget=forms.PasswordInput(attrs=attrs), **more
    )


class PinForm(FormKey):
    """The PIN, to come back. Of several who pass a tablet on (``pins.Aside``), each is named by initials only."""

    who = forms.ChoiceField(label="Who are you?", widget=forms.RadioSelect)
    pin = pin_field("Your PIN")

    def __init__(self, *args: Any, asides: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(aside.person.pk): aside for aside in asides}
        self.wrong = "This is not the PIN of whoever was here last."
        if len(self.by_key) == 1:
            del self.fields["who"]
        else:
            self.wrong = "This is not the PIN of that person."
            offer(self, "who", [(key, who_label(aside)) for key, aside in self.by_key.items()])

    def clean(self) -> dict[str, Any]:
        """Turn the choice into the locked session."""
        cleaned = super().clean()
        if len(self.by_key) == 1:
            cleaned["who"] = next(iter(self.by_key.values()))
        elif "who" in cleaned:
            cleaned["who"] = self.by_key[cleaned["who"]]
        return cleaned


def who_label(aside: Any) -> str:
    """Return how a locked screen calls somebody (``pins.Aside``): by initials, on duty or not, and since when: those who have
    the same initials know themselves by that."""
    since = datetime.fromtimestamp(aside.told[BEGAN], ZoneInfo(aside.person.time_zone))
    duty = "on duty today, " if aside.today else ""
    return format_html(
        '<b>{}</b> <span class="soft">{}signed in at {}</span>', initials(aside.person.name), duty, f"{since:%H:%M}"
    )


def initials(name: str) -> str:
    """Return the first letters of a name: a locked screen names nobody."""
    return " ".join(f"{word[0].upper()}." for word in name.split() if word[0].isalpha())


class NewPinForm(FormKey):
    """A new PIN, typed twice, with the password as proof."""

    present = forms.CharField(
        label="Your password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        max_length=200,
    )
    pin = pin_field("New PIN", help_text="6 digits, no rows such as 123456, and no birthday.")
    again = pin_field("New PIN again")

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_present(self) -> str:
        """Refuse a wrong password: whoever finds an open tablet sets no PIN."""
        present = str(self.cleaned_data["present"])
        if wrong := confirm.wrong_password(self.person, present, "This is not your password. Type it again."):
            raise forms.ValidationError(wrong)
        return present

    def clean(self) -> dict[str, Any]:
        """Hold both PINs to each other."""
        cleaned = super().clean()
        if "pin" in cleaned and "again" in cleaned and cleaned["pin"] != cleaned["again"]:
            self.add_error("again", "The two PINs are not the same. Type them again.")
        return cleaned


class PasskeyForm(FormKey):
    """What a browser answers to the challenge for a passkey, as JSON."""

    credential = forms.CharField(widget=forms.HiddenInput, max_length=20_000)


class EndSessionForm(FormKey):
    """Which of the own sessions to end."""

    session = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


class NewFeedForm(FormKey):
    """Where a calendar feed will be read."""

    name = forms.CharField(label="Where will you read it?", max_length=60, help_text="For instance: my phone.")


class EndFeedForm(FormKey):
    """Which of the own calendar feeds to end."""

    feed = forms.ModelChoiceField(CalendarFeed.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "feed", CalendarFeed.objects.filter(person=person, ended_at=None))


def check_password_rules(form: forms.Form, field: str, password: str, person: Person) -> None:
    """Add the sentences of the password rules to ``field``."""
    try:
        validate_password(password, person)
    except forms.ValidationError as error:
        form.add_error(field, error)
