"""Steps of the main job, so that each test begins where its own question begins."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from placement.access.models import Person
from placement.audit.clock import now
from placement.database.context import acting
from placement.facilities import operations
from placement.facilities.models import Bed, Placement, Referral
from tests.world import World


def do(by: Person, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run one operation as ``by``, as a request would."""
    with acting(by.pk, by.name):
        return operation(*args, by=by, **kwargs)


@dataclass
class Steps:
    """The way of one young person (``eve``, who has no home yet, unless told) into a home of the world."""

    world: World

    def referral(self, young: str = "eve", *, sent: bool = True, **fields: Any) -> Referral:
        """A referral by the caseworker of ``young``, sent unless told."""
        by = self.caseworker(young)
        fields = {"urgency": "urgent", "reason": "Needs a safe home.", "needed_from": self.world.now} | fields
        referral = do(by, operations.draft_referral, getattr(self.world, young).resident, **fields)
        return do(by, operations.send_referral, referral) if sent else referral

    def sign_all(self, referral: Referral, home: str, young: str = "eve") -> None:
        """Sign every warning of ``home``."""
        by = self.caseworker(young)
        facility = getattr(self.world, home).facility
        with acting(by.pk, by.name):
            warnings = operations.matching.hold_against(referral, by, facility.pk).to_sign
        for warning in warnings:
            do(by, operations.sign_warning, referral, facility, criterion=warning.key, reason="Talked it over.")

    def proposal(self, young: str = "eve", home: str = "cedar", bed: int = 3, **fields: Any) -> Placement:
        """A proposed placement."""
        referral = fields.pop("referral", None) or self.referral(young)
        self.sign_all(referral, home, young)
        fields = {"starts_at": self.world.now, "reason": "Near school."} | fields
        return do(self.caseworker(young), operations.propose_placement, referral, bed=self.bed(home, bed), **fields)

    def approved(self, young: str = "eve", home: str = "cedar", bed: int = 3, **fields: Any) -> Placement:
        """A placement that the supervisor approved."""
        placement = self.proposal(young, home, bed, **fields)
        return do(self.supervisor(young), operations.approve_placement, placement, reason="Fits.")

    def read(self, young: str = "eve", home: str = "cedar", bed: int = 3, **fields: Any) -> Placement:
        """An approved placement whose safety history the home has read."""
        placement = self.approved(young, home, bed, **fields)
        return do(getattr(self.world, home).admin, operations.read_safety_history, placement)

    def admitted(self, young: str = "eve", home: str = "cedar", bed: int = 3, **fields: Any) -> Placement:
        """A stay that has begun a moment ago."""
        placement = self.read(young, home, bed, **fields)
        return do(getattr(self.world, home).admin, operations.admit, placement, at=now())

    def bed(self, home: str, number: int) -> Bed:
        """A bed of ``home``; in Cedar and Birch 0 and 1 are taken."""
        return getattr(self.world, home).beds[number]

    def zone(self, home: str) -> ZoneInfo:
        """The zone of ``home``."""
        return getattr(self.world, home).facility.zone

    def caseworker(self, young: str) -> Person:
        """The caseworker of ``young``."""
        return self._of_unit(young, "caseworker")

    def supervisor(self, young: str) -> Person:
        """The supervisor of the unit of ``young``."""
        return self._of_unit(young, "supervisor")

    def _of_unit(self, young: str, role: str) -> Person:
        north = getattr(self.world, young).case.unit_id == self.world.north.pk
        return self.world.people[role if north else f"{role}2"]


@pytest.fixture
def steps(world: World) -> Steps:
    """The steps of the main job in the world of this test."""
    return Steps(world)
