"""Totals in which nobody can be found: whoever knows the rule and the page still can't tell a hidden number."""

import itertools

import pytest
from django.db import DatabaseError, connection

from compliance.queries.totals import SMALLEST, TABLES

Numbers = tuple[int, ...]


def hide(*numbers: int) -> list[int | None]:
    """What is shown of the numbers, where the first large one is the drawn one, and of their total."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT totals_hidden(%s::int[])", [list(numbers)])
        return cursor.fetchone()[0]


def pages(groups: int, most: int) -> dict[Numbers, list[int | None]]:
    """Every set of numbers of up to ``most`` people, and what is shown of it."""
    names = "abcd"[:groups]
    ranges = ", ".join(f"generate_series(0, {most}) {name}" for name in names)
    with connection.cursor() as cursor:
        numbers = ", ".join(names)
        cursor.execute(
            f"SELECT ARRAY[{numbers}], totals_hidden(ARRAY[{numbers}]) FROM {ranges} WHERE {' + '.join(names)} <= {most}"
        )
        return {tuple(numbers): shown for numbers, shown in cursor.fetchall()}


def test_large_numbers_are_all_shown(db: None) -> None:
    assert hide(11, 0, 40) == [11, 0, 40, 51]
    assert hide() == [0]


def test_a_small_number_takes_the_first_large_one_with_it(db: None) -> None:
    assert hide(3, 20, 40) == [None, None, 40, 63]
    assert hide(40, 3, 20, 4) == [None, None, 20, None, 67]


def test_fewer_than_eleven_in_all_are_not_counted_at_all(db: None) -> None:
    assert hide(3, 0) == [None, 0, None]


def test_as_many_groups_as_people_could_be_are_refused(db: None) -> None:
    with pytest.raises(DatabaseError, match="too many groups"):
        hide(*[1] * SMALLEST)
    assert all(len(groups) + 1 < SMALLEST for _, groups in TABLES.values())


@pytest.mark.parametrize(("groups", "most"), [(2, 60), (3, 45), (4, 40)])
def test_whoever_knows_the_rule_is_left_with_several_numbers_for_each_hidden_one(
    db: None, groups: int, most: int
) -> None:
    """Every page of up to ``most`` people, and every set of numbers and every draw that makes this page."""
    shown_first = pages(groups, most)
    by_page: dict[tuple, list[Numbers]] = {}
    for counted, cells in shown_first.items():
        total = cells[-1]
        assert total == (None if 0 < sum(counted) < SMALLEST else sum(counted))
        for number, cell in zip(counted, cells, strict=False):
            assert cell in (None, number) and (cell is None or number == 0 or number >= SMALLEST)
        turned = {  # each group comes first once, and so each large one is drawn once
            (*shown[groups - start :], *shown[: groups - start], total)
            for start in range(groups)
            for shown in [shown_first[counted[start:] + counted[:start]][:-1]]
        }
        for page in turned:
            by_page.setdefault(page, []).append(counted)
    for page, candidates in by_page.items():
        for place in itertools.compress(range(groups), [cell is None for cell in page]):
            assert len({counted[place] for counted in candidates}) > 1, (page, candidates)
