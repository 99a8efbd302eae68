"""Reports tell nobody of young people whom they may not know, ticked or not, however they are written."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.audit.clock import at_time, now
from placement.database.context import reading
from placement.facilities.models import Assignment
from placement.facilities.operations import assign
from placement.facilities.queries.incident_account import account
from placement.facilities.queries.withholding import lived_in
from residents import operations
from residents.in_texts import ANOTHER, withheld
from residents.models import Alias

TEXT = (
    "Ada hit BEA (w2, W 2, W\u20112, W\u20132s, W.2) and bea's friend Sister Moon; Béa Secretname, secretname and Bea-Secretname"
    " cried. The beautiful vase in W-21 broke."
)


@pytest.fixture
def report(world, acting_as):
    """An incident in Cedar in which only Ada is ticked; Bea, who lives there, stands in the text under every name."""
    with acting_as(world.caseworker):
        operations.add_alias(world.bea.resident, name="Sister Moon", used_where="street", by=world.caseworker)
    with acting_as(world.supervisor):
        operations.end_caseload(world.bea.caseload, at=now(), by=world.supervisor)
    with acting_as(world.staff_cedar):
        return operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            kind="injury",
            severity="serious",
            happened_at=now(),
            seen=TEXT,
            done="Talked with Bea.",
            residents=[world.ada.resident],
            by=world.staff_cedar,
        )


def page_of(client, incident) -> str:
    response = client.get(reverse("incidents:detail", args=[incident.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_who_lives_in_the_home_is_withheld_without_being_ticked(world, client_of, report):
    page = page_of(client_of(world.caseworker), report)
    assert f"Ada hit {ANOTHER} ({', '.join([ANOTHER] * 5)}) and {ANOTHER}&#x27;s friend {ANOTHER};" in page
    assert f"; {ANOTHER}, {ANOTHER} and {ANOTHER} cried. The beautiful vase in W-21 broke." in page
    assert f"Talked with {ANOTHER}." in page
    assert ANOTHER not in page_of(client_of(world.staff_cedar), report)


def test_who_comes_before_the_report_is_closed_is_withheld_too_and_who_left_before_is_not(world, report):
    home, day, staff = world.cedar.facility, timedelta(days=1), world.staff_cedar
    ids = lambda since, until: {one.pk for one in lived_in(home, since=since, until=until, known_to=staff)}  # noqa: E731
    ada, bea, fay = (world.young[key].resident.pk for key in ("ada", "bea", "fay"))
    assert ids(world.now, world.now) == {ada, bea}
    assert ids(world.now - 40 * day, world.now - 35 * day) == {fay}
    assert ids(world.now - 40 * day, world.now - 25 * day) == {ada, fay}
    assert ids(world.now - 25 * day, world.now - 5 * day) == {ada, bea, fay}


def test_the_page_costs_the_same_for_one_and_for_many(world, client_of, acting_as, report):
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client_of(world.caseworker), report)
        return len(captured)

    cost()
    before = cost()
    with acting_as(world.supervisor):
        for number in range(5):
            Alias.objects.create(resident=world.bea.resident, name=f"Other {number}")
    assert cost() == before


@pytest.mark.parametrize(
    "text", ["K27", "K 27", "k-27", "K\u201127", "K\u2013 27", "k-27s", "K_27", "K\u200b27", "(K-27)"]
)
def test_codes_are_found_however_they_are_written(text):
    assert withheld(f"With {text}.", {"K-27"}).replace("(", "").replace(")", "") == f"With {ANOTHER}."


@pytest.mark.parametrize("text", ["K-271", "OK 27", "K-2", "AK-27", "27 K", "K and 27"])
def test_what_is_another_code_stays(text):
    assert withheld(f"With {text}.", {"K-27"}) == f"With {text}."


@pytest.mark.parametrize(
    ("text", "name", "shown"),
    [
        ("zoe, ZOË and Zoe\u0308", "Zoë", f"{ANOTHER}, {ANOTHER} and {ANOTHER}"),
        ("Zoë", "Zoe", ANOTHER),
        ("Mary Ann, mary-ann and MaryAnn", "Mary-Ann", f"{ANOTHER}, {ANOTHER} and {ANOTHER}"),
        ("Bo and bo, a bow", "Bo", f"{ANOTHER} and {ANOTHER}, a bow"),
        ("Go on, Di di Go", "Go", f"{ANOTHER} on, Di di {ANOTHER}"),
        ("they go", "Go", "they go"),
        ("Noors bed; noorish", "Noor", f"{ANOTHER} bed; noorish"),
        ("café 🌱 ½ Å", "Noor", "café 🌱 ½ Å"),
    ],
)
def test_names_are_found_however_they_are_written(text, name, shown):
    assert withheld(text, {name}) == shown


CANDIDATES = "Ada Bea Cleo Fay Zoe Secretname Othername W-1 W-6"


@pytest.fixture
def newcomer(world, acting_as):
    """Somebody who works in Cedar since an hour ago. Fay lived there until ten days ago."""
    person = world.staff_birch
    with acting_as(world.supervisor), at_time(now() - timedelta(hours=1)):
        assign(person, world.cedar.facility, role="staff", by=world.supervisor)
    return person


def written_by(world, acting_as, person, days: int, text: str = CANDIDATES):
    with acting_as(person):
        return operations.report_incident(
            facility=world.cedar.facility,
            shift=None,
            kind="other",
            severity="low",
            happened_at=now() - timedelta(days=days),
            seen=text,
            done="",
            residents=[],
            by=person,
        )


def told_to(world, acting_as, person, incident) -> str:
    with acting_as(person):
        return account(person, incident.pk).seen


@pytest.mark.parametrize("days", [15, 50, 700])
def test_a_report_of_long_ago_tells_a_newcomer_nothing_about_who_lived_there(world, acting_as, newcomer, days):
    """The attack: a list of names, dated back; whichever of them is gone from the page lived there then."""
    incident = written_by(world, acting_as, newcomer, days)
    assert told_to(world, acting_as, newcomer, incident) == CANDIDATES
    assert told_to(world, acting_as, world.staff_cedar, incident) == CANDIDATES, "nor to a colleague who reads it"


def test_who_worked_there_at_the_same_time_knows_whom_the_report_hides(world, acting_as, newcomer):
    """Fay, by the name and the code that staff may know: her legal name is not found by trying many in an own report."""
    incident = written_by(world, acting_as, world.staff_cedar, 15)
    own, others = (told_to(world, acting_as, person, incident) for person in (world.staff_cedar, newcomer))
    assert own == f"Ada Bea Cleo {ANOTHER} Zoe Secretname Othername W-1 {ANOTHER}"
    assert others == f"Ada Bea Cleo {ANOTHER} Zoe {ANOTHER} Othername W-1 {ANOTHER}"
    fay_left = written_by(world, acting_as, world.staff_cedar, 5)
    assert told_to(world, acting_as, world.staff_cedar, fay_left) == CANDIDATES


def test_somebody_who_came_and_left_between_does_not_learn_of_the_time_between(world, acting_as, newcomer):
    """A first time of work that ended before the young person came counts for nothing."""
    person = world.caseworker2  # whoever it is: what counts is the work in the home
    since = world.fay.stay.starts_at
    with acting_as(world.supervisor):
        for begins, ends in (
            (since - timedelta(days=9), since - timedelta(days=1)),
            (since + timedelta(days=55), None),
        ):
            Assignment.objects.create(
                facility=world.cedar.facility, person=person, role="staff", starts_at=begins, ends_at=ends
            )
    with acting_as(person), reading("withholding"):
        known = lived_in(world.cedar.facility, since=since - timedelta(days=20), until=now(), known_to=person)
    assert {one.code for one in known} == {"W-1", "W-2"}


def test_a_closing_note_hides_whom_its_writer_could_know(world, acting_as, newcomer):
    """The supervisor of the other unit does not find out by a note which of many names lives in the home."""
    notes = {}
    for closer in (world.supervisor2, world.supervisor, world.admin_cedar):
        incident = written_by(world, acting_as, world.staff_cedar, 15)
        with acting_as(closer):
            operations.review_incident(incident, by=closer)
        filer = world.supervisor if closer == world.supervisor2 else world.supervisor2
        with acting_as(filer):
            operations.file_incident(incident, by=filer)
        with acting_as(closer):
            operations.close_incident(incident, closing_note=CANDIDATES, by=closer)
        for reader in (world.supervisor2, newcomer):
            with acting_as(reader):
                notes[closer, reader] = account(reader, incident.pk).steps[-1].comment
    assert notes[world.supervisor2, world.supervisor2] == CANDIDATES
    assert notes[world.supervisor2, newcomer] == CANDIDATES
    for closer in (world.supervisor, world.admin_cedar):
        assert notes[closer, newcomer] == f"Ada Bea Cleo {ANOTHER} Zoe {ANOTHER} Othername W-1 {ANOTHER}"
