"""Which rights on a resident follow from the case (the unit's supervisors, the caseworker, the team), emergencies and requests."""

from placement.access.facts import Rows, fact, pairs
from placement.access.rights import ASKED_RIGHTS, EMERGENCY_RIGHTS, RESIDENT_RIGHTS, Role

OF_PEOPLE, OF_GROUPS = "residents_residentuserpermission", "residents_residentgrouppermission"


@fact
def supervisors_of_the_unit() -> Rows:
    """The unit that has or had the case answers for the record."""
    _, rights = pairs({Role.SUPERVISOR: RESIDENT_RIGHTS[Role.SUPERVISOR]})
    return Rows(
        f"""SELECT '{OF_GROUPS}', 'unit/' || c.unit_id || '/supervisor', given.name, c.resident_id, c.id,
                   NULL::timestamptz, NULL::timestamptz
            FROM residents_case c CROSS JOIN unnest(%s::text[]) AS given(name)""",
        (rights,),
    )


@fact
def caseload() -> Rows:
    """The caseworker, while the young person is on the caseload."""
    _, rights = pairs({Role.CASEWORKER: RESIDENT_RIGHTS[Role.CASEWORKER]})
    return Rows(
        f"""SELECT '{OF_PEOPLE}', l.caseworker_id::text, given.name, c.resident_id, l.id, l.starts_at, l.ends_at
            FROM residents_caseload l JOIN residents_case c ON c.id = l.case_id
            CROSS JOIN unnest(%s::text[]) AS given(name)""",
        (rights,),
    )


@fact
def team() -> Rows:
    """People on the team, by their role there."""
    return Rows(
        f"""SELECT '{OF_PEOPLE}', m.person_id::text, given.name, c.resident_id, m.id, m.starts_at, m.ends_at
            FROM residents_teammember m JOIN residents_case c ON c.id = m.case_id
            JOIN unnest(%s::text[], %s::text[]) AS given(role, name) ON given.role = m.role""",
        pairs({Role.CLINICIAN: RESIDENT_RIGHTS[Role.CLINICIAN]}),
    )


@fact
def emergencies() -> Rows:
    """Who used emergency access, until it is over."""
    return Rows(
        f"""SELECT '{OF_PEOPLE}', g.person_id::text, given.name, g.resident_id, g.id, g.starts_at,
                   coalesce(g.ended_at, g.ends_at)
            FROM residents_breakglass g CROSS JOIN unnest(%s::text[]) AS given(name)""",
        ([right.value for right in sorted(EMERGENCY_RIGHTS)],),
    )


@fact
def granted_requests() -> Rows:
    """Who asked for access and was given it, until it ends."""
    given = [(decision, right.value) for decision, rights in ASKED_RIGHTS.items() for right in sorted(rights)]
    return Rows(
        f"""SELECT '{OF_PEOPLE}', a.asker_id::text, given.name, a.resident_id, a.id, a.decided_at, a.ends_at
            FROM residents_accessrequest a
            JOIN unnest(%s::text[], %s::text[]) AS given(decision, name) ON given.decision = a.decision""",
        ([decision for decision, _ in given], [name for _, name in given]),
    )
