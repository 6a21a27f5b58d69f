"""A death can be taken back; illness does not lapse; the two hotlines of the regulators have codes of their own."""

from django.db import migrations, models


def put_right(apps, schema_editor):
    # Two codes have taken its place; complaints of the past keep its name. Other rows that nobody has edited follow
    # the release as the reference data are loaded.
    sources = apps.get_model("collections_app", "Code").objects.filter(list_name="complaint_sources")
    sources.filter(code="regulator").update(active=False)
    # What a machine or a call brought would have ended by itself: it comes up for review instead.
    illnesses = apps.get_model("collections_app", "Hold").objects.filter(kind="illness", released_at__isnull=True)
    illnesses.exclude(source="").update(ends_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ('collections_app', '0012_plans_counted_anew'),
    ]

    operations = [
        migrations.AddField(
            model_name="estate",
            name="withdrawn_at",
            field=models.DateTimeField(
                blank=True, help_text="when it was found that the death was recorded in error", null=True
            ),
        ),
        migrations.RunPython(put_right, migrations.RunPython.noop, elidable=True),
    ]
