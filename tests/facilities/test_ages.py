"""An age is counted by the calendar of the place where the young person is, on every page alike."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from placement.access.models import Person
from placement.audit.clock import at_time, now
from residents.models import Identity
from residents.queries.ages import age_now, full_years
from tests.facilities.conftest import Steps
from tests.world import World


@pytest.fixture
def late_evening(world: World, acting_as: Any) -> datetime:
    """22:30 in California, the evening before Ada and Eve are 16; in New York, where their caseworker sits, it is 1:30."""
    home = now().astimezone(ZoneInfo("America/Los_Angeles"))
    evening = home.replace(hour=22, minute=30, second=0, microsecond=0)
    evening += timedelta(days=evening <= home)
    birthday = (evening + timedelta(days=1)).date()
    with acting_as(world.caseworker):
        for young in (world.ada, world.eve):
            born = birthday.replace(year=birthday.year - 16)
            Identity.objects.filter(resident=young.resident).update(birth_date=born)
    with acting_as(world.sysadmin):
        Person.objects.filter(pk=world.caseworker.pk).update(time_zone="America/New_York")
    world.caseworker.refresh_from_db()
    return evening


def test_on_the_evening_before_a_birthday_the_home_of_the_young_person_decides(
    world: World, client_of: Any, steps: Steps, late_evening: datetime
) -> None:
    client = client_of(world.caseworker)
    referral = steps.referral("ada")
    with at_time(late_evening):
        rows = {row.code: row.age for row in client.get(reverse("residents:list")).context["page"].rows}
        record = client.get(reverse("residents:detail", args=[world.ada.resident.pk])).context["record"]
        match = client.get(reverse("referrals:match", args=[referral.pk])).context["page"]
    assert rows["W-1"] == record.age == 15
    assert " · 15 · " in match.summary


def test_without_a_home_it_is_the_day_of_the_reader(world: World, client_of: Any, late_evening: datetime) -> None:
    client = client_of(world.caseworker)
    with at_time(late_evening):
        rows = {row.code: row.age for row in client.get(reverse("residents:list")).context["page"].rows}
        record = client.get(reverse("residents:detail", args=[world.eve.resident.pk])).context["record"]
        match = client.get(reverse("referrals:match", args=[world.eve.referral.pk])).context["page"]
    assert rows["W-5"] == record.age == 16
    assert " · 16 · " in match.summary


def test_somebody_born_on_a_leap_day_is_older_from_the_first_of_march() -> None:
    assert full_years(date(2012, 2, 29), date(2026, 2, 28)) == 13
    assert full_years(date(2012, 2, 29), date(2026, 3, 1)) == 14
    assert age_now(None, ZoneInfo("UTC")) is None
