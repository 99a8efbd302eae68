"""The whole demo as one plan."""

from datetime import datetime

from placement.demo.cases import tell_cases
from placement.demo.complaints import tell_complaints
from placement.demo.days import tell_days
from placement.demo.exits import tell_exits
from placement.demo.files import tell_files
from placement.demo.guarding import tell_guarding
from placement.demo.homes import tell_homes
from placement.demo.incidents import tell_incidents
from placement.demo.medicine import tell_medicine
from placement.demo.notices import tell_measures, tell_notices
from placement.demo.people import tell_last_account, tell_people
from placement.demo.plan import Plan
from placement.demo.planted import tell_planted
from placement.demo.referrals import tell_referrals
from placement.demo.rights import tell_activities, tell_passes, tell_rights
from placement.demo.roster import tell_roster
from placement.demo.stays import tell_stays
from placement.demo.therapy import tell_therapy
from placement.demo.young import everybody


def story(now: datetime, days: int = 90) -> Plan:
    """Return the plan as seen from ``now`` (aware), with ``days`` days of shifts; the same ``now``, the same plan."""
    plan, young = Plan(now.replace(second=0, microsecond=0), days), everybody()
    tell_people(plan)
    tell_homes(plan)
    tell_roster(plan)
    tell_files(plan)
    tell_cases(plan, young)
    tell_referrals(plan, young, tell_stays(plan))
    tell_incidents(plan)
    tell_guarding(plan)
    tell_therapy(plan)
    tell_passes(plan)
    tell_days(plan, young)
    tell_planted(plan)
    tell_medicine(plan)
    tell_exits(plan)
    tell_rights(plan, young)
    tell_activities(plan)
    tell_notices(plan, young)
    tell_measures(plan)
    tell_complaints(plan, young)
    tell_last_account(plan)
    return plan
