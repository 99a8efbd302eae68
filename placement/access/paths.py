"""Paths from a row to what it hangs on: ``incident__incidentresident__resident_id`` leads through other tables to young people.

A condition that follows such a path in every statement is as long as the row policies of all the tables on it, again and again: the
audit list was a plan of 8,500 lines. So each path has two functions, whose statements a connection plans once, and sets up only
where a row asks them. They run with the rights of whoever asks: row security holds on all of the path.
"""

from typing import Any

Step = tuple[str, str, str]  # the column here, the next table, its column that equals it


def column(model: Any, step: str) -> str:
    """Return the column of ``model`` with which ``step``, a column itself or a relation, begins."""
    if step in {field.column for field in model._meta.concrete_fields}:
        return step
    link = model._meta.get_field(step)
    return link.column if link.concrete else "id"


def next_table(model: Any, step: str) -> tuple[Any, str]:
    """Return the model to which the relation ``step`` leads, and its column that ``column`` equals."""
    link = model._meta.get_field(step)
    return link.related_model, "id" if link.concrete else link.field.column


def steps(model: Any, path: str) -> tuple[list[Step], str]:
    """Return how ``path`` leads from a row of ``model`` through other tables, and the column at its end."""
    found = []
    *relations, last = path.split("__")
    for step in relations:
        here = column(model, step)
        model, there = next_table(model, step)
        found.append((here, model._meta.db_table, there))
    return found, column(model, last)


def reached(model: Any, path: str, ids: str, row: str = "") -> str:
    """Return the condition that ``path`` leads from a row to one of ``ids``, a query of ids.

    row: the name of the row's table in the statement, with a dot.
    """
    ways, last = steps(model, path)
    if not ways:
        return f'{row}"{last}" IN ({ids})'
    return f'{row}"{ways[0][0]}" IN (SELECT {_name("reached", ways, last)}(ARRAY({ids})))'


def ends(model: Any, path: str, among: str, row: str) -> str:
    """Return the array of those of ``among``, an array of ids, to which ``path`` leads from a row, through other tables."""
    ways, last = steps(model, path)
    return f'{_name("ends", ways, last)}({row}"{ways[0][0]}", {among})'


def leading(model: Any, path: str, ids: str) -> str:
    """Return the query of the values of the column here from which ``path`` leads, through other tables, to one of an array."""
    ways, last = steps(model, path)
    joined, end = _joined(ways, last)
    return f'SELECT t0."{ways[0][2]}" FROM {joined} WHERE {end} = ANY ({ids})'


def functions(model: Any, path: str) -> list[str]:
    """Return the statements that make the two functions of a path; none for one that leads through no other table."""
    ways, last = steps(model, path)
    if not ways:
        return []
    joined, end = _joined(ways, last)
    found = f'SELECT {end} FROM {joined} WHERE t0."{ways[0][2]}" = key AND {end} = ANY (among)'
    return [
        f"CREATE OR REPLACE FUNCTION {_name(kind, ways, last)}({given}) RETURNS {returned} LANGUAGE plpgsql STABLE"
        f" SET search_path = pg_catalog, public SET plan_cache_mode = force_generic_plan AS $$ BEGIN RETURN {body}; END $$;"
        for kind, given, returned, body in [
            ("reached", "ids uuid[]", "SETOF uuid", f"QUERY {leading(model, path, 'ids')}"),
            ("ends", "key uuid, among uuid[]", "uuid[]", f"ARRAY({found})"),
        ]
    ]


def _joined(ways: list[Step], last: str) -> tuple[str, str]:
    """Return the tables of a path, joined, and the column at its end."""
    joins = [
        f' JOIN "{table}" t{number} ON t{number}."{there}" = t{number - 1}."{here}"'
        for number, (here, table, there) in enumerate(ways[1:], 1)
    ]
    return f'"{ways[0][1]}" t0{"".join(joins)}', f't{len(ways) - 1}."{last}"'


def _name(kind: str, ways: list[Step], last: str) -> str:
    """Return the name of a function of a path: of all paths that go on from the same column of the same table in the same way."""
    _, first, there = ways[0]
    begins = [first] if there == "id" else [first, there]
    return "_".join([kind, *begins, "by", *(table.split("_")[1] for _, table, _ in ways[1:]), last])
