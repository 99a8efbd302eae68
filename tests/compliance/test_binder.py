"""What an inspection binder says, and what it never says: no names, no addresses, no words about a young person."""

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from compliance import operations
from compliance.binder import content as contents
from compliance.binder import files
from compliance.binder.canonical import canonical
from compliance.binder.content import SECTIONS
from compliance.binder.scope import NOT_HERE_NOW, short
from compliance.codes import hides_times
from compliance.models import Binder, Finding, Obligation, RuleVersion
from compliance.operations import make_binder
from placement.audit.clock import now
from placement.database.constraints import Refused
from placement.database.context import acting
from placement.database.encryption import Unreadable
from placement.facilities import operations as homes
from placement.facilities.models import FacilityAddress
from placement.ui import printing
from placement.ui.dates import full_day
from residents import operations as residents
from residents.in_texts import A_YOUNG_PERSON
from residents.models import Alias, Identity, Resident
from tests.building.stays import discharge
from tests.corrective import LOCKED, do_steps, locked, plan, try_door
from tests.inspections import cited, ended, planned, recorded
from tests.law import NCMEC, of, prove, prove_all, report
from tests.staff_files import answered, asked, trained
from tests.world import World

DAY = timedelta(days=1)


def made(world: World, by: str = "inspector_cedar", days: int = 60, **more: Any) -> Binder:
    person = world.people[by]
    values = {"since": world.today - days * DAY, "until": world.today}
    with acting(person.pk, person.name):
        return make_binder(world.cedar.facility, by=person, **values | more)


def rows(binder: Binder, key: str) -> list[dict[str, str]]:
    """The rows of a section, by the names of their columns."""
    section = next(each for each in binder.content()["sections"] if each["key"] == key)
    names = [name for name, _, _ in section["columns"]]
    return [dict(zip(names, row, strict=True)) for row in section["rows"]]


def said(binder: Binder) -> str:
    """Everything that both files say, as somebody with the files could find it."""
    text = [page.extract_text() for page in PdfReader(io.BytesIO(files.pdf(binder, binder.content()))).pages]
    with zipfile.ZipFile(io.BytesIO(files.tables(binder, binder.content()))) as archive:
        text += [archive.read(name).decode("utf-8-sig") for name in archive.namelist()]
    whole = "\n".join(text)
    return whole + whole.replace("-\n", "").replace("\n", " ") + json.dumps(binder.counts)


def full_home(world: World) -> None:
    """Something of everything happens in Cedar, and names are typed wherever somebody may type."""
    ada, staff = world.ada.resident, world.staff_cedar
    names = f"{ada.preferred_name} and {Identity.objects.get(resident=ada).legal_name}"
    missing = report(world, ada)
    prove(of(NCMEC, subject=missing.pk), staff, told=f"{names}, hotline", reference=names, note=f"{names} with {staff}")
    street = world.cedar.facility.address.street
    cause = f"{names} and {ada.code} stood in the way at {street}; {staff} was late. =1+1 \N{SNOWMAN} \N{GRINNING FACE}"
    action = plan(world, locked(world), cause=cause, steps=[f"Talk with {names.upper()}", "=HYPERLINK(1)"])
    do_steps(action)
    action = plan(world, Finding.objects.filter(resident=ada, closed_at=None).first(), cause=f"Unkind {names}")
    admin = world.admin_cedar
    visit = recorded(world, authority=f"Fire marshal at {street}")
    citation = cited(world, visit=visit, found=f"{names} showed {admin} a broken window at {street}")
    correction = planned(world, citation=citation, what=f"Ask {admin} and {names}")
    with acting(admin.pk, admin.name):
        operations.send_correction(correction, on=world.today, by=admin)
        operations.do_correction(correction, on=world.today, note=f"New glass, says {names}", by=admin)
    trained(world, course=f"Calm with {names}", hours=6.5)
    answered(world, asked(world, relation=f"Teacher of {names}"), said=f"{staff} is kind to {names}")
    with acting(staff.pk, staff.name):
        homes.record_drill(
            world.cedar.facility,
            shift=world.cedar.shift,
            kind="fire",
            held_at=world.now - timedelta(minutes=20),
            seconds=95,
            young=[ada, world.bea.resident],
            not_out=[ada],
            why_not=f"{names} hid",
            problems=f"{names} panicked",
            follow_up=f"Sit with {names}",
            staff=[staff],
            by=staff,
        )


