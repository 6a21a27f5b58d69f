"""Refusals in words."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import translation

from collections_app.domain.reasons import Reason
from collections_app.services import refusal_texts, write_refusals
from collections_app.services.errors import RefusedError
from collections_app.services.refusal_texts import end_text, refusal_text

pytestmark = pytest.mark.django_db
# 24:00 on 22 November in Shanghai.
UNTIL = datetime(2026, 11, 22, 16, tzinfo=UTC)
PARAMS = {
    "hold": "dispute",
    "kind": "dispute",
    "state": "kept",
    "department": "service",
    "from": "22:00",
    "to": "08:00",
    "most": 3,
    "days": 7,
    "counts": "attempts",
    "channel": "sms",
    "basis": "policy",
    "relation": "spouse",
    "as_of": None,
    "oldest": "2026-11-19",
    "smallest_fen": 39_130,
    "obstacle": "Quiet hours.",
}


@pytest.mark.parametrize(
    ("language", "code", "until", "expected"),
    [
        ("zh-hans", "promise_pending", UNTIL, "承诺期内，11月22日 24:00 前不催收；来电可接。"),
        ("zh-hans", "promise_pending", None, "承诺还款正在核对入账，核对前不催收；来电可接。"),
        ("zh-hans", "cap_reached", UNTIL, "短信每 7 天上限 3 次已满（本行政策），11月22日 24:00 前不再联系。"),
        ("zh-hans", "promise_amount_too_small", None, "承诺金额至少 391.30。"),
        ("en", "on_the_line", None, "Customer service is speaking with the customer now."),
        (
            "en",
            "cap_reached",
            UNTIL,
            "SMS: the limit of 3 per 7 days is reached (bank policy); no more before 24:00 on 22 November.",
        ),
    ],
)
def test_a_refusal_is_one_sentence(language: str, code: str, until: datetime | None, expected: str) -> None:
    """It names the rule in words and until when."""
    with translation.override(language):
        assert refusal_text(RefusedError(code, until=until, **PARAMS)) == expected


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("until", [None, UNTIL])
def test_every_refusal_has_a_sentence_in_both_languages(language: str, until: datetime | None) -> None:
    """Also when a parameter is missing; in Chinese nothing is left in English."""
    for code in (*refusal_texts._CONTACTS, *write_refusals.SENTENCES):
        for params in (PARAMS, {}):
            with translation.override(language):
                text = refusal_text(RefusedError(code, until=until, **params))
            assert "%(" not in text, code
            # One ends with the sentence of another refusal, which brings its own full stop.
            if code != "contact_not_approvable":
                assert text.endswith("。" if language == "zh-hans" else "."), code


def test_every_reason_of_a_permit_has_its_own_sentence() -> None:
    """None falls back to the general one."""
    assert set(refusal_texts._CONTACTS) == {reason.value for reason in Reason}


def test_an_unknown_code_reads_calmly_all_the_same() -> None:
    """The code is there for whoever asks support."""
    with translation.override("en"):
        assert refusal_text(RefusedError("brand_new")) == "This is not possible now (brand_new)."


def test_a_state_is_named_in_its_own_list() -> None:
    """A hand-off's, not a promise's."""
    with translation.override("zh-hans"):
        text = refusal_text(RefusedError("handoff_cannot_move", state="accepted"))
    assert text == "该转办已受理，不能这样变更。"


def test_an_end_within_the_day_shows_its_clock() -> None:
    """Eight in the morning, in the reader's zone."""
    with translation.override("zh-hans"):
        assert end_text(datetime(2026, 11, 21, 0, 0, tzinfo=UTC)) == "11月21日 08:00"


def test_every_code_that_services_refuse_with_has_a_sentence() -> None:
    """Nobody reads a bare code: each literal in the services of this floor is known."""
    services = Path(refusal_texts.__file__).parent
    codes = {
        code
        for path in services.glob("*.py")
        if not path.name.startswith("intake")
        for code in re.findall(r'(?:RefusedError|NotAllowedError)\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert codes <= set(write_refusals.SENTENCES) | set(refusal_texts._CONTACTS)
