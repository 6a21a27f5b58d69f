"""Limitation and guarantee: from when, what interrupts, until when; at once, every night, and taken back."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import InternalError, connection, transaction

from collections_app.domain.clocks.guarantee import period
from collections_app.domain.clocks.limitation import Extension, Interruption, level_of, run, years_after
from collections_app.domain.clocks.sources import of_event, of_payment, said, taken_back
from collections_app.domain.people import Standing
from collections_app.domain.promises import Part
from collections_app.models import (
    Account,
    Alert,
    ClockRule,
    Customer,
    Instalment,
    LimitationClock,
    LimitationEvent,
    Transaction,
)
from collections_app.selectors import clocks as reading
from collections_app.services import handoffs, holds, payments, people, plans, promises, records
from collections_app.services.clocks import law, nightly, recording
from collections_app.services.errors import RefusedError
from tests import factories
from tests.remembered import remembered

BEGAN = date(2024, 1, 10)
DAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("events", "until"),
    [
        ([], date(2027, 1, 10)),
        ([("demand", date(2025, 3, 1))], date(2028, 3, 1)),
        ([("demand", date(2023, 12, 1))], date(2027, 1, 10)),
        ([("demand", date(2027, 1, 11))], date(2027, 1, 10)),
        ([("demand", date(2027, 1, 10))], date(2030, 1, 10)),
        ([("signed_demand", date(2027, 5, 1))], date(2030, 5, 1)),
        ([("promise", date(2028, 5, 1)), ("demand", date(2027, 2, 1))], date(2031, 5, 1)),
        ([("debit", date(2024, 2, 29))], date(2027, 2, 28)),
    ],
)
def test_limitation_runs_three_years_from_what_last_interrupted_it(events: list[tuple[str, date]], until: date) -> None:
    """What came before it began does nothing, a demand after its end is too late, the debtor's own word revives it."""
    rows = [Interruption(number, kind, on) for number, (kind, on) in enumerate(events)]
    assert run(begins_on=BEGAN, interruptions=rows, years=3, extension=Extension(DAY)).until == until


def test_without_a_beginning_limitation_is_unknown_until_something_interrupts() -> None:
    """Unknown is never shown as far away."""
    plain = Extension(DAY)
    assert run(begins_on=None, interruptions=[], years=3, extension=plain).until is None
    demand = Interruption(1, "demand", DAY)
    assert run(begins_on=None, interruptions=[demand], years=3, extension=plain).until == years_after(DAY, 3)


@pytest.mark.parametrize(
    ("days", "level"),
    [(181, "quiet"), (180, "180"), (91, "180"), (90, "90"), (30, "30"), (0, "30"), (-1, "over")],
)
def test_an_alarm_rings_at_180_90_and_30_days(days: int, level: str) -> None:
    """The last day itself still counts."""
    assert level_of(DAY + timedelta(days=days), today=DAY) == level
    assert level_of(None, today=DAY) == "unknown"


@pytest.mark.parametrize(
    ("due", "agreed", "claimed", "until", "state"),
    [
        (date(2026, 8, 31), None, None, date(2027, 2, 28), "running"),
        (date(2026, 12, 1), None, None, date(2027, 6, 1), "waiting"),
        (date(2026, 8, 31), date(2028, 8, 31), None, date(2028, 8, 31), "running"),
        (date(2026, 8, 31), date(2026, 8, 31), None, date(2027, 2, 28), "running"),
        (date(2026, 1, 1), None, None, date(2026, 7, 1), "lapsed"),
        (date(2026, 1, 1), None, date(2026, 6, 30), date(2026, 7, 1), "claimed"),
        (date(2026, 1, 1), None, date(2026, 7, 2), date(2026, 7, 1), "lapsed"),
        (None, None, None, None, "unknown"),
        (None, date(2027, 1, 1), None, date(2027, 1, 1), "running"),
    ],
)
def test_a_guarantee_ends_after_six_months_unless_agreed_and_nothing_lengthens_it(
    due: date | None, agreed: date | None, claimed: date | None, until: date | None, state: str
) -> None:
    """A period agreed to end no later than the debt falls due counts as none agreed."""
    found = period(debt_due_on=due, agreed_until=agreed, claimed_on=claimed, months=6, today=DAY)
    assert (found.until, found.state) == (until, state)