def forbidden(world: World) -> set[str]:
    """Names of all young people in full and in parts, of everybody with an account, and where the homes are."""
    found = {each.preferred_name for each in Resident.objects.all()}
    found |= set(Identity.objects.values_list("legal_name", flat=True))
    found |= set(Alias.objects.values_list("name", flat=True))
    found |= {part for name in found for part in name.split() if len(part) > 2}
    found |= {person.name for person in world.people.values() if " " in person.name}
    for address in FacilityAddress.objects.all():
        found |= {address.parts()[name] for name in ("street", "city", "telephone")}
    return found


def leaks(world: World, text: str) -> list[str]:
    return [each for each in forbidden(world) if re.search(rf"(?<!\w){re.escape(each)}(?!\w)", text, re.IGNORECASE)]


@pytest.mark.parametrize("by", ["inspector_cedar", "admin_cedar", "supervisor"])
def test_no_file_names_anybody_or_tells_where_the_home_is(world: World, by: str) -> None:
    full_home(world)
    binder = made(world, by)
    text = said(binder)
    assert leaks(world, "Then Ada Secretname") and leaks(world, text) == []
    for words in ("Unkind", "panicked", "hid", "Hotline", "R-1", "New glass", "Pat Doe", "is kind"):
        assert words not in text
    (cause,) = [row["Cause"] for row in rows(binder, "corrective-actions") if row["Cause"] != "on file"]
    start = "[a young person] and [a young person] and [a young person] stood in the way at [where the home is];"
    assert cause.startswith(start) and "[staff] was late" in cause
    steps = rows(binder, "corrective-steps")
    assert "Talk with [a young person] AND [a young person]" in {row["What is to be done"] for row in steps}


def test_young_people_stand_by_their_codes_and_staff_by_their_numbers(world: World) -> None:
    full_home(world)
    binder = made(world)
    (drill,) = [row for row in rows(binder, "drills") if row["Everybody out"] == "no"]
    assert drill["Young people"].split(", ") == sorted([world.ada.resident.code, world.bea.resident.code])
    assert drill["Not out"] == world.ada.resident.code and drill["What went wrong"] == "on file"
    assert drill["Staff"] == world.staff_cedar.staff_number
    working = {row["Staff number"] for row in rows(binder, "staff")}
    assert working >= {world.staff_cedar.staff_number, world.admin_cedar.staff_number}
    assert world.inspector_cedar.staff_number not in working
    asked = rows(binder, "obligations")
    assert world.ada.resident.code in {row["About"] for row in asked}
    others = {resident.code for resident in Resident.objects.all()} - {world.ada.resident.code, world.bea.resident.code}
    text = said(binder)
    assert world.ada.resident.code in text and not [code for code in others if code in text]


