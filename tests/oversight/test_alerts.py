"""One list of what needs somebody."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from collections_app.domain.alerts import ALERT_KINDS
from collections_app.models import Alert, Staff
from collections_app.services import alerts
from oversight.views.alert_help import HELP
from tests import factories
from tests.browsing import Visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def no_n_plus_one() -> None:
    """Several visits in one test each read their own session."""


@pytest.fixture
def operations(db: None) -> Staff:
    return factories.make_staff("operations", scope="institution")


@pytest.fixture
def raised(db: None, now: datetime) -> Alert:
    alerts.raise_alert(kind="intake_failed", detail={"reason": "encoding", "line": 7}, now=now)
    return Alert.objects.get()


def test_every_kind_says_what_to_do() -> None:
    assert set(HELP) == set(ALERT_KINDS)


def test_an_alert_says_what_to_do(client: Client, operations: Staff, raised: Alert) -> None:
    client.force_login(operations)
    page = client.get("/oversight/alerts/").content.decode()
    assert "数据文件导入失败" in page
    assert "请到导入页面查看原因" in page
    assert "无法识别编码" in page


@pytest.mark.parametrize(
    ("kind", "detail", "words"),
    [
        ("sender_stopped", {"provider": "sandbox", "reason": "production"}, ["屏幕手机", "不得用于生产环境"]),
        ("payment_mismatch", {"reference": "P1", "verdict": "amount_differs"}, ["P1", "金额不符"]),
        ("mediation_unscheduled", {"mediation": 7, "tries": 2, "cause": "nobody_free"}, ["近期无人有空档"]),
    ],
)
def test_the_codes_of_an_alert_are_put_into_words(
    client: Client, operations: Staff, now: datetime, kind: str, detail: dict[str, object], words: list[str]
) -> None:
    alerts.raise_alert(kind=kind, detail=detail, now=now)
    client.force_login(operations)
    page = client.get("/oversight/alerts/").content.decode()
    for word in words:
        assert word in page
    for name in ("reason", "verdict", "cause"):
        assert f">{detail.get(name)}<" not in page


def test_operations_close_an_alert(client: Client, operations: Staff, raised: Alert) -> None:
    """It leaves the list; a second click is told that it is not open any more."""
    client.force_login(operations)
    first = client.post(f"/oversight/alerts/{raised.pk}/resolve/", follow=True)
    assert "告警已处理" in first.content.decode()
    raised.refresh_from_db()
    assert raised.resolved_by == operations
    again = client.post(f"/oversight/alerts/{raised.pk}/resolve/", follow=True)
    assert "没有需要处理的告警" in again.content.decode()


def test_who_may_not_close_sees_no_button(client: Client, raised: Alert) -> None:
    client.force_login(factories.make_staff("collector"))
    page = client.get("/oversight/alerts/").content.decode()
    assert "数据文件导入失败" in page
    assert "/resolve/" not in page
    assert client.post(f"/oversight/alerts/{raised.pk}/resolve/").status_code == 403


def test_another_branchs_alert_is_not_closed(client: Client, now: datetime) -> None:
    elsewhere = factories.make_branch("SH")
    alerts.raise_alert(kind="rules_missing", detail={}, now=now, branch=elsewhere)
    client.force_login(factories.make_staff("operations", scope="branch"))
    client.post(f"/oversight/alerts/{Alert.objects.get().pk}/resolve/")
    assert Alert.objects.get().resolved_at is None


def test_getting_the_address_closes_nothing(client: Client, operations: Staff, raised: Alert) -> None:
    client.force_login(operations)
    assert client.get(f"/oversight/alerts/{raised.pk}/resolve/").status_code == 405


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_alerts_in_a_browser(operations: Staff, raised: Alert, visit: Callable[..., Visitor]) -> None:
    visitor = visit(width=390)
    visitor.sign_in(operations)
    visitor.open("/oversight/alerts/")
    visitor.check_accessibility()
    visitor.check_widths()
    visitor.screenshot("alerts")
    visitor.page.get_by_role("button", name="已处理").click()
    visitor.page.get_by_text("没有需要处理的告警").wait_for()
