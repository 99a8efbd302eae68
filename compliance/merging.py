"""What becomes of the answers of the rules: obligations are opened, met, moved and ended, findings opened and closed.

The answers are a relation with ``ANSWER_COLUMNS``. What is in the scope and has no answer any more is no longer asked. A breach in
a moment has no end: its finding is closed by corrective action that somebody has verified. A finding goes on as another one when
its rule has another text, by which it is not met either.
"""

from compliance.facts import MOMENTS

ANSWER_COLUMNS = {
    "rule": "uuid",
    "facility_id": "uuid",
    "subject": "uuid",
    "resident_id": "uuid",
    "met": "boolean",
    "since": "timestamptz",
    "due": "timestamptz",
    "event": "text",
    "event_at": "timestamptz",
    "late": "boolean",
    "evidence": "jsonb",
}
# These ask for something after an event; the others say how things are.
ASKING = "('deadline_after_event', 'required_record', 'notice', 'recurring')"
FAILING = "('critical', 'serious', 'minor')"
SAME = "{0}.rule_id = {1}.rule AND {0}.subject = {1}.subject AND {0}.resident_id IS NOT DISTINCT FROM {1}.resident_id"
AGAIN = "12 months"  # a rule that fails within this time after corrective action has failed again
_MOMENTS = ", ".join(f"'{name}'" for name in MOMENTS)
_OBLIGATION, _MOVED = SAME.format("o", "w"), SAME.format("g", "w")
_HOME_AND_SUBJECT = (
    "g.facility_id = w.facility_id AND g.subject = w.subject AND g.resident_id IS NOT DISTINCT FROM w.resident_id"
)
_FINDING = f"{_MOVED} AND g.facility_id = w.facility_id"  # whoever moves takes what is asked along; each home keeps what it failed
# It began, or was not met first, in the time in which the young person lived in the home.
_STAYS = """w.part <> 'share' AND EXISTS (
      SELECT FROM facilities_placement p CROSS JOIN LATERAL (
        SELECT CASE WHEN p.status = 'ended' THEN p.ends_at ELSE 'infinity' END AS ends_at) s
      WHERE p.resident_id = w.resident_id AND p.facility_id = w.facility_id AND p.status IN ('active', 'ended')
        AND (w.since BETWEEN p.starts_at AND s.ends_at
          OR (w.evidence ->> 'at')::timestamptz BETWEEN p.starts_at AND s.ends_at))"""
# (home, rule) that the authority of the home's state lets it leave aside on the day of the moment; a waiver names no federal rule.
WAIVED = """(SELECT l.facility_id, named.rule FROM facilities_waiver x JOIN facilities_licence l ON l.id = x.licence_id
      JOIN facilities_facility h ON h.id = l.facility_id CROSS JOIN unnest(x.rules) AS named (rule)
      WHERE x.confirmed_at IS NOT NULL AND ({0} AT TIME ZONE h.time_zone)::date BETWEEN x.starts_on AND x.ends_on)"""
_WAIVED_NOW = f"(a.facility_id, v.rule) IN {WAIVED.format('judged_at')}"
# What was broken in a moment while that was waived is never not met.
_WAIVED = f"""({_WAIVED_NOW} OR v.kind = 'prohibited' AND a.evidence ->> 'fact' IN ({_MOMENTS})
      AND EXISTS (SELECT FROM {WAIVED.format("a.since")} then_ WHERE then_.facility_id = a.facility_id AND then_.rule = v.rule))"""
# One row for each event: where several facts name it, what is not done yet counts. What is done again and again is met by the
# next time only; until then it is open.
WANTED = f"""SELECT DISTINCT ON (a.rule, a.subject, a.resident_id, a.event_at)
      a.rule, a.facility_id, a.subject, a.resident_id, a.event, a.event_at, a.due,
      v.kind = 'recurring' AS again, v.kind = 'recurring' AND a.met IS TRUE AS begun, v.area, v.severity,
      (a.evidence ->> 'runs_from')::timestamptz > (a.evidence ->> 'at')::timestamptz AS done_once,
      CASE WHEN a.resident_id IS NULL THEN v.home_part ELSE v.young_part END AS part,
      CASE WHEN a.met AND v.kind <> 'recurring' THEN a.since END AS met_at,
      a.met AND v.kind <> 'recurring' AND a.late AND a.due IS NOT NULL AS late
    FROM {{answers}} a JOIN compliance_ruleversion v ON v.id = a.rule
    WHERE v.kind IN {ASKING} AND (a.met IS TRUE OR NOT {_WAIVED_NOW})
    ORDER BY a.rule, a.subject, a.resident_id, a.event_at, a.met IS TRUE, a.due, a.event"""
