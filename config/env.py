"""Typed readers of environment variables that say, when a value is missing or bad, what to set."""

import os
from collections.abc import Collection
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def env_text(name: str, default: str | None = None, *, hint: str = "") -> str:
    """Return NAME, or the content of the file NAME_FILE, or the default.

    Raises ImproperlyConfigured when neither is there and no default is given.
    """
    if value := os.environ.get(name, "").strip():
        return value
    if path := os.environ.get(f"{name}_FILE", "").strip():
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            message = f"{name}_FILE points to {path}, which cannot be read: {error.strerror}."
            raise ImproperlyConfigured(message) from error
        if not value:
            raise ImproperlyConfigured(f"{name}_FILE points to {path}, which is empty. Write the value into it.")
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. Set {name}: {hint}".rstrip(": ") + ".")
    return default


def env_bool(name: str, *, default: bool) -> bool:
    """Return NAME read as yes or no."""
    value = env_text(name, "true" if default else "false").lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}. Set {name} to true or false.")


def env_int(name: str, default: int, *, least: int = 0) -> int:
    """Return NAME read as a whole number of at least `least`."""
    value = env_text(name, str(default))
    try:
        number = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set {name} to a whole number.") from error
    if number < least:
        raise ImproperlyConfigured(f"{name} is {number}. Set {name} to {least} or more.")
    return number


def env_list(name: str, default: str | None = None, *, hint: str = "") -> list[str]:
    """Return the comma-separated parts of NAME, without the empty ones."""
    return [part.strip() for part in env_text(name, default, hint=hint).split(",") if part.strip()]


def env_choices(name: str, default: str, choices: Collection[str]) -> list[str]:
    """Return the comma-separated parts of NAME, each of which must be one of the choices."""
    values = env_list(name, default)
    if unknown := sorted(set(values) - set(choices)):
        message = f"{name} names {', '.join(unknown)}. Set {name} to some of: {', '.join(choices)}."
        raise ImproperlyConfigured(message)
    return values


def env_time_zone(name: str, default: str) -> str:
    """Return NAME, which must be a time zone of the IANA database."""
    value = env_text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ImproperlyConfigured(f"{name} is {value!r}. Set {name} to a time zone such as Asia/Shanghai.") from error
    return value


def env_pairs(name: str, *, hint: str) -> dict[str, str]:
    """Return the comma-separated ``name:value`` parts of NAME; the first colon divides."""
    pairs = dict(part.partition(":")[::2] for part in env_list(name, ""))
    if not all(key and value for key, value in pairs.items()):
        raise ImproperlyConfigured(f"{name} has a part that is no pair. Set {name}: {hint}.")
    return pairs


def env_networks(name: str, default: str) -> list[IPv4Network | IPv6Network]:
    """Return the comma-separated networks of NAME, such as ``10.0.0.0/8``; an address is a network of its own."""
    try:
        return [ip_network(part) for part in env_list(name, default)]
    except ValueError as error:
        message = f"{name}: {error}. Set {name} to networks such as 10.0.0.0/8,192.168.1.5, comma-separated."
        raise ImproperlyConfigured(message) from error


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """Return NAME, which must be one of the choices."""
    value = env_text(name, default).lower()
    if value not in choices:
        message = f"{name} is {value!r}. Set {name} to one of: {', '.join(choices)}."
        raise ImproperlyConfigured(message)
    return value


def env_clock_shift(name: str, *, time_zone: str) -> timedelta:
    """Return by how much NAME moves the clock; nothing when it is not set.

    NAME is a moment in ISO 8601 (in `time_zone` when it names no offset), which is the time now,
    or a signed number of seconds, which every process of one demo shares.
    """
    value = env_text(name, "")
    if not value:
        return timedelta()
    if value[0] in "+-" and value[1:].isdigit():
        return timedelta(seconds=int(value))
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        message = f"{name} is {value!r}. Set {name} to a time such as 2026-11-20T10:00."
        raise ImproperlyConfigured(message) from error
    zone = ZoneInfo(time_zone)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment - datetime.now(zone)
