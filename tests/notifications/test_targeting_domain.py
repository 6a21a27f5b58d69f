"""The mathematics of choosing and judging: probabilities that add up, estimates that find the truth, rules."""

from datetime import date, time

import numpy as np
import pytest

from collections_app.domain.quiet_hours import QuietHours
from notifications.domain.targeting import evaluation
from notifications.domain.targeting.bandit import Bandit
from notifications.domain.targeting.context import NUMBERS, context, matrix
from notifications.domain.targeting.eligibility import Arm, Standing, refusals
from notifications.domain.targeting.evaluation import Estimate, Logged
from notifications.domain.targeting.features import FEATURES, FORBIDDEN, Observed
from notifications.domain.targeting.moments import advice_first
from notifications.domain.targeting.policies import (
    MOST_EXPLORATION,
    SHARES,
    Algorithm,
    Policy,
    PolicyRole,
    chosen,
    decide,
    draw_of,
    mixed,
    role_of,
)
from notifications.models import CustomerFeatures

ARMS = 3
ALL = [Policy(algorithm, exploration=0.1) for algorithm in Algorithm]


def _taught(rows: int = 600, seed: int = 1) -> Bandit:
    """Arm 1 is good for the first number, arm 2 for the second, arm 0 middling for all."""
    chance = np.random.default_rng(seed)
    contexts = np.column_stack([np.ones(rows), chance.random((rows, 2))])
    arms = chance.integers(0, ARMS, rows)
    rewards = np.select([arms == 1, arms == 2], [contexts[:, 1], contexts[:, 2]], 0.4)
    bandit = Bandit(arms=ARMS, numbers=3)
    bandit.learn(contexts, arms, rewards)
    return bandit


@pytest.mark.parametrize("policy", ALL, ids=lambda policy: policy.algorithm)
@pytest.mark.parametrize("taught", [True, False])
def test_probabilities_add_up_and_respect_what_is_allowed(policy: Policy, taught: bool) -> None:
    """Whatever the policy; an arm that is taken away has none, and chance is capped whatever is asked for."""
    contexts = np.array([[1, 0.9, 0.1], [1, 0.1, 0.9], [1, 0.0, 0.0]])
    allowed = np.array([[True, True, True], [True, True, False], [True, False, False]])
    greedy = Policy(policy.algorithm, exploration=0.9)
    for each in (policy, greedy):
        spread = decide(each, _taught() if taught else None, contexts, allowed, in_turn=True).spread
        assert spread.sum(axis=1) == pytest.approx(1.0)
        assert not spread[~allowed].any()
        assert (spread.max(axis=1) >= 1 - MOST_EXPLORATION).all()


def test_what_is_learnt_decides() -> None:
    """Each context gets the arm that is best for it, by every algorithm that learns."""
    contexts, allowed = np.array([[1, 0.95, 0.0], [1, 0.0, 0.95], [1, 0.0, 0.0]]), np.ones((3, 3), dtype=np.bool_)
    for algorithm in (Algorithm.GREEDY, Algorithm.LINUCB, Algorithm.LINTS):
        spread = decide(Policy(algorithm, alpha=0.1, exploration=0.1), _taught(), contexts, allowed).spread
        assert spread.argmax(axis=1).tolist() == [1, 2, 0], algorithm


def test_a_batch_does_not_try_the_same_arm_on_everybody() -> None:
    """With nothing learnt, rows alike are given every arm in turn; an arm that is not allowed is never given."""
    contexts, allowed = np.ones((9, 1)), np.ones((9, ARMS), dtype=np.bool_)
    fresh = Bandit(arms=ARMS, numbers=1)
    spread = decide(Policy(Algorithm.LINUCB), fresh, contexts, allowed, in_turn=True).spread
    assert spread.sum(axis=0).tolist() == [3, 3, 3]
    allowed[:, 1] = False
    spread = decide(Policy(Algorithm.LINUCB), fresh, contexts, allowed, in_turn=True).spread
    assert spread.sum(axis=0)[1] == 0


