"""The database shows each person the rows that design §4 gives them, whatever the query asks for; nobody sees none."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, models, transaction

from compliance.models import (
    AgencyTerm,
    Binder,
    Citation,
    CorrectionPlan,
    CorrectiveAction,
    CorrectiveStep,
    CourtExport,
    Finding,
    Flag,
    FlagSetting,
    MonthTotals,
    Obligation,
    Proof,
    Review,
)
from placement.access.closed import BEYOND_SEALS
from placement.access.models import AccessLogEntry, AccountChange, Person, UnusualAccess
from placement.access.rights import Can
from placement.access.rows import guarded_rows
from placement.access.visible import rights_on
from placement.database import roles
from placement.database.context import acting, acting_as_system, reading
from placement.facilities.models import (
    AddressShown,
    Credential,
    Discharge,
    DischargeProposal,
    Drill,
    DrillStaff,
    DrillYoung,
    ExitCheck,
    Facility,
    FacilityAddress,
    HandOffLine,
    HandOffRead,
    Leave,
    LooksReview,
    OutsideInspection,
    Placement,
    RatioCheck,
    ReferenceText,
    RosterEntry,
    Shift,
    ShiftStaff,
    StaffReference,
    TakeOver,
)
from residents.models import (
    ActivityOffer,
    AllegationOutcome,
    CareEntry,
    ClinicalNote,
    Complaint,
    ComplaintCheck,
    ComplaintDecision,
    ComplaintNamed,
    ComplaintStep,
    ContactChange,
    Disclosure,
    Disposal,
    Document,
    EpisodeNote,
    Exploiter,
    Flyer,
    FlyerRelease,
    Identity,
    IncidentDebrief,
    IncidentFile,
    IncidentFollowUp,
    IncidentHiding,
    IncidentInjury,
    IncidentNotice,
    IncidentPart,
    IncidentPerson,
    IncidentResident,
    IncidentStep,
    IntrusiveMeasure,
    LegalHold,
    MedicationCount,
    MedicationDose,
    MedicationOrder,
    OutsidePerson,
    ProtectiveStep,
    Resident,
    Restraint,
    RestraintCheck,
    RightsNotice,
    SafetyAlert,
    SealedRecord,
    SealingOrder,
    ValueProposal,
)
from tests import conftest
from tests.bars import another_supervisor, bar_to_judge, lay
from tests.every.filled import fill
from tests.every.rows import (
    BY_ROLE,
    FOLLOW,
    OF_FLAGS,
    OF_LAW,
    OF_WORK,
    OWN,
    PART,
    PURPOSES,
    TABLES,
    all_rows,
    described,
    expected,
)
from tests.sealings import decided, gone_home, recorded
from tests.world import World

SNAPSHOT = Path(__file__).with_name("row_policies.txt")


@pytest.fixture(scope="module")
def filled(django_db_setup: None, django_db_blocker) -> Iterator[conftest._Kept]:
    """The world with a row in each guarded table, written once in a database of its own, for the tests of this file."""
    with django_db_blocker.unblock(), conftest.own_database():
        world = conftest._world.again()
        fill(world)
        yield conftest._Kept(world)


@pytest.fixture
def full(filled: conftest._Kept, db: None) -> World:
    """The world with a row in each guarded table; what the test writes is rolled back."""
    return filled.again()


def test_every_guarded_model_is_known_here_and_has_rows(full: World) -> None:
    assert set(guarded_rows()) == {
        *PART,
        *BY_ROLE,
        *OF_WORK,
        *OF_LAW,
        *OF_FLAGS,
        *OWN,
        ActivityOffer,
        DrillYoung,
        AddressShown,
        Document,
        FacilityAddress,
    }
    assert {model.__name__ for model in guarded_rows() if not model.objects.exists()} == set()


@pytest.fixture
def barred_world(full: World) -> World:
    """Everybody of north unit and of Cedar is barred from the records of ada, eve and fay."""
    from residents import operations

    supervisor = full.supervisor
    with acting(supervisor.pk, supervisor.name):
        for resident in barred_ones(full):
            for person in (*colleagues(full), full.supervisor2, supervisor):  # the supervisor's own bar is the last
                operations.bar_from_record(resident, person, reason="Knows the family", by=supervisor)
    return full


def barred_ones(world: World) -> list[Resident]:
    return [world.ada.resident, world.eve.resident, world.fay.resident]


def colleagues(world: World) -> list[Person]:
    return [world.caseworker, world.clinician, world.staff_cedar, world.admin_cedar, world.inspector_cedar]


@pytest.fixture
def judged_world(full: World) -> World:
    """Two supervisors more; the first one has barred both, and the one of south unit, from ada's record."""
    from residents import operations

    bar, of_judge = bar_to_judge(full), lay(full, full.supervisor2)
    fourth = another_supervisor(full.south, "Fourth Supervisor")
    with acting(fourth.pk, fourth.name):
        operations.judge_bar(of_judge, judgement="upheld", reason="So it is.", by=fourth)
    full.people |= {"third": bar.person, "fourth": fourth}
    lay(full, fourth)
    return full


