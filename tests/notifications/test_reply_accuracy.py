"""How often replies are read right, measured on labelled ones that no rule was made from."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

from notifications.domain.replies import classify
from notifications.domain.reply_details import conduct, paid_by, paid_on
from notifications.selectors import reply_rules

LABELLED = json.loads(Path(__file__).with_name("labelled_replies.json").read_text(encoding="utf-8"))["rows"]
# What is acted upon must be right; what is not certain a person reads.
LEAST_PRECISION, LEAST_RECALL = 0.98, 0.85


def test_what_is_acted_upon_is_right_and_most_of_it_is_acted_upon() -> None:
    """Precision and recall of what is certain, by intent, over the half that is held out (docs/messages.md)."""
    rows = [(row["text"], row["intent"]) for row in LABELLED if row["held_out"]]
    right, wrong, told = Counter[str](), Counter[str](), Counter(intent for _, intent in rows)
    for text, intent in rows:
        certain = {found.intent.value for found in classify(text, reply_rules.in_use()) if found.certain}
        right[intent] += intent in certain
        wrong.update(certain - {intent})
    figures = {
        intent: f"precision {right[intent]}/{right[intent] + wrong[intent]}, recall {right[intent]}/{number}"
        for intent, number in told.items()
    }
    clear = len(rows) - told["unclear"]
    assert len(LABELLED) >= 150
    assert right.total() / (right.total() + wrong.total()) >= LEAST_PRECISION, figures
    assert right.total() / clear >= LEAST_RECALL, figures
    assert right["risk_to_life"] == told["risk_to_life"]


def test_what_a_reply_tells_beside_is_read_or_left_open() -> None:
    """By what way and on which day it was paid, and what conduct a complaint is about."""
    today = date(2026, 3, 2)
    assert [paid_by(text) for text in ("微信转的", "用手机银行还的", "paid at the branch", "还了")] == [
        "gateway", "app", "counter", "not_said",
    ]  # fmt: skip
    days = {"昨晚还的": 1, "前天还了": 2, "paid yesterday": 1, "28号还的": 2, "3月1日还了": 1, "已还": 0, "30号还的": 0}
    assert {text: (today - paid_on(text, today=today)).days for text in days} == days
    about = {"天天骚扰我，投诉": "too_often", "你们打给我同事": "third_party", "投诉，骂人": "threat", "服务太差": ""}
    assert {text: conduct(text) for text in about} == about
