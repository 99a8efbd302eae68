"""Making an inspection binder."""

from datetime import date

from compliance.binder.content import collect
from compliance.binder.scope import Scope
from compliance.models import Binder
from compliance.models.binder import LONGEST
from compliance.queries.binders import home_to_inspect, is_rationed
from placement.access.models import Person
from placement.audit.clock import now
from placement.audit.operation import operation
from placement.database.constraints import Refused, sentence_of
from placement.facilities.models import Facility


@operation("made an inspection binder")
def make_binder(facility: Facility, *, since: date, until: date, by: Person) -> Binder:
    """Keep what the records say now of the home from ``since`` to ``until``, both included, as an inspector may read it.

    Raises ``Refused`` for days out of order, to come, or more than a year, for more than can be read, and for too many binders
    of a day; ``DoesNotExist`` unless ``by`` runs, supervises or inspects the home.
    """
    home = home_to_inspect(by, facility.pk)
    if until > now().astimezone(home.zone).date():
        raise Refused(sentence_of("binder_is_of_days_that_came"), field="until")
    if until < since:
        raise Refused("The last day can't be before the first day.", field="until")
    if until - since > LONGEST:
        raise Refused(sentence_of("binder_is_of_a_year_at_most"), field="since")
    if is_rationed(by, home):
        raise Refused(sentence_of("binders_of_a_day_are_few"))
    binder = Binder(facility=home, since=since, until=until, made_by=by, made_as=by.role)
    binder.seal(collect(Scope.of(home, since, until, by)))
    binder.save(force_insert=True)
    binder.refresh_from_db(fields=["made_at", "made_as"])
    return binder
