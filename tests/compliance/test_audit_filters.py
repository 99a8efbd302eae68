"""What the audit list is asked for narrows it, and nothing that is hidden shows through a filter."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.queries.audit import Act, acts, place_of, token_of
from compliance.queries.audit_filter import GRANTS, PLACES, AuditFilter
from compliance.queries.audit_kinds import audited_models, field_choices
from placement.access.models import Person
from placement.database.context import acting
from placement.database.kept import KEPT
from residents import operations as residents
from residents.models import CareEntry
from tests.world import World, browser

LABEL = "residents.CareEntry"


def of_all(world: World, **asked: object) -> AuditFilter:
    """What is asked for, in the days around now."""
    return replace(AuditFilter(world.now - timedelta(days=1), world.now + timedelta(days=1)), **asked)


def seen(world: World, reader: Person | None = None, **asked: object) -> list[Act]:
    """What the reader, the supervisor unless told, sees line by line."""
    reader = reader or world.supervisor
    with acting(reader.pk, reader.name):
        return acts(reader, of_all(world, **asked), one_by_one=True).acts


def log(
    world: World, note: str, *, young: str = "ada", ago: timedelta = timedelta(), by: Person | None = None
) -> CareEntry:
    """One care entry in Cedar House, by its staff unless told, that happened some time ago."""
    by = by or world.staff_cedar
    with acting(by.pk, by.name):
        return residents.log_care(
            world.young[young].resident,
            facility=world.cedar.facility,
            shift=None,
            kind="note",
            note=note,
            happened_at=world.now - ago,
            by=by,
        )


def amend(world: World, entry: CareEntry, note: str, reason: str) -> CareEntry:
    staff = world.staff_cedar
    with acting(staff.pk, staff.name):
        return residents.amend_care(entry, note=note, reason=reason, by=staff)


def things(found: list[Act]) -> set[object]:
    return {act.thing for act in found}


@pytest.fixture
def entry(world: World) -> CareEntry:
    return log(world, "Painted a blue horse")


def test_each_filter_finds_what_it_is_for_and_nothing_else(world: World, entry: CareEntry) -> None:
    late = log(world, "Slept badly", young="bea", ago=timedelta(hours=20))
    better = amend(world, entry, "Painted two blue horses", "Counted again with the school")
    staff, ada = world.staff_cedar, world.ada.resident
    mine = {entry.pk, late.pk, better.pk}

    def found(**asked: object) -> set[object]:
        return things(seen(world, **asked)) & mine

    assert found() == mine
    assert found(person=staff.pk) == found(role="staff") == found(who=staff.name[:4].upper()) == mine
    assert found(person=world.caseworker.pk) == found(role="caseworker") == found(who="nobody here") == set()
    assert found(resident=ada.pk) == {entry.pk, better.pk}
    assert found(facility=world.cedar.facility.pk) == mine
    assert found(facility=world.birch.facility.pk) == set()
    assert found(record=LABEL) == mine
    assert found(record="residents.Contact") == set()
    assert found(thing=late.pk) == {late.pk}
    assert found(change="+") == mine
    assert found(change="~") == found(change="-") == set()
    assert found(late=True) == {late.pk} == {act.thing for act in seen(world) if act.late} & mine
    assert found(signed=True) == {better.pk}
    assert found(reason="with") == {better.pk}
    assert found(reason="without") == {entry.pk, late.pk}
    assert found(reason_text="THE SCHOOL") == {better.pk}
    assert found(happened_since=world.now - timedelta(hours=1)) == {entry.pk, better.pk}
    assert found(happened_until=world.now - timedelta(hours=1)) == {late.pk}
    assert found(words="horse") == {entry.pk, better.pk}  # horses, too
    assert found(words="horse -two") == {entry.pk}
    assert found(words="horse", resident=ada.pk, reason="with", change="+") == {better.pk}


def test_a_field_is_found_where_it_changed_and_where_it_was_first_written(world: World, entry: CareEntry) -> None:
    staff = world.staff_cedar
    with acting(staff.pk, staff.name):
        residents.change_care(entry, outcome="", note="Painted a red horse", by=staff)

    def changes(field: str) -> list[str]:
        return [act.did for act in seen(world, record=LABEL, thing=entry.pk, field=field)]

    assert changes("note") == ["changed a care entry", "logged care"]
    assert changes("happened_at") == ["logged care"]
    assert changes("reason") == []


def test_a_field_that_is_hidden_or_of_another_kind_finds_nothing(world: World) -> None:
    assert "closing_note" not in dict(field_choices("residents.Incident"))
    assert seen(world, record="residents.Incident", field="closing_note") == []
    assert seen(world, record=LABEL, field="no_such") == []
    assert seen(world, field="note") == []


def test_what_hangs_on_a_home_alone_is_found_beside_what_hangs_on_a_young_person(world: World) -> None:
    papers = {"record": "residents.Document", "since": world.now - timedelta(days=40)}
    found = things(seen(world, **papers, facility=world.cedar.facility.pk))
    assert {world.cedar.paper.pk, world.ada.document.pk} <= found
    assert world.birch.paper.pk in things(seen(world, **papers)) and world.birch.paper.pk not in found
    assert world.cedar.paper.pk not in things(seen(world, **papers, resident=world.ada.resident.pk))
    (row,) = [act for act in seen(world, **papers) if act.thing == world.cedar.paper.pk]
    assert (row.young, [pk for pk, _ in row.homes]) == ([], [world.cedar.facility.pk])
    page = browser(world, "supervisor").get(f"/audit/acts/{row.xid}/{row.when.timestamp()}/")
    assert page.status_code == 200 and world.cedar.paper.title in page.text
    assert world.cedar.facility.name in page.text


def test_after_an_incident_of_that_young_person_or_home(world: World, entry: CareEntry) -> None:
    with acting(world.supervisor.pk, world.supervisor.name):
        happened = world.ada.incident.happened_at
    assert happened < world.now
    hours = int((world.now - happened) / timedelta(hours=1)) + 2
    assert entry.pk in things(seen(world, incident=hours))
    if hours > 3:
        assert entry.pk not in things(seen(world, incident=1))
    of_birch = seen(world, incident=hours, facility=world.birch.facility.pk, resident=world.ada.resident.pk)
    assert of_birch == []


def test_inside_and_outside_of_where_somebody_works_share_all_between_them(
    world: World, entry: CareEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compliance.queries.audit.TABLE", 2000)
    everybody = {act.key for act in seen(world) if act.who_id}
    inside, outside = ({act.key for act in seen(world, place=place)} for place in ("inside", "outside"))
    assert inside | outside == everybody
    assert not inside & outside
    assert entry.pk in things(seen(world, place="inside"))


def test_somebody_of_another_home_is_outside_of_where_they_work(world: World, entry: CareEntry) -> None:
    """Who has left the home is outside of it, with what they write since then; what they wrote before stays inside."""
    staff, admin = world.staff_cedar, world.admin_cedar
    with acting(admin.pk, admin.name), connection.cursor() as cursor:
        cursor.execute("UPDATE facilities_assignment SET ends_at = clock_timestamp() WHERE person_id = %s", [staff.pk])
        assert cursor.rowcount == 1
    with acting(staff.pk, staff.name), connection.cursor() as cursor:
        cursor.execute("UPDATE residents_careentry SET note = 'Painted over' WHERE id = %s", [entry.pk])
        assert cursor.rowcount == 1
    found = {place: [act.did for act in seen(world, place=place, thing=entry.pk)] for place in ("inside", "outside")}
    assert found == {"inside": ["logged care"], "outside": ["changed care entry"]}


@pytest.mark.parametrize(("minutes", "is_off"), [(20, False), (40, True)])
def test_home_staff_who_wrote_while_not_on_shift(world: World, minutes: int, is_off: bool) -> None:
    """Not an administrator, who has no shifts to be on, and not within half an hour of the shift."""
    by_staff, by_admin = log(world, "On shift, or not"), log(world, "By the administrator", by=world.admin_cedar)
    both = {by_staff.pk, by_admin.pk}

    def off() -> set[object]:
        tagged = {act.thing for act in seen(world) if act.off_shift and act.thing in both}
        assert tagged == both & things(seen(world, place="off_shift"))
        return tagged

    assert off() == set()
    with acting(world.admin_cedar.pk, world.admin_cedar.name), connection.cursor() as cursor:
        sql = "UPDATE facilities_shiftstaff SET left_at = clock_timestamp() - make_interval(mins => %s) WHERE person_id = %s"
        cursor.execute(f"{sql} AND left_at IS NULL", [minutes, world.staff_cedar.pk])
        assert cursor.rowcount
    assert off() == ({by_staff.pk} if is_off else set())


@pytest.mark.parametrize("grant", GRANTS)
@pytest.mark.parametrize("show", ["", "looks", "both"])
def test_every_grant_can_be_asked_for(world: World, grant: str, show: str) -> None:
    assert isinstance(seen(world, grant=grant, show=show), list)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_can_be_asked_for_of_looks(world: World, place: str) -> None:
    assert isinstance(seen(world, place=place, show="both", incident=24), list)


@pytest.mark.parametrize("label", audited_models())
def test_each_field_of_each_kind_can_be_asked_for(world: World, label: str) -> None:
    for name, _ in field_choices(label):
        seen(world, record=label, field=name)
    seen(world, record=label, words="horse", late=True, signed=True)


def looks_of(world: World, reader: Person | None = None, **asked: object) -> list[Act]:
    return seen(world, reader, **{"show": "looks", **asked})


def test_who_looked_stands_on_the_same_line_of_time(world: World, entry: CareEntry) -> None:
    browser(world, "caseworker").get(f"/residents/{world.ada.resident.pk}/care/")
    look = looks_of(world)[0]
    assert (look.who_id, look.did) == (world.caseworker.pk, "opened: Daily care")
    assert look.young == [(world.ada.resident.pk, world.ada.resident.code)]
    assert look.by
    both = seen(world, show="both")
    assert look.key in {act.key for act in both}
    assert entry.pk in things(both)
    assert look.key not in {act.key for act in seen(world)}
    assert [act.when for act in both] == sorted((act.when for act in both), reverse=True)


def test_looks_are_asked_for_by_the_grant_behind_them(world: World) -> None:
    browser(world, "caseworker").get(f"/residents/{world.ada.resident.pk}/")
    assert [act.who_id for act in looks_of(world, grant="caseload")][:1] == [world.caseworker.pk]
    assert world.caseworker.pk not in {act.who_id for act in looks_of(world, grant="emergency")}
    assert world.caseworker.pk not in {act.who_id for act in looks_of(world, place="outside")}


def test_a_supervisor_of_another_unit_sees_no_change_no_look_and_no_word_of_it(world: World, entry: CareEntry) -> None:
    browser(world, "caseworker").get(f"/residents/{world.ada.resident.pk}/care/")
    other = world.supervisor2
    for asked in ({}, {"words": "horse"}, {"resident": world.ada.resident.pk}, {"thing": entry.pk}):
        found = seen(world, other, show="both" if "thing" not in asked and "words" not in asked else "", **asked)
        assert entry.pk not in things(found)
        assert world.ada.resident.code not in {code for act in found for _, code in act.young}


def test_a_clinical_text_is_not_found_without_the_right_to_it(world: World) -> None:
    assert world.ada.note is not None
    with acting(world.clinician.pk, world.clinician.name):
        residents.write_clinical_note(
            world.ada.resident, text="Zeppelin dream", happened_at=world.now, kind="therapy", by=world.clinician
        )
    assert seen(world, words="zeppelin") == []
    assert seen(world, record="residents.ClinicalNote") == []


def test_the_report_of_an_incident_is_not_found_by_its_words(world: World) -> None:
    assert seen(world, words="hidden quarrel", record="residents.Incident") == []


@pytest.mark.parametrize(
    "key", ["admin_cedar", "inspector_cedar", "staff_cedar", "caseworker", "clinician", "sysadmin"]
)
def test_nobody_else_gets_the_page_with_any_filter(world: World, key: str) -> None:
    client = browser(world, key)
    for query in ("", "?show=both", f"?young={world.ada.resident.pk}", f"?record={LABEL}&as=table"):
        assert client.get(f"/audit/{query}").status_code == 404


def test_what_is_private_never_stands_in_the_address(world: World, entry: CareEntry) -> None:
    client = browser(world, "supervisor")
    sent = {
        "resident": world.ada.resident.code,
        "who": "Wren",
        "words": "horse",
        "reason_text": "mother",
        "role": "staff",
    }
    answer = client.post("/audit/", sent)
    assert answer.url == "/audit/?role=staff&searched=1"
    text = client.get(answer.url).text
    assert f"Young person&#x27;s code: {world.ada.resident.code}" in text
    assert "Words in what was written: horse" in text


def test_a_chosen_filter_is_taken_away_by_itself(world: World, entry: CareEntry) -> None:
    client = browser(world, "supervisor")
    text = client.get(f"/audit/?role=staff&change=%2B&young={world.ada.resident.pk}").text
    chips = re.findall(r"<li><form.*?</form></li>", text, re.DOTALL)
    assert len(chips) == 3
    (without_role,) = [chip for chip in chips if "Role of who did it: Facility staff" in chip]
    left = dict(re.findall(r'name="(\w+)" value="([^"]*)"', without_role))
    left.pop("csrfmiddlewaretoken")
    assert left == {"change": "+", "young": str(world.ada.resident.pk)}
    assert client.post("/audit/", left).url == f"/audit/?change=%2B&young={world.ada.resident.pk}"


def test_a_young_person_of_others_and_one_who_does_not_exist_look_the_same(world: World) -> None:
    client, pages = browser(world, "supervisor2"), []
    for key in (world.ada.resident.pk, uuid4()):
        text = client.get(f"/audit/?young={key}&show=both").text
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text).replace(str(key), "the key"))
    assert pages[0] == pages[1]


def test_words_in_all_records_are_looked_for_in_a_month_at_most(world: World) -> None:
    client = browser(world, "supervisor")
    days = {"since": "01/01/2020", "until": "11/20/2020", "words": "horse"}
    refused = client.post("/audit/", days, follow=True).text
    assert "words are looked for in 31 days at most" in refused
    one = client.post("/audit/", {**days, "resident": world.ada.resident.code}, follow=True).text
    assert "words are looked for in 31 days at most" not in one


def pages_of(read: Callable[[str], object]) -> list[Act]:
    found, after = [], ""
    while True:
        page = read(after)
        found += page.acts  # type: ignore[attr-defined]
        after = page.after  # type: ignore[attr-defined]
        if not after:
            return found


@pytest.mark.parametrize("show", ["", "both", "looks"])
def test_the_pages_of_the_table_hold_each_row_once_in_one_order(
    world: World, show: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser(world, "caseworker").get(f"/residents/{world.ada.resident.pk}/care/")
    reader = world.supervisor
    with acting(reader.pk, reader.name):
        whole = [act.key for act in acts(reader, of_all(world, show=show), one_by_one=True).acts]
        monkeypatch.setattr("compliance.queries.audit.TABLE", 7)
        in_parts = pages_of(lambda after: acts(reader, of_all(world, show=show), after=after, one_by_one=True))
    keys = [act.key for act in in_parts]
    assert len(keys) == len(set(keys))
    assert keys[: len(whole)] == whole
    assert whole


def test_a_forged_place_starts_at_the_top(world: World) -> None:
    assert place_of("x") is None
    row = {"at": world.now, "label": LABEL, "key": 7}
    assert place_of(token_of(row)) == (world.now, LABEL, 7)
    assert place_of(token_of(row)[:-2] + "zz") is None
    assert browser(world, "supervisor").get("/audit/?after=x").status_code == 200


@pytest.mark.parametrize("query", ["", "?show=both", "?show=looks", "?as=table", "?show=both&as=table&place=outside"])
def test_a_page_costs_the_same_however_many_rows(world: World, query: str) -> None:
    client = browser(world, "supervisor")

    def cost() -> int:
        client.get(f"/audit/{query}")
        with CaptureQueriesContext(connection) as sent:
            assert client.get(f"/audit/{query}").status_code == 200
        return len(sent)

    log(world, "One")
    browser(world, "caseworker").get(f"/residents/{world.ada.resident.pk}/care/")
    before = cost()
    for number in range(30):
        log(world, f"Entry {number}", young="ada" if number % 2 else "bea")
        browser(world, "caseworker").get(f"/residents/{world.ada.resident.pk}/care/")
    assert cost() == before


def test_the_trail_of_one_young_person_is_an_opening_of_the_record(world: World, entry: CareEntry) -> None:
    client = browser(world, "supervisor")
    client.get("/audit/")
    assert not [act for act in looks_of(world) if "audit" in act.key or "Who did what" in act.did]
    client.get(f"/audit/?young={world.ada.resident.pk}")
    assert looks_of(world)[0].did == "opened: Who did what, about this young person"


def test_the_trail_of_one_record_is_an_opening_too(world: World, entry: CareEntry) -> None:
    """It is the trail of one young person, and the lines above lead to it."""
    browser(world, "supervisor").get(f"/audit/?record={LABEL}&thing={entry.pk}")
    looked = looks_of(world)[0]
    assert looked.did == "opened: Who did what, about this young person"
    assert [pk for pk, _ in looked.young] == [world.ada.resident.pk]


def test_each_value_of_a_difference_opens_its_record_and_each_person_their_acts(world: World, entry: CareEntry) -> None:
    client, row = browser(world, "supervisor"), entry.history.get()
    text = client.get(f"/audit/acts/{row.history_xid}/{row.history_date.timestamp()}/").text
    of_field = f"/audit/?record={LABEL}&amp;thing={entry.pk}&amp;field=note"
    assert of_field in text
    assert f"person={world.staff_cedar.pk}" in text
    shown = client.get(of_field.replace("&amp;", "&")).text
    assert "logged care" in shown
    assert "One record" in shown


def test_people_alternate_on_one_connection_and_the_kept_plan_shows_each_their_own(
    world: World, entry: CareEntry
) -> None:
    north, south = world.supervisor, world.supervisor2
    codes = []
    for reader in (north, south, north, south):
        found = {code for act in seen(world, reader, show="both") for _, code in act.young}
        codes.append(found)
    assert codes[0] == codes[2]
    assert codes[1] == codes[3]
    assert world.ada.resident.code in codes[0]
    assert not codes[0] & codes[1]


def test_it_is_said_when_who_looked_is_left_out(world: World, entry: CareEntry) -> None:
    client, words = browser(world, "supervisor"), "Who looked is left out"
    assert words not in client.get("/audit/?show=both").text
    assert words not in client.get("/audit/?change=%2B").text
    assert words in client.get("/audit/?show=both&change=%2B").text


def test_a_connection_keeps_the_plans_of_the_last_few_statements_only(world: World) -> None:
    def kept() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'kept%'")
            return cursor.fetchone()[0]

    for label in list(audited_models())[: KEPT + 3]:
        seen(world, record=label)
    assert kept() == KEPT
    seen(world, record=label)
    assert kept() == KEPT
