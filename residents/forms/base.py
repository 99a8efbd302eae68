"""What the forms about one young person share."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from placement.access.models import Person
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
