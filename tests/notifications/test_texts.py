"""The staff's pages of texts: versions, findings while typing, previews with a record, what providers said."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from collections_app.models import Approval, Entry, Instalment, LookUp
from collections_app.services import approvals
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from notifications.domain.opt_out import Demand, OptOut
from notifications.domain.template_lint import counted, findings
from notifications.models import CountryTerms, Message, ProviderTerms, Tariff, Template
from notifications.selectors.templates import active_templates, opt_out_for
from notifications.services import planning, previews, sending, templates, text_terms
from notifications.services.writing import parts_of
from tests import factories, seeds
from tests.shared import kept_for_module

TODAY = factories.TODAY
KEY = {"kind": "card_due", "variant": "explicit", "language": "zh-hans"}
PATH = "/notifications/texts/card_due/explicit/zh-hans/"
TEXT = "您尾号{tail}信用卡账单{bill}将于{due}到期。咨询{hotline}"


@pytest.fixture(scope="module")
def rows(django_db_setup: None, django_db_blocker: Any) -> Iterator[SimpleNamespace]:
    """A bank with its texts, two who write them, and one customer whose bill is due."""

    def make() -> SimpleNamespace:
        seeds.rule_packs(now=factories.START)
        seeds.texts(now=factories.START)
        customer, account = factories.make_debtor(
            account={
                "core_overdue_fen": 0, "overdue_since": None, "due_on": TODAY + timedelta(days=3),
                "statement_on": TODAY - timedelta(days=17),
            }
        )  # fmt: skip
        writer = factories.make_staff("compliance", scope="institution")
        other = factories.make_staff("compliance", scope="institution")
        return SimpleNamespace(customer=customer, account=account, writer=writer, other=other)

    with kept_for_module(django_db_blocker, make) as made:
        yield made


@pytest.fixture
def bank(rows: SimpleNamespace, db: None, now: datetime, client: Client) -> SimpleNamespace:
    """The bank, with the first writer signed in."""
    client.force_login(rows.writer)
    rows.client = client
    return rows


def _approve(template: Template, by: Any, now: datetime) -> None:
    request = Approval.objects.get(subject=f"template:{template.pk}", state="pending")
    approvals.decide(approval_id=request.pk, verdict="approved", answer="", actor=Actor.of(by), now=now)


def _propose(bank: SimpleNamespace, now: datetime, body: str = TEXT, **days: Any) -> Template:
    days = {"valid_from": None, "valid_to": None} | days
    return templates.propose(**KEY, body=body, reason="更清楚", by=bank.writer, now=now, **days)


def test_a_text_of_some_days_lies_over_the_one_before_and_goes_again(bank: SimpleNamespace, now: datetime) -> None:
    """Approved for three days from tomorrow on: today and after them the one before is in use."""
    before = active_templates(TODAY)[tuple(KEY.values())]
    first = TODAY + timedelta(days=1)
    new = _propose(bank, now, valid_from=first, valid_to=first + timedelta(days=2))
    assert active_templates(first)[tuple(KEY.values())] == before
    _approve(new, bank.other, now)
    in_use = [active_templates(TODAY + timedelta(days=n))[tuple(KEY.values())].pk for n in range(5)]
    assert in_use == [before.pk, new.pk, new.pk, new.pk, before.pk]


def test_the_same_text_proposed_twice_is_one_version(bank: SimpleNamespace, now: datetime) -> None:
    """And days that end before they begin are refused."""
    assert _propose(bank, now).pk == _propose(bank, now).pk
    with pytest.raises(RefusedError, match="template_days_upside_down"):
        _propose(bank, now, valid_from=TODAY, valid_to=TODAY - timedelta(days=1))


def test_a_text_is_proposed_on_its_page_and_approved_by_another(bank: SimpleNamespace, now: datetime) -> None:
    """The page shows what changed, and who may only read may not write."""
    form = {"body": TEXT, "valid_from": "", "valid_to": "", "reason": "更清楚", "form_key": "k" * 24}
    assert bank.client.post(PATH + "new/", form)["Location"] == PATH
    page = bank.client.get(PATH).content.decode()
    assert "待审批" in page
    assert "<ins>" in page
    reader = factories.make_staff("auditor")
    bank.client.force_login(reader)
    assert bank.client.get(PATH).status_code == 200
    assert bank.client.post(PATH + "new/", form).status_code == 403
    bank.client.force_login(factories.make_staff("collector"))
    assert bank.client.get("/notifications/texts/").status_code == 403


def test_findings_say_where_and_why_while_one_types(bank: SimpleNamespace) -> None:
    """The stretch is marked, the reason stands below it; nothing is written."""
    written = Template.objects.count()
    part = bank.client.post(PATH + "check/", {"body": TEXT + "否则移送法院"}).content.decode()
    assert "<mark>法院</mark>" in part
    assert "催收不得威胁、恐吓" in part
    assert "<html" not in part
    assert Template.objects.count() == written
    refused = bank.client.post(PATH + "new/", {"body": TEXT + "否则移送法院", "reason": "x"})
    assert refused.status_code == 422
    assert "否则移送法院" in refused.content.decode()


def test_the_cost_goes_by_last_months_messages_and_the_tariff(bank: SimpleNamespace, now: datetime) -> None:
    """One message due in the last month, 45 yuan a thousand parts: four and a half fen, rounded up."""
    planning.plan(on=now.date(), now=now)
    Message.objects.update(due_at=now - timedelta(days=2))
    part = bank.client.post(PATH + "check/", {"body": TEXT}).content.decode()
    assert "没有资费" in part or "无资费" in part
    text_terms.save_tariff(
        tariff=Tariff(provider="sandbox", country="", per_thousand_fen=4_500),
        by=factories.make_staff("administrator"),
    )
    part = bank.client.post(PATH + "check/", {"body": TEXT}).content.decode()
    assert "应发 1 条，按此长度约 0.05 元" in part


def test_a_preview_shows_the_record_and_the_look_is_logged(bank: SimpleNamespace) -> None:
    """With what the record lacks; a record out of scope is not found, and no look is logged."""
    given = {"body": TEXT + "{minp}{link}", "customer_no": bank.customer.customer_no}
    page = bank.client.post(PATH + "preview/", given).content.decode()
    assert f"您尾号{bank.account.tail}信用卡账单" in page
    assert LookUp.objects.filter(staff=bank.writer, customer=bank.customer, purpose="review").count() == 1
    assert bank.client.post(PATH + "preview/", {"body": TEXT, "customer_no": "NOBODY"}).status_code == 404
    assert LookUp.objects.count() == 1


def test_a_preview_finds_what_each_kind_speaks_of(bank: SimpleNamespace, now: datetime) -> None:
    """The next instalment of a large loan, money the core booked, a payment that failed: each with its own values, on
    the customer's own day."""
    customer, account = factories.make_debtor(account={"product": "loan", "due_on": None})
    Instalment.objects.create(
        account=account, customer=customer, number=1, due_on=TODAY, principal_fen=6_000_000, interest_fen=0
    )
    booked = {"account": account, "customer": customer, "amount_fen": 100, "recorded_at": now, "occurred_at": now}
    Entry.objects.create(
        **booked, kind="adjustment", state="posted", money_fen=500, latest_on=TODAY, earliest_on=TODAY, reference="A1",
        channel="core",
    )  # fmt: skip
    Entry.objects.create(**booked, kind="payment", state="failed", reference="P1", channel="app")
    texts = active_templates(TODAY)
    shown = {}
    for kind, variant in (("loan_schedule", "code"), ("balance_change", "money_in"), ("debit_failed", "explicit")):
        body = texts[kind, variant, "zh-hans"].body
        early = now.replace(hour=0, minute=30)
        found = previews.render(kind=kind, body=body, language="zh-hans", customer=customer, now=early)
        assert (found.missing, found.withheld) == ([], ""), kind
        shown[kind] = found.text
    assert "11月20日应还60000.00元" in shown["loan_schedule"]
    assert "11月20日入账5.00元" in shown["balance_change"]
    assert "一笔1.00元还款未成功" in shown["debit_failed"]


