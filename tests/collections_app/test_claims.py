"""“I have paid”: the claim holds collection for working days, and its trace ends with it."""

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from collections_app.models import Alert, Customer, Entry, Event, HandOff, Hold, ImportedDay, PaymentClaim, Staff
from collections_app.selectors import codes
from collections_app.selectors.permit_holds import holds_in_force
from collections_app.services import claims, handoffs, payments, records, reference
from collections_app.services.records import SYSTEM, Actor
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db


def claim(debtor: Debtor, now: datetime, fen: int = 100_000) -> PaymentClaim:
    return claims.record(
        customer_id=debtor.customer.id,
        account_id=debtor.account.id,
        amount_fen=fen,
        channel="counter",
        paid_on=now.date(),
        actor=SYSTEM,
        seen_version=None,
        now=now,
    )


@pytest.mark.parametrize("result", ["found", "not_found", "other_account"])
def test_resolving_a_claim_closes_its_trace_with_the_reason(
    debtor: Debtor, supervisor: Staff, now: datetime, result: str
) -> None:
    """In the same transaction: nobody goes on looking for what has been decided."""
    claims.resolve(
        claim_id=claim(debtor, now).id, result=result, actor=Actor.of(supervisor), seen_version=None, now=now
    )
    trace = HandOff.objects.get()
    assert (trace.state, trace.closed_by) == ("done", supervisor)
    assert Event.objects.get(kind="handoff.moved").payload["result"] == result


def test_money_that_is_found_closes_the_trace_and_then_the_case(debtor: Debtor, now: datetime) -> None:
    """The trace kept the case open; with the money nothing is left to do."""
    claim(debtor, now, 391_300)
    payments.record_received(
        account_id=debtor.account.id, amount_fen=391_300, channel="web", reference="R1", occurred_at=now, now=now
    )
    assert HandOff.objects.get().state == "done"
    assert Customer.objects.get().case_number == ""


def test_a_trace_somebody_has_ended_stays_as_it_is(
    debtor: Debtor, collector: Staff, supervisor: Staff, now: datetime
) -> None:
    made = claim(debtor, now)
    handoffs.move(handoff_id=HandOff.objects.get().id, state="withdrawn", actor=SYSTEM, seen_version=None, now=now)
    claims.resolve(claim_id=made.id, result="not_found", actor=Actor.of(supervisor), seen_version=None, now=now)
    assert HandOff.objects.get().state == "withdrawn"


def test_the_hold_of_a_claim_lasts_three_working_days(debtor: Debtor, now: datetime) -> None:
    """Said on a Friday, it holds over the weekend until Wednesday 24:00."""
    reference.load_calendars(now=now)
    claim(debtor, now)
    end = Hold.objects.get().ends_at
    assert end is not None
    assert end.astimezone(now.tzinfo) == datetime(2026, 11, 26, tzinfo=now.tzinfo)


def test_a_published_day_off_makes_the_hold_longer(debtor: Debtor, now: datetime) -> None:
    reference.load_calendars(now=now)
    ImportedDay.objects.create(country="CN", on=date(2026, 11, 24), works=False, source="test")
    claim(debtor, now)
    end = Hold.objects.get().ends_at
    assert end is not None
    assert end.astimezone(now.tzinfo) == datetime(2026, 11, 27, tzinfo=now.tzinfo)


def test_where_the_calendar_is_unknown_the_hold_waits_for_the_trace(debtor: Debtor, now: datetime) -> None:
    """Nobody guesses: the hold does not end by itself, and staff are told what is missing."""
    claim(debtor, now)
    assert Hold.objects.get().ends_at is None
    assert Alert.objects.get().kind == "calendar_unknown"
    ids = [debtor.customer.id]
    holders, table = {debtor.account.id: ids}, codes.shipped().holds
    later = now + timedelta(days=30)
    facts = holds_in_force(customer_ids=ids, holders=holders, table=table, now=later)[debtor.customer.id]
    assert [fact.kind for fact in facts] == ["payment_pending"]


def test_a_payment_on_its_way_holds_for_working_days_too(debtor: Debtor, now: datetime) -> None:
    """Sent on a Friday, it holds on Wednesday and no longer on Thursday; without a calendar it goes on holding."""
    Entry.objects.create(
        account=debtor.account,
        customer=debtor.customer,
        kind="payment",
        state="in_flight",
        amount_fen=100,
        channel="web",
        reference="F1",
        occurred_at=now,
        recorded_at=now,
    )
    ids = [debtor.customer.id]
    holders, table = {debtor.account.id: ids}, codes.shipped().holds

    def held(after: int) -> bool:
        at = now + timedelta(days=after)
        return bool(holds_in_force(customer_ids=ids, holders=holders, table=table, now=at)[debtor.customer.id])

    assert held(30)
    reference.load_calendars(now=now)
    assert (held(5), held(6)) == (True, False)


def test_a_claim_is_found_in_the_core_once_its_file_shows_the_money(debtor: Debtor, now: datetime) -> None:
    """Money of the day named, in a file that came after the claim, and as much as was claimed."""
    made = claim(debtor, now)
    for fen, state in ((60_000, "open"), (40_000, "found")):
        Entry.objects.create(
            account=debtor.account,
            customer=debtor.customer,
            kind="adjustment",
            state="posted",
            amount_fen=-fen,
            money_fen=fen,
            earliest_on=now.date(),
            latest_on=now.date(),
            channel="core",
            reference=f"file:{fen}",
            occurred_at=now,
            recorded_at=now + timedelta(hours=20),
        )
        with transaction.atomic():
            customer = records.lock(customer_id=debtor.customer.id, now=now)
            claims.find_in_core_within(customer=customer, account_id=debtor.account.id, now=now)
        made.refresh_from_db()
        assert made.state == state
