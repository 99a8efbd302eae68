"""What stands out in the record of who did what, found as the hourly command does; older things were looked at by a supervisor."""

from datetime import datetime, timedelta

from compliance.flags.finding import BACK, find_flags
from compliance.models import Review
from compliance.operations import finish_follow_up, sign_review
from compliance.queries.review import reviewers, waiting
from placement.access.models import Person
from placement.access.rights import Role
from placement.audit.clock import at_time
from placement.database.context import acting, acting_as_system

COMMAND = "compliance evaluate"
LOOKED, DONE = timedelta(days=2), timedelta(days=5)
SAID = (
    ("nothing", "I read the entry and the shift around it. It says how the young person was."),
    ("explained", "I asked. The tablet was charging, and the notes were on paper until then. I saw the paper."),
    ("follow_up", "I asked. It was not known that a late entry needs a reason."),
)
TO_DO = "Go through late entries in the next team meeting."
DID = "It was on the list of the team meeting. Everybody has read the page about late entries."


def look_back(end: datetime) -> None:
    """Find what stands out until ``end``; what was found before the last days was looked at, but for one in six."""
    moment = end - 3 * BACK
    while moment < end - LOOKED:
        find(moment)
        review(moment + LOOKED, end)
        moment += BACK
    find(end)


def find(moment: datetime) -> None:
    """Find as the hourly command does at ``moment``."""
    with at_time(moment), acting_as_system(COMMAND):
        find_flags()


def review(moment: datetime, end: datetime) -> None:
    """Let each supervisor sign what waits for them at ``moment``, and do later what was left to do."""
    for person in Person.objects.filter(role=Role.SUPERVISOR).order_by("username"):
        with at_time(moment), acting(person.pk, person.name):
            found = list(waiting(person))
        for number, flag in enumerate(found):
            if number % 6 == 5:
                continue
            finding, note = SAID[0] if flag.rule == "sample" else SAID[1 + number % 2]
            goes_on = finding in Review.GOES_ON
            with at_time(moment), acting(person.pk, person.name):
                owner = reviewers(flag).first() if goes_on else None
                signed = sign_review(
                    flag,
                    finding=finding,
                    note=note,
                    follow_up=TO_DO if goes_on else "",
                    owner=owner,
                    due_on=(moment + DONE).date() if goes_on else None,
                    by=person,
                )
            if owner and moment + DONE < end:
                with at_time(moment + DONE), acting(owner.pk, owner.name):
                    finish_follow_up(signed, note=DID, by=owner)