def test_a_bandit_is_ridge_regression_and_survives_its_snapshot() -> None:
    """The weights are those of the closed form; kept and read again it says the same; draws repeat by their seed."""
    bandit = _taught()
    contexts = np.array([[1, 0.5, 0.5]])
    again = Bandit.from_json(bandit.as_json())
    assert again.means(contexts) == pytest.approx(bandit.means(contexts))
    assert again.widths(contexts) == pytest.approx(bandit.widths(contexts))
    assert bandit.rows.sum() == 600
    closed = np.linalg.solve(bandit.gram[1], bandit.sums[1])
    assert bandit.means(contexts)[0, 1] == pytest.approx(float(contexts[0] @ closed))
    assert (bandit.drawn(alpha=1, draws=4, seed=5) == bandit.drawn(alpha=1, draws=4, seed=5)).all()
    spread = bandit.drawn(alpha=1.0, draws=4000, seed=2)[:, 1, :]
    assert np.cov(spread.T) == pytest.approx(np.linalg.inv(bandit.gram[1]), abs=0.01)


def test_customers_are_shared_as_the_table_says() -> None:
    """The same customer in the same experiment always has the same policy; both baselines always have their share."""
    roles = [role_of(experiment_id=7, customer_id=number) for number in range(4000)]
    assert roles == [role_of(experiment_id=7, customer_id=number) for number in range(4000)]
    assert roles != [role_of(experiment_id=8, customer_id=number) for number in range(4000)]
    for role, share in SHARES.items():
        assert roles.count(role) / 4000 == pytest.approx(share / 100, abs=0.03)
    assert sum(SHARES.values()) == 100
    draws = [draw_of(experiment_id=7, message_id=number) for number in range(4000)]
    assert np.mean(draws) == pytest.approx(0.5, abs=0.03)


def test_a_number_falls_on_its_arm() -> None:
    """In the order of the arms, never on one without probability, also where rounding leaves a gap."""
    assert [chosen([0.2, 0.0, 0.8], draw) for draw in (0.0, 0.19, 0.2, 0.9999)] == [0, 0, 2, 2]
    assert chosen([0.5, 0.4999999, 0.0], 0.99999999) == 1
    even = np.full((1, 2), 0.5)
    script = np.array([[1.0, 0.0]])
    assert mixed([(PolicyRole.CHAMPION, script), (PolicyRole.CHALLENGER, even)]) == pytest.approx(
        np.array([[0.7, 0.1]])
    )


def _logged(rows: int, seed: int) -> tuple[Logged, float]:
    """Choices of a policy that mostly sends the script, in a world where arm 1 pays with 0.2 + half of a number."""
    chance = np.random.default_rng(seed)
    contexts = np.zeros((rows, len(NUMBERS)))
    contexts[:, 0], contexts[:, 1] = 1, chance.random(rows)
    arms = (chance.random(rows) < 0.2).astype(np.int64)
    spread = np.where(arms == 1, 0.2, 0.8)
    rewards = (chance.random(rows) < np.where(arms == 1, 0.2 + contexts[:, 1] / 2, 0.3)).astype(np.float64)
    truth = float(np.maximum(0.2 + contexts[:, 1] / 2, 0.3).mean())
    allowed = np.ones((rows, 2), dtype=np.bool_)
    return Logged(contexts, allowed, arms, spread, rewards, np.arange(rows)), truth


def test_estimates_find_what_a_policy_would_have_earned() -> None:
    """Both estimators of the greedy policy lie about the truth, and their intervals hold it nearly always."""
    held = 0
    for seed in range(20):
        log, truth = _logged(4000, seed)
        judged = evaluation.judge(Policy(Algorithm.GREEDY), None, log, learns=True)
        held += judged.robust.low <= truth <= judged.robust.high
        assert judged.snipw.value == pytest.approx(truth, abs=0.08)
    assert held >= 17
    script = evaluation.judge(Policy(Algorithm.FIXED), None, log, learns=False)
    assert script.snipw.value == pytest.approx(log.rewards[log.arms == 0].mean())
    gain = evaluation.difference(judged, script, log.customers)
    assert (gain.low > 0, evaluation.unproven(gain)) == (True, "")
    nothing = evaluation.difference(script, script, log.customers)
    assert evaluation.unproven(nothing) == "not_better"