def test_parts_are_counted_with_the_signature_wherever_a_platform_signs() -> None:
    """Of Chinese to Hong Kong as well; an English text has its bank's name in words."""
    assert parts_of("好" * 66, "+85255501234", "示范银行") == 2
    assert parts_of("好" * 64, "+85255501234", "示范银行") == 1
    assert parts_of("a" * 160, "+85255501234", "示范银行") == 1
    assert parts_of("a" * 65, "+8613900000000", "示范银行") == 2


def test_a_provider_that_approves_texts_refuses_what_it_has_not(bank: SimpleNamespace, now: datetime) -> None:
    """Refused with that reason; once approved under its own id the text goes out."""
    ProviderTerms.objects.create(provider="sandbox", approves_texts=True)
    planning.plan(on=now.date(), now=now)
    sending.send_due(now=now, worker="test")
    message = Message.objects.get()
    assert (message.state, message.reason) == ("refused", "text_not_registered")
    text = active_templates(TODAY)[tuple(KEY.values())]
    note = {"template_id": text.pk, "provider": "sandbox", "by": bank.writer, "now": now}
    for state, missing in (("approved", "registration_lacks_id"), ("rejected", "registration_lacks_reason")):
        with pytest.raises(RefusedError, match=missing):
            text_terms.note(state=state, provider_template="", reason="", **note)
    fields = {"do": "note", "provider": "sandbox", "state": "approved", "provider_template": "SMS_1", "reason": ""}
    assert bank.client.post(f"/notifications/texts/{text.pk}/", fields)["Location"] == PATH
    assert "SMS_1" in bank.client.get(PATH).content.decode()
    Message.objects.all().delete()
    planning.plan(on=now.date(), now=now)
    sending.send_due(now=now, worker="test")
    assert Message.objects.get().state == "delivered"


