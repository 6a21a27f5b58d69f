"""The worked case in browsers: a disputed over-limit debt, from the collector's proposal to the first instalment paid.

Every person sits at a browser of their own. What somebody must not see is looked for where they would see it.
"""

# Long because the case is told whole: seven people, from the referral to the first instalment paid.

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from collections_app.models import Account, Arrangement, Customer, Hold, OneTimeCode, Staff
from collections_app.services import clock, contact_points, holds
from collections_app.services.records import Actor
from mediation.models import (
    Agreement,
    AgreementDraft,
    DateRule,
    FactSheet,
    Mediation,
    MediationNote,
    Mediator,
    ProposalRound,
    SealAuthority,
    Session,
)
from mediation.services import passages, scheduling, seals
from notifications.services import templates
from tests import factories
from tests.browsing import Visitor
from tests.mediation.conftest import PASSWORD, Debtor, code_of
from tests.repayment.test_browser import come_in

# Six browsers and eleven chapters: on a machine that does much else it takes minutes.
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.timeout(400)]

LIVE_MS = 20_000
# What is said behind the wall, and who may never read it.
REMARK, NOTE, REASON = "妹妹还在上学要我供", "双方都怕开口先让步", "每月十日发工资"
WALLED = (REMARK, NOTE, REASON, "3,650.00")
PHOTO = {"name": "账单照片.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff\xe0" + b"bill " * 20}


@dataclass
class Cast:
    """The people of the case, each with their browser."""

    debtor: Debtor
    staff: dict[str, Staff]
    browsers: dict[str, Visitor]

    @property
    def customer_no(self) -> str:
        return self.debtor.customer.customer_no

    @property
    def talks(self) -> Mediation:
        return Mediation.objects.get()

    def page(self, who: str, path: str = "") -> Page:
        """Return somebody's page, opened at an address if one is given."""
        if path:
            self.browsers[who].open(path)
        return self.browsers[who].page

    def own(self, part: str = "") -> Page:
        """Return the customer's page of their talks on the phone."""
        return self.page("phone", f"/r/talks/{self.talks.pk}/{part}")

    def session(self, who: str, part: str = "") -> Page:
        """Return somebody's page of the session."""
        return self.page(who, f"/mediation/session/{Session.objects.latest('id').pk}/{part}")

    def look(self, who: str, name: str) -> None:
        """Keep a picture; a phone's page is no wider than the phone."""
        visitor = self.browsers[who]
        visitor.screenshot(f"worked-case-{name}")
        visitor.page.wait_for_function(f"() => document.documentElement.scrollWidth <= {visitor.width}")


@pytest.fixture
def cast(
    visit: Callable[..., Visitor], debtor: Debtor, collector: Staff, mediator: Mediator, representative: Staff,
    administrator: Staff, make_mediator: Callable[[], Mediator],
) -> Cast:  # fmt: skip
    """Seat everybody; the account has a dispute, and customers choose their date."""
    templates.load_seed(now=factories.START)
    passages.load()
    now = clock.now()
    sealer, service = make_mediator().staff, factories.make_staff("service_agent")
    holds.place(
        customer_id=debtor.customer.id, kind="dispute", account_id=debtor.account.id, actor=Actor.of(collector),
        text="客户称不知道超限要收费。", seen_version=None, now=now,
    )  # fmt: skip
    DateRule.objects.create(product="card", route="telephone", offered=3)
    authority = SealAuthority(
        organisation=mediator.organisation, staff=sealer, reference="授权书 7", since=date(2026, 1, 1),
        until=date(2027, 12, 31),
    )  # fmt: skip
    seals.save(row=authority, actor=Actor.of(administrator))
    contact_points.log_look(customer_id=debtor.customer.id, purpose="call_in", actor=Actor.of(service), now=now)
    # The other mediator of the organisation is away: who holds the session is known.
    Mediator.objects.filter(staff=sealer).update(active=False)
    people = {
        "collector": collector, "service": service, "mediator": mediator.staff, "bank": representative, "seal": sealer
    }  # fmt: skip
    browsers = {"phone": visit(width=390)}
    for name, person in people.items():
        person.set_password(PASSWORD)
        person.save()
        browsers[name] = visit()
        browsers[name].sign_in(person)
    come_in(browsers["phone"], debtor.customer)
    return Cast(debtor, people, browsers)


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=re.compile(words)).click()


