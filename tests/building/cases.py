"""The young people of the world: their cases, and one row of each part of a record."""

from datetime import date, datetime, time, timedelta

from placement.access.models import AgencyUnit, Person
from placement.access.rights import Role
from placement.facilities import operations as homes
from residents import operations as residents
from residents.models import Document
from tests.building.acts import acting_at, people_of
from tests.building.medication import give_medication
from tests.world import World, Young, text_file


def open_cases(world: World) -> None:
    for number, (key, unit, caseworker, population) in enumerate(
        [
            ("ada", world.north, world.caseworker, "trafficked"),
            ("bea", world.north, world.caseworker, "trafficked"),
            ("cleo", world.south, world.caseworker2, "trafficked"),
            ("dina", world.south, world.caseworker2, "trafficked"),
            ("eve", world.north, world.caseworker, "trafficked"),
            ("fay", world.north, world.caseworker, "trafficked"),
            ("gwen", world.south, world.caseworker2, "general"),
        ],
        start=1,
    ):
        with acting_at(caseworker, world.now - timedelta(days=91)):
            world.young[key] = _open_case(world, key, number, unit, caseworker, population)
        young = world.young[key]
        _, supervisor, clinician = people_of(world, young)
        with acting_at(supervisor, world.now - timedelta(days=90)):
            young.team = residents.join_team(young.case, clinician, by=supervisor)


def _open_case(world: World, key: str, number: int, unit: AgencyUnit, by: Person, population: str) -> Young:
    case = residents.open_case(
        code=f"W-{number}",
        preferred_name=key.title(),
        legal_name=f"{key.title()} Secretname",
        birth_date=date(world.now.year - 15, 1, number),
        sex="female",
        languages=["English"],
        unit=unit,
        caseworker=by,
        number=f"C-W-{number}",
        legal_basis="Court order",
        permanency_goal="reunification",
        opened_on=world.today - timedelta(days=95),
        by=by,
    )
    resident = case.resident
    residents.designate(resident, population=population, stage="confirmed", basis="Interview", by=by)
    residents.assess_level(
        resident,
        level=2,
        assessed_on=world.today - timedelta(days=92),
        assessor="Dr. Invented",
        basis="Assessment",
        by=by,
    )
    return Young(resident, case, caseload=case.caseload.get())


def let_two_go(world: World) -> None:
    """Two people who could see ada until last week: a caseworker and somebody of the home's staff."""
    with acting_at(world.supervisor, world.now - timedelta(days=80)) as by:
        caseload = residents.assign_caseload(world.ada.case, world.caseworker_past, by=by)
        assignment = homes.assign(world.staff_past, world.cedar.facility, role=Role.STAFF, by=by)
    with acting_at(world.supervisor, world.now - timedelta(days=7)) as by:
        residents.end_caseload(caseload, at=world.now - timedelta(days=7), by=by)
        homes.end_assignment(assignment, at=world.now - timedelta(days=7), by=by)


