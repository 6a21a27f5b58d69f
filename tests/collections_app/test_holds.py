"""A hold covers what its kind says, once, from the moment it is placed until its end or its release."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from collections_app.models import Account, Customer, Event, HandOff, Hold, Staff
from collections_app.services import corrections, derivation, handoffs, holds, records
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.handing import reviews
from collections_app.services.records import SYSTEM, Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = pytest.mark.django_db
Place = Callable[..., Hold]


@pytest.fixture
def place(debtor: Debtor, supervisor: Staff, now: datetime) -> Place:
    """Place a hold on the debtor's record by hand, unless a test says otherwise."""

    def placing(kind: str = "hardship", **values: Any) -> Hold:
        plain = {
            "customer_id": debtor.customer.id,
            "kind": kind,
            "actor": Actor.of(supervisor),
            "seen_version": None,
            "now": now,
        }
        return holds.place(**(plain | values))

    return placing


def release(hold: Hold, staff: Staff, now: datetime, **values: Any) -> Hold:
    plain = {"hold_id": hold.id, "reason": "answered", "actor": Actor.of(staff), "seen_version": None, "now": now}
    return holds.release(**(plain | values))


def place_from(source: str, debtor: Debtor, now: datetime, **values: Any) -> Hold:
    """Place a hold that comes with something else, as a machine does."""
    plain: dict[str, Any] = {"kind": "dispute", "account_id": debtor.account.id}
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        return holds.place_within(customer=customer, actor=SYSTEM, now=now, source=source, **(plain | values))


def status(debtor: Debtor) -> str:
    return Customer.objects.get(id=debtor.customer.id).status


def code(refused: pytest.ExceptionInfo[RefusedError]) -> str:
    return refused.value.code


def test_a_hold_shows_at_once_and_is_on_the_history(
    place: Place, debtor: Debtor, supervisor: Staff, now: datetime
) -> None:
    """Status, event, who and until when: a hardship lasts fifteen days unless another end is named."""
    hold = place(text="失业")
    assert status(debtor) == "hardship_review"
    assert (hold.placed_by, hold.placed_at, hold.ends_at) == (supervisor, now, now + timedelta(days=15))
    event = Event.objects.get()
    assert (event.kind, event.actor, event.text_row.text) == ("hold.placed", supervisor, "失业")
    assert event.payload["hold"] == hold.id
    assert event.payload["ends_at"] == hold.ends_at.isoformat()
    named = place("illness", ends_at=now + timedelta(days=2))
    assert named.ends_at == now + timedelta(days=2)
    assert place("represented").ends_at is None


@pytest.mark.parametrize("kind", ["agreement_active", "in_mediation", "promise_pending", "number_bad", "assigned"])
def test_what_comes_with_something_else_is_not_placed_by_hand(kind: str, place: Place, debtor: Debtor) -> None:
    """Nobody types an agreement."""
    with pytest.raises(RefusedError) as refused:
        place(kind, account_id=debtor.account.id)
    assert code(refused) == "hold_not_by_hand"
    assert not Hold.objects.exists()


def test_an_account_hold_names_an_account_of_this_record(place: Place, debtor: Debtor) -> None:
    """Neither none nor somebody else's."""
    for account_id in (None, factories.make_debtor()[1].id):
        with pytest.raises(RefusedError) as refused:
            place("dispute", account_id=account_id)
        assert code(refused) == "hold_needs_account"
    assert place("dispute", account_id=debtor.account.id).account_id == debtor.account.id


def test_a_channel_stop_names_its_channel(place: Place) -> None:
    with pytest.raises(RefusedError) as refused:
        place("channel_stop")
    assert code(refused) == "hold_needs_channel"
    assert place("channel_stop", channel="sms").channel == "sms"


def test_a_bad_number_names_a_number_of_this_record(debtor: Debtor, now: datetime) -> None:
    """Neither none nor somebody else's."""
    number = {"kind": "number_bad", "account_id": None}
    for point in (None, factories.make_mobile(factories.make_customer())):
        with pytest.raises(RefusedError) as refused:
            place_from("reply:1", debtor, now, **number, contact_point=point)
        assert code(refused) == "hold_needs_contact_point"
    own = debtor.customer.contact_points.get()
    assert place_from("reply:1", debtor, now, **number, contact_point=own).contact_point == own


def test_a_hold_on_the_customer_is_not_narrowed_by_what_it_does_not_ask_for(place: Place, debtor: Debtor) -> None:
    """A hardship entered with a channel and an account stops every channel and all accounts."""
    hold = place("hardship", channel="sms", account_id=debtor.account.id)
    assert (hold.channel, hold.account_id) == ("", None)


