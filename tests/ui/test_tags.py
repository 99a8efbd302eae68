"""Times in words, differences word by word, navigation and charts."""

import datetime
import re
from types import SimpleNamespace

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from placement.ui import charts, nav
from placement.ui.context import page
from placement.ui.templatetags.ui import ago, local, local_day, local_time, span

NOW = datetime.datetime(2026, 11, 23, 22, 20, tzinfo=datetime.UTC)  # 14:20 in Los Angeles, 16:20 in Chicago


def minutes(n: float) -> datetime.timedelta:
    return datetime.timedelta(minutes=n)


def render(text: str, **context) -> str:
    return Template("{% load ui %}" + text).render(Context(context))


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(
    ("left", "text", "small", "edge"),
    [
        (100, "1 h 40 min", "by 16:00 today", "due-edge"),
        (1, "1 min", "by 14:21 today", "due-edge"),
        (0.5, "now", "by 14:20 today", "late-edge"),
        (-0.5, "now", "was due 14:19 today", "late-edge"),
        (-158, "2 h 38 min late", "was due 11:42 today", "late-edge"),
        (24 * 60, "tomorrow", "by 14:20", ""),
        (24 * 60 - 1, "23 h 59 min", "by 14:19 tomorrow", "due-edge"),
        (-43 * 60, "2 days late", "was due Sat Nov 21, 19:20", "late-edge"),
        (-3 * 24 * 60, "3 days late", "was due Fri Nov 20, 14:20", "late-edge"),
    ],
)
def test_a_clock_says_what_is_left(left, text, small, edge):
    with timezone.override("America/Los_Angeles"):
        html = render('{% clock due "America/Los_Angeles" %}', due=NOW + minutes(left))
    assert f">{text}</time>" in html
    assert f"<small>{small}</small>" in html
    assert f'class="{edge}"' in html
    assert f'data-due="{(NOW + minutes(left)).isoformat()}"' in html


@time_machine.travel(NOW, tick=False)
def test_moments_are_shown_in_the_time_of_the_place():
    late = NOW + datetime.timedelta(hours=9)
    with timezone.override("America/Los_Angeles"):
        assert local(late, "America/Los_Angeles") == local(late) == "today, 23:20"
    assert local_day(datetime.date(2027, 1, 4), "America/Chicago") == "Mon Jan 4, 2027"
    assert local(None) == ""
    assert ago(NOW - minutes(7)) == "7 min ago"
    assert ago(NOW + minutes(125)) == "in 2 h 5 min"
    assert ago(NOW - minutes(0.5)) == "just now"
    assert span(datetime.timedelta(hours=49)) == "2 days"


@time_machine.travel(NOW, tick=False)
def test_a_time_that_the_readers_clock_does_not_show_names_its_zone():
    late = NOW + datetime.timedelta(hours=9)
    with timezone.override("America/Los_Angeles"):
        assert local(late, "America/Chicago") == "tomorrow, 01:20 CST"
        assert local_time(late, "America/Chicago") == "01:20 CST"
        assert "by 01:20 CST tomorrow" in render('{% clock due "America/Chicago" %}', due=late)
    with timezone.override("America/Phoenix"):  # an hour ahead of Los Angeles in winter, the same in summer
        assert local_time(late, "America/Los_Angeles") == "23:20 PST"
        assert local_time(NOW - datetime.timedelta(days=90), "America/Los_Angeles") == "15:20"


def test_a_difference_marks_words_and_escapes_them():
    both = {"a": "Door <b>not</b> checked", "b": "Door checked & seen"}
    before = render('{% field_diff a b "before" %}', **both)
    after = render('{% field_diff a b "after" %}', **both)
    assert "<b>" not in before
    assert before.replace("<del>", "").replace("</del>", "") == "Door &lt;b&gt;not&lt;/b&gt; checked"
    assert after.replace("<ins>", "").replace("</ins>", "") == "Door checked &amp; seen"
    assert "not&lt;/b&gt;" in before.split("<del>")[1]
    assert "<ins>" in after
    assert render('{% field_diff a b "after" %}', a="x", b=None) == "–"
    assert render('{% field_diff a b "before" %}', a="<x>", b=None) == "<del>&lt;x&gt;</del>"
    assert render('{% field_diff a b "after" %}', a="", b="<new>") == "&lt;new&gt;"


def test_a_difference_leaves_out_what_stayed():
    rows = [{"label": "Bed", "before": "3A", "after": "3B"}, {"label": "Note", "before": None, "after": None}]
    html = Template('{% include "components/diff.html" %}').render(Context({"rows": rows}))
    assert html.count('<th scope="row">') == 1
    assert "<del>3A</del>" in html


def test_navigation_shows_what_the_person_uses_and_where_they_are(monkeypatch):
    monkeypatch.setattr(nav, "_items", {})
    for order in range(7):
        nav.register(
            nav.NavItem(f"Entry {order}", "components" if order == 5 else "healthz", lambda person: True, order)
        )
    assert len(nav._items) == 2  # one entry per address
    monkeypatch.setattr(nav, "reverse", lambda name: f"/{name}/")
    nav._items.clear()
    for order in range(7):
        nav.register(nav.NavItem(f"Entry {order}", f"e{order}", lambda person, n=order: person.sees > n, order))
    request = RequestFactory().get("/e5/some-part/")
    request.person = SimpleNamespace(sees=7)
    shown = page(request)
    assert [link.label for link in shown["nav"]] == ["Entry 0", "Entry 1", "Entry 2", "Entry 3"]
    assert [(link.label, link.current) for link in shown["nav_more"]] == [
        ("Entry 4", False), ("Entry 5", True), ("Entry 6", False)
    ]  # fmt: skip
    request.person = SimpleNamespace(sees=5)
    assert (len(page(request)["nav"]), page(request)["nav_more"]) == (5, [])
    request.person = None
    assert page(request)["nav"] == []


