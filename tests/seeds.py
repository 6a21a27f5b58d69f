"""What a bank starts with: its services put it into the database once, and the same rows are copied for each test."""

from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO

from django.db import connection, transaction
from django.db.models import Model

from collections_app.models import ImportedDay, Rule, RulePack
from collections_app.services import reference
from notifications.models import ProviderCode, ReminderRule, Template
from notifications.services import templates
from tests.remembered import remembered


class Seed:
    """Rows that a service makes where there are none, as the database gave them out; made anew for another moment."""

    def __init__(self, load: Callable[..., object], models: Sequence[type[Model]]) -> None:
        self._load = load
        self._tables = [connection.ops.quote_name(model._meta.db_table) for model in models]
        self._known: dict[tuple[int, datetime], list[tuple[str, bytes]]] = {}
        self._remembered = remembered(self._put)

    def __call__(self, *, now: datetime) -> None:
        """Leave the database as the service would have at this moment."""
        self._remembered(now)

    def _put(self, now: datetime) -> None:
        filled, database = self._found()
        kept = self._known.get((database, now))
        if filled or kept is None:
            self._load(now=now)
            if not filled:
                self._known[database, now] = self._copied()
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in kept:
                cursor.cursor.copy_expert(f"COPY {table} FROM STDIN", BytesIO(rows))

    def _found(self) -> tuple[bool, int]:
        """Return whether there are rows, and which database this is: one made anew gives the same numbers out again."""
        there = " OR ".join(f"EXISTS (SELECT FROM {table})" for table in self._tables)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {there}, oid FROM pg_database WHERE datname = current_database()")  # noqa: S608
            filled, database = cursor.fetchone()
        return filled, database

    def _copied(self) -> list[tuple[str, bytes]]:
        found = []
        with connection.cursor() as cursor:
            for table in self._tables:
                rows = BytesIO()
                cursor.cursor.copy_expert(f"COPY {table} TO STDOUT", rows)
                found.append((table, rows.getvalue()))
        return found


rule_packs = Seed(reference.load_rule_packs, (RulePack, Rule))
calendars = Seed(reference.load_calendars, (ImportedDay,))
texts = Seed(templates.load_seed, (Template, ReminderRule, ProviderCode))
