"""Today's figures: what is counted, for whom, and in how many queries."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import expect

from collections_app.models import IntakeBatch, Staff
from collections_app.services import calls, holds, notes, payments
from collections_app.services.errors import RefusedError
from collections_app.services.records import Actor
from notifications.models import Message
from oversight.selectors import board as figures
from oversight.services import board as keeping
from tests import factories
from tests.browsing import Visitor
from tests.oversight.conftest import Bank

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(db: None) -> Staff:
    return factories.make_staff("supervisor")


@pytest.fixture
def auditor(db: None) -> Staff:
    return factories.make_staff("auditor")


def test_a_day_is_counted_per_branch(bank: Bank, auditor: Staff, now: datetime) -> None:
    """A call with a promise, a reminder, a payment, a refusal and somebody on the line."""
    elsewhere, _ = factories.make_debtor(branch=factories.make_branch("SH"))
    payments.record_received(
        account_id=bank.free_account.id, amount_fen=12_345, channel="app", reference="P1", occurred_at=now, now=now
    )
    point = bank.promiser.contact_points.get().id
    actor = Actor.of(bank.collector)
    with pytest.raises(RefusedError, match="promise_pending"):
        calls.start(customer_id=bank.promiser.id, contact_point_id=point, actor=actor, seen_version=None, now=now)
    calls.start(
        customer_id=bank.free.id,
        contact_point_id=bank.free.contact_points.get().id,
        actor=actor,
        seen_version=None,
        now=now,
    )
    board = figures.today(staff=auditor, now=now)
    here, there = board.rows[bank.free.branch_id], board.rows[elsewhere.branch_id]
    assert (here["cases_open"], here["cases_opened"], there["cases_open"]) == (3, 3, 1)
    assert (here["contacts"], here["on_the_line"], here["refusals"]) == (3, 1, 1)
    assert board.contacts == {("voice", "collections"): 2, ("sms", "system"): 1}
    assert board.hours == {(10, "voice"): 2, (10, "sms"): 1}
    assert board.refusals == {"promise_pending": 1}
    assert (here["payments"], here["payments_fen"]) == (1, 12_345)
    assert board.messages["delivered"] == 1
    assert board.total["cases_open"] == 4


def test_yesterday_is_not_today(bank: Bank, auditor: Staff, now: datetime) -> None:
    """What stands open is counted on every day, what happened on its own."""
    tomorrow = figures.today(staff=auditor, now=now + timedelta(days=1))
    assert tomorrow.total["contacts"] == 0
    assert tomorrow.total["cases_open"] == 3
    in_two_days = figures.today(staff=auditor, now=now + timedelta(days=2))
    assert in_two_days.total["promises_due"] == 1


def test_an_unknown_message_is_counted_however_old(bank: Bank, auditor: Staff, now: datetime) -> None:
    Message.objects.create(
        customer=bank.free,
        kind="loan_due",
        purpose="due_notice",
        about_on=now.date(),
        state="unknown",
        planned_at=now,
        due_at=now - timedelta(days=30),
        expires_at=now,
        provider="sandbox",
    )
    assert figures.today(staff=auditor, now=now).total["messages_unknown"] == 1


def test_each_sees_the_branches_of_their_scope(bank: Bank, client: Client, supervisor: Staff, auditor: Staff) -> None:
    """A supervisor their own, an auditor all, an administrator none; another's branch is not to be found."""
    factories.make_debtor(branch=factories.make_branch("SH"))
    client.force_login(supervisor)
    page = client.get("/oversight/").content.decode()
    assert "BJ分行" in page
    assert "SH分行" not in page
    assert client.get("/oversight/?branch=SH").status_code == 404
    client.force_login(auditor)
    assert "SH分行" in client.get("/oversight/").content.decode()
    only = client.get("/oversight/?branch=SH").content.decode()
    assert not re.search(r'<th scope="row">BJ', only)
    client.force_login(factories.make_staff("administrator"))
    assert "没有您可查看的机构" in client.get("/oversight/").content.decode()


@pytest.mark.parametrize("role", ["collector", "service_agent", "mediator"])
def test_who_does_not_lead_has_no_board(role: str, client: Client, db: None) -> None:
    client.force_login(factories.make_staff(role))
    assert client.get("/oversight/").status_code == 403


def test_the_file_of_today_stands_on_top(bank: Bank, client: Client, supervisor: Staff, now: datetime) -> None:
    client.force_login(supervisor)
    assert "今日未到" in client.get("/oversight/").content.decode()
    IntakeBatch.objects.create(
        file_name="f.csv", sha256="0" * 64, as_of=now.date(), state="done", rows_total=321, rows_rejected=4,
        started_at=now,
    )  # fmt: skip
    page = client.get("/oversight/").content.decode()
    assert "321 行" in page
    assert "拒收 4 行" in page


def test_the_board_takes_the_same_queries_for_one_branch_and_many(bank: Bank, auditor: Staff, now: datetime) -> None:
    with CaptureQueriesContext(connection) as one:
        figures.today(staff=auditor, now=now)
    for code in ("SH", "GZ", "CD"):
        customer, _ = factories.make_debtor(branch=factories.make_branch(code))
        holds.place(
            customer_id=customer.id, kind="hardship", actor=Actor.of(bank.collector), seen_version=None, now=now
        )
    with CaptureQueriesContext(connection) as many:
        board = figures.today(staff=auditor, now=now)
    assert len(board.branches) == 4
    assert len(many) == len(one) <= 14


