"""What the core said of languages, numbers and rows, kept beside what the customer and the bank's people said."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("collections_app", "0001_first_release")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="intakebatch",
            name="rows_told",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="as a person said when the file was handed in",
                null=True,
                verbose_name="rows it should have",
            ),
        ),
        migrations.AddField(
            model_name="intakebatch",
            name="has_trailer",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="its last line tells the number of its rows: the next file's must too",
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="core_language",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="what the core last said of the language",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="contactpoint",
            name="off_file_on",
            field=models.DateField(
                blank=True,
                help_text="the day of the core's data that no longer had it; empty while they have it",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="entry",
            name="lowered",
            field=models.JSONField(
                blank=True,
                help_text="what a payment, or leaving the file, lowered of each amount, which a bounce raises again",
                null=True,
            ),
        ),
    ]
