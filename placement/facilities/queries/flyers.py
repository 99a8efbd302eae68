"""The flyer about one young person of a missing episode: the version that waits, the one that counts, and who got it."""

import io
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.db.models import Q, QuerySet
from PIL import Image

from placement.access.models import Person
from placement.access.opened import note_exported
from placement.access.rights import Can
from placement.access.visible import rights_on
from placement.facilities.queries.missing import missing_now
from placement.ui.printing import compiled, printable
from residents import files
from residents.models import (
    HOTLINE,
    ON_FLYER,
    Document,
    EpisodeNote,
    Flyer,
    FlyerRelease,
    Identity,
    Incident,
    IncidentPart,
)
from residents.queries.ages import age_now

TEMPLATE = Path(__file__).parents[1] / "flyer.typ"
LONGEST_SIDE = 1200  # pixels of a photo on a flyer
STEPS = ("write", "approve", "release", "recall")


@dataclass(frozen=True)
class Shown:
    """One version, as the page shows it: what it says, each line with whether it may be released (``None``: not decided)."""

    row: Flyer
    lines: list[tuple[str, str, bool | None]]
    photo: Document | None
    releases: list[FlyerRelease] = field(default_factory=list)

    @property
    def photo_released(self) -> bool:
        """Return whether the photo is shown to people outside."""
        return "photo" in self.row.released


@dataclass(frozen=True)
class FlyerPage:
    """What the page shows. ``missing``: they still are, by this report. ``counts``: the version that may be given out.

    ``before``: versions that were replaced or withdrawn. ``steps``: which of ``STEPS`` the reader takes now.
    """

    part: IncidentPart
    missing: bool
    draft: Shown | None
    counts: Shown | None
    before: list[Shown]
    steps: frozenset[str]
    may_share: bool

    def row_for(self, what: str) -> Flyer:
        """Return the version with which a step after the writing is taken. Raises ``Flyer.DoesNotExist``."""
        found = {"approve": self.draft, "release": self.counts}.get(what, self.counts or self.draft)
        if found is None:
            raise Flyer.DoesNotExist
        return found.row

    @property
    def to_tell(self) -> list[FlyerRelease]:
        """Return to whom a flyer was given that does not count any more, and who was not told yet to take it down."""
        over = [*self.before, *([self.counts] if self.counts and not self.missing else [])]
        return [row for shown in over for row in shown.releases if row.told_at is None]


def part_of_flyer(person: Person, pk: UUID, part: UUID) -> IncidentPart:
    """Return the part whose flyer ``person`` may write: they report or review in the home, or keep the case, and read the identity.

    Raises ``IncidentPart.DoesNotExist``.
    """
    homes = Incident.objects.visible_to(person, Can.REPORT_INCIDENT)
    homes = homes | Incident.objects.visible_to(person, Can.REVIEW_INCIDENT)
    rows = IncidentPart.objects.visible_to(person, Can.VIEW_CARE_PROFILE).visible_to(person, Can.VIEW_IDENTITY)
    rows = rows.filter(incident=pk, incident__kind=Incident.Kind.MISSING)
    of_home = Q(incident__in=homes.filter(pk=pk).order_by().values("pk"))
    kept = Q(pk__in=rows.visible_to(person, Can.KEEP_CASE).order_by().values("pk"))
    found: IncidentPart = rows.filter(of_home | kept).select_related("incident__facility", "resident").get(pk=part)
    return found


def flyer_page(person: Person, part: IncidentPart) -> FlyerPage:
    """Return the page of the flyer about the young person of ``part``."""
    incident = part.incident
    rows = list(Flyer.objects.filter(part=part).select_related("photo", "drafted_by", "approved_by", "recalled_by"))
    releases = list(
        FlyerRelease.objects.filter(flyer__part=part)
        .select_related("released_by", "told_by")
        .order_by("released_at", "pk")
    )
    shown = [as_shown(row, [one for one in releases if one.flyer_id == row.pk]) for row in rows]
    missing = is_missing(part)
    draft = next((one for one in shown[:1] if one.row.approved_at is None and one.row.recalled_at is None), None)
    agreed = sorted(
        (one for one in shown if one.row.approved_at), key=lambda one: one.row.approved_at or one.row.drafted_at
    )
    newest = agreed[-1] if agreed else None
    counts = newest if newest and newest.row.recalled_at is None else None
    may_share = Can.DISCLOSE in rights_on(person, part.resident)
    supervises = may_share and Can.REVIEW_INCIDENT in rights_on(person, incident.facility)
    steps = set()
    if missing:
        steps.add("write")
        own = draft is None or draft.row.drafted_by_id == person.pk or incident.people.filter(person=person).exists()
        if supervises and not own:
            steps.add("approve")
        if counts and may_share:
            steps.add("release")
    if (draft or counts) and missing:
        steps.add("recall")
    before = [one for one in shown if one is not counts and (one.row.approved_at or one.row.recalled_at)]
    return FlyerPage(part, missing, draft, counts, before, frozenset(steps), may_share)


