"""Names, codes and addresses in what people have written: found however they are written, and replaced."""

import re
import unicodedata
from collections.abc import Iterable

ANOTHER = "another young person"
A_YOUNG_PERSON = "a young person"  # of whom not even the code is told
MARKS = "[\u0300-\u036f]*"  # accents, which stand apart in decomposed text
BETWEEN = r"[\W_]{0,3}"
WORDS = frozenset(
    "am an as at be by da de di do du el go he if in is it la le me my no of on or so to up us we".split()  # noqa: SIM905
)
# The last word of a street, which people shorten.
WAYS = [
    "alley|aly",
    "avenue|ave|av",
    "boulevard|blvd",
    "circle|cir",
    "court|ct",
    "drive|dr",
    "expressway|expy",
    "highway|hwy",
    "lane|ln",
    "parkway|pkwy",
    "place|pl",
    "plaza|plz",
    "road|rd",
    "square|sq",
    "street|str|st",
    "terrace|ter",
    "trail|trl",
    "way|wy",
]


def withheld(text: str, names: Iterable[str], *, instead: str = ANOTHER) -> str:
    """Return ``text`` with each of ``names`` replaced by ``instead``.

    A name is found as a whole word, in any case, with or without accents and with a plural s. Between its parts, and
    between the letters and the digits of a code, any dash, space or nothing may stand.
    """
    return replaced(text, (pattern_of(name) for name in names if name.strip()), instead)[0]


def replaced(text: str, patterns: Iterable[str], instead: str) -> tuple[str, int]:
    """Return ``text`` with what the longest of ``patterns`` finds in decomposed text replaced, and how often that was."""
    wanted = sorted(patterns, key=len, reverse=True)
    if not wanted:
        return text, 0
    decomposed = unicodedata.normalize("NFD", text)
    found, number = re.subn("|".join(wanted), instead, decomposed, flags=re.IGNORECASE)
    return unicodedata.normalize("NFC", found) if number else text, number


def pattern_of_street(street: str) -> str:
    """Return the expression that finds a street with its number, also with its last word shortened or left out."""
    words = street.split()
    ways = next((ways for ways in WAYS if words and words[-1].strip(".").lower() in ways.split("|")), "")
    if not ways or len(words) < 3:
        return pattern_of(street)
    return rf"{pattern_of(' '.join(words[:-1]))}(?:{BETWEEN}(?:{ways})(?![^\W_])\.?)?"


def pattern_of(name: str) -> str:
    """Return the expression that finds ``name`` in decomposed text."""
    bare = "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one))
    parts = re.findall(r"[^\W\d_]+|\d+", bare)
    if len("".join(parts)) < 2:
        return rf"(?<!\w){re.escape(unicodedata.normalize('NFD', name))}(?!\w)"
    words = BETWEEN.join(part if part.isdecimal() else "".join(letter + MARKS for letter in part) for part in parts)
    if parts[-1].isdecimal():
        return rf"(?<![^\W_]){words}s?(?!\d)"
    if bare.lower() in WORDS:
        words = f"(?-i:{words})"
    return rf"(?<![^\W_]){words}s?(?![^\W_])"
