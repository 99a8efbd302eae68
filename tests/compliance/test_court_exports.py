"""Sealed exports: two people, each row under its seal, nothing that may not leave, and a checker that needs only the files."""

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from compliance.court.proofs import NotProven, fields, narrowed
from compliance.models import CourtExport
from compliance.models.court_export import moments
from compliance.operations import take_court_export
from compliance.queries.court_exports import export_for, why_closed
from placement.access.models import AccessLogEntry
from placement.audit.check_proof import check_export
from placement.audit.clock import at_time, now
from placement.audit.seals.rows import SAME_TEXT
from placement.audit.seals.sealing import seal
from placement.database import roles
from placement.database.constraints import Refused
from placement.database.context import acting
from residents.models import CareEntry, Disclosure, Identity
from residents.operations import log_care
from tests.attack.court_rules import export as in_sql
from tests.attack.sql import ask, denied, refused, sql
from tests.bars import another_supervisor, lay
from tests.court import GIVEN, approved, asked, decided, taken, unpacked
from tests.every.test_allegations import alleged
from tests.facilities.test_placements_pages import post
from tests.world import PASSWORD, World, browser


@pytest.fixture
def court_world(committed_world: World, settings: Any, tmp_path: Path) -> World:
    """A world whose seals are made in a folder of their own."""
    settings.SEALS_DIR, settings.SEAL_KEY, settings.SEAL_PUBLIC_KEY = tmp_path / "outside", None, None
    settings.DATA_DIR = tmp_path
    return committed_world


def rows_in(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "rows.jsonl").read_text().splitlines()]


def checked(folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, folder / "check.py", *more], capture_output=True, text=True, check=False)