def is_missing(part: IncidentPart) -> bool:
    """Return whether the young person is missing by the report of this part."""
    report = missing_now(part.incident.facility, [part.resident_id]).get(part.resident_id)
    return report is not None and report.pk == part.incident_id


def as_shown(row: Flyer, releases: list[FlyerRelease]) -> Shown:
    """Return a version as the page shows it."""
    decided = row.approved_at is not None
    words = dict(row.lines(row.filled))
    lines = [
        (label, words[label], name in row.released if decided else None) for name, label in ON_FLYER if label in words
    ]
    return Shown(row, lines, row.photo, releases)


def photos(person: Person, part: IncidentPart) -> QuerySet[Document]:
    """Return the pictures of the young person that are marked for a flyer, the newest first."""
    rows: QuerySet[Document] = Document.objects.visible_to(person, Can.VIEW_CARE_PROFILE)
    return rows.filter(resident=part.resident_id, for_flyer=True).order_by("-uploaded_at", "pk")


def first_words(person: Person, part: IncidentPart) -> dict[str, object]:
    """Return what the form of a new flyer begins with: the version before, or what the episode knows."""
    before = Flyer.objects.filter(part=part).first()
    if before is not None:
        names = (
            "name",
            "age",
            "height",
            "build",
            "hair",
            "worn",
            "since",
            "last_seen",
            "police",
            "case_number",
            "photo",
        )
        return {name: getattr(before, name) for name in names}
    notes = EpisodeNote.objects.filter(incident=part.incident_id)
    worn = notes.filter(part=part, what="worn").first()
    police = notes.filter(what="police").exclude(number="").first()
    zone = part.incident.facility.zone
    identity = Identity.objects.visible_to(person, Can.VIEW_IDENTITY).get(resident=part.resident_id)
    return {
        "name": part.resident.preferred_name,
        "age": str(age_now(identity.birth_date, zone)),
        "worn": worn.said[:300] if worn else "",
        "since": part.incident.happened_at.astimezone(zone).date(),
        "case_number": police.number if police else "",
    }


def names_to_choose(person: Person, part: IncidentPart) -> list[str]:
    """Return the names that may stand on the flyer: the preferred one, and the first of the legal one."""
    identity = Identity.objects.visible_to(person, Can.VIEW_IDENTITY).get(resident=part.resident_id)
    return list(dict.fromkeys([part.resident.preferred_name, identity.first_name]))


def release_to_print(person: Person, pk: UUID, part: UUID, row: UUID) -> FlyerRelease:
    """Return a release whose flyer may be printed now. Raises ``FlyerRelease.DoesNotExist``, also when it is over."""
    rows = FlyerRelease.objects.visible_to(person, Can.DISCLOSE).filter(flyer__part=part, flyer__part__incident=pk)
    found: FlyerRelease = rows.select_related(
        "flyer__part__incident__facility", "flyer__part__resident", "flyer__photo", "disclosure"
    ).get(pk=row)
    newest = Flyer.objects.filter(part=part, approved_at__isnull=False).order_by("-approved_at").first()
    if newest != found.flyer or found.flyer.recalled_at is not None or not is_missing(found.flyer.part):
        raise FlyerRelease.DoesNotExist
    return found


def pdf(release: FlyerRelease) -> bytes:
    """Return the flyer on paper: what was approved, whom to call, and the number of the sheet in the record of what was shared."""
    note_exported()
    flyer = release.flyer
    shown = "photo" in flyer.released and flyer.photo is not None
    lines = [[label, value] for label, value in flyer.lines(flyer.released) if label not in ("Name", "Police to call")]
    data = {
        "name": flyer.name if "name" in flyer.released else "",
        "lines": lines,
        "police": flyer.police if "police" in flyer.released else "",
        "hotline": list(HOTLINE),
        "copy": str(release.disclosure_id)[:8],
        "photo": shown,
    }
    pictures = {"photo.jpg": small(flyer.photo)} if shown and flyer.photo else {}
    return compiled(TEMPLATE.read_bytes(), printable(data), release.released_at, pictures)


def small(photo: Document) -> bytes:
    """Return the picture drawn again as a JPEG, with nothing but its pixels, and no more of them than paper needs."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(files.read(photo.stored_name, photo.sha256))) as picture:
        picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        picture.convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()
