"""A death can be taken back; illness does not lapse; the two hotlines of the regulators have codes of their own."""

from django.db import migrations, models
from django.db.models.functions import Now


def put_right(apps, schema_editor):
    # Two codes have taken its place; complaints of the past keep its name. Other rows that nobody has edited follow
    # the release as the reference data are loaded.
    sources = apps.get_model("collections_app", "Code").objects.filter(list_name="complaint_sources")
    sources.filter(code="regulator").update(active=False)
    # A row that was edited and does not say has the value of the release. Where the bank says that they lapse, they do.
    edited = apps.get_model("collections_app", "Code").objects.filter(
        list_name="holds", code="illness", edited_at__isnull=False
    )
    if edited.filter(data__review=False).exists():
        return
    # What a machine or a call brought would have ended by itself: it comes up for review instead. What has ended stays
    # ended, and a day that a person chose stays theirs.
    lasting = (
        apps.get_model("collections_app", "Hold")
        .objects.filter(kind="illness", released_at__isnull=True, ends_at__gt=Now())
        .exclude(source="")
    )
    held = list(lasting.values_list("customer_id", flat=True).distinct())
    lasting.update(ends_at=None)
    # Their records were to be derived at the end that is no more: they are derived once now.
    apps.get_model("collections_app", "Customer").objects.filter(id__in=held).update(derive_due_at=Now())


class Migration(migrations.Migration):
    dependencies = [
        ("collections_app", "0012_plans_counted_anew"),
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
