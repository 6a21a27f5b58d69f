"""The tables of the first release, made in one step (docs/adr/0018)."""

import collections_app.models.fields
import collections_app.models.tables
import django.contrib.auth.models
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import mediation.models.route_rule
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('collections_app', '0001_first_release'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # Nobody sits in two sessions at a time: constraints of numbers and times in one.
        django.contrib.postgres.operations.BtreeGistExtension(),
        collections_app.models.tables.CreateTables(
            tables=[
                migrations.CreateModel(
                    name='Absence',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                    ],
                    options={
                        'verbose_name': 'absence',
                        'verbose_name_plural': 'absences',
                        'constraints': [
                            django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('staff', '='), ('during', '&&')], name='absence_once'),
                            models.CheckConstraint(condition=models.Q(models.Q(models.Func(models.F('during'), function='isempty', output_field=models.BooleanField()), _negated=True), ('during__lower_inf', False), ('during__upper_inf', False)), name='absence_has_length'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Availability',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='availability', to=settings.AUTH_USER_MODEL)),
                        ('weekday', models.PositiveSmallIntegerField()),
                        ('opens', models.TimeField()),
                        ('closes', models.TimeField()),
                        ('zone', models.CharField(default='Asia/Shanghai', max_length=48)),
                    ],
                    options={
                        'ordering': ['staff', 'weekday', 'opens'],
                        'constraints': [
                            models.UniqueConstraint(fields=('staff', 'weekday', 'opens'), name='availability_once'),
                            models.CheckConstraint(condition=models.Q(('weekday__lte', 6), ('closes__gt', models.F('opens'))), name='availability_hours_in_order'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CalendarFeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL)),
                        ('token_hash', models.CharField(max_length=64, unique=True)),
                        ('created_at', models.DateTimeField()),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': 'calendar address',
                        'verbose_name_plural': 'calendar addresses',
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('revoked_at__isnull', True)), fields=('staff',), name='calendar_feed_one'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CourtRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(choices=[('small_claims', 'Small claims: up to so many average yearly wages · 小额诉讼：不超过上年平均工资的倍数'), ('small_claims_agreed', 'Small claims if both sides agree: up to so many average yearly wages · 小额诉讼（双方约定）：不超过上年平均工资的倍数'), ('payment_order', 'Payment order: no other debts, and it can be served · 支付令：无其他债务纠纷且能够送达')], max_length=24, unique=True, verbose_name='rule')),
                        ('share', models.DecimalField(blank=True, decimal_places=3, max_digits=6, null=True, verbose_name='yearly wages')),
                        ('source', models.CharField(max_length=300, verbose_name='source')),
                        ('verified', models.BooleanField(default=False, verbose_name='checked against the text of the law')),
                    ],
                    options={
                        'verbose_name': 'rule of court procedures',
                        'verbose_name_plural': 'rules of court procedures',
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('code__startswith', 'small_claims'), ('share__gt', 0)), models.Q(models.Q(('code__startswith', 'small_claims'), _negated=True), ('share__isnull', True)), _connector='OR'), name='court_rule_share_of_small_claims'),
                            models.CheckConstraint(condition=models.Q(('source', ''), _negated=True), name='court_rule_has_source'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='DateRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('product', models.CharField(choices=[('card', 'credit card'), ('loan', 'loan')], max_length=8, verbose_name='product')),
                        ('route', models.CharField(choices=[('telephone', 'Telephone · 电话'), ('video', 'Video · 视频'), ('meeting', 'In person · 现场')], max_length=12, verbose_name='by')),
                        ('offered', models.PositiveSmallIntegerField(default=0, help_text='0: the bank sets the date.', verbose_name='dates to choose from')),
                        ('answer_hours', models.PositiveSmallIntegerField(default=48, verbose_name='hours to choose')),
                        ('moves', models.PositiveSmallIntegerField(default=2, verbose_name='times the customer may move it')),
                        ('until_hours', models.PositiveSmallIntegerField(default=24, verbose_name='until hours before')),
                    ],
                    options={
                        'verbose_name': 'rule of dates',
                        'verbose_name_plural': 'rules of dates',
                        'constraints': [
                            models.UniqueConstraint(fields=('product', 'route'), name='date_rule_once'),
                            models.CheckConstraint(condition=models.Q(('answer_hours__gte', 1), ('answer_hours__lte', 168), ('offered__lte', 8)), name='date_rule_within_reason'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='LawPassage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.SlugField(max_length=40, unique=True, verbose_name='code')),
                        ('product', models.CharField(choices=[('any', 'Any product · 不限产品'), ('card', 'Credit card · 信用卡'), ('loan', 'Loan · 贷款')], default='any', max_length=8, verbose_name='product')),
                        ('dispute_type', models.CharField(choices=[('over_limit', 'Over the limit · 超限透支'), ('fee_or_interest', 'Fees or interest · 费用或利息'), ('instalment_wish', 'Wish for instalments · 希望分期'), ('unauthorised_transaction', 'Transaction by somebody else · 非本人交易'), ('identity', "Opened in somebody else's name · 冒名开户"), ('loan_terms', 'Terms of the loan · 贷款条款'), ('other', 'Something else · 其他')], max_length=24, verbose_name='type of dispute')),
                        ('article_zh', models.CharField(max_length=120, verbose_name='article in Chinese')),
                        ('article_en', models.CharField(max_length=120, verbose_name='article in English')),
                        ('text_zh', models.TextField(max_length=1000, verbose_name='in plain Chinese')),
                        ('text_en', models.TextField(max_length=1000, verbose_name='in plain English')),
                        ('source', models.CharField(max_length=300, verbose_name='source')),
                        ('verified', models.BooleanField(default=False, verbose_name='checked against the text of the law')),
                        ('position', models.PositiveSmallIntegerField(default=100, verbose_name='place')),
                        ('active', models.BooleanField(default=True, verbose_name='in use')),
                    ],
                    options={
                        'verbose_name': 'passage of law',
                        'verbose_name_plural': 'passages of law',
                        'ordering': ['dispute_type', 'position', 'code'],
                    },
                ),
                migrations.CreateModel(
                    name='Mediation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mediations', to='collections_app.customer')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mediations', to='collections_app.account')),
                        ('kind', models.CharField(choices=[('mediation', 'Mediation · 调解'), ('negotiation', 'Negotiation · 协商')], max_length=12, verbose_name='kind')),
                        ('state', models.CharField(choices=[('proposed', 'Waiting for a date · 待排期'), ('scheduled', 'Scheduled · 已排期'), ('ended', 'Ended · 已结束')], default='proposed', max_length=12, verbose_name='state')),
                        ('route', models.CharField(choices=[('telephone', 'Telephone · 电话'), ('video', 'Video · 视频'), ('meeting', 'In person · 现场')], max_length=12, verbose_name='by')),
                        ('route_reason', models.CharField(choices=[('small', 'The amount is within the limit for the telephone · 金额在电话办理上限以内'), ('middle', 'The amount is above the limit for the telephone · 金额超过电话办理上限'), ('large', 'The amount is above the limit for video · 金额超过视频办理上限'), ('abroad', 'The customer is abroad, so there is no meeting in person · 客户不在境内，不安排现场'), ('organisation', "An organisation's mandate is checked in person · 单位客户，须现场核对授权"), ('complex', 'A complex case is not talked over by telephone · 复杂案件，不以电话方式进行'), ('changed', 'Changed by hand · 人工改定')], max_length=16)),
                        ('route_limit_fen', models.BigIntegerField(blank=True, null=True)),
                        ('track', models.CharField(choices=[('simple', 'Simple · 简易'), ('ordinary', 'Ordinary · 普通'), ('complex', 'Complex · 复杂')], db_default='ordinary', default='ordinary', max_length=8, verbose_name='track')),
                        ('track_reason', models.CharField(blank=True, choices=[('small', 'A small amount and clear facts · 金额小，事实清楚'), ('amount', 'The amount is above the limit of the simple track · 金额超过简易上限'), ('hardship', 'The customer is in hardship and needs more time · 客户有困难，需要更多时间'), ('no_dispute_named', 'No type of dispute is named · 未注明纠纷类型'), ('large', 'The amount is above the limit for video · 金额超过视频办理上限'), ('dispute', 'The type of dispute is legally complex · 纠纷类型涉及复杂法律问题'), ('vulnerable', 'A vulnerable customer: people of the right training are needed · 特殊群体，须配备专门人员'), ('accounts', 'Several accounts of the customer are overdue · 同一客户涉及多个账户'), ('organisation', 'The customer is an organisation · 单位客户')], db_default='', default='', max_length=16)),
                        ('dispute_type', models.CharField(blank=True, db_default='', default='', help_text='code of the list of disputes', max_length=20)),
                        ('origin', models.CharField(choices=[('collections', 'From collections · 催收发起'), ('service', 'From customer service · 客服转介'), ('customer', "At the customer's own request · 客户本人申请")], db_default='collections', default='collections', max_length=12)),
                        ('handoff', models.ForeignKey(blank=True, help_text='the wish it came from', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.handoff')),
                        ('amount_fen', models.BigIntegerField(help_text='what pays the account off on the day of the proposal')),
                        ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mediations_proposed', to=settings.AUTH_USER_MODEL)),
                        ('department', models.CharField(max_length=16)),
                        ('proposed_at', models.DateTimeField()),
                        ('customer_consent', models.CharField(choices=[('unknown', 'Not yet answered · 待答复'), ('yes', 'Agrees · 同意'), ('no', 'Declines · 不同意')], default='unknown', max_length=8)),
                        ('customer_answered_at', models.DateTimeField(blank=True, null=True)),
                        ('accepted_at', models.DateTimeField(blank=True, help_text='when the mediator accepted: the term runs', null=True)),
                        ('term_ends_on', models.DateField(blank=True, null=True)),
                        ('next_try_at', models.DateTimeField(blank=True, null=True)),
                        ('tries', models.PositiveSmallIntegerField(default=0)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('ending', models.CharField(blank=True, max_length=20)),
                    ],
                    options={
                        'verbose_name': 'mediation',
                        'verbose_name_plural': 'mediations',
                        'indexes': [
                            models.Index(fields=['customer', '-id'], name='mediation_of_record'),
                            models.Index(condition=models.Q(('state', 'proposed')), fields=['next_try_at'], name='mediation_waiting'),
                            models.Index(condition=models.Q(('state', 'ended'), _negated=True), fields=['term_ends_on'], name='mediation_term'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state', 'ended'), _negated=True), fields=('account',), name='mediation_one_open_per_account'),
                            models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('state', 'ended'), models.Q(('ending', ''), _negated=True)), models.Q(models.Q(('state', 'ended'), _negated=True), ('ended_at__isnull', True), ('ending', '')), _connector='OR'), name='mediation_ended_with_its_ending'),
                            models.CheckConstraint(condition=models.Q(models.Q(('customer_answered_at__isnull', True), ('customer_consent', 'unknown')), models.Q(models.Q(('customer_consent', 'unknown'), _negated=True), ('customer_answered_at__isnull', False)), _connector='OR'), name='mediation_consent_has_its_moment'),
                            models.CheckConstraint(condition=models.Q(models.Q(('ending__in', ['agreed', 'partial']), _negated=True), ('customer_consent', 'yes'), _connector='OR'), name='mediation_no_agreement_without_consent'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='mediation_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{proposed:ended,proposed:scheduled,scheduled:ended,scheduled:proposed}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='a3a0a39e1cfb5a654dbaeeeaa4d5b913e303a362', operation='UPDATE', pgid='pgtrigger_mediation_transitions_16214', table='mediation_mediation', when='BEFORE')),
                        ],
                    },
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
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('kind', 'people'), _negated=True), ('fee_free', True), _connector='OR'), name='organisation_people_free'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ProvinceWage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('region', models.CharField(help_text='as it stands on the branch', max_length=32, verbose_name='province')),
                        ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                        ('yearly_fen', models.BigIntegerField(verbose_name='average yearly wage')),
                        ('source', models.CharField(max_length=200, verbose_name='source')),
                        ('verified', models.BooleanField(default=False, verbose_name='verified')),
                    ],
                    options={
                        'verbose_name': 'average wage of a province',
                        'verbose_name_plural': 'average wages of provinces',
                        'constraints': [
                            models.UniqueConstraint(fields=('region', 'year'), name='province_wage_once'),
                            models.CheckConstraint(condition=models.Q(('yearly_fen__gt', 0)), name='province_wage_positive'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Qualification',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='qualifications', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('kind', models.CharField(choices=[('mediator', "Mediator's certificate · 调解员证"), ('lawyer', "Lawyer's licence · 律师执业证"), ('finance', 'Financial qualification · 金融从业资格'), ('psychology', "Psychologist's qualification · 心理咨询资格"), ('language', "Interpreter's qualification · 翻译资格")], max_length=12, verbose_name='kind')),
                        ('number', models.CharField(max_length=40, verbose_name='number')),
                        ('valid_from', models.DateField(verbose_name='valid from')),
                        ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                    ],
                    options={
                        'verbose_name': 'qualification',
                        'verbose_name_plural': 'qualifications',
                        'constraints': [
                            models.UniqueConstraint(fields=('staff', 'kind', 'number', 'valid_from'), name='qualification_once'),
                            models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='qualification_days_in_order'),
                        ],
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
                        ('simple_up_to_fen', models.BigIntegerField(blank=True, help_text='empty: the limit for the telephone', null=True, verbose_name='simple track up to')),
                        ('complex_disputes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), blank=True, db_default=['identity', 'not_mine', 'guarantee', 'time_barred'], default=mediation.models.route_rule.complex_disputes, size=None, verbose_name='complex disputes')),
                        ('complex_accounts', models.PositiveSmallIntegerField(db_default=3, default=3, verbose_name='complex from so many overdue accounts')),
                        ('batch_minutes', models.PositiveSmallIntegerField(db_default=30, default=30, verbose_name='minutes of each session in a batch')),
                        ('mandate_required', models.BooleanField(db_default=False, default=False, help_text="The bank's representative then signs only within an approved mandate.", verbose_name='no signature without a mandate')),
                    ],
                    options={
                        'verbose_name': 'route',
                        'verbose_name_plural': 'routes',
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('telephone_up_to_fen__gte', 0), ('video_up_to_fen__gte', models.F('telephone_up_to_fen'))), name='route_limits_in_order'),
                            models.CheckConstraint(condition=models.Q(('meeting_minutes__gte', 15), ('telephone_minutes__gte', 15), ('video_minutes__gte', 15)), name='route_sessions_have_length'),
                            models.CheckConstraint(condition=models.Q(models.Q(('simple_up_to_fen__isnull', True), ('simple_up_to_fen__gte', 0), _connector='OR'), ('batch_minutes__gte', 15), ('complex_accounts__gte', 2)), name='route_tracks_have_limits'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionSpacing',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('buffer_minutes', models.PositiveSmallIntegerField(default=0, verbose_name='minutes between two sessions')),
                        ('travel_minutes', models.PositiveSmallIntegerField(default=60, help_text='Where no way of its own is recorded.', verbose_name='minutes between two places')),
                    ],
                    options={
                        'verbose_name': 'time between sessions',
                        'verbose_name_plural': 'time between sessions',
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('pk', 1)), name='session_spacing_is_one_row'),
                            models.CheckConstraint(condition=models.Q(('buffer_minutes__lte', 240), ('travel_minutes__lte', 600)), name='session_spacing_within_a_day'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionWeek',
                    fields=[
                    ],
                    options={
                        'verbose_name': 'weekly session hours',
                        'verbose_name_plural': 'weekly session hours',
                        'proxy': True,
                    },
                    bases=('collections_app.staff',),
                    managers=[
                        ('objects', django.contrib.auth.models.UserManager()),
                    ],
                ),
                migrations.CreateModel(
                    name='TimetableRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('branch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.branch', verbose_name='branch')),
                        ('began_at', models.DateTimeField(verbose_name='began')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                        ('waiting', models.PositiveIntegerField(verbose_name='waiting')),
                        ('placed', models.PositiveIntegerField(default=0, verbose_name='placed')),
                        ('value', models.PositiveIntegerField(default=0, verbose_name='value')),
                        ('bound', models.PositiveIntegerField(default=0, verbose_name='bound')),
                        ('found_by', models.CharField(choices=[('rule', 'The weightiest first · 按先急后缓排入'), ('solver', 'The solver · 求解器排期'), ('failed', 'The solver did not answer; the weightiest first · 求解器未应答，按先急后缓排入')], default='rule', max_length=8, verbose_name='found by')),
                    ],
                    options={
                        'verbose_name': 'timetable run',
                        'verbose_name_plural': 'timetable runs',
                        'ordering': ['-id'],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('branch',), name='timetable_run_open'),
                            models.CheckConstraint(condition=models.Q(('value__lte', models.F('bound'))), name='timetable_run_within_bound'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Training',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trainings', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('course', models.CharField(choices=[('card', 'Mediating credit-card disputes · 信用卡纠纷调解'), ('loan', 'Mediating loan disputes · 贷款纠纷调解')], max_length=12, verbose_name='course')),
                        ('passed_on', models.DateField(blank=True, null=True, verbose_name='passed on')),
                        ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                    ],
                    options={
                        'verbose_name': 'training',
                        'verbose_name_plural': 'trainings',
                        'constraints': [
                            models.UniqueConstraint(fields=('staff', 'course', 'passed_on'), name='training_once', nulls_distinct=False),
                            models.CheckConstraint(condition=models.Q(('valid_until__isnull', True), ('passed_on__isnull', True), ('valid_until__gte', models.F('passed_on')), _connector='OR'), name='training_days_in_order'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Consent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('side', models.CharField(choices=[('bank', 'Bank · 本行'), ('customer', 'Customer · 客户')], max_length=8)),
                        ('agrees', models.BooleanField()),
                        ('how', models.CharField(choices=[('page', "On the customer's page · 客户页面"), ('phone', 'By telephone · 电话'), ('paper', 'On paper · 书面'), ('session', 'At the session · 会议现场'), ('system', 'By proposing it here · 本系统提议')], max_length=8)),
                        ('recorded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['at', 'id'],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('how', 'page'), ('recorded_by__isnull', False), _connector='OR'), name='consent_is_of_the_page_or_of_somebody'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='consent_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='127c661b4decca38a00c9cdcd764c7552187c793', operation='UPDATE', pgid='pgtrigger_consent_append_only_58adb', table='mediation_consent', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CourtPack',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='court_packs', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('kind', models.CharField(choices=[('confirmation', 'Papers for judicial confirmation · 司法确认申请材料'), ('filing', 'Papers for filing · 立案材料')], max_length=12)),
                        ('reason', collections_app.models.fields.SealedField()),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('made_at', models.DateTimeField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('size', models.PositiveIntegerField()),
                        ('stored_as', models.CharField(max_length=200)),
                    ],
                    options={
                        'ordering': ['-id'],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='court_pack_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='21b2647be4e853a22cbff6f6faea4bbd933070de', operation='UPDATE OR DELETE', pgid='pgtrigger_court_pack_append_only_21195', table='mediation_courtpack', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='CourtStage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='court_stages', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.account')),
                        ('stage', models.CharField(choices=[('confirmation_applied', 'Judicial confirmation applied for · 申请司法确认'), ('confirmed', 'Agreement confirmed · 裁定确认有效'), ('rejected', 'Application rejected · 裁定驳回申请'), ('preservation', 'Preservation before suit · 诉前保全'), ('payment_order', 'Payment order applied for · 申请支付令'), ('payment_order_effective', 'Payment order in force · 支付令生效'), ('payment_order_ended', 'Payment order ended by an objection · 支付令因异议失效'), ('filed', 'Suit filed · 立案'), ('hearing', 'Hearing · 开庭'), ('judgment', 'Judgment · 判决'), ('enforcement_applied', 'Enforcement applied for · 申请执行'), ('enforced', 'Enforced · 执行完毕')], max_length=24)),
                        ('on', models.DateField()),
                        ('court', models.CharField(max_length=80)),
                        ('case_number', models.CharField(blank=True, max_length=60)),
                        ('text', collections_app.models.fields.SealedField(blank=True)),
                        ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('recorded_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['on', 'id'],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('stage', 'filed'), _negated=True), models.Q(('case_number', ''), _negated=True), _connector='OR'), name='court_filed_with_case_number'),
                            models.UniqueConstraint(condition=models.Q(('stage__in', ['confirmation_applied', 'confirmed', 'rejected', 'filed'])), fields=('mediation', 'stage'), name='court_stage_once'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='court_stage_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='1119a4c72fbe41a9506904d7424ad4eb8a420dc1', operation='UPDATE OR DELETE', pgid='pgtrigger_court_stage_append_only_a5907', table='mediation_courtstage', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Expert',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None, verbose_name='languages')),
                        ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=[], default=list, size=None, verbose_name='skills')),
                        ('places', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, db_default=[], default=list, help_text='Where they meet customers in person; none chosen means everywhere.', size=None, verbose_name='places of meetings')),
                        ('worked_at', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, db_default=[], default=list, help_text='Branches of the bank they have worked at: disclosed to its customers.', size=None, verbose_name='worked before at')),
                        ('most_a_day', models.PositiveSmallIntegerField(db_default=8, default=8, verbose_name='most sessions a day')),
                        ('most_a_week', models.PositiveSmallIntegerField(db_default=40, default=40, verbose_name='most sessions a week')),
                        ('active', models.BooleanField(default=True, verbose_name='active')),
                        ('staff', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='expert', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('speciality', models.CharField(choices=[('legal', 'Legal counsel · 法律顾问'), ('financial', 'Financial expert · 金融专家'), ('psychologist', 'Psychologist · 心理咨询师'), ('interpreter', 'Interpreter · 翻译')], max_length=12, verbose_name='speciality')),
                        ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='experts', to='mediation.mediationorganisation', verbose_name='mediation organisation')),
                    ],
                    options={
                        'verbose_name': 'expert',
                        'verbose_name_plural': 'experts',
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('most_a_day__gte', 1), ('most_a_week__gte', 1)), name='expert_takes_sessions'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Mandate',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mandates', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('representative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('figures', collections_app.models.fields.SealedField()),
                        ('reason', collections_app.models.fields.SealedField()),
                        ('state', models.CharField(choices=[('proposed', 'Waiting for approval · 待审批'), ('approved', 'Approved · 已批准'), ('dropped', 'Not approved · 未获批准'), ('replaced', 'Replaced · 已被新授权取代')], default='proposed', max_length=10)),
                        ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('proposed_at', models.DateTimeField()),
                        ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('approved_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state', 'proposed')), fields=('mediation',), name='mandate_one_waiting_per_mediation'),
                            models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('mediation',), name='mandate_one_approved_per_mediation'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'replaced']), _negated=True), models.Q(('approved_at__isnull', False), ('approved_by__isnull', False)), _connector='OR'), name='mandate_approved_by_somebody'),
                            models.CheckConstraint(condition=models.Q(('approved_by__isnull', True), models.Q(models.Q(('approved_by', models.F('proposed_by')), _negated=True), models.Q(('approved_by', models.F('representative')), _negated=True)), _connector='OR'), name='mandate_approved_by_somebody_else'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='mandate_figures_stand', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'pgtrigger: Cannot update of "figures", "reason", "representative_id", "mediation_id" rows from % table\', TG_TABLE_NAME;', hash='d101a652c1e059df6fbb5e2b77e18b32aa9a1f40', operation='UPDATE OF "figures", "reason", "representative_id", "mediation_id"', pgid='pgtrigger_mandate_figures_stand_aa667', table='mediation_mandate', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='mandate_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{proposed:approved,proposed:dropped,approved:replaced}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='a350420f987d27b386d0e1194afe746180608fb5', operation='UPDATE', pgid='pgtrigger_mandate_transitions_97d50', table='mediation_mandate', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='MediationClock',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('kind', models.CharField(choices=[('other_side', 'Asking the other side · 征询对方意见'), ('choice', 'The parties choose the mediator · 双方选择调解员'), ('acceptance', 'The mediator accepts · 调解员确认接受'), ('term', 'Term of the mediation · 调解期限'), ('negotiation', 'Term of the negotiation · 协商期限')], max_length=12)),
                        ('starts_at', models.DateTimeField()),
                        ('due_on', models.DateField()),
                        ('source', models.CharField(max_length=120)),
                        ('verified', models.BooleanField()),
                        ('calendar_known', models.BooleanField(default=True, help_text='otherwise days of the calendar were counted')),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                        ('ended_by', models.CharField(blank=True, choices=[('done', 'Done · 已按时完成'), ('lapsed', 'Lapsed · 期满未完成'), ('over', 'The talks ended · 协商或调解已结束'), ('restarted', 'Began anew · 重新起算或延长')], max_length=12)),
                    ],
                    options={
                        'ordering': ['starts_at', 'id'],
                        'indexes': [
                            models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['due_on'], name='mediation_clock_runs'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('mediation', 'kind'), name='mediation_clock_one_running'),
                            models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ended_by', '')), models.Q(('ended_at__isnull', False), models.Q(('ended_by', ''), _negated=True)), _connector='OR'), name='mediation_clock_ended_with_its_cause'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Mediator',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=8), size=None, verbose_name='languages')),
                        ('skills', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, db_default=[], default=list, size=None, verbose_name='skills')),
                        ('places', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, db_default=[], default=list, help_text='Where they meet customers in person; none chosen means everywhere.', size=None, verbose_name='places of meetings')),
                        ('worked_at', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, db_default=[], default=list, help_text='Branches of the bank they have worked at: disclosed to its customers.', size=None, verbose_name='worked before at')),
                        ('most_a_day', models.PositiveSmallIntegerField(db_default=8, default=8, verbose_name='most sessions a day')),
                        ('most_a_week', models.PositiveSmallIntegerField(db_default=40, default=40, verbose_name='most sessions a week')),
                        ('active', models.BooleanField(default=True, verbose_name='active')),
                        ('staff', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='mediator', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mediators', to='mediation.mediationorganisation', verbose_name='mediation organisation')),
                    ],
                    options={
                        'verbose_name': 'mediator',
                        'verbose_name_plural': 'mediators',
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('most_a_day__gte', 1), ('most_a_week__gte', 1)), name='mediator_takes_sessions'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Place',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', models.CharField(max_length=32, unique=True, verbose_name='code')),
                        ('name_zh', models.CharField(max_length=80, verbose_name='Chinese name')),
                        ('name_en', models.CharField(max_length=80, verbose_name='English name')),
                        ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='session_places', to='collections_app.branch', verbose_name='for customers of')),
                        ('organisation', models.ForeignKey(blank=True, help_text="Empty for the bank's own.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='places', to='mediation.mediationorganisation', verbose_name='premises of')),
                        ('address_zh', models.CharField(max_length=160, verbose_name='Chinese address')),
                        ('address_en', models.CharField(max_length=160, verbose_name='English address')),
                        ('zone', models.CharField(default='Asia/Shanghai', max_length=48, verbose_name='time zone')),
                        ('active', models.BooleanField(default=True, verbose_name='active')),
                    ],
                    options={
                        'verbose_name': 'place of sessions',
                        'verbose_name_plural': 'places of sessions',
                    },
                ),
                migrations.CreateModel(
                    name='Position',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='positions', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('side', models.CharField(choices=[('bank', 'bank'), ('customer', 'customer')], max_length=8)),
                        ('text', collections_app.models.fields.SealedField()),
                        ('filed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('filed_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['filed_at', 'id'],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='position_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='1f50f0303f6885369cdbad68a283ef591cb17bac', operation='UPDATE', pgid='pgtrigger_position_append_only_2a6c1', table='mediation_position', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RouteOverride',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrides', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('route_before', models.CharField(choices=[('telephone', 'Telephone · 电话'), ('video', 'Video · 视频'), ('meeting', 'In person · 现场')], max_length=12)),
                        ('route_after', models.CharField(choices=[('telephone', 'Telephone · 电话'), ('video', 'Video · 视频'), ('meeting', 'In person · 现场')], max_length=12)),
                        ('track_before', models.CharField(choices=[('simple', 'Simple · 简易'), ('ordinary', 'Ordinary · 普通'), ('complex', 'Complex · 复杂')], max_length=8)),
                        ('track_after', models.CharField(choices=[('simple', 'Simple · 简易'), ('ordinary', 'Ordinary · 普通'), ('complex', 'Complex · 复杂')], max_length=8)),
                        ('reason', collections_app.models.fields.SealedField()),
                        ('changed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('changed_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('route_before', models.F('route_after')), _negated=True), models.Q(('track_before', models.F('track_after')), _negated=True), _connector='OR'), name='route_override_changes_something'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='route_override_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='40ca6909bd9347b888a2fb8e8b33e37f1faeab7b', operation='UPDATE', pgid='pgtrigger_route_override_append_only_45299', table='mediation_routeoverride', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SealAuthority',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seal_authorities', to='mediation.mediationorganisation', verbose_name='mediation organisation')),
                        ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='seal_authorities', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                        ('reference', models.CharField(max_length=80, verbose_name='letter of authority')),
                        ('since', models.DateField(verbose_name='from')),
                        ('until', models.DateField(verbose_name='until')),
                    ],
                    options={
                        'verbose_name': 'authority to seal',
                        'verbose_name_plural': 'authorities to seal',
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('until__gte', models.F('since')), models.Q(('reference', ''), _negated=True)), name='seal_authority_has_term_and_paper'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='TermExtension',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('ends_on_before', models.DateField()),
                        ('ends_on_after', models.DateField()),
                        ('asked_side', models.CharField(choices=[('bank', 'Bank · 本行'), ('customer', 'Customer · 客户')], max_length=8)),
                        ('asked_how', models.CharField(choices=[('page', "On the customer's page · 客户页面"), ('phone', 'By telephone · 电话'), ('paper', 'On paper · 书面'), ('session', 'At the session · 会议现场'), ('system', 'By proposing it here · 本系统提议')], max_length=8)),
                        ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('asked_at', models.DateTimeField()),
                        ('agrees', models.BooleanField(blank=True, help_text='what the other side said; unknown until then', null=True)),
                        ('answered_how', models.CharField(blank=True, choices=[('page', "On the customer's page · 客户页面"), ('phone', 'By telephone · 电话'), ('paper', 'On paper · 书面'), ('session', 'At the session · 会议现场'), ('system', 'By proposing it here · 本系统提议')], max_length=8)),
                        ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('answered_at__isnull', True)), fields=('mediation',), name='term_extension_one_waiting'),
                            models.CheckConstraint(condition=models.Q(('ends_on_after__gt', models.F('ends_on_before'))), name='term_extension_is_later'),
                            models.CheckConstraint(condition=models.Q(models.Q(('agrees__isnull', True), ('answered_at__isnull', True), ('answered_how', '')), models.Q(('agrees__isnull', False), ('answered_at__isnull', False), models.Q(('answered_how', ''), _negated=True)), _connector='OR'), name='term_extension_answered_whole'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='term_extension_answered_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."answered_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='b8b80749040b7a9d5f4dd9cb6bb54cd05c7dea60', operation='UPDATE', pgid='pgtrigger_term_extension_answered_once_0cd66', table='mediation_termextension', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='TermWish',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('terms', collections_app.models.fields.WalledField()),
                        ('reason', collections_app.models.fields.WalledField(blank=True)),
                        ('filed_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'wish for a longer term',
                        'verbose_name_plural': 'wishes for a longer term',
                        'ordering': ['id'],
                        'indexes': [
                            models.Index(fields=['mediation', '-id'], name='term_wish_latest'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='term_wish_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='88b62660d85d4a014f02864733eb9ce5b02f8cbe', operation='UPDATE', pgid='pgtrigger_term_wish_append_only_5ffbb', table='mediation_termwish', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='WalledRead',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.mediation', verbose_name='mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer', verbose_name='customer')),
                        ('staff', models.ForeignKey(blank=True, help_text='Nobody: the customer read their own part.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='read by')),
                        ('part', models.CharField(choices=[('notes', 'Notes · 调解笔记'), ('means', 'Means · 收支情况'), ('facts', 'Marks on facts · 事实核对'), ('proposals', 'Proposals · 方案'), ('recordings', 'References of recordings · 录音录像编号'), ('minutes', 'Minutes · 会议记录'), ('words', 'Words written in a room · 房间内文字')], max_length=12, verbose_name='what')),
                        ('at', models.DateTimeField(verbose_name='at')),
                    ],
                    options={
                        'verbose_name': 'read behind the wall of mediation',
                        'verbose_name_plural': 'reads behind the wall of mediation',
                        'ordering': ['-id'],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='walled_read_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='d806d10b305db672028bb302ce2ef44c09728e12', operation='UPDATE OR DELETE', pgid='pgtrigger_walled_read_append_only_12e80', table='mediation_walledread', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Disclosure',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='disclosures', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('mediator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mediation.mediator')),
                        ('interest', models.BooleanField()),
                        ('text', collections_app.models.fields.SealedField(blank=True)),
                        ('during_session', models.BooleanField(default=False)),
                        ('at', models.DateTimeField()),
                        ('bank_waived_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('bank_waived_at', models.DateTimeField(blank=True, null=True)),
                        ('customer_waived_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('bank_waived_at__isnull', True), ('bank_waived_by__isnull', True)), models.Q(('bank_waived_at__isnull', False), ('bank_waived_by__isnull', False)), _connector='OR'), name='disclosure_waived_by_somebody'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='disclosure_words_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func='RAISE EXCEPTION \'pgtrigger: Cannot update of "text", "interest", "mediator_id", "at" rows from % table\', TG_TABLE_NAME;', hash='0426602f48e1d1aff7579057ddb3a7d7b8a8777d', operation='UPDATE OF "text", "interest", "mediator_id", "at"', pgid='pgtrigger_disclosure_words_stay_c445f', table='mediation_disclosure', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Means',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('figures', collections_app.models.fields.WalledField()),
                        ('remark', collections_app.models.fields.WalledField(blank=True)),
                        ('written_by', models.ForeignKey(blank=True, help_text='nobody: the customer', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mediation.mediator')),
                        ('said_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'means',
                        'verbose_name_plural': 'means',
                        'ordering': ['id'],
                        'indexes': [
                            models.Index(fields=['mediation', '-id'], name='means_latest'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='means_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='5294bf1a0ec0ebabad314db2f8480c472e677a92', operation='UPDATE', pgid='pgtrigger_means_append_only_eba57', table='mediation_means', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='MediatorChoice',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('side', models.CharField(choices=[('bank', 'Bank · 本行'), ('customer', 'Customer · 客户')], max_length=8)),
                        ('mediator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mediation.mediator')),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('mediation', 'side'), name='mediator_choice_once'),
                            models.CheckConstraint(condition=models.Q(models.Q(('by__isnull', True), ('side', 'customer')), models.Q(('by__isnull', False), ('side', 'bank')), _connector='OR'), name='mediator_choice_by_its_side'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='PositionPaper',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='mediation.position')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('name', collections_app.models.fields.SealedField()),
                        ('content_type', models.CharField(max_length=80)),
                        ('size', models.PositiveIntegerField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('stored_as', models.CharField(max_length=200)),
                        ('added_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('size__gt', 0), ('size__lte', 10485760)), name='position_paper_of_a_size_that_is_taken'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='position_paper_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6fb65cd8d5bb69d50c21a4b64169548aefc8caf4', operation='UPDATE OR DELETE', pgid='pgtrigger_position_paper_append_only_6c69a', table='mediation_positionpaper', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ReferralBatch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='mediation.mediator')),
                        ('representative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('dispute_type', models.CharField(max_length=20)),
                        ('minutes_each', models.PositiveSmallIntegerField()),
                        ('starts_at', models.DateTimeField()),
                        ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'batch of referrals',
                        'verbose_name_plural': 'batches of referrals',
                    },
                ),
                migrations.CreateModel(
                    name='Room',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rooms', to='mediation.place', verbose_name='site')),
                        ('name', models.CharField(max_length=40, verbose_name='room')),
                        ('capacity', models.PositiveSmallIntegerField(default=6, verbose_name='seats')),
                        ('video', models.BooleanField(default=False, verbose_name='video equipment')),
                        ('active', models.BooleanField(default=True, verbose_name='active')),
                    ],
                    options={
                        'verbose_name': 'room',
                        'verbose_name_plural': 'rooms',
                        'ordering': ['place', 'name'],
                        'constraints': [
                            models.UniqueConstraint(fields=('place', 'name'), name='room_once'),
                            models.CheckConstraint(condition=models.Q(('capacity__gte', 2)), name='room_seats_two'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='StandDown',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stand_downs', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('mediator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mediation.mediator')),
                        ('by_side', models.CharField(choices=[('mediator', 'The mediator · 调解员自行回避'), ('customer', 'The customer · 客户不接受'), ('bank', 'The bank · 本行不接受'), ('supervisor', 'A supervisor · 主管更换')], max_length=12)),
                        ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('reason', collections_app.models.fields.SealedField(blank=True)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('mediation', 'mediator'), name='stand_down_once'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='stand_down_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='fdde7a9d3dec9f12b5d1f9db0359e7245d4b8329', operation='UPDATE', pgid='pgtrigger_stand_down_append_only_b7a57', table='mediation_standdown', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Travel',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('one', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.place', verbose_name='one end')),
                        ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.place', verbose_name='other end')),
                        ('minutes', models.PositiveSmallIntegerField(verbose_name='minutes')),
                    ],
                    options={
                        'verbose_name': 'way between places',
                        'verbose_name_plural': 'ways between places',
                        'constraints': [
                            models.UniqueConstraint(fields=('one', 'other'), name='travel_once'),
                            models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='travel_in_order'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='BatchedReferral',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='referrals', to='mediation.referralbatch')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='batched', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('place', models.PositiveSmallIntegerField()),
                    ],
                    options={
                        'ordering': ['place'],
                        'constraints': [
                            models.UniqueConstraint(fields=('batch', 'place'), name='batched_referral_place_once'),
                            models.UniqueConstraint(fields=('batch', 'mediation'), name='batched_referral_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Session',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mediation_sessions', to='collections_app.customer')),
                        ('mediator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='mediation.mediator')),
                        ('representative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='represented_sessions', to=settings.AUTH_USER_MODEL)),
                        ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                        ('mode', models.CharField(choices=[('telephone', 'Telephone · 电话'), ('video', 'Video · 视频'), ('meeting', 'In person · 现场')], max_length=12, verbose_name='by')),
                        ('state', models.CharField(choices=[('scheduled', 'To be held · 待召开'), ('in_session', 'In session · 进行中'), ('held', 'Held · 已召开'), ('missed', 'Customer absent · 客户缺席'), ('cancelled', 'Cancelled · 已取消')], default='scheduled', max_length=12, verbose_name='state')),
                        ('scheduled_at', models.DateTimeField()),
                        ('opened_at', models.DateTimeField(blank=True, null=True)),
                        ('held_lawfully', models.BooleanField(db_default=False, default=False, help_text='opened by a mediator of an organisation lawfully established that day: a court may confirm')),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                        ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='mediation.room')),
                        ('closed_because', models.CharField(blank=True, choices=[('customer_asked', 'The customer asked for another date · 客户要求改期'), ('mediator_unable', 'Whoever holds it cannot come · 主持人不能出席'), ('representative_unable', "The bank's representative cannot come · 本行代表不能出席"), ('papers_missing', 'Papers are missing · 材料未齐'), ('other', 'Another reason · 其他'), ('customer_moved', 'Moved by the customer · 客户自行改期'), ('person_away', 'Somebody is away · 有人请假'), ('conflict', 'Somebody is barred by a conflict of interest · 有人须回避'), ('room_closed', 'The room is closed · 会议室停用'), ('chosen', 'Both chose another mediator · 双方另选调解员'), ('stood_down', 'The mediator stood down · 调解员回避')], db_default='', default='', max_length=24)),
                    ],
                    options={
                        'verbose_name': 'session',
                        'verbose_name_plural': 'sessions',
                        'constraints': [
                            django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['in_session', 'scheduled']), ('mediator__isnull', False)), expressions=[('mediator', '='), ('during', '&&')], name='session_one_per_mediator_at_once'),
                            django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['in_session', 'scheduled'])), expressions=[('representative', '='), ('during', '&&')], name='session_one_per_representative_at_once'),
                            django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['in_session', 'scheduled'])), expressions=[('customer', '='), ('during', '&&')], name='session_one_per_customer_at_once'),
                            django.contrib.postgres.constraints.ExclusionConstraint(condition=models.Q(('state__in', ['in_session', 'scheduled']), ('room__isnull', False)), expressions=[('room', '='), ('during', '&&')], name='session_one_per_room_at_once'),
                            models.UniqueConstraint(condition=models.Q(('state__in', ['in_session', 'scheduled'])), fields=('mediation',), name='session_one_live_per_mediation'),
                            models.CheckConstraint(condition=models.Q(models.Q(models.Func(models.F('during'), function='isempty', output_field=models.BooleanField()), _negated=True), ('during__lower_inf', False), ('during__upper_inf', False)), name='session_has_length'),
                            models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state__in', ['in_session', 'scheduled'])), models.Q(models.Q(('state__in', ['in_session', 'scheduled']), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='session_closed_with_its_moment'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='session_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{scheduled:cancelled,scheduled:in_session,scheduled:missed,in_session:cancelled,in_session:held}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='5a53281aca737dd9602b865de60fb2b943ec3376', operation='UPDATE', pgid='pgtrigger_session_transitions_5a56e', table='mediation_session', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='session_takes_hours', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    DELETE FROM mediation_bookedhours WHERE session_id = NEW.id AND seat_id IS NULL;\n                    UPDATE mediation_panelseat SET live = false WHERE session_id = NEW.id AND live;\n                    IF NEW.state IN ('in_session', 'scheduled') THEN\n                        INSERT INTO mediation_bookedhours (session_id, customer_id, staff_id, capacity, during)\n                        SELECT NEW.id, NEW.customer_id, NEW.representative_id, 'representative', NEW.during\n                        UNION ALL\n                        SELECT NEW.id, NEW.customer_id, staff_id, 'mediator', NEW.during\n                        FROM mediation_mediator WHERE id = NEW.mediator_id;\n                        UPDATE mediation_panelseat SET live = true, during = NEW.during WHERE session_id = NEW.id;\n                    END IF;\n                    RETURN NULL;\n                ", hash='4567d7ab5b67a1dfe6147c1595257f4a1f4fdd2f', operation='INSERT OR UPDATE OF "during", "state", "mediator_id", "representative_id"', pgid='pgtrigger_session_takes_hours_5726f', table='mediation_session', when='AFTER')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SlotOffer',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slot_offers', to='mediation.mediation')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slot_offers', to='collections_app.customer')),
                        ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                        ('mediator', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mediation.mediator')),
                        ('representative', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('room', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mediation.room')),
                        ('state', models.CharField(choices=[('open', 'Open · 可选'), ('picked', 'Picked · 已选定'), ('gone', 'Gone to somebody else · 已被占用'), ('lapsed', 'Not picked in time · 到期未选'), ('withdrawn', 'Withdrawn · 已收回')], default='open', max_length=10, verbose_name='state')),
                        ('offered_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': 'offered slot',
                        'verbose_name_plural': 'offered slots',
                        'indexes': [
                            models.Index(condition=models.Q(('state', 'open')), fields=['expires_at'], name='slot_offer_open'),
                            models.Index(fields=['mediation', '-id'], name='slot_offer_of_talks'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('mediation', 'during'), name='slot_offer_once_open'),
                            models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='slot_offer_closed_with_its_moment'),
                            models.CheckConstraint(condition=models.Q(models.Q(models.Func(models.F('during'), function='isempty', output_field=models.BooleanField()), _negated=True), ('during__lower_inf', False), ('during__upper_inf', False)), name='slot_offer_has_length'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Agreement',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='mediation.mediation')),
                        ('session', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='collections_app.customer')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreements', to='collections_app.account')),
                        ('arrangement', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='collections_app.arrangement')),
                        ('total_fen', models.BigIntegerField(verbose_name='total')),
                        ('grace_days', models.PositiveSmallIntegerField(verbose_name='days of grace')),
                        ('terms', collections_app.models.fields.SealedField(blank=True, verbose_name='terms')),
                        ('agreed_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'agreement',
                        'verbose_name_plural': 'agreements',
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('total_fen__gt', 0)), name='agreement_positive'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='agreement_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c975386bcd30bb4f7287011e8f2e5b3fdce985c9', operation='UPDATE', pgid='pgtrigger_agreement_append_only_827ec', table='mediation_agreement', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Attendance',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('kind', models.CharField(choices=[('customer', 'Customer · 客户'), ('companion', 'Somebody who came with the customer · 陪同人员或代理人'), ('representative', "The bank's representative · 本行代表"), ('mediator', 'Mediator · 调解员'), ('panel', 'Member of the panel · 调解组成员')], max_length=16)),
                        ('staff', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('name', collections_app.models.fields.SealedField(blank=True, help_text='of somebody who is neither the customer nor staff')),
                        ('means', models.CharField(choices=[('telephone', 'Telephone · 电话'), ('video', 'Video · 视频'), ('meeting', 'In person · 现场')], max_length=12)),
                        ('document', models.CharField(blank=True, choices=[('id_card', 'Identity card · 居民身份证'), ('passport', 'Passport · 护照'), ('permit', 'Permit of residents of Hong Kong, Macao and Taiwan · 港澳台居民居住证或通行证'), ('mandate', 'Business licence and power of attorney · 营业执照与授权委托书')], max_length=12)),
                        ('came_at', models.DateTimeField()),
                        ('checked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('stated_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['came_at', 'id'],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('staff__isnull', False), models.Q(('document', ''), _negated=True), _connector='OR'), name='attendance_of_a_party_is_identified'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='attendance_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b9e1de8632cb74ae42f575baeb9c3a0d4e65ba63', operation='UPDATE OR DELETE', pgid='pgtrigger_attendance_append_only_481b2', table='mediation_attendance', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ConferenceLeg',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='legs', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('kind', models.CharField(choices=[('mediator', 'Mediator · 调解员'), ('representative', "The bank's representative · 本行代表"), ('panel', 'Member of the panel · 调解组成员'), ('customer', 'Customer · 客户'), ('legal', 'Legal counsel · 法律顾问'), ('financial', 'Financial expert · 金融专家'), ('psychologist', 'Psychologist · 心理咨询师'), ('interpreter', 'Interpreter · 翻译')], max_length=16)),
                        ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.contact')),
                        ('called_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('attempt', models.UUIDField(unique=True)),
                        ('number', collections_app.models.fields.SealedField()),
                        ('provider', models.CharField(max_length=16)),
                        ('provider_id', models.CharField(blank=True, max_length=64)),
                        ('state', models.CharField(choices=[('begun', 'Being put through · 正在接通'), ('unknown', 'Outcome unknown · 结果待查'), ('accepted', 'Accepted · 已受理'), ('ringing', 'Ringing · 振铃中'), ('answered', 'Connected · 已接通'), ('ended', 'Ended · 已结束'), ('unreached', 'Not reached · 未接通'), ('failed', 'Not put through · 未能呼出')], default='begun', max_length=10)),
                        ('rank', models.SmallIntegerField(default=-1)),
                        ('error_code', models.CharField(blank=True, max_length=16)),
                        ('seconds', models.PositiveIntegerField(blank=True, null=True)),
                        ('begun_at', models.DateTimeField()),
                        ('moved_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['id'],
                        'indexes': [
                            models.Index(condition=models.Q(('state__in', ['accepted', 'answered', 'begun', 'ringing', 'unknown'])), fields=['begun_at'], name='leg_to_ask_for'),
                        ],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state__in', ['accepted', 'answered', 'begun', 'ringing', 'unknown'])), fields=('session', 'kind'), name='conference_leg_one_at_a_time'),
                            models.CheckConstraint(condition=models.Q(models.Q(('kind', 'customer'), _negated=True), ('contact__isnull', False), _connector='OR'), name='conference_leg_of_customer_permitted'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='FactSheet',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.mediation')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('facts', models.JSONField()),
                        ('as_of', models.DateField(help_text="the day of the core's data")),
                        ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('drawn_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'sheet of facts',
                        'verbose_name_plural': 'sheets of facts',
                        'ordering': ['id'],
                        'indexes': [
                            models.Index(fields=['mediation', '-id'], name='fact_sheet_latest'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='fact_sheet_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='5397ac4042cbe0e95830479960bd8226fad8e6ad', operation='UPDATE', pgid='pgtrigger_fact_sheet_append_only_839bb', table='mediation_factsheet', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='MediationNote',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mediation.mediator')),
                        ('text', collections_app.models.fields.WalledField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['at', 'id'],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='mediation_note_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c5b5e5bd23a059176bac83a3da49a08b532778b1', operation='UPDATE', pgid='pgtrigger_mediation_note_append_only_ffc27', table='mediation_mediationnote', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='PanelSeat',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('role', models.CharField(choices=[('legal', 'Legal counsel · 法律顾问'), ('financial', 'Financial expert · 金融专家'), ('psychologist', 'Psychologist · 心理咨询师'), ('interpreter', 'Interpreter · 翻译')], max_length=12, verbose_name='role')),
                        ('expert', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seats', to='mediation.expert')),
                        ('state', models.CharField(choices=[('open', 'Nobody found yet · 待安排'), ('proposed', 'Asked · 已邀请'), ('accepted', 'Accepted · 已接受'), ('declined', 'Declined · 已谢绝'), ('replaced', 'Replaced · 已更换')], default='open', max_length=8, verbose_name='state')),
                        ('reason', models.CharField(choices=[('large', 'The amount is above the limit for video · 金额超过视频办理上限'), ('dispute', 'The type of dispute is legally complex · 纠纷类型涉及复杂法律问题'), ('fees', 'Fees or interest of a loan are disputed · 贷款费用或利息有争议'), ('vulnerable', 'The customer is in hardship or vulnerable · 客户处境困难或有特殊情况'), ('language', "The mediator does not speak the customer's language · 调解员不会客户的语言"), ('by_hand', 'Added by hand · 人工增加')], max_length=12)),
                        ('changed_because', collections_app.models.fields.SealedField(blank=True)),
                        ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name='time')),
                        ('live', models.BooleanField(default=True)),
                        ('at', models.DateTimeField()),
                        ('answered_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': 'seat on a panel',
                        'verbose_name_plural': 'seats on panels',
                        'ordering': ['id'],
                        'constraints': [
                            models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'proposed', 'accepted'])), fields=('session', 'role'), name='panel_seat_one_per_role'),
                            models.CheckConstraint(condition=models.Q(models.Q(('expert__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('expert__isnull', False)), _connector='OR'), name='panel_seat_open_without_expert'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='panel_seat_takes_hours', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    DELETE FROM mediation_bookedhours WHERE seat_id = NEW.id;\n                    IF NEW.live AND NEW.state IN ('proposed', 'accepted') THEN\n                        INSERT INTO mediation_bookedhours (session_id, seat_id, customer_id, staff_id, capacity, during)\n                        SELECT NEW.session_id, NEW.id, NEW.customer_id, staff_id, 'expert', NEW.during\n                        FROM mediation_expert WHERE id = NEW.expert_id;\n                    END IF;\n                    RETURN NULL;\n                ", hash='d77ebd81f5ca51de001fa68887ca3da2a3b14f39', operation='INSERT OR UPDATE', pgid='pgtrigger_panel_seat_takes_hours_49ded', table='mediation_panelseat', when='AFTER')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='ProposalRound',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.mediation')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('state', models.CharField(choices=[('open', 'Open · 征集中'), ('revealed', 'Revealed · 已同时公开'), ('withdrawn', 'Withdrawn · 已撤回'), ('lapsed', 'Lapsed · 已逾期失效')], default='open', max_length=12)),
                        ('payoff_fen', models.BigIntegerField(help_text='what pays the account off when the round opens: nobody asks more')),
                        ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mediation.mediator')),
                        ('opened_at', models.DateTimeField()),
                        ('closes_at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'verbose_name': 'round of proposals',
                        'verbose_name_plural': 'rounds of proposals',
                        'ordering': ['id'],
                        'constraints': [
                            models.UniqueConstraint(fields=('mediation', 'number'), name='proposal_round_number_once'),
                            models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('mediation',), name='proposal_round_one_open'),
                            models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='proposal_round_ended_with_its_moment'),
                            models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opened_at'))), name='proposal_round_has_length'),
                            models.CheckConstraint(condition=models.Q(('payoff_fen__gt', 0)), name='proposal_round_about_something'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='proposal_round_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{open:lapsed,open:revealed,open:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='9b58a89596a691008c433fa7a1169d5367b5cc4d', operation='UPDATE', pgid='pgtrigger_proposal_round_transitions_2f869', table='mediation_proposalround', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='proposal_round_reveals_both', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NEW.state = 'revealed')", func="\n                    IF (SELECT count(*) FROM mediation_proposal WHERE round_id = NEW.id) <> 2 THEN\n                        RAISE EXCEPTION 'a side has not proposed' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='7188bfa57d33f7811774c83b2415cbc60535c858', operation='UPDATE OF "state"', pgid='pgtrigger_proposal_round_reveals_both_818c3', table='mediation_proposalround', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RecordingConsent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recording_consents', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('kind', models.CharField(choices=[('mediator', 'Mediator · 调解员'), ('representative', "The bank's representative · 本行代表"), ('panel', 'Member of the panel · 调解组成员'), ('customer', 'Customer · 客户'), ('legal', 'Legal counsel · 法律顾问'), ('financial', 'Financial expert · 金融专家'), ('psychologist', 'Psychologist · 心理咨询师'), ('interpreter', 'Interpreter · 翻译')], max_length=16)),
                        ('agrees', models.BooleanField()),
                        ('heard_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['id'],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='recording_consent_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5ea69369f1e5a13c5974e3a139f6bbb7f9ea45be', operation='UPDATE OR DELETE', pgid='pgtrigger_recording_consent_append_only_83138', table='mediation_recordingconsent', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionMinutes',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='minutes', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('text', collections_app.models.fields.WalledField()),
                        ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('written_at', models.DateTimeField()),
                    ],
                    options={
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='session_minutes_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='f562aa1cd4454df957250a4d132f3ad262c29997', operation='UPDATE OR DELETE', pgid='pgtrigger_session_minutes_append_only_2c649', table='mediation_sessionminutes', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionPaper',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('kind', models.CharField(choices=[('minutes', 'Minutes, signed · 签字的会议记录'), ('agreement', 'Agreement, signed · 签字的协议'), ('address', 'Confirmation of the address for service · 送达地址确认书'), ('other', 'Other paper · 其他材料')], max_length=12)),
                        ('name', collections_app.models.fields.SealedField()),
                        ('content_type', models.CharField(max_length=80)),
                        ('size', models.PositiveIntegerField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('stored_as', models.CharField(max_length=200)),
                        ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('added_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [
                            models.UniqueConstraint(fields=('session', 'sha256'), name='session_paper_kept_once'),
                            models.CheckConstraint(condition=models.Q(('size__gt', 0), ('size__lte', 10485760)), name='session_paper_of_a_size'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='session_paper_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b98176406244b6fc7e5c8439da46f9b71cf2f44d', operation='UPDATE OR DELETE', pgid='pgtrigger_session_paper_append_only_c3a71', table='mediation_sessionpaper', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SessionRecording',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='mediation.mediator')),
                        ('reference', collections_app.models.fields.WalledField()),
                        ('both_consented', models.BooleanField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'recording of a session',
                        'verbose_name_plural': 'recordings of sessions',
                        'ordering': ['id'],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('both_consented', True)), name='session_recording_consented'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='session_recording_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='68317de4a28675b372d0ed4daf423f0d23b5ccab', operation='UPDATE', pgid='pgtrigger_session_recording_append_only_207c7', table='mediation_sessionrecording', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='TelephoneRecord',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='telephone_records', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('outcome', models.CharField(choices=[('spoken', 'Spoken with the customer · 已通话'), ('no_answer', 'Nobody answered · 无人接听'), ('somebody_else', 'Somebody else answered · 非本人接听'), ('broke_off', 'The call broke off · 通话中断'), ('declined', 'The customer did not want to go on · 客户不愿继续')], max_length=16)),
                        ('minutes', models.PositiveSmallIntegerField()),
                        ('recording_ref', collections_app.models.fields.WalledField(blank=True)),
                        ('stated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('stated_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['id'],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='telephone_record_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6cd1baf8918ec8e3a4f429242ac87f5d649d28bc', operation='UPDATE OR DELETE', pgid='pgtrigger_telephone_record_append_only_14e52', table='mediation_telephonerecord', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Venue',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='venues', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('name', models.CharField(max_length=300)),
                        ('address', models.CharField(max_length=300)),
                        ('room', models.CharField(blank=True, max_length=300)),
                        ('directions', models.CharField(blank=True, max_length=300)),
                        ('bring', models.CharField(blank=True, max_length=300)),
                        ('stated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('stated_at', models.DateTimeField()),
                    ],
                    options={
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='venue_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c018885b766d8fd633bafd68915ffd4c3537cef6', operation='UPDATE OR DELETE', pgid='pgtrigger_venue_append_only_4c751', table='mediation_venue', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='AgreementDraft',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('mediation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='mediation.mediation')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.account')),
                        ('agreement', models.OneToOneField(blank=True, help_text='once in force', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='draft', to='mediation.agreement')),
                        ('version', models.PositiveSmallIntegerField()),
                        ('state', models.CharField(choices=[('open', 'Waiting for signatures · 待签署'), ('superseded', 'Replaced by a newer version · 已被新版本取代'), ('in_force', 'In force · 已生效'), ('dropped', 'Ended unsigned · 未签署而终止')], default='open', max_length=12)),
                        ('second_language', models.CharField(blank=True, help_text='set beside the Chinese text', max_length=8)),
                        ('total_fen', models.BigIntegerField()),
                        ('left_fen', models.BigIntegerField(db_default=0, default=0, help_text='stays owed beside it, as its document says; of the day it was drafted')),
                        ('grace_days', models.PositiveSmallIntegerField()),
                        ('annual_percent', models.DecimalField(decimal_places=3, default=0, max_digits=6)),
                        ('waivers', models.JSONField(blank=True, default=dict, help_text='fen by component, in effect on completion')),
                        ('interest_accrues', models.BooleanField(help_text='interest by the contract goes on beside the plan')),
                        ('fees_accrue', models.BooleanField(help_text='fees by the contract go on beside the plan')),
                        ('no_new_cards', models.BooleanField(help_text='promised by the customer (credit-card rules, article 70)')),
                        ('facts', collections_app.models.fields.SealedField(help_text='what the dispute was about')),
                        ('pay_to', collections_app.models.fields.SealedField(help_text='how and to which account the customer pays')),
                        ('terms', collections_app.models.fields.SealedField(blank=True)),
                        ('drafted_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('drafted_at', models.DateTimeField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('size', models.PositiveIntegerField()),
                        ('stored_as', models.CharField(max_length=200)),
                        ('ended_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['version'],
                        'constraints': [
                            models.UniqueConstraint(fields=('mediation', 'version'), name='draft_version_once'),
                            models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('mediation',), name='draft_one_open'),
                            models.CheckConstraint(condition=models.Q(models.Q(('agreement__isnull', False), ('state', 'in_force')), models.Q(models.Q(('state', 'in_force'), _negated=True), ('agreement__isnull', True)), _connector='OR'), name='draft_in_force_with_its_agreement'),
                            models.CheckConstraint(condition=models.Q(('total_fen__gt', 0), models.Q(('sha256', ''), _negated=True)), name='draft_has_sum_and_document'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='draft_transitions', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{open:dropped,open:in_force,open:superseded}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='aa8f14e086f63397750549c0607281c4c192f619', operation='UPDATE', pgid='pgtrigger_draft_transitions_a3e9c', table='mediation_agreementdraft', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='draft_document_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."left_fen" IS DISTINCT FROM (NEW."left_fen") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."stored_as" IS DISTINCT FROM (NEW."stored_as") OR OLD."total_fen" IS DISTINCT FROM (NEW."total_fen") OR OLD."version" IS DISTINCT FROM (NEW."version"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d89afd0e2b0899b06cc021e9eb5d4e68e28b254c', operation='UPDATE', pgid='pgtrigger_draft_document_stays_f1d1f', table='mediation_agreementdraft', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='AgreementInstalment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instalments', to='mediation.agreement')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.account')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('due_on', models.DateField()),
                        ('amount_fen', models.BigIntegerField()),
                    ],
                    options={
                        'ordering': ['number'],
                        'constraints': [
                            models.UniqueConstraint(fields=('agreement', 'number'), name='agreement_instalment_once'),
                            models.UniqueConstraint(fields=('agreement', 'due_on'), name='agreement_instalment_day_once'),
                            models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0)), name='agreement_instalment_positive'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='agreement_instalment_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d623eca57efb4c3914e846146b29fd5d914487cd', operation='UPDATE', pgid='pgtrigger_agreement_instalment_append_only_4f18c', table='mediation_agreementinstalment', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='AgreementSignature',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='mediation.agreement')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('signatory', models.CharField(choices=[('customer', 'Signed by the customer · 客户签字'), ('co_borrower', 'Signed by the co-borrower · 共同借款人签字'), ('guarantor', 'Signed by the guarantor · 保证人签字'), ('bank', "Signed by the bank's representative · 本行代表签字"), ('mediator', 'Signed by the mediator · 调解员签字'), ('organisation', 'Sealed by the organisation · 调解组织盖章')], max_length=12)),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('related', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.relatedperson')),
                        ('method', models.CharField(choices=[('paper', 'On paper · 纸质签署'), ('recorded', 'Oral, recorded · 口头并录音'), ('electronic', 'Electronically · 电子签名')], max_length=10)),
                        ('recording_ref', collections_app.models.fields.WalledField(blank=True)),
                        ('attested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('agreement', 'signatory', 'person', 'related'), name='agreement_signature_once', nulls_distinct=False),
                            models.CheckConstraint(condition=models.Q(models.Q(('method', 'recorded'), _negated=True), django.db.models.lookups.GreaterThan(django.db.models.functions.text.Length('recording_ref'), 0), _connector='OR'), name='agreement_oral_has_recording'),
                            models.CheckConstraint(condition=models.Q(('method', 'electronic'), ('attested_by__isnull', False), _connector='OR'), name='agreement_signature_attested'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='agreement_signature_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='70e8c43f38f3ca6a533416d09fe7c31746e9da53', operation='UPDATE', pgid='pgtrigger_agreement_signature_append_only_0f90b', table='mediation_agreementsignature', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='BookedHours',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='booked_hours', to='mediation.session')),
                        ('seat', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.panelseat')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='booked_hours', to=settings.AUTH_USER_MODEL)),
                        ('capacity', models.CharField(choices=[('mediator', 'Mediator · 调解员'), ('representative', "The bank's representative · 本行代表"), ('expert', 'Expert · 专家')], max_length=16)),
                        ('during', django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                    ],
                    options={
                        'constraints': [
                            django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('staff', '='), ('during', '&&')], name='booked_hours_one_place_at_once'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='FactMark',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='mediation.factsheet')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('side', models.CharField(choices=[('bank', 'Bank · 本行'), ('customer', 'Customer · 客户')], max_length=8)),
                        ('fact', models.CharField(help_text='the key of the fact on its sheet', max_length=40)),
                        ('verdict', collections_app.models.fields.WalledField()),
                        ('comment', collections_app.models.fields.WalledField(blank=True)),
                        ('marked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('marked_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'mark on a fact',
                        'verbose_name_plural': 'marks on facts',
                        'ordering': ['id'],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(models.Q(('marked_by__isnull', False), ('side', 'bank')), models.Q(('marked_by__isnull', True), ('side', 'customer')), _connector='OR'), name='fact_mark_by_its_side'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='fact_mark_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='bfaea7467cee4ed5208ac380969bcb48fc82845c', operation='UPDATE', pgid='pgtrigger_fact_mark_append_only_3e100', table='mediation_factmark', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='FactsConfirmation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='confirmations', to='mediation.factsheet')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('side', models.CharField(choices=[('bank', 'Bank · 本行'), ('customer', 'Customer · 客户')], max_length=8)),
                        ('text', collections_app.models.fields.WalledField(help_text='the facts confirmed, as they were shown')),
                        ('facts_hash', models.CharField(help_text='keyed hash of which facts: equal on both sides', max_length=64)),
                        ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('confirmed_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'confirmation of facts',
                        'verbose_name_plural': 'confirmations of facts',
                        'ordering': ['id'],
                        'constraints': [
                            models.UniqueConstraint(fields=('sheet', 'side', 'facts_hash'), name='facts_confirmed_once'),
                            models.CheckConstraint(condition=models.Q(models.Q(('confirmed_by__isnull', False), ('side', 'bank')), models.Q(('confirmed_by__isnull', True), ('side', 'customer')), _connector='OR'), name='facts_confirmed_by_its_side'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='facts_confirmation_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='689ddd26961de81ee50ddbcf76351a9eda8312f4', operation='UPDATE', pgid='pgtrigger_facts_confirmation_append_only_d6c83', table='mediation_factsconfirmation', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Proposal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='mediation.proposalround')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('side', models.CharField(choices=[('bank', 'Bank · 本行'), ('customer', 'Customer · 客户')], max_length=8)),
                        ('terms', collections_app.models.fields.WalledField()),
                        ('reason', collections_app.models.fields.WalledField(blank=True)),
                        ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('made_at', models.DateTimeField()),
                    ],
                    options={
                        'verbose_name': 'proposal',
                        'verbose_name_plural': 'proposals',
                        'ordering': ['id'],
                        'constraints': [
                            models.UniqueConstraint(fields=('round', 'side'), name='proposal_one_a_side'),
                            models.CheckConstraint(condition=models.Q(models.Q(('made_by__isnull', False), ('side', 'bank')), models.Q(('made_by__isnull', True), ('side', 'customer')), _connector='OR'), name='proposal_by_its_side'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='proposal_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='7d97cd3b2538cf2bb617c15f3a4c684183ace13a', operation='UPDATE', pgid='pgtrigger_proposal_append_only_58f9c', table='mediation_proposal', when='BEFORE')),
                            pgtrigger.compiler.Trigger(name='proposal_in_an_open_round', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                    IF NOT EXISTS (SELECT FROM mediation_proposalround\n                        WHERE id = NEW.round_id AND state = 'open' AND closes_at > NEW.made_at) THEN\n                        RAISE EXCEPTION 'the round is not open' USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='0ba52413add740677d46df308953b8d13f89077b', operation='INSERT', pgid='pgtrigger_proposal_in_an_open_round_ff2fe', table='mediation_proposal', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='DraftInstalment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instalments', to='mediation.agreementdraft')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.account')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('due_on', models.DateField()),
                        ('amount_fen', models.BigIntegerField()),
                        ('interest_fen', models.BigIntegerField(default=0)),
                        ('trigger', models.CharField(choices=[('unpaid_after_grace', 'Breached when it is not paid in full by the end of the days of grace · 宽限期满仍未足额支付该期，即为违约'), ('unpaid_on_day', 'Breached when it is not paid in full by 24:00 of its day · 到期日 24:00 仍未足额支付该期，即为违约')], max_length=20)),
                    ],
                    options={
                        'ordering': ['number'],
                        'constraints': [
                            models.UniqueConstraint(fields=('draft', 'number'), name='draft_instalment_once'),
                            models.CheckConstraint(condition=models.Q(('amount_fen__gt', 0), ('interest_fen__gte', 0), ('interest_fen__lte', models.F('amount_fen'))), name='draft_instalment_amounts'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='draft_instalment_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='0c5c5b75908f6c4be8f72688553bcf385edff177', operation='UPDATE', pgid='pgtrigger_draft_instalment_append_only_68ef2', table='mediation_draftinstalment', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='DraftParty',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parties', to='mediation.agreementdraft')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='bound_by', to='collections_app.customer')),
                        ('related', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.relatedperson')),
                        ('role', models.CharField(choices=[('co_borrower', 'Co-borrower · 共同借款人'), ('guarantor', 'Guarantor · 保证人')], max_length=12)),
                        ('signs', models.BooleanField(default=True)),
                        ('reason', collections_app.models.fields.SealedField(blank=True, help_text='why the agreement goes on without them')),
                        ('chosen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('invited_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [
                            models.UniqueConstraint(fields=('draft', 'person', 'related'), name='draft_party_once', nulls_distinct=False),
                            models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('related__isnull', True)), models.Q(('invited_at__isnull', True), ('person__isnull', True), ('related__isnull', False)), _connector='OR'), name='draft_party_is_one_person'),
                            models.CheckConstraint(condition=models.Q(models.Q(('chosen_by__isnull', True), ('signs', True)), models.Q(('chosen_by__isnull', False), ('invited_at__isnull', True), ('role', 'guarantor'), ('signs', False)), _connector='OR'), name='draft_party_left_out_by_choice'),
                            models.CheckConstraint(condition=models.Q(('person', models.F('customer')), _negated=True), name='draft_party_is_somebody_else'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='draft_party_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (ROW(NEW.draft_id, NEW.person_id, NEW.related_id, NEW.role, NEW.signs, NEW.reason, NEW.chosen_by_id) IS DISTINCT FROM ROW(OLD.draft_id, OLD.person_id, OLD.related_id, OLD.role, OLD.signs, OLD.reason, OLD.chosen_by_id))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='38c2a5fb7bd128c57b64c824e14ca770682d7714', operation='UPDATE', pgid='pgtrigger_draft_party_stays_d4b4e', table='mediation_draftparty', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='Obligation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='obligations', to='mediation.agreementdraft')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='obligations', to='collections_app.customer')),
                        ('party', models.CharField(choices=[('bank', 'The bank · 本行'), ('customer', 'The customer · 客户')], max_length=8)),
                        ('kind', models.CharField(choices=[('refund', 'Refund · 退款'), ('fee_reversal', 'Reversal of a fee · 冲回费用'), ('credit_correction', 'Correction of the credit record · 更正征信报送'), ('proof_of_settlement', 'Certificate of settlement · 出具结清证明'), ('documents', 'Hand in documents · 提交材料'), ('address_confirmation', 'Confirm the address for service · 签署送达地址确认书'), ('other', 'Another obligation · 其他义务')], max_length=20)),
                        ('text', collections_app.models.fields.SealedField(blank=True)),
                        ('amount_fen', models.BigIntegerField(blank=True, null=True)),
                        ('due_on', models.DateField()),
                        ('done_at', models.DateTimeField(blank=True, null=True)),
                        ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('evidence', collections_app.models.fields.SealedField(blank=True, help_text='what proves that it was done')),
                        ('overdue_at', models.DateTimeField(blank=True, help_text='found overdue and handed on', null=True)),
                    ],
                    options={
                        'ordering': ['due_on', 'id'],
                        'indexes': [
                            models.Index(condition=models.Q(('done_at__isnull', True), ('overdue_at__isnull', True)), fields=['due_on'], name='obligation_to_watch'),
                        ],
                        'constraints': [
                            models.CheckConstraint(condition=models.Q(('amount_fen__isnull', True), ('amount_fen__gt', 0), _connector='OR'), name='obligation_amount'),
                            models.CheckConstraint(condition=models.Q(models.Q(('done_at__isnull', True), ('done_by__isnull', True)), models.Q(('done_at__isnull', False), ('done_by__isnull', False)), _connector='OR'), name='obligation_done_by_somebody'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='PaperSigning',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='paper_signings', to='mediation.agreementdraft')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('sha256', models.CharField(max_length=64)),
                        ('signed_on', models.DateField()),
                        ('place', collections_app.models.fields.SealedField()),
                        ('confirmed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('confirmed_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['id'],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='paper_signing_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a1d181e51c7786d7c29c5ad643e5bb90623944d4', operation='UPDATE', pgid='pgtrigger_paper_signing_append_only_b2a8b', table='mediation_papersigning', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='DraftSignature',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signatures', to='mediation.agreementdraft')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('signatory', models.CharField(choices=[('customer', 'Signed by the customer · 客户签字'), ('co_borrower', 'Signed by the co-borrower · 共同借款人签字'), ('guarantor', 'Signed by the guarantor · 保证人签字'), ('bank', "Signed by the bank's representative · 本行代表签字"), ('mediator', 'Signed by the mediator · 调解员签字'), ('organisation', 'Sealed by the organisation · 调解组织盖章')], max_length=12)),
                        ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('related', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.relatedperson')),
                        ('staff', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='mediation.papersigning')),
                        ('name', collections_app.models.fields.SealedField(help_text='as typed by whoever signed')),
                        ('strokes', collections_app.models.fields.SealedField(blank=True, help_text='the line as drawn')),
                        ('sha256', models.CharField(max_length=64)),
                        ('proof', models.CharField(choices=[('one_time', 'One-time code · 短信验证码'), ('password', 'Password typed again · 重新输入口令'), ('totp', 'Password and authenticator code · 重新输入口令并验证动态码'), ('paper', 'On paper, confirmed by staff · 纸质签署，经办人核对')], max_length=12)),
                        ('code', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='collections_app.onetimecode')),
                        ('seal_reference', models.CharField(blank=True, max_length=80)),
                        ('address', collections_app.models.fields.SealedField(blank=True, help_text='of the network it came from')),
                        ('authority', models.CharField(blank=True, help_text='which signing authority; empty: none', max_length=20)),
                        ('signature', models.TextField(blank=True)),
                        ('certificate', models.TextField(blank=True)),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['at', 'id'],
                        'constraints': [
                            models.UniqueConstraint(fields=('draft', 'signatory', 'person', 'related'), name='draft_signature_once', nulls_distinct=False),
                            models.CheckConstraint(condition=models.Q(models.Q(('code__isnull', False), ('paper__isnull', True), ('proof', 'one_time'), ('staff__isnull', True), ('signatory__in', ['customer', 'co_borrower', 'guarantor'])), models.Q(('code__isnull', True), ('paper__isnull', True), ('proof__in', ['password', 'totp']), ('staff__isnull', False), models.Q(('signatory__in', ['customer', 'co_borrower', 'guarantor']), _negated=True)), models.Q(('code__isnull', True), ('paper__isnull', False), ('proof', 'paper')), _connector='OR'), name='draft_signature_is_proven'),
                            models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('related__isnull', True), ('signatory__in', ['co_borrower', 'guarantor'])), models.Q(('person__isnull', True), ('proof', 'paper'), ('related__isnull', False), ('signatory__in', ['co_borrower', 'guarantor'])), models.Q(models.Q(('signatory__in', ['co_borrower', 'guarantor']), _negated=True), ('person__isnull', True), ('related__isnull', True)), _connector='OR'), name='draft_signature_of_a_party_is_a_persons'),
                            models.CheckConstraint(condition=models.Q(models.Q(('signatory', 'organisation'), _negated=True), models.Q(('seal_reference', ''), _negated=True), ('proof', 'paper'), _connector='OR'), name='draft_seal_has_its_authority'),
                            models.CheckConstraint(condition=models.Q(models.Q(('authority', ''), ('signature', '')), models.Q(models.Q(('authority', ''), _negated=True), models.Q(('signature', ''), _negated=True), models.Q(('certificate', ''), _negated=True)), _connector='OR'), name='draft_signature_whole'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='draft_signature_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6a2a3837b1a2c90ef1c4df8d25cc90dcd2511bc0', operation='UPDATE', pgid='pgtrigger_draft_signature_append_only_b1b64', table='mediation_draftsignature', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='SignedScan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('signing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scans', to='mediation.papersigning')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('name', collections_app.models.fields.SealedField()),
                        ('content_type', models.CharField(max_length=80)),
                        ('pages', models.PositiveSmallIntegerField()),
                        ('size', models.PositiveIntegerField()),
                        ('sha256', models.CharField(max_length=64)),
                        ('stored_as', models.CharField(max_length=200)),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [
                            models.UniqueConstraint(fields=('signing', 'sha256'), name='signed_scan_kept_once'),
                            models.CheckConstraint(condition=models.Q(('pages__gte', 1), ('pages__lte', 60), ('size__gt', 0), ('size__lte', 10485760)), name='signed_scan_of_a_size'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='signed_scan_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c4ba83383104c4c436f46378c00f2c6be66db439', operation='UPDATE', pgid='pgtrigger_signed_scan_append_only_da0dd', table='mediation_signedscan', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RoomSeat',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='mediation.videoroom')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('kind', models.CharField(choices=[('mediator', 'Mediator · 调解员'), ('representative', "The bank's representative · 本行代表"), ('panel', 'Member of the panel · 调解组成员'), ('customer', 'Customer · 客户')], max_length=16)),
                        ('host', models.BooleanField(default=False)),
                        ('staff', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('state', models.CharField(choices=[('waiting', 'Waiting · 等候中'), ('checking', 'Identity being checked · 核对身份中'), ('admitted', 'In the room · 已进入'), ('removed', 'Sent out · 已请出')], max_length=10)),
                        ('entry', models.PositiveIntegerField(default=1)),
                        ('came_at', models.DateTimeField()),
                        ('seen_at', models.DateTimeField()),
                        ('admitted_at', models.DateTimeField(blank=True, null=True)),
                        ('left_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [
                            models.UniqueConstraint(fields=('room', 'staff'), name='room_seat_once_per_person'),
                            models.UniqueConstraint(condition=models.Q(('kind', 'customer')), fields=('room',), name='room_seat_one_customer'),
                            models.UniqueConstraint(condition=models.Q(('host', True)), fields=('room',), name='room_seat_one_host'),
                            models.CheckConstraint(condition=models.Q(models.Q(('kind', 'customer'), ('staff__isnull', True)), models.Q(models.Q(('kind', 'customer'), _negated=True), ('staff__isnull', False)), _connector='OR'), name='room_seat_of_customer_or_staff'),
                            models.CheckConstraint(condition=models.Q(models.Q(('state', 'admitted'), _negated=True), ('admitted_at__isnull', False), _connector='OR'), name='room_seat_admitted_at_a_moment'),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='VideoRoom',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('session', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='video_room', to='mediation.session')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('locked', models.BooleanField(default=False)),
                        ('private_with', models.ForeignKey(blank=True, help_text='the party the host speaks with alone', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='mediation.roomseat')),
                        ('made_at', models.DateTimeField()),
                        ('closed_at', models.DateTimeField(blank=True, null=True)),
                    ],
                ),
                migrations.CreateModel(
                    name='RoomMessage',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.videoroom')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('author', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.roomseat')),
                        ('aside_with', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.roomseat')),
                        ('key', models.CharField(help_text="the browser's own name for it: sent twice, it is one", max_length=40)),
                        ('text', collections_app.models.fields.WalledField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['id'],
                        'constraints': [
                            models.UniqueConstraint(fields=('author', 'key'), name='room_message_once'),
                        ],
                        'triggers': [
                            pgtrigger.compiler.Trigger(name='room_message_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='a3cb7cfd2b1b87636a90f2ceca0442a76c2fba86', operation='UPDATE', pgid='pgtrigger_room_message_append_only_66900', table='mediation_roommessage', when='BEFORE')),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name='RoomSignal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('room', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.videoroom')),
                        ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='collections_app.customer')),
                        ('sender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.roomseat')),
                        ('sender_entry', models.PositiveIntegerField()),
                        ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='mediation.roomseat')),
                        ('receiver_entry', models.PositiveIntegerField()),
                        ('kind', models.CharField(choices=[('offer', 'Offer of a connection · 连接提议'), ('answer', 'Answer to an offer · 连接应答'), ('candidates', 'Network addresses · 网络地址'), ('again', 'Asks to connect again · 请求重新连接'), ('wish', 'Wish for a quality · 希望接收的画质'), ('shows', 'What is sent: sound, picture, screen · 麦克风与画面状态')], max_length=12)),
                        ('body', collections_app.models.fields.SealedField()),
                        ('at', models.DateTimeField()),
                    ],
                    options={
                        'indexes': [
                            models.Index(fields=['receiver', 'id'], name='room_signal_to_come'),
                            models.Index(fields=['at'], name='room_signal_old'),
                        ],
                    },
                ),
            ],
        ),
    ]
