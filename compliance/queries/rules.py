"""The pages of rules: the list, and one rule with its versions, and the homes that meet it or don't."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from compliance.codes import hides_since, reads_by_code
from compliance.facts import FACTS
from compliance.models import Finding, Obligation, RuleVersion
from compliance.queries.board import area_words, homes_of, waiting
from compliance.queries.standing import WATCHED
from compliance.queries.waivers import Waived, waived
from compliance.rules import SEVERITIES
from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.clock import now
from placement.facilities.models import Facility
from placement.ui.paging import Page, keyset_page

PAGE, HOMES = 50, 50
BEGIN, SHOW = ("event", "of", "what"), ("done", "holds_one", "needs")  # parameters that name facts
LAWS = {
    "INT": "International standards",
    "US": "Federal law",
    "US-CA": "California",
    "US-FL": "Florida",
    "US-TX": "Texas",
    "HOUSE": "Our own standards",
}
KINDS = {
    "deadline_after_event": "Something must be done within a time after an event.",
    "recurring": "Something must be done again and again.",
    "min_ratio": "Enough adults must be there for the young people.",
    "limit": "A number or a time may not be too great or too small.",
    "prohibited": "Something must not happen.",
    "required_record": "Something must be written down.",
    "expiry": "A paper must be in force.",
    "placement": "Something must be true of a young person who lives in a home.",
    "notice": "Somebody must be told beforehand.",
    "retention": "A record must be kept for a time.",
}


@dataclass(frozen=True)
class Listed:
    """One rule of the list, with its law and its area in words."""

    rule: RuleVersion
    law: str
    area: str


@dataclass(frozen=True)
class Standing:
    """How one home stands to a rule: ``state`` is a tag's kind, ``words`` what it says."""

    home: Facility
    words: str
    state: str
    since: Any = None
    count: int = 0
    waived: Waived | None = None


@dataclass(frozen=True)
class RulePage:
    """One rule. ``others``: its other versions, newest first. ``quiet``: how many homes have nothing against them.

    ``begins``: what in the records it is about, ``shown``: what in them shows that it is met, in sentences.
    """

    rule: RuleVersion
    law: str
    area: str
    severity: str
    kind: str
    begins: list[str]
    shown: list[str]
    others: list[RuleVersion]
    standings: list[Standing]
    quiet: int


def law_words(jurisdiction: str) -> str:
    """Return whose law it is, in words."""
    return LAWS.get(jurisdiction, jurisdiction)


def rules_page(*, law: str = "", area: str = "", state: str = "", words: str = "", after: str | None = None) -> Page:
    """Return one page of the rules in their newest version, by area."""
    found = newest()
    for column, value in (("jurisdiction", law), ("area", area)):
        found = found.filter(**{column: value}) if value else found
    if state:
        found = found.filter(off="") if state == "on" else found.exclude(off="")
    if words:
        found = found.filter(Q(title__icontains=words) | Q(summary__icontains=words) | Q(citation__icontains=words))
    page = keyset_page(found, order=("area", "title"), after=after, size=PAGE)
    listed = [Listed(rule, law_words(rule.jurisdiction), area_words(rule.area)) for rule in page]
    return Page(listed, page.next_token, page.is_first)


def newest() -> QuerySet[RuleVersion]:
    """Return the newest version of each rule."""
    later = RuleVersion.objects.filter(rule=OuterRef("rule")).filter(
        Q(valid_from__gt=OuterRef("valid_from")) | Q(valid_from=OuterRef("valid_from"), version__gt=OuterRef("version"))
    )
    return RuleVersion.objects.filter(~Exists(later.order_by()))


def rule_page(person: Person, rule: str) -> RulePage:
    """Return one rule by its id. Raises ``RuleVersion.DoesNotExist`` for none."""
    versions = list(RuleVersion.objects.filter(rule=rule).order_by("-valid_from", "-version"))
    if not versions:
        raise RuleVersion.DoesNotExist
    current, *others = versions
    standings: list[Standing] = []
    quiet = 0
    if person.may(Can.LIST_COMPLIANCE) and not current.off:
        standings, quiet = homes_under(person, current)
    return RulePage(
        current,
        law_words(current.jurisdiction),
        area_words(current.area),
        SEVERITIES[current.severity],
        KINDS.get(current.kind, ""),
        sentences(current, *BEGIN),
        shown_by_records(current),
        others,
        standings,
        quiet,
    )


def shown_by_records(rule: RuleVersion) -> list[str]:
    """Return in sentences what in the records shows that the rule is met, beside proofs that somebody files."""
    return sentences(rule, *SHOW)


def sentences(rule: RuleVersion, *parameters: str) -> list[str]:
    """Return in sentences the facts that these parameters of the rule name, each once."""
    names = (name for parameter in parameters for name in rule.parameters.get(parameter, ()))
    return list(dict.fromkeys(FACTS[name].sentence for name in names if name in FACTS))


def homes_under(person: Person, rule: RuleVersion) -> tuple[list[Standing], int]:
    """Return the homes that don't meet the rule, or of which it is not yet known, and how many others it holds for."""
    homes = homes_of(person)
    if rule.jurisdiction.startswith("US-"):
        homes = homes.filter(jurisdiction=rule.jurisdiction.removeprefix("US-"))
    of_rule = {"rule__rule": rule.rule, "facility__in": homes.values("pk").order_by()}
    failing = {
        pk: (number, since)
        for pk, number, since in Finding.objects.filter(closed_at__isnull=True, **of_rule)
        .order_by()
        .values_list("facility")
        .annotate(all=Count("pk"), first=Min("since"))
    }
    late = Q(due_at__lte=now())
    open_ = {
        pk: (number, overdue, due)
        for pk, number, overdue, due in waiting(Obligation.objects.filter(**of_rule))
        .order_by()
        .values_list("facility")
        .annotate(all=Count("pk"), late=Count("pk", filter=late), first=Min("due_at"))
    }
    left_aside = {each.home: each for each in waived(homes.values_list("pk", flat=True).order_by(), rule.rule)}
    named = homes.filter(pk__in=[*failing, *open_, *left_aside])[:HOMES]
    timeless = reads_by_code(person) and hides_since(rule)
    standings = []
    for home in named:
        if home.pk in left_aside:
            standings.append(Standing(home, left_aside[home.pk].words, "", waived=left_aside[home.pk]))
        elif home.pk in failing:
            number, since = failing[home.pk]
            standings.append(Standing(home, "not met", "late", None if timeless else since, number))
        else:
            number, overdue, due = open_[home.pk]
            owed = rule.severity not in WATCHED
            words, state = ("overdue", "late") if overdue and owed else ("not yet known", "due")
            standings.append(Standing(home, words, state, None if timeless else due, number))
    standings.sort(key=lambda each: (each.words != "not met", each.words != "overdue", each.home.name))
    return standings, homes.count() - len({*failing, *open_, *left_aside})
