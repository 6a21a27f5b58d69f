"""The reference data a bank starts with."""

from datetime import date, datetime

import pytest

from collections_app.domain.rules import CapRule, QuietRule
from collections_app.models import ImportedDay, PromiseRule, Rule, RulePack
from collections_app.selectors.rules import calendars, packs_in_force
from collections_app.services import reference

pytestmark = pytest.mark.django_db
CODES = ["CN", "IN", "UK", "US-REGF", "neutral"]


def test_every_pack_is_in_force_once(now: datetime) -> None:
    """Loading again changes nothing, and each can be read whole."""
    assert reference.load_rule_packs(now=now) == len(CODES)
    assert reference.load_rule_packs(now=now) == 0
    assert sorted(packs_in_force(codes=CODES, on=now.date())) == sorted(CODES)


def test_every_rule_says_on_what_it_rests_and_none_claims_to_be_verified(now: datetime) -> None:
    """Counsel verifies; the files do not."""
    reference.load_rule_packs(now=now)
    assert not Rule.objects.filter(source="").exists()
    assert not Rule.objects.filter(verified=True).exists()
    assert set(Rule.objects.values_list("basis", flat=True)) == {"law", "industry", "policy"}


def test_the_mainland_pack_has_its_numbers(now: datetime) -> None:
    """22:00 to 08:00; six unanswered a day per number; three effective calls a day; one SMS a day, three a week."""
    reference.load_rule_packs(now=now)
    rules = {rule.ref.code: rule for rule in packs_in_force(codes=["CN"], on=now.date())["CN"].rules}
    quiet = rules["CN-H1"]
    assert isinstance(quiet, QuietRule)
    assert quiet.hours is not None
    assert (quiet.hours.begins.hour, quiet.hours.ends.hour) == (22, 8)
    caps = {code: (rule.most, rule.days) for code, rule in rules.items() if isinstance(rule, CapRule)}
    assert caps["CN-F1"] == (6, 1)
    assert caps["CN-F2"] == (3, 1)
    assert (caps["POL-SMS-1D"], caps["POL-SMS-7D"]) == ((1, 1), (3, 7))


def test_a_version_that_people_chose_stays_in_force(now: datetime) -> None:
    """Loading adds the first version beside it, inactive."""
    RulePack.objects.create(
        code="CN", version=2, active=True, effective_from=date(2026, 6, 1), name_zh="内", name_en="M"
    )
    reference.load_rule_packs(now=now)
    assert RulePack.objects.get(code="CN", active=True).version == 2


def test_a_pack_not_yet_in_effect_is_not_in_force(now: datetime) -> None:
    """Nobody is contacted before its day."""
    reference.load_rule_packs(now=now)
    RulePack.objects.update(effective_from=date(2026, 11, 21))
    assert packs_in_force(codes=CODES, on=now.date()) == {}


def test_promise_rules_are_loaded_once_and_kept_as_edited(now: datetime) -> None:
    """An administrator's number stays."""
    assert reference.load_promise_rules() == 2
    PromiseRule.objects.update(longest_days=21)
    assert reference.load_promise_rules() == 0
    assert set(PromiseRule.objects.values_list("longest_days", flat=True)) == {21}


def test_calendars_hold_what_is_published_and_nothing_more(now: datetime) -> None:
    """China's 2027 has no official notice in November 2026, so it stays unknown."""
    assert reference.load_calendars(now=now) > 0
    assert reference.load_calendars(now=now) == 0
    china = calendars(countries=["CN"], around=now.date())["CN"]
    assert china.works(date(2026, 10, 1)) is False
    assert china.works(date(2026, 11, 20)) is True
    assert china.works(date(2027, 3, 1)) is None
    assert ImportedDay.objects.filter(country="CN", works=True, on__year=2026).exists()
