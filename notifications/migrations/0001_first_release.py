"""The tables of the first release, made in one step: a new database is there in a third of the time."""

import collections_app.models.fields
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import notifications.domain.kinds.codes
import notifications.domain.lifecycle
import pgtrigger.compiler
import pgtrigger.migrations
import re
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('collections_app', '0001_first_release'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[(notifications.domain.kinds.codes.Kind['LOAN_DUE'], 'Loan instalment due · 贷款到期提醒'), (notifications.domain.kinds.codes.Kind['CARD_DUE'], 'Card bill due · 信用卡账单提醒'), (notifications.domain.kinds.codes.Kind['DUE_TODAY'], 'Due today · 今日到期'), (notifications.domain.kinds.codes.Kind['OVERDUE_GENTLE'], 'Gentle overdue reminder · 逾期温和提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_DUE'], 'Promise due · 承诺到期提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_BROKEN'], 'Promise not kept · 承诺未履约提醒'), (notifications.domain.kinds.codes.Kind['PLAN_DUE'], 'Plan instalment due · 分期应还提醒'), (notifications.domain.kinds.codes.Kind['PAYMENT_RECEIVED'], 'Payment received · 还款回执'), (notifications.domain.kinds.codes.Kind['MEDIATION_INVITATION'], 'Mediation invitation · 调解邀请'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_INVITATION'], 'Negotiation invitation · 协商邀请'), (notifications.domain.kinds.codes.Kind['WRITTEN_CONFIRMATION'], 'Written confirmation · 书面确认'), (notifications.domain.kinds.codes.Kind['TOLD_CORRECTION'], 'Correction of what was told · 告知更正'), (notifications.domain.kinds.codes.Kind['TOLD_CONFIRMATION'], 'Confirmation of what was told · 告知确认'), (notifications.domain.kinds.codes.Kind['BALANCE_CHANGE'], 'Balance change · 账户变动通知'), (notifications.domain.kinds.codes.Kind['DEBIT_FAILED'], 'Debit failed · 扣款失败通知'), (notifications.domain.kinds.codes.Kind['PAID_UP'], 'Paid up · 结清通知'), (notifications.domain.kinds.codes.Kind['COMPLAINT_RECEIVED'], 'Complaint received · 投诉受理回执'), (notifications.domain.kinds.codes.Kind['REQUEST_RECEIVED'], 'Request received · 申请受理回执'), (notifications.domain.kinds.codes.Kind['NUMBER_CHANGED'], 'Number changed · 号码变更提示'), (notifications.domain.kinds.codes.Kind['ONE_TIME_CODE'], 'One-time code · 验证码'), (notifications.domain.kinds.codes.Kind['MEDIATION_CHANGED'], 'Mediation moved · 调解改期通知'), (notifications.domain.kinds.codes.Kind['MEDIATION_REMINDER'], 'Mediation reminder · 调解前提醒'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CHANGED'], 'Negotiation moved · 协商改期通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_REMINDER'], 'Negotiation reminder · 协商前提醒'), (notifications.domain.kinds.codes.Kind['FORMAL_DEMAND'], 'Formal demand · 正式催告'), (notifications.domain.kinds.codes.Kind['CREDIT_REPORT_NOTICE'], 'Credit-reporting notice · 征信报送告知'), (notifications.domain.kinds.codes.Kind['PLACEMENT_NOTICE'], 'Placement notice · 委外告知'), (notifications.domain.kinds.codes.Kind['ASSIGNMENT_NOTICE'], 'Assignment notice · 债权转让通知'), (notifications.domain.kinds.codes.Kind['LOAN_SCHEDULE'], 'Large-loan schedule · 大额贷款还款计划'), (notifications.domain.kinds.codes.Kind['SECURITY_ADVICE'], 'Security advice · 安全提示'), (notifications.domain.kinds.codes.Kind['COLLEAGUE_NOTE'], "A colleague's note · 专员短信")], max_length=24, verbose_name='kind')),
                ('purpose', models.CharField(max_length=16, verbose_name='purpose')),
                ('channel', models.CharField(choices=[('sms', 'SMS · 短信'), ('voice', 'Call · 电话'), ('email', 'E-mail · 电子邮件'), ('letter', 'Letter · 信函'), ('visit', 'Visit · 外访'), ('app', 'App · App 推送')], db_default='sms', default='sms', max_length=8, verbose_name='channel')),
                ('about_on', models.DateField(verbose_name='about the day')),
                ('reference', models.CharField(blank=True, default='', max_length=40)),
                ('step', models.SmallIntegerField(blank=True, null=True, verbose_name='step')),
                ('step_on', models.DateField(blank=True, null=True, verbose_name='day of the step')),
                ('round', models.PositiveSmallIntegerField(db_default=0, default=0)),
                ('lane', models.PositiveIntegerField(db_default=0, default=0)),
                ('subject_id', models.BigIntegerField(blank=True, null=True)),
                ('payload', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('planned', 'Planned · 已计划'), ('due', 'Due · 待发送'), ('deferred', 'Deferred · 已顺延'), ('claimed', 'Being sent · 发送中'), ('accepted', 'Accepted by the provider · 通道已受理'), ('refused', 'Refused · 未获许可'), ('failed_permanent', 'Failed · 发送失败'), ('failed_transient', 'Failed for now · 暂时失败'), ('unknown', 'Outcome unknown · 结果待查'), ('sent', 'Sent · 已发出'), ('delivered', 'Delivered · 已送达'), ('undelivered', 'Not delivered · 未送达'), ('cancelled', 'Cancelled · 已取消')], default='planned', max_length=20, verbose_name='state')),
                ('reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                ('reason_params', models.JSONField(default=dict)),
                ('priority', models.BooleanField(default=False)),
                ('planned_at', models.DateTimeField(verbose_name='planned at')),
                ('due_at', models.DateTimeField(verbose_name='due at')),
                ('expires_at', models.DateTimeField(verbose_name='expires at')),
                ('provider', models.CharField(max_length=16, verbose_name='provider')),
                ('attempt', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('worker', models.CharField(blank=True, max_length=64)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('number', collections_app.models.fields.SealedField(blank=True)),
                ('number_provenance', models.CharField(blank=True, max_length=20)),
                ('wording', models.CharField(blank=True, db_default='', default='', max_length=16)),
                ('variant', models.CharField(blank=True, choices=[('explicit', 'Explicit · 明示版'), ('code', 'With code · 编号版'), ('link', 'With link · 链接版'), ('neutral', 'Neutral · 隐去版'), ('rest_agreed', 'Rest agreed · 余款有约定'), ('nothing_overdue', 'Nothing overdue · 已无逾期'), ('rest_open', 'Rest open · 仍有余款'), ('one_part', 'One part · 一次还清'), ('more_parts', 'More parts · 分次还款'), ('plan_part', 'Next of a plan · 还款安排下一期'), ('instalment', 'Instalment · 本期应还'), ('bill', 'Bill · 账单待还'), ('overdue', 'Overdue amount · 逾期金额'), ('money_in', 'Money in · 入账'), ('money_back', 'Money taken back · 冲回')], max_length=16)),
                ('language', models.CharField(blank=True, max_length=8)),
                ('body', collections_app.models.fields.SealedField(blank=True)),
                ('body_sha256', models.CharField(blank=True, max_length=64)),
                ('segments', models.PositiveSmallIntegerField(default=0)),
                ('said', models.JSONField(default=list)),
                ('version', models.PositiveBigIntegerField(blank=True, null=True)),
                ('provider_id', models.CharField(blank=True, max_length=64)),
                ('report_rank', models.SmallIntegerField(default=-1)),
                ('error_code', models.CharField(blank=True, max_length=16)),
                ('accepted_at', models.DateTimeField(blank=True, null=True, verbose_name='accepted at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='collections_app.account')),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='collections_app.contact')),
                ('contact_point', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='collections_app.contactpoint')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='collections_app.customer')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
            },
        ),
        migrations.CreateModel(
            name='CustomerFeatures',
            fields=[
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='features', serialize=False, to='collections_app.customer')),
                ('mobile_share', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('payments', models.PositiveIntegerField()),
                ('salary_day', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('autodebit', models.BooleanField()),
                ('product', models.CharField(blank=True, choices=[('card', 'Credit card · 信用卡'), ('loan', 'Loan · 贷款'), ('both', 'Card and loan · 信用卡和贷款')], max_length=8)),
                ('instalment_share', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('answer_hour', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('answer_channel', models.CharField(blank=True, max_length=8)),
                ('language', models.CharField(max_length=8)),
                ('computed_at', models.DateTimeField(verbose_name='computed at')),
            ],
            options={
                'verbose_name': 'features of a customer',
                'verbose_name_plural': 'features of customers',
            },
        ),
        migrations.CreateModel(
            name='FeatureRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(unique=True, verbose_name='day')),
                ('through_id', models.BigIntegerField(default=0)),
                ('customers', models.PositiveIntegerField(default=0)),
                ('begun_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'run of features',
                'verbose_name_plural': 'runs of features',
            },
        ),
        migrations.CreateModel(
            name='ProviderTerms',
            fields=[
                ('provider', models.CharField(max_length=16, primary_key=True, serialize=False, verbose_name='provider')),
                ('approves_texts', models.BooleanField(db_default=False, default=False, help_text='Texts it has not approved are not sent through it.', verbose_name='approves each text itself')),
                ('notices_opt_out', models.CharField(choices=[('forbidden', 'Forbidden · 不得含'), ('allowed', 'Allowed · 可含'), ('required', 'Required · 必须含')], default='forbidden', max_length=10, verbose_name='words to stop messages, on notices')),
                ('promotions_opt_out', models.CharField(choices=[('forbidden', 'Forbidden · 不得含'), ('allowed', 'Allowed · 可含'), ('required', 'Required · 必须含')], default='required', max_length=10, verbose_name='words to stop messages, on promotions')),
            ],
            options={
                'verbose_name': 'terms of a provider',
                'verbose_name_plural': 'terms of providers',
            },
        ),
        migrations.CreateModel(
            name='SenderState',
            fields=[
                ('provider', models.CharField(max_length=16, primary_key=True, serialize=False, verbose_name='provider')),
                ('stopped', models.BooleanField(default=False, verbose_name='stopped')),
                ('reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('per_second', models.PositiveSmallIntegerField(blank=True, help_text='What the provider takes of the whole bank, all workers together. Empty: no limit.', null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='messages a second')),
                ('parallel', models.PositiveSmallIntegerField(db_default=1, default=1, help_text='How many calls one worker makes at the same time.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(32)], verbose_name='calls at once')),
                ('free_at', models.DateTimeField(blank=True, null=True)),
                ('avoided_until', models.DateTimeField(blank=True, null=True, verbose_name='avoided until')),
                ('seen_from', models.DateTimeField(blank=True, null=True)),
                ('seen_calls', models.PositiveIntegerField(db_default=0, default=0)),
                ('seen_errors', models.PositiveIntegerField(db_default=0, default=0)),
                ('seen_ms', models.PositiveBigIntegerField(db_default=0, default=0)),
            ],
            options={
                'verbose_name': 'sender',
                'verbose_name_plural': 'senders',
            },
        ),
        migrations.CreateModel(
            name='Dial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attempt', models.UUIDField(unique=True)),
                ('number', collections_app.models.fields.SealedField()),
                ('provider', models.CharField(max_length=16)),
                ('provider_id', models.CharField(blank=True, max_length=64)),
                ('state', models.CharField(choices=[('begun', 'Being put through'), ('unknown', 'Outcome unknown'), ('accepted', 'Accepted'), ('ringing', 'Ringing'), ('answered', 'Connected'), ('ended', 'Ended'), ('unreached', 'Not reached'), ('failed', 'Not put through')], default='begun', max_length=10)),
                ('rank', models.SmallIntegerField(default=-1)),
                ('error_code', models.CharField(blank=True, max_length=16)),
                ('seconds', models.PositiveIntegerField(blank=True, null=True)),
                ('begun_at', models.DateTimeField()),
                ('moved_at', models.DateTimeField()),
                ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dials', to='collections_app.conversation')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='DialReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16)),
                ('provider_id', models.CharField(max_length=64)),
                ('report', models.CharField(max_length=24)),
                ('applied', models.BooleanField(default=False)),
                ('received_at', models.DateTimeField()),
                ('dial', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='notifications.dial')),
            ],
        ),
        migrations.CreateModel(
            name='Experiment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('kind', models.CharField(max_length=24, verbose_name='kind')),
                ('state', models.CharField(choices=[('draft', 'Draft · 草稿'), ('running', 'Running · 进行中'), ('stopped', 'Stopped · 已停止')], default='draft', max_length=8, verbose_name='state')),
                ('exploration', models.FloatField(help_text='share of choices other than the best known', verbose_name='exploration')),
                ('window_days', models.PositiveSmallIntegerField(default=7, verbose_name='window in days')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started at')),
                ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='stopped at')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('stopped_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'experiment',
                'verbose_name_plural': 'experiments',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ExperimentArm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('wording', models.CharField(blank=True, max_length=16, verbose_name='wording')),
                ('at', models.TimeField(verbose_name='hour')),
                ('channel', models.CharField(max_length=8, verbose_name='channel')),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arms', to='notifications.experiment')),
            ],
            options={
                'verbose_name': 'arm of an experiment',
                'verbose_name_plural': 'arms of experiments',
                'ordering': ['experiment', 'number'],
            },
        ),
        migrations.CreateModel(
            name='PersonalisationObjection',
            fields=[
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='collections_app.customer')),
                ('at', models.DateTimeField(verbose_name='since')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'objection to personal targeting',
                'verbose_name_plural': 'objections to personal targeting',
            },
        ),
        migrations.CreateModel(
            name='PlanRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('kind', models.CharField(choices=[(notifications.domain.kinds.codes.Kind['LOAN_DUE'], 'Loan instalment due · 贷款到期提醒'), (notifications.domain.kinds.codes.Kind['CARD_DUE'], 'Card bill due · 信用卡账单提醒'), (notifications.domain.kinds.codes.Kind['DUE_TODAY'], 'Due today · 今日到期'), (notifications.domain.kinds.codes.Kind['OVERDUE_GENTLE'], 'Gentle overdue reminder · 逾期温和提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_DUE'], 'Promise due · 承诺到期提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_BROKEN'], 'Promise not kept · 承诺未履约提醒'), (notifications.domain.kinds.codes.Kind['PLAN_DUE'], 'Plan instalment due · 分期应还提醒'), (notifications.domain.kinds.codes.Kind['PAYMENT_RECEIVED'], 'Payment received · 还款回执'), (notifications.domain.kinds.codes.Kind['MEDIATION_INVITATION'], 'Mediation invitation · 调解邀请'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_INVITATION'], 'Negotiation invitation · 协商邀请'), (notifications.domain.kinds.codes.Kind['WRITTEN_CONFIRMATION'], 'Written confirmation · 书面确认'), (notifications.domain.kinds.codes.Kind['TOLD_CORRECTION'], 'Correction of what was told · 告知更正'), (notifications.domain.kinds.codes.Kind['TOLD_CONFIRMATION'], 'Confirmation of what was told · 告知确认'), (notifications.domain.kinds.codes.Kind['BALANCE_CHANGE'], 'Balance change · 账户变动通知'), (notifications.domain.kinds.codes.Kind['DEBIT_FAILED'], 'Debit failed · 扣款失败通知'), (notifications.domain.kinds.codes.Kind['PAID_UP'], 'Paid up · 结清通知'), (notifications.domain.kinds.codes.Kind['COMPLAINT_RECEIVED'], 'Complaint received · 投诉受理回执'), (notifications.domain.kinds.codes.Kind['REQUEST_RECEIVED'], 'Request received · 申请受理回执'), (notifications.domain.kinds.codes.Kind['NUMBER_CHANGED'], 'Number changed · 号码变更提示'), (notifications.domain.kinds.codes.Kind['ONE_TIME_CODE'], 'One-time code · 验证码'), (notifications.domain.kinds.codes.Kind['MEDIATION_CHANGED'], 'Mediation moved · 调解改期通知'), (notifications.domain.kinds.codes.Kind['MEDIATION_REMINDER'], 'Mediation reminder · 调解前提醒'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CHANGED'], 'Negotiation moved · 协商改期通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_REMINDER'], 'Negotiation reminder · 协商前提醒'), (notifications.domain.kinds.codes.Kind['FORMAL_DEMAND'], 'Formal demand · 正式催告'), (notifications.domain.kinds.codes.Kind['CREDIT_REPORT_NOTICE'], 'Credit-reporting notice · 征信报送告知'), (notifications.domain.kinds.codes.Kind['PLACEMENT_NOTICE'], 'Placement notice · 委外告知'), (notifications.domain.kinds.codes.Kind['ASSIGNMENT_NOTICE'], 'Assignment notice · 债权转让通知'), (notifications.domain.kinds.codes.Kind['LOAN_SCHEDULE'], 'Large-loan schedule · 大额贷款还款计划'), (notifications.domain.kinds.codes.Kind['SECURITY_ADVICE'], 'Security advice · 安全提示'), (notifications.domain.kinds.codes.Kind['COLLEAGUE_NOTE'], "A colleague's note · 专员短信")], max_length=24, verbose_name='kind')),
                ('total', models.PositiveIntegerField()),
                ('seen', models.PositiveIntegerField(default=0)),
                ('planned', models.PositiveIntegerField(default=0)),
                ('started_at', models.DateTimeField()),
                ('moved_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('on', 'kind'), name='plan_run_of_day')],
            },
        ),
        migrations.CreateModel(
            name='ProviderCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16, verbose_name='provider')),
                ('phase', models.CharField(choices=[('sending', 'On handing over · 提交时'), ('delivery', 'In a receipt · 送达回执')], max_length=8, verbose_name='phase')),
                ('code', models.CharField(max_length=16, verbose_name='code')),
                ('error_class', models.CharField(choices=[('number', 'The number is bad · 号码无效'), ('landline', 'Cannot receive texts · 不能接收短信'), ('opted_out', 'Opted out · 客户已退订'), ('content', 'Content blocked · 内容被拦截'), ('policy', "Against the provider's rules · 通道规则不许可"), ('config', 'Set-up of the sender · 通道配置问题'), ('transient', 'Passing; tried later · 暂时，稍后再试'), ('once', 'Once more, then a person · 再试一次，再不成由人处理')], max_length=12, verbose_name='what is done')),
                ('meaning', models.CharField(max_length=200, verbose_name='meaning')),
                ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                ('verified', models.BooleanField(default=False, verbose_name='verified')),
            ],
            options={
                'verbose_name': "provider's error code",
                'verbose_name_plural': "providers' error codes",
                'constraints': [models.UniqueConstraint(fields=('provider', 'phase', 'code'), name='provider_code_once')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16)),
                ('provider_id', models.CharField(max_length=64)),
                ('report', models.CharField(max_length=24)),
                ('error_code', models.CharField(blank=True, max_length=16)),
                ('applied', models.BooleanField(default=False)),
                ('received_at', models.DateTimeField()),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='notifications.message')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReminderRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[(notifications.domain.kinds.codes.Kind['LOAN_DUE'], 'Loan instalment due · 贷款到期提醒'), (notifications.domain.kinds.codes.Kind['CARD_DUE'], 'Card bill due · 信用卡账单提醒'), (notifications.domain.kinds.codes.Kind['DUE_TODAY'], 'Due today · 今日到期'), (notifications.domain.kinds.codes.Kind['OVERDUE_GENTLE'], 'Gentle overdue reminder · 逾期温和提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_DUE'], 'Promise due · 承诺到期提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_BROKEN'], 'Promise not kept · 承诺未履约提醒'), (notifications.domain.kinds.codes.Kind['PLAN_DUE'], 'Plan instalment due · 分期应还提醒'), (notifications.domain.kinds.codes.Kind['PAYMENT_RECEIVED'], 'Payment received · 还款回执'), (notifications.domain.kinds.codes.Kind['MEDIATION_INVITATION'], 'Mediation invitation · 调解邀请'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_INVITATION'], 'Negotiation invitation · 协商邀请'), (notifications.domain.kinds.codes.Kind['WRITTEN_CONFIRMATION'], 'Written confirmation · 书面确认'), (notifications.domain.kinds.codes.Kind['TOLD_CORRECTION'], 'Correction of what was told · 告知更正'), (notifications.domain.kinds.codes.Kind['TOLD_CONFIRMATION'], 'Confirmation of what was told · 告知确认'), (notifications.domain.kinds.codes.Kind['BALANCE_CHANGE'], 'Balance change · 账户变动通知'), (notifications.domain.kinds.codes.Kind['DEBIT_FAILED'], 'Debit failed · 扣款失败通知'), (notifications.domain.kinds.codes.Kind['PAID_UP'], 'Paid up · 结清通知'), (notifications.domain.kinds.codes.Kind['COMPLAINT_RECEIVED'], 'Complaint received · 投诉受理回执'), (notifications.domain.kinds.codes.Kind['REQUEST_RECEIVED'], 'Request received · 申请受理回执'), (notifications.domain.kinds.codes.Kind['NUMBER_CHANGED'], 'Number changed · 号码变更提示'), (notifications.domain.kinds.codes.Kind['ONE_TIME_CODE'], 'One-time code · 验证码'), (notifications.domain.kinds.codes.Kind['MEDIATION_CHANGED'], 'Mediation moved · 调解改期通知'), (notifications.domain.kinds.codes.Kind['MEDIATION_REMINDER'], 'Mediation reminder · 调解前提醒'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CHANGED'], 'Negotiation moved · 协商改期通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_REMINDER'], 'Negotiation reminder · 协商前提醒'), (notifications.domain.kinds.codes.Kind['FORMAL_DEMAND'], 'Formal demand · 正式催告'), (notifications.domain.kinds.codes.Kind['CREDIT_REPORT_NOTICE'], 'Credit-reporting notice · 征信报送告知'), (notifications.domain.kinds.codes.Kind['PLACEMENT_NOTICE'], 'Placement notice · 委外告知'), (notifications.domain.kinds.codes.Kind['ASSIGNMENT_NOTICE'], 'Assignment notice · 债权转让通知'), (notifications.domain.kinds.codes.Kind['LOAN_SCHEDULE'], 'Large-loan schedule · 大额贷款还款计划'), (notifications.domain.kinds.codes.Kind['SECURITY_ADVICE'], 'Security advice · 安全提示'), (notifications.domain.kinds.codes.Kind['COLLEAGUE_NOTE'], "A colleague's note · 专员短信")], max_length=24, verbose_name='kind')),
                ('product', models.CharField(blank=True, choices=[('card', 'credit card'), ('loan', 'loan')], db_default='', default='', max_length=8, verbose_name='product')),
                ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, db_default=[], default=list, help_text='Empty: every stage.', size=None, verbose_name='stages')),
                ('days', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), help_text='Before (negative) or after the due date; for overdue reminders, after the days of grace.', size=None, verbose_name='days')),
                ('at', models.TimeField(help_text="In the customer's own time zone.", verbose_name='hour')),
                ('active', models.BooleanField(default=True, verbose_name='active')),
                ('branch', models.ForeignKey(blank=True, help_text='Empty: every branch that has no steps of its own for this kind.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.branch', verbose_name='branch')),
            ],
            options={
                'verbose_name': 'reminder rule',
                'verbose_name_plural': 'reminder rules',
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16, verbose_name='provider')),
                ('provider_id', models.CharField(max_length=64)),
                ('number', collections_app.models.fields.SealedField()),
                ('number_token', models.CharField(max_length=32)),
                ('body', collections_app.models.fields.SealedField(blank=True)),
                ('intent', models.CharField(choices=[('risk_to_life', 'Risk to life · 人身危险'), ('bereavement', 'The customer has died · 客户身故'), ('stop', 'No more messages · 退订'), ('start', 'Messages again · 恢复接收'), ('help', 'Asks for help · 询问用法'), ('wrong_number', 'Wrong number · 号码有误'), ('fraud', 'Not taken out by them · 盗刷/冒名'), ('dispute', 'Disputes the debt · 对欠款有异议'), ('complaint', 'Complaint · 投诉'), ('paid', 'Says paid · 称已还款'), ('will_pay', 'Will pay · 承诺还款'), ('plan', 'Wants a plan · 希望分期'), ('hardship', 'Cannot pay · 还款困难'), ('call_me', 'Wants a call · 希望回电'), ('acknowledged', 'Acknowledged · 已阅'), ('unclear', 'For a person to read · 需人工判断')], max_length=16, verbose_name='intent')),
                ('confidence', models.PositiveSmallIntegerField(verbose_name='confidence')),
                ('findings', models.JSONField(default=list)),
                ('brought', models.JSONField(default=list)),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('contact_point', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='collections_app.contactpoint')),
                ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='collections_app.customer')),
                ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='notifications.message')),
            ],
            options={
                'verbose_name': 'reply',
                'verbose_name_plural': 'replies',
            },
        ),
        migrations.CreateModel(
            name='SandboxInbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16)),
                ('provider_id', models.CharField(max_length=64, unique=True)),
                ('number', collections_app.models.fields.SealedField()),
                ('number_token', models.CharField(max_length=32)),
                ('body', collections_app.models.fields.SealedField()),
                ('body_sha256', models.CharField(max_length=64)),
                ('status', models.CharField(default='delivered', max_length=16)),
                ('received_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-received_at', '-id'],
                'indexes': [models.Index(fields=['number_token', '-received_at'], name='sandbox_conversation')],
            },
        ),
        migrations.CreateModel(
            name='SenderRoute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('country', models.CharField(blank=True, default='', help_text='Empty: every country that has no routes.', max_length=2, verbose_name='country')),
                ('provider', models.CharField(max_length=16, verbose_name='provider')),
                ('weight', models.PositiveSmallIntegerField(help_text='Shares are by weight. 0: only while no other provider can be used.', verbose_name='weight')),
                ('branch', models.ForeignKey(blank=True, help_text='Empty: every branch that has no routes of its own.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.branch', verbose_name='branch')),
            ],
            options={
                'verbose_name': 'sender route',
                'verbose_name_plural': 'sender routes',
            },
        ),
        migrations.CreateModel(
            name='SenderShift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16, verbose_name='provider')),
                ('change', models.CharField(choices=[('avoided', 'avoided'), ('rested', 'used again'), ('stopped', 'stopped'), ('resumed', 'resumed')], max_length=10, verbose_name='change')),
                ('reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                ('calls', models.PositiveIntegerField(default=0, verbose_name='calls')),
                ('errors', models.PositiveIntegerField(default=0, verbose_name='errors')),
                ('mean_ms', models.PositiveIntegerField(default=0, verbose_name='mean time in ms')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by')),
            ],
            options={
                'verbose_name': 'sender shift',
                'verbose_name_plural': 'sender shifts',
            },
        ),
        migrations.CreateModel(
            name='SendingHalt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(blank=True, default='', max_length=16, verbose_name='provider')),
                ('kind', models.CharField(blank=True, choices=[(notifications.domain.kinds.codes.Kind['LOAN_DUE'], 'Loan instalment due · 贷款到期提醒'), (notifications.domain.kinds.codes.Kind['CARD_DUE'], 'Card bill due · 信用卡账单提醒'), (notifications.domain.kinds.codes.Kind['DUE_TODAY'], 'Due today · 今日到期'), (notifications.domain.kinds.codes.Kind['OVERDUE_GENTLE'], 'Gentle overdue reminder · 逾期温和提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_DUE'], 'Promise due · 承诺到期提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_BROKEN'], 'Promise not kept · 承诺未履约提醒'), (notifications.domain.kinds.codes.Kind['PLAN_DUE'], 'Plan instalment due · 分期应还提醒'), (notifications.domain.kinds.codes.Kind['PAYMENT_RECEIVED'], 'Payment received · 还款回执'), (notifications.domain.kinds.codes.Kind['MEDIATION_INVITATION'], 'Mediation invitation · 调解邀请'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_INVITATION'], 'Negotiation invitation · 协商邀请'), (notifications.domain.kinds.codes.Kind['WRITTEN_CONFIRMATION'], 'Written confirmation · 书面确认'), (notifications.domain.kinds.codes.Kind['TOLD_CORRECTION'], 'Correction of what was told · 告知更正'), (notifications.domain.kinds.codes.Kind['TOLD_CONFIRMATION'], 'Confirmation of what was told · 告知确认'), (notifications.domain.kinds.codes.Kind['BALANCE_CHANGE'], 'Balance change · 账户变动通知'), (notifications.domain.kinds.codes.Kind['DEBIT_FAILED'], 'Debit failed · 扣款失败通知'), (notifications.domain.kinds.codes.Kind['PAID_UP'], 'Paid up · 结清通知'), (notifications.domain.kinds.codes.Kind['COMPLAINT_RECEIVED'], 'Complaint received · 投诉受理回执'), (notifications.domain.kinds.codes.Kind['REQUEST_RECEIVED'], 'Request received · 申请受理回执'), (notifications.domain.kinds.codes.Kind['NUMBER_CHANGED'], 'Number changed · 号码变更提示'), (notifications.domain.kinds.codes.Kind['ONE_TIME_CODE'], 'One-time code · 验证码'), (notifications.domain.kinds.codes.Kind['MEDIATION_CHANGED'], 'Mediation moved · 调解改期通知'), (notifications.domain.kinds.codes.Kind['MEDIATION_REMINDER'], 'Mediation reminder · 调解前提醒'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CHANGED'], 'Negotiation moved · 协商改期通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_REMINDER'], 'Negotiation reminder · 协商前提醒'), (notifications.domain.kinds.codes.Kind['FORMAL_DEMAND'], 'Formal demand · 正式催告'), (notifications.domain.kinds.codes.Kind['CREDIT_REPORT_NOTICE'], 'Credit-reporting notice · 征信报送告知'), (notifications.domain.kinds.codes.Kind['PLACEMENT_NOTICE'], 'Placement notice · 委外告知'), (notifications.domain.kinds.codes.Kind['ASSIGNMENT_NOTICE'], 'Assignment notice · 债权转让通知'), (notifications.domain.kinds.codes.Kind['LOAN_SCHEDULE'], 'Large-loan schedule · 大额贷款还款计划'), (notifications.domain.kinds.codes.Kind['SECURITY_ADVICE'], 'Security advice · 安全提示'), (notifications.domain.kinds.codes.Kind['COLLEAGUE_NOTE'], "A colleague's note · 专员短信")], default='', max_length=24, verbose_name='kind')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('begun_at', models.DateTimeField(verbose_name='begun at')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by')),
                ('branch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.branch', verbose_name='branch')),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
            ],
            options={
                'verbose_name': 'sending halt',
                'verbose_name_plural': 'sending halts',
            },
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('learnt_at', models.DateTimeField(verbose_name='learnt at')),
                ('rows', models.PositiveIntegerField()),
                ('model', models.JSONField()),
                ('report', models.JSONField(default=dict, help_text='how the policies were judged that night')),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='notifications.experiment')),
            ],
            options={
                'verbose_name': 'snapshot of what was learnt',
                'verbose_name_plural': 'snapshots of what was learnt',
            },
        ),
        migrations.CreateModel(
            name='ExperimentPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('script', 'Baseline: fixed script · 固定话术基准'), ('greedy', 'Baseline: greedy · 贪心基准'), ('challenger', 'Challenger · 挑战者'), ('champion', 'Champion · 冠军')], max_length=12, verbose_name='role')),
                ('algorithm', models.CharField(choices=[('fixed', 'Fixed script · 固定话术'), ('greedy', 'Greedy · 贪心'), ('linucb', 'LinUCB · LinUCB'), ('lints', 'LinTS · LinTS')], max_length=8, verbose_name='algorithm')),
                ('alpha', models.FloatField(default=0.3)),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('since', models.DateTimeField(verbose_name='since')),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='policies', to='notifications.experiment')),
                ('frozen', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.snapshot')),
            ],
            options={
                'verbose_name': 'policy of an experiment',
                'verbose_name_plural': 'policies of experiments',
            },
        ),
        migrations.CreateModel(
            name='Tariff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16, verbose_name='provider')),
                ('country', models.CharField(blank=True, help_text='Two letters such as CN; empty for all others.', max_length=2, verbose_name='country')),
                ('per_thousand_fen', models.PositiveIntegerField(verbose_name='price of a thousand parts')),
            ],
            options={
                'verbose_name': 'tariff',
                'verbose_name_plural': 'tariffs',
                'constraints': [models.UniqueConstraint(fields=('provider', 'country'), name='tariff_once')],
            },
        ),
        migrations.CreateModel(
            name='Template',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[(notifications.domain.kinds.codes.Kind['LOAN_DUE'], 'Loan instalment due · 贷款到期提醒'), (notifications.domain.kinds.codes.Kind['CARD_DUE'], 'Card bill due · 信用卡账单提醒'), (notifications.domain.kinds.codes.Kind['DUE_TODAY'], 'Due today · 今日到期'), (notifications.domain.kinds.codes.Kind['OVERDUE_GENTLE'], 'Gentle overdue reminder · 逾期温和提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_DUE'], 'Promise due · 承诺到期提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_BROKEN'], 'Promise not kept · 承诺未履约提醒'), (notifications.domain.kinds.codes.Kind['PLAN_DUE'], 'Plan instalment due · 分期应还提醒'), (notifications.domain.kinds.codes.Kind['PAYMENT_RECEIVED'], 'Payment received · 还款回执'), (notifications.domain.kinds.codes.Kind['MEDIATION_INVITATION'], 'Mediation invitation · 调解邀请'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_INVITATION'], 'Negotiation invitation · 协商邀请'), (notifications.domain.kinds.codes.Kind['WRITTEN_CONFIRMATION'], 'Written confirmation · 书面确认'), (notifications.domain.kinds.codes.Kind['TOLD_CORRECTION'], 'Correction of what was told · 告知更正'), (notifications.domain.kinds.codes.Kind['TOLD_CONFIRMATION'], 'Confirmation of what was told · 告知确认'), (notifications.domain.kinds.codes.Kind['BALANCE_CHANGE'], 'Balance change · 账户变动通知'), (notifications.domain.kinds.codes.Kind['DEBIT_FAILED'], 'Debit failed · 扣款失败通知'), (notifications.domain.kinds.codes.Kind['PAID_UP'], 'Paid up · 结清通知'), (notifications.domain.kinds.codes.Kind['COMPLAINT_RECEIVED'], 'Complaint received · 投诉受理回执'), (notifications.domain.kinds.codes.Kind['REQUEST_RECEIVED'], 'Request received · 申请受理回执'), (notifications.domain.kinds.codes.Kind['NUMBER_CHANGED'], 'Number changed · 号码变更提示'), (notifications.domain.kinds.codes.Kind['ONE_TIME_CODE'], 'One-time code · 验证码'), (notifications.domain.kinds.codes.Kind['MEDIATION_CHANGED'], 'Mediation moved · 调解改期通知'), (notifications.domain.kinds.codes.Kind['MEDIATION_REMINDER'], 'Mediation reminder · 调解前提醒'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CHANGED'], 'Negotiation moved · 协商改期通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_REMINDER'], 'Negotiation reminder · 协商前提醒'), (notifications.domain.kinds.codes.Kind['FORMAL_DEMAND'], 'Formal demand · 正式催告'), (notifications.domain.kinds.codes.Kind['CREDIT_REPORT_NOTICE'], 'Credit-reporting notice · 征信报送告知'), (notifications.domain.kinds.codes.Kind['PLACEMENT_NOTICE'], 'Placement notice · 委外告知'), (notifications.domain.kinds.codes.Kind['ASSIGNMENT_NOTICE'], 'Assignment notice · 债权转让通知'), (notifications.domain.kinds.codes.Kind['LOAN_SCHEDULE'], 'Large-loan schedule · 大额贷款还款计划'), (notifications.domain.kinds.codes.Kind['SECURITY_ADVICE'], 'Security advice · 安全提示'), (notifications.domain.kinds.codes.Kind['COLLEAGUE_NOTE'], "A colleague's note · 专员短信")], max_length=24, verbose_name='kind')),
                ('variant', models.CharField(choices=[('explicit', 'Explicit · 明示版'), ('code', 'With code · 编号版'), ('link', 'With link · 链接版'), ('neutral', 'Neutral · 隐去版'), ('rest_agreed', 'Rest agreed · 余款有约定'), ('nothing_overdue', 'Nothing overdue · 已无逾期'), ('rest_open', 'Rest open · 仍有余款'), ('one_part', 'One part · 一次还清'), ('more_parts', 'More parts · 分次还款'), ('plan_part', 'Next of a plan · 还款安排下一期'), ('instalment', 'Instalment · 本期应还'), ('bill', 'Bill · 账单待还'), ('overdue', 'Overdue amount · 逾期金额'), ('money_in', 'Money in · 入账'), ('money_back', 'Money taken back · 冲回')], max_length=16, verbose_name='form')),
                ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], max_length=8, verbose_name='language')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('wording', models.CharField(blank=True, db_default='', default='', help_text="Empty for the bank's standard wording; a short name for one that competes with it.", max_length=16, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='wording')),
                ('body', models.TextField(verbose_name='text')),
                ('active', models.BooleanField(default=False, verbose_name='active')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('drafted_by', models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='drafted by the machine')),
                ('created_at', models.DateTimeField(verbose_name='written at')),
                ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approved at')),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
            ],
            options={
                'verbose_name': 'template',
                'verbose_name_plural': 'templates',
                'ordering': ['kind', 'variant', 'language', '-version'],
            },
        ),
        migrations.AddField(
            model_name='message',
            name='template',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='notifications.template'),
        ),
        migrations.CreateModel(
            name='TemplateRegistration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16, verbose_name='provider')),
                ('state', models.CharField(choices=[('pending', 'Handed in · 报备中'), ('approved', 'Approved by the provider · 已通过'), ('rejected', 'Rejected by the provider · 未通过')], max_length=10, verbose_name='state')),
                ('provider_template', models.CharField(blank=True, db_default='', max_length=64, verbose_name="the provider's own id")),
                ('reason', models.CharField(blank=True, db_default='', max_length=200, verbose_name='reason')),
                ('moved_at', models.DateTimeField(verbose_name='noted at')),
                ('moved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='noted by')),
                ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='notifications.template', verbose_name='template')),
            ],
            options={
                'verbose_name': 'text with a provider',
                'verbose_name_plural': 'texts with providers',
            },
        ),
        migrations.CreateModel(
            name='Choice',
            fields=[
                ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='choice', serialize=False, to='notifications.message')),
                ('role', models.CharField(choices=[('script', 'Baseline: fixed script · 固定话术基准'), ('greedy', 'Baseline: greedy · 贪心基准'), ('challenger', 'Challenger · 挑战者'), ('champion', 'Champion · 冠军')], max_length=12)),
                ('arm', models.PositiveSmallIntegerField()),
                ('wording', models.CharField(blank=True, max_length=16, verbose_name='wording')),
                ('at', models.TimeField(verbose_name='hour')),
                ('channel', models.CharField(max_length=8, verbose_name='channel')),
                ('allowed', models.JSONField(default=list)),
                ('refused', models.JSONField(default=dict)),
                ('context', models.JSONField(default=list)),
                ('scores', models.JSONField(default=list)),
                ('probability', models.FloatField()),
                ('spread', models.FloatField()),
                ('draw', models.FloatField()),
                ('explored', models.BooleanField()),
                ('chosen_at', models.DateTimeField(verbose_name='chosen at')),
                ('reward', models.FloatField(blank=True, null=True)),
                ('came', models.CharField(blank=True, choices=[('', 'Still open · 待观察'), ('paid', 'Paid · 已还款'), ('agreed', 'Agreed · 已约定'), ('nothing', 'Neither · 未还款未约定')], max_length=8, verbose_name='outcome')),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='notifications.experiment')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.experimentpolicy')),
                ('snapshot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.snapshot')),
            ],
            options={
                'verbose_name': 'choice',
                'verbose_name_plural': 'choices',
            },
        ),
        migrations.AddIndex(
            model_name='dial',
            index=models.Index(condition=models.Q(('state__in', ['begun', 'unknown'])), fields=['begun_at'], name='dial_unknown'),
        ),
        migrations.AddConstraint(
            model_name='dial',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['begun', 'unknown', 'accepted', 'ringing', 'answered'])), fields=('conversation',), name='dial_one_at_a_time'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dialreport',
            trigger=pgtrigger.compiler.Trigger(name='dial_report_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='520e3932e777cfbb0da34a141c0abb174831cd0f', operation='UPDATE OR DELETE', pgid='pgtrigger_dial_report_append_only_d49e7', table='notifications_dialreport', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('kind',), name='experiment_one_running_per_kind'),
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.CheckConstraint(condition=models.Q(('exploration__gte', 0), ('exploration__lte', 0.1)), name='experiment_exploration_capped'),
        ),
        migrations.AddConstraint(
            model_name='experiment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), models.Q(('started_by__isnull', False), models.Q(('started_by', models.F('created_by')), _negated=True)), _connector='OR'), name='experiment_started_by_a_second_person'),
        ),
        migrations.AddConstraint(
            model_name='experimentarm',
            constraint=models.UniqueConstraint(fields=('experiment', 'number'), name='arm_once'),
        ),
        migrations.AddConstraint(
            model_name='experimentarm',
            constraint=models.UniqueConstraint(fields=('experiment', 'wording', 'at', 'channel'), name='arm_differs'),
        ),
        migrations.AddIndex(
            model_name='receipt',
            index=models.Index(fields=['provider', 'provider_id'], name='receipt_of_message'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='receipt',
            trigger=pgtrigger.compiler.Trigger(name='receipt_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a87797ab1b90fd4648f8453da6089f7732551187', operation='UPDATE OR DELETE', pgid='pgtrigger_receipt_append_only_57b10', table='notifications_receipt', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='reminderrule',
            constraint=models.UniqueConstraint(models.F('kind'), models.F('branch'), models.F('product'), models.F('at'), name='reminder_rule_once', nulls_distinct=False),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(fields=['customer', '-received_at'], name='reply_of_record'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(fields=['number_token', '-received_at'], name='reply_conversation'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.UniqueConstraint(fields=('provider', 'provider_id', 'customer'), name='reply_once', nulls_distinct=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reply',
            trigger=pgtrigger.compiler.Trigger(name='reply_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.body IS DISTINCT FROM OLD.body OR NEW.number IS DISTINCT FROM OLD.number OR NEW.received_at IS DISTINCT FROM OLD.received_at OR NEW.intent IS DISTINCT FROM OLD.intent)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='38684903bf0d0f9e201852b97bdc93ae0ea659bf', operation='UPDATE', pgid='pgtrigger_reply_fixed_fb412', table='notifications_reply', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reply',
            trigger=pgtrigger.compiler.Trigger(name='reply_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='907c9f63c13703c70cee0b3382d919ec2ac7f109', operation='DELETE', pgid='pgtrigger_reply_kept_23183', table='notifications_reply', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='senderroute',
            constraint=models.UniqueConstraint(fields=('branch', 'country', 'provider'), name='sender_route_once', nulls_distinct=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='sendershift',
            trigger=pgtrigger.compiler.Trigger(name='sender_shift_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='32d2ee3b840e80d8012a420e047780a819919bad', operation='UPDATE OR DELETE', pgid='pgtrigger_sender_shift_append_only_7b774', table='notifications_sendershift', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='sendinghalt',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['begun_at'], name='halt_in_force'),
        ),
        migrations.AddConstraint(
            model_name='sendinghalt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='halt_ended_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='snapshot',
            constraint=models.UniqueConstraint(fields=('experiment', 'version'), name='snapshot_version_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snapshot',
            trigger=pgtrigger.compiler.Trigger(name='snapshot_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3ad71ed792eacff23c0ea8734ec97dd5d1c1ec20', operation='UPDATE', pgid='pgtrigger_snapshot_fixed_fcda4', table='notifications_snapshot', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='experimentpolicy',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('experiment', 'role'), name='policy_one_per_role'),
        ),
        migrations.AddConstraint(
            model_name='experimentpolicy',
            constraint=models.UniqueConstraint(fields=('experiment', 'role', 'version'), name='policy_version_once'),
        ),
        migrations.AddConstraint(
            model_name='template',
            constraint=models.UniqueConstraint(fields=('kind', 'variant', 'language', 'version'), name='template_version_once'),
        ),
        migrations.AddConstraint(
            model_name='template',
            constraint=models.UniqueConstraint(condition=models.Q(('active', True)), fields=('kind', 'variant', 'language', 'wording', 'valid_from', 'valid_to'), name='template_one_active_a_span', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='template',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='template_valid_in_order'),
        ),
        migrations.AddConstraint(
            model_name='template',
            constraint=models.CheckConstraint(condition=models.Q(('active', False), ('approved_at__isnull', False), _connector='OR'), name='template_active_is_approved'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='template',
            trigger=pgtrigger.compiler.Trigger(name='template_body_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'pgtrigger: Cannot update of "body", "kind", "variant", "language", "version", "wording" rows from % table\', TG_TABLE_NAME;', hash='d33002d0044a78ddae4d164f7382306f5005f12b', operation='UPDATE OF "body", "kind", "variant", "language", "version", "wording"', pgid='pgtrigger_template_body_fixed_b0bdc', table='notifications_template', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='template',
            trigger=pgtrigger.compiler.Trigger(name='template_origin_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'pgtrigger: Cannot update of "drafted_by", "valid_from", "valid_to" rows from % table\', TG_TABLE_NAME;', hash='983e65d829655d6f05f40ec49d7dd13202292aaf', operation='UPDATE OF "drafted_by", "valid_from", "valid_to"', pgid='pgtrigger_template_origin_fixed_df9e5', table='notifications_template', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='template',
            trigger=pgtrigger.compiler.Trigger(name='template_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='85cb355490537a9bc8517a732d4b8c5aee40bc75', operation='DELETE', pgid='pgtrigger_template_kept_c8335', table='notifications_template', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', [notifications.domain.lifecycle.MessageState['DEFERRED'], notifications.domain.lifecycle.MessageState['DUE'], notifications.domain.lifecycle.MessageState['FAILED_TRANSIENT'], notifications.domain.lifecycle.MessageState['PLANNED']])), fields=['lane', '-priority', 'due_at', 'id'], name='message_waiting'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('step__isnull', False)), fields=['account', 'kind', 'step_on'], name='message_of_step'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('purpose', 'otp'), ('state__in', [notifications.domain.lifecycle.MessageState['DEFERRED'], notifications.domain.lifecycle.MessageState['DUE'], notifications.domain.lifecycle.MessageState['FAILED_TRANSIENT'], notifications.domain.lifecycle.MessageState['PLANNED']])), fields=['due_at'], name='message_codes'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['claimed', 'unknown'])), fields=['state', 'lease_until'], name='message_open'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['accepted', 'sent'])), fields=['accepted_at'], name='message_unreported'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['customer', '-due_at'], name='message_of_record'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['state', '-due_at'], name='message_outbox'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['-due_at', '-id'], name='message_by_hour'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('reason', ''), _negated=True), fields=['reason', '-due_at'], name='message_by_reason'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(models.F('customer'), models.F('kind'), models.F('account'), models.F('about_on'), models.F('reference'), models.F('step'), models.F('round'), name='message_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('provider_id', ''), _negated=True), fields=('provider', 'provider_id'), name='message_provider_id_once'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'claimed'), _negated=True), models.Q(('lease_until__isnull', False), ('version__isnull', False), models.Q(('body_sha256', ''), _negated=True)), _connector='OR'), name='message_claimed_is_rendered'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='message',
            trigger=pgtrigger.compiler.Trigger(name='message_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{planned:cancelled,planned:claimed,planned:deferred,planned:due,planned:refused,due:cancelled,due:claimed,due:deferred,due:refused,deferred:cancelled,deferred:claimed,deferred:due,deferred:refused,claimed:accepted,claimed:delivered,claimed:due,claimed:failed_permanent,claimed:failed_transient,claimed:sent,claimed:undelivered,claimed:unknown,accepted:delivered,accepted:sent,accepted:undelivered,failed_transient:cancelled,failed_transient:claimed,failed_transient:deferred,failed_transient:delivered,failed_transient:failed_permanent,failed_transient:refused,failed_transient:sent,failed_transient:undelivered,unknown:accepted,unknown:delivered,unknown:due,unknown:failed_permanent,unknown:sent,unknown:undelivered,sent:delivered,sent:undelivered}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='24b59b34b4c7c47d18fc8ce0e716636d9a6473a8', operation='UPDATE', pgid='pgtrigger_message_transitions_540c8', table='notifications_message', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='message',
            trigger=pgtrigger.compiler.Trigger(name='message_evidence_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.accepted_at IS NOT NULL AND (NEW.body IS DISTINCT FROM OLD.body OR NEW.number IS DISTINCT FROM OLD.number OR NEW.number_provenance IS DISTINCT FROM OLD.number_provenance OR NEW.provider_id IS DISTINCT FROM OLD.provider_id OR NEW.accepted_at IS DISTINCT FROM OLD.accepted_at))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ca0852ea78a872a29163024b6497d12bc0120d03', operation='UPDATE', pgid='pgtrigger_message_evidence_fixed_d5b32', table='notifications_message', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='message',
            trigger=pgtrigger.compiler.Trigger(name='message_evidence_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.accepted_at IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='68ab89615e6e795daa6cd629ca0081b3678a16eb', operation='DELETE', pgid='pgtrigger_message_evidence_kept_a8200', table='notifications_message', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='templateregistration',
            constraint=models.UniqueConstraint(fields=('template', 'provider'), name='registration_once'),
        ),
        migrations.AddConstraint(
            model_name='templateregistration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('provider_template', ''), _negated=True), _connector='OR'), name='registration_has_id'),
        ),
        migrations.AddConstraint(
            model_name='templateregistration',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='registration_says_why'),
        ),
        migrations.AddIndex(
            model_name='choice',
            index=models.Index(condition=models.Q(('reward__isnull', True)), fields=['chosen_at'], name='choice_open'),
        ),
        migrations.AddIndex(
            model_name='choice',
            index=models.Index(condition=models.Q(('erased_at__isnull', True), ('reward__isnull', False)), fields=['experiment', 'chosen_at'], name='choice_learnt'),
        ),
        migrations.AddConstraint(
            model_name='choice',
            constraint=models.CheckConstraint(condition=models.Q(('probability__gt', 0), ('probability__lte', 1), ('spread__gt', 0), ('spread__lte', 1.0000001)), name='choice_probability'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='choice',
            trigger=pgtrigger.compiler.Trigger(name='choice_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'pgtrigger: Cannot update of "message_id", "experiment_id", "policy_id", "arm", "probability", "spread", "draw" rows from % table\', TG_TABLE_NAME;', hash='b29ecb95c5880bf6cbe0b26de1b24b4a68db625a', operation='UPDATE OF "message_id", "experiment_id", "policy_id", "arm", "probability", "spread", "draw"', pgid='pgtrigger_choice_fixed_8c0c5', table='notifications_choice', when='BEFORE')),
        ),
    ]
