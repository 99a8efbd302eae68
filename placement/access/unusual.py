"""Very many records opened in a short time: what waits to be judged, and the judgement."""

from django.db.models import QuerySet

from placement.access.models import Person, UnusualAccess
from placement.access.rights import Can
from placement.audit.operation import operation
from placement.database.constraints import Refused


@operation("judged that very many records were opened")
def judge_unusual(found: UnusualAccess, *, judgement: str, reason: str, by: Person) -> UnusualAccess:
    """Say whether there was a reason to open so many records, and what it was. The database says when.

    Raises ``Refused`` for whoever is not a supervisor, by the database's rule for the own one, and for a second time.
    """
    if not by.may(Can.READ_AUDIT):
        raise Refused("Only a supervisor judges this.")
    found = UnusualAccess.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if found.judgement:
        raise Refused("Somebody has judged this already. Nothing was changed.")
    found.judgement, found.judgement_reason, found.judged_by, found.judged_at = judgement, reason.strip(), by, found.at
    found.save(update_fields=["judgement", "judgement_reason", "judged_by", "judged_at"])
    found.refresh_from_db(fields=["judged_at"])
    return found


def unusual() -> QuerySet[UnusualAccess]:
    """Return every time that very many records were opened, the newest first."""
    return UnusualAccess.objects.select_related("person", "judged_by").order_by("-at", "-pk")


def waiting_for(person: Person) -> QuerySet[UnusualAccess]:
    """Return those that ``person`` can judge: never those about themselves."""
    return unusual().filter(judgement="").exclude(person=person).order_by("at", "pk")
