"""Staff files: hours of training that the rules count, references that stay private, tests kept with their dates alone."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.judging import judge
from compliance.models import Finding, Obligation
from compliance.operations import make_binder
from compliance.queries.staff_files import Year, staff_file, working, year_of
from placement.access.models import Person
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.facilities import operations as homes
from placement.facilities.models import Assignment, Credential, StaffReference, Training
from placement.facilities.queries.credentials import with_lacks
from placement.ui.dates import full_day
from tests.compliance.test_facts import rows, subjects
from tests.facilities.test_placements_pages import post
from tests.staff_files import asked, trained
from tests.world import World, browser

DAY = timedelta(days=1)
FIVE_HOURS = "tx-traf-preservice-training-5h"
NORMALCY = "tx-normalcy-training"


def page_of(world: World, home: str = "cedar", who: str = "staff") -> str:
    place = world.homes[home]
    works = place.facility.assignments.get(person=getattr(place, who))
    return reverse("compliance:staff_file", args=[place.facility.pk, works.pk])


def asks(world: World, rule: str) -> Obligation:
    """What the rule asks of Birch's staff."""
    return Obligation.objects.get(rule__rule=rule, rule__off="", subject=world.staff_birch.pk, ended_at=None)


def judged(world: World) -> None:
    with acting(world.admin_birch.pk, world.admin_birch.name):
        judge(homes=[world.birch.facility.pk])


def withdraw(world: World, training: Training, home: str = "birch") -> None:
    by = world.homes[home].admin
    with acting(by.pk, by.name):
        homes.withdraw_training(training, reason="Another person", by=by)


def test_hours_are_filed_for_several_at_once_and_shown_by_topic(world: World) -> None:
    supervisor = browser(world, "supervisor")
    url = reverse("compliance:file_training", args=[world.cedar.facility.pk])
    values = {"people": [world.staff_cedar.pk, world.admin_cedar.pk], "topic": "rights", "course": "Know your rights"}
    values |= {"hours": "1.5", "held_on": world.today.strftime("%m/%d/%Y"), "given_by": "County office"}
    post(supervisor, f"{url}?person={world.staff_cedar.pk}", values)
    assert {row.person for row in Training.objects.all()} == {world.staff_cedar, world.admin_cedar}
    text = supervisor.get(page_of(world)).text
    assert "Know your rights" in text and "Rights of young people" in text and "1.5 hours" in text
    post(
        supervisor,
        reverse(
            "compliance:withdraw_training",
            args=[world.cedar.facility.pk, Training.objects.get(person=world.staff_cedar).pk],
        ),
        {"reason": "Was ill"},
    )
    text = supervisor.get(page_of(world)).text
    assert "withdrawn" in text and "Was ill" in text and "No training is filed" in text
    assert "Know your rights" in supervisor.get(page_of(world, who="admin")).text


def test_nobody_files_for_themselves(world: World) -> None:
    admin = browser(world, "admin_cedar")
    page = admin.get(reverse("compliance:file_training", args=[world.cedar.facility.pk])).text
    assert world.staff_cedar.name in page
    assert f'value="{world.admin_cedar.pk}"' not in page
    with pytest.raises(Refused, match="Nobody files this for themselves"):
        trained(world, world.admin_cedar)
    own = admin.get(page_of(world, who="admin")).text
    assert "File training" not in own and "Ask for one" not in own
    ask = reverse(
        "compliance:ask_reference", args=[world.cedar.facility.pk, page_of(world, who="admin").split("/")[-2]]
    )
    values = {"named": "Pat Doe", "relation": "Friend", "asked_on": world.today.strftime("%m/%d/%Y")}
    assert "Nobody asks for a reference on themselves" in post(admin, ask, values).text


def test_what_was_said_is_for_those_who_run_the_home_and_not_for_whom_it_is_about(world: World) -> None:
    admin, inspector = browser(world, "admin_cedar"), browser(world, "inspector_cedar")
    ask = reverse("compliance:ask_reference", args=[world.cedar.facility.pk, page_of(world).split("/")[-2]])
    values = {"named": "Pat Doe, 555-0100", "relation": "Former employer", "asked_on": world.today.strftime("%m/%d/%Y")}
    assert "no answer yet" in post(admin, ask, values).text
    found = StaffReference.objects.get()
    answer = reverse("compliance:answer_reference", args=[world.cedar.facility.pk, found.pk])
    values = {"result": "concerns", "answered_on": world.today.strftime("%m/%d/%Y"), "said": "Often late"}
    text = post(admin, answer, values).text
    assert "Pat Doe" in text and "Often late" in text and "with concerns" in text
    text = inspector.get(page_of(world)).text
    assert "Former employer" in text and "with concerns" in text
    assert "Pat Doe" not in text and "Often late" not in text and "is private" in text
    assert inspector.get(answer).status_code in (403, 404)
    assert admin.get(answer).status_code == 404  # it is answered
    kept = asked(world, world.admin_cedar, by=world.supervisor, named="Sam Roe")
    text = admin.get(page_of(world, who="admin")).text
    assert "Sam Roe" not in text and kept.relation not in text and "stays with those who asked" in text


