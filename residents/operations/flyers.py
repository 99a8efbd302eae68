"""The flyer about a missing young person: drafted, agreed by a supervisor, given out, and taken down when they are back."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused
from placement.database.context import set_reason
from residents.in_texts import pattern_of
from residents.models import ON_FLYER, Disclosure, Document, Flyer, FlyerRelease, Identity, IncidentPart, Resident
from residents.operations.disclosures import recall
from residents.operations.guard import must, today
from residents.sheet import addresses_of_homes, names_of_homes

KEPT_FOR = timedelta(days=30)  # then whoever has it still is asked for it
PARTS = r"[\s-]+"  # between the parts of a name
OF_A_HOME = "This tells the name, the address or the telephone of one of our homes. Leave it out."
LEGAL_NAME = "Leave out “{}”: it belongs to the legal name. If you mean something else by it, use another word."


@operation("drafted a flyer about somebody missing")
def draft_flyer(
    part: IncidentPart,
    *,
    name: str,
    since: date,
    police: str,
    by: Person,
    age: str = "",
    height: str = "",
    build: str = "",
    hair: str = "",
    worn: str = "",
    last_seen: str = "",
    case_number: str = "",
    photo: Document | None = None,
) -> Flyer:
    """Write a new version of the flyer about the young person of ``part``.

    Args:
        name: the preferred or the first name, and never more of the legal one.
        police: whom to call there, with the number; ``case_number`` is theirs.
        photo: a picture of the care part that is marked for a flyer.

    Nothing is released by it. Raises ``Refused`` for a text that tells the legal name, or where one of our homes is, next to its
    field; the database refuses somebody who does not answer for the young person, and who is not missing any more.
    """
    part = read_by(by, part)
    texts = {
        "name": name,
        "age": age,
        "height": height,
        "build": build,
        "hair": hair,
        "worn": worn,
        "last_seen": last_seen,
        "police": police,
        "case_number": case_number,
    }
    said = {field: text.strip() for field, text in texts.items()}
    must_not_tell(part.resident, said, by)
    if photo is not None:
        photo = Document.objects.visible_to(by, Can.VIEW_CARE_PROFILE).get(pk=photo.pk, resident=part.resident_id)
    return Flyer.objects.create(part=part, since=since, photo=photo, drafted_by=by, **said)


@operation("approved what a flyer releases")
def approve_flyer(flyer: Flyer, *, released: Iterable[str], by: Person) -> Flyer:
    """Agree to what this version releases: those fields alone. A supervisor does it, and never who drafted it.

    Raises ``Refused`` for no field, and as the database does: where a newer draft waits, and after the return.
    """
    flyer = held(flyer, by)
    if flyer.approved_at is not None or flyer.recalled_at is not None:
        raise Refused("This version does not wait for an approval any more. Look at the flyer again.")
    chosen = set(released)
    flyer.released = [name for name in flyer.filled if name in chosen]
    if not flyer.released:
        raise Refused("Choose what may be released.", field="released")
    flyer.approved_by, flyer.approved_at = by, now()
    flyer.save(update_fields=["released", "approved_by", "approved_at"])
    return flyer


@operation("gave a flyer about somebody missing to somebody outside")
def release_flyer(
    flyer: Flyer, *, recipient_kind: str, recipient: str, handed_to: str, channel: str, by: Person
) -> FlyerRelease:
    """Write down that the approved flyer is given to ``recipient``, and, in the record of what was shared, what it says.

    Raises ``Refused`` as the database does: before the approval, after the return, and when it was withdrawn or replaced.
    """
    flyer = held(flyer, by)
    part = flyer.part
    must(by, part.resident, Can.DISCLOSE)
    if flyer.approved_at is None:
        raise Refused("A supervisor has to approve the flyer first.")
    set_reason("Flyer to find somebody who is missing")
    sheet = Disclosure(
        resident=part.resident,
        recipient_kind=recipient_kind,
        recipient=recipient.strip(),
        handed_to=handed_to.strip(),
        purpose="A flyer, to find somebody who is missing.",
        basis=Disclosure.Basis.EMERGENCY,
        authority=f"Missing: incident {part.incident.number}",
        fields=[f"care.flyer_{name}" for name, _ in ON_FLYER if name in flyer.released],
        channel=channel,
        until=today(by) + KEPT_FOR,
        disclosed_by=by,
    )
    photo = [("Photo", "The picture that is marked for a flyer")] if "photo" in flyer.released else []
    sheet.seal(
        [{"part": "Flyer", "label": label, "value": value} for label, value in [*photo, *flyer.lines(flyer.released)]]
    )
    sheet.save(force_insert=True)
    return FlyerRelease.objects.create(flyer=flyer, disclosure=sheet, recipient=recipient.strip(), released_by=by)


@operation("withdrew a flyer")
def recall_flyer(flyer: Flyer, *, reason: str, by: Person) -> Flyer:
    """Withdraw a flyer, also a draft: nobody prints it any more. Raises ``Refused`` when that was done before."""
    flyer = held(flyer, by)
    if flyer.recalled_at is not None:
        raise Refused("This flyer was withdrawn already. Nothing was changed.")
    flyer.recalled_by, flyer.recalled_at, flyer.recall_reason = by, now(), reason.strip()
    flyer.save(update_fields=["recalled_by", "recalled_at", "recall_reason"])
    return flyer


@operation("told somebody to take a flyer down")
def tell_to_take_down(release: FlyerRelease, *, by: Person) -> FlyerRelease:
    """Write down that who got the flyer was told to take it down, and that its sheet was asked for back.

    Raises ``Refused`` when that was done before.
    """
    rows = FlyerRelease.objects.visible_to(by, Can.DISCLOSE).locked().select_related("disclosure__resident")
    release = rows.get(pk=release.pk)
    if release.told_at is not None:
        raise Refused("Somebody has told them already. Nothing was changed.")
    release.told_by, release.told_at = by, now()
    release.save(update_fields=["told_by", "told_at"])
    if release.disclosure.is_out and release.disclosure.recalled_at is None:
        recall(release.disclosure, reason="Told to take the flyer down.", by=by)
    return release


def read_by(by: Person, part: IncidentPart) -> IncidentPart:
    """Return the part as it is open to ``by``, who must be able to read the identity too."""
    rows = IncidentPart.objects.visible_to(by, Can.VIEW_CARE_PROFILE).visible_to(by, Can.VIEW_IDENTITY)
    found: IncidentPart = rows.select_related("incident", "resident").get(pk=part.pk)
    return found


def held(flyer: Flyer, by: Person) -> Flyer:
    """Return the flyer as it is in the database now, held until the transaction ends."""
    rows = Flyer.objects.visible_to(by, Can.VIEW_IDENTITY).locked().select_related("part__incident", "part__resident")
    found: Flyer = rows.get(pk=flyer.pk)
    return found


def must_not_tell(resident: Resident, said: Mapping[str, str], by: Person) -> None:
    """Raise ``Refused``, next to the field, for a text of a flyer that tells where we are, or more of the legal name than one part.

    One sentence for name, address and telephone: it tells nobody which of them was right.
    """
    of_homes = [*addresses_of_homes(), *names_of_homes()]
    identity = Identity.objects.visible_to(by, Can.VIEW_IDENTITY).get(resident=resident)
    if said["name"] not in (resident.preferred_name, identity.first_name):
        raise Refused("Choose the preferred name or the first name.", field="name")
    legal, called = re.split(PARTS, identity.legal_name.strip()), re.split(PARTS, said["name"].lower())
    for field, text in said.items():
        if found_in(text, of_homes):
            raise Refused(OF_A_HOME, field=field)
        for name in legal:
            if name.lower() not in called and found_in(text, [pattern_of(name)]):
                raise Refused(LEGAL_NAME.format(name), field=field)


def found_in(text: str, patterns: Iterable[str]) -> bool:
    """Return whether one of ``patterns`` finds something in ``text``, in any case and with or without accents."""
    decomposed = unicodedata.normalize("NFD", text)
    return any(re.search(pattern, decomposed, re.IGNORECASE) for pattern in patterns)
