"""A sealed export for a court: asked for, approved or refused by a second person, and taken."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from compliance.court.content import collect
from compliance.court.subject import Subject
from compliance.models import CourtExport
from compliance.models.court_export import LONGEST
from compliance.queries.court_exports import export_for, subject_for, why_closed
from placement.access.models import Person
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, sentence_of
from placement.database.context import set_reason
from placement.facilities.models import Facility
from residents.models import Disclosure, Incident, Resident
from residents.models.disclosure import COURT_EXPORT


@operation("asked for a sealed export for a court")
def ask_court_export(
    about: Resident | Incident | Facility,
    *,
    since: date,
    until: date,
    kinds: Iterable[str],
    with_log: bool,
    recipient: str,
    handed_to: str,
    authority: str,
    why_withheld: str = "",
    by: Person,
) -> CourtExport:
    """Keep what history says now of ``about``, as ``by`` may read and share it, for a second person to approve.

    Args:
        since, until: days, both included, in the home's zone; for a young person in that of ``by``.
        kinds: labels of ``Subject.choices``. with_log: whether who opened it is in it too.
        recipient: the court. handed_to: who receives it there. authority: order or subpoena, its number and day.
        why_withheld: why the kinds that were not chosen stay out; may be empty only where there are none.

    Raises ``Refused`` for days out of order or to come, for more than one export may hold, and for too many of a day;
    ``DoesNotExist`` unless ``by`` may.
    """
    thing: Any = subject_for(by, about)
    subject = Subject(by, thing, since, until)
    if until > now().astimezone(subject.zone).date():
        raise Refused(sentence_of("court_export_is_of_days_that_came"), field="until")
    if until < since:
        raise Refused("The last day can't be before the first day.", field="until")
    if until - since > LONGEST:
        raise Refused(sentence_of("court_export_is_of_five_years_at_most"), field="since")
    content = collect(subject, kinds, with_log=with_log, why_withheld=why_withheld.strip())
    if content["not_chosen"] and not why_withheld.strip():
        raise Refused("Say why the kinds that you did not choose stay out.", field="why_withheld")
    export = CourtExport(
        since=since,
        until=until,
        zone=str(subject.zone),
        kinds=sorted(set(kinds) & {label for label, _ in subject.choices()}),
        with_log=with_log,
        recipient=recipient.strip(),
        handed_to=handed_to.strip(),
        authority=authority.strip(),
        why_withheld=why_withheld.strip(),
        asked_by=by,
        **{type(thing).__name__.lower(): thing},
    )
    export.seal(content)
    export.save(force_insert=True)
    export.refresh_from_db(fields=["asked_at"])
    return export


@operation("decided about a sealed export for a court")
def decide_court_export(export: CourtExport, *, approve: bool, decision: str, seen: str, by: Person) -> CourtExport:
    """Approve the export with the fingerprint ``seen``, or refuse it, with the reason: once, and never by who asked for it.

    Raises ``Refused`` where it was decided before, says something else, or names ``by`` in what it is about.
    """
    export = export_for(by, export.pk, hold=True)
    if export.approved is not None:
        raise Refused("Somebody has decided this already. Nothing was changed.")
    if seen != export.sha256:
        raise Refused("This is not the fingerprint of this export. Read it again, then decide.")
    export.approved, export.decision, export.decided_by, export.decided_at = approve, decision.strip(), by, now()
    export.save(update_fields=["approved", "decision", "decided_by", "decided_at"])
    return export


@operation("took a sealed export for a court")
def take_court_export(export: CourtExport, *, by: Person) -> CourtExport:
    """Write down that the files go to the court, in the list of what was shared of each young person whose rows are in it.

    None of these lists tells of the other young people. A second time changes nothing. Raises ``Refused`` where it is closed.
    """
    export = export_for(by, export.pk, hold=True)
    if closed := why_closed(by, export):
        raise Refused(closed)
    if export.taken_at is not None:
        return export
    set_reason(f"{export.recipient}: {export.authority}")
    for young in export.content()["young"]:
        sheet = Disclosure(
            resident_id=young,
            recipient_kind=Disclosure.RecipientKind.COURT,
            recipient=export.recipient,
            handed_to=export.handed_to,
            purpose="What history says, as the court has asked",
            basis=Disclosure.Basis.ORDER,
            authority=export.authority,
            fields=[COURT_EXPORT],
            channel=Disclosure.Channel.HAND,
            disclosed_by=by,
        )
        sheet.seal([{"part": "Sealed export", "label": "Fingerprint of the content (SHA-256)", "value": export.sha256}])
        sheet.save(force_insert=True)
    export.taken_at = now()
    export.save(update_fields=["taken_at"])
    return export
