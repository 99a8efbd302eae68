"""Which homes may admit nobody today, and why."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from placement.audit.clock import now
from placement.facilities.models import FireClearance, Licence, LicenceCondition
from placement.ui.dates import short_day

NO_ADMISSIONS = LicenceCondition.Kind.NO_ADMISSIONS


def today_in(zone: F) -> Cast:
    """Return the calendar day it is now in the zone of that column."""
    return Cast(Func(zone, Value(now()), function="timezone"), DateField())


def open_to_admissions(homes: QuerySet[Any]) -> QuerySet[Any]:
    """Keep the homes whose licence and fire clearance let them admit somebody today, on their own calendar."""
    homes = homes.annotate(today=today_in(F("time_zone")))
    day = OuterRef("today")
    licences = Licence.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        ~Exists(_closing(OuterRef(day)).filter(licence=OuterRef("pk"))),
        facility=OuterRef("pk"),
        status=Licence.Status.LICENSED,
        valid_from__lte=day,
    )
    clearances = FireClearance.objects.filter(facility=OuterRef("pk"), valid_from__lte=day, valid_to__gte=day)
    return homes.filter(Exists(licences), Exists(clearances))


def _closing(day: Any) -> QuerySet[LicenceCondition]:
    return LicenceCondition.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=day), kind=NO_ADMISSIONS, starts_on__lte=day
    )


def why_closed(homes: Iterable[Any]) -> dict[UUID, str]:
    """Return home id → why nobody can be admitted today, for homes ``with_licence``. Two queries."""
    homes = list(homes)
    ids = [home.pk for home in homes]
    ended: dict[UUID, list[Any]] = {pk: [] for pk in ids}
    for clearance in FireClearance.objects.filter(facility__in=ids):
        ended[clearance.facility_id].append(clearance)
    conditions = list(
        LicenceCondition.objects.filter(licence__facility__in=ids, kind=NO_ADMISSIONS).select_related("licence")
    )
    found = {}
    for home in homes:
        closed = any(
            each.licence.facility_id == home.pk
            and each.starts_on <= home.today
            and (each.ends_on is None or each.ends_on >= home.today)
            and each.licence.valid_from <= home.today
            and (each.licence.valid_to is None or each.licence.valid_to >= home.today)
            for each in conditions
        )
        why = _licence(home) or ("a condition of the licence" if closed else "") or _fire(home, ended[home.pk])
        if why:
            found[home.pk] = why
    return found


def _licence(home: Any) -> str:
    """Return what is missing of the licence, or nothing."""
    if home.state == "none":
        return "no licence"
    if home.state == "not_licensed":
        return "not licensed"
    if home.state == "expired":
        if home.licence_valid_from > home.today:
            return f"licence begins {short_day(home.licence_valid_from)}"
        return f"licence ended {short_day(home.licence_valid_to)}"
    return ""


def _fire(home: Any, clearances: list[FireClearance]) -> str:
    """Return what is missing of the fire clearance, or nothing."""
    if any(each.valid_from <= home.today <= each.valid_to for each in clearances):
        return ""
    past = [each.valid_to for each in clearances if each.valid_to < home.today]
    return f"fire clearance ended {short_day(max(past))}" if past else "no fire clearance"
