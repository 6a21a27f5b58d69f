"""Web servers of a benchmark, on its own database, and the processor time they take."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import connection

BASE_DIR = Path(__file__).resolve().parent.parent


@contextmanager
def served(
    port: int,
    *,
    processes: int,
    application: str = "bench.live_server:application",
    environment: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """Serve the benchmark's own database on a port of this machine, and yield the server's process."""
    address = os.environ["DATABASE_URL"].rpartition("/")[0] + "/" + str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--no-access-log"]
    server = subprocess.Popen(
        [*command, "--log-level", "warning", "--lifespan", "off", "--workers", str(processes)],
        cwd=BASE_DIR,
        env={**os.environ, "DATABASE_URL": address, **(environment or {})},
        start_new_session=True,
    )
    try:
        _await(server, port)
        yield server.pid
    finally:
        server.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            server.wait(timeout=10)
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


def _await(server: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError("the web server did not start")


def seconds(pid: int) -> float:
    """Return the processor time a process and those it started have had."""
    ticks = 0
    for each in family(pid):
        fields = Path(f"/proc/{each}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> Iterator[int]:
    """Yield a process and all that it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            yield from family(int(child))
