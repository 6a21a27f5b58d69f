"""What the page says first, and what the customer can say back."""

# Long because one visitor sees every state of one page.
import re
from datetime import timedelta

import pytest
import zeal
from django.db import DatabaseError, transaction

from collections_app.domain.incidents import IncidentScope
from collections_app.domain.promises import Part
from collections_app.models import (
    Account,
    ApprovedSentence,
    Complaint,
    ContactPoint,
    Customer,
    HandOff,
    Hold,
    Instalment,
    PaymentClaim,
    Told,
)
from collections_app.services import derivation, plans, promises, records
from collections_app.services.emergencies import incidents, sentences
from repayment.selectors import account_page
from tests import factories
from tests.repayment.conftest import make_debtor, notice_body, notify


def text(visitor, path="/r/account/"):
    """What a page says; the marks that keep a day on one line are not among it."""
    return re.sub(r'<span class="day">(.*?)</span>', r"\1", visitor.client.get(path).content.decode())


def promise(visitor, now, *parts):
    return promises.take(
        customer_id=visitor.customer.pk,
        account_id=visitor.account.pk,
        parts=[Part(now.date() + timedelta(days=days), fen) for days, fen in parts],
        actor=records.Actor.of(factories.make_staff("collector", display_name="李强")),
        seen_version=None,
        now=now,
    )


def agree(visitor, now, *instalments):
    with transaction.atomic():
        customer = records.lock(customer_id=visitor.customer.pk, now=now)
        plan = plans.agree_within(
            customer=customer,
            account=visitor.account,
            source="negotiation",
            source_reference="N1",
            instalments=[(now.date() + timedelta(days=days), fen) for days, fen in instalments],
            grace_days=3,
            actor=records.SYSTEM,
            now=now,
        )
        derivation.derive(customer=customer, now=now)
    return plan


def test_the_overdue_amount_stands_under_its_own_name(visitor):
    """Without an agreement: the overdue amount, named so, with its day."""
    page = text(visitor)
    assert "您的逾期金额" in page
    assert "还款 3,913.00 元" in page
    assert "截至11月19日（周四）" in page
    assert "催收" not in page
    assert "应还" not in page


def test_what_was_agreed_is_the_headline_and_the_button(visitor, now):
    """A promise in two parts: the button pays today's part, the rest is named with its day."""
    promise(visitor, now, (0, 200_000), (5, 191_300))
    page = text(visitor)
    assert "今天请还" in page
    assert "还款 2,000.00 元" in page
    assert "余款 1,913.00 元，11月25日（周三）前还清" in page
    assert "李强" in page
    assert visitor.button()["purpose"] == "promise_part"


def test_a_plan_in_force_is_the_headline(visitor, now):
    """The next instalment of the plan, and that nothing more is asked."""
    agree(visitor, now, (10, 100_000), (40, 291_300))
    assert visitor.button()["amount_fen"] == "100000"
    details = text(visitor, f"/r/account/{visitor.account.pk}/")
    assert "2,913.00 元" in details
    assert "11月30日（周一）" in details


def test_a_late_plan_says_how_it_stays_in_force(visitor, now):
    """Within grace the page says until when."""
    agree(visitor, now, (0, 100_000), (40, 291_300))
    later = now + timedelta(days=1)
    page = account_page.read(customer_id=visitor.customer.pk, now=later)
    assert page.headline.kind == "plan_late"
    assert page.headline.last_day == now.date() + timedelta(days=3)


def test_a_broken_promise_leads_back_to_the_overdue_amount(visitor, now):
    """After the day has passed and was judged, the overdue amount is the headline again."""
    promise(visitor, now, (0, 200_000))
    visitor.account.data_as_of = now.date() + timedelta(days=1)
    visitor.account.save()
    with zeal.zeal_ignore():
        promises.judge_due(now=now + timedelta(days=2))
        page = account_page.read(customer_id=visitor.customer.pk, now=now + timedelta(days=2))
    assert page.headline.kind == "broken"
    assert page.headline.amount_fen == 391_300


def test_nothing_due_says_so_without_a_button(visitor):
    """Paid up: no amount in the headline, nothing to click."""
    visitor.account.core_overdue_fen = visitor.account.core_minimum_due_fen = 0
    visitor.account.core_billed_fen = visitor.account.core_payoff_fen = 0
    visitor.account.save()
    with transaction.atomic():
        derivation.derive(customer=Customer.objects.get(pk=visitor.customer.pk), now=factories.START)
    page = text(visitor)
    assert "今天没有需要还的款项" in page
    assert "已结清" in page
    assert "还不上" not in page
    assert 'action="/r/pay/"' not in page


