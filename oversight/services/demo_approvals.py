"""The demo bank's open requests: what its collectors have asked their supervisors for on the first morning."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from collections_app.domain.promises import Part
from collections_app.models import Account, Approval, Customer, Hold, Staff
from collections_app.selectors import worklists
from collections_app.services import approvals, holds, promise_proposals
from collections_app.services.records import Actor

# Beyond the longest day of a promise (reference/promise_rules.json), so that somebody else has to allow it.
_DAYS = 20
_LEAST_FEN, _MOST_FEN = 100_000, 2_000_000


def ask(*, now: datetime) -> int:
    """Ask for the release of a hold, a promise beyond the limits and two letters during a hold, and return how many.

    Each asks in the name of a collector about a case on their own worklist; who has none asks for nothing. A bank in
    which anything was asked for is left as it is.
    """
    if Approval.objects.exists():
        return 0
    asked = 0
    for username, request in (
        ("collector.bj1", _release),
        ("collector.bj2", _promise),
        ("collector.sh1", _letter),
        ("collector.cc1", _letter),
    ):
        staff = Staff.objects.filter(username=username).first()
        account = _account(staff, now) if staff else None
        if staff is not None and account is not None:
            request(staff, account, now)
            asked += 1
    return asked


def _account(staff: Staff, now: datetime) -> Account | None:
    """An account of a person's own worklist that owes something ordinary, about which nothing is asked yet."""
    cases = worklists.open_cases(staff, now=now).filter(queue="to_contact", holds__isnull=True, approvals__isnull=True)
    rows = Account.objects.filter(customer__in=cases, overdue_fen__range=(_LEAST_FEN, _MOST_FEN))
    return rows.select_related("customer").order_by("id").first()


def _hold(staff: Staff, customer: Customer, now: datetime) -> Hold:
    return holds.place(
        customer_id=customer.id,
        kind="hardship",
        text="客户称上月失业，正在找工作。",
        actor=Actor.of(staff),
        seen_version=None,
        now=now,
    )


def _release(staff: Staff, account: Account, now: datetime) -> None:
    hold = _hold(staff, account.customer, now)
    approvals.ask(
        kind="hold_release",
        subject=f"hold:{hold.id}",
        reason="客户来电告知已重新上岗，本月可恢复还款，申请提前恢复。",
        customer_id=account.customer_id,
        actor=Actor.of(staff),
        now=now,
    )


def _promise(staff: Staff, account: Account, now: datetime) -> None:
    day = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date() + timedelta(days=_DAYS)
    promise_proposals.take_or_ask(
        customer_id=account.customer_id,
        account_id=account.id,
        parts=[Part(day, account.overdue_fen)],
        reason="年终奖下月中旬发放，客户愿一次还清逾期金额。",
        actor=Actor.of(staff),
        seen_version=None,
        now=now,
    )


def _letter(staff: Staff, account: Account, now: datetime) -> None:
    _hold(staff, account.customer, now)
    approvals.ask(
        kind="statutory_contact",
        subject=f"contact:{account.customer_id}:statutory:letter:",
        reason="合同约定的到期通知须书面送达，不催收、不致电。",
        customer_id=account.customer_id,
        payload={"purpose": "statutory", "channel": "letter", "contact_point": None},
        actor=Actor.of(staff),
        now=now,
    )
