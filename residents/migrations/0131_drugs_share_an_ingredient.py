"""A limit counts every drug that has an ingredient in common: half of a combined drug is the same drug, too.

Percocet, Vicodin and Norco hold acetaminophen beside the opioid (labels at DailyMed, National Library of Medicine).
"""

from importlib import import_module

from django.db import migrations

limits = import_module("residents.migrations.0091_medication_limits")
rights = import_module("residents.migrations.0111_rights_of_contact")

SHARE = """
CREATE FUNCTION drug_ingredients(drug text) RETURNS SETOF text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT known.ingredient FROM known_drugs() known JOIN medication_words(drug) named ON named = known.word WHERE known.ingredient <> ''
  UNION SELECT 'paracetamol' FROM medication_words(drug) named WHERE named IN ('percocet', 'vicodin', 'norco')
$$;
REVOKE EXECUTE ON FUNCTION drug_ingredients(text) FROM PUBLIC;

-- Whether two drugs have something in common, as far as it is known: an ingredient, else the name.
CREATE FUNCTION drugs_share(one text, other text) RETURNS boolean LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT lower(btrim(one)) = lower(btrim(other))
    OR EXISTS (SELECT FROM drug_ingredients(one) mine JOIN drug_ingredients(other) theirs ON theirs = mine)
$$;
REVOKE EXECUTE ON FUNCTION drugs_share(text, text) FROM PUBLIC;
"""
OUTSIDE = rights.function(limits.RULES, "dose_is_outside")
NEW_OUTSIDE = rights.changed(
    OUTSIDE,
    ("medication_ingredient(o.drug) = medication_ingredient(ordered.drug)", "drugs_share(o.drug, ordered.drug)"),
)
DOSE = rights.function(limits.RULES, "medication_dose_rules")
NEW_DOSE = rights.changed(
    DOSE,
    ("medication_ingredient(other.drug) = medication_ingredient(one.drug)", "drugs_share(other.drug, one.drug)"),
    ("-- Doses of the same drug wait", "-- Doses of drugs that share something wait"),
)
INGREDIENT = import_module("residents.migrations.0090_known_drugs").DRUGS
INGREDIENT = INGREDIENT[
    INGREDIENT.index("CREATE FUNCTION medication_ingredient") : INGREDIENT.index("-- The allergies in")
]


class Migration(migrations.Migration):
    dependencies = [("residents", "0130_rules_that_could_be_walked_around")]
    operations = [
        migrations.RunSQL(
            SHARE + NEW_OUTSIDE + NEW_DOSE + "DROP FUNCTION medication_ingredient(text);",
            INGREDIENT
            + OUTSIDE
            + DOSE
            + "DROP FUNCTION drugs_share(text, text); DROP FUNCTION drug_ingredients(text);",
        )
    ]
