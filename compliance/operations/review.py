"""Reviews of flags: what a supervisor found, what is left to do, and the numbers by which the rules find."""

from datetime import date

from compliance.models import Flag, FlagSetting, Review
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.facilities.models import Facility


@operation("reviewed what stood out in the record of who did what")
def sign_review(
    flag: Flag,
    *,
    finding: str,
    note: str,
    by: Person,
    follow_up: str = "",
    owner: Person | None = None,
    due_on: date | None = None,
) -> Review:
    """Sign what ``by`` has found about ``flag``. The database says when, and refuses whoever it is about or who took part.

    follow_up, owner, due_on: what is left to do, by whom and by the end of which day; where the finding goes on, all three, else
    none is kept. Raises ``Refused`` for a second review, and ``DoesNotExist`` for a flag that is not open to ``by``.
    """
    flag = Flag.objects.open_to(by).get(pk=flag.pk)
    if Review.objects.filter(flag=flag).exists():
        raise Refused("Somebody has reviewed this already. Nothing was changed.")
    goes_on = finding in Review.GOES_ON
    if goes_on and not (follow_up.strip() and owner and due_on):
        raise Refused("Say what is left to do, who does it, and until when.", field="follow_up")
    return Review.objects.create(
        flag=flag,
        finding=finding,
        note=note.strip(),
        reviewed_by=by,
        follow_up=follow_up.strip() if goes_on else "",
        owner=owner if goes_on else None,
        due_on=due_on if goes_on else None,
    )


@operation("did what was left to do after a review")
def finish_follow_up(review: Review, *, note: str, by: Person) -> Review:
    """Say that what was left to do is done, and how. By its owner, or by another one who may look at the flag.

    Raises ``Refused`` when nothing is left to do, and ``DoesNotExist`` for a review that is not open to ``by``.
    """
    Flag.objects.open_to(by).get(pk=review.flag_id)
    review = Review.objects.select_for_update(of=("self",), no_key=True).get(pk=review.pk)
    if review.owner_id is None or review.done_at is not None:
        raise Refused("Nothing is left to do here. Nothing was changed.")
    review.done_by, review.done_at, review.done_note = by, now(), note.strip()
    review.save(update_fields=["done_by", "done_at", "done_note"])
    review.refresh_from_db(fields=["done_at"])
    return review


@operation("changed a number by which flags are found")
def set_flag_number(
    *, rule: str, name: str, value: int, why: str, by: Person, facility: Facility | None = None
) -> FlagSetting:
    """Let ``rule`` go by another number from now on. What was found before stays.

    facility: for this home alone; only the rate of what is chosen by chance can be a home's own. Raises ``Refused`` for somebody
    who is no supervisor and, by the database's rules, for a number out of bounds.
    """
    if not by.may(Can.READ_AUDIT):
        raise Refused("Only a supervisor changes these numbers.")
    return FlagSetting.objects.create(rule=rule, name=name, value=value, facility=facility, why=why.strip(), set_by=by)
