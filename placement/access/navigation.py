"""This app's entry in the navigation."""

from placement.access.rights import Can
from placement.ui.nav import NavItem, register

register(NavItem("Accounts", "accounts:list", lambda person: person.may(Can.MANAGE_ACCOUNTS), order=20, icon_text="☰"))
