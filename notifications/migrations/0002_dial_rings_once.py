from django.db import migrations, models


class Migration(migrations.Migration):
    """One call that rings for each permit, where it was one at a time."""

    dependencies = [("notifications", "0001_first_release")]

    operations = [
        migrations.RemoveConstraint(model_name="dial", name="dial_one_at_a_time"),
        migrations.AddConstraint(
            model_name="dial",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "failed"), _negated=True),
                fields=("conversation",),
                name="dial_rings_once",
            ),
        ),
    ]