def test_who_may_not_write_texts_notes_nothing_and_sets_no_price(bank: SimpleNamespace, now: datetime) -> None:
    """Neither what a provider said, nor its terms, nor its tariff."""
    by = factories.make_staff("collector")
    note = {"template_id": 1, "provider": "x", "state": "approved", "provider_template": "1", "reason": ""}
    for attempt in (
        lambda: text_terms.note(by=by, now=now, **note),
        lambda: text_terms.save_terms(terms=ProviderTerms(provider="x"), by=by),
        lambda: text_terms.save_country_terms(terms=CountryTerms(provider="x", country="CN"), by=by),
        lambda: text_terms.save_tariff(tariff=Tariff(provider="x", per_thousand_fen=1), by=by),
    ):
        with pytest.raises(NotAllowedError):
            attempt()


def test_the_strictest_provider_says_whether_words_to_stop_are_written(bank: SimpleNamespace) -> None:
    """What one forbids is forbidden, though another requires it; without a row the mainland's platforms decide."""
    assert opt_out_for("zh-hans") == OptOut(Demand.FORBIDDEN, Demand.REQUIRED)
    ProviderTerms.objects.create(provider="sandbox", notices_opt_out="required", promotions_opt_out="allowed")
    assert opt_out_for("zh-hans") == OptOut(Demand.REQUIRED, Demand.ALLOWED)
    demands = [OptOut(Demand.REQUIRED, Demand.ALLOWED), OptOut(Demand.FORBIDDEN, Demand.REQUIRED)]
    assert OptOut.together(demands, language="en") == OptOut(Demand.FORBIDDEN, Demand.REQUIRED)


def test_lengths_go_by_the_longest_values_of_the_data() -> None:
    """A longer bank, amount and organisation make a second part, which is warned of and blocks nothing."""
    real = {"bank": ("某某农村商业银行", "Bank"), "amount": ("128640000.00元", "128640000.00 CNY")}
    body = "您尾号{tail}信用卡{month}账单{bill}，最低还款{minp}，到期还款日{due}。咨询{hotline}"
    assert counted(body, language="zh-hans").parts == 1
    assert counted(body, real, language="zh-hans").parts == 2
    found = findings(kind="card_due", variant="explicit", body=body, language="zh-hans", real=real)
    assert [(item.code, item.blocks) for item in found] == [("second_segment", False)]


def test_what_is_said_of_a_text_has_words_and_a_reason_in_both_languages() -> None:
    """Nobody is refused for a code."""
    from notifications.domain.template_problems import PROBLEMS, WARNINGS, WHY

    assert set(PROBLEMS) == set(WHY)
    assert set(PROBLEMS) >= WARNINGS


@pytest.mark.parametrize("make_problem", [lambda page: page + "x", lambda page: page.replace("explicit", "rest_open")])
def test_there_is_no_page_of_a_text_there_cannot_be(bank: SimpleNamespace, make_problem: Callable[[str], str]) -> None:
    """Neither of another language nor of a form the kind does not have."""
    assert bank.client.get(make_problem(PATH.rstrip("/")) + "/").status_code == 404
