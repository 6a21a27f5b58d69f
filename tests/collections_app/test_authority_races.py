"""Two people, or one twice, grant at the same instant on limits that hold for both together."""

import threading
from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest

from collections_app.models import Account, Approval, Authority, Staff, Waiver
from collections_app.selectors import authority
from collections_app.services import authorities, waivers
from collections_app.services.records import Actor
from tests import factories
from tests.collections_app.test_approval_races import at_once, deciding

pytestmark = pytest.mark.django_db(transaction=True)
FEN = 12_000


@pytest.fixture
def accounts(monkeypatch: pytest.MonkeyPatch) -> list[Account]:
    """Two customers of one branch who owe 400 yuan of late fees each, and counts that wait for each other."""
    authorities.load()
    first = factories.make_debtor()[1]
    second = factories.make_debtor(branch=first.customer.branch)[1]
    Account.objects.update(fees_fen=40_000, interest_fen=10_000, principal_fen=341_300)
    both, exceeded = threading.Barrier(2), authority.exceeded

    def counted(**wish: Any) -> Any:
        found = exceeded(**wish)
        with suppress(threading.BrokenBarrierError):
            both.wait(timeout=1)
        return found

    monkeypatch.setattr(authority, "exceeded", counted)
    return [first, second]


def granting(account: Account, staff: Staff, now: datetime) -> Any:
    return lambda: waivers.grant_or_ask(
        customer_id=account.customer_id, account_id=account.id, terms=waivers.Terms({"late_fee": FEN}),
        reason="客户一次性结清意愿明确", actor=Actor.of(staff), seen_version=None, now=now,
    )  # fmt: skip


def test_one_person_does_not_exceed_their_month_by_granting_twice_at_once(
    accounts: list[Account], now: datetime
) -> None:
    """The second finds what the first has granted, and asks."""
    Authority.objects.filter(role="collector", component="late_fee").update(most_month_fen=2 * FEN - 1)
    collector = factories.make_staff("collector")
    at_once(*(granting(account, collector, now) for account in accounts))
    assert (Waiver.objects.count(), Approval.objects.filter(state="pending").count()) == (1, 1)


def test_two_people_do_not_exceed_their_branchs_month_at_once(accounts: list[Account], now: datetime) -> None:
    """The limit of a branch is one for all of its people."""
    Authority.objects.filter(role="collector", component="late_fee").update(most_branch_month_fen=2 * FEN - 1)
    people = [factories.make_staff("collector"), factories.make_staff("collector")]
    at_once(*(granting(*pair, now) for pair in zip(accounts, people, strict=True)))
    assert (Waiver.objects.count(), Approval.objects.filter(state="pending").count()) == (1, 1)


def test_two_approvals_at_once_do_not_exceed_the_approvers_month(accounts: list[Account], now: datetime) -> None:
    """Whoever approves grants on their own limits, which are counted as those of who grants at once."""
    Authority.objects.filter(role="collector", component="late_fee").update(most_fen=1)
    Authority.objects.filter(role="supervisor", component="late_fee").update(most_month_fen=2 * FEN - 1)
    collector, boss = factories.make_staff("collector"), factories.make_staff("supervisor")
    asked = [granting(account, collector, now)() for account in accounts]
    ends = at_once(*(deciding(each, boss, "approved", now) for each in asked))
    assert Waiver.objects.count() == 1
    assert sorted(ends) == ["above_authority", "approved"]
