"""The vocabulary of rules: every fact that a rule may name, each with one set-based query over the product's tables."""

from compliance.facts import days, homes, incidents, medication, staff, stays, young
from compliance.facts.fact import ABOUT, COLUMNS, Fact

FACTS: dict[str, Fact] = {
    fact.name: fact for module in (homes, staff, stays, young, days, incidents, medication) for fact in module.FACTS
}


def relation(names: set[str]) -> str:
    """Return the SQL of all rows of these facts, as ``kinds.statement`` wants them, in the scope 0.

    Raises ``KeyError`` for a name that is no fact.
    """
    parts = [
        f"SELECT 0 AS scope, '{name}' AS name, f.facility_id, f.subject, f.resident_id, f.{ABOUT[FACTS[name].about]} AS key,"
        f" f.at, f.until, f.value::numeric AS value FROM ({FACTS[name].sql}) f"
        for name in sorted(names)
    ]
    return "\nUNION ALL\n".join(parts)


__all__ = ["ABOUT", "COLUMNS", "FACTS", "Fact", "relation"]
