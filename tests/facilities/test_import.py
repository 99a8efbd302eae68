"""``import_facilities``: public files as they are, dry run first, nothing half-imported or confidential said."""

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from placement.access.rights import Can
from placement.database.context import acting_as_system
from placement.facilities.imports import comparison, taking
from placement.facilities.models import Facility, FacilityAddress, Licence, OutsideInspection
from residents.models import Document
from tests.facilities.licensing_files import CONFIDENTIAL, SAMPLES, changed, licence, refused, run
from tests.world import World


def test_a_dry_run_changes_nothing_and_says_what_would_change(world: World):
    before = Facility.objects.count()
    document = run("ca-ccld", "ca-bulk.csv")
    assert (document["read"], document["created"]) == (20, 11)
    assert Facility.objects.count() == before


def test_the_bulk_file_is_taken_over_as_it_is(world: World):
    document = run("ca-ccld", "ca-bulk.csv", "--apply")
    assert document["created"] == 11
    assert refused(document) == {
        13: "There is no facility number.",
        14: "The status is none of LICENSED, CLOSED, PENDING, INACTIVE, ON PROBATION.",
        15: "The type is day care, not a residential home.",
        16: "The same number stands on line 2 already.",
        17: "A complaint date is not a date.",
        18: "The capacity is not a whole number up to 32,767.",
        19: "The closing date is before the first licence date.",
        20: "The row has 20 cells; the header has 31.",
        21: "The first licence date is not a date.",
    }
    heron = licence("019800042")
    assert (heron.facility.name, heron.capacity, heron.status) == ("HERON HOUSE", 6, "licensed")
    assert heron.facility.original_type == "SHORT TERM RESIDENTIAL THERAPEUTIC PROGRAM"
    assert heron.facility.region == "Alameda · office 21"
    assert heron.facility.address.administrator == "INVENTED, PAT"
    assert str(heron.valid_from) == "2015-03-19"


def test_statuses_and_kinds_are_ours_and_the_population_is_never_guessed(world: World):
    run("ca-ccld", "ca-bulk.csv", "--apply")
    statuses = {number: licence(number).status for number in ("019800045", "019800048", "019800049", "019800052")}
    assert list(statuses.values()) == ["closed", "probation", "pending", "inactive"]
    assert str(licence("019800045").valid_to) == "2019-07-31"
    kinds = {number: licence(number).facility.kind for number in ("019800044", "019800046", "019800047", "019800051")}
    assert list(kinds.values()) == ["residential", "foster", "shelter", "shelter"]
    imported = Licence.objects.filter(authority="California Community Care Licensing")
    assert set(imported.values_list("population", flat=True)) == {"general", "shelter", "foster"}
    assert all(row.sexes == [] and row.levels == [] for row in imported)


def test_visits_complaints_and_citations_become_outside_inspections(world: World):
    run("ca-ccld", "ca-bulk.csv", "--apply")
    willow = licence("019800043").facility.outside_inspections
    complaints = willow.filter(kind="complaint").order_by("visited_on")
    assert [(str(v.visited_on), v.serious_citations, v.other_citations) for v in complaints] == [
        ("2026-02-02", 0, 0),
        ("2026-03-03", 2, 1),
    ]
    total = licence("019800042").facility.outside_inspections.get(kind="total")
    assert (total.visits, total.serious_citations, total.other_citations) == (4, 2, 3)
    one = willow.get(kind="inspection")
    assert (str(one.visited_on), one.other_citations) == ("2026-04-01", 1)


def test_citations_that_the_file_lists_by_visit_stand_at_their_visit(world: World, tmp_path: Path):
    old = '"6/2/2026, 1/5/2026",1,2,'
    run("ca-ccld", changed("ca-bulk.csv", tmp_path, (old, '"6/2/2026, 1/5/2026","1, 0","0, 2",')), "--apply")
    visits = licence("019800042").facility.outside_inspections.filter(kind="inspection").order_by("visited_on")
    assert [(str(v.visited_on), v.serious_citations, v.other_citations) for v in visits] == [
        ("2026-01-05", 0, 2),
        ("2026-06-02", 1, 0),
    ]


