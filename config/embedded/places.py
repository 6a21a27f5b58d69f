"""Where the embedded servers keep their files, and under which addresses they answer."""

import hashlib
import importlib.util
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

# A unix socket's path holds at most 107 bytes; ".s.PGSQL.5432" and a little room come off that.
LONGEST_SOCKET_DIRECTORY = 88
# The file of a home that says where its sockets are, when they are not in it.
KEPT = "sockets"


@dataclass(frozen=True)
class Places:
    """The directories of one checkout's servers in one mode, and their addresses."""

    home: Path
    sockets: Path

    @property
    def database_url(self) -> str:
        """Return the address of the embedded PostgreSQL."""
        return f"postgres://onecase@{quote(str(self.sockets), safe='')}/onecase"

    @property
    def redis_url(self) -> str:
        """Return the address of the embedded Valkey."""
        return f"unix://{self.valkey_socket}"

    @property
    def valkey_socket(self) -> Path:
        return self.sockets / "valkey.sock"

    @property
    def postgres_data(self) -> Path:
        return self.home / "postgres"

    @property
    def valkey_data(self) -> Path:
        return self.home / "valkey"


def places_for(base: Path, mode: str) -> Places:
    """Return the places of the checkout at `base`; the same for the same checkout, always.

    Where a path is too long for a socket they lie among the temporary files, and the home remembers where: another
    shell may keep its temporary files elsewhere.
    """
    home = base / ".onecase" / mode
    sockets = home / "run"
    kept = home / KEPT
    of_home, _, place = kept.read_text(encoding="utf-8").partition("\n") if kept.exists() else ("", "", "")
    # What was copied or moved along with its home remembers the place of another.
    if of_home == str(home):
        sockets = Path(place)
    elif len(os.fsencode(sockets)) > LONGEST_SOCKET_DIRECTORY:
        name = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        sockets = Path(tempfile.gettempdir()) / f"onecase-{os.geteuid()}-{name}"
    return Places(home=home, sockets=sockets)


def wheel_directory(package: str) -> Path:
    """Return where an installed wheel's files are, without running its code."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise ModuleNotFoundError(f"{package} is not installed. Run: make install", name=package)
    return Path(found.origin).parent
