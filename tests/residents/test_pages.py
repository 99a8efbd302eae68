"""The pages of a record: which open for whom, and which parts are on them."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from residents.queries.record import TABS
from tests.residents.conftest import Agency, do
from tests.world import today

SignIn = Callable[..., Client]
PAGES = [name for _, name, _ in TABS if ":" not in name]  # those of this app
OPEN = {
    "worker": set(PAGES) - {"team"},
    "supervisor": set(PAGES),
    "clinician": set(PAGES) - {"team", "history", "shared"},
    "worker2": set(),
    "staff": set(),
    "stranger": set(),
}  # fmt: skip


@pytest.fixture
def full(agency: Agency) -> Agency:
    """Noor's record with something in every part, each with a word of its own."""
    noor, worker = agency.noor, agency.worker
    do("join_team", agency.cases["noor"], agency.clinician, by=agency.supervisor)
    do("add_alert", noor, kind="allergy", text="CANARY-ALERT peanuts", urgent=True, by=worker)
    do("designate", noor, population="trafficked", stage="confirmed", basis="CANARY-BASIS", by=worker)
    do(
        "assess_level",
        noor,
        level=3,
        assessed_on=today(),
        assessor="Dr. A",
        basis="CANARY-LEVEL",
        by=worker,
    )
    do("add_alias", noor, name="CANARY-ALIAS", used_where="street", by=worker)
    do("separate", noor, kind="person", person="CANARY-APART", reason="CANARY-WHY", by=worker)
    do("record_harm", noor, kind="was_harmed", happened_on=today(), summary="CANARY-HARM", by=worker)
    do("link_exploiter", noor, exploiter=None, name="CANARY-EXPLOITER", kind="recruiter", note="CANARY-NOTE", by=worker)
    aunt = do("add_outside_person", noor, name="CANARY-AUNT", relation="aunt", permission="allowed", by=worker)
    do("log_contact", noor, outside_person=aunt, kind="call", happened_at=timezone.now(), minutes=12, by=worker)
    return agency


@pytest.mark.parametrize("who", OPEN)
def test_a_person_opens_exactly_the_pages_of_the_record_that_the_rights_give(
    full: Agency, as_client: SignIn, who: str
) -> None:
    client = as_client(full.people[who])
    addresses = {name: reverse(f"residents:{name}", kwargs={"pk": full.noor.pk}) for name in PAGES}
    answers = {name: client.get(address).status_code for name, address in addresses.items()}
    assert answers == {name: 200 if name in OPEN[who] else 404 for name in PAGES}


def words_on(client: Client, agency: Agency, *pages: str) -> set[str]:
    """Return the canary words on these pages of Noor's record."""
    import re

    found: set[str] = set()
    for name in pages:
        body = client.get(reverse(f"residents:{name}", kwargs={"pk": agency.noor.pk})).content.decode()
        found |= set(re.findall(r"CANARY-[A-Z]+|LegalNoor", body))
    return found


def test_the_clinician_reads_no_case_and_the_caseworker_everything_of_the_case(full: Agency, as_client: SignIn) -> None:
    everything = {
        f"CANARY-{word}"
        for word in ["ALERT", "BASIS", "LEVEL", "ALIAS", "APART", "WHY", "HARM", "EXPLOITER", "NOTE", "AUNT"]
    } | {"LegalNoor"}
    assert words_on(as_client(full.worker), full, *OPEN["worker"]) == everything
    assert words_on(as_client(full.clinician), full, *OPEN["clinician"]) == everything
    page = as_client(full.clinician).get(reverse("residents:detail", kwargs={"pk": full.noor.pk})).content.decode()
    assert "Case, in short" in page and "Court order" not in page
    assert "Clinical notes: restricted" not in page
    page = as_client(full.worker).get(reverse("residents:detail", kwargs={"pk": full.noor.pk})).content.decode()
    assert "Clinical notes: restricted" in page and "Court order" in page


def test_history_shows_the_whole_trail_to_the_supervisor_and_the_own_acts_to_the_caseworker(
    full: Agency, as_client: SignIn
) -> None:
    do("change_profile", full.noor, preferred_name="Noora", languages=["Dari"], plan_of_the_day="Rest", by=full.worker)
    address = reverse("residents:history", kwargs={"pk": full.noor.pk})
    trail = as_client(full.supervisor).get(address).content.decode()
    assert "Worker Person changed the care profile" in trail
    assert "Supervisor Person put a person on the team" in trail
    assert "<del>Noor</del>" in trail and "<ins>Noora</ins>" in trail
    own = as_client(full.worker).get(address).content.decode()
    assert "Worker Person changed the care profile" in own
    assert "put a person on the team" not in own


def test_names_are_not_in_the_title_or_the_address(full: Agency, as_client: SignIn) -> None:
    page = as_client(full.worker).get(reverse("residents:detail", kwargs={"pk": full.noor.pk})).content.decode()
    title = page.split("<title>")[1].split("</title>")[0]
    assert title == f"{full.noor.code} · Placement"
