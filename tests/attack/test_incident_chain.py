"""The chain of an incident in plain SQL: who takes which step, what stays as it was, and what each young person has alone."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.utils import timezone

from placement.access.models import Person
from placement.database.constraints import Refused
from placement.database.context import acting
from residents import operations
from residents.models import (
    Document,
    Incident,
    IncidentDebrief,
    IncidentFile,
    IncidentFollowUp,
    IncidentInjury,
    IncidentNotice,
    IncidentPart,
    IncidentPerson,
    IncidentResident,
    IncidentStep,
    Restraint,
    RestraintCheck,
)
from tests.attack.incident_steps import step
from tests.attack.sql import again, ask, change, denied, insert, refused, sql
from tests.world import World

MINUTE = timedelta(minutes=1)


def take(by: Person, incident: Incident, what: str, comment: str = "", reason: str = "") -> UUID:
    with acting(by.pk, by.name):
        return step(incident.pk, what, by, comment, reason)


def report(world: World, *young: Any, by: Person | None = None, **more: Any) -> Incident:
    by = by or world.staff_cedar
    told = {"kind": "restraint", "severity": "low", "seen": "Ran to the road", "done": "", "draft": True}
    with acting(by.pk, by.name):
        return operations.report_incident(
            facility=world.cedar.facility,
            shift=world.cedar.shift,
            happened_at=timezone.now() - 30 * MINUTE,
            residents=[one.resident for one in young],
            by=by,
            **told | more,
        )


def status(incident: Incident) -> str:
    return ask("SELECT status FROM residents_incident WHERE id = %s", incident.pk)


def test_each_step_comes_after_the_one_before_and_by_whom_it_is_for(world: World) -> None:
    incident, staff, admin = world.ada.incident, world.staff_cedar, world.admin_cedar
    first, second = world.supervisor, world.supervisor2
    for what in ("sent", "filed", "closed", "amended"):
        with refused("incident_is_reviewed_then_closed"):
            take(admin, incident, what, "Text", "Text")
    with refused("incident_step_by_who_answers"):
        take(world.caseworker, incident, "reviewed")
    with acting(admin.pk, admin.name), refused("signature_is_own"):
        step(incident.pk, "reviewed", first)
    with refused("incident_review_by_another"):
        take(staff, incident, "reviewed")
    assert take(admin, incident, "reviewed")
    with refused("incident_filed_by_a_supervisor"):
        take(admin, incident, "filed")
    with refused("incident_filed_by_a_supervisor"):
        take(admin, incident, "returned", "Why?")
    with refused("incident_step_says_why"):
        take(first, incident, "returned", " \n")
    assert take(first, incident, "returned", "Who saw it?")
    assert (status(incident), Incident.objects.get(pk=incident.pk).reviewed_by) == ("returned", None)
    assert take(staff, incident, "sent")
    assert take(first, incident, "reviewed")
    with refused("incident_filed_by_another"):
        take(first, incident, "filed")
    assert take(second, incident, "filed")
    with refused("incident_closed_by_another_than_filed"):
        take(second, incident, "closed", "All well")
    with refused("incident_step_says_why"):
        take(admin, incident, "closed")
    for comment, reason in (("", "Because"), ("He was there", " ")):
        with refused("incident_step_says_why"):
            take(staff, incident, "amended", comment, reason)
    assert take(staff, incident, "amended", "He was there", "Remembered it")
    assert take(admin, incident, "closed", "All well")
    assert take(staff, incident, "amended", "He was there", "Remembered it")
    found = Incident.objects.get(pk=incident.pk)
    assert (found.status, found.filed_by, found.closed_by, found.closing_note) == ("closed", second, admin, "All well")
    assert list(found.steps.values_list("number", flat=True)) == list(range(1, 10))


def test_nobody_writes_where_an_incident_stands_or_changes_a_step(world: World) -> None:
    incident, admin = world.ada.incident, world.admin_cedar
    with acting(admin.pk, admin.name):
        for values in (
            {"status": "filed", "filed_by_id": admin.pk, "filed_at": world.now},
            {"reviewed_by_id": admin.pk},
            {"status": "returned"},
            {"status": "draft"},
            {"sent_at": world.now},
            {"closing_note": "All well"},
        ):
            with refused("incident_is_reviewed_then_closed"):
                change(incident, **values)
        with refused("incident_filed_by_another"):
            change(incident, filed_by_id=incident.reported_by_id, reviewed_by_id=admin.pk)
        with refused("incident_closed_by_another_than_filed"):
            change(incident, filed_by_id=admin.pk, closed_by_id=admin.pk)
        with denied():
            sql("UPDATE residents_incidentstep SET comment = 'x' WHERE incident_id = %s", incident.pk)
        with denied():
            sql("DELETE FROM residents_incidentstep WHERE incident_id = %s", incident.pk)
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        for values in ({"status": "closed", "closed_by_id": None}, {"status": "returned"}, {"filed_by_id": admin.pk}):
            with refused(
                "incident_is_reviewed_then_closed" if "closed" not in values.values() else "incident_closure_is_signed"
            ):
                again(incident, **values)
        with refused("answers_are_by_name"):
            again(incident, answers=["x"])
        assert again(incident)  # of a report that is sent at once, the first step is made with it


def test_a_step_has_its_own_number(committed_world: World) -> None:
    from placement.database import roles

    by = committed_world.staff_cedar
    with roles.as_owner(), acting(by.pk, by.name), refused("incident_step_once"):
        sql("ALTER TABLE residents_incidentstep DISABLE TRIGGER rules")
        again(committed_world.ada.incident.steps.get(), what="amended")


def test_nobody_judges_an_incident_that_names_them(world: World) -> None:
    incident = report(world, world.ada, kind="property")
    for person in (world.admin_cedar, world.supervisor):
        with acting(world.staff_cedar.pk, world.staff_cedar.name):
            insert(IncidentPerson, incident_id=incident.pk, person_id=person.pk, name="", role="staff", part="witness")
    take(world.staff_cedar, incident, "sent")
    for person in (world.admin_cedar, world.supervisor):
        for what in ("reviewed", "returned"):
            with refused("incident_names_its_reader"):
                take(person, incident, what, "Why?")
    assert take(world.supervisor2, incident, "reviewed")
    with refused("incident_names_its_reader"):
        take(world.supervisor, incident, "filed")
    with acting(world.admin_cedar.pk, world.admin_cedar.name), refused("incident_keeps_its_report"):
        sql("DELETE FROM residents_incidentperson WHERE incident_id = %s", incident.pk)
    with acting(world.staff_cedar.pk, world.staff_cedar.name), refused("incident_keeps_its_report"):
        sql("UPDATE residents_incidentperson SET part = 'helped' WHERE incident_id = %s", incident.pk)


def test_nobody_judges_what_names_them_in_typed_words(world: World) -> None:
    """As a witness, and as who held a young person: the admin's own name was typed, in other letters."""
    staff, admin = world.staff_cedar, world.admin_cedar
    witnessed, held = report(world, world.ada, kind="property"), report(world, world.ada, kind="restraint")
    with acting(staff.pk, staff.name):
        operations.name_person(witnessed, name="admin  CEDAR", role="staff", part="witness", by=staff)
        at = timezone.now() - timedelta(minutes=4)
        operations.add_restraint(
            held.parts.get(),
            kind="hold",
            started_at=at,
            ended_at=at,
            held_by="Ádmin Cedar and another",
            why="A car",
            tried="Called",
            by=staff,
        )
    for incident in (witnessed, held):
        take(staff, incident, "sent")
        for what in ("reviewed", "returned"):
            with refused("incident_names_its_reader"):
                take(admin, incident, what, "Why?")
        assert take(world.supervisor, incident, "reviewed")


