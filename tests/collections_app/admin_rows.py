"""One row for every page of the administration."""

# Long because it names a row of every model that a page shows, one after the other.

from datetime import date, datetime, time, timedelta
from typing import Any

from axes.models import AccessAttempt as FailedSignIn
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from collections_app.models import (
    AccessAttempt,
    Alert,
    ApprovedAnswer,
    ArrangementOffer,
    AssignmentRule,
    Authority,
    Backtest,
    BacktestDifference,
    Branch,
    CalendarVersion,
    ClockRule,
    Code,
    CodeVersion,
    Complaint,
    Contact,
    CoreInstruction,
    CustomerSearch,
    Event,
    EventLeft,
    EvidencePack,
    Export,
    HandOff,
    ImportedDay,
    InstructionFile,
    IntakeBatch,
    IntakeReject,
    Journal,
    JournalLine,
    LimitationEvent,
    LimitationSuspension,
    LookUp,
    MachineClient,
    MachineUse,
    NoteWords,
    PermitRefusal,
    Placement,
    PromiseRule,
    Recusal,
    RolePolicy,
    Rule,
    RulePack,
    SavedQueue,
    Staff,
    Team,
    Waiver,
    WallAttempt,
)
from ledger.models import Checkpoint
from mediation.models import (
    Absence,
    Availability,
    CourtRule,
    DateRule,
    Expert,
    LawPassage,
    Mediation,
    MediationOrganisation,
    Mediator,
    Place,
    ProvinceWage,
    Qualification,
    Room,
    RouteRule,
    SealAuthority,
    SessionSpacing,
    TimetableRun,
    Training,
    Travel,
    WalledRead,
)
from notifications.models import (
    CountryTerms,
    PostFile,
    PrintBatch,
    PrintBatchStep,
    ProviderCode,
    ProviderTerms,
    ReminderRule,
    SenderRoute,
    SenderShift,
    SenderState,
    SendingHalt,
    Tariff,
    Template,
)
from repayment.models import GatewayNotice, HeldPayment, Payment, SettlementDifference, SettlementFile
from tests import factories

# What rows say in Latin letters or in Chinese: data, not words of ours. Longer ones first.
DATA = tuple(
    sorted(
        (
            "示范银行", "Demo Bank", "DEMO", "BJ分行", "BJ branch", "BJ", "调解中心", "Mediation centre", "TJ-1",
            "催收一组", "Team One", "CN-H1", "sandbox", "records.sequence_events", "kehu.csv", "overdue",
            "abcd" * 16, "ab" * 32, "onecase.example/ledger", "Asia/Shanghai",
            "示范文案", "示范词", "国庆节", "国务院办公厅", "PAY-77", "GW-88",
            "示范营业部", "Demo office", "授权书 1", "北京", "PAY-78",
            "示范规则", "Sample rule", "晨会核对", "Excel", "CSV", "EX-",
            "示范代码", "Sample code", "sample", "name_zh", "示范队列", "Sample queue",
            "guan2", "guan", "moren", "姓名甲", "198.51.100.···", "outage", "中国内地", "Mainland China", "amount",
            "简体中文", "一案通", "员工", "955XX", "示范机构",
            "CN-LIM-188", "民法典 188", "Civil Code, article 188", "promise:7", "sample-answer", "示范问题", "示范答复",
            "Sample question", "B0000", "Sample answer", "instructions-", ".csv", "WV-", "settled", "KeyError",
        ),
        key=len,
        reverse=True,
    )
)  # fmt: skip


def data() -> list[str]:
    """Return what rows say, the bank's rule packs included, longer ones first."""
    packs = RulePack.objects.values_list("code", "name_zh", "name_en")
    rules = Rule.objects.values_list("code", "source", "code")
    return sorted({*DATA, *(text for row in (*packs, *rules) for text in row)}, key=len, reverse=True)


