"""How often somebody may try to sign in: counted in the database, for a name from one place, and for a place alone.

A name is never shut for everybody: whoever comes from elsewhere gets in, whatever a stranger tried. Names are kept as a keyed
hash, because people type passwords into the wrong field; places too, because the address of a tablet says where a home is.
"""

import ipaddress
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from placement.access.models import SignInFailure

WINDOW = timedelta(minutes=15)
MOST_FOR_NAME, MOST_FOR_PLACE = 5, 100
MORE_THAN_AN_ADDRESS = 64  # one household has this many bits of IPv6 addresses for itself


def place_of(request: HttpRequest) -> str:
    """Return where the request comes from. Only a trusted proxy is believed, and of what it says only its own part."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY:
        address = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip() or address
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and not found.ipv4_mapped:
        return str(ipaddress.ip_network((found, MORE_THAN_AN_ADDRESS), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)


def too_many(name: str, place: str) -> bool:
    """Return whether ``name`` from ``place``, or ``place`` alone, failed too often just now.

    Others who try the same name from the same place wait until this try has ended: many tries at once are counted one by one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"sign-in {key(name)} {place}"])
    recent = SignInFailure.objects.filter(place=key(place), at__gt=timezone.now() - WINDOW)
    return recent.filter(name=key(name)).count() >= MOST_FOR_NAME or recent.count() >= MOST_FOR_PLACE


def failed(name: str, place: str) -> None:
    """Count a failure, and drop those that count no more."""
    moment = timezone.now()
    SignInFailure.objects.filter(at__lte=moment - WINDOW).delete()
    SignInFailure.objects.create(name=key(name), place=key(place), at=moment)


def succeeded(name: str, place: str) -> None:
    """Forget the failures of ``name`` from ``place``."""
    SignInFailure.objects.filter(name=key(name), place=key(place)).delete()


def wait_for(name: str, place: str, *, free: int, pause: timedelta) -> timedelta:
    """Return how long ``place`` must wait before its next try under ``name``: nothing for the first ``free`` of ``WINDOW``, then
    a ``pause`` after each. Nobody is ever shut out.

    Tries count when ``failed`` has noted them.
    """
    moment = timezone.now()
    tried = SignInFailure.objects.filter(name=key(name), place=key(place), at__gt=moment - WINDOW).order_by("-at")
    times = list(tried.values_list("at", flat=True)[:free])
    return max(times[0] + pause - moment, timedelta()) if len(times) == free else timedelta()


def key(name: str) -> str:
    """Return what stands for a name, or a place, in the table."""
    return salted_hmac("placement.access.tries", name.strip().casefold()).hexdigest()
