"""A handset that was off: once more on a later day, never twice, never past its use, never beside a visit."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from collections_app.models import AccessLink, AccessSession, Account, ContactPoint, Customer, HandOff
from collections_app.services import records
from notifications.domain.outcomes import ErrorClass, Outcome, Report
from notifications.domain.playbook import again_on
from notifications.models import Message, ReminderRule, SandboxInbox
from notifications.providers.base import Outgoing
from notifications.providers.sandbox.provider import SandboxProvider
from notifications.services import later_days, planning, receipts, sending
from notifications.services.messages import enqueue_within
from tests import factories

DAY = date(2026, 11, 18)
TODAY = factories.TODAY
HANDED = {"due_today", "mediation_invitation", "security_advice"}


@pytest.mark.parametrize(
    ("steps", "use_days", "today", "wanted"),
    [
        ([-3], 3, DAY, DAY + timedelta(days=1)),
        ([-3], 3, DAY + timedelta(days=1), DAY + timedelta(days=2)),
        ([-3], 3, DAY + timedelta(days=2), None),  # past its use
        ([-3], 1, DAY, None),  # of use on its own day alone
        ([-3, -2], 3, DAY, None),  # the next step has its turn by then
        ([-3, 0], 3, DAY, DAY + timedelta(days=1)),
        ([-7, -3], 3, DAY, DAY + timedelta(days=1)),  # an earlier step is over
    ],
)
def test_a_step_is_tried_again_only_while_it_is_of_use(
    steps: list[int], use_days: int, today: date, wanted: date | None
) -> None:
    """By the days of the playbook, and never beside a later step."""
    assert again_on(offset=-3, step_on=DAY, steps=steps, use_days=use_days, today=today) == wanted


@pytest.fixture
def off(make_due: Callable, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Message]:
    """Return a way to send what is due and have its handset report a failure; it returns the message."""
    send = SandboxProvider.send

    def on_its_way(self: SandboxProvider, outgoing: Outgoing, *, now: datetime) -> Outcome:
        return replace(send(self, outgoing, now=now), report="accepted")

    monkeypatch.setattr(SandboxProvider, "send", on_its_way)
    make_due()
    planning.plan(on=now.date(), now=now)

    def fail(at: datetime, error_class: ErrorClass = ErrorClass.UNREACHABLE, times: int = 1) -> Message:
        # The nightly file of that day has come.
        for model in (Customer, Account):
            model.objects.update(data_as_of=at.date() - timedelta(days=1))
        sending.send_due(now=at, worker="test")
        message = Message.objects.order_by("-pk").exclude(provider_id="").first()
        assert message is not None
        for _ in range(times):
            report = Report(message.provider_id, "undelivered", "30003", error_class)
            receipts.receive(provider_code="sandbox", report=report, attempt=str(message.attempt), now=at)
        message.refresh_from_db()
        assert message.state == "undelivered"
        return message

    return fail


def test_it_goes_out_on_two_later_days_and_then_the_number_is_doubted(
    off: Callable[..., Message], now: datetime
) -> None:
    """Each try a message of its own with a permit of its own; a report that comes twice plans nothing twice."""
    first = off(now, times=2)
    second = Message.objects.get(again_of=first)
    assert (second.state, second.step, second.expires_at) == ("planned", first.step, first.expires_at)
    assert second.due_at == first.due_at + timedelta(days=1)
    assert sending.send_due(now=now, worker="test").results == {}
    assert sum(planning.plan(on=now.date(), now=now).values()) == 0, "the planner must not add to it"
    off(now + timedelta(days=1))
    assert ContactPoint.objects.get().quality == "verified"
    last = off(now + timedelta(days=2))
    assert (Message.objects.count(), last.again_of.again_of) == (3, first)
    assert len({message.contact_id for message in Message.objects.all()}) == 3
    assert ContactPoint.objects.get().quality == "suspect"


@pytest.mark.parametrize("how", ["paid", "rule off", "no more"])
def test_it_is_left_when_nothing_calls_for_it_any_more(off: Callable[..., Message], now: datetime, how: str) -> None:
    """Paid meanwhile, the bank's step withdrawn, or none allowed."""
    if how != "paid":
        ReminderRule.objects.update(**({"active": False} if how == "rule off" else {"again": 0}))
    first = off(now)
    assert Message.objects.filter(again_of=first).exists() is (how == "paid")
    if how == "paid":
        first.account.billed_fen = first.account.core_billed_fen = 0
        first.account.save()
        sending.send_due(now=now + timedelta(days=1), worker="test")
        again = Message.objects.get(again_of=first)
        assert (again.state, again.reason) == ("cancelled", "paid")


