"""``manage.py access matrix``: what it prints. That each cell is what a browser gets stands in ``tests/every/test_urls.py``.

None of these tests has a database: the matrix looks at no record.
"""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from placement.access.guard import Access
from placement.access.matrix import Case, opens
from placement.access.rights import EMERGENCY_RIGHTS, RESIDENT_RIGHTS, ROLE_RIGHTS, Can, Role
from tests.every.table import PAGES


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command("access", "matrix", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def pages() -> dict[str, Any]:
    return {page["page"]: page for page in json.loads(printed("--json"))["pages"]}


def test_every_page_role_and_case_has_a_cell(pages: dict[str, Any]) -> None:
    assert pages.keys() == PAGES.keys()
    for page in pages.values():
        assert page["roles"].keys() == set(Role)
        for cells in page["roles"].values():
            assert cells.keys() == set(Case)
            assert set(cells.values()) <= {"opens", "404", "–"}


def test_some_cells_as_the_design_has_them(pages: dict[str, Any]) -> None:
    confidential, shift = pages["residents:confidential"]["roles"], pages["facilities:shift"]["roles"]
    closed = {"other home": "404", "ended": "404", "barred": "404", "sealed": "404", "made-up": "404"}
    assert confidential["caseworker"] == {"own": "opens", "break-glass": "opens"} | closed
    assert confidential["admin"] == {"own": "opens", "break-glass": "opens"} | closed
    assert confidential["staff"]["own"] == confidential["inspector"]["own"] == "404"
    assert confidential["supervisor"]["ended"] == "opens", "the unit goes on answering for the record"
    assert shift["staff"]["own"] == shift["staff"]["ended"] == "opens"
    assert shift["staff"]["other home"] == shift["supervisor"]["own"] == "404"
    assert pages["accounts:list"]["roles"]["sysadmin"]["own"] == "opens"
    assert {cells["own"] for role, cells in pages["accounts:list"]["roles"].items() if role != "sysadmin"} == {"404"}


def test_no_record_of_a_young_person_opens_for_whoever_is_barred_or_has_no_case(pages: dict[str, Any]) -> None:
    for page in pages.values():
        of_young = page["record_rights"] and all(right.startswith("residents.") for right in page["record_rights"])
        if of_young and "<" in page["route"]:
            for role, cells in page["roles"].items():
                assert cells["barred"] == cells["sealed"] == cells["other home"] == cells["made-up"] == "404", (
                    page["page"],
                    role,
                )


def test_an_emergency_opens_nothing_that_the_role_does_not_open_by_itself_but_what_keeps_somebody_safe() -> None:
    closed = {Can.VIEW_CASE, Can.VIEW_EXPLOITATION, Can.VIEW_CLINICAL, Can.KEEP_CASE, Can.LOG_CARE}
    assert not EMERGENCY_RIGHTS & closed
    may = {role for role in Role if Can.BREAK_GLASS in ROLE_RIGHTS[role]}
    assert all(Can.VIEW_CARE_PROFILE in RESIDENT_RIGHTS[role] for role in may)
    assert not may & {Role.INSPECTOR, Role.SYSADMIN, Role.NONE}


def test_any_one_right_and_each_of_those_that_must_be_there_also() -> None:
    either = Access(frozenset({Can.VIEW_CLINICAL, Can.KEEP_CASE}))
    both = Access(frozenset({Can.VIEW_CASE_SUMMARY}), also=frozenset({Can.VIEW_FACILITY}))
    assert opens(either, Role.CLINICIAN, Case.OWN, True) and opens(either, Role.CASEWORKER, Case.OWN, True)
    assert not opens(either, Role.SUPERVISOR, Case.OWN, True)
    assert opens(both, Role.ADMIN, Case.OWN, True) and not opens(both, Role.CLINICIAN, Case.OWN, True)


def test_people_can_read_it_on_a_screen() -> None:
    text = printed()
    assert max(map(len, text.splitlines())) <= 120
    assert "residents:care  /residents/<uuid:pk>/care/\n  asks for view_care_log\n" in text
    assert f"{len(PAGES)} pages" in text
