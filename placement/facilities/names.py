"""Names of homes, which nobody may build a password on."""

from collections.abc import Iterable

from placement.access.passwords import names_used_here
from placement.facilities.models import Facility


@names_used_here
def names_of_homes() -> Iterable[str]:
    """Return the names of all homes, whoever asks: the refusal of a password names none of them."""
    return Facility.objects.values_list("name", flat=True)