def test_old_data_say_how_old_they_are(visitor):
    """When last night's file is missing the page names the day of its amounts."""
    visitor.account.data_as_of = factories.TODAY - timedelta(days=4)
    visitor.account.save()
    assert "以下金额截至11月16日（周一）" in text(visitor)


def test_a_record_that_cannot_be_read_says_that_nothing_was_paid(visitor, monkeypatch):
    """The database is away: a calm page, without amounts, and 503."""

    def fail(**_values):
        raise DatabaseError("away")

    monkeypatch.setattr(account_page, "read", fail)
    response = visitor.client.get("/r/account/")
    assert response.status_code == 503
    assert "暂时无法读取" in response.content.decode()


def test_an_assigned_debt_is_not_collected_here(visitor, now):
    """The page falls silent, and a hand-made form is refused."""
    fields = visitor.button()
    Hold.objects.create(customer=visitor.customer, kind="assigned", account=visitor.account, placed_at=now)
    with transaction.atomic():
        derivation.derive(customer=Customer.objects.get(pk=visitor.customer.pk), now=now)
    assert "请与我们联系" in text(visitor)
    assert visitor.client.post("/r/pay/", fields).status_code == 409


def test_whoever_disputes_an_amount_may_pay_it_all_the_same(visitor, now):
    """The page that says so leads to where it is done; it asks for nothing by itself."""
    Hold.objects.create(customer=visitor.customer, kind="dispute", account=visitor.account, placed_at=now)
    page = text(visitor)
    assert "正在核查您提出的疑问" in page
    assert 'action="/r/pay/"' not in page
    assert f'href="/r/account/{visitor.account.pk}/pay/"' in page


def test_one_debt_of_two_that_is_assigned_leaves_the_other_to_be_paid(visitor, now):
    """The page speaks of the account that is still the bank's, and takes money for it."""
    left = factories.make_account(visitor.customer, core_overdue_fen=123_400)
    Hold.objects.create(customer=visitor.customer, kind="assigned", account=visitor.account, placed_at=now)
    Account.objects.filter(pk=visitor.account.pk).update(placement="assigned")
    with transaction.atomic():
        derivation.derive(customer=Customer.objects.get(pk=visitor.customer.pk), now=now)
    page = account_page.read(customer_id=visitor.customer.pk, now=now)
    assert (page.headline.kind, page.headline.account_id, page.headline.amount_fen) == ("overdue", left.pk, 123_400)
    shown = text(visitor)
    assert "1,234.00" in shown
    assert "3,913.00" not in shown
    assert "该账户请致电客服热线" in shown
    assert set(Told.objects.values_list("account_id", flat=True)) == {left.pk}
    assert visitor.client.get(f"/r/account/{visitor.account.pk}/")["Location"] == "/r/account/"
    assert visitor.client.post("/r/pay/", visitor.button()).status_code == 302
    assert visitor.customer.payments.get().account_id == left.pk


def test_the_page_costs_as_many_queries_for_five_accounts_as_for_one(visitor, django_assert_num_queries, now):
    """One fixed number, whatever the customer has."""
    with django_assert_num_queries(10):
        account_page.read(customer_id=visitor.customer.pk, now=now)
    with zeal.zeal_ignore():
        for _ in range(4):
            factories.make_account(visitor.customer)
        with django_assert_num_queries(10):
            assert len(account_page.read(customer_id=visitor.customer.pk, now=now).parts) == 5


def test_another_customers_account_page_is_not_found(visitor):
    """Numbers in addresses are tried out; they show nothing."""
    _, other = make_debtor()
    assert visitor.client.get(f"/r/account/{other.pk}/").status_code == 404
    assert visitor.client.get(f"/r/account/{other.pk}/pay/").status_code == 404


def test_the_form_for_another_amount_is_sent_as_it_came(visitor):
    """What the page carries unseen is enough: the customer only writes the amount."""
    path = f"/r/account/{visitor.account.pk}/pay/"
    carried = dict(re.findall(r'type="hidden" name="(key|version)" value="([^"]+)"', text(visitor, path)))
    response = visitor.client.post(path, {"purpose": "other", "other": "100.50", **carried})
    assert "sandbox-gateway" in response["Location"]
    assert visitor.customer.payments.get().amount_fen == 10_050


