"""Holding every home against a referral, and signing the warnings that come out of it."""

from datetime import datetime
from uuid import UUID

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.facilities.matching import Result, Span, Wish, evaluate, load, ranked
from placement.facilities.matching.housemates import RESTRICTED_KEY
from placement.facilities.models import Bed, Facility, Match, Placement, Referral, WarningSignature

Signatures = dict[tuple[UUID, str], list[WarningSignature]]


@operation("signed a warning")
def sign_warning(
    referral: Referral,
    facility: Facility,
    *,
    criterion: str,
    reason: str,
    by: Person,
    span: Span | None = None,
    bed: UUID | None = None,
) -> WarningSignature:
    """Sign that the placement is right in spite of one warning, with a reason.

    Args:
        criterion: the key of a criterion, or of its signature. The signature holds for the facts of now: when
            other young people move in, the warning must be signed again.
        span, bed: the stay that is proposed, when it is not the one that the referral asks for.

    Raises ``Refused`` when the home has no such warning now, without a reason, for a second signature, and where only a
    supervisor may sign.
    """
    referral = (
        Referral.objects.visible_to(by, Can.PROPOSE_PLACEMENT) | Referral.objects.visible_to(by, Can.APPROVE_PLACEMENT)
    ).get(pk=referral.pk)
    facility = Facility.objects.visible_to(by, Can.VIEW_FACILITY).get(pk=facility.pk)
    if not reason.strip():
        raise Refused("Say why the placement is right in spite of the warning.", field="reason")
    warning = next(
        (
            c
            for c in hold_against(referral, by, facility.pk, span=span, bed=bed).to_sign
            if criterion in (c.key, c.signature)
        ),
        None,
    )
    if warning is None:
        raise Refused("This home has no such warning any more. Look at the list again.")
    reads_all = Referral.objects.visible_to(by, Can.VIEW_EXPLOITATION).filter(pk=referral.pk)
    if warning.key == RESTRICTED_KEY or (warning.open_text is not None and not reads_all.exists()):
        raise Refused("This warning must be signed by somebody who may read what it is about.")
    decides = Referral.objects.visible_to(by, Can.APPROVE_PLACEMENT).filter(pk=referral.pk)
    if warning.supervisor and not decides.exists():
        raise Refused("A rule of the law is not met here, so a supervisor must sign this, with the reason.")
    return WarningSignature.objects.create(
        referral=referral,
        facility=facility,
        criterion=warning.signature,
        reason=reason,
        signed_by=by,
        signed_at=now(),
    )


def hold_against(
    referral: Referral,
    by: Person,
    facility: UUID,
    *,
    span: Span | None = None,
    bed: UUID | None = None,
    for_record: bool = False,
    left_since: datetime | None = None,
) -> Result:
    """Hold one home against the referral, as ``load`` does. Raises ``Facility.DoesNotExist`` when ``by`` may not see it."""
    homes = Facility.objects.visible_to(by, Can.VIEW_FACILITY).filter(pk=facility)
    known = load(referral, by, homes=homes, span=span, for_record=for_record, left_since=left_since)
    if not known.homes:
        raise Facility.DoesNotExist
    return evaluate(known.person, known.homes[0], Wish(known.span, known.level, bed))


def hold_all_against(
    referral: Referral, by: Person, *, span: Span | None = None, bed: Bed | None = None
) -> list[Result]:
    """Hold every home that ``by`` may see against the referral, as a record keeps it, best first.

    With ``bed`` chosen, its own home is judged for that bed.
    """
    homes = Facility.objects.visible_to(by, Can.VIEW_FACILITY)
    known = load(referral, by, homes=homes, span=span, for_record=True)
    return ranked(
        evaluate(
            known.person,
            home,
            Wish(known.span, known.level, bed.pk if bed and bed.facility_id == home.id else None),
        )
        for home in known.homes
    )


def store_matches(referral: Referral, results: list[Result]) -> list[Match]:
    """Keep the answers of every home in place of those of the last time; returns them best first."""
    moment = now()
    rows = [
        Match(
            referral=referral,
            facility_id=result.home.id,
            bed_id=result.bed.id if result.bed else None,
            result=result.outcome,
            rank=result.rank,
            criteria=[criterion.as_data() for criterion in result.criteria],
            evaluated_at=moment,
        )
        for result in results
    ]
    Match.objects.filter(referral=referral).exclude(facility__in=[row.facility_id for row in rows]).delete()
    return Match.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["referral", "facility"],
        update_fields=["bed", "result", "rank", "criteria", "evaluated_at"],
        batch_size=500,
    )


def signatures_on(referral: Referral) -> Signatures:
    """Return the signatures under the referral's warnings, by home and key."""
    found: Signatures = {}
    for signature in (
        WarningSignature.objects.filter(referral=referral).select_related("signed_by").order_by("signed_at")
    ):
        found.setdefault((signature.facility_id, signature.criterion), []).append(signature)
    return found


def hold_for_arrival(placement: Placement, referral: Referral, by: Person, at: datetime) -> tuple[Result, Signatures]:
    """Hold the home against an arrival at ``at``, and return the signatures that count under its warnings.

    A signature from before somebody left the home, after the decision, goes on counting for those who stayed.
    """
    home, bed, span = placement.facility_id, placement.bed_id, Span(at, placement.ends_at)
    result, signed = hold_against(referral, by, home, span=span, bed=bed), signatures_on(referral)
    if placement.decided_at and any((home, each.signature) not in signed for each in result.to_sign):
        with_left = hold_against(referral, by, home, span=span, bed=bed, left_since=placement.decided_at)
        before = {each.key: each.signature for each in with_left.to_sign}
        for each in result.to_sign:
            if given := signed.get((home, before.get(each.key, ""))):
                signed.setdefault((home, each.signature), given)
    return result, signed