@pytest.mark.parametrize("by", ["inspector_cedar", "admin_cedar"])
def test_citations_their_plans_and_the_files_of_staff_are_in_it(world: World, by: str) -> None:
    cleared, old = ended(world), cited(world, visit=recorded(world, visited_on=world.today - 90 * DAY))
    visit = recorded(world, kind="complaint", serious_citations=1, other_citations=2)
    plan_of = planned(world, citation=cited(world, visit=visit, section="80023(d)"))
    cited(world, "birch")
    trained(world, hours=6.5)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        homes.assign(world.staff_cedar, world.birch.facility, role="staff", by=world.supervisor2)
    trained(world, world.staff_cedar, home="birch", course="Fire drill", topic="safety", hours=2)
    asked(world)
    binder = made(world, by, since=world.today - 30 * DAY)
    (complaint,) = [row for row in rows(binder, "outside-inspections") if row["Kind"] == "Complaint visit"]
    assert (complaint["Serious citations"], complaint["Other citations"], complaint["Described here"]) == (
        "1",
        "2",
        "1",
    )
    assert complaint["Recorded by"] == world.admin_cedar.staff_number
    told = {row["Citation"]: row for row in rows(binder, "citations")}
    assert set(told) == {short(cleared.pk), short(old.pk), short(plan_of.citation_id)}
    assert told[short(cleared.pk)]["How it stands"] == "cleared" and told[short(cleared.pk)]["Closed"]
    assert told[short(old.pk)]["How it stands"].endswith("no plan yet")
    assert told[short(plan_of.citation_id)]["What was found"] == "A window was broken"
    (correction,) = rows(binder, "plans-of-correction")
    assert (
        correction["Citation"] == short(plan_of.citation_id) and correction["What will be done"] == "Put in new glass"
    )
    assert correction["Answers for it"] == world.admin_cedar.staff_number and correction["Sent to the authority"] == ""
    hours = {row["Hours"]: row for row in rows(binder, "training-hours")}
    assert hours["6.5"]["Staff number"] == world.staff_cedar.staff_number
    assert (hours["6.5"]["Course"], hours["2"]["Course"], hours["2"]["Filed by"]) == (
        "Seeing the signs",
        "on file",
        "another home",
    )
    (reference,) = rows(binder, "references")
    assert (reference["Who was asked"], reference["Answer"]) == ("Former employer", "no answer yet")
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        operations.end_citation(
            old, ended_as="dropped", ended_on=world.today - 40 * DAY, note="Letter", by=world.admin_cedar
        )
    later = made(world, by, since=world.today - 30 * DAY)
    assert short(old.pk) not in {row["Citation"] for row in rows(later, "citations")}


def test_nobodys_own_references_are_in_the_binder_that_they_make(world: World) -> None:
    asked(world, world.admin_cedar, by=world.supervisor)
    assert [row["Answer"] for row in rows(made(world), "references")] == ["no answer yet"]
    assert rows(made(world, "admin_cedar"), "references") == []


@pytest.mark.parametrize("by", ["inspector_cedar", "supervisor"])
def test_who_has_left_has_no_code(world: World, by: str) -> None:
    report(world, world.ada.resident)  # whose case the supervisor goes on to answer for
    assert world.ada.resident.code in canonical(made(world, by).content())
    discharge(world, world.ada, now())
    binder = made(world, by)
    assert world.ada.resident.code not in canonical(binder.content())
    assert NOT_HERE_NOW in {row["About"] for row in rows(binder, "obligations")}


def test_no_code_beside_health_or_harm_nor_on_any_other_row_of_the_same_event(world: World) -> None:
    plain = report(world, world.ada.resident, kind="missing")
    harm = report(world, world.ada.resident, kind="allegation", ago=timedelta(minutes=40))
    by_number = {short(row.pk): row for row in Obligation.objects.filter(facility=world.cedar.facility)}
    about = {row["Obligation"]: row["About"] for row in rows(made(world), "obligations")}
    of_harm = {about[number] for number, row in by_number.items() if row.subject == harm.pk}
    of_missing = {about[number] for number, row in by_number.items() if row.subject == plain.pk}
    assert len([row for row in by_number.values() if row.subject == harm.pk]) > 1
    assert of_harm == {A_YOUNG_PERSON} and world.ada.resident.code in of_missing
    health = {
        about[number] for number, row in by_number.items() if row.area in ("health", "medication") and row.resident_id
    }
    assert health <= {A_YOUNG_PERSON}


