"""What a form says before anything is wrong: how to write a date, what may stay empty, where nothing is chosen yet."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template

from placement.ui.forms import DateField, DateTimeInZoneField, Fold


class Sample(forms.Form):
    kind = forms.ChoiceField(label="Kind", choices=[("", "---------"), ("a", "First"), ("b", "Second")])
    day = DateField(label="Day", help_text="The last day.")
    at = DateTimeInZoneField(label="When")
    why = forms.CharField(label="Why", required=False)
    order = forms.CharField(label="Order", required=False)
    north = forms.FloatField(label="North", required=False)
    east = forms.FloatField(label="East", required=False)
    paper = forms.FileField(label="Paper")
    sometimes_needed = ("order",)
    folds = (Fold("Place on the map", "Few know it.", ("north", "east")),)


def draw(*args, **kwargs) -> str:
    return Template("{{ form }}").render(Context({"form": Sample(*args, **kwargs)}))


def test_the_format_of_dates_and_times_stands_there_before_the_first_error():
    html = draw()
    assert "The last day. Month/day/year, such as 11/23/2026." in html
    assert "Date as 11/23/2026, time as 14:05." in html


def test_what_is_too_little_too_much_or_too_long_is_said_in_plain_words():
    class Numbers(forms.Form):
        count = forms.IntegerField(min_value=0, max_value=5)
        hours = forms.DecimalField(max_digits=5, decimal_places=2)
        name = forms.CharField(max_length=3)

    def said(**values) -> str:
        html = Template("{{ form }}").render(Context({"form": Numbers(values)}))
        assert "Ensure" not in html
        return html

    assert "It can’t be less than 0." in said(count="-3", hours="1", name="a")
    assert "It can’t be more than 5." in said(count="6", hours="1", name="a")
    assert "It can’t have more than 2 digits after the point." in said(count="1", hours="1.234", name="a")
    assert "It can’t be longer than 3 characters, and has 4." in said(count="1", hours="1", name="abcd")


def test_a_list_without_a_choice_says_so_in_words():
    assert '<option value="" selected>Choose…</option>' in draw()
    assert "---------" not in draw()


def test_optional_stands_only_where_it_is_true():
    html = draw()
    assert 'Why <span class="soft">(optional)' in html
    assert 'Order <span class="soft">(optional)' not in html


@pytest.mark.parametrize(("values", "is_open"), [({}, False), ({"north": "34"}, True), ({"east": "far"}, True)])
def test_what_few_fill_in_is_folded_until_it_has_a_value_or_an_error(values, is_open):
    html = draw(values)
    assert ('<details class="fold" open>' in html) is is_open
    inside = html[html.index("<details") : html.index("</details>")]
    assert 'name="north"' in inside
    assert 'name="east"' in inside
    assert 'name="order"' not in inside


def test_a_file_that_came_with_a_refused_form_is_asked_for_again():
    again = "Choose the file again"
    assert again not in draw()
    assert again not in draw({})  # no file came: its own error says what to do
    assert again in draw({}, {"paper": SimpleUploadedFile("letter.txt", b"x")})
