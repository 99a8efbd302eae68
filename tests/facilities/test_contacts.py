"""Contacts logged from the shift: the list, what is refused and who decides, and what becomes an incident."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from compliance.queries.work import Task, my_work
from placement.access.models import Person
from placement.audit.clock import at_time, now
from placement.database.constraints import Refused
from placement.facilities import operations as homes
from placement.facilities.models import Facility
from residents import operations
from residents.models import Contact, Incident, OutsidePerson, Resident, Restriction
from residents.queries.contacts import LONGEST_GAP, gap_of
from tests.facilities.conftest import do
from tests.facilities.home_pages import errors_of, post, queries_for, text_of
from tests.facilities.shift_page import fill, local, url
from tests.world import World, browser

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def staff(world: World) -> Client:
    return browser(world, "staff_cedar")


def page_of(world: World) -> str:
    return url("log-contact", world, world.ada.resident.pk)


def said(world: World, **changes: Any) -> dict[str, Any]:
    """What the form says when ada has called her aunt."""
    values = {"outside_person": str(world.ada.outside.pk), "kind": "call", "initiative": "young", "minutes": "12"}
    values |= {"outcome": "took_place", "supervised_by": "", "other_name": "", "why_denied": "", "note": ""}
    return values | local(now() - MINUTE) | changes


def somebody(world: World, permission: str, name: str = "Uncle Ben") -> OutsidePerson:
    """Somebody more on ada's list."""
    values = {"name": name, "relation": "uncle", "permission": permission, "order": "Order 7", "telephone": "555-0142"}
    return do(world.caseworker, operations.add_outside_person, world.ada.resident, **values)


def log(world: World, by: Person | None = None, **changes: Any) -> Contact:
    """Log a call of ada with her aunt."""
    values = {"outside_person": world.ada.outside, "kind": "call", "happened_at": now() - MINUTE}
    values |= {"facility": world.cedar.facility, "shift": world.cedar.shift}
    return do(by or world.staff_cedar, operations.log_contact, world.ada.resident, **values | changes)


def newest() -> Contact:
    return Contact.objects.latest("written_at")


def tasks(person: Person, words: str) -> list[Task]:
    work = my_work(person)
    return [task for task in [*work.first, *work.later] if words in task.title]


def test_a_call_is_logged_with_everything_that_was_said(world: World, staff: Client) -> None:
    response = post(staff, page_of(world), said(world, note="She laughed a lot", supervised_by="Sam"))
    assert response.status_code == 302
    row = newest()
    assert (row.outside_person, row.kind, row.initiative, row.outcome) == (
        world.ada.outside,
        "call",
        "young",
        "took_place",
    )
    assert (row.minutes, row.supervised, row.supervised_by, row.note) == (12, True, "Sam", "She laughed a lot")
    assert (row.facility, row.shift, row.written_by) == (world.cedar.facility, world.cedar.shift, world.staff_cedar)
    assert not row.late
    page = text_of(staff, reverse("residents:contacts", args=[world.ada.resident.pk]))
    assert "She laughed a lot" in page
    assert "12 minutes" in page


def test_the_page_shows_the_list_with_how_contact_stands_and_nothing_chosen(world: World, staff: Client) -> None:
    somebody(world, "prohibited")
    page = text_of(staff, page_of(world))
    choices = page[page.index("With whom?") : page.index("The list</h2>")]
    assert choices.index("Hidden aunt of ada") < choices.index("Uncle Ben") < choices.index("Somebody else")
    assert "Not allowed" in choices
    assert "Order 7" in choices
    assert "555-0142" in page
    assert "checked" not in choices


def test_telephone_numbers_are_for_those_who_call(world: World) -> None:
    somebody(world, "allowed")
    address = reverse("residents:contacts", args=[world.ada.resident.pk])
    for key in ("staff_cedar", "admin_cedar", "caseworker", "supervisor"):
        assert "555-0142" in text_of(browser(world, key), address), key
    page = text_of(browser(world, "clinician"), address)
    assert "Uncle Ben" in page
    assert "555-0142" not in page