@pytest.fixture
def world_after_clearances(full: World) -> World:
    """The clearances of Cedar's staff and of Birch's administrator have ended; Cedar's administrator has a second one."""
    from placement.facilities import operations

    with acting(full.supervisor.pk, full.supervisor.name) as by:
        del by
        for person in (full.staff_cedar, full.admin_birch, full.admin_cedar):
            filed = Credential.objects.get(person=person, kind="background")
            operations.end_credential(filed, on=full.today - timedelta(days=1), by=full.supervisor)
        second = {"kind": "background", "valid_from": full.today, "valid_to": full.today}
        operations.file_credential(full.cedar.facility, full.admin_cedar, **second, by=full.supervisor)
    return full


@pytest.mark.parametrize("of", ["full", "barred_world", "judged_world", "world_after_clearances"])
def test_everybody_is_shown_what_the_design_gives_them_and_nothing_else(
    request: pytest.FixtureRequest, of: str
) -> None:
    full: World = request.getfixturevalue(of)
    every = {model: [described(model, row) for row in model.objects.all()] for model in guarded_rows()}
    tried = 0
    for key, person in full.people.items():
        wanted = expected(full, person, every)
        with acting(person.pk, person.name):
            shown = all_rows()
            past = {model: set(model.history.values_list("id", flat=True)) for model in guarded_rows()}
        for model in guarded_rows():
            assert shown[model] == wanted[model], (key, model.__name__)
            assert past[model] == wanted[model], (key, model.__name__, "history")
            tried += len(every[model])
    assert tried > 500


NAME_NOBODY = (*BY_ROLE, *OWN, ActivityOffer, AddressShown, FacilityAddress, Exploiter, Shift, ShiftStaff)


def test_of_a_barred_record_there_is_nothing_in_any_table_for_any_role(barred_world: World) -> None:
    """Also where a right on the home, or on another young person, would open the row."""
    closed = {resident.pk for resident in barred_ones(barred_world)}
    for model in guarded_rows():
        named = {row.pk for row in model.objects.all() if closed & described(model, row)[3]}
        assert named or model in (
            *BY_ROLE,
            *OF_WORK,
            *OWN,
            ActivityOffer,
            AddressShown,
            FacilityAddress,
            Exploiter,
        ), model.__name__
        for person in (*colleagues(barred_world), barred_world.supervisor):
            with acting(person.pk, person.name):
                assert not model.objects.filter(pk__in=named).exists(), (person.name, model.__name__)
                assert not model.history.filter(id__in=named).exists(), (person.name, model.__name__)


