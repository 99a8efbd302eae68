"""Every list page costs the same number of queries for ten rows and for two thousand."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.models import Finding
from placement.access.models import Person
from placement.database import roles
from placement.database.context import acting, acting_as_system
from residents.operations import log_care

MANY = 2_000
SOME = 100  # of what one young person or one home has no thousands of, and the page shows whole


def cost(person: Person, address: str) -> tuple[int, int]:
    """Return the number of queries and of bytes of a page."""
    client = Client()
    client.force_login(person)
    client.get(address)
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(seen), len(answer.content)


def run(person: Person, *statements: str) -> None:
    """Run SQL as the application's role, in the name of ``person``, whose id stands for ``{person}``."""
    with acting(person.pk, person.name), connection.cursor() as cursor:
        for statement in statements:
            for name, value in (("{person}", f"'{person.pk}'"), ("{many}", str(MANY)), ("{some}", str(SOME))):
                statement = statement.replace(name, value)
            cursor.execute(statement)


def an_entry_of_note(world) -> None:
    """One entry that the timeline shows, so that the few rows hold one of each kind that the many rows hold."""
    staff, cedar = world.staff_cedar, world.cedar
    with acting(staff.pk, staff.name):
        log_care(
            world.ada.resident,
            facility=cedar.facility,
            shift=cedar.shift,
            kind="mood",
            outcome="calm",
            note="",
            happened_at=world.now,
            by=staff,
        )


def many_residents(world) -> None:
    """Two thousand young people on one caseload, with every right of a caseworker: shown only once these are there."""
    run(
        world.caseworker,
        """INSERT INTO residents_resident (id, code, preferred_name, sex, languages, plan_of_the_day)
           SELECT md5('ZZ-' || n)::uuid, 'ZZ-' || n, 'Name ' || n, 'female', '{English}', ''
           FROM generate_series(1, {many}) n""",
        """INSERT INTO residents_residentuserpermission
             (id, user_id, permission_id, content_object_id, "grant", starts_at)
           SELECT gen_random_uuid(), {person}, p.permission_id, md5('ZZ-' || n)::uuid, gen_random_uuid(),
             now() - interval '1 day'
           FROM generate_series(1, {many}) n, (SELECT DISTINCT permission_id FROM residents_residentuserpermission
                                               WHERE user_id = {person}) p""",
    )


def many_referrals(world) -> None:
    """Two thousand referrals of one young person."""
    run(
        world.caseworker,
        f"""INSERT INTO facilities_referral (id, resident_id, status, urgency, reason, needs, wishes, needed_from,
              made_by_id, made_at, closing_reason)
            SELECT gen_random_uuid(), '{world.ada.resident.pk}', 'open', 'planned', 'Needs a home', '', '', now(),
              {{person}}, now() - n * interval '1 minute', '' FROM generate_series(1, {{many}}) n""",
    )


def many_incidents(world) -> None:
    """Two thousand incidents in one home, each with a young person."""
    run(
        world.staff_cedar,
        f"""INSERT INTO residents_incident (id, facility_id, kind, severity, status, happened_at, seen, done,
              reported_by_id, reported_at, closing_note)
            SELECT gen_random_uuid(), '{world.cedar.facility.pk}', 'other', 'low', 'reported',
              now() - n * interval '1 minute', 'A cup broke', '', {{person}}, now(), ''
            FROM generate_series(1, {{many}}) n""",
        f"""INSERT INTO residents_incidentresident (id, incident_id, resident_id)
            SELECT gen_random_uuid(), i.id, '{world.ada.resident.pk}' FROM residents_incident i
            WHERE seen = 'A cup broke'""",
    )


def many_homes(world) -> None:
    """Two thousand homes that every supervisor of the agency may see."""
    run(
        world.supervisor,
        """INSERT INTO facilities_facility (id, name, kind, original_type, jurisdiction, region, time_zone, languages)
           SELECT gen_random_uuid(), 'Zz home ' || n, 'residential', '', 'CA', '', 'America/Los_Angeles', '{}'
           FROM generate_series(1, {many}) n""",
        """INSERT INTO facilities_facilitygrouppermission
             (id, group_id, permission_id, content_object_id, "grant", starts_at)
           SELECT gen_random_uuid(), p.group_id, p.permission_id, f.id, f.id, now() - interval '1 day'
           FROM facilities_facility f, (SELECT DISTINCT gp.group_id, gp.permission_id
             FROM facilities_facilitygrouppermission gp JOIN auth_group g ON g.id = gp.group_id
             WHERE g.name = 'agency/all/supervisor') p
           WHERE f.name LIKE 'Zz home %'""",
    )


