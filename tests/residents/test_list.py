"""The list: what it finds for whom, that it gives nothing away, and that it costs the same for 10 and for 300 rows."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from placement.access.permissions import give_groups, give_person, group_name
from placement.access.rights import RESIDENT_RIGHTS, Role
from placement.audit.clock import now
from placement.database.context import acting, acting_as_system
from residents.models import Case, Identity, Resident
from residents.queries.people import CLOSED_HOME, people_page
from tests.residents.conftest import Agency, do
from tests.world import World, today

SignIn = Callable[..., Client]


def codes(client: Client, **filters: str) -> list[str]:
    """Return the codes on the page that ``filters`` give, in order."""
    response = client.post(reverse("residents:list"), filters, follow=True)
    assert response.status_code == 200
    return [row.code for row in response.context["page"].rows]


def test_everybody_sees_the_young_people_of_the_own_grants_only(agency: Agency, as_client: SignIn) -> None:
    do("join_team", agency.cases["sam"], agency.clinician, by=agency.supervisor)
    found = {name: codes(as_client(agency.people[name])) for name in ("worker", "worker2", "clinician", "supervisor")}
    assert found == {"worker": ["K-1"], "worker2": ["K-2"], "clinician": ["K-2"], "supervisor": ["K-1", "K-2"]}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("noor", ["K-1"]),
        ("LEGALNOOR", ["K-1"]),
        ("k-1", ["K-1"]),
        ("street name", ["K-1"]),
        ("sam", []),
        ("K-2", []),
        ("%", []),
    ],
)
def test_search_finds_code_preferred_name_legal_name_and_alias_of_open_records(
    agency: Agency, as_client: SignIn, text: str, found: list[str]
) -> None:
    do("add_alias", agency.noor, name="Street Name", used_where="", by=agency.worker)
    assert codes(as_client(agency.worker), q=text) == found


def grant(agency: Agency, role: Role) -> None:
    """Give the staff account what ``role`` brings on Noor, as a placement would."""
    with acting_as_system("test"):
        give_person(agency.noor, agency.staff, RESIDENT_RIGHTS[role], grant=agency.unit.pk, starts_at=now())


def test_a_legal_name_finds_nothing_for_people_who_may_not_read_it(agency: Agency, as_client: SignIn) -> None:
    grant(agency, Role.STAFF)
    client = as_client(agency.staff)
    do("add_alias", agency.noor, name="Street Name", used_where="", by=agency.worker)
    assert codes(client, q="noor") == ["K-1"]
    assert codes(client, q="legalnoor") == codes(client, q="street name") == []


def test_by_code_only_means_that_no_name_finds_and_no_name_shows(agency: Agency, as_client: SignIn) -> None:
    grant(agency, Role.INSPECTOR)
    client = as_client(agency.staff)
    assert codes(client, q="noor") == []
    page = client.get(reverse("residents:list"))
    assert codes(client, q="K-1") == ["K-1"]
    assert b"Noor" not in page.content


def test_filters_that_need_a_right_filter_only_where_it_is_held(agency: Agency, as_client: SignIn) -> None:
    do("designate", agency.noor, population="trafficked", stage="confirmed", basis="said so", by=agency.worker)
    do("assess_level", agency.noor, level=4, assessed_on=today(), assessor="A", basis="B", by=agency.worker)
    worker = as_client(agency.worker)
    assert codes(worker, population="trafficked") == codes(worker, level="4") == ["K-1"]
    assert codes(worker, population="general") == codes(worker, level="3") == []
    assert codes(worker, status="waiting") == ["K-1"] and codes(worker, status="home") == []
    grant(agency, Role.STAFF)
    staff = as_client(agency.staff)
    assert codes(staff, population="general") == codes(staff, population="trafficked") == ["K-1"], (
        "the filter is not there"
    )


def test_the_newest_designation_counts(agency: Agency, as_client: SignIn) -> None:
    for population in ("runaway", "trafficked"):
        do("designate", agency.noor, population=population, stage="screened", basis="said so", by=agency.worker)
    client = as_client(agency.worker)
    assert codes(client, population="trafficked") == ["K-1"]
    assert codes(client, population="runaway") == []


@pytest.mark.parametrize(
    "filters", [{"order": "legal_name"}, {"identity__legal_name__startswith": "L"}, {"home": "x"}, {"status": "x"}]
)
def test_unknown_filters_change_nothing(agency: Agency, as_client: SignIn, filters: dict[str, str]) -> None:
    assert codes(as_client(agency.supervisor), **filters) == ["K-1", "K-2"]


def test_a_hidden_resident_changes_no_byte_of_the_page(agency: Agency, as_client: SignIn) -> None:
    client = as_client(agency.worker)

    def body() -> str:
        text = client.get(reverse("residents:list")).content.decode()
        return "".join(line for line in text.splitlines() if "csrfmiddlewaretoken" not in line)

    before = body()
    agency.open("hidden", "worker2")
    assert body() == before


def many(agency: Agency, count: int) -> None:
    """Add ``count`` residents of the unit, in bulk."""
    start = Resident.objects.filter(code__startswith="K-").count() + 1
    with acting_as_system("test"):
        made = Resident.objects.bulk_create(
            Resident(code=f"K-{n}", preferred_name=f"Name {n}", sex="female") for n in range(start, start + count)
        )
        Identity.objects.bulk_create(Identity(resident=r, legal_name="x", birth_date="2011-01-01") for r in made)
        Case.objects.bulk_create(
            Case(
                resident=r,
                number=f"X-{r.code}",
                unit=agency.unit,
                legal_basis="x",
                permanency_goal="adoption",
                opened_on="2026-01-01",
            )
            for r in made
        )
        group = group_name("unit", agency.unit.pk, Role.SUPERVISOR)
        for resident in made:
            give_groups(resident, {group: RESIDENT_RIGHTS[Role.SUPERVISOR]}, grant=agency.unit.pk, starts_at=now())


def test_ten_and_three_hundred_rows_cost_the_same_number_of_queries(agency: Agency, as_client: SignIn) -> None:
    client, address = as_client(agency.supervisor), reverse("residents:list")
    client.get(address)
    counts = []
    for more in (8, 290):
        many(agency, more)
        found = client.post(address, {"q": "k-", "status": "waiting"})["Location"]
        with CaptureQueriesContext(connection) as queries:
            response = client.get(found)
        counts.append(len(queries))
        assert len(response.context["page"].rows) == min(25, Resident.objects.filter(code__startswith="K-").count())
    assert counts[0] == counts[1]


def test_paging_shows_every_row_once_in_the_order_of_the_numbers(agency: Agency, as_client: SignIn) -> None:
    many(agency, 58)
    client, token, seen = as_client(agency.supervisor), "", []
    for _ in range(3):
        response = client.get(reverse("residents:list"), {"after": token})
        seen += [row.code for row in response.context["page"].rows]
        token = response.context["page"].next_token
    assert not token
    assert seen == [f"K-{number}" for number in range(1, 61)]


def test_the_closed_ones_come_last_on_every_page_to_who_may_know_that_they_are_closed(
    agency: Agency, as_client: SignIn
) -> None:
    many(agency, 30)
    with acting(agency.supervisor.pk, agency.supervisor.name):
        Case.objects.filter(resident__code__in=["K-2", "K-9"]).update(status=Case.Status.CLOSED, closed_on=today())
    client = as_client(agency.supervisor)
    first = client.get(reverse("residents:list")).context["page"]
    second = client.get(reverse("residents:list"), {"after": first.next_token}).context["page"]
    shown = [row.code for row in [*first.rows, *second.rows]]
    assert shown[-2:] == ["K-2", "K-9"]
    assert len(shown) == len(set(shown)) == 32


def test_searched_words_stay_out_of_the_address(agency: Agency, as_client: SignIn) -> None:
    client, address = as_client(agency.worker), reverse("residents:list")
    answer = client.post(address, {"q": "Noor", "status": "waiting"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{address}?status=waiting&searched=1"
    assert client.get(address, {"q": "Noor"}).context["form"].data.get("q") is None
    assert client.get(answer["Location"]).context["form"].data["q"] == "Noor"


def test_people_without_the_list_get_the_page_for_nothing(agency: Agency, as_client: SignIn) -> None:
    assert as_client(agency.stranger).get(reverse("residents:list")).status_code == 404
    assert as_client(agency.staff).get(reverse("residents:new")).status_code == 404


def test_columns_that_are_not_open_to_the_reader_are_left_out(agency: Agency, as_client: SignIn) -> None:
    grant(agency, Role.STAFF)
    page = as_client(agency.staff).get(reverse("residents:list")).text
    assert "K-1" in page
    assert '<th scope="col">Needs</th>' not in page and 'data-label="Status"' not in page
    assert '<th scope="col">Needs</th>' in as_client(agency.worker).get(reverse("residents:list")).text


def test_a_home_that_is_not_open_to_the_reader_is_not_named(world: World) -> None:
    clinician = world.people["clinician"]
    with acting(clinician.pk, clinician.name):
        homes = {row.home for row in people_page(clinician, {}).rows}
    assert CLOSED_HOME in homes
    assert not homes & {built.facility.name for built in world.homes.values()}
