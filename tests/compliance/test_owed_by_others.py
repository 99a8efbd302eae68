"""What the law asks of the caseworker, a court or an agency stands on no home as overdue, and is due for the caseworker."""

from datetime import timedelta

from django.urls import reverse

from compliance.models import Finding, Obligation
from compliance.queries import case_dates
from compliance.queries.obligations import asked_of
from compliance.queries.rules import homes_under
from placement.access.models import Person
from placement.audit.clock import at_time
from placement.database.context import acting
from residents import operations as residents
from tests.world import World, browser

DAY = timedelta(days=1)
VISIT = "fed-caseworker-visit-monthly"


def visit_of(world: World) -> Obligation:
    rows = Obligation.objects.filter(rule__rule=VISIT, resident=world.ada.resident, met_at=None, ended_at=None)
    return rows.select_related("rule", "facility").get()


def asked(person: Person) -> set[str]:
    with acting(person.pk, person.name):
        return set(asked_of(person).filter(resident__isnull=False).values_list("rule__rule", flat=True))


def test_the_visit_is_due_for_the_caseworker_and_not_for_the_home(world: World) -> None:
    row = visit_of(world)
    with at_time(row.due_at + DAY):
        assert VISIT in asked(world.caseworker)
        assert VISIT not in asked(world.admin_cedar) | asked(world.staff_cedar)
        for person, told in ((world.caseworker, True), (world.admin_cedar, False)):
            with acting(person.pk, person.name):
                dated = [case_dates.ASKED.tell(each, person).title for each in case_dates.ASKED.rows(person)]
            assert (row.rule.title in dated) is told, person


def test_every_page_says_that_the_home_does_not_owe_it(world: World) -> None:
    row = visit_of(world)
    url = reverse("compliance:obligation", args=[row.pk])
    with at_time(row.due_at + DAY):
        for key in ("caseworker", "admin_cedar"):
            page = browser(world, key).get(url).text
            assert "not done by others yet" in page and ">overdue<" not in page, key
            assert "The home does not owe it" in page, key
        with acting(world.admin_cedar.pk, world.admin_cedar.name):
            standings, _ = homes_under(world.admin_cedar, row.rule)
            assert [each.words for each in standings if each.home == world.cedar.facility] == ["not yet known"]
        assert row.rule.title not in browser(world, "admin_cedar").get(reverse("work")).text
        assert not Finding.objects.filter(rule=row.rule).exists()


def test_the_caseworkers_own_note_of_the_visit_shows_it(world: World) -> None:
    row = visit_of(world)
    caseworker, resident = world.caseworker, world.ada.resident
    with acting(caseworker.pk, caseworker.name):
        worker = residents.add_outside_person(
            resident, name="Worker", relation="other", permission="allowed", office="caseworker", by=caseworker
        )
        residents.log_contact(
            resident,
            outside_person=worker,
            kind="visit",
            initiative="other",
            happened_at=world.now - timedelta(hours=1),
            by=caseworker,
        )
    row.refresh_from_db()
    following = visit_of(world) if row.met_at or row.ended_at else row
    assert following.begun and following.due_at > row.event_at


def test_what_the_home_itself_owes_stays_with_it(world: World) -> None:
    with at_time(world.now + 400 * DAY):
        rules = asked(world.admin_cedar)
    assert rules and not Obligation.objects.filter(rule__rule__in=rules, severity="watch").exists()
