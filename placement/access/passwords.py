"""Names that are used here make bad passwords: of the person, of homes and units, of the product (NIST SP 800-63B 3.1.1.2).

The refusal never says which name it was: it must not tell a stranger that there is such a home.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

SHORTEST = 4  # shorter words stand in too many good passwords by chance
LEFT = 8  # so many letters and digits must be there beside names
REFUSED = "This password contains a name that is used here. Choose one without names."
NAMES: list[Callable[[], Iterable[str]]] = []


def names_used_here(function: Callable[[], Iterable[str]]) -> Callable[[], Iterable[str]]:
    """Register a function that returns names: of homes, units, places."""
    NAMES.append(function)
    return function


class NoOwnNames:
    """Refuses a password that contains a name of the person, or a whole name that is used here, or little beside such names."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ``ValidationError`` for a password with names in it."""
        own = [user.name, user.username, user.staff_number] if user else []
        used_here = [settings.MFA_TOTP_ISSUER, *(name for names in NAMES for name in names())]
        typed = fold(password)
        own_words = {word for name in own for word in [fold(name), *words_of(name)] if len(word) >= SHORTEST}
        whole = {fold(name) for name in used_here if len(fold(name)) >= SHORTEST}
        if any(word in typed for word in own_words | whole):
            raise ValidationError(REFUSED, code="own_names")
        left = typed
        for word in sorted({word for name in used_here for word in words_of(name)}, key=len, reverse=True):
            left = left.replace(word, "")
        if left != typed and len(left) < LEFT:
            raise ValidationError(REFUSED, code="own_names")

    def get_help_text(self) -> str:
        """Return what the rule asks for."""
        return "Names of people, homes and units do not belong into it."


def fold(text: str) -> str:
    """Return ``text`` without capitals, spaces and signs."""
    return re.sub(r"[\W_]", "", text.casefold())


def words_of(name: str) -> list[str]:
    """Return the longer words of a name."""
    return [word for word in re.split(r"[\W_]+", name.casefold()) if len(word) >= SHORTEST]
