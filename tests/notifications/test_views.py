"""What staff and the demo's customers see of messages."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from collections_app.domain.promises import Part
from collections_app.models import Account, Customer, LookUp
from collections_app.services import payments, promises
from collections_app.services.records import Actor
from notifications.models import Message
from notifications.services import planning, senders, sending
from tests import factories


@pytest.fixture
def collector(client: Client, bank: None):  # type: ignore[no-untyped-def]
    """A collector of the branch, signed in."""
    staff = factories.make_staff("collector")
    client.force_login(staff)
    return staff


@pytest.fixture
def reminded(make_due: Callable, run: Callable) -> tuple[Customer, Account]:
    """A customer who got a reminder."""
    pair: tuple[Customer, Account] = make_due()
    run()
    return pair


def test_the_outbox_shows_each_message_with_its_reason(
    client: Client,
    collector,
    reminded,
    make_due: Callable,
    now: datetime,  # type: ignore[no-untyped-def]
) -> None:
    """By state and kind, and only of the person's own branch."""
    refused, _ = make_due()
    refused.contact_points.update(quality="bad")
    elsewhere, _ = make_due(branch=factories.make_branch("SH"))
    planning.plan(on=now.date(), now=now)
    page = client.get("/notifications/outbox/").content.decode()
    assert reminded[0].customer_no in page
    assert "无联系方式" in page
    assert elsewhere.customer_no not in page
    only = client.get("/notifications/outbox/?state=refused&kind=card_due").content.decode()
    assert refused.customer_no in only
    assert reminded[0].customer_no not in only
    assert client.get("/notifications/outbox/?state=nonsense&before=x").status_code == 200


def test_the_outbox_says_what_a_planned_message_waits_for(
    client: Client,
    collector,
    make_due: Callable,
    now: datetime,  # type: ignore[no-untyped-def]
) -> None:
    """Its hour here, its hour where the customer lives, the next run, a stopped sender, or nothing any more."""
    early = now - timedelta(hours=2)
    here, paid, there = make_due()[0], make_due(), make_due(time_zone="Europe/London")[0]
    planning.plan(on=now.date(), now=early)
    Message.objects.filter(customer=here).update(due_at=now + timedelta(hours=1))
    payments.record_received(
        account_id=paid[1].pk,
        amount_fen=paid[1].payoff_fen,
        channel="counter",
        reference="R1",
        occurred_at=now,
        now=now,
    )
    page = client.get("/notifications/outbox/").content.decode()
    row = {customer.pk: page[page.index(customer.customer_no) :][:900] for customer in (here, paid[0], there)}
    assert "等待发送时刻" in row[here.pk]
    assert "将不发送：已还款" in row[paid[0].pk]
    assert "等待客户当地时间 09:30（Europe/London）" in row[there.pk]
    why = client.get(f"/notifications/outbox/{Message.objects.get(customer=there).pk}/").content.decode()
    assert "09:30 Europe/London" in why
    Message.objects.filter(customer=here).update(due_at=early)
    assert "下一批次发送" in client.get("/notifications/outbox/").content.decode()
    senders.stop(provider="sandbox", reason="test", now=now)
    assert "待通道恢复后发送" in client.get("/notifications/outbox/").content.decode()


def test_the_outbox_tells_when_a_message_really_went(client: Client, collector, reminded, now: datetime) -> None:  # type: ignore[no-untyped-def]
    """Due at half past nine, taken at ten: the list and the message say ten."""
    assert "今天 10:00" in client.get("/notifications/outbox/").content.decode()
    assert "发送时间" in client.get(f"/notifications/outbox/{Message.objects.get().pk}/").content.decode()


def test_why_shows_text_permit_and_receipts(client: Client, collector, reminded) -> None:  # type: ignore[no-untyped-def]
    """The number is masked and its provenance named."""
    message = Message.objects.get()
    page = client.get(f"/notifications/outbox/{message.pk}/").content.decode()
    assert message.body in page
    assert "预留" in page
    assert message.number not in page
    assert "已送达" in page


@pytest.mark.parametrize("path", ["/notifications/outbox/", "/notifications/record/C1/", "/notifications/confirm/C1/"])
def test_a_stranger_is_sent_to_sign_in(client: Client, db: None, path: str) -> None:
    """No staff page without signing in."""
    assert client.get(path).status_code == 302


def test_a_message_of_another_branch_is_not_found(client: Client, collector, make_due: Callable, run: Callable) -> None:  # type: ignore[no-untyped-def]
    """It looks like one that does not exist."""
    other, _ = make_due(branch=factories.make_branch("SH"))
    run()
    assert client.get(f"/notifications/outbox/{Message.objects.get().pk}/").status_code == 404
    assert client.get(f"/notifications/record/{other.customer_no}/").status_code == 404


