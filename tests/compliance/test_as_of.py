"""The record as it stood: equals what was there, tells happened from written, and shows nobody more than their rights of today."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.queries.as_of import day_of, read
from compliance.queries.as_of_young import sections, young_as_of
from placement.access.models import AccessLogEntry, Person
from placement.access.rights import Can
from placement.audit.past import removed, stood
from placement.database.context import acting, acting_as_system
from placement.facilities import operations
from placement.facilities.models import Placement
from placement.ui.moments import moment_in_address
from residents import operations as residents
from residents.models import Document, IncidentPerson, ResidentGroupPermission, SafetyAlert
from residents.queries.record import open_record
from tests.residents.test_clinical_access import give
from tests.world import LOS_ANGELES, World, browser

INSTANT = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


def by(person: Person | None) -> Any:
    assert person
    return acting(person.pk, person.name)


def clock() -> datetime:
    """The database's clock, by which history is written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def page_of(world: World, key: str, moment: datetime, **more: str) -> Any:
    url = reverse("audit:as_of_young", args=[world.ada.resident.pk])
    return browser(world, key).get(url, {"at": moment_in_address(moment), **more})


def young_at(world: World, moment: datetime, key: str = "supervisor", **more: str) -> str:
    page = page_of(world, key, moment, **more)
    assert page.status_code == 200
    return main_of(page.text)


def home_at(world: World, moment: datetime, key: str = "supervisor") -> str:
    url = reverse("audit:as_of_home", args=[world.cedar.facility.pk])
    page = browser(world, key).get(url, {"at": moment_in_address(moment)})
    assert page.status_code == 200
    return main_of(page.text)


def main_of(text: str) -> str:
    """The words of the part of the page below its heading."""
    _, _, below = text[text.index("<main") : text.index("</main")].partition('<div class="split">')
    return " ".join(unescape(re.sub("<[^>]+>", " ", below)).split())


def add_alert(world: World, text: str) -> SafetyAlert:
    with by(world.caseworker):
        return residents.add_alert(world.ada.resident, kind="care", text=text, urgent=False, by=world.caseworker)


# -- as of T equals what was there at T

ACTS = st.lists(
    st.tuples(st.sampled_from(["add", "change", "end", "again", "bulk"]), st.integers(0, 9)), min_size=1, max_size=12
)


def texts(alerts: Any) -> dict[Any, tuple[Any, ...]]:
    rows = alerts.values_list("pk", "resident_id", "kind", "text", "urgent", "starts_at", "ends_at")
    return {pk: tuple(row) for pk, *row in rows}


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(ACTS)
def test_the_past_equals_what_was_there(world: World, acts: list[tuple[str, int]]) -> None:
    """Over random acts, also in bulk and several in one transaction: at each moment all alerts stood as they were."""
    alerts = SafetyAlert.objects.filter(resident=world.ada.resident).order_by("pk")
    seen = [(clock(), texts(alerts))]
    for act, number in acts:
        rows = list(alerts.all())
        one = rows[number % len(rows)]
        with by(world.caseworker):
            if act == "add":
                SafetyAlert.objects.create(resident=world.ada.resident, kind="care", text=f"Alert {number}")
            elif act == "bulk":
                alerts.update(urgent=number % 2 == 0)
            else:
                one.text = f"Text {number}" if act != "again" else one.text
                one.ends_at = clock() if act == "end" else one.ends_at
                one.save()
        seen.append((clock(), texts(alerts)))
    for moment, expected in seen:
        found = {one.key: one.then for one in stood(alerts.all(), moment) if one.known}
        assert {
            pk: (row.resident_id, row.kind, row.text, row.urgent, row.starts_at, row.ends_at)
            for pk, row in found.items()
        } == expected


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(["add", "change", "remove"]), st.integers(0, 9)), min_size=1, max_size=12))
def test_what_has_been_removed_since_is_found(world: World, acts: list[tuple[str, int]]) -> None:
    """Of a kind of record that can be removed: what stands and what has gone are together what was there."""

    def there() -> dict[Any, str]:
        return dict(IncidentPerson.objects.filter(incident=draft).values_list("pk", "name"))

    with by(world.staff_cedar):
        draft = residents.report_incident(
            kind="property",
            severity="low",
            happened_at=clock() - MINUTE,
            seen="A cup broke",
            done="",
            facility=world.cedar.facility,
            shift=None,
            residents=[world.ada.resident],
            draft=True,
            by=world.staff_cedar,
        )
    seen = [(clock(), there())]
    for act, number in acts:
        rows = list(IncidentPerson.objects.filter(incident=draft).order_by("pk"))
        with by(world.staff_cedar):
            if act == "add" or not rows:
                IncidentPerson.objects.create(incident=draft, name=f"Name {number}", role="police", part="called")
            elif act == "change":
                IncidentPerson.objects.filter(pk=rows[number % len(rows)].pk).update(name=f"Another {number}")
            else:
                rows[number % len(rows)].delete()
        seen.append((clock(), there()))
    for moment, expected in seen:
        found = stood(IncidentPerson.objects.filter(incident=draft), moment)
        found += removed(IncidentPerson, moment, incident_id=draft.pk)
        assert {one.key: one.then.name for one in found if one.known} == expected