def test_the_file_says_what_is_missing_and_what_ends(world: World) -> None:
    admin = browser(world, "admin_cedar")
    text = admin.get(page_of(world)).text
    assert "Tuberculosis test: none on file" in text
    assert "Health screening: none on file" in text
    assert "References: nobody was asked" in text
    file = reverse("facilities:file-credential", args=[world.cedar.facility.pk, page_of(world).split("/")[-2]])
    values = {"kind": "tuberculosis", "valid_from": world.today.strftime("%m/%d/%Y"), "issuer": "Dr. Doe"}
    values |= {"valid_to": (world.today + 20 * DAY).strftime("%m/%d/%Y")}
    assert "of health only the dates are kept" in post(admin, file, values).text
    post(admin, file, values | {"issuer": ""})
    assert Credential.objects.get(kind="tuberculosis").person == world.staff_cedar
    asked(world)
    text = admin.get(page_of(world)).text
    assert "Tuberculosis test: none on file" not in text and "Tuberculosis test: ends" in text
    assert "References: no answer yet" in text


def test_five_hours_meet_the_rule_at_once_and_a_withdrawal_undoes_that(world: World) -> None:
    judged(world)
    assert asks(world, FIVE_HOURS).met_at is None
    (first,) = trained(world, home="birch", hours=3)
    assert asks(world, FIVE_HOURS).met_at is None
    trained(world, home="birch", hours=2, course="More signs")
    assert asks(world, FIVE_HOURS).met_at is not None
    text = browser(world, "admin_birch").get(page_of(world, "birch")).text
    assert "5 hours, 5 asked for" in text and "26 TAC 748.4653(a)(3)" in text
    withdraw(world, first)
    assert asks(world, FIVE_HOURS).met_at is None
    assert "2 hours, 5 asked for" in browser(world, "admin_birch").get(page_of(world, "birch")).text


def test_too_few_hours_after_ninety_days_are_a_finding(world: World) -> None:
    trained(world, home="birch", hours=4.75)  # who has worked there for 94 days
    found = Finding.objects.filter(rule__rule=FIVE_HOURS, subject=world.staff_birch.pk, closed_at=None)
    assert found.exists()
    trained(world, home="birch", hours=0.25, course="The last bit")
    assert not found.exists()


def test_hours_count_in_every_home_where_somebody_works(world: World) -> None:
    with acting(world.supervisor2.pk, world.supervisor2.name):
        homes.assign(world.staff_cedar, world.birch.facility, role="staff", by=world.supervisor2)
    (given,) = trained(world)  # in Cedar
    found = {row.facility for row in rows("staff.trafficking_5h") if row.subject == world.staff_cedar.pk}
    assert found == {world.cedar.facility.pk, world.birch.facility.pk}
    about = {"rule__rule": FIVE_HOURS, "rule__off": "", "subject": world.staff_cedar.pk, "ended_at": None}
    assert Obligation.objects.get(**about).met_at is not None
    withdraw(world, given, "cedar")
    assert Obligation.objects.get(**about).met_at is None