def test_a_code_nobody_knows_is_tried_once_and_then_left_to_a_person(
    off: Callable[..., Message], now: datetime
) -> None:
    """One try more, then a hand-off with the code."""
    off(now, ErrorClass.ONCE)
    assert not HandOff.objects.exists()
    off(now + timedelta(days=1), ErrorClass.ONCE)
    assert "30003" in HandOff.objects.get().text
    assert Message.objects.count() == 2


def test_whatever_ends_by_a_code_nobody_knows_is_left_to_a_person(bank: None, now: datetime) -> None:
    """A receipt, an invitation, what has one day only: each once, since none is tried again. Not a code of minutes."""
    customer, account = factories.make_debtor(account={"due_on": TODAY})
    planning.plan(on=TODAY, now=now)
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        for kind in ("mediation_invitation", "security_advice", "one_time_code"):
            enqueue_within(customer=locked, kind=kind, account=account, now=now, payload={"org": "x", "meeting": "y"})
    Message.objects.exclude(kind__in=HANDED).filter(step__isnull=False).delete()
    messages = list(Message.objects.order_by("pk"))
    for message in messages:
        message.state, message.error_code = "undelivered", "UNDELIV"
        with transaction.atomic():
            locked = records.lock(customer_id=customer.pk, now=now)
            later_days.again_within(customer=locked, message=message, error_class=ErrorClass.ONCE, now=now)
    assert {message.kind for message in messages} == {*HANDED, "one_time_code"}
    assert HandOff.objects.count() == len(HANDED)
    assert all("UNDELIV" in text for text in HandOff.objects.values_list("text", flat=True))


def test_the_number_of_who_is_overdue_becomes_doubtful_too(off: Callable[..., Message], now: datetime) -> None:
    """Of use for two days, so tried twice, whatever the rule allows."""
    customer, _ = factories.make_debtor(account={"overdue_since": TODAY - timedelta(days=3)})
    Message.objects.all().delete()
    planning.plan(on=TODAY, now=now)
    Message.objects.exclude(kind="overdue_gentle").delete()
    point = customer.contact_points.get()
    off(now)
    point.refresh_from_db()
    assert point.quality == "verified"
    off(now + timedelta(days=1))
    point.refresh_from_db()
    assert (Message.objects.count(), point.quality) == (2, "suspect")


def test_a_bad_number_is_not_tried_again(off: Callable[..., Message], now: datetime) -> None:
    """What will not pass is no matter of days."""
    off(now, ErrorClass.NUMBER)
    assert (Message.objects.count(), ContactPoint.objects.get().quality) == (1, "bad")


def test_who_was_just_on_the_page_is_not_pressed(bank: None, now: datetime) -> None:
    """For two hours after the last look; then it goes out, if it is still true."""
    customer, _ = factories.make_debtor(account={"overdue_since": factories.TODAY - timedelta(days=3)})
    planning.plan(on=now.date(), now=now)
    link = AccessLink.objects.create(
        customer=customer, token_hash="a" * 64, created_at=now, expires_at=now + timedelta(days=1)
    )
    seen = now - timedelta(minutes=30)
    AccessSession.objects.create(
        customer=customer, link=link, secret_hash="b" * 64, opened_at=seen, last_used_at=seen,
        expires_at=now + timedelta(hours=1),
    )  # fmt: skip
    at = Message.objects.get(kind="overdue_gentle").due_at
    AccessSession.objects.update(last_used_at=at - timedelta(minutes=30))
    sending.send_due(now=at, worker="test")
    message = Message.objects.get(kind="overdue_gentle")
    assert (message.state, message.reason) == ("deferred", "customer_visited")
    assert message.due_at == at + timedelta(minutes=90)
    assert not SandboxInbox.objects.exists()
    sending.send_due(now=message.due_at, worker="test")
    assert SandboxInbox.objects.count() == 1
