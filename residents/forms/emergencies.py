"""Forms about emergency access."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MinLengthValidator

from placement.access.confirm import confirm_self
from placement.access.models import Person
from placement.access.submit import is_used
from placement.ui.forms import FormKey, LongTextField
from residents.models import SHORTEST_REASON, BreakGlass


class BreakGlassForm(FormKey):
    """Which record, why, and the own password once more."""

    code = forms.CharField(
        label="Code or case number", max_length=24, help_text="Exactly as it is written, such as K-7. One young person."
    )
    reason = LongTextField(
        label="Why can it not wait?",
        max_length=1000,
        validators=[
            MinLengthValidator(SHORTEST_REASON, f"Say in at least {SHORTEST_REASON} characters why it cannot wait.")
        ],
        help_text=f"At least {SHORTEST_REASON} characters. Your supervisor and the supervisor of the case read it.",
    )
    password = forms.CharField(
        label="Your password",
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="To show that it is you.",
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        if settings.SECOND_FACTOR:
            self.fields["password"].label = "A code from your app"
            self.fields["password"].help_text = "To show that it is you. A recovery code works too."
            self.fields["password"].widget.attrs["autocomplete"] = "one-time-code"

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


class EndForm(FormKey):
    """One press: end the emergency access."""


class JudgeForm(FormKey):
    """Whether an emergency access was justified, and why."""

    judgement = forms.ChoiceField(
        label="Was it justified?", choices=BreakGlass.Judgement.choices, widget=forms.RadioSelect
    )
    reason = LongTextField(label="Why?", max_length=1000, help_text="Your name is kept with it.")