def test_what_is_filed_elsewhere_after_somebody_has_left_is_not_shown(world: World) -> None:
    works = Assignment.objects.get(facility=world.cedar.facility, person=world.staff_cedar)
    with acting(world.supervisor.pk, world.supervisor.name):
        homes.assign(world.staff_cedar, world.birch.facility, role="staff", by=world.supervisor)
    trained(world, world.staff_cedar, home="birch", course="In both homes")
    page = browser(world, "admin_cedar").get(page_of(world)).text
    assert "In both homes" in page and "in another home" in page and world.admin_birch.name not in page
    with acting(world.supervisor.pk, world.supervisor.name):
        homes.end_assignment(works, at=now(), by=world.supervisor)
    trained(world, world.staff_cedar, home="birch", course="Elsewhere now", hours=7)
    with acting(world.admin_birch.pk, world.admin_birch.name):
        homes.file_credential(
            world.birch.facility,
            world.staff_cedar,
            kind="first_aid",
            valid_from=world.today,
            valid_to=world.today + 900 * DAY,
            by=world.admin_birch,
        )
    page = browser(world, "admin_cedar").get(page_of(world)).text
    assert "In both homes" in page and "Elsewhere now" not in page
    assert full_day(world.today + 900 * DAY) not in page
    with acting(world.inspector_cedar.pk, world.inspector_cedar.name):
        binder = make_binder(world.cedar.facility, since=world.today, until=world.today, by=world.inspector_cedar)
    hours = next(part["rows"] for part in binder.content()["sections"] if part["key"] == "training-hours")
    assert [row[3] for row in hours if row[0] == world.staff_cedar.staff_number] == ["5"]
    at_work = world.birch.facility.assignments.get(person=world.staff_cedar)
    file = reverse("compliance:staff_file", args=[world.birch.facility.pk, at_work.pk])
    page = browser(world, "admin_birch").get(file).text
    assert "In both homes" in page and "Elsewhere now" in page and full_day(world.today + 900 * DAY) in page


def test_other_topics_do_not_count(world: World) -> None:
    trained(world, topic="normalcy", hours=40)
    assert world.staff_cedar.pk not in subjects("staff.trafficking_any")
    assert world.staff_cedar.pk in subjects("staff.normalcy")
    trained(world, home="birch", topic="normalcy", hours=1)
    assert asks(world, NORMALCY).met_at is not None


def test_eight_hours_count_within_one_training_year(world: World) -> None:
    began = world.today - 600 * DAY
    with acting(world.supervisor.pk, world.supervisor.name):
        before = {"starts_at": world.now - 600 * DAY, "ends_at": world.now - 550 * DAY, "role": "staff"}
        Assignment.objects.create(facility=world.cedar.facility, person=world.staff_cedar, **before)
    for course, days, hours in (("A", 10, 4), ("B", 360, 3), ("C", 370, 5), ("D", 500, 3), ("E", 510, 9)):
        trained(world, course=course, held_on=began + days * DAY, hours=hours)
    reached = [row.at for row in rows("staff.trafficking_8h_year") if row.subject == world.staff_cedar.pk]
    assert [at.astimezone(world.cedar.facility.zone).date() for at in reached] == [began + 500 * DAY]


def test_the_program_for_administrators_begins_the_time_to_its_exam(world: World) -> None:
    trained(world, world.admin_cedar, by=world.supervisor, topic="admin", hours=40, held_on=world.today - DAY)
    asked_for = Obligation.objects.get(rule__rule="ca-gh-administrator-exam-60d", subject=world.admin_cedar.pk)
    assert asked_for.due_at is not None
    day = asked_for.due_at.astimezone(world.cedar.facility.zone).date()
    assert day == world.today - DAY + 60 * DAY


@pytest.mark.parametrize(
    ("since", "today", "year"),
    [
        (date(2024, 5, 10), date(2026, 5, 9), Year(date(2025, 5, 10), date(2026, 5, 9))),
        (date(2024, 5, 10), date(2026, 5, 10), Year(date(2026, 5, 10), date(2027, 5, 9))),
        (date(2024, 2, 29), date(2025, 2, 28), Year(date(2024, 2, 29), date(2025, 2, 28))),
        (date(2024, 2, 29), date(2025, 3, 1), Year(date(2025, 3, 1), date(2026, 2, 28))),
    ],
)
def test_the_training_year_begins_on_the_day_of_the_first_work(since: date, today: date, year: Year) -> None:
    assert year_of(since, today) == year
    assert today in year


def test_a_quarter_of_an_hour_is_the_least(world: World) -> None:
    with pytest.raises(Refused, match="quarter of an hour"):
        trained(world, hours=0.2)
    assert trained(world, hours=0.25)[0].hours == Decimal("0.25")
    with pytest.raises(Refused, match="filed for one of these people already"):
        trained(world, hours=3)


