"""Where a part is withheld the page says so, and for whom it is, as the rights of roles have it."""

import html

import pytest
from django.urls import reverse

from placement.access.rights import Can
from residents.withheld import readers_of, withheld
from tests.world import World, browser


def test_for_whom_a_part_is() -> None:
    assert readers_of(Can.VIEW_CLINICAL) == "For the clinician on the team."
    assert readers_of(Can.VIEW_CASE) == "For the caseworker and the supervisor."
    assert readers_of(Can.VIEW_IDENTITY) == (
        "For the caseworker, the clinician on the team, the home's administrator and the supervisor."
    )


def test_an_open_part_is_not_withheld() -> None:
    parts = {"case": (Can.VIEW_CASE,), "clinical": (Can.VIEW_CLINICAL,)}
    assert withheld({Can.VIEW_CASE}, parts) == {"clinical": "For the clinician on the team."}


@pytest.mark.parametrize(
    ("key", "name", "closed"),
    [
        (
            "staff_cedar",
            "detail",
            {"Identity": Can.VIEW_IDENTITY, "Case": Can.VIEW_CASE, "Clinical notes": Can.VIEW_CLINICAL},
        ),
        ("admin_cedar", "detail", {"Exploitation history": Can.VIEW_EXPLOITATION, "Clinical notes": Can.VIEW_CLINICAL}),
        ("admin_cedar", "confidential", {"Exploitation history": Can.VIEW_EXPLOITATION, "Case": Can.VIEW_CASE}),
        ("clinician", "confidential", {"Case": Can.VIEW_CASE}),
    ],
)
def test_the_page_says_restricted_and_for_whom(world: World, key: str, name: str, closed: dict[str, Can]) -> None:
    page = browser(world, key).get(reverse(f"residents:{name}", args=[world.ada.resident.pk])).content.decode()
    for title, right in closed.items():
        assert f"<h2>{title}: restricted</h2>" in page
        assert f'<p class="soft">{html.escape(readers_of(right))}</p>' in page, title