# Long because every model of the administration stands here once.
def make(*, now: datetime) -> dict[str, Any]:
    """Make a row of every model the administration shows, and return their keys by model label."""
    customer, account = factories.make_debtor()
    person = factories.make_staff("mediator", username="guan2", display_name="姓名甲", employee_no="777")
    customer.customer_no = "10000001"
    customer.save(update_fields=["customer_no"])
    rows: list[Any] = [
        factories.make_institution(),
        Branch.objects.get(code="BJ"),
        Team.objects.create(code="TJ-1", name_zh="催收一组", name_en="Team One", branch=customer.branch),
        person,
        RolePolicy.objects.create(role="auditor"),
        PromiseRule.objects.create(product="card", stage="m1"),
        ArrangementOffer.objects.create(
            code="x",
            kind="personal_plan",
            product="card",
            name_zh="分期",
            name_en="Plan",
            method="interest_free",
            annual_percent=0,
            fewest=3,
            most=12,
            smallest_fen=1,
            largest_fen=2,
            until_day=9,
            source="x",
        ),
        Authority.objects.create(
            role="supervisor", component="late_fee", most_fen=100, most_month_fen=100, most_customer_fen=100
        ),
        NoteWords.objects.create(topic="abuse", language="zh", words="示范词", needed_in=[]),
        SavedQueue.objects.create(code="sample", name_zh="示范队列", name_en="Sample queue", created_at=now),
        RulePack.objects.get(code="CN"),
        Rule.objects.get(code="CN-H1"),
        Code.objects.create(
            list_name="purposes", code="sample", name_zh="示范代码", name_en="Sample code", position=990, data={}
        ),
        CodeVersion.objects.create(
            list_name="purposes", code="sample", version=1, values={"name_zh": "示范代码"}, since=now
        ),
        _backtest(now),
        _difference(customer, now),
        CalendarVersion.objects.create(
            country="CN", version=1, source="国务院办公厅", sha256="abcd" * 16, years=[2026], days=1, loaded_at=now
        ),
        ImportedDay.objects.create(
            country="CN", on=date(2026, 10, 1), works=False, name="国庆节", source="国务院办公厅"
        ),
        FailedSignIn.objects.create(
            username="moren",
            ip_address="198.51.100.7",
            failures_since_start=3,
            attempt_time=timezone.now(),
            path_info="/",
            http_accept="",
            user_agent="",
        ),
        PeriodicTask.objects.create(
            name="Sequence events",
            task="records.sequence_events",
            interval=IntervalSchedule.objects.create(every=5, period="seconds"),
        ),
        SenderState.objects.create(provider="sandbox", stopped=True, reason="outage", since=now),
        SenderRoute.objects.create(country="CN", provider="sandbox", weight=70),
        SenderShift.objects.create(provider="sandbox", change="avoided", reason="slow", calls=40, mean_ms=6100, at=now),
        SendingHalt.objects.create(kind="card_due", reason="示范文案", begun_by=person, begun_at=now),
        ProviderCode.objects.create(
            provider="sandbox", phase="sending", code="30007", error_class="content", meaning="sample", source="sample"
        ),
        ReminderRule.objects.create(kind="card_due", days=[-3, 0, 2], at=time(10)),
        ProviderTerms.objects.create(provider="sandbox", approves_texts=True),
        CountryTerms.objects.create(provider="sandbox", country="CN", carries="security"),
        Tariff.objects.create(provider="sandbox", country="CN", per_thousand_fen=4_500),
        Template.objects.create(
            kind="card_due", variant="explicit", language="zh-hans", version=90, body="示范文案", created_at=now
        ),
        *_letters(person, now),
        *_records(customer, account, person, now),
        *_mediation(account, person, now),
        *_machines(account, now),
        *_complaint(customer, person, now),
        Checkpoint.objects.create(
            tree_size=1, root_hash=b"\xab" * 32, frontier=b"", note="onecase.example/ledger", signed_at=now
        ),
    ]
    kind = ContentType.objects.get_for_model(Branch)
    rows.append(
        LogEntry.objects.create(
            user=person, content_type=kind, object_id="1", object_repr="BJ分行", action_flag=CHANGE,
            change_message='[{"changed": {"fields": ["live"]}}]',
        )
    )  # fmt: skip
    return {row._meta.label: row.pk for row in rows} | {"mediation.SessionWeek": person.pk}


def _letters(person: Any, now: datetime) -> list[Any]:
    batch = PrintBatch.objects.create(made_by=person, made_at=now, letters_count=3, sha256="abcd" * 16)
    return [
        batch,
        PrintBatchStep.objects.create(batch=batch, step="downloaded", by=person, reason="晨会核对", at=now),
        PostFile.objects.create(name="kehu.csv", sha256="abcd" * 16, taken=2, rejected=[], by=person, at=now),
    ]


def _complaint(customer: Any, person: Any, now: datetime) -> list[Any]:
    handoff = HandOff.objects.create(
        customer=customer, kind="complaint", to_department="compliance", from_department="service",
        opened_at=now, due_at=now + timedelta(days=15),
    )  # fmt: skip
    complaint = Complaint.objects.create(
        customer=customer, handoff=handoff, cause="pricing", level="ordinary", text="x", demand="x",
        received_at=now, due_at=now + timedelta(days=15), taken_at=now,
    )  # fmt: skip
    return [
        complaint,
        Recusal.objects.create(customer=customer, complaint=complaint, staff=person, since=now),
        EvidencePack.objects.create(customer=customer, asked_by=person, asked_at=now, reason="x", language="zh-hans"),
    ]


