"""A pass may be withdrawn by whoever asked, and by those who answer for the stay: the company may turn out to be dangerous."""

from importlib import import_module

from django.db import migrations, models

PASS: str = import_module("placement.facilities.migrations.0111_passes_within_what_was_agreed").NEW_PASS
changed = import_module("placement.facilities.migrations.0130_withdrawn_passes_are_no_leave").changed

# ``signature_is_own`` holds ``withdrawn_by`` to who acts.
NEW_PASS = changed(
    PASS,
    """    NEW.withdrawn_at := audit_now();
    IF NEW.decision <> OLD.decision OR OLD.decision = 'declined'
""",
    """    NEW.withdrawn_at := audit_now();
    IF NEW.withdrawn_by_id <> OLD.asked_by_id
       AND NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['approve_placement']))
       AND (NEW.resident_id NOT IN (SELECT access_ids('residents', ARRAY['accept_placement']))
            OR home NOT IN (SELECT access_ids('facilities', ARRAY['manage_facility']))) THEN
      PERFORM refuse('pass_is_withdrawn_by_who_answers_for_it');
    END IF;
    IF NEW.decision <> OLD.decision OR OLD.decision = 'declined' OR OLD.ends_at <= audit_now()
""",
)


class Migration(migrations.Migration):
    dependencies = [("facilities", "0130_withdrawn_passes_are_no_leave")]
    operations = [
        migrations.RemoveConstraint(model_name="passrequest", name="pass_withdrawal_is_signed"),
        migrations.AddConstraint(
            model_name="passrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("withdrawn_at__isnull", True), ("withdrawn_by__isnull", True), ("withdrawn_why", "")),
                    models.Q(
                        ("returned_at__isnull", True),
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        ("withdrawn_why__regex", "\\S"),
                    ),
                    _connector="OR",
                ),
                name="pass_withdrawal_is_signed",
            ),
        ),
        migrations.RunSQL(NEW_PASS, PASS),
    ]