def test_what_was_sent_stays_with_all_that_hangs_on_it(world: World) -> None:
    """In the hands of its reporter, of another person, and after each step."""
    incident, staff = report(world, world.ada, world.bea), world.staff_cedar
    part = incident.parts.get(resident=world.ada.resident)
    moment = timezone.now()
    with acting(staff.pk, staff.name):
        held = insert(
            Restraint,
            part_id=part.pk,
            kind="hold",
            started_at=moment - 20 * MINUTE,
            held_by="Staff",
            why="A car",
            tried="Called",
        )
        mark = insert(IncidentInjury, part_id=part.pk, region="front_head", kind="bruise", note="")
        named = insert(IncidentPerson, incident_id=incident.pk, name="An officer", role="police", part="called")
        assert change(part, about="Afraid of cars") == 1
        with refused("restraint_ends_after_start"):
            change((Restraint, held), ended_at=moment - 40 * MINUTE)
        with refused("time_has_come"):
            change((Restraint, held), ended_at=moment + 60 * MINUTE)
        assert change((Restraint, held), ended_at=moment) == 1
        with refused("injury_has_a_size"):
            change((IncidentInjury, mark), size_cm=0)
        with refused("person_in_incident_has_a_name"):
            change((IncidentPerson, named), person_id=world.admin_cedar.pk)
        with refused("person_in_incident_once"):
            for _ in range(2):
                insert(
                    IncidentPerson, incident_id=incident.pk, person_id=staff.pk, name="", role="staff", part="helped"
                )
        with refused("part_in_incident_once"):
            again(part)
        with refused("part_is_of_who_is_named"):
            change(part, resident_id=world.cleo.resident.pk)
        with refused("part_is_of_who_is_named"):
            sql("DELETE FROM residents_incidentresident WHERE incident_id = %s", incident.pk)
    admin = world.admin_cedar
    changes = [
        lambda: change(part, about="Nothing"),
        lambda: change((Restraint, held), why="Nothing"),
        lambda: change((IncidentInjury, mark), note="Nothing"),
        lambda: change((IncidentPerson, named), name="Nobody"),
        lambda: sql("DELETE FROM residents_incidentinjury WHERE id = %s", mark),
        lambda: insert(IncidentInjury, part_id=part.pk, region="front_head", kind="cut", note=""),
        lambda: insert(IncidentPerson, incident_id=incident.pk, name="Another", role="police", part="called"),
        lambda: insert(IncidentResident, incident_id=incident.pk, resident_id=world.ada.resident.pk),
    ]
    with acting(admin.pk, admin.name):
        for attack in changes:
            with refused("incident_keeps_its_report"):
                attack()
    for by, what in ((staff, "sent"), (admin, "reviewed"), (world.supervisor, "filed")):
        take(by, incident, what)
        with acting(staff.pk, staff.name):
            for attack in changes:
                with refused("incident_keeps_its_report"):
                    attack()