def _machines(account: Any, now: datetime) -> list[Any]:
    agency = MachineClient.objects.create(
        client_id="sample",
        name="示范机构",
        kind="agency",
        channels=["voice"],
        scopes=["permits.request"],
        created_at=now,
    )
    placed = Placement.objects.create(client=agency, account=account, customer=account.customer, placed_at=now)
    rule = AssignmentRule.objects.create(name_zh="示范规则", name_en="Sample rule", pool="branch")
    person = Staff.objects.order_by("id").first()
    taken = Export.objects.create(
        staff=person, kind="worklist", file_format="csv", reason="晨会核对", selection={}, at=now
    )
    tried = WallAttempt.objects.create(staff=person, customer=account.customer, tried="open", path="/", at=now)
    return [
        agency,
        placed,
        rule,
        taken,
        tried,
        MachineUse.objects.create(client=agency, action="permit", status=201, at=now),
    ]


def _instruction(customer: Any, account: Any, person: Any, now: datetime) -> list[Any]:
    """A file of instructions to the core with its one line, and an obstacle to suing."""
    waiver = Waiver.objects.create(
        customer=customer, account=account, component="late_fee", amount_fen=100, owed_fen=200, timing="now",
        settlement=False, granted_by=person, granted_at=now,
    )  # fmt: skip
    file = InstructionFile.objects.create(made_at=now, rows=1, total_fen=100, sha256="ab" * 32)
    line = CoreInstruction.objects.create(
        customer=customer, account=account, waiver=waiver, file=file, reference="WV-1", amount_fen=100, told_at=now
    )
    obstacle = LimitationSuspension.objects.create(
        customer=customer, account=account, kind="force_majeure", since=date(2026, 11, 1), evidence="公告",
        recorded_by=person, recorded_at=now,
    )  # fmt: skip
    return [file, line, obstacle]


def _backtest(now: datetime) -> Backtest:
    pack = RulePack.objects.get(code="CN")
    return Backtest.objects.create(
        pack=pack, digest="abcd" * 16, since=now - timedelta(days=30), until=now, asked_at=now, total=3, done=3,
        counts={"refused": {"CN-H1": 1}, "allowed": {}, "unknown": 0}, finished_at=now,
    )  # fmt: skip


def _difference(customer: Any, now: datetime) -> BacktestDifference:
    contact = Contact.objects.create(
        customer=customer, channel="voice", purpose="collection", state="made", department="collections", at=now
    )
    return BacktestDifference.objects.create(
        backtest=Backtest.objects.get(), customer=customer, contact=contact, at=now, channel="voice",
        purpose="collection", after="quiet_hours", rule="CN-H1",
        considered=[
            {
                "check": "quiet_hours", "result": "refused", "reason": "quiet_hours",
                "rule": {"pack": "CN", "version": 2, "code": "CN-H1", "basis": "industry", "verified": False},
                "inputs": {"from": "21:00", "to": "08:00", "zone": "Asia/Shanghai", "clock": "21:30:00"},
            }
        ],
    )  # fmt: skip


def _records(customer: Any, account: Any, person: Any, now: datetime) -> list[Any]:
    batch = IntakeBatch.objects.create(
        file_name="kehu.csv", sha256="abcd" * 16, as_of=date(2026, 11, 19), state="refused",
        refused_reason="missing_column", started_at=now, started_by=person,
    )  # fmt: skip
    payment = Payment.objects.create(
        customer=customer, account=account, amount_fen=391_300, currency="CNY", purpose="overdue", state="received",
        gateway="sandbox", reference="PAY-77", gateway_reference="GW-88", idempotency_key="1", version_seen=1,
        created_at=now, expires_at=now + timedelta(minutes=15),
    )  # fmt: skip
    return [
        batch,
        IntakeReject.objects.create(batch=batch, line=3, column="overdue", reason="negative", value="-1"),
        Alert.objects.create(kind="intake_failed", raised_at=now, last_seen_at=now),
        payment,
        *_settlement(payment, now),
        _booking(customer, account, now),
        Contact.objects.create(
            customer=customer, channel="sms", purpose="collection", state="made", staff=person,
            department="collections", at=now,
        ),
        PermitRefusal.objects.create(
            customer=customer, channel="voice", purpose="collection", staff=person, reason="quiet_hours",
            until=now + timedelta(hours=10), at=now,
            decision={
                "params": {"from": "22:00", "to": "08:00"},
                "rule": {"pack": "CN", "version": 1, "code": "CN-H1", "basis": "industry"},
            },
        ),
        LookUp.objects.create(customer=customer, staff=person, purpose="audit", at=now),
        _event_left(customer, now),
        CustomerSearch.objects.create(staff=person, key="number", length=4, digest="x", found=1, at=now),
        ClockRule.objects.create(
            code="CN-LIM-188", kind="limitation_years", number=3, article="民法典 188", source="Civil Code, article 188"
        ),
        LimitationEvent.objects.create(
            customer=customer, account=account, kind="promise", on=date(2026, 11, 19), article="民法典 188",
            source="promise:7", recorded_at=now,
        ),
        *_instruction(customer, account, person, now),
        ApprovedAnswer.objects.create(
            code="sample-answer", question_zh="示范问题", question_en="Sample question", answer_zh="示范答复",
            answer_en="Sample answer", valid_from=date(2026, 11, 19), created_at=now,
        ),
        AccessAttempt.objects.create(reason="unknown", address="198.51.100.7", at=now),
    ]  # fmt: skip


