"""Run the demo bank: servers, web, workers and beat; stop all of it together.

Every child runs in a session of its own, so that Ctrl-C reaches this supervisor alone and it can
end them in order. A child that dies is started again; one that keeps dying ends the demo with the
end of its log.
"""

import argparse
import ctypes
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

BASE_DIR = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BASE_DIR))

from config.embedded import EmbeddedServerError, ensure  # noqa: E402  needs the line above
from config.env import env_clock_shift  # noqa: E402

HOME = BASE_DIR / ".onecase" / "demo"
TIME_ZONE = "Asia/Shanghai"
# Which worker takes which queues; a message never waits behind the nightly file.
WORKERS = {
    "general": ("default", "mediation", "intake"),
    "messages": ("messages",),
    "priority": ("priority",),
}
# A sender lives for a while; planning, sweeping and following events must not wait for it.
PROCESSES = {"messages": 2, "priority": 3}
MANAGE = [sys.executable, "manage.py"]
DEATHS_ALLOWED = 5
READY_SECONDS = 60
STOP_SECONDS = 20  # the worker that signs the ledger finishes that first
PR_SET_PDEATHSIG = 1


@dataclass
class Child:
    """One process of the demo and how often it died."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    log: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log = HOME / "log" / f"{self.name}.log"

    def start(self) -> None:
        """Start it, logging to its own file."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent if sys.platform == "linux" else None,
            )

    def ask_to_stop(self) -> None:
        """Ask it to end what it is doing and leave."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def make_stop(self, end: float) -> None:
        """Wait for it until `end` (monotonic seconds), then end its whole session."""
        if self.process is None:
            return
        try:
            self.process.wait(timeout=max(0.1, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def die_with_parent() -> None:
    """Let the kernel end this child when a kill -9 ends the supervisor."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Stopped(Exception):  # noqa: N818  not an error: somebody pressed Ctrl-C
    """Somebody asked the demo to stop."""


def main() -> int:
    """Bring the demo up, keep it up, and take it down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--accounts", type=int, help="how many accounts the demo bank has")
    options = parser.parse_args()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, raise_stopped)
    # One after the other: a parent made on the way would be open to everybody on the machine.
    HOME.parent.mkdir(exist_ok=True)
    for place in (HOME, HOME / "log"):
        place.mkdir(mode=0o700, exist_ok=True)
    with (HOME / "demo.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return complain("The demo of this checkout is running already.")
        if port_is_taken(options.port):
            return complain(f"Port {options.port} is taken. Try: make demo PORT={options.port + 1}")
        try:
            return run(options.port, options.accounts)
        except Stopped:
            return 0
        except EmbeddedServerError as error:
            return complain(str(error))


def run(port: int, accounts: int | None) -> int:
    """Prepare the database, start the children and watch them."""
    os.environ["ONECASE_MODE"] = "demo"
    os.environ.setdefault("ONECASE_PUBLIC_URL", f"http://127.0.0.1:{port}")
    twilio_port = stand_in_for_twilio()
    fix_the_clock()
    servers = None
    children: list[Child] = []
    size = [] if accounts is None else ["--accounts", str(accounts)]
    writing = begin_to_write(size)
    try:
        print("Starting PostgreSQL and Valkey …", flush=True)
        servers = ensure(BASE_DIR, "demo")
        print("Making the tables …", flush=True)
        if subprocess.run([*MANAGE, "prepare_demo"], cwd=BASE_DIR, check=False).returncode:
            return complain("The demo bank could not be set up; see above.")
        # They come up while the bank is filled, which one processor does.
        children += make_children(port, twilio_port)
        for child in children:
            child.log.unlink(missing_ok=True)  # of the last run
            child.start()
        # What is still being written is waited for where it is wanted.
        filled = fill(size)
        if filled is None:
            return complain("The demo bank could not be filled; see above.")
        if not wait_until_ready(port, children):
            return report_dead(children)
        welcome(port, filled)
        return watch(children)
    finally:
        ignore_signals()
        for process in writing:
            if process.poll() is None:
                process.kill()
            process.wait()
        stop_all(children)
        if servers is not None:
            servers.release()


def begin_to_write(size: list[str]) -> list[subprocess.Popen[bytes]]:
    """Begin to write the core's first files, unless the bank has some: they need no server, and another processor.

    The transactions are wanted last and wait for what is wanted sooner.
    """
    if (HOME / "core").exists():
        return []
    write = [*MANAGE, "write_demo_opening"]
    return [
        subprocess.Popen([*write, "accounts", *size], cwd=BASE_DIR),
        subprocess.Popen([*write, "transactions", *size], cwd=BASE_DIR, preexec_fn=give_way),
    ]


def give_way() -> None:
    """Let other processes of this demo go first."""
    os.nice(10)


def fill(size: list[str]) -> str | None:
    """Fill the bank or bring it up to yesterday, and return what there is to say of it; None when it failed."""
    print("Filling the bank …", flush=True)
    command = [*MANAGE, "fill_demo", *size]
    done = subprocess.run(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        complain(done.stdout)
        return None
    return done.stdout


def stand_in_for_twilio() -> int:
    """Point Twilio's SDK to a stand-in on this machine, and return the port it will listen on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    os.environ["TWILIO_API_URL"] = f"http://127.0.0.1:{port}"
    os.environ.setdefault("TWILIO_ACCOUNT_SID", "AC" + "0" * 32)
    os.environ.setdefault("TWILIO_AUTH_TOKEN", secrets.token_hex(16))
    os.environ.setdefault("TWILIO_FROM", "+15005550006")  # Twilio's own test number
    return port


