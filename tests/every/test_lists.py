"""Every list page costs the same number of queries for ten rows and for ten thousand."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from placement.access.models import Person
from placement.database.context import acting

MANY = 10_000


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
            cursor.execute(statement.replace("{person}", f"'{person.pk}'").replace("{many}", str(MANY)))


def many_residents(world) -> None:
    """Ten thousand young people on one caseload, with every right of a caseworker."""
    run(
        world.caseworker,
        """INSERT INTO residents_resident (id, code, preferred_name, sex, languages, plan_of_the_day)
           SELECT gen_random_uuid(), 'ZZ-' || n, 'Name ' || n, 'female', '{English}', '' FROM generate_series(1, {many}) n""",
        """INSERT INTO residents_residentuserpermission
             (id, user_id, permission_id, content_object_id, "grant", starts_at)
           SELECT gen_random_uuid(), {person}, p.permission_id, r.id, gen_random_uuid(), now() - interval '1 day'
           FROM residents_resident r, (SELECT DISTINCT permission_id FROM residents_residentuserpermission
                                       WHERE user_id = {person}) p
           WHERE r.code LIKE 'ZZ-%'""",
    )


def many_referrals(world) -> None:
    """Ten thousand referrals of one young person."""
    run(
        world.caseworker,
        f"""INSERT INTO facilities_referral (id, resident_id, status, urgency, reason, needs, wishes, needed_from,
              made_by_id, made_at, closing_reason)
            SELECT gen_random_uuid(), '{world.ada.resident.pk}', 'open', 'planned', 'Needs a home', '', '', now(),
              {{person}}, now() - n * interval '1 minute', '' FROM generate_series(1, {{many}}) n""",
    )


def many_incidents(world) -> None:
    """Ten thousand incidents in one home, each with a young person."""
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
    """Ten thousand homes that every supervisor of the agency may see."""
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
    """Ten thousand accounts."""
    run(
        world.sysadmin,
        """INSERT INTO access_person (id, password, username, name, staff_number, role, time_zone, is_active)
           SELECT gen_random_uuid(), '!', 'zz' || n, 'Zz ' || n, 'Z-' || n, 'none', 'UTC', true
           FROM generate_series(1, {many}) n""",
    )


LISTS = [
    ("caseworker", "/"),
    ("caseworker", "/residents/"),
    ("caseworker", "/referrals/"),
    ("staff_cedar", "/incidents/"),
    ("supervisor", "/residents/"),
    ("supervisor", "/incidents/"),
    ("supervisor", "/audit/"),
    ("supervisor", "/facilities/"),
    ("sysadmin", "/accounts/"),
]


def test_a_list_costs_the_same_for_ten_rows_and_for_ten_thousand(world):
    few = {(reader, address): cost(world.people[reader], address)[0] for reader, address in LISTS}
    for more in (many_residents, many_referrals, many_incidents, many_homes, many_people):
        more(world)
    many = {(reader, address): cost(world.people[reader], address) for reader, address in LISTS}
    assert {page: queries for page, (queries, _) in many.items() if queries > few[page]} == {}
    assert {page: size for page, (_, size) in many.items() if size > 300_000} == {}