def test_no_row_without_a_code_has_a_time_that_stands_beside_a_code(world: World) -> None:
    full_home(world)
    for kind in ("missing", "allegation"):
        report(world, world.ada.resident, kind=kind, ago=timedelta(minutes=40))
    binder, codes = made(world), {world.ada.resident.code, world.bea.resident.code}
    times: dict[bool, set[str]] = {True: set(), False: set()}
    for key, columns in {"obligations": ("When that was", "Due"), "findings": ("Not met since",)}.items():
        for row in rows(binder, key):
            if row["About"] in codes | {A_YOUNG_PERSON}:
                told = {row[column] for column in columns} - {""}
                times[row["About"] in codes] |= {
                    time for time in told if "T17:00" not in time
                }  # the end of a working day
    assert times[True] and times[False] and times[True] & times[False] == set()
    unnamed = [row for row in rows(binder, "findings") if row["About"] == A_YOUNG_PERSON]
    assert unnamed and {(row["Found"], row["Closed"]) for row in unnamed} == {("", "")}
    found = {row["Finding"] for row in rows(binder, "history") if row["What happened"] == "found"}
    assert found and found.isdisjoint(row["Finding"] for row in unnamed)
    assert [row for row in rows(binder, "findings") if row["About"] in codes and row["Found"]]
    ended = [row for row in rows(binder, "obligations") if row["How it stands"] == "no longer asked"]
    assert {row["Met or ended"] for row in ended if row["About"] == A_YOUNG_PERSON} <= {""}
    since = {row["Rule id and version"].split(",")[0]: row["Since"] for row in rows(binder, "rules")}
    assert since["fed-health-screening-plan"] == "" and since[NCMEC]


def test_rows_without_times_stand_last_in_no_order_that_tells_any(world: World) -> None:
    full_home(world)
    asked = rows(made(world), "obligations")
    hidden = [not row["When that was"] for row in asked]
    assert any(hidden) and hidden == sorted(hidden)
    numbers = [row["Obligation"] for row in asked if not row["When that was"]]
    assert len(numbers) > 2 and numbers == sorted(numbers)
    assert [row["When that was"] for row in asked if row["When that was"]] == sorted(
        (row["When that was"] for row in asked if row["When that was"]), key=datetime.fromisoformat
    )


def test_no_time_tells_a_date_of_birth(world: World) -> None:
    rule = RuleVersion.objects.filter(young_part="identity").first()
    row = Obligation(rule=rule, resident=world.ada.resident, event="young.turns_eighteen")
    assert hides_times(rule, row.resident_id, row.event) and hides_times(rule, row.resident_id, "stay.begun")
    other = RuleVersion.objects.filter(young_part="care", area="missing-child").first()
    assert not hides_times(other, row.resident_id, "stay.begun") and not hides_times(other, None, "young.born")
    adults = RuleVersion.objects.filter(
        rule="fl-young-adult-ratio-asleep"
    ).first()  # from the 18th birthday of one of them
    assert hides_times(adults, None, "")
    born = Obligation.objects.filter(facility=world.cedar.facility, part="identity")
    told = {each["Obligation"]: each for each in rows(made(world), "obligations")}
    assert born.exists()
    for each in born:
        line = told[short(each.pk)]
        assert (line["When that was"], line["Due"], line["Met or ended"]) == ("", "", "")


def test_an_administrators_binder_has_no_row_more_than_an_inspectors(world: World) -> None:
    full_home(world)
    of_inspector, of_admin = made(world), made(world, "admin_cedar")
    for section in SECTIONS:
        every = rows(of_inspector, section.key)
        more = [row for row in rows(of_admin, section.key) if row not in every]
        assert section.key == "rules" or more == [], section.key
    assert contents.ONLY_FROM_INSPECTORS in of_admin.content()["notes"]
    assert contents.ONLY_FROM_INSPECTORS not in of_inspector.content()["notes"]


