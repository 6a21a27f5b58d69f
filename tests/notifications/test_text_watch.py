"""Texts in use: checked again every night, and what waits while one of them is out of use."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from zeal import zeal_ignore

from collections_app.models import Account, Alert, ContactPoint, Customer, Hold
from notifications.models import Message, SandboxInbox, Template
from notifications.services import claiming, planning, sending, templates, text_watch
from tests import factories

BODY = "您尾号{tail}信用卡账单{bill}将于{due}到期。咨询{hotline}"


def _approved(body: str, now: datetime, **values: object) -> Template:
    """Put a version into use, as it was approved when the rules were others; without days it replaces the others."""
    if "valid_from" not in values:
        Template.objects.filter(kind="card_due", variant="explicit", language="zh-hans").update(active=False)
    of = {"kind": "card_due", "variant": "explicit", "language": "zh-hans", "version": 50} | values
    return Template.objects.create(**of, body=body, active=True, created_at=now, approved_at=now)


def test_a_text_the_check_has_outgrown_is_told_of_until_it_is_replaced(bank: None, now: datetime) -> None:
    """Of what is shipped nothing is; one whose days are over, or that nobody uses, is no news."""
    assert text_watch.watch(now=now) == 0
    over = now.date() - timedelta(days=1)
    _approved("您的欠款将移送法院", now, valid_from=over, valid_to=over, version=49)
    assert text_watch.watch(now=now) == 0
    assert not Alert.objects.filter(kind="texts_faulty").exists()
    faulty = _approved("您的欠款将移送法院", now)
    assert text_watch.watch(now=now) == 1
    alert = Alert.objects.get(kind="texts_faulty", resolved_at__isnull=True)
    assert alert.detail == {"texts": 1, "first": "card_due/explicit/zh-hans/50"}
    faulty.refresh_from_db()
    assert faulty.active, "it is a person's to decide"
    templates.retire(template_id=faulty.pk, by=factories.make_staff("administrator"))
    assert text_watch.watch(now=now) == 0
    assert not Alert.objects.filter(kind="texts_faulty", resolved_at__isnull=True).exists()


def test_a_text_another_lies_over_is_told_of_while_it_is_to_be_used(bank: None, now: datetime) -> None:
    """Until the newer one begins, and where its days end: not once it has replaced it for good."""
    today, day = now.date(), timedelta(days=1)
    _approved("您的欠款将移送法院", now, version=49)
    newer = _approved(BODY, now, version=50, valid_from=today + day)
    assert text_watch.watch(now=now) == 1, "it is in use today"
    assert text_watch.watch(now=now + day) == 0
    assert not Alert.objects.filter(kind="texts_faulty", resolved_at__isnull=True).exists()
    Template.objects.filter(pk=newer.pk).update(active=False)
    _approved(BODY, now, version=51, valid_from=today, valid_to=today + day)
    assert text_watch.watch(now=now) == 1, "it is in use again afterwards"
    _approved("您的欠款将移送法院", now, version=52, valid_from=today + 2 * day, valid_to=today + 2 * day)
    assert text_watch.watch(now=now) == 2, "one is approved for later"
    _approved(BODY, now, version=53, valid_from=today, wording="other")
    assert text_watch.watch(now=now) == 2, "another wording lies over none of them"
    _approved(BODY, now, version=54, valid_from=today)
    assert text_watch.watch(now=now) == 0


def test_what_is_due_while_its_text_is_out_of_use_waits_for_the_next(
    make_due: Callable[..., object], now: datetime
) -> None:
    """It goes out once by the version approved meanwhile; where none is, it ends when it is of no more use."""
    administrator = factories.make_staff("administrator")
    make_due()
    planning.plan(on=now.date(), now=now)
    for row in Template.objects.filter(kind="card_due", language="zh-hans", active=True):
        templates.retire(template_id=row.pk, by=administrator)
    sending.send_due(now=now, worker="test")
    message = Message.objects.get()
    assert (message.state, message.reason) == ("deferred", "no_template")
    assert planning.plan(on=now.date(), now=now)["card_due"] == 0, "nothing is planned beside it"
    new = _approved(BODY, now)
    later = now + timedelta(minutes=10)
    for _ in range(2):
        sending.send_due(now=later, worker="test")
    message.refresh_from_db()
    assert (message.template_id, message.attempts, SandboxInbox.objects.count()) == (new.pk, 1, 1)


def test_who_is_reached_by_mail_alone_waits_for_the_text_too(
    make_due: Callable[..., tuple[Customer, Account]], now: datetime, settings: Any
) -> None:
    """Without a number, or with text messages stopped: what another channel lacks is not why nothing goes."""
    settings.MESSAGES_EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    for stopped in (False, True):
        customer, _ = make_due()
        factories.make_mobile(customer, f"{stopped}@mail.example", kind="email")
        if stopped:
            Hold.objects.create(customer=customer, kind="channel_stop", channel="sms", placed_at=now)
        else:
            ContactPoint.objects.filter(customer=customer, kind="mobile").delete()
    planning.plan(on=now.date(), now=now)
    Template.objects.filter(kind="card_due").update(active=False)
    with zeal_ignore():
        sending.send_due(now=now, worker="test")
    assert list(Message.objects.values_list("state", "reason")) == [("deferred", "no_template")] * 2
    _approved(BODY, now)
    with zeal_ignore():
        sending.send_due(now=now + claiming.ASK_AGAIN, worker="test")
    assert list(Message.objects.values_list("state", "channel")) == [("sent", "email")] * 2


def test_what_no_text_comes_for_is_refused_for_that(make_due: Callable[..., object], now: datetime) -> None:
    """Nothing waits for ever, and what the bank has no words for is not taken for what came too late."""
    for _ in range(2):
        make_due()
    planning.plan(on=now.date(), now=now)
    Template.objects.filter(kind="card_due").update(active=False)
    sending.send_due(now=now, worker="test")
    assert set(Message.objects.values_list("state", "reason")) == {("deferred", "no_template")}
    waits, slept = Message.objects.order_by("pk")
    last, ends = waits.expires_at - claiming.ASK_AGAIN, waits.expires_at
    Message.objects.filter(pk=slept.pk).update(due_at=ends)
    for message, at in ((waits, last), (slept, ends)):
        sending.send_due(now=at, worker="test")
        message.refresh_from_db()
        assert (message.state, message.reason, message.ended_at) == ("refused", "no_template", at)


def test_the_pages_of_texts_say_what_messages_without_one_do(db: None, client: Client) -> None:
    """In the language of who reads it, on the list and on the page of a text that never was written."""
    client.force_login(factories.make_staff("compliance", scope="institution"))
    said = {"en": "or wait while they are of use.", "zh-hans": "或在时限内等待新模板。"}
    for path in ("/notifications/texts/", "/notifications/texts/card_due/explicit/zh-hans/"):
        for language, words in said.items():
            assert words in client.get(path, headers={"Accept-Language": language}).content.decode()
