"""The demo bank's complaints on the first morning: just in, half way, nearly late, answered, by a representative."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from collections_app.domain.complaint_intake import Intake, Representative
from collections_app.models import Account, Complaint
from collections_app.services.complaints import intake, steps
from collections_app.services.records import Actor
from oversight.selectors import demo_cases


@dataclass(frozen=True, slots=True)
class _Case:
    """One complaint: how many days ago the bank received it, what it says, and how far it has come."""

    days_ago: int
    source: str
    cause: str
    sub_kind: str
    text: str
    demand: str
    level: str = "ordinary"
    markers: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    about_owner: bool = False
    representative: str = ""


_CASES = (
    _Case(0, "hotline", "collection", "too_often", "客户称一天内接到三个部门的电话。", "减少来电，并书面说明",
          about_owner=True),
    _Case(6, "branch", "pricing", "", "客户对上期违约金的计收标准有疑问。", "说明计收依据并退还多收部分",
          steps=("investigate",)),
    _Case(13, "letter_email", "info_safety", "", "客户称单位同事接到询问其联系方式的电话。", "停止联系单位同事",
          level="complex", markers=("agitated",), steps=("investigate",)),
    _Case(4, "app_web", "collection", "two_stories", "客服告知可周五前还款，次日又接到催收来电。", "统一口径",
          steps=("investigate", "answer")),
    _Case(1, "government", "contract", "", "代理人代客户申请协商还款方案。", "提供个性化分期方案",
          markers=("suspect_agent",), representative="钱代理"),
)  # fmt: skip
_ANSWER = "经查，两部门口径确有不一致。现以客服告知的日期为准，此前不再来电；相关人员已提醒。"


def take_in(*, now: datetime) -> int:
    """Take in a handful of complaints of Shanghai's customers by customer service, and return how many.

    A bank in which anybody complained is left as it is; where there are fewer cases, there are fewer complaints.
    """
    if Complaint.objects.exists():
        return 0
    agent, keeper = demo_cases.colleague("service.sc1"), demo_cases.colleague("protection.sc1")
    accounts = demo_cases.untouched(demo_cases.colleague("supervisor.sh1"), len(_CASES), now=now)
    for account, case in zip(accounts, _CASES, strict=False):
        complaint = intake.take(
            customer_id=account.customer_id, given=_given(case, account, now), actor=Actor.of(agent),
            seen_version=None, now=now,
        )  # fmt: skip
        for step in case.steps:
            steps.move(
                complaint_id=complaint.id, step=step, actor=Actor.of(keeper), seen_version=None, now=now,
                text=_ANSWER if step == "answer" else "", finding="upheld" if step == "answer" else "",
            )  # fmt: skip
    return len(accounts)


def _given(case: _Case, account: Account, now: datetime) -> Intake:
    speaks = None
    if case.representative:
        until = (now + timedelta(days=90)).date()
        speaks = Representative(case.representative, scope="协商还款方案", valid_until=until)
    return Intake(
        source=case.source,
        cause=case.cause,
        level=case.level,
        text=case.text,
        demand=case.demand,
        received_at=now - timedelta(days=case.days_ago),
        sub_kind=case.sub_kind,
        markers=case.markers,
        account_id=account.id,
        staff_id=account.owner_id if case.about_owner else None,
        representative=speaks,
    )
