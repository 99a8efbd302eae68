"""What somebody without an account writes. The pages draw these by hand, in the language of the page."""

import uuid
from typing import Any

from django import forms

from residents.models import Complaint
from residents.tell import texts


def speak(form: forms.Form, language: str) -> None:
    """Let a form say what is not right in the language of its page."""
    said = texts(language)
    for field in form.fields.values():
        field.error_messages |= {"required": said["error_happened"], "max_length": said["error_long"]}
        field.error_messages |= {"invalid_choice": said["error_choice"], "invalid": said["error_broken"]}
        field.error_messages |= {"null_characters_not_allowed": said["error_broken"]}


def said_in(form: forms.Form, name: str) -> str:
    """Return the words of a field as they were typed, a line end as one character. Raises where they are only empty space."""
    words = str(form.cleaned_data[name]).replace("\r\n", "\n")
    if not words.strip():
        raise forms.ValidationError(form.fields[name].error_messages["required"])
    return words


class TellForm(forms.Form):
    """A complaint in the sender's own words, which are kept as they are typed."""

    code = forms.CharField(max_length=40, required=False)
    about = forms.MultipleChoiceField(choices=Complaint.About.choices, required=False)
    who = forms.CharField(max_length=500, required=False)
    happened = forms.CharField(max_length=10_000, strip=False)
    since = forms.CharField(max_length=500, required=False)
    danger = forms.ChoiceField(choices=[("no", "no"), ("yes", "yes")], required=False)
    said_name = forms.CharField(max_length=160, required=False)
    said_home = forms.CharField(max_length=160, required=False)
    form_key = forms.UUIDField(initial=uuid.uuid4)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, language)

    def clean_happened(self) -> str:
        """Refuse what is only empty space."""
        return said_in(self, "happened")

    @property
    def told(self) -> dict[str, Any]:
        """Return the sender's words by the names of the complaint's fields."""
        kept = {name: value for name, value in self.cleaned_data.items() if name not in ("code", "form_key")}
        return kept | {"danger": kept["danger"] == "yes"}


class ReceiptForm(forms.Form):
    """The number and the words of a receipt, and the code where there was one. Whatever is typed is looked up."""

    code = forms.CharField(max_length=40, required=False)
    number = forms.CharField(max_length=20, required=False)
    words = forms.CharField(max_length=80, required=False)

    @property
    def typed(self) -> dict[str, str]:
        """Return what was typed; nothing of what is too long."""
        return {name: self.cleaned_data.get(name, "") for name in ("code", "number", "words")}


class AddForm(forms.Form):
    """Something that the sender adds."""

    text = forms.CharField(max_length=10_000, strip=False)
    form_key = forms.UUIDField(initial=uuid.uuid4)

    def __init__(self, *args: Any, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        speak(self, language)

    def clean_text(self) -> str:
        """Refuse what is only empty space."""
        return said_in(self, "text")
