"""Processes that work beside each other end with the one that began them, and let go of what they hold."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings

# Holds something, says so, and waits for ever; or ends without a word.
SCRIPT = """
import os, signal, sys, time
from pathlib import Path
from oversight.services.simulation import beside

def hold(place, tell):
    held = Path(place) / "held"
    held.write_text(str(os.getpid()))
    try:
        tell(1)
        time.sleep(600)
    finally:
        held.rename(held.with_name("let go"))

def vanish(place, tell):
    os._exit(3)

class OneWayError(Exception):
    def __init__(self, one, other):
        super().__init__("said so")

class NoWayError(Exception):
    def __init__(self):
        super().__init__("not told")
        self.held = lambda: None

def fail(place, tell):
    if "no way" in place:
        raise NoWayError
    raise OneWayError(1, 2)

if __name__ == "__main__":
    # Whoever began the tests may have them ignore it, as a shell does with what it runs behind itself.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    work = {"hold": hold, "vanish": vanish, "fail": fail}[sys.argv[1]]
    beside.results({"one": (work, (sys.argv[2],))}, heard=lambda name, so_far: print(name, so_far, flush=True))
"""
# A process that is begun reads the settings first. Those of the house take two seconds of a processor.
SETTINGS = "USE_I18N = False"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


def _begin(script: Path, what: str, place: Path) -> subprocess.Popen[str]:
    place.mkdir()
    script.with_name("few_settings.py").write_text(SETTINGS)
    return subprocess.Popen(  # noqa: S603  our own script
        [sys.executable, str(script), what, str(place)],
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR), "DJANGO_SETTINGS_MODULE": "few_settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_whoever_is_interrupted_terminated_or_killed_alone_leaves_no_process_at_work(tmp_path: Path) -> None:
    """Each signal goes to the parent and to nobody else; a process that vanishes is a failure, not a wait for ever."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    parents = {number: _begin(script, "hold", tmp_path / number.name) for number in SIGNALS}
    vanishing = _begin(script, "vanish", tmp_path / "vanish")
    for number, parent in parents.items():
        assert parent.stdout is not None
        assert parent.stdout.readline() == "one 1\n"
        parent.send_signal(number)
    for number, parent in parents.items():
        assert parent.wait(timeout=60) != 0
        until = time.monotonic() + 60
        while not (let_go := tmp_path / number.name / "let go").exists():
            assert time.monotonic() < until, f"{number.name} left it at work"
            time.sleep(0.05)
        child = Path("/proc") / let_go.read_text()
        while child.exists() and "State:\tZ" not in (child / "status").read_text():
            assert time.monotonic() < until
            time.sleep(0.05)
        parent.communicate()
    assert "EndedError: one" in vanishing.communicate(timeout=60)[1]


def test_what_cannot_be_packed_or_unpacked_is_told_with_its_name_its_words_and_its_place(tmp_path: Path) -> None:
    """Neither is taken for a process that was killed, nor for a failure of the one who hears of it."""
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    failing = {
        f"FailedError: {words}": _begin(script, "fail", tmp_path / way)
        for way, words in (("no way", "NoWayError: not told"), ("one way", "OneWayError: said so"))
    }
    for words, parent in failing.items():
        told = parent.communicate(timeout=60)[1]
        assert words in told
        assert "in fail" in told
