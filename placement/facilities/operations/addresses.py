"""A home's confidential address: to be shown it, and to change it."""

from collections.abc import Mapping

from placement.access.models import Person
from placement.access.rights import Can
from placement.audit.operation import operation
from placement.database.encryption import Unreadable
from placement.facilities.models import AddressShown, Facility, FacilityAddress
from placement.facilities.operations.homes import home_run_by


@operation("was shown the address of a home")
def reveal_address(facility: Facility, *, purpose: str, reason: str, by: Person) -> AddressShown:
    """Show ``by`` where the home is, for ``AddressShown.FOR`` from now; supervisors read who was shown it, and why.

    Raises ``Facility.DoesNotExist`` without the right to the address.
    """
    home = Facility.objects.visible_to(by, Can.VIEW_ADDRESS).get(pk=facility.pk)
    return AddressShown.objects.create(facility=home, person=by, purpose=purpose, reason=reason)


@operation("changed the address of a home")
def change_address(facility: Facility, *, address: Mapping[str, str], letters_to: str, by: Person | None) -> Facility:
    """Change the confidential address and the one to which letters go; a place on the map is forgotten when the street changes.

    Args:
        address: parts of ``FacilityAddress``, all of them but the place on the map.
        letters_to: an address that does not tell where the home is.
    """
    home = home_run_by(facility, by)
    kept = FacilityAddress.objects.locked().get(facility=home)
    try:
        before = kept.parts()
    except Unreadable:  # its key is lost: the address is typed anew
        before = {}
    place = {name: before.get(name) for name in ("latitude", "longitude")}
    moved = any(before.get(name, "") != address.get(name, "") for name in ("street", "city", "state", "postcode"))
    after = {**address, **({} if moved else place)}
    if {name: value for name, value in after.items() if value not in ("", None)} != before:
        kept.write(after)
        kept.save(update_fields=["encrypted"])
    home.letters_to = letters_to
    home.save(update_fields=["letters_to"])
    return home
