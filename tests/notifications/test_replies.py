"""Replies: what they say, in real wordings of both languages, and what follows on the record."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from twilio.request_validator import RequestValidator

from collections_app.models import (
    Complaint,
    ComplaintReceipt,
    ContactPoint,
    Event,
    HandOff,
    Hold,
    PaymentClaim,
    Promise,
)
from notifications.domain.replies import Intent, amount_fen, classify, day_named, plain
from notifications.models import Message, Reply
from notifications.selectors import reply_rules
from notifications.services.replies import receiving
from tests import factories
from tests.notifications.conftest import TOKEN
from tests.remembered import remembered

# What people really write: full-width, traditional, with typos, politely and not.
CERTAIN = {
    Intent.STOP: ["R", "ｒ", "TD", "td。", "T", "退订", "退 订", "退訂",
        "【退订】", "STOP", "Stop!", "sotp", "stopp", "stop\u200b",
                  "unsubcribe", "别再发了", "请勿再发短信给我", "不要再發短信", "Stop texting me please",
                  "R退订", "TD.", "stop it", "Stop now", "ＳＴＯＰ!!!", "STOP🙏", "退订R", "回复TD",
                  "td 别再发", "别再發了", "🛑",
                  "stop\n\nSent from my iPhone", "STOP\n--\n张三", "STOP I have paid", "stop the texts",
                  "STOP at once please", "STOP. Dont stop by my house", "退订！验证码也别发",
                  "td 已还款", "不想再收到短信"],
    Intent.START: ["START", "unstop", "恢复接收", "取消退订"],
    Intent.HELP: ["help", "HELP?", "帮助"],
    Intent.WRONG_NUMBER: ["发错了", "發錯人了", "你们发错号码了", "wrong number",
        "Sorry, wrong number.", "没有这个人", "我不认识这个人",
                          "号码换人了"],
    Intent.PAID: ["已还", "已還款", "我昨天还了", "钱已经转了，请查收", "I have paid.",
        "I've paid it already", "paid yesterday", "还清了"],
    Intent.WILL_PAY: ["周五还", "15号还500元", "我下周一会还", "发工资就还", "I'll pay on Friday",
        "I will pay 500 dollars tomorrow"],
    Intent.COMPLAINT: ["我要投诉你们", "我要投訴", "再发就投诉", "投诉", "I will complain to the regulator"],
    Intent.DISPUTE: ["金额不对", "金額不對", "我對帳單有異議", "利息算错了", "I don't owe this",
        "I dispute this charge"],
    Intent.FRAUD: ["这张卡不是我办的", "我的卡被盗刷了", "not my loan"],
    Intent.PLAN: ["可以分期吗，想分期还", "can I get a payment plan"],
    Intent.HARDSHIP: ["失业了，还不上", "I lost my job"],
    Intent.RISK_TO_LIFE: ["再逼我就不想活了", "I want to kill myself", "我想自殺", "我要跳樓", "死了算了"],
    Intent.BEREAVEMENT: ["他上个月去世了", "She passed away"],
    Intent.ACKNOWLEDGED: ["好的，谢谢", "收到", "OK", "Thank you!", "👍🏻", "Liked “Demo Bank: reply STOP or call”"],
}  # fmt: skip
# Near enough to be mistaken: nothing of these may be done without a person.
NOT = {
    Intent.STOP: ["怎么退订", "请不要退订", "shop", "step", "don't stop", "please do not stop", "退订了吗",
        "我没退订过", "I will stop by tomorrow", "stop calling me", "Stop payment on my card", "Disliked “reply STOP”",
        "我在车站 bus stop 等你", "stop worrying I will pay tomorrow", "stop the automatic debit", "stop my autopay",
        "stop sending letters to my office", "Stop threatening me", "td bank transferred the money",
        "stop payment plan", "不想再收利息", "不想收到罚息", "quiet", "STOP calling and texting"],
    Intent.PAID: ["还没还", "我没付呢", "I haven't paid", "等我已还款再说", "If I paid now?", "not paid"],
    Intent.WILL_PAY: ["我不会还的", "I won't pay on Friday", "没钱还不了"],
    Intent.COMPLAINT: ["我不投诉"],
    Intent.WRONG_NUMBER: ["金额错了吧"],
}  # fmt: skip


@pytest.mark.parametrize("intent", CERTAIN)
def test_real_wordings_are_read_with_certainty(intent: Intent) -> None:
    """Whatever the width, the script, the case or the slip of a finger."""
    for text in CERTAIN[intent]:
        found = {item.intent: item for item in classify(text, reply_rules.in_use())}
        assert intent in found, (text, found)
        assert found[intent].certain, (text, found)


@pytest.mark.parametrize("intent", NOT)
def test_what_says_the_opposite_is_not_acted_upon(intent: Intent) -> None:
    """A negation, a question, another word by one letter."""
    for text in NOT[intent]:
        found = [item for item in classify(text, reply_rules.in_use()) if item.intent is intent]
        assert not any(item.certain for item in found), text


def test_a_stop_of_which_more_is_said_is_read_by_a_person() -> None:
    """It is not lost either: who reads it sees that it may be one."""
    for text in ("STOP calling and texting", "stop my autopay", "退订 信用卡"):
        found = {item.intent: item.certain for item in classify(text, reply_rules.in_use())}
        assert found[Intent.STOP] is False, text


def test_long_stories_and_contradictions_go_to_a_person() -> None:
    """A word in the middle of a story, paid and will pay in one breath, and words nobody knows."""
    rules = reply_rules.in_use()
    story = (
        "我和客服说过很多次了，上个月那笔钱是朋友帮我转的，他说已转账了，但是你们系统里一直没有看到，请核实后再联系我"
    )
    assert not any(item.certain for item in classify(story, rules))
    both = {item.intent: item.certain for item in classify("上期已还款，这期周五还", rules)}
    assert both == {Intent.PAID: False, Intent.WILL_PAY: False}
    for text in ("", "   ", "？？", "asdf", "你的声音真好听"):
        [found] = classify(text, rules)
        assert (found.intent, found.certain) == (Intent.UNCLEAR, False)
    grave, *_ = classify("已还款，再发短信我就自杀", rules)
    assert grave.intent is Intent.RISK_TO_LIFE
    assert plain("Ｓｔｏｐ。 ") == "stop"


def test_amounts_and_days_are_read_or_left_alone() -> None:
    """One of each, or none: of several nobody knows which is meant."""
    today = date(2026, 11, 18)  # a Wednesday
    amounts = {
        "还500元": 50_000,
        "￥1,200.5": 120_050,
        "1.5万块": 1_500_000,
        "HKD 300": 30_000,
        "100元或200元": None,
        "周五": None,
    }
    assert {text: amount_fen(text) for text in amounts} == amounts
    days = {
        "明天还": date(2026, 11, 19),
        "大后天": date(2026, 11, 21),
        "20号": date(2026, 11, 20),
        "3日": date(2026, 12, 3),
        "12月1日": date(2026, 12, 1),
        "1月5号": date(2027, 1, 5),
        "周五": date(2026, 11, 20),
        "下周一": date(2026, 11, 23),
        "周一": None,
        "on Friday": date(2026, 11, 20),
        "5 Dec": date(2026, 12, 5),
        "Dec 5th": date(2026, 12, 5),
        "2026-11-30": date(2026, 11, 30),
        "周五或周六": None,
        "2月31日": None,
        "soon": None,
    }
    assert {text: day_named(text, today=today) for text in days} == days


@pytest.fixture
@remembered
def answered(make_due: Callable, run: Callable) -> Message:
    """A message that was delivered to the customer's own number."""
    make_due()
    run()
    return Message.objects.select_related("customer", "account").get()