def test_the_checker_says_yes_and_no_after_one_byte_of_any_file(court_world: World, tmp_path: Path) -> None:
    browser(court_world, "caseworker").get(f"/residents/{court_world.ada.resident.pk}/")
    seal()
    export, second = asked(court_world), another_supervisor(court_world.north)
    seal()
    with acting(export.asked_by.pk, export.asked_by.name):
        assert count_of(export) == 0  # before the approval
    export = decided(export, second)
    with acting(second.pk, second.name):
        assert count_of(export) == 0
    data = taken(export)
    assert data == taken(export)
    with acting(export.asked_by.pk, export.asked_by.name):
        assert count_of(export) > 1
    with roles.as_owner(), at_time(now() + timedelta(hours=25)), acting(export.asked_by.pk, export.asked_by.name):
        assert count_of(export) == 0
    folder = unpacked(data, tmp_path / "export")
    rows = rows_in(folder)
    said = checked(folder)
    assert (said.returncode, said.stderr) == (0, "")
    assert f"Proven: {len(rows)} rows" in said.stdout and len(rows) > 10
    assert {row["kind"] for row in rows} >= {"Care entries", "Who opened it"}
    assert [row for row in rows if row["text"] is None] and [row for row in rows if row["text"] is not None]
    for name in sorted(file.name for file in folder.iterdir()):
        if name == "check.py":
            continue
        whole = (folder / name).read_bytes()
        for at in (0, len(whole) // 2, len(whole) - 1):
            (folder / name).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            with pytest.raises((ValueError, KeyError, OSError)):
                check_export(folder)
        (folder / name).write_bytes(whole)
    (folder / "check.py").write_bytes((folder / "check.py").read_bytes() + b"\n")
    again = checked(folder)
    assert again.returncode == 1 and "check.py was changed" in again.stderr


def text_of(folder: Path) -> str:
    """Everything that the files say."""
    said = [(file.read_bytes()).decode("utf-8", "ignore") for file in folder.iterdir() if file.suffix != ".pdf"]
    for name in ("record.pdf", "certificate.pdf"):
        said += [page.extract_text() for page in PdfReader(folder / name).pages]
    whole = "\n".join(said)
    return whole + whole.replace("-\n", "").replace("\n", " ")


def test_names_of_others_where_a_home_is_and_clinical_notes_are_in_no_file(court_world: World, tmp_path: Path) -> None:
    ada, bea = court_world.ada, court_world.young["bea"]
    street = court_world.cedar.facility.address.parts()["street"]
    whole = Identity.objects.get(resident=bea.resident).legal_name
    with acting(court_world.staff_cedar.pk, court_world.staff_cedar.name):
        said = f"{whole} came by {street} today, Kilroy was here"
        where = {"facility": court_world.cedar.facility, "shift": court_world.cedar.shift}
        log_care(ada.resident, **where, kind="note", note=said, happened_at=now(), by=court_world.staff_cedar)
    for about in (ada.resident, court_world.cedar.facility, ada.incident):
        export = approved(court_world, about)
        seal()
        folder = unpacked(taken(export), tmp_path / str(export.pk))
        assert check_export(folder)
        said = text_of(folder)
        for word in ("Hidden session of ada", street, whole, court_world.cedar.facility.address.parts()["telephone"]):
            assert word not in said, (about, word)
        if about is not ada.incident:
            assert "Kilroy was here" in said
            rows = [row for row in rows_in(folder) if "Kilroy" in json.dumps(row["values"])]
            assert rows and all(row["text"] is None and "name of another" in row["withheld"] for row in rows)
        manifest = json.loads((folder / "manifest.json").read_text())
        closed = manifest["withheld"]["kinds_not_open_to_who_made_this"]
        assert ("clinical notes" in closed) == (about is ada.resident)


def test_a_text_is_cut_down_to_the_columns_that_were_sealed() -> None:
    text = 't(1,"a ""b"", c",,"x\\\\y")'
    assert fields(text[2:-1], 4) == ["1", '"a ""b"", c"', "", '"x\\\\y"']
    assert narrowed(text, "t", ["a", "b", "c", "d"], ["a", "b", "c", "d"]) == text
    assert narrowed(text, "t", ["a", "b", "c", "d"], ["b", "d"]) == 't("a ""b"", c","x\\\\y")'
    with pytest.raises(NotProven):
        narrowed(text, "t", ["a", "b", "c", "d"], ["b", "e"])


def test_only_who_asked_gets_proofs_and_only_after_the_approval(world: World) -> None:
    export = asked(world, kinds=["residents.CareEntry"])
    second = another_supervisor(world.north)
    for person in (world.supervisor, second):
        with acting(person.pk, person.name):
            assert count_of(export) == 0
    export = decided(export, second)
    with acting(second.pk, second.name):
        assert count_of(export) == 0
    with at_time(now() + timedelta(hours=25)), acting(world.supervisor.pk, world.supervisor.name):
        assert "more than 24 hours ago" in why_closed(world.supervisor, export)
    with acting(world.supervisor.pk, world.supervisor.name):
        assert not ask("SELECT court_export_is_rationed(%s, 'x')", export.pk)
        with denied():
            sql("SELECT * FROM court_export_open(%s)", export.pk)


def count_of(export: CourtExport) -> int:
    return ask("SELECT count(*) FROM court_export_parts(%s)", export.pk) + ask(
        "SELECT count(*) FROM court_export_seals(%s)", export.pk
    )


def test_nobody_gets_the_proof_of_a_row_that_is_closed_to_them(world: World) -> None:
    with acting(world.supervisor2.pk, world.supervisor2.name):
        closed = CareEntry.history.filter(resident=world.cleo.resident).first().history_id
    with acting(world.supervisor.pk, world.supervisor.name):
        own = CareEntry.history.filter(resident=world.ada.resident).first().history_id
        in_sql(world, keys=json.dumps({"residents_historicalcareentry": [own]}))
        for wanted in ([closed], [own, closed], [own, own]):
            with refused("court_export_has_only_own_rows"):
                in_sql(world, keys=json.dumps({"residents_historicalcareentry": wanted}))
        for table in ("audit_seal", "access_session", "nowhere_historicalnothing"):
            with refused("court_export_has_only_own_rows"):
                in_sql(world, keys=json.dumps({table: [1]}))


def test_an_export_about_an_incident_is_closed_with_the_incident(world: World) -> None:
    made = asked(world, world.ada.incident, ["residents.Incident"], by=world.supervisor2)
    lay(world, world.supervisor2, by=world.supervisor)
    with acting(world.supervisor2.pk, world.supervisor2.name):
        assert not CourtExport.objects.filter(pk=made.pk).exists()


def test_a_hidden_allegation_is_in_no_export_of_the_accused_and_no_other_export_shows_it_to_them(world: World) -> None:
    before = asked(world, world.cedar.facility).content()
    incident = alleged(world, "supervisor")
    after = asked(world, world.cedar.facility).content()
    of_incident = {row["key"] for row in after["rows"] if row["table"] == "residents_historicalincident"}
    assert of_incident == {row["key"] for row in before["rows"] if row["table"] == "residents_historicalincident"}
    assert after["by_hash_alone"] == before["by_hash_alone"] and after["not_open"] == before["not_open"]
    other = asked(world, world.cedar.facility, by=world.supervisor2)
    assert str(incident.pk) in json.dumps(other.content()["rows"])
    with acting(world.supervisor.pk, world.supervisor.name):
        assert not CourtExport.objects.filter(pk=other.pk).exists()
        with pytest.raises(CourtExport.DoesNotExist):
            export_for(world.supervisor, other.pk)


def test_the_days_are_those_of_the_zone_also_when_the_clocks_change() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    begins, ends = moments(date(2026, 3, 8), date(2026, 3, 8), zone)
    assert (ends.astimezone(UTC) - begins.astimezone(UTC)) == timedelta(hours=23)
    begins, ends = moments(date(2026, 11, 1), date(2026, 11, 1), zone)
    assert (ends.astimezone(UTC) - begins.astimezone(UTC)) == timedelta(hours=25)
    assert begins.astimezone(UTC) == datetime(2026, 11, 1, 7, tzinfo=UTC)


def test_the_text_of_a_row_is_that_of_the_seal_whatever_the_session_says(world: World) -> None:
    for setting in SAME_TEXT.split("; "):
        name, value = setting.removeprefix("SET LOCAL ").split(" = ")
        if name != "jit":
            config = ask("SELECT proconfig::text FROM pg_proc WHERE proname = 'audit_sealed_text'")
            assert f"{name}={value.strip(chr(39))}" in config, name
    with acting(world.supervisor.pk, world.supervisor.name):
        sql("SET LOCAL TimeZone = 'Asia/Tokyo'")
        assert "+00" in ask("SELECT audit_sealed_text('t', ROW(now(), 1))")
        assert "+09" in ask("SELECT ROW(now(), 1)::text")


def test_from_the_form_to_the_files(court_world: World) -> None:
    second = another_supervisor(court_world.north)
    client, other = browser(court_world, "supervisor"), Client()
    other.force_login(second)
    ask_page = reverse("audit:export_young", args=[court_world.ada.resident.pk])
    assert ask_page in client.get(reverse("residents:shared", args=[court_world.ada.resident.pk])).text
    day = court_world.today.strftime("%m/%d/%Y")
    values = GIVEN | {"since": day, "until": day, "kinds": ["residents.CareEntry"], "with_log": "on"}
    answer = post(client, ask_page, values)
    assert "Say why the kinds that you did not choose stay out" in answer.text and not CourtExport.objects.exists()
    answer = post(client, ask_page, values | {"why_withheld": "Not asked for"})
    export = CourtExport.objects.get()
    page, file = reverse("audit:export", args=[export.pk]), reverse("audit:export_files", args=[export.pk])
    assert answer.redirect_chain[-1][0] == page and "must approve it first" in answer.text
    assert page in other.get("/").text and page not in client.get("/").text
    decision = {"approve": "yes", "decision": "As ordered", "seen": export.sha256, "password": PASSWORD}
    assert client.post(page, decision).status_code == 200 and CourtExport.objects.get().approved is None
    assert "Your decision is signed" in post(other, page, decision).text
    assert "after the next seal" in client.get(page).text and client.get(file).status_code == 302
    assert page in client.get("/").text and page not in other.get("/").text  # who asked has 24 hours to take it
    seal()
    assert other.get(file).status_code == 302 and client.get(file).status_code == 302
    assert "It stands in the list of what was shared" in post(client, page, {"password": PASSWORD}).text
    assert page not in client.get("/").text
    first, again = client.get(file), client.get(file)
    assert first.content == again.content and first["Content-Type"] == "application/zip"
    logged = AccessLogEntry.objects.filter(
        page="audit:export_files", outcome="exported", resident_id=court_world.ada.resident.pk
    )
    assert {entry.purpose for entry in logged} == {"Juvenile Court: Order 7 of Nov 1"} and logged.count() == 2
    shared = Disclosure.objects.get(resident=court_world.ada.resident, fields=["case.court_export"])
    assert shared.authority == GIVEN["authority"]
    listed = client.get(reverse("residents:shared", args=[court_world.ada.resident.pk])).text
    assert "A sealed export of what history says" in listed
    for _ in range(8):
        assert client.get(file).status_code == 200
    assert "ten times in the last 24 hours" in client.get(file, follow=True).text


@pytest.mark.parametrize(
    "who", ["caseworker", "staff_cedar", "admin_cedar", "clinician", "inspector_cedar", "sysadmin"]
)
def test_for_anybody_else_there_is_nothing(world: World, who: str) -> None:
    export, client = asked(world, kinds=["residents.CareEntry"]), browser(world, who)
    ada = world.ada
    pages = [reverse(f"audit:{name}", args=[export.pk]) for name in ("export", "export_files")]
    pages += [
        reverse("audit:export_young", args=[ada.resident.pk]),
        reverse("audit:export_home", args=[world.cedar.facility.pk]),
    ]
    pages += [reverse("audit:export_incident", args=[ada.incident.pk]), reverse("audit:exports")]
    assert {client.get(page).status_code for page in pages} == {404}


def test_a_refusal_is_signed_and_closes_it(world: World) -> None:
    export = asked(world, world.cedar.facility, ["facilities.Shift"])
    with pytest.raises(Refused, match="can't decide it"):
        decided(export, world.supervisor)
    export = decided(export, world.supervisor2, approve=False)
    with acting(world.supervisor.pk, world.supervisor.name):
        assert "It was refused" in why_closed(world.supervisor, export)
        with pytest.raises(Refused):
            take_court_export(export, by=world.supervisor)
    with pytest.raises(Refused, match="decided this already"):
        decided(export, world.supervisor2)


def test_kinds_are_asked_for_under_headings_and_none_is_called_optional(world: World) -> None:
    url = reverse("audit:export_young", args=[world.ada.resident.pk])
    page = browser(world, "supervisor").get(url).content.decode()
    for heading in ("Daily care", "Health and medication", "Incidents"):
        assert f"<legend>{heading}</legend>" in page
    assert "<legend>Staff and shifts</legend>" not in page  # none of them hangs on a young person
    assert "(optional)" not in page
    assert page.count('name="kinds"') == len(set(re.findall(r'name="kinds" value="([^"]+)"', page))) > 40
