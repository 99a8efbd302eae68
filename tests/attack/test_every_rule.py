"""One attack on each rule of the database that no other test provokes; and what happens when the rule is gone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, models, transaction

from compliance.models import MonthTotals, SavedFilter
from placement.access.models import AccountChange, CalendarFeed, Membership, Person
from placement.database import roles
from placement.database.context import acting, acting_as_system
from placement.facilities.models import LicenceCondition, OutsideInspection, PlacementDecision, WarningSignature
from residents.models import (
    Identity,
    IncidentResident,
    Kinship,
    LevelAssessment,
    PopulationDesignation,
    SeparationRequest,
    WordingIgnored,
)
from residents.operations.wording import keep_ignored
from tests.attack.binder_rules import BINDERS
from tests.attack.citation_rules import CITATIONS
from tests.attack.complaint_rules import COMPLAINTS
from tests.attack.corrective_rules import CORRECTIVE
from tests.attack.court_rules import COURT
from tests.attack.flag_rules import FLAGS
from tests.attack.law_rules import LAW
from tests.attack.retention_rules import RETENTION
from tests.attack.rights_rules import RIGHTS
from tests.attack.shift_rules import SHIFTS
from tests.attack.sql import again, ask, change, insert, refused, sql
from tests.attack.staff_file_rules import STAFF_FILES
from tests.attack.test_accounts import proposal
from tests.bars import bar_to_judge
from tests.world import World

YEARS = timedelta(days=3650)
DATA_EXCEPTION = "22000"


@dataclass(frozen=True)
class Rule:
    """What ``who`` of the world sends to the database, which the rule refuses.

    by_owner: the owner's login alone gets so far; why stands beside it. then: what refuses once this one is gone.
    """

    name: str
    who: str
    attack: Callable[[World], Any]
    by_owner: bool = False
    then: str | None = None

    def run(self, world: World) -> None:
        """Let the attack loose, as in a transaction of its own."""
        who = getattr(world, self.who)
        with acting(who.pk, who.name):
            self.attack(world)
            sql("SET CONSTRAINTS ALL IMMEDIATE")


def of_ada(world: World, model: type[models.Model], path: str = "resident") -> Any:
    """Return a row of the model that is about ada."""
    return model.objects.filter(**{path: world.ada.resident}).first()


def decision(world: World) -> PlacementDecision:
    return of_ada(world, PlacementDecision, "referral__resident")


def propose(world: World, **values: Any) -> None:
    insert(AccountChange, **proposal(world, **values))


def feed(world: World, **values: Any) -> UUID:
    """A calendar feed of the home's staff in plain SQL."""
    row = {"person_id": world.staff_cedar.pk, "name": "Phone", "digest": "a" * 64, "made_at": world.now}
    return insert(CalendarFeed, **row | values)


def fed(world: World) -> CalendarFeed:
    """The one feed of the home's staff, made when there is none."""
    return CalendarFeed.objects.first() or CalendarFeed.objects.get(pk=feed(world))


def kept_filter(world: World, name: str) -> None:
    insert(SavedFilter, person_id=world.supervisor.pk, name=name, asked="{}")


def siblings(world: World, *keys: str) -> None:
    for key in keys:
        insert(Kinship, resident_id=world.ada.resident.pk, sibling_id=world.young[key].resident.pk, together=True)


def inspect(world: World, times: int = 1, **values: Any) -> None:
    visit = {"kind": "inspection", "visited_on": world.today, "visits": 1, "source": "file"}
    visit |= {"serious_citations": 0, "other_citations": 0}
    with acting_as_system("import_facilities"):
        for _ in range(times):
            insert(OutsideInspection, facility_id=world.cedar.facility.pk, **visit | values)


def kept_wording(world: World) -> WordingIgnored:
    keep_ignored(["AWOL"], [world.ada.care], by=world.staff_cedar)
    return WordingIgnored.objects.get()


def impose(world: World, value: int | None) -> None:
    licence = world.maple.licence
    insert(LicenceCondition, licence_id=licence.pk, kind="max_age", value=value, text="", starts_on=world.today)


