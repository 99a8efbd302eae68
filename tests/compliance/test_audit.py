"""The audit pages say who did what, to whom it may concern, and to nobody else."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from compliance.queries.audit import acts
from compliance.queries.audit_filter import AuditFilter
from compliance.queries.audit_kinds import audited_models, kept_fields, written_texts
from placement.database.context import acting
from placement.facilities import operations as homes
from residents import operations as residents
from residents.models import IncidentInjury, IncidentPart, Kinship, Separation
from tests.world import text_file


@pytest.fixture
def alert(world):
    """An alert that the caseworker added, with a reason."""
    with acting(world.caseworker.pk, world.caseworker.name, reason="told by the school"):
        return residents.add_alert(world.ada.resident, kind="allergy", text="Peanuts", urgent=True, by=world.caseworker)


def reading(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def unmasked(page: str) -> str:
    """The page without the form token, which differs each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)


def window(world) -> AuditFilter:
    return AuditFilter(since=world.now - timedelta(days=1), until=world.now + timedelta(days=1))


def test_the_supervisor_reads_who_did_what_and_why(world, alert):
    page = reading(world.supervisor).get("/audit/")
    assert page.status_code == 200
    assert world.caseworker.name in page.text
    assert "told by the school" in page.text
    assert world.ada.resident.code in page.text


def test_the_heading_names_the_days_that_are_included(world):
    """The last day of the filter ends at midnight; the page must not call that "tomorrow"."""
    text = reading(world.supervisor).get("/audit/").content.decode()
    assert re.search(r'<p class="soft">[^<]* to today</p>', text)
    assert "tomorrow" not in text


def test_a_backward_span_of_days_shows_no_rows(world, alert):
    text = reading(world.supervisor).get("/audit/?since=11/23/2026&until=11/20/2026").text
    assert "before the first day" in text
    assert "Put the filters right to see the list" in text
    assert "told by the school" not in text


def test_rows_say_what_changed_in_the_words_of_the_pages(world):
    with acting(world.caseworker.pk, world.caseworker.name):
        ada = world.ada.resident
        residents.record_harm(ada, kind="harmed", happened_on=world.today, summary="x", by=world.caseworker)
    text = reading(world.supervisor).get("/audit/").text
    assert ">safety history<span" in text
    assert "Harm event" not in text
    assert ">Exception</option>" in text
    assert ">Who was on duty</option>" in text


def test_an_act_opens_with_each_field_before_and_after(world, alert):
    row = alert.history.get()
    page = reading(world.supervisor).get(f"/audit/acts/{row.history_xid}/{row.history_date.timestamp()}/")
    assert page.status_code == 200
    assert "Peanuts" in page.text


def test_an_amendment_opens_beside_the_text_that_it_amends(world):
    staff = world.staff_cedar
    with acting(staff.pk, staff.name):
        said = {
            "facility": world.cedar.facility,
            "shift": None,
            "happened_at": world.now - timedelta(hours=1),
            "by": staff,
        }
        entry = residents.log_care(world.ada.resident, kind="note", note="It was open", **said)
        residents.amend_care(entry, note="It was ajar", reason="Asked again", by=staff)
        newest = residents.amend_care(entry, note="It was locked", reason="Wording", by=staff)
    row = newest.history.get()
    page = reading(world.supervisor).get(f"/audit/acts/{row.history_xid}/{row.history_date.timestamp()}/")
    words = re.sub(r"<[^>]+>", "", page.text)
    assert "What it said before" in words
    assert "It was ajar" in words and "It was locked" in words
    first = entry.history.get()
    page = reading(world.supervisor).get(f"/audit/acts/{first.history_xid}/{first.history_date.timestamp()}/")
    assert "It was open" in page.text


def test_another_units_supervisor_sees_nothing_of_it(world, alert):
    row = alert.history.get()
    client = reading(world.supervisor2)
    assert "told by the school" not in client.get("/audit/").text
    assert client.get(f"/audit/acts/{row.history_xid}/{row.history_date.timestamp()}/").status_code == 404


def test_a_code_of_a_hidden_young_person_and_a_made_up_one_look_the_same(world):
    client = reading(world.supervisor2)
    hidden = unmasked(client.post("/audit/", {"resident": world.ada.resident.code}, follow=True).text)
    made_up = unmasked(client.post("/audit/", {"resident": "ZZ-999"}, follow=True).text)
    assert hidden.replace(world.ada.resident.code, "ZZ-999") == made_up


