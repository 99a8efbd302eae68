"""Totals of a month as they were published."""

from typing import ClassVar

from django.db import models

from placement.access.models import AgencyUnit
from placement.access.rights import Can
from placement.access.rows import Opens
from placement.audit.history import Tracked


class MonthTotals(Tracked):
    """What the page of totals says about one unit at the end of one month: taken once, and the same for every reader.

    Written by the database's ``totals_of_last_month``, which counts the whole unit whatever the reader may see. Only what
    is published stands here. ``tables``: table → group → number; ``null`` is hidden, a group that is left out has nobody,
    and ``all`` is the total.
    """

    withheld: ClassVar[tuple[str, ...]] = ("INSERT", "UPDATE")
    opened_by: ClassVar[tuple[Opens, ...]] = (Opens(Can.READ_TOTALS),)
    unit = models.ForeignKey(AgencyUnit, models.PROTECT, related_name="+")
    day = models.DateField("last day of the month")
    taken_at = models.DateTimeField()
    tables = models.JSONField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["unit", "day"], name="totals_taken_once")]