def test_checks_lie_within_the_restraint_and_stay(world: World) -> None:
    incident, staff, moment = report(world, world.ada), world.staff_cedar, timezone.now()
    with acting(staff.pk, staff.name):
        held = insert(
            Restraint,
            part_id=incident.parts.get().pk,
            kind="seclusion",
            started_at=moment - 20 * MINUTE,
            ended_at=moment - 5 * MINUTE,
            held_by="Staff",
            why="A car",
            tried="Called",
        )
        told = {"restraint_id": held, "checked_by": "Staff", "how": "Calm", "written_by_id": staff.pk}
        for at in (moment - 21 * MINUTE, moment - MINUTE, moment + MINUTE):
            with refused("check_is_during_the_restraint"):
                insert(RestraintCheck, at=at, **told)
        check = insert(RestraintCheck, at=moment - 10 * MINUTE, **told)
        with denied():
            change((RestraintCheck, check), how="Afraid")
        with denied():
            sql("DELETE FROM residents_restraintcheck WHERE id = %s", check)
    with acting(world.caseworker.pk, world.caseworker.name), refused("incident_step_by_who_answers"):
        insert(RestraintCheck, at=moment - 10 * MINUTE, **told | {"written_by_id": world.caseworker.pk})
    take(staff, incident, "sent")
    take(world.admin_cedar, incident, "reviewed")
    with acting(staff.pk, staff.name), refused("incident_keeps_its_report"):
        insert(RestraintCheck, at=moment - 10 * MINUTE, **told)


def test_a_file_is_of_the_part_it_hangs_on(world: World) -> None:
    incident, staff = report(world, world.ada), world.staff_cedar
    part = incident.parts.get()
    caseworker = world.caseworker
    with acting(caseworker.pk, caseworker.name):
        from tests.every.filled import file

        file(world, world.ada.resident, "case", caseworker)
        file(world, world.ada.resident, "care", caseworker)
        file(world, world.bea.resident, "care", caseworker)
    of = Document.objects.filter
    wrong = [of(resident=world.ada.resident, part="case").first(), of(resident=world.bea.resident, part="care").first()]
    right = of(resident=world.ada.resident, part="care").first()
    with acting(staff.pk, staff.name):
        for document in wrong:
            with refused("file_is_of_its_part"):
                insert(IncidentFile, part_id=part.pk, document_id=document.pk)
        insert(IncidentFile, part_id=part.pk, document_id=right.pk)
        with refused("residents_incidentfile_document_id_key"):
            insert(IncidentFile, part_id=part.pk, document_id=right.pk)


