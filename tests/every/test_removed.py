"""Whoever weakens what a page asks for turns ``test_who_gets_in`` red: the tests that guard the guards."""

from collections.abc import Iterator

import pytest
from django.test import Client

from compliance.queries.opened_to import READERS
from placement.access.guard import Access, access_of
from placement.access.models import Person
from placement.access.rights import Can
from residents.models import Document
from tests.every.table import PAGES
from tests.every.test_urls import FOUND, Asked, clients, differences_from_matrix
from tests.world import World

__all__ = ["clients"]
# Right → what a hurried hand might ask for instead.
WEAKER = {"access": Can.SIGN_IN, "residents": Can.VIEW_CODE, "facilities": Can.VIEW_FACILITY}
ONE_OF_SEVERAL = "the record decides which of several rights opens it; test_who_gets_in asks for a record of each"
LISTS = "the page lists what is open to the reader; test_found.py counts it"
IMPLIED = "whoever has the other right that the page asks for has this one, too"
# What is told apart by no cell of the matrix, and why.
SAME = {
    **{
        (f"sealings:{page}", Can.READ_AUDIT): "the database says who is shown it: tests/residents/test_sealings.py"
        for page in ("detail", "unseal", "decide")
    },
    ("residents:decide_sealing", Can.ASSIGN_TEAM): "no order waits in the world: tests/residents/test_sealings.py",
    ("audit:second_disposal", Can.READ_AUDIT): "the database names who decides: tests/compliance/test_seconds.py",
    ("bars:judge", Can.READ_AUDIT): "the database names who judges: tests/residents/test_bars.py",
    **{
        (
            f"complaints:{page}",
            Can.LIST_COMPLAINTS,
        ): "the database says who is shown it: tests/residents/test_complaints.py"
        for page in ("detail", "payback")
    },
    ("audit:act", Can.VIEW_AUDIT): ONE_OF_SEVERAL,
    ("audit:act", Can.VIEW_BEDS): ONE_OF_SEVERAL,
    **{("residents:document", right): ONE_OF_SEVERAL for right in Document.RIGHT_OF_PART.values()},
    **{
        (f"compliance:{page}", right): ONE_OF_SEVERAL
        for page in ("obligation", "finding")
        for right in READERS
        if right.app == "residents"
    },
    ("incidents:detail", Can.VIEW_EXPLOITATION): IMPLIED,
    **{("incidents:episode-line", right): IMPLIED for right in (Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT)},
    **{
        (f"incidents:{name}", right): IMPLIED
        for name in ("flyer", "flyer-step")
        for right in (Can.REPORT_INCIDENT, Can.REVIEW_INCIDENT, Can.VIEW_CARE_PROFILE)
    },
    ("facilities:my-shift", Can.WORK_SHIFT): LISTS,
    ("referrals:new", Can.PROPOSE_PLACEMENT): LISTS,
    ("facilities:detail", Can.LIST_FACILITIES): IMPLIED,
    **{
        (f"facilities:{name}", right): IMPLIED
        for name in (
            *("log-care", "tap", "log-contact", "ask-pass", "pass-back", "pass-withdraw", "count", "sign-count"),
            *("log-dose", "tap-dose", "sign-dose", "note-effect", "second-on-dose", "second-on-count", "log-measure"),
        )
        for right in (Can.LOG_CARE, Can.WORK_SHIFT)
    },
    ("facilities:dose", Can.VIEW_CARE_LOG): IMPLIED,
    ("facilities:settle-count", Can.VIEW_CARE_LOG): IMPLIED,
    ("facilities:care-entry", Can.VIEW_CARE_LOG): IMPLIED,
    ("facilities:change-address", Can.VIEW_ADDRESS): IMPLIED,
}


def weakened() -> Iterator[tuple[str, Can, Access]]:
    """Page, the right that is taken away, and what is then declared: the weaker right instead, or nothing beside the others."""
    for name in PAGES:
        access = access_of(FOUND[name][0].callback)
        assert access is not None
        for right in sorted(access.rights):
            if right not in WEAKER.values():
                yield name, right, Access(access.rights - {right} | {WEAKER[right.app]}, also=access.also)
        for right in sorted(access.also):
            yield name, right, Access(access.rights, also=access.also - {right})


def test_the_matrix_says_what_the_oracle_says(world: World) -> None:
    """Without a request, for every page: so that what is red below is so because of what was weakened."""
    assert [
        wrong for name in PAGES for wrong in differences_from_matrix(world, name, lambda url, place, welcome: welcome)
    ] == []


def test_every_right_that_a_page_asks_for_is_held_by_the_oracle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The weaker declaration lets somebody in, in the matrix, who by the oracle stays out."""
    tried, unseen = 0, set()
    for name, right, weaker in weakened():
        with monkeypatch.context() as patch:
            patch.setattr(FOUND[name][0].callback, "access", weaker)
            tried += 1
            if not differences_from_matrix(world, name, lambda url, place, welcome: welcome):
                unseen.add((name, right))
    assert unseen == SAME.keys()
    assert tried > 100


@pytest.mark.parametrize(
    ("name", "weaker"),
    [
        ("accounts:list", Can.SIGN_IN),
        ("audit:list", Can.LIST_RESIDENTS),
        ("residents:new", Can.LIST_RESIDENTS),
        ("facilities:new", Can.LIST_FACILITIES),
        ("facilities:confirm-population", Can.LIST_FACILITIES),
    ],
)
def test_a_page_that_asks_the_role_for_less_lets_somebody_in(
    world: World, clients: dict[Person, Client], monkeypatch: pytest.MonkeyPatch, name: str, weaker: Can
) -> None:
    view = FOUND[name][0].callback
    on_records = access_of(view).on_records
    monkeypatch.setattr(view, "access", Access(frozenset({weaker}) | on_records))
    asked = Asked(world, clients)
    with pytest.raises(AssertionError):
        differences_from_matrix(world, name, lambda url, place, welcome: asked.who(name, url(), welcome))
