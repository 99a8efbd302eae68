from django.db import migrations

STANDING = """
-- Where young people stand ('home', 'left', 'closed', 'waiting'), for the acting person: of those the summary of whose case they
-- may see, and of only one of them where one is named. Whoever sees it sees the case, the stays, the discharges and the referrals:
-- asked under row security, each of the four tables looked up thousands of rights anew, and that took longer than the answer.
-- 'left': they have left a home during the open case, and nobody looks for another one. zone: where the day of leaving is told.
CREATE FUNCTION residents_standing(zone text, only_one uuid) RETURNS TABLE (resident uuid, standing text)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  known uuid[] := ARRAY(
    SELECT mine FROM access_ids('residents', ARRAY['view_case_summary']) mine WHERE only_one IS NULL OR mine = only_one);
BEGIN
  IF known = '{}' THEN RETURN; END IF;
  RETURN QUERY
  WITH open_cases AS MATERIALIZED (
    SELECT c.resident_id, c.opened_on FROM residents_case c WHERE c.status = 'open' AND c.resident_id = ANY (known)),
  coming AS MATERIALIZED (
    SELECT p.resident_id, p.status FROM facilities_placement p
    WHERE p.status IN ('approved', 'active') AND p.resident_id = ANY (known)),
  looking AS MATERIALIZED (
    SELECT r.resident_id FROM facilities_referral r
    WHERE r.status IN ('draft', 'open', 'proposed') AND r.resident_id = ANY (known)),
  gone AS MATERIALIZED (
    SELECT d.resident_id FROM facilities_discharge d
    JOIN facilities_placement stay ON stay.id = d.placement_id
    JOIN residents_case c ON c.resident_id = d.resident_id AND c.status = 'open'
    WHERE d.resident_id = ANY (known) AND (stay.ends_at AT TIME ZONE zone)::date >= c.opened_on
      AND d.resident_id NOT IN (SELECT coming.resident_id FROM coming)
      AND d.resident_id NOT IN (SELECT looking.resident_id FROM looking))
  SELECT one.id, CASE
    WHEN one.id IN (SELECT coming.resident_id FROM coming WHERE coming.status = 'active') THEN 'home'
    WHEN one.id NOT IN (SELECT open_cases.resident_id FROM open_cases) THEN 'closed'
    WHEN one.id IN (SELECT gone.resident_id FROM gone) THEN 'left'
    ELSE 'waiting' END
  FROM unnest(known) one(id);
END $$;
REVOKE EXECUTE ON FUNCTION residents_standing(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION residents_standing(text, uuid) TO placement_app;
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0270_group_sight")]
    operations = [migrations.RunSQL(STANDING, "DROP FUNCTION residents_standing(text, uuid)")]
