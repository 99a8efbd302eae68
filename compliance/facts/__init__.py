"""The vocabulary of rules: every fact that a rule may name, each with one set-based query over the product's tables."""

from compliance.facts import days, homes, incidents, medication, records, staff, stays, training, young
from compliance.facts.fact import ABOUT, NO_END, Fact

FACTS: dict[str, Fact] = {
    fact.name: fact
    for module in (homes, staff, training, stays, young, days, incidents, medication, records)
    for fact in module.FACTS
}
# Facts that happen in a moment: none of their rows has an end.
MOMENTS = tuple(name for name, fact in sorted(FACTS.items()) if f"{NO_END} AS until" in fact.sql)
# Proofs that somebody filed. One of what is done again and again counts whenever it was done; another one for its own event.
PROOFS = """SELECT 0 AS scope, 'proof:' || v.rule || '#' || p.item AS name, o.facility_id, o.subject, o.resident_id,
    o.subject AS key, p.done_at AS at, CASE WHEN v.kind <> 'recurring' THEN o.event_at END AS until, NULL::numeric AS value
FROM compliance_proof p JOIN compliance_obligation o ON o.id = p.obligation_id JOIN compliance_ruleversion v ON v.id = o.rule_id
WHERE p.withdrawn_at IS NULL"""


# A text that asks for what the records show may follow one that asked for proofs. Those that were filed until then still count,
# all of them together, as long as they would have.
_KEPT = """SELECT jsonb_agg('proof:' || o.rule || '#' || number)
FROM (SELECT e.rule, e.proofs FROM compliance_ruleversion e WHERE e.rule = {0}.rule AND e.id <> {0}.id AND e.proofs <> '{{}}'
    AND e.valid_from <= {0}.valid_from ORDER BY e.valid_from DESC, e.version DESC LIMIT 1) o
CROSS JOIN generate_series(1, cardinality(o.proofs)) number
WHERE {0}.proofs = '{{}}'"""


def kept(version: str) -> str:
    """Return the SQL of the names of the proofs that count for ``version``, a rule that is shown by the records now, as JSON."""
    return _KEPT.format(version)


def columns(fact: Fact) -> str:
    """Return the columns of a fact ``f`` as ``kinds.statement`` wants them, in the scope 0."""
    return (
        f"0 AS scope, '{fact.name}' AS name, f.facility_id, f.subject, f.resident_id, f.{ABOUT[fact.about]} AS key,"
        " f.at, f.until, f.value::numeric AS value"
    )


def relation(names: set[str]) -> str:
    """Return the SQL of all rows of these facts, as ``kinds.statement`` wants them.

    Raises ``KeyError`` for a name that is no fact.
    """
    parts = [f"SELECT {columns(FACTS[name])} FROM ({FACTS[name].sql}) f" for name in sorted(names)]
    return "\nUNION ALL\n".join(parts)


__all__ = ["ABOUT", "FACTS", "MOMENTS", "PROOFS", "Fact", "columns", "kept", "relation"]