def test_a_form_that_lost_what_it_carries_says_to_go_back(visitor):
    """No word about fields nobody can see."""
    path = f"/r/account/{visitor.account.pk}/pay/"
    response = visitor.client.post(path, {"purpose": "overdue"})
    assert response.status_code == 400
    assert "本页已过时" in response.content.decode()
    assert "该字段" not in response.content.decode()


def test_another_amount_can_be_chosen(visitor):
    """The named amounts, or a number of one's own."""
    path = f"/r/account/{visitor.account.pk}/pay/"
    page = text(visitor, path)
    assert "逾期金额  3,913.00 元" in page
    assert "结清金额  3,952.18 元" in page
    fields = {"purpose": "other", "other": "100.50", "key": "k" * 20, "version": visitor.button()["version"]}
    assert "sandbox-gateway" in visitor.client.post(path, fields)["Location"]
    assert visitor.customer.payments.get().amount_fen == 10_050


@pytest.mark.parametrize("other", ["", "0", "-3", "1.234", "4000", "一百"])
def test_an_impossible_amount_is_asked_again(visitor, other):
    """With what was typed still there, and nothing started."""
    path = f"/r/account/{visitor.account.pk}/pay/"
    response = visitor.client.post(path, {"purpose": "other", "other": other, "key": "k" * 20, "version": "1"})
    assert response.status_code == 400
    assert not visitor.customer.payments.exists()


def test_i_have_paid_becomes_a_claim_that_stops_collection(visitor, now):
    """The claim, its hold and its trace, in the customer's name; and the page asks for nothing meanwhile."""
    fields = {
        "account": visitor.account.pk,
        "amount": "500",
        "paid_on": "2026-11-19",
        "channel": "interbank",
        "remark": "工资卡转的",
        "version": visitor.button()["version"],
    }
    for day, said in (("2026-11-21", "这一天还没有到"), ("2025-11-18", "此处可查询最近一年的还款")):
        answer = visitor.client.post("/r/paid/", fields | {"paid_on": day})
        assert answer.status_code == 400, day
        assert said in answer.content.decode(), day
    assert visitor.client.post("/r/paid/", fields)["Location"] == "/r/sent/claim/"
    assert PaymentClaim.objects.get().amount_fen == 50_000
    assert Hold.objects.get().kind == "payment_pending"
    assert HandOff.objects.get().from_department == "customer"
    assert "正在核对您的还款" in text(visitor)
    assert visitor.client.post("/r/paid/", fields).status_code == 409


@pytest.mark.parametrize(
    ("path", "fields", "kind", "hold"),
    [
        ("plan", {"reason": "instalments", "monthly": "300", "text": ""}, "plan_request", None),
        ("plan", {"reason": "illness", "monthly": "", "text": ""}, "hardship", "hardship"),
        ("dispute", {"reason": "amount", "text": "利息不对"}, "dispute", "dispute"),
        ("dispute", {"reason": "fraud", "text": "不是我刷的"}, "fraud_claim", "fraud_claim"),
        ("wrong-person", {"reason": "number", "text": "旧号码"}, "wrong_number", None),
        ("complaint", {"about": "conduct", "text": "太频繁"}, "complaint", "complaint_conduct"),
        ("complaint", {"about": "other", "text": "费用"}, "complaint", None),
    ],
)
def test_what_a_customer_says_becomes_work_with_its_hold(visitor, path, fields, kind, hold):
    """Each way out is a hand-off to the department it belongs to, and the customer sees its state."""
    answer = visitor.client.post(f"/r/{path}/", {"account": visitor.account.pk, **fields})
    assert answer.status_code == 302, answer.content.decode()
    handoff = HandOff.objects.get()
    assert handoff.kind == kind
    assert fields["text"] in handoff.text
    assert set(Hold.objects.values_list("kind", flat=True)) == ({hold} if hold else set())
    assert visitor.client.get(answer["Location"]).status_code == 200
    assert "已收到" in text(visitor)


@pytest.mark.parametrize(
    ("more", "said", "state"),
    [
        ({}, "我们将于 12月5日", "已受理"),
        ({"state": "extended_1", "extensions": 1}, "处理已延期，我们将于 12月5日", "已延期"),
        ({"state": "answered", "answered": True}, "已于 11月20日", "已答复"),
    ],
)
def test_a_complaint_is_told_by_its_own_state_and_days(visitor, now, more, said, state):
    """Not by the work it is to a department: that waits still, is due another day, and is not shown."""
    work = HandOff.objects.create(
        customer=visitor.customer, kind="complaint", from_department="customer", to_department="compliance",
        opened_at=now, due_at=now + timedelta(days=3),
    )  # fmt: skip
    values = {"answered_at": now} if more.pop("answered", False) else {}
    Complaint.objects.create(
        customer=visitor.customer, handoff=work, cause="collection", level="ordinary", received_at=now, taken_at=now,
        due_at=now + timedelta(days=15), **more, **values,
    )  # fmt: skip
    page = text(visitor)
    assert said in page
    assert state in page
    assert "待受理" not in page


