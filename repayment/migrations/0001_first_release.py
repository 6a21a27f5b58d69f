"""The tables of the first release, made in one step (docs/adr/0018)."""

import collections_app.models.fields
import collections_app.models.tables
import django.db.models.deletion
import pgtrigger.compiler
import repayment.domain.arrangements
import repayment.domain.payments
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('collections_app', '0001_first_release'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        collections_app.models.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name='ArrangementApplication',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='applications', to='collections_app.customer', verbose_name='customer')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.account', verbose_name='account')),
                        ('offer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='collections_app.arrangementoffer')),
                        ('link', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='collections_app.accesslink')),
                        ('state', models.CharField(choices=[('shown', 'Shown · 已出示方案'), ('consented', 'Agreed to, to be signed · 已同意，待签署'), ('signed', 'Signed and in force · 已签署生效'), ('asked', 'With a colleague · 已转人工'), ('lapsed', 'Lapsed · 已失效')], default='shown', max_length=12, verbose_name='state')),
                        ('terms', models.JSONField(help_text='the schedule with its cost, as it was shown: days, fen and per cent')),
                        ('offer_sha256', models.CharField(db_default='', default='', help_text='of the offer as it was shown; what is signed is never another one', max_length=64)),
                        ('version_seen', models.PositiveBigIntegerField(verbose_name='record version the customer saw')),
                        ('answers', collections_app.models.fields.SealedField(help_text='to the questions about income and spending, as JSON')),
                        ('recalculates', models.CharField(blank=True, choices=[('term', 'The term stays, each instalment is smaller · 期限不变，每期减少'), ('instalment', 'The instalment stays, the plan ends sooner · 每期不变，提前还清')], db_default='', default='', help_text='what stays when more is paid than is due, as the customer chose', max_length=12)),
                        ('conditions', models.JSONField(default=list, help_text='of Art. 70, as the customer said they hold')),
                        ('shown_at', models.DateTimeField()),
                        ('opened_at', models.DateTimeField(blank=True, help_text='when the terms were first on the page: the time to read is counted from it', null=True)),
                        ('consented_at', models.DateTimeField(blank=True, null=True)),
                        ('text', collections_app.models.fields.SealedField(blank=True, default='', help_text='the terms as they stood on the page that was agreed to')),
                        ('text_sha256', models.CharField(blank=True, default='', max_length=64)),
                        ('code', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.onetimecode')),
                        ('signed_at', models.DateTimeField(blank=True, null=True)),
                        ('arrangement', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='collections_app.arrangement')),
                        ('handoff', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.handoff')),
                    ],
                    options={
                        'verbose_name': 'application for an arrangement',
                        'verbose_name_plural': 'applications for arrangements',
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state__in', [repayment.domain.arrangements.ApplicationState['CONSENTED'], repayment.domain.arrangements.ApplicationState['SHOWN']])), fields=('account',), name='application_one_open_per_account'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'signed'), _negated=True), models.Q(('arrangement__isnull', False), ('code__isnull', False), ('consented_at__isnull', False), ('signed_at__gte', models.F('consented_at')), models.Q(('text_sha256', ''), _negated=True)), _connector='OR'), name='application_signed_after_consent'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='application_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{shown:consented,shown:lapsed,consented:lapsed,consented:signed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='6aabd524f69356dd0e3be47dd89b5413833b5863', operation='UPDATE', pgid='pgtrigger_application_transitions_b017b', table='repayment_arrangementapplication', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Payment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payments', to='collections_app.customer', verbose_name='customer')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='payments', to='collections_app.account', verbose_name='account')),
                        ('session', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='payments', to='collections_app.accesssession')),
                        ('amount_fen', models.BigIntegerField(verbose_name='amount')),
                        ('currency', models.CharField(max_length=3, verbose_name='currency')),
                        ('purpose', models.CharField(choices=[('plan_instalment', 'Plan instalment · 还款安排本期'), ('promise_part', 'Agreed payment · 约定还款'), ('overdue', 'Overdue amount · 逾期金额'), ('minimum', 'Minimum payment · 最低还款额'), ('instalment', 'Instalment · 本期应还'), ('payoff', 'Payoff · 结清金额'), ('other', 'Other amount · 其他金额')], max_length=16, verbose_name='purpose')),
                        ('state', models.CharField(choices=[('started', 'Started · 已发起'), ('in_flight', 'In progress · 处理中'), ('received', 'Received, to be posted · 已到账待入账'), ('posted', 'Posted · 已入账'), ('failed', 'Failed · 失败'), ('reversed', 'Reversed · 冲正'), ('refunded', 'Refunded · 退款'), ('unidentified', 'Held, not yet identified · 挂账待认领')], default='started', max_length=12, verbose_name='state')),
                        ('gateway', models.CharField(max_length=16, verbose_name='gateway')),
                        ('reference', models.CharField(max_length=32, unique=True, verbose_name='payment reference')),
                        ('gateway_handle', models.CharField(blank=True, db_default='', default='', help_text='what the gateway calls the open order', max_length=96)),
                        ('gateway_reference', models.CharField(blank=True, max_length=64, verbose_name="gateway's reference")),
                        ('idempotency_key', models.CharField(max_length=64)),
                        ('failure', models.CharField(blank=True, max_length=24, verbose_name='failed because')),
                        ('version_seen', models.PositiveBigIntegerField(help_text='The amounts on the page were of this version.', verbose_name='record version the customer saw')),
                        ('created_at', models.DateTimeField(verbose_name='begun at')),
                        ('expires_at', models.DateTimeField(verbose_name='lapses at')),
                        ('arrived_fen', models.BigIntegerField(db_default=0, default=0, help_text='What the gateway took, when that is not the amount.', verbose_name='arrived')),
                        ('refunded_fen', models.BigIntegerField(db_default=0, default=0, verbose_name='refunded')),
                        ('disputed_at', models.DateTimeField(blank=True, null=True, verbose_name='disputed since')),
                        ('settled_at', models.DateTimeField(blank=True, null=True, verbose_name='settled at')),
                        ('in_settlement', models.BooleanField(db_default=False, default=False, help_text='The gateway has settled the payment.', verbose_name='in a settlement file')),
                    ],
                    options={
                        'verbose_name': 'payment',
                        'verbose_name_plural': 'payments',
                        'indexes': [
                            models.Index(fields=['account', '-created_at'], name='payment_of_account'),
                            models.Index(fields=['state', 'created_at'], name='payment_silent'),
                            models.Index(condition=models.Q(('in_settlement', False), ('settled_at__isnull', False)), fields=['gateway', 'settled_at'], name='payment_not_in_settlement'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='payment_positive'),
                            models.CheckConstraint(condition=models.Q(('arrived_fen__gte', 0), ('refunded_fen__gte', 0)), name='payment_sums_not_negative'),
                            models.UniqueConstraint(fields=('customer', 'idempotency_key'), name='payment_click_once'),
                            models.UniqueConstraint(condition=models.Q(('state__in', [repayment.domain.payments.PaymentState['IN_FLIGHT'], repayment.domain.payments.PaymentState['STARTED']])), fields=('account',), name='payment_one_open_per_account'),
                            models.UniqueConstraint(condition=models.Q(('gateway_reference', ''), _negated=True), fields=('gateway', 'gateway_reference'), name='payment_gateway_reference_once'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='payment_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{started:failed,started:in_flight,started:received,started:unidentified,in_flight:failed,in_flight:received,in_flight:unidentified,received:posted,received:refunded,received:reversed,posted:refunded,posted:reversed,failed:received,failed:unidentified,unidentified:received,unidentified:refunded}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='7ee42a707a914d7a8c2d00fb1ed0dc53cd1c8553', operation='UPDATE', pgid='pgtrigger_payment_transitions_1b963', table='repayment_payment', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SandboxOrder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('reference', models.CharField(max_length=32, unique=True)),
                        ('gateway_reference', models.CharField(max_length=64, unique=True)),
                        ('amount_fen', models.BigIntegerField()),
                        ('currency', models.CharField(max_length=3)),
                        ('outcome', models.CharField(choices=[('open', 'open'), ('paid', 'paid'), ('cancelled', 'cancelled'), ('failed', 'failed')], default='open', max_length=12)),
                        ('refunds', models.JSONField(db_default=models.Value([], models.JSONField()), default=list, help_text='each refund as [fen, instant]')),
                        ('dispute', models.CharField(blank=True, choices=[('open', 'open'), ('won', 'won'), ('lost', 'lost')], db_default='', default='', max_length=8)),
                        ('created_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='SettlementFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('gateway', models.CharField(max_length=16, verbose_name='gateway')),
                        ('name', models.CharField(max_length=120, verbose_name='settlement file')),
                        ('digest', models.CharField(help_text='SHA-256 of the file', max_length=64, unique=True)),
                        ('lines_read', models.PositiveIntegerField(verbose_name='lines read')),
                        ('first_at', models.DateTimeField(blank=True, null=True, verbose_name='first movement at')),
                        ('last_at', models.DateTimeField(blank=True, null=True, verbose_name='last movement at')),
                        ('taken_in_at', models.DateTimeField(verbose_name='taken in at')),
                    ],
                    options={
                        'verbose_name': 'settlement file',
                        'verbose_name_plural': 'settlement files',
                    },
                ),
                migrations.CreateModel(
                    name='GatewayNotice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('gateway', models.CharField(max_length=16, verbose_name='gateway')),
                        ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='repayment.payment', verbose_name='payment')),
                        ('verdict', models.CharField(choices=[('accepted', 'Accepted · 已采用'), ('repeated', 'Repeated · 重复通知'), ('bad_signature', 'Bad signature · 签名不符'), ('stale', 'Stale · 已过时效'), ('malformed', 'Malformed · 格式错误'), ('unknown_payment', 'No such payment · 无此付款'), ('other_gateway', "Another gateway's payment · 渠道不符"), ('amount_differs', 'Amount differs · 金额不符'), ('irrelevant', 'About no order · 无关通知'), ('unconfirmed', 'The gateway does not confirm it · 渠道查询未证实'), ('out_of_order', 'Does not follow · 状态不符')], max_length=16, verbose_name='what was made of it')),
                        ('fields', models.JSONField(default=dict, help_text='the fields as they came, cut to a sane length')),
                        ('asked', models.BooleanField(default=False, help_text='We asked the gateway; it did not notify us.', verbose_name='answer to our question')),
                        ('address', models.GenericIPAddressField(blank=True, null=True)),
                        ('at', models.DateTimeField(verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'gateway notification',
                        'verbose_name_plural': 'gateway notifications',
                        'indexes': [
                            models.Index(fields=['payment', '-at'], name='notice_of_payment'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='gateway_notice_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d92f3acfe0f7b06da922f8a2292b5e85c16c3c14', operation='UPDATE OR DELETE', pgid='pgtrigger_gateway_notice_append_only_80421', table='repayment_gatewaynotice', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='HeldPayment',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'held payment',
                        'verbose_name_plural': 'held payments',
                        'proxy': True,
                    },
                    bases=('repayment.payment',),
                ),
                migrations.CreateModel(
                    name='SettlementLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='repayment.settlementfile', verbose_name='settlement file')),
                        ('gateway', models.CharField(max_length=16, verbose_name='gateway')),
                        ('line_reference', models.CharField(help_text='the same movement in two files is one', max_length=96, verbose_name="gateway's own number")),
                        ('kind', models.CharField(choices=[('payment', 'Payment · 收款'), ('refund', 'Refund · 退款'), ('chargeback', 'Chargeback · 拒付'), ('returned', 'Refund or chargeback undone · 退款或拒付撤回')], max_length=12, verbose_name='kind')),
                        ('reference', models.CharField(max_length=64, verbose_name='payment reference')),
                        ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='settled', to='repayment.payment', verbose_name='payment')),
                        ('gross_fen', models.BigIntegerField(verbose_name='amount')),
                        ('fee_fen', models.BigIntegerField(default=0, verbose_name="gateway's fees")),
                        ('currency', models.CharField(max_length=3, verbose_name='currency')),
                        ('at', models.DateTimeField(verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'settled line',
                        'verbose_name_plural': 'settled lines',
                        'constraints': [
                            models.UniqueConstraint(fields=('gateway', 'line_reference'), name='settlement_line_once'),
                            models.CheckConstraint(condition=models.Q(('gross_fen__gt', 0)), name='settlement_line_positive'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SettlementDifference',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('gateway', models.CharField(max_length=16, verbose_name='gateway')),
                        ('kind', models.CharField(choices=[('unknown', 'Settled, and no such payment here · 渠道有、我方无此付款'), ('not_received', 'Settled, and not received here · 渠道已结算、我方未到账'), ('amount', 'Amount or currency differs · 金额或币种不符'), ('not_settled', 'Received here, and not settled · 我方已到账、渠道未结算'), ('not_refunded', 'Sent back, and not recorded here · 渠道已退款、我方未记退款')], max_length=16, verbose_name='kind')),
                        ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='repayment.payment', verbose_name='payment')),
                        ('line', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='differences', to='repayment.settlementline')),
                        ('ours_fen', models.BigIntegerField(verbose_name='booked here')),
                        ('theirs_fen', models.BigIntegerField(verbose_name='settled by the gateway')),
                        ('opened_at', models.DateTimeField(verbose_name='opened at')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                        ('explained_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='explained by')),
                        ('explanation', models.CharField(blank=True, max_length=300, verbose_name='explanation')),
                    ],
                    options={
                        'verbose_name': 'settlement difference',
                        'verbose_name_plural': 'settlement differences',
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('line__isnull', False)), fields=('line', 'kind'), name='difference_of_line_once'),
                            models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True), ('line__isnull', True)), fields=('payment', 'kind'), name='difference_of_payment_once'),
                            models.CheckConstraint(condition=models.Q(('explained_by__isnull', True), models.Q(('explanation', ''), _negated=True), _connector='OR'), name='difference_explained_in_words'),
                        ],
                    },
                ),
            ],
        ),
    ]