def many_people(world) -> None:
    """Two thousand accounts."""
    run(
        world.sysadmin,
        """INSERT INTO access_person (id, password, username, name, staff_number, role, time_zone, is_active)
           SELECT gen_random_uuid(), '!', 'zz' || n, 'Zz ' || n, 'Z-' || n, 'none', 'UTC', false
           FROM generate_series(1, {many}) n""",
    )


def many_changes_of_accounts(world) -> None:
    """Two thousand accounts that wait for a second person, and many that were refused."""
    run(
        world.sysadmin,
        """INSERT INTO access_accountchange (id, person_id, kind, role, reason, proposed_by_id, proposed_at, ends_at, status,
             decision_reason)
           SELECT gen_random_uuid(), id, 'open', 'staff', 'Begins', {person}, now(), now(), 'waiting', ''
           FROM access_person WHERE username LIKE 'zz%'""",
    )
    run(
        world.supervisor,
        """UPDATE access_accountchange SET status = 'refused', decided_by_id = {person}, decision_reason = 'No'
           WHERE person_id IN (SELECT id FROM access_person WHERE username LIKE 'zz%' ORDER BY username LIMIT {some})""",
    )


def many_care_entries(world) -> None:
    """Two thousand entries in the day of one young person, many of them late."""
    run(
        world.staff_cedar,
        f"""INSERT INTO residents_careentry (id, resident_id, facility_id, kind, outcome, note, happened_at,
              written_by_id, reason, late)
            SELECT gen_random_uuid(), '{world.ada.resident.pk}', '{world.cedar.facility.pk}', 'mood', 'calm', '',
              now() - n * interval '1 second', {{person}}, 'Written later', false FROM generate_series(1, {{many}}) n""",
    )


def many_contacts(world) -> None:
    """Two thousand contacts of one young person, and many people outside."""
    ada = world.ada.resident.pk
    run(
        world.caseworker,
        f"""INSERT INTO residents_outsideperson (id, resident_id, name, relation, permission, "order", telephone,
              office, other_names)
            SELECT gen_random_uuid(), '{ada}', 'Zz aunt ' || n, 'aunt', 'allowed', '', '', '', ''
            FROM generate_series(1, {{some}}) n""",
        f"""INSERT INTO residents_contact (id, resident_id, outside_person_id, other_name, kind, outcome, initiative,
              happened_at, supervised, supervised_by, note, written_by_id, reason)
            SELECT gen_random_uuid(), '{ada}', p.id, '', 'call', 'took_place', 'young', now() - n * interval '1 minute',
              false, '', '', {{person}}, ''
            FROM generate_series(1, {{many}} / {{some}}) n, residents_outsideperson p WHERE p.name LIKE 'Zz aunt %'""",
    )


def many_documents(world) -> None:
    """Two thousand papers of one young person, and as many of one home."""
    ada, cedar = world.ada.resident.pk, world.cedar.facility.pk
    for part, resident, facility in (("case", f"'{ada}'::uuid", "NULL"), ("home", "NULL", f"'{cedar}'::uuid")):
        run(
            world.supervisor,
            f"""INSERT INTO residents_document (id, resident_id, facility_id, part, title, content_type, size, sha256,
                  stored_name, uploaded_by_id)
                SELECT gen_random_uuid(), {resident}, {facility}, '{part}', 'Paper ' || n, 'text/plain', 1, '',
                  gen_random_uuid(), {{person}} FROM generate_series(1, {{many}}) n""",
        )


