"""Bars from records: those of supervisors, which somebody from outside judges."""

from uuid import UUID

from django.db.models import BooleanField, Func, QuerySet, Value

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import bars_to_judge
from residents.models import ConflictOfInterest, Resident


class HasJudge(Func):
    """Whether there is somebody to judge a bar: of a resident, laid by a person, on a person, each by the id."""

    template = "EXISTS (SELECT access_judges(%(expressions)s))"
    output_field = BooleanField()


HAS_JUDGE = HasJudge("resident_id", "declared_by_id", "person_id")


def waiting_for(codes: dict[UUID, str]) -> QuerySet[ConflictOfInterest]:
    """Return those of the bars in ``codes`` (of ``bars_to_judge``) that nobody has judged."""
    return ConflictOfInterest.objects.filter(pk__in=codes, judgement="").order_by("starts_at")


def to_judge(person: Person, pk: UUID) -> tuple[ConflictOfInterest, str]:
    """Return a bar that ``person`` judges, or has judged, and the code of the young person.

    Raises ``ConflictOfInterest.DoesNotExist``.
    """
    codes = bars_to_judge(person)
    people = ("person", "declared_by", "ended_by", "judged_by")
    bar = ConflictOfInterest.objects.filter(pk__in=codes).select_related(*people).get(pk=pk)
    return bar, codes[bar.pk]


def not_judged(person: Person) -> QuerySet[ConflictOfInterest]:
    """Return the bars of supervisors that wait to be judged, from records for which ``person`` answers.

    Each with ``has_judge``: whether there is anybody who could.
    """
    waiting = ConflictOfInterest.objects.visible_to(person, Can.ASSIGN_TEAM).filter(ConflictOfInterest.WAITS)
    people = ("resident", "person", "declared_by")
    return waiting.select_related(*people).annotate(has_judge=HAS_JUDGE).order_by("starts_at")


def nobody_judges(resident: Resident, by: Person) -> list[str]:
    """Return the names of the supervisors whose bar by ``by`` nobody could judge."""
    supervisors = Person.objects.filter(role=Role.SUPERVISOR, is_active=True).exclude(pk=by.pk)
    laid = HasJudge(Value(resident.pk), Value(by.pk), "pk")
    return list(supervisors.annotate(has_judge=laid).filter(has_judge=False).values_list("name", flat=True))
