"""Names of drugs that are the same or related, for the allergy check; and which are psychotropic or controlled by law.

Ingredients and their codes: the ATC index of the WHO Collaborating Centre for Drug Statistics Methodology (atcddd.fhi.no). Drugs of
one ``family`` share a warning in their labels for people with an allergy to another one of it. Psychotropic: ATC groups N05A, N05B,
N05C, N06A and N06B. Controlled: 21 CFR 1308.12 to 1308.15. Brands are those of the United States. The list is short and never whole.
"""

from django.db import migrations

DRUGS = """
CREATE FUNCTION known_drugs() RETURNS TABLE (word text, ingredient text, atc text, family text, psychotropic boolean, controlled boolean)
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT word, ingredient, atc,
         CASE WHEN atc ~ '^J01[CD]' THEN 'penicillins and cephalosporins' WHEN atc ~ '^J01E' THEN 'sulfonamide antibiotics'
              WHEN atc ~ '^J01FA' THEN 'macrolides' WHEN atc ~ '^J01MA' THEN 'fluoroquinolones'
              WHEN atc ~ '^J01AA' THEN 'tetracyclines' WHEN atc ~ '^(M01A|N02BA)' THEN 'aspirin and other NSAIDs' ELSE '' END,
         atc ~ '^N0(5A|5B|5C|6A|6B)', controlled
  FROM (VALUES
    ('penicillin', '', 'J01C', false), ('penicillins', '', 'J01C', false),
    ('cephalosporin', '', 'J01D', false), ('cephalosporins', '', 'J01D', false),
    ('amoxicillin', 'amoxicillin', 'J01CA04', false), ('amoxil', 'amoxicillin', 'J01CA04', false),
    ('augmentin', 'amoxicillin', 'J01CR02', false), ('ampicillin', 'ampicillin', 'J01CA01', false),
    ('phenoxymethylpenicillin', 'phenoxymethylpenicillin', 'J01CE02', false),
    ('benzylpenicillin', 'benzylpenicillin', 'J01CE01', false), ('bicillin', 'benzylpenicillin', 'J01CE08', false),
    ('dicloxacillin', 'dicloxacillin', 'J01CF01', false),
    ('cephalexin', 'cefalexin', 'J01DB01', false), ('cefalexin', 'cefalexin', 'J01DB01', false), ('keflex', 'cefalexin', 'J01DB01', false),
    ('cefadroxil', 'cefadroxil', 'J01DB05', false), ('cefuroxime', 'cefuroxime', 'J01DC02', false), ('ceftin', 'cefuroxime', 'J01DC02', false),
    ('cefaclor', 'cefaclor', 'J01DC04', false), ('cefprozil', 'cefprozil', 'J01DC10', false), ('cefixime', 'cefixime', 'J01DD08', false),
    ('suprax', 'cefixime', 'J01DD08', false), ('cefdinir', 'cefdinir', 'J01DD15', false), ('omnicef', 'cefdinir', 'J01DD15', false),
    ('ceftriaxone', 'ceftriaxone', 'J01DD04', false), ('rocephin', 'ceftriaxone', 'J01DD04', false),
    ('sulfa', '', 'J01E', false), ('sulfonamide', '', 'J01E', false), ('sulfonamides', '', 'J01E', false),
    ('sulfamethoxazole', 'sulfamethoxazole', 'J01EE01', false), ('bactrim', 'sulfamethoxazole', 'J01EE01', false),
    ('septra', 'sulfamethoxazole', 'J01EE01', false), ('sulfadiazine', 'sulfadiazine', 'J01EC02', false),
    ('macrolide', '', 'J01FA', false), ('macrolides', '', 'J01FA', false), ('erythromycin', 'erythromycin', 'J01FA01', false),
    ('clarithromycin', 'clarithromycin', 'J01FA09', false), ('biaxin', 'clarithromycin', 'J01FA09', false),
    ('azithromycin', 'azithromycin', 'J01FA10', false), ('zithromax', 'azithromycin', 'J01FA10', false),
    ('fluoroquinolone', '', 'J01MA', false), ('fluoroquinolones', '', 'J01MA', false),
    ('ciprofloxacin', 'ciprofloxacin', 'J01MA02', false), ('cipro', 'ciprofloxacin', 'J01MA02', false),
    ('levofloxacin', 'levofloxacin', 'J01MA12', false), ('levaquin', 'levofloxacin', 'J01MA12', false),
    ('moxifloxacin', 'moxifloxacin', 'J01MA14', false),
    ('tetracycline', 'tetracycline', 'J01AA07', false), ('tetracyclines', '', 'J01AA', false),
    ('doxycycline', 'doxycycline', 'J01AA02', false), ('vibramycin', 'doxycycline', 'J01AA02', false),
    ('minocycline', 'minocycline', 'J01AA08', false),
    ('nsaid', '', 'M01A', false), ('nsaids', '', 'M01A', false),
    ('aspirin', 'acetylsalicylic acid', 'N02BA01', false), ('acetylsalicylic', 'acetylsalicylic acid', 'N02BA01', false),
    ('ibuprofen', 'ibuprofen', 'M01AE01', false), ('advil', 'ibuprofen', 'M01AE01', false), ('motrin', 'ibuprofen', 'M01AE01', false),
    ('naproxen', 'naproxen', 'M01AE02', false), ('aleve', 'naproxen', 'M01AE02', false), ('naprosyn', 'naproxen', 'M01AE02', false),
    ('diclofenac', 'diclofenac', 'M01AB05', false), ('ketorolac', 'ketorolac', 'M01AB15', false), ('toradol', 'ketorolac', 'M01AB15', false),
    ('indomethacin', 'indometacin', 'M01AB01', false), ('meloxicam', 'meloxicam', 'M01AC06', false),
    ('celecoxib', 'celecoxib', 'M01AH01', false), ('celebrex', 'celecoxib', 'M01AH01', false),
    ('acetaminophen', 'paracetamol', 'N02BE01', false), ('paracetamol', 'paracetamol', 'N02BE01', false), ('tylenol', 'paracetamol', 'N02BE01', false),
    ('cetirizine', 'cetirizine', 'R06AE07', false), ('zyrtec', 'cetirizine', 'R06AE07', false),
    ('loratadine', 'loratadine', 'R06AX13', false), ('claritin', 'loratadine', 'R06AX13', false),
    ('diphenhydramine', 'diphenhydramine', 'R06AA02', false), ('benadryl', 'diphenhydramine', 'R06AA02', false),
    ('sertraline', 'sertraline', 'N06AB06', false), ('zoloft', 'sertraline', 'N06AB06', false),
    ('fluoxetine', 'fluoxetine', 'N06AB03', false), ('prozac', 'fluoxetine', 'N06AB03', false),
    ('citalopram', 'citalopram', 'N06AB04', false), ('celexa', 'citalopram', 'N06AB04', false),
    ('escitalopram', 'escitalopram', 'N06AB10', false), ('lexapro', 'escitalopram', 'N06AB10', false),
    ('paroxetine', 'paroxetine', 'N06AB05', false), ('paxil', 'paroxetine', 'N06AB05', false), ('fluvoxamine', 'fluvoxamine', 'N06AB08', false),
    ('venlafaxine', 'venlafaxine', 'N06AX16', false), ('effexor', 'venlafaxine', 'N06AX16', false),
    ('duloxetine', 'duloxetine', 'N06AX21', false), ('cymbalta', 'duloxetine', 'N06AX21', false),
    ('bupropion', 'bupropion', 'N06AX12', false), ('wellbutrin', 'bupropion', 'N06AX12', false),
    ('mirtazapine', 'mirtazapine', 'N06AX11', false), ('remeron', 'mirtazapine', 'N06AX11', false),
    ('trazodone', 'trazodone', 'N06AX05', false), ('buspirone', 'buspirone', 'N05BE01', false),
    ('atomoxetine', 'atomoxetine', 'N06BA09', false), ('strattera', 'atomoxetine', 'N06BA09', false),
    ('aripiprazole', 'aripiprazole', 'N05AX12', false), ('abilify', 'aripiprazole', 'N05AX12', false),
    ('risperidone', 'risperidone', 'N05AX08', false), ('risperdal', 'risperidone', 'N05AX08', false),
    ('quetiapine', 'quetiapine', 'N05AH04', false), ('seroquel', 'quetiapine', 'N05AH04', false),
    ('olanzapine', 'olanzapine', 'N05AH03', false), ('zyprexa', 'olanzapine', 'N05AH03', false),
    ('ziprasidone', 'ziprasidone', 'N05AE04', false), ('geodon', 'ziprasidone', 'N05AE04', false),
    ('haloperidol', 'haloperidol', 'N05AD01', false), ('haldol', 'haloperidol', 'N05AD01', false), ('lithium', 'lithium', 'N05AN01', false),
    ('methylphenidate', 'methylphenidate', 'N06BA04', true), ('ritalin', 'methylphenidate', 'N06BA04', true), ('concerta', 'methylphenidate', 'N06BA04', true),
    ('amphetamine', 'amfetamine', 'N06BA01', true), ('adderall', 'amfetamine', 'N06BA01', true),
    ('dextroamphetamine', 'dexamfetamine', 'N06BA02', true), ('dexedrine', 'dexamfetamine', 'N06BA02', true),
    ('lisdexamfetamine', 'lisdexamfetamine', 'N06BA12', true), ('vyvanse', 'lisdexamfetamine', 'N06BA12', true),
    ('alprazolam', 'alprazolam', 'N05BA12', true), ('xanax', 'alprazolam', 'N05BA12', true),
    ('lorazepam', 'lorazepam', 'N05BA06', true), ('ativan', 'lorazepam', 'N05BA06', true),
    ('diazepam', 'diazepam', 'N05BA01', true), ('valium', 'diazepam', 'N05BA01', true),
    ('clonazepam', 'clonazepam', 'N03AE01', true), ('klonopin', 'clonazepam', 'N03AE01', true),
    ('zolpidem', 'zolpidem', 'N05CF02', true), ('ambien', 'zolpidem', 'N05CF02', true),
    ('morphine', 'morphine', 'N02AA01', true), ('codeine', 'codeine', 'R05DA04', true),
    ('hydrocodone', 'hydrocodone', 'R05DA03', true), ('vicodin', 'hydrocodone', 'R05DA03', true), ('norco', 'hydrocodone', 'R05DA03', true),
    ('oxycodone', 'oxycodone', 'N02AA05', true), ('percocet', 'oxycodone', 'N02AA05', true), ('oxycontin', 'oxycodone', 'N02AA05', true),
    ('tramadol', 'tramadol', 'N02AX02', true), ('ultram', 'tramadol', 'N02AX02', true)
  ) told(word, ingredient, atc, controlled)
$$;
REVOKE EXECUTE ON FUNCTION known_drugs() FROM PUBLIC;

-- What is in a drug, as far as it is known, else its name: two orders of the same share their limits.
CREATE FUNCTION medication_ingredient(drug text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, public AS $$
  SELECT coalesce(
    (SELECT string_agg(DISTINCT known.ingredient, '+' ORDER BY known.ingredient)
     FROM known_drugs() known JOIN medication_words(drug) named ON named = known.word WHERE known.ingredient <> ''),
    lower(btrim(drug)))
$$;
REVOKE EXECUTE ON FUNCTION medication_ingredient(text) FROM PUBLIC;

-- The allergies in force at a moment that name the drug, the same drug by another name, or a drug of the same family.
CREATE FUNCTION medication_allergies(who uuid, drug text, moment timestamptz) RETURNS SETOF text LANGUAGE sql STABLE
SET search_path = pg_catalog, public AS $$
  SELECT a.text FROM residents_safetyalert a
  WHERE a.resident_id = who AND a.kind = 'allergy' AND a.starts_at <= moment AND (a.ends_at IS NULL OR a.ends_at > moment)
    AND (EXISTS (SELECT FROM medication_words(a.text) known, medication_words(drug) named
                 WHERE starts_with(known, named) OR starts_with(named, known))
         OR EXISTS (SELECT FROM medication_words(a.text) said JOIN known_drugs() one ON one.word = said,
                                medication_words(drug) named JOIN known_drugs() other ON other.word = named
                    WHERE one.ingredient <> '' AND one.ingredient = other.ingredient OR one.family <> '' AND one.family = other.family))
$$;
REVOKE EXECUTE ON FUNCTION medication_allergies(uuid, text, timestamptz) FROM PUBLIC;

-- Which of these orders an allergy names that nobody has answered: one that was not known when it was ordered.
CREATE FUNCTION orders_with_an_allergy(orders uuid[]) RETURNS SETOF uuid LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  RETURN QUERY SELECT o.id FROM residents_medicationorder o
  WHERE o.id = ANY (orders) AND o.resident_id IN (SELECT access_ids('residents', ARRAY['view_care_log']))
    AND EXISTS (SELECT FROM medication_allergies(o.resident_id, o.drug, audit_now()) allergy
                WHERE o.allergy_answer !~ '\\S' OR strpos(o.allergies_known, allergy) = 0);
END $$;
REVOKE EXECUTE ON FUNCTION orders_with_an_allergy(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION orders_with_an_allergy(uuid[]) TO placement_app;
"""
NO_DRUGS = """
DROP FUNCTION orders_with_an_allergy(uuid[]);
DROP FUNCTION medication_allergies(uuid, text, timestamptz);
DROP FUNCTION medication_ingredient(text);
DROP FUNCTION known_drugs();
"""


class Migration(migrations.Migration):
    dependencies = [("residents", "0080_looks_keep_their_time")]
    operations = [migrations.RunSQL(DRUGS, NO_DRUGS)]
