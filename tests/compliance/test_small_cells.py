"""Totals in which nobody can be found: whoever knows the rule and the page still can't tell a hidden number."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.small_cells import SMALLEST, Cells, hide_small

numbers = st.lists(st.integers(0, 60), min_size=1, max_size=6).map(
    lambda found: dict(zip("abcdef", found, strict=False))
)
places = st.integers(0, 5)


def hide(found: dict[str, int], place: int = 0) -> Cells:
    """What is shown when the draw falls on the number at ``place``."""
    return hide_small(found, lambda names: names[place % len(names)])


@given(numbers, places)
def test_no_small_number_stands_there_and_no_other_is_changed(found: dict[str, int], place: int) -> None:
    cells = hide(found, place)
    for name, number in found.items():
        assert cells.rows[name] in (None, number)
        assert cells.rows[name] is None or number == 0 or number >= SMALLEST
    assert cells.total in (None, sum(found.values()))
    assert cells.total is None or cells.total == 0 or cells.total >= SMALLEST


def test_large_numbers_are_all_shown() -> None:
    assert hide({"a": 11, "b": 0, "c": 40}) == Cells({"a": 11, "b": 0, "c": 40}, 51)


def test_a_small_number_takes_a_large_one_with_it() -> None:
    assert hide({"a": 3, "b": 20, "c": 40}) == Cells({"a": None, "b": None, "c": 40}, 63)
    assert hide({"a": 3, "b": 20, "c": 40}, 1) == Cells({"a": None, "b": 20, "c": None}, 63)


def test_fewer_than_eleven_in_all_are_not_counted_at_all() -> None:
    assert hide({"a": 3, "b": 0}) == Cells({"a": None, "b": 0}, None)


def test_as_many_groups_as_people_could_be_are_refused() -> None:
    with pytest.raises(ValueError, match="Too many groups"):
        hide(dict.fromkeys("abcdefghijk", 1))


@pytest.mark.parametrize(("groups", "most"), [(2, 60), (3, 45), (4, 40)])
def test_whoever_knows_the_rule_is_left_with_several_numbers_for_each_hidden_one(groups: int, most: int) -> None:
    """Every page of up to ``most`` people, and every set of numbers and every draw that makes this page."""
    pages: dict[tuple, list[tuple[int, ...]]] = {}
    for counted in itertools.product(range(most + 1), repeat=groups):
        if sum(counted) <= most:
            given_ = dict(zip("abcd", counted, strict=False))
            for cells in {tuple(hide(given_, place).rows.values()) for place in range(groups)}:
                pages.setdefault((*cells, None if 0 < sum(counted) < SMALLEST else sum(counted)), []).append(counted)
    for page, candidates in pages.items():
        for place, shown in enumerate(page[:-1]):
            if shown is None:
                assert len({counted[place] for counted in candidates}) > 1, (page, candidates)