@pytest.mark.parametrize(
    ("kind", "payload", "found"),
    [
        ("payment.received", {"channel": "app", "entry": 1}, "promise"),
        ("payment.received", {"channel": "autodebit", "entry": 1}, "debit"),
        ("payment.received", {"channel": "third_payer", "entry": 1}, ""),
        ("handoff.opened", {"kind": "plan_request", "handoff": 1}, "promise"),
        ("handoff.opened", {"kind": "complaint", "handoff": 1}, ""),
        ("mediation.scheduled", {"kind": "mediation", "mediation": 1}, "mediation"),
        ("mediation.scheduled", {"kind": "negotiation", "mediation": 1}, ""),
        ("plan.agreed", {"plan": 1}, "promise"),
        ("promise.taken", {"promise": 1, "party": "guarantor"}, ""),
        ("handoff.opened", {"kind": "hardship", "handoff": 1, "party": "guarantor"}, ""),
        ("note.added", {}, ""),
    ],
)
def test_what_the_product_knows_to_interrupt(kind: str, payload: dict[str, Any], found: str) -> None:
    """The debtor's own word and money, a debit, and a mediation asked of an organisation; nobody else's."""
    source = of_event(kind, payload)
    assert (source.kind if source else "") == found
    assert (taken_back(kind, payload), of_payment("court", "x")) == ("", None)


def test_a_payload_names_who_said_it_and_when_only_where_it_is_not_the_debtor_and_now(now: datetime) -> None:
    earlier = now - timedelta(days=1)
    assert said(party="self", at=now, now=now) == said(party="", at=None, now=now) == {}
    assert said(party="guarantor", at=earlier, now=now) == {"party": "guarantor", "said_at": earlier.isoformat()}


@pytest.fixture
@remembered
def lawful(db: None) -> None:
    law.load()
    assert law.load() == 0
    assert not ClockRule.objects.filter(verified=True).exists()


def _clock(account: Account) -> LimitationClock:
    return LimitationClock.objects.select_related("last").get(account=account)


def _common(staff: Any, now: datetime) -> dict[str, Any]:
    return {"actor": records.Actor.of(staff), "seen_version": None, "now": now}


@pytest.fixture
def legal(db: None) -> Any:
    return factories.make_staff("legal", scope="institution")


def test_a_promise_interrupts_at_once_and_no_more_when_it_was_taken_in_error(
    debtor: Any, lawful: None, now: datetime, legal: Any
) -> None:
    """Its evidence is the event of the promise; withdrawing it brings the earlier day back, and nothing is deleted."""
    staff = factories.make_staff("supervisor")
    parts = [Part(now.date() + timedelta(days=2), 100_000)]
    promise = promises.take(
        customer_id=debtor.customer.id, account_id=debtor.account.id, parts=parts, **_common(staff, now)
    )
    clock = _clock(debtor.account)
    assert (clock.last.kind, clock.last.source, clock.last.article) == (
        "promise", f"promise:{promise.id}", "诉讼时效规定 14（分期履行、请求延期履行）",
    )  # fmt: skip
    assert clock.last.event.kind == "promise.taken"
    assert clock.until == years_after(now.date(), 3)
    promises.withdraw(promise_id=promise.id, reason="登记有误", **_common(staff, now))
    clock = _clock(debtor.account)
    assert (clock.last, clock.until) == (None, years_after(debtor.account.overdue_since, 3))
    assert LimitationEvent.objects.filter(account=debtor.account).count() == 2


def test_a_part_payment_interrupts_once_and_a_bounce_takes_it_back(debtor: Any, lawful: None, now: datetime) -> None:
    """The same reference again writes nothing; a plan and a request for time interrupt too."""
    values = {"account_id": debtor.account.id, "amount_fen": 1000, "reference": "P1", "occurred_at": now, "now": now}
    payments.record_received(channel="app", **values)
    payments.record_received(channel="app", **values)
    assert LimitationEvent.objects.count() == 1
    assert _clock(debtor.account).last.article == "诉讼时效规定 14（部分履行）"
    payments.record_reversed(reference="P1", occurred_at=now, now=now)
    assert _clock(debtor.account).last is None
    handoffs.open_(
        customer_id=debtor.customer.id, kind="plan_request", account_id=debtor.account.id, text="分期",
        carries=factories.carried("plan_request"), **_common(factories.make_staff(), now),
    )  # fmt: skip
    assert _clock(debtor.account).last.source.startswith("handoff:")
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        plans.agree_within(
            customer=customer, account=debtor.account, source="x", source_reference="1", grace_days=3,
            instalments=[(now.date() + timedelta(days=30), 1000)], actor=records.SYSTEM, now=now,
        )  # fmt: skip
    assert _clock(debtor.account).last.article == "诉讼时效规定 14（制定清偿债务计划）"


