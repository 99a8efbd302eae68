"""Who has opened the pages of a home is read by supervisors: a right of its own, on every home that exists."""

from django.db import migrations

RIGHTS = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'reading who opened a home became a right of its own', true);

INSERT INTO auth_permission (name, content_type_id, codename)
SELECT 'Read who has opened the pages of the home', kind.id, 'view_opened'
FROM django_content_type kind WHERE kind.app_label = 'facilities' AND kind.model = 'facility'
ON CONFLICT (content_type_id, codename) DO NOTHING;

INSERT INTO facilities_facilitygrouppermission (id, group_id, permission_id, content_object_id, "grant", starts_at)
SELECT gen_random_uuid(), agency.id, right_.id, home.id, home.id, now()
FROM facilities_facility home JOIN auth_group agency ON agency.name = 'agency/all/supervisor'
JOIN auth_permission right_ ON right_.codename = 'view_opened'
JOIN django_content_type kind
  ON kind.id = right_.content_type_id AND kind.app_label = 'facilities' AND kind.model = 'facility';

SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""
NO_RIGHTS = """
SELECT set_config('app.actor_name', 'system: migrate', true),
       set_config('app.reason', 'reading who opened a home became a right of its own', true);
DELETE FROM facilities_facilitygrouppermission WHERE permission_id IN (
  SELECT right_.id FROM auth_permission right_ JOIN django_content_type kind ON kind.id = right_.content_type_id
  WHERE right_.codename = 'view_opened' AND kind.app_label = 'facilities' AND kind.model = 'facility');
SELECT set_config('app.actor_name', '', true), set_config('app.reason', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("facilities", "0033_addresses_leave_the_files"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="facility",
            options={
                "default_permissions": (),
                "ordering": ["name", "id"],
                "permissions": [
                    ("view_facility", "See the home: kind, licence, capacity, free beds"),
                    ("view_address", "See the home's address"),
                    ("view_beds", "See who sleeps in which bed, by code"),
                    ("work_shift", "Open the shift page and log care"),
                    ("change_facility", "Change the home: licence, rooms and beds, exits, people and papers"),
                    ("manage_facility", "Run the home: answer for its shifts, its arrivals and its entries"),
                    ("hold_bed", "Hold a bed of the home for a referral"),
                    ("report_incident", "Report an incident in the home"),
                    ("review_incident", "Review and close incidents of the home"),
                    ("inspect", "Read the home's compliance evidence"),
                    ("view_opened", "Read who has opened the pages of the home"),
                ],
                "verbose_name_plural": "facilities",
            },
        ),
        migrations.RunSQL(RIGHTS, NO_RIGHTS),
    ]
