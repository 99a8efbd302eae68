"""A missing episode, line by line: what is known, what was done to find the young person, and the steps after the return."""

from collections.abc import Iterable
from datetime import datetime

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from residents.models import EpisodeNote, Incident, IncidentPart
from residents.operations.incident_chain import must_be_open

What = EpisodeNote.What
NOT_MISSING = "This incident is not about somebody missing."


@operation("wrote down what was done to find somebody")
def note_search(
    incident: Incident,
    *,
    what: str,
    at: datetime,
    who: str,
    by: Person,
    place: str = "",
    said: str = "",
    number: str = "",
) -> EpisodeNote:
    """Keep one act of the search: ``what`` was done at ``at`` (aware) by ``who``, where, and what came of it.

    number: that the police gave. Raises ``Refused`` for a time to come, an incident of another kind or one that is closed, and
    for something else that is not said.
    """
    mine = Incident.objects.visible_to(by, Can.REPORT_INCIDENT) | Incident.objects.visible_to(by, Can.REVIEW_INCIDENT)
    incident = mine.get(pk=incident.pk)
    if what == What.OTHER and not said.strip():
        raise Refused("Say what was done.", field="said")
    return added(incident, None, EpisodeNote.SEARCH, what, by, at=at, who=who, place=place, said=said, number=number)


@operation("completed what is known of somebody missing")
def note_known(
    part: IncidentPart, *, what: str, by: Person, said: str = "", ticks: Iterable[str] = (), number: str = ""
) -> EpisodeNote:
    """Keep what is known of the young person of ``part``. What was known before stays readable with who wrote it and when.

    Raises ``Refused`` where nothing is said, and as ``note_search`` does.
    """
    part = IncidentPart.objects.visible_to(by, Can.VIEW_CARE_PROFILE).select_related("incident").get(pk=part.pk)
    mine = Incident.objects.visible_to(by, Can.REPORT_INCIDENT) | Incident.objects.visible_to(by, Can.REVIEW_INCIDENT)
    incident = mine.get(pk=part.incident_id)
    chosen = sorted(set(ticks))
    return added(
        incident, part, EpisodeNote.KNOWN, what, by, at=now(), who=by.name, said=said, ticks=chosen, number=number
    )


@operation("wrote down a step after somebody came back")
def note_return(
    part: IncidentPart, *, what: str, at: datetime, who: str, said: str, by: Person, place: str = ""
) -> EpisodeNote:
    """Keep a step after the return of the young person of ``part``: taken at ``at`` (aware) by ``who``, and what they may tell us.

    The people of the home and the caseworker write it. The database refuses it while the young person is missing, and a talk by
    somebody who works in the home. Raises ``Refused`` as ``note_search`` does.
    """
    home = IncidentPart.objects.visible_to(by, Can.VIEW_CARE_PROFILE)
    case = IncidentPart.objects.visible_to(by, Can.KEEP_CASE)
    part = (home | case).select_related("incident").get(pk=part.pk)
    of_home = Incident.objects.visible_to(by, Can.REPORT_INCIDENT) | Incident.objects.visible_to(
        by, Can.REVIEW_INCIDENT
    )
    if not of_home.filter(pk=part.incident_id).exists():
        part = case.select_related("incident").get(pk=part.pk)
    return added(part.incident, part, EpisodeNote.AFTER, what, by, at=at, who=who, place=place, said=said)


def added(
    incident: Incident,
    part: IncidentPart | None,
    kinds: tuple[str, ...],
    what: str,
    by: Person,
    *,
    at: datetime,
    who: str,
    place: str = "",
    said: str = "",
    number: str = "",
    ticks: Iterable[str] = (),
) -> EpisodeNote:
    """Add one line. Raises ``Refused`` for what does not belong there, is empty, or lies in the future."""
    if incident.kind != Incident.Kind.MISSING:
        raise Refused(NOT_MISSING)
    must_be_open(incident)
    if what not in kinds:
        raise Refused("Choose one of the answers.", field="what")
    if at > now():
        raise Refused("This time has not come yet. Give the time when it was done.", field="at")
    if not who.strip():
        raise Refused("Say who did it.", field="who")
    if part is not None and not said.strip() and not ticks:
        raise Refused("Say what is known.", field="said")
    return EpisodeNote.objects.create(
        incident=incident,
        part=part,
        what=what,
        at=at,
        who=who.strip(),
        place=place.strip(),
        said=said.strip(),
        number=number.strip(),
        ticks=list(ticks),
        written_by=by,
    )
