"""What colleagues send by hand: the bank's texts, with one checked field at most."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from zeal import zeal_ignore

from collections_app.models import Account, Customer, Hold
from collections_app.services import access, calls
from collections_app.services.errors import NotAllowedError, RefusedError, StaleWriteError
from collections_app.services.records import Actor
from notifications.domain.template_lint import problems
from notifications.domain.typed_words import typed_problems
from notifications.models import Message, SandboxInbox
from notifications.services import asked, sending
from notifications.services.replies import receiving
from tests import factories
from tests.remembered import remembered

NOTE = "{officer}：{words}。咨询{hotline}"


@pytest.fixture
@remembered
def debtor(bank: None) -> tuple[Customer, Account]:
    return factories.make_debtor()


def _send(debtor: tuple[Customer, Account], kind: str, now: datetime, *, role: str = "legal", typed: str = "",
          **values: Any) -> Message:  # fmt: skip
    customer, account = debtor
    actor = Actor.of(factories.make_staff(role))
    given = {"seen_version": None, "account_id": account.pk} | values
    return asked.send(customer_id=customer.pk, kind_code=kind, typed=typed, actor=actor, now=now, **given)


def _sent(now: datetime) -> None:
    with zeal_ignore():
        sending.send_due(now=now, worker="test")


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("", "nothing_typed"),
        ("好" * 61, "too_long"),
        ("请今天还5000元", "names_an_amount"),
        ("请还￥ 300", "names_an_amount"),
        ("否则起诉您", "threatens"),
        ("请致电13800000000", "typed_number"),
        ("请看www.bank.com", "typed_address"),
        ("此前短信作废", "reassures"),
        ("{od}", "unknown_variable"),
        ("催收部提醒", "says_collection"),
        ("明天来网点", "relative_date"),
    ],
)
def test_a_typed_field_may_say_no_more_than_any_text(words: str, problem: str) -> None:
    """The text around it is clean, so what is wrong is what was typed."""
    assert problems(kind="colleague_note", variant="explicit", body=NOTE) == []
    assert typed_problems(kind="colleague_note", body=NOTE, typed="您要的资料已备好") == []
    assert problem in typed_problems(kind="colleague_note", body=NOTE, typed=words)


def test_a_note_goes_out_as_it_was_shown_and_the_officer_stands_behind_it(
    debtor: tuple[Customer, Account], now: datetime
) -> None:
    """The preview is the text; it names the adviser; a second one while it is on its way is refused."""
    customer, _ = debtor
    adviser = factories.make_staff("collector", display_name="李明")
    Customer.objects.filter(pk=customer.pk).update(adviser=adviser)
    customer.refresh_from_db()
    kind = next(row for row in asked.offered(staff=adviser) if row.code == "colleague_note")
    shown = asked.preview(customer=customer, kind=kind, account=None, typed="您要的资料已备好", now=now, staff=adviser)
    _send(debtor, "colleague_note", now, role="collector", typed="您要的资料已备好")
    with pytest.raises(RefusedError, match="message_already_queued"):
        _send(debtor, "colleague_note", now, role="collector", typed="再说一次")
    _sent(now)
    assert shown.text == "专属顾问李明：您要的资料已备好。咨询955XX"
    assert SandboxInbox.objects.get().body == f"【示范银行】{shown.text}"


def test_who_has_not_seen_a_colleagues_message_or_the_answer_to_it_writes_and_calls_nobody(
    debtor: tuple[Customer, Account], now: datetime
) -> None:
    """The message is an event of the record from its first moment; what the queue does later refuses nothing."""
    customer, _ = debtor
    colleague = Actor.of(factories.make_staff("collector"))
    seen = customer.version
    _send(debtor, "colleague_note", now, role="collector", typed="您要的资料已备好", seen_version=seen)

    def refused(seen_version: int) -> list[str]:
        with pytest.raises(StaleWriteError) as writes:
            _send(debtor, "page_link", now, role="service_agent", seen_version=seen_version)
        with pytest.raises(StaleWriteError) as calls_:
            calls.start(
                customer_id=customer.pk, contact_point_id=None, actor=colleague, seen_version=seen_version, now=now
            )
        kinds = [event.kind for event in writes.value.changes]
        assert kinds == [event.kind for event in calls_.value.changes]
        return kinds

    assert refused(seen) == ["message.asked"]
    _sent(now)
    customer.refresh_from_db()
    assert customer.version == seen + 1
    number = customer.contact_points.get().value
    receiving.receive(provider="sandbox", provider_id="r1", number=number, body="有空再说吧嗯嗯", now=now)
    assert refused(seen + 1) == ["message.received"]


def test_a_demand_needs_an_approval_where_a_hold_says_so_and_interrupts_limitation_when_it_arrives(
    debtor: tuple[Customer, Account], now: datetime
) -> None:
    """Everything a demand must say is in it: as of when, how much, until when, and the way to dispute it."""
    customer, account = debtor
    hold = Hold.objects.create(customer=customer, account=account, kind="dispute", placed_at=now)
    held = _send(debtor, "formal_demand", now)
    _sent(now)
    held.refresh_from_db()
    assert (held.state, held.reason) == ("refused", "approval_needed")
    Hold.objects.filter(pk=hold.pk).update(released_at=now, release_reason="已答复")
    message = _send(debtor, "formal_demand", now)
    _sent(now + timedelta(minutes=1))
    message.refresh_from_db()
    assert "截至11月20日逾期40天，逾期款3913.00元，请于11月27日前归还" in message.body
    assert "异议或困难" in message.body
    assert account.limitation_events.filter(source=f"message:{message.pk}").exists()


def test_a_notice_of_placement_that_arrived_lets_the_account_be_placed(
    debtor: tuple[Customer, Account], now: datetime
) -> None:
    """Nobody has to write down by hand what the receipt proves."""
    _send(debtor, "placement_notice", now, role="placement_manager", typed="示例资产服务公司")
    _sent(now)
    account = Account.objects.get(pk=debtor[1].pk)
    assert account.outsource_notice_at is not None
    assert abs(account.outsource_notice_at - now) < timedelta(minutes=1)
    told = account.customer.events.get(kind="account.told_of_agency")
    assert told.payload["channel"] == "sms"


def test_who_may_not_give_notice_sends_none(debtor: tuple[Customer, Account], now: datetime) -> None:
    """Nor about another customer's account, nor a kind that only the calendar sends."""
    with pytest.raises(NotAllowedError):
        _send(debtor, "credit_report_notice", now, role="collector")
    with pytest.raises(RefusedError, match="no_such_kind"):
        _send(debtor, "overdue_gentle", now)
    with pytest.raises(RefusedError, match="no_such_account"):
        _send(debtor, "credit_report_notice", now, account_id=factories.make_debtor()[1].pk)
    assert not Message.objects.exists()


def test_who_asks_for_a_way_in_gets_one_at_any_hour_that_opens_their_page(
    debtor: tuple[Customer, Account], now: datetime
) -> None:
    """At night, past the cap of the day, without a word of any debt; the way in of before ends."""
    customer, account = debtor
    _send(debtor, "colleague_note", now, role="service_agent", typed="您要的资料已备好")
    _sent(now)
    night = now.replace(hour=23, minute=30)
    _send(debtor, "page_link", night, role="service_agent")
    _sent(night)
    body = SandboxInbox.objects.latest("id").body
    code = body.partition("编号")[2][:9]
    way_in = access.peek(code=code, now=night)
    assert way_in is not None
    assert way_in.customer == customer
    assert not any(word in body for word in ("逾期", "欠", "信用卡", account.tail))
