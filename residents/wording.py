"""Terms that blame or criminalise a young person, and names of other young people, with what to write instead."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from residents.in_texts import pattern_of

FILE = Path(__file__).with_name("wording.toml")
A_NAME = "the name of another young person"
DASH, GAP, APOSTROPHE = r"[\s\-\u2010-\u2015]?", r"[\s\-\u2010-\u2015]+", "['\u2019]"


@dataclass(frozen=True)
class Hint:
    """What is pointed out: the ``term`` as the list has it, how it was written, what to write instead, why, and who says so.

    ``key`` tells two hints apart: the term, or for a name the code.
    """

    key: str
    term: str
    found: str
    better: str
    why: str
    source: str = ""


@dataclass(frozen=True)
class Term:
    """One entry of the list. ``pattern`` finds any of its forms as whole words."""

    forms: tuple[str, ...]
    better: str
    why: str
    source: str
    case: bool

    @property
    def name(self) -> str:
        """Return the form that names the entry."""
        return self.forms[0]


@dataclass(frozen=True)
class Named:
    """A young person whom the writer may know: the code, and names as they may stand in a text.

    ``whole`` are full names, found in any case; ``called`` are preferred names, which may be words, found only as written.
    """

    code: str
    whole: tuple[str, ...] = ()
    called: tuple[str, ...] = ()


@cache
def terms() -> tuple[Term, ...]:
    """Return the list."""
    read = tomllib.loads(FILE.read_text())
    return tuple(
        Term(
            tuple(entry["forms"]),
            entry["better"],
            entry["why"],
            read["sources"][entry["source"]] if "source" in entry else "",
            entry.get("case", False),
        )
        for entry in read["terms"]
    )


@cache
def _finder() -> tuple[re.Pattern[str], dict[str, Term]]:
    """Return what finds every form of every term, the longest first, and the term of each group."""
    forms = sorted(((form, term) for term in terms() for form in term.forms), key=lambda pair: -len(pair[0]))
    groups, parts = {}, []
    for number, (form, term) in enumerate(forms):
        words = "".join(
            DASH if one == "-" else GAP if one == " " else APOSTROPHE if one == "'" else re.escape(one) for one in form
        )
        groups[f"t{number}"] = term
        parts.append(f"(?P<t{number}>{words})" if term.case else f"(?P<t{number}>(?i:{words}))")
    return re.compile(rf"(?<![\w])(?:{'|'.join(parts)})(?![\w])"), groups


def hints(text: str) -> list[Hint]:
    """Return each term that stands in ``text`` as whole words, once, in the order in which they come."""
    pattern, groups = _finder()
    found: dict[str, Hint] = {}
    for match in pattern.finditer(text):
        term = groups[match.lastgroup or ""]
        found.setdefault(term.name, Hint(term.name, term.name, match.group(), term.better, term.why, term.source))
    return list(found.values())


def names_in(text: str, people: Iterable[Named]) -> list[Hint]:
    """Return each of ``people`` whose name stands in ``text`` as whole words, with the code to write instead."""
    decomposed = unicodedata.normalize("NFD", text)
    found = []
    for person in people:
        patterns = [(name, re.IGNORECASE) for name in person.whole] + [(name, re.NOFLAG) for name in person.called]
        for name, flags in patterns:
            if name.strip() and (match := re.search(pattern_of(name), decomposed, flags)):
                written = unicodedata.normalize("NFC", match.group())
                why = "This text is kept in a record of somebody else, or of the home."
                found.append(Hint(f"name {person.code}", A_NAME, written, f"the code {person.code}", why))
                break
    return found