def test_right_before_and_right_at_a_change(world: World) -> None:
    row = add_alert(world, "A new alert").history.get()
    assert "A new alert" not in known(world, row.history_date - INSTANT)
    assert "A new alert" in known(world, row.history_date)


def known(world: World, moment: datetime) -> list[str]:
    """What was known of the first section, in words."""
    with by(world.supervisor):
        record = open_record(world.supervisor, world.ada.resident.pk, Can.VIEW_AUDIT)
        found, _ = young_as_of(record, moment)
        return [line.then for entry in found[0].known for line in entry.stood.lines]


# -- what it says now, beside it


def test_what_is_different_now_stands_beside_it(world: World) -> None:
    before = clock()
    with by(world.caseworker):
        residents.change_profile(
            world.ada.resident,
            preferred_name="Zara of now",
            languages=["English"],
            plan_of_the_day="",
            by=world.caseworker,
        )
    text = young_at(world, before)
    assert "Preferred name Ada Zara of now" in text
    assert "different now" in text
    text = young_at(world, clock())
    assert "Preferred name Zara of now" in text
    assert "Ada Zara" not in text


def test_each_part_can_be_gone_to_and_says_how_much_is_different(world: World) -> None:
    before = clock()
    add_alert(world, "Came later")
    page = page_of(world, "supervisor", before).text
    wanted = re.findall(r'href="#(part-\d+)"', page)
    assert wanted and wanted == re.findall(r'<h2 id="(part-\d+)"', page)
    assert re.search(r'class="tag due" href="#part-\d+">[^<]*: 1 different now</a>', page)


def test_what_came_since_is_said_and_not_taken_for_known(world: World) -> None:
    before = clock()
    alert = add_alert(world, "Only known later")
    assert before < alert.starts_at
    assert "Came since: " in young_at(world, before)
    assert "Only known later" not in known(world, before)


def test_a_place_is_told_without_its_numbers(world: World) -> None:
    before = clock()
    with by(world.caseworker):
        world.ada.resident.school_latitude, world.ada.resident.school_longitude = 34.056789, -118.256789
        world.ada.resident.save()
    text = young_at(world, before)
    assert "a place" in text
    assert "34.05" not in text and "118.25" not in text


# -- happened and written


def late_entry(world: World) -> Any:
    with by(world.staff_cedar):
        return residents.log_care(
            world.ada.resident,
            facility=world.cedar.facility,
            shift=None,
            kind="note",
            note="She cried and said why",
            happened_at=clock() - 50 * MINUTE,
            reason="The night was full",
            by=world.staff_cedar,
        )


def test_what_had_happened_and_was_not_yet_written_is_left_out_and_marked(world: World) -> None:
    entry = late_entry(world)
    text = young_at(world, entry.happened_at)
    assert "She cried" not in text
    assert "written later, on" in text
    assert "1 had happened and was written later, so it is left out" in unescape(
        re.sub("<[^>]+>", "", page_of(world, "supervisor", entry.happened_at).text)
    )
    assert "She cried and said why" in young_at(world, entry.happened_at, known="today")


def test_once_it_is_written_it_is_known(world: World) -> None:
    entry = late_entry(world)
    row = entry.history.get()
    with by(world.supervisor):
        record = open_record(world.supervisor, world.ada.resident.pk, Can.VIEW_AUDIT)
        daily = next(part for part in sections(record, entry.happened_at) if part.title == "Daily care")
        read([daily], row.history_date, record.zone)
        assert [entry.key for entry in (one.stood for one in daily.known)].count(entry.pk) == 1
        assert all(one.stood.key != entry.pk for one in daily.late)


def test_what_happened_after_the_moment_is_not_there_at_all(world: World) -> None:
    entry = late_entry(world)
    text = young_at(world, entry.happened_at - INSTANT)
    assert "She cried" not in text
    assert "Note written later" not in text