def test_an_incident_is_not_closed_while_something_is_left_to_do(world: World) -> None:
    incident, supervisor, admin = world.ada.incident, world.supervisor, world.admin_cedar
    told = {
        "incident_id": incident.pk,
        "what": "Mend it",
        "owner_id": world.staff_cedar.pk,
        "due_on": world.today,
        "outcome": "",
    }
    with acting(supervisor.pk, supervisor.name):
        todo = insert(IncidentFollowUp, set_by_id=supervisor.pk, **told)
        with refused("follow_up_is_kept"):
            insert(
                IncidentFollowUp,
                set_by_id=supervisor.pk,
                **told | {"done_at": world.now, "done_by_id": supervisor.pk, "outcome": "x"},
            )
        with refused("follow_up_is_kept"):
            change((IncidentFollowUp, todo), what="Nothing")
        with refused("follow_up_done_is_signed"):
            change((IncidentFollowUp, todo), done_at=world.now)
    with acting(world.caseworker.pk, world.caseworker.name), refused("incident_step_by_who_answers"):
        insert(IncidentFollowUp, set_by_id=world.caseworker.pk, **told)
    take(admin, incident, "reviewed")
    take(world.supervisor2, incident, "filed")
    with refused("incident_waits_for_its_follow_up"):
        take(admin, incident, "closed", "All well")
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        done = {"done_at": world.now, "done_by_id": world.staff_cedar.pk, "outcome": "Mended"}
        assert change((IncidentFollowUp, todo), **done) == 1
        with refused("follow_up_is_kept"):
            change((IncidentFollowUp, todo), outcome="Not mended")
    assert take(admin, incident, "closed", "All well")
    with acting(supervisor.pk, supervisor.name):
        with refused("closed_incident_stays"):
            insert(IncidentFollowUp, set_by_id=supervisor.pk, **told)
        with refused("closed_incident_stays"):
            insert(
                IncidentDebrief, incident_id=incident.pk, held_at=world.now, led_by="x", declined=False, said="x",
                written_by_id=supervisor.pk,
            )  # fmt: skip


def test_a_talk_is_about_its_own_incident_and_stays(world: World) -> None:
    incident, staff = report(world, world.ada), world.staff_cedar
    told = {"held_at": world.now, "led_by": "Staff", "declined": False, "said": "Calm now", "written_by_id": staff.pk}
    with acting(staff.pk, staff.name):
        with refused("debrief_is_of_its_incident"):
            insert(IncidentDebrief, incident_id=world.ada.incident.pk, part_id=incident.parts.get().pk, **told)
        with refused("time_has_come"):
            insert(IncidentDebrief, incident_id=incident.pk, **told | {"held_at": world.now + 60 * MINUTE})
        talk = insert(IncidentDebrief, incident_id=incident.pk, **told)
        with denied():
            change((IncidentDebrief, talk), said="Angry")


def test_nobody_reads_the_part_of_somebody_else_s_young_person(world: World) -> None:
    """Ada's caseworker reads the incident in which both were, and nothing that concerns Bea alone; nor does history show it."""
    incident = report(world, world.ada, world.bea)
    staff, caseworker = world.staff_cedar, world.caseworker
    parts = {part.resident_id: part for part in incident.parts.all()}
    hers, others = parts[world.ada.resident.pk], parts[world.bea.resident.pk]
    with acting(staff.pk, staff.name):
        for part in parts.values():
            operations.write_part(part, role="hurt", about="Alone", by=staff)
            operations.mark_injuries(part, marks=[operations.Mark("front_head", "bruise")], by=staff)
            moment = timezone.now() - 20 * MINUTE
            times = {"started_at": moment, "ended_at": None, "held_by": "Staff", "why": "A car", "tried": "Called"}
            held = operations.add_restraint(part, kind="hold", **times, by=staff)
            operations.add_check(held, at=moment + MINUTE, checked_by="Staff", how="Calm", by=staff)
            operations.debrief(
                incident, part=part, held_at=timezone.now(), led_by="Staff", declined=False, said="Alone", by=staff
            )
    with acting(world.supervisor.pk, world.supervisor.name):
        operations.end_caseload(world.bea.caseload, at=timezone.now(), by=world.supervisor)

    def seen() -> dict[str, set[UUID]]:
        return {
            model.__name__: set(model.objects.values_list(path, flat=True))
            for model, path in (
                (IncidentPart, "pk"),
                (IncidentInjury, "part"),
                (Restraint, "part"),
                (RestraintCheck, "restraint__part"),
                (IncidentDebrief, "part"),
            )
        } | {
            f"{model.__name__} history": set(model.history.values_list(path, flat=True))
            for model, path in ((IncidentPart, "id"), (IncidentInjury, "part_id"), (Restraint, "part_id"))
        }

    with acting(caseworker.pk, caseworker.name):
        assert Incident.objects.filter(pk=incident.pk).exists()
        for name, keys in seen().items():
            assert hers.pk in keys, name
            assert others.pk not in keys, name
        assert change(others, about="Nothing") == 0
    with acting(world.supervisor2.pk, world.supervisor2.name):  # of another unit: reviews it, and reads nobody's part
        assert Incident.objects.filter(pk=incident.pk).exists()
        assert not any(keys & {part.pk for part in parts.values()} for keys in seen().values())