@pytest.fixture
def say(answered: Message, now: datetime) -> Callable[..., Reply]:
    """Return a way to answer it."""
    names = iter(range(1000))

    def reply(words: str, **values: Any) -> Reply:
        given = {"provider_id": f"IN{next(names)}", "number": answered.number} | values
        [kept] = receiving.receive(provider="sandbox", body=words, now=now, **given)
        return kept

    return reply


def test_stop_closes_the_channel_and_start_opens_it_again(say: Callable, answered: Message) -> None:
    """Once each, and the record remembers both with the words."""
    reply = say("TD")
    hold = Hold.objects.get(kind="channel_stop")
    assert (reply.brought, hold.channel, reply.message) == ([{"hold": hold.pk}], "sms", answered)
    assert say("退订").brought == []
    assert say("START").brought == [{"released": hold.pk}]
    events = Event.objects.filter(kind="message.received").order_by("id")
    assert [event.text_row.text for event in events] == ["TD", "退订", "START"]
    assert HandOff.objects.count() == 0


def test_the_same_text_delivered_again_changes_nothing(say: Callable) -> None:
    """A provider repeats what it was not thanked for in time."""
    say("我要投诉你们", provider_id="IN-1")
    say("我要投诉你们", provider_id="IN-1")
    assert (Reply.objects.count(), HandOff.objects.filter(kind="complaint").count()) == (1, 1)


