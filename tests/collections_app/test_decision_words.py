"""Every check of a decision reads as a sentence in either language, for people and for machines."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation

from collections_app.domain.permits.decision import CHECKS
from collections_app.models import Customer, Staff
from collections_app.services import contacts, decision_words
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.conftest import Debtor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


def test_a_refusal_says_by_which_rule_and_that_counsel_has_not_verified_it(
    debtor: Debtor, collector: Staff, now: datetime
) -> None:
    night = now.replace(hour=23)
    decision = contacts.preview(
        customer=debtor.customer,
        channel="voice",
        purpose="collection",
        contact_point=debtor.customer.contact_points.get(),
        actor=Actor.of(collector),
        now=night,
    ).as_json()
    with translation.override("en"):
        hours = next(why for why in decision_words.explain(decision["considered"]) if why.check == "quiet_hours")
        data = next(why for why in decision_words.explain(decision["considered"]) if why.check == "data")
    assert hours.outcome == "refused"
    assert hours.sentence.startswith("Quiet hours at the customer's place (22:00 to 08:00)")
    assert hours.rule == "CN CN-H1 v1 · industry rule · not verified by counsel"
    assert "there it is 23:00:00" in hours.inputs
    assert "data of 2026-11-19" in data.inputs
    assert "not verified" not in data.rule
    with translation.override("zh-hans"):
        assert decision_words.explain(decision["considered"])[0].name == "机构是否启用"


def test_a_machine_gets_the_decision_and_its_words_in_both_languages(
    debtor: Debtor, now: datetime, client: Client
) -> None:
    """The same checks in the same order; nothing is reserved."""
    client.force_login(factories.make_staff("supervisor", branch=debtor.customer.branch))
    point = debtor.customer.contact_points.get()
    address = f"/api/records/{debtor.customer.customer_no}/permit/"
    answer = client.get(address, {"channel": "voice", "purpose": "collection", "contact_point": point.id})
    assert answer.status_code == 200, answer.content
    decision = answer.json()
    assert decision["allowed"] is True
    checks = [item["check"] for item in decision["considered"]]
    assert len(set(checks)) > len(CHECKS) / 2
    for words in (decision["words"]["zh"], decision["words"]["en"]):
        assert [line["check"] for line in words] == checks
        assert all(line["name"] and line["text"] for line in words)
    assert not Customer.objects.get(pk=debtor.customer.pk).contacts.exists()
    assert client.get(address, {"channel": "pigeon"}).status_code == 400
    assert client.get(address, {"contact_point": point.id + 1}).status_code == 400
