"""Whoever opens the records of 60 young people within ten minutes is told of to the supervisors; at 200 it is enough."""

import importlib

from django.db import migrations

BEFORE = importlib.import_module("placement.access.migrations.0029_access_log_purpose").WRITER
COUNTED = BEFORE.replace(
    "  purpose text := coalesce(nullif(current_setting('app.reason', true), ''), '');\n",
    "  purpose text := coalesce(nullif(current_setting('app.reason', true), ''), '');\n  young int;\n",
).replace(
    "  FROM unnest(facilities) AS opened(id);\nEND $$;",
    """  FROM unnest(facilities) AS opened(id);
  IF outcome IN ('shown', 'exported') AND cardinality(residents) > 0 THEN
    SELECT count(DISTINCT log.resident_id) INTO young FROM access_accesslogentry log
    WHERE log.person_id = who.id AND log.at > moment - interval '10 minutes' AND log.outcome IN ('shown', 'exported');
    IF young > 200 THEN
      RAISE EXCEPTION 'too many' USING ERRCODE = 'check_violation', CONSTRAINT = 'access_is_braked';
    ELSIF young >= 60 AND NOT EXISTS (
      SELECT FROM access_unusualaccess told WHERE told.person_id = who.id AND told.at > moment - interval '10 minutes') THEN
      INSERT INTO access_unusualaccess (id, person_id, at, judgement, judgement_reason)
      VALUES (gen_random_uuid(), who.id, moment, '', '');
    END IF;
  END IF;
END $$;""",
)
RULES = """
CREATE FUNCTION unusual_access_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE as_told access_unusualaccess := NEW;
BEGIN
  as_told.judgement := OLD.judgement;
  as_told.judged_by_id := OLD.judged_by_id;
  as_told.judged_at := OLD.judged_at;
  as_told.judgement_reason := OLD.judgement_reason;
  IF as_told IS DISTINCT FROM OLD OR (OLD.judgement <> '' AND NEW IS DISTINCT FROM OLD) THEN
    RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'unusual_access_is_kept';
  END IF;
  IF NEW.judged_at IS NOT NULL AND OLD.judged_at IS NULL THEN NEW.judged_at := audit_now(); END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE UPDATE ON access_unusualaccess FOR EACH ROW EXECUTE FUNCTION unusual_access_rules();
ALTER TABLE access_unusualaccess ENABLE ALWAYS TRIGGER rules;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0030_unusual_access")]
    operations = [
        migrations.RunSQL(COUNTED, BEFORE),
        migrations.RunSQL(RULES, "DROP FUNCTION unusual_access_rules() CASCADE"),
    ]
