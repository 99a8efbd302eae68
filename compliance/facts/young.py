"""Facts about young people: who they are, what was found about them, limits on their rights, contacts, papers shared."""

from compliance.facts.fact import LEFT, LIVED, NO_END, Fact, day_begins, first_of, home_of, newest, select

_NOWHERE = "NULL::uuid"
_COUNTS = "d.standing IN ('counts', 'agreed')"
_DESIGNATED = f"FROM residents_populationdesignation d {home_of('d.resident_id', 'd.decided_at')} WHERE {_COUNTS}"
_HOLDS_UNTIL = (
    "(SELECT min(n.decided_at) FROM residents_populationdesignation n WHERE n.resident_id = d.resident_id"
    " AND n.standing IN ('counts', 'agreed') AND n.decided_at > d.decided_at)"
)
_LIMIT = f"FROM residents_restriction r {home_of('r.resident_id', 'r.asked_at')}"
_LIMIT_ENDS = (
    "coalesce(r.ends_at, CASE WHEN r.decision = 'declined' THEN r.decided_at ELSE r.asked_at + interval '24 hours' END)"
)
_CONTACT = (
    "FROM residents_contact c LEFT JOIN residents_outsideperson o ON o.id = c.outside_person_id"
    f" {home_of('c.resident_id', 'c.happened_at')}"
    f" WHERE {newest('c', 'residents_contact')} AND c.outcome <> 'mistake'"
)
_MEASURES = ("m.facility_id", "m.id", "m.resident_id")
_MEASURE = (
    "FROM residents_intrusivemeasure m WHERE m.amends_id IS NULL"
    " AND (m.decision <> 'approved' OR NOT EXISTS (SELECT FROM residents_intrusivemeasure a"
    " WHERE a.amends_id = m.id AND a.mistake AND a.written_at < m.decided_at))"
)
_MEASURE_ENDS = "coalesce(m.ends_at, least(m.decided_at, m.review_by))"
_CONTACTS = ("coalesce(c.facility_id, lived.facility_id)", first_of("c", "residents_contact"), "c.resident_id")
_SHARED = f"FROM residents_disclosure s {home_of('s.resident_id', 's.disclosed_at')}"


def _designated(name: str, condition: str, sentence: str) -> Fact:
    rest = f"{_DESIGNATED} AND {condition}"
    sql = select("lived.facility_id", "d.id", "d.resident_id", "d.decided_at", rest, until=_HOLDS_UNTIL)
    return Fact(name, sentence, "resident", sql)


def _limit(name: str, kind: str, sentence: str) -> Fact:
    rest = f"{_LIMIT} WHERE r.kind = '{kind}'"
    return Fact(
        name,
        sentence,
        "subject",
        select("lived.facility_id", "r.id", "r.resident_id", "r.asked_at", rest, until=_LIMIT_ENDS),
    )


def _contact(name: str, condition: str, sentence: str, about: str = "subject") -> Fact:
    return Fact(name, sentence, about, select(*_CONTACTS, "c.happened_at", f"{_CONTACT} AND {condition}"))


def _document(name: str, part: str, sentence: str) -> Fact:
    rest = f"FROM residents_document d WHERE d.part = '{part}' AND d.resident_id IS NOT NULL"
    return Fact(name, sentence, "resident", select(_NOWHERE, "d.id", "d.resident_id", "d.uploaded_at", rest))