# -- midnight and the nights of the clock change


@pytest.mark.parametrize(
    ("zone", "moment", "hours"),
    [
        (LOS_ANGELES, datetime(2026, 3, 8, 20, tzinfo=UTC), 23),
        (LOS_ANGELES, datetime(2026, 11, 1, 20, tzinfo=UTC), 25),
        (LOS_ANGELES, datetime(2026, 11, 2, 7, 59, 59, tzinfo=UTC), 25),
        (LOS_ANGELES, datetime(2026, 11, 2, 8, tzinfo=UTC), 24),
        (ZoneInfo("America/Chicago"), datetime(2026, 11, 2, 5, 59, tzinfo=UTC), 25),
        (ZoneInfo("America/Chicago"), datetime(2026, 11, 2, 6, tzinfo=UTC), 24),
    ],
)
def test_the_day_is_the_homes_own(zone: ZoneInfo, moment: datetime, hours: int) -> None:
    begins, ends = day_of(moment, zone)
    assert begins <= moment < ends
    assert ends.astimezone(UTC) - begins.astimezone(UTC) == timedelta(hours=hours)
    assert (begins.hour, ends.hour) == (0, 0)


def test_an_hour_that_came_twice_asks_which(world: World) -> None:
    url = reverse("audit:as_of_young", args=[world.ada.resident.pk])
    typed = {"when_date": "11/01/2015", "when_time": "01:30"}
    answer = browser(world, "supervisor").get(url, typed)
    assert "Choose the first or the second" in answer.text or "which" in answer.text
    first, second = (
        browser(world, "supervisor").get(url, typed | {"when_which": which}) for which in ("first", "second")
    )
    assert "PDT" in first.text and "Nov 1, 2015" in first.text
    assert first.context["moment"] == datetime(2015, 11, 1, 8, 30, tzinfo=UTC)
    assert second.context["moment"] == datetime(2015, 11, 1, 9, 30, tzinfo=UTC)


def test_a_time_that_has_not_come_is_refused_and_a_link_to_one_shows_the_present(world: World) -> None:
    url = reverse("audit:as_of_young", args=[world.ada.resident.pk])
    answer = browser(world, "supervisor").get(url, {"when_date": "01/01/2190", "when_time": "12:00"})
    assert "This time has not come yet." in answer.text
    assert page_of(world, "supervisor", datetime(2190, 1, 1, tzinfo=UTC)).context["moment"] <= clock()
    for text in ("no moment", "1e400", "2026-01-01", "9999-12-31T23:59:59Z"):
        assert browser(world, "supervisor").get(url, {"at": text}).status_code == 200


# -- who sees what


@pytest.mark.parametrize(
    "key",
    ["caseworker", "staff_cedar", "admin_cedar", "clinician", "inspector_cedar", "supervisor2", "sysadmin", "stranger"],
)
def test_the_record_as_it_stood_is_for_whoever_reads_its_whole_trail(world: World, key: str) -> None:
    assert page_of(world, key, clock()).status_code == 404


def test_a_part_needs_the_right_to_it_today(world: World) -> None:
    moment, secret = clock(), world.ada.note.text
    text = young_at(world, moment)
    assert "Ada Secretname" in text
    assert secret not in text
    with by(world.supervisor):
        asked = residents.ask_part(world.ada.resident, "clinical", purpose="The review", by=world.supervisor)
    give(world, asked)
    assert secret in young_at(world, moment)
    with acting_as_system("tests"):
        ResidentGroupPermission.objects.filter(permission__codename="view_identity").delete()
    text = young_at(world, moment)
    assert "Ada Secretname" not in text
    assert "Not open to you. For the caseworker" in text


def test_what_a_court_has_sealed_shows_only_with_the_right_to_it(world: World) -> None:
    title, moment = Document.objects.get(pk=world.ada.seal.document_id).title, clock()
    assert title in young_at(world, moment)
    with acting_as_system("tests"):
        ResidentGroupPermission.objects.filter(permission__codename="view_sealed").delete()
    assert title not in young_at(world, moment)


def test_who_is_barred_today_reads_no_past_in_which_they_were_not(world: World) -> None:
    moment = clock()
    assert page_of(world, "supervisor", moment).status_code == 200
    with by(world.supervisor):
        residents.declare_own_conflict(world.ada.resident, reason="A cousin of the mother", by=world.supervisor)
    assert page_of(world, "supervisor", moment).status_code == 404
    assert "W-1" not in home_at(world, moment)
    assert "taken" in home_at(world, moment)


