"""Attacks on the rules about visits of authorities, citations and plans of correction, for ``test_every_rule``."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from compliance.models import Citation, CorrectionPlan
from placement.database.context import acting_as_system
from placement.facilities.models import OutsideInspection
from tests.attack.sql import change, insert
from tests.inspections import cited, ended, planned, recorded, sent
from tests.world import World

DAY = timedelta(days=1)


def visit(w: World, by: str = "admin_cedar", **values: Any) -> UUID:
    """A visit that somebody records, in plain SQL."""
    row = {"facility_id": w.cedar.facility.pk, "kind": "other", "visited_on": w.today - DAY, "visits": 1}
    row |= {"serious_citations": 0, "other_citations": 0, "source": "home", "authority": "Fire marshal"}
    return insert(OutsideInspection, **row | {"recorded_by_id": w.people[by].pk, "recorded_at": w.now} | values)


def counted(w: World, **values: Any) -> UUID:
    """A row of a licensing file."""
    row = {"facility_id": w.cedar.facility.pk, "kind": "other", "visited_on": w.today - DAY, "visits": 1}
    row |= {"serious_citations": 2, "other_citations": 0, "source": "ca-ccld"}
    with acting_as_system("import_facilities"):
        return insert(OutsideInspection, **row | values)


def citation(w: World, at: UUID | None = None, by: str = "admin_cedar", **values: Any) -> UUID:
    row = {"inspection_id": at or recorded(w).pk, "section": "80087(a)", "called": "Type A", "serious": True}
    row |= {"found": "Glass", "correct_by": w.today, "written_by_id": w.people[by].pk, "ended_as": "", "ended_note": ""}
    return insert(Citation, **row | values)


def closing(w: World, **more: Any) -> dict[str, Any]:
    row = {"ended_as": "cleared", "ended_on": w.today, "ended_note": "Letter", "ended_at": w.now}
    return row | {"ended_by_id": w.admin_cedar.pk} | more


def plan(w: World, of: UUID | None = None, by: str = "admin_cedar", **values: Any) -> UUID:
    row = {"citation_id": of or cited(w).pk, "what": "New glass", "owner_id": w.admin_cedar.pk, "due_on": w.today}
    row |= {"written_by_id": w.people[by].pk, "outcome": "", "outcome_note": "", "done_note": ""}
    return insert(CorrectionPlan, **row | values)


CITATIONS: list[dict[str, Any]] = [
    {
        "name": "inspection_says_who_recorded_it",
        "who": "admin_cedar",
        "attack": lambda w: counted(w, source="home"),
    },
    {
        "name": "inspection_says_who_recorded_it",
        "who": "admin_cedar",
        "attack": lambda w: visit(w, authority=" "),
    },
    {
        "name": "inspection_is_recorded_by_the_home",
        "who": "inspector_cedar",
        "attack": lambda w: visit(w, by="inspector_cedar"),
    },
    {
        "name": "inspection_of_a_file_comes_from_it",
        "who": "admin_cedar",
        "attack": lambda w: change((OutsideInspection, counted(w)), serious_citations=0),
    },
    {
        "name": "inspection_of_a_file_comes_from_it",
        "who": "supervisor",
        "attack": lambda w: visit(w, source="ca-ccld", recorded_by_id=None, recorded_at=None),
    },
    {
        "name": "inspection_has_been",
        "who": "admin_cedar",
        "attack": lambda w: visit(w, visited_on=w.today + 2 * DAY),
    },
    {
        "name": "inspection_paper_is_of_the_home",
        "who": "admin_cedar",
        "attack": lambda w: visit(w, document_id=w.birch.paper.pk),
    },
    {
        "name": "inspection_is_kept",
        "who": "admin_cedar",
        "attack": lambda w: change(recorded(w), serious_citations=0),
    },
    {
        "name": "inspection_is_kept",
        "who": "admin_cedar",
        "attack": lambda w: change(
            (OutsideInspection, counted(w)),
            source="home",
            authority="We",
            recorded_by_id=w.admin_cedar.pk,
            recorded_at=w.now,
        ),
    },
    {"name": "citation_says_what", "who": "admin_cedar", "attack": lambda w: citation(w, found=" ")},
    {
        "name": "citation_is_written_by_the_home",
        "who": "inspector_cedar",
        "attack": lambda w: citation(w, by="inspector_cedar"),
    },
    {
        "name": "citation_is_written_by_the_home",
        "who": "inspector_cedar",
        "attack": lambda w: plan(w, by="inspector_cedar"),
    },
    {
        "name": "citation_begins_open",
        "who": "admin_cedar",
        "attack": lambda w: citation(w, **closing(w)),
    },
    {
        "name": "citation_is_of_one_visit",
        "who": "admin_cedar",
        "attack": lambda w: citation(w, at=counted(w, kind="total", visited_on=None)),
    },
    {
        "name": "citation_is_corrected_after_the_visit",
        "who": "admin_cedar",
        "attack": lambda w: citation(w, correct_by=w.today - 9 * DAY),
    },
    {"name": "citation_is_kept", "who": "admin_cedar", "attack": lambda w: change(cited(w), serious=False)},
    {"name": "citation_is_kept", "who": "admin_cedar", "attack": lambda w: change(ended(w), ended_note="Another")},
    {
        "name": "citation_end_is_signed",
        "who": "admin_cedar",
        "attack": lambda w: change(cited(w), **closing(w, ended_note=" ")),
    },
    {
        "name": "citation_ends_after_the_visit",
        "who": "admin_cedar",
        "attack": lambda w: change(cited(w), **closing(w, ended_on=w.today + 2 * DAY)),
    },
    {
        "name": "citation_ends_after_the_visit",
        "who": "admin_cedar",
        "attack": lambda w: change(cited(w), **closing(w, ended_on=w.today - 9 * DAY)),
    },
    {"name": "correction_plan_says_what", "who": "admin_cedar", "attack": lambda w: plan(w, what=" ")},
    {
        "name": "correction_plan_is_of_an_open_citation",
        "who": "admin_cedar",
        "attack": lambda w: plan(w, of=ended(w).pk),
    },
    {
        "name": "correction_plan_begins_as_a_plan",
        "who": "admin_cedar",
        "attack": lambda w: plan(w, sent_on=w.today),
    },
    {
        "name": "correction_plan_owner_runs_the_home",
        "who": "admin_cedar",
        "attack": lambda w: plan(w, owner_id=w.staff_cedar.pk),
    },
    {
        "name": "correction_plan_follows_the_visit",
        "who": "admin_cedar",
        "attack": lambda w: plan(w, due_on=w.today - 9 * DAY),
    },
    {
        "name": "one_correction_plan",
        "who": "admin_cedar",
        "attack": lambda w: plan(w, of=planned(w).citation_id),
    },
    {
        "name": "correction_plan_is_kept",
        "who": "admin_cedar",
        "attack": lambda w: change(planned(w), due_on=w.today + 90 * DAY),
    },
    {
        "name": "correction_plan_is_kept",
        "who": "admin_cedar",
        "attack": lambda w: change(sent(w), sent_on=w.today - DAY),
    },
    {
        "name": "correction_day_has_come",
        "who": "admin_cedar",
        "attack": lambda w: change(planned(w), sent_on=w.today + 2 * DAY),
    },
    {
        "name": "correction_day_has_come",
        "who": "admin_cedar",
        "attack": lambda w: change(planned(w), sent_on=w.today - 9 * DAY),
    },
    {
        "name": "correction_plan_outcome_says_why",
        "who": "admin_cedar",
        "attack": lambda w: change(sent(w), outcome="refused", outcome_on=w.today),
    },
    {
        "name": "correction_plan_answered_when_sent",
        "who": "admin_cedar",
        "attack": lambda w: change(planned(w), outcome="accepted", outcome_on=w.today),
    },
    {
        "name": "correction_plan_done_says_how",
        "who": "admin_cedar",
        "attack": lambda w: change(planned(w), done_on=w.today),
    },
]
