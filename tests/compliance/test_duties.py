"""Whose duty a thing is by the words of its rule: it stands on their My work first, on that of others when little time is left."""

from datetime import timedelta

import pytest
from django.urls import reverse

from compliance.models import Obligation, RuleVersion
from compliance.parts import DUTY_OF, Duty
from compliance.queries.obligations import asked_of
from compliance.rules import load, read
from placement.access.models import Person
from placement.access.rights import Role
from placement.database.context import acting
from tests.compliance.judging import pack_text, rule_text
from tests.law import report
from tests.world import World, browser

REVIEW = "ca-gh-restraint-review-next-working-day"  # by the administrator


def test_the_key_is_read_and_kept(db: None) -> None:
    pack, problems = read("made-up.yaml", pack_text(rule_text(duty="staff")))
    assert not problems.lines and pack.rules[0].duty == "staff"
    pack, _ = read("made-up.yaml", pack_text())
    assert pack.rules[0].duty == ""
    said = {rule.id: rule.duty for pack in load() for rule in pack.on if rule.duty}
    assert set(said.values()) == set(Duty.values) == set(DUTY_OF.values())
    kept = RuleVersion.objects.filter(off="").exclude(duty="")
    assert dict(kept.values_list("rule", "duty")) == said


def asks(world: World, person: Person, ago: timedelta) -> Obligation | None:
    """What a restraint in Cedar so long ago asks of somebody by the rule."""
    incident = report(world, world.ada.resident, kind="restraint", ago=ago)
    with acting(person.pk, person.name):
        return asked_of(person).filter(rule__rule=REVIEW, subject=incident.pk).first()


@pytest.mark.parametrize(
    ("who", "ago", "there"),
    [
        ("admin_cedar", timedelta(hours=1), True),
        ("staff_cedar", timedelta(hours=1), False),
        ("staff_cedar", timedelta(days=5), True),  # overdue
    ],
)
def test_it_stands_first_with_whose_duty_it_is(world: World, who: str, ago: timedelta, there: bool) -> None:
    assert (asks(world, world.people[who], ago) is not None) is there


def test_what_is_critical_stands_with_all_from_the_beginning(world: World) -> None:
    incident = report(world, world.cleo.resident, home="birch", ago=timedelta(minutes=5))
    row = Obligation.objects.get(rule__rule="tx-dfps-missing-ncmec-24h", subject=incident.pk)
    assert (row.rule.duty, row.severity) == (Duty.CASEWORKER, "critical")
    for who in ("admin_birch", "caseworker2"):
        person = world.people[who]
        with acting(person.pk, person.name):
            assert asked_of(person).filter(pk=row.pk).exists(), who


def test_the_pages_say_whose_duty_it_is(world: World) -> None:
    row = asks(world, world.admin_cedar, timedelta(hours=1))
    assert row is not None
    client = browser(world, "staff_cedar")
    page = client.get(reverse("compliance:obligation", args=[row.pk])).text
    assert "Whose duty" in page and "Facility administrator" in page
    page = client.get(reverse("compliance:rule", args=[REVIEW])).text
    assert "Whose duty" in page and "Facility administrator" in page
    page = client.get(reverse("compliance:rule", args=["fed-missing-report-24h"])).text
    assert "Whose duty" not in page


def test_a_clinicians_duty_stands_on_their_my_work(world: World) -> None:
    rule = RuleVersion.objects.get(rule="tx-traf-counseling", off="")
    assert rule.duty == DUTY_OF[Role.CLINICIAN]
    person = world.clinician2
    with acting(person.pk, person.name):
        found = list(asked_of(person).values_list("rule__duty", flat=True))
    assert set(found) <= {Duty.CLINICIAN}