def test_a_hold_that_would_be_over_already_is_refused(place: Place, now: datetime) -> None:
    with pytest.raises(RefusedError) as refused:
        place(ends_at=now)
    assert code(refused) == "hold_ends_in_the_past"
    assert place(ends_at=now + timedelta(seconds=1)).id


def test_an_end_years_away_is_a_slip_of_the_hand(place: Place, now: datetime) -> None:
    """Nobody would come back to it: what goes on longer is renewed."""
    with pytest.raises(RefusedError) as refused:
        place(ends_at=now + timedelta(days=3650))
    assert code(refused) == "hold_too_long"
    assert not Hold.objects.exists()


def test_the_same_hold_is_placed_once_while_it_is_in_force(place: Place, supervisor: Staff, now: datetime) -> None:
    """A second is refused; another channel is another hold; after release or end it may be placed again."""
    first = place("channel_stop", channel="sms", ends_at=now + timedelta(hours=1))
    with pytest.raises(RefusedError) as refused:
        place("channel_stop", channel="sms")
    assert code(refused) == "hold_already"
    place("channel_stop", channel="voice")
    second = place("channel_stop", channel="sms", now=now + timedelta(hours=1))
    release(second, supervisor, now + timedelta(hours=2))
    assert place("channel_stop", channel="sms", now=now + timedelta(hours=2)).id > second.id
    first.refresh_from_db()
    assert first.released_at is None


def test_the_same_dispute_on_another_account_is_another_hold(place: Place, debtor: Debtor) -> None:
    second = factories.make_account(debtor.customer)
    place("dispute", account_id=debtor.account.id)
    assert place("dispute", account_id=second.id).account == second


def test_what_a_hold_is_decided_on_must_have_been_seen(place: Place, supervisor: Staff, now: datetime) -> None:
    """Placing and releasing on the version before another hold are refused."""
    hold = place()
    with pytest.raises(StaleWriteError):
        place("illness", seen_version=1)
    with pytest.raises(StaleWriteError):
        release(hold, supervisor, now, seen_version=1)
    assert Hold.objects.get().released_at is None


def test_who_may_place_and_who_may_release(
    place: Place, collector: Staff, auditor: Staff, supervisor: Staff, now: datetime
) -> None:
    """An auditor does neither; a collector places and leaves releasing to others."""
    with pytest.raises(NotAllowedError):
        place(actor=Actor.of(auditor))
    hold = place(actor=Actor.of(collector))
    with pytest.raises(NotAllowedError):
        release(hold, collector, now)
    assert release(hold, supervisor, now).released_at == now


def test_a_release_takes_effect_at_once_and_says_who_and_why(
    place: Place, debtor: Debtor, supervisor: Staff, now: datetime
) -> None:
    hold = place()
    later = now + timedelta(hours=1)
    release(hold, supervisor, later, reason="decided")
    hold.refresh_from_db()
    assert (hold.released_at, hold.released_by, hold.release_reason) == (later, supervisor, "by_hand")
    assert status(debtor) == "to_contact"
    event = Event.objects.latest("id")
    said = {name: event.payload[name] for name in ("hold", "kind", "reason")}
    assert (event.kind, said) == ("hold.released", {"hold": hold.id, "kind": "hardship", "reason": "by_hand"})
    assert event.text_row.text == "decided"


def test_a_hold_is_released_once_and_an_unknown_one_not_at_all(place: Place, supervisor: Staff, now: datetime) -> None:
    hold = place()
    release(hold, supervisor, now)
    with pytest.raises(RefusedError) as refused:
        release(hold, supervisor, now + timedelta(hours=1))
    assert code(refused) == "hold_already_released"
    hold.refresh_from_db()
    assert hold.released_at == now
    with pytest.raises(RefusedError) as unknown:
        release(Hold(id=0), supervisor, now)
    assert code(unknown) == "no_such_hold"


def test_only_what_is_ended_elsewhere_is_not_released_by_hand(debtor: Debtor, supervisor: Staff, now: datetime) -> None:
    """What a machine's report, a call or a death brought has nothing that would end it."""
    for source in ("contact:7", "call:7", "handoff:7", "estate:7"):
        assert release(place_from(source, debtor, now), supervisor, now).release_reason == "by_hand"
    for source in ("promise:7", "claim:7", "plan:7", "complaint:7", "mediation:7"):
        with pytest.raises(RefusedError) as refused:
            release(place_from(source, debtor, now), supervisor, now)
        assert code(refused) == "hold_ends_with_source", source


