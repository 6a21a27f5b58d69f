import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('collections_app', '0014_access_attempts_by_time'),
    ]

    operations = [
        migrations.AlterField(
            model_name='formkey',
            name='event',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.event'),
        ),
    ]
