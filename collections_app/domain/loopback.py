"""Which addresses lead to this machine: where demo data may go."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

# Addresses of files and sockets on this machine; they name no host.
_FILES = frozenset({"maildir", "unix"})
_OF_ROOMS = re.compile(r"^(stun|turn)s?:")


def host_of(address: str) -> str:
    """Return the host that a URL, ``host:port`` or ``stun:host:port`` names; empty when it names none."""
    plain = address if "://" in address else f"//{_OF_ROOMS.sub('', address)}"
    try:
        return urlsplit(plain).hostname or ""
    except ValueError:  # half an IPv6 address
        return ""


def is_loopback(address: str) -> bool:
    """Return whether an address leads to this machine."""
    host = host_of(address)
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return not host and address.partition(":")[0] in _FILES