def test_rows_of_one_customer_are_not_counted_as_many() -> None:
    """The same log by a tenth of the customers has the wider interval."""
    log, _truth = _logged(2000, 3)
    few = Logged(log.contexts, log.allowed, log.arms, log.spread, np.repeat(log.rewards[:200], 10), log.customers // 10)
    many = Logged(few.contexts, few.allowed, few.arms, few.spread, few.rewards, log.customers)
    wide, narrow = (evaluation.judge(Policy(Algorithm.FIXED), None, each, learns=False).snipw for each in (few, many))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_too_little_says_nothing() -> None:
    """No promotion on few rows or few that count, no share of a small group, and no weight on nothing."""
    assert evaluation.unproven(Estimate(0.5, 0.4, 0.6, 900, 900)) == "too_few"
    assert evaluation.unproven(Estimate(0.5, 0.4, 0.6, 9000, 100)) == "too_few"
    assert evaluation.proportion(5, 29) is None
    share = evaluation.proportion(30, 60)
    assert share is not None
    assert (share.value, round(share.low, 3), round(share.high, 3)) == (0.5, 0.377, 0.623)
    log, _truth = _logged(50, 1)
    only = log.of(log.arms == 1)
    nothing = evaluation.judge(Policy(Algorithm.FIXED), None, only, learns=False)
    assert (nothing.snipw.effective, nothing.snipw.high) == (0.0, 1.0)
    empty = log.of(np.zeros(50, dtype=np.bool_))
    assert evaluation.judge(Policy(Algorithm.FIXED), None, empty, learns=False).robust.rows == 0


def test_no_feature_is_who_a_person_is() -> None:
    """Neither a feature nor a column is a forbidden one, and language is never a ground of a choice."""
    names = set(FEATURES) | set(NUMBERS) | {field.name for field in CustomerFeatures._meta.get_fields()}
    assert not {name for name in names for word in FORBIDDEN if word in name.split("_")}
    assert not FEATURES["language"].scored
    assert "language" not in NUMBERS


def test_a_context_is_bounded_whatever_is_known() -> None:
    """Nothing known, everything known, and values beyond their bounds."""
    known = Observed(1200, 99, 31, True, "both", 5000, 9, "sms", "en")
    for seen in (Observed(), known, Observed(answer_hour=19, product="loan", salary_day=20)):
        numbers = context(seen, on=date(2026, 11, 20))
        assert len(numbers) == len(NUMBERS)
        assert min(numbers) >= 0
        assert max(numbers) <= 1
    assert matrix([]).shape == (0, len(NUMBERS))
    assert context(Observed(salary_day=20), on=date(2026, 11, 20))[3] == 1


SCRIPT = Arm(0, "", time(9, 30), "sms")
OTHERS = (Arm(1, "warm", time(16), "sms"), Arm(2, "", time(21, 30), "sms"), Arm(3, "", time(8), "letter"))


def _standing(**values: object) -> Standing:
    standing = {
        "objected": False, "holds": (), "data_fresh": True, "features_fresh": True, "wordings": {"warm"},
        "channels": {"sms"}, "quiet": [QuietHours(time(21), time(8))], "local_time": time(9),
    }  # fmt: skip
    return Standing(**standing | values)  # type: ignore[arg-type]


def test_each_arm_is_refused_for_its_reason() -> None:
    """Channel, quiet hours, an hour gone by, a wording without a text; the script never."""
    assert refusals((SCRIPT, *OTHERS), _standing()) == {2: "quiet_hours", 3: "channel_closed"}
    assert refusals(OTHERS[:1], _standing(wordings=())) == {1: "no_wording"}
    assert refusals(OTHERS[:1], _standing(local_time=time(17))) == {1: "hour_past"}
    assert refusals(OTHERS[:1], _standing(local_time=None)) == {}
    for values, reason in (
        ({"objected": True}, "objected"), ({"holds": {"hardship"}}, "vulnerable"),
        ({"data_fresh": False}, "data_stale"), ({"features_fresh": False}, "features_old"),
    ):  # fmt: skip
        assert refusals((SCRIPT, *OTHERS), _standing(**values)) == dict.fromkeys((1, 2, 3), reason)


def test_advice_first_is_a_rule() -> None:
    """For who pays mostly by mobile, of enough payments to tell."""
    assert advice_first(Observed(mobile_share=600, payments=3))
    assert not advice_first(Observed(mobile_share=600, payments=2))
    assert not advice_first(Observed(mobile_share=500, payments=9))
