"""Every change that this app makes to the world, one function each."""

from placement.facilities.operations.homes import (
    add_bed,
    add_condition,
    add_exit,
    add_fire_clearance,
    add_licence,
    add_room,
    add_unit,
    add_waiver,
    assign,
    close_bed,
    confirm_exclusive_population,
    end_assignment,
    end_licence,
    open_facility,
    reopen_bed,
)
from placement.facilities.operations.shifts import open_shift, sign_shift

__all__ = [
    "add_bed",
    "add_condition",
    "add_exit",
    "add_fire_clearance",
    "add_licence",
    "add_room",
    "add_unit",
    "add_waiver",
    "assign",
    "close_bed",
    "confirm_exclusive_population",
    "end_assignment",
    "end_licence",
    "open_facility",
    "reopen_bed",
    "open_shift",
    "sign_shift",
]