def sign_warning(world: World, reason: str = "Talked about it") -> tuple[type[WarningSignature], UUID]:
    signature = {"criterion": "distance", "signed_by_id": world.caseworker.pk, "signed_at": world.now}
    about = {"referral_id": world.eve.referral.pk, "facility_id": world.cedar.facility.pk}
    return WarningSignature, insert(WarningSignature, **about, **signature, reason=reason)


def propose_as_read(world: World) -> None:
    """Propose a stay for eve as if its safety history had been read before."""
    stay, unsigned = world.ada.stay, {"decided_by_id": None, "decided_at": None, "admitted_by_id": None}
    values = {"resident_id": world.eve.resident.pk, "bed_id": world.cedar.beds[3].pk, "status": "proposed", **unsigned}
    again(stay, proposed_by_id=world.admin_cedar.pk, starts_at=world.now, referral_id=None, decision_id=None, **values)


def propose_leaving(world: World, young: str = "bea", by: Person | None = None, **values: Any) -> None:
    """Propose a discharge as the one that waits for ada."""
    signed = {"proposed_by_id": (by or world.caseworker).pk}
    again(world.ada.proposal, placement_id=world.young[young].stay.pk, **signed, **values)


def with_number_of(row: models.Model, sequence: str) -> None:
    """Insert the row again when the database is about to give its number once more."""
    sql(f"ALTER SEQUENCE {sequence} RESTART WITH %s", row.number)
    again(row)


def change_emergency(world: World, **values: Any) -> None:
    sql("ALTER TABLE residents_breakglass DISABLE TRIGGER rules")
    change(world.ada.emergency, **values)


def judge(world: World, **values: Any) -> None:
    """Judge a bar of a supervisor, wrongly."""
    signed = {"judgement": "upheld", "judged_by_id": world.supervisor2.pk, "judged_at": world.now}
    change(bar_to_judge(world), **signed | {"judgement_reason": "So it is"} | values)


def judge_the_own(world: World) -> None:
    sql("ALTER TABLE residents_conflictofinterest DISABLE TRIGGER rules")
    row = bar_to_judge(world)
    signed = {"judgement": "upheld", "judged_at": world.now, "judgement_reason": "So it is"}
    change(row, **signed, judged_by_id=world.supervisor.pk)


def assess_below_the_scale(world: World) -> None:
    sql("ALTER TABLE residents_levelassessment DROP CONSTRAINT level_is_on_the_scale")
    again(of_ada(world, LevelAssessment), level=-1)


ACCESS = [
    Rule("access_agencyunit_name_key", "sysadmin", lambda w: change(w.north, name=w.south.name)),
    Rule(
        "access_is_braked",
        "caseworker",
        lambda w: ask(
            "SELECT access_log('page', 'shown', %s::uuid[], '{}', '{}', NULL)::text", [uuid4() for _ in range(201)]
        ),
    ),
    Rule("access_person_username_key", "sysadmin", lambda w: change(w.stranger, username=w.sysadmin.username)),
    Rule("access_calendarfeed_digest_key", "staff_cedar", lambda w: [feed(w), feed(w)]),
    Rule("calendar_feed_has_a_name", "staff_cedar", lambda w: feed(w, name=" ")),
    Rule("calendar_feed_is_kept", "staff_cedar", lambda w: change(fed(w), digest="0" * 64)),
    Rule(
        "calendar_feed_is_kept",
        "staff_cedar",
        lambda w: [change(fed(w), ended_at=w.now), change(fed(w), ended_at=None)],
    ),
    Rule("calendar_feed_keeps_a_hash", "staff_cedar", lambda w: feed(w, digest="the token itself")),
    Rule("account_change_is_of_a_kind", "sysadmin", lambda w: propose(w, kind="else")),
    Rule("account_change_is_of_a_kind", "sysadmin", lambda w: propose(w, role="owner")),
    Rule("account_change_says_why", "sysadmin", lambda w: propose(w, reason="")),
    Rule("membership_once", "sysadmin", lambda w: again(Membership.objects.first())),
    Rule("proposed_supervisor_has_a_unit", "sysadmin", lambda w: propose(w, role="supervisor")),
    Rule("staff_number_is_plain", "sysadmin", lambda w: change(w.stranger, staff_number="Ä-1")),
    Rule("staff_number_once", "sysadmin", lambda w: change(w.stranger, staff_number="w.0 OI")),
    # A second person confirms every change of a role or unit, and no proposal has such a role or lacks the unit.
    Rule("person_has_a_known_role", "sysadmin", lambda w: change(w.stranger, role="owner"), by_owner=True),
    Rule("supervisor_has_a_unit", "sysadmin", lambda w: change(w.stranger, role="supervisor"), by_owner=True),
]


