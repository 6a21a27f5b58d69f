from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [('collections_app', '0001_first_release')]

    operations = [
        migrations.AlterField(
            model_name='rule',
            name='kind',
            field=models.CharField(
                choices=[
                    ('quiet_hours', 'quiet hours'),
                    ('cap', 'cap'),
                    ('interval', 'interval'),
                    ('third_party', 'third parties'),
                    ('number_checked', 'age of the number'),
                    ('page_proof', "proof for the customers' page"),
                    ('allocation', 'order of allocation'),
                    ('opt_out', 'opting out'),
                    ('reading_time', 'time to read terms'),
                    ('means_again', 'means stated again'),
                ],
                max_length=16,
                verbose_name='kind',
            ),
        ),
        migrations.AlterField(model_name='journalline', name='book', field=models.CharField(choices=[('clearing', 'Under way from the channel · 渠道在途'), ('bank', 'Settled to the bank · 银行存款'), ('gateway_fees', "Gateway's fees · 渠道手续费"), ('costs', 'Fees owed · 应收费用'), ('interest', 'Interest owed · 应收利息'), ('principal', 'Principal owed · 应收本金'), ('other', 'Other amounts owed · 其他应收'), ('beyond', 'Paid beyond what is owed · 溢缴款'), ('unidentified', 'Held, whose it is unknown · 待认领款项')], max_length=16, verbose_name='book')),
    ]
