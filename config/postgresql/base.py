"""Django's backend for PostgreSQL, whose connections may be kept by the process (kept.py)."""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.psycopg_any import IsolationLevel

from config.postgresql.kept import kept


class DatabaseWrapper(base.DatabaseWrapper):
    """Take a connection the process has kept before opening one, and give it back instead of closing it."""

    _kept_as: object = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Return a connection that was kept, or a new one."""
        options = self.settings_dict["OPTIONS"]
        own = "isolation_level" in options or "assume_role" in options
        self._kept_as = None if own else tuple(sorted((name, str(value)) for name, value in conn_params.items()))
        connection = kept.take(self._kept_as) if self._kept_as else None
        if connection is None:
            return super().get_new_connection(conn_params)
        self.isolation_level = IsolationLevel.READ_COMMITTED
        return connection

    def _close(self) -> None:
        # After an error nobody knows in what state it is; inside a transaction the wrapper still holds it.
        sound = self._kept_as and not self.errors_occurred and not self.in_atomic_block
        if self.connection is None or not (sound and kept.give(self._kept_as, self.connection)):
            super()._close()  # type: ignore[misc]  # the stubs leave it out
