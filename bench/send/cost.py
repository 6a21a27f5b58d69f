"""Processor time and memory of everything that takes part."""

import os
import time
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

_TICKS = os.sysconf("SC_CLK_TCK")


def spent() -> float:
    """Return the seconds of processor time of this process, of all of PostgreSQL and of the broker so far."""
    connection.ensure_connection()
    master = _parent(connection.connection.info.backend_pid)
    info = redis.Redis.from_url(settings.REDIS_URL).info("cpu")
    broker = float(info["used_cpu_sys"]) + float(info["used_cpu_user"])
    return time.process_time() + _family(master) + broker


def memory_mb() -> float:
    """Return the resident memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _family(master: int) -> float:
    """Return the seconds of a process, of its children, and of those that have ended."""
    ticks = sum(_fields(master)[11:15])
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = _fields(int(entry.name))
            except (OSError, IndexError):
                continue  # it ended meanwhile, and counts among its parent's
            if fields[1] == master:
                ticks += fields[11] + fields[12]
    return ticks / _TICKS


def _parent(pid: int) -> int:
    return _fields(pid)[1]


def _fields(pid: int) -> list[int]:
    """Return the fields of a process after its name, as numbers: from the third on, the state as 0."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return [int(word) if word.lstrip("-").isdigit() else 0 for word in text.rsplit(")", 1)[1].split()]