def test_what_was_assigned_is_never_released_but_may_have_been_recorded_wrong(
    debtor: Debtor, supervisor: Staff, now: datetime
) -> None:
    """A hold alone says so and stops everything; the pool, by which cases open too, says what the bank asks for."""
    hold = place_from("", debtor, now, kind="assigned")
    with transaction.atomic():
        derivation.derive(customer=records.lock(customer_id=debtor.customer.id, now=now), now=now)
    debtor.customer.refresh_from_db()
    assert (debtor.customer.status, debtor.customer.overdue_fen) == ("assigned", 391_300)
    with pytest.raises(RefusedError) as refused:
        release(hold, supervisor, now)
    assert code(refused) == "hold_never_released"
    corrections.hold(hold_id=hold.id, kind="", reason="误点", actor=Actor.of(supervisor), seen_version=None, now=now)
    hold.refresh_from_db()
    assert hold.released_at == now


def test_illness_does_not_lapse_but_comes_up_for_review(
    place: Place, debtor: Debtor, supervisor: Staff, now: datetime
) -> None:
    """After thirty days once, and after thirty more once that is done; a hold with an end of its own is left to it."""
    hold = place("illness")
    assert hold.ends_at is None
    other = Debtor(*factories.make_debtor())
    place("illness", customer_id=other.customer.id, ends_at=now + timedelta(days=40))
    assert reviews.open_due(now=now + timedelta(days=29)) == 0
    assert reviews.open_due(now=now + timedelta(days=30)) == 1
    assert reviews.open_due(now=now + timedelta(days=31)) == 0
    work = HandOff.objects.get(kind="hold_review")
    assert (work.customer_id, work.to_department) == (debtor.customer.id, "collections")
    assert reviews.open_due(now=now + timedelta(days=61)) == 0
    handoffs.move(handoff_id=work.id, state="done", actor=Actor.of(supervisor), seen_version=None, now=work.due_at)
    assert reviews.open_due(now=now + timedelta(days=61)) == 1
    release(hold, supervisor, now + timedelta(days=62))
    assert reviews.open_due(now=now + timedelta(days=99)) == 0


def test_one_record_that_cannot_be_reviewed_keeps_no_other_back(
    place: Place, debtor: Debtor, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What went wrong is raised once the others have been opened."""
    place("illness")
    place("illness", customer_id=factories.make_debtor()[0].id)
    whole = handoffs.open_within

    def broken(**values: Any) -> HandOff:
        if values["customer"].id == debtor.customer.id:
            raise RefusedError("reason_missing")
        return whole(**values)

    monkeypatch.setattr(handoffs, "open_within", broken)
    with pytest.raises(ExceptionGroup):
        reviews.open_due(now=now + timedelta(days=30))
    assert HandOff.objects.get().customer_id != debtor.customer.id


def test_a_hold_ends_with_what_it_came_with(debtor: Debtor, supervisor: Staff, now: datetime) -> None:
    """By hand it is refused; with its source it goes, and those of other sources and records stay."""
    kept = place_from("plan:2", debtor, now, kind="agreement_active")
    ended = place_from("plan:1", debtor, now)
    other = Debtor(*factories.make_debtor())
    others = place_from("plan:1", other, now, kind="negotiating")
    with pytest.raises(RefusedError) as refused:
        release(ended, supervisor, now)
    assert (code(refused), refused.value.params["source"]) == ("hold_ends_with_source", "plan")
    with transaction.atomic():
        customer = records.lock(customer_id=debtor.customer.id, now=now)
        holds.release_source_within(customer=customer, source="plan:1", reason="performed", actor=SYSTEM, now=now)
        again = now + timedelta(hours=1)
        holds.release_source_within(customer=customer, source="plan:1", reason="late", actor=SYSTEM, now=again)
    assert set(Hold.objects.filter(released_at__isnull=True)) == {kept, others}
    ended.refresh_from_db()
    assert (ended.released_at, ended.release_reason) == (now, "performed")


def test_what_comes_with_a_source_may_stand_beside_one_placed_by_hand(
    place: Place, debtor: Debtor, now: datetime
) -> None:
    """A dispute heard on the line does not fail because one is on file."""
    place("dispute", account_id=debtor.account.id)
    assert place_from("call:7", debtor, now).source == "call:7"
    assert Account.objects.get(id=debtor.account.id).holds.count() == 2
