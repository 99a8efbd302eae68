"""Attacks on the rules about holds, terms and disposals, for ``test_every_rule``."""

from typing import Any
from uuid import uuid4

from compliance.models import AgencyTerm, AnswerRead
from placement.database.context import acting
from residents.models import Disposal, LegalHold, ValueProposal
from residents.operations import seal_record
from tests import retention
from tests.attack.sql import change, insert, sql
from tests.bars import another_supervisor
from tests.world import World


def hold(w: World, by: str = "supervisor", **values: Any) -> Any:
    """A hold on Ada's record in plain SQL."""
    row = {"resident_id": w.ada.resident.pk, "why": "order", "reference": "7", "note": "A case", "lift_reason": ""}
    return insert(LegalHold, **row | {"laid_by_id": w.people[by].pk, "laid_at": w.now} | values)


def lift(w: World, by: str, pk: Any, **values: Any) -> int:
    """Lift a hold in plain SQL."""
    person = w.people[by]
    with acting(person.pk, person.name):
        return change(
            (LegalHold, pk), **{"lifted_by_id": person.pk, "lifted_at": w.now, "lift_reason": "over"} | values
        )


def of_home(w: World, **values: Any) -> Any:
    return hold(w, resident_id=None, facility_id=w.cedar.facility.pk, **values)


def term(w: World, by: str = "supervisor", **values: Any) -> Any:
    """A time of the agency in plain SQL."""
    row = {"months": 60, "why": "Contract", "refusal": "", "proposed_by_id": w.people[by].pk, "proposed_at": w.now}
    return insert(AgencyTerm, **row | values)


def confirm(w: World, by: str, pk: Any, **values: Any) -> int:
    person = w.people[by]
    with acting(person.pk, person.name):
        return change((AgencyTerm, pk), **{"confirmed_by_id": person.pk, "confirmed_at": w.now} | values)


def refusal(w: World, by: str) -> dict[str, Any]:
    return {"refused_by_id": w.people[by].pk, "refused_at": w.now, "refusal": "No need"}


def refuse(w: World, by: str, pk: Any, **values: Any) -> int:
    person = w.people[by]
    with acting(person.pk, person.name):
        return change((AgencyTerm, pk), **refusal(w, by) | values)


def withdraw(w: World, by: str, pk: Any) -> int:
    person = w.people[by]
    with acting(person.pk, person.name):
        return change((AgencyTerm, pk), withdrawn_at=w.now)


def disposal(w: World, young: Any = None, **values: Any) -> Any:
    """A proposal in plain SQL, of a record whose time is over if absent."""
    young = young or retention.to_propose(w)
    row = {
        "resident_id": young.pk,
        "code": "",
        "left_on": w.today,
        "free_on": w.today,
        "rules": "[]",
        "homes": [],
        "units": [],
    }
    row |= {"closed_to": [], "reason": "over", "proposed_by_id": w.supervisor.pk, "proposed_at": w.now, "decision": ""}
    return insert(Disposal, **row | {"erased": "{}", "files": []} | values)


def decide(w: World, pk: Any, by: Any = None, **values: Any) -> int:
    """A decision in plain SQL, by another supervisor of the unit if absent."""
    by = by or another_supervisor(w.north, "Fifth Supervisor")
    row = {"decided_by_id": by.pk, "decided_at": w.now, "approved": True, "decision": "yes"}
    with acting(by.pk, by.name):
        return change((Disposal, pk), **row | values)


def under_hold(w: World) -> None:
    young = retention.to_propose(w)
    hold(w, resident_id=young.pk)
    disposal(w, young)


def before_the_court(w: World) -> None:
    young, by = retention.to_propose(w), w.supervisor
    another_supervisor(w.north, "Fourth Supervisor")
    with acting(by.pk, by.name):
        seal_record(young, court="Juvenile Court", order_number="7", ordered_on=w.today, says="All", by=by)
    disposal(w, young)


def open_still(w: World) -> None:
    young = retention.to_propose(w)
    with acting(w.supervisor.pk, w.supervisor.name):
        from residents.models import BreakGlass

        insert(
            BreakGlass,
            resident_id=young.pk,
            person_id=w.supervisor.pk,
            reason="Somebody called about them at night.",
            starts_at=w.now,
            ends_at=w.now,
            judgement="",
            judgement_reason="",
        )
    disposal(w, young)


def value(w: World, **values: Any) -> Any:
    """A proposal of a former value of Ada's record in plain SQL."""
    row = {"resident_id": w.ada.resident.pk, "record": "residents.Resident", "thing": w.ada.resident.pk, "former": 1}
    row |= {"fields": ["preferred_name"], "why": "right", "proposed_by_id": w.supervisor.pk, "proposed_at": w.now}
    return insert(ValueProposal, **row | {"answer": "", "answer_reason": ""} | values)


def answer_value(w: World, by: str, pk: Any, **values: Any) -> int:
    person = w.people[by]
    row = {"answer": "taken", "answered_by_id": person.pk, "answered_at": w.now}
    with acting(person.pk, person.name):
        return change((ValueProposal, pk), **row | values)


def stub(w: World) -> None:
    sql("INSERT INTO audit_erasedrow (disposal, \"table\", key, hash) VALUES (%s, 'x', 1, %s)", uuid4(), b"x" * 32)