def test_whoever_is_barred_has_nothing_of_that_young_person(world: World) -> None:
    full_home(world)
    with acting(world.supervisor.pk, world.supervisor.name):
        residents.bar_from_record(world.ada.resident, world.admin_cedar, reason="Family", by=world.supervisor)
    code = world.ada.resident.code
    assert code in canonical(made(world).content()) and code not in canonical(made(world, "admin_cedar").content())


def test_how_a_rule_stands(world: World) -> None:
    asked = report(world, world.ada.resident)
    locked(world)
    stands = {row["Rule id and version"].split(",")[0]: row for row in rows(made(world), "rules")}
    assert stands[LOCKED]["How it stands"] == "not met" and stands[LOCKED]["Since"]
    assert stands[NCMEC]["How it stands"] == "not yet known"
    assert "to be done" in stands[NCMEC]["On what evidence"]
    assert {row["How it stands"] for row in stands.values()} <= {
        "met",
        "not met",
        "not yet known",
        "nothing against it",
    }
    prove_all(of(NCMEC, subject=asked.pk), world.staff_cedar)
    try_door(world, opens=True)
    stands = {row["Rule id and version"].split(",")[0]: row for row in rows(made(world), "rules")}
    assert stands[LOCKED]["How it stands"] == "met" and "put right" in stands[LOCKED]["On what evidence"]
    assert not any(rule.startswith("tx-") for rule in stands)


def test_the_span_decides_what_is_in_it(world: World) -> None:
    report(world, world.ada.resident)
    before = made(world, since=world.today - 20 * DAY, until=world.today - 15 * DAY)
    number = short(of(NCMEC).pk)
    assert number not in canonical(before.content()) and number in canonical(made(world).content())


def test_the_history_of_a_finding(world: World) -> None:
    found = locked(world)
    do_steps(plan(world, found))
    try_door(world, opens=True)
    events = [row for row in rows(made(world), "history") if row["Finding"] == short(found.pk)]
    what = [row["What happened"] for row in events]
    assert what[0] == "found" and what[-1] == "closed: put right" and "planned corrective action" in what
    assert {row["By"] for row in events} == {"", world.admin_cedar.staff_number, world.staff_cedar.staff_number}


def test_the_same_records_have_the_same_fingerprint_and_a_changed_one_another(world: World) -> None:
    full_home(world)
    first, second = made(world), made(world)
    assert first.sha256 == second.sha256 and first.pk != second.pk and bytes(first.sealed) != bytes(second.sealed)
    try_door(world, opens=True)
    assert made(world).sha256 != first.sha256
    assert hashlib.sha256(canonical(first.content()).encode()).hexdigest() == first.sha256


def test_what_was_sealed_elsewhere_or_with_another_fingerprint_is_not_opened(world: World) -> None:
    first, second = made(world), made(world, days=3)
    second.sealed = first.sealed
    with pytest.raises(Unreadable):
        second.content()
    first.sha256 = "0" * 64
    with pytest.raises(Unreadable):
        first.content()


def test_the_pdf_is_tagged_and_can_be_read_by_a_machine(world: World) -> None:
    full_home(world)
    binder = made(world)
    data = files.pdf(binder, binder.content())
    assert data == files.pdf(binder, binder.content())
    reader = PdfReader(io.BytesIO(data))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/StructTreeRoot"]["/K"] and root["/Lang"].lower() == "en-us"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    title = reader.metadata.title
    assert title.startswith("Inspection binder, ") and world.cedar.facility.name not in title
    assert not leaks(world, str(dict(reader.metadata)))
    assert [entry.title.split(" ", 1)[1] for entry in reader.outline if entry.title[0].isdigit()] == [
        section.title for section in SECTIONS
    ]
    number = len(reader.pages)
    assert number > 3
    for place, page in enumerate(reader.pages, start=1):
        text = page.extract_text()
        assert f"Page {place} of {number}" in text and world.cedar.facility.name in text and binder.sha256 in text
        assert full_day(binder.since) in text
    assert "What is in it" in reader.pages[0].extract_text()