def test_a_denial_of_allowed_contact_asks_why_and_waits_for_somebody_else(world: World, staff: Client) -> None:
    uncle = somebody(world, "allowed")
    denied = said(world, outside_person=str(uncle.pk), outcome="denied", initiative="other")
    response = post(staff, page_of(world), denied)
    assert list(errors_of(response)) == ["why_denied"]
    assert not Restriction.objects.filter(outside_person=uncle).exists()
    assert post(staff, page_of(world), denied | {"why_denied": "He shouted"}).status_code == 302
    limit = Restriction.objects.get(outside_person=uncle)
    assert (newest().restriction, limit.reason, limit.asked_by, limit.decision) == (
        limit,
        "He shouted",
        world.staff_cedar,
        "",
    )
    for person in (world.admin_cedar, world.supervisor):
        [task] = tasks(person, "Uncle Ben")
        assert task.detail == "He shouted"
        assert task.strong
        assert task.href == reverse("residents:decide_limit", args=[world.ada.resident.pk, limit.pk])
    for person in (world.staff_cedar, world.caseworker, world.admin_birch, world.supervisor2):
        assert tasks(person, "Uncle Ben") == []
    again = log(world, outside_person=uncle, outcome="denied", initiative="other")
    assert again.restriction == limit  # the same limit, no second one


def test_the_approver_says_until_when_and_it_holds_no_longer(world: World) -> None:
    address = reverse("residents:decide_limit", args=[world.ada.resident.pk, world.ada.limit.pk])
    supervisor = browser(world, "supervisor")
    assert "Hidden limit of ada" in text_of(supervisor, address)
    assert list(errors_of(post(supervisor, address, {"decision": "approved", "reason": ""}))) == ["ends_at"]
    assert list(errors_of(post(supervisor, address, {"decision": "declined", "reason": ""}))) == ["reason"]
    do(world.supervisor, operations.decide_restriction, world.ada.limit, decision="approved", ends_at=now() + 2 * DAY)
    assert log(world, outcome="denied").restriction == world.ada.limit
    assert tasks(world.admin_cedar, "has refused") == []
    with at_time(now() + 2 * DAY + MINUTE), pytest.raises(Refused, match="is allowed"):
        log(world, outcome="denied")


def test_a_limit_that_nobody_decides_about_holds_a_day(world: World) -> None:
    with at_time(now() + 25 * timedelta(hours=1)):
        with pytest.raises(Refused, match="Nobody has decided"):
            log(world, outcome="denied", why_denied="Again")
        [task] = tasks(world.admin_cedar, "has refused")
        assert task.tag == "does not hold any more"


def test_a_declined_limit_is_told_to_the_house(world: World, staff: Client) -> None:
    do(
        world.admin_cedar,
        operations.decide_restriction,
        world.ada.limit,
        decision="declined",
        reason="She needs her aunt",
    )
    assert "Declined: let the contact happen" in text_of(staff, page_of(world))
    with pytest.raises(Refused, match="Say why"):
        log(world, outcome="denied")


def test_whoever_refused_does_not_decide(world: World) -> None:
    log(world, world.admin_cedar, outcome="denied")
    with pytest.raises(Refused, match="You refused this yourself"):
        do(world.admin_cedar, operations.decide_restriction, world.ada.limit, decision="approved", ends_at=now() + DAY)
    assert tasks(world.admin_cedar, "has refused") == []
    for ends_at in (now() + 8 * DAY, now() - DAY, None):
        with pytest.raises(Refused, match="within the next 7 days"):
            do(world.supervisor, operations.decide_restriction, world.ada.limit, decision="approved", ends_at=ends_at)
    with pytest.raises(Resident.DoesNotExist):
        do(world.caseworker, operations.decide_restriction, world.ada.limit, decision="approved", ends_at=now() + DAY)
    do(world.supervisor, operations.decide_restriction, world.ada.limit, decision="approved", ends_at=now() + DAY)
    with pytest.raises(Refused, match="already"):
        do(world.supervisor, operations.decide_restriction, world.ada.limit, decision="declined", reason="No")
    do(world.admin_cedar, operations.end_restriction, world.ada.limit)
    with pytest.raises(Refused, match="over already"):
        do(world.admin_cedar, operations.end_restriction, world.ada.limit)
    with pytest.raises(Refused, match="Say why"):
        log(world, outcome="denied")


