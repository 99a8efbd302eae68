"""This app's entries in the navigation."""

from placement.access.rights import Can
from placement.ui.nav import NavItem, register

register(NavItem("My work", "work", lambda person: True, order=10, icon_text="⌂"))
register(
    NavItem(
        "Due",
        "compliance:deadlines",
        lambda person: person.may(Can.LIST_DEADLINES),
        order=65,
        icon_text="◔",
        pages=r"/calendar/$",
    )
)
register(
    NavItem(
        "Calendar",
        "calendar:own",
        lambda person: person.may(Can.READ_CALENDAR) and not person.may(Can.LIST_DEADLINES),
        order=65,
        icon_text="▦",
    )
)
register(
    NavItem("Compliance", "compliance:board", lambda person: person.may(Can.LIST_COMPLIANCE), order=70, icon_text="§")
)
register(
    NavItem(
        "Rights",
        "compliance:rights",
        lambda person: person.may(Can.READ_RIGHTS),
        order=75,
        icon_text="⚖",
        pages=r"/compliance/rights/",
    )
)
register(
    NavItem(
        "Audit",
        "audit:list",
        lambda person: person.may(Can.READ_AUDIT),
        order=80,
        icon_text="≡",
        pages=r"/sealed-records/",
    )
)
register(NavItem("Reports", "reports:index", lambda person: person.may(Can.READ_REPORTS), order=90, icon_text="Σ"))