def test_a_part_goes_with_the_incident_and_not_with_the_young_person(world: World) -> None:
    """Who looks after Ada in another home reads her care profile, and not what happened in the home before."""
    import uuid

    from placement.access.permissions import give_groups, group_name
    from placement.access.rights import RESIDENT_RIGHTS, Role

    incident, birch = report(world, world.ada), world.admin_birch
    part = incident.parts.get()
    with acting(world.supervisor.pk, world.supervisor.name):
        give_groups(
            world.ada.resident,
            {group_name("home", world.birch.facility.pk, Role.ADMIN): RESIDENT_RIGHTS[Role.ADMIN]},
            grant=uuid.uuid4(),
            starts_at=world.now - timedelta(days=1),
        )
    with acting(birch.pk, birch.name):
        assert not IncidentPart.objects.filter(pk=part.pk).exists()
        assert not IncidentPart.history.filter(id=part.pk).exists()
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        assert IncidentPart.objects.filter(pk=part.pk).exists()


def test_who_was_told_is_written_by_the_database_alone(world: World) -> None:
    incident = report(world, world.ada, severity="critical", kind="self_harm")
    told = set(IncidentNotice.objects.filter(incident=incident).values_list("person__username", flat=True))
    assert told == {who.username for who in (world.admin_cedar, world.supervisor, world.caseworker)}
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        with denied():
            insert(IncidentNotice, incident_id=incident.pk, person_id=world.stranger.pk)
        with denied():
            sql("UPDATE residents_incidentnotice SET opened_at = now()")
        with denied():
            sql("DELETE FROM residents_incidentnotice")
        sql("SELECT incident_opened(%s)", incident.pk)
        assert not IncidentNotice.objects.filter(incident=incident, opened_at__isnull=False).exists()
    with acting(world.admin_cedar.pk, world.admin_cedar.name):
        sql("SELECT incident_opened(%s)", incident.pk)
        assert IncidentNotice.objects.get(incident=incident, opened_at__isnull=False).person == world.admin_cedar


def test_nobody_is_told_twice(committed_world: World) -> None:
    from placement.database import roles

    incident = report(committed_world, committed_world.ada, severity="serious")
    with roles.as_owner(), refused("told_of_incident_once"):
        again(IncidentNotice.objects.filter(incident=incident).first())


def test_who_is_said_to_have_done_it_is_not_told(world: World) -> None:
    incident = report(world, world.ada, kind="allegation", severity="serious")
    assert not IncidentNotice.objects.filter(incident=incident).exists()
    staff = world.staff_cedar
    with acting(staff.pk, staff.name):
        operations.name_person(incident, person=world.admin_cedar, role="staff", part="accused", by=staff)
        incident = operations.complete_draft(
            incident,
            kind="allegation",
            severity="serious",
            happened_at=incident.happened_at,
            seen="She said it",
            done="",
            by=staff,
        )
    told = set(IncidentNotice.objects.filter(incident=incident).values_list("person__username", flat=True))
    assert told == {world.supervisor.username}  # nobody else runs the home
    assert IncidentStep.objects.filter(incident=incident).count() == 1


def test_a_restraint_that_is_not_over_is_not_sent(world: World) -> None:
    """Its end could never be written down any more."""
    staff, incident = world.staff_cedar, report(world, world.ada)
    said = {"kind": "seclusion", "held_by": "One adult", "why": "A car", "tried": "Called"}
    with acting(staff.pk, staff.name):
        begun = timezone.now() - 5 * MINUTE
        held = operations.add_restraint(incident.parts.get(), started_at=begun, ended_at=None, **said, by=staff)
        told = {"kind": "restraint", "severity": "low", "happened_at": begun, "seen": "Ran", "done": ""}
        answers = {"medical": "none", "witnesses": "yes"}
        with pytest.raises(Refused, match="when it was over"):
            operations.complete_draft(incident, **told, answers=answers, by=staff)
        operations.end_restraint(held, ended_at=timezone.now(), by=staff)
        operations.complete_draft(incident, **told, answers=answers, by=staff)
    assert status(incident) == "reported"
