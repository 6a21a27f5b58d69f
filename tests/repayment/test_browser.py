"""The customer's page on a phone and on a desk, in both languages, with and without scripts."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from collections_app.domain.promises import Part
from collections_app.models import Entry, Instalment
from collections_app.services import derivation, plans, promises, records
from repayment.models import GatewayNotice, Payment
from tests import factories
from tests.conftest import NOW
from tests.repayment.conftest import make_debtor, mint

pytestmark = pytest.mark.browser
TODAY = NOW.date()
LONGEST_BYTES = 100_000


def cast(**account):
    """A debtor with an adviser and a promise in two parts, the first of them today."""
    adviser = factories.make_staff("collector", display_name="李强", display_name_en="Li Qiang")
    colleague = factories.make_staff("service_agent", display_name="王敏", display_name_en="Wang Min")
    customer, card = make_debtor(adviser=adviser, account=account)
    promises.take(
        customer_id=customer.pk,
        account_id=card.pk,
        parts=[Part(TODAY, 200_000), Part(TODAY + timedelta(days=5), 191_300)],
        actor=records.Actor.of(colleague),
        seen_version=None,
        now=NOW - timedelta(minutes=28),
    )
    return customer, card


def come_in(visitor, customer):
    """Follow the link, click on, prove it."""
    visitor.open(f"/r/{mint(customer, NOW).token}/")
    visitor.page.locator("main .button").click()
    visitor.page.locator("#id_id_tail").fill(customer.id_number[-4:])
    visitor.page.locator("main .button").click()
    visitor.page.wait_for_url("**/r/account/")


# What may stand in the other language: names of people, and each language's own name for itself.
NAMES = ("陈晓梅", "李强", "王敏", "简体中文", "English", "Cookie", "sandbox")
STRAY = """([pattern, names]) => {
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const place = walk.currentNode.parentElement;
    if (place.closest('script, style, noscript') || place.closest('[lang]') !== document.documentElement) continue;
    const text = names.reduce((left, name) => left.replaceAll(name, ''), walk.currentNode.textContent);
    if (new RegExp(pattern).test(text)) found.push(text.trim());
  }
  return found;
}"""


def look(visitor, name):
    """Keep a picture, and hold the page to axe, to its width, to one heading and to one language.

    axe judges what a page is made of, on the telephone in Chinese; its twin is made of the same. What a wide window has
    of its own tests/house/test_every_page_browser.py holds to axe.
    """
    visitor.page.wait_for_load_state()
    visitor.page.locator("h1").first.wait_for(state="attached")
    visitor.screenshot(f"repayment-{name}")
    language = visitor.page.evaluate("document.documentElement.lang")
    stray = visitor.page.evaluate(STRAY, ["[a-z]{4,}" if language.startswith("zh") else "[\u3400-\u9fff]", NAMES])
    assert not stray, f"{name}: not in {language}: {stray}"
    assert visitor.page.locator("h1").count() == 1, f"{name} has no one heading"
    if visitor.width == 390 and language.startswith("zh"):
        visitor.check_accessibility()
    wide = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{name} is {wide} px too wide"


@pytest.mark.parametrize(("width", "language"), [(390, "zh-CN"), (390, "en-GB")])
def test_a_customer_settles_it_alone(visit, width, language):
    """From the link to the receipt: neutral landing, proof, what was agreed, cashier, received by itself."""
    customer, _ = cast()
    visitor = visit(width=width, language=language)
    short = language[:2]
    visitor.open(f"/r/{mint(customer, NOW).token}/")
    look(visitor, f"landing-{short}")
    visitor.page.locator("main .button").click()
    look(visitor, f"proof-{short}")
    visitor.page.locator("#id_id_tail").fill("0011")
    visitor.page.locator("main .button").click()
    visitor.page.wait_for_url("**/r/account/")
    look(visitor, f"account-{short}")
    visitor.page.locator("form[action='/r/pay/'] button").click()
    visitor.page.wait_for_url("**/r/sandbox-gateway/**")
    look(visitor, f"cashier-{short}")
    visitor.page.locator("#repeats").select_option("3")
    visitor.page.locator("button[value=pay]").click()
    visitor.page.wait_for_selector(".tick")
    look(visitor, f"received-{short}")
    visitor.page.locator("main a.button").click()
    look(visitor, f"after-{short}")
    assert Payment.objects.get().state == "received"
    assert Entry.objects.filter(state="received").count() == 1
    visitor.page.wait_for_timeout(300)
    assert set(GatewayNotice.objects.values_list("verdict", flat=True)) == {"accepted", "repeated"}


def test_everything_works_without_scripts(visit):
    """Scripts off: the same way, and the page under way looks again by itself."""
    customer, _ = cast()
    visitor = visit(width=390, scripts=False)
    come_in(visitor, customer)
    visitor.page.locator("form[action='/r/pay/'] button").click()
    visitor.page.wait_for_url("**/r/sandbox-gateway/**")
    visitor.open("/r/account/")
    visitor.page.locator("main .button").first.click()
    assert visitor.page.locator("noscript meta, meta[http-equiv=refresh]").count()
    visitor.screenshot("repayment-under-way-zh")
    visitor.page.locator("form[action$='/resume/'] button").click()
    visitor.page.locator("button[value=pay]").click()
    visitor.page.wait_for_selector(".tick")


def test_the_account_page_is_light(visit):
    """A first visit without anything cached: page, style and all else together stay far below 100 kB."""
    customer, _ = cast()
    known = visit(width=390)
    come_in(known, customer)
    first = visit(width=390)
    first.context.add_cookies(known.context.cookies())
    sizes = {}
    first.page.on("response", lambda response: sizes.update({response.url: _size(response)}))
    first.open("/r/account/")
    first.page.wait_for_load_state("networkidle")
    assert any(url.endswith(".css") for url in sizes)
    assert 5_000 < sum(sizes.values()) < LONGEST_BYTES, sizes


def _size(response):
    """Bytes of a response as they came over the wire: its head and its body."""
    return sum(len(name) + len(value) + 4 for name, value in response.all_headers().items()) + len(response.body())


@pytest.mark.parametrize(("width", "language"), [(390, "zh-CN"), (390, "en-GB")])
def test_long_names_great_sums_and_many_accounts_fit(visit, width, language):
    """Nobody's page breaks: the longest name, eight digits before the point, six accounts, large type."""
    long_name = (
        "阿卜杜热西提·阿卜杜克热木江·买买提依明"
        if language == "zh-CN"
        else "Bartholomew Featherstonehaugh-Cholmondeley"
    )
    customer, card = make_debtor(
        name=long_name,
        account={
            "core_overdue_fen": 9_876_543_210,
            "core_minimum_due_fen": 9_876_543_210,
            "core_billed_fen": 9_876_543_210,
            "core_payoff_fen": 9_999_999_999,
        },
    )
    for number in range(5):
        factories.make_account(customer, product="loan" if number % 2 else "card", core_overdue_fen=12_345_678_00)
    with transaction.atomic():
        derivation.derive(customer=records.lock(customer_id=customer.pk, now=NOW), now=NOW)
    short = language[:2]
    visitor = visit(width=width, language=language)
    come_in(visitor, customer)
    look(visitor, f"great-{short}")
    visitor.open(f"/r/account/{card.pk}/")
    look(visitor, f"great-details-{short}")
    visitor.open("/r/account/")
    visitor.page.locator("button[value=large]").click()
    look(visitor, f"great-large-{short}")
    lines = "element => Math.round(element.offsetHeight / parseFloat(getComputedStyle(element).lineHeight))"
    assert visitor.page.locator("h1 .amount").evaluate(lines) == 1
    assert visitor.page.locator(".card .row span").first.evaluate(lines) <= 2
    visitor.open(f"/r/account/{card.pk}/pay/")
    look(visitor, f"great-amount-{short}")


