"""The demo bank's hand-offs on the first morning: of several kinds, to every department, some accepted already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from collections_app.services import handoffs
from collections_app.services.records import Actor
from oversight.selectors import demo_cases


@dataclass(frozen=True, slots=True)
class _Work:
    """Who hands what on, what it carries, and who has taken which steps since."""

    kind: str
    by: str
    carries: Mapping[str, str]
    in_hours: int = 0
    moves: tuple[tuple[str, str, str], ...] = ()


_WORK = (
    _Work("callback", "service.sc1", {"number": "登记手机", "window": "今日下班前"}, in_hours=3),
    _Work("payment_trace", "service.sc1", {"slip": "客户上传的转账回单", "channel": "柜面转账", "time": "前一日下午"},
          moves=(("accepted", "operations.sc1", ""),)),
    _Work("dispute", "collector.bj1", {"item": "客户对一笔年费有异议", "evidence": "客户提供的账单截图"},
          moves=(("accepted", "service.sc2", ""), ("waiting", "service.sc2", "请客户补充消费凭证"))),
    _Work("plan_request", "service.sc2", {"offer": "希望分 12 期还清", "means": "每月可还约 1500 元"}),
    _Work("contact_change", "collector.bj2", {"verified_how": "通话中核实两项身份信息"}),
    _Work("document", "collector.bj2", {"document_kind": "结清证明样式", "delivery": "电子邮件"},
          moves=(("returned", "service.sc1", "账户尚未结清，不能出具"),)),
    _Work("legal_review", "negotiator.bj1", {"limitation": "见时效栏", "assets": "名下有房产一处"}),
)  # fmt: skip


def hand_on(*, now: datetime) -> int:
    """Open a hand-off of each kind above on cases of Beijing, take the steps taken since, and return how many."""
    accounts = demo_cases.untouched(demo_cases.colleague("supervisor.bj1"), len(_WORK), now=now)
    for account, work in zip(accounts, _WORK, strict=False):
        handoff = handoffs.open_(
            customer_id=account.customer_id,
            kind=work.kind,
            actor=Actor.of(demo_cases.colleague(work.by)),
            seen_version=None,
            now=now,
            account_id=account.id,
            carries=work.carries,
            due_at=now + timedelta(hours=work.in_hours) if work.in_hours else None,
        )
        for state, username, words in work.moves:
            handoffs.move(
                handoff_id=handoff.id, state=state, actor=Actor.of(demo_cases.colleague(username)), seen_version=None,
                now=now, text=words,
            )  # fmt: skip
    return len(accounts)
