"""What the forms about one young person share."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.db.models import QuerySet

from placement.access.confirm import confirm_self
from placement.access.models import Person
from placement.access.submit import is_used
from placement.database.constraints import Refused
from placement.ui.forms import FormKey
from residents import files
from residents.models import Resident

LANGUAGES_HINT = "One or more, with commas between them."


class RecordForm(FormKey):
    """A form about ``resident``, filled in by ``person``."""

    def __init__(self, *args: Any, person: Person, resident: Resident | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.resident = person, resident
        self.prepare()

    @property
    def about(self) -> Resident:
        """Return the resident that the form is about."""
        return cast(Resident, self.resident)

    def offer(self, name: str, rows: QuerySet[Any]) -> Any:
        """Let field ``name`` choose among ``rows``, which are fetched for the viewer; return the field."""
        field: Any = self.fields[name]
        field.queryset = rows
        return field

    def prepare(self) -> None:
        """Fill choices and zones that depend on the viewer."""


class OwnSecretForm(FormKey):
    """A form with the own password, or a code of the second factor, once more; it stands last."""

    password = forms.CharField(
        label="Your password",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="To show that it is you.",
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.order_fields([name for name in self.fields if name != "password"])
        if settings.SECOND_FACTOR:
            self.fields["password"].label = "A code from your app"
            self.fields["password"].help_text = "To show that it is you. A recovery code works too."
            self.fields["password"].widget.attrs["autocomplete"] = "one-time-code"

    @property
    def given(self) -> dict[str, Any]:
        """Return the values of the operation, without the secret."""
        return {name: value for name, value in super().given.items() if name != "password"}

    def clean(self) -> dict[str, Any]:
        """Refuse a password, or a code, that is not the person's own. It comes last, because a code works only once.

        A second press is not asked again: the first one has used the code up, and ``submit`` does nothing more.
        """
        cleaned = super().clean()
        if self.errors or is_used(self, self.person):
            return cleaned
        right = confirm_self(self.person, cleaned["password"])
        if not right and not is_used(self, self.person):  # it may have waited for a first press at the same time
            what = "code" if settings.SECOND_FACTOR else "password"
            self.add_error(
                "password", f"This is not your {what}. Type it again. After five wrong ones, wait 15 minutes."
            )
        return cleaned


def choose(label: str, **more: Any) -> Any:
    """Return a field that chooses one row; the form offers the rows with ``offer``."""
    return forms.ModelChoiceField(label=label, queryset=None, **{"empty_label": "Choose"} | more)


class WordsField(forms.CharField):
    """Several words with commas between them; cleans to a list without repeats."""

    def prepare_value(self, value: Any) -> Any:
        """Show a list as text."""
        return ", ".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the texts."""
        return super().has_changed(self.prepare_value(initial), data)

    def clean(self, value: Any) -> list[str]:
        """Return the words. Raises ``ValidationError`` for one that is too long."""
        text = super().clean(value)
        words = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        if any(len(word) > 30 for word in words):
            raise forms.ValidationError("A language has at most 30 letters. Put a comma between two.")
        return words


def latitude(label: str, **more: Any) -> forms.FloatField:
    """Return a field for degrees of latitude."""
    return degrees_field(label, 90, **more)


def longitude(label: str, **more: Any) -> forms.FloatField:
    """Return a field for degrees of longitude."""
    return degrees_field(label, 180, **more)


def degrees_field(label: str, limit: int, **more: Any) -> forms.FloatField:
    """Return a number field from minus ``limit`` to ``limit``."""
    say = f"Enter degrees from -{limit} to {limit}, such as 34.05."
    return forms.FloatField(
        label=label,
        required=False,
        min_value=-limit,
        max_value=limit,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={"invalid": say, "min_value": say, "max_value": say},
        **more,
    )


class UploadForm(FormKey):
    """A form with a file in ``upload``. Whatever is wrong with it is said together with the other errors."""

    def clean(self) -> dict[str, Any]:
        """Look into the file when the form is refused anyway; a form that is right leaves that to the operation."""
        cleaned = super().clean()
        if self.errors and (upload := cleaned.get("upload")):
            try:
                files.clean(upload)
            except Refused as refused:
                self.add_error("upload", refused.sentence)
        return cleaned


def both_or_none(form: forms.Form, first: str, second: str, cleaned: dict[str, Any]) -> None:
    """Add an error when only one half of a place is given."""
    if (cleaned.get(first) is None) != (cleaned.get(second) is None):
        missing = first if cleaned.get(first) is None else second
        form.add_error(missing, "A place needs both numbers. Enter this one too, or clear the other.")
