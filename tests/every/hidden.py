"""What must not be read by whom: each secret text of the world, and the part that opens it, by the oracle (invariants 8 and 10)."""

import re
from dataclasses import dataclass
from uuid import UUID

from residents.models import AccessRequest
from tests.every.oracle import Sight, sights
from tests.world import World

LIVES = {"ada": "cedar", "bea": "cedar", "cleo": "birch", "dina": "birch", "fay": "cedar"}
ANY_PART = "care | summary"
PARTS = {
    "Hidden exploiter of {key}": "exploitation",
    "Hidden handle of {key}": "exploitation",
    "Hidden allergy of {key}": "care",
    "Hidden aunt of {key}": "care",
    "Hidden limit of {key}": "care",
    "Hidden wish of {key}": "care",
    "Hidden phone of {key}": "care",
    "Hidden initials of {key}": "log | keep | approve",
    "Hidden brother of {key}": "care",
    "Hidden pool of {key}": "care",
    "Hidden visit of {key}": "care",
    "Hidden complaint of {key}": "complaint",
    "Hidden carer of {key}": "complaint",
    "Hidden finding of {key}": "complaint",
    "Hidden answer of {key}": "complaint",
    "Hidden look of {key}": "complaint",
    "Hidden session of {key}": "clinical",
    "Hidden conflict of {key}": "assign",
    "Hidden purpose of {key}": "asked",
    "Hidden need of {key}": "asked | asked for notes",
    "Hidden school of {key}": "share",
    "Hidden teacher of {key}": "share",
    "Hidden mother of {key}": "share",
    "Hidden emergency of {key}": "whole trail",
    "Hidden order of {key}": "case",
    "Hidden order about {key}": "case",
    "Hidden paper of {key}": "case + sealed",
    "Hidden number of {key}": "case + sealed",
    "Hidden reason of {key}": "case",
    "Hidden lunch of {key}": "care",
    "Secret{key}in": "care",
    "Hidden plan of {key}": "summary",
    "Hidden uncle of {key}": ANY_PART,
    "Hidden place of {key}": ANY_PART,
}


@dataclass(frozen=True)
class Secret:
    """A text, and the part of the young person's record or of the home that opens it; either does when it is of both."""

    text: bytes
    of_young: tuple[UUID, str] | None = None
    of_home: tuple[UUID, str] | None = None

    def open_to(self, person: Sight) -> bool:
        """Whether ``person`` may read it."""
        young = self.of_young is not None and person.has(self.of_young[1], young=self.of_young[0])
        return young or (self.of_home is not None and person.has(self.of_home[1], home=self.of_home[0]))


def secrets(world: World) -> list[Secret]:
    """Every secret text of the world: of homes the address, of young people names, codes, keys and a text in each part."""
    found = []
    for key, home in world.homes.items():
        pk = home.facility.pk
        for text in (f"Hidden {key.title()} Lane", f"Secret{key}", f"555-{key}"):
            found.append(Secret(text.encode()))  # shown only to whoever has just asked for it, with a reason
        found.append(Secret(str(pk).encode(), of_home=(pk, "home")))
        found.append(Secret(home.facility.name.encode(), of_home=(pk, "home")))
    for key, young in world.young.items():
        who = young.resident
        of_parts = {text.format(key=key): part for text, part in PARTS.items()}
        of_parts |= {f"{key.title()} Secretname": "identity", who.preferred_name: "care", young.case.number: ANY_PART}
        of_parts |= {who.code: "code", str(who.pk): "code"}
        found += [Secret(text.encode(), of_young=(who.pk, part)) for text, part in of_parts.items()]
        if key in LIVES:
            place = world.homes[LIVES[key]].facility.pk
            quarrel = f"Hidden quarrel of {key}".encode()
            found.append(Secret(quarrel, of_young=(who.pk, "care | case"), of_home=(place, "incidents")))
    return found


def stands_in(text: bytes, content: bytes) -> bool:
    """Whether ``text`` stands in ``content`` as whole words: ``W-1`` is neither in ``W-12`` nor in ``C-W-1``."""
    return text in content and re.search(rb"(?<![\w-])" + re.escape(text) + rb"(?![\w-])", content) is not None


_closed: dict[UUID, dict[UUID, list[bytes]]] = {}


def closed_texts(world: World) -> dict[UUID, list[bytes]]:
    """Person → the texts that no page may show them. Worked out once for a world."""
    if world.north.pk not in _closed:
        every = secrets(world)
        asked = set(AccessRequest.objects.values_list("asker", "code"))  # who asks for a record knows its code
        _closed[world.north.pk] = {
            pk: [
                secret.text
                for secret in every
                if not secret.open_to(person) and (pk, secret.text.decode()) not in asked
            ]
            for pk, person in sights(world).items()
        }
    return _closed[world.north.pk]
