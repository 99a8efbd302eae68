"""The database counts the totals of a unit at the end of a month, hides small numbers, and keeps what was published."""

from django.db import migrations

RULES = """
-- A number from 1 to 10 is hidden. The total is shown, so a single hidden number could be worked out, and several where they are
-- as large as hidden ones can be: one of the larger numbers is hidden with them. Which one readers can't know, so each hidden
-- number may be small or large, whatever is known of the rule.
-- numbers: people by group, each person in one of fewer than eleven groups, in the order in which a larger one is hidden.
-- Returns what is shown of each, and of the total.
CREATE FUNCTION totals_hidden(numbers int[]) RETURNS int[] LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, public AS $$
DECLARE
  shown int[] := numbers;
  large int;
  total int := 0;
BEGIN
  IF cardinality(numbers) > 10 THEN
    RAISE EXCEPTION 'too many groups: one person in each could be told from the total';
  END IF;
  FOR place IN 1 .. cardinality(numbers) LOOP
    total := total + numbers[place];
    IF numbers[place] BETWEEN 1 AND 10 THEN
      shown[place] := NULL;
    ELSIF numbers[place] > 10 AND large IS NULL THEN
      large := place;
    END IF;
  END LOOP;
  IF large IS NOT NULL AND array_position(shown, NULL) IS NOT NULL THEN
    shown[large] := NULL;
  END IF;
  RETURN shown || CASE WHEN total BETWEEN 1 AND 10 THEN NULL ELSE total END;
END $$;

-- By what the order is drawn: nobody reads it but the owner, for whom the function below works. It is the same every month, or
-- two months in which nobody came or left would tell each hidden number; and another one for each unit, or their pages would
-- tell it of each other.
CREATE TABLE compliance_draw (secret text NOT NULL);
ALTER TABLE compliance_draw ENABLE ROW LEVEL SECURITY;
ALTER TABLE compliance_draw FORCE ROW LEVEL SECURITY;
CREATE POLICY owner ON compliance_draw TO placement_owner USING (true) WITH CHECK (true);
INSERT INTO compliance_draw VALUES (gen_random_uuid()::text || gen_random_uuid()::text);

-- The totals of the acting supervisor's unit for the last month that is over everywhere, taken if nobody has opened them yet.
-- All of the unit is counted, whoever asks: what a reader may not see makes no difference to the page. At midnight the home's
-- clock counts, of two cases the newer one, and of two stays too.
CREATE FUNCTION totals_of_last_month() RETURNS SETOF compliance_monthtotals
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
  month_end date := date_trunc('month', audit_now() AT TIME ZONE 'Etc/GMT+12')::date - 1;
  reader_unit uuid;
BEGIN
  SELECT unit_id INTO reader_unit FROM access_person WHERE id = audit_actor() AND is_active AND role = 'supervisor';
  IF reader_unit IS NULL THEN
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT FROM compliance_monthtotals WHERE unit_id = reader_unit AND day = month_end) THEN
    INSERT INTO compliance_monthtotals (id, unit_id, day, taken_at, tables)
    WITH newest_case AS (
      SELECT DISTINCT ON (resident_id) resident_id, unit_id FROM residents_case
      WHERE opened_on <= month_end AND (closed_on IS NULL OR closed_on >= month_end)
      ORDER BY resident_id, opened_on DESC, id
    ), young AS (
      SELECT DISTINCT ON (stay.resident_id) stay.resident_id, home.kind
      FROM newest_case JOIN facilities_placement stay USING (resident_id) JOIN facilities_facility home ON home.id = stay.facility_id
      CROSS JOIN LATERAL (SELECT (month_end + 1)::timestamp AT TIME ZONE home.time_zone AS midnight) there
      WHERE newest_case.unit_id = reader_unit AND stay.status IN ('active', 'ended')
        AND stay.starts_at < midnight AND (stay.ends_at IS NULL OR stay.ends_at >= midnight)
      ORDER BY stay.resident_id, stay.starts_at DESC, stay.id
    ), level AS (
      SELECT DISTINCT ON (resident_id) resident_id, level FROM residents_levelassessment
      WHERE assessed_on <= month_end AND resident_id IN (SELECT resident_id FROM young)
      ORDER BY resident_id, assessed_on DESC, written_at DESC
    ), grouped AS (
      SELECT 'age' AS of, CASE WHEN years < 0 OR years > 99 THEN '' WHEN years < 13 THEN '0' WHEN years < 16 THEN '13'
                               WHEN years < 18 THEN '16' ELSE '18' END AS name
      FROM (SELECT extract(year FROM age(month_end, birth_date)) AS years
            FROM young LEFT JOIN residents_identity USING (resident_id)) born
      UNION ALL SELECT 'sex', sex FROM young JOIN residents_resident ON residents_resident.id = young.resident_id
      UNION ALL SELECT 'level', coalesce(level.level::text, '') FROM young LEFT JOIN level USING (resident_id)
      UNION ALL SELECT 'kind', kind FROM young
    ), counted AS (
      SELECT of, coalesce(name, '') AS name, count(*)::int AS number,
             sha256(convert_to((SELECT secret FROM compliance_draw) || reader_unit || of || ':' || coalesce(name, ''), 'UTF8')) AS place
      FROM grouped GROUP BY of, coalesce(name, '')
    ), shown AS (
      SELECT of, array_agg(name ORDER BY place) || 'all'::text AS names, totals_hidden(array_agg(number ORDER BY place)) AS numbers
      FROM counted GROUP BY of
    )
    SELECT gen_random_uuid(), reader_unit, month_end, audit_now(), coalesce(
      (SELECT jsonb_object_agg(of, (SELECT jsonb_object_agg(one.name, one.number)
                                    FROM unnest(names, numbers) AS one(name, number))) FROM shown), '{}')
    ON CONFLICT (unit_id, day) DO NOTHING;
  END IF;
  RETURN QUERY SELECT * FROM compliance_monthtotals WHERE unit_id = reader_unit AND day = month_end;
END $$;
REVOKE EXECUTE ON FUNCTION totals_of_last_month() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION totals_of_last_month() TO placement_app;
"""
BACK = "DROP FUNCTION totals_of_last_month(); DROP TABLE compliance_draw; DROP FUNCTION totals_hidden(int[]);"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0001_month_totals"),
        ("audit", "0001_functions"),
        ("residents", "0024_disclosures_kept"),
        ("facilities", "0035_referral_level"),
    ]
    operations = [migrations.RunSQL(RULES, BACK)]
