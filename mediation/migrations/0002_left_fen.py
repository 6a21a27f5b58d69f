"""What an agreement leaves owed, kept with the version as its document says it."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mediation', '0001_first_release'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='agreementdraft',
            name='draft_document_stays',
        ),
        migrations.AddField(
            model_name='agreementdraft',
            name='left_fen',
            field=models.BigIntegerField(db_default=0, default=0, help_text='stays owed beside it, as its document says; of the day it was drafted'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreementdraft',
            trigger=pgtrigger.compiler.Trigger(name='draft_document_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."left_fen" IS DISTINCT FROM (NEW."left_fen") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."stored_as" IS DISTINCT FROM (NEW."stored_as") OR OLD."total_fen" IS DISTINCT FROM (NEW."total_fen") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d89afd0e2b0899b06cc021e9eb5d4e68e28b254c', operation='UPDATE', pgid='pgtrigger_draft_document_stays_f1d1f', table='mediation_agreementdraft', when='BEFORE')),
        ),
    ]
