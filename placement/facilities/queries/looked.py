"""The rounds that looks make up, as they were first written, each with what speaks against it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from placement.access.models import Person
from placement.facilities.queries.rounds import AT_SCHOOL, IN_THE_HOUSE
from placement.ui.templatetags.ui import span
from residents.models import CareEntry
from residents.queries.looks import NOT_IN_BED, NOT_SEEN

ONE_ROUND = timedelta(minutes=5)  # looks of one person with less than this between them are one round
A_ROOM = timedelta(seconds=2)  # less than that for each room is too quick to have looked
SAME_TIME = timedelta(seconds=60)
DATED_BACK = timedelta(minutes=5)  # a look that is said to have been longer ago when it was written


@dataclass
class LookRound:
    """What one person looked at in one go: who, when it was and when it was written, and what speaks against it."""

    leader: Person
    looks: list[CareEntry]
    rooms: int
    marks: list[str] = field(default_factory=list)

    @property
    def starts_at(self) -> datetime:
        """Return the first claimed time."""
        return self.looks[0].happened_at

    @property
    def ends_at(self) -> datetime:
        """Return the last claimed time."""
        return self.looks[-1].happened_at

    @property
    def written_at(self) -> datetime:
        """Return when the last of it was written."""
        return max(look.written_at for look in self.looks)

    @property
    def not_seen(self) -> int:
        """Return how many were not found."""
        return sum(look.outcome in NOT_SEEN for look in self.looks)

    @property
    def how(self) -> str:
        """Return in words how somebody looked."""
        return ", ".join(dict.fromkeys(look.get_how_display() for look in self.looks if look.how))


def rounds_of(
    looks: Iterable[CareEntry],
    rooms: Mapping[UUID, UUID],
    is_awake: Callable[[Any, datetime], bool],
    *,
    changed: Collection[UUID] = (),
    elsewhere: Mapping[Any, Sequence[datetime]] | None = None,
) -> list[LookRound]:
    """Return the rounds that the looks make up, in order of time, each with what speaks against it. No query.

    Args:
        looks: as they were first written: what was changed later hides nothing.
        rooms: resident id → the room where they sleep.
        is_awake: says of a person's id and a moment whether they were on duty and awake.
        changed: ids of looks that say something else by now.
        elsewhere: person's id → when they looked at somebody in another home.
    """
    every = sorted(looks, key=lambda look: look.happened_at)
    groups: dict[tuple[Any, str], list[list[CareEntry]]] = defaultdict(list)
    for look in every:
        rounds = groups[look.written_by_id, look.kind]
        if rounds and look.happened_at - rounds[-1][-1].happened_at < ONE_ROUND:
            rounds[-1].append(look)
        else:
            rounds.append([look])
    found = []
    for (leader, _), rounds in groups.items():
        for mine in rounds:
            one = LookRound(mine[0].written_by, mine, len({rooms.get(look.resident_id) for look in mine}))
            if took := quick(one):
                one.marks.append(f"{one.rooms} rooms in {took.total_seconds():.0f} seconds")
            if not all(is_awake(leader, look.happened_at) for look in mine):
                one.marks.append("by somebody who was not on duty and awake")
            if contradicted := codes(look for look in mine if any(in_two_places(look, other) for other in every)):
                one.marks.append(f"{contradicted} in two places at once")
            there = (elsewhere or {}).get(leader, ())
            if any(abs(look.happened_at - at) < ONE_ROUND for look in mine for at in there):
                one.marks.append("the same person looked in another home then")
            if late := max((by for look in mine if (by := dated_back(look))), default=None):
                one.marks.append(f"written {span(late)} later")
            if others := codes(look for look in mine if look.pk in changed):
                one.marks.append(f"{others} changed after it was written")
            found.append(one)
    return sorted(found, key=lambda one: one.starts_at)


def codes(looks: Iterable[CareEntry]) -> str:
    """Return the codes of the young people, each once."""
    return ", ".join(dict.fromkeys(look.resident.code for look in looks))


def quick(one: LookRound) -> timedelta | None:
    """Return how long a round took when that is too short for its rooms: by the page's opening, or from tap to tap."""
    opened = [look.opened_at for look in one.looks]
    if all(opened):
        took = one.written_at - min(at for at in opened if at)
    elif len({look.happened_at for look in one.looks}) == len(one.looks):
        took = one.ends_at - one.starts_at
    else:
        return None
    return took if one.rooms >= 3 and took < one.rooms * A_ROOM else None


def dated_back(look: CareEntry) -> timedelta | None:
    """Return how much later a look was written than it is said to have been, when that is more than a round takes.

    The time that the page of a round stood open does not count, but a late entry is one all the same.
    """
    told = min(look.opened_at or look.written_at, look.written_at)
    return look.written_at - look.happened_at if look.late or told - look.happened_at > DATED_BACK else None


def in_two_places(look: CareEntry, other: CareEntry) -> bool:
    """Return whether two people say of one young person at the same time that they are in different places."""
    return (
        look.resident_id == other.resident_id
        and look.written_by_id != other.written_by_id
        and abs(look.happened_at - other.happened_at) < SAME_TIME
        and contradict(look, other)
    )


def contradict(look: CareEntry, other: CareEntry) -> bool:
    """Return whether what two looks say can't both be so: whoever is in bed is in the house, whoever is not may be, too."""
    if look.kind == other.kind:
        return look.outcome != other.outcome
    asleep, counted = (look, other) if look.kind == CareEntry.Kind.SLEEP else (other, look)
    return counted.outcome == AT_SCHOOL or (asleep.outcome != NOT_IN_BED and counted.outcome != IN_THE_HOUSE)
