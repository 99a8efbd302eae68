"""Which rights and memberships follow from homes, from people's work in them, and from stays."""

from placement.access.facts import MEMBERSHIP, NOTHING, Rows, fact, pairs
from placement.access.permissions import AGENCY
from placement.access.rights import AGENCY_RIGHTS, HOME_RIGHTS, RESIDENT_RIGHTS, Role

OF_RESIDENTS, OF_FACILITIES = "residents_residentgrouppermission", "facilities_facilitygrouppermission"


@fact
def groups_of_homes() -> Rows:
    """Whoever works in a home, runs or inspects it, is in its group for that time."""
    return Rows(
        f"""SELECT '{MEMBERSHIP}', person_id::text, 'home/' || facility_id || '/' || role, {NOTHING}, {NOTHING},
                   starts_at, ends_at
            FROM facilities_assignment"""
    )


@fact
def rights_on_the_own_home() -> Rows:
    """The groups of a home have their rights on it."""
    return Rows(
        f"""SELECT '{OF_FACILITIES}', 'home/' || f.id || '/' || given.role, given.name, f.id, f.id,
                   NULL::timestamptz, NULL::timestamptz
            FROM facilities_facility f CROSS JOIN unnest(%s::text[], %s::text[]) AS given(role, name)""",
        pairs(HOME_RIGHTS),
    )


@fact
def rights_on_every_home() -> Rows:
    """The groups of the agency have their rights on every home."""
    return Rows(
        f"""SELECT '{OF_FACILITIES}', '{AGENCY}/all/' || given.role, given.name, f.id, f.id,
                   NULL::timestamptz, NULL::timestamptz
            FROM facilities_facility f CROSS JOIN unnest(%s::text[], %s::text[]) AS given(role, name)""",
        pairs(AGENCY_RIGHTS),
    )


@fact
def administrators_of_the_next_home() -> Rows:
    """From the approval to the end of the stay, the administrators of the home."""
    _, rights = pairs({Role.ADMIN: RESIDENT_RIGHTS[Role.ADMIN]})
    return Rows(
        f"""SELECT '{OF_RESIDENTS}', 'home/' || p.facility_id || '/admin', given.name, p.resident_id, p.id,
                   p.decided_at, NULL::timestamptz
            FROM facilities_placement p CROSS JOIN unnest(%s::text[]) AS given(name)
            WHERE p.status IN ('approved', 'active')""",
        (rights,),
    )


@fact
def people_of_the_home() -> Rows:
    """While the young person lives there, the staff and the inspectors of the home."""
    return Rows(
        f"""SELECT '{OF_RESIDENTS}', 'home/' || p.facility_id || '/' || given.role, given.name, p.resident_id, p.id,
                   p.starts_at, NULL::timestamptz
            FROM facilities_placement p CROSS JOIN unnest(%s::text[], %s::text[]) AS given(role, name)
            WHERE p.status = 'active'""",
        pairs({role: RESIDENT_RIGHTS[role] for role in (Role.STAFF, Role.INSPECTOR)}),
    )