def test_the_file_lists_the_rules_of_the_role_and_of_the_home_and_how_they_stand(world: World) -> None:
    judged(world)
    admin = browser(world, "admin_birch")
    of_staff, of_admin = (admin.get(page_of(world, "birch", who)).text for who in ("staff", "admin"))
    assert "26 TAC 748.4653(a)(3)" in of_staff and "26 TAC 748.4653(a)(5)" not in of_staff
    assert "26 TAC 748.4653(a)(5)" in of_admin and "26 TAC 748.4653(a)(3)" not in of_admin
    assert "22 CCR" not in of_staff + of_admin  # Birch is in Texas
    assert "0 hours in this training year, 4 asked for" in of_staff
    assert "26 TAC 748.505(b)" in of_staff  # the clearance, which nothing was found against


def test_the_file_of_one_home_costs_the_same_for_few_hours_and_for_many(
    world: World, django_assert_max_num_queries: Callable
) -> None:
    def cost() -> None:
        with acting(world.admin_cedar.pk, world.admin_cedar.name), django_assert_max_num_queries(16):
            works = working(world.cedar.facility, world.cedar.assignments[0].pk)
            staff_file(world.cedar.facility, works, world.admin_cedar)

    cost()
    for number in range(20):
        trained(world, course=f"Course {number}")
        asked(world)
    cost()


def staff_list(world: World, home: str = "birch", who: str = "admin_birch") -> str:
    text = browser(world, who).get(reverse("facilities:credentials", args=[world.homes[home].facility.pk])).text
    return text[text.index("<main") : text.index("</main>")]


def of_person(text: str, name: str) -> str:
    """What the list says of one person."""
    return next(item for item in text.split('<li><div class="stack-s">') if f'<div class="what">{name}<' in item)


def test_the_list_says_of_each_what_is_missing_and_who_lacks_something_comes_first(world: World) -> None:
    trained(world, home="birch", hours=4.75)  # who has worked there for 94 days
    asked(world, home="birch")
    said = of_person(staff_list(world), world.staff_birch.name)
    assert "Trafficking, exploitation and trauma: 4.75 hours, 5 asked for" in said and "missing" in said
    assert "Tuberculosis test: none on file" in said and "References: no answer yet" in said
    for kind in ("tuberculosis", "health"):
        file_of_birch(world, kind, world.staff_birch)
        file_of_birch(world, kind, world.admin_birch, by=world.supervisor2)
    trained(world, home="birch", hours=0.25, course="The last bit")
    trained(world, world.admin_birch, home="birch", hours=5, by=world.supervisor2)
    said = of_person(staff_list(world), world.staff_birch.name)
    assert "asked for" not in said and "Tuberculosis" not in said.split("<ul")[0]
    order = [world.admin_birch.name, world.staff_birch.name]
    assert (
        sorted(order) == order
    )  # by name the administrator, who lacks nothing that they read themselves, would be first
    text = staff_list(world)
    assert text.index(order[1]) < text.index(order[0])
    assert of_person(text, order[0]).count("missing") == 0


def file_of_birch(world: World, kind: str, person: Person, by: Person | None = None, days: int = 900) -> None:
    by = by or world.admin_birch
    with acting(by.pk, by.name):
        homes.file_credential(
            world.birch.facility,
            person,
            kind=kind,
            valid_from=world.birch.today,
            valid_to=world.birch.today + days * DAY,
            by=by,
        )


def test_what_runs_out_in_thirty_days_stands_there_too_and_later_does_not(world: World) -> None:
    for kind, days in (("tuberculosis", 30), ("health", 31)):
        file_of_birch(world, kind, world.staff_birch, days=days)
    said = of_person(staff_list(world), world.staff_birch.name).split("<ul")[0]
    assert "in 30 days" in said and "Tuberculosis test: ends" in said and "Health screening" not in said


def test_nobody_reads_of_references_on_themselves_in_the_list(world: World) -> None:
    assert "References" not in of_person(staff_list(world), world.admin_birch.name)
    assert "References: nobody was asked" in of_person(staff_list(world, who="supervisor2"), world.admin_birch.name)


def test_the_list_takes_as_many_queries_for_many_as_for_two(world: World) -> None:
    person, home = world.admin_birch, world.birch.facility
    sent = []
    others = [one for one in world.people.values() if one.role in ("staff", "admin") and one.name[-5:] != "Birch"]
    for more in ([], others):
        with acting(world.supervisor2.pk, world.supervisor2.name):
            for one in more:
                homes.assign(one, home, role=one.role, by=world.supervisor2)
        with acting(person.pk, person.name), CaptureQueriesContext(connection) as found:
            people = with_lacks(home, person)
        sent.append(len(found))
    assert len(people) == 2 + len(others) > 4 and sent[0] == sent[1]
