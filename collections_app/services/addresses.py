"""The network address a request comes from."""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from django.conf import settings


def address_of(meta: Mapping[str, Any]) -> str | None:
    """Return the address in the variables of a request, past as many proxies as are configured to be ours."""
    hops = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies = settings.AXES_IPWARE_PROXY_COUNT
    raw = hops[-proxies] if proxies and len(hops) >= proxies else meta.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(raw))
    except ValueError:
        return None