def test_text_is_no_markup_and_no_formula(world: World) -> None:
    cause = '=cmd|x #read("/etc/passwd") $x$ @a <b> \\ #panic()'
    plan(world, locked(world), cause=cause)
    binder = made(world)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(files.pdf(binder, binder.content()))).pages)
    assert "#panic()" in text.replace("\n", "") and "root:" not in text
    with zipfile.ZipFile(io.BytesIO(files.tables(binder, binder.content()))) as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                cells = [
                    cell for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))) for cell in row
                ]
                assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))], name
                assert name != "corrective-actions.csv" or f"'{cause}" in cells


def test_signs_that_the_pdf_cannot_print_stand_as_a_square(world: World) -> None:
    plan(world, locked(world), cause="Snow \N{GRINNING FACE}\N{CJK UNIFIED IDEOGRAPH-4E2D} \x07 Łódź")
    binder = made(world)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(files.pdf(binder, binder.content()))).pages)
    assert "\N{WHITE SQUARE}\N{WHITE SQUARE}" in text and "Łódź" in text
    assert "\N{GRINNING FACE}" in canonical(binder.content())


def test_a_text_of_many_such_signs_does_not_keep_the_server_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    real = printing.can_print
    monkeypatch.setattr(printing, "can_print", lambda signs: tried.append(signs) or real(signs))
    many = "".join(chr(number) for number in range(0x4E00, 0x4E00 + 3000))
    assert printing.printable({"text": f"\N{LATIN SMALL LETTER E WITH ACUTE}{many}"}) == {
        "text": "\N{LATIN SMALL LETTER E WITH ACUTE}" + printing.NO_SIGN * 3000
    }
    assert len(tried) <= printing.TRIED + 2


def test_the_tables_say_what_they_are_and_can_be_checked(world: World) -> None:
    full_home(world)
    binder = made(world)
    data = files.tables(binder, binder.content())
    assert data == files.tables(binder, binder.content())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        names = {name for name in archive.namelist() if name != "manifest.json"}
        assert names == {f"{section.key}.csv" for section in SECTIONS} | {"content.json"}
        assert manifest["sha256"] == {name: hashlib.sha256(archive.read(name)).hexdigest() for name in names}
        assert manifest["content_sha256"] == manifest["sha256"]["content.json"] == binder.sha256
        for section in SECTIONS:
            text = archive.read(f"{section.key}.csv")
            assert text.startswith(b"\xef\xbb\xbf")
            header, *lines = csv.reader(io.StringIO(text.decode("utf-8-sig")))
            assert header == [column.name for column in section.columns]
            assert len(lines) == manifest["rows"][f"{section.key}.csv"] == binder.counts[section.title]
    assert manifest["made_by"] == world.inspector_cedar.staff_number and manifest["made_as"] == "inspector"


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [(0, 1, "has not come yet"), (0, -1, "before the first day"), (-400, 0, "a year at most")],
)
def test_days_that_make_no_binder(world: World, since: int, until: int, words: str) -> None:
    with pytest.raises(Refused, match=words):
        made(world, since=world.today + since * DAY, until=world.today + until * DAY)
    assert not Binder.objects.exists()


def test_too_much_is_refused_and_never_cut(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "MOST_ROWS", 20)
    with pytest.raises(Refused, match="Choose a shorter time"):
        made(world)


def test_the_eleventh_of_a_day_is_refused(world: World) -> None:
    for _ in range(10):
        made(world, "admin_cedar", days=1)
    with pytest.raises(Refused, match="many binders in the last 24 hours"):
        made(world, "admin_cedar", days=1)
    made(world, days=1)


def test_the_queries_do_not_grow_with_the_rows(world: World, django_assert_max_num_queries: Any) -> None:
    full_home(world)
    for young in (world.ada, world.bea):
        report(world, young.resident, ago=timedelta(hours=3))
    with django_assert_max_num_queries(192):
        made(world)
