"""The pages of experiments and of a customer's word are whole in a real browser, at both widths."""

from datetime import date, time, timedelta
from typing import Any

import pytest
import zeal

from collections_app.models import Instalment, Staff, Transaction
from collections_app.services.records import Actor
from notifications.models import Experiment, Message, Snapshot, Template
from notifications.services import planning
from notifications.services.targeting import experiments, features
from tests import factories, seeds
from tests.conftest import NOW

pytestmark = pytest.mark.browser


def _share(value: float) -> dict[str, Any]:
    return {"value": value, "low": value - 0.012, "high": value + 0.013, "rows": 4312, "effective": 902.4}


@pytest.fixture
def experiment(transactional_db: None) -> Experiment:
    """One that runs, with a report and a message chosen for."""
    with zeal.zeal_ignore():
        seeds.rule_packs(now=NOW)
        seeds.texts(now=NOW)
        body = Template.objects.get(kind="card_due", variant="explicit", language="zh-hans").body
        Template.objects.create(
            kind="card_due", variant="explicit", language="zh-hans", wording="warm", version=9, body=body,
            active=True, created_at=NOW, approved_at=NOW,
        )  # fmt: skip
        due = date(2026, 12, 1)
        customer, account = factories.make_debtor(
            salary_day=23, account={"core_overdue_fen": 0, "overdue_since": None, "due_on": due - timedelta(days=8)}
        )
        Instalment.objects.create(
            account=account, customer=customer, number=1, due_on=due, principal_fen=2_000_000, interest_fen=1
        )
        for days in (10, 20, 30):
            Transaction.objects.create(
                account=account, customer=customer, on=NOW.date() - timedelta(days=days), kind="payment",
                channel="app", amount_fen=100,
            )  # fmt: skip
        written = experiments.write(
            name="账单提醒：傍晚与亲切措辞", kind="card_due", wordings=["", "warm"], hours=[time(16), time(18)],
            algorithm="linucb", exploration=0.1, actor=Actor.of(factories.make_staff("operations")), now=NOW,
        )  # fmt: skip
        experiments.start_within(experiment=written, by=factories.make_staff("compliance"), now=NOW)
        features.compute(on=NOW.date(), now=NOW)
        planning.plan(on=NOW.date(), now=NOW)
    roles = (("script", "fixed", 0.27), ("greedy", "greedy", 0.3), ("challenger", "linucb", 0.32))
    policies = [
        {"role": role, "algorithm": algorithm, "version": 1, "share": 20, "measured": _share(value),
         "snipw": _share(value), "robust": _share(value)}
        for role, algorithm, value in (*roles, ("champion", "fixed", 0.28))
    ]  # fmt: skip
    groups = [
        {"by": "product", "group": "card", "champion": _share(0.3), "script": _share(0.29), "worse": False},
        {"by": "product", "group": "loan", "champion": _share(0.2), "script": _share(0.29), "worse": True},
    ]
    report = {"rows": 4312, "unproven": "", "gain": _share(0.04), "policies": policies, "groups": groups}
    Snapshot.objects.create(
        experiment=written, version=1, learnt_at=NOW, rows=4312, model={"numbers": []}, report=report
    )
    return written


def test_the_pages_of_targeting_are_whole(visit: Any, experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing runs over the edge, and axe finds nothing serious."""
    monkeypatch.setattr(Staff, "may", lambda self, action: True)
    visitor = visit(width=390, language="en")
    visitor.sign_in(factories.make_staff("collector"))
    message = Message.objects.get()
    for name, address in (
        ("list", "/notifications/experiments/"),
        ("one", f"/notifications/experiments/{experiment.pk}/"),
        ("customer", f"/notifications/personalisation/{message.customer.customer_no}/"),
        ("message", f"/notifications/outbox/{message.pk}/"),
    ):
        visitor.open(address)
        visitor.check_widths()
        visitor.screenshot(f"targeting-{name}-en")
        visitor.check_accessibility()
