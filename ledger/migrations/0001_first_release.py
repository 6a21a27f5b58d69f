"""The tables of the first release, made in one step: a new database is there in a third of the time."""

import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('index', models.BigIntegerField(primary_key=True, serialize=False)),
                ('topic', models.CharField(max_length=32)),
                ('leaf_hash', models.BinaryField(max_length=32)),
                ('appended_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'entries',
            },
        ),
        migrations.CreateModel(
            name='Checkpoint',
            fields=[
                ('tree_size', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='entries in the log')),
                ('root_hash', models.BinaryField(max_length=32, verbose_name='root hash')),
                ('frontier', models.BinaryField()),
                ('note', models.TextField(verbose_name='signed note')),
                ('signed_at', models.DateTimeField(verbose_name='signed at')),
            ],
            options={
                'verbose_name': 'signed checkpoint',
                'verbose_name_plural': 'signed checkpoints',
                'constraints': [models.CheckConstraint(condition=models.Q(('tree_size__gte', 0)), name='ledger_checkpoint_size_from_zero'), models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('root_hash'), function='OCTET_LENGTH', output_field=models.IntegerField()), 32), name='ledger_checkpoint_root_hash_length')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checkpoint',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='acdda80f60fc48cb8c8af4085986baaaf8f80767', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7ee3f', table='ledger_checkpoint', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('index__gte', 0)), name='ledger_entry_index_from_zero'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=models.Q(('topic', ''), _negated=True), name='ledger_entry_has_topic'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.CheckConstraint(condition=django.db.models.lookups.Exact(models.Func(models.F('leaf_hash'), function='OCTET_LENGTH', output_field=models.IntegerField()), 32), name='ledger_entry_leaf_hash_length'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bd80cdea55986d8dc4a873a0796f1dd071e72f1d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_af900', table='ledger_entry', when='BEFORE')),
        ),
    ]