def test_somebody_who_is_not_allowed_begins_a_report_that_opens_filled_in(world: World, staff: Client) -> None:
    uncle = somebody(world, "prohibited")
    tried = said(world, outside_person=str(uncle.pk), outcome="denied", initiative="other")
    assert list(errors_of(post(staff, page_of(world), tried))) == ["note"]
    assert not Incident.objects.filter(status="draft").exists()
    response = post(staff, page_of(world), tried | {"note": "He asked where she is"})
    incident = Incident.objects.get(status="draft")
    assert response.url == reverse("incidents:complete", args=[incident.pk])
    assert (incident.kind, incident.severity, incident.facility) == ("exploiter", "serious", world.cedar.facility)
    assert (incident.shift, list(incident.residents.all())) == (world.cedar.shift, [world.ada.resident])
    assert newest().incident == incident
    page = text_of(staff, response.url)
    assert "Uncle Ben (uncle), not allowed: Order 7" in page
    assert "He asked where she is" in page
    values = {"kind": "exploiter", "severity": "critical", "seen": "He asked twice", "done": "Told the police"}
    values |= {"how": "phone", "knows_place": "no", "police": "yes"}
    assert post(staff, response.url, values | local(now() - MINUTE)).status_code == 302
    incident.refresh_from_db()
    assert (incident.status, incident.severity, incident.done) == ("reported", "critical", "Told the police")
    assert staff.get(response.url).url == reverse("incidents:detail", args=[incident.pk])


def stranger(world: World, **changes: Any) -> Contact:
    """Somebody whom nobody knows has called for ada."""
    values = {"outside_person": None, "other_name": "A man", "outcome": "denied", "initiative": "other"}
    return log(world, **values | {"note": "He asked for her by her other name"} | changes)


def test_a_draft_is_on_my_work_until_it_is_sent(world: World) -> None:
    incident = stranger(world).incident
    number = f"incident {incident.number}"
    [own] = tasks(world.staff_cedar, number)
    assert own.strong
    assert own.href == reverse("incidents:complete", args=[incident.pk])
    for person in (world.admin_cedar, world.supervisor):
        [task] = tasks(person, f"Incident {incident.number}")
        assert "still a draft by" in task.title
    assert tasks(world.admin_birch, f"ncident {incident.number}") == []
    with pytest.raises(Refused, match="still a draft"):
        do(world.admin_cedar, operations.review_incident, incident)
    with pytest.raises(Refused, match="still a draft"):
        do(world.admin_cedar, operations.close_incident, incident, closing_note="Nothing")
    values = {"kind": "other", "severity": "low", "happened_at": now(), "seen": "Nothing", "done": ""}
    with pytest.raises(Refused, match="Somebody else began"):
        do(world.admin_cedar, operations.complete_draft, incident, **values)
    admin = browser(world, "admin_cedar")
    address = reverse("incidents:complete", args=[incident.pk])
    assert "Send the report as it stands?" in text_of(admin, address)
    assert post(admin, address, {}).status_code == 302
    incident.refresh_from_db()
    assert incident.status == "reported"
    assert "A man, not on the list" in incident.seen
    for operation, more in ((operations.send_draft, {}), (operations.complete_draft, values)):
        with pytest.raises(Refused, match="sent already"):
            do(world.staff_cedar, operation, incident, **more)


def test_nothing_of_a_try_is_saved_when_its_report_can_not_be(world: World) -> None:
    before = Contact.objects.count(), Incident.objects.count()
    with pytest.raises(Refused, match="Write what was said"):
        stranger(world, note=" ")
    with pytest.raises(Refused, match="reported as an incident"):
        stranger(world, by=world.caseworker, facility=None, shift=None)
    with pytest.raises(Facility.DoesNotExist):
        stranger(world, facility=world.birch.facility, shift=world.birch.shift)
    assert (Contact.objects.count(), Incident.objects.count()) == before