def many_stays(world) -> None:
    """Many stays of one young person that were proposed and withdrawn, and many leaves from the one that goes on."""
    ada, bed = world.ada, world.cedar.beds[3].pk
    run(
        world.caseworker,
        f"""INSERT INTO facilities_placement (id, resident_id, bed_id, status, starts_at, ends_at, proposed_by_id,
              proposed_at, decision_reason, end_reason)
            SELECT gen_random_uuid(), '{ada.resident.pk}', '{bed}', 'proposed', now() + n * interval '1 day',
              now() + n * interval '1 day' + interval '1 hour', {{person}}, now(), 'Zz', ''
            FROM generate_series(1, {{some}}) n""",
        "UPDATE facilities_placement SET status = 'withdrawn' WHERE decision_reason = 'Zz'",
    )
    run(
        world.supervisor,
        f"""INSERT INTO facilities_leave (id, placement_id, kind, starts_at, ends_at, "where", approved_by_id)
            SELECT gen_random_uuid(), '{ada.stay.pk}', 'hospital', now() + n * interval '3 days',
              now() + n * interval '3 days' + interval '1 hour', 'Zz', {{person}}
            FROM generate_series(1, {{some}}) n""",
    )


def many_parts_of_a_home(world) -> None:
    """Two thousand changes of one home, and many rooms with beds, exits, clearances, inspections and people."""
    cedar, unit = world.cedar.facility.pk, world.cedar.unit.pk
    run(
        world.supervisor,
        f"""INSERT INTO facilities_room (id, unit_id, name)
            SELECT gen_random_uuid(), '{unit}', 'Zz ' || n FROM generate_series(1, {{some}}) n""",
        f"""INSERT INTO facilities_bed (id, room_id, facility_id, name, closed_why)
            SELECT gen_random_uuid(), r.id, '{cedar}', 'A', '' FROM facilities_room r WHERE r.name LIKE 'Zz %'""",
        f"""INSERT INTO facilities_exit (id, facility_id, name, has_alarm)
            SELECT gen_random_uuid(), '{cedar}', 'Zz ' || n, false FROM generate_series(1, {{some}}) n""",
        f"""INSERT INTO facilities_fireclearance (id, facility_id, valid_from, valid_to, authority)
            SELECT gen_random_uuid(), '{cedar}', current_date - 5, current_date + n, 'Zz'
            FROM generate_series(1, {{many}}) n""",
        f"""INSERT INTO facilities_outsideinspection (id, facility_id, kind, visited_on, visits, serious_citations,
              other_citations, source, authority, recorded_by_id, recorded_at)
            SELECT gen_random_uuid(), '{cedar}', 'inspection', current_date - n, 1, 0, 0, 'home', 'Zz',
              '{world.supervisor.pk}', now()
            FROM generate_series(1, {{some}}) n""",
        f"""INSERT INTO facilities_assignment (id, facility_id, person_id, role, starts_at)
            SELECT gen_random_uuid(), '{cedar}', id, 'staff', now() FROM access_person
            WHERE username LIKE 'zz%' ORDER BY username LIMIT {{some}}""",
    )


def many_exceptions(world) -> None:
    """Two thousand exceptions that wait, for one young person."""
    run(
        world.caseworker,
        f"""INSERT INTO facilities_override (id, resident_id, facility_id, kind, reason, expires_at, status,
              proposed_by_id, proposed_at, decision_reason)
            SELECT gen_random_uuid(), '{world.eve.resident.pk}', '{world.alder.facility.pk}', 'foster', 'Zz',
              now() + n * interval '1 minute', 'proposed', {{person}}, now(), ''
            FROM generate_series(1, {{many}}) n""",
    )


def not_met(world) -> Finding:
    """A rule about the home itself that Cedar does not meet."""
    return Finding.objects.filter(facility=world.cedar.facility, part="shift", closed_at=None).order_by("pk")[0]