def test_a_large_bank_is_counted_once_a_minute_and_again_for_whoever_asks(
    bank: Bank, auditor: Staff, client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The board says of when the kept figures are; who is on the line is never kept, and the task may fall silent."""
    assert keeping.keep(now=now) == 3
    assert figures.today(staff=auditor, now=now).kept_at is None, "small enough to be counted at every look"
    monkeypatch.setattr(keeping, "LARGE", 3)
    keeping.keep(now=now - timedelta(minutes=1))
    factories.make_debtor(branch=bank.free.branch)
    calls.start(
        customer_id=bank.free.id, contact_point_id=bank.free.contact_points.get().id,
        actor=Actor.of(bank.collector), seen_version=None, now=now,
    )  # fmt: skip
    kept = figures.today(staff=auditor, now=now)
    assert kept.kept_at == now - timedelta(minutes=1)
    assert [kept.total[name] for name in ("cases_open", "contacts", "on_the_line")] == [3, 2, 1]
    assert kept.contacts == {("voice", "collections"): 1, ("sms", "system"): 1}
    counted = figures.today(staff=auditor, now=now, all_now=True)
    assert [counted.total[name] for name in ("cases_open", "contacts")] == [4, 3]
    assert figures.today(staff=auditor, now=now + timedelta(minutes=3)).total["cases_open"] == 4, "nobody keeps them"
    elsewhere = factories.make_staff("supervisor", branch=factories.make_branch("SH"))
    assert not figures.today(staff=elsewhere, now=now).total["cases_open"]
    client.force_login(auditor)
    assert "每分钟统计一次" in client.get("/oversight/").content.decode()
    assert "每分钟统计一次" not in client.get("/oversight/?all=now").content.decode()
    monkeypatch.setattr(keeping, "LARGE", 5)
    keeping.keep(now=now)
    assert figures.today(staff=auditor, now=now).kept_at is None


def test_figures_of_now_stay_when_the_page_renews_itself(
    bank: Bank, auditor: Staff, client: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks for them has them kept, once for all within seconds; meanwhile another counts alone."""
    monkeypatch.setattr(keeping, "LARGE", 3)
    monkeypatch.setattr(keeping, "AGAIN_AFTER", timedelta(seconds=30))  # of which this test takes none
    cache.delete(keeping.ASKED)  # perhaps of the test before
    client.force_login(auditor)

    def open_cases(query: str) -> int:
        answer = client.get(f"/oversight/?{query}", headers={"HX-Request": "true"}).content.decode()
        return int(re.findall(r"<dd>(\d+)</dd>", answer)[0])

    keeping.keep(now=now - timedelta(minutes=1))
    factories.make_debtor(branch=bank.free.branch)
    assert [open_cases(query) for query in ("branch=", "all=now", "branch=")] == [3, 4, 4]
    factories.make_debtor(branch=bank.free.branch)
    assert [open_cases(query) for query in ("all=now", "branch=")] == [4, 4], "not counted again within seconds"
    keeping.keep(now=now - timedelta(minutes=1))
    factories.make_debtor(branch=bank.free.branch)
    assert [open_cases(query) for query in ("all=now", "branch=")] == [6, 5], "what somebody else counts is not there"
    cache.delete_many([keeping.ASKED, figures.KEPT])
    assert open_cases("all=now") == 6
    assert cache.get(figures.KEPT) is None, "nobody shows what is kept: nothing is"


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_board_in_a_browser(bank: Bank, auditor: Staff, visit: Callable[..., Visitor]) -> None:
    """The chart is drawn under the policy, the table says the same, and nothing sticks out of the page."""
    visitor = visit(width=390)
    visitor.sign_in(auditor)
    visitor.open("/oversight/")
    visitor.page.wait_for_selector("[data-chart-of] canvas")
    visitor.check_accessibility()
    visitor.check_widths()
    visitor.screenshot("board")


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_board_renews_itself(bank: Bank, auditor: Staff, visit: Callable[..., Visitor], now: datetime) -> None:
    """A case that is opened counts without anybody's touch, and what is open on the page stays open."""
    visitor = visit()
    visitor.sign_in(auditor)
    visitor.open("/oversight/")
    page = visitor.page
    page.wait_for_selector("[data-chart-of] canvas")
    page.click("#hours-details summary")
    page.wait_for_selector("#feed-state[data-feed-state=live]")
    # Not by asking again after some time: the feed tells it.
    page.evaluate("delete document.getElementById('board').dataset.refresh")
    open_cases = int(page.inner_text(".tile dd >> nth=0"))
    factories.make_debtor(branch=bank.collector.branch)
    notes.add(customer_id=bank.free.pk, text="客户来电", actor=Actor.of(bank.collector), seen_version=None, now=now)
    expect(page.locator(".tile dd").first).to_have_text(str(open_cases + 1), timeout=20_000)
    assert page.get_attribute("#hours-details", "open") is not None
    assert page.locator("[data-chart-of] canvas").count() == 1
    visitor.check_accessibility()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_board_without_scripts(bank: Bank, auditor: Staff, visit: Callable[..., Visitor]) -> None:
    """The table stands where the chart would."""
    visitor = visit(scripts=False)
    visitor.sign_in(auditor)
    visitor.open("/oversight/")
    visitor.page.click("details.chart-table summary")
    assert visitor.page.locator("#hours-table tbody tr").count() == 14
