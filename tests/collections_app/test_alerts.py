"""Alerts: one per cause and place, until it is resolved."""

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from collections_app.domain.alerts import ALERT_KINDS
from collections_app.models import Alert, IntakeBatch, Staff
from collections_app.selectors.alerts import open_alerts
from collections_app.services import alerts
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import Actor
from tests import factories


def test_every_kind_that_is_raised_has_a_name() -> None:
    """On every floor: nobody reads a bare code in the list of alerts."""
    floors = Path(alerts.__file__).parents[2].glob("*/services/*.py")
    said = {kind for path in floors for kind in re.findall(r'(?:kind=|ALERT = )"(\w+)"', _alerts_of(path))}
    assert {"intake_missing", "sender_stopped"} <= said <= set(ALERT_KINDS)


def _alerts_of(path: Path) -> str:
    """Return what of a module speaks of alerts: the calls, and the constants they use."""
    text = path.read_text(encoding="utf-8")
    if "raise_alert(" not in text:
        return ""
    calls = re.findall(r"raise_alert\(\s*kind=\S+", text)
    return "\n".join([*calls, *re.findall(r"^ALERT = .*$", text, re.MULTILINE)])


@pytest.mark.django_db
def test_an_alert_that_recurs_is_one_alert(now: datetime) -> None:
    """It keeps when it was first raised and takes the newest detail; once cleared it may be raised again."""
    later = now + timedelta(hours=1)
    alerts.raise_alert(kind="intake_failed", detail={"line": 1}, now=now)
    alerts.raise_alert(kind="intake_failed", detail={"line": 2}, now=later)
    alert = Alert.objects.get()
    assert (alert.raised_at, alert.last_seen_at, alert.detail) == (now, later, {"line": 2})
    assert alerts.clear(kind="intake_failed", now=later) == 1
    assert alerts.clear(kind="intake_failed", now=later) == 0
    alerts.raise_alert(kind="intake_failed", detail={}, now=later)
    assert Alert.objects.count() == 2


def test_people_see_the_alerts_of_the_bank_and_of_their_branch(collector: Staff, agent: Staff, now: datetime) -> None:
    """The institution's people see all, people without customers none, but for who settles what is wrong."""
    elsewhere = factories.make_branch("SH")
    alerts.raise_alert(kind="sender_stopped", detail={}, now=now)
    alerts.raise_alert(kind="rules_missing", detail={}, now=now, branch=elsewhere)
    alerts.raise_alert(kind="rules_missing", detail={}, now=now, branch=collector.branch)
    assert [alert.branch_id for alert in open_alerts(collector)] == [collector.branch_id, None]
    assert open_alerts(agent).count() == 3
    assert open_alerts(factories.make_staff("mediator", scope="none")).count() == 0
    administrator = factories.make_staff("administrator", scope="none", branch=elsewhere)
    assert open_alerts(administrator).count() == 3
    client = Client()
    client.force_login(administrator)
    page = client.get(reverse("oversight:alerts")).content.decode()
    assert f'href="{reverse("oversight:alerts")}"' in page, "it stands in the navigation, with its number"
    assert "短信通道中断" in page


@pytest.mark.django_db
def test_a_file_that_does_not_arrive_is_told_until_it_does(now: datetime) -> None:
    """From 07:30 on; the day before yesterday's is too old."""
    file = IntakeBatch.objects.create(file_name="f", sha256="0", as_of=date(2026, 11, 18), state="done", started_at=now)
    assert not alerts.watch_data_age(now=now)
    assert open_alert_details() == [{"as_of": "2026-11-18", "oldest": "2026-11-19"}]
    IntakeBatch.objects.filter(id=file.id).update(as_of=date(2026, 11, 19))
    assert alerts.watch_data_age(now=now)
    assert open_alert_details() == []


def open_alert_details() -> list[dict[str, str]]:
    return list(Alert.objects.filter(resolved_at__isnull=True).values_list("detail", flat=True))


@pytest.mark.django_db(transaction=True)
def test_only_those_who_may_resolve_an_alert_do_and_once(now: datetime) -> None:
    """A collector may not; operations may, and a second time there is nothing to resolve."""
    alerts.raise_alert(kind="sender_stopped", detail={}, now=now)
    alert = Alert.objects.get()
    with pytest.raises(NotAllowedError):
        alerts.resolve(alert_id=alert.id, actor=Actor.of(factories.make_staff("collector")), now=now)
    operator = factories.make_staff("operations")
    assert alerts.resolve(alert_id=alert.id, actor=Actor.of(operator), now=now).resolved_by == operator
    with pytest.raises(RefusedError, match="no_such_alert"):
        alerts.resolve(alert_id=alert.id, actor=Actor.of(operator), now=now)
