"""Characters that nobody sees: they split a name or an address so that no search finds it, or turn the order of the letters round.

The one that joins emoji into one stays between two of them.
"""

import re
import unicodedata

INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
JOINER, AS_EMOJI = "\u200d", "\ufe0f"
BEFORE = 20  # characters by which a person finds the place


def why_refused(text: str) -> str:
    """Return the sentence about the first invisible character in ``text``; "" when there is none."""
    for found in INVISIBLE.finditer(text):
        if not joins_emoji(text, found.start()):
            before = INVISIBLE.sub("", text[: found.start()])[-BEFORE:].strip()
            where = f"after “{before}”" if before else "at the beginning"
            return f"There is a character that nobody can see {where}. Delete that place and type it again."
    return ""


def joins_emoji(text: str, place: int) -> bool:
    """Return whether the character at ``place`` joins two emoji, such as those of a family."""
    around = text[place - 1 : place] if place else "", text[place + 1 : place + 2]
    if text[place] != JOINER or not all(around):
        return False
    before, after = around
    return (before == AS_EMOJI or unicodedata.category(before) in {"So", "Sk"}) and unicodedata.category(after) == "So"
