"""Documents that a court has sealed: closed to all but the supervisors of the case, on every page, until an order opens them."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from placement.access.facts import differences
from placement.access.models import AccessLogEntry, Person
from placement.database.constraints import Refused
from placement.database.context import acting, acting_as_system, reading
from residents import operations
from residents.models import AccessRequest, Document, DocumentSeal, Resident, ResidentGroupPermission
from tests.residents.test_forms import hidden
from tests.world import World, browser

DAY = timedelta(days=1)
TITLE = "Hidden paper of ada"
ONE = "1 document is sealed by a court. For the supervisor."
ORDER = {"order_number": "JC-17", "court": "Juvenile Court", "ordered_on": "10/01/2026"}


@pytest.fixture
def documents_folder() -> None:
    """The files of the world stay where they are."""


def by(person: Person) -> Any:
    return acting(person.pk, person.name)


def page(world: World, key: str, name: str = "documents", **ids: Any) -> Any:
    return browser(world, key).get(reverse(f"residents:{name}", kwargs={"pk": world.ada.resident.pk, **ids}))


def text(world: World, key: str, name: str = "documents") -> str:
    return html.unescape(page(world, key, name).content.decode())


def download(world: World, key: str, document: Any) -> int:
    return browser(world, key).get(reverse("residents:document", args=[document])).status_code


def seal(world: World, document: Document, person: Person | None = None) -> DocumentSeal:
    person = person or world.caseworker
    with by(person):
        return operations.seal_document(
            document, order_number="JC-17", court="Juvenile Court", ordered_on=world.today, by=person
        )


def lift(world: World, sealed: DocumentSeal, person: Person | None = None) -> DocumentSeal:
    person = person or world.supervisor
    with by(person):
        return operations.lift_seal(
            sealed, order_number="JC-18", court="Juvenile Court", ordered_on=world.today, by=person
        )


def test_one_line_stands_for_it_where_the_case_is_read(world: World) -> None:
    for key, line in (("caseworker", True), ("clinician", False), ("staff_cedar", False), ("admin_cedar", False)):
        assert (ONE in text(world, key)) is line, key
        assert TITLE not in text(world, key), key
    assert TITLE in text(world, "supervisor") and ONE not in text(world, "supervisor")
    assert "sealed by a court" in text(world, "supervisor")
    seal(world, world.ada.document)
    assert "2 documents are sealed by a court. For the supervisor." in text(world, "caseworker")


def test_a_document_is_sealed_with_the_form_and_closes_to_who_sealed_it(world: World) -> None:
    document = world.ada.document
    client = browser(world, "caseworker")
    address = reverse("residents:seal_document", args=[world.ada.resident.pk, document.pk])
    assert address in text(world, "caseworker") and document.title in text(world, "caseworker")
    assert client.post(address, hidden(client.get(address)) | ORDER).status_code == 302
    for name in ("documents", "timeline", "history", "detail", "confidential"):
        assert document.title not in text(world, "caseworker", name), name
    assert download(world, "caseworker", document.pk) == 404
    assert download(world, "supervisor", document.pk) == 200
    assert client.get(address).status_code == 404
    for name in ("documents", "timeline", "history"):
        assert document.title in text(world, "supervisor", name), name


def test_it_is_in_no_history_and_no_audit_of_somebody_without_the_right(world: World) -> None:
    row = Document.history.get(id=world.ada.seal.document_id)
    act = reverse("audit:act", args=[row.history_xid, f"{row.history_date.timestamp():.6f}"])
    assert TITLE in browser(world, "supervisor").get(act).content.decode()
    with acting_as_system("tests"):
        ResidentGroupPermission.objects.filter(permission__codename="view_sealed").delete()
    assert TITLE not in browser(world, "supervisor").get(act).content.decode()
    for name in ("documents", "history", "timeline"):
        assert TITLE not in text(world, "supervisor", name), name
    assert "sealed a document" not in browser(world, "supervisor").get(reverse("audit:list")).content.decode()


def test_another_order_and_another_person_open_it_again(world: World) -> None:
    sealed, client = world.ada.seal, browser(world, "supervisor")
    address = reverse("residents:lift_seal", args=[world.ada.resident.pk, sealed.pk])
    assert address in text(world, "supervisor")
    asked = client.get(address)
    assert TITLE in html.unescape(asked.content.decode())
    assert client.post(address, hidden(asked) | ORDER | {"order_number": " "}).status_code == 200
    assert client.post(address, hidden(client.get(address)) | ORDER).status_code == 302
    assert TITLE in text(world, "caseworker") and ONE not in text(world, "caseworker")
    assert download(world, "caseworker", sealed.document_id) == 200
    with pytest.raises(Refused, match="lifted already"):
        lift(world, sealed)
    assert seal(world, Document.objects.get(pk=sealed.document_id))  # a court may seal it again


def test_only_a_supervisor_of_the_case_lifts_it(world: World) -> None:
    for person in (world.caseworker, world.clinician, world.supervisor2):
        with pytest.raises(Resident.DoesNotExist):
            lift(world, world.ada.seal, person)


def test_only_who_keeps_the_case_seals(world: World) -> None:
    for person in (world.supervisor, world.clinician, world.staff_cedar, world.caseworker2):
        with pytest.raises(Resident.DoesNotExist):
            seal(world, world.ada.document, person)
    with by(world.supervisor), pytest.raises(Refused, match="young person's record"):
        operations.seal_document(
            world.cedar.paper, order_number="1", court="C", ordered_on=world.today, by=world.supervisor
        )


def test_a_supervisor_opens_it_to_the_caseworker_for_a_time(world: World) -> None:
    client, address = browser(world, "caseworker"), reverse("residents:ask_sealed", args=[world.ada.resident.pk])
    assert address in text(world, "caseworker")
    assert client.post(address, hidden(client.get(address)) | {"purpose": "Order JC-19"}).status_code == 302
    assert address not in text(world, "caseworker") and "You have asked to read them" in text(world, "caseworker")
    asked = AccessRequest.objects.get(asked_for="sealed")
    given = {"decision": "sealed", "ends_at": timezone.now() + 10 * DAY}
    for person in (world.clinician, world.caseworker):
        with by(person), pytest.raises(Resident.DoesNotExist):
            operations.decide_access(asked, by=person, **given)
    with by(world.supervisor):
        operations.decide_access(asked, by=world.supervisor, **given)
    assert TITLE in text(world, "caseworker") and ONE not in text(world, "caseworker")
    assert download(world, "caseworker", world.ada.seal.document_id) == 200
    assert f"/documents/seals/{world.ada.seal.pk}/lift/" not in text(world, "caseworker")
    with acting_as_system("access verify"), reading("verify"):
        assert differences() == []
    with by(world.supervisor):
        operations.end_access(asked, by=world.supervisor)
    assert TITLE not in text(world, "caseworker")


def test_opening_it_stands_in_the_access_log_as_sealed(world: World) -> None:
    for document, logged in ((world.ada.document.pk, False), (world.ada.seal.document_id, True)):
        download(world, "supervisor", document)
        entry = AccessLogEntry.objects.filter(person=world.supervisor, page="residents:document").latest("at", "id")
        assert ("view_sealed" in entry.parts) is logged


def test_the_supervisor_reads_who_sealed_it_in_the_history(world: World) -> None:
    shown = text(world, "supervisor", "history")
    assert "sealed a document under a court order" in shown
    assert "sealed a document under a court order" not in text(world, "caseworker", "history")
