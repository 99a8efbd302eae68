"""Looking at one young person more or less often than is usual in the home."""

from datetime import datetime

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import LookPlan, Resident
from residents.operations.guard import must

WHO = (Can.KEEP_CASE, Can.ACCEPT_PLACEMENT, Can.WRITE_CLINICAL)


@operation("decided how often to look")
def plan_looks(
    resident: Resident,
    *,
    day_minutes: int,
    night_minutes: int,
    vary_minutes: int,
    reason: str,
    ends_at: datetime,
    by: Person,
) -> LookPlan:
    """Decide, from now until ``ends_at`` (aware, 31 days at most), how many minutes lie between two looks.

    A plan that runs ends now. For the caseworker, a clinician on the team and the home's administrator; anybody else gets
    ``Resident.DoesNotExist``.
    """
    must(by, resident, *WHO)
    moment = now()
    running = LookPlan.objects.visible_to(by, Can.VIEW_CARE_PROFILE).filter(resident=resident, ends_at__gt=moment)
    for plan in running.locked():
        plan.ends_at, plan.ended_by, plan.end_reason = moment, by, "Another plan follows."
        plan.save(update_fields=["ends_at", "ended_by", "end_reason"])
    return LookPlan.objects.create(
        resident=resident,
        day_minutes=day_minutes,
        night_minutes=night_minutes,
        vary_minutes=vary_minutes,
        reason=reason,
        decided_by=by,
        starts_at=moment,
        ends_at=ends_at,
    )


@operation("ended a plan of looks")
def end_look_plan(plan: LookPlan, *, reason: str, by: Person) -> LookPlan:
    """End a plan before its time, with a ``reason``: from now on what is usual in the home counts."""
    plan = LookPlan.objects.visible_to(by, Can.VIEW_CARE_PROFILE).locked().get(pk=plan.pk)
    must(by, plan.resident, *WHO)
    if plan.ends_at <= now():
        raise Refused("This plan has ended already.")
    plan.ends_at, plan.ended_by, plan.end_reason = now(), by, reason
    plan.save(update_fields=["ends_at", "ended_by", "end_reason"])
    return plan