def test_an_agreement_on_another_account_stands_on_its_card(visit):
    """Two promises: the first due is the headline, the other is named on its own card."""
    customer, card = cast()
    other = factories.make_account(customer, core_overdue_fen=500_000, core_payoff_fen=510_000)
    with transaction.atomic():
        derivation.derive(customer=records.lock(customer_id=customer.pk, now=NOW), now=NOW)
    promises.take(
        customer_id=customer.pk,
        account_id=other.pk,
        parts=[Part(TODAY + timedelta(days=3), 500_000)],
        actor=records.Actor.of(factories.make_staff("collector")),
        seen_version=None,
        now=NOW,
    )
    visitor = visit(width=390)
    come_in(visitor, customer)
    look(visitor, "two-promises-zh")
    cards = visitor.page.locator("section.card")
    assert "已约定：11月23日（周一）24:00 前还 5,000.00 元" in cards.filter(has_text=other.tail).inner_text()
    assert "已约定" not in cards.filter(has_text=card.tail).inner_text()


@pytest.mark.parametrize(("width", "language"), [(390, "zh-CN"), (1440, "en-GB")])
def test_every_way_of_being_refused_is_fit_to_be_seen(visit, width, language):
    """A damaged address, a locked link, a session ended by another device, no cookies; and nothing due."""
    customer, _ = make_debtor(
        account={"core_overdue_fen": 0, "core_minimum_due_fen": 0, "core_billed_fen": 0, "core_payoff_fen": 0}
    )
    short = language[:2]
    visitor = visit(width=width, language=language)
    visitor.expect_refusal(400, 403, 404)
    visitor.open("/r/cut-short/")
    look(visitor, f"not-found-{short}")
    come_in(visitor, customer)
    look(visitor, f"nothing-due-{short}")
    visitor.open("/r/")
    look(visitor, f"in-already-{short}")
    another = visit(width=width, language=language)
    another.expect_refusal(403)
    come_in(another, customer)
    visitor.open("/r/account/")
    look(visitor, f"session-over-{short}")
    visitor.open(f"/r/{mint(customer, NOW).token}/")
    visitor.page.locator("main .button").click()
    for _ in range(5):
        visitor.page.locator("#id_id_tail").fill("9999")
        visitor.page.locator("main .button").click()
    look(visitor, f"wrong-proof-{short}")
    visitor.page.locator("#id_id_tail").fill(customer.id_number[-4:])
    visitor.page.locator("main .button").click()
    assert not visitor.page.url.endswith("/r/account/")
    visitor.open("/r/")
    visitor.context.clear_cookies()
    visitor.page.locator("#id_code").fill("K7QP-3M9D")
    visitor.page.locator("main .button").click()
    look(visitor, f"no-cookies-{short}")


