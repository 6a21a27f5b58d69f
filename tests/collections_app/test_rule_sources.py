"""Every row that was read about contact has its place: in a pack, a hold, a check, or a reason why not."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from collections_app.domain.holds import HoldTable
from collections_app.domain.purposes import Purpose
from collections_app.domain.reasons import CHECKS
from collections_app.domain.rules import Basis, RuleRef, parse_rule
from collections_app.selectors.codes import shipped

ROOT = Path(__file__).resolve().parents[2]
PACKS: dict[str, dict[str, dict[str, Any]]] = {}
for _path in sorted((ROOT / "collections_app/reference").glob("rules_*.json")):
    _pack = json.loads(_path.read_text(encoding="utf-8"))
    PACKS[_pack["code"]] = {rule["code"]: rule for rule in _pack["rules"]}

ROWS = (
    [
        f"CN-{name}"
        for name in [
            "H1",
            "H2",
            "F1",
            "F2",
            "F3",
            "ID1",
            "T1",
            "T2",
            "T3",
            "P1",
            "K1",
            "V1",
            "X1",
            "A1",
            "D1",
            "I1",
            "I2",
            "I3",
            "I4",
            "C1",
            "C2",
            "C3",
            "S1",
            "S2",
            "N1",
            "Z1",
        ]
    ]
    + ["CN-R1", "CN-R2", "CN-561", "CN-C57"]
    + [
        f"US-{name}"
        for name in [
            "0",
            "F1",
            "F2",
            "H1",
            "H2",
            "A1",
            "C1",
            "O1",
            "O2",
            "S1",
            "S2",
            "L1",
            "V1",
            "V2",
            "R1",
            "T1",
            "T2",
            "T3",
        ]
    ]
    + [f"UK-{number}" for number in range(1, 9)]
    + ["EU-1", "EU-2", "IN-1", "IN-2"]
)
PACK_OF = {"CN": "CN", "US": "US-REGF", "UK": "UK", "IN": "IN"}


def table() -> dict[str, str]:
    text = (ROOT / "docs/rule-sources.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z]{2}-\w+) \| .+? \| (.+) \|$", text, re.MULTILINE)
    assert len(rows) == len(dict(rows))
    return dict(rows)


def test_no_row_is_left_out() -> None:
    assert list(table()) == ROWS


def test_each_row_names_what_keeps_it() -> None:
    """Each rule, hold and check it names is shipped."""
    for row, kept in table().items():
        for kind, name in re.findall(r"(rule|hold|check|purpose|hand-off) `([\w-]+)`", kept):
            known = {
                "rule": PACKS[PACK_OF.get(row[:2], "neutral")],
                "hold": shipped().holds,
                "check": CHECKS,
                "purpose": list(Purpose),
                "hand-off": shipped().handoffs,
            }[kind]
            assert name in known, f"{row}: no {kind} {name}"


def test_every_rule_of_a_pack_comes_from_a_row_or_is_the_banks_policy() -> None:
    named = " ".join(table().values())
    for rules in PACKS.values():
        for code, rule in rules.items():
            assert code.startswith("POL-") == (rule["basis"] == "policy") or code == "UK-1"
            assert rule["source"]
            assert rule["verified"] is False, "no counsel has confirmed a row"
            assert code.startswith("POL-") or f"`{code}`" in named


CALLS = ["voice"]
ALL = ["sms", "voice", "email", "visit", "app"]
STATED: list[tuple[str, str, str, list[str], dict[str, Any]]] = [
    ("CN", "CN-H1", "quiet_hours", ALL, {"from": "22:00", "to": "08:00"}),
    ("CN", "CN-F1", "cap", CALLS, {"counts": "unanswered", "scope": "contact_point", "most": 6, "days": 1}),
    ("CN", "CN-F2", "cap", CALLS, {"counts": "effective", "scope": "customer", "most": 3, "days": 1}),
    ("CN", "POL-SMS-1D", "cap", ["sms"], {"counts": "attempts", "scope": "customer", "most": 1, "days": 1}),
    ("CN", "POL-SMS-7D", "cap", ["sms"], {"counts": "attempts", "scope": "customer", "most": 3, "days": 7}),
    ("CN", "CN-T1", "third_party", [], {"failures": 3, "related": ["spouse", "volunteer"]}),
    ("US-REGF", "US-H1", "quiet_hours", ALL, {"from": "21:00", "to": "08:00"}),
    ("US-REGF", "US-H2", "quiet_hours", ALL, {"from": "21:00", "to": "08:00", "every_zone": True}),
    ("US-REGF", "US-F1", "cap", CALLS, {"counts": "attempts", "scope": "account", "most": 7, "days": 7}),
    ("US-REGF", "US-F1-TALK", "interval", CALLS, {"after": "conversation", "scope": "account", "days": 7}),
    ("US-REGF", "US-S1", "number_checked", ["sms"], {"days": 60}),
    ("UK", "UK-1", "quiet_hours", ALL, {"from": "20:00", "to": "08:00"}),
    ("IN", "IN-1", "quiet_hours", ["voice", "visit"], {"from": "19:00", "to": "08:00"}),
    ("IN", "IN-1-THIRD", "third_party", [], {"never": True}),
]


@pytest.mark.parametrize(("pack", "code", "kind", "channels", "parameters"), STATED, ids=lambda value: str(value)[:12])
def test_a_rule_says_what_its_row_says(
    pack: str, code: str, kind: str, channels: list[str], parameters: dict[str, Any]
) -> None:
    rule = PACKS[pack][code]
    assert (rule["kind"], rule["channels"], rule["parameters"]) == (kind, channels, parameters)
    parse_rule(ref=RuleRef(pack, 1, code, Basis(rule["basis"])), kind=kind, channels=channels, parameters=parameters)


# Table D of the practice, row by row: scope; collect, notice, statutory, receipt; the usual length in days.
# x stopped, v goes on, a with approval, > only to or by those named, c codes only.
TABLE_D = {
    "promise_pending": ("account", "xvvv", None),
    "payment_pending": ("account", "xxvv", None),
    "agreement_active": ("account", "xvav", None),
    "negotiating": ("account", "xvav", 15),
    "in_mediation": ("account", "xvvv", None),
    "dispute": ("account", "xvav", None),
    "fraud_claim": ("account", "xxav", None),
    "complaint_conduct": ("customer", "xvvv", None),
    "complaint_other": ("customer", "vvvv", None),
    "hardship": ("customer", "xvav", 15),
    "illness": ("customer", "xxav", 30),
    "deceased": ("customer", "xxax", None),
    "minor_incapable": ("customer", "x>>>", None),
    "detained": ("customer", "xxav", None),
    "disaster": ("customer", "xvvv", 90),
    "bankruptcy": ("customer", "xx>v", None),
    "represented": ("customer", ">vvv", None),
    "channel_stop": ("channel", "xxxc", None),
    "number_bad": ("contact_point", "xxxx", None),
    "litigation": ("account", ">xvv", None),
    "placed": ("account", "xvvv", None),
    "assigned": ("account", "xxxx", None),
    "regulator": ("customer", "xaav", None),
    "risk_to_life": ("customer", "xxav", None),
    "breathing_space": ("customer", "xxav", 60),
    "mental_health": ("customer", "xxav", 30),
    "debt_advice": ("customer", "xvav", 30),
    "cease_request": ("customer", "xxvv", None),
}
SIGNS = {"stop": "x", "pass": "v", "approve": "a", "via": ">", "codes": "c"}


def test_the_table_of_holds_has_these_rows() -> None:
    """``data_stale`` is a check of its own, and an incident stops more than one record."""
    assert set(shipped().holds) - {"incident", "incident_all"} == set(TABLE_D)


@pytest.mark.parametrize("kind", TABLE_D)
def test_each_hold_is_as_the_practice_has_it(kind: str) -> None:
    table: HoldTable = shipped().holds
    rule = table[kind]
    effects = "".join(SIGNS[effect] for effect in (rule.collect, rule.notice, rule.statutory, rule.receipt))
    assert (rule.scope, effects, rule.days) == TABLE_D[kind]
    assert bool(rule.via or rule.via_staff) == (">" in effects)
    assert rule.working_days == (3 if kind == "payment_pending" else None)
