"""A signed shift is read, reviewed and taken over by others, and what they sign stays as it was written, whatever writes."""

from django.db import migrations

# Arguments: the column of who signs, and whose hand it must be. The time is the database's.
RULES = """
CREATE FUNCTION after_the_shift() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  shift facilities_shift;
  who uuid := (to_jsonb(NEW)->>TG_ARGV[0])::uuid;
BEGIN
  IF TG_OP = 'UPDATE' THEN PERFORM refuse('signed_after_the_shift_is_kept'); END IF;
  SELECT * INTO shift FROM facilities_shift WHERE id = NEW.shift_id FOR SHARE;
  IF shift.signed_at IS NULL THEN PERFORM refuse('shift_is_signed_first'); END IF;
  IF TG_ARGV[1] = 'by another' THEN
    IF who = shift.signed_by_id OR EXISTS (SELECT FROM facilities_shiftstaff WHERE shift_id = NEW.shift_id AND person_id = who) THEN
      PERFORM refuse('looks_are_reviewed_by_another');
    END IF;
  ELSIF TG_ARGV[1] = 'by another hand' AND who = shift.signed_by_id THEN
    PERFORM refuse('duty_is_taken_over_by_another');
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION at_this_moment() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN jsonb_populate_record(NEW, jsonb_build_object(TG_ARGV[0], audit_now()));
END $$;
"""
TABLES = [
    ("looksreview", "reviewed_by_id", "reviewed_at", "by another"),
    ("handoffread", "read_by_id", "read_at", "by anybody"),
    ("takeover", "taken_by_id", "taken_at", "by another hand"),
]
TRIGGERS = "".join(
    f"""
CREATE TRIGGER a_time BEFORE INSERT ON facilities_{table} FOR EACH ROW EXECUTE FUNCTION at_this_moment('{at}');
ALTER TABLE facilities_{table} ENABLE ALWAYS TRIGGER a_time;
CREATE TRIGGER b_rules BEFORE INSERT OR UPDATE ON facilities_{table}
  FOR EACH ROW EXECUTE FUNCTION after_the_shift('{who}', '{how}');
ALTER TABLE facilities_{table} ENABLE ALWAYS TRIGGER b_rules;
"""
    for table, who, at, how in TABLES
)
BACK = "".join(
    f"DROP TRIGGER a_time ON facilities_{table}; DROP TRIGGER b_rules ON facilities_{table};" for table, *_ in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("facilities", "0043_looks_and_hand_offs")]
    operations = [
        migrations.RunSQL(RULES + TRIGGERS, BACK + "DROP FUNCTION after_the_shift(); DROP FUNCTION at_this_moment();")
    ]