def test_a_wish_of_the_young_person_to_call_somebody_new_is_no_incident(world: World) -> None:
    assert stranger(world, initiative="young", outcome="took_place", note="").incident is None
    with pytest.raises(Refused, match="Write what was said"):
        stranger(world, initiative="young", note="")
    with pytest.raises(Refused, match="with whom"):
        stranger(world, other_name=" ")


def test_a_contact_with_nobody_present_has_words_and_goes_to_the_supervisor(world: World) -> None:
    uncle = somebody(world, "supervised")
    with pytest.raises(Refused, match="Write why nobody was"):
        log(world, outside_person=uncle)
    with pytest.raises(Refused, match="who was present"):
        log(world, outside_person=uncle, supervised=True)
    contact = log(world, outside_person=uncle, note="The visitor came early")
    [task] = [one for one in tasks(world.supervisor, "nobody present") if one.detail == "Uncle: The visitor came early"]
    assert tasks(world.admin_cedar, "nobody present") == []
    assert not any("W-1" in one.title for one in tasks(world.supervisor2, "nobody present"))
    wider = {"permission": "allowed", "order": "", "reason": "The court says so"}
    change = do(world.caseworker, operations.change_outside_person, uncle, **wider)
    do(world.supervisor, operations.decide_contact_change, change, decision="agreed")
    assert len(tasks(world.supervisor, "W-1 with nobody present")) == 2  # as it stood then
    supervisor = browser(world, "supervisor")
    assert "The visitor came early" in text_of(supervisor, task.href)
    assert post(supervisor, task.href, {}).status_code == 302
    contact.refresh_from_db()
    assert contact.seen_by == world.supervisor
    assert [one.detail for one in tasks(world.supervisor, "W-1 with nobody present")] == [
        "Brother: Hidden visit of ada"
    ]
    with pytest.raises(Refused, match="signed for this already"):
        do(world.supervisor, operations.read_unsupervised, contact)
    with_somebody = log(world, outside_person=somebody(world, "supervised"), supervised=True, supervised_by="Sam")
    assert not with_somebody.unsupervised


def test_a_contact_is_amended_and_its_first_text_stays(world: World, staff: Client) -> None:
    contact = log(world, note="She cried", minutes=5)
    address = reverse("residents:amend_contact", args=[world.ada.resident.pk, contact.pk])
    form = staff.get(address).context["form"]
    assert (form["note"].value(), form["minutes"].value()) == ("She cried", 5)
    values = {"note": "She laughed", "minutes": "7", "reason": "", **local(now() - MINUTE)}
    assert list(errors_of(post(staff, address, values))) == ["reason"]
    assert post(staff, address, values | {"reason": "A slip"}).status_code == 302
    page = text_of(staff, reverse("residents:contacts", args=[world.ada.resident.pk]))
    assert "She laughed" in page
    assert "She cried" in page
    assert "A slip" in page
    contact.refresh_from_db()
    assert contact.note == "She cried"
    with pytest.raises(Refused, match="not come yet"):
        do(world.staff_cedar, operations.amend_contact, contact, reason="x", happened_at=now() + DAY)
    with pytest.raises(Contact.DoesNotExist):
        do(world.staff_birch, operations.amend_contact, contact, reason="x")


def test_after_the_signature_a_contact_comes_late_with_a_reason(world: World, staff: Client) -> None:
    happened_at = now() - MINUTE
    do(world.staff_cedar, homes.sign_shift, world.cedar.shift, hand_off="Quiet")
    late = said(world, **local(happened_at))
    assert list(errors_of(post(staff, page_of(world), late))) == ["reason"]
    assert post(staff, page_of(world), late | {"reason": "The telephone rang"}).status_code == 302
    past = text_of(staff, url("past-shift", world, world.cedar.shift.pk))
    assert "Call with Hidden aunt of ada" in past
    assert "Why late: The telephone rang" in past


