"""A complaint that went around the house and was answered long ago."""

from datetime import timedelta
from uuid import uuid4

from residents import operations, tell
from residents.models import Complaint
from tests.building.acts import acting_at, people_of
from tests.world import World


def complain(world: World, key: str, home: str) -> None:
    """Somebody complained 40 days ago about the home's staff, was answered, and after 30 days somebody looked for payback."""
    young, begun = world.young[key], world.now - timedelta(days=40)
    caseworker, supervisor, _ = people_of(world, young)
    with acting_at(caseworker, begun - timedelta(days=1)) as by:
        _, code = operations.make_complaint_code(young.resident, by=by)
    told = {"about": ["staff"], "who": f"Hidden carer of {key}", "happened": f"Hidden complaint of {key}", "since": ""}
    told |= {"danger": False, "said_name": "", "said_home": ""}
    with acting_at(caseworker, begun):  # only so that it is told when; who sends it is nobody
        receipt = tell.send(told, code=code, form_key=uuid4(), language="en")
    assert receipt
    complaint = Complaint.objects.get(number=receipt.number)
    with acting_at(supervisor, begun + timedelta(hours=3)) as by:
        operations.name_in_complaint(complaint, world.homes[home].staff, by=by)
        operations.write_in_complaint(complaint, kind="note", text=f"Hidden finding of {key}", by=by)
    with acting_at(supervisor, begun + timedelta(days=2)) as by:
        answer = f"Hidden answer of {key}"
        operations.decide_complaint(complaint, outcome="upheld", answer=answer, by=by)
    with acting_at(supervisor, begun + timedelta(days=31)) as by:
        operations.check_complaint(complaint, result="none", text=f"Hidden look of {key}", by=by)
    young.complaint = complaint