def test_a_chart_tells_its_numbers_three_times():
    chart = charts.bars("x", "Beds", [("Cedar <1>", 4, "/rows/"), ("Birch", 8)], what="Home", unit="beds")
    html = Template('{% include "components/chart_bars.html" %}').render(Context({"chart": chart}))
    assert 'role="group" aria-labelledby="x-title x-desc"' in html, "bars that open are links, not parts of a picture"
    assert '<a href="/rows/" aria-label="Cedar &lt;1&gt;: 4 beds">' in html
    assert "Cedar &lt;1&gt;: 4 beds; Birch: 8 beds</desc>" in html
    assert 'width="50.0%"' in html
    assert '<a href="/rows/">Cedar &lt;1&gt;</a>' in html
    assert charts.bars("y", "None", [], what="Home", unit="beds").bars == []


PARTS = (("Not met", "✕", "late"), ("Not yet known", "?", "due"), ("Met", "✓", "good"))


def test_a_stack_tells_its_parts_by_number_sign_and_pattern():
    rows = [
        ("Cedar <1>", "/cedar/", ((1, "/a/"), (0, "/b/"), (3, "/c/"))),
        ("Birch", "/birch/", ((0, ""), (0, ""), (0, ""))),
    ]
    chart = charts.stacks("x", "How it stands", rows, what="Home", parts=PARTS)
    html = Template('{% include "components/chart_stacks.html" %}').render(Context({"chart": chart}))
    assert "Cedar &lt;1&gt;: 1 not met, 0 not yet known, 3 met; Birch: 0 not met, 0 not yet known, 0 met</desc>" in html
    assert '<a href="/a/" aria-label="Cedar &lt;1&gt;: 1 not met">' in html and 'width="25.0%"' in html
    assert 'href="/b/"' not in html, "there is nothing behind a part of nothing"
    assert "✕ 1\N{EM SPACE}? 0\N{EM SPACE}✓ 3" in html
    assert {f"url(#x-{kind})" for *_, kind in PARTS} <= set(re.findall(r"url\(#[\w-]+\)", html))
    assert html.count('href="/c/"') == 2  # in the drawing and in the table
    tiny = charts.stacks("y", "", [("A", "", ((1, "/"), (0, ""), (9999, "/")))], what="", parts=PARTS).stacks[0]
    assert tiny.parts[0].width > 1 and sum(part.width for part in tiny.parts) == pytest.approx(100, abs=0.1)


def test_a_column_that_nobody_knows_is_no_column_of_nothing():
    rows = [
        ("Oct", "2026", "October 2026", None, "/o/"),
        ("Nov", "", "November 2026", 0, "/n/"),
        ("Dec", "", "December 2026", 4, "/d/"),
    ]
    chart = charts.columns("x", "Not met", rows, unit="not met", kind="late")
    html = Template('{% include "components/chart_columns.html" %}').render(Context({"chart": chart}))
    assert "October 2026: not known; November 2026: 0 not met; December 2026: 4 not met</desc>" in html
    assert re.findall(r'class="value"[^>]*>([^<]*)<', html) == ["–", "0", "4"]
    assert 'aria-label="December 2026: 4 not met"' in html and "/o/" not in html and "/n/" not in html
    assert "not known</td>" in html
    assert charts.columns("y", "", [], unit="", kind="due").columns == []


@pytest.mark.parametrize("end", [". ", " "])
def test_in_a_long_text_only_what_changed_is_marked(end: str) -> None:
    """Ten thousand words with a change near both ends: what lies between is not marked, and no letter is lost."""
    words = [f"word{number}" for number in range(5000)]
    old, new = (end.join(["start", first, *words, last, "end"]) for first, last in (("one", "two"), ("three", "four")))
    for side, text, mark in (("before", old, "del"), ("after", new, "ins")):
        shown = render('{% field_diff a b "' + side + '" %}', a=old, b=new)
        marked = "".join(re.findall(f"<{mark}>(.*?)</{mark}>", shown, re.DOTALL))
        assert re.sub("<[^>]*>", "", shown) == text
        if end == ". ":
            assert marked.split() == (["one.", "two."] if side == "before" else ["three.", "four."])


def test_what_two_texts_share_at_both_ends_is_never_marked_twice() -> None:
    for a, b in [("x x", "x x x"), ("a b a", "a"), ("same", "same"), ("a", "b"), ("x x x", "x x")]:
        for side, text in (("before", a), ("after", b)):
            shown = render('{% field_diff a b "' + side + '" %}', a=a, b=b)
            assert re.sub("<[^>]*>", "", shown) == text


def test_large_numbers_of_a_chart_are_easy_to_read():
    chart = charts.bars("looks", "Looks", [("Due", 20519), ("Late", 999)], what="Part", unit="looks")
    drawn = Template('{% include "components/chart_bars.html" %}').render(Context({"chart": chart}))
    assert drawn.count("20,519") == 2  # in the drawing, and in the table below it
    assert ">999<" in drawn
