"""History speaks as the pages do: labels of forms, choices by their labels, records by what they are called."""

import pytest

from placement.audit.history import tracked_models
from placement.audit.reading import changes
from placement.audit.words import label_of, words_of
from placement.database.context import acting
from placement.facilities.models import Bed, Licence
from placement.facilities.operations import add_bed, add_room, add_unit
from residents.models import CareEntry
from tests.world import World

ABOUT_RIGHTS = {
    "FacilityGroupPermission",
    "FacilityUserPermission",
    "ResidentGroupPermission",
    "ResidentUserPermission",
}


@pytest.mark.parametrize("model", tracked_models(), ids=lambda model: model._meta.label)
def test_no_kind_of_record_and_no_field_shows_its_raw_name(model) -> None:
    if model.__name__ not in ABOUT_RIGHTS:
        assert words_of(model).many != words_of(model).kind or words_of(model).kind == "siblings"
    for column in model._meta.concrete_fields:
        label = label_of(model, column)
        assert label[0].isupper()
        assert "_" not in label


def test_a_licence_is_shown_as_its_form_shows_it(world: World) -> None:
    rows = {
        row["label"]: row["after"] for row in changes(Licence.history.filter(facility=world.cedar.facility))[0].rows
    }
    assert {"Lowest age", "Highest age", "For whom", "Levels of care", "Valid until"} <= set(rows)
    assert "Female" in rows["For whom"]
    assert rows["Levels of care"].startswith("1")
    assert not {"min age", "sexes"} & set(rows)


def test_what_a_field_points_to_is_named_or_else_its_kind_is(world: World) -> None:
    manager, home = world.admin_cedar, world.cedar.facility
    with acting(manager.pk, manager.name):
        room = add_room(add_unit(home, "East", by=manager), "Room 9", by=manager)
        bed = add_bed(room, "B", by=manager)
    [row] = [row for row in changes(Bed.history.filter(id=bed.pk))[0].rows if row["label"] == "Room"]
    assert row["after"] == "Room 9"
    assert row["before"] == ""
    assert words_of(CareEntry).called is None