@pytest.mark.parametrize("complaint_cells", [",2/2/2026,0,1,0,0,0,3/3/2026", "2/2/2026,0,1,0,0,0,3/3/2026"])
def test_complaints_are_read_with_and_without_an_empty_last_column(world: World, tmp_path: Path, complaint_cells: str):
    file = changed("ca-bulk.csv", tmp_path, ("2/2/2026,0,1,0,0,0,3/3/2026", complaint_cells))
    run("ca-ccld", file, "--apply")
    assert licence("019800043").facility.outside_inspections.filter(kind="complaint").count() == 2


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("ca-ccld", "ca-bulk.csv"),
        ("ca-ccld", "ca-open.csv"),
        ("ca-ccld", "ca-open-with-id.csv"),
        ("tx-hhsc", "tx-operations.csv"),
    ],
)
def test_a_second_run_finds_everything_unchanged(world: World, source: str, file: str):
    first = run(source, file, "--apply")
    written = {model: model.history.count() for model in (Facility, Licence, FacilityAddress, OutsideInspection)}
    second = run(source, file, "--apply")
    assert (second["created"], second["updated"]) == (0, 0)
    assert second["unchanged"] == first["created"] > 0
    assert second["refused"] == first["refused"]
    assert written == {model: model.history.count() for model in written}


def test_lost_leading_zeros_do_not_make_a_second_home(world: World):
    run("ca-ccld", "ca-open.csv", "--apply")
    assert licence("19800042")
    document = run("ca-ccld", "ca-bulk.csv", "--apply")
    assert document["created"] == 9
    assert licence("019800042").facility.name == "HERON HOUSE"
    again = run("ca-ccld", "ca-open.csv", "--apply")
    assert (again["created"], again["updated"]) == (0, 5), "five that only this file has are back"
    assert Licence.objects.filter(number__endswith="19800042").count() == 1


def test_the_open_file_in_both_orders_says_the_same(world: World):
    run("ca-ccld", "ca-open.csv", "--apply")
    document = run("ca-ccld", "ca-open-with-id.csv", "--apply")
    assert (document["created"], document["updated"], document["unchanged"]) == (0, 0, 7)
    assert str(licence("19800060").valid_from) == "1975-03-19"
    assert str(licence("19800062").valid_from) == "2025-05-25", "the file's own date, where a pending home has none"


def test_unavailable_hides_nothing_that_is_known(world: World, tmp_path: Path):
    run("ca-ccld", "ca-bulk.csv", "--apply")
    assert licence("019800045").facility.address.street == ""
    file = changed("ca-bulk.csv", tmp_path, ("12 INVENTED WAY", "Unavailable"))
    document = run("ca-ccld", file, "--apply")
    assert document["updated"] == 0
    assert licence("019800042").facility.address.street == "12 INVENTED WAY"


def test_homes_that_vanish_are_reported_not_closed_and_come_back(world: World, tmp_path: Path):
    run("ca-ccld", "ca-bulk.csv", "--apply")
    file = tmp_path / "newer.csv"
    lines = (SAMPLES / "ca-bulk.csv").read_text().splitlines(keepends=True)
    file.write_text("".join(line for line in lines if "QUIET HARBOR" not in line))
    assert run("ca-ccld", file)["missing"] == ["019800044"]
    said = StringIO()
    call_command("import_facilities", "ca-ccld", str(file), stdout=said)
    assert f"please check):\n  019800044 {licence('019800044').facility.name}\n" in said.getvalue()
    assert licence("019800044").facility.vanished_on is None
    run("ca-ccld", file, "--apply")
    gone = licence("019800044")
    assert (gone.status, gone.facility.vanished_on is not None) == ("licensed", True)
    document = run("ca-ccld", "ca-bulk.csv", "--apply")
    assert (document["updated"], document["missing"]) == (1, [])
    assert licence("019800044").facility.vanished_on is None


def test_a_home_vanishes_on_the_day_of_its_own_clock(world: World, monkeypatch: pytest.MonkeyPatch):
    run("ca-ccld", "ca-bulk.csv", "--apply")
    evening = datetime(2026, 11, 27, 20, 30, tzinfo=ZoneInfo("America/Los_Angeles"))
    monkeypatch.setattr(comparison, "now", lambda: evening.astimezone(UTC))
    with acting_as_system("tests"):
        Licence.objects.filter(number="019800044").update(number="019800094")
    run("ca-ccld", "ca-bulk.csv", "--apply")
    assert licence("019800094").facility.vanished_on == evening.date()