def _event_left(customer: Any, now: datetime) -> EventLeft:
    return EventLeft.objects.create(
        reader="notifications", error="KeyError", failed_at=now, retry_at=now,
        event=Event.objects.create(customer=customer, kind="payment.received", version=1, at=now),
    )  # fmt: skip


def _settlement(payment: Payment, now: datetime) -> list[Any]:
    return [
        GatewayNotice.objects.create(
            gateway="sandbox",
            payment=payment,
            verdict="accepted",
            fields={"amount": "1"},
            address="198.51.100.7",
            at=now,
        ),
        HeldPayment.objects.create(
            customer=payment.customer,
            account=payment.account,
            amount_fen=391_300,
            arrived_fen=391_000,
            currency="CNY",
            purpose="overdue",
            state="unidentified",
            gateway="sandbox",
            reference="PAY-78",
            idempotency_key="2",
            version_seen=1,
            created_at=now,
            expires_at=now + timedelta(minutes=15),
        ),
        SettlementFile.objects.create(
            gateway="sandbox", name="settled.csv", digest="beef" * 16, lines_read=1, taken_in_at=now
        ),
        SettlementDifference.objects.create(
            gateway="sandbox", kind="not_settled", payment=payment, ours_fen=391_300, theirs_fen=0, opened_at=now
        ),
    ]


def _booking(customer: Any, account: Any, now: datetime) -> Journal:
    with transaction.atomic():
        booking = Journal.objects.create(
            customer=customer, account=account, kind="held", channel="sandbox", reference="PAY-77", currency="CNY",
            at=now,
        )  # fmt: skip
        JournalLine.objects.create(journal=booking, book="clearing", amount_fen=5)
        JournalLine.objects.create(journal=booking, book="unidentified", amount_fen=-5)
    return booking


def _place(person: Any, code: str) -> Place:
    return Place.objects.create(
        code=code, name_zh="示范营业部", name_en="Demo office", branch=person.branch, address_zh="示范路 1 号",
        address_en="1 Demo Road",
    )  # fmt: skip


def _mediation(account: Any, person: Any, now: datetime) -> list[Any]:
    talks = Mediation.objects.create(
        customer=account.customer, account=account, kind="mediation", route="telephone", route_reason="small",
        amount_fen=1, proposed_by=person, department="collections", proposed_at=now,
    )  # fmt: skip
    organisation = MediationOrganisation.objects.create(
        code="TJ-1", name_zh="调解中心", name_en="Mediation centre", kind="industry", registration_no="001",
        lawfully_established=True, fee_free=True,
    )  # fmt: skip
    Availability.objects.create(staff=person, weekday=0, opens=time(9), closes=time(12))
    place = _place(person, "BJ-1")
    return [
        organisation,
        Mediator.objects.create(staff=person, organisation=organisation, languages=["zh"]),
        Expert.objects.create(staff=person, speciality="legal", languages=["zh"]),
        Training.objects.create(staff=person, course="card", passed_on=now.date()),
        Qualification.objects.create(staff=person, kind="lawyer", number="1", valid_from=now.date()),
        Absence.objects.create(staff=person, during=DateTimeTZRange(now, now + timedelta(days=1))),
        place,
        Room.objects.create(place=place, name="401"),
        Travel.objects.create(one=place, other=_place(person, "BJ-2"), minutes=40),
        SessionSpacing.objects.create(pk=1),
        DateRule.objects.create(product="card", route="video", offered=3),
        RouteRule.objects.create(product="card", telephone_up_to_fen=5_000_000, video_up_to_fen=20_000_000),
        SealAuthority.objects.create(
            organisation=organisation, staff=person, reference="授权书 1", since=now.date(), until=now.date()
        ),
        CourtRule.objects.create(code="payment_order", source="2025"),
        ProvinceWage.objects.create(region="北京", year=2025, yearly_fen=20_000_000, source="示范"),
        TimetableRun.objects.create(branch=person.branch, began_at=now, ended_at=now, waiting=3, value=2, bound=3),
        LawPassage.objects.create(
            code="sample",
            dispute_type="other",
            article_zh="民法典 188",
            article_en="Civil Code, article 188",
            text_zh="示范答复",
            text_en="Sample answer",
            source="Excel",
        ),
        WalledRead.objects.create(mediation=talks, customer=account.customer, staff=person, part="notes", at=now),
    ]
