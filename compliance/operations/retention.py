"""How long the agency keeps records, legal holds, and letting go a record whose time is over."""

from compliance.models import AgencyTerm
from compliance.queries.retention import disposal_for, hold_for, term_for
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from placement.facilities.models import Facility
from residents.models import Disposal, LegalHold, Resident


@operation("laid a legal hold")
def lay_hold(about: Resident | Facility, *, why: str, reference: str, note: str, by: Person) -> LegalHold:
    """Keep all of the record of ``about``, or of everybody who ever lived in that home, until somebody else lifts the hold.

    Raises ``DoesNotExist`` unless ``by`` supervises it; ``Refused`` without the reference or what it is about.
    """
    if isinstance(about, Resident):
        young = Resident.objects.visible_to(by, Can.VIEW_AUDIT).get(pk=about.pk)
        hold = LegalHold(resident=young)
    else:
        hold = LegalHold(facility=Facility.objects.visible_to(by, Can.VIEW_OPENED).get(pk=about.pk))
    hold.why, hold.reference, hold.note, hold.laid_by = why, reference.strip(), note.strip(), by
    hold.save(force_insert=True)
    hold.refresh_from_db(fields=["laid_at"])
    return hold


@operation("lifted a legal hold")
def lift_hold(hold: LegalHold, *, reason: str, by: Person) -> LegalHold:
    """End the hold, with the reason; never by who laid it. Raises ``Refused`` for one that is lifted; ``DoesNotExist``."""
    hold = hold_for(by, hold.pk, lock=True)
    if hold.lifted_at is not None:
        raise Refused("This hold was lifted already. Nothing was changed.")
    set_reason(reason.strip())
    hold.lift_reason, hold.lifted_by, hold.lifted_at = reason.strip(), by, now()
    hold.save(update_fields=["lift_reason", "lifted_by", "lifted_at"])
    return hold


@operation("proposed how long the agency keeps records")
def propose_agency_term(*, years: int, until_age: int | None, why: str, by: Person) -> AgencyTerm:
    """Propose a time for which records of young people are kept after they left, and until which age.

    It counts once another supervisor has confirmed it, and can only make a record stay longer. Raises ``Refused`` for less than
    a year, and for an age under 18.
    """
    term = AgencyTerm(months=years * 12, until_age=until_age, why=why.strip(), proposed_by=by)
    term.save(force_insert=True)
    return term


@operation("confirmed how long the agency keeps records")
def confirm_agency_term(term: AgencyTerm, *, by: Person) -> AgencyTerm:
    """Let a time count that another supervisor has proposed. Raises ``Refused`` for the own one, or when it waits no more."""
    term = _waiting_term(term, by)
    term.confirmed_by, term.confirmed_at = by, now()
    term.save(update_fields=["confirmed_by", "confirmed_at"])
    return term


@operation("refused a time for which the agency would keep records")
def refuse_agency_term(term: AgencyTerm, *, reason: str, by: Person) -> AgencyTerm:
    """Say no to a time that another supervisor has proposed, with the reason: it never counts.

    Raises ``Refused`` for the own one, without a reason, or when it waits no more.
    """
    term = _waiting_term(term, by)
    term.refused_by, term.refused_at, term.refusal = by, now(), reason.strip()
    term.save(update_fields=["refused_by", "refused_at", "refusal"])
    return term


@operation("withdrew a time for which the agency would keep records")
def withdraw_agency_term(term: AgencyTerm, *, by: Person) -> AgencyTerm:
    """Take the own proposal back. Raises ``Refused`` for that of somebody else, or when it waits no more."""
    term = _waiting_term(term, by)
    term.withdrawn_at = now()
    term.save(update_fields=["withdrawn_at"])
    return term


def _waiting_term(term: AgencyTerm, by: Person) -> AgencyTerm:
    """Return the locked term. Raises ``Refused`` when it waits no more."""
    term = term_for(by, term.pk, lock=True)
    if not term.waits:
        raise Refused("This is decided already, or was withdrawn. Nothing was changed.")
    return term


@operation("proposed that a record goes")
def propose_disposal(resident: Resident, *, reason: str, by: Person) -> Disposal:
    """Propose that all of the record goes, because its time is over.

    Raises ``Refused`` while anything keeps it, or where that was proposed before; ``DoesNotExist`` unless ``by`` supervises it.
    """
    young = Resident.objects.visible_to(by, Can.VIEW_AUDIT).get(pk=resident.pk)
    day = now().date()
    disposal = Disposal(resident=young, reason=reason.strip(), proposed_by=by)
    disposal.left_on = disposal.free_on = day  # the database says what is so
    disposal.rules, disposal.homes, disposal.units = [], [], []
    disposal.save(force_insert=True)
    disposal.refresh_from_db()
    return disposal


@operation("decided whether a record goes")
def decide_disposal(disposal: Disposal, *, approve: bool, decision: str, by: Person) -> Disposal:
    """Agree that the record goes, or refuse it, with the reason: once, and never by who proposed it.

    What is agreed to is done by ``manage.py retention`` in the next 30 days. Raises ``Refused`` where something keeps the record
    now, or it was decided before; ``DoesNotExist``.
    """
    disposal = disposal_for(by, disposal.pk, lock=True)
    if disposal.approved is not None:
        raise Refused("Somebody has decided this already. Nothing was changed.")
    disposal.approved, disposal.decision, disposal.decided_by, disposal.decided_at = (
        approve,
        decision.strip(),
        by,
        now(),
    )
    disposal.save(update_fields=["approved", "decision", "decided_by", "decided_at"])
    return disposal
