"""What the page showed is told: remembered once, without a new version, and never before the proof."""

from datetime import date, timedelta

import pytest
import zeal
from django.db import DatabaseError, transaction
from django.db.utils import InternalError

from collections_app.domain.promises import Part
from collections_app.domain.told.sayings import Saying
from collections_app.models import Customer, Event, Hold, Told
from collections_app.services import derivation, promises, records
from collections_app.services.told import pages
from repayment.domain.headline import AccountDue, Agreed
from repayment.domain.shown import PARTS_NAMED, sayings
from tests import factories
from tests.repayment.conftest import Browser, mint, notice_body, notify

DAY = date(2026, 11, 20)


def due(**values):
    defaults = {"id": 1, "product": "card", "currency": "CNY", "overdue_fen": 0, "coming_fen": 0, "coming_on": None}
    return AccountDue(**{**defaults, "payoff_fen": 395_218, **values})


@pytest.mark.parametrize(
    ("account", "agreed", "expected"),
    [
        (due(overdue_fen=391_300), [], [Saying(1, "overdue", 391_300)]),
        (due(coming_fen=100, coming_on=DAY), [], [Saying(1, "minimum_due", 100, pay_by=DAY)]),
        (due(product="loan", coming_fen=100, coming_on=DAY), [], [Saying(1, "instalment", 100, pay_by=DAY)]),
        (due(), [], [Saying(1, "payoff", 395_218, valid_until=DAY)]),
        (due(payoff_fen=0), [], [Saying(1, "overdue", 0)]),
        (due(overdue_fen=5), [Agreed(1, False, [(DAY, 3)])], [Saying(1, "promised", 3, pay_by=DAY)]),
        (due(overdue_fen=5), [Agreed(1, True, [(DAY, 3)])], [Saying(1, "instalment", 3, pay_by=DAY)]),
        (due(overdue_fen=5), [Agreed(1, True, [])], [Saying(1, "overdue", 5)]),
    ],
)
def test_each_account_tells_what_its_card_names(account, agreed, expected):
    """What was agreed stands before what is overdue; nothing due is told as nothing."""
    assert sayings([account], agreed, {1: DAY}) == expected


def test_of_a_long_plan_only_the_parts_named_are_told():
    """The page names the next part and three more."""
    plan = Agreed(1, True, [(DAY + timedelta(days=30 * number), 100) for number in range(12)])
    assert len(sayings([due(overdue_fen=5)], [plan], {})) == PARTS_NAMED


def test_the_page_is_remembered_once(visitor):
    """Read three times, and its details: one row, at the version shown, by nobody, with no event of its own."""
    before, events = visitor.customer.version, Event.objects.count()
    for path in ("/r/account/", "/r/account/", f"/r/account/{visitor.account.pk}/", "/r/account/"):
        visitor.client.get(path)
    row = Told.objects.get()
    assert (row.medium, row.amount_name, row.amount_fen) == ("page", "overdue", 391_300)
    assert (row.account_id, row.staff, row.contact) == (visitor.account.pk, None, None)
    visitor.customer.refresh_from_db()
    assert row.version == visitor.customer.version == before
    assert Event.objects.count() == events


def test_another_day_is_another_word(visitor, now):
    """The day is the customer's own, not the server's."""
    said = [Saying(visitor.account.pk, "overdue", 391_300)]
    for hours in (0, 5, 13, 14):  # 10:00, 15:00, 23:00 and 24:00 in Shanghai
        pages.remember_page(customer=visitor.customer, sayings=said, version=1, now=now + timedelta(hours=hours))
    assert Told.objects.count() == 2


