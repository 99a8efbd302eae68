"""The rights as they are read out with a young person: data files per state and language, with the names and numbers to call."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILES = Path(__file__).with_name("rights")
STATES = ("CA", "TX", "FL")
LANGUAGES = {"en": "English", "es": "Español"}
"""Those whose texts are complete. Any other language needs somebody who interprets."""
CALLED = {"english": "en", "inglés": "en", "ingles": "en", "spanish": "es", "español": "es", "espanol": "es"}


@dataclass(frozen=True)
class Right:
    """One right in plain words, and the ``law`` it comes from, for the adults."""

    text: str
    law: str


@dataclass(frozen=True)
class Reachable:
    """Somebody whom the young person may call in private: who, what they are, and the number, or that none is on file."""

    name: str
    what: str
    number: str


@dataclass(frozen=True)
class RightsText:
    """What is read out, in one language."""

    language: str
    title: str
    lead: str
    rights: tuple[Right, ...]
    people_title: str
    people: tuple[Reachable, ...]
    sign: str

    @property
    def words(self) -> str:
        """Return all of it as plain text, as it is kept with the signature."""
        rights = [f"{number}. {right.text} ({right.law})" for number, right in enumerate(self.rights, 1)]
        people = [f"- {one.name}{f', {one.what}' if one.what else ''}: {one.number}" for one in self.people]
        return "\n".join([self.title, "", self.lead, "", *rights, "", self.people_title, *people, "", self.sign])


def language_of(name: str) -> str:
    """Return the code of a language whose texts are complete, by its name in English or its own; empty for any other."""
    return CALLED.get(name.strip().lower(), "")


def rights_text(jurisdiction: str, language: str, people: Iterable[Any] = ()) -> RightsText:
    """Return the text for a state, or the general one where the product has none of the state.

    Args:
        language: a code of ``LANGUAGES``.
        people: those of the young person's list who hold an office (``OutsidePerson``), with their numbers.
    """
    common = _read("all")[language]
    own: dict[str, Any] = _read(jurisdiction)[language] if jurisdiction in STATES else {}
    unknown = common["unknown"]
    listed = [Reachable(one.name, common[one.office], one.telephone or unknown) for one in people]
    listed += [Reachable(one["name"], "", one.get("number", unknown)) for one in own.get("offices", ())]
    return RightsText(
        language,
        own.get("title", common["title"]),
        common["lead"],
        tuple(Right(**one) for one in (*own.get("rights", ()), *common["rights"])),
        common["people"],
        tuple(listed),
        common["sign"],
    )


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FILES / f"{name}.toml").read_text(encoding="utf-8"))
