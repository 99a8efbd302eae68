"""What every operation of this app asks first: may this person do this to this young person's record?"""

from datetime import date
from zoneinfo import ZoneInfo

from placement.access.models import Person
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.audit.clock import now
from residents.models import Resident


def must(by: Person, resident: Resident, *any_of: Can) -> frozenset[Can]:
    """Return the rights of ``by`` on ``resident``. Raises ``Resident.DoesNotExist`` without one of ``any_of``."""
    rights = rights_on(by, resident)
    if not rights.intersection(any_of):
        raise Resident.DoesNotExist
    return rights


def today(by: Person) -> date:
    """Return the calendar day it is now where ``by`` works."""
    return now().astimezone(ZoneInfo(by.time_zone)).date()
