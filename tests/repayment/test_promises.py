"""A customer promises a day alone: within the bank's limits it holds at once, and collection waits for it."""

from datetime import timedelta

import pytest
from django.db import transaction
from zeal import zeal_ignore

from collections_app.domain.promises import Part
from collections_app.models import AccessSession, Account, Event, Hold, Promise, PromisePart, Told
from collections_app.services import holds, payments, records
from collections_app.services import promises as staff_promises
from collections_app.services.errors import RefusedError
from repayment.services import promises as services
from tests import factories
from tests.repayment.conftest import notice_body, notify


def fields(visitor, now, **changes):
    """What the form sends: all that is overdue, in a week."""
    return {
        "account": visitor.account.pk,
        "amount": "3913.00",
        "due_on": (now.date() + timedelta(days=7)).isoformat(),
        "version": type(visitor.customer).objects.get(pk=visitor.customer.pk).version,
    } | changes


def words(visitor):
    return visitor.client.get("/r/promise/").content.decode()


def test_a_day_is_promised_and_collection_waits(visitor, now):
    """It stands first on the page, staff see whose word it is, and sent twice it is one."""
    assert 'href="/r/promise/"' in visitor.client.get("/r/account/").content.decode()
    assert "最少 391.30 元，最多 3,913.00 元" in words(visitor)
    sent = fields(visitor, now)
    assert visitor.client.post("/r/promise/", sent)["Location"] == "/r/sent/promise/"
    assert visitor.client.post("/r/promise/", sent)["Location"] == "/r/account/"
    given = Promise.objects.get()
    assert (given.total_fen, given.last_day, given.taken_by, given.department) == (
        391_300, now.date() + timedelta(days=7), None, "customer",
    )  # fmt: skip
    assert Hold.objects.get(released_at__isnull=True).kind == "promise_pending"
    assert Event.objects.get(kind="promise.taken").department == "customer"
    page = visitor.client.get("/r/account/").content.decode()
    assert "约定的下一笔" in page
    assert 'href="/r/promise/"' not in page
    assert "已约定" in visitor.client.get("/r/sent/promise/").content.decode()
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now))
    given.refresh_from_db()
    assert given.state == "kept"


def test_two_clicks_at_one_instant_promise_once(visitor, now):
    """The page could not know of the first yet: the service finds it under the lock."""
    session = AccessSession.objects.get(ended_at__isnull=True)
    part = Part(now.date() + timedelta(days=3), 100_000)
    version = session.customer.version
    first, second = (
        services.give(session=session, account_id=visitor.account.pk, part=part, seen_version=version, now=now)
        for _ in range(2)
    )
    assert first == second


def test_what_is_outside_the_limits_is_said_at_its_field(visitor, now):
    """Nothing is written, and what was typed stays."""
    cases = [
        ({"due_on": (now.date() - timedelta(days=1)).isoformat()}, "该日期已过"),
        ({"due_on": (now.date() + timedelta(days=15)).isoformat()}, "最晚"),
        ({"amount": "391.29"}, "最少 391.30 元"),
        ({"amount": "3913.01"}, "最多 3,913.00 元"),
        ({"amount": "", "due_on": "x"}, "请填写您将还的金额"),
        ({"account": "999"}, "本页面已不是最新"),
    ]
    for change, said in cases:
        answer = visitor.client.post("/r/promise/", fields(visitor, now, **change))
        assert answer.status_code == 400, change
        assert said in answer.content.decode(), change
    assert not Promise.objects.exists()
    assert visitor.client.post("/r/promise/", fields(visitor, now, due_on=now.date().isoformat())).status_code == 302


def test_a_promise_on_an_old_page_is_not_taken(visitor, now):
    """Money has come meanwhile, and less is overdue than the page says."""
    old = fields(visitor, now, amount="1000.00")
    with zeal_ignore():
        payments.record_received(
            account_id=visitor.account.pk, amount_fen=100, channel="app", reference="R1", occurred_at=now, now=now
        )
    assert visitor.client.post("/r/promise/", old).status_code == 409
    assert not Promise.objects.exists()


@pytest.mark.parametrize("why", ["broken", "held", "paying", "cured"])
def test_who_has_to_speak_with_somebody_first_promises_nothing_alone(visitor, now, why):
    """A word not kept lately, a dispute, a payment on its way, nothing overdue; and the page shows the way on."""
    session = AccessSession.objects.get(ended_at__isnull=True)
    if why == "broken":
        row = Promise.objects.create(
            customer=visitor.customer, account=visitor.account, state="broken", department="collections",
            taken_at=now, last_day=now.date() - timedelta(days=29), total_fen=1,
        )  # fmt: skip
    elif why == "held":
        with transaction.atomic():
            holds.place_within(
                customer=records.lock(customer_id=visitor.customer.pk, now=now), kind="dispute",
                actor=records.SYSTEM, now=now, account_id=visitor.account.pk,
            )  # fmt: skip
    elif why == "paying":
        visitor.pay()
    else:
        Account.objects.update(overdue_fen=0, core_overdue_fen=0)
    page = words(visitor)
    assert "目前无法在此自行约定还款日" in page
    assert 'href="/r/callback/"' in page
    assert visitor.client.post("/r/promise/", fields(visitor, now))["Location"] == "/r/account/"
    part = Part(now.date(), 391_300)
    version = type(visitor.customer).objects.get().version
    with pytest.raises(RefusedError, match="promise_asks_a_person"):
        services.give(session=session, account_id=visitor.account.pk, part=part, seen_version=version, now=now)
    if why == "broken":
        Promise.objects.filter(pk=row.pk).update(last_day=now.date() - timedelta(days=30))
        assert "最少 391.30 元" in words(visitor)


