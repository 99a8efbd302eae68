"""Who has left a home for somewhere else, and which look at how they are doing is due."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, models
from django.db.models import Case as Choice
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery, When
from django.utils import timezone

from placement.access.models import Person
from placement.access.opened import note_asked
from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.kept import ASKED, run_kept
from residents.models import Case, Resident

LOOKING = ("draft", "open", "proposed")  # referrals that still look for a home
COMING = ("approved", "active")  # stays that begin, or go on


def ids(right: Can) -> str:
    """Return the array of the ids on which whoever asks has ``right``, as ``visible_to`` asks for it: once in a statement."""
    return f"(SELECT access_granted(given.who, '{right.app}', ARRAY['{right.codename}'], given.now) FROM given)::uuid[]"


def words(values: Iterable[str]) -> str:
    """Return fixed words as a list in a statement."""
    return ", ".join(f"'{value}'" for value in values)


def sets(asked: str, those: str) -> str:
    """Return the beginning of a statement that ``run_kept`` runs, with the sets that say where young people stand.

    Only of those whose case whoever asks may know of: ``summary`` has their ids. ``open_cases`` and ``coming`` are their cases and
    stays; ``gone`` are those who left a home during the open case and for whom nobody looks for another one. A set that nobody
    reads costs nothing.

    asked: what ``given`` has besides ``who``, ``now`` and ``zone``, as names with types. those: a query of one array of ids.
    """
    summary = "(SELECT summary.ids FROM summary)::uuid[]"
    return f"""WITH given AS MATERIALIZED (
  SELECT * FROM jsonb_to_record({ASKED}) AS given(who uuid, now timestamptz, zone text, {asked})),
summary(ids) AS MATERIALIZED ({those}),
open_cases AS MATERIALIZED (
  SELECT resident_id, opened_on FROM residents_case WHERE status = '{Case.Status.OPEN}' AND resident_id = ANY ({summary})),
coming AS MATERIALIZED (
  SELECT resident_id, status FROM facilities_placement WHERE status IN ({words(COMING)}) AND resident_id = ANY ({summary})),
discharged AS MATERIALIZED (
  SELECT resident_id, placement_id FROM facilities_discharge WHERE resident_id = ANY ({summary})),
gone AS MATERIALIZED (
  SELECT discharged.resident_id FROM discharged
  JOIN facilities_placement stay ON stay.id = discharged.placement_id
  JOIN residents_case of_now ON of_now.resident_id = discharged.resident_id AND of_now.status = '{Case.Status.OPEN}'
  WHERE (stay.ends_at AT TIME ZONE (SELECT zone FROM given))::date >= of_now.opened_on
    AND discharged.resident_id NOT IN (SELECT resident_id FROM coming)
    AND discharged.resident_id NOT IN (
      SELECT resident_id FROM facilities_referral WHERE status IN ({words(LOOKING)}) AND resident_id = ANY ({summary})))"""


def given(person: Person) -> dict[str, Any]:
    """Return who asks, and when and where, for ``sets``."""
    return {"who": person.pk, "now": now(), "zone": timezone.get_current_timezone_name()}


ONE = f"""{sets("resident uuid", f"SELECT ARRAY(SELECT resident FROM given WHERE resident = ANY ({ids(Can.VIEW_CASE_SUMMARY)}))")}
SELECT given.resident IN (SELECT resident_id FROM gone) FROM given"""


def has_left(person: Person, resident: Resident) -> bool:
    """Return whether ``resident`` is ``gone``, as far as ``person`` may know of the case. One query."""
    if not person.opens_records:
        return False
    note_asked(Can.VIEW_CASE_SUMMARY)
    with connection.cursor() as cursor:
        run_kept(cursor, ONE, given(person) | {"resident": resident.pk})
        return bool(cursor.fetchone()[0])


def checks_due(discharges: QuerySet[Any]) -> QuerySet[Any]:
    """Return those of ``discharges`` after which a look is still to come, with its day as ``due_on``.

    ``checked`` says whether somebody has looked before: the first look is due on the day of the plan, each later one
    on the day that the newest look named.
    """
    looks: type[models.Model] = discharges.model.checks.rel.related_model
    newest = looks._default_manager.filter(discharge=OuterRef("pk")).order_by("-checked_at", "-written_at")
    return (
        discharges.annotate(checked=Exists(newest))
        .annotate(
            due_on=Choice(
                When(checked=True, then=Subquery(newest.values("next_check_on")[:1])), default=F("first_check_on")
            )
        )
        .filter(due_on__isnull=False)
    )
