from django.apps.registry import Apps
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import connection, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_BATCH = 1000


def ask_for_what_is_under_way(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What is under way on the day of the change is asked for as well, of the providers that can tell.

    A batch is a transaction of its own and waits for nobody: what a worker holds just then is found by the sweep.
    """
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "WITH batch AS (SELECT id FROM notifications_message WHERE id > %s AND ask_at IS NULL"
                " AND state IN ('accepted', 'sent') AND provider IN ('twilio', 'bank_app')"
                " AND accepted_at > now() - interval '1 day' ORDER BY id LIMIT %s FOR NO KEY UPDATE SKIP LOCKED)"
                " UPDATE notifications_message AS m SET ask_at = m.accepted_at + interval '2 minutes'"
                " FROM batch WHERE m.id = batch.id RETURNING m.id",
                [last, _BATCH],
            )
            ids = [pk for (pk,) in cursor.fetchall()]
            if not ids:
                return
            last = max(ids)


class Migration(migrations.Migration):
    # Made beside the traffic: senders work on while the index is built.
    atomic = False

    dependencies = [
        ("notifications", "0008_kind_of_signing_codes"),
    ]

    operations = [
        RemoveIndexConcurrently(
            model_name="message",
            name="message_unreported",
        ),
        AddIndexConcurrently(
            model_name="message",
            index=models.Index(
                condition=models.Q(("state__in", ["accepted", "sent"])),
                fields=["ask_at", "accepted_at"],
                name="message_unreported",
            ),
        ),
        migrations.RunPython(ask_for_what_is_under_way, migrations.RunPython.noop),
    ]
