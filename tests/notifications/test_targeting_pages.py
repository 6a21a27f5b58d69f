"""The pages of experiments and of a customer's word, and what stands on the page of a message."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from collections_app.models import Approval
from notifications.models import Choice, Experiment, Message, PersonalisationObjection, Snapshot
from notifications.services import planning
from notifications.services.targeting import experiments, features
from tests import factories

pytestmark = pytest.mark.django_db
FORM = {
    "name": "下午",
    "kind": "card_due",
    "wordings": ["-"],
    "hours": ["16:00"],
    "algorithm": "linucb",
    "percent": "10",
}


def test_an_experiment_is_written_asked_for_and_stopped(client: Client, bank: None, now: datetime) -> None:
    """Each by one form; what is wrong is said on it, and a collector finds no such page."""
    client.force_login(factories.make_staff("operations", scope="institution"))
    assert "没有试验" in client.get("/notifications/experiments/").content.decode()
    wrong = client.post("/notifications/experiments/", {**FORM, "hours": ["09:00"], "kind": "none"})
    assert wrong.status_code == 422
    written = client.post("/notifications/experiments/", FORM)
    page = written["Location"]
    assert "下午" in client.get(page).content.decode()
    assert client.post(page, {"act": "start", "reason": " "}).status_code == 422
    assert client.post(page, {"act": "start", "reason": "试一试"})["Location"].endswith("/approvals/")
    assert Approval.objects.get().kind == "experiment_start"
    assert client.post(page, {"act": "none"}).status_code == 404
    assert client.post(page, {"act": "champion", "reason": "x"}).status_code == 422
    client.post(page, {"act": "stop"})
    assert Experiment.objects.get().state == "stopped"
    client.force_login(factories.make_staff("supervisor", scope="institution"))
    assert client.post(page, {"act": "stop"}).status_code == 403
    client.force_login(factories.make_staff("collector"))
    assert client.get(page).status_code == 403
    assert client.get("/notifications/experiments/").status_code == 403


def test_a_report_is_read_in_both_languages(client: Client, bank: None, now: datetime) -> None:
    """Champion and challenger, the gain, and the groups that fare worse."""
    staff = factories.make_staff("operations", scope="institution")
    client.force_login(staff)
    client.post("/notifications/experiments/", FORM)
    experiment = Experiment.objects.get()
    experiments.start_within(experiment=experiment, by=factories.make_staff("compliance"), now=now)
    share = {"value": 0.312, "low": 0.3, "high": 0.325, "rows": 4000, "effective": 900.4}
    policy = {"role": "challenger", "algorithm": "linucb", "version": 1, "share": 20, "measured": None}
    Snapshot.objects.create(
        experiment=experiment, version=1, learnt_at=now, rows=4000, model={},
        report={
            "rows": 4000, "unproven": "", "gain": share, "policies": [{**policy, "snipw": share, "robust": share}],
            "groups": [
                {"by": "product", "group": "loan", "champion": share, "script": share, "worse": True},
                {"by": "branch", "group": "BJ", "champion": None, "script": share, "worse": False},
            ],
        },
    )  # fmt: skip
    for language, words in (("zh-hans", ("挑战者", "冠军下更差", "确实更优")), ("en", ("Challenger", "surely better"))):
        with override(language):
            client.cookies["django_language"] = language
            text = client.get(f"/notifications/experiments/{experiment.pk}/").content.decode()
        assert "31.2% (30.0 – 32.5)" in text
        assert all(word in text for word in words)


def test_a_customers_word_is_taken_once_by_staff(client: Client, make_due: Callable[..., Any], now: datetime) -> None:
    """The page shows each feature with its source, and nothing once the customer objects."""
    customer, _account = make_due(salary_day=10)
    features.compute(on=factories.TODAY, now=now)
    client.force_login(factories.make_staff("collector"))
    page = f"/notifications/personalisation/{customer.customer_no}/"
    text = client.get(page).content.decode()
    assert "发薪日" in text
    assert "核心系统客户资料" in text
    form = {"wanted": "no", "form_key": "a-key-of-the-form-0001"}
    for _sent in range(2):
        assert client.post(page, form)["Location"] == page
    assert PersonalisationObjection.objects.get().by is not None
    assert "已全部删除" in client.get(page).content.decode()
    assert client.post(page, {"wanted": "x"}).status_code == 422


def test_a_message_says_why_it_goes_as_it_does(client: Client, make_due: Callable[..., Any], now: datetime) -> None:
    """Every way looked at with its reason, the probability, and who decided."""
    staff = factories.make_staff("operations", scope="institution")
    client.force_login(staff)
    make_due()
    client.post("/notifications/experiments/", {**FORM, "hours": ["16:00", "08:00"]})
    experiments.start_within(experiment=Experiment.objects.get(), by=factories.make_staff("compliance"), now=now)
    features.compute(on=factories.TODAY, now=now)
    planning.plan(on=factories.TODAY, now=now)
    assert Choice.objects.count() == 1
    client.force_login(factories.make_staff("collector"))
    text = client.get(f"/notifications/outbox/{Message.objects.get().pk}/").content.decode()
    assert "为何用此措辞和时段" in text
    assert "该时段已过" in text
    assert "手机还款占比" in text