def test_the_gap_counts_from_the_last_contact_that_took_place(world: World) -> None:
    who, since = world.ada.resident, world.ada.stay.starts_at
    contact = log(world)
    assert gap_of(who, since).last == contact.happened_at
    log(world, outcome="not_reached")
    stranger(world)
    lawyer = {"name": "Ms Stone", "relation": "lawyer", "permission": "allowed", "office": "lawyer"}
    log(world, outside_person=do(world.caseworker, operations.add_outside_person, who, **lawyer))
    assert gap_of(who, since).last == contact.happened_at
    for row in Contact.objects.filter(resident=who, outcome="took_place", amends=None, outside_person__isnull=False):
        do(row.written_by, operations.amend_contact, row, reason="Of somebody else", mistake=True)
    gap = gap_of(who, since)
    assert (gap.last, gap.since, gap.nobody) == (None, since, False)
    for row in OutsidePerson.objects.filter(resident=who, office=""):
        do(world.caseworker, operations.change_outside_person, row, permission="prohibited", order="Order 9")
    assert gap_of(who, since).nobody


def test_a_gap_of_more_than_a_week_shows_to_the_home_and_the_supervisor(world: World) -> None:
    quiet = f"{world.ada.resident} has had no contact"
    log(world)
    assert tasks(world.admin_cedar, quiet) == []
    with at_time(now() + LONGEST_GAP + DAY):
        for person in (world.admin_cedar, world.supervisor):
            [task] = tasks(person, quiet)
            assert "for 8 days" in task.title
        assert (
            tasks(world.admin_birch, quiet) == tasks(world.supervisor2, quiet) == tasks(world.staff_cedar, quiet) == []
        )
    with at_time(now() + LONGEST_GAP - DAY):
        assert tasks(world.admin_cedar, quiet) == []


def test_the_page_costs_the_same_for_many_people_and_contacts(world: World, staff: Client, acting_as: Any) -> None:
    few = queries_for(staff, page_of(world))
    past = queries_for(staff, url("past-shift", world, world.cedar.shift.pk))
    work = queries_for(browser(world, "admin_cedar"), "/")
    fill(world, acting_as, 8)
    for number in range(12):
        log(world, outside_person=somebody(world, "allowed", f"Uncle {number}"), note="Well")
    assert queries_for(staff, page_of(world)) == few
    assert queries_for(staff, url("past-shift", world, world.cedar.shift.pk)) == past
    assert queries_for(browser(world, "admin_cedar"), "/") == work


def test_only_who_works_there_logs_and_only_for_who_lives_there(world: World) -> None:
    for key in ("staff_birch", "caseworker", "supervisor", "clinician", "stranger"):
        assert browser(world, key).get(page_of(world)).status_code == 404, key
    assert browser(world, "staff_cedar").get(url("log-contact", world, world.cleo.resident.pk)).status_code == 404
    assert browser(world, "staff_cedar").get(url("log-contact", world, world.fay.resident.pk)).status_code == 404


def test_wider_contact_waits_for_the_supervisor(world: World) -> None:
    uncle = somebody(world, "prohibited")
    change = reverse("residents:change_outside_person", args=[world.ada.resident.pk, uncle.pk])
    caseworker, supervisor = browser(world, "caseworker"), browser(world, "supervisor")
    values = {"permission": "supervised", "order": "Order 8", "office": "", "other_names": "Benny", "reason": ""}
    values["version"] = caseworker.get(change).context["form"]["version"].value()
    assert list(errors_of(post(caseworker, change, values))) == ["reason"]
    assert post(caseworker, change, values | {"reason": "The court has heard him"}).status_code == 302
    uncle.refresh_from_db()
    assert (uncle.permission, uncle.other_names) == ("prohibited", "Benny")  # not wider before the supervisor agrees
    page = reverse("residents:contacts", args=[world.ada.resident.pk])
    assert "The court has heard him" in text_of(caseworker, page)
    for person in (world.admin_cedar, world.staff_cedar, world.supervisor2, world.caseworker):
        assert tasks(person, "with Uncle Ben") == []
    [task] = tasks(world.supervisor, "with Uncle Ben")
    assert list(errors_of(post(supervisor, task.href, {"decision": "declined", "reason": ""}))) == ["reason"]
    assert post(supervisor, task.href, {"decision": "agreed", "reason": ""}).status_code == 302
    uncle.refresh_from_db()
    assert (uncle.permission, uncle.order) == ("supervised", "Order 8")
    asked = do(
        world.caseworker, operations.change_outside_person, uncle, permission="allowed", order="", reason="He is well"
    )
    with pytest.raises(Resident.DoesNotExist):
        do(world.caseworker, operations.decide_contact_change, asked, decision="agreed")
    take_back = reverse("residents:withdraw_change", args=[world.ada.resident.pk, asked.pk])
    assert post(caseworker, take_back, {}).status_code == 302
    for act, more in (
        (operations.withdraw_contact_change, {"by": world.caseworker}),
        (operations.decide_contact_change, {"by": world.supervisor, "decision": "agreed"}),
    ):
        with pytest.raises(Refused, match="already"):
            do(more.pop("by"), act, asked, **more)
    uncle.refresh_from_db()
    assert uncle.permission == "supervised"