def test_a_wrong_number_is_closed_for_everybody_who_has_it(say: Callable, answered: Message) -> None:
    """On this record and on the other, and service is asked for a right one; who said so learns nothing more."""
    other, _ = factories.make_debtor()
    point = ContactPoint.objects.get(customer=other)
    ContactPoint.objects.filter(pk=point.pk).delete()
    factories.make_mobile(other, answered.number)
    receiving.receive(
        provider="sandbox", provider_id="IN-W", number=answered.number, body="发错人了", now=answered.accepted_at
    )
    assert set(ContactPoint.objects.values_list("quality", flat=True)) == {"bad"}
    assert HandOff.objects.filter(kind="wrong_number").count() == 2


def test_have_paid_stops_collection_until_it_is_traced(say: Callable, answered: Message) -> None:
    """A claim of payment with its hold and trace, of what they were told, on the day they name; one at a time."""
    reply = say("昨天微信转的，已经还了，请查收")
    claim = PaymentClaim.objects.get()
    assert reply.brought == [{"claim": claim.pk, "handoff": claim.handoff_id}]
    assert (claim.channel, claim.paid_on) == ("gateway", factories.TODAY - timedelta(days=1))
    assert claim.amount_fen == answered.said[0]["fen"]
    assert (claim.handoff.kind, claim.remark) == ("payment_trace", reply.body)
    assert Hold.objects.get(kind="payment_pending").source == f"claim:{claim.pk}"
    say("已经还了")
    assert HandOff.objects.count() == PaymentClaim.objects.count() == 1


def test_a_complaint_by_text_is_a_complaint_like_any_other(say: Callable) -> None:
    """With its clock and hold; another of the same joins it."""
    say("天天打电话骚扰，我要投诉你们")
    complaint = Complaint.objects.get()
    assert (complaint.cause, complaint.sub_kind, complaint.text) == (
        "collection", "too_often", "天天打电话骚扰，我要投诉你们",
    )  # fmt: skip
    assert Hold.objects.filter(kind="complaint_conduct").exists()
    say("再发就投诉，天天骚扰")
    assert Complaint.objects.count() == 1
    assert list(ComplaintReceipt.objects.values_list("source", flat=True)) == ["sms_reply"] * 2