def test_a_disputed_over_limit_debt_is_talked_over_agreed_and_paid(cast: Cast) -> None:
    """From the record to the first instalment; each sees what is theirs, and collection stops on every screen."""
    refer(cast)
    agree_to_talk_and_file(cast)
    choose_a_date(cast)
    open_the_session(cast)
    mark_the_facts(cast)
    explain_the_law_and_the_means(cast)
    propose_blind(cast)
    draft = draft_the_agreement(cast)
    sign(cast, draft)
    pay_the_first_instalment(cast)
    nobody_else_reads_it(cast)


def refer(cast: Cast) -> None:
    """The collector proposes from the record: routed to the telephone on the simple track, the bank's words filed."""
    page = cast.page("collector", f"/mediation/record/{cast.customer_no}/")
    page.get_by_role("link", name="提议调解或协商").click()
    page.locator("[name=dispute_type]").select_option("over_limit")
    page.locator("[name=position]").fill("合同第八条写明超限收费；可以分期。")
    press(page, "^提议$")
    panel = page.locator(".talks")
    expect(panel).to_have_count(1)
    expect(panel).to_contain_text("简易 · 电话")
    page = cast.page("collector", f"/mediation/record/{cast.customer_no}/{cast.talks.pk}/position/")
    page.locator("[name=text]").fill("附合同第八条。")
    page.locator("[type=file]").set_input_files(
        [{"name": "contract.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 article 8"}]
    )
    page.locator("form button[type=submit][data-writes]").click()
    expect(page.locator(".filed-papers li")).to_have_count(1)
    cast.look("collector", "referral")


def agree_to_talk_and_file(cast: Cast) -> None:
    """The customer reads that it is voluntary, agrees, reads the bank's paper and adds words and a photograph."""
    page = cast.own()
    expect(page.locator("main")).to_contain_text("自愿")
    cast.look("phone", "asked")
    page.locator("[name=agrees][value=yes]").click()
    expect(page.locator("main")).to_contain_text("您已同意")
    assert {(row.side, row.agrees, row.how) for row in cast.talks.consents.all()} == {
        ("bank", True, "system"), ("customer", True, "page")
    }  # fmt: skip
    page = cast.own("position/")
    expect(page.locator("main")).to_contain_text("contract.pdf")
    page.locator("#id_text").fill("开卡时没人说过超限要收费。")
    page.locator("#id_papers").set_input_files([PHOTO])
    press(page, "提交|File it")
    expect(page.locator("main")).to_contain_text("账单照片.jpg")
    cast.look("phone", "position")


def choose_a_date(cast: Cast) -> None:
    """Three dates are offered, the customer takes the second; from here on the account is out of collection."""
    scheduling.schedule(mediation_id=cast.talks.pk, now=clock.now())
    page = cast.own("date/")
    expect(page.locator("[type=radio]")).to_have_count(3)
    cast.look("phone", "dates")
    page.locator("[type=radio]").nth(1).check()
    press(page, "预约这个时间")
    expect(page.locator("h1")).to_contain_text("时间已经确定")
    session = Session.objects.get()
    assert (session.mediator.staff if session.mediator else None, session.representative) == (
        cast.staff["mediator"], cast.staff["bank"]
    )  # fmt: skip


def open_the_session(cast: Cast) -> None:
    """The mediator accepts, reads both sides' papers, opens, and takes a note only they can read."""
    page = cast.page("mediator", "/mediation/")
    page.get_by_role("link", name="陈晓梅").first.click()
    press(page, "接受本案")
    expect(page.locator(".filed-papers li")).to_have_count(2)
    press(page, "开始会议")
    expect(page.locator(".pill").first).to_contain_text("进行中")
    page.locator("#note-text").fill(NOTE)
    press(page, "记下")
    expect(page.locator(".walled-note")).to_have_count(1)
    cast.look("mediator", "session")


