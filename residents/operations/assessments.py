"""What the young person needs: population designation and level of care. The newest of each counts."""

from datetime import date

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, in_other_words
from residents.models import LevelAssessment, PopulationDesignation, Resident
from residents.operations.guard import must, today

LIVES_ELSEWHERE = (
    "The home where the young person lives does not serve this group, now or later in the stay. End the stay first, or get"
    " an approved exception."
)
POPULATION_RULES = ("home_is_for_one_population", "protected_population_is_not_mixed", "foster_care_is_the_exception")


@operation("designated a population")
def designate(resident: Resident, *, population: str, stage: str, basis: str, by: Person) -> PopulationDesignation:
    """Say which population the young person belongs to, how sure that is, and on what basis.

    The newest designation counts; earlier ones stay readable. One that would change or take back a confirmed one waits
    until a second person has agreed (``review_designation``), and the confirmed one goes on counting. Raises ``Refused``
    while the young person lives in a home that does not serve this population.
    """
    must(by, resident, Can.KEEP_CASE)
    with in_other_words(LIVES_ELSEWHERE, *POPULATION_RULES, field="population"):
        row = PopulationDesignation.objects.create(
            resident=resident, population=population, stage=stage, basis=basis.strip(), decided_by=by, decided_at=now()
        )
    row.refresh_from_db(fields=["standing"])
    return row


@operation("decided about a changed designation")
def review_designation(
    designation: PopulationDesignation, *, agree: bool, reason: str, by: Person
) -> PopulationDesignation:
    """Agree, or not, that ``designation`` takes the place of the confirmed one. For the supervisor of the unit.

    Raises ``Refused`` for whoever made it, without a reason, when it does not wait any more, when another one has
    counted since, and while the young person lives in a home that does not serve this population.
    """
    standings = PopulationDesignation.Standing
    row = PopulationDesignation.objects.visible_to(by, Can.APPROVE_PLACEMENT).locked().get(pk=designation.pk)
    if row.standing != standings.WAITING:
        raise Refused(f"This designation does not wait any more: {row.get_standing_display().lower()}.")
    if row.decided_by_id == by.pk:
        raise Refused("You made this designation, so somebody else must decide about it.")
    if not reason.strip():
        raise Refused("Give the reason for the decision.", field="reason")
    later = PopulationDesignation.objects.filter(
        resident=row.resident_id, standing__in=PopulationDesignation.COUNTING, decided_at__gt=row.decided_at
    )
    if agree and later.exists():
        raise Refused("A newer designation counts by now. Decline this one.", field="decision")
    row.standing = standings.AGREED if agree else standings.DECLINED
    row.reviewed_by, row.reviewed_at, row.review_reason = by, now(), reason.strip()
    with in_other_words(LIVES_ELSEWHERE, *POPULATION_RULES, field="decision"):
        row.save(update_fields=["standing", "reviewed_by", "reviewed_at", "review_reason"])
    return row


@operation("assessed the level of care")
def assess_level(
    resident: Resident,
    *,
    level: int,
    assessed_on: date,
    assessor: str,
    basis: str,
    by: Person,
    again_on: date | None = None,
) -> LevelAssessment:
    """Record the level of care that an assessment says the young person needs, and by which day it is assessed again.

    Raises ``Refused`` for a day that has not come yet, and for one of the next assessment that is not after it.
    """
    must(by, resident, Can.KEEP_CASE)
    if assessed_on > today(by):
        raise Refused("This day has not come yet. Give the day of the assessment.", field="assessed_on")
    return LevelAssessment.objects.create(
        resident=resident, level=level, assessed_on=assessed_on, assessor=assessor, basis=basis, again_on=again_on
    )
