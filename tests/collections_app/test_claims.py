"""What a customer says they have paid: what can be said, once, and what its trace finds."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from collections_app.models import HandOff, Hold, PaymentClaim, Staff
from collections_app.services import claims, reference
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db
Claim = Callable[..., PaymentClaim]


@pytest.fixture
def claim(debtor: Debtor, collector: Staff, now: datetime) -> Claim:
    """Record a claim, unless a test says otherwise."""

    def claiming(**values: Any) -> PaymentClaim:
        plain = {
            "customer_id": debtor.customer.id,
            "account_id": debtor.account.id,
            "amount_fen": 10_000,
            "channel": "counter",
            "paid_on": now.date(),
            "actor": Actor.of(collector),
            "seen_version": None,
            "now": now,
        }
        return claims.record(**(plain | values))

    return claiming


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"amount_fen": 0}, "payment_not_positive"),
        ({"amount_fen": -1}, "payment_not_positive"),
        ({"channel": "pigeon"}, "no_such_payment_channel"),
        ({"paid_on": date(2026, 11, 21)}, "claim_date_impossible"),
        ({"paid_on": date(2025, 11, 18)}, "claim_date_impossible"),
    ],
)
def test_what_cannot_have_been_is_not_recorded(claim: Claim, values: dict[str, Any], code: str) -> None:
    """No amount, no way of paying, tomorrow, or longer ago than a year: nothing is held for it."""
    with pytest.raises(RefusedError) as refused:
        claim(**values)
    assert refused.value.code == code
    assert not PaymentClaim.objects.exists()
    assert not Hold.objects.exists()


def test_an_account_of_somebody_else_is_not_claimed_for(claim: Claim) -> None:
    stranger = factories.make_debtor()[1]
    with pytest.raises(RefusedError) as refused:
        claim(account_id=stranger.id)
    assert refused.value.code == "no_such_account"


def test_a_claim_stops_collection_for_three_working_days_and_is_traced(
    claim: Claim, debtor: Debtor, now: datetime
) -> None:
    """Said on a Friday: until the end of Wednesday; posting gets the trace, and what it names is the claim."""
    reference.load_calendars(now=now)
    recorded = claim()
    held = Hold.objects.get(customer=debtor.customer)
    assert (held.kind, held.account_id) == ("payment_pending", debtor.account.id)
    assert held.ends_at is not None
    assert held.ends_at.astimezone(now.tzinfo) == datetime(2026, 11, 26, tzinfo=now.tzinfo)
    trace = HandOff.objects.get(customer=debtor.customer)
    assert (trace.kind, trace.account_id, trace.state) == ("payment_trace", recorded.account_id, "open")
    debtor.customer.refresh_from_db()
    assert debtor.customer.status == "payment_pending"


def test_while_one_is_traced_there_is_no_second_and_it_is_resolved_once(
    claim: Claim, supervisor: Staff, now: datetime
) -> None:
    """The second claim waits for the first; a trace that has ended says so to whoever comes after."""
    first = claim()
    with pytest.raises(RefusedError) as refused:
        claim(amount_fen=5_000)
    assert refused.value.code == "claim_already_open"
    resolving: dict[str, Any] = {
        "claim_id": first.id, "result": "not_found", "actor": Actor.of(supervisor), "seen_version": None, "now": now,
    }  # fmt: skip
    claims.resolve(**resolving)
    with pytest.raises(RefusedError) as refused:
        claims.resolve(**(resolving | {"result": "found"}))
    assert refused.value.code == "claim_already_resolved"
    assert PaymentClaim.objects.get(id=first.id).state == "not_found"
    claim(now=now + timedelta(minutes=1))
