"""Numbers in addresses: whatever stands there, the page opens."""

import pytest
from django.urls import reverse

from placement.ui.numbers import whole_number

NO_NUMBERS = ["", "²", "①", "1²", "-1", "1.0", " 2", "two", "9" * 5000, "0", "5"]


@pytest.mark.parametrize("text", [None, *NO_NUMBERS])
def test_what_is_no_number_within_the_limits_is_the_default(text):
    assert whole_number(text, least=1, most=4, default=3) == 3


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("4", 4), ("٢", 2)])
def test_a_number_is_read(text, number):
    assert whole_number(text, least=1, most=4, default=3) == number


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_a_referral_opens_at_its_first_step_and_the_match_at_its_first_home(world, client_of, text):
    client = client_of(world.caseworker)
    page = client.get(reverse("referrals:edit", args=[world.draft.pk]), {"step": text})
    assert (page.status_code, page.context["step"]) == (200, 1)
    assert client.get(reverse("referrals:match", args=[world.eve.referral.pk]), {"from": text}).status_code == 200
