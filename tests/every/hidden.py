"""What must not be read by whom: each secret text of the world, and the rights of which one opens it (invariants 8 and 10)."""

import re
from dataclasses import dataclass
from uuid import UUID

from django.db import models

from placement.access.rights import Can
from placement.access.visible import rights_on
from residents.models import AccessRequest
from tests.world import World

LIVES = {"ada": "cedar", "bea": "cedar", "cleo": "birch", "dina": "birch", "fay": "cedar"}
OF_INCIDENTS = frozenset({Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, Can.INSPECT})
CASE = frozenset({Can.VIEW_CASE})
PROFILE = frozenset({Can.VIEW_CARE_PROFILE})
ANY_PART = frozenset({Can.VIEW_CARE_PROFILE, Can.VIEW_CASE_SUMMARY})
PARTS: list[tuple[str, frozenset[Can]]] = [
    ("Hidden exploiter of {key}", frozenset({Can.VIEW_EXPLOITATION})),
    ("Hidden allergy of {key}", PROFILE),
    ("Hidden aunt of {key}", PROFILE),
    ("Hidden conflict of {key}", frozenset({Can.ASSIGN_TEAM})),
    ("Hidden purpose of {key}", frozenset({Can.KEEP_CASE, Can.ASSIGN_TEAM})),
    ("Hidden emergency of {key}", frozenset({Can.VIEW_AUDIT})),
    ("Hidden order of {key}", CASE),
    ("Hidden order about {key}", CASE),
    ("Hidden reason of {key}", CASE),
    ("Hidden lunch of {key}", frozenset({Can.VIEW_CARE_LOG})),
    ("Hidden uncle of {key}", ANY_PART),
    ("Hidden place of {key}", ANY_PART),
]


@dataclass(frozen=True)
class Secret:
    """A text, and the rights (on one of two things) of which any opens it."""

    text: bytes
    openers: tuple[tuple[models.Model, frozenset[Can]], ...]


def secrets(world: World) -> list[Secret]:
    """Every secret text of the world."""
    found = []
    for key, home in world.homes.items():
        for text in (f"Hidden {key.title()} Lane", f"Secret{key}", f"555-{key}"):
            found.append(Secret(text.encode(), ((home.facility, frozenset({Can.VIEW_ADDRESS})),)))
    for key, young in world.young.items():
        who = young.resident
        found.append(Secret(f"{key.title()} Secretname".encode(), ((who, frozenset({Can.VIEW_IDENTITY})),)))
        found.append(Secret(young.case.number.encode(), ((who, ANY_PART),)))
        found.append(Secret(who.code.encode(), ((who, frozenset({Can.VIEW_CODE})),)))
        for text, rights in PARTS:
            found.append(Secret(text.format(key=key).encode(), ((who, rights),)))
        if key in LIVES:
            place = world.homes[LIVES[key]].facility
            found.append(
                Secret(
                    f"Hidden quarrel of {key}".encode(),
                    ((who, frozenset({Can.VIEW_CARE_LOG, Can.VIEW_CASE})), (place, OF_INCIDENTS)),
                )
            )
    return found


def stands_in(text: bytes, content: bytes) -> bool:
    """Whether ``text`` stands in ``content`` as whole words: ``W-1`` is neither in ``W-12`` nor in ``C-W-1``."""
    return re.search(rb"(?<![\w-])" + re.escape(text) + rb"(?![\w-])", content) is not None


_closed: dict[UUID, dict[UUID, list[bytes]]] = {}


def closed_texts(world: World) -> dict[UUID, list[bytes]]:
    """Person → the texts that no page may show them. Worked out once for a world."""
    if world.north.pk not in _closed:
        every = secrets(world)
        rights: dict[tuple[UUID, UUID], frozenset[Can]] = {}
        for person in world.people.values():
            for thing in {thing for secret in every for thing, _ in secret.openers}:
                rights[person.pk, thing.pk] = rights_on(person, thing)
        asked = set(AccessRequest.objects.values_list("asker", "code"))  # who asks for a record knows its code
        _closed[world.north.pk] = {
            person.pk: [
                secret.text
                for secret in every
                if not any(rights[person.pk, thing.pk] & wanted for thing, wanted in secret.openers)
                and (person.pk, secret.text.decode()) not in asked
            ]
            for person in world.people.values()
        }
    return _closed[world.north.pk]