def test_nobody_changes_what_interrupted(debtor: Any, lawful: None, now: datetime, legal: Any) -> None:
    """Recorded with evidence and article; revoked once, by another row; refused without evidence or for tomorrow."""
    given: dict[str, Any] = {"customer_id": debtor.customer.id, "account_id": debtor.account.id, **_common(legal, now)}
    for wrong, code in (
        ({"evidence": " "}, "evidence_missing"), ({"on": now.date() + timedelta(days=1)}, "day_to_come"),
        ({"kind": "sigh"}, "no_such_interruption"), ({"account_id": 0}, "no_such_account"),
    ):  # fmt: skip
        with pytest.raises(RefusedError) as refused:
            recording.interrupt(**({"kind": "suit", "on": now.date(), "evidence": "(2026)京01民初1号"} | given | wrong))
        assert refused.value.code == code
    row = recording.interrupt(kind="suit", on=now.date(), evidence="(2026)京01民初1号 立案通知", **given)
    assert (row.article, _clock(debtor.account).until) == ("诉讼时效规定 10", years_after(now.date(), 3))
    with pytest.raises(InternalError), transaction.atomic():
        LimitationEvent.objects.filter(id=row.id).update(on=now.date() - timedelta(days=9))
    recording.revoke(interruption_id=row.id, reason="案号有误", **_common(legal, now))
    assert _clock(debtor.account).last is None
    with pytest.raises(RefusedError, match="interruption_revoked_already"):
        recording.revoke(interruption_id=row.id, reason="again", **_common(legal, now))


def test_the_night_winds_every_clock_in_few_statements_and_again_changes_nothing(
    debtor: Any, lawful: None, now: datetime, django_assert_max_num_queries: Any
) -> None:
    """Nothing is known of an account without a day; a loan runs from its last instalment; paid off has no clock."""
    old = factories.make_account(
        debtor.customer, overdue_since=now.date() - timedelta(days=3 * 365 - 20), overdue_fen=1
    )
    dark = factories.make_account(debtor.customer, overdue_since=None, overdue_fen=1)
    loan = factories.make_account(debtor.customer, product="loan", overdue_fen=1)
    Instalment.objects.create(
        account=loan, customer=debtor.customer, number=1, due_on=date(2030, 2, 28), principal_fen=1, interest_fen=0
    )
    paid = factories.make_account(debtor.customer, core_payoff_fen=0)
    Account.objects.filter(customer=debtor.customer).exclude(id=paid.id).update(payoff_fen=1000)
    with django_assert_max_num_queries(20):
        assert nightly.wind(now=now) == 4
    rows = {row.account_id: row for row in LimitationClock.objects.all()}
    assert rows[old.id].level == "30"
    assert (rows[dark.id].level, rows[dark.id].until) == ("unknown", None)
    assert rows[loan.id].until == date(2033, 2, 28)
    assert paid.id not in rows
    alert = Alert.objects.get(kind="limitation_ending")
    assert (alert.branch, alert.detail) == (debtor.customer.branch, {"days_30": 1})
    assert nightly.wind(now=now) == 0
    assert Alert.objects.count() == 1
    Account.objects.filter(id=old.id).update(closed_in_core=True)
    nightly.wind(now=now)
    alert.refresh_from_db()
    assert alert.resolved_at is not None


def test_held_for_a_suit_and_no_filing_rings_until_the_filing_is_recorded(
    debtor: Any, lawful: None, now: datetime, legal: Any
) -> None:
    """Only while limitation is near, and for the accounts the suit is about."""
    given: dict[str, Any] = {"customer_id": debtor.customer.id, "account_id": debtor.account.id, **_common(legal, now)}
    near = now.date() + timedelta(days=60)
    began = near.replace(year=near.year - 3)
    Account.objects.filter(id=debtor.account.id).update(overdue_since=began)
    nightly.wind(now=now)
    assert not Alert.objects.filter(kind="filing_missing").exists()
    holds.place(kind="litigation", text="拟诉", **given)
    nightly.wind(now=now)
    alert = Alert.objects.get(kind="filing_missing")
    assert (alert.branch, alert.detail) == (debtor.customer.branch, {"days_90": 1})
    row = recording.interrupt(kind="suit", on=now.date(), evidence="(2026)京01民初1号", **given)
    recording.revoke(interruption_id=row.id, reason="案号有误", **_common(legal, now))
    nightly.wind(now=now)
    alert.refresh_from_db()
    assert alert.resolved_at is None
    # So long ago that limitation is near all the same: what counts is that it was filed.
    recording.interrupt(kind="payment_order", on=began + timedelta(days=2), evidence="支付令", **given)
    nightly.wind(now=now)
    assert _clock(debtor.account).level == "90"
    alert.refresh_from_db()
    assert alert.resolved_at == now


