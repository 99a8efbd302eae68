"""The access log says which record an address named, also where it was shown: of an allegation the accused finds no entry either."""

import importlib

from django.db import migrations

BEFORE = importlib.import_module("placement.access.migrations.0032_openings_of_homes").OF_HOMES
WITH_THING = (
    BEFORE.replace(
        "resident_id, parts, grants, request_id, purpose)", "resident_id, thing, parts, grants, request_id, purpose)"
    )
    .replace(
        "facility_id, parts, grants, request_id, purpose)", "facility_id, thing, parts, grants, request_id, purpose)"
    )
    .replace("opened.id, held.parts, held.grants", "opened.id, thing, held.parts, held.grants")
)


class Migration(migrations.Migration):
    dependencies = [("facilities", "0201_kept_off_the_roster"), ("access", "0032_openings_of_homes")]
    operations = [migrations.RunSQL(WITH_THING, BEFORE)]
