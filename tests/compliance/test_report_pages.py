"""The pages of the reports and their files: who gets in, what every number opens into, and what leaves the product."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance import report_files
from compliance.queries.reports import REPORTS
from compliance.queries.reports.shape import Cell, Counted, Wanted, month_after
from compliance.queries.totals import SMALLEST
from placement.access.models import AccessLogEntry
from placement.access.rights import Role
from tests.compliance.reporting import DAY, HOUR, entry, past, report_called, shift
from tests.world import World, browser

KEYS = [report.key for report in REPORTS]
OF_ADMIN = [key for key in KEYS if key not in ("looks-by-role", "reviews")]
ROW = re.compile(r'href="(/reports/[^"]*/rows/\?[^"]*)"')
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def page_of(key: str, page: str = "report", **query: str) -> str:
    return reverse(f"reports:{page}", args=[key], query=query)


def asked(**more: str) -> dict[str, str]:
    return {"form_key": str(uuid4()), "kind": "csv", "reader": "inside", **more}


# Who gets in.


@pytest.mark.parametrize(
    ("key", "opens"),
    [("supervisor", KEYS), ("admin_cedar", OF_ADMIN), ("admin_birch", OF_ADMIN), *((k, []) for k in (
        "caseworker", "clinician", "staff_cedar", "inspector_cedar", "sysadmin", "stranger"
    ))],
)  # fmt: skip
def test_supervisors_and_administrators_read_reports(world: World, key: str, opens: list[str]) -> None:
    client = browser(world, key)
    index = client.get(reverse("reports:index"))
    assert index.status_code == (200 if opens else 404)
    for report in KEYS:
        listed = page_of(report) in index.text
        statuses = {client.get(page_of(report, page)).status_code for page in ("report", "rows", "file")}
        assert (listed, statuses) == ((True, {200}) if report in opens else (False, {404})), report
        if report not in opens:
            assert client.post(page_of(report, "file"), asked()).status_code == 404
    assert ('href="/reports/"' in client.get("/").text) is bool(opens)


def test_totals_to_share_are_found_from_the_reports(world: World) -> None:
    assert reverse("reports:totals") in browser(world, "supervisor").get(reverse("reports:index")).text
    assert reverse("reports:totals") not in browser(world, "admin_cedar").get(reverse("reports:index")).text


def test_a_report_that_does_not_exist_is_not_found(world: World) -> None:
    client = browser(world, "supervisor")
    for page in ("report", "rows", "file"):
        assert client.get(page_of("nothing", page)).status_code == 404


def test_a_home_of_others_can_not_be_asked_for(world: World) -> None:
    client, birch = browser(world, "admin_cedar"), str(world.birch.facility.pk)
    assert "Select a valid choice" in client.get(page_of("census", facility=birch)).text
    assert world.birch.facility.name not in client.get(page_of("census", "rows", facility=birch)).text
    answer = client.post(page_of("census", "file", facility=birch), asked())
    assert world.birch.facility.name not in answer.text and world.cedar.facility.name in answer.text


@pytest.mark.parametrize(
    "query", [{"since": "2026-13"}, {"since": "x"}, {"part": "x"}, {"after": "x"}, {"facility": "x"}]
)
def test_addresses_that_somebody_made_up_do_no_harm(world: World, query: dict[str, str]) -> None:
    client = browser(world, "supervisor")
    for page in ("report", "rows"):
        assert client.get(page_of("entries", page, **query)).status_code == 200


def test_months_that_are_out_of_order_are_told(world: World) -> None:
    this = world.today.replace(day=1)
    before = (this - DAY).replace(day=1)
    answer = browser(world, "supervisor").get(page_of("entries", since=f"{this:%Y-%m}", until=f"{before:%Y-%m}"))
    assert "be before the first one" in answer.text


# What numbers open into.


@pytest.mark.parametrize("key", ["supervisor", "admin_cedar"])
def test_every_number_opens_and_every_row_opens_its_record(world: World, key: str) -> None:
    client, opened = browser(world, key), 0
    client.get(f"/residents/{world.ada.resident.pk}/")
    for report in KEYS if key == "supervisor" else OF_ADMIN:
        page = client.get(page_of(report)).text
        assert "The same as a table" in page or "Nothing to count" in page
        for link in sorted(set(ROW.findall(page))):
            rows = client.get(link.replace("&amp;", "&"))
            assert rows.status_code == 200 and "Nothing to show" not in rows.text, link
            table = rows.text.split("<tbody>")[1].split("</tbody>")[0]
            for record in set(re.findall(r'href="([^"]*)"', table)):
                assert client.get(record.replace("&amp;", "&")).status_code == 200, record
                opened += 1
    assert opened > 5


def test_rows_are_named_by_code_and_their_reading_is_logged(world: World) -> None:
    before = AccessLogEntry.objects.filter(resident_id=world.ada.resident.pk, page="reports:rows").count()
    rows = browser(world, "supervisor").get(page_of("entries", "rows", part="all")).text
    assert world.ada.resident.code in rows and world.ada.resident.preferred_name not in rows
    logged = AccessLogEntry.objects.filter(resident_id=world.ada.resident.pk, page="reports:rows")
    assert logged.count() == before + 1 and logged.latest("pk").outcome == "shown"


def test_pages_of_rows_follow_each_other_to_the_last(committed_world: World) -> None:
    world = committed_world
    month = month_after(world.today, -2)
    noon = datetime(month.year, month.month, 10, 12, tzinfo=UTC)
    with past() as cursor:
        for number in range(60):
            entry(cursor, world.ada, world.cedar, noon + number * HOUR / 2)
    code = f"{month:%Y-%m}"
    client, seen = browser(world, "supervisor"), []
    link = page_of("entries", "rows", since=code, until=code, part="all")
    while link:
        page = client.get(link).text
        seen += re.findall(r'data-label="Happened">([^<]*)<', page)
        following = re.search(r'href="([^"]*)">Next page', page)
        link = reverse("reports:rows", args=["entries"]) + following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == 60 == len(set(seen))


@pytest.mark.parametrize("page", ["report", "rows"])
def test_a_report_costs_the_same_for_few_rows_and_for_many(committed_world: World, page: str) -> None:
    world = committed_world
    client = browser(world, "supervisor")
    few = {key: cost(client, page_of(key, page)) for key in KEYS}
    at = world.now - 3 * DAY
    with past() as cursor:
        cursor.execute(
            "UPDATE facilities_placement SET starts_at = starts_at - interval '90 days' WHERE status = 'active'"
        )
        signed = [shift(cursor, world.cedar, at - n * DAY, signed=True) for n in range(30)]
        for number, of_shift in enumerate(signed):
            for young in (world.ada, world.bea):
                told = {"shift_id": of_shift}
                first = entry(cursor, young, world.cedar, at - number * DAY, kind="sleep", **told)
                entry(
                    cursor, young, world.cedar, at - number * DAY, after=10 * HOUR, amends_id=first, reason="So", **told
                )
    for _ in range(5):
        browser(world, "caseworker").get(f"/residents/{world.ada.resident.pk}/")
    many = {key: cost(client, page_of(key, page)) for key in KEYS}
    assert {key: (few[key], many[key]) for key in KEYS if many[key] > few[key] + 2} == {}


def cost(client: Any, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


# Files.


def table_of(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def cells_of(content: bytes, number: int = 1) -> list[tuple[str, str]]:
    """Type and text of each cell of a page of a spreadsheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        shared = [
            "".join(text.text or "" for text in each.iter(f"{SHEET}t"))
            for each in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314  # of our own making
        ]
        page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))  # noqa: S314
        assert (
            not [*page.iter(f"{SHEET}f")] and "hyperlink" not in book.read(f"xl/worksheets/sheet{number}.xml").decode()
        )
    found = []
    for cell in page.iter(f"{SHEET}c"):
        value = cell.find(f"{SHEET}v")
        text = (value.text if value is not None else "") or ""
        found.append((cell.get("t", "n"), shared[int(text)] if cell.get("t") == "s" else text))
    return found


