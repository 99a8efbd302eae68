"""Visits of authorities: recorded, with what was cited, and the plans by which the home puts it right."""

from datetime import date
from typing import Any

from compliance.models import Citation, CorrectionPlan, RuleVersion
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.facilities.models import Facility, OutsideInspection
from residents.models import Document

COUNTED_ALREADY = "This visit is here already, counted by the licensing file. Open it and add its citations there."


@operation("recorded a visit of an authority")
def record_inspection(
    facility: Facility,
    *,
    kind: str,
    visited_on: date,
    authority: str,
    by: Person,
    reference: str = "",
    serious_citations: int = 0,
    other_citations: int = 0,
    document: Document | None = None,
) -> OutsideInspection:
    """Record that an authority has visited the home, and how many citations it left.

    kind: an ``OutsideInspection.Kind`` but the totals. document: a paper of the home. Raises ``Refused`` for a day to come,
    and for a visit that a licensing file counts already; ``Facility.DoesNotExist`` for whoever may not change the home.
    """
    home = Facility.objects.visible_to(by, Can.CHANGE_FACILITY).get(pk=facility.pk)
    known = OutsideInspection.objects.filter(facility=home, kind=kind, visited_on=visited_on)
    if known.exclude(source=OutsideInspection.RECORDED).exists():
        raise Refused(COUNTED_ALREADY, field="visited_on")
    return OutsideInspection.objects.create(
        facility=home,
        kind=kind,
        visited_on=visited_on,
        source=OutsideInspection.RECORDED,
        authority=authority.strip(),
        reference=reference.strip(),
        serious_citations=serious_citations,
        other_citations=other_citations,
        document=document,
        recorded_by=by,
        recorded_at=now(),
    )


@operation("wrote down a citation")
def add_citation(
    inspection: OutsideInspection,
    *,
    section: str,
    called: str,
    serious: bool,
    found: str,
    correct_by: date,
    by: Person,
    rule: RuleVersion | None = None,
) -> Citation:
    """Write down what the authority cited at a visit, to be put right by the end of ``correct_by``.

    section: the number or section that it names. called: what it calls the citation. rule: that of the packs which it touches.
    Raises ``Refused`` for the totals of a file, and for a day before the visit; ``DoesNotExist`` as for recording.
    """
    visit = OutsideInspection.objects.visible_to(by, Can.CHANGE_FACILITY).get(pk=inspection.pk)
    return Citation.objects.create(
        inspection=visit,
        section=section.strip(),
        called=called.strip(),
        serious=serious,
        found=found.strip(),
        correct_by=correct_by,
        rule=rule,
        written_by=by,
    )


@operation("ended a citation")
def end_citation(citation: Citation, *, ended_as: str, ended_on: date, note: str, by: Person) -> Citation:
    """Write down that the authority has cleared a citation or taken it back, or that it was a mistake here.

    ended_as: a ``Citation.Ended``. Raises ``Refused`` without words, for a day to come or before the visit, and when it has
    ended already; ``DoesNotExist`` as for recording.
    """
    citation = _locked(Citation, citation.pk, by)
    if citation.ended_as:
        raise Refused("This is closed already. Nothing was changed.")
    citation.ended_as, citation.ended_on, citation.ended_note = ended_as, ended_on, note.strip()
    citation.ended_by, citation.ended_at = by, now()
    citation.save(update_fields=["ended_as", "ended_on", "ended_note", "ended_by", "ended_at"])
    return citation


@operation("planned how a citation is put right")
def plan_correction(citation: Citation, *, what: str, owner: Person, due_on: date, by: Person) -> CorrectionPlan:
    """Plan what is done about a citation until the end of ``due_on``, and who of those who run the home answers for it.

    Raises ``Refused`` while another plan stands, for a closed citation, an owner who does not run the home, and a day before
    the visit; ``DoesNotExist`` as for recording.
    """
    citation = Citation.objects.visible_to(by, Can.CHANGE_FACILITY).get(pk=citation.pk)
    return CorrectionPlan.objects.create(
        citation=citation, what=what.strip(), owner=owner, due_on=due_on, written_by=by
    )


@operation("sent a plan of correction")
def send_correction(plan: CorrectionPlan, *, on: date, by: Person) -> CorrectionPlan:
    """Write down on which day the plan was sent to the authority. Raises ``Refused`` when it was; ``DoesNotExist`` as above."""
    plan = _locked(CorrectionPlan, plan.pk, by)
    if plan.sent_on:
        raise Refused("It was sent already. Nothing was changed.")
    plan.sent_on = on
    plan.save(update_fields=["sent_on"])
    return plan


@operation("wrote down the answer to a plan of correction")
def answer_correction(plan: CorrectionPlan, *, outcome: str, on: date, by: Person, note: str = "") -> CorrectionPlan:
    """Write down what the authority said of a plan, or that another one takes its place: a ``CorrectionPlan.Outcome``.

    Raises ``Refused`` for an answer to what was not sent, for a plan that was sent back or replaced without words, and when
    there is an answer; ``DoesNotExist`` as above.
    """
    plan = _locked(CorrectionPlan, plan.pk, by)
    if plan.outcome:
        raise Refused("There is an answer already. Nothing was changed.")
    plan.outcome, plan.outcome_on, plan.outcome_note = outcome, on, note.strip()
    plan.save(update_fields=["outcome", "outcome_on", "outcome_note"])
    return plan


@operation("did what a plan of correction says")
def do_correction(plan: CorrectionPlan, *, on: date, note: str, by: Person) -> CorrectionPlan:
    """Write down that what was planned is done, and what shows it. Raises ``Refused`` without words; ``DoesNotExist`` as above."""
    plan = _locked(CorrectionPlan, plan.pk, by)
    if plan.done_on:
        raise Refused("It is done already. Nothing was changed.")
    plan.done_on, plan.done_note = on, note.strip()
    plan.save(update_fields=["done_on", "done_note"])
    return plan


def _locked(model: Any, pk: Any, by: Person) -> Any:
    rows = model.objects.visible_to(by, Can.CHANGE_FACILITY)
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)
