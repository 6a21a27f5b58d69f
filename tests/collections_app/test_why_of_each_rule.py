"""Each rule of each pack that is shipped says in both languages why it refuses, by what, and how old the data are."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from collections_app.domain.calendar import WorkCalendar
from collections_app.domain.permits.decision import decide
from collections_app.domain.permits.facts import AccountFact, PermitFacts, PointFact
from collections_app.domain.purposes import Channel
from collections_app.domain.rules import (
    AnyRule,
    Basis,
    CapRule,
    ContactFact,
    Counts,
    IntervalRule,
    NumberCheckedRule,
    Pack,
    QuietRule,
    RuleRef,
    ThirdPartyRule,
    parse_rule,
)
from collections_app.selectors.codes import shipped
from collections_app.services import decision_words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]

PACKS = sorted(Path("collections_app/reference").glob("rules_*.json"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=SHANGHAI)
KINDS = {Channel.EMAIL: "email", Channel.VISIT: "address_home", Channel.APP: "app_push"}


def _refused_by(rule: AnyRule) -> PermitFacts | None:
    """What each rule refuses by itself; None for a rule that no permit asks."""
    channel = min(rule.channels or {Channel.SMS})
    point = PointFact(1, KINDS.get(channel, "mobile"), "self", "ok", silenced=False, verified_at=NOON)
    account = AccountFact(7, 391_300, 391_300, delinquent=True, data_as_of=date(2026, 11, 19))
    plain = PermitFacts(
        now=NOON, channel=channel, purpose="collection", staff_id=5, zone=SHANGHAI, bank_zone=SHANGHAI,
        branch_live=True, pack=Pack("P", 1, (rule,)), data_as_of=date(2026, 11, 19), table=shipped().holds,
        accounts=(account,), point=point,
    )  # fmt: skip
    if isinstance(rule, QuietRule) and rule.hours:
        return replace(plain, now=datetime.combine(NOON, rule.hours.begins, tzinfo=SHANGHAI))
    if isinstance(rule, QuietRule):
        return replace(plain, calendar=WorkCalendar({NOON.date(): False}))
    if isinstance(rule, CapRule | IntervalRule):
        talked = isinstance(rule, IntervalRule) or rule.counts is Counts.EFFECTIVE
        purpose = min(rule.purposes, default="collection") if isinstance(rule, CapRule) else "collection"
        before = NOON - timedelta(minutes=5)
        contact = ContactFact(before, channel, "made", talked, 1, frozenset({7}), counted=True, purpose=purpose)
        most = rule.most if isinstance(rule, CapRule) else 1
        return replace(plain, contacts=(contact,) * most, purpose=purpose)
    if isinstance(rule, ThirdPartyRule):
        return replace(plain, purpose="third_party", point=replace(point, relation="relative"))
    if isinstance(rule, NumberCheckedRule):
        return replace(plain, point=replace(point, verified_at=NOON - timedelta(days=rule.days)))
    return None


def _numbers(parameters: Mapping[str, Any]) -> set[str]:
    return {
        str(value) for value in parameters.values() if isinstance(value, int | str) and re.search(r"\d", str(value))
    }


def test_every_rule_of_every_pack_says_why_in_both_languages() -> None:
    """By its code, with its own numbers and the age of the data; nothing is blank or in the other language."""
    said: dict[str, str] = {}
    for path in PACKS:
        pack = json.loads(path.read_text(encoding="utf-8"))
        for row in pack["rules"]:
            ref = RuleRef(pack["code"], 1, row["code"], Basis(row["basis"]))
            rule = parse_rule(ref=ref, kind=row["kind"], channels=row["channels"], parameters=row["parameters"])
            facts = _refused_by(rule)
            if facts is None:
                continue
            kept = decide(facts).as_json()["considered"]
            for language in ("zh-hans", "en"):
                with translation.override(language):
                    told = decision_words.explain(kept)
                why = next(each for each in told if row["code"] in each.rule)
                text = f"{why.sentence} · {why.inputs}"
                assert why.outcome == "refused", (row, kept)
                assert pack["code"] in why.rule
                assert why.sentence
                assert why.inputs
                assert not re.search(r"—|%\(|None", text), text
                assert bool(re.search("[\u4e00-\u9fff]", text)) is (language == "zh-hans"), text
                assert all(re.search(rf"(?<!\d){number}(?!\d)", text) for number in _numbers(row["parameters"])), text
                assert any("2026-11-19" in each.inputs for each in told if each.check == "data")
                said[f"{pack['code']} {row['code']} {language}"] = text
    assert len({key.split()[0] for key in said}) == len(PACKS)
    # What a rule asks for is not said of another: nobody may be asked in India, and a talk is no attempt to call.
    assert "out of reach" in said["CN CN-T1 en"]
    assert "out of reach" not in said["IN IN-1-THIRD en"]
    assert "conversation" in said["US-REGF US-F1-TALK en"]
    assert "conversation" not in said["CN POL-VOICE-GAP en"]
    assert "per number" in said["CN POL-VOICE-GAP en"]
    assert "days 0" not in said["CN POL-VOICE-GAP en"]