def name_twice(w: World) -> None:
    """Name somebody twice in a report that is made in the same act: later it stays as it was sent, whoever is named."""
    report = again(w.ada.incident)
    for _ in range(2):
        insert(IncidentResident, incident_id=report, resident_id=w.ada.resident.pk)


RECORD = [
    Rule("alert_ends_after_start", "caseworker", lambda w: change(w.ada.alert, ends_at=w.now - YEARS)),
    Rule("case_closes_after_it_opened", "supervisor", lambda w: change(w.ada.case, closed_on=w.today)),
    Rule("caseload_ends_after_start", "supervisor", lambda w: change(w.ada.caseload, ends_at=w.ada.caseload.starts_at)),
    Rule("caseload_once_at_a_time", "supervisor", lambda w: again(w.ada.caseload)),
    Rule("code_is_short", "caseworker", lambda w: change(w.ada.resident, code="ada")),
    Rule("conflict_judged_not_right_is_lifted", "supervisor2", lambda w: judge(w, judgement="lifted")),
    Rule("conflict_judgement_is_signed", "supervisor2", lambda w: judge(w, judgement_reason="")),
    Rule("conflict_judgement_is_signed", "supervisor2", lambda w: judge(w, judgement="", judgement_reason="")),
    # The database names who judges, and names neither who laid the bar nor whom it bars.
    Rule("conflict_judged_by_another", "supervisor", judge_the_own, by_owner=True),
    Rule("designation_has_a_basis", "caseworker", lambda w: again(of_ada(w, PopulationDesignation), basis="")),
    Rule(
        "document_belongs_to_one",
        "caseworker",
        lambda w: again(w.ada.document, stored_name=uuid4(), facility_id=w.cedar.facility.pk),
    ),
    Rule("document_is_kept", "caseworker", lambda w: change(w.ada.document, title="Another")),
    Rule("exploitation_link_once", "caseworker", lambda w: again(w.ada.exploitation)),
    Rule("trace_once", "caseworker", lambda w: again(w.ada.trace)),
    Rule("trace_says_which", "caseworker", lambda w: again(w.ada.trace, value=" ")),
    Rule("kinship_is_with_another", "caseworker", lambda w: siblings(w, "ada")),
    Rule("kinship_once", "caseworker", lambda w: siblings(w, "bea", "bea")),
    Rule(
        "level_assessed_again_later",
        "caseworker",
        lambda w: again(of_ada(w, LevelAssessment), again_on=of_ada(w, LevelAssessment).assessed_on),
    ),
    Rule("level_is_on_the_scale", "caseworker", lambda w: again(of_ada(w, LevelAssessment), level=6)),
    Rule("missing_report_names_somebody", "staff_cedar", lambda w: again(w.ada.incident, kind="missing")),
    Rule("note_says_something", "staff_cedar", lambda w: change(w.ada.care, kind="note", note="")),
    Rule("one_open_case", "caseworker", lambda w: again(w.ada.case, number="C-2")),
    Rule("prohibition_names_its_order", "caseworker", lambda w: change(w.ada.outside, permission="prohibited")),
    Rule(
        "resident_in_incident_once",
        "staff_cedar",
        name_twice,
    ),
    Rule("residents_case_number_key", "caseworker", lambda w: change(w.ada.case, number=w.bea.case.number)),
    Rule("residents_contact_minutes_check", "staff_cedar", lambda w: again(w.ada.contact, minutes=-1)),
    Rule("residents_document_size_check", "caseworker", lambda w: again(w.ada.document, stored_name=uuid4(), size=-1)),
    Rule("residents_document_stored_name_key", "caseworker", lambda w: again(w.ada.document)),
    Rule("residents_identity_resident_id_key", "caseworker", lambda w: again(of_ada(w, Identity))),
    Rule("residents_resident_code_key", "caseworker", lambda w: change(w.ada.resident, code=w.bea.resident.code)),
    Rule(
        "separation_request_decision_is_signed",
        "supervisor",
        lambda w: change(of_ada(w, SeparationRequest), status="declined"),
    ),
    Rule("separation_request_is_kept", "caseworker", lambda w: change(of_ada(w, SeparationRequest), reason="Another")),
    Rule("separation_request_says_whom_and_why", "caseworker", lambda w: again(of_ada(w, SeparationRequest), code="")),
    Rule(
        "separation_request_says_whom_and_why", "caseworker", lambda w: again(of_ada(w, SeparationRequest), reason="")
    ),
    Rule("team_ends_after_start", "supervisor", lambda w: change(w.ada.team, ends_at=w.ada.team.starts_at)),
    Rule("team_member_once_at_a_time", "supervisor", lambda w: again(w.ada.team)),
    # The database sets the times of emergency access itself, and keeps them.
    Rule("emergency_ends_early", "caseworker2", lambda w: change_emergency(w, ended_at=w.now + YEARS), by_owner=True),
    Rule(
        "emergency_lasts_two_hours", "caseworker2", lambda w: change_emergency(w, ends_at=w.now + YEARS), by_owner=True
    ),
    # The database gives the number itself.
    Rule(
        "residents_incident_number_key",
        "staff_cedar",
        lambda w: with_number_of(w.ada.incident, "residents_incident_number_seq"),
        by_owner=True,
    ),
    # ``level_is_on_the_scale`` refuses all that it refuses, and is asked first.
    Rule("residents_levelassessment_level_check", "caseworker", assess_below_the_scale, by_owner=True),
]
HOMES = [
    Rule(
        "assignment_ends_after_start",
        "supervisor",
        lambda w: change(w.cedar.assignments[0], ends_at=w.cedar.assignments[0].starts_at),
    ),
    Rule("assignment_once_at_a_time", "supervisor", lambda w: again(w.cedar.assignments[0])),
    Rule("bed_closure_has_a_start", "supervisor", lambda w: change(w.cedar.beds[3], closed_until=w.today)),
    Rule("bed_name_once", "supervisor", lambda w: again(w.cedar.beds[3])),
    Rule("condition_has_its_value", "supervisor", lambda w: impose(w, None)),
    Rule("decision_has_a_reason", "caseworker", lambda w: again(decision(w), reason="")),
    Rule("decision_is_kept", "caseworker", lambda w: change(decision(w), reason="Another")),
    Rule("decision_is_one_step", "supervisor", lambda w: again(w.ada.stay, status="proposed"), then="signature_is_own"),
    Rule("discharge_is_proposed_by_the_caseworker", "supervisor", lambda w: propose_leaving(w, by=w.supervisor)),
    Rule(
        "discharge_is_proposed_during_the_stay",
        "caseworker",
        lambda w: propose_leaving(w, "fay"),
        then="one_open_discharge_proposal",
    ),
    Rule(
        "discharge_is_written_by_another",
        "caseworker",
        lambda w: again(w.fay.discharge, placement_id=w.ada.stay.pk, written_by_id=w.caseworker.pk),
    ),
    Rule("discharge_proposal_is_complete", "caseworker", lambda w: propose_leaving(w, after_care="")),
    Rule("discharge_proposal_is_kept", "caseworker", lambda w: change(w.ada.proposal, after_care="Nothing")),
    Rule(
        "discharge_withdrawal_is_signed",
        "caseworker",
        lambda w: change(w.ada.proposal, withdrawn_by_id=w.caseworker.pk),
    ),
    Rule("ignored_wording_is_kept", "staff_cedar", lambda w: change(kept_wording(w), term="Nothing")),
    Rule("ignored_wording_names_the_term", "staff_cedar", lambda w: again(kept_wording(w), term="")),
    Rule("exit_name_once", "supervisor", lambda w: again(w.cedar.exits[0])),
    Rule("facilities_discharge_placement_id_key", "supervisor", lambda w: again(w.fay.discharge, late_reason="Away")),
    Rule("facilities_facilityaddress_facility_id_key", "supervisor", lambda w: again(w.cedar.facility.address)),
    Rule("facilities_licence_capacity_check", "supervisor", lambda w: change(w.maple.licence, capacity=-1)),
    Rule(
        "facilities_licence_max_age_check",
        "supervisor",
        lambda w: change(w.maple.licence, max_age=-1),
        then="licence_ages_in_order",
    ),
    Rule("facilities_licence_min_age_check", "supervisor", lambda w: change(w.maple.licence, min_age=-1)),
    Rule("facilities_licencecondition_value_check", "supervisor", lambda w: impose(w, -1)),
    Rule("facilities_match_rank_check", "caseworker", lambda w: change(w.match, rank=-1)),
    Rule("facilities_outsideinspection_other_citations_check", "supervisor", lambda w: inspect(w, other_citations=-1)),
    Rule(
        "facilities_outsideinspection_serious_citations_check", "supervisor", lambda w: inspect(w, serious_citations=-1)
    ),
    Rule("facilities_outsideinspection_visits_check", "supervisor", lambda w: inspect(w, visits=-1)),
    Rule(
        "facilities_referral_level_check",
        "caseworker",
        lambda w: change(w.eve.referral, level=-1),
        then="referral_level_is_on_the_scale",
    ),
    Rule("referral_level_is_on_the_scale", "caseworker", lambda w: change(w.eve.referral, level=9)),
    Rule(
        "fire_clearance_ends_after_start",
        "supervisor",
        lambda w: change(w.cedar.facility.fire_clearances.get(), valid_to=w.today - YEARS),
    ),
    Rule("home_matched_once", "caseworker", lambda w: again(w.match)),
    Rule("inspection_once", "supervisor", lambda w: inspect(w, times=2)),
    Rule("inspection_once", "supervisor", lambda w: inspect(w, times=2, visited_on=None)),
    Rule("leave_ends_after_start", "admin_cedar", lambda w: change(w.ada.leave, ends_at=w.ada.leave.starts_at)),
    Rule("licence_ages_in_order", "supervisor", lambda w: change(w.maple.licence, min_age=18)),
    Rule(  # afterwards it is no span of days any more
        "licence_ends_after_start",
        "supervisor",
        lambda w: change(w.maple.licence, valid_to=w.today - YEARS),
        then=DATA_EXCEPTION,
    ),
    Rule("licence_number_once", "supervisor", lambda w: change(w.harbor.licence, number=w.maple.licence.number)),
    Rule("one_open_discharge_proposal", "caseworker", lambda w: propose_leaving(w, "ada")),
    Rule("proposed_leaving_is_still_to_come", "caseworker", lambda w: propose_leaving(w, leaves_at=w.now - YEARS)),
    Rule("one_leave_at_a_time", "admin_cedar", lambda w: again(w.ada.leave)),
    Rule(
        "referral_ends_after_start",
        "caseworker",
        lambda w: change(w.eve.referral, expected_until=w.eve.referral.needed_from),
    ),
    Rule("signature_is_own", "admin_cedar", propose_as_read),
    Rule("room_name_once", "supervisor", lambda w: again(w.cedar.rooms[0])),
    Rule("unit_name_once", "supervisor", lambda w: again(w.cedar.unit)),
    Rule(
        "waiver_waives_something",
        "admin_cedar",
        lambda w: again(w.cedar.waiver, kind="rules", confirmed_at=None, confirmed_by_id=None),
    ),
    Rule(
        "waiver_is_of_rules_of_the_state",
        "admin_cedar",
        lambda w: again(w.cedar.waiver, rules=["fed-missing-report-24h"], confirmed_at=None, confirmed_by_id=None),
    ),
    Rule("waiver_ends_after_start", "admin_cedar", lambda w: again(w.cedar.waiver, ends_on=w.today - YEARS)),
    Rule("warning_signature_has_a_reason", "caseworker", lambda w: sign_warning(w, reason="")),
    Rule("warning_signature_is_kept", "caseworker", lambda w: change(sign_warning(w), reason="Another")),
    Rule("warning_signed_once", "caseworker", lambda w: (sign_warning(w), sign_warning(w))),
    # The database gives the number itself.
    Rule(
        "facilities_referral_number_key",
        "caseworker",
        lambda w: with_number_of(w.eve.referral, "facilities_referral_number_seq"),
        by_owner=True,
    ),
]
TOTALS = [
    # The database takes the totals itself, and the application's role adds none.
    Rule("saved_filter_has_a_name", "supervisor", lambda w: kept_filter(w, " ")),
    Rule("saved_filter_named_once", "supervisor", lambda w: [kept_filter(w, "Late") for _ in range(2)]),
    Rule(
        "totals_taken_once",
        "supervisor",
        lambda w: [insert(MonthTotals, unit_id=w.north.pk, day=w.today, taken_at=w.now, tables="{}") for _ in range(2)],
        by_owner=True,
    ),
]
RULES = [
    *ACCESS,
    *RECORD,
    *HOMES,
    *TOTALS,
    *(
        Rule(**each)
        for each in [
            *SHIFTS,
            *RIGHTS,
            *LAW,
            *CORRECTIVE,
            *BINDERS,
            *COURT,
            *RETENTION,
            *CITATIONS,
            *STAFF_FILES,
            *COMPLAINTS,
            *FLAGS,
            *RETENTION,
        ]
    ),
]


