"""Separations from young people who are named by code: nothing is learned from the answer, and the supervisor completes."""

import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from placement.database.constraints import Refused
from residents.models import Separation, SeparationRequest
from tests.residents.conftest import Agency, as_person, do
from tests.residents.test_forms import address, ours, send

SignIn = Callable[..., Client]


def test_a_code_in_a_separation_never_tells_whether_anybody_has_it(agency: Agency, as_client: SignIn) -> None:
    client, answers = as_client(agency.worker), []
    for code in ("K-2", "K-77"):
        sent = send(client, address(agency, "add_separation"), kind="resident", code=code.lower(), reason="Said so.")
        assert sent.status_code == 302
        page = client.get(address(agency, "confidential")).content.decode()
        answers.append(
            re.search(rf"<h3>Keep apart from “{code}” .*?</p><p class=\"soft\">.*?</p>", page)[0].replace(code, "")
        )
    assert answers[0] == answers[1]
    assert not ours(Separation).exists()
    assert [row.code for row in ours(SeparationRequest).order_by("asked_at")] == ["K-2", "K-77"]


def test_the_supervisor_completes_a_separation_that_was_asked_for_by_code(agency: Agency, as_client: SignIn) -> None:
    asked = do("keep_apart", agency.noor, kind="resident", code="K-2", reason="Threats.", by=agency.worker)
    url = address(agency, "decide_separation", row=asked.pk)
    assert as_client(agency.worker).get(url).status_code == 404
    client = as_client(agency.supervisor)
    assert "Threats." in client.get(url).content.decode()
    missing = send(client, url, decision="complete", reason="Asked both.")
    assert 'id="id_other_error"' in missing.content.decode()
    send(client, url, decision="complete", other=agency.sam.pk, reason="Asked both.")
    separation = ours(Separation).get()
    assert (separation.other, separation.reason) == (agency.sam, "Threats.")
    asked.refresh_from_db()
    assert (asked.status, asked.decided_by) == ("completed", agency.supervisor)
    with pytest.raises(Refused):
        do("decide_separation_request", asked, complete=False, reason="Again.", by=agency.supervisor)
    with as_person(agency.supervisor), pytest.raises(IntegrityError), transaction.atomic():
        SeparationRequest.objects.filter(pk=asked.pk).update(code="K-3")


def test_a_known_code_is_kept_apart_at_once_and_the_own_code_is_refused(agency: Agency, as_client: SignIn) -> None:
    client = as_client(agency.supervisor)
    own = send(client, address(agency, "add_separation"), kind="resident", code="K-1", reason="x").content.decode()
    assert "the code of the same young person" in own
    send(client, address(agency, "add_separation"), kind="resident", code="K-2", reason="x")
    assert ours(Separation).get().other == agency.sam


def test_codes_in_a_list_sort_by_number(agency: Agency, as_client: SignIn) -> None:
    agency.open("late", code="K-39")
    agency.open("early", code="K-4")
    page = as_client(agency.supervisor).get(address(agency, "add_separation")).content.decode()
    assert "The list offers the young people whose records are open to you." in page
    assert re.findall(r">(K-\d+)</option>", page) == ["K-2", "K-4", "K-39"]