def write_one_of_each(world: World, key: str, home_key: str, moment: datetime) -> None:
    """One row of each part of the record, written by the people of the young person's home and case."""
    young, home = world.young[key], world.homes[home_key]
    shift = home.shift if home.shift.starts_at < moment else None
    caseworker, *_ = people_of(world, young)
    resident = young.resident
    with acting_at(caseworker, moment - timedelta(days=1)) as by:
        young.alert = residents.add_alert(resident, kind="allergy", text=f"Hidden allergy of {key}", urgent=True, by=by)
        young.look_plan = residents.plan_looks(
            resident,
            day_minutes=60,
            night_minutes=30,
            vary_minutes=0,
            reason=f"Hidden reason to look after {key}",
            ends_at=moment + timedelta(days=29),
            by=by,
        )
        young.outside = residents.add_outside_person(
            resident, name=f"Hidden aunt of {key}", relation="aunt", permission="allowed", by=by
        )
        brother = residents.add_outside_person(
            resident, name=f"Hidden brother of {key}", relation="brother", permission="supervised", by=by
        )
        young.unsupervised = residents.log_contact(
            resident,
            outside_person=brother,
            kind="visit",
            initiative="other",
            note=f"Hidden visit of {key}",
            happened_at=moment - timedelta(days=1, minutes=30),
            by=by,
        )
        young.wider = residents.change_outside_person(
            brother, permission="allowed", order="", reason=f"Hidden wish of {key}", by=by
        )
        young.separation = residents.separate(
            resident, kind="person", person=f"Hidden uncle of {key}", reason="Order of the court", by=by
        )
        residents.keep_apart(resident, kind="resident", code="ZZ-9", reason="Hidden place of threats", by=by)
        young.exploitation = residents.link_exploiter(
            resident, exploiter=None, name=f"Hidden exploiter of {key}", kind="recruiter", note="Online", by=by
        )
        young.trace = residents.record_trace(resident, kind="online", value=f"Hidden handle of {key}", note="", by=by)
        young.override = homes.ask_override(
            resident,
            world.alder.facility,
            kind="foster",
            reason=f"Hidden reason of {key}",
            expires_at=moment + timedelta(days=90),
            by=by,
        )
        young.asked_notes = residents.ask_part(resident, "clinical", purpose=f"Hidden need of {key}", by=by)
        young.document = residents.file_document(
            upload=text_file("order.txt", f"Hidden order about {key}"),
            title=f"Hidden order of {key}",
            part=Document.Part.CASE,
            resident=resident,
            by=by,
        )
        sealed = residents.file_document(
            upload=text_file("hearing.txt", f"Hidden words about {key}"),
            title=f"Hidden paper of {key}",
            part=Document.Part.CASE,
            resident=resident,
            by=by,
        )
        young.seal = residents.seal_document(
            sealed,
            order_number=f"Hidden number of {key}",
            court="Juvenile Court",
            ordered_on=(moment - timedelta(days=9)).date(),
            by=by,
        )
        young.consent = residents.record_consent(
            resident,
            recipient=f"Hidden school of {key}",
            purpose="Lessons",
            parts=["care"],
            given_by="parent",
            given_by_name=f"Hidden mother of {key}",
            paper="In the file",
            ends_at=moment + timedelta(days=90),
            by=by,
        )
        young.disclosure = residents.disclose(
            resident,
            recipient_kind="school",
            handed_to=f"Hidden teacher of {key}",
            purpose="Lessons",
            basis="consent",
            consent=young.consent,
            fields=["care.languages"],
            channel="hand",
            until=(moment + timedelta(days=30)).date(),
            by=by,
        )
        young.proposal = homes.propose_discharge(
            young.stay,
            leaves_at=moment + timedelta(days=9),
            to="family",
            reason="Will go back to the family",
            after_care=f"Hidden plan of {key}",
            after_care_contact="The caseworker",
            first_check_on=(moment + timedelta(days=12)).date(),
            by=by,
        )
    with acting_at(people_of(world, young)[2], moment) as by:
        young.note = residents.write_clinical_note(
            resident,
            kind="session",
            text=f"Hidden session of {key}",
            happened_at=moment - timedelta(minutes=50),
            by=by,
        )
    with acting_at(people_of(world, young)[1], moment) as by:
        residents.bar_from_record(resident, world.sysadmin, reason=f"Hidden conflict of {key}", by=by)
    far = world.caseworker2 if caseworker == world.caseworker else world.caseworker
    with acting_at(far, moment) as by:
        young.emergency = residents.break_glass(
            resident.code, reason=f"Hidden emergency of {key}: nobody answers the telephone", by=by
        )
        residents.end_emergency(young.emergency, by=by)
        young.asked = residents.ask_access(resident.code, purpose=f"Hidden purpose of {key}", by=by)
    with acting_at(home.staff, moment) as by:
        young.care = residents.log_care(
            resident,
            facility=home.facility,
            shift=shift,
            kind="meal",
            outcome="all",
            note=f"Hidden lunch of {key}",
            happened_at=moment - timedelta(minutes=5),
            by=by,
        )
        young.contact = residents.log_contact(
            resident,
            outside_person=young.outside,
            kind="call",
            happened_at=moment - timedelta(minutes=10),
            facility=home.facility,
            shift=shift,
            by=by,
        )
        young.limit = residents.log_contact(
            resident,
            outside_person=young.outside,
            kind="call",
            outcome="denied",
            initiative="other",
            why_denied=f"Hidden limit of {key}",
            happened_at=moment - timedelta(minutes=9),
            facility=home.facility,
            shift=shift,
            by=by,
        ).restriction
        young.measure = residents.log_measure(
            resident,
            facility=home.facility,
            shift=shift,
            kind="phone",
            why=f"Hidden phone of {key}",
            done="Taken from the table, not looked into",
            done_by=by,
            told=True,
            lasts=True,
            happened_at=moment - timedelta(minutes=8),
            by=by,
        )
        young.notice = residents.read_out_rights(
            resident,
            facility=home.facility,
            jurisdiction=home.facility.jurisdiction,
            occasion="asked",
            language="English",
            text="The rights",
            text_language="en",
            answer="signed",
            signed_as=f"Hidden initials of {key}",
            copy_given=True,
            by=by,
        )
        in_three_days = moment.astimezone(home.facility.zone).date() + timedelta(days=3)
        noon = datetime.combine(in_three_days, time(12), home.facility.zone)  # by day, whenever this runs
        young.asked_pass = homes.ask_pass(
            young.stay,
            kind="outing",
            where=f"Hidden pool of {key}",
            company="two of us",
            transport="The car of the home",
            starts_at=noon,
            ends_at=noon + timedelta(minutes=90),
            by=by,
        )
        young.incident = residents.report_incident(
            facility=home.facility,
            shift=shift,
            kind="property",
            severity="low",
            happened_at=moment - timedelta(minutes=15),
            seen=f"Hidden quarrel of {key}",
            done="Talked",
            residents=[resident],
            by=by,
        )
    give_medication(world, key, home, moment)
    with acting_at(home.admin, moment) as by:
        young.leave = homes.grant_leave(
            young.stay,
            kind="other",
            starts_at=moment + timedelta(days=1),
            ends_at=moment + timedelta(days=2),
            where=f"Hidden place of {key}",
            by=by,
        )
