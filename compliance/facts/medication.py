"""Facts about medication. The subject is the order, or the dose."""

from compliance.facts.fact import LEFT, LIVED, Fact, first_of, select

_ORDER_ENDS = "least(o.stopped_at, o.ends_at)"
# An order counts in a home while its young person lives there.
_ORDER = (
    "FROM residents_medicationorder o JOIN facilities_placement p ON p.resident_id = o.resident_id"
    f" AND {LIVED} AND p.starts_at < coalesce({_ORDER_ENDS}, 'infinity') AND coalesce({LEFT}, 'infinity') > o.starts_at"
)
_IN_HOME = ("p.facility_id", "o.id", "o.resident_id", "greatest(o.starts_at, p.starts_at)")
_UNTIL = f"least({_ORDER_ENDS}, {LEFT})"
_ALONE = ("NULL::uuid", "o.id", "o.resident_id")
_DOSE = (
    "FROM residents_medicationdose d JOIN residents_careentry e ON e.id = d.entry_id"
    " JOIN residents_medicationorder o ON o.id = d.order_id"
    " WHERE NOT EXISTS (SELECT FROM residents_medicationdose a WHERE a.amends_id = d.id) AND d.outcome <> 'mistake'"
)
_DOSES = ("e.facility_id", first_of("d", "residents_medicationdose", chained=True), "d.resident_id")
_COUNTED = "FROM residents_medicationcount c JOIN residents_medicationorder o ON o.id = c.order_id"


def _order(name: str, condition: str, sentence: str) -> Fact:
    return Fact(name, sentence, "subject", select(*_IN_HOME, f"{_ORDER} WHERE {condition}", until=_UNTIL))


def _about_order(name: str, at: str, condition: str, sentence: str) -> Fact:
    rest = f"FROM residents_medicationorder o WHERE {condition}"
    return Fact(name, sentence, "subject", select(*_ALONE, at, rest))


FACTS = (
    _order("order.open", "true", "A young person in a home is to take medication."),
    _order("order.psychotropic", "o.psychotropic", "A young person in a home is to take a psychotropic drug."),
    _order(
        "order.self_taken",
        "o.psychotropic AND EXISTS (SELECT FROM residents_medicationdose d WHERE d.order_id = o.id AND d.how = 'observed')",
        "A young person takes a psychotropic drug themselves while staff watch.",
    ),
    _order("order.controlled", "o.controlled", "A young person in a home is to take a controlled drug."),
    _about_order(
        "order.written", "o.entered_at", "true", "An order says drug, strength, amount, times and who prescribed it."
    ),
    _about_order(
        "order.consented",
        "(o.consent_on + time '12:00') AT TIME ZONE 'UTC'",
        "o.consent_by ~ '\\S'",
        "It is written who has consented to an order, when, and by what authority.",
    ),
    _about_order(
        "order.consented_by_court",
        "(o.consent_on + time '12:00') AT TIME ZONE 'UTC'",
        "o.consent_authority = 'court'",
        "A court has authorized an order.",
    ),
    _about_order(
        "order.consented_by_family",
        "(o.consent_on + time '12:00') AT TIME ZONE 'UTC'",
        "o.consent_authority IN ('parent', 'guardian')",
        "A parent or guardian has consented to an order.",
    ),
    _about_order(
        "order.checked",
        "o.checked_at",
        "o.checked_at IS NOT NULL",
        "A second person has compared an order with the prescription.",
    ),
    Fact(
        "order.consent_in_force",
        "The consent to an order, until it is to be looked at again.",
        "subject",
        select(
            *_ALONE,
            "(o.consent_on + time '12:00') AT TIME ZONE 'UTC'",
            "FROM residents_medicationorder o WHERE o.consent_by ~ '\\S'",
            until="((o.review_on + 1)::timestamp AT TIME ZONE 'UTC')",
        ),
    ),
    Fact(
        "order.stopped",
        "An order in a home was stopped, or ran out.",
        "subject",
        select(
            *_IN_HOME[:3],
            _UNTIL,
            f"{_ORDER} WHERE {_UNTIL} IS NOT NULL",
        ),
    ),
    Fact(
        "order.counted",
        "Two people have counted what is kept of an order.",
        "subject",
        select(
            "c.facility_id", "c.order_id", "c.resident_id", "c.counted_at", f"{_COUNTED} WHERE c.witness_id IS NOT NULL"
        ),
    ),
    Fact(
        "order.cleared_away",
        "What was kept of an order was returned or destroyed.",
        "subject",
        select("c.facility_id", "c.order_id", "c.resident_id", "c.counted_at", f"{_COUNTED} WHERE c.removed > 0"),
    ),
    Fact(
        "order.kept_short",
        "A count of medication differs from what should be there, and nobody has settled it.",
        "subject",
        select(
            "c.facility_id",
            "c.id",
            "c.resident_id",
            "c.counted_at",
            f"{_COUNTED} WHERE c.counted <> c.expected",
            until="c.settled_at",
        ),
    ),
    Fact(
        "dose.error",
        "A dose was given in error, or was missed.",
        "subject",
        select(*_DOSES, "e.happened_at", f"{_DOSE} AND d.error"),
    ),
    Fact(
        "dose.error_reported",
        "A medication error was reported as an incident.",
        "subject",
        select(
            *_DOSES,
            "i.reported_at",
            _DOSE.replace(" WHERE", " JOIN residents_incident i ON i.id = d.incident_id WHERE", 1),
        ),
    ),
    Fact(
        "dose.psychotropic",
        "A dose of a psychotropic drug was given.",
        "subject",
        select(*_DOSES, "e.happened_at", f"{_DOSE} AND o.psychotropic AND d.outcome = 'given'"),
    ),
    Fact(
        "dose.psychotropic_unauthorized",
        "A dose of a psychotropic drug was given without the consent of a parent, a guardian or a court before it.",
        "subject",
        select(
            *_DOSES,
            "e.happened_at",
            f"{_DOSE} AND o.psychotropic AND d.outcome = 'given' AND NOT (o.consent_authority IN ('parent', 'guardian', 'court')"
            " AND o.consent_on <= e.happened_at::date)",
        ),
    ),
    Fact(
        "dose.written",
        "A dose was written down: what, how much, when, by whom.",
        "subject",
        select(*_DOSES, "e.written_at", _DOSE),
    ),
)
