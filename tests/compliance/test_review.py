"""The review queue: who is shown what, who reviews, what is left to do, and what stands on My work."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from compliance.models import Flag, FlagSetting, Review
from compliance.operations import finish_follow_up, set_flag_number, sign_review
from compliance.queries.review import counted, follow_ups, reviewers, waiting
from placement.access.models import AccessLogEntry
from placement.database import roles
from placement.database.constraints import Refused
from placement.database.context import acting
from residents import operations as residents
from tests.attack.sql import change, denied, insert, refused
from tests.bars import lay
from tests.flags import DAY, HOUR, flag
from tests.world import World, browser


def page_of(row: Flag) -> str:
    return reverse("audit:flag", args=[row.pk])


def answer(found: str, **more: object) -> dict[str, object]:
    return {"form_key": str(uuid4()), "finding": found, "note": "I asked and read it"} | more


def test_a_supervisor_sees_what_they_audit_and_nobody_else_sees_any(world: World) -> None:
    queue = reverse("audit:review")
    for key, codes, others in (("supervisor", "W-1", "W-3"), ("supervisor2", "W-3", "W-1")):
        shown = browser(world, key).get(queue).content.decode()
        assert codes in shown and others not in shown
        assert "Many late entries" in shown and "Cedar" in shown and "Birch" in shown
    assert browser(world, "supervisor").get(page_of(world.ada.flag)).status_code == 200
    assert browser(world, "supervisor2").get(page_of(world.ada.flag)).status_code == 404
    for key in ("staff_cedar", "admin_cedar", "caseworker", "inspector_cedar", "sysadmin", "clinician"):
        assert browser(world, key).get(queue).status_code == 404
        assert browser(world, key).get(page_of(world.ada.flag)).status_code == 404
        with acting(world.people[key].pk, world.people[key].name):
            assert not Flag.objects.exists() and not Flag.history.exists()


def test_reading_a_flag_is_reading_the_record(world: World) -> None:
    browser(world, "supervisor").get(page_of(world.ada.flag))
    last = AccessLogEntry.objects.filter(person=world.supervisor).latest("pk")
    assert (last.page, last.resident_id, last.outcome) == ("audit:flag", world.ada.resident.pk, "shown")
    assert "view_audit" in last.parts


def test_whoever_is_barred_from_the_record_sees_no_flag_of_it(world: World) -> None:
    lay(world, world.supervisor)
    for row in (world.ada.flag,):
        assert browser(world, "supervisor").get(page_of(row)).status_code == 404
    with acting(world.supervisor.pk, world.supervisor.name):
        assert not Flag.objects.filter(resident=world.ada.resident).exists()
        assert world.ada.flag not in waiting(world.supervisor)


def test_it_is_signed_once_and_what_is_left_to_do_stands_on_my_work(world: World) -> None:
    client, other = browser(world, "supervisor"), browser(world, "supervisor2")
    to = page_of(world.flag)
    assert "say" in client.post(to, {"form_key": str(uuid4())}).content.decode().lower()
    left = {"follow_up": "Talk about it in the team", "owner": world.supervisor2.pk, "due_on": world.today + 2 * DAY}
    left["due_on"] = f"{left['due_on']:%m/%d/%Y}"
    assert "Say what is left to do" in client.post(to, answer("concern")).content.decode()
    assert client.post(to, answer("concern", **left)).status_code == 302
    review = Review.objects.get(flag=world.flag)
    assert (review.reviewed_by, review.finding, review.owner) == (world.supervisor, "concern", world.supervisor2)
    assert review.reviewed_at >= world.now
    assert "Talk about it in the team" in other.get("/").content.decode()
    assert "Talk about it in the team" not in client.get("/").content.decode()
    with acting(world.supervisor2.pk, world.supervisor2.name), pytest.raises(Refused, match="reviewed this already"):
        sign_review(world.flag, finding="nothing", note="Else", by=world.supervisor2)
    assert other.post(to, {"form_key": str(uuid4()), "note": "We talked"}).status_code == 302
    review.refresh_from_db()
    assert review.done_by == world.supervisor2 and review.done_note == "We talked"
    assert "Talk about it in the team" not in other.get("/").content.decode()
    with acting(world.supervisor.pk, world.supervisor.name), pytest.raises(Refused, match="Nothing is left"):
        finish_follow_up(review, note="Again", by=world.supervisor)


def test_nobody_reviews_their_own_nor_what_they_took_part_in(committed_world: World) -> None:
    world = committed_world
    supervisor, other = world.supervisor, world.supervisor2
    with roles.as_owner(), acting(None, "system: test"):
        own = flag(world, supervisor, scope="young", resident=world.ada.resident, rule="read_at_night", evidence=[])
        took_part = flag(world, world.staff_cedar, took_part=[str(supervisor.pk)])
    assert browser(world, "supervisor").get(page_of(own)).status_code == 404
    assert "somebody else must look" in browser(world, "supervisor").get(page_of(took_part)).content.decode()
    signed = {"finding": "nothing", "note": "Fine", "reviewed_by_id": supervisor.pk, "follow_up": "", "done_note": ""}
    with acting(supervisor.pk, supervisor.name):
        assert own not in Flag.objects.all() and own not in Flag.objects.open_to(supervisor)
        assert took_part not in waiting(supervisor) and own not in waiting(supervisor)
        assert list(reviewers(took_part)) == []
        with pytest.raises(Flag.DoesNotExist):
            sign_review(own, finding="nothing", note="Fine", by=supervisor)
        with pytest.raises(Refused, match="Another supervisor"):
            sign_review(took_part, finding="nothing", note="Fine", by=supervisor)
        for row in (own, took_part):
            with refused("review_is_by_another_supervisor"):
                insert(Review, flag_id=row.pk, **signed)
    with acting(other.pk, other.name):
        assert took_part in waiting(other) and other in reviewers(took_part)
        left = {"finding": "follow_up", "note": "Asked", "follow_up": "Ask again", "due_on": world.today}
        with pytest.raises(Refused, match="may look at this too"):
            sign_review(took_part, **left, owner=supervisor, by=other)
        sign_review(took_part, finding="explained", note="Asked", by=other)


def test_plain_sql_neither_writes_nor_changes_a_flag_nor_another_ones_review(world: World) -> None:
    supervisor = world.supervisor
    with acting(supervisor.pk, supervisor.name):
        with denied():
            insert(Flag, rule="often_late")
        with denied():
            change(world.flag, weight="usual")
        with denied():
            Flag.objects.filter(pk=world.flag.pk).delete()
        review = sign_review(world.flag, finding="nothing", note="Read", by=supervisor)
        with refused("review_is_kept"):
            change(review, finding="explained")
        with denied():
            Review.objects.filter(pk=review.pk).delete()
        setting = set_flag_number(rule="often_late", name="times", value=5, why="Few", by=supervisor)
        with denied():
            change(setting, value=6)
        with refused("signature_is_own"):
            insert(
                Review,
                flag_id=Flag.objects.filter(scope="home")[0].pk,
                reviewed_by_id=world.supervisor2.pk,
                finding="nothing",
                note="x",
                follow_up="",
                done_note="",
            )
    staff = world.staff_cedar
    with acting(staff.pk, staff.name):
        assert change(review, note="Else") == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            insert(FlagSetting, rule="often_late", name="times", value=5, why="x", set_by_id=staff.pk)


def test_an_allegation_stays_hidden_from_whom_it_accuses(committed_world: World) -> None:
    world = committed_world
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        alleged = residents.report_incident(
            facility=world.cedar.facility,
            shift=None,
            kind="allegation",
            severity="low",
            happened_at=world.now - HOUR,
            seen="She said it",
            done="",
            residents=[world.ada.resident],
            accused=[residents.Accused(person=world.supervisor)],
            by=world.staff_cedar,
        )
    with roles.as_owner(), acting(None, "system: test"):
        row = flag(world, world.staff_cedar, scope="young", resident=world.ada.resident, incident_id=alleged.pk)
    with acting(world.supervisor.pk, world.supervisor.name):
        assert not Flag.objects.filter(pk=row.pk).exists()
    assert browser(world, "supervisor").get(page_of(row)).status_code == 404


def test_my_work_has_one_line_that_says_what_is_overdue(committed_world: World) -> None:
    world = committed_world
    line = "3 things to look at in the record of who did what"
    assert line not in browser(world, "supervisor").get("/").content.decode()
    assert "4 things to look at" in browser(world, "supervisor").get("/").content.decode()
    with acting(world.supervisor.pk, world.supervisor.name):
        sign_review(world.flag, finding="nothing", note="Read", by=world.supervisor)
    assert line in browser(world, "supervisor").get("/").content.decode()
    with roles.as_owner(), acting(None, "system: test"):
        flag(world, world.admin_cedar, due_at=world.now - HOUR, weight="first")
    shown = browser(world, "supervisor").get("/").content.decode()
    assert "4 things to look at" in shown and "1 overdue" in shown
    with acting(world.supervisor.pk, world.supervisor.name):
        found = counted(world.supervisor)
    assert (found.waiting, found.first, found.overdue) == (4, 1, 1)
    for key in ("staff_cedar", "caseworker", "admin_cedar", "sysadmin"):
        assert "to look at in the record" not in browser(world, key).get("/").content.decode()


def test_the_numbers_are_changed_with_a_reason_within_their_bounds(world: World) -> None:
    client = browser(world, "supervisor")
    rules, to = reverse("audit:rules"), reverse("audit:set_number", args=["often_late", "times"])
    sent = {"form_key": str(uuid4()), "value": 99, "why": "Too many"}
    assert "too small or too large" in client.post(to, sent).content.decode()
    assert client.post(to, sent | {"form_key": str(uuid4()), "value": 8}).status_code == 302
    shown = client.get(rules).content.decode()
    assert "Too many" in shown and "(at first 6)" in shown
    assert client.get(reverse("audit:set_number", args=["often_late", "nothing"])).status_code == 404
    assert browser(world, "staff_cedar").get(rules).status_code == 404
    of_home = reverse("audit:set_number", args=["sample", "per_thousand"])
    more = {"form_key": str(uuid4()), "value": 20, "why": "New staff", "facility": world.cedar.facility.pk}
    assert client.post(of_home, more).status_code == 302
    assert FlagSetting.objects.get(rule="sample").facility == world.cedar.facility


def test_the_pages_cost_as_much_with_many_flags(committed_world: World) -> None:

    world = committed_world

    def cost(address: str) -> int:
        client = browser(world, "supervisor")
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    before = [cost(address) for address in ("/", reverse("audit:review"))]
    with roles.as_owner(), acting(None, "system: test"):
        for number in range(30):
            flag(
                world, world.staff_cedar, scope="young", resident=world.ada.resident, on_day=world.today - number * DAY
            )
    assert [cost(address) for address in ("/", reverse("audit:review"))] == before


def test_follow_ups_of_a_flag_that_is_closed_to_the_owner_now_show_nothing(world: World) -> None:
    left = {"follow_up": "Ask", "owner": world.supervisor, "due_on": world.today}
    with acting(world.supervisor.pk, world.supervisor.name):
        sign_review(world.ada.flag, finding="follow_up", note="Asked", **left, by=world.supervisor)
        assert [row.flag for row in follow_ups(world.supervisor)] == [world.ada.flag]
    lay(world, world.supervisor)
    with acting(world.supervisor.pk, world.supervisor.name):
        assert not follow_ups(world.supervisor).exists() and not Review.objects.exists()
