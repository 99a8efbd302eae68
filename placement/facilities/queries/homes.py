"""What the pages about homes ask: the list, one home with its papers, and its history."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.db.models import (
    Case,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Lower

from placement.access.models import Person
from placement.access.rights import Can, Role
from placement.access.visible import rights_on
from placement.audit.clock import now
from placement.audit.reading import Change, newest
from placement.database.context import reading
from placement.facilities.models import (
    Assignment,
    Bed,
    Exit,
    Facility,
    FacilityAddress,
    FireClearance,
    Licence,
    LicenceCondition,
    LicencePopulation,
    OutsideInspection,
    Room,
    Unit,
    Waiver,
)
from placement.facilities.queries.admissions import open_to_admissions, today_in, why_closed
from placement.facilities.queries.beds import FREE, beds_now, places_in
from placement.ui.dates import moment_name
from placement.ui.paging import Page, keyset_page
from residents.models import HOME_PAPER_RIGHTS, Document, LegalHold

ENDS_SOON = timedelta(days=60)
STATES = {
    "in_force": ("In force", "good"),
    "ends_soon": ("Ends within 60 days", "due"),
    "expired": ("Expired", "late"),
    "not_licensed": ("Not licensed now", "late"),
    "none": ("No licence in the system", "late"),
}


class LicenceToday(TypedDict):
    """What ``with_licence`` adds to a home: the date there, and its licence. Without a licence all of it is ``None``."""

    today: date
    state: str
    licence_status: str | None
    licence_population: str | None
    licence_capacity: int | None
    licence_number: str | None
    licence_valid_from: date | None
    licence_valid_to: date | None


if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    HomeToday = WithAnnotations[Facility, LicenceToday]
else:
    HomeToday = Facility


def with_licence(homes: QuerySet[Any]) -> QuerySet[HomeToday]:
    """Add the home's own ``today``, the terms of its licence (in force, else the newest), and their ``state``."""
    homes = homes.annotate(today=today_in(F("time_zone")))
    begun = Q(valid_from__lte=OuterRef("today"))
    in_time = begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("today")))
    licences = (
        Licence.objects.filter(facility=OuterRef("pk"))
        .annotate(later=Case(When(in_time, then=Value(0)), default=Value(1)))
        .order_by("later", "-valid_from")
    )
    for term in ("status", "population", "capacity", "number", "valid_from", "valid_to"):
        homes = homes.annotate(**{f"licence_{term}": Subquery(licences.values(term)[:1])})
    over = Q(licence_valid_to__lt=F("today")) | Q(licence_valid_from__gt=F("today"))
    return homes.annotate(
        state=Case(
            When(licence_status__isnull=True, then=Value("none")),
            When(~Q(licence_status=Licence.Status.LICENSED), then=Value("not_licensed")),
            When(over, then=Value("expired")),
            When(licence_valid_to__lte=F("today") + Value(ENDS_SOON), then=Value("ends_soon")),
            default=Value("in_force"),
        )
    )


def licence_state(home: HomeToday) -> tuple[str, str]:
    """Return the state of the licence of a home ``with_licence`` in words, and the kind of tag."""
    text, kind = STATES[home.state]
    if home.state == "not_licensed" and home.licence_status:
        text = Licence.Status(home.licence_status).label
    return text, kind


def jurisdictions(person: Person) -> list[str]:
    """Return the states in which ``person`` may see homes."""
    seen = Facility.objects.visible_to(person, Can.VIEW_FACILITY).order_by("jurisdiction")
    return list(seen.values_list("jurisdiction", flat=True).distinct())