@pytest.mark.parametrize("rule", [rule for rule in RULES if not rule.by_owner], ids=lambda rule: rule.name)
def test_the_rule_refuses(rule: Rule, world: World) -> None:
    with refused(rule.name):
        rule.run(world)


def test_without_the_rule_the_attack_succeeds(committed_world: World) -> None:
    """So the attack proves the rule, and nothing else. Also where only the owner's login gets as far as the rule."""
    with_it, without_it = {}, {}
    with roles.as_owner():
        for rule in RULES:
            with transaction.atomic():
                with_it[rule] = outcome(rule, committed_world)
                remove(rule.name)
                without_it[rule] = outcome(rule, committed_world)
                transaction.set_rollback(True)
    assert with_it == {rule: rule.name for rule in RULES}
    assert without_it == {rule: rule.then for rule in RULES}


def outcome(rule: Rule, world: World) -> str | None:
    """Return the rule, or else PostgreSQL's code, that refuses the attack; ``None`` when it succeeds. Undoes what it did."""
    try:
        with transaction.atomic():
            rule.run(world)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return error.__cause__.diag.constraint_name or error.__cause__.pgcode
    return None


REMOVALS = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname) FROM pg_constraint
WHERE conname IN (%(name)s, regexp_replace(%(name)s, '_', '_historical')) AND contype IN ('c', 'u', 'x')
UNION ALL
SELECT format('DROP INDEX %%I', relname) FROM pg_class
WHERE relname = %(name)s AND relkind = 'i' AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = pg_class.oid)
UNION ALL
SELECT format('DROP TRIGGER %%I ON %%s', tgname, tgrelid::regclass) FROM pg_trigger
WHERE strpos(pg_get_triggerdef(oid), 'row_is_kept(''' || %(name)s || ''')') > 0
UNION ALL
SELECT regexp_replace(pg_get_functiondef(oid),
  '(RAISE EXCEPTION [^;]*CONSTRAINT = |PERFORM refuse\\()''' || %(name)s || '''\\)?;', 'NULL;', 'g')
FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND strpos(prosrc, '''' || %(name)s || '''') > 0
"""


def remove(name: str) -> None:
    """Take the rule out of the database, also out of the table's history. Needs the owner's login."""
    with connection.cursor() as cursor:
        cursor.execute(REMOVALS, {"name": name})
        statements = [statement for (statement,) in cursor.fetchall()]
        assert statements, name
        for statement in statements:
            cursor.execute(statement)
