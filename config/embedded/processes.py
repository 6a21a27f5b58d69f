"""Starting, finding and stopping server processes."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path


class EmbeddedServerError(RuntimeError):
    """A server could not be started; the message says which, why and what to do."""


class Server(subprocess.Popen[bytes]):
    """A process that may outlive the one that started it, since others may use it still.

    Popen's own finaliser warns of a process that runs on; for a server that is no fault.
    """

    def __del__(self) -> None:
        """Collect the process if it has ended, and let it run on otherwise."""
        if getattr(self, "_child_created", False):
            self.poll()


def is_running(pid: int) -> bool:
    """Return whether the process lives; a zombie, which only waits to be reaped, does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return True
    return status.rpartition(")")[2].split()[0] not in {"Z", "X"}


def read_pid(path: Path) -> int | None:
    """Return the process id on the first line of a file, or None."""
    try:
        return int(path.read_text(encoding="ascii").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def start(command: list[str], *, log: Path, user: int | None = None) -> Server:
    """Start a server in a session of its own, so that Ctrl-C does not reach it, logging to `log`."""
    with log.open("ab") as output:
        return Server(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd="/",
            env={"LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", os.defpath)},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
        )


def wait_until(ready: Callable[[], bool], process: Server | None, *, seconds: float) -> bool:
    """Return whether `ready` came true before the process ended or the time ran out."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if ready():
            return True
        if process is not None and process.poll() is not None:
            return False
        time.sleep(0.05)
    return False


def stop(pid: int, how: signal.Signals, *, seconds: float = 15.0) -> None:
    """Ask the process to end and wait for it; end it the hard way when it does not."""
    for step in (how, signal.SIGKILL):
        try:
            os.kill(pid, step)
        except ProcessLookupError:
            return
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            reap(pid)
            if not is_running(pid):
                return
            time.sleep(0.05)


def reap(pid: int) -> None:
    """Collect the process when it is an ended child of ours."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def last_lines(log: Path, count: int = 8) -> str:
    """Return the end of a log, for an error message."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
    except OSError:
        return "(no log)"
