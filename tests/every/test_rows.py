"""The database shows each person the rows that design §4 gives them, whatever the query asks for; nobody sees none."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.utils import timezone

from compliance.models import MonthTotals
from compliance.queries.totals import totals
from placement.access.models import AccountChange, Person, UnusualAccess
from placement.access.rights import Can
from placement.access.rows import guarded_rows
from placement.access.visible import rights_on
from placement.database import roles
from placement.database.context import acting, acting_as_system, reading
from placement.facilities import operations as homes
from placement.facilities.models import (
    AddressShown,
    AfterCareCheck,
    Credential,
    Discharge,
    DischargeProposal,
    Drill,
    DrillStaff,
    DrillYoung,
    ExitCheck,
    FacilityAddress,
    HandOffLine,
    HandOffRead,
    Hold,
    Leave,
    LooksReview,
    Match,
    Override,
    PassRequest,
    Placement,
    PlacementDecision,
    RatioCheck,
    Referral,
    RosterEntry,
    Shift,
    ShiftStaff,
    TakeOver,
    WarningSignature,
)
from placement.facilities.operations.after_care import record_after_care_check
from residents.models import (
    AccessRequest,
    ActivityAnswer,
    ActivityOffer,
    Alias,
    BreakGlass,
    CareEntry,
    Case,
    Caseload,
    ClinicalNote,
    ConflictOfInterest,
    Consent,
    Contact,
    ContactChange,
    Disclosure,
    Document,
    DocumentSeal,
    ExploitationLink,
    Exploiter,
    HarmEvent,
    Identity,
    Incident,
    IncidentResident,
    Kinship,
    LevelAssessment,
    LookPlan,
    MedicationCount,
    MedicationDose,
    MedicationOrder,
    OutsidePerson,
    PopulationDesignation,
    Resident,
    Restriction,
    SafetyAlert,
    Separation,
    SeparationRequest,
    TeamMember,
    WordingIgnored,
)
from residents.operations import log_care
from residents.operations.wording import keep_ignored
from tests.bars import another_supervisor, bar_to_judge, lay
from tests.every.oracle import OF_ROLE, barred, judges, of_homes, parts
from tests.every.table import change_of_account, places
from tests.world import World, text_file

SNAPSHOT = Path(__file__).with_name("row_policies.txt")
# Model → the part of the record that opens its rows, and the ids of the young people whom a row is about.
PART: dict[Any, str] = {
    AccessRequest: "asked",
    ActivityAnswer: "care",
    AfterCareCheck: "summary",
    Alias: "identity",
    BreakGlass: "whole trail",
    CareEntry: "care",
    Case: "summary",
    Caseload: "summary",
    ClinicalNote: "clinical",
    ConflictOfInterest: "assign",
    Consent: "share",
    Contact: "care",
    Discharge: "summary",
    DischargeProposal: "summary",
    Disclosure: "share",
    DocumentSeal: "sealed",
    ExploitationLink: "exploitation",
    Exploiter: "exploitation",
    HandOffLine: "care",
    HarmEvent: "summary",
    Hold: "summary",
    Identity: "identity",
    Incident: "exploitation",
    IncidentResident: "code",
    Kinship: "summary",
    Leave: "code",
    LevelAssessment: "summary",
    LookPlan: "care",
    Match: "exploitation",
    MedicationCount: "care",
    MedicationDose: "care",
    MedicationOrder: "care",
    OutsidePerson: "care",
    PassRequest: "care",
    Override: "summary",
    Placement: "code",
    PlacementDecision: "summary",
    PopulationDesignation: "summary",
    Referral: "summary",
    Resident: "code",
    Restriction: "care",
    ContactChange: "care",
    SafetyAlert: "care",
    Separation: "summary",
    SeparationRequest: "summary",
    TeamMember: "summary",
    WarningSignature: "summary",
}
ABOUT: dict[Any, Callable[[Any], Iterable[Any]]] = {
    AfterCareCheck: lambda row: [row.discharge.resident_id],
    Caseload: lambda row: [row.case.resident_id],
    Exploiter: lambda row: [link.resident_id for link in row.links.all()],
    Hold: lambda row: [row.referral.resident_id],
    Incident: lambda row: [one.pk for one in row.residents.all()],
    Match: lambda row: [row.referral.resident_id],
    PlacementDecision: lambda row: [row.referral.resident_id],
    Resident: lambda row: [row.pk],
    Separation: lambda row: [row.resident_id, row.other_id],
    TeamMember: lambda row: [row.case.resident_id],
    WarningSignature: lambda row: [row.referral.resident_id],
}
# Model → further young people whom a row names: whoever is barred from one of them is not shown it.
NAMES: dict[Any, Callable[[Any], Iterable[Any]]] = {
    DrillYoung: lambda row: [row.resident_id],
    Kinship: lambda row: [row.sibling_id],
}
# Model → the person whom a row names as theirs: they are shown it, unless barred.
OF_PERSON: dict[Any, Callable[[Any], Any]] = {
    AccessRequest: lambda row: row.asker_id,
    BreakGlass: lambda row: row.person_id,
    Credential: lambda row: row.person_id,
    WordingIgnored: lambda row: row.person_id,
}
# Model → what of a home opens its rows, and of which home a row is.
OF_HOME: dict[Any, tuple[str, Callable[[Any], Any]]] = {
    CareEntry: ("evidence", lambda row: row.facility_id),
    ActivityOffer: ("beds", lambda row: row.facility_id),
    AddressShown: ("address", lambda row: row.facility_id),
    Credential: ("papers", lambda row: row.facility_id),
    Drill: ("beds", lambda row: row.facility_id),
    DrillStaff: ("beds", lambda row: row.drill.facility_id),
    DrillYoung: ("beds", lambda row: row.drill.facility_id),
    ExitCheck: ("beds", lambda row: row.facility_id),
    FacilityAddress: ("address", lambda row: row.facility_id),
    HandOffRead: ("beds", lambda row: row.shift.facility_id),
    LooksReview: ("beds", lambda row: row.shift.facility_id),
    TakeOver: ("beds", lambda row: row.shift.facility_id),
    Hold: ("beds", lambda row: row.bed.facility_id),
    Incident: ("incidents", lambda row: row.facility_id),
    Leave: ("beds", lambda row: row.placement.facility_id),
    MedicationCount: ("evidence", lambda row: row.facility_id),
    MedicationDose: ("evidence", lambda row: row.entry.facility_id),
    Placement: ("beds", lambda row: row.facility_id),
    RatioCheck: ("beds", lambda row: row.shift.facility_id),
    RosterEntry: ("beds", lambda row: row.facility_id),
    Shift: ("beds", lambda row: row.facility_id),
    ShiftStaff: ("beds", lambda row: row.shift.facility_id),
}
# About people who work there or about the house, and no young person.
OF_WORK = {
    Credential,
    Drill,
    DrillStaff,
    ExitCheck,
    HandOffRead,
    LooksReview,
    RatioCheck,
    RosterEntry,
    Shift,
    ShiftStaff,
    TakeOver,
}
# Model → what the role must open: of these tables every row is shown to whoever has it, and none to anybody else.
BY_ROLE: dict[Any, str] = {
    AccountChange: "second person",
    MonthTotals: "audit",
    UnusualAccess: "audit",
    WordingIgnored: "audit",
}
PURPOSES = {
    "age": {Identity},
    "codes": {Resident},
    "emergency": {Case, Resident},
    "matching": {
        *(ExploitationLink, FacilityAddress, HarmEvent, Identity, Kinship, LevelAssessment, OutsidePerson),
        *(Placement, PopulationDesignation, Referral, Resident, Separation),
    },
    "occupancy": {Hold, Placement, Referral},
    "roster": {Credential},
    "safety mark": {ExploitationLink},
    "sheet": {FacilityAddress},
    "team": {Case},
    "timeline": {Incident},
    "verify": {AccessRequest, BreakGlass, Case, Placement},
    "whereabouts": {
        HandOffLine,
        LookPlan,
        *(CareEntry, Incident, IncidentResident, MedicationCount, MedicationOrder, Placement, Resident),
    },
    "withholding": {Alias, Identity, IncidentResident, Placement, Resident},
}
FOLLOW = {
    CareEntry: {MedicationDose},
    Case: {Caseload, TeamMember},
    Placement: {Leave},
    Referral: {Hold, PlacementDecision, WarningSignature},
    Discharge: {AfterCareCheck},
}
TABLES = [table for model in guarded_rows() for table in (model, model.history.model)]


@pytest.fixture
def full(world: World) -> World:
    """The world with a row in each guarded table."""
    fill(world)
    return world


def fill(world: World) -> None:
    """Write a row into each guarded table, of two young people of two units."""
    from residents import operations

    change_of_account(places(world)["own"])
    night_before(world)
    for key, caseworker, clinician in (
        ("ada", world.caseworker, world.clinician),
        ("cleo", world.caseworker2, world.clinician2),
    ):
        resident = world.young[key].resident
        with acting(caseworker.pk, caseworker.name):
            operations.add_alias(resident, name="Other name", used_where="online", by=caseworker)
            operations.record_harm(resident, kind="harmed", happened_on=world.today, summary="A quarrel", by=caseworker)
            for part in ("care", "identity", "case", "exploitation"):
                file(world, resident, part, caseworker)
        with acting(clinician.pk, clinician.name):
            file(world, resident, "clinical", clinician)
    for key, home in (("ada", world.cedar), ("cleo", world.birch)):
        with acting(home.staff.pk, home.staff.name):
            operations.log_activity(
                {world.young[key].resident: operations.Said("joined")},
                facility=home.facility,
                shift=None,
                name="Baking",
                place="in",
                happened_at=timezone.now(),
                by=home.staff,
            )
    with acting(world.staff_cedar.pk, world.staff_cedar.name):
        AddressShown.objects.create(
            facility=world.cedar.facility, person=world.staff_cedar, purpose="travel", reason="I drive there."
        )
        keep_ignored(["AWOL"], [world.ada.care], by=world.staff_cedar)
    with acting(world.supervisor.pk, world.supervisor.name):
        totals()
        operations.record_siblings(world.ada.resident, world.bea.resident, together=True, by=world.supervisor)
        record_after_care_check(world.fay.discharge, checked_at=timezone.now(), note="Is well.", by=world.supervisor)
        WarningSignature.objects.create(
            referral=world.eve.referral,
            facility=world.cedar.facility,
            criterion="age_gap",
            reason="Knows them.",
            signed_by=world.supervisor,
        )


def night_before(world: World) -> None:
    """A shift before the world's in each home, signed by its staff, and read, taken over and reviewed by its administrator."""
    for home in (world.cedar, world.birch):
        with acting(home.staff.pk, home.staff.name):
            night = homes.open_shift(
                home.facility,
                name="Night",
                starts_at=world.now - timedelta(hours=10),
                ends_at=world.now - timedelta(hours=3),
                staff=[home.staff],
                by=home.staff,
            )
            since = {"starts_at__lt": world.now - timedelta(hours=5)}
            for stay in Placement.objects.filter(facility=home.facility, status="active", **since):
                what = {"kind": "mood", "outcome": "Good", "happened_at": world.now - timedelta(hours=4)}
                log_care(stay.resident, facility=home.facility, shift=night, **what, by=home.staff)
            homes.sign_shift(night, hand_off="Quiet", about_open="Looked", by=home.staff)
        with acting(home.admin.pk, home.admin.name):
            counted = {"counted": 0, "keys": 4, "medication": True, "difference": "Counted twice"}
            homes.take_over_duty(night, **counted, by=home.admin)
            homes.review_looks(night, note="Read", by=home.admin)


