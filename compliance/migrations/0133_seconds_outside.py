"""A second signature from outside the unit, where the unit has nobody else who can give it: on a disposal, and on a sealed export.

Whoever proposed names one supervisor of another unit. That one is shown the row that they decide, while they are the one who can, and
what they have decided; nothing else of the record.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from placement.database.functions import changed_function

RULES = """
-- Who may be named to decide, together with ``first``, about what concerns a young person: the supervisors of other units, but only
-- while nobody else with sight of the record can; never who is barred from it, or named in an incident that the export is about.
CREATE OR REPLACE FUNCTION seconds_outside(young uuid, first uuid, export uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
  asked compliance_courtexport;
  able uuid[];
BEGIN
  SELECT * INTO asked FROM compliance_courtexport WHERE id = export;
  able := ARRAY(
    SELECT p.id FROM access_person p
    WHERE p.role = 'supervisor' AND p.is_active AND p.id <> first AND (p.cleared IS NULL OR audit_now() <@ ANY (p.cleared))
      AND young NOT IN (SELECT access_barred(p.id)) AND (export IS NULL OR NOT court_export_names(asked, p.id)));
  IF EXISTS (SELECT FROM unnest(able) one
             WHERE young = ANY (access_granted(one, 'residents', ARRAY['view_audit'], audit_now()))) THEN
    RETURN;
  END IF;
  RETURN QUERY SELECT unnest(able);
END $$;
REVOKE EXECUTE ON FUNCTION seconds_outside(uuid, uuid, uuid) FROM PUBLIC;

-- The same for whoever has proposed that a record goes, or asked for an export; nothing for anybody else.
CREATE OR REPLACE FUNCTION seconds_to_name(proposal uuid) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE mine uuid[] := ARRAY(SELECT access_ids('residents', ARRAY['view_audit']));
BEGIN
  RETURN QUERY
    SELECT s.* FROM residents_disposal d, seconds_outside(d.resident_id, d.proposed_by_id, NULL) s
    WHERE d.id = proposal AND d.proposed_by_id = audit_actor() AND d.approved IS NULL AND d.resident_id = ANY (mine);
  RETURN QUERY
    SELECT s.* FROM compliance_courtexport e, seconds_outside(e.resident_id, e.asked_by_id, e.id) s
    WHERE e.id = proposal AND e.asked_by_id = audit_actor() AND e.approved IS NULL AND e.resident_id = ANY (mine);
END $$;
REVOKE EXECUTE ON FUNCTION seconds_to_name(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION seconds_to_name(uuid) TO placement_app;

-- What the acting person decides from outside, or has decided so.
CREATE OR REPLACE FUNCTION disposals_to_second() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT d.id FROM residents_disposal d JOIN access_person p ON p.id = d.outside_id
    WHERE d.outside_id = audit_actor() AND d.erased_at IS NULL AND p.is_active AND p.role = 'supervisor'
      AND (p.cleared IS NULL OR audit_now() <@ ANY (p.cleared))
      AND (d.decided_by_id = p.id OR d.approved IS NULL AND p.id IN (SELECT seconds_outside(d.resident_id, d.proposed_by_id, NULL)));
END $$;
REVOKE EXECUTE ON FUNCTION disposals_to_second() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disposals_to_second() TO placement_app;

CREATE OR REPLACE FUNCTION court_exports_to_second() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 1 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT e.id FROM compliance_courtexport e JOIN access_person p ON p.id = e.outside_id
    WHERE e.outside_id = audit_actor() AND p.is_active AND p.role = 'supervisor'
      AND (p.cleared IS NULL OR audit_now() <@ ANY (p.cleared))
      AND (e.decided_by_id = p.id OR e.approved IS NULL AND p.id IN (SELECT seconds_outside(e.resident_id, e.asked_by_id, e.id)));
END $$;
REVOKE EXECUTE ON FUNCTION court_exports_to_second() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION court_exports_to_second() TO placement_app;

-- The code of the young person whom such an export is about.
CREATE OR REPLACE FUNCTION court_export_code(export uuid) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN (SELECT r.code FROM compliance_courtexport e JOIN residents_resident r ON r.id = e.resident_id
          WHERE e.id = export AND e.id IN (SELECT court_exports_to_second())
            AND e.resident_id NOT IN (SELECT access_barred(audit_actor())));
END $$;
REVOKE EXECUTE ON FUNCTION court_export_code(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION court_export_code(uuid) TO placement_app;

-- The disposals that are shown beside the own records: those that are done, and those to decide from outside.
CREATE OR REPLACE FUNCTION disposals_shown() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RETURN QUERY SELECT disposals_done();
  RETURN QUERY SELECT disposals_to_second();
END $$;
REVOKE EXECUTE ON FUNCTION disposals_shown() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION disposals_shown() TO placement_app;
"""
DISPOSALS = (
    (
        "IF NOT retention_supervises() OR NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['view_audit'])) THEN",
        "IF NOT retention_supervises() OR NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['view_audit']))"
        " AND (TG_OP = 'INSERT' OR NEW.id NOT IN (SELECT disposals_to_second())) THEN",
    ),
    (
        "IF NEW.decided_by_id IS NOT NULL OR NEW.approved",
        "IF NEW.outside_id IS NOT NULL OR NEW.decided_by_id IS NOT NULL OR NEW.approved",
    ),
    (
        "  as_proposed.decided_by_id := OLD.decided_by_id;",
        """  IF NEW.outside_id IS DISTINCT FROM OLD.outside_id THEN
    IF audit_actor() IS DISTINCT FROM OLD.proposed_by_id OR NEW.approved IS NOT NULL OR OLD.approved IS NOT NULL
      OR NEW.outside_id IS NULL OR NEW.outside_id NOT IN (SELECT seconds_outside(OLD.resident_id, OLD.proposed_by_id, NULL)) THEN
      PERFORM refuse('second_is_named_where_nobody_else_can');
    END IF;
    as_proposed.outside_id := OLD.outside_id;
  END IF;
  as_proposed.decided_by_id := OLD.decided_by_id;""",
    ),
)
EXPORTS = (
    (
        "IF NOT court_export_is_of_what_is_open(NEW.resident_id, NEW.incident_id, NEW.facility_id) THEN",
        "IF NOT court_export_is_of_what_is_open(NEW.resident_id, NEW.incident_id, NEW.facility_id)"
        " AND (TG_OP = 'INSERT' OR NEW.id NOT IN (SELECT court_exports_to_second())) THEN",
    ),
    (
        "IF NEW.decided_by_id IS NOT NULL OR NEW.approved IS NOT NULL OR NEW.decided_at",
        "IF NEW.outside_id IS NOT NULL OR NEW.decided_by_id IS NOT NULL OR NEW.approved IS NOT NULL OR NEW.decided_at",
    ),
    (
        "  as_asked.decided_by_id := OLD.decided_by_id;",
        """  IF NEW.outside_id IS DISTINCT FROM OLD.outside_id THEN
    IF audit_actor() IS DISTINCT FROM OLD.asked_by_id OR NEW.approved IS NOT NULL OR OLD.approved IS NOT NULL
      OR NEW.outside_id IS NULL OR NEW.resident_id IS NULL
      OR NEW.outside_id NOT IN (SELECT seconds_outside(OLD.resident_id, OLD.asked_by_id, OLD.id)) THEN
      PERFORM refuse('second_is_named_where_nobody_else_can');
    END IF;
    as_asked.outside_id := OLD.outside_id;
  END IF;
  as_asked.decided_by_id := OLD.decided_by_id;""",
    ),
)
# What policies ask stays on the way back: they are made anew after every migration.
BACK = "DROP FUNCTION seconds_to_name(uuid); DROP FUNCTION court_export_code(uuid);"


def _back(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((new, old) for old, new in pairs)


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0132_agency_terms_answered_kept"),
        ("residents", "0262_disposal_decided_outside"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="courtexport",
            name="outside",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="historicalcourtexport",
            name="outside",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(RULES, BACK),
        migrations.RunSQL(
            changed_function("disposal_rules()", *DISPOSALS), changed_function("disposal_rules()", *_back(DISPOSALS))
        ),
        migrations.RunSQL(
            changed_function("court_export_rules()", *EXPORTS),
            changed_function("court_export_rules()", *_back(EXPORTS)),
        ),
    ]
