"""Starting both servers once for all who use them, and stopping them after the last one."""

import atexit
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded import postgres, valkey
from config.embedded.places import KEPT, Places, places_for
from config.embedded.processes import EmbeddedServerError


class Servers:
    """A use of the embedded servers; they stop when the last use ends.

    Every user holds a shared lock on one file; who can take it exclusively was the last. The lock
    falls with its process, so a user that was killed is not waited for, and servers left running
    by one are adopted by the next.
    """

    def __init__(self, places: Places, *, uses: int) -> None:
        self.places = places
        self._uses: int | None = uses
        self._pid = os.getpid()

    def release(self) -> None:
        """End this use, and stop the servers when nobody else uses them."""
        if self._uses is None or self._pid != os.getpid():
            return
        uses, self._uses = self._uses, None
        try:
            with _alone(self.places):
                fcntl.flock(uses, fcntl.LOCK_UN)
                fcntl.flock(uses, fcntl.LOCK_EX | fcntl.LOCK_NB)
                valkey.stop(self.places)
                postgres.stop(self.places)
        except BlockingIOError:
            pass  # somebody else still uses them
        finally:
            os.close(uses)


def ensure(base: Path, mode: str) -> Servers | None:
    """Start or adopt what DATABASE_URL and REDIS_URL do not name, and use it until this process ends.

    Sets both variables for this process and its children. Returns None when both were set.
    Raises EmbeddedServerError with what to do when a server cannot start.
    """
    needs_database = not os.environ.get("DATABASE_URL")
    needs_redis = not os.environ.get("REDIS_URL")
    if mode == "production" or not (needs_database or needs_redis):
        return None
    places = places_for(base, mode)
    _make_private(places)
    with _alone(places):
        uses = os.open(places.home / "uses.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(uses, fcntl.LOCK_SH)
    servers = Servers(places, uses=uses)
    atexit.register(servers.release)
    try:
        with _alone(places):
            if needs_database:
                postgres.ensure(places, disposable=mode == "test")
                os.environ["DATABASE_URL"] = places.database_url
            if needs_redis:
                valkey.ensure(places)
                os.environ["REDIS_URL"] = places.redis_url
    except BaseException:
        # Whoever is interrupted while one of them starts leaves none running.
        servers.release()
        raise
    return servers


def stop_unused(base: Path, mode: str) -> bool:
    """Stop servers that a killed process left running; return False when somebody uses them."""
    places = places_for(base, mode)
    if not places.home.exists():
        return True
    with _alone(places):
        uses = os.open(places.home / "uses.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(uses, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        else:
            valkey.stop(places)
            postgres.stop(places)
            return True
        finally:
            os.close(uses)


def _make_private(places: Places) -> None:
    places.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for place in (places.sockets, places.postgres_data):
        if place.is_symlink() and not place.exists():
            place.unlink()  # it led to a directory of nobody's that has been cleaned away
    places.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = places.sockets.lstat()
    if places.sockets.parent != places.home:
        (places.home / KEPT).write_text(f"{places.home}\n{places.sockets}", encoding="utf-8")
    own = stat.S_ISLNK(found.st_mode) or found.st_uid == os.geteuid()
    if not own:
        raise EmbeddedServerError(f"{places.sockets} belongs to somebody else. Remove it.")


@contextmanager
def _alone(places: Places) -> Iterator[None]:
    """Let one process at a time start or stop servers."""
    handle = os.open(places.home / "start.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
