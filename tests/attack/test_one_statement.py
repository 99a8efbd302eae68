"""What is refused one after the other is refused in one statement, too."""

from datetime import timedelta

from placement.database.context import acting
from tests.attack.sql import Stay, ask, refused, sql
from tests.attack.test_separations import separate
from tests.world import World

DAY = timedelta(days=1)
ADMIT = (
    "UPDATE facilities_placement SET status = 'active', safety_read_by_id = %s, safety_read_at = clock_timestamp(),"
    " starts_at = clock_timestamp() + interval '1 second', admitted_by_id = %s WHERE id = ANY(%s::uuid[])"
)


def two_approved(world: World) -> list[str]:
    return [
        str(Stay(world, young, "cedar", bed).propose(world.now - DAY).approve().id)
        for young, bed in (("eve", 3), ("fay", 2))
    ]


def test_two_admissions_count_each_other(world: World) -> None:
    by, stays = world.admin_cedar.pk, two_approved(world)
    with acting(world.supervisor.pk, world.supervisor.name):
        sql("UPDATE facilities_licence SET capacity = 3 WHERE id = %s", world.cedar.licence.pk)
    with acting(by, world.admin_cedar.name):
        with refused("licence_capacity_holds"):
            sql(ADMIT, by, by, stays)
        assert sql(ADMIT, by, by, stays[:1]) == 1


def test_two_who_must_live_apart_do_not_arrive_together(world: World) -> None:
    by, stays = world.admin_cedar.pk, two_approved(world)
    separate(world, "eve", "fay", world.now - DAY)
    with acting(by, world.admin_cedar.name):
        with refused("separated_residents_live_apart"):
            sql(ADMIT, by, by, stays)
        assert sql(ADMIT, by, by, stays[:1]) == 1


def test_an_admission_does_not_pass_beside_the_change_that_forbids_it(world: World) -> None:
    by, stays = world.supervisor.pk, two_approved(world)
    forbid = (
        "WITH changed AS (UPDATE facilities_licence SET population = 'shelter' WHERE id = %s RETURNING 1) "
        + ADMIT
        + " AND EXISTS (SELECT FROM changed)"
    )
    with acting(by, world.supervisor.name), refused("protected_population_is_not_mixed"):
        sql(forbid, world.cedar.licence.pk, by, by, stays)


def test_an_upsert_and_a_merge_meet_the_rules_and_leave_their_history(world: World) -> None:
    stay, rows = world.ada.stay, "SELECT count(*) FROM facilities_historicalplacement"
    upsert = "INSERT INTO facilities_placement SELECT * FROM facilities_placement WHERE id = %s ON CONFLICT DO NOTHING"
    merge = (
        "MERGE INTO facilities_placement USING (SELECT %s::uuid AS wanted) w ON id = wanted"
        " WHEN MATCHED THEN UPDATE SET {}"
    )
    before = ask(rows)
    with acting(world.supervisor.pk, world.supervisor.name):
        with refused("placement_begins_as_a_proposal"):
            sql(upsert, stay.pk)
        with refused("placement_moves_one_step"):
            sql(merge.format("status = 'proposed'"), stay.pk)
        assert sql(merge.format("end_reason = 'x'"), stay.pk) == 1
    assert ask(rows) == before + 1