def test_a_service_agent_names_a_purpose_first(client: Client, reminded, now: datetime) -> None:  # type: ignore[no-untyped-def]
    """And then reads the messages of any record."""
    agent = factories.make_staff("service_agent")
    client.force_login(agent)
    path = f"/notifications/record/{reminded[0].customer_no}/"
    assert client.get(path).url.startswith("/find/?open=")
    LookUp.objects.create(customer=reminded[0], staff=agent, purpose="call_in", at=now)
    assert client.get(path).status_code == 200


def test_a_payment_takes_the_planned_reminder_off_the_record_at_once(
    client: Client,
    collector,
    make_due: Callable,
    now: datetime,  # type: ignore[no-untyped-def]
) -> None:
    """Before any worker has looked: the panel filters by what is true now."""
    customer, account = make_due()
    planning.plan(on=now.date(), now=now)
    path = f"/notifications/record/{customer.customer_no}/"
    before = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "信用卡账单提醒" in before
    assert "<html" not in before
    payments.record_received(
        account_id=account.pk, amount_fen=account.payoff_fen, channel="app", reference="p", occurred_at=now, now=now
    )
    after = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "信用卡账单提醒" not in after
    customer.refresh_from_db()
    assert f'data-version="{customer.version}"' in after


def test_a_confirmation_is_previewed_and_then_sent(client: Client, collector, bank: None, now: datetime) -> None:  # type: ignore[no-untyped-def]
    """One button; on an old page it is refused with what would be confirmed now."""
    customer, account = factories.make_debtor()
    promises.take(
        customer_id=customer.pk, account_id=account.pk, parts=[Part(now.date() + timedelta(days=2), 391_300)],
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    path = f"/notifications/confirm/{customer.customer_no}/"
    page = client.get(path)
    assert "您约定11月22日前还3913.00元" in page.content.decode()
    promise = page.context["previews"][0].promise
    stale = client.post(path, {"promise": promise.pk, "seen_version": 1})
    assert stale.status_code == 409
    customer.refresh_from_db()
    assert 'name="form_key"' in stale.content.decode()
    # Sent twice: the second is led to where the first went.
    for _ in range(2):
        good = client.post(path, {"promise": promise.pk, "seen_version": customer.version, "form_key": "k" * 24})
        assert (good.status_code, good["Location"]) == (302, f"/notifications/record/{customer.customer_no}/")
    sending.send_due(now=now, worker="test")
    assert Message.objects.get().state == "delivered"


def test_what_could_not_reach_the_customer_is_said_before_and_not_queued(
    client: Client,
    collector,
    bank: None,
    now: datetime,  # type: ignore[no-untyped-def]
) -> None:
    """A number nobody has verified may not be told of a debt: the preview says so, its button is off."""
    customer, account = factories.make_debtor()
    customer.contact_points.update(quality="unknown")
    promises.take(
        customer_id=customer.pk, account_id=account.pk, parts=[Part(now.date() + timedelta(days=2), 391_300)],
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    path = f"/notifications/confirm/{customer.customer_no}/"
    page = client.get(path)
    assert "尚无已核实的号码" in page.content.decode()
    assert "<button disabled" in page.content.decode()
    customer.refresh_from_db()
    sent = client.post(path, {"promise": page.context["previews"][0].promise.pk, "seen_version": customer.version})
    assert sent.status_code == 409
    assert not Message.objects.exists()


def test_the_phone_shows_what_was_sent_with_links_to_touch(client: Client, reminded, settings) -> None:  # type: ignore[no-untyped-def]
    """Its list, one conversation, and the fragment its polling fetches."""
    page = client.get("/sandbox/phone/").content.decode()
    number = Message.objects.get().number
    assert number in page
    token = page.split("?to=")[1].split('"')[0]
    talk = client.get(f"/sandbox/phone/?to={token}", headers={"HX-Request": "true"}).content.decode()
    assert "【示范银行】" in talk
    assert "<html" not in talk
    assert 'href="/r/"' in talk
    assert f"客户 {reminded[0].customer_no}，证件号码后四位 <b>0011</b>" in talk


def test_there_is_no_phone_where_there_are_customers(client: Client, db: None, settings) -> None:  # type: ignore[no-untyped-def]
    """In production the address does not exist."""
    settings.SANDBOX = False
    assert client.get("/sandbox/phone/").status_code == 404
