"""This app's entries in the navigation."""

from placement.access.rights import Can, Role
from placement.ui.nav import NavItem, register

PLACEMENTS = r"/placements/"

register(
    NavItem(
        "Shift",
        "facilities:my-shift",
        lambda person: person.role in {Role.STAFF, Role.ADMIN},
        order=15,
        icon_text="◷",
        pages=r"/facilities/[0-9a-f-]{36}/(shift|exits/check)/",
    )
)
register(
    NavItem(
        "Homes",
        "facilities:list",
        lambda person: person.may(Can.LIST_FACILITIES),
        order=40,
        icon_text="▤",
        pages=PLACEMENTS,  # for those who have no referrals
    )
)
register(NavItem("Incidents", "incidents:list", lambda person: person.may(Can.LIST_INCIDENTS), order=60, icon_text="!"))
register(
    NavItem(
        "Referrals",
        "referrals:list",
        lambda person: person.may(Can.LIST_REFERRALS),
        order=30,
        icon_text="⇢",
        pages=PLACEMENTS,
    )
)