def test_asking_the_same_again_adds_nothing(visitor):
    """One open request of a kind is enough; the customer is told that it is being worked on."""
    fields = {"account": visitor.account.pk, "reason": "instalments"}
    visitor.client.post("/r/plan/", fields)
    answer = visitor.client.post("/r/plan/", fields)
    assert answer.status_code == 409
    assert "您已提交过" in answer.content.decode()
    assert HandOff.objects.count() == 1


def test_an_empty_form_is_asked_again_in_words(visitor):
    """Each missing answer is named, and linked to its field."""
    page = visitor.client.post("/r/dispute/", {"account": visitor.account.pk}).content.decode()
    assert "请选择最符合的一项" in page
    assert 'href="#id_text"' in page


def test_stopping_messages_leaves_the_language_of_the_page_alone(visitor):
    """A page read in English stays English when only SMS is declined."""
    visitor.client.cookies["django_language"] = "en"
    visitor.client.post("/r/preferences/", {"language": "zh-hans", "sms": "no"})
    assert "Saved" in visitor.client.get("/r/preferences/?saved=1").content.decode()


def test_preferences_become_permissions_of_the_numbers(visitor):
    """No SMS holds for the customer's own numbers, for every department; and it can be taken back."""
    visitor.client.post("/r/preferences/", {"language": "en", "sms": "no"})
    visitor.customer.refresh_from_db()
    assert visitor.customer.language == "en"
    assert ContactPoint.objects.get(customer=visitor.customer).permission == "no_sms"
    assert "Saved" in visitor.client.get("/r/preferences/?saved=1").content.decode()
    visitor.client.post("/r/preferences/", {"language": "zh-hans", "sms": "yes"})
    assert ContactPoint.objects.get(customer=visitor.customer).permission == "ok"


def test_a_permission_that_says_more_is_not_lifted_here(visitor):
    """A click on “SMS is fine” does not undo “representative only”."""
    ContactPoint.objects.filter(customer=visitor.customer).update(permission="rep_only")
    visitor.client.post("/r/preferences/", {"language": "zh-hans", "sms": "yes"})
    assert ContactPoint.objects.get(customer=visitor.customer).permission == "rep_only"


def test_after_an_instalment_is_paid_here_the_next_one_comes_with_its_own_day(visitor, now):
    """The core's schedule learns of the money with its next file; the page does not ask for the same day again."""
    today = now.date()
    Account.objects.filter(pk=visitor.account.pk).update(
        product="loan", core_minimum_due_fen=782_600, minimum_due_fen=782_600, core_payoff_fen=900_000
    )
    Instalment.objects.bulk_create(
        Instalment(
            account=visitor.account,
            customer=visitor.customer,
            number=number,
            due_on=day,
            principal_fen=391_300,
            interest_fen=0,
        )
        for number, day in enumerate([today - timedelta(days=15), today + timedelta(days=15)], start=1)
    )
    payment, _ = visitor.pay()
    assert notify(notice_body(payment, now=now)).content == b"success"

    part = account_page.read(customer_id=visitor.customer.pk, now=now).part(visitor.account.pk)

    assert (part.due.overdue_fen, part.due.coming_on, part.due.coming_fen) == (0, today + timedelta(days=15), 391_300)


def test_in_an_incident_the_customer_reads_the_approved_sentence(visitor, now):
    """Where the scope includes them, and what can be paid can still be paid."""
    sentences.load(now=now)
    sentence = ApprovedSentence.objects.get(code="general")
    other = factories.make_branch("XX")

    def start(branch):
        incidents.start(
            covers=incidents.Scope(IncidentScope.BRANCH, branch_id=branch.pk),
            reason="disaster",
            sentence_id=sentence.pk,
            actor=records.Actor.of(factories.make_staff("supervisor")),
            now=now,
        )

    start(other)
    assert sentence.customer_zh not in text(visitor)
    start(visitor.customer.branch)
    page = text(visitor)
    assert sentence.customer_zh in page
    assert sentence.staff_zh not in page
    assert "3,913.00" in page
