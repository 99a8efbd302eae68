"""What is measured. In names, ``-caseworker`` and ``-supervisor`` say who acts; without them it is staff of one home.

Staff see the 12 who live in their home, a caseworker 40, a supervisor all of a unit: at most 4,000, and all while there are fewer,
so what the supervisor's measures grow by is mostly what there is to see. Every measure of a group gives the same rows.

- ``…-plain-sql``: SQL written by hand over the same permission rows, without row security (as the owner, see ``Measure``).
- ``…-orm``: the product's own code without row security. ``…-row-security``: the same as people get it.
- ``…-stock``: the stock assembly (``placement.bench.stock``).

``list``: whom the list page shows and in which order, by the function that the page calls: in a home or waiting, then left,
then closed, as far as the reader may know of it. The product's connection keeps the plan of its statement; the plain SQL is
planned each time. Stock knows no cases: it orders by the number alone, which begins with the same young people; ``-with-total``: by
Django's paginator, as its list views page, where the product counts nobody. ``people``: the
whole page with rights, homes and alerts; its plain SQL is its own statements, sent again. ``feed``: the newest 50 care entries.
``insert``, ``bulk`` and ``update`` write care entries and include the end of the transaction; unaudited is the same table with
the history triggers off, all other rules on. The stock table has no other rules, so it has a base of its own: itself without
history.
``move``: the home's rights on a young person, given by a new stay and withdrawn from the old one.
``request``: the address of the list, with session and template.
"""

import contextlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import CommandError
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from placement.access.models import Person
from placement.access.permissions import give_groups, group_name, group_of, withdraw
from placement.access.rights import RESIDENT_RIGHTS, Can, Role
from placement.bench import stock
from placement.bench.data import Scale
from placement.bench.measure import Measure, default_is
from placement.database.context import acting
from placement.facilities.models import Facility, Placement
from residents.models import CareEntry, Resident
from residents.queries.people import people_page, residents_for

PAGE, FEED, BULK = 25, 50, 1000
IN_FORCE = "{0}.starts_at <= now() AND ({0}.ends_at IS NULL OR {0}.ends_at > now())".format
GRANTED = f"""
    SELECT mine.content_object_id FROM residents_residentuserpermission mine
    WHERE mine.user_id = %(who)s AND mine.permission_id = %(right)s AND {IN_FORCE("mine")} {{0}}
    UNION ALL
    SELECT mine.content_object_id FROM access_membership member
    JOIN residents_residentgrouppermission mine ON mine.group_id = member.group_id
    WHERE member.person_id = %(who)s AND {IN_FORCE("member")} AND mine.permission_id = %(right)s AND {IN_FORCE("mine")} {{0}}"""
VISIBLE = GRANTED.format("")
COLUMNS = ", ".join(field.attname for field in Resident._meta.concrete_fields)
SUMMARY = VISIBLE.replace("%(right)s", "%(summary)s")
LIST = f"""
    WITH summary AS MATERIALIZED ({SUMMARY}),
    opened AS MATERIALIZED (SELECT resident_id, opened_on FROM residents_case
        WHERE status = 'open' AND resident_id = ANY(ARRAY(SELECT * FROM summary))),
    stays AS MATERIALIZED (SELECT resident_id, status FROM facilities_placement
        WHERE status IN ('approved', 'active') AND resident_id = ANY(ARRAY(SELECT * FROM summary))),
    looking AS MATERIALIZED (SELECT resident_id FROM facilities_referral
        WHERE status IN ('draft', 'open', 'proposed') AND resident_id = ANY(ARRAY(SELECT * FROM summary))),
    gone AS MATERIALIZED (SELECT d.resident_id FROM facilities_discharge d
        JOIN facilities_placement stay ON stay.id = d.placement_id
        JOIN residents_case c ON c.resident_id = d.resident_id AND c.status = 'open'
        WHERE d.resident_id = ANY(ARRAY(SELECT * FROM summary)) AND stay.ends_at::date >= c.opened_on
            AND d.resident_id NOT IN (SELECT resident_id FROM stays) AND d.resident_id NOT IN (SELECT * FROM looking))
    SELECT {COLUMNS}, substring(code, strpos(code, '-') + 1)::integer AS number, CASE
        WHEN id NOT IN (SELECT * FROM summary) OR id IN (SELECT resident_id FROM stays WHERE status = 'active') THEN 0
        WHEN id NOT IN (SELECT resident_id FROM opened) THEN 2
        WHEN id IN (SELECT * FROM gone) THEN 1
        ELSE 0 END AS part
    FROM residents_resident WHERE id = ANY(ARRAY({VISIBLE})) ORDER BY part, number, code LIMIT {PAGE + 1}"""
