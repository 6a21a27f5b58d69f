"""The tables of the first release, made in one step (docs/adr/0018)."""

import collections_app.models.fields
import collections_app.models.tables
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import notifications.domain.kinds.codes
import notifications.domain.lifecycle
import pgtrigger.compiler
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
        collections_app.models.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name='CountryTerms',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('provider', models.CharField(max_length=16, verbose_name='provider')),
                        ('country', models.CharField(help_text='Two letters such as CN.', max_length=2, verbose_name='country')),
                        ('carries', models.CharField(choices=[('all', 'Everything · 全部短信'), ('security', 'Codes and security notices only · 仅验证码和安全提醒'), ('codes', 'Codes only · 仅验证码'), ('nothing', 'Nothing · 一律不发')], default='all', help_text='What it may not carry is refused when it is planned and again when it is sent.', max_length=10, verbose_name='carries')),
                        ('links', models.BooleanField(default=True, verbose_name='with links')),
                        ('source', models.CharField(blank=True, default='', max_length=240, verbose_name='source')),
                        ('verified', models.BooleanField(default=False, verbose_name='verified')),
                    ],
                    options={
                        'verbose_name': 'terms of a provider for a country',
                        'verbose_name_plural': 'terms of providers by country',
                        'constraints': [
                            models.UniqueConstraint(fields=('provider', 'country'), name='country_terms_once'),
                            models.CheckConstraint(condition=models.Q(('carries__in', ['all', 'codes', 'nothing', 'security']), ('country__regex', '^[A-Z]{2}$')), name='country_terms_known'),
                        ],
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
                    name='Dial',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('conversation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dials', to='collections_app.conversation')),
                        ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
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
                    ],
                    options={
                        'indexes': [
                            models.Index(condition=models.Q(('state__in', ['begun', 'unknown'])), fields=['begun_at'], name='dial_unknown'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state', 'failed'), _negated=True), fields=('conversation',), name='dial_rings_once'),
                        ],
                    },
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
                        ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                        ('created_at', models.DateTimeField(verbose_name='written at')),
                        ('started_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='started at')),
                        ('stopped_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('stopped_at', models.DateTimeField(blank=True, null=True, verbose_name='stopped at')),
                    ],
                    options={
                        'verbose_name': 'experiment',
                        'verbose_name_plural': 'experiments',
                        'ordering': ['-id'],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('kind',), name='experiment_one_running_per_kind'),
                            models.CheckConstraint(condition=models.Q(('exploration__gte', 0), ('exploration__lte', 0.1)), name='experiment_exploration_capped'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'running'), _negated=True), models.Q(('started_by__isnull', False), models.Q(('started_by', models.F('created_by')), _negated=True)), _connector='OR'), name='experiment_started_by_a_second_person'),
                        ],
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
                        ('kind', models.CharField(choices=[(notifications.domain.kinds.codes.Kind['LOAN_DUE'], 'Loan instalment due · 贷款到期提醒'), (notifications.domain.kinds.codes.Kind['CARD_DUE'], 'Card bill due · 信用卡账单提醒'), (notifications.domain.kinds.codes.Kind['DUE_TODAY'], 'Due today · 今日到期'), (notifications.domain.kinds.codes.Kind['OVERDUE_GENTLE'], 'Gentle overdue reminder · 逾期温和提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_DUE'], 'Promise due · 承诺到期提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_BROKEN'], 'Promise not kept · 承诺未履约提醒'), (notifications.domain.kinds.codes.Kind['PLAN_DUE'], 'Plan instalment due · 分期应还提醒'), (notifications.domain.kinds.codes.Kind['PAYMENT_RECEIVED'], 'Payment received · 还款回执'), (notifications.domain.kinds.codes.Kind['MEDIATION_INVITATION'], 'Mediation invitation · 调解邀请'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_INVITATION'], 'Negotiation invitation · 协商邀请'), (notifications.domain.kinds.codes.Kind['WRITTEN_CONFIRMATION'], 'Written confirmation · 书面确认'), (notifications.domain.kinds.codes.Kind['TOLD_CORRECTION'], 'Correction of what was told · 告知更正'), (notifications.domain.kinds.codes.Kind['TOLD_CONFIRMATION'], 'Confirmation of what was told · 告知确认'), (notifications.domain.kinds.codes.Kind['PLAN_RECALCULATED'], 'Schedule of a plan made anew · 分期重算通知'), (notifications.domain.kinds.codes.Kind['BALANCE_CHANGE'], 'Balance change · 账户变动通知'), (notifications.domain.kinds.codes.Kind['DEBIT_FAILED'], 'Debit failed · 扣款失败通知'), (notifications.domain.kinds.codes.Kind['PAID_UP'], 'Paid up · 结清通知'), (notifications.domain.kinds.codes.Kind['COMPLAINT_RECEIVED'], 'Complaint received · 投诉受理回执'), (notifications.domain.kinds.codes.Kind['REQUEST_RECEIVED'], 'Request received · 申请受理回执'), (notifications.domain.kinds.codes.Kind['NUMBER_CHANGED'], 'Number changed · 号码变更提示'), (notifications.domain.kinds.codes.Kind['ONE_TIME_CODE'], 'One-time code · 验证码'), (notifications.domain.kinds.codes.Kind['SIGNING_CODE'], 'Code to sign with · 签署验证码'), (notifications.domain.kinds.codes.Kind['STOP_CONFIRMED'], 'No more messages, confirmed · 退订确认'), (notifications.domain.kinds.codes.Kind['START_CONFIRMED'], 'Messages again, confirmed · 恢复接收确认'), (notifications.domain.kinds.codes.Kind['HELP_ANSWER'], 'Answer to a call for help · 帮助说明'), (notifications.domain.kinds.codes.Kind['MEDIATION_CHANGED'], 'Mediation moved · 调解改期通知'), (notifications.domain.kinds.codes.Kind['MEDIATION_REMINDER'], 'Mediation reminder · 调解前提醒'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CHANGED'], 'Negotiation moved · 协商改期通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_REMINDER'], 'Negotiation reminder · 协商前提醒'), (notifications.domain.kinds.codes.Kind['MEDIATION_DATES'], 'Dates of a mediation to choose from · 调解选时间'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_DATES'], 'Dates of a negotiation to choose from · 协商选时间'), (notifications.domain.kinds.codes.Kind['AGREEMENT_TO_SIGN'], 'Agreement to sign · 协议待签署'), (notifications.domain.kinds.codes.Kind['MEDIATION_CANCELLED'], 'Mediation called off · 调解取消通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CANCELLED'], 'Negotiation called off · 协商取消通知'), (notifications.domain.kinds.codes.Kind['FORMAL_DEMAND'], 'Formal demand · 正式催告'), (notifications.domain.kinds.codes.Kind['CREDIT_REPORT_NOTICE'], 'Credit-reporting notice · 征信报送告知'), (notifications.domain.kinds.codes.Kind['PLACEMENT_NOTICE'], 'Placement notice · 委外告知'), (notifications.domain.kinds.codes.Kind['ASSIGNMENT_NOTICE'], 'Assignment notice · 债权转让通知'), (notifications.domain.kinds.codes.Kind['LOAN_SCHEDULE'], 'Large-loan schedule · 大额贷款还款计划'), (notifications.domain.kinds.codes.Kind['SECURITY_ADVICE'], 'Security advice · 安全提示'), (notifications.domain.kinds.codes.Kind['COLLEAGUE_NOTE'], "A colleague's note · 专员短信"), (notifications.domain.kinds.codes.Kind['PAGE_LINK'], 'Way in to the page · 页面入口')], max_length=24, verbose_name='kind')),
                        ('total', models.PositiveIntegerField()),
                        ('seen', models.PositiveIntegerField(default=0)),
                        ('planned', models.PositiveIntegerField(default=0)),
                        ('started_at', models.DateTimeField()),
                        ('moved_at', models.DateTimeField()),
                        ('finished_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('on', 'kind'), name='plan_run_of_day'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='PostFile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=120, verbose_name='file')),
                        ('sha256', models.CharField(max_length=64, verbose_name='hash of the file')),
                        ('taken', models.PositiveIntegerField(default=0, verbose_name='lines taken in')),
                        ('known', models.PositiveIntegerField(default=0, verbose_name='lines known before')),
                        ('rejected', models.JSONField(default=list, verbose_name='rejected lines')),
                        ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by')),
                        ('at', models.DateTimeField(verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'file of the post',
                        'verbose_name_plural': 'files of the post',
                        'ordering': ['-at', '-id'],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='post_file_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b9347e0655c1cfa8a6675f9ee1afc75e7d6f3ced', operation='UPDATE OR DELETE', pgid='pgtrigger_post_file_append_only_44392', table='notifications_postfile', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='PrintBatch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('state', models.CharField(choices=[('made', 'To be handed over · 待交付'), ('handing', 'Being handed over · 交付中'), ('handed_over', 'Handed over · 已交付制作'), ('unknown', 'Nobody knows whether it was handed over · 交付结果不明')], default='made', max_length=12, verbose_name='state')),
                        ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                        ('made_at', models.DateTimeField(verbose_name='made at')),
                        ('letters_count', models.PositiveSmallIntegerField(verbose_name='letters')),
                        ('sha256', models.CharField(blank=True, max_length=64, verbose_name='hash of the file')),
                        ('stored_as', models.CharField(blank=True, max_length=120)),
                        ('handing_since', models.DateTimeField(blank=True, null=True)),
                        ('handed_over_at', models.DateTimeField(blank=True, null=True, verbose_name='handed over at')),
                    ],
                    options={
                        'verbose_name': 'print batch',
                        'verbose_name_plural': 'print batches',
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='print_batch_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{made:handed_over,made:handing,handing:handed_over,handing:made,handing:unknown,unknown:handed_over,unknown:made}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='180512128ad99d8ab59aad80f4e0bd6a479a8133', operation='UPDATE', pgid='pgtrigger_print_batch_transitions_a1532', table='notifications_printbatch', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='print_batch_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='4e8af4fba0d5facd27f004c497759ec93e7d5afa', operation='DELETE', pgid='pgtrigger_print_batch_kept_fcaf2', table='notifications_printbatch', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ProviderCode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('provider', models.CharField(max_length=16, verbose_name='provider')),
                        ('phase', models.CharField(choices=[('sending', 'On handing over · 提交时'), ('delivery', 'In a receipt · 送达回执')], max_length=8, verbose_name='phase')),
                        ('code', models.CharField(max_length=16, verbose_name='code')),
                        ('error_class', models.CharField(choices=[('number', 'The number is bad · 号码无效'), ('landline', 'Cannot receive texts · 不能接收短信'), ('opted_out', 'Opted out · 客户已退订'), ('route', 'The provider does not reach the number · 该通道到不了此号码'), ('content', 'Content blocked · 内容被拦截'), ('policy', "Against the provider's rules · 通道规则不许可"), ('config', 'Set-up of the sender · 通道配置问题'), ('transient', 'Passing; tried later · 暂时，稍后再试'), ('unreachable', 'Handset not reached; again on a later day · 手机暂时不可达，改日再发'), ('once', 'Once more, then a person · 再试一次，再不成由人处理')], max_length=12, verbose_name='what is done')),
                        ('meaning', models.CharField(max_length=200, verbose_name='meaning in English')),
                        ('meaning_zh', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='meaning in Chinese')),
                        ('source', models.CharField(blank=True, max_length=200, verbose_name='source')),
                        ('verified', models.BooleanField(default=False, verbose_name='verified')),
                    ],
                    options={
                        'verbose_name': "provider's error code",
                        'verbose_name_plural': "providers' error codes",
                        'constraints': [
                            models.UniqueConstraint(fields=('provider', 'phase', 'code'), name='provider_code_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ProviderTerms',
                    fields=[
                        ('provider', models.CharField(max_length=16, primary_key=True, serialize=False, verbose_name='provider')),
                        ('approves_texts', models.BooleanField(db_default=False, default=False, help_text='Texts it has not approved are not sent through it.', verbose_name='approves each text itself')),
                        ('notices_opt_out', models.CharField(choices=[('forbidden', 'Forbidden · 不得含'), ('allowed', 'Allowed · 可含'), ('required', 'Required · 必须含')], default='forbidden', max_length=10, verbose_name='words to stop messages, on notices')),
                        ('promotions_opt_out', models.CharField(choices=[('forbidden', 'Forbidden · 不得含'), ('allowed', 'Allowed · 可含'), ('required', 'Required · 必须含')], default='required', max_length=10, verbose_name='words to stop messages, on promotions')),
                        ('stop_closes', models.CharField(choices=[('class', 'Only the class of messages it answers · 仅限所回复的一类短信'), ('channel', 'The whole channel · 整个渠道')], db_default='class', default='class', help_text='What the provider itself closes; where the rule pack closes more, that holds.', max_length=8, verbose_name='STOP closes')),
                        ('answers_words', models.BooleanField(db_default=False, default=False, verbose_name='answers STOP, START and HELP itself')),
                        ('source', models.CharField(blank=True, db_default='', default='', max_length=240, verbose_name='source')),
                        ('verified', models.BooleanField(db_default=False, default=False, verbose_name='verified')),
                    ],
                    options={
                        'verbose_name': 'terms of a provider',
                        'verbose_name_plural': 'terms of providers',
                    },
                ),
                migrations.CreateModel(
                    name='ReminderRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[(notifications.domain.kinds.codes.Kind['LOAN_DUE'], 'Loan instalment due · 贷款到期提醒'), (notifications.domain.kinds.codes.Kind['CARD_DUE'], 'Card bill due · 信用卡账单提醒'), (notifications.domain.kinds.codes.Kind['DUE_TODAY'], 'Due today · 今日到期'), (notifications.domain.kinds.codes.Kind['OVERDUE_GENTLE'], 'Gentle overdue reminder · 逾期温和提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_DUE'], 'Promise due · 承诺到期提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_BROKEN'], 'Promise not kept · 承诺未履约提醒'), (notifications.domain.kinds.codes.Kind['PLAN_DUE'], 'Plan instalment due · 分期应还提醒'), (notifications.domain.kinds.codes.Kind['PAYMENT_RECEIVED'], 'Payment received · 还款回执'), (notifications.domain.kinds.codes.Kind['MEDIATION_INVITATION'], 'Mediation invitation · 调解邀请'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_INVITATION'], 'Negotiation invitation · 协商邀请'), (notifications.domain.kinds.codes.Kind['WRITTEN_CONFIRMATION'], 'Written confirmation · 书面确认'), (notifications.domain.kinds.codes.Kind['TOLD_CORRECTION'], 'Correction of what was told · 告知更正'), (notifications.domain.kinds.codes.Kind['TOLD_CONFIRMATION'], 'Confirmation of what was told · 告知确认'), (notifications.domain.kinds.codes.Kind['PLAN_RECALCULATED'], 'Schedule of a plan made anew · 分期重算通知'), (notifications.domain.kinds.codes.Kind['BALANCE_CHANGE'], 'Balance change · 账户变动通知'), (notifications.domain.kinds.codes.Kind['DEBIT_FAILED'], 'Debit failed · 扣款失败通知'), (notifications.domain.kinds.codes.Kind['PAID_UP'], 'Paid up · 结清通知'), (notifications.domain.kinds.codes.Kind['COMPLAINT_RECEIVED'], 'Complaint received · 投诉受理回执'), (notifications.domain.kinds.codes.Kind['REQUEST_RECEIVED'], 'Request received · 申请受理回执'), (notifications.domain.kinds.codes.Kind['NUMBER_CHANGED'], 'Number changed · 号码变更提示'), (notifications.domain.kinds.codes.Kind['ONE_TIME_CODE'], 'One-time code · 验证码'), (notifications.domain.kinds.codes.Kind['SIGNING_CODE'], 'Code to sign with · 签署验证码'), (notifications.domain.kinds.codes.Kind['STOP_CONFIRMED'], 'No more messages, confirmed · 退订确认'), (notifications.domain.kinds.codes.Kind['START_CONFIRMED'], 'Messages again, confirmed · 恢复接收确认'), (notifications.domain.kinds.codes.Kind['HELP_ANSWER'], 'Answer to a call for help · 帮助说明'), (notifications.domain.kinds.codes.Kind['MEDIATION_CHANGED'], 'Mediation moved · 调解改期通知'), (notifications.domain.kinds.codes.Kind['MEDIATION_REMINDER'], 'Mediation reminder · 调解前提醒'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CHANGED'], 'Negotiation moved · 协商改期通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_REMINDER'], 'Negotiation reminder · 协商前提醒'), (notifications.domain.kinds.codes.Kind['MEDIATION_DATES'], 'Dates of a mediation to choose from · 调解选时间'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_DATES'], 'Dates of a negotiation to choose from · 协商选时间'), (notifications.domain.kinds.codes.Kind['AGREEMENT_TO_SIGN'], 'Agreement to sign · 协议待签署'), (notifications.domain.kinds.codes.Kind['MEDIATION_CANCELLED'], 'Mediation called off · 调解取消通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CANCELLED'], 'Negotiation called off · 协商取消通知'), (notifications.domain.kinds.codes.Kind['FORMAL_DEMAND'], 'Formal demand · 正式催告'), (notifications.domain.kinds.codes.Kind['CREDIT_REPORT_NOTICE'], 'Credit-reporting notice · 征信报送告知'), (notifications.domain.kinds.codes.Kind['PLACEMENT_NOTICE'], 'Placement notice · 委外告知'), (notifications.domain.kinds.codes.Kind['ASSIGNMENT_NOTICE'], 'Assignment notice · 债权转让通知'), (notifications.domain.kinds.codes.Kind['LOAN_SCHEDULE'], 'Large-loan schedule · 大额贷款还款计划'), (notifications.domain.kinds.codes.Kind['SECURITY_ADVICE'], 'Security advice · 安全提示'), (notifications.domain.kinds.codes.Kind['COLLEAGUE_NOTE'], "A colleague's note · 专员短信"), (notifications.domain.kinds.codes.Kind['PAGE_LINK'], 'Way in to the page · 页面入口')], max_length=24, verbose_name='kind')),
                        ('branch', models.ForeignKey(blank=True, help_text='Empty: every branch that has no steps of its own for this kind.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.branch', verbose_name='branch')),
                        ('product', models.CharField(blank=True, choices=[('card', 'credit card'), ('loan', 'loan')], db_default='', default='', max_length=8, verbose_name='product')),
                        ('stages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), blank=True, db_default=[], default=list, help_text='Empty: every stage.', size=None, verbose_name='stages')),
                        ('days', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), help_text='Before (negative) or after the due date; for overdue reminders, after the days of grace.', size=None, verbose_name='days')),
                        ('at', models.TimeField(help_text="In the customer's own time zone.", verbose_name='hour')),
                        ('again', models.PositiveSmallIntegerField(db_default=2, default=2, help_text='How often at most, a day apart and while it is of use, when the handset was not reached.', validators=[django.core.validators.MaxValueValidator(2)], verbose_name='sent again on later days')),
                        ('active', models.BooleanField(default=True, verbose_name='active')),
                    ],
                    options={
                        'verbose_name': 'reminder rule',
                        'verbose_name_plural': 'reminder rules',
                        'constraints': [
                            models.UniqueConstraint(models.F('kind'), models.F('branch'), models.F('product'), models.F('at'), name='reminder_rule_once', nulls_distinct=False),
                        ],
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
                        'indexes': [
                            models.Index(fields=['number_token', '-received_at'], name='sandbox_conversation'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SenderRoute',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('branch', models.ForeignKey(blank=True, help_text='Empty: every branch that has no routes of its own.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.branch', verbose_name='branch')),
                        ('country', models.CharField(blank=True, default='', help_text='Empty: every country that has no routes.', max_length=2, verbose_name='country')),
                        ('provider', models.CharField(max_length=16, verbose_name='provider')),
                        ('weight', models.PositiveSmallIntegerField(help_text='Shares are by weight. 0: only while no other provider can be used.', verbose_name='weight')),
                    ],
                    options={
                        'verbose_name': 'sender route',
                        'verbose_name_plural': 'sender routes',
                        'constraints': [
                            models.UniqueConstraint(fields=('branch', 'country', 'provider'), name='sender_route_once', nulls_distinct=False),
                        ],
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
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by')),
                        ('at', models.DateTimeField(verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'sender shift',
                        'verbose_name_plural': 'sender shifts',
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='sender_shift_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='32d2ee3b840e80d8012a420e047780a819919bad', operation='UPDATE OR DELETE', pgid='pgtrigger_sender_shift_append_only_7b774', table='notifications_sendershift', when='BEFORE')),
                        ],
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
                    name='SendingHalt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('provider', models.CharField(blank=True, default='', max_length=16, verbose_name='provider')),
                        ('kind', models.CharField(blank=True, choices=[(notifications.domain.kinds.codes.Kind['LOAN_DUE'], 'Loan instalment due · 贷款到期提醒'), (notifications.domain.kinds.codes.Kind['CARD_DUE'], 'Card bill due · 信用卡账单提醒'), (notifications.domain.kinds.codes.Kind['DUE_TODAY'], 'Due today · 今日到期'), (notifications.domain.kinds.codes.Kind['OVERDUE_GENTLE'], 'Gentle overdue reminder · 逾期温和提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_DUE'], 'Promise due · 承诺到期提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_BROKEN'], 'Promise not kept · 承诺未履约提醒'), (notifications.domain.kinds.codes.Kind['PLAN_DUE'], 'Plan instalment due · 分期应还提醒'), (notifications.domain.kinds.codes.Kind['PAYMENT_RECEIVED'], 'Payment received · 还款回执'), (notifications.domain.kinds.codes.Kind['MEDIATION_INVITATION'], 'Mediation invitation · 调解邀请'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_INVITATION'], 'Negotiation invitation · 协商邀请'), (notifications.domain.kinds.codes.Kind['WRITTEN_CONFIRMATION'], 'Written confirmation · 书面确认'), (notifications.domain.kinds.codes.Kind['TOLD_CORRECTION'], 'Correction of what was told · 告知更正'), (notifications.domain.kinds.codes.Kind['TOLD_CONFIRMATION'], 'Confirmation of what was told · 告知确认'), (notifications.domain.kinds.codes.Kind['PLAN_RECALCULATED'], 'Schedule of a plan made anew · 分期重算通知'), (notifications.domain.kinds.codes.Kind['BALANCE_CHANGE'], 'Balance change · 账户变动通知'), (notifications.domain.kinds.codes.Kind['DEBIT_FAILED'], 'Debit failed · 扣款失败通知'), (notifications.domain.kinds.codes.Kind['PAID_UP'], 'Paid up · 结清通知'), (notifications.domain.kinds.codes.Kind['COMPLAINT_RECEIVED'], 'Complaint received · 投诉受理回执'), (notifications.domain.kinds.codes.Kind['REQUEST_RECEIVED'], 'Request received · 申请受理回执'), (notifications.domain.kinds.codes.Kind['NUMBER_CHANGED'], 'Number changed · 号码变更提示'), (notifications.domain.kinds.codes.Kind['ONE_TIME_CODE'], 'One-time code · 验证码'), (notifications.domain.kinds.codes.Kind['SIGNING_CODE'], 'Code to sign with · 签署验证码'), (notifications.domain.kinds.codes.Kind['STOP_CONFIRMED'], 'No more messages, confirmed · 退订确认'), (notifications.domain.kinds.codes.Kind['START_CONFIRMED'], 'Messages again, confirmed · 恢复接收确认'), (notifications.domain.kinds.codes.Kind['HELP_ANSWER'], 'Answer to a call for help · 帮助说明'), (notifications.domain.kinds.codes.Kind['MEDIATION_CHANGED'], 'Mediation moved · 调解改期通知'), (notifications.domain.kinds.codes.Kind['MEDIATION_REMINDER'], 'Mediation reminder · 调解前提醒'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CHANGED'], 'Negotiation moved · 协商改期通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_REMINDER'], 'Negotiation reminder · 协商前提醒'), (notifications.domain.kinds.codes.Kind['MEDIATION_DATES'], 'Dates of a mediation to choose from · 调解选时间'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_DATES'], 'Dates of a negotiation to choose from · 协商选时间'), (notifications.domain.kinds.codes.Kind['AGREEMENT_TO_SIGN'], 'Agreement to sign · 协议待签署'), (notifications.domain.kinds.codes.Kind['MEDIATION_CANCELLED'], 'Mediation called off · 调解取消通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CANCELLED'], 'Negotiation called off · 协商取消通知'), (notifications.domain.kinds.codes.Kind['FORMAL_DEMAND'], 'Formal demand · 正式催告'), (notifications.domain.kinds.codes.Kind['CREDIT_REPORT_NOTICE'], 'Credit-reporting notice · 征信报送告知'), (notifications.domain.kinds.codes.Kind['PLACEMENT_NOTICE'], 'Placement notice · 委外告知'), (notifications.domain.kinds.codes.Kind['ASSIGNMENT_NOTICE'], 'Assignment notice · 债权转让通知'), (notifications.domain.kinds.codes.Kind['LOAN_SCHEDULE'], 'Large-loan schedule · 大额贷款还款计划'), (notifications.domain.kinds.codes.Kind['SECURITY_ADVICE'], 'Security advice · 安全提示'), (notifications.domain.kinds.codes.Kind['COLLEAGUE_NOTE'], "A colleague's note · 专员短信"), (notifications.domain.kinds.codes.Kind['PAGE_LINK'], 'Way in to the page · 页面入口')], default='', max_length=24, verbose_name='kind')),
                        ('branch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.branch', verbose_name='branch')),
                        ('reason', models.CharField(max_length=200, verbose_name='reason')),
                        ('begun_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='begun by')),
                        ('begun_at', models.DateTimeField(verbose_name='begun at')),
                        ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='ended by')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                        ('end_reason', models.CharField(blank=True, db_default='', default='', max_length=200, verbose_name='why it was ended')),
                    ],
                    options={
                        'verbose_name': 'sending halt',
                        'verbose_name_plural': 'sending halts',
                        'indexes': [
                            models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['begun_at'], name='halt_in_force'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by__isnull', True)), models.Q(('ended_at__isnull', False), ('ended_by__isnull', False)), _connector='OR'), name='halt_ended_by_somebody'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Tariff',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('provider', models.CharField(max_length=16, verbose_name='provider')),
                        ('country', models.CharField(blank=True, help_text='Two letters such as CN; empty for all others.', max_length=2, verbose_name='country')),
                        ('per_thousand_fen', models.PositiveIntegerField(verbose_name='price of a thousand parts')),
                        ('source', models.CharField(blank=True, db_default='', default='', max_length=240, verbose_name='source')),
                        ('verified', models.BooleanField(db_default=False, default=False, verbose_name='verified')),
                    ],
                    options={
                        'verbose_name': 'tariff',
                        'verbose_name_plural': 'tariffs',
                        'constraints': [
                            models.UniqueConstraint(fields=('provider', 'country'), name='tariff_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Template',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', models.CharField(choices=[(notifications.domain.kinds.codes.Kind['LOAN_DUE'], 'Loan instalment due · 贷款到期提醒'), (notifications.domain.kinds.codes.Kind['CARD_DUE'], 'Card bill due · 信用卡账单提醒'), (notifications.domain.kinds.codes.Kind['DUE_TODAY'], 'Due today · 今日到期'), (notifications.domain.kinds.codes.Kind['OVERDUE_GENTLE'], 'Gentle overdue reminder · 逾期温和提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_DUE'], 'Promise due · 承诺到期提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_BROKEN'], 'Promise not kept · 承诺未履约提醒'), (notifications.domain.kinds.codes.Kind['PLAN_DUE'], 'Plan instalment due · 分期应还提醒'), (notifications.domain.kinds.codes.Kind['PAYMENT_RECEIVED'], 'Payment received · 还款回执'), (notifications.domain.kinds.codes.Kind['MEDIATION_INVITATION'], 'Mediation invitation · 调解邀请'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_INVITATION'], 'Negotiation invitation · 协商邀请'), (notifications.domain.kinds.codes.Kind['WRITTEN_CONFIRMATION'], 'Written confirmation · 书面确认'), (notifications.domain.kinds.codes.Kind['TOLD_CORRECTION'], 'Correction of what was told · 告知更正'), (notifications.domain.kinds.codes.Kind['TOLD_CONFIRMATION'], 'Confirmation of what was told · 告知确认'), (notifications.domain.kinds.codes.Kind['PLAN_RECALCULATED'], 'Schedule of a plan made anew · 分期重算通知'), (notifications.domain.kinds.codes.Kind['BALANCE_CHANGE'], 'Balance change · 账户变动通知'), (notifications.domain.kinds.codes.Kind['DEBIT_FAILED'], 'Debit failed · 扣款失败通知'), (notifications.domain.kinds.codes.Kind['PAID_UP'], 'Paid up · 结清通知'), (notifications.domain.kinds.codes.Kind['COMPLAINT_RECEIVED'], 'Complaint received · 投诉受理回执'), (notifications.domain.kinds.codes.Kind['REQUEST_RECEIVED'], 'Request received · 申请受理回执'), (notifications.domain.kinds.codes.Kind['NUMBER_CHANGED'], 'Number changed · 号码变更提示'), (notifications.domain.kinds.codes.Kind['ONE_TIME_CODE'], 'One-time code · 验证码'), (notifications.domain.kinds.codes.Kind['SIGNING_CODE'], 'Code to sign with · 签署验证码'), (notifications.domain.kinds.codes.Kind['STOP_CONFIRMED'], 'No more messages, confirmed · 退订确认'), (notifications.domain.kinds.codes.Kind['START_CONFIRMED'], 'Messages again, confirmed · 恢复接收确认'), (notifications.domain.kinds.codes.Kind['HELP_ANSWER'], 'Answer to a call for help · 帮助说明'), (notifications.domain.kinds.codes.Kind['MEDIATION_CHANGED'], 'Mediation moved · 调解改期通知'), (notifications.domain.kinds.codes.Kind['MEDIATION_REMINDER'], 'Mediation reminder · 调解前提醒'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CHANGED'], 'Negotiation moved · 协商改期通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_REMINDER'], 'Negotiation reminder · 协商前提醒'), (notifications.domain.kinds.codes.Kind['MEDIATION_DATES'], 'Dates of a mediation to choose from · 调解选时间'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_DATES'], 'Dates of a negotiation to choose from · 协商选时间'), (notifications.domain.kinds.codes.Kind['AGREEMENT_TO_SIGN'], 'Agreement to sign · 协议待签署'), (notifications.domain.kinds.codes.Kind['MEDIATION_CANCELLED'], 'Mediation called off · 调解取消通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CANCELLED'], 'Negotiation called off · 协商取消通知'), (notifications.domain.kinds.codes.Kind['FORMAL_DEMAND'], 'Formal demand · 正式催告'), (notifications.domain.kinds.codes.Kind['CREDIT_REPORT_NOTICE'], 'Credit-reporting notice · 征信报送告知'), (notifications.domain.kinds.codes.Kind['PLACEMENT_NOTICE'], 'Placement notice · 委外告知'), (notifications.domain.kinds.codes.Kind['ASSIGNMENT_NOTICE'], 'Assignment notice · 债权转让通知'), (notifications.domain.kinds.codes.Kind['LOAN_SCHEDULE'], 'Large-loan schedule · 大额贷款还款计划'), (notifications.domain.kinds.codes.Kind['SECURITY_ADVICE'], 'Security advice · 安全提示'), (notifications.domain.kinds.codes.Kind['COLLEAGUE_NOTE'], "A colleague's note · 专员短信"), (notifications.domain.kinds.codes.Kind['PAGE_LINK'], 'Way in to the page · 页面入口')], max_length=24, verbose_name='kind')),
                        ('variant', models.CharField(choices=[('explicit', 'Explicit · 明示版'), ('code', 'With code · 编号版'), ('link', 'With link · 链接版'), ('neutral', 'Neutral · 隐去版'), ('rest_agreed', 'Rest agreed · 余款有约定'), ('nothing_overdue', 'Nothing overdue · 已无逾期'), ('rest_open', 'Rest open · 仍有余款'), ('one_part', 'One part · 一次还清'), ('more_parts', 'More parts · 分次还款'), ('plan_part', 'Next of a plan · 还款安排下一期'), ('instalment', 'Instalment · 本期应还'), ('bill', 'Bill · 账单待还'), ('overdue', 'Overdue amount · 逾期金额'), ('money_in', 'Money in · 入账'), ('money_back', 'Money taken back · 冲回'), ('letter', 'Letter · 信函版')], max_length=16, verbose_name='form')),
                        ('language', models.CharField(choices=[('zh-hans', '简体中文'), ('en', 'English')], max_length=8, verbose_name='language')),
                        ('version', models.PositiveIntegerField(verbose_name='version')),
                        ('wording', models.CharField(blank=True, db_default='', default='', help_text="Empty for the bank's standard wording; a short name for one that competes with it.", max_length=16, validators=[django.core.validators.RegexValidator(re.compile('^[-a-zA-Z0-9_]+\\Z'), 'Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.', 'invalid')], verbose_name='wording')),
                        ('body', models.TextField(verbose_name='text')),
                        ('active', models.BooleanField(default=False, verbose_name='active')),
                        ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                        ('drafted_by', models.CharField(blank=True, db_default='', default='', max_length=60, verbose_name='drafted by the machine')),
                        ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='written by')),
                        ('created_at', models.DateTimeField(verbose_name='written at')),
                        ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='approved by')),
                        ('approved_at', models.DateTimeField(blank=True, null=True, verbose_name='approved at')),
                    ],
                    options={
                        'verbose_name': 'template',
                        'verbose_name_plural': 'templates',
                        'ordering': ['kind', 'variant', 'language', '-version'],
                        'constraints': [
                            models.UniqueConstraint(fields=('kind', 'variant', 'language', 'version'), name='template_version_once'),
                            models.UniqueConstraint(condition=models.Q(('active', True)), fields=('kind', 'variant', 'language', 'wording', 'valid_from', 'valid_to'), name='template_one_active_a_span', nulls_distinct=False),
                            models.CheckConstraint(condition=models.Q(('valid_from__isnull', True), ('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='template_valid_in_order'),
                            models.CheckConstraint(condition=models.Q(('active', False), ('approved_at__isnull', False), _connector='OR'), name='template_active_is_approved'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='template_body_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'pgtrigger: Cannot update of "body", "kind", "variant", "language", "version", "wording" rows from % table\', TG_TABLE_NAME;', hash='d33002d0044a78ddae4d164f7382306f5005f12b', operation='UPDATE OF "body", "kind", "variant", "language", "version", "wording"', pgid='pgtrigger_template_body_fixed_b0bdc', table='notifications_template', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='template_origin_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'pgtrigger: Cannot update of "drafted_by", "valid_from", "valid_to" rows from % table\', TG_TABLE_NAME;', hash='983e65d829655d6f05f40ec49d7dd13202292aaf', operation='UPDATE OF "drafted_by", "valid_from", "valid_to"', pgid='pgtrigger_template_origin_fixed_df9e5', table='notifications_template', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='template_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='85cb355490537a9bc8517a732d4b8c5aee40bc75', operation='DELETE', pgid='pgtrigger_template_kept_c8335', table='notifications_template', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='DialReport',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('dial', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='notifications.dial')),
                        ('provider', models.CharField(max_length=16)),
                        ('provider_id', models.CharField(max_length=64)),
                        ('report', models.CharField(max_length=24)),
                        ('applied', models.BooleanField(default=False)),
                        ('received_at', models.DateTimeField()),
                    ],
                    options={
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='dial_report_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='520e3932e777cfbb0da34a141c0abb174831cd0f', operation='UPDATE OR DELETE', pgid='pgtrigger_dial_report_append_only_d49e7', table='notifications_dialreport', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ExperimentArm',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='arms', to='notifications.experiment')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('wording', models.CharField(blank=True, max_length=16, verbose_name='wording')),
                        ('at', models.TimeField(verbose_name='hour')),
                        ('channel', models.CharField(max_length=8, verbose_name='channel')),
                    ],
                    options={
                        'verbose_name': 'arm of an experiment',
                        'verbose_name_plural': 'arms of experiments',
                        'ordering': ['experiment', 'number'],
                        'constraints': [
                            models.UniqueConstraint(fields=('experiment', 'number'), name='arm_once'),
                            models.UniqueConstraint(fields=('experiment', 'wording', 'at', 'channel'), name='arm_differs'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Message',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='collections_app.customer')),
                        ('account', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='collections_app.account')),
                        ('kind', models.CharField(choices=[(notifications.domain.kinds.codes.Kind['LOAN_DUE'], 'Loan instalment due · 贷款到期提醒'), (notifications.domain.kinds.codes.Kind['CARD_DUE'], 'Card bill due · 信用卡账单提醒'), (notifications.domain.kinds.codes.Kind['DUE_TODAY'], 'Due today · 今日到期'), (notifications.domain.kinds.codes.Kind['OVERDUE_GENTLE'], 'Gentle overdue reminder · 逾期温和提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_DUE'], 'Promise due · 承诺到期提醒'), (notifications.domain.kinds.codes.Kind['PROMISE_BROKEN'], 'Promise not kept · 承诺未履约提醒'), (notifications.domain.kinds.codes.Kind['PLAN_DUE'], 'Plan instalment due · 分期应还提醒'), (notifications.domain.kinds.codes.Kind['PAYMENT_RECEIVED'], 'Payment received · 还款回执'), (notifications.domain.kinds.codes.Kind['MEDIATION_INVITATION'], 'Mediation invitation · 调解邀请'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_INVITATION'], 'Negotiation invitation · 协商邀请'), (notifications.domain.kinds.codes.Kind['WRITTEN_CONFIRMATION'], 'Written confirmation · 书面确认'), (notifications.domain.kinds.codes.Kind['TOLD_CORRECTION'], 'Correction of what was told · 告知更正'), (notifications.domain.kinds.codes.Kind['TOLD_CONFIRMATION'], 'Confirmation of what was told · 告知确认'), (notifications.domain.kinds.codes.Kind['PLAN_RECALCULATED'], 'Schedule of a plan made anew · 分期重算通知'), (notifications.domain.kinds.codes.Kind['BALANCE_CHANGE'], 'Balance change · 账户变动通知'), (notifications.domain.kinds.codes.Kind['DEBIT_FAILED'], 'Debit failed · 扣款失败通知'), (notifications.domain.kinds.codes.Kind['PAID_UP'], 'Paid up · 结清通知'), (notifications.domain.kinds.codes.Kind['COMPLAINT_RECEIVED'], 'Complaint received · 投诉受理回执'), (notifications.domain.kinds.codes.Kind['REQUEST_RECEIVED'], 'Request received · 申请受理回执'), (notifications.domain.kinds.codes.Kind['NUMBER_CHANGED'], 'Number changed · 号码变更提示'), (notifications.domain.kinds.codes.Kind['ONE_TIME_CODE'], 'One-time code · 验证码'), (notifications.domain.kinds.codes.Kind['SIGNING_CODE'], 'Code to sign with · 签署验证码'), (notifications.domain.kinds.codes.Kind['STOP_CONFIRMED'], 'No more messages, confirmed · 退订确认'), (notifications.domain.kinds.codes.Kind['START_CONFIRMED'], 'Messages again, confirmed · 恢复接收确认'), (notifications.domain.kinds.codes.Kind['HELP_ANSWER'], 'Answer to a call for help · 帮助说明'), (notifications.domain.kinds.codes.Kind['MEDIATION_CHANGED'], 'Mediation moved · 调解改期通知'), (notifications.domain.kinds.codes.Kind['MEDIATION_REMINDER'], 'Mediation reminder · 调解前提醒'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CHANGED'], 'Negotiation moved · 协商改期通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_REMINDER'], 'Negotiation reminder · 协商前提醒'), (notifications.domain.kinds.codes.Kind['MEDIATION_DATES'], 'Dates of a mediation to choose from · 调解选时间'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_DATES'], 'Dates of a negotiation to choose from · 协商选时间'), (notifications.domain.kinds.codes.Kind['AGREEMENT_TO_SIGN'], 'Agreement to sign · 协议待签署'), (notifications.domain.kinds.codes.Kind['MEDIATION_CANCELLED'], 'Mediation called off · 调解取消通知'), (notifications.domain.kinds.codes.Kind['NEGOTIATION_CANCELLED'], 'Negotiation called off · 协商取消通知'), (notifications.domain.kinds.codes.Kind['FORMAL_DEMAND'], 'Formal demand · 正式催告'), (notifications.domain.kinds.codes.Kind['CREDIT_REPORT_NOTICE'], 'Credit-reporting notice · 征信报送告知'), (notifications.domain.kinds.codes.Kind['PLACEMENT_NOTICE'], 'Placement notice · 委外告知'), (notifications.domain.kinds.codes.Kind['ASSIGNMENT_NOTICE'], 'Assignment notice · 债权转让通知'), (notifications.domain.kinds.codes.Kind['LOAN_SCHEDULE'], 'Large-loan schedule · 大额贷款还款计划'), (notifications.domain.kinds.codes.Kind['SECURITY_ADVICE'], 'Security advice · 安全提示'), (notifications.domain.kinds.codes.Kind['COLLEAGUE_NOTE'], "A colleague's note · 专员短信"), (notifications.domain.kinds.codes.Kind['PAGE_LINK'], 'Way in to the page · 页面入口')], max_length=24, verbose_name='kind')),
                        ('purpose', models.CharField(max_length=16, verbose_name='purpose')),
                        ('channel', models.CharField(choices=[('sms', 'SMS · 短信'), ('voice', 'Call · 电话'), ('email', 'E-mail · 电子邮件'), ('letter', 'Letter · 信函'), ('visit', 'Visit · 外访'), ('app', 'App · App 推送')], db_default='sms', default='sms', max_length=8, verbose_name='channel')),
                        ('by_channels', models.CharField(blank=True, db_default='', default='', max_length=40)),
                        ('about_on', models.DateField(verbose_name='about the day')),
                        ('reference', models.CharField(blank=True, default='', max_length=40)),
                        ('step', models.SmallIntegerField(blank=True, null=True, verbose_name='step')),
                        ('step_on', models.DateField(blank=True, null=True, verbose_name='day of the step')),
                        ('round', models.PositiveSmallIntegerField(db_default=0, default=0)),
                        ('lane', models.PositiveIntegerField(db_default=0, default=0)),
                        ('subject_id', models.BigIntegerField(blank=True, null=True)),
                        ('payload', collections_app.models.fields.SealedJSONField(blank=True, default=dict)),
                        ('state', models.CharField(choices=[('planned', 'Planned · 已计划'), ('due', 'Due · 待发送'), ('deferred', 'Deferred · 已顺延'), ('claimed', 'Being sent · 发送中'), ('accepted', 'Accepted by the provider · 通道已受理'), ('refused', 'Refused · 未获许可'), ('failed_permanent', 'Failed · 发送失败'), ('failed_transient', 'Failed for now · 暂时失败'), ('unknown', 'Outcome unknown · 结果待查'), ('sent', 'Sent · 已发出'), ('delivered', 'Delivered · 已送达'), ('undelivered', 'Not delivered · 未送达'), ('cancelled', 'Cancelled · 已取消')], default='planned', max_length=20, verbose_name='state')),
                        ('reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                        ('reason_params', models.JSONField(default=dict)),
                        ('priority', models.BooleanField(default=False)),
                        ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
                        ('planned_at', models.DateTimeField(verbose_name='planned at')),
                        ('due_at', models.DateTimeField(verbose_name='due at')),
                        ('expires_at', models.DateTimeField(verbose_name='expires at')),
                        ('again_of', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='again', to='notifications.message')),
                        ('provider', models.CharField(max_length=16, verbose_name='provider')),
                        ('attempt', models.UUIDField(default=uuid.uuid4, unique=True)),
                        ('attempts', models.PositiveSmallIntegerField(default=0)),
                        ('worker', models.CharField(blank=True, max_length=64)),
                        ('lease_until', models.DateTimeField(blank=True, null=True)),
                        ('claimed_at', models.DateTimeField(blank=True, null=True)),
                        ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='collections_app.contact')),
                        ('contact_point', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='collections_app.contactpoint')),
                        ('number', collections_app.models.fields.SealedField(blank=True)),
                        ('number_provenance', models.CharField(blank=True, max_length=20)),
                        ('template', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='notifications.template')),
                        ('wording', models.CharField(blank=True, db_default='', default='', max_length=16)),
                        ('variant', models.CharField(blank=True, choices=[('explicit', 'Explicit · 明示版'), ('code', 'With code · 编号版'), ('link', 'With link · 链接版'), ('neutral', 'Neutral · 隐去版'), ('rest_agreed', 'Rest agreed · 余款有约定'), ('nothing_overdue', 'Nothing overdue · 已无逾期'), ('rest_open', 'Rest open · 仍有余款'), ('one_part', 'One part · 一次还清'), ('more_parts', 'More parts · 分次还款'), ('plan_part', 'Next of a plan · 还款安排下一期'), ('instalment', 'Instalment · 本期应还'), ('bill', 'Bill · 账单待还'), ('overdue', 'Overdue amount · 逾期金额'), ('money_in', 'Money in · 入账'), ('money_back', 'Money taken back · 冲回'), ('letter', 'Letter · 信函版')], max_length=16)),
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
                        ('ask_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended at')),
                    ],
                    options={
                        'verbose_name': 'message',
                        'verbose_name_plural': 'messages',
                        'indexes': [
                            models.Index(condition=models.Q(('state__in', [notifications.domain.lifecycle.MessageState['DEFERRED'], notifications.domain.lifecycle.MessageState['DUE'], notifications.domain.lifecycle.MessageState['FAILED_TRANSIENT'], notifications.domain.lifecycle.MessageState['PLANNED']])), fields=['lane', '-priority', 'due_at', 'id'], name='message_waiting'),
                            models.Index(condition=models.Q(('step__isnull', False)), fields=['account', 'kind', 'step_on'], name='message_of_step'),
                            models.Index(condition=models.Q(('purpose', 'otp'), ('state__in', [notifications.domain.lifecycle.MessageState['DEFERRED'], notifications.domain.lifecycle.MessageState['DUE'], notifications.domain.lifecycle.MessageState['FAILED_TRANSIENT'], notifications.domain.lifecycle.MessageState['PLANNED']])), fields=['due_at'], name='message_codes'),
                            models.Index(condition=models.Q(('state__in', ['claimed', 'unknown'])), fields=['state', 'lease_until'], name='message_open'),
                            models.Index(condition=models.Q(('state__in', ['accepted', 'sent'])), fields=['ask_at', 'accepted_at'], name='message_unreported'),
                            models.Index(fields=['customer', '-due_at'], name='message_of_record'),
                            models.Index(fields=['state', '-due_at'], name='message_outbox'),
                            models.Index(fields=['-due_at', '-id'], name='message_by_hour'),
                            models.Index(condition=models.Q(('reason', ''), _negated=True), fields=['reason', '-due_at'], name='message_by_reason'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(models.F('customer'), models.F('kind'), models.F('account'), models.F('about_on'), models.F('reference'), models.F('step'), models.F('round'), name='message_once', nulls_distinct=False),
                            models.UniqueConstraint(condition=models.Q(('provider_id', ''), _negated=True), fields=('provider', 'provider_id'), name='message_provider_id_once'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'claimed'), _negated=True), models.Q(('lease_until__isnull', False), ('version__isnull', False), models.Q(('body_sha256', ''), _negated=True)), _connector='OR'), name='message_claimed_is_rendered'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='message_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{planned:cancelled,planned:claimed,planned:deferred,planned:due,planned:refused,due:accepted,due:cancelled,due:claimed,due:deferred,due:delivered,due:refused,due:sent,due:undelivered,deferred:accepted,deferred:cancelled,deferred:claimed,deferred:delivered,deferred:due,deferred:refused,deferred:sent,deferred:undelivered,claimed:accepted,claimed:delivered,claimed:due,claimed:failed_permanent,claimed:failed_transient,claimed:sent,claimed:undelivered,claimed:unknown,accepted:delivered,accepted:sent,accepted:undelivered,refused:accepted,refused:delivered,refused:sent,refused:undelivered,failed_permanent:accepted,failed_permanent:delivered,failed_permanent:sent,failed_permanent:undelivered,failed_transient:accepted,failed_transient:cancelled,failed_transient:claimed,failed_transient:deferred,failed_transient:delivered,failed_transient:failed_permanent,failed_transient:refused,failed_transient:sent,failed_transient:undelivered,unknown:accepted,unknown:delivered,unknown:due,unknown:failed_permanent,unknown:sent,unknown:undelivered,sent:delivered,sent:undelivered,cancelled:accepted,cancelled:delivered,cancelled:sent,cancelled:undelivered}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='49ab2ecc9a76963120d9a518eb05b51c42197dce', operation='UPDATE', pgid='pgtrigger_message_transitions_540c8', table='notifications_message', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='message_evidence_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.accepted_at IS NOT NULL AND (NEW.body IS DISTINCT FROM OLD.body OR NEW.number IS DISTINCT FROM OLD.number OR NEW.number_provenance IS DISTINCT FROM OLD.number_provenance OR NEW.provider_id IS DISTINCT FROM OLD.provider_id OR NEW.accepted_at IS DISTINCT FROM OLD.accepted_at))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ca0852ea78a872a29163024b6497d12bc0120d03', operation='UPDATE', pgid='pgtrigger_message_evidence_fixed_d5b32', table='notifications_message', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='message_evidence_kept', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.accepted_at IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='68ab89615e6e795daa6cd629ca0081b3678a16eb', operation='DELETE', pgid='pgtrigger_message_evidence_kept_a8200', table='notifications_message', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='PrintBatchStep',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='notifications.printbatch', verbose_name='print batch')),
                        ('step', models.CharField(choices=[('made', 'Batch made · 生成批次'), ('downloaded', 'File downloaded · 下载文件'), ('handed_over', 'Handed to the print house · 交付制作厂'), ('found_there', 'Found at the print house · 核实已在制作厂目录'), ('lost', 'Nobody knows whether it was handed over · 交付结果不明'), ('decided_there', 'A person says it was handed over · 人工确认已交付'), ('decided_again', 'A person lets it be handed over again · 人工决定重新交付'), ('posted', 'Posting noted · 登记交邮')], max_length=16, verbose_name='step')),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='done by')),
                        ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                        ('at', models.DateTimeField(verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'step of a print batch',
                        'verbose_name_plural': 'steps of print batches',
                        'ordering': ['at', 'id'],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='print_batch_step_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='65add9f7f642ec71fa8100d70ca1e4b0ef398cc2', operation='UPDATE OR DELETE', pgid='pgtrigger_print_batch_step_append_only_db708', table='notifications_printbatchstep', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Snapshot',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='notifications.experiment')),
                        ('version', models.PositiveIntegerField(verbose_name='version')),
                        ('learnt_at', models.DateTimeField(verbose_name='learnt at')),
                        ('rows', models.PositiveIntegerField()),
                        ('model', models.JSONField()),
                        ('report', models.JSONField(default=dict, help_text='how the policies were judged that night')),
                    ],
                    options={
                        'verbose_name': 'snapshot of what was learnt',
                        'verbose_name_plural': 'snapshots of what was learnt',
                        'constraints': [
                            models.UniqueConstraint(fields=('experiment', 'version'), name='snapshot_version_once'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='snapshot_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='3ad71ed792eacff23c0ea8734ec97dd5d1c1ec20', operation='UPDATE', pgid='pgtrigger_snapshot_fixed_fcda4', table='notifications_snapshot', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='TemplateRegistration',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('template', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='notifications.template', verbose_name='template')),
                        ('provider', models.CharField(max_length=16, verbose_name='provider')),
                        ('state', models.CharField(choices=[('pending', 'Handed in · 报备中'), ('approved', 'Approved by the provider · 已通过'), ('rejected', 'Rejected by the provider · 未通过')], max_length=10, verbose_name='state')),
                        ('provider_template', models.CharField(blank=True, db_default='', max_length=64, verbose_name="the provider's own id")),
                        ('reason', models.CharField(blank=True, db_default='', max_length=200, verbose_name='reason')),
                        ('moved_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='noted by')),
                        ('moved_at', models.DateTimeField(verbose_name='noted at')),
                    ],
                    options={
                        'verbose_name': 'text with a provider',
                        'verbose_name_plural': 'texts with providers',
                        'constraints': [
                            models.UniqueConstraint(fields=('template', 'provider'), name='registration_once'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'approved'), _negated=True), models.Q(('provider_template', ''), _negated=True), _connector='OR'), name='registration_has_id'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'rejected'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='registration_says_why'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ExperimentPolicy',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='policies', to='notifications.experiment')),
                        ('role', models.CharField(choices=[('script', 'Baseline: fixed script · 固定话术基准'), ('greedy', 'Baseline: greedy · 贪心基准'), ('challenger', 'Challenger · 挑战者'), ('champion', 'Champion · 冠军')], max_length=12, verbose_name='role')),
                        ('algorithm', models.CharField(choices=[('fixed', 'Fixed script · 固定话术'), ('greedy', 'Greedy · 贪心'), ('linucb', 'LinUCB · LinUCB'), ('lints', 'LinTS · LinTS')], max_length=8, verbose_name='algorithm')),
                        ('alpha', models.FloatField(default=0.3)),
                        ('version', models.PositiveIntegerField(verbose_name='version')),
                        ('frozen', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.snapshot')),
                        ('since', models.DateTimeField(verbose_name='since')),
                        ('until', models.DateTimeField(blank=True, null=True)),
                        ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'policy of an experiment',
                        'verbose_name_plural': 'policies of experiments',
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('experiment', 'role'), name='policy_one_per_role'),
                            models.UniqueConstraint(fields=('experiment', 'role', 'version'), name='policy_version_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Letter',
                    fields=[
                        ('message', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='letter', serialize=False, to='notifications.message')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='letters', to='collections_app.customer')),
                        ('attempt', models.UUIDField(default=uuid.uuid4, unique=True)),
                        ('state', models.CharField(choices=[('queued', 'To be printed · 待制作'), ('batched', 'In a batch · 已入批次'), ('posted', 'Posted · 已交邮'), ('delivered', 'Delivered · 已妥投'), ('returned', 'Returned · 已退回'), ('withdrawn', 'Withdrawn · 已撤下')], default='queued', max_length=12, verbose_name='state')),
                        ('reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                        ('made_at', models.DateTimeField(verbose_name='made at')),
                        ('size', models.PositiveIntegerField(verbose_name='size')),
                        ('sha256', models.CharField(max_length=64, verbose_name='hash of the page')),
                        ('stored_as', models.CharField(max_length=120)),
                        ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='notifications.printbatch', verbose_name='print batch')),
                        ('posted_on', models.DateField(blank=True, null=True, verbose_name='posted on')),
                        ('postal_reference', models.CharField(blank=True, max_length=40, verbose_name='postal reference')),
                        ('ended_on', models.DateField(blank=True, null=True, verbose_name='delivered or returned on')),
                        ('return_reason', models.CharField(blank=True, choices=[('unknown', 'Not known at the address · 原址查无此人'), ('moved', 'Moved, new address unknown · 迁移新址不明'), ('refused', 'Refused by the addressee · 收件人拒收'), ('unclaimed', 'Not collected in time · 逾期未领'), ('other', 'Came back for another reason · 其他原因退回')], max_length=12, verbose_name='returned because')),
                        ('handoff', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='collections_app.handoff')),
                    ],
                    options={
                        'verbose_name': 'letter',
                        'verbose_name_plural': 'letters',
                        'indexes': [
                            models.Index(fields=['state', '-message'], name='letter_by_state'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'withdrawn']), ('batch__isnull', False), _connector='OR'), name='letter_printed_in_a_batch'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['posted', 'delivered', 'returned']), _negated=True), ('posted_on__isnull', False), _connector='OR'), name='letter_posted_on_a_day'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('return_reason', ''), _negated=True), _connector='OR'), name='letter_returned_for_a_reason'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='letter_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{queued:batched,queued:withdrawn,batched:posted,batched:withdrawn,posted:delivered,posted:returned}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='8f79c2fdd2453763e28659381e94530ccdcfed33', operation='UPDATE', pgid='pgtrigger_letter_transitions_8c7a2', table='notifications_letter', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='letter_page_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'pgtrigger: Cannot update of "sha256", "stored_as", "message_id", "attempt", "made_at" rows from % table\', TG_TABLE_NAME;', hash='c3eccd41056741d57df0b8b62f63f1ae9738aca6', operation='UPDATE OF "sha256", "stored_as", "message_id", "attempt", "made_at"', pgid='pgtrigger_letter_page_fixed_2ed59', table='notifications_letter', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='letter_printed_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.batch_id IS NOT NULL AND NEW.batch_id IS DISTINCT FROM OLD.batch_id)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='77173968ef40d1a5b94c20aa4cd9c763eadc08b3', operation='UPDATE', pgid='pgtrigger_letter_printed_once_45a52', table='notifications_letter', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='letter_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='afdda4950ee79cb15d6ab145ae41250387c1f0c7', operation='DELETE', pgid='pgtrigger_letter_kept_19681', table='notifications_letter', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Receipt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='receipts', to='notifications.message')),
                        ('provider', models.CharField(max_length=16)),
                        ('provider_id', models.CharField(max_length=64)),
                        ('report', models.CharField(max_length=24)),
                        ('error_code', models.CharField(blank=True, max_length=16)),
                        ('applied', models.BooleanField(default=False)),
                        ('received_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['id'],
                        'indexes': [
                            models.Index(fields=['provider', 'provider_id'], name='receipt_of_message'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='receipt_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a87797ab1b90fd4648f8453da6089f7732551187', operation='UPDATE OR DELETE', pgid='pgtrigger_receipt_append_only_57b10', table='notifications_receipt', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Reply',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='collections_app.customer')),
                        ('message', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='notifications.message')),
                        ('contact_point', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies', to='collections_app.contactpoint')),
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
                    ],
                    options={
                        'verbose_name': 'reply',
                        'verbose_name_plural': 'replies',
                        'indexes': [
                            models.Index(fields=['customer', '-received_at'], name='reply_of_record'),
                            models.Index(fields=['number_token', '-received_at'], name='reply_conversation'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(fields=('provider', 'provider_id', 'customer'), name='reply_once', nulls_distinct=False),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='reply_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW.body IS DISTINCT FROM OLD.body OR NEW.number IS DISTINCT FROM OLD.number OR NEW.received_at IS DISTINCT FROM OLD.received_at OR NEW.intent IS DISTINCT FROM OLD.intent)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='38684903bf0d0f9e201852b97bdc93ae0ea659bf', operation='UPDATE', pgid='pgtrigger_reply_fixed_fb412', table='notifications_reply', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='reply_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='907c9f63c13703c70cee0b3382d919ec2ac7f109', operation='DELETE', pgid='pgtrigger_reply_kept_23183', table='notifications_reply', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Choice',
                    fields=[
                        ('message', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='choice', serialize=False, to='notifications.message')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('experiment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='notifications.experiment')),
                        ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.experimentpolicy')),
                        ('snapshot', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.snapshot')),
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
                    ],
                    options={
                        'verbose_name': 'choice',
                        'verbose_name_plural': 'choices',
                        'indexes': [
                            models.Index(condition=models.Q(('reward__isnull', True)), fields=['chosen_at'], name='choice_open'),
                            models.Index(condition=models.Q(('erased_at__isnull', True), ('reward__isnull', False)), fields=['experiment', 'chosen_at'], name='choice_learnt'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('probability__gt', 0), ('probability__lte', 1), ('spread__gt', 0), ('spread__lte', 1.0000001)), name='choice_probability'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='choice_fixed', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'pgtrigger: Cannot update of "message_id", "experiment_id", "policy_id", "arm", "probability", "spread", "draw" rows from % table\', TG_TABLE_NAME;', hash='b29ecb95c5880bf6cbe0b26de1b24b4a68db625a', operation='UPDATE OF "message_id", "experiment_id", "policy_id", "arm", "probability", "spread", "draw"', pgid='pgtrigger_choice_fixed_8c0c5', table='notifications_choice', when='BEFORE')),
                        ],
                    },
                ),
            ],
        ),
    ]