@reading("occupancy")
def home_list(person: Person, *, after: str | None, **asked: Any) -> Page:
    """Return one page of homes by name: five queries, six with ``after``, for any number of homes.

    ``asked``: ``q`` (name, or licence number where the reader may know the address, to which public registers
    lead from it), ``kind``, ``jurisdiction``, ``population``, ``state``, ``vacant``; empty means any. The licences of all
    homes are looked at only when the filter asks for it.
    """
    homes: QuerySet[Any] = Facility.objects.visible_to(person, Can.VIEW_FACILITY).annotate(sorted_by=Lower("name"))
    if asked.get("population") or asked.get("state"):
        homes = with_licence(homes)
    if q := asked.get("q"):
        known = Facility.objects.visible_to(person, Can.VIEW_ADDRESS).order_by().values("pk")
        numbers = Licence.objects.filter(number__icontains=q.lstrip("0") or q, facility__in=known)
        homes = homes.filter(Q(name__icontains=q) | Q(pk__in=numbers.values("facility")))
    if asked.get("vacant"):
        homes = open_to_admissions(homes.filter(pk__in=beds_now().filter(state=FREE).values("facility")))
    columns = {"kind": "kind", "jurisdiction": "jurisdiction", "population": "licence_population", "state": "state"}
    homes = homes.filter(**{column: asked[name] for name, column in columns.items() if asked.get(name)})
    page = keyset_page(homes, order=("sorted_by",), after=after)
    whole = with_licence(Facility.objects.filter(pk__in=[home.pk for home in page.rows])).in_bulk()
    page.rows[:] = [whole[home.pk] for home in page.rows]
    places, populations = places_in(page.rows), dict(LicencePopulation.choices)
    closed = why_closed(page.rows)
    for home in page.rows:
        home.closed = closed.get(home.pk, "")
        home.places = places[home.pk]
        home.state_text, home.state_kind = licence_state(home)
        home.population_text = populations.get(home.licence_population, "")
    return page


def home(person: Person, pk: UUID) -> HomeToday:
    """Return a home that ``person`` may see, with today's date there and the terms of its licence.

    Raises ``Facility.DoesNotExist``.
    """
    return with_licence(Facility.objects.visible_to(person, Can.VIEW_FACILITY)).get(pk=pk)


def home_to_run(person: Person, pk: UUID) -> HomeToday:
    """Return a home that ``person`` may change (its administrator, a supervisor). Raises ``Facility.DoesNotExist``."""
    return with_licence(Facility.objects.visible_to(person, Can.CHANGE_FACILITY)).get(pk=pk)


def home_with_papers(person: Person, pk: UUID) -> HomeToday:
    """Return a home whose papers and history ``person`` may read. Raises ``Facility.DoesNotExist``."""
    open_homes = (Facility.objects.visible_to(person, right) for right in HOME_PAPER_RIGHTS)
    return with_licence(reduce(or_, open_homes)).get(pk=pk)


@dataclass(frozen=True)
class May:
    """What ``person`` may do and see on the page of one home."""

    see_codes: bool
    see_address: bool
    change: bool
    confirm: bool
    read_papers: bool
    see_staff: bool
    see_opened: bool
    work_shift: bool


def allowed(person: Person, facility: Facility) -> May:
    """Return what ``person`` may do on the page of ``facility``, in one query."""
    rights = rights_on(person, facility)
    read_papers = not rights.isdisjoint(HOME_PAPER_RIGHTS)
    return May(
        see_codes=Can.VIEW_BEDS in rights,
        see_address=Can.VIEW_ADDRESS in rights,
        change=Can.CHANGE_FACILITY in rights,
        confirm=person.may(Can.CONFIRM_POPULATION),
        read_papers=read_papers,
        see_staff=read_papers or Can.WORK_SHIFT in rights,
        see_opened=not rights.isdisjoint({Can.VIEW_OPENED, Can.MANAGE_FACILITY}),
        work_shift=Can.WORK_SHIFT in rights,
    )


def legal_holds(facility: Facility) -> list[LegalHold]:
    """Return the legal holds on the home that are not lifted."""
    return list(LegalHold.objects.filter(facility=facility, lifted_at=None).select_related("laid_by"))


def licences(facility: Facility) -> list[Licence]:
    """Return the home's licences, newest first, with conditions and waivers."""
    return list(
        facility.licences.select_related(
            "population_confirmed_by", "population_document", "terms_confirmed_by", "terms_document"
        ).prefetch_related(
            Prefetch("conditions", LicenceCondition.objects.order_by("starts_on")),
            Prefetch("waivers", Waiver.objects.select_related("document", "confirmed_by").order_by("starts_on")),
        )
    )


def licence_of(facility: Facility, pk: UUID, *, lock: bool = False) -> Licence:
    """Return a licence of the home. Raises ``Licence.DoesNotExist``."""
    return _maybe_locked(facility.licences.all(), lock).get(pk=pk)


def waiver_of(facility: Facility, pk: UUID) -> Waiver:
    """Return a waiver of the home with its licence and paper. Raises ``Waiver.DoesNotExist``."""
    return Waiver.objects.filter(licence__facility=facility).select_related("licence__facility", "document").get(pk=pk)


def licence_today(found: list[Licence], today: date) -> Licence | None:
    """Return the licence in force on ``today``, or else the newest one."""
    in_time = [x for x in found if x.valid_from <= today and (x.valid_to is None or x.valid_to >= today)]
    return next(iter(in_time or found), None)


