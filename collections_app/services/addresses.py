"""The network address a request comes from."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.conf import settings


def address_of(meta: Mapping[str, Any]) -> str | None:
    """Return the address in the variables of a request, past as many proxies as are configured to be ours.

    Each proxy adds at the end whom it heard: what stands further to the left anybody may have written.
    """
    hops = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies = settings.PROXIES
    direct = meta.get("REMOTE_ADDR", "")
    raw = hops[-proxies] if proxies and len(hops) >= proxies and is_our_proxy(direct) else direct
    try:
        return str(ip_address(raw))
    except ValueError:
        return None


def is_our_proxy(direct: str) -> bool:
    """Return whether a request that comes from this address directly came through one of our proxies.

    Without an address it came by a socket of this machine, which nobody else can reach.
    """
    if not settings.PROXIES:
        return False
    try:
        found = ip_address(direct)
    except ValueError:
        return not direct
    return any(found in network for network in settings.PROXY_NETWORKS)