@pytest.mark.parametrize(
    "key", ["caseworker", "staff_cedar", "admin_cedar", "clinician", "inspector_cedar", "sysadmin"]
)
def test_other_roles_have_no_audit_page(world, key):
    assert reading(world.people[key]).get("/audit/").status_code == 404


def test_the_list_costs_the_same_however_many_acts(world):
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert acts(world.supervisor, window(world)).acts
        return len(seen)

    with acting(world.caseworker.pk, world.caseworker.name):
        residents.add_alert(world.ada.resident, kind="care", text="Alert", urgent=False, by=world.caseworker)
    before = cost()
    for number in range(30):
        with acting(world.caseworker.pk, world.caseworker.name):
            residents.add_alert(
                world.ada.resident, kind="care", text=f"Alert {number}", urgent=False, by=world.caseworker
            )
    assert cost() == before


def page_by_page(world) -> list[int]:
    """Return every act that the supervisor comes to by going on to the earlier pages."""
    seen, page = [], acts(world.supervisor, window(world))
    seen += [act.xid for act in page.acts]
    while page.after:
        page = acts(world.supervisor, window(world), after=page.after)
        seen += [act.xid for act in page.acts]
    return seen


def test_an_act_with_many_rows_hides_no_earlier_one(world):
    earlier = page_by_page(world)
    with acting(world.caseworker.pk, world.caseworker.name):
        for number in range(150):
            residents.add_alert(
                world.ada.resident, kind="care", text=f"Alert {number}", urgent=False, by=world.caseworker
            )
    now_shown = page_by_page(world)
    assert len(earlier) > 1
    assert set(earlier) < set(now_shown)


def test_days_in_the_wrong_order_are_said_next_to_the_field(world):
    page = reading(world.supervisor).get("/audit/", {"since": "11/20/2026", "until": "11/10/2026"})
    assert "before the first day" in page.text


def test_a_first_day_that_has_not_come_is_said_next_to_the_field(world):
    page = reading(world.supervisor).get("/audit/", {"since": "11/20/2190"})
    assert "This day has not come yet." in page.text
    assert "2190 to" not in page.text


def page_of(person, row) -> str:
    """The page of the act that wrote a history row, as ``person`` reads it."""
    page = reading(person).get(f"/audit/acts/{row.history_xid}/{row.history_date.timestamp()}/")
    assert page.status_code == 200
    return page.text


def test_an_incident_of_another_unit_is_named_but_its_report_opens_only_on_its_own_page(world):
    page = page_of(world.supervisor, world.cleo.incident.history.get())
    assert "Property damage" in page
    assert "Hidden quarrel of cleo" not in page
    assert "Hidden quarrel of ada" not in page_of(world.supervisor, world.ada.incident.history.get())


def test_the_other_young_person_of_a_separation_or_of_siblings_is_not_named(world):
    with acting(world.caseworker.pk, world.caseworker.name):
        apart = Separation.objects.create(
            resident=world.ada.resident,
            other=world.cleo.resident,
            kind="resident",
            reason="Told by both",
            starts_at=world.now,
        )
    page = page_of(world.supervisor, apart.history.get())
    assert "Told by both" in page
    assert world.cleo.resident.code not in page
    with acting(world.caseworker.pk, world.caseworker.name):
        kin = Kinship.objects.create(resident=world.ada.resident, sibling=world.cleo.resident, together=False)
    assert world.cleo.resident.code not in page_of(world.supervisor, kin.history.get())


def test_a_clinical_paper_is_not_even_known_without_the_right_to_it(world):
    with acting(world.clinician.pk, world.clinician.name):
        paper = residents.file_document(
            upload=text_file("plan.txt", "Plan"),
            title="Plan of the therapy",
            part="clinical",
            resident=world.ada.resident,
            by=world.clinician,
        )
    row = paper.history.get()
    client = reading(world.supervisor)
    assert (
        "Plan of the therapy" not in client.get(f"/audit/acts/{row.history_xid}/{row.history_date.timestamp()}/").text
    )
    order = page_of(world.supervisor, world.ada.document.history.get())
    assert "Hidden order of ada" in order
    assert world.ada.document.sha256 not in order


def test_a_transaction_out_of_reach_is_a_page_that_does_not_exist(world):
    client = reading(world.supervisor)
    for xid in (2**63 - 1, 2**63, 10**30):
        assert client.get(f"/audit/acts/{xid}/{timezone.now().timestamp()}/").status_code == 404