def test_a_file_has_a_row_for_each_home_and_month_as_the_page_says(world: World) -> None:
    client = browser(world, "supervisor")
    for key in KEYS:
        rows = table_of(client.post(page_of(key, "file"), asked()))
        report = report_called(key)
        words = [part.words for part in report.parts] + [figure.words for figure in report.figures]
        assert rows[0] == ["Home", "Month", *words]
        whole = client.get(page_of(key)).text
        sums = [sum(int(row[2 + n]) for row in rows[1:]) for n in range(len(report.parts))]
        for part, number in zip(report.parts, sums, strict=True):
            if number and part.opens and part.adds_up and key != "looks-by-role":
                assert f">{number}<span" in whole, (key, part.key)


def test_both_kinds_of_file_say_the_same(world: World) -> None:
    client = browser(world, "admin_cedar")
    rows = table_of(client.post(page_of("census", "file"), asked()))
    answer = client.post(page_of("census", "file"), asked(kind="xlsx"))
    cells = cells_of(answer.content)
    assert [text for _, text in cells] == [text for row in rows for text in row]
    assert {kind for kind, text in cells if text.isdecimal()} == {"n"}
    this = world.today.replace(day=1)
    assert (
        answer["Content-Disposition"].endswith(f'-{this:%Y-%m}.xlsx"')
        and answer["Cache-Control"] == "no-store, private"
    )
    about = " ".join(text for _, text in cells_of(answer.content, 2))
    assert world.admin_cedar.staff_number in about and world.admin_cedar.name not in about


