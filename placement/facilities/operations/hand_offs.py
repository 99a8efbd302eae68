"""After a shift is signed: its hand-off is read, duty is taken over, and somebody else reviews its looks."""

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, sentence_of
from placement.facilities.models import HandOffRead, LooksReview, Shift, TakeOver
from placement.facilities.queries.hand_off import in_the_house
from placement.facilities.queries.hand_offs import had_part, is_past
from placement.facilities.queries.night import night_log


def signed(shift: Shift, by: Person) -> Shift:
    """Return the shift locked. Raises ``Refused`` while it is not signed, ``Shift.DoesNotExist`` for who does not work there."""
    shift = Shift.objects.visible_to(by, Can.WORK_SHIFT).select_related("facility").locked().get(pk=shift.pk)
    if shift.signed_at is None:
        raise Refused("This shift is not signed yet.")
    return shift


@operation("read a hand-off")
def read_hand_off(shift: Shift, *, by: Person) -> HandOffRead:
    """Sign that ``by`` has read the hand-off of a signed shift; a second time changes nothing."""
    shift = signed(shift, by)
    return HandOffRead.objects.get_or_create(shift=shift, read_by=by, defaults={"read_at": now()})[0]


@operation("took over duty")
def take_over_duty(
    shift: Shift, *, counted: int, keys: int, medication: bool, by: Person, difference: str = ""
) -> TakeOver:
    """Take over duty after a signed shift, with what both counted; ``by`` has then read its hand-off.

    Args:
        counted: how many young people were seen in the house; what the log says is kept beside it.
        keys: how many keys were handed over.
        medication: whether the medication was counted together and agrees.
        difference: what differs and what is done about it; needed when something differs.

    Raises ``Refused`` for whoever signed the shift, when somebody has taken over already, and after a later signature.
    """
    shift = signed(shift, by)
    if shift.signed_by_id == by.pk:
        raise Refused("You signed this shift, so somebody else takes over.")
    if TakeOver.objects.filter(shift=shift).exists():
        raise Refused("Somebody has taken over already.")
    if is_past(shift):
        raise Refused("A later shift is signed already. Take over after that one.")
    expected = in_the_house(shift.facility)
    if (counted != expected or not medication) and not difference.strip():
        raise Refused(
            f"By the log {expected} should be in the house. Say what differs and what is done about it."
            if counted != expected
            else "Tick that the medication agrees. If it does not, say what differs and what is done about it.",
            field="difference",
        )
    read_hand_off(shift, by=by)
    return TakeOver.objects.create(
        shift=shift,
        expected=expected,
        counted=counted,
        keys=keys,
        medication=medication,
        difference=difference,
        taken_by=by,
        taken_at=now(),
    )


@operation("reviewed the looks of a shift")
def review_looks(shift: Shift, *, by: Person, note: str = "") -> LooksReview:
    """Sign that ``by``, who had no part in it, has read all looks of a signed shift; the numbers are kept with it.

    Raises ``Refused`` for whoever was on duty, signed it or wrote looks in it, for a second review, and without a ``note``
    when something was late, missed or doubtful.
    """
    shift = signed(shift, by)
    if had_part(by, shift):
        raise Refused(sentence_of("looks_are_reviewed_by_another"))
    if LooksReview.objects.filter(shift=shift).exists():
        raise Refused("Somebody has reviewed this shift already.")
    found = night_log(by, shift)
    if (found.late or found.missed or found.doubtful) and not note.strip():
        raise Refused("Something was late, missed or doubtful. Say what you found.", field="note")
    return LooksReview.objects.create(
        shift=shift,
        late=found.late,
        missed=found.missed,
        doubtful=found.doubtful,
        note=note,
        reviewed_by=by,
        reviewed_at=now(),
    )
