"""A date and a time of a place, on every night of the year."""

import datetime
import re
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from placement.ui.forms import DateField, DateTimeInZoneField
from placement.ui.moments import moment_in

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
PHOENIX = ZoneInfo("America/Phoenix")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-08T01:30:00+00:00", datetime.datetime(2026, 3, 8, 1, 30, tzinfo=datetime.UTC)),
        ("2026-03-08T01:30:00 00:00", datetime.datetime(2026, 3, 8, 1, 30, tzinfo=datetime.UTC)),
        *((wrong, None) for wrong in ("", "x", "2026-02-30T08:00:00+00:00", "2026-02-20T08:00:00")),
        *((beyond, None) for beyond in ("0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00")),
    ],
)
def test_an_address_tells_an_aware_moment_of_the_calendar_or_none(text: str, moment: datetime.datetime | None) -> None:
    assert moment_in(text) == moment


class Seen(forms.Form):
    at = DateTimeInZoneField(label="Seen", zone=LOS_ANGELES)


def seen(date: str, time: str, which: str = "", zone: ZoneInfo = LOS_ANGELES) -> Seen:
    form = Seen({"at_date": date, "at_time": time, "at_which": which})
    form.fields["at"].zone = zone
    return form


def utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.UTC)


def draw(form: forms.Form) -> str:
    return Template("{{ form }}").render(Context({"form": form}))


@pytest.mark.parametrize(
    "time", ["14:05", "14.05", "1405", "2:05 pm", "2:05PM", "02:05 PM", "2:05 p.m.", "2:05 P.M.", " 14:05 "]
)
def test_times_as_people_write_them(time):
    form = seen("11/23/2026", time)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["at"] == utc(2026, 11, 23, 22, 5)
    assert form.cleaned_data["at"].tzinfo is datetime.UTC


def test_without_a_place_the_zone_of_the_person_counts():
    class Wanted(forms.Form):  # a class is made once, long before anybody signs in
        at = DateTimeInZoneField(label="From when?")

    with timezone.override(LOS_ANGELES):
        form = Wanted({"at_date": "11/23/2026", "at_time": "14:05"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["at"] == utc(2026, 11, 23, 22, 5)
        assert 'value="14:05"' in draw(Wanted(initial={"at": utc(2026, 11, 23, 22, 5)}))


def test_a_place_whose_clock_differs_from_the_readers_is_named_at_the_time():
    with timezone.override("America/Chicago"):
        assert ">Time in PST</label>" in draw(seen("11/23/2026", "14:05"))
        assert ">Time in PDT</label>" in draw(seen("07/23/2026", "14:05"))
        assert re.search(r">Time in P[DS]T</label>", draw(Seen()))
    with timezone.override(LOS_ANGELES):
        assert ">Time</label>" in draw(seen("11/23/2026", "14:05"))


@pytest.mark.parametrize(
    ("date", "time", "message"),
    [
        ("", "", "Enter the date and the time."),
        ("11/23/2026", "", "Enter the date and the time."),
        ("", "14:05", "Enter the date and the time."),
        ("13/45/2026", "14:05", "Enter a real date, such as 11/23/2026."),
        ("11/23/2026", "25:00", "Enter a time, such as 14:05."),
        ("02/30/2026", "0:00", "Enter a real date, such as 11/23/2026."),
    ],
)
def test_what_cannot_be_read_is_said_and_kept(date, time, message):
    form = seen(date, time)
    assert form.errors["at"] == [message]
    for typed in filter(None, (date, time)):
        assert f'value="{typed}"' in draw(form)


def test_the_hour_that_the_clocks_skipped_is_refused():
    form = seen("03/08/2026", "2:30")
    assert form.errors["at"] == [
        "There was no 02:30 on 03/08/2026: the clocks went forward over it. Enter another time."
    ]
    assert 'value="2:30"' in draw(form)
    assert seen("03/08/2026", "2:30", zone=PHOENIX).is_valid()


def test_the_hour_that_came_twice_asks_which_and_keeps_the_answer():
    form = seen("11/01/2026", "1:30 am")
    assert form.errors["at"] == [
        "01:30 on 11/01/2026 came twice, because the clocks went back. Choose the first or the second."
    ]
    html = draw(form)
    assert 'value="1:30 am"' in html
    assert "the first 01:30 (PDT)" in html
    assert "the second 01:30 (PST)" in html

    first, second = (seen("11/01/2026", "1:30 am", which) for which in ("first", "second"))
    assert first.is_valid()
    assert second.is_valid()
    assert first.cleaned_data["at"] == utc(2026, 11, 1, 8, 30)
    assert second.cleaned_data["at"] == utc(2026, 11, 1, 9, 30)
    assert '<option value="second" selected>' in draw(second)


def test_the_choice_is_not_shown_on_any_other_night():
    assert "at_which" not in draw(seen("11/02/2026", "1:30"))
    assert "at_which" not in draw(Seen())


def test_an_old_answer_does_not_move_a_plain_time():
    form = seen("11/02/2026", "1:30", "second")
    assert form.is_valid()
    assert form.cleaned_data["at"] == utc(2026, 11, 2, 9, 30)


def test_an_optional_moment_may_stay_empty():
    field = DateTimeInZoneField(required=False, zone=LOS_ANGELES)
    assert field.clean(["", "", ""]) is None
    with pytest.raises(forms.ValidationError):
        field.clean(["11/23/2026", "", ""])


def test_two_forms_do_not_share_a_zone():
    one, other = Seen(), Seen()
    one.fields["at"].zone = PHOENIX
    assert other.fields["at"].zone is LOS_ANGELES
    assert other.fields["at"].widget.zone is LOS_ANGELES


@given(
    minute=st.integers(0, 2 * 366 * 24 * 60),
    zone=st.sampled_from(
        ["America/Los_Angeles", "America/Chicago", "America/Phoenix", "Australia/Lord_Howe", "UTC"]
    ).map(ZoneInfo),
)
def test_every_minute_survives_being_shown_and_sent_back(minute, zone):
    moment = utc(2026, 1, 1) + datetime.timedelta(minutes=minute)
    field = DateTimeInZoneField(zone=zone)
    date, time, which = field.widget.decompress(moment)
    assert field.clean([f"{date:%m/%d/%Y}", f"{time:%H:%M}", which]) == moment
    assert not field.has_changed(moment, [f"{date:%m/%d/%Y}", f"{time:%H:%M}", which])


@pytest.mark.parametrize("day", ["12/31/9999", "9999-12-31", "01/01/0001", "12/31/1899", "01/01/2200"])
def test_a_year_that_no_calendar_can_go_on_from_is_refused_and_the_form_is_drawn(day):
    """One licence "until 12/31/9999" would make every page that asks for the day after it fail."""
    form = seen(day, "23:59")
    assert form.errors["at"] == ["Enter a year from 1900 to 2199."]
    assert day in draw(form)
    with pytest.raises(forms.ValidationError, match="Enter a year from 1900 to 2199"):
        DateField().clean(day)


@pytest.mark.parametrize("day", ["01/01/1900", "12/31/2199"])
def test_every_day_between_is_taken(day):
    assert seen(day, "23:59").is_valid()
    assert DateField().clean(day)
