"""Who works in a home: the own role ends, and an account is closed."""

import uuid

from django.urls import reverse

from placement.access.operations import close_account
from placement.audit.clock import now
from placement.facilities.models import Assignment
from placement.ui.moments import DATE_FORMAT


def end_own_role(world, client, at):
    home, admin = world.cedar.facility, world.admin_cedar
    row = Assignment.objects.get(facility=home, person=admin)
    address = reverse("facilities:end-assignment", args=[home.pk, row.pk])
    version = client.get(address).context["form"].current_version
    local = at.astimezone(home.zone)
    typed = {"at_date": local.strftime(DATE_FORMAT), "at_time": local.strftime("%H:%M")}
    return client.post(address, {"form_key": str(uuid.uuid4()), "version": version, **typed}, follow=True)


def test_an_administrator_who_ends_the_own_role_reads_that_it_worked(world, client_of):
    answer = end_own_role(world, client_of(world.admin_cedar), now())
    assert answer.redirect_chain == [(reverse("work"), 302)]
    assert answer.status_code == 200
    assert "Saved." in answer.content.decode()


def test_a_closed_account_is_marked_among_the_people_of_the_home(world, client_of, acting_as):
    page, client = reverse("facilities:detail", args=[world.cedar.facility.pk]), client_of(world.admin_cedar)
    assert "account closed" not in client.get(page).content.decode()
    with acting_as(world.sysadmin):
        close_account(world.staff_cedar, by=world.sysadmin)
    text = client.get(page).content.decode()
    assert text.count("account closed") == 1
    assert f'{world.staff_cedar.name} <span class="tag">account closed</span>' in text
