"""Who works what in the demo bank: rules of assignment, an agency with a placement, a leave, and a wall."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from collections_app.domain.machines.clients import LIMITS, ClientKind
from collections_app.models import AssignmentRule, Branch, MachineClient, Team
from collections_app.services import assignment_rules, walls
from collections_app.services.machines import clients, placements
from collections_app.services.ownership import covers
from collections_app.services.records import SYSTEM, Actor
from oversight.selectors import demo_cases

_AGENCY = "示范资产服务有限公司"
# What is nobody's: late cards to the card centre, the rest to the branch's own team.
_RULES: tuple[tuple[int, str, str, str, str, list[str], str, str], ...] = (
    (10, "北京：信用卡 M4 及以上归卡中心", "Beijing: cards from M4 on to the card centre", "BJ", "card",
     ["m4", "m5", "m6", "m7p"], "card_centre", "CC-C"),
    (20, "北京：其余归本行催收组", "Beijing: all others to its own team", "BJ", "", [], "branch", "BJ-C"),
    (30, "上海：全部归本行催收组", "Shanghai: all to its own team", "SH", "", [], "branch", "SH-C"),
)  # fmt: skip


def arrange(*, now: datetime) -> None:
    """Give the bank its rules, its agency with two accounts, somebody on leave, and one record nobody near may see.

    Done once: a bank that has rules of assignment is left as it is.
    """
    if AssignmentRule.objects.exists():
        return
    _rules()
    _placement(now)
    _leave(now)
    _wall(now)


def _rules() -> None:
    branches = {branch.code: branch for branch in Branch.objects.all()}
    teams = {team.code: team for team in Team.objects.all()}
    for position, name_zh, name_en, branch, product, stages, pool, team in _RULES:
        rule = AssignmentRule(
            position=position, name_zh=name_zh, name_en=name_en, branch=branches[branch], product=product,
            stages=stages, pool=pool, team=teams[team],
        )  # fmt: skip
        assignment_rules.save(rule=rule, actor=SYSTEM)


def _placement(now: datetime) -> None:
    limits = LIMITS[ClientKind.AGENCY]
    agency = MachineClient(
        name=_AGENCY,
        kind=ClientKind.AGENCY,
        channels=sorted(limits.channels),
        scopes=sorted(limits.scopes),
        script_version="2026-1",
    )
    manager = Actor.of(demo_cases.colleague("placement.cc1"))
    agency = clients.save(row=agency, branches=Branch.objects.filter(code__in=["BJ", "SH"]), actor=SYSTEM, now=now)
    for account in demo_cases.untouched(demo_cases.colleague("placement.cc1"), 2, now=now, product="card"):
        placements.tell(
            account_id=account.id, channel="letter", told_at=now - timedelta(days=10), reference="挂号信 XA20261101",
            actor=manager, seen_version=None, now=now,
        )  # fmt: skip
        placements.place(
            account_no=account.account_no, client=agency, actor=manager, now=now, seen_version=None,
            until_on=(now + timedelta(days=90)).date(), batch=f"{now:%Y%m}-A",
        )  # fmt: skip


def _leave(now: datetime) -> None:
    today = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    away, cover = demo_cases.colleague("collector.sh2"), demo_cases.colleague("collector.sh1")
    covers.arrange(
        away_id=away.id, cover_id=cover.id, first_on=today + timedelta(days=1), last_on=today + timedelta(days=5),
        reason="年假", actor=Actor.of(demo_cases.colleague("supervisor.sh1")), now=now,
    )  # fmt: skip


def _wall(now: datetime) -> None:
    keeper, near = demo_cases.colleague("compliance.sc1"), demo_cases.colleague("collector.sh1")
    for account in demo_cases.untouched(near, 1, now=now):
        walls.declare(
            staff_id=near.id, customer_no=account.customer.customer_no, relation="relative", note="本人申报",
            actor=Actor.of(keeper), now=now,
        )  # fmt: skip
