"""What ties the young people of one home to each other, as far as the reader may read their exploitation history."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from placement.access.models import Person
from placement.access.opened import note_opened
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility, Placement
from residents.models import Resident, Separation
from residents.queries.ties import Tie, ties


@dataclass(frozen=True)
class Row:
    """A tie in a home. ``apart``: the two are kept apart; ``asks``: from whose record the reader may ask for it.

    ``coming``: the codes of those who do not live there yet.
    """

    tie: Tie
    apart: bool
    asks: Resident | None
    coming: list[str]

    @property
    def anchor(self) -> str:
        """Return the id of its row on the page."""
        return f"tie-{self.tie.one.code}-{self.tie.other.code}"


@dataclass(frozen=True)
class HomeTies:
    """The young people of a home who are compared, and the ties between them, most reasons first."""

    home: Facility
    people: list[Resident]
    rows: list[Row]


OF_THE_HOME = (Placement.Status.ACTIVE, Placement.Status.APPROVED, Placement.Status.PROPOSED)


def opens(person: Person, home: Facility) -> bool:
    """Return whether ``ties_of_home`` opens. One query."""
    stays = Placement.objects.visible_to(person, Can.VIEW_EXPLOITATION)
    return stays.filter(facility=home, status__in=OF_THE_HOME).exists()


def ties_of_home(person: Person, pk: UUID) -> HomeTies:
    """Return the ties between who lives in the home or is to come, most reasons first. Ten queries.

    Raises ``Facility.DoesNotExist`` for a reader to whom nobody's exploitation history in the home is open.
    """
    stays = Placement.objects.visible_to(person, Can.VIEW_EXPLOITATION).filter(facility=pk, status__in=OF_THE_HOME)
    status = dict(stays.order_by().values_list("resident", "status"))
    people = list(Resident.objects.visible_to(person, Can.VIEW_EXPLOITATION).filter(pk__in=status).order_by("code"))
    if not people:
        raise Facility.DoesNotExist
    note_opened(*people)
    home = Facility.objects.visible_to(person, Can.VIEW_FACILITY).get(pk=pk)
    ids = [resident.pk for resident in people]
    pairs = Separation.objects.visible_to(person, Can.VIEW_CASE_SUMMARY).filter(
        Q(ends_at=None) | Q(ends_at__gt=now()), kind=Separation.Kind.RESIDENT, other__in=ids
    )
    apart = {frozenset(pair) for pair in pairs.order_by().values_list("resident", "other")}
    keeps = Resident.objects.visible_to(person, Can.KEEP_CASE).filter(pk__in=ids).values_list("pk", flat=True)
    assigns = Resident.objects.visible_to(person, Can.ASSIGN_TEAM).filter(pk__in=ids).values_list("pk", flat=True)
    may_ask = {*keeps, *assigns}
    rows = []
    for tie in ties(person, ids):
        pair = (tie.one, tie.other)
        rows.append(
            Row(
                tie,
                frozenset(each.pk for each in pair) in apart,
                next((each for each in pair if each.pk in may_ask), None),
                [each.code for each in pair if status[each.pk] != Placement.Status.ACTIVE],
            )
        )
    return HomeTies(home, people, rows)
