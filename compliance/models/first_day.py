"""From when on the agency answers for what the rules ask after an event."""

from typing import ClassVar

from django.db import models
from django.db.models import Value

from placement.audit.history import Tracked


class FirstDay(Tracked):
    """The one row that says from when on events ask for something (``begins_at``). Written by the owner alone.

    An agency that takes the product over has years of stays and incidents on file, about which nothing can be proved any more.
    What began before this time and had to be done by a time opens no obligation; a breach that was over by then is no finding.
    What still goes on then is judged as it stands: what is done again and again, what must be in force or on record of a home and
    of those who work there, a door that is shut, how many live in the home, and what has no time set while a stay goes on.

    It is when the packs were first loaded, unless ``manage.py compliance packs --load --first-day`` says another day.

    all_judged_at: when everything was last judged since that day was set; see ``judging.judge_all``.
    """

    withheld: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")
    deletable: ClassVar[bool] = False
    begins_at = models.DateTimeField()
    all_judged_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(Value(True), name="one_first_day")]