def test_of_a_sealed_record_there_is_nothing_in_any_table_for_anybody(full: World, acting_as: Callable) -> None:
    """Whatever names the young person in any table: for each person, for nobody, and for commands; in the tables and in history.

    But the orders of the court, for the supervisor of the unit. Each report here names one young person.
    """
    gone_home(full)
    ada = full.ada.resident.pk
    order = recorded(full, young="ada")
    named = {
        model: {row.pk for row in model.objects.all() if ada in described(model, row)[3]} for model in guarded_rows()
    }
    named[Binder] = set(Binder.objects.filter(facility=full.cedar.facility).values_list("pk", flat=True))
    assert named[Binder]
    held = {model for model, rows in named.items() if rows}
    assert len(held) > 80 and {SealedRecord, SealingOrder, CourtExport, Disclosure, Flag, Finding, Obligation} <= held
    decided(order, full.supervisor)
    orders = named.pop(SealingOrder)
    for person in full.people.values():
        with acting(person.pk, person.name):
            for model, rows in named.items():
                assert not model.objects.filter(pk__in=rows).exists(), (person.name, model.__name__)
                assert not model.history.filter(id__in=rows).exists(), (person.name, model.__name__)
            assert AccessLogEntry.objects.filter(resident_id=ada).count() == 0, person.name
            for rows, key in ((SealingOrder.objects, "pk"), (SealingOrder.history, "id")):
                shown = set(rows.filter(**{f"{key}__in": orders}).values_list(key, flat=True))
                assert shown == (orders if person == full.supervisor else set()), person.name
    for actor in (acting_as_system("compliance evaluate"), acting_as_system("access verify")):
        with actor:
            assert not [model for model, rows in named.items() if model.objects.filter(pk__in=rows).exists()]
    by = full.supervisor
    with acting(by.pk, by.name):
        for purpose in PURPOSES.keys() - BEYOND_SEALS:
            with reading(purpose):
                found = [model for model, rows in named.items() if model.objects.filter(pk__in=rows).exists()]
                assert found == [], purpose


def test_no_right_is_held_on_a_barred_record(barred_world: World) -> None:
    for person in (*colleagues(barred_world), barred_world.supervisor):
        for right in (right for right in Can if right.app == "residents"):
            found = set(Resident.objects.visible_to(person, right).values_list("pk", flat=True))
            assert not found & {resident.pk for resident in barred_ones(barred_world)}
        assert not any(rights_on(person, resident) for resident in barred_ones(barred_world))
    assert rights_on(barred_world.caseworker, barred_world.bea.resident)


def test_a_barred_person_writes_nothing_about_the_young_person(barred_world: World, acting_as: Callable) -> None:
    entry = CareEntry.objects.filter(resident=barred_world.ada.resident).first()
    with acting_as(barred_world.staff_cedar):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            entry.pk = uuid4()
            entry.save(force_insert=True)
        bea = SafetyAlert(resident=barred_world.bea.resident, kind="care", text="Likes music")
        bea.save(force_insert=True)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            SafetyAlert.objects.filter(pk=bea.pk).update(resident=barred_world.ada.resident)


def test_nobody_and_no_command_is_shown_a_row(full: World, in_earnest: None) -> None:
    assert len(TABLES) > 60
    assert [model for model in TABLES if model.objects.exists()] == []
    with acting_as_system("anything"):
        assert [model for model in TABLES if model.objects.exists()] == []


