"""The tables of the first release, made in one step: a new database is there in a third of the time."""

import collections_app.models.fields
import django.contrib.auth.models
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('collections_app', '0001_first_release'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='SessionWeek',
            fields=[
            ],
            options={
                'verbose_name': 'weekly session hours',
                'verbose_name_plural': 'weekly session hours',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('collections_app.staff',),
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Agreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('total_fen', models.BigIntegerField(verbose_name='total')),
                ('grace_days', models.PositiveSmallIntegerField(verbose_name='days of grace')),
                ('terms', collections_app.models.fields.SealedField(blank=True, verbose_name='terms')),
                ('agreed_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='collections_app.account')),
                ('arrangement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='collections_app.arrangement')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='collections_app.customer')),
            ],
            options={
                'verbose_name': 'agreement',
                'verbose_name_plural': 'agreements',
            },
        ),
        migrations.CreateModel(
            name='AgreementSignature',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('signatory', models.CharField(choices=[('customer', 'Signed by the customer · 客户签字'), ('bank', "Signed by the bank's representative · 本行代表签字"), ('mediator', 'Signed by the mediator · 调解员签字'), ('organisation', 'Sealed by the organisation · 调解组织盖章')], max_length=12)),
                ('method', models.CharField(choices=[('paper', 'On paper · 纸质签署'), ('recorded', 'Oral, recorded · 口头并录音')], max_length=10)),
                ('recording_ref', models.CharField(blank=True, max_length=80)),
                ('at', models.DateTimeField()),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='mediation.agreement')),
                ('attested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
            ],
        ),
        migrations.CreateModel(
            name='Availability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField()),
                ('opens', models.TimeField()),
                ('closes', models.TimeField()),
                ('zone', models.CharField(default='Asia/Shanghai', max_length=48)),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['staff', 'weekday', 'opens'],
            },
        ),
        migrations.CreateModel(
            name='Mediation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('mediation', 'Mediation · 调解'), ('negotiation', 'Negotiation · 协商')], max_length=12, verbose_name='kind')),
                ('state', models.CharField(choices=[('proposed', 'Waiting for a date · 待排期'), ('scheduled', 'Scheduled · 已排期'), ('ended', 'Ended · 已结束')], default='proposed', max_length=12, verbose_name='state')),
                ('route', models.CharField(choices=[('telephone', 'Telephone · 电话'), ('video', 'Video · 视频'), ('meeting', 'In person · 现场')], max_length=12, verbose_name='by')),
                ('route_reason', models.CharField(choices=[('small', 'The amount is within the limit for the telephone · 金额在电话办理上限以内'), ('middle', 'The amount is above the limit for the telephone · 金额超过电话办理上限'), ('large', 'The amount is above the limit for video · 金额超过视频办理上限'), ('abroad', 'The customer is abroad, so there is no meeting in person · 客户不在境内，不安排现场'), ('organisation', "An organisation's mandate is checked in person · 单位客户，须现场核对授权")], max_length=16)),
                ('route_limit_fen', models.BigIntegerField(blank=True, null=True)),
                ('amount_fen', models.BigIntegerField(help_text='what pays the account off on the day of the proposal')),
                ('department', models.CharField(max_length=16)),
                ('proposed_at', models.DateTimeField()),
                ('customer_consent', models.CharField(choices=[('unknown', 'Not yet answered · 待答复'), ('yes', 'Agrees · 同意'), ('no', 'Declines · 不同意')], default='unknown', max_length=8)),
                ('customer_answered_at', models.DateTimeField(blank=True, null=True)),
                ('term_ends_on', models.DateField(blank=True, null=True)),
                ('next_try_at', models.DateTimeField(blank=True, null=True)),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ending', models.CharField(blank=True, max_length=20)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mediations', to='collections_app.account')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mediations', to='collections_app.customer')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mediations_proposed', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mediation',
                'verbose_name_plural': 'mediations',
            },
        ),
        migrations.AddField(
            model_name='agreement',
            name='mediation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='mediation.mediation'),
        ),
        migrations.CreateModel(
            name='MediationOrganisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=32, unique=True, verbose_name='code')),
                ('name_zh', models.CharField(max_length=80, verbose_name='Chinese name')),
                ('name_en', models.CharField(max_length=80, verbose_name='English name')),
                ('kind', models.CharField(max_length=16, verbose_name='kind')),
                ('registration_no', models.CharField(max_length=40, verbose_name='registration number')),
                ('lawfully_established', models.BooleanField(help_text='Only then can a court confirm what its mediators bring about.', verbose_name='lawfully established')),
                ('fee_free', models.BooleanField(verbose_name='free of charge')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'mediation organisation',
                'verbose_name_plural': 'mediation organisations',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('kind', 'people'), _negated=True), ('fee_free', True), _connector='OR'), name='organisation_people_free')],
            },
        ),
        migrations.CreateModel(
            name='Mediator',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None, verbose_name='languages')),
                ('trained_for', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), help_text='products: card, loan', size=None, verbose_name='trained for')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mediators', to='mediation.mediationorganisation', verbose_name='mediation organisation')),
                ('staff', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='mediator', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'mediator',
                'verbose_name_plural': 'mediators',
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('bank', 'bank'), ('customer', 'customer')], max_length=8)),
                ('text', collections_app.models.fields.SealedField()),
                ('filed_at', models.DateTimeField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                ('filed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='positions', to='mediation.mediation')),
            ],
            options={
                'ordering': ['filed_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='RouteRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('product', models.CharField(choices=[('card', 'credit card'), ('loan', 'loan')], max_length=8, unique=True, verbose_name='product')),
                ('telephone_up_to_fen', models.BigIntegerField(verbose_name='telephone up to')),
                ('video_up_to_fen', models.BigIntegerField(verbose_name='video up to')),
                ('telephone_minutes', models.PositiveSmallIntegerField(default=60, verbose_name='minutes by telephone')),
                ('video_minutes', models.PositiveSmallIntegerField(default=90, verbose_name='minutes by video')),
                ('meeting_minutes', models.PositiveSmallIntegerField(default=120, verbose_name='minutes in person')),
                ('notice_hours', models.PositiveSmallIntegerField(default=24, verbose_name='hours of notice')),
            ],
            options={
                'verbose_name': 'route',
                'verbose_name_plural': 'routes',
                'constraints': [models.CheckConstraint(condition=models.Q(('telephone_up_to_fen__gte', 0), ('video_up_to_fen__gte', models.F('telephone_up_to_fen'))), name='route_limits_in_order'), models.CheckConstraint(condition=models.Q(('meeting_minutes__gte', 15), ('telephone_minutes__gte', 15), ('video_minutes__gte', 15)), name='route_sessions_have_length')],
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                ('mode', models.CharField(choices=[('telephone', 'Telephone · 电话'), ('video', 'Video · 视频'), ('meeting', 'In person · 现场')], max_length=12, verbose_name='by')),
                ('state', models.CharField(choices=[('scheduled', 'To be held · 待召开'), ('in_session', 'In session · 进行中'), ('held', 'Held · 已召开'), ('missed', 'Customer absent · 客户缺席'), ('cancelled', 'Cancelled · 已取消')], default='scheduled', max_length=12, verbose_name='state')),
                ('scheduled_at', models.DateTimeField()),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mediation_sessions', to='collections_app.customer')),
                ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='mediation.mediation')),
                ('mediator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='mediation.mediator')),
                ('representative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='represented_sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
            },
        ),
        migrations.CreateModel(
            name='MediationNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', collections_app.models.fields.SealedField()),
                ('at', models.DateTimeField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mediation.mediator')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.session')),
            ],
            options={
                'ordering': ['at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='agreement',
            name='session',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='mediation.session'),
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'absence',
                'verbose_name_plural': 'absences',
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('staff', '='), ('during', '&&')], name='absence_once'), models.CheckConstraint(condition=models.Q(models.Q(models.Func(models.F('during'), function='isempty', output_field=models.BooleanField()), _negated=True), ('during__lower_inf', False), ('during__upper_inf', False)), name='absence_has_length')],
            },
        ),
        migrations.CreateModel(
            name='AgreementInstalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('due_on', models.DateField()),
                ('amount_fen', models.BigIntegerField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.account')),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instalments', to='mediation.agreement')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.UniqueConstraint(fields=('agreement', 'number'), name='agreement_instalment_once'), models.UniqueConstraint(fields=('agreement', 'due_on'), name='agreement_instalment_day_once'), models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='agreement_instalment_positive')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreementinstalment',
            trigger=pgtrigger.compiler.Trigger(name='agreement_instalment_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d623eca57efb4c3914e846146b29fd5d914487cd', operation='UPDATE', pgid='pgtrigger_agreement_instalment_append_only_4f18c', table='mediation_agreementinstalment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='agreementsignature',
            constraint=models.UniqueConstraint(fields=('agreement', 'signatory'), name='agreement_signature_once'),
        ),
        migrations.AddConstraint(
            model_name='agreementsignature',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('method', 'recorded'), _negated=True), models.Q(('recording_ref', ''), _negated=True), _connector='OR'), name='agreement_oral_has_recording'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreementsignature',
            trigger=pgtrigger.compiler.Trigger(name='agreement_signature_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='70e8c43f38f3ca6a533416d09fe7c31746e9da53', operation='UPDATE', pgid='pgtrigger_agreement_signature_append_only_0f90b', table='mediation_agreementsignature', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='availability',
            constraint=models.UniqueConstraint(fields=('staff', 'weekday', 'opens'), name='availability_once'),
        ),
        migrations.AddConstraint(
            model_name='availability',
            constraint=models.CheckConstraint(condition=models.Q(('weekday__lte', 6), ('closes__gt', models.F('opens'))), name='availability_hours_in_order'),
        ),
        migrations.AddIndex(
            model_name='mediation',
            index=models.Index(fields=['customer', '-id'], name='mediation_of_record'),
        ),
        migrations.AddIndex(
            model_name='mediation',
            index=models.Index(condition=models.Q(('state', 'proposed')), fields=['next_try_at'], name='mediation_waiting'),
        ),
        migrations.AddIndex(
            model_name='mediation',
            index=models.Index(condition=models.Q(('state', 'ended'), _negated=True), fields=['term_ends_on'], name='mediation_term'),
        ),
        migrations.AddConstraint(
            model_name='mediation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('account',), name='mediation_one_open_per_account'),
        ),
        migrations.AddConstraint(
            model_name='mediation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state', 'ended'), models.Q(('ending', ''), _negated=True)), models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_at__isnull', True), ('ending', '')), _connector='OR'), name='mediation_ended_with_its_ending'),
        ),
        migrations.AddConstraint(
            model_name='mediation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('customer_answered_at__isnull', True), ('customer_consent', 'unknown')), models.Q(models.Q(('customer_consent', 'unknown'), _negated=True), ('customer_answered_at__isnull', False)), _connector='OR'), name='mediation_consent_has_its_moment'),
        ),
        migrations.AddConstraint(
            model_name='mediation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ending__in', ['agreed', 'partial']), _negated=True), ('customer_consent', 'yes'), _connector='OR'), name='mediation_no_agreement_without_consent'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mediation',
            trigger=pgtrigger.compiler.Trigger(name='mediation_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{proposed:ended,proposed:scheduled,scheduled:ended,scheduled:proposed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='a3a0a39e1cfb5a654dbaeeeaa4d5b913e303a362', operation='UPDATE', pgid='pgtrigger_mediation_transitions_16214', table='mediation_mediation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='position',
            trigger=pgtrigger.compiler.Trigger(name='position_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1f50f0303f6885369cdbad68a283ef591cb17bac', operation='UPDATE', pgid='pgtrigger_position_append_only_2a6c1', table='mediation_position', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['in_session', 'scheduled']), ('mediator__isnull', False)), expressions=[('mediator', '='), ('during', '&&')], name='session_one_per_mediator_at_once'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['in_session', 'scheduled'])), expressions=[('representative', '='), ('during', '&&')], name='session_one_per_representative_at_once'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['in_session', 'scheduled'])), expressions=[('customer', '='), ('during', '&&')], name='session_one_per_customer_at_once'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['in_session', 'scheduled'])), fields=('mediation',), name='session_one_live_per_mediation'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Func(models.F('during'), function='isempty', output_field=models.BooleanField()), _negated=True), ('during__lower_inf', False), ('during__upper_inf', False)), name='session_has_length'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state__in', ['in_session', 'scheduled'])), models.Q(models.Q(('state__in', ['in_session', 'scheduled']), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='session_closed_with_its_moment'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='session',
            trigger=pgtrigger.compiler.Trigger(name='session_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{scheduled:cancelled,scheduled:in_session,scheduled:missed,in_session:cancelled,in_session:held}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='5a53281aca737dd9602b865de60fb2b943ec3376', operation='UPDATE', pgid='pgtrigger_session_transitions_5a56e', table='mediation_session', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='mediationnote',
            trigger=pgtrigger.compiler.Trigger(name='mediation_note_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c5b5e5bd23a059176bac83a3da49a08b532778b1', operation='UPDATE', pgid='pgtrigger_mediation_note_append_only_ffc27', table='mediation_mediationnote', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='agreement',
            constraint=models.CheckConstraint(condition=models.Q(('total_fen__gt', 0)), name='agreement_positive'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='agreement',
            trigger=pgtrigger.compiler.Trigger(name='agreement_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c975386bcd30bb4f7287011e8f2e5b3fdce985c9', operation='UPDATE', pgid='pgtrigger_agreement_append_only_827ec', table='mediation_agreement', when='BEFORE')),
        ),
    ]