COUNT = f"SELECT count(*) FROM residents_resident WHERE id = ANY(ARRAY({VISIBLE}))"
ONE = f"SELECT EXISTS ({GRANTED.format('AND mine.content_object_id = %(key)s')})"
FEED_SQL = f"""
    SELECT entry.* FROM (SELECT DISTINCT content_object_id AS id FROM ({VISIBLE}) granted) seen
    CROSS JOIN LATERAL (SELECT id, happened_at FROM residents_careentry WHERE resident_id = seen.id
                        ORDER BY happened_at DESC, id DESC LIMIT {FEED}) newest
    JOIN residents_careentry entry ON entry.id = newest.id ORDER BY newest.happened_at DESC, newest.id DESC LIMIT {FEED}"""


class Bench:
    """The measures, with what they need: three people, a young person in a home, and a connection as the owner."""

    def __init__(self, scale: Scale, owner: Any) -> None:
        self.owner = owner
        first = {"": scale.caseworkers + scale.supervisors + 1, "caseworker": 1, "supervisor": scale.caseworkers + 1}
        self.people = {kind: Person.objects.get(username=f"person{number}") for kind, number in first.items()}
        self.staff = self.people[""]
        with default_is(owner):
            self.resident = Resident.objects.get(code="B-1")
            self.home = Facility.objects.get(name="Home 1")
            self.grant = Placement.objects.get(resident=self.resident, status="active").pk
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT t.app_label || '.' || p.codename, p.id FROM auth_permission p"
                " JOIN django_content_type t ON t.id = p.content_type_id"
            )
            self.rights = dict(cursor.fetchall())
        self.number = 0
        self.written: list[Any] = []
        self.stock_written: list[Any] = []
        hosts: Any = settings.ALLOWED_HOSTS
        self.client = Client(SERVER_NAME=hosts[0].lstrip("."))
        self.client.force_login(self.staff)

    def prepare(self) -> None:
        """Write the entries that ``update`` changes."""
        with acting(self.staff.pk, self.staff.name):
            self.written = CareEntry.objects.bulk_create(self.entries(CareEntry, BULK))
            self.stock_written = stock.StockEntry.objects.bulk_create(self.entries(stock.StockEntry, BULK))

    def measures(self) -> list[Measure]:
        """Return all measures, each after its base."""
        return [*self.lists(), *self.checks(), *self.feeds(), *self.writes(), *self.moves(), *self.requests()]

    def lists(self) -> Iterator[Measure]:
        """Yield the measures of lists, for each of the three people."""
        for kind, person in self.people.items():
            end, someone = f"-{kind}" if kind else "", stock.user(person)
            base = f"list-plain-sql{end}"

            def listed(person: Person = person) -> Any:
                return residents_for(person, {}).rows

            summary = self.rights[Can.VIEW_CASE_SUMMARY.value]
            yield Measure(base, self.sql(LIST, person, Can.VIEW_CODE, summary=summary), person=person, owner=True)
            yield Measure(f"list-orm{end}", listed, base, person, owner=True)
            yield Measure(f"list-row-security{end}", listed, base, person)
            yield Measure(f"list-row-security-sql{end}", self.again(listed, person), base, person)
            yield Measure(f"list-stock{end}", partial(stock.page, someone, PAGE + 1), base, person)
            yield Measure(f"list-stock-with-total{end}", partial(stock.page_with_total, someone, PAGE), base, person)
            base = f"count-plain-sql{end}"

            def counted(person: Person = person) -> Any:
                return Resident.objects.visible_to(person, Can.VIEW_CODE).count()

            yield Measure(base, self.sql(COUNT, person, Can.VIEW_CODE), person=person, owner=True)
            yield Measure(f"count-orm{end}", counted, base, person, owner=True)
            yield Measure(f"count-row-security{end}", counted, base, person)
            yield Measure(f"count-stock{end}", partial(stock.count, someone), base, person)
            base = f"people-plain-sql{end}"

            def shown(person: Person = person) -> Any:
                return people_page(person, {}).rows

            yield Measure(base, self.again(shown, person, owner=True), person=person, owner=True)
            yield Measure(f"people-orm{end}", shown, base, person, owner=True)
            yield Measure(f"people-row-security{end}", shown, base, person)

    def checks(self) -> Iterator[Measure]:
        """Yield the measures of one record: whether it may be opened, and opening it."""
        key, someone = self.resident.pk, stock.user(self.staff)
        base = "one-plain-exists"

        def opened() -> Any:
            return Resident.objects.visible_to(self.staff, Can.VIEW_CODE).get(pk=key)

        yield Measure(base, self.sql(ONE, self.staff, Can.VIEW_CODE, key=key), person=self.staff, owner=True)
        yield Measure("one-check-and-fetch", opened, base, self.staff)
        yield Measure("one-check-and-fetch-sql", self.again(opened, self.staff), base, self.staff)
        yield Measure("one-stock-has-perm", lambda: stock.fetched(someone, key), base, self.staff)

    def feeds(self) -> Iterator[Measure]:
        """Yield the measures of the newest care entries, for each of the three people."""
        for kind, person in self.people.items():
            end = f"-{kind}" if kind else ""
            base = f"feed-plain-sql{end}"

            def newest(person: Person = person) -> Any:
                seen = CareEntry.objects.visible_to(person, Can.VIEW_CARE_LOG)
                return list(seen.order_by("-happened_at", "-id")[:FEED])

            yield Measure(base, self.sql(FEED_SQL, person, Can.VIEW_CARE_LOG), person=person, owner=True)
            yield Measure(f"feed-orm{end}", newest, base, person, owner=True)
            yield Measure(f"feed-row-security{end}", newest, base, person)

    def writes(self) -> Iterator[Measure]:
        """Yield the measures of writing one care entry, and many."""

        theirs: Any = stock.StockEntry

        def insert(model: Any) -> Callable[[], Any]:
            return lambda: self.entries(model, 1)[0].save(force_insert=True)

        def many(model: Any) -> Callable[[], Any]:
            return lambda: model.objects.bulk_create(self.entries(model, BULK))

        def update(model: Any, written: list[Any]) -> Callable[[], Any]:
            ids = [entry.pk for entry in written]
            return lambda: model.objects.filter(pk__in=ids).update(outcome=self.outcome())

        for name, every, ours, plain, kept in [
            ("insert", 1, insert(CareEntry), insert(theirs), insert(theirs)),
            ("bulk", 5, many(CareEntry), many(theirs), lambda: stock.create_many(self.entries(theirs, BULK))),
            (
                "update",
                5,
                update(CareEntry, self.written),
                update(theirs, self.stock_written),
                lambda: stock.change_many(self.stock_written, self.outcome()),
            ),
        ]:
            ways: list[tuple[str, Callable[[], Any], str, Callable[[], contextlib.AbstractContextManager[Any]]]] = [
                ("unaudited", ours, "", self.unaudited),
                ("audited", ours, "unaudited", contextlib.nullcontext),
                ("stock-unaudited", plain, "", contextlib.nullcontext),
                ("stock", kept, "stock-unaudited", stock.history_by_signal),
            ]
            for end, work, base, around in ways:
                compared = f"{name}-{base}" if base else ""
                yield Measure(f"{name}-{end}", work, compared, self.staff, around=around, commits=True, every=every)

    def moves(self) -> Iterator[Measure]:
        """Yield the measures of moving a young person's rights, as ``admit`` does for a move.

        They move to the same home, so that there is the same to move the next time.
        """
        roles = (Role.STAFF, Role.INSPECTOR)
        rights = {group_name("home", self.home.pk, role): RESIDENT_RIGHTS[role] for role in roles}

        def move() -> None:
            before, self.grant = self.grant, uuid4()
            give_groups(self.resident, rights, grant=self.grant, starts_at=timezone.now())
            withdraw(Resident, before)

        plain = {str(role): sorted(right.codename for right in RESIDENT_RIGHTS[role]) for role in roles}
        groups = {str(role): group_of("home", self.home.pk, role) for role in roles}
        thing = stock.StockResident.objects.get(pk=self.resident.pk)

        def stock_move() -> None:
            stock.move(thing, plain, groups, groups)

        yield Measure("move-rights", move, "", self.staff, commits=True)
        yield Measure("move-stock", stock_move, "move-rights", self.staff, commits=True)

    def requests(self) -> Iterator[Measure]:
        """Yield the measure of the whole address of the list."""

        def get() -> None:
            response = self.client.get(reverse("residents:list"), secure=settings.PRODUCTION)
            if response.status_code != 200:
                raise CommandError(f"The list of young people answered {response.status_code}.")

        yield Measure("request-people", get, "people-plain-sql")

    def sql(self, statement: str, person: Person, right: Can, **values: Any) -> Callable[[], Any]:
        """Return work that sends ``statement`` and fetches its rows."""
        given = {"who": person.pk, "right": self.rights[right.value], **values}
        return lambda: fetched(statement, given)

    def again(self, work: Callable[[], Any], person: Person, *, owner: bool = False) -> Callable[[], Any]:
        """Return work that sends once more the statements that ``work`` sends now, and fetches their rows.

        owner: it will be sent by the owner, on whose connection the plans must be kept that it names.
        """
        sent: list[tuple[str, Any]] = []

        def note(execute: Callable[..., Any], sql: str, params: Any, *others: Any) -> Any:
            sent.append((sql, params))
            return execute(sql, params, *others)

        with default_is(self.owner) if owner else contextlib.nullcontext(), acting(person.pk, person.name):
            work()  # from now on the plans are kept
            with connection.execute_wrapper(note):
                work()
        return lambda: [row for sql, params in sent for row in fetched(sql, params)]

    def entries(self, model: Any, number: int) -> list[Any]:
        """Return new care entries, not yet written."""
        at = timezone.now() - timedelta(minutes=1)
        common = {"kind": "meal", "outcome": self.outcome(), "note": "Ate with the others.", "happened_at": at}
        keys = {"resident_id": self.resident.pk, "facility_id": self.home.pk, "written_by_id": self.staff.pk}
        return [model(**common, **keys) for _ in range(number)]

    def outcome(self) -> str:
        """Return another outcome each time."""
        self.number += 1
        return f"outcome {self.number}"

    @contextlib.contextmanager
    def unaudited(self) -> Iterator[None]:
        """Inside, care entries have no history triggers."""
        names = ("history_insert", "history_update")
        with self.owner.cursor() as cursor:
            for name in names:
                cursor.execute(f"ALTER TABLE residents_careentry DISABLE TRIGGER {name}")
            yield
            for name in names:
                cursor.execute(f"ALTER TABLE residents_careentry ENABLE ALWAYS TRIGGER {name}")

    def hold_rows_equal(self) -> None:
        """Raise ``CommandError`` when the measures of a list do not give the same rows: then their times say nothing."""
        found: dict[str, Any] = {}
        for measure in [*self.lists(), *self.feeds()]:
            base = measure.base or measure.name
            if measure.person is None or base.startswith("people"):
                continue
            with (
                default_is(self.owner) if measure.owner else contextlib.nullcontext(),
                acting(measure.person.pk, measure.person.name),
            ):
                rows = measure.work()
            keys = [str(getattr(row, "pk", None) or row[0]) for row in rows] if isinstance(rows, list) else rows
            if base.startswith("list"):
                keys = keys[:PAGE]
            elif base.startswith("count") and isinstance(rows, list):
                keys = int(keys[0])
            if found.setdefault(base, keys) != keys or not keys:
                raise CommandError(f"{measure.name} does not give the rows of {base}.")


def fetched(statement: str, values: Any) -> Any:
    """Return the rows of ``statement``."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
