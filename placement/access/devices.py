"""What a browser says about itself, in words by which its owner knows it again."""

import ipaddress

from django.http import HttpRequest

from placement.access.tries import place_of

BROWSERS = [("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
            ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari")]  # fmt: skip
SYSTEMS = [("iPad", "an iPad"), ("iPhone", "an iPhone"), ("Android", "Android"), ("Windows", "Windows"),
           ("CrOS", "a Chromebook"), ("Mac OS X", "a Mac"), ("Linux", "Linux")]  # fmt: skip


def device_of(request: HttpRequest) -> str:
    """Return browser and system, such as "Chrome on Android": one of a few fixed words, never the visitor's own text."""
    told = request.META.get("HTTP_USER_AGENT", "")
    browser = next((word for part, word in BROWSERS if part in told), "A browser")
    system = next((word for part, word in SYSTEMS if part in told), "an unknown device")
    return f"{browser} on {system}"


def coarse_place_of(request: HttpRequest) -> str:
    """Return the network from which the request comes, without the part that tells one device from the other."""
    try:
        network = ipaddress.ip_network(place_of(request), strict=False)
    except ValueError:
        return ""
    bits = 24 if network.version == 4 else 48
    return str(network.supernet(new_prefix=bits).network_address).removesuffix("0").removesuffix(":") + "…"