RETENTION: list[dict[str, Any]] = [
    {"who": "supervisor", **each}
    for each in [
        {"name": "legal_hold_is_on_one_thing", "attack": lambda w: hold(w, facility_id=w.cedar.facility.pk)},
        {"name": "legal_hold_says_why", "attack": lambda w: hold(w, reference=" ")},
        {"name": "legal_hold_lifted_by_another", "attack": lambda w: lift(w, "supervisor", hold(w))},
        {"name": "legal_hold_lift_says_why", "attack": lambda w: lift(w, "supervisor2", of_home(w), lift_reason=" ")},
        {"name": "legal_hold_is_kept", "attack": lambda w: change((LegalHold, hold(w)), note="Another")},
        {
            "name": "legal_hold_is_for_supervisors",
            "who": "admin_cedar",
            "attack": lambda w: of_home(w, laid_by_id=w.admin_cedar.pk),
        },
        {"name": "agency_term_is_of_years", "attack": lambda w: term(w, months=11)},
        {"name": "agency_term_is_until_an_age", "attack": lambda w: term(w, until_age=17)},
        {"name": "agency_term_says_why", "attack": lambda w: term(w, why=" ")},
        {"name": "agency_term_needs_two_people", "attack": lambda w: confirm(w, "supervisor", term(w))},
        {"name": "agency_term_is_kept", "attack": lambda w: change((AgencyTerm, term(w)), months=12)},
        {
            "name": "agency_term_is_signed",
            "attack": lambda w: change((AgencyTerm, term(w)), confirmed_at=w.now),
        },
        {
            "name": "agency_term_refused_by_another",
            "attack": lambda w: change((AgencyTerm, term(w)), **refusal(w, "supervisor")),
        },
        {"name": "agency_term_refusal_says_why", "attack": lambda w: refuse(w, "supervisor2", term(w), refusal=" ")},
        {
            "name": "agency_term_ends_in_one_way",
            "attack": lambda w: change((AgencyTerm, term(w)), withdrawn_at=w.now, **refusal(w, "supervisor")),
            "then": "agency_term_refused_by_another",
        },
        {
            "name": "agency_term_is_withdrawn_by_its_proposer",
            "attack": lambda w: withdraw(w, "supervisor2", term(w)),
        },
        {"name": "value_proposal_says_why", "attack": lambda w: value(w, why=" ")},
        {"name": "value_proposal_names_a_field", "attack": lambda w: value(w, fields=[])},
        {"name": "value_proposed_once_at_a_time", "attack": lambda w: [value(w) for _ in range(2)]},
        {
            "name": "value_proposal_answer_is_signed",
            "attack": lambda w: answer_value(w, "caseworker", value(w), answer="refused"),
        },
        {"name": "value_proposal_is_kept", "attack": lambda w: change((ValueProposal, value(w)), why="Another")},
        {
            "name": "value_is_proposed_by_its_supervisor",
            "who": "caseworker",
            "attack": lambda w: value(w, proposed_by_id=w.caseworker.pk),
        },
        {
            "name": "value_is_put_back_by_who_keeps_the_case",
            "attack": lambda w: answer_value(w, "supervisor", value(w)),
        },
        {
            "name": "second_is_named_where_nobody_else_can",
            "attack": lambda w: change((Disposal, disposal(w)), outside_id=w.caseworker.pk),
        },
        {
            "name": "answer_is_read_once",
            "attack": lambda w: [insert(AnswerRead, person_id=w.supervisor.pk, of=w.flag.pk) for _ in range(2)],
        },
        {
            "name": "agency_term_is_for_supervisors",
            "who": "admin_cedar",
            "attack": lambda w: term(w, "admin_cedar"),
        },
        {"name": "disposal_says_why", "attack": lambda w: disposal(w, reason=" ")},
        {"name": "disposal_needs_two_people", "attack": lambda w: decide(w, disposal(w), w.supervisor)},
        {"name": "disposal_decision_is_signed", "attack": lambda w: decide(w, disposal(w), decision=" ")},
        {"name": "disposal_is_kept", "attack": lambda w: change((Disposal, disposal(w)), reason="Another")},
        {
            "name": "disposal_is_kept",
            "attack": lambda w: disposal(w, approved=True),
            "then": "disposal_decision_is_signed",
        },
        {
            "name": "disposal_is_kept",
            "attack": lambda w: change((Disposal, disposal(w)), erased_at=w.now),
        },
        # The application's role can't write stubs at all. There would be no record to look at.
        {
            "name": "disposal_is_approved_when_it_is_done",
            "attack": stub,
            "by_owner": True,
            "then": "record_is_of_somebody_who_left",
        },
        {
            "name": "disposal_is_for_supervisors",
            "who": "caseworker",
            "attack": lambda w: disposal(w, w.ada.resident, proposed_by_id=w.caseworker.pk),
            "then": "record_is_of_somebody_who_left",
        },
        {
            "name": "disposal_once_at_a_time",
            "attack": lambda w: (lambda young: (disposal(w, young), disposal(w, young)))(retention.to_propose(w)),
        },
        # There would be no last day.
        {"name": "record_is_of_somebody_who_left", "attack": lambda w: disposal(w, w.ada.resident), "then": "23502"},
        {"name": "court_keeps_the_record", "attack": before_the_court},
        {"name": "record_is_under_hold", "attack": under_hold},
        {"name": "nothing_about_it_is_open", "attack": open_still},
        # There would be no day from which it may go.
        {"name": "record_has_a_term", "attack": lambda w: disposal(w, retention.old_record(w)), "then": "23502"},
        {
            "name": "record_is_kept_for_its_term",
            "attack": lambda w: (retention.term(w), disposal(w, retention.old_record(w, on=w.today))),
        },
    ]
]
