"""The files of people who work in homes: hours of training, and references."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, sentence_of
from placement.facilities.models import Facility, ReferenceText, StaffReference, Training
from placement.facilities.operations.homes import home_run_by
from residents.models import Document


@operation("filed hours of training")
def file_training(
    facility: Facility,
    people: Iterable[Person],
    *,
    topic: str,
    course: str,
    hours: Decimal,
    held_on: date,
    given_by: str,
    by: Person,
    document: Document | None = None,
) -> list[Training]:
    """File that ``people``, who work in the home, were trained for so many ``hours`` on a ``Training.Topic``: all or nobody.

    given_by: who trained them. document: a paper of the home. Raises ``Refused`` for nobody, for oneself, for somebody who
    does not work there, for a day to come, for less than a quarter of an hour, for the same again, and for a paper of another home.
    """
    home = home_run_by(facility, by)
    trained = list(people)
    if not trained:
        raise Refused("Choose at least one person.", field="people")
    rows = [
        Training(
            facility=home,
            person=person,
            topic=topic,
            course=course.strip(),
            hours=hours,
            held_on=held_on,
            given_by=given_by.strip(),
            document=document,
            filed_by=by,
            filed_at=now(),
        )
        for person in trained
    ]
    return Training.objects.bulk_create(rows)


@operation("withdrew hours of training")
def withdraw_training(training: Training, *, reason: str, by: Person) -> Training:
    """Withdraw hours that were filed by mistake; they count no more. Raises ``Refused`` without a reason, and when it was done."""
    training = _locked(Training, training.pk, by)
    if training.withdrawn_at:
        raise Refused("This is withdrawn already. Nothing was changed.")
    training.withdrawn_by, training.withdrawn_at, training.withdrawn_reason = by, now(), reason.strip()
    training.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    return training


@operation("asked for a reference")
def ask_reference(
    facility: Facility, person: Person, *, relation: str, named: str, asked_on: date, by: Person
) -> StaffReference:
    """Keep that somebody was asked about ``person``, who works in the home.

    named: who was asked; relation: how they know the person. Raises ``Refused`` for oneself, for somebody who does not work
    there, and for a day to come.
    """
    home = home_run_by(facility, by)
    if person.pk == by.pk:  # to whom the database hides the row, so that it could not be written
        raise Refused(sentence_of("reference_is_kept_by_another"))
    reference = StaffReference.objects.create(
        facility=home, person=person, relation=relation.strip(), asked_on=asked_on, asked_by=by
    )
    ReferenceText.objects.create(reference=reference, facility=home, person=person, named=named.strip())
    return reference


@operation("wrote down the answer to a reference")
def answer_reference(
    reference: StaffReference, *, result: str, answered_on: date, by: Person, said: str = ""
) -> StaffReference:
    """Keep how a reference turned out (a ``StaffReference.Result``) and what was said. Raises ``Refused`` when that is kept."""
    reference = _locked(StaffReference, reference.pk, by)
    if reference.result:
        raise Refused("There is an answer already. Nothing was changed.")
    reference.result, reference.answered_on, reference.answered_by = result, answered_on, by
    reference.save(update_fields=["result", "answered_on", "answered_by"])
    if said.strip():
        ReferenceText.objects.filter(reference=reference).update(said=said.strip())
    return reference


def _locked(model: Any, pk: Any, by: Person) -> Any:
    rows = model.objects.visible_to(by, Can.CHANGE_FACILITY)
    return rows.select_for_update(of=("self",), no_key=True).get(pk=pk)
