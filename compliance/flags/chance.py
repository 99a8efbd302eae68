"""What is looked at by chance, so that everybody's work is looked at now and then, and not only what stands out."""

from compliance.flags.rule import FlagRule, Parameter
from compliance.models import Flag

KEY = "sample"
RATE = Parameter("per_thousand", "Of a thousand entries of daily care, so many are looked at", 5, 1, 200)
# Which entries are chosen follows from their ids and a secret of the server: it can't be foreseen, and is always the same.
SAMPLE = """
  SELECT e.written_by_id AS person_id, e.resident_id, e.facility_id, NULL::uuid AS incident_id, e.id AS subject,
    (e.happened_at AT TIME ZONE f.time_zone)::date AS on_day, e.written_at AS happened_at, '{}'::jsonb AS facts,
    jsonb_build_array(jsonb_build_object('kind', 'entry', 'id', e.id, 'at', e.happened_at)) AS evidence, '{}'::uuid[] AS took_part
  FROM residents_careentry e JOIN facilities_facility f ON f.id = e.facility_id
  WHERE e.written_at >= %(since)s AND e.written_at <= %(moment)s AND e.amends_id IS NULL
    AND ('x' || left(md5(%(secret)s || e.id), 7))::bit(28)::int %% 1000
      < coalesce((%(homes)s::jsonb ->> e.facility_id::text)::int, %(per_thousand)s)
"""

RULES = (
    FlagRule(
        KEY,
        "Chosen by chance",
        "A few entries of daily care are chosen by chance, in each home, whoever wrote them. Nothing points to a fault. Read the"
        " entry and ask yourself: would I know how this young person was?",
        "Nobody can foresee what is chosen, and nobody chooses it.",
        Flag.Scope.YOUNG,
        SAMPLE,
        lambda who, _: (
            f"This entry of {who} was chosen by chance. Nothing points to a fault. Read it, and say what you think of it."
        ),
        (RATE,),
    ),
)
