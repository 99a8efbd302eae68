"""What the database itself keeps true of times that were refused or withdrawn."""

from django.db import migrations

from placement.database.functions import changed_function

CHANGES = (
    (
        "IF NEW.confirmed_by_id IS NOT NULL OR NEW.confirmed_at IS NOT NULL THEN",
        "IF NEW.confirmed_by_id IS NOT NULL OR NEW.confirmed_at IS NOT NULL OR NEW.refused_by_id IS NOT NULL"
        " OR NEW.refused_at IS NOT NULL OR NEW.refusal <> '' OR NEW.withdrawn_at IS NOT NULL THEN",
    ),
    (
        "  IF as_proposed IS DISTINCT FROM OLD OR OLD.confirmed_at IS NOT NULL THEN PERFORM refuse('agency_term_is_kept'); END IF;",
        """  as_proposed.refused_by_id := OLD.refused_by_id;
  as_proposed.refused_at := OLD.refused_at;
  as_proposed.refusal := OLD.refusal;
  as_proposed.withdrawn_at := OLD.withdrawn_at;
  IF as_proposed IS DISTINCT FROM OLD OR OLD.confirmed_at IS NOT NULL OR OLD.refused_at IS NOT NULL
    OR OLD.withdrawn_at IS NOT NULL THEN
    PERFORM refuse('agency_term_is_kept');
  ELSIF NEW.withdrawn_at IS NOT NULL AND OLD.proposed_by_id IS DISTINCT FROM audit_actor() THEN
    PERFORM refuse('agency_term_is_withdrawn_by_its_proposer');
  END IF;
  NEW.refused_at := CASE WHEN NEW.refused_by_id IS NULL THEN NEW.refused_at ELSE audit_now() END;
  NEW.withdrawn_at := CASE WHEN NEW.withdrawn_at IS NULL THEN NULL ELSE audit_now() END;""",
    ),
)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0131_agency_terms_answered")]
    operations = [
        migrations.RunSQL(
            changed_function("agency_term_rules()", *CHANGES),
            changed_function("agency_term_rules()", *((new, old) for old, new in CHANGES)),
        )
    ]