def file(world: World, resident: Any, part: str, by: Person) -> None:
    from residents import operations

    operations.file_document(upload=text_file("a.txt", part), title=part, part=part, resident=resident, by=by)


def all_rows() -> dict[type[models.Model], set[Any]]:
    """Every row that the database shows now, as id of the row → whom or what it is about."""
    return {model: set(model.objects.values_list("pk", flat=True)) for model in guarded_rows()}


Row = tuple[Any, str, list[Any], set[Any], str, Any, Any]


def described(model: Any, row: Any) -> Row:
    """A row as its key, the part that opens it, whom it is about, whom it names, what of which home opens it, whose it is."""
    if model is Document:
        about = [row.resident_id]
        part = f"{row.part} + sealed" if row.seals.filter(lifted_at=None).exists() else row.part
        return row.pk, part, about, set(about), "papers" if row.facility_id else "", row.facility_id, None
    if model is AccessRequest and row.asked_for == "clinical":
        return row.pk, "asked for notes", [row.resident_id], {row.resident_id}, "", None, row.asker_id
    about = ABOUT.get(model, lambda row: [row.resident_id] if PART.get(model) else [])
    of_home, home = OF_HOME.get(model, ("", lambda row: None))
    whom = list(about(row))
    named = set() if model is Exploiter else {*whom, *NAMES.get(model, lambda row: [])(row)}
    own = OF_PERSON.get(model, lambda row: None)(row)
    return row.pk, PART.get(model, ""), whom, named, of_home, home(row), own


