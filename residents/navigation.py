"""This app's entries in the navigation."""

from placement.access.rights import Can
from placement.ui.nav import NavItem, register

register(
    NavItem(
        "Residents",
        "residents:list",
        lambda person: person.may(Can.LIST_RESIDENTS),
        order=20,
        icon_text="☺",
    )
)