FACTS = (
    Fact(
        "young.born",
        "When a young person was born.",
        "resident",
        select(
            _NOWHERE,
            "i.resident_id",
            "i.resident_id",
            "((i.birth_date + time '12:00') AT TIME ZONE 'UTC')",
            "FROM residents_identity i",
        ),
    ),
    Fact(
        "young.turns_eighteen",
        "A young person who lives in a home turns 18: the day, also when it is to come.",
        "subject",
        select(
            "p.facility_id",
            "p.id",
            "p.resident_id",
            "((i.birth_date + interval '18 years') AT TIME ZONE h.time_zone)",
            "FROM facilities_placement p JOIN facilities_facility h ON h.id = p.facility_id"
            f" JOIN residents_identity i ON i.resident_id = p.resident_id WHERE {LIVED}"
            f" AND ({LEFT} IS NULL OR {LEFT} > (i.birth_date + interval '18 years') AT TIME ZONE h.time_zone)",
        ),
    ),
    Fact(
        "young.estimated_age",
        "The date of birth of a young person who came to live in a home is an estimate.",
        "subject",
        select(
            "p.facility_id",
            "p.id",
            "p.resident_id",
            "p.starts_at",
            "FROM facilities_placement p JOIN residents_identity i ON i.resident_id = p.resident_id"
            f" WHERE {LIVED} AND i.birth_date_is_estimate",
            until=LEFT,
        ),
    ),
    _designated(
        "young.identified",
        "d.population = 'trafficked' AND d.stage = 'confirmed'",
        "It was found that a young person was trafficked.",
    ),
    _designated(
        "young.suspected",
        "d.population = 'trafficked' AND d.stage IN ('suspected', 'screened')",
        "There is reason to think that a young person was trafficked, or may be.",
    ),
    _designated(
        "young.at_risk",
        "d.population = 'trafficked'",
        "A young person was trafficked, or there is reason to think so, or they may be.",
    ),
    _designated(
        "young.other_population",
        "d.population <> 'trafficked' AND d.stage = 'confirmed'",
        "It was found that a young person belongs to another population than the trafficked.",
    ),
    Fact(
        "young.screened",
        "Somebody has decided which population a young person belongs to, how sure that is, and on what basis.",
        "resident",
        select(
            _NOWHERE, "d.id", "d.resident_id", "d.decided_at", f"FROM residents_populationdesignation d WHERE {_COUNTS}"
        ),
    ),
    Fact(
        "level.assessed",
        "Somebody has assessed the level of care that a young person needs.",
        "resident",
        select(_NOWHERE, "l.id", "l.resident_id", "l.written_at", "FROM residents_levelassessment l"),
    ),
    Fact(
        "case.open",
        "The agency is responsible for a young person who has come to live in a home: since the case was opened.",
        "subject",
        select(
            "p.facility_id",
            "c.id",
            "c.resident_id",
            "((c.opened_on + time '12:00') AT TIME ZONE h.time_zone)",
            "FROM residents_case c JOIN facilities_placement p ON p.resident_id = c.resident_id AND p.status = 'active'"
            " JOIN facilities_facility h ON h.id = p.facility_id WHERE c.status = 'open'",
        ),
    ),
    Fact(
        "case.hearing",
        "The day of the next hearing in the case of a young person who lives in a home, also when it is to come.",
        "subject",
        select(
            "p.facility_id",
            "c.id",
            "c.resident_id",
            day_begins("c.next_hearing_on"),
            "FROM residents_case c JOIN facilities_placement p ON p.resident_id = c.resident_id AND p.status = 'active'"
            " JOIN facilities_facility h ON h.id = p.facility_id WHERE c.status = 'open' AND c.next_hearing_on IS NOT NULL",
        ),
    ),
    Fact(
        "case.goal_independence",
        "The goal of a young person's case is independent living.",
        "resident",
        select(
            _NOWHERE,
            "c.id",
            "c.resident_id",
            "((c.opened_on + time '12:00') AT TIME ZONE 'UTC')",
            "FROM residents_case c WHERE c.status = 'open' AND c.permanency_goal = 'independence'",
        ),
    ),
    Fact(
        "case.responsible",
        "Somebody is the caseworker of a young person.",
        "resident",
        select(
            _NOWHERE,
            "l.id",
            "c.resident_id",
            "l.starts_at",
            "FROM residents_caseload l JOIN residents_case c ON c.id = l.case_id",
            until="l.ends_at",
        ),
    ),
    _limit("limit.contact", "contact", "Contact with somebody who is allowed was limited, as long as the limit holds."),
    _limit("limit.activity", "activity", "A young person was kept from an activity, as long as the limit holds."),
    Fact(
        "limit.undecided",
        "A limit on a right was set, and a day later nobody had decided about it, until somebody did.",
        "subject",
        select(
            "lived.facility_id",
            "r.id",
            "r.resident_id",
            "r.asked_at + interval '24 hours'",
            f"{_LIMIT} WHERE r.decided_at IS NULL OR r.decided_at > r.asked_at + interval '24 hours'",
            until="r.decided_at",
        ),
    ),
    Fact(
        "limit.not_lifted",
        "A limit on a right has ended, until somebody who answers for it said that it is lifted.",
        "subject",
        select(
            "lived.facility_id",
            "r.id",
            "r.resident_id",
            "r.ends_at",
            f"{_LIMIT} WHERE r.decision = 'approved'",
            until="r.lifted_at",
        ),
    ),
    Fact(
        "measure.taken",
        "A young person or what is theirs was searched, watched, tested, taken away or kept shut.",
        "subject",
        select(*_MEASURES, "m.happened_at", _MEASURE),
    ),
    Fact(
        "measure.unjudged",
        "An intrusive measure was written down, and a day later nobody else had judged it, until somebody did.",
        "subject",
        select(
            *_MEASURES,
            "m.review_by",
            f"{_MEASURE} AND (m.decided_at IS NULL OR m.decided_at > m.review_by)",
            until="m.decided_at",
        ),
    ),
    Fact(
        "measure.kept_too_long",
        "Something was still kept, watched or shut when that might not go on, until it was over.",
        "subject",
        select(
            *_MEASURES,
            _MEASURE_ENDS,
            f"{_MEASURE} AND m.lasts AND (m.ended_at IS NULL OR m.ended_at > {_MEASURE_ENDS})",
            until="m.ended_at",
        ),
    ),
    Fact(
        "rights.read_out",
        "The rights were read out with a young person, in their language, and they got a copy.",
        "resident",
        select(_NOWHERE, "n.id", "n.resident_id", "n.given_at", "FROM residents_rightsnotice n WHERE n.copy_given"),
    ),
    Fact(
        "limit.decided",
        "Another person than who set a limit on a right has decided about it.",
        "subject",
        select(
            "lived.facility_id", "r.id", "r.resident_id", "r.decided_at", f"{_LIMIT} WHERE r.decided_at IS NOT NULL"
        ),
    ),
    Fact(
        "limit.reasoned",
        "A limit on a right says why.",
        "subject",
        select("lived.facility_id", "r.id", "r.resident_id", "r.asked_at", f"{_LIMIT} WHERE r.reason ~ '\\S'"),
    ),
    _contact("contact.denied", "c.outcome = 'denied' AND c.permission <> 'prohibited'", "A contact was refused."),
    _contact(
        "contact.denied_under_limit",
        "c.outcome = 'denied' AND c.restriction_id IS NOT NULL",
        "A contact was refused under a limit that says why and for how long.",
    ),
    _contact(
        "contact.office_denied",
        "c.outcome = 'denied' AND o.office <> ''",
        "A contact with a lawyer, an advocate, a caseworker, the ombudsperson or licensing was refused.",
    ),
    _contact(
        "contact.office_overheard",
        "c.outcome = 'took_place' AND c.supervised AND o.office <> ''",
        "Somebody was present at a contact with a lawyer, an advocate, a caseworker, the ombudsperson or licensing.",
    ),
    Fact(
        "contact.quiet",
        "A young person who lives in a home is not in touch with anybody of their list, an office apart, until the next contact.",
        "subject",
        select(
            "p.facility_id",
            "p.id",
            "p.resident_id",
            "quiet.at",
            f"""FROM facilities_placement p CROSS JOIN LATERAL (
                SELECT s.at, lead(s.at) OVER (ORDER BY s.at) AS next FROM (
                    SELECT p.starts_at AS at UNION ALL
                    SELECT c.happened_at FROM residents_contact c JOIN residents_outsideperson o ON o.id = c.outside_person_id
                    WHERE c.resident_id = p.resident_id AND c.amends_id IS NULL AND c.outcome = 'took_place'
                        AND o.office = '' AND c.permission <> 'prohibited' AND c.happened_at > p.starts_at
                        AND NOT EXISTS (SELECT FROM residents_contact a WHERE a.amends_id = c.id AND a.outcome = 'mistake')
                ) s
            ) quiet WHERE {LIVED} AND ({LEFT} IS NULL OR quiet.at < {LEFT})""",
            until=f"least(quiet.next, {LEFT})",
        ),
    ),
    _contact(
        "contact.held", "c.outcome = 'took_place'", "A young person was in contact with somebody outside.", "resident"
    ),
    _contact(
        "contact.caseworker_visit",
        "c.outcome = 'took_place' AND c.kind = 'visit' AND o.office = 'caseworker'",
        "The caseworker has visited a young person.",
        "resident",
    ),
    _contact(
        "contact.supervised",
        "c.outcome = 'took_place' AND c.kind = 'visit' AND c.supervised",
        "A visit took place with somebody present.",
    ),
    Fact(
        "contact.written",
        "A contact was written down.",
        "subject",
        select(
            "c.facility_id",
            first_of("c", "residents_contact"),
            "c.resident_id",
            "c.written_at",
            "FROM residents_contact c",
        ),
    ),
    Fact(
        "contact.list",
        "It is written down with whom a young person may be in contact.",
        "resident",
        select(
            _NOWHERE,
            "o.resident_id",
            "o.resident_id",
            "h.history_date",
            "FROM residents_outsideperson o JOIN residents_historicaloutsideperson h ON h.id = o.id AND h.history_type = '+'",
        ),
    ),
    Fact(
        "shared.outside",
        "Something about a young person was given to somebody outside.",
        "subject",
        select("lived.facility_id", "s.id", "s.resident_id", "s.disclosed_at", _SHARED),
    ),
    Fact(
        "shared.with_basis",
        "What was given to somebody outside rests on a consent, an order, a law, or a danger for life.",
        "subject",
        select("lived.facility_id", "s.id", "s.resident_id", "s.disclosed_at", f"{_SHARED} WHERE s.basis <> ''"),
    ),
    Fact(
        "shared.by_law",
        "What was given to somebody outside rests on an order of a court, a law, or a danger for life.",
        "subject",
        select(
            "lived.facility_id",
            "s.id",
            "s.resident_id",
            "s.disclosed_at",
            f"{_SHARED} WHERE s.basis IN ('order', 'law', 'emergency')",
        ),
    ),
    _document("document.case", "case", "A document of the case or of the court was filed."),
    _document("document.care", "care", "A document of the care was filed."),
    _document("document.identity", "identity", "A document of the identity was filed."),
    Fact(
        "clinical.assessed",
        "A clinician has assessed a young person.",
        "resident",
        select(
            _NOWHERE,
            "n.id",
            "n.resident_id",
            "n.happened_at",
            "FROM residents_clinicalnote n WHERE n.kind = 'assessment' AND n.amends_id IS NULL",
            until=NO_END,
        ),
    ),
    Fact(
        "clinical.session",
        "A clinician has had a session with a young person.",
        "resident",
        select(
            _NOWHERE,
            "n.id",
            "n.resident_id",
            "n.happened_at",
            "FROM residents_clinicalnote n WHERE n.kind = 'session' AND n.amends_id IS NULL",
        ),
    ),
)
