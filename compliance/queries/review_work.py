"""Duties about the record of who did what: what is to be looked at, and what is left to do after it."""

from collections.abc import Iterable

from django.urls import reverse

from compliance.queries.review import counted, follow_ups, sentence_of, title_of, zone_of
from compliance.queries.tasks import Cut, Task, day_end, on_day
from placement.access.models import Person


def to_look_at(person: Person, cut: Cut) -> Iterable[Task]:
    """One line for all that waits in the record of who did what; it goes first when something is to be looked at first."""
    del cut  # one line, however many there are
    found = counted(person)
    if not found.waiting:
        return
    said = [f"{found.first} to look at first"] if found.first else []
    said += [f"{found.overdue} overdue"] if found.overdue else []
    yield Task(
        found.due,
        f"{found.waiting} thing{'' if found.waiting == 1 else 's'} to look at in the record of who did what",
        " · ".join(said) or "What stands out, and what was chosen by chance",
        reverse("audit:review"),
        "Look at them",
        tag="overdue" if found.overdue else "look first" if found.first else "",
        kind="late" if found.overdue else "due",
        strong=bool(found.first),
    )


def to_follow_up(person: Person, cut: Cut) -> Iterable[Task]:
    """What this person has to do after a review, by the end of its day."""
    for review in cut(follow_ups(person)):
        zone = zone_of(review.flag)
        yield Task(
            day_end(review.due_on, zone),
            f"Follow up: {title_of(review.flag).lower()}",
            review.follow_up or sentence_of(review.flag),
            reverse("audit:flag", args=[review.flag_id]),
            "Read and do it",
            note=on_day(review.due_on, zone),
        )
