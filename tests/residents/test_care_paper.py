"""A day or a week of the care log on paper."""

from datetime import timedelta

from django.urls import reverse

from placement.audit.clock import now
from residents import operations


def test_a_day_and_a_week_by_code_unless_the_name_is_chosen(world, client_of, acting_as):
    ada, shift = world.ada.resident, world.cedar.shift
    with acting_as(world.staff_cedar):
        operations.log_care(
            ada,
            facility=world.cedar.facility,
            shift=shift,
            kind="mood",
            outcome="Good",
            note="Laughed.",
            happened_at=now() - timedelta(minutes=1),
            by=world.staff_cedar,
        )
    staff, address = client_of(world.staff_cedar), reverse("residents:care_paper", args=[ada.pk])
    page = staff.get(address).content.decode()
    assert "Daily care of W-1" in page and "Mood: Good" in page and "Laughed." in page
    assert page.count("<h2>") == 1
    week = staff.get(address, {"days": "7", "by": "name"})
    assert 'data-code="W-1">Ada</span></h1>' in week.content.decode()
    assert len(week.context["paper"]) == 7
    before = staff.get(address, {"day": f"{now() - timedelta(days=40):%m/%d/%Y}"}).content.decode()
    assert "Mood: Good" not in before and "Nothing was logged." in before


def test_nonsense_in_the_address_is_the_newest_day(world, client_of):
    address = reverse("residents:care_paper", args=[world.ada.resident.pk])
    for asked in ({"days": "9999"}, {"day": "31/31/9999"}, {"by": "x"}):
        page = client_of(world.staff_cedar).get(address, asked)
        assert page.status_code == 200
        assert len(page.context["paper"]) == 1