def test_an_opening_is_written_down_as_a_look(world: World) -> None:
    young_at(world, clock())
    entry = AccessLogEntry.objects.get(page="audit:as_of_young", person_id=world.supervisor.pk)
    assert entry.resident_id == world.ada.resident.pk
    home_at(world, clock())
    looked = AccessLogEntry.objects.filter(page="audit:as_of_home", person_id=world.supervisor.pk)
    assert {entry.resident_id for entry in looked} >= {world.ada.resident.pk, world.bea.resident.pk}


# -- the home


def test_a_home_shows_who_slept_where_then_and_now(world: World) -> None:
    before = clock()
    with by(world.cedar.admin):
        stay = Placement.objects.get(pk=world.ada.stay.pk)
        stay.status, stay.ends_at, stay.end_reason = "ended", clock(), "Went home"
        stay.save()
    assert "Room 1 · A W-1 lives here Oct" in re.sub(r"here [A-Z][a-z]{2}", "here Oct", home_at(world, before))
    assert re.search(r"Room 1 · A W-1 lives here \w+ \d+, \d+ free", home_at(world, before))
    assert "Room 1 · A free – free" in home_at(world, clock())


def test_of_somebody_of_whom_the_reader_may_not_know_only_that_the_bed_was_taken(world: World) -> None:
    text = home_at(world, clock(), "supervisor2")
    assert "Room 1 · A taken – taken" in text
    assert "W-1" not in text


def test_a_text_of_a_drill_is_read_on_its_own_page_which_takes_names_out_of_it(world: World) -> None:
    with by(world.staff_cedar):
        reason = f"{world.ada.resident.preferred_name} stood in the door"
        operations.amend_drill(world.cedar.drill, seconds=90, reason=reason, by=world.staff_cedar)
    text = home_at(world, clock(), "supervisor2")
    assert "Exits and drills" in text and "stood in the door" not in text


@pytest.mark.parametrize(
    ("key", "status"), [("admin_cedar", 200), ("inspector_cedar", 200), ("staff_cedar", 404), ("admin_birch", 404)]
)
def test_a_home_as_it_stood_is_for_whoever_reads_its_papers(world: World, key: str, status: int) -> None:
    url = reverse("audit:as_of_home", args=[world.cedar.facility.pk])
    assert browser(world, key).get(url).status_code == status


# -- from change to change


def test_the_slider_leads_to_the_moment_right_after_a_change(world: World) -> None:
    alert = add_alert(world, "A step")
    page = page_of(world, "supervisor", clock())
    steps = page.context["steps"]
    assert steps[-1].at == alert.history.get().history_date
    assert "Caseworker raised an alert" in steps[-1].text or world.caseworker.name in steps[-1].text
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    answer = page_of(world, "supervisor", page.context["moment"], step=str(len(steps) - 2))
    assert answer.status_code == 302
    gone = browser(world, "supervisor").get(answer.headers["Location"])
    assert gone.context["moment"] == steps[-2].at
    for wrong in ("-1", "x", "999", "²", "9" * 5000):
        assert page_of(world, "supervisor", clock(), step=wrong).status_code == 200


def test_links_lead_to_the_record_before_an_act_and_before_an_incident(world: World) -> None:
    row = add_alert(world, "Before and after").history.get()
    act = browser(world, "supervisor").get(
        reverse("audit:act", args=[row.history_xid, f"{row.history_date.timestamp():.6f}"])
    )
    link = moment_in_address(row.history_date - INSTANT)
    assert f"{reverse('audit:as_of_young', args=[world.ada.resident.pk])}?at={link}" in act.text
    assert "Before and after" not in known(world, row.history_date - INSTANT)
    history = browser(world, "supervisor").get(reverse("residents:history", args=[world.ada.resident.pk]))
    assert f"?at={link}" in history.text
    incident = world.ada.incident
    before = moment_in_address(incident.happened_at - INSTANT)
    page = reverse("incidents:detail", args=[incident.pk])
    assert before in browser(world, "supervisor").get(page).text
    assert before not in browser(world, "staff_cedar").get(page).text


# -- what it costs


def test_it_costs_the_same_however_many_records_and_changes(world: World) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            young_at(world, clock())
        return len(seen)

    add_alert(world, "The first")
    before = cost()
    for number in range(30):
        alert = add_alert(world, f"Alert {number}")
        with by(world.caseworker):
            SafetyAlert.objects.filter(pk=alert.pk).update(text=f"Changed {number}")
    assert cost() == before