def test_a_path_through_other_tables_shows_nobody_more_than_these_tables_do(full: World, acting_as: Callable) -> None:
    """The functions of a path run with the rights of whoever asks, whatever ids they are given."""
    things = [*Resident.objects.values_list("pk", flat=True), *Facility.objects.values_list("pk", flat=True)]

    def follow(name: str, *values: object) -> list[object]:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {name}({', '.join(['%s'] * len(values))})", values)
            return [row for (row,) in cursor.fetchall()]

    with connection.cursor() as cursor:
        cursor.execute("SELECT proname FROM pg_proc WHERE proname ~ '^reached_' ORDER BY 1")
        paths = [name.removeprefix("reached_") for (name,) in cursor.fetchall()]
    reached = {path: follow(f"reached_{path}", things) for path in paths}
    assert sum(bool(keys) for keys in reached.values()) > 8
    of_incidents = [path for path in paths if path.startswith("residents_incident_")]
    assert len(of_incidents) == 2
    for path, keys in reached.items():
        for key in keys:
            assert follow(f"ends_{path}", key, things) != [[]], path
    with acting_as(full.stranger):
        for path in paths:
            if path.startswith(("residents_", "compliance_")):
                assert follow(f"reached_{path}", things) == [], path
                assert not [key for key in reached[path] if follow(f"ends_{path}", key, things) != [[]]], path


def test_an_account_that_is_closed_is_shown_nothing(full: World, acting_as: Callable) -> None:
    with acting_as(full.caseworker):
        assert Identity.objects.exists()
    with acting_as(full.sysadmin):
        Person.objects.filter(pk=full.caseworker.pk).update(is_active=False)
    with acting_as(full.caseworker):
        assert {model: rows for model, rows in all_rows().items() if rows} == {}


@pytest.mark.parametrize("purpose", [*PURPOSES, "anything"])
def test_a_purpose_shows_the_rows_of_its_models_and_lets_nobody_change_them(
    full: World, acting_as: Callable, purpose: str
) -> None:
    of_purpose = PURPOSES.get(purpose, set())
    assert {model for model in guarded_rows() if purpose in model.read_for} == of_purpose
    of_purpose = of_purpose.union(*(FOLLOW.get(model, set()) for model in of_purpose))
    every = all_rows()
    with acting_as(full.stranger):
        with reading(purpose):
            shown = all_rows()
            assert shown == {model: every[model] if model in of_purpose else set() for model in guarded_rows()}
            for model in (each for each in of_purpose if "UPDATE" not in each.withheld):
                first = next(field for field in model._meta.concrete_fields if isinstance(field, models.UUIDField))
                assert model.objects.update(**{first.attname: models.F(first.attname)}) == 0
        assert not any(all_rows().values())


def test_what_is_not_shown_can_be_neither_changed_nor_removed(full: World, acting_as: Callable) -> None:
    every = all_rows()
    with acting_as(full.stranger):
        shown = all_rows()
        for model, rows in every.items():
            table, hidden = model._meta.db_table, list(rows - shown[model])
            assert hidden, table
            with connection.cursor() as cursor:
                if "UPDATE" not in model.withheld:
                    cursor.execute(f'UPDATE "{table}" SET id = id WHERE id = ANY(%s)', [hidden])
                    assert cursor.rowcount == 0, table
                if model.deletable:
                    cursor.execute(f'DELETE FROM "{table}" WHERE id = ANY(%s)', [hidden])
                    assert cursor.rowcount == 0, table


