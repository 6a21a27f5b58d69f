from django.db import migrations


class Migration(migrations.Migration):
    # Apart from the column: no lock of the table is held while the events are read.

    dependencies = [
        ("collections_app", "0017_indexes_of_the_day"),
    ]

    operations = [
        # Signing a device out was a refusal of pushes before it had a mark of its own: the newest event of it says
        # when, unless the bank has said since that its customer is in there with pushes off.
        migrations.RunSQL(
            "UPDATE collections_app_contactpoint AS point SET signed_out_at = ("
            "SELECT event.at FROM collections_app_event AS event WHERE event.customer_id = point.customer_id"
            " AND event.kind = 'device.signed_out' AND event.payload->>'contact_point' = point.id::text"
            " AND (point.verified_at IS NULL OR point.verified_at <= event.at) ORDER BY event.id DESC LIMIT 1)"
            " WHERE point.kind = 'app_push' AND point.permission = 'refused' AND point.signed_out_at IS NULL",
            migrations.RunSQL.noop,
        ),
    ]
