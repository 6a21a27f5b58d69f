"""Whoever owns an account before this release is who the core named: the next file moves nothing by itself."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("collections_app", "0026_ownership")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE collections_app_account account SET core_owner = owner.employee_no
            FROM collections_app_staff owner WHERE owner.id = account.owner_id AND account.core_owner = ''
            """,
            migrations.RunSQL.noop,
        ),
    ]