def expected(world: World, person: Person, every: dict[Any, list[Row]]) -> dict[Any, set[Any]]:
    """The rows that the oracle gives ``person``."""
    moment = timezone.now()
    of_young = {world.young[key].resident.pk: open_ for key, open_ in parts(world, person, moment).items()}
    of_home = {world.homes[key].facility.pk: open_ for key, open_ in of_homes(world, person, moment).items()}
    closed = barred(person)
    to_judge = {bar.pk for bar in ConflictOfInterest.objects.all() if person.pk in judges(bar)}
    return {
        model: {
            pk
            for pk, part, about, named, home_part, home, own in rows
            if pk in to_judge
            or (
                not named & closed
                and (
                    any(of_young.get(who, set()).issuperset(part.split(" + ")) for who in about)
                    or home_part in of_home.get(home, ())
                    or own == person.pk
                    or BY_ROLE.get(model) in OF_ROLE[person.role]
                )
            )
        }
        for model, rows in every.items()
    }


def test_every_guarded_model_is_known_here_and_has_rows(full: World) -> None:
    assert set(guarded_rows()) == {
        *PART,
        *BY_ROLE,
        *OF_WORK,
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


NAME_NOBODY = (*BY_ROLE, ActivityOffer, AddressShown, FacilityAddress, Exploiter, Shift, ShiftStaff)


def test_of_a_barred_record_there_is_nothing_in_any_table_for_any_role(barred_world: World) -> None:
    """Also where a right on the home, or on another young person, would open the row."""
    closed = {resident.pk for resident in barred_ones(barred_world)}
    for model in guarded_rows():
        named = {row.pk for row in model.objects.all() if closed & described(model, row)[3]}
        assert named or model in (
            *BY_ROLE,
            *OF_WORK,
            ActivityOffer,
            AddressShown,
            FacilityAddress,
            Exploiter,
        ), model.__name__
        for person in (*colleagues(barred_world), barred_world.supervisor):
            with acting(person.pk, person.name):
                assert not model.objects.filter(pk__in=named).exists(), (person.name, model.__name__)
                assert not model.history.filter(id__in=named).exists(), (person.name, model.__name__)


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


@pytest.fixture
def in_earnest() -> Iterator[None]:
    """The database shows nothing to tests either."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.tests', 'off', false)")
        yield
        cursor.execute("SELECT set_config('app.tests', 'on', false)")


def test_nobody_and_no_command_is_shown_a_row(full: World, in_earnest: None) -> None:
    assert len(TABLES) > 60
    assert [model for model in TABLES if model.objects.exists()] == []
    with acting_as_system("anything"):
        assert [model for model in TABLES if model.objects.exists()] == []


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
REFUSED_BEFORE = {
    AccountChange,
    ActivityOffer,
    ClinicalNote,
    ContactChange,
    Discharge,
    DischargeProposal,
    Disclosure,
    MedicationCount,
    MedicationDose,
    MedicationOrder,
    Drill,
    DrillStaff,
    DrillYoung,
    ExitCheck,
    Leave,
    MonthTotals,
    OutsidePerson,
    Placement,
    UnusualAccess,
    RatioCheck,
    RosterEntry,
    HandOffLine,
    HandOffRead,
    LooksReview,
    Shift,
    ShiftStaff,
    TakeOver,
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
    assert before.keys() == REFUSED_BEFORE, before


def test_a_table_that_loses_its_policies_or_gets_one_too_many_shows_more(committed_world: World) -> None:
    """Each of them carries weight: without it, somebody is shown what the tests above say that nobody is shown."""
    fill(committed_world)
    stranger, models_ = committed_world.stranger, [model for model in TABLES if model.objects.exists()]
    assert len(models_) == len(TABLES)
    lost = "ALTER TABLE {0} DISABLE ROW LEVEL SECURITY", "ALTER TABLE {0} ENABLE ROW LEVEL SECURITY"
    gained = "CREATE POLICY more ON {0} FOR SELECT USING (true)", "DROP POLICY more ON {0}"
    with roles.owner_connection() as owner, owner.cursor() as cursor:
        for model in models_:
            for undone, done in (lost, gained):
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