def test_a_refused_row_is_not_a_vanished_home(world: World, tmp_path: Path):
    run("ca-ccld", "ca-bulk.csv", "--apply")
    file = changed("ca-bulk.csv", tmp_path, ("HILL TREATMENT", "X" * 161))
    document = run("ca-ccld", file, "--apply")
    assert document["missing"] == []
    assert "The name is longer than 160 characters." in refused(document).values()


def test_a_confirmed_population_survives_the_next_file(world: World, tmp_path: Path):
    run("ca-ccld", "ca-bulk.csv", "--apply")
    home = licence("019800042").facility
    paper = Document.objects.get(facility=world.cedar.facility)
    with acting_as_system("tests"):
        Licence.objects.filter(facility=world.cedar.facility).update(
            authority="California Community Care Licensing", number="19800099"
        )
    assert home.name == "HERON HOUSE"
    file = changed("ca-bulk.csv", tmp_path, ("019800042,HERON HOUSE,", "019800099,HERON HOUSE,"))
    run("ca-ccld", file, "--apply")
    kept = licence("019800099")
    assert (kept.population, kept.population_document) == ("exclusive", paper)
    assert kept.sexes == ["female", "nonbinary"], "what the file does not say stays"


def test_a_home_that_the_file_closes_is_closed_and_reopens(world: World, tmp_path: Path):
    run("ca-ccld", "ca-open.csv", "--apply")
    old = '"","ALAMEDA","12 INVENTED WAY","INVENTED, PAT","6","SAMPLETON","HERON HOUSE","19800042","CA","LICENSED"'
    new = old.replace('"",', '"2025-04-01T00:00:00",', 1).replace("LICENSED", "CLOSED")
    assert run("ca-ccld", changed("ca-open.csv", tmp_path, (old, new)), "--apply")["updated"] == 1
    assert (licence("19800042").status, str(licence("19800042").valid_to)) == ("closed", "2025-04-01")
    run("ca-ccld", "ca-open.csv", "--apply")
    assert (licence("19800042").status, licence("19800042").valid_to) == ("licensed", None)


def test_the_texas_file_keeps_residential_homes_and_names_day_care(world: World):
    document = run("tx-hhsc", "tx-operations.csv", "--apply")
    assert document["created"] == 4
    reasons = refused(document)
    assert [reasons[line] for line in (6, 7, 8, 9)] == [
        f"{kind} is day care, not a residential home."
        for kind in (
            "Licensed Center",
            "Licensed Child-Care Home",
            "Registered Child-Care Home",
            "Listed Family Home",
        )
    ]
    assert set(reasons) == {6, 7, 8, 9, 10, 11, 12}
    blue, mesquite = licence("1700001"), licence("1700002")
    assert (blue.min_age, blue.max_age, mesquite.min_age) == (0, 17, 5)
    assert (blue.facility.time_zone, mesquite.facility.time_zone) == ("America/Chicago", "America/Denver")
    assert blue.population == "general", "a programme for trafficked young people does not make a home exclusive"
    assert licence("1700003").facility.kind == licence("1700004").facility.kind == "foster"
    total = blue.facility.outside_inspections.get()
    assert (total.kind, total.visits, total.serious_citations, total.other_citations) == ("total", 9, 3, 7)


def test_the_second_texas_file_brings_visits_to_homes_that_are_here(world: World):
    run("tx-hhsc", "tx-operations.csv", "--apply")
    document = run("tx-hhsc", "tx-inspections.csv", "--apply")
    assert (document["created"], set(refused(document))) == (5, {7, 8, 9, 10})
    dated = licence("1700001").facility.outside_inspections.filter(visited_on__isnull=False).order_by("visited_on")
    assert [(v.kind, v.visits, v.other_citations) for v in dated] == [
        ("inspection", 2, 1),
        ("complaint", 1, 1),
    ]
    again = run("tx-hhsc", "tx-inspections.csv", "--apply")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 5)


def test_a_failure_in_the_middle_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch):
    before = Facility.objects.count()

    def fail(homes: Any) -> None:
        assert Facility.objects.count() > before
        raise DatabaseError("the server went away")

    monkeypatch.setattr(taking, "open_rights", fail)
    with pytest.raises(DatabaseError):
        run("ca-ccld", "ca-bulk.csv", "--apply")
    assert Facility.objects.count() == before
    assert not Licence.objects.filter(number="019800042").exists()