# A rule of the table refuses a copy of its row before row security is asked, or nobody may add one.
# Added in the act that reports the incident, and refused before that by the rule: whichever row is found first.
IN_THE_ACT = {IncidentPart, IncidentResident}
REFUSED_BEFORE = {
    AgencyTerm,
    ValueProposal,
    Disposal,
    LegalHold,
    IntrusiveMeasure,
    RightsNotice,
    AccountChange,
    ActivityOffer,
    Binder,
    Citation,
    ClinicalNote,
    Complaint,
    ComplaintCheck,
    ComplaintDecision,
    ComplaintNamed,
    ComplaintStep,
    ContactChange,
    CourtExport,
    CorrectionPlan,
    CorrectiveAction,
    CorrectiveStep,
    Discharge,
    DischargeProposal,
    Disclosure,
    EpisodeNote,
    Flyer,
    FlyerRelease,
    MedicationCount,
    MedicationDose,
    MedicationOrder,
    OutsideInspection,
    Drill,
    DrillStaff,
    DrillYoung,
    ExitCheck,
    Finding,
    IncidentDebrief,
    IncidentFile,
    IncidentFollowUp,
    IncidentInjury,
    IncidentNotice,
    IncidentPerson,
    IncidentStep,
    Restraint,
    RestraintCheck,
    Leave,
    Flag,
    FlagSetting,
    MonthTotals,
    Obligation,
    Proof,
    Review,
    OutsidePerson,
    Placement,
    UnusualAccess,
    RatioCheck,
    ReferenceText,
    RosterEntry,
    StaffReference,
    HandOffLine,
    HandOffRead,
    LooksReview,
    Shift,
    ShiftStaff,
    TakeOver,
    *(
        AllegationOutcome,
        IncidentDebrief,
        Flyer,
        FlyerRelease,
        IncidentFile,
        IncidentFollowUp,
        IncidentHiding,
        IncidentInjury,
        IncidentNotice,
    ),
    *(IncidentPerson, IncidentStep, ProtectiveStep, Restraint, RestraintCheck),
}


def test_nobody_adds_a_row_to_a_record_that_is_closed_to_them(full: World, acting_as: Callable) -> None:
    """Where a row names whose it is, the own ones can be added: asking for access begins so, and gives no right by itself."""
    closed = [model for model in guarded_rows() if model.added_by is not None and not model.shown_to]
    first, before = {model: model.objects.first() for model in closed}, {}
    with acting_as(full.stranger):
        for model, row in first.items():
            row.pk = uuid4()
            for column in model.signatures:
                if getattr(row, column):
                    setattr(row, column, full.stranger.pk)
            try:
                with transaction.atomic():
                    row.save(force_insert=True)
                before[model] = "added"
            except DatabaseError as error:
                if "row-level security" not in str(error):
                    before[model] = str(error)
    assert before.keys() - IN_THE_ACT == REFUSED_BEFORE, before


def test_a_table_that_loses_its_policies_or_gets_one_too_many_shows_more(
    filled: conftest._Kept, committed_world: World
) -> None:
    """Each of them carries weight: without it, somebody is shown what the tests above say that nobody is shown."""
    stranger, models_ = committed_world.stranger, [model for model in TABLES if model.objects.exists()]
    assert len(models_) == len(TABLES)
    lost = "ALTER TABLE {0} DISABLE ROW LEVEL SECURITY", "ALTER TABLE {0} ENABLE ROW LEVEL SECURITY"
    gained = "CREATE POLICY more ON {0} FOR SELECT USING (true)", "DROP POLICY more ON {0}"
    with roles.owner_connection() as owner, owner.cursor() as cursor:
        for model in models_:
            whole = getattr(model, "instance_type", model).within  # shown with it alone, whatever else is said
            for undone, done in (lost,) if whole else (lost, gained):
                cursor.execute(undone.format(model._meta.db_table))
                with acting(stranger.pk, stranger.name):
                    assert model.objects.exists(), (model, undone)
                cursor.execute(done.format(model._meta.db_table))
                with acting(stranger.pk, stranger.name):
                    assert not model.objects.exists(), (model, done)


def test_the_policies_are_those_of_the_snapshot(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, p.policyname, p.cmd, p.roles::text,
                 regexp_replace(coalesce(p.qual, '-'), '\\s+', ' ', 'g'),
                 regexp_replace(coalesce(p.with_check, '-'), '\\s+', ' ', 'g')
               FROM pg_policies p
               JOIN pg_class c ON c.oid = (quote_ident(p.schemaname) || '.' || quote_ident(p.tablename))::regclass
               WHERE p.policyname <> 'tests' ORDER BY 1, 4"""
        )
        found = "".join(" | ".join(str(part) for part in row) + "\n" for row in cursor.fetchall())
    assert found == SNAPSHOT.read_text()
