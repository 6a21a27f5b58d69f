"""The tables of the first release: made together, and a bank of before is refused."""

import pytest
from django.core.management.base import CommandError
from django.db import connection, models
from django.db.migrations import CreateModel
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState

from collections_app.models.tables import CreateTables
from config.management.commands import prepare_demo

pytestmark = pytest.mark.django_db


def test_tables_that_refer_to_each_other_are_made_and_dropped_together() -> None:
    """With their constraints, and the models of the state are built once: those of before are given up."""
    key, cascade = ("id", models.BigAutoField(primary_key=True)), models.CASCADE
    positive = models.CheckConstraint(condition=models.Q(id__gt=0), name="hen_positive")
    together = CreateTables([
        CreateModel("Hen", [key, ("egg", models.ForeignKey("ledger.Egg", cascade))], {"constraints": [positive]}),
        CreateModel("Egg", [key, ("hen", models.ForeignKey("ledger.Hen", cascade, null=True))]),
    ])  # fmt: skip
    before, after = ProjectState(), ProjectState()
    built = after.apps
    together.state_forwards("ledger", after)
    assert after.apps is not built

    def there() -> set[str]:
        return {"ledger_hen", "ledger_egg"} & set(connection.introspection.table_names())

    with connection.schema_editor(atomic=False) as editor:
        together.database_forwards("ledger", editor, before, after)
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "ledger_hen")
    assert there() == {"ledger_hen", "ledger_egg"}
    assert found["hen_positive"]["check"]
    assert ("ledger_egg", "id") in {each["foreign_key"] for each in found.values()}
    with connection.schema_editor(atomic=False) as editor:
        together.database_backwards("ledger", editor, after, before)
    assert not there()


def test_a_demo_bank_whose_tables_were_made_in_steps_that_are_gone_is_refused() -> None:
    prepare_demo._check_age()
    MigrationRecorder(connection).record_applied("mediation", "0002_timetable_run")
    with pytest.raises(CommandError, match="before the first release"):
        prepare_demo._check_age()
