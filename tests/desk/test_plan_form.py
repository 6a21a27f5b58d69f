"""The calculator on the form of a plan: the schedule and its cost first, and the record shows what was agreed."""

from datetime import datetime

import pytest
from django.test import Client

from collections_app.models import Arrangement, Customer
from collections_app.services import authorities
from tests import factories
from tests.desk.scenes import address


@pytest.fixture
def negotiating(client: Client, record: Customer) -> Client:
    """A browser of somebody who may agree plans."""
    authorities.load()
    client.force_login(factories.make_staff("supervisor", branch=record.branch))
    return client


def typed(record: Customer, **values: str) -> dict[str, str]:
    plain = {
        "seen_version": "1", "account": str(record.stage_account_id), "number": "12", "total": "3900.00",
        "first_on": "2026-12-20", "kind": "personal_plan", "method": "equal_instalment", "annual_percent": "18",
        "conditions": "beyond_ability", "grace_days": "3", "written": "on", "reason": "收入下降",
    }  # fmt: skip
    return plain | values


def test_a_preview_writes_nothing_and_needs_no_reason(negotiating: Client, record: Customer, now: datetime) -> None:
    """Every line, the interest and its annual cost; what makes no schedule is told beside the form."""
    url = address("plan", record)
    page = negotiating.post(url, typed(record, preview="1", reason=""))
    assert page.status_code == 200
    shown = page.content.decode()
    for words in ("357.55", "58.50", "19.56"):
        assert words in shown, words
    impossible = negotiating.post(url, typed(record, preview="1", method="step_up"))
    assert impossible.status_code == 422
    assert not Arrangement.objects.exists()


def test_what_was_agreed_stands_on_the_record_with_its_cost(
    negotiating: Client, record: Customer, now: datetime
) -> None:
    """One condition of Art. 70 is not enough; with both it is in force, and a colleague may annul it."""
    url = address("plan", record)
    assert negotiating.post(url, typed(record)).status_code == 422
    both = {"conditions": ["beyond_ability", "willing"]}
    assert negotiating.post(url, typed(record) | both).status_code == 303
    plan = Arrangement.objects.get()
    assert (plan.method, str(plan.annual_percent), str(plan.cost_percent)) == ("equal_instalment", "18.000", "19.56")
    shown = negotiating.get(f"/c/{record.customer_no}/").content.decode()
    assert "个性化分期" in shown
    assert "19.56" in shown
    record.refresh_from_db()
    form = {"seen_version": str(record.version), "reason": "登记有误"}
    assert negotiating.post(address("plan_annul", record, plan.id), form).status_code == 403
    negotiating.force_login(factories.make_staff("supervisor", branch=record.branch))
    assert negotiating.post(address("plan_annul", record, plan.id), form).status_code == 303
    plan.refresh_from_db()
    assert plan.state == "annulled"