def test_every_change_is_in_history_under_the_name_of_the_command(world: World):
    run("ca-ccld", "ca-bulk.csv", "--apply")
    row = licence("019800042").history.get()
    assert row.history_user_name == "system: import_facilities"
    assert row.history_act == "facilities.take_over"


def test_people_see_the_new_homes_but_not_where_they_are(world: World):
    run("ca-ccld", "ca-bulk.csv", "--apply")
    home = licence("019800042").facility
    assert Facility.objects.visible_to(world.caseworker, Can.VIEW_FACILITY).filter(pk=home.pk).exists()
    assert not FacilityAddress.objects.visible_to(world.caseworker, Can.VIEW_ADDRESS).filter(facility=home).exists()
    assert FacilityAddress.objects.visible_to(world.supervisor, Can.VIEW_ADDRESS).filter(facility=home).exists()


def sample(file: str) -> bytes:
    """Return the bytes of a sample."""
    return (SAMPLES / file).read_bytes()


@pytest.mark.parametrize(
    ("source", "content", "sentence"),
    [
        ("ca-ccld", b"", "The file is empty."),
        ("ca-ccld", b" \r\n\r\n", "The file is empty."),
        ("ca-ccld", sample("ca-bulk.csv").decode().encode("utf-16"), "UTF-16"),
        ("ca-ccld", sample("ca-bulk.csv").decode().encode("utf-16-le"), "UTF-16"),
        ("ca-ccld", sample("ca-bulk.csv").replace(b"QUIET", b"QUI\xc9T"), "Line 4 is not in UTF-8"),
        (
            "ca-ccld",
            sample("ca-bulk.csv").replace(b"Facility Status", b"Something"),
            "no column Facility Status",
        ),
        ("ca-ccld", sample("ca-open.csv").replace(b"facility_zip", b"zip"), "no column facility_zip"),
        ("ca-ccld", sample("ca-bulk.csv").splitlines(keepends=True)[0], "no rows"),
        ("ca-ccld", sample("ca-bulk.csv").replace(b"QUIET", b'"QUIET'), "line 4 is not proper CSV"),
        ("ca-ccld", sample("tx-operations.csv"), "This is not a California licensing file"),
        ("tx-hhsc", sample("ca-bulk.csv"), "This is not a Texas operations file"),
        (
            "tx-hhsc",
            sample("tx-operations.csv").replace(b"TOTAL_CAPACITY", b"CAPACITY"),
            "no column TOTAL_CAPACITY",
        ),
        (
            "tx-hhsc",
            sample("tx-inspections.csv").replace(b"VIOLATION_FOUND", b"X"),
            "no column VIOLATION_FOUND",
        ),
        (
            "tx-hhsc",
            sample("tx-operations.csv").replace(b"SOMETHING_NEW", b"COUNTY"),
            "COUNTY is there twice",
        ),
    ],
)
def test_a_file_that_is_not_one_is_refused_in_one_sentence(
    world: World, tmp_path: Path, source: str, content: bytes, sentence: str
):
    before = Facility.objects.count()
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(CommandError) as refusal:
        run(source, path, "--apply")
    assert sentence in str(refusal.value)
    assert not [word for word in CONFIDENTIAL if word.casefold() in str(refusal.value).casefold()]
    assert Facility.objects.count() == before


def test_a_file_that_is_not_there_is_refused_in_one_sentence(world: World, tmp_path: Path):
    with pytest.raises(CommandError, match="can't be read"):
        run("ca-ccld", tmp_path / "nothing.csv")
    with pytest.raises(CommandError, match="can't be read"):
        run("ca-ccld", tmp_path)


def test_the_report_for_people_names_lines_and_says_that_nothing_was_saved(world: World):
    out = StringIO()
    call_command("import_facilities", "ca-ccld", str(SAMPLES / "ca-bulk.csv"), stdout=out)
    assert "line 13: refused. There is no facility number." in out.getvalue()
    assert "20 rows read: 11 new, 0 changed, 0 unchanged, 9 refused." in out.getvalue()
    assert "nothing is saved" in out.getvalue()