def mark_the_facts(cast: Cast) -> None:
    """Listed from the record, marked by each side at their own screen, confirmed in writing by both."""
    page = cast.session("mediator", "desk/")
    press(page, "列出记录中的事实")
    sheet = FactSheet.objects.get()
    own = cast.own("facts/")
    bank = cast.session("bank", "desk/")
    for fact in sheet.facts:
        objects = fact["key"] == "payoff"
        own.locator(f"[name=fact-{fact['key']}][value={'objects' if objects else 'accepts'}]").check()
        bank.locator(f"[name=fact-{fact['key']}][value=accepts]").check()
    own.locator("#comment-payoff").fill("里面的超限费我不认")
    press(own, "保存")
    press(bank, "保存")
    expect(bank.locator(".desk-facts")).to_contain_text("里面的超限费我不认")
    press(bank, "代表银行书面确认")
    own = cast.own("facts/")
    cast.look("phone", "facts")
    own.locator("[name=confirm]").click()
    expect(own.locator("main")).to_contain_text("双方已书面确认")
    page = cast.session("mediator", "desk/")
    expect(page.locator("[aria-labelledby=desk-facts]")).to_contain_text("双方已书面确认")


def explain_the_law_and_the_means(cast: Cast) -> None:
    """The passages about over-limit debts are before all at the table; the means before the mediator alone."""
    own = cast.own("means/")
    for name, value in (("income", "6000"), ("living", "3500"), ("housing", "1200"), ("dependants", "1")):
        own.locator(f"[name={name}]").fill(value)
    own.locator("[name=remark]").fill(REMARK)
    own.locator("main form button[type=submit]").click()
    expect(own.locator("main")).to_contain_text("1,300.00")
    cast.look("phone", "means")
    page = cast.session("mediator", "desk/")
    law = page.locator("[aria-labelledby=desk-law]")
    expect(law).to_contain_text("超限透支")
    expect(law).to_contain_text("银行卡纠纷司法解释第二条")
    expect(law).to_contain_text("商业银行信用卡业务监督管理办法第七十条")
    expect(page.locator("[aria-labelledby=desk-means]")).to_contain_text(REMARK)
    plans = page.locator(".desk-plans")
    plans.locator("[name=months]").nth(0).fill("2")
    plans.locator("[name=months]").nth(1).fill("12")
    page.locator("form:has(.desk-plans) button[type=submit]").click()
    expect(plans.locator(".pill-warn")).not_to_have_count(0)
    expect(plans.locator(".pill-ok")).not_to_have_count(0)
    cast.look("mediator", "desk")
    page = cast.session("bank", "desk/")
    expect(page.locator("[aria-labelledby=desk-law]")).to_contain_text("第七十条")
    assert REMARK not in page.content()
    assert page.locator("[aria-labelledby=desk-means]").count() == 0


def propose_blind(cast: Cast) -> None:
    """Neither side's proposal is on anybody else's screen before both are in; then both are before all three."""
    page = cast.session("mediator", "desk/")
    press(page, "开始征集方案")
    round_ = ProposalRound.objects.get()
    bank = cast.session("bank", "desk/")
    bank.locator("#id_total, [name=total]").first.fill("3650")
    bank.locator("[aria-labelledby=desk-round] [name=months]").fill("6")
    bank.locator("[aria-labelledby=desk-round] button[type=submit]").click()
    expect(bank.locator("[aria-labelledby=desk-round]")).to_contain_text("3,650.00")
    assert "3,650" not in cast.session("mediator", "desk/").content()
    own = cast.own("proposal/")
    assert "3,650" not in own.content()
    own.locator("[name=total]").fill("3900")
    own.locator("[name=months]").fill("3")
    own.locator("[name=reason]").fill(REASON)
    own.locator("main form button[type=submit]").click()
    expect(own.locator("main")).to_contain_text("3,650.00")
    cast.look("phone", "proposals")
    for who in ("mediator", "bank"):
        expect(cast.session(who, "desk/").locator("[aria-labelledby=desk-round]")).to_contain_text("3,900.00")
    round_.refresh_from_db()
    assert round_.state == "revealed"


def draft_the_agreement(cast: Cast) -> AgreementDraft:
    """Three instalments, and the bank corrects what it reported."""
    page = cast.session("mediator", "draft/")
    for name, text in (
        ("total", "3900"), ("count", "3"), ("first", "2026-12-10"), ("pay_to", "转账至尾号 4021 的信用卡账户"),
        ("facts", "持卡人对 2026 年 9 月的超限额透支有异议；本金无异议。"), ("duty_due_1", "2026-12-31"),
    ):  # fmt: skip
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=duty_1]").select_option("credit_correction")
    press(page, "计算分期")
    expect(page.locator("[name=line_amount]")).to_have_count(3)
    press(page, "生成该版本")
    expect(page.locator("form:has([name=name]) [name=password]")).to_have_count(1)
    cast.look("mediator", "agreement")
    return AgreementDraft.objects.get()


