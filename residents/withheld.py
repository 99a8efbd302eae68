"""Parts of a record that are closed to the reader: for whom they are, as the rights of roles say it."""

from collections.abc import Iterable

from placement.access.rights import RESIDENT_RIGHTS, Can, Role

WHO = {
    Role.CASEWORKER: "the caseworker",
    Role.STAFF: "the staff of the home",
    Role.CLINICIAN: "the clinician on the team",
    Role.ADMIN: "the home's administrator",
    Role.SUPERVISOR: "the supervisor",
}


def readers_of(*any_of: Can) -> str:
    """Return for whom a part is that any of these rights opens: ``For the caseworker and the supervisor.``"""
    readers = [words for role, words in WHO.items() if RESIDENT_RIGHTS[role].intersection(any_of)]
    return f"For {', '.join(readers[:-1])}{' and ' if len(readers) > 1 else ''}{readers[-1]}."


def withheld(held: Iterable[Can], parts: dict[str, tuple[Can, ...]]) -> dict[str, str]:
    """Return the word of each part of ``parts`` that no right in ``held`` opens → for whom it is."""
    rights = set(held)
    return {word: readers_of(*any_of) for word, any_of in parts.items() if not rights.intersection(any_of)}
