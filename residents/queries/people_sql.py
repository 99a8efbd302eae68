"""The one statement behind the list of young people: whom the reader may know of, narrowed, and in which order.

It is put together from fixed parts, by which filters are chosen; what a filter is asked for, and who asks, it finds in ``given``
(see ``placement.database.kept``). Row security holds in every table that it reads. What decides the order is asked of all that
the reader may know of, as sets.
"""

from collections.abc import Collection

from placement.access.rights import Can
from placement.database.kept import ASKED
from residents.models import PopulationDesignation, Resident
from residents.queries.leaving import CLOSED, HOME, LEFT, WAITING

PAGE = 25
FIRST, AFTER, LAST = range(3)  # in the list: in a home or waiting, left, closed
COLUMNS = [field.attname for field in Resident._meta.concrete_fields]

ALWAYS = (Can.VIEW_CODE, Can.VIEW_CASE_SUMMARY)  # the rights that it asks for
NAMES = (Can.VIEW_CARE_PROFILE, Can.VIEW_IDENTITY)  # and those for a search
GIVEN = """who uuid, now timestamptz, zone text, q text, population text, level integer, home uuid, after uuid, part integer,
    code_number integer, code text"""
STAYS = "EXISTS (SELECT FROM facilities_placement s WHERE s.resident_id = r.id AND s.status = 'active')"
TEXT = "upper((SELECT q FROM given))"
SEES = "standing.standing IS NOT NULL"  # the summary of the case
COUNTING = ", ".join(f"'{standing}'" for standing in PopulationDesignation.COUNTING)


def ids(right: Can) -> str:
    """Return the array of the ids on which whoever asks has ``right``, as ``visible_to`` asks for it: once in a statement."""
    return f"(SELECT access_granted(given.who, '{right.app}', ARRAY['{right.codename}'], given.now) FROM given)::uuid[]"


FILTERS = {
    # Each name only where the reader may read it. A union, because each branch then starts from the rows of its own right.
    "q": f"""r.id IN (
  SELECT id FROM residents_resident WHERE id = ANY ({ids(Can.VIEW_CODE)}) AND starts_with(upper(code), {TEXT})
  UNION ALL SELECT id FROM residents_resident
    WHERE id = ANY ({ids(Can.VIEW_CARE_PROFILE)}) AND strpos(upper(preferred_name), {TEXT}) > 0
  UNION ALL SELECT resident_id FROM residents_identity
    WHERE resident_id = ANY ({ids(Can.VIEW_IDENTITY)}) AND strpos(upper(legal_name), {TEXT}) > 0
  UNION ALL SELECT resident_id FROM residents_alias
    WHERE resident_id = ANY ({ids(Can.VIEW_IDENTITY)}) AND strpos(upper(name), {TEXT}) > 0)""",
    "population": f"""{SEES} AND (SELECT population FROM residents_populationdesignation d
  WHERE d.resident_id = r.id AND d.standing IN ({COUNTING})
  ORDER BY d.decided_at DESC LIMIT 1) = (SELECT population FROM given)""",
    "level": f"""{SEES} AND (SELECT level FROM residents_levelassessment a
  WHERE a.resident_id = r.id ORDER BY a.assessed_on DESC, a.written_at DESC LIMIT 1) = (SELECT level FROM given)""",
    "home": f"{STAYS[:-1]} AND s.facility_id = (SELECT home FROM given))",
    f"status={HOME}": STAYS,
    **{f"status={standing}": f"standing.standing = '{standing}'" for standing in (WAITING, LEFT, CLOSED)},
}
ANY, THIS = "true", "id = (SELECT after FROM given)"  # which of them
BEYOND = "(part, code_number, code) > (SELECT part, code_number, code FROM given)"


def listed(chosen: Collection[str], which: str) -> str:
    """Return the statement for the residents that fit the ``chosen`` filters, of ``FILTERS``, in order; ``which``: a condition."""
    fits = "".join(f"\n  AND {FILTERS[name]}" for name in FILTERS if name in chosen)
    return f"""WITH given AS MATERIALIZED (SELECT * FROM jsonb_to_record({ASKED}) AS given({GIVEN})),
standing AS MATERIALIZED (SELECT found.* FROM given CROSS JOIN residents_standing(given.zone, NULL) found)
SELECT {", ".join(COLUMNS)}, code_number, part FROM (
  SELECT r.*, substring(r.code, strpos(r.code, '-') + 1)::integer AS code_number,
    CASE standing.standing WHEN '{LEFT}' THEN {AFTER} WHEN '{CLOSED}' THEN {LAST} ELSE {FIRST} END AS part
  FROM residents_resident r LEFT JOIN standing ON standing.resident = r.id
  WHERE r.id = ANY ({ids(Can.VIEW_CODE)}){fits}) found
WHERE {which} ORDER BY part, code_number, code LIMIT {PAGE + 1}"""