def sign(cast: Cast, draft: AgreementDraft) -> None:
    """Mediator, bank and seal sign; with the customer's hand, the last, collection stops on every open screen."""
    for who in ("mediator", "bank", "seal"):
        page = cast.page(who, "/mediation/seals/" if who == "seal" else f"/mediation/draft/{draft.pk}/")
        if who == "seal":
            page.get_by_role("link", name="陈晓梅").click()
        page.locator("[name=name]").fill(cast.staff[who].name)
        page.locator("form:has([name=name]) [name=password]").fill(PASSWORD)
        page.locator("form:has([name=name]) button[type=submit]").click()
        expect(page.locator("form:has([name=name]) [name=password]")).to_have_count(0)
    assert not Agreement.objects.exists()
    open_screens = []
    for who in ("collector", "service"):
        page = cast.page(who, f"/c/{cast.customer_no}/")
        page.wait_for_selector("#feed-state[data-feed-state=live], #feed-state[data-feed-state=slow]")
        assert "1,300.00" not in page.content()
        open_screens.append(page)
    phone = cast.own("agreement/")
    expect(phone.locator(".digest")).to_have_text(draft.sha256)
    phone.locator("[name=code]").click()
    expect(phone.locator("[name=typed]")).to_be_visible()
    way_in = OneTimeCode.objects.get().link.sessions.latest("id")
    phone.locator("[name=typed]").fill(code_of(way_in, clock.now()))
    phone.locator("[name=name]").fill(cast.debtor.customer.name)
    phone.locator("[name=sign]").click()
    expect(phone.locator(".notice").first).to_contain_text("已生效")
    cast.look("phone", "signed")
    for page in open_screens:
        expect(page.locator("main")).to_contain_text("1,300.00", timeout=LIVE_MS)
        expect(page.locator("#record-permit")).to_have_class(re.compile("permit-no"), timeout=LIVE_MS)
    assert Hold.objects.filter(kind="agreement_active", released_at__isnull=True).exists()
    # What was disputed is settled: the plan is what stands on the record.
    assert Customer.objects.get(customer_no=cast.customer_no).status == "plan_active"


def pay_the_first_instalment(cast: Cast) -> None:
    """On their page the customer reads the plan and pays what it asks for first; the record knows at once."""
    page = cast.page("phone", "/r/account/")
    expect(page.locator("main")).to_contain_text("1,300.00")
    cast.look("phone", "account")
    page.locator("form[action='/r/pay/'] button").first.click()
    page.wait_for_url("**/r/sandbox-gateway/**")
    page.locator("button[value=pay]").click()
    page.wait_for_selector(".tick")
    plan = Arrangement.objects.get()
    assert [line.paid_fen for line in plan.instalments.order_by("number")] == [130_000, 0, 0]
    assert plan.state == "performing"
    assert Account.objects.get().payoff_fen == 395_218 - 130_000


def nobody_else_reads_it(cast: Cast) -> None:
    """Collector and service see the plan and nothing of the talk; the mediator no record; the seal no desk."""
    session = Session.objects.get()
    assert MediationNote.objects.count() == 1
    for who in ("collector", "service"):
        visitor = cast.browsers[who]
        visitor.expect_refusal(403, 404)
        for path in (f"/c/{cast.customer_no}/", f"/mediation/record/{cast.customer_no}/",
                     f"/mediation/record/{cast.customer_no}/{cast.talks.pk}/"):  # fmt: skip
            said = cast.page(who, path).content()
            assert not [words for words in WALLED if words in said], (who, path)
        answer = visitor.open(f"/mediation/session/{session.pk}/desk/")
        assert answer is not None
        assert answer.status in {403, 404}
    for who, path in (("mediator", f"/c/{cast.customer_no}/"), ("seal", f"/mediation/session/{session.pk}/desk/")):
        cast.browsers[who].expect_refusal(403, 404)
        answer = cast.browsers[who].open(path)
        assert answer is not None
        assert answer.status in {403, 404}
    said = cast.session("bank").content()
    assert not [words for words in (REMARK, NOTE) if words in said]