def test_money_the_core_saw_interrupts_by_night(debtor: Any, lawful: None, now: datetime) -> None:
    """The newest own payment after the last interruption; a court's money is no word of the debtor's."""
    for days, channel in ((30, "app"), (20, "counter"), (10, "court")):
        Transaction.objects.create(
            account=debtor.account, customer=debtor.customer, on=now.date() - timedelta(days=days), kind="payment",
            channel=channel, amount_fen=100,
        )  # fmt: skip
    nightly.wind(now=now)
    clock = _clock(debtor.account)
    assert clock.last_on == now.date() - timedelta(days=20)
    assert clock.last.source.startswith("core:")
    assert clock.until == years_after(clock.last_on, 3)
    assert nightly.wind(now=now + timedelta(days=1)) == 0
    assert reading.in_force(account_ids=[debtor.account.id]).count() == 1


def test_without_the_law_everything_is_unknown(debtor: Any, now: datetime) -> None:
    """Fail closed: a period nobody has stated is not counted; what interrupted meanwhile counts once it is."""
    nightly.wind(now=now)
    assert _clock(debtor.account).level == "unknown"
    payments.record_received(
        account_id=debtor.account.id, amount_fen=1000, channel="app", reference="P1", occurred_at=now, now=now
    )
    assert _clock(debtor.account).until is None
    law.load()
    nightly.wind(now=now)
    assert _clock(debtor.account).until == years_after(now.date(), 3)


def test_a_guarantee_is_recorded_called_upon_in_time_and_rings(
    debtor: Any, lawful: None, now: datetime, legal: Any
) -> None:
    """Six months from the debt's due day where nothing was agreed; after its end nobody can be called upon."""
    person = people.record(
        customer_id=debtor.customer.id, name="王担保", relation="unknown", provenance="on_file",
        standing=Standing("guarantor", "保证合同 2023-7", None, None), **_common(legal, now),
    )  # fmt: skip
    given = {"person_id": person.id, "account_id": debtor.account.id, "evidence": "保证合同 2023-7"}
    due = now.date() - timedelta(days=140)
    row = recording.guarantee(kind="joint", debt_due_on=due, **given, **_common(legal, now))
    assert (row.until, row.level) == (date(2027, 1, 3), "90")
    nightly.wind(now=now)
    assert Alert.objects.get(kind="guarantee_ending").detail == {"days_90": 1}
    with pytest.raises(RefusedError, match="guarantee_period_over"):
        recording.call_upon(
            guarantee_id=row.id, on=date(2027, 1, 4), evidence="函", **_common(legal, now + timedelta(days=90))
        )
    recording.call_upon(guarantee_id=row.id, on=now.date(), evidence="挂号函 123", **_common(legal, now))
    nightly.wind(now=now)
    assert Alert.objects.get(kind="guarantee_ending").resolved_at is not None
    row.refresh_from_db()
    assert row.level == "quiet"
    row.claimed_on = now.date() - timedelta(days=1)
    with pytest.raises(InternalError), transaction.atomic():
        row.save()


def test_the_worklist_finds_what_ends_soon_by_an_index(debtor: Any, lawful: None, now: datetime) -> None:
    """The condition asks the small index of what rings."""
    from collections_app.domain.worklists.conditions import Condition
    from collections_app.selectors.worklist_conditions import question

    Account.objects.filter(id=debtor.account.id).update(overdue_since=now.date() - timedelta(days=3 * 365 - 60))
    nightly.wind(now=now)
    staff = factories.make_staff()
    for values, number in ((("90",), 1), (("30", "over"), 0)):
        asked = question(Condition("limitation", values), staff=staff, now=now)
        assert Customer.objects.filter(asked).count() == number
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'limitation_ending'")
        assert "level" in cursor.fetchone()[0]