def test_a_message_since_makes_the_page_news_again(visitor, now):
    """The last written word counts: after another word by SMS the same page says something new."""
    visitor.client.get("/r/account/")
    with zeal.zeal_ignore():
        Told.objects.create(
            customer=visitor.customer,
            account=visitor.account,
            medium="written",
            amount_name="overdue",
            amount_fen=1,
            version=1,
            at=now + timedelta(seconds=1),
        )
    said = [Saying(visitor.account.pk, "overdue", 391_300)]
    pages.remember_page(customer=visitor.customer, sayings=said, version=1, now=now + timedelta(seconds=2))
    assert list(Told.objects.order_by("at").values_list("medium", flat=True)) == ["page", "written", "page"]


def test_what_was_agreed_is_told_by_its_parts(visitor, now):
    """Each part with its day, as the headline names them; the overdue amount beside it is no demand."""
    promises.take(
        customer_id=visitor.customer.pk,
        account_id=visitor.account.pk,
        parts=[Part(now.date(), 200_000), Part(now.date() + timedelta(days=5), 191_300)],
        actor=records.Actor.of(factories.make_staff("collector")),
        seen_version=None,
        now=now,
    )
    visitor.client.get("/r/account/")
    rows = set(Told.objects.values_list("amount_name", "amount_fen", "pay_by"))
    assert rows == {
        ("promised", 200_000, now.date()),
        ("promised", 191_300, now.date() + timedelta(days=5)),
    }


def test_the_receipt_tells_what_is_left(visitor, now):
    """After paying, the page the customer comes back to replaces the amount they had read before."""
    payment, _ = visitor.pay()
    notify(notice_body(payment, now=now))
    assert Told.objects.filter(medium="page").latest("id").amount_fen == 391_300
    visitor.client.get(f"/r/payment/{payment.reference}/")
    newest = Told.objects.latest("id")
    assert newest.medium == "page"
    assert newest.amount_fen < 391_300


def test_nothing_is_told_before_the_proof(visitor, now):
    """Link, code, proof, advice and a preview's HEAD show no amount and write no row."""
    token = mint(visitor.customer, now).token
    browser = Browser()
    for path in (f"/r/{token}/", "/r/", "/r/advice/"):
        browser.get(path)
        browser.head(path)
    browser.post(f"/r/{token}/")
    browser.get("/r/proof/")
    assert not Told.objects.exists()


def test_a_silent_page_tells_nothing(visitor, now):
    """The bank speaks of an assigned debt in person only: not what was agreed either, on whatever page."""
    with zeal.zeal_ignore():
        promises.take(
            customer_id=visitor.customer.pk, account_id=visitor.account.pk, parts=[Part(now.date(), 200_000)],
            actor=records.Actor.of(factories.make_staff("collector")), seen_version=None, now=now,
        )  # fmt: skip
    Hold.objects.create(customer=visitor.customer, kind="assigned", account=visitor.account, placed_at=now)
    with transaction.atomic():
        derivation.derive(customer=Customer.objects.get(pk=visitor.customer.pk), now=now)
    account = visitor.account.pk
    for path in ("account/", "sent/promise/", f"account/{account}/", f"promise/{account}/"):
        page = visitor.client.get(f"/r/{path}").content.decode()
        assert "2,000" not in page, path
        assert "3,913" not in page, path
    assert not Told.objects.exists()


def test_what_cannot_be_remembered_is_not_shown(visitor, monkeypatch):
    """The page that names an amount stands and falls with its memory."""

    def fail(**_values):
        raise DatabaseError("away")

    monkeypatch.setattr(pages, "remember_page", fail)
    response = visitor.client.get("/r/account/")
    assert response.status_code == 503
    assert "3,913" not in response.content.decode()


@pytest.mark.parametrize("act", ["update", "delete"])
def test_what_was_told_cannot_be_untold(visitor, act):
    """The database refuses to change or remove a word, whoever asks."""
    visitor.client.get("/r/account/")
    rows = Told.objects.all()
    with pytest.raises(InternalError, match="Cannot update or delete"), transaction.atomic():
        rows.update(amount_fen=1) if act == "update" else rows.delete()
