"""The care profile, the identity, other names, and the alerts that everybody who cares must know."""

from datetime import date, datetime
from typing import Any

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from residents.models import Alias, Identity, Resident, SafetyAlert
from residents.operations.cases import check_birth_date
from residents.operations.guard import must

UNCHANGED: Any = object()


@operation("changed the care profile")
def change_profile(
    resident: Resident,
    *,
    preferred_name: str,
    languages: list[str],
    plan_of_the_day: str,
    by: Person,
    sex: str = UNCHANGED,
    school_latitude: float | None = UNCHANGED,
    school_longitude: float | None = UNCHANGED,
    reason: str = "",
) -> Resident:
    """Change what the care profile says. What is not given stays as it is; the school's place is in degrees."""
    must(by, resident, Can.KEEP_CASE)
    set_reason(reason.strip())
    resident = Resident.objects.visible_to(by, Can.KEEP_CASE).locked().get(pk=resident.pk)
    write(
        resident,
        preferred_name=preferred_name,
        languages=list(languages),
        plan_of_the_day=plan_of_the_day,
        sex=sex,
        school_latitude=school_latitude,
        school_longitude=school_longitude,
    )
    return resident


@operation("changed the identity")
def change_identity(
    resident: Resident,
    *,
    legal_name: str,
    birth_date: date,
    by: Person,
    birth_date_is_estimate: bool = UNCHANGED,
    family: str = UNCHANGED,
    family_latitude: float | None = UNCHANGED,
    family_longitude: float | None = UNCHANGED,
    reason: str = "",
) -> Identity:
    """Change legal name, date of birth or family. What is not given stays as it is."""
    must(by, resident, Can.KEEP_CASE)
    set_reason(reason.strip())
    check_birth_date(birth_date, by)
    identity = Identity.objects.visible_to(by, Can.VIEW_IDENTITY).locked().get(resident=resident)
    write(
        identity,
        legal_name=legal_name,
        birth_date=birth_date,
        birth_date_is_estimate=birth_date_is_estimate,
        family=family,
        family_latitude=family_latitude,
        family_longitude=family_longitude,
    )
    return identity


@operation("recorded another name")
def add_alias(resident: Resident, *, name: str, used_where: str, by: Person) -> Alias:
    """Record a name that the young person is or was known by, and where."""
    rights = must(by, resident, Can.KEEP_CASE)
    if Can.VIEW_IDENTITY not in rights:
        raise Resident.DoesNotExist
    return Alias.objects.create(resident=resident, name=name, used_where=used_where)


@operation("raised an alert")
def add_alert(
    resident: Resident, *, kind: str, text: str, urgent: bool, by: Person, ends_at: datetime | None = None
) -> SafetyAlert:
    """Put an alert on the young person's banner from now to ``ends_at`` (until it is ended, when ``None``)."""
    must(by, resident, Can.KEEP_CASE, Can.WRITE_CLINICAL)
    return SafetyAlert.objects.create(
        resident=resident, kind=kind, text=text, urgent=urgent, starts_at=now(), ends_at=ends_at
    )


@operation("ended an alert")
def end_alert(alert: SafetyAlert, *, by: Person) -> SafetyAlert:
    """Take an alert off the banner. It stays in the history. Raises ``Refused`` when it has ended before."""
    must(by, alert.resident, Can.KEEP_CASE, Can.WRITE_CLINICAL)
    alert = SafetyAlert.objects.visible_to(by, Can.VIEW_CARE_PROFILE).locked().get(pk=alert.pk)
    if alert.ends_at is not None and alert.ends_at <= now():
        raise Refused("This alert has already ended.")
    alert.ends_at = max(now(), alert.starts_at)
    alert.save(update_fields=["ends_at"])
    return alert


def write(record: Resident | Identity, **values: Any) -> None:
    """Save the given values; ``UNCHANGED`` ones are left alone."""
    given = {name: value for name, value in values.items() if value is not UNCHANGED}
    for name, value in given.items():
        setattr(record, name, value)
    record.save(update_fields=list(given))
