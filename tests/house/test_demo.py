"""The demo's supervisor: starts again what dies, reports what keeps dying, leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from config.embedded import processes
from tools import demo

STAYS = [sys.executable, "-c", "import time; time.sleep(60)"]
DIES = [sys.executable, "-c", "raise SystemExit('no luck')"]
# A process that does not listen, with a child of its own in the same session.
DEAF_CODE = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid, flush=True)
time.sleep(60)
"""
DEAF = [sys.executable, "-c", DEAF_CODE]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Logs of a demo that is not the real one; signal handlers as they were afterwards."""
    (tmp_path / "log").mkdir()
    monkeypatch.setattr(demo, "HOME", tmp_path)
    handlers = {name: signal.getsignal(name) for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield tmp_path
    for name, handler in handlers.items():
        signal.signal(name, handler)


def stop_after(monkeypatch, rounds):
    """Let the supervisor look round so many times, quickly, and then press Ctrl-C."""
    seen = iter(range(rounds))
    sleep = time.sleep

    def look_round(_seconds):
        sleep(0.3)
        if next(seen, None) is None:
            raise demo.Stopped

    monkeypatch.setattr(demo.time, "sleep", look_round)


def test_a_child_that_dies_is_started_again(home, monkeypatch, capsys):
    """A worker that was killed comes back, and the console says so."""
    child = demo.Child("worker", STAYS)
    child.start()
    first = child.process
    first.kill()
    first.wait()
    stop_after(monkeypatch, 1)
    with pytest.raises(demo.Stopped):
        demo.watch([child])
    assert child.process.pid != first.pid
    assert processes.is_running(child.process.pid)
    assert "worker ended (-9); starting it again." in capsys.readouterr().out
    monkeypatch.undo()
    demo.stop_all([child])


def test_a_child_that_keeps_dying_ends_the_demo_with_its_log(home, monkeypatch, capsys):
    """Restarting for ever would hide what is wrong."""
    child = demo.Child("beat", DIES)
    child.start()
    stop_after(monkeypatch, 100)
    assert demo.watch([child]) == 1
    assert "beat does not stay up. Its log ends:\nno luck" in capsys.readouterr().err


def test_stopping_ends_even_what_does_not_listen_and_its_children(home, monkeypatch):
    """Nothing of the demo is left, whatever it was doing."""
    monkeypatch.setattr(demo, "STOP_SECONDS", 0.5)
    child = demo.Child("web", DEAF)
    child.start()
    end = time.monotonic() + 10
    while not child.log.read_text(encoding="ascii").strip() and time.monotonic() < end:
        time.sleep(0.05)
    grandchild = int(child.log.read_text(encoding="ascii"))
    demo.stop_all([child])
    assert child.process.returncode == -signal.SIGKILL
    end = time.monotonic() + 5
    while processes.is_running(grandchild) and time.monotonic() < end:
        time.sleep(0.05)
    assert not processes.is_running(grandchild)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_children_end_with_a_supervisor_that_was_killed(home):
    """kill -9 of the demo leaves no worker that goes on sending."""
    code = f"""
import os, signal
from pathlib import Path
from tools import demo
demo.HOME = Path({str(home)!r})
child = demo.Child("worker", {STAYS!r})
child.start()
print(child.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=demo.BASE_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    orphan = int(done.stdout)
    end = time.monotonic() + 5
    while processes.is_running(orphan) and time.monotonic() < end:
        time.sleep(0.05)
    assert not processes.is_running(orphan)


def test_a_taken_port_is_noticed(home):
    """The message then names the next one."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert demo.port_is_taken(listener.getsockname()[1])


def test_a_moment_becomes_one_shift_for_every_process(monkeypatch):
    """Processes that start seconds apart must agree on the time."""
    monkeypatch.setenv("ONECASE_NOW", "2026-11-20T10:00")
    demo.fix_the_clock()
    first = os.environ["ONECASE_NOW"]
    assert first[0] in "+-"
    demo.fix_the_clock()
    assert os.environ["ONECASE_NOW"] == first