@pytest.mark.parametrize("at", ["-62135596800", "253402300799", "nan", "1e300", "x"])
def test_a_moment_out_of_reach_is_a_page_that_does_not_exist(world, at):
    client = reading(world.supervisor)
    assert client.get(f"/audit/acts/1/{at}/").status_code == 404
    assert client.get(f"/audit/?before={at}").status_code == 200


@pytest.mark.parametrize("day", ["12/31/9999", "01/01/0001", "01/03/0001"])
def test_a_day_out_of_reach_is_said_next_to_the_field(world, day):
    for name in ("since", "until"):
        page = reading(world.supervisor).get(f"/audit/?{name}={day}")
        assert page.status_code == 200
        assert "Enter a year from 1900 to 2199." in page.text


def amended_check(world):
    """A check of an exit that Cedar's staff has amended, with a reason that names a young person of theirs."""
    check = world.cedar.exit_check
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        return homes.amend_exit_check(
            check,
            opens=True,
            unblocked=True,
            alarm_works=check.alarm_works,
            reason=f"Because {world.ada.resident.preferred_name} stood in the door",
            by=world.staff_cedar,
        )


def amended_drill(world):
    """The same of a drill."""
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        return homes.amend_drill(
            world.cedar.drill,
            seconds=90,
            reason=f"Because {world.ada.resident.preferred_name} stood in the door",
            by=world.staff_cedar,
        )


@pytest.mark.parametrize("write", [amended_check, amended_drill])
def test_a_reason_that_names_a_young_person_of_others_is_read_on_its_own_page_only(world, write):
    """Supervisors read the past of every home, and the exits of all; of the young people there they know their own."""
    row = write(world).history.get()
    assert row.history_change_reason.startswith("Because")
    client = reading(world.supervisor2)
    for page in (client.get("/audit/").text, client.get("/audit/?as=table").text, page_of(world.supervisor2, row)):
        assert "amended" in page
        assert "stood in the door" not in page
    assert world.ada.resident.preferred_name not in client.get(f"/facilities/{world.cedar.facility.pk}/exits/").text
    for guess in ("stood in the door", world.ada.resident.preferred_name):
        asked = AuditFilter(**vars(window(world)) | {"reason_text": guess})
        with acting(world.supervisor2.pk, world.supervisor2.name):
            assert not acts(world.supervisor2, asked).acts


@pytest.mark.parametrize(
    ("label", "texts"),
    [
        ("compliance.CorrectiveAction", "cause changed_why done_note sent_back_reason verified_note"),
        ("compliance.CorrectiveStep", "what evidence"),
        ("compliance.Proof", "told told_by reference note withdrawn_reason"),
        ("facilities.Drill", "problems follow_up reason"),
        ("facilities.ExitCheck", "wrong reason"),
        ("facilities.LooksReview", "note"),
        ("facilities.Shift", "hand_off about_open signing_reason"),
        ("facilities.TakeOver", "difference"),
        (
            "residents.AllegationOutcome",
            "authority based_on for_young for_accused_note young_told accused_told",
        ),
        ("residents.IncidentInjury", "note"),
        ("residents.ProtectiveStep", "note ended_reason"),
    ],
)
def test_texts_that_tell_of_the_young_people_of_a_home_are_neither_shown_nor_searched(label, texts):
    columns = {field.name for field in audited_models()[label][0]._meta.concrete_fields}
    assert {*texts.split()} <= columns
    assert not {*texts.split()} & {*kept_fields(label), *written_texts(label)}


def test_a_mark_on_the_body_map_is_described_on_the_page_of_the_incident_only(world):
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        happened = residents.report_incident(
            facility=world.cedar.facility,
            shift=None,
            kind="injury",
            severity="low",
            happened_at=world.now - timedelta(minutes=5),
            seen="x",
            done="",
            residents=[world.ada.resident],
            by=world.staff_cedar,
        )
        part, _ = IncidentPart.objects.get_or_create(
            incident=happened, resident=world.ada.resident, defaults={"role": "harmed"}
        )
        mark = IncidentInjury.objects.create(part=part, region="front_head", kind="bruise", note="Cleo threw a shoe")
    page = page_of(world.supervisor, mark.history.get())
    assert "Cleo threw a shoe" not in page
    asked = AuditFilter(**vars(window(world)) | {"words": "shoe"})
    with acting(world.supervisor.pk, world.supervisor.name):
        assert not acts(world.supervisor, asked).acts