def test_a_promise_with_day_and_amount_is_taken_and_another_is_read(say: Callable, answered: Message) -> None:
    """What cannot be a promise by the rules is a person's to settle, with the words."""
    fen = answered.said[0]["fen"]
    reply = say(f"明天还{fen // 100}.{fen % 100:02}元")
    taken = Promise.objects.filter(account=answered.account)
    if taken.exists():
        assert reply.brought == [{"promise": taken.get().pk}]
    else:
        assert "refused" in reply.brought[0]
    assert say("过几天就还").brought[-1]["kind"] == "other"


def test_what_is_unclear_goes_to_a_person_once(say: Callable) -> None:
    """Whatever it says, somebody reads it; a thank-you is nobody's work."""
    assert say("你们行长是谁").brought[0]["kind"] == "other"
    assert say("好的谢谢").brought == []
    assert HandOff.objects.get().text == "你们行长是谁"


def test_a_life_at_risk_presses_the_red_button(say: Callable) -> None:
    """Everything stops, and supervisors are told."""
    say("再发我就不想活了")
    assert Hold.objects.filter(kind="risk_to_life").exists()


def test_others_may_close_their_number_but_say_nothing_for_the_customer(say: Callable, answered: Message) -> None:
    """“Have paid” from a relative's telephone is read by a person."""
    ContactPoint.objects.filter(pk=answered.contact_point_id).update(relation="spouse")
    assert say("已还款").brought[0]["kind"] == "other"
    assert say("TD").brought == [{"refused_number": answered.contact_point_id}]
    assert not Hold.objects.filter(kind="channel_stop").exists()


def test_a_text_from_nobodys_number_is_kept_apart(answered: Message, now: datetime) -> None:
    """No record is touched by it."""
    version = answered.customer.version
    [reply] = receiving.receive(provider="sandbox", provider_id="IN-0", number="+85251234567", body="STOP", now=now)
    assert (reply.customer, reply.intent) == (None, "stop")
    answered.customer.refresh_from_db()
    assert answered.customer.version == version


def test_only_a_signed_text_is_taken_in_by_either_token(answered: Message, client: Client, settings: Any) -> None:
    """The account's token, or the one before it while that stands."""
    settings.PUBLIC_URL, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_AUTH_TOKEN_BEFORE = (
        "https://a.example",
        TOKEN,
        "old",
    )
    fields = {"MessageSid": "SM1", "From": answered.number, "To": "+15005550006", "Body": "STOP", "New": "field"}

    def post(token: str, **changes: str) -> int:
        given = fields | changes
        address = "https://a.example/notifications/twilio/reply/"
        signature = RequestValidator(token).compute_signature(address, given)
        answer = client.post("/notifications/twilio/reply/", given, headers={"X-Twilio-Signature": signature})
        return answer.status_code

    assert post("forged") == 403
    assert not Reply.objects.exists()
    assert post(TOKEN) == post("old", MessageSid="SM2") == 200
    assert post(TOKEN, MessageSid="") == 400
    assert Reply.objects.count() == 2


def test_the_phone_of_the_demo_can_answer_and_staff_read_it(answered: Message, client: Client) -> None:
    """Sent from the page without scripts, shown beside what came, and on the list of replies."""
    phone = client.get("/sandbox/phone/").context["conversations"][0].token
    assert client.post("/sandbox/phone/reply/", {"to": phone, "words": "我要投诉你们"}).status_code == 302
    assert "我要投诉你们" in client.get(f"/sandbox/phone/?to={phone}").content.decode()
    assert client.post("/sandbox/phone/reply/", {"to": "x", "words": "x"}).status_code == 404
    receiving.receive(
        provider="sandbox", provider_id="IN-9", number="+85251234567", body="hello", now=answered.accepted_at
    )
    client.force_login(factories.make_staff("supervisor", branch=answered.customer.branch))
    page = client.get("/notifications/replies/")
    assert page.status_code == 200
    assert "我要投诉你们" in page.content.decode()
    assert "已受理投诉" in page.content.decode(), "and what came of it"
    assert "hello" in client.get("/notifications/replies/?of=nobody").content.decode()
