"""Nobody gets a role, a unit or an open account by one person's act: the database looks for the second person's confirmation."""

from django.db import migrations

RULES = """
-- A proposal comes from a system administrator and waits for seven days; one decision about it, by somebody who may decide,
-- is kept with the database's own time and transaction.
CREATE FUNCTION account_change_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  as_proposed access_accountchange := NEW;
  decided boolean := false;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> 'waiting' THEN
      RAISE EXCEPTION 'begins waiting' USING ERRCODE = 'check_violation', CONSTRAINT = 'account_change_begins_waiting';
    END IF;
    NEW.proposed_at := audit_now();
    NEW.ends_at := NEW.proposed_at + interval '7 days';
  ELSE
    as_proposed.status := OLD.status;
    as_proposed.decided_by_id := OLD.decided_by_id;
    as_proposed.decided_at := OLD.decided_at;
    as_proposed.decided_in := OLD.decided_in;
    as_proposed.decision_reason := OLD.decision_reason;
    IF as_proposed IS DISTINCT FROM OLD OR (NEW IS DISTINCT FROM OLD AND OLD.status <> 'waiting') THEN
      RAISE EXCEPTION 'kept' USING ERRCODE = 'check_violation', CONSTRAINT = 'account_change_is_kept';
    END IF;
    decided := OLD.status = 'waiting' AND NEW.status <> 'waiting';
  END IF;
  IF decided THEN
    NEW.decided_at := audit_now();
    NEW.decided_in := pg_current_xact_id()::text::bigint;
    IF NEW.ends_at <= NEW.decided_at THEN
      RAISE EXCEPTION 'too late' USING ERRCODE = 'check_violation', CONSTRAINT = 'account_change_is_decided_in_time';
    END IF;
    IF NEW.status <> 'withdrawn' AND NOT EXISTS (
      SELECT FROM access_person WHERE id = NEW.decided_by_id AND is_active AND role IN ('sysadmin', 'supervisor')
    ) THEN
      RAISE EXCEPTION 'may not decide' USING ERRCODE = 'check_violation', CONSTRAINT = 'account_change_decider_may_decide';
    END IF;
  END IF;
  IF (TG_OP = 'INSERT' OR decided AND NEW.status = 'confirmed') AND NOT EXISTS (
    SELECT FROM access_person WHERE id = NEW.proposed_by_id AND is_active AND role = 'sysadmin'
  ) THEN
    RAISE EXCEPTION 'may not propose' USING ERRCODE = 'check_violation', CONSTRAINT = 'account_change_proposer_may_propose';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER rules BEFORE INSERT OR UPDATE ON access_accountchange
  FOR EACH ROW EXECUTE FUNCTION account_change_rules();
ALTER TABLE access_accountchange ENABLE ALWAYS TRIGGER rules;

-- A new row gives nothing. Role, unit and an open account come with a change that the acting person has confirmed in this
-- transaction. Two exceptions: the owner's login (invented data), and a command that opens an administrator's account while
-- there is nobody who could propose or nobody else who could confirm.
CREATE FUNCTION account_has_a_second_person() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
DECLARE
  confirmed boolean;
BEGIN
  IF pg_has_role(session_user, 'placement_owner', 'MEMBER') THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'INSERT' THEN
    SELECT audit_actor() IS NULL AND NEW.role = 'sysadmin'
           AND (count(*) FILTER (WHERE role = 'sysadmin') = 0 OR count(*) < 2)
    INTO confirmed FROM access_person WHERE is_active AND role IN ('sysadmin', 'supervisor');
  ELSE
    SELECT EXISTS (
      SELECT FROM access_accountchange change
      WHERE change.person_id = NEW.id AND change.role = NEW.role AND change.unit_id IS NOT DISTINCT FROM NEW.unit_id
        AND change.status = 'confirmed' AND change.decided_by_id = audit_actor()
        AND change.decided_in = pg_current_xact_id()::text::bigint
        AND (change.kind = 'change') = NOT (NEW.is_active AND NOT OLD.is_active)
    ) INTO confirmed;
  END IF;
  IF NOT confirmed THEN
    RAISE EXCEPTION 'one person alone' USING ERRCODE = 'check_violation', CONSTRAINT = 'account_has_a_second_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER opened_by_two BEFORE INSERT ON access_person
  FOR EACH ROW WHEN (NEW.role <> 'none' OR NEW.unit_id IS NOT NULL OR NEW.is_active)
  EXECUTE FUNCTION account_has_a_second_person();
CREATE TRIGGER raised_by_two BEFORE UPDATE ON access_person
  FOR EACH ROW WHEN (NEW.role IS DISTINCT FROM OLD.role OR NEW.unit_id IS DISTINCT FROM OLD.unit_id
                     OR NEW.is_active AND NOT OLD.is_active)
  EXECUTE FUNCTION account_has_a_second_person();
ALTER TABLE access_person ENABLE ALWAYS TRIGGER opened_by_two;
ALTER TABLE access_person ENABLE ALWAYS TRIGGER raised_by_two;

-- What a role gives hangs on groups of the agency and of its units: nobody is in one whose role, or unit, they do not have.
CREATE FUNCTION membership_follows_the_role() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
  IF EXISTS (
    SELECT FROM auth_group g WHERE g.id = NEW.group_id AND (g.name LIKE 'agency/%' OR g.name LIKE 'unit/%') AND NOT EXISTS (
      SELECT FROM access_person who WHERE who.id = NEW.person_id
        AND g.name IN ('agency/all/' || who.role, 'unit/' || who.unit_id || '/' || who.role))
  ) THEN
    RAISE EXCEPTION 'no such role' USING ERRCODE = 'check_violation', CONSTRAINT = 'membership_follows_the_role';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER follows_the_role BEFORE INSERT OR UPDATE ON access_membership
  FOR EACH ROW EXECUTE FUNCTION membership_follows_the_role();
ALTER TABLE access_membership ENABLE ALWAYS TRIGGER follows_the_role;
"""
BACK = """
DROP FUNCTION membership_follows_the_role() CASCADE; DROP FUNCTION account_has_a_second_person() CASCADE;
DROP FUNCTION account_change_rules() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0027_account_changes"), ("audit", "0001_functions")]
    operations = [migrations.RunSQL(RULES, BACK)]