def test_a_file_names_nobody(world: World) -> None:
    client = browser(world, "supervisor")
    for key in KEYS:
        for kind in ("csv", "xlsx"):
            content = client.post(page_of(key, "file"), asked(kind=kind)).content
            text = (
                content.decode("utf-8-sig")
                if kind == "csv"
                else " ".join(cell for page in (1, 2) for _, cell in cells_of(content, page))
            )
            for young in world.young.values():
                assert young.resident.code not in text and young.resident.preferred_name not in text
            for person in world.people.values():
                assert person.name not in text or person.name in Role.labels


def test_the_file_stands_in_the_access_log_of_each_home(world: World) -> None:
    browser(world, "admin_cedar").post(page_of("census", "file"), asked())
    browser(world, "supervisor").post(page_of("census", "file", facility=str(world.birch.facility.pk)), asked())
    logged = AccessLogEntry.objects.filter(page="reports:file").order_by("pk")
    assert [(row.person_id, row.facility_id, row.outcome) for row in logged] == [
        (world.admin_cedar.pk, world.cedar.facility.pk, "exported"),
        (world.supervisor.pk, world.birch.facility.pk, "exported"),
    ]
    opened = browser(world, "supervisor").get(reverse("facilities:opened", args=[world.birch.facility.pk])).text
    assert "A report as a file" in opened


def test_nothing_is_handed_out_without_saying_who_reads_it(world: World) -> None:
    client = browser(world, "supervisor")
    for missing in ("reader", "kind"):
        answer = client.post(page_of("census", "file"), asked(**{missing: ""}))
        assert "Content-Disposition" not in answer and "usa-error-message" in answer.text
    assert "Content-Disposition" not in client.get(page_of("census", "file"))
    assert not AccessLogEntry.objects.filter(outcome="exported", page="reports:file").exists()


@pytest.mark.parametrize("name", ['=cmd|"/c calc"!A1', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "https://example.com"])
def test_no_cell_is_a_formula_or_a_link(world: World, name: str) -> None:
    report, pk = report_called("incidents"), world.cedar.facility.pk
    cell = Cell({part.key: 20 for part in report.parts})
    month = date(2026, 5, 1)
    made = report_files.sheet(
        report,
        Counted({(pk, "2026-05"): cell}, {}, {}, cell),
        Wanted(month, month),
        {pk: name},
        made_at=world.now,
        made_by="=1+1",
        outside=False,
    )
    csv_cells = [*csv.reader(io.StringIO(report_files.as_csv(made).decode("utf-8-sig"), newline=""))]
    assert csv_cells[1][0] == (name if name.startswith("https") else f"'{name}")
    kinds = {kind for kind, text in cells_of(report_files.as_xlsx(made)) if not text.isdecimal()}
    assert kinds == {"s"}


def test_small_numbers_do_not_leave_the_agency(world: World) -> None:
    client = browser(world, "supervisor")
    for key in KEYS:
        inside = table_of(client.post(page_of(key, "file"), asked()))
        outside = table_of(client.post(page_of(key, "file"), asked(reader="outside")))
        assert [row[:2] for row in inside] == [row[:2] for row in outside]
        parts = len(report_called(key).parts)
        for told, shown in zip(inside[1:], outside[1:], strict=True):
            numbers = [int(each) for each in told[2 : 2 + parts]]
            if any(0 < number < SMALLEST for number in numbers):
                assert set(shown[2:]) <= {"hidden", "0"}  # nothing is left from which one could be worked out
                assert [each == "0" for each in shown[2 : 2 + parts]] == [number == 0 for number in numbers]
            else:
                assert shown == told


def test_what_is_left_of_a_row_tells_no_small_number() -> None:
    report = report_called("entries")
    numbers = {"all": 50, "on_time": 45, "late": 5, "hours": 5, "half_day": 0, "day": 0, "longer": 0}
    assert report_files.cells(report, Cell(numbers, 1, 2), True)[:4] == ["hidden"] * 4
    assert report_files.cells(report, Cell(numbers, 1, 2), False)[:3] == [50, 45, 5]
    large = dict(numbers, on_time=39, late=11, hours=11)
    assert report_files.cells(report, Cell(large, 1, 2), True)[:3] == [50, 39, 11]


def test_why_somebody_else_signed_is_read_on_the_page_of_the_shift_only(committed_world: World) -> None:
    """A supervisor reads the reports of every home, and knows the young people of the own unit."""
    world = committed_world
    name = world.ada.resident.preferred_name
    with past() as cursor:
        signed = shift(cursor, world.cedar, world.now - 40 * DAY, signed=True)
        cursor.execute("UPDATE facilities_shift SET signing_reason = %s WHERE id = %s", [f"{name} ran off", signed])
    page = browser(world, "supervisor2").get(page_of("edits", "rows", part="shifts")).text
    assert "Signed by nobody who was on duty" in page
    assert name not in page and "ran off" not in page
