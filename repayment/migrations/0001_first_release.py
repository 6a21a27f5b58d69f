"""The tables of the first release, made in one step: a new database is there in a third of the time."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import repayment.domain.payments
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('collections_app', '0001_first_release'),
    ]

    operations = [
        migrations.CreateModel(
            name='SandboxOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=32, unique=True)),
                ('gateway_reference', models.CharField(max_length=64, unique=True)),
                ('amount_fen', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('outcome', models.CharField(choices=[('open', 'open'), ('paid', 'paid'), ('cancelled', 'cancelled'), ('failed', 'failed')], default='open', max_length=12)),
                ('created_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_fen', models.BigIntegerField(verbose_name='amount')),
                ('currency', models.CharField(max_length=3, verbose_name='currency')),
                ('purpose', models.CharField(choices=[('plan_instalment', 'Plan instalment · 还款安排本期'), ('promise_part', 'Agreed payment · 约定还款'), ('overdue', 'Overdue amount · 逾期金额'), ('minimum', 'Minimum payment · 最低还款额'), ('instalment', 'Instalment · 本期应还'), ('payoff', 'Payoff · 结清金额'), ('other', 'Other amount · 其他金额')], max_length=16, verbose_name='purpose')),
                ('state', models.CharField(choices=[('started', 'Started · 已发起'), ('in_flight', 'In progress · 处理中'), ('received', 'Received, to be posted · 已到账待入账'), ('posted', 'Posted · 已入账'), ('failed', 'Failed · 失败'), ('reversed', 'Reversed · 冲正'), ('refunded', 'Refunded · 退款'), ('unidentified', 'Held, not yet identified · 挂账待认领')], default='started', max_length=12, verbose_name='state')),
                ('gateway', models.CharField(max_length=16, verbose_name='gateway')),
                ('reference', models.CharField(max_length=32, unique=True, verbose_name='payment reference')),
                ('gateway_reference', models.CharField(blank=True, max_length=64, verbose_name="gateway's reference")),
                ('idempotency_key', models.CharField(max_length=64)),
                ('failure', models.CharField(blank=True, max_length=24, verbose_name='failed because')),
                ('version_seen', models.PositiveBigIntegerField(help_text='The amounts on the page were of this version.', verbose_name='record version the customer saw')),
                ('created_at', models.DateTimeField(verbose_name='begun at')),
                ('expires_at', models.DateTimeField(verbose_name='lapses at')),
                ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payments', to='collections_app.account', verbose_name='account')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payments', to='collections_app.customer', verbose_name='customer')),
                ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='payments', to='collections_app.accesssession')),
            ],
            options={
                'verbose_name': 'payment',
                'verbose_name_plural': 'payments',
            },
        ),
        migrations.CreateModel(
            name='GatewayNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('gateway', models.CharField(max_length=16, verbose_name='gateway')),
                ('verdict', models.CharField(choices=[('accepted', 'Accepted · 已采用'), ('repeated', 'Repeated · 重复通知'), ('bad_signature', 'Bad signature · 签名不符'), ('stale', 'Stale · 已过时效'), ('malformed', 'Malformed · 格式错误'), ('unknown_payment', 'No such payment · 无此付款'), ('other_gateway', "Another gateway's payment · 渠道不符"), ('amount_differs', 'Amount differs · 金额不符'), ('out_of_order', 'Does not follow · 状态不符')], max_length=16, verbose_name='what was made of it')),
                ('fields', models.JSONField(default=dict, help_text='the fields as they came, cut to a sane length')),
                ('asked', models.BooleanField(default=False, help_text='We asked the gateway; it did not notify us.', verbose_name='answer to our question')),
                ('address', models.GenericIPAddressField(blank=True, null=True)),
                ('at', models.DateTimeField(verbose_name='at')),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='repayment.payment', verbose_name='payment')),
            ],
            options={
                'verbose_name': 'gateway notification',
                'verbose_name_plural': 'gateway notifications',
            },
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['account', '-created_at'], name='payment_of_account'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['state', 'created_at'], name='payment_silent'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='payment_positive'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('customer', 'idempotency_key'), name='payment_click_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', [repayment.domain.payments.PaymentState['IN_FLIGHT'], repayment.domain.payments.PaymentState['STARTED']])), fields=('account',), name='payment_one_open_per_account'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(condition=models.Q(('gateway_reference', ''), _negated=True), fields=('gateway', 'gateway_reference'), name='payment_gateway_reference_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='payment',
            trigger=pgtrigger.compiler.Trigger(name='payment_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{started:failed,started:in_flight,started:received,started:unidentified,in_flight:failed,in_flight:received,in_flight:unidentified,received:posted,received:refunded,received:reversed,posted:refunded,posted:reversed,failed:received,failed:unidentified,unidentified:received,unidentified:refunded}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='7ee42a707a914d7a8c2d00fb1ed0dc53cd1c8553', operation='UPDATE', pgid='pgtrigger_payment_transitions_1b963', table='repayment_payment', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='gatewaynotice',
            index=models.Index(fields=['payment', '-at'], name='notice_of_payment'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gatewaynotice',
            trigger=pgtrigger.compiler.Trigger(name='gateway_notice_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d92f3acfe0f7b06da922f8a2292b5e85c16c3c14', operation='UPDATE OR DELETE', pgid='pgtrigger_gateway_notice_append_only_80421', table='repayment_gatewaynotice', when='BEFORE')),
        ),
    ]