def test_who_agrees_reads_which_office_somebody_would_have(world: World) -> None:
    guardian = somebody(world, "supervised")
    values = {"permission": "allowed", "order": "", "reason": "The court has appointed him"}
    asked = do(world.caseworker, operations.change_outside_person, guardian, office="advocate", **values)
    page = reverse("residents:decide_change", args=[world.ada.resident.pk, asked.pk])
    said = text_of(browser(world, "supervisor"), page)
    assert "They would be: advocate or guardian whom the court has appointed. Nobody may refuse contact then." in said
    assert "no longer" not in said
    listed = reverse("residents:contacts", args=[world.ada.resident.pk])
    assert "→ allowed, as advocate or guardian" in text_of(browser(world, "supervisor"), listed)
    do(world.supervisor, operations.decide_contact_change, asked, decision="agreed")
    guardian.refresh_from_db()
    values = {"permission": "supervised", "order": "", "reason": "Dismissed", "office": ""}
    asked = do(world.caseworker, operations.change_outside_person, guardian, **values)
    page = reverse("residents:decide_change", args=[world.ada.resident.pk, asked.pk])
    said = text_of(browser(world, "supervisor"), page)
    assert "They are no longer: advocate or guardian whom the court has appointed." in said
    assert "would be" not in said


def test_a_lawyer_is_never_refused(world: World, staff: Client) -> None:
    values = {"name": "Ms Stone", "relation": "lawyer", "permission": "supervised", "office": "lawyer"}
    add = reverse("residents:add_outside_person", args=[world.ada.resident.pk])
    more = {"order": "", "telephone": "", "other_names": ""}
    caseworker = browser(world, "caseworker")
    assert list(errors_of(post(caseworker, add, values | more))) == ["office"]
    assert post(caseworker, add, values | more | {"permission": "allowed"}).status_code == 302
    lawyer = OutsidePerson.objects.get(name="Ms Stone")
    assert "Always allowed, in private" in text_of(staff, page_of(world))
    denied = said(world, outside_person=str(lawyer.pk), outcome="denied", why_denied="Bedtime", note="Bedtime")
    assert list(errors_of(post(staff, page_of(world), denied))) == ["outcome"]
    assert not Restriction.objects.filter(outside_person=lawyer).exists()
    listened = said(world, outside_person=str(lawyer.pk), supervised_by="Sam")
    assert list(errors_of(post(staff, page_of(world), listened))) == ["note"]
    assert post(staff, page_of(world), listened | {"note": "She asked Sam to stay"}).status_code == 302


def test_another_name_does_not_hide_who_it_is(world: World, staff: Client) -> None:
    uncle = somebody(world, "prohibited")
    do(
        world.caseworker, operations.change_outside_person, uncle, permission="prohibited", order="Order 7", other_names="Benny B"
    )  # fmt: skip
    tried = said(world, outside_person="else", other_name="benny b.", note="He asked for her")
    assert "Choose them there" in str(errors_of(post(staff, page_of(world), tried)))
    assert newest().other_name != "benny b."
    do(
        world.caseworker,
        operations.link_exploiter,
        world.bea.resident,
        exploiter=None,
        name="Victor Lane",
        kind="recruiter",
        note="",
    )
    lane = said(
        world, outside_person="else", other_name="Victor Lane", note="A friend, she says"
    )  # as she wishes herself
    response = post(staff, page_of(world), lane)
    assert response.url == reverse("incidents:complete", args=[newest().incident_id])