def fix_the_clock() -> None:
    """Turn a moment in ONECASE_NOW into one shift that every process of this demo shares."""
    if os.environ.get("ONECASE_NOW"):
        shift = env_clock_shift("ONECASE_NOW", time_zone=TIME_ZONE)
        os.environ["ONECASE_NOW"] = f"{round(shift.total_seconds()):+d}"


def make_children(port: int, twilio_port: int) -> list[Child]:
    """Return the processes of the demo, not yet started."""
    uvicorn = [sys.executable, "-m", "uvicorn", "config.asgi:application"]
    celery = [sys.executable, "-m", "celery", "-A", "config", "--quiet"]
    return [
        Child(
            "web",
            [
                *uvicorn,
                *("--host", "127.0.0.1", "--port", str(port), "--no-access-log"),
                # An open event stream would hold the server up for ever.
                *("--timeout-graceful-shutdown", "2"),
            ],
        ),
        *(
            Child(
                f"worker-{name}",
                [
                    *celery,
                    *("worker", "-n", f"{name}@demo", "-Q", ",".join(queues)),
                    *("--concurrency", str(PROCESSES.get(name, 1)), "--without-gossip", "--without-mingle"),
                ],
            )
            for name, queues in WORKERS.items()
        ),
        Child("twilio-stand-in", [*MANAGE, "twilio_sandbox_server", "--port", str(twilio_port)]),
        Child("beat", [*celery, "beat", "--pidfile="]),
    ]


def wait_until_ready(port: int, children: list[Child]) -> bool:
    """Return whether /readyz answered before a child died or the time ran out."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end:
        if any(child.process and child.process.poll() is not None for child in children):
            return False
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    return False


def welcome(port: int, filled: str) -> None:
    """Print where the demo is, what is in it and who can sign in."""
    print(f"\nOneCase is at http://127.0.0.1:{port}/", flush=True)
    print(f"The customers' phone is at http://127.0.0.1:{port}/sandbox/phone/\n", flush=True)
    print(filled)
    print("Ctrl-C stops all of it; the data stay. Logs: .onecase/demo/log/", flush=True)


def watch(children: list[Child]) -> int:
    """Start again what dies, until somebody stops the demo or a child dies too often."""
    while True:
        time.sleep(1)
        for child in children:
            if child.process is None or child.process.poll() is None:
                continue
            child.deaths += 1
            if child.deaths > DEATHS_ALLOWED:
                return report_dead([child])
            print(f"{child.name} ended ({child.process.returncode}); starting it again.", flush=True)
            child.start()


def ignore_signals() -> None:
    """Let no second Ctrl-C interrupt the stopping."""
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)


def stop_all(children: list[Child]) -> None:
    """Stop every child."""
    if children:
        print("Stopping …", flush=True)
    for child in children:
        child.ask_to_stop()
    end = time.monotonic() + STOP_SECONDS
    for child in children:
        child.make_stop(end)


def report_dead(children: list[Child]) -> int:
    """Print the end of the log of every child that is not running."""
    for child in children:
        if child.process is None or child.process.poll() is not None:
            lines = child.log.read_text(encoding="utf-8", errors="replace").splitlines()
            complain(f"{child.name} does not stay up. Its log ends:\n" + "\n".join(lines[-15:]))
    return complain("The demo did not come up.")


def port_is_taken(port: int) -> bool:
    """Return whether another program listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def complain(text: str) -> int:
    """Print a problem and return the exit code for it."""
    print(text, file=sys.stderr, flush=True)
    return 1


def raise_stopped(_signal: int, _frame: FrameType | None) -> None:
    """Turn a signal into an exception, so that everything is cleaned up."""
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
