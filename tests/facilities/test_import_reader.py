"""The reader of licensing files: any bytes become rows or one sentence."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.facilities.imports import california, reader, texas
from placement.facilities.imports.reader import (
    FileRefused,
    Row,
    RowRefused,
    day,
    licence_number,
    packed_day,
    read_bytes,
    read_table,
    same_number,
    whole,
)

CSV_BYTES = st.binary(max_size=400) | st.text(alphabet='a1,"\r\n\x00\ufeff\u00e9;', max_size=400).map(str.encode)
CELLS = st.text(max_size=40) | st.sampled_from(["LICENSED", "5/25/2025", "GROUP HOME", "6", "", "2015-03-19T00:00:00"])


@given(CSV_BYTES)
def test_any_bytes_become_rows_or_one_sentence(data: bytes):
    try:
        table = read_table(data)
    except FileRefused as refused:
        assert str(refused).endswith(".")
    else:
        assert table.header
        assert table.rows
        assert all(row.line > 1 for row in table.rows)


@pytest.mark.parametrize("header", [california.BULK, california.OPEN, texas.OPERATIONS])
@given(data=st.data())
def test_any_row_becomes_a_home_or_one_reason(header: tuple[str, ...], data: st.DataObject):
    cells = data.draw(st.lists(CELLS, min_size=0, max_size=len(header) + 14))
    layout = texas if header is texas.OPERATIONS else california
    try:
        found = layout.parser(list(header))(Row(7, cells))
    except RowRefused as reason:
        assert str(reason).endswith(".")
    else:
        assert found.line == 7
        assert found.number
        assert len(found.name) <= 160


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31)))
def test_a_day_is_read_however_the_file_writes_it(day_: date):
    written = [f"{day_.month}/{day_.day}/{day_.year}", day_.isoformat(), f"{day_.isoformat()}T00:00:00.000"]
    assert {day(text, "The day") for text in written} == {day_}
    assert packed_day(f"{day_.month}{day_.day:02}{day_.year}") == day_


@pytest.mark.parametrize("text", ["", "52520", "525202500", "13452025", "0000000", "5/25/25", "٥252025", "12319999"])
def test_what_is_not_a_packed_day_is_none(text: str):
    assert packed_day(text) is None


@pytest.mark.parametrize("text", ["13/1/2020", "2020-02-30", "yesterday", "1/1/20", "1/1/2020, 2/1/2020"])
def test_what_is_not_a_day_is_refused_without_quoting_it(text: str):
    with pytest.raises(RowRefused) as refused:
        day(text, "The day")
    assert text not in str(refused.value)


@pytest.mark.parametrize("text", ["12/31/9999", "9999-12-31T00:00:00", "1/1/0001", "12/31/1899", "2200-01-01"])
def test_a_year_that_stands_for_no_end_is_refused_and_says_which_years_there_are(text: str):
    with pytest.raises(RowRefused, match=r"^The day is not in a year from 1900 to 2199\.$"):
        day(text, "The day")


def test_a_file_that_is_larger_than_any_of_them_is_refused_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(reader, "LARGEST", 1024**2)
    with pytest.raises(FileRefused, match=r"^The file is larger than 1 MB"):
        read_bytes(Path("/dev/zero"))


@pytest.mark.parametrize("text", ["-1", "six", "1.5", "99999", "1e3", "٦"])
def test_what_is_not_a_number_of_places_is_refused(text: str):
    with pytest.raises(RowRefused):
        whole(text, "The capacity")


def test_numbers_are_text_and_are_the_same_without_leading_zeros():
    assert licence_number(" 0019 ", "facility number") == "0019"
    assert same_number("0019") == same_number("19") != same_number("190")
    assert same_number("000") == same_number("0")


def test_a_quoted_line_end_keeps_the_line_numbers_right():
    table = read_table(b'a,b\n"one\ntwo",x\n\nlast,y\n')
    assert [(row.line, row.cells[0]) for row in table.rows] == [(2, "one\ntwo"), (5, "last")]