def clearances(facility: Facility) -> list[FireClearance]:
    """Return the fire clearances, newest first."""
    return list(facility.fire_clearances.all()[:5])


def exits(facility: Facility) -> list[Exit]:
    """Return the exits."""
    return list(facility.exits.all())


def staff(facility: Facility) -> list[Assignment]:
    """Return who works at, runs or inspects the home, now or soon."""
    ahead = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    rows = facility.assignments.filter(ahead).select_related("person").order_by("role", "person__name")
    return sorted(rows, key=lambda row: [Role.ADMIN, Role.STAFF, Role.INSPECTOR].index(Role(row.role)))


def can_join(facility: Facility, *, inspectors: bool) -> QuerySet[Person]:
    """Return the people whose account is for a role in homes, by name. Inspectors only where the agency asks."""
    roles = [Role.STAFF, Role.ADMIN, *([Role.INSPECTOR] if inspectors else [])]
    ahead = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    there = facility.assignments.filter(ahead).values("person")
    return Person.objects.filter(is_active=True, role__in=roles).exclude(pk__in=there).order_by("name")


def inspections(facility: Facility) -> list[OutsideInspection]:
    """Return the newest dated visits of the authority."""
    return list(facility.outside_inspections.filter(visited_on__isnull=False).order_by("-visited_on")[:20])


def inspection_totals(facility: Facility) -> dict[str, int | None]:
    """Return the totals that the licensing file states (None when it states none)."""
    totals = facility.outside_inspections.filter(visited_on__isnull=True)
    return totals.aggregate(visits=Sum("visits"), serious=Sum("serious_citations"), other=Sum("other_citations"))


def papers(facility: Facility) -> QuerySet[Document]:
    """Return the papers of the home, newest first. The caller has checked the right to read them."""
    return Document.objects.filter(facility=facility, part=Document.Part.HOME).select_related("uploaded_by")


def papers_page(facility: Facility, after: str | None) -> Page:
    """Return one page of the papers."""
    return keyset_page(papers(facility), order=("-uploaded_at",), after=after)


def paper(person: Person, facility: UUID, pk: UUID) -> Document:
    """Return a paper that ``person`` may read. Raises ``DoesNotExist`` of the home or of the document."""
    return papers(home_with_papers(person, facility)).get(pk=pk)


def units(facility: Facility) -> list[Unit]:
    """Return the units with their rooms and beds."""
    return list(facility.units.prefetch_related(Prefetch("rooms", Room.objects.prefetch_related("beds"))))


def history(person: Person, facility: Facility, limit: int) -> list[Change]:
    """Return the newest changes of the home and of what belongs to it, with every field before and after."""
    of_licence = {"licence_id__in": facility.licences.values("pk")}
    of_home = {"facility_id": facility.pk}
    parts: list[tuple[Any, dict[str, Any]]] = [
        (Facility, {"id": facility.pk}),
        (Licence, of_home),
        (LicenceCondition, of_licence),
        (Waiver, of_licence),
        (FireClearance, of_home),
        (Unit, of_home),
        (Room, {"unit_id__in": facility.units.values("pk")}),
        (Bed, of_home),
        (Exit, of_home),
        (Assignment, of_home),
    ]
    if Can.VIEW_ADDRESS in rights_on(person, facility):
        parts.append((FacilityAddress, of_home))
    return newest((model.history.filter(**where) for model, where in parts), limit=limit, hide=["facility"])


def bed_of(facility: Facility, pk: UUID, *, lock: bool = False) -> Bed:
    """Return a bed of the home with its room. Raises ``Bed.DoesNotExist``."""
    return _maybe_locked(facility.beds.select_related("room"), lock).get(pk=pk)


def assignment_of(facility: Facility, pk: UUID, *, lock: bool = False) -> Assignment:
    """Return somebody's role in the home. Raises ``Assignment.DoesNotExist``."""
    return _maybe_locked(facility.assignments.select_related("person"), lock).get(pk=pk)


def version_of(thing: Any, facility: Facility) -> dict[str, Any]:
    """Return the newest version of a record and who made it, for a form that must overwrite nobody."""
    row = thing.history.order_by("-history_id").values("history_id", "history_user_name", "history_date")[0]
    when = moment_name(row["history_date"], facility.zone)
    return {"version": row["history_id"], "changed_by": f"{row['history_user_name']}, {when}"}


def _maybe_locked(rows: Any, lock: bool) -> Any:
    """Lock the record while a form about it is saved, so that its version can't change in between."""
    return rows.locked() if lock else rows
