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
    ]
