"""What can be shared of a record with somebody outside: each field, the part it belongs to, and its words on the sheet.

Where the young person lives is none of them: a sheet carries the substitute address (``settings.SUBSTITUTE_ADDRESS``).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from placement.access.rights import Can
from placement.audit.clock import now
from placement.database.context import reading
from placement.ui.dates import full_day
from residents.in_texts import pattern_of, pattern_of_street, replaced
from residents.models import ON_FLYER, PARTS, Document, PopulationDesignation, Resident
from residents.queries.homes import home_model

NOTHING = "Nothing is written down."
# What stands where a text names one of our homes, or tells where it is, or names another young person (the database's words).
A_HOME, AN_ADDRESS = "[a home]", "[an address of a home]"


@dataclass(frozen=True)
class Shareable:
    """One field. ``name`` is ``<part>.<what>``; ``read`` returns its words for a young person."""

    name: str
    label: str
    read: Callable[[Resident], str]

    @property
    def part(self) -> str:
        """Return the part of the record that it belongs to."""
        return self.name.split(".")[0]

    @property
    def right(self) -> Can:
        """Return the right that opens that part."""
        return Document.RIGHT_OF_PART[self.part]


def of_identity(read: Callable[[Any], str]) -> Callable[[Resident], str]:
    """Return a reader of the identity, when there is one."""

    def value(resident: Resident) -> str:
        identity = getattr(resident, "identity", None)
        return read(identity) if identity else ""

    return value


def of_case(read: Callable[[Any], str]) -> Callable[[Resident], str]:
    """Return a reader of the open case, or else the newest."""

    def value(resident: Resident) -> str:
        case = resident.cases.order_by("-status", "-opened_on").first()
        return read(case) if case else ""

    return value


def alerts(resident: Resident) -> str:
    """Return the alerts in force, one a line, the urgent first."""
    moment = now()
    in_force = Q(ends_at__isnull=True) | Q(ends_at__gt=moment)
    return "\n".join(alert.words for alert in resident.alerts.filter(in_force, starts_at__lte=moment))


def birth_date(identity: Any) -> str:
    """Return the date of birth, and whether it is an estimate."""
    return full_day(identity.birth_date) + (" (estimate)" if identity.birth_date_is_estimate else "")


def population(resident: Resident) -> str:
    """Return the designation that counts, with its basis."""
    row = resident.designations.filter(standing__in=PopulationDesignation.COUNTING).first()
    return f"{row.get_population_display()}: {row.get_stage_display().lower()}\n{row.basis}" if row else ""


def level(resident: Resident) -> str:
    """Return the level of care that counts, and who assessed it when."""
    row = resident.levels.first()
    return f"{row.get_level_display()}, by {row.assessor}, {full_day(row.assessed_on)}" if row else ""


def harm(resident: Resident) -> str:
    """Return the safety history, one event a line."""
    return "\n".join(
        f"{full_day(row.happened_on)}: {row.get_kind_display()}. {row.summary}" for row in resident.harm_events.all()
    )


def links(resident: Resident) -> str:
    """Return the known exploiters and recruiters, one a line."""
    rows = resident.exploitation_links.select_related("exploiter")
    return "\n".join(f"{row.exploiter.name}, {row.get_kind_display().lower()}. {row.note}".strip() for row in rows)


SHAREABLE = [
    Shareable("care.preferred_name", "Preferred name", lambda resident: resident.preferred_name),
    Shareable("care.languages", "Languages", lambda resident: ", ".join(resident.languages)),
    Shareable("care.plan", "Plan of the day", lambda resident: resident.plan_of_the_day),
    Shareable("care.alerts", "Allergies and alerts", alerts),
    Shareable("identity.legal_name", "Legal name", of_identity(lambda identity: identity.legal_name)),
    Shareable("identity.birth_date", "Date of birth", of_identity(birth_date)),
    Shareable(
        "identity.other_names", "Other names", lambda resident: ", ".join(row.name for row in resident.aliases.all())
    ),
    Shareable("identity.family", "Family", of_identity(lambda identity: identity.family)),
    Shareable("case.number", "Case number", of_case(lambda case: case.number)),
    Shareable("case.legal_basis", "Legal basis", of_case(lambda case: case.legal_basis)),
    Shareable("case.court", "Court", of_case(lambda case: case.court)),
    Shareable(
        "case.hearing",
        "Next hearing",
        of_case(lambda case: full_day(case.next_hearing_on) if case.next_hearing_on else ""),
    ),
    Shareable("case.goal", "Goal of the case", of_case(lambda case: case.get_permanency_goal_display())),
    Shareable("case.level", "Level of care", level),
    Shareable("case.summary", "Summary of the case", of_case(lambda case: case.summary)),
    Shareable("exploitation.population", "Population, with its basis", population),
    Shareable("exploitation.safety", "Safety history", harm),
    Shareable("exploitation.links", "Known exploiters and recruiters", links),
]
# What a flyer tells of somebody missing: no sheet offers it, and what it said is kept as a sheet is.
OF_FLYER = [Shareable(f"care.flyer_{name}", f"Flyer: {label.lower()}", lambda _: "") for name, label in ON_FLYER]
BY_NAME = {one.name: one for one in [*SHAREABLE, *OF_FLYER]}


def choices(rights: Iterable[Can]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the parts that are open with these rights: key, label, and the fields to choose from."""
    held = set(rights)
    offered = [one for one in SHAREABLE if one.right in held]
    found = [(part, label, [(one.name, one.label) for one in offered if one.part == part]) for part, label in PARTS]
    return [entry for entry in found if entry[2]]