MOVE = f"""
  -- An event whose time was corrected, or that was put off, keeps its obligation and its proofs.
  WITH w AS MATERIALIZED ({{wanted}}),
  gone AS (
    SELECT o.id, o.rule_id, o.subject, o.resident_id, o.event_at,
      row_number() OVER (PARTITION BY o.rule_id, o.subject, o.resident_id ORDER BY o.event_at) AS place
    FROM compliance_obligation o JOIN compliance_ruleversion v ON v.id = o.rule_id AND v.kind <> 'recurring'
    WHERE {{scope_o}} AND o.ended_at IS NULL
      AND EXISTS (SELECT FROM w WHERE {_OBLIGATION})
      AND NOT EXISTS (SELECT FROM w WHERE {_OBLIGATION} AND w.event_at = o.event_at)
  ),
  fresh AS (
    SELECT w.*, row_number() OVER (PARTITION BY w.rule, w.subject, w.resident_id ORDER BY w.event_at) AS place
    FROM w WHERE NOT EXISTS (SELECT FROM compliance_obligation o WHERE {_OBLIGATION} AND w.event_at = o.event_at)
  )
  UPDATE compliance_obligation o SET event_at = w.event_at, event = w.event
  FROM gone g JOIN fresh w ON {_MOVED} AND w.place = g.place
  WHERE o.id = g.id AND NOT (g.event_at <= judged_at AND w.event_at > judged_at);
"""
MERGE = f"""
  WITH w AS MATERIALIZED ({{wanted}})
  UPDATE compliance_obligation o SET met_at = w.event_at, late = coalesce(w.event_at > o.due_at, false)
  FROM w WHERE w.again AND w.done_once AND {_OBLIGATION} AND o.event_at < w.event_at AND o.met_at IS NULL AND o.ended_at IS NULL;

  -- What a home's own record showed before anybody looked is nothing to do. A conflict locks its row also where nothing differs,
  -- and whoever acts meanwhile would wait for the whole evaluation: so what is as it should be is left out beforehand.
  INSERT INTO compliance_obligation AS o
    (id, rule_id, facility_id, resident_id, subject, event, event_at, due_at, opened_at, met_at, late, begun, part, area,
      severity)
  SELECT gen_random_uuid(), w.rule, w.facility_id, w.resident_id, w.subject, w.event, w.event_at, w.due, judged_at, w.met_at,
    w.late, w.begun, w.part, w.area, w.severity
  FROM ({{wanted}}) w LEFT JOIN compliance_obligation k ON {SAME.format("k", "w")} AND w.event_at = k.event_at
  WHERE CASE WHEN k.id IS NULL THEN w.met_at IS NULL OR w.resident_id IS NOT NULL
    ELSE (k.facility_id, k.event, k.due_at, k.met_at, k.late, k.begun, k.ended_at) IS DISTINCT FROM
      (w.facility_id, w.event, w.due, w.met_at, w.late, w.begun, NULL) END
  ON CONFLICT (rule_id, subject, resident_id, event_at) DO UPDATE SET facility_id = excluded.facility_id,
    event = excluded.event, due_at = excluded.due_at, met_at = excluded.met_at, late = excluded.late, begun = excluded.begun,
    ended_at = NULL
  WHERE (o.facility_id, o.event, o.due_at, o.met_at, o.late, o.begun, o.ended_at) IS DISTINCT FROM
    (excluded.facility_id, excluded.event, excluded.due_at, excluded.met_at, excluded.late, excluded.begun, NULL);

  WITH w AS MATERIALIZED ({{wanted}})
  UPDATE compliance_obligation o SET ended_at = judged_at
  WHERE {{scope_o}} AND o.met_at IS NULL AND o.ended_at IS NULL
    AND NOT EXISTS (SELECT FROM w WHERE {_OBLIGATION} AND w.event_at = o.event_at);

  UPDATE compliance_finding g SET closed_at = judged_at, closed_why = 'corrected'
  FROM compliance_ruleversion v, compliance_correctiveaction c
  WHERE {{scope_g}} AND g.closed_at IS NULL AND v.id = g.rule_id AND v.kind = 'prohibited'
    AND g.evidence ->> 'fact' IN ({_MOMENTS}) AND c.finding_id = g.id AND c.verified_at IS NOT NULL;

  -- What is not met by another text of its rule either goes on by that one, since its first day; and with it what is being done.
  WITH w AS MATERIALIZED (
    SELECT DISTINCT ON (a.rule, a.facility_id, a.subject, a.resident_id) a.rule, v.rule AS law, a.facility_id, a.subject,
      a.resident_id, a.due, a.evidence, v.area, v.severity,
      CASE WHEN a.resident_id IS NULL THEN v.home_part ELSE v.young_part END AS part
    FROM {{answers}} a JOIN compliance_ruleversion v ON v.id = a.rule
    WHERE a.met IS FALSE AND v.severity IN {FAILING} AND NOT {_WAIVED}
    ORDER BY a.rule, a.facility_id, a.subject, a.resident_id, a.since
  ),
  goes_on AS (
    SELECT DISTINCT ON (w.rule, w.facility_id, w.subject, w.resident_id) w.*, g.id AS from_id, g.since, g.again_after_id,
      g.stays_with_home
    FROM compliance_finding g JOIN compliance_ruleversion t ON t.id = g.rule_id
    JOIN w ON w.law = t.rule AND w.rule <> g.rule_id AND {_HOME_AND_SUBJECT}
    WHERE {{scope_g}} AND g.closed_at IS NULL
      AND NOT EXISTS (SELECT FROM {{answers}} a WHERE a.rule = g.rule_id AND a.facility_id = g.facility_id
        AND a.subject = g.subject AND a.resident_id IS NOT DISTINCT FROM g.resident_id)
    ORDER BY w.rule, w.facility_id, w.subject, w.resident_id, g.since
  )
  INSERT INTO compliance_finding
    (id, rule_id, facility_id, resident_id, subject, since, due_at, opened_at, closed_why, evidence, again_after_id,
      goes_on_from_id, stays_with_home, part, area, severity)
  SELECT gen_random_uuid(), w.rule, w.facility_id, w.resident_id, w.subject, w.since, w.due, judged_at, '', w.evidence,
    w.again_after_id, w.from_id, w.stays_with_home AND w.part <> 'share', w.part, w.area, w.severity
  FROM goes_on w
  ON CONFLICT (rule_id, facility_id, subject, resident_id) WHERE closed_at IS NULL DO NOTHING;
  IF FOUND THEN
    UPDATE compliance_finding g SET closed_at = judged_at, closed_why = 'newer text'
    FROM compliance_finding k WHERE k.goes_on_from_id = g.id AND g.closed_at IS NULL;
    UPDATE compliance_correctiveaction c SET finding_id = k.id
    FROM compliance_finding k WHERE k.goes_on_from_id = c.finding_id AND c.verified_at IS NULL;
  END IF;

  WITH w AS MATERIALIZED (
    SELECT a.rule, a.facility_id, a.subject, a.resident_id,
      bool_or(a.met IS FALSE AND v.severity IN {FAILING} AND NOT {_WAIVED}) AS failing,
      bool_or(a.met IS FALSE AND {_WAIVED}) AS waived
    FROM {{answers}} a JOIN compliance_ruleversion v ON v.id = a.rule GROUP BY a.rule, a.facility_id, a.subject, a.resident_id
  )
  UPDATE compliance_finding g SET closed_at = judged_at,
    closed_why = CASE WHEN EXISTS (SELECT FROM w WHERE {_FINDING} AND w.waived) THEN 'waived'
      WHEN EXISTS (SELECT FROM w WHERE {_FINDING}) THEN 'put right' ELSE 'not asked' END
  WHERE {{scope_g}} AND g.closed_at IS NULL AND NOT EXISTS (SELECT FROM w WHERE {_FINDING} AND w.failing);

  -- What was put right by corrective action is not found again for the same time, by whichever text of its rule. What fails after
  -- it, or fails once more, has failed again.
  WITH failing AS MATERIALIZED (
    SELECT a.*, v.rule AS of_rule, v.area, v.severity,
      CASE WHEN a.resident_id IS NULL THEN v.home_part ELSE v.young_part END AS part
    FROM {{answers}} a JOIN compliance_ruleversion v ON v.id = a.rule
    LEFT JOIN compliance_finding g ON {_FINDING.replace("w.", "a.")} AND g.closed_at IS NULL
    WHERE a.met IS FALSE AND v.severity IN {FAILING} AND g.id IS NULL AND NOT {_WAIVED}
  ),
  earlier AS MATERIALIZED (
    SELECT c.id, c.verified_at, g.facility_id, g.subject, g.resident_id, v.rule
    FROM compliance_correctiveaction c JOIN compliance_finding g ON g.id = c.finding_id
    JOIN compliance_ruleversion v ON v.id = g.rule_id
    WHERE c.verified_at <= judged_at AND c.verified_at > judged_at - interval '{AGAIN}'
      AND g.facility_id IN (SELECT facility_id FROM failing)
  ),
  corrected AS MATERIALIZED (
    SELECT v.rule, c.subject, c.resident_id, max(c.since) AS since
    FROM compliance_finding c JOIN compliance_ruleversion v ON v.id = c.rule_id
    WHERE c.closed_why = 'corrected' AND c.subject IN (SELECT subject FROM failing) GROUP BY v.rule, c.subject, c.resident_id
  )
  INSERT INTO compliance_finding
    (id, rule_id, facility_id, resident_id, subject, since, due_at, opened_at, closed_why, evidence, again_after_id,
      stays_with_home, part, area, severity)
  SELECT gen_random_uuid(), w.rule, w.facility_id, w.resident_id, w.subject, w.since, w.due, judged_at, '',
    w.evidence, w.again_after, {_STAYS}, w.part, w.area, w.severity
  FROM (
    SELECT DISTINCT ON (a.rule, a.facility_id, a.subject, a.resident_id) a.*, e.id AS again_after
    FROM failing a
    LEFT JOIN earlier e ON e.rule = a.of_rule AND e.facility_id = a.facility_id
      AND (a.since >= e.verified_at OR a.subject = e.subject AND a.resident_id IS NOT DISTINCT FROM e.resident_id)
    LEFT JOIN corrected c ON c.rule = a.of_rule AND c.subject = a.subject AND c.resident_id IS NOT DISTINCT FROM a.resident_id
    WHERE (c.since >= a.since) IS NOT TRUE
    ORDER BY a.rule, a.facility_id, a.subject, a.resident_id, a.since, e.verified_at DESC NULLS LAST
  ) w
  ON CONFLICT (rule_id, facility_id, subject, resident_id) WHERE closed_at IS NULL DO NOTHING;
"""


def wanted(answers: str) -> str:
    """Return the query of what ``answers``, a relation, ask for: one row for each obligation that must be there."""
    return WANTED.format(answers=answers)


def move(asked: str, scope: str) -> str:
    """Return the statement of PL/pgSQL that moves obligations with their events; where it did (``FOUND``), answers are out of step.

    asked: the query of what is asked for. scope: the condition of all rows that answers could be about; ``{0}`` is the row.
    """
    return MOVE.format(wanted=asked, scope_o=scope.format("o"))


def merge(answers: str, asked: str, scope: str) -> str:
    """Return the statements of PL/pgSQL that bring both tables into step at ``judged_at``. Arguments as for the others."""
    return MERGE.format(answers=answers, wanted=asked, scope_o=scope.format("o"), scope_g=scope.format("g"))
