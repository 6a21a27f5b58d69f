"""The customer's page when there is more than one thing to say: several accounts, many instalments."""

from datetime import timedelta

import pytest
from django.db import transaction

from collections_app.services import derivation, plans, records
from repayment.models import Payment
from tests import factories
from tests.conftest import NOW
from tests.repayment.conftest import make_debtor
from tests.repayment.test_browser import TODAY, come_in, look

pytestmark = pytest.mark.browser


def test_other_overdue_accounts_are_named_and_each_can_be_paid(visit):
    """The page speaks of the largest first, says how many more are overdue, and each card leads to its own payment."""
    customer, card = make_debtor()
    other = factories.make_account(customer, product="loan", core_overdue_fen=100_000)
    with transaction.atomic():
        derivation.derive(customer=records.lock(customer_id=customer.pk, now=NOW), now=NOW)
    visitor = visit(width=390)
    come_in(visitor, customer)
    assert "另有 1 个账户逾期" in visitor.page.locator("main").inner_text()
    cards = visitor.page.locator("section.card")
    assert cards.filter(has_text=card.tail).get_by_role("link", name="还款").count() == 0
    cards.filter(has_text=other.tail).get_by_role("link", name="还款").click()
    visitor.page.locator("input[name=purpose][value=other]").check()
    visitor.page.locator("#id_other").fill("12.34")
    visitor.page.locator("main .button").click()
    visitor.page.wait_for_url("**/r/sandbox-gateway/**")
    assert Payment.objects.get().account_id == other.pk


def test_a_long_plan_names_its_next_part_and_how_many_more(visit):
    """Six instalments are not six sentences; the list is one click away."""
    customer, card = make_debtor()
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=NOW)
        plans.agree_within(
            customer=locked,
            account=card,
            source="mediation",
            source_reference="M1",
            instalments=[(TODAY + timedelta(days=5 + 30 * number), 65_000) for number in range(6)],
            grace_days=3,
            actor=records.SYSTEM,
            now=NOW,
        )
        derivation.derive(customer=locked, now=NOW)
    visitor = visit(width=390)
    come_in(visitor, customer)
    assert "之后还有 5 期：下一期 650.00 元" in visitor.page.locator("main").inner_text()
    look(visitor, "plan-long-zh")
    visitor.page.get_by_role("link", name="查看全部约定").click()
    assert visitor.page.locator("#agreed + table tbody tr").count() == 6


def test_sums_of_eight_digits_fit_a_small_telephone_in_large_type(visit):
    """A plan with its weekdays and great sums stays within the page."""
    customer, card = make_debtor(account={"core_payoff_fen": 9_999_999_999, "core_overdue_fen": 9_876_543_210})
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=NOW)
        plan = plans.agree_within(
            customer=locked,
            account=card,
            source="mediation",
            source_reference="M1",
            instalments=[(TODAY + timedelta(days=5 + 30 * number), 3_333_333_333) for number in range(3)],
            grace_days=3,
            actor=records.SYSTEM,
            now=NOW,
        )
        derivation.derive(customer=locked, now=NOW)
    visitor = visit(width=360)
    come_in(visitor, customer)
    visitor.page.locator("button[value=large]").click()
    for path in (f"/r/agreed/{plan.pk}/", f"/r/account/{card.pk}/"):
        visitor.open(path)
        wide = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"
