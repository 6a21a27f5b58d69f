from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("collections_app", "0015_form_keys_without_event"),
    ]

    operations = [
        migrations.AddField(
            model_name="staff",
            name="given_password_until",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="password given, valid until"
            ),
        ),
        migrations.AddField(
            model_name="staff",
            name="sessions_ended",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name="sessions ended"),
        ),
    ]