def many_findings(world) -> None:
    """Ten thousand things that the law asks of one home, and as many that are not met, by a rule that it does not meet already."""
    of_cedar = f"""gen_random_uuid(), v.id, '{world.cedar.facility.pk}', gen_random_uuid(), 'shift', v.area, 'serious'
        FROM generate_series(1, {MANY}) n, compliance_ruleversion v WHERE v.id = '{not_met(world).rule_id}'"""
    same = "(id, rule_id, facility_id, subject, part, area, severity"
    ago = f"now() - interval '1 minute', {of_cedar}"
    with roles.as_owner(), acting_as_system("test"), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO compliance_obligation (late, event, event_at, due_at, opened_at, {same[1:]})
                SELECT false, 'exit.tried', now(), now() + interval '3 days', {ago}"""
        )
        cursor.execute(
            f"""INSERT INTO compliance_finding (closed_why, evidence, since, opened_at, {same[1:]})
                SELECT '', '{{}}', now() - interval '1 day', {ago}"""
        )


def many_dates(world) -> None:
    """Two thousand young people of one caseload and unit with a hearing, a health check and a school review."""
    run(
        world.caseworker,
        f"""INSERT INTO residents_case (id, resident_id, number, unit_id, status, legal_basis, court, next_hearing_on,
              next_health_check_on, next_school_review_on, permanency_goal, summary, opened_on)
            SELECT gen_random_uuid(), md5('ZZ-' || n)::uuid, 'ZZ-' || n, '{world.north.pk}', 'open', 'Order', 'Court',
              current_date + n % 40 - 9, current_date + 9, current_date - 4, 'reunification', '', current_date - 9
            FROM generate_series(1, {{many}}) n""",
    )


LISTS = [
    ("caseworker", "/"),
    ("caseworker", "/residents/"),
    ("caseworker", "/referrals/"),
    ("caseworker", "/residents/{ada}/"),
    ("caseworker", "/residents/{ada}/care/"),
    ("caseworker", "/residents/{ada}/timeline/"),
    ("caseworker", "/residents/{ada}/contacts/"),
    ("caseworker", "/residents/{ada}/placements/"),
    ("caseworker", "/residents/{ada}/documents/"),
    ("caseworker", "/residents/{ada}/incidents/"),
    ("caseworker", "/placements/exceptions/"),
    ("staff_cedar", "/incidents/"),
    ("staff_cedar", "/residents/{ada}/care/"),
    ("staff_cedar", "/facilities/{cedar}/"),
    ("supervisor", "/residents/"),
    ("supervisor", "/residents/{ada}/history/"),
    ("supervisor", "/residents/{ada}/history/?entries=all"),
    ("supervisor", "/incidents/"),
    ("supervisor", "/incidents/patterns/?facility={cedar}"),
    ("supervisor", "/audit/"),
    ("supervisor", "/facilities/"),
    ("supervisor", "/facilities/{cedar}/"),
    ("supervisor", "/facilities/{cedar}/history/"),
    ("supervisor", "/placements/exceptions/"),
    ("supervisor", "/compliance/"),
    ("admin_cedar", "/compliance/?state=not-met"),
    ("admin_cedar", "/compliance/?state=waiting"),
    ("admin_cedar", "/compliance/?state=closed&month=2026-01"),
    ("supervisor", "/compliance/standing/"),
    ("supervisor", "/compliance/rules/"),
    ("supervisor", "/compliance/rules/{rule}/"),
    ("admin_cedar", "/compliance/to-do/"),
    ("admin_cedar", "/"),
    ("caseworker", "/compliance/deadlines/"),
    ("caseworker", "/compliance/deadlines/?reach=late"),
    ("supervisor", "/compliance/deadlines/"),
    ("caseworker", "/calendar/"),
    ("admin_cedar", "/calendar/"),
    ("supervisor", "/calendar/"),
    ("supervisor", "/calendar/homes/{cedar}/"),
    ("sysadmin", "/accounts/"),
    ("sysadmin", "/accounts/changes/"),
    ("supervisor", "/accounts/changes/?decided"),
    ("supervisor", "/"),
]
MORE = (
    many_contacts,  # before the caseworker has 2,000 young people: each contact looks whether its own is among them
    many_residents,
    many_referrals,
    many_incidents,
    many_homes,
    many_people,
    many_changes_of_accounts,
    many_care_entries,
    many_documents,
    many_stays,
    many_parts_of_a_home,
    many_exceptions,
    many_findings,
    many_dates,
)


def test_a_list_costs_the_same_for_ten_rows_and_for_two_thousand(committed_world):
    world = committed_world
    keys = {"ada": world.ada.resident.pk, "cedar": world.cedar.facility.pk, "rule": not_met(world).rule.rule}
    pages = [(reader, address.format(**keys)) for reader, address in LISTS]
    an_entry_of_note(world)
    few = {(reader, address): cost(world.people[reader], address)[0] for reader, address in pages}
    for more in MORE:
        more(world)
    with roles.as_owner(), connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself soon after so many new rows
    many = {(reader, address): cost(world.people[reader], address) for reader, address in pages}
    assert {page: queries for page, (queries, _) in many.items() if queries > few[page]} == {}
    assert {page: size for page, (_, size) in many.items() if size > 300_000} == {}
