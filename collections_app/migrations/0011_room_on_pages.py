"""Every nightly file updates most records: room on their pages keeps an update off all of their indexes."""

from typing import ClassVar

from django.db import migrations

_TABLES = ("collections_app_customer", "collections_app_account")


class Migration(migrations.Migration):
    dependencies: ClassVar = [("collections_app", "0010_intake_owners_left")]

    operations: ClassVar = [
        migrations.RunSQL(
            sql=[f"ALTER TABLE {table} SET (fillfactor = 50)" for table in _TABLES],
            reverse_sql=[f"ALTER TABLE {table} RESET (fillfactor)" for table in _TABLES],
        )
    ]
