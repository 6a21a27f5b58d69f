"""What `make` installs before anything runs: the environment, and a browser for its tests."""

import subprocess
import sys

import pytest

from tools import bootstrap


@pytest.fixture
def machine(request, monkeypatch, tmp_path):
    """A machine on which nothing is installed; what is asked of apt is noted instead of done."""
    asked = []
    found = {}
    known = set(getattr(request, "param", ["chromium-headless-shell"]))

    def run(command, **_about):
        asked.append(command)
        if "install" in command:
            name = command[-2]
            if name not in known:
                raise subprocess.CalledProcessError(100, command)
            found[name] = "/usr/bin/true"

    monkeypatch.setattr(bootstrap.shutil, "which", found.get)
    monkeypatch.setattr(bootstrap, "run", run)
    real = subprocess.run
    monkeypatch.setattr(
        bootstrap.subprocess,
        "run",
        lambda command, **about: asked.append(command) if command[0] == "apt-get" else real(command, **about),
    )
    return found, asked


def test_an_ordinary_user_without_a_browser_is_told_loudly(machine, monkeypatch, capsys):
    """Nothing is installed behind anybody's back."""
    found, asked = machine
    found["apt-get"] = "/usr/bin/apt-get"
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    assert not bootstrap.find_browser()
    assert asked == []
    assert "browser tests are SKIPPED" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("machine", "name"),
    [(["chromium-headless-shell", "chromium"], "chromium-headless-shell"), (["chromium"], "chromium")],
    indirect=["machine"],
)
def test_root_gets_a_browser_from_apt(machine, monkeypatch, name):
    """The light one where apt has it; with Chinese type, without which screenshots show squares."""
    found, asked = machine
    found["apt-get"] = "/usr/bin/apt-get"
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    assert bootstrap.find_browser()
    assert asked[-1][-2:] == [name, "fonts-noto-cjk"]


@pytest.mark.parametrize("machine", [[]], indirect=True)
def test_a_whole_browser_does_where_apt_has_no_light_one(machine, monkeypatch):
    """Its tests take longer, and run."""
    found, asked = machine
    found |= {"apt-get": "/usr/bin/apt-get", "chromium": "/usr/bin/true"}
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    assert bootstrap.find_browser()
    assert [command[-2] for command in asked if "install" in command] == ["chromium-headless-shell"]


@pytest.mark.parametrize("apt", ["/usr/bin/apt-get", None], ids=["offline", "no-apt"])
def test_root_without_a_network_or_apt_is_told_loudly(machine, monkeypatch, capsys, apt):
    """The other tests run all the same."""
    found, _asked = machine
    found["apt-get"] = apt

    def offline(command, **_about):
        raise subprocess.CalledProcessError(100, command)

    monkeypatch.setattr(bootstrap, "run", offline)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0)
    assert not bootstrap.find_browser()
    assert "browser tests are SKIPPED" in capsys.readouterr().out


def test_a_browser_that_does_not_run_is_none(machine):
    """A stub that only says what else to install would fail every browser test."""
    found, _asked = machine
    found["chromium"] = "/usr/bin/false"
    assert not bootstrap.has_browser()
    found["google-chrome"] = "/usr/bin/true"
    assert bootstrap.has_browser()


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_only_ci_does_not_go_on_without_a_browser(machine, monkeypatch, ci, code):
    """There a skipped test would pass for a green one."""
    monkeypatch.setattr(sys, "argv", ["bootstrap.py", "--browser"])
    for step in ("make_environment", "install_packages", "install_front_end"):
        monkeypatch.setattr(bootstrap, step, lambda *_names: None)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setenv("CI", ci)
    assert bootstrap.main() == code


def test_an_environment_whose_making_was_interrupted_is_made_anew(tmp_path, monkeypatch):
    """A Python without what installs packages is of no use to anybody, and would be met again at every try."""
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    made = []

    def make(command):
        made.append(command)
        bootstrap.PYTHON.parent.mkdir(parents=True)
        bootstrap.PYTHON.touch()

    monkeypatch.setattr(bootstrap, "run", make)
    bootstrap.PYTHON.parent.mkdir(parents=True)
    (bootstrap.VENV / "half").touch()
    bootstrap.PYTHON.touch()
    for _time in range(2):
        bootstrap.make_environment()
    assert len(made) == 1
    assert not (bootstrap.VENV / "half").exists()
