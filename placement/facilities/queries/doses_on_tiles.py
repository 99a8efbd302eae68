"""Medication on the shift page: the dose of each young person that comes first, on their tile and in the strip."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.urls import reverse

from placement.facilities.queries.medication import BEFORE, DAY, Due, State, doses_since, orders_in, state_of
from placement.facilities.queries.shifts import Board
from placement.facilities.queries.tiles import Tap, Tile, day_and_time
from placement.ui.templatetags.ui import span
from residents.queries.medication_times import EARLY, due_of

RANK = {"late": 0, "due": 1}


def with_doses(board: Board) -> Board:
    """Return the shift page with what medication is due on the tiles of who is here. Two queries, one without orders."""
    by_key = {tile.resident.pk: tile for tile in board.tiles}
    begins = min(board.shift.starts_at if board.shift else board.moment, board.moment - BEFORE)
    ends = max(board.shift.ends_at if board.shift else board.moment, board.moment + EARLY)
    orders = list(orders_in(by_key, begins)) if by_key else []
    if not orders:
        return board
    written = {(dose.order_id, dose.due_at): dose for dose in doses_since(by_key, begins - DAY)}
    first: dict[UUID, Due] = {}
    number = {State.MISSED: 0, State.LATE: 0, State.OPEN: 0}
    zone = board.facility.zone
    for order in orders:
        if not by_key[order.resident_id].here:
            continue
        for due_at in due_of(order, zone, max(begins, by_key[order.resident_id].since), ends):
            dose = written.get((order.pk, due_at))
            state, tag = state_of(due_at, dose, board.moment, zone)
            if state == State.DONE:
                continue
            if state in number:
                number[state] += 1
            known = first.get(order.resident_id)
            if known is None or due_at < known.due_at:
                at = day_and_time(due_at, board.moment, zone)
                first[order.resident_id] = Due(order, due_at, dose, state, tag, at)
    tiles = [_with(tile, first.get(tile.resident.pk), board.moment) for tile in board.tiles]
    return replace(board, tiles=tiles, facts=[*board.facts, *_fact(board, number)])


def _with(tile: Tile, due: Due | None, moment: datetime) -> Tile:
    if due is None:
        return tile
    note, state, kind = {
        State.LATER: (due.at, "", ""),
        State.OPEN: ("now", "now", "due"),
        State.LATE: (f"{span(moment - due.due_at)} late", "over", "late"),
        State.MISSED: ("missed", "over", "late"),
    }[due.state]
    medicine = tile.medicine if due.state == State.LATER and tile.medicine.state else Tap("Medicine", "", note, state)
    tag = tile.tag
    if not tile.lost and kind and RANK[kind] < RANK.get(tag["kind"], 2):
        tag = {"kind": kind, "text": f"Medicine {note}"}
    return replace(tile, medicine=medicine, tag=tag)


def _fact(board: Board, number: dict[State, int]) -> list[dict[str, object]]:
    late, now_due = number[State.MISSED] + number[State.LATE], number[State.OPEN]
    if not late and not now_due:
        return []
    there = reverse("facilities:medication", args=[board.facility.pk])
    note = f"{late} late" if late else "due now"
    return [
        {"label": "Medicine", "value": late + now_due, "note": note, "kind": "late" if late else "due", "href": there}
    ]
