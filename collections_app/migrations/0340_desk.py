import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('collections_app', '0018_signed_out_before'),
    ]

    operations = [
        migrations.AlterField(
            model_name='customersearch',
            name='purpose',
            field=models.CharField(blank=True, choices=[('call_in', 'The customer is on the line · 客户来电'), ('complaint', 'Complaint · 投诉处理'), ('counter', 'The customer is at the counter · 客户在柜面'), ('review', 'Review · 复核'), ('audit', 'Audit · 审计'), ('administration', 'Administration · 系统管理')], max_length=24, verbose_name='purpose'),
        ),
        migrations.CreateModel(
            name='EventLeft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(max_length=40)),
                ('error', models.CharField(help_text='the class of the error; its words may name a customer', max_length=80)),
                ('tries', models.PositiveSmallIntegerField(default=1)),
                ('failed_at', models.DateTimeField()),
                ('retry_at', models.DateTimeField()),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.event')),
            ],
            options={
                'indexes': [models.Index(fields=['reader', 'retry_at'], name='event_left_due')],
                'constraints': [models.UniqueConstraint(fields=('reader', 'event'), name='event_left_once')],
            },
        ),
    ]
