"""Keyset paging over rows with many ties."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.db import connection
from django.test.utils import CaptureQueriesContext

from placement.access.models import Person
from placement.ui.paging import keyset_page

pytestmark = pytest.mark.django_db


def walk(queryset, order, size):
    pages, after = [], None
    while True:
        page = keyset_page(queryset, order=order, after=after, size=size)
        pages.append([row.pk for row in page])
        if not page.has_next:
            return pages
        after = page.next_token


@pytest.mark.parametrize(
    "order", [("app_label",), ("-app_label",), ("app_label", "-model"), ("-app_label", "model"), ("-pk",)]
)
@pytest.mark.parametrize("size", [1, 3, 25])
def test_pages_together_are_the_whole_list_in_order(order, size):
    rows = ContentType.objects.all()
    pages = walk(rows, order, size)
    full = order if "-pk" in order else (*order, "pk")
    assert [key for page in pages for key in page] == list(rows.order_by(*full).values_list("pk", flat=True))
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)


def test_an_order_by_what_is_unique_needs_no_key():
    Group.objects.bulk_create(Group(name=f"group {number}") for number in range(7))
    with CaptureQueriesContext(connection) as sent:
        pages = walk(Group.objects.all(), ("-name",), 3)
    assert [key for page in pages for key in page] == list(Group.objects.order_by("-name").values_list("pk", flat=True))
    assert sent[0]["sql"].endswith('ORDER BY "auth_group"."name" DESC LIMIT 4')


def test_the_last_page_says_so_when_the_rows_fit_exactly():
    rows = ContentType.objects.filter(app_label="contenttypes")
    assert rows.count() == 1
    page = keyset_page(rows, order=("model",), size=1)
    assert (len(page), page.has_next, page.next_token, page.is_first) == (1, False, "", True)


def test_the_token_names_no_value_and_cannot_be_forged():
    rows = ContentType.objects.all()
    token = keyset_page(rows, order=("app_label", "model"), size=3).next_token
    last = rows.order_by("app_label", "model", "pk")[2]
    assert signing.loads(token, salt="placement.ui.paging") == str(last.pk)
    for forged in (token[:-1] + ("a" if token[-1] != "a" else "b"), signing.dumps(str(last.pk)), "x", "::", "💥"):
        assert keyset_page(rows, order=("app_label", "model"), after=forged, size=3).is_first


def test_a_token_of_a_row_that_this_person_may_not_see_starts_at_the_top():
    token = keyset_page(ContentType.objects.order_by(), order=("app_label",), size=3).next_token
    hidden = ContentType.objects.exclude(pk=signing.loads(token, salt="placement.ui.paging"))
    page = keyset_page(hidden, order=("app_label",), after=token, size=3)
    assert page.is_first
    assert [row.pk for row in page] == [row.pk for row in keyset_page(hidden, order=("app_label",), size=3)]


def test_a_token_of_another_list_whose_keys_are_of_another_kind_starts_at_the_top(world):
    numbers, keys = ContentType.objects.order_by(), Person.objects.order_by()
    number = keyset_page(numbers, order=("app_label",), size=1).next_token
    key = keyset_page(keys, order=("name",), size=1).next_token
    assert keyset_page(keys, order=("name",), after=number, size=3).is_first
    assert keyset_page(numbers, order=("app_label",), after=key, size=3).is_first


def test_one_query_for_the_first_page_and_two_for_the_others():
    rows = ContentType.objects.all()
    with CaptureQueriesContext(connection) as first:
        page = keyset_page(rows, order=("app_label",), size=3)
    with CaptureQueriesContext(connection) as second:
        keyset_page(rows, order=("app_label",), after=page.next_token, size=3)
    assert (len(first), len(second)) == (1, 2)
