"""Like cases referred together: one mediator of the organisation, one telephone session after the other."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import zeal
from django.urls import reverse

from collections_app.models import Staff
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from mediation.models import (
    BatchedReferral,
    Mediation,
    Mediator,
    ReferralBatch,
    Session,
    SessionSpacing,
    SlotOffer,
)
from mediation.selectors import batches as selector
from mediation.services import batches, mediations
from tests import factories
from tests.mediation.conftest import Debtor
from tests.mediation.test_pages import signed_in


def waiting(collector: Staff, now: datetime, count: int, dispute_type: str = "over_limit") -> list[Mediation]:
    return [
        mediations.propose(
            customer_id=debtor.customer.id, account_id=debtor.account.id, kind="mediation", position="",
            dispute_type=dispute_type, actor=Actor.of(collector), seen_version=None, now=now,
        )
        for debtor in (Debtor(*factories.make_debtor()) for _ in range(count))
    ]  # fmt: skip


def refer(rows: list[Mediation], mediator: Mediator, by: Staff, now: datetime) -> list[Session]:
    return batches.refer(
        mediation_ids=[row.id for row in rows], organisation_id=mediator.organisation_id, actor=Actor.of(by), now=now
    )[1]


def test_a_batch_is_held_back_to_back_by_one_mediator(
    rules: None, collector: Staff, mediator: Mediator, make_mediator: Callable[[], Mediator], representative: Staff,
    now: datetime,
) -> None:  # fmt: skip
    """Half an hour each, without gaps, the same two people; every record is booked like any other."""
    make_mediator()
    held = refer(waiting(collector, now, 4), mediator, collector, now)
    assert len(held) == 4
    assert {session.mediator for session in held} == {mediator}
    assert {session.representative for session in held} == {representative}
    assert [after.starts_at - before.ends_at for before, after in pairwise(held)] == [timedelta()] * 3
    assert {session.ends_at - session.starts_at for session in held} == {timedelta(minutes=30)}
    batch = ReferralBatch.objects.get()
    assert (batch.starts_at, batch.minutes_each, batch.made_by) == (held[0].starts_at, 30, collector)
    assert list(BatchedReferral.objects.values_list("place", flat=True)) == [1, 2, 3, 4]
    assert set(Mediation.objects.values_list("state", flat=True)) == {"scheduled"}


def test_only_like_cases_of_ones_scope_are_a_batch(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    rows = waiting(collector, now, 2)
    other = waiting(collector, now, 1, dispute_type="fees")
    with pytest.raises(RefusedError, match="batch_not_alike"):
        refer(rows + other, mediator, collector, now)
    with pytest.raises(RefusedError, match="batch_too_small"):
        refer(rows[:1], mediator, collector, now)
    stranger = factories.make_staff("collector", branch=factories.make_branch("SH"))
    with pytest.raises(RefusedError, match="batch_not_alike"):
        refer(rows, mediator, stranger, now)
    with pytest.raises(NotAllowedError):
        refer(rows, mediator, factories.make_staff("trainer"), now)
    Mediation.objects.filter(id=rows[0].id).update(track="complex")
    with pytest.raises(RefusedError, match="batch_not_alike"):
        refer(rows, mediator, collector, now)
    assert not ReferralBatch.objects.exists()


def test_a_batch_that_fits_into_no_free_hours_is_refused_whole(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Nine half hours are longer than any half day of the mediator's."""
    with pytest.raises(RefusedError, match="batch_no_hours"):
        refer(waiting(collector, now, 9), mediator, collector, now)
    with pytest.raises(RefusedError, match="batch_too_large"):
        refer(waiting(collector, now, 13), mediator, collector, now)
    assert not Session.objects.exists()


def test_the_page_looks_for_hours_first_and_refers_once(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    client, address = signed_in(collector), reverse("mediation:batch")
    assert "No like cases are waiting" in client.get(address).content.decode()
    rows = waiting(collector, now, 2)
    form = {"cases": [row.id for row in rows], "organisation": mediator.organisation_id, "form_key": "k" * 24}
    looked = client.post(address, form | {"look": "1"})
    assert looked.status_code == 200
    assert "09:00–09:30" in looked.content.decode()
    assert not ReferralBatch.objects.exists()
    # Each record is locked and booked by itself.
    with zeal.zeal_ignore():
        assert client.post(address, form | {"save": "1"}).status_code == 302
        assert client.post(address, form | {"save": "1"}).status_code == 302
    assert (ReferralBatch.objects.count(), Session.objects.count()) == (1, 2)
    assert client.post(address, form | {"cases": [], "save": "1"}).status_code == 422


def test_a_batch_keeps_the_banks_minutes_between_its_sessions(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """Every case has its place in the row: none is pushed to another hour for the time between two of them."""
    SessionSpacing.objects.create(id=1, buffer_minutes=15)
    held = refer(waiting(collector, now, 3), mediator, collector, now)
    assert [after.starts_at - before.ends_at for before, after in pairwise(held)] == [timedelta(minutes=15)] * 2
    assert {session.ends_at - session.starts_at for session in held} == {timedelta(minutes=30)}


def test_a_batch_goes_to_whom_it_leaves_no_session_over_their_day(
    rules: None, collector: Staff, mediator: Mediator, make_mediator: Callable[[], Mediator], representative: Staff,
    now: datetime,
) -> None:  # fmt: skip
    """Three in a row with one who takes two a day would lose the third: another mediator, or another day."""
    Mediator.objects.filter(id=mediator.id).update(most_a_day=2)
    other = make_mediator()
    assert {session.mediator for session in refer(waiting(collector, now, 3), mediator, collector, now)} == {other}
    Mediator.objects.filter(id=other.id).update(most_a_day=4)
    again = refer(waiting(collector, now, 2), mediator, collector, now)
    Mediator.objects.filter(id=mediator.id).update(active=False)
    last = refer(waiting(collector, now, 2), mediator, collector, now)
    assert {session.mediator for session in again} == {mediator}
    assert {session.mediator for session in last} == {other}
    assert {row.starts_at.date() for row in last} != {row.starts_at.date() for row in again}


def test_a_case_whose_customer_is_choosing_an_hour_is_in_no_batch(
    rules: None, collector: Staff, mediator: Mediator, representative: Staff, now: datetime
) -> None:
    """What a customer was offered stands until they have answered; the page does not list the case meanwhile."""
    rows = waiting(collector, now, 3)
    day = now + timedelta(days=3)
    SlotOffer.objects.create(
        mediation=rows[0], customer=rows[0].customer, during=(day, day + timedelta(hours=1)),
        mediator=mediator, representative=representative, offered_at=now, expires_at=now + timedelta(hours=48),
    )  # fmt: skip
    assert rows[0] not in selector.waiting(collector, now=now)
    with pytest.raises(RefusedError, match="batch_not_alike"):
        refer(rows, mediator, collector, now)
    assert len(refer(rows[1:], mediator, collector, now)) == 2
    assert rows[0] in selector.waiting(collector, now=now + timedelta(hours=48))
