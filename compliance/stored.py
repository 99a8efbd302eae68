"""The packs as the database keeps them: loaded whole or not at all, by the owner; what was in force is never rewritten.

Another text of what a rule asks, for the same days, is a further version, and the one before is switched off. Other words change in
place: history says what they were. A rule that left its pack is switched off.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connections, transaction
from django.db.models import Min

from compliance.business_days import CALENDARS, holidays
from compliance.evaluation import COUNTED, needed
from compliance.facts import FACTS
from compliance.models import FirstDay, Holiday, RuleVersion
from compliance.parts import home_part, young_part
from compliance.rules import Pack, Rule, load
from compliance.statements import parameters
from placement.audit.clock import now
from placement.database.context import acting_as_system
from placement.database.roles import OWNER

COMMAND = "rule packs"
REPLACED = "A newer text of the same days has taken its place."
GONE = "It is in no pack any more."
BACK, AHEAD = 10, 10  # years of holidays that are kept
KEPT = ("jurisdiction", "kind", "parameters")
WORDS = (
    "pack",
    "valid_to",
    "citation",
    "area",
    "title",
    "summary",
    "severity",
    "source",
    "verified",
    "as_of",
    "reading",
    "off",
    "duty",
)
DERIVED = ("proofs", "facts", "young_part", "home_part")


@dataclass
class Loaded:
    """What loading has changed: versions that are new, whose words changed, and that were switched off; days that are new."""

    new: int = 0
    changed: int = 0
    switched_off: int = 0
    holidays: int = 0


def load_after_migrate(using: str = "default", **kwargs: Any) -> None:
    """Load the packs that came with this version of the product. Runs as the owner after every migration."""
    connection: Any = connections[using]
    if connection.role != OWNER:
        return
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        needs = (
            RuleVersion,
            Holiday,
            RuleVersion.history.model,
            FirstDay,
        )  # half-way through the migrations they may differ
        for model in needs:
            table = model._meta.db_table
            known = connection.introspection.get_table_description(cursor, table) if table in tables else []
            if {field.column for field in model._meta.concrete_fields} != {column.name for column in known}:
                return
    store(load())


def store(packs: Iterable[Pack]) -> Loaded:
    """Bring the stored rules and holidays into step with ``packs``. To be called as the owner."""
    done = Loaded()
    with transaction.atomic(), acting_as_system(COMMAND):
        stored: dict[tuple[str, date], list[RuleVersion]] = {}
        for version in RuleVersion.objects.order_by("version"):
            stored.setdefault((version.rule, version.valid_from), []).append(version)
        wanted = {(rule.id, rule.valid_from): row(pack, rule) for pack in packs for rule in pack.rules}
        _shorten(wanted, stored, done)
        new = [_keep(stored.get(key, []), columns, done) for key, columns in wanted.items()]
        RuleVersion.objects.bulk_create(version for version in new if version)
        _holidays(done)
        if not FirstDay.objects.exists():
            FirstDay.objects.create(
                begins_at=RuleVersion.history.aggregate(first=Min("history_date"))["first"] or now()
            )
    return done


def begin_at(moment: datetime) -> None:
    """Let the agency's first day (``models.FirstDay``) be ``moment`` (aware). To be called as the owner; then judge anew."""
    with transaction.atomic(), acting_as_system(COMMAND):
        FirstDay.objects.update(begins_at=moment, all_judged_at=None)


def row(pack: Pack, rule: Rule) -> dict[str, Any]:
    """Return one rule of a pack as the columns of a stored version. Without a check it has no parts and takes nothing."""
    words = {name: getattr(rule, name) for name in WORDS if name != "pack"}
    began = _began(rule)
    young = [name for name in began if not FACTS[name].names_nobody]
    home = [name for name in began if FACTS[name].names_nobody or FACTS[name].perhaps_nobody]
    done = getattr(rule.check, "done", ())
    return words | {
        "pack": pack.name,
        "rule": rule.id,
        "valid_from": rule.valid_from,
        "jurisdiction": rule.jurisdiction,
        "kind": rule.kind,
        "parameters": json.loads(json.dumps(parameters(rule))) if rule.check else {},
        "proofs": list(getattr(rule.check, "proof", ())),
        "facts": sorted(needed([rule])) if rule.check else [],
        "young_part": young_part(rule.area, young, done) if young else "",
        "home_part": home_part(rule.area, home) if home else "",
    }


def _began(rule: Rule) -> list[str]:
    """Return the facts that begin what a rule asks for, or that it is about."""
    if rule.check is None:
        return []
    named = {each.name for each in fields(rule.check)} & {"event", "of", "what"}
    return [fact for name in named for fact in getattr(rule.check, name)] or sorted(COUNTED)


def _shorten(wanted: dict[Any, dict[str, Any]], stored: dict[Any, list[RuleVersion]], done: Loaded) -> None:
    """Switch off what left its pack, and what a newer text replaces, before that comes: no two are in force for one day."""
    for key, versions in stored.items():
        for version in versions:
            columns = wanted.get(key)
            if version.off in (REPLACED, GONE):
                continue
            if columns is None or not _asks_the_same(version, columns):
                version.off = GONE if columns is None else REPLACED
                version.save(update_fields=["off"])
                done.switched_off += 1
            elif columns["valid_to"] and version.valid_to != columns["valid_to"]:
                version.valid_to = columns["valid_to"]
                version.save(update_fields=["valid_to"])


def _keep(versions: list[RuleVersion], columns: dict[str, Any], done: Loaded) -> RuleVersion | None:
    """Bring the words of the version that asks this into step, or return the new one that is needed."""
    same = [version for version in versions if _asks_the_same(version, columns)]
    if not same:
        number = max((version.version for version in versions), default=0) + 1
        done.new += 1
        return RuleVersion(**columns, version=number)
    version = same[-1]
    changed = [name for name in (*WORDS, *DERIVED) if getattr(version, name) != columns[name]]
    if changed:
        for name in changed:
            setattr(version, name, columns[name])
        version.save(update_fields=changed)
        done.changed += 1
    return None


def _asks_the_same(version: RuleVersion, columns: dict[str, Any]) -> bool:
    return all(getattr(version, name) == columns[name] for name in KEPT)


def _holidays(done: Loaded) -> None:
    """Keep the holidays from some years back to some ahead; a day that the product no longer knows goes."""
    year = now().year
    years = range(year - BACK, year + AHEAD + 1)
    known = {(name, day) for name in CALENDARS for day in holidays(name, years)}
    kept = set(Holiday.objects.values_list("calendar", "day"))
    Holiday.objects.bulk_create(Holiday(calendar=name, day=day) for name, day in sorted(known - kept))
    done.holidays = len(known - kept)
    first, last = date(year - BACK, 1, 1), date(year + AHEAD, 12, 31) + timedelta(days=1)
    for name, day in kept - known:
        if first <= day < last:
            Holiday.objects.filter(calendar=name, day=day).delete()