@pytest.mark.parametrize(("width", "language"), [(390, "zh-CN"), (1440, "en-GB")])
# Long because it walks every state of the page once.
def test_every_state_and_form_is_fit_to_be_seen(visit, width, language):
    """Details, amounts, forms empty and wrong, refusals, cancelled, failed, large type."""
    customer, card = cast()
    loan = factories.make_account(
        customer,
        product="loan",
        core_overdue_fen=0,
        core_minimum_due_fen=0,
        core_billed_fen=0,
        core_payoff_fen=123_456_789,
        overdue_since=None,
        due_on=TODAY + timedelta(days=12),
    )
    Instalment.objects.bulk_create(
        Instalment(
            account=loan,
            customer=customer,
            number=number,
            due_on=date(2026, 8, 2) + timedelta(days=30 * number),
            principal_fen=1_000_000 + number,
            interest_fen=50_000,
            paid_fen=(1_050_000 + number) if number < 4 else 0,
        )
        for number in range(1, 8)
    )
    with transaction.atomic():
        derivation.derive(customer=records.lock(customer_id=customer.pk, now=NOW), now=NOW)
    short = language[:2]
    visitor = visit(width=width, language=language)
    visitor.expect_refusal(400, 403, 409)
    visitor.open("/r/")
    look(visitor, f"code-{short}")
    visitor.page.locator("#id_code").fill("K7QP-3M9D")
    visitor.page.locator("main .button").click()
    look(visitor, f"refused-{short}")
    visitor.open("/r/advice/")
    look(visitor, f"advice-{short}")
    come_in(visitor, customer)
    look(visitor, f"two-accounts-{short}")
    for path, name in [
        (f"account/{card.pk}/", "card"),
        (f"account/{loan.pk}/", "loan"),
        (f"account/{card.pk}/pay/", "amount"),
        ("paid/", "claim"),
        ("promise/", "promise"),
        ("plan/", "plan"),
        ("dispute/", "dispute"),
        ("wrong-person/", "wrong-person"),
        ("complaint/", "complaint"),
        ("preferences/", "preferences"),
    ]:
        visitor.open(f"/r/{path}")
        look(visitor, f"{name}-{short}")
    visitor.open("/r/dispute/")
    visitor.page.locator("main .button").click()
    look(visitor, f"wrong-form-{short}")
    _cancel_and_fail(visitor, short)
    visitor.page.locator("button[value=large]").click()
    look(visitor, f"large-{short}")
    visitor.page.locator("form[action='/r/sign-out/'] button").click()
    look(visitor, f"signed-out-{short}")


def _cancel_and_fail(visitor, short):
    for button, name in (("cancel", "cancelled"), ("refuse", "failed")):
        visitor.open("/r/account/")
        visitor.page.locator("form[action='/r/pay/'] button").click()
        visitor.page.locator(f"button[value={button}]").click()
        visitor.page.wait_for_selector("[data-state-url]", state="detached")
        look(visitor, f"{name}-{short}")
    visitor.open("/r/account/")


def test_a_plan_late_within_grace_says_how_to_keep_it(visit):
    """The missed instalment first, and until when the plan can be kept."""
    customer, card = make_debtor()
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=NOW)
        plans.agree_within(
            customer=locked,
            account=card,
            source="mediation",
            source_reference="M1",
            instalments=[(TODAY - timedelta(days=2), 100_000), (TODAY + timedelta(days=28), 291_300)],
            grace_days=5,
            actor=records.SYSTEM,
            now=NOW - timedelta(days=9),
        )
        derivation.derive(customer=locked, now=NOW)
    visitor = visit(width=390)
    come_in(visitor, customer)
    assert "11月23日" in visitor.page.inner_text("body")
    look(visitor, "plan-late-zh")
    visitor.open(f"/r/account/{card.pk}/")
    look(visitor, "plan-details-zh")


def test_overdue_without_agreement_and_old_data(visit):
    """The plain case, with last night's file missing."""
    customer, _ = make_debtor(account={"data_as_of": TODAY - timedelta(days=4)})
    visitor = visit(width=390)
    come_in(visitor, customer)
    assert "11月16日" in visitor.page.get_by_role("status").first.inner_text()
    look(visitor, "overdue-stale-zh")
