"""Who lived where, from when to when: the table from which referrals, admissions and daily care follow."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from placement.demo.homes import CLOSED_BED, HOMES
from placement.demo.plan import Plan, Stay, chance


@dataclass(frozen=True)
class Leaving:
    """How a stay ended: where to, and in how many days from today the first check after leaving is due."""

    to: str
    check_in: int


@dataclass(frozen=True)
class StayData:
    """One stay; ``begins`` and ``ends`` count days ago."""

    young: str
    home: str
    begins: int
    ends: int | None = None
    leaving: Leaving | None = None


STAYS = (
    StayData("Omar", "maple", 350, 230, Leaving("relative", -200)),
    StayData("Abena", "cedar", 335, 205, Leaving("independent", -190)),
    StayData("Diego", "birch", 312, 180, Leaving("family", -166)),
    StayData("Marisol", "cedar", 305, 131, Leaving("relative", -117)),
    StayData("Nia", "cedar", 284, 96, Leaving("family", -82)),
    StayData("Aisha", "birch", 262, 110, Leaving("independent", -96)),
    StayData("Katya", "cedar", 252, 61, Leaving("foster", -47)),
    StayData("Elijah", "maple", 240),
    StayData("Minh", "birch", 203, 52, Leaving("relative", -38)),
    StayData("Priya", "maple", 200),
    StayData("Ingrid", "maple", 192, 71, Leaving("family", -57)),
    StayData("Noor", "cedar", 190),
    StayData("Dmitri", "maple", 181),
    StayData("Mei", "cedar", 171),
    StayData("Mateo", "birch", 166),
    StayData("Luz", "cedar", 155, 19, Leaving("relative", -5)),
    StayData("Kaya", "birch", 150),
    StayData("Leilani", "maple", 149),
    StayData("Jordan", "cedar", 148),
    StayData("Ximena", "cedar", 139),
    StayData("Samir", "birch", 129),
    StayData("Hazel", "birch", 121, 13, Leaving("foster", 4)),
    StayData("Amara", "cedar", 118),
    StayData("Oskar", "maple", 111),
    StayData("Destiny", "harbor", 112, 62),  # moved on to Cedar House
    StayData("Sky", "cedar", 96),
    StayData("Rosa", "birch", 89),
    StayData("Linh", "cedar", 81),
    StayData("Chidi", "maple", 77),
    StayData("Tamsin", "birch", 71),
    StayData("Destiny", "cedar", 62),
    StayData("Teo", "harbor", 61, 34, Leaving("family", -20)),
    StayData("Hana", "maple", 52),
    StayData("Aiyana", "alder", 45),
    StayData("River", "birch", 36),
    StayData("Jaylen", "harbor", 34),
    StayData("Freya", "harbor", 28),
    StayData("Tomás", "harbor", 21),
    StayData("Imani", "harbor", 14),
)
# Who is about to come, or was: home, in how many days (negative: ago), and which of the spare beds.
ARRIVALS = {
    "Salma": ("cedar", 1, 0),
    "Keisha": ("cedar", 3, 1),
    "Ravi": ("birch", 4, 1),
    "Tala": ("cedar", -12, 4),
    "Anya": ("birch", -20, 2),
}
FREE_BEFORE = timedelta(days=9)  # a bed is proposed some days before the arrival, and must be free by then


def admitted_at(plan: Plan, data: StayData) -> datetime:
    """Return the moment of arrival, in UTC."""
    minutes = chance("arrival", data.young, data.home).choice(("10:30", "11:00", "13:30", "14:15", "15:00"))
    return plan.when(data.begins, minutes, HOMES[data.home].zone)


def tell_stays(plan: Plan) -> list[tuple[StayData, Stay]]:
    """Give every stay a bed, put all stays into the plan, and return them with what the table says."""
    found = []
    for data in STAYS:
        begins = admitted_at(plan, data)
        ends = None
        if data.ends is not None:
            moved_on = next((d for d in STAYS if d.young == data.young and d.begins == data.ends), None)
            ends = admitted_at(plan, moved_on) if moved_on else plan.when(data.ends, "12:30", HOMES[data.home].zone)
        stay = Stay(data.young, data.home, free_beds(plan, data.home, begins)[0], begins, ends)
        plan.stays.append(stay)
        found.append((data, stay))
    return found


def free_beds(plan: Plan, home: str, begins: datetime) -> list[str]:
    """Return the beds that are free from ``FREE_BEFORE`` the arrival on; never the one that is being painted."""
    taken = {
        stay.bed
        for stay in plan.stays
        if stay.home == home and (stay.ends_at is None or stay.ends_at > begins - FREE_BEFORE)
    }
    return [bed for bed in HOMES[home].beds if bed not in taken and (home, bed) != ("cedar", CLOSED_BED)]
