"""The demo bank's units and people: two of every role."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """A branch or centre of the bank."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    region: str
    time_zone: str = "Asia/Shanghai"
    rule_pack: str = "CN"
    sms_provider: str = "sandbox"
    country: str = "CN"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff, or of a mediation organisation."""

    username: str
    employee_no: str
    display_name: str
    display_name_en: str
    role: str
    department: str
    scope: str
    unit: str
    team: str = ""


INSTITUTION = {
    "code": "DEMO",
    "name_zh": "示范银行",
    "name_en": "Demo Bank",
    "hotline": "955XX",
    "sms_signature": "示范银行",
}
UNITS = (
    Unit("BJ", "北京分行", "Beijing branch", "branch", "CN-BJ"),
    Unit("SH", "上海分行", "Shanghai branch", "branch", "CN-SH"),
    Unit("INTL", "国际分行", "International branch", "branch", "HK", "Asia/Hong_Kong", "neutral", "twilio", "HK"),
    Unit("SC", "客户服务中心", "Service centre", "service_centre", "CN"),
    Unit("CC", "信用卡中心", "Card centre", "card_centre", "CN"),
)
TEAMS = (
    ("BJ-C", "北京催收组", "Beijing collections", "BJ"),
    ("SH-C", "上海催收组", "Shanghai collections", "SH"),
    ("INTL-C", "国际催收组", "International collections", "INTL"),
    ("CC-C", "卡中心催收组", "Card centre collections", "CC"),
)

# Who works where: (user name, role, department, scope, [(unit, Chinese name, name in Latin letters)]).
_PEOPLE: tuple[tuple[str, str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    ("collector", "collector", "collections", "branch", (
        ("BJ", "周敏", "Zhou Min"), ("BJ", "韩磊", "Han Lei"), ("SH", "沈佳", "Shen Jia"), ("SH", "陆毅然", "Lu Yiran"),
        ("INTL", "何咏诗", "Wing-sze Ho"), ("INTL", "陈伟杰", "Wai-kit Chan"), ("CC", "唐悦", "Tang Yue"),
        ("CC", "马骁", "Ma Xiao"))),
    ("service", "service_agent", "service", "institution", (("SC", "林晓", "Lin Xiao"), ("SC", "方宁", "Fang Ning"))),
    ("negotiator", "negotiator", "collections", "unit", (("CC", "顾清", "Gu Qing"), ("BJ", "秦越", "Qin Yue"))),
    ("mediator", "mediator", "mediation", "none", (("SC", "吴仲文", "Wu Zhongwen"), ("SC", "郑淑兰", "Zheng Shulan"))),
    ("expert", "expert", "mediation", "none", (("SC", "谢明远", "Xie Mingyuan"), ("SC", "曾雅", "Zeng Ya"))),
    ("supervisor", "supervisor", "collections", "branch", (
        ("BJ", "赵国强", "Zhao Guoqiang"), ("SH", "钱丽华", "Qian Lihua"), ("INTL", "李家豪", "Ka-ho Lee"),
        ("CC", "孙立", "Sun Li"))),
    ("legal", "legal", "legal", "institution", (("SC", "冯律", "Feng Lyu"), ("SC", "褚衡", "Chu Heng"))),
    ("protection", "consumer_protection", "compliance", "institution", (
        ("SC", "卫宁", "Wei Ning"), ("SC", "蒋安", "Jiang An"))),
    ("compliance", "compliance", "compliance", "institution", (("SC", "尤正", "You Zheng"), ("SC", "许规", "Xu Gui"))),
    ("placement", "placement_manager", "collections", "unit", (("CC", "施远", "Shi Yuan"), ("CC", "孔维", "Kong Wei"))),
    ("operations", "operations", "operations", "institution", (("SC", "曹运", "Cao Yun"), ("SC", "严稳", "Yan Wen"))),
    ("manager", "branch_manager", "management", "branch", (("BJ", "华成", "Hua Cheng"), ("SH", "金岚", "Jin Lan"))),
    ("trainer", "trainer", "management", "none", (("SC", "魏师", "Wei Shi"), ("SC", "陶然", "Tao Ran"))),
    ("auditor", "auditor", "management", "institution", (("SC", "姜明", "Jiang Ming"), ("SC", "戚实", "Qi Shi"))),
    ("admin", "administrator", "operations", "none", (("SC", "谷安", "Gu An"), ("SC", "章维", "Zhang Wei"))),
)  # fmt: skip
# How the short user names of the service centre's people are made: service.sc1, mediator.m1, admin.a1.
_SHORT = {"service": "sc", "mediator": "m", "admin": "a"}


def colleagues() -> Iterator[Colleague]:
    """Return everybody who works in the demo bank."""
    number = 0
    for prefix, role, department, scope, people in _PEOPLE:
        seen: dict[str, int] = {}
        for unit, name, latin in people:
            number += 1
            place = _SHORT.get(prefix, unit.lower())
            seen[place] = seen.get(place, 0) + 1
            yield Colleague(
                username=f"{prefix}.{place}{seen[place]}",
                employee_no=f"E{number:04}",
                display_name=name,
                display_name_en=latin,
                role=role,
                department=department,
                # A centre has no customers of its own, but the accounts its people have.
                scope="unit" if scope == "branch" and unit == "CC" else scope,
                unit=unit,
                team=f"{unit}-C" if role == "collector" else "",
            )


def collectors_of(unit: str) -> list[str]:
    """Return the employee numbers of a unit's collectors."""
    return [item.employee_no for item in colleagues() if item.role == "collector" and item.unit == unit]