Lines = list[dict[str, str]]


def as_written(resident: Resident, names: Iterable[str]) -> Lines:
    """Return part, label and words of each of the fields ``names``, in the order of the record, as the record has them."""
    wanted, parts = set(names), dict(PARTS)
    return [
        {"part": parts[one.part], "label": one.label, "value": one.read(resident).strip() or NOTHING}
        for one in SHAREABLE
        if one.name in wanted
    ]


def for_outside(resident: Resident, lines: Lines) -> Lines:
    """Return ``lines`` as they leave the agency: without where our homes are, their names, and names of other young people.

    Only for a sheet that is signed and kept. Shown before, it would tell whoever types street after street, or name after
    name, into a record which of them are ours, and leave no trace.
    """
    texts = [line["value"] for line in lines]
    for patterns, instead in ((addresses_of_homes(), AN_ADDRESS), (names_of_homes(), A_HOME)):
        texts = [replaced(text, patterns, instead)[0] for text in texts]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cleaned FROM without_names_of_others(%s, %s::text[])", [resident.pk, texts])
        texts = cursor.fetchone()[0]
    return [line | {"value": text} for line, text in zip(lines, texts, strict=True)]


def names_of_homes() -> list[str]:
    """Return the expressions that find the name of one of our homes."""
    names = our_homes().order_by().values_list("name", flat=True)
    return [rf"(?<!\w){re.escape(unicodedata.normalize('NFD', name))}(?!\w)" for name in names]


@reading("sheet")
def addresses_of_homes() -> list[str]:
    """Return the expressions that find street, telephone or e-mail of one of our homes. Read for this alone, whoever shares."""
    found = []
    for home in our_homes().select_related("address").only("name", "address__encrypted", "address__facility"):
        known = home.address.parts() if hasattr(home, "address") else {}
        found += [pattern_of_street(known[name]) for name in ("street",) if known.get(name)]
        found += [pattern_of(known[name]) for name in ("telephone", "email") if known.get(name)]
    return found


def our_homes() -> QuerySet[Any]:
    """Return the homes that are ours, and not only known from a licensing file."""
    return home_model().objects.filter(units__isnull=False).distinct()
