"""The one statement behind the list of young people: whom the reader may know of, narrowed, and in which order.

It is put together from fixed parts, by which filters are chosen; what a filter is asked for, and who asks, it finds in ``given``
(see ``placement.database.kept``). Row security holds in every table that it reads. What decides the order is asked of all that
the reader may know of, as sets.
"""

from collections.abc import Collection

from placement.access.rights import Can
from residents.models import Case, PopulationDesignation, Resident
from residents.queries.leaving import ids, sets, words

PAGE = 25
HOME, WAITING, LEFT, CLOSED = "home", "waiting", "left", "closed"
FIRST, AFTER, LAST = range(3)  # in the list: in a home or waiting, left, closed
COLUMNS = [field.attname for field in Resident._meta.concrete_fields]

ALWAYS = (Can.VIEW_CODE, Can.VIEW_CASE_SUMMARY)  # the rights that it asks for
NAMES = (Can.VIEW_CARE_PROFILE, Can.VIEW_IDENTITY)  # and those for a search
SETS = sets(
    "q text, population text, level integer, home uuid, after uuid, part integer, code_number integer, code text",
    f"SELECT {ids(Can.VIEW_CASE_SUMMARY)}",
)
STAYS = "EXISTS (SELECT FROM facilities_placement s WHERE s.resident_id = r.id AND s.status = 'active')"
OPEN = f"EXISTS (SELECT FROM residents_case c WHERE c.resident_id = r.id AND c.status = '{Case.Status.OPEN}')"
TEXT = "upper((SELECT q FROM given))"
SEES = "r.id IN (SELECT unnest(ids) FROM summary)"  # in a hash; = ANY would compare every row with every id
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
  WHERE d.resident_id = r.id AND d.standing IN ({words(PopulationDesignation.COUNTING)})
  ORDER BY d.decided_at DESC LIMIT 1) = (SELECT population FROM given)""",
    "level": f"""{SEES} AND (SELECT level FROM residents_levelassessment a
  WHERE a.resident_id = r.id ORDER BY a.assessed_on DESC, a.written_at DESC LIMIT 1) = (SELECT level FROM given)""",
    "home": f"{STAYS[:-1]} AND s.facility_id = (SELECT home FROM given))",
    f"status={CLOSED}": f"{SEES} AND NOT {OPEN}",
    f"status={HOME}": STAYS,
    f"status={WAITING}": f"{OPEN} AND NOT {STAYS} AND r.id NOT IN (SELECT resident_id FROM gone)",
    f"status={LEFT}": "r.id IN (SELECT resident_id FROM gone)",
}
ANY, THIS = "true", "id = (SELECT after FROM given)"  # which of them
BEYOND = "(part, code_number, code) > (SELECT part, code_number, code FROM given)"


def listed(chosen: Collection[str], which: str) -> str:
    """Return the statement for the residents that fit the ``chosen`` filters, of ``FILTERS``, in order; ``which``: a condition."""
    fits = "".join(f"\n  AND {FILTERS[name]}" for name in FILTERS if name in chosen)
    return f"""{SETS}
SELECT {", ".join(COLUMNS)}, code_number, part FROM (
  SELECT r.*, substring(r.code, strpos(r.code, '-') + 1)::integer AS code_number,
    CASE WHEN NOT {SEES} OR r.id IN (SELECT resident_id FROM coming WHERE status = 'active') THEN {FIRST}
      WHEN r.id NOT IN (SELECT resident_id FROM open_cases) THEN {LAST}
      WHEN r.id IN (SELECT resident_id FROM gone) THEN {AFTER} ELSE {FIRST} END AS part
  FROM residents_resident r WHERE r.id = ANY ({ids(Can.VIEW_CODE)}){fits}) found
WHERE {which} ORDER BY part, code_number, code LIMIT {PAGE + 1}"""