def promised(visitor, now, *parts):
    """What a colleague has agreed with the customer: so many fen by so many days from now."""
    with zeal_ignore():
        return staff_promises.take(
            customer_id=visitor.customer.pk, account_id=visitor.account.pk,
            parts=[Part(now.date() + timedelta(days=days), fen) for days, fen in parts],
            actor=records.Actor.of(factories.make_staff("collector")), seen_version=None, now=now,
        )  # fmt: skip


def moved_to(visitor, now, *days):
    """What the form to move a promise sends."""
    fields = {f"due_on_{place}": (now.date() + timedelta(days=day)).isoformat() for place, day in enumerate(days, 1)}
    return fields | {"version": type(visitor.customer).objects.get().version}


def test_a_promise_is_moved_alone_and_staff_see_it(visitor, now):
    """Its part already paid is left out, the amount stays, it counts as a re-date, and what is agreed now is told."""
    with zeal_ignore():
        old = promised(visitor, now - timedelta(hours=2), (2, 100_000), (5, 200_000))
        payments.record_received(
            account_id=visitor.account.pk, amount_fen=100_000, channel="app", reference="R1",
            occurred_at=now - timedelta(hours=1), now=now - timedelta(hours=1),
        )  # fmt: skip
    address = f"/r/promise/{visitor.account.pk}/"
    assert f'href="{address}"' in visitor.client.get("/r/account/").content.decode()
    page = visitor.client.get(address).content.decode()
    assert "2,000.00 元 您将在哪天 24:00 前还？" in page
    assert "您还可自行改期 2 次" in page
    sent = moved_to(visitor, now, 9)
    for _ in range(2):
        assert visitor.client.post(address, sent)["Location"] == "/r/sent/promise/"
    new = Promise.objects.get(replaces=old)
    assert (new.total_fen, new.last_day, new.redates, new.department, new.taken_by) == (
        200_000, now.date() + timedelta(days=9), 1, "customer", None,
    )  # fmt: skip
    event = Event.objects.get(kind="promise.redated")
    assert (event.department, event.payload["replaces"]) == ("customer", old.pk)
    assert Hold.objects.get(released_at__isnull=True).source == f"promise:{new.pk}"
    answer = visitor.client.get("/r/sent/promise/").content.decode()
    assert '<span class="amount">2,000.00 元</span>' in answer
    told = Told.objects.latest("id")
    assert (told.amount_name, told.amount_fen, told.pay_by) == ("promised", 200_000, new.last_day)


def test_a_move_outside_the_limits_is_said_at_its_field(visitor, now):
    """A day that is over, too late, or not after the one before it."""
    promised(visitor, now, (2, 100_000), (5, 200_000))
    address = f"/r/promise/{visitor.account.pk}/"
    for days, said in (((-1, 5), "该日期已过"), ((3, 15), "最晚"), ((6, 6), "每一笔的日期都须晚于前一笔")):
        answer = visitor.client.post(address, moved_to(visitor, now, *days))
        assert answer.status_code == 400, days
        assert said in answer.content.decode(), days
    stale = moved_to(visitor, now, 3, 6)
    with zeal_ignore():
        payments.record_received(
            account_id=visitor.account.pk, amount_fen=100, channel="app", reference="R1", occurred_at=now, now=now
        )
    assert visitor.client.post(address, stale).status_code == 409
    assert Promise.objects.get().state == "active"


def test_what_cannot_be_moved_alone_is_refused_in_words(visitor, now):
    """Used up, a dispute, a payment on its way, a day that is over: what is agreed stays, and a way on is shown."""
    promise, address = promised(visitor, now, (3, 391_300)), f"/r/promise/{visitor.account.pk}/"
    Promise.objects.update(redates=2)
    assert "可自行改期的次数已用完。原约定继续有效" in visitor.client.get(address).content.decode()
    answer = visitor.client.post(address, moved_to(visitor, now, 6))
    assert answer.status_code == 409
    assert "可自行改期的次数已用完。原约定继续有效" in answer.content.decode()
    Promise.objects.update(redates=0)
    dispute = Hold.objects.create(customer=visitor.customer, account=visitor.account, kind="dispute", placed_at=now)
    assert "目前无法在此自行改期" in visitor.client.get(address).content.decode()
    dispute.delete()
    PromisePart.objects.update(due_on=now.date() - timedelta(days=1))
    page = visitor.client.get(address).content.decode()
    assert "目前无法在此自行改期" in page
    assert 'href="/r/callback/"' in page
    PromisePart.objects.update(due_on=promise.last_day)
    visitor.pay()
    assert visitor.client.post(address, moved_to(visitor, now, 6)).status_code == 409
    assert Promise.objects.get() == promise
    assert visitor.client.get("/r/promise/999/")["Location"] == "/r/account/"
