"""Choosing wording and hour of reminders: rules first, then a policy; an objection and a stop hold at once."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import zeal
from django.db import IntegrityError, InternalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from collections_app.models import Account, Customer, Entry, Event, Hold, Staff, Transaction
from collections_app.services import approvals
from collections_app.services.errors import NotAllowedError, RefusedError
from collections_app.services.records import CUSTOMER, Actor
from notifications.domain.targeting.policies import PolicyRole
from notifications.models import (
    Choice,
    CustomerFeatures,
    Experiment,
    ExperimentPolicy,
    FeatureRun,
    Message,
    Snapshot,
    Template,
)
from notifications.selectors.targeting import explaining
from notifications.services import claiming, planning
from notifications.services.targeting import choosing, experiments, features, learning, objections
from tests import factories
from tests.remembered import remembered

pytestmark = pytest.mark.django_db
TODAY = factories.TODAY
# In the test's morning: an hour still to come, and none of the quiet ones.
LATER = time(16)


@pytest.fixture
def proposer() -> Staff:
    return factories.make_staff("operations")


@pytest.fixture
@remembered
def experiment(make_due: Callable[..., Any], proposer: Staff, now: datetime) -> Experiment:
    """One with card bills: the standard wording and a kind one, at the rule's hour and at 16:00; it runs."""
    body = Template.objects.get(kind="card_due", variant="explicit", language="zh-hans", active=True).body
    Template.objects.create(
        kind="card_due", variant="explicit", language="zh-hans", wording="warm", version=9, body=body, active=True,
        created_at=now, approved_at=now,
    )  # fmt: skip
    written = experiments.write(
        name="下午", kind="card_due", wordings=["", "warm"], hours=[LATER], algorithm="linucb", exploration=0.1,
        actor=Actor.of(proposer), now=now,
    )  # fmt: skip
    return experiments.start_within(experiment=written, by=factories.make_staff("compliance"), now=now)


def _plan(now: datetime) -> None:
    features.compute(on=TODAY, now=now)
    planning.plan(on=TODAY, now=now)


def _in_role(make_due: Callable[..., Any], experiment: Experiment, role: str, monkeypatch: Any, arm: int) -> Customer:
    """Make a customer, and let the policy of the role choose the arm for them for sure."""
    monkeypatch.setattr(choosing, "role_of", lambda **values: PolicyRole(role))
    monkeypatch.setattr(choosing, "chosen", lambda spread, draw: arm if spread[arm] > 0 else 0)
    customer, _account = make_due()
    return customer


def test_features_are_of_the_customers_own_acts_alone(make_due: Callable[..., Any], now: datetime) -> None:
    """Two of three own payments by mobile, what is debited by itself apart; old ones and purchases do not count."""
    customer, account = make_due(salary_day=15)
    for days, kind, channel in (
        (10, "payment", "app"), (40, "payment", "gateway"), (70, "payment", "counter"), (20, "payment", "autodebit"),
        (400, "payment", "counter"), (5, "purchase", "pos"),
    ):  # fmt: skip
        Transaction.objects.create(
            account=account, customer=customer, on=TODAY - timedelta(days=days), kind=kind, channel=channel,
            amount_fen=100,
        )  # fmt: skip
    assert features.compute(on=TODAY, now=now) == 1
    seen = CustomerFeatures.objects.get(customer=customer).observed
    assert (seen.mobile_share, seen.payments, seen.salary_day, seen.product) == (667, 3, 15, "card")
    assert seen.instalment_share == 99
    assert features.compute(on=TODAY, now=now) == 0, "a night is computed once"


def test_an_interrupted_night_goes_on_where_it_was(
    make_due: Callable[..., Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The range that was done is not done again."""
    monkeypatch.setattr(features, "RANGE", 1)
    first, _ = make_due()
    second, _ = make_due()
    FeatureRun.objects.create(on=TODAY, begun_at=now, through_id=first.pk, customers=1)
    assert features.compute(on=TODAY, now=now) == 1
    assert list(CustomerFeatures.objects.values_list("customer_id", flat=True)) == [second.pk]
    assert FeatureRun.objects.get().ended_at == now


def test_a_choice_is_followed_and_explains_itself(
    experiment: Experiment, make_due: Callable[..., Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hour and wording go into the message; the text sent is that of the wording; probability and numbers are kept."""
    _in_role(make_due, experiment, "challenger", monkeypatch, arm=2)
    _plan(now)
    message, choice = Message.objects.get(), Choice.objects.get()
    assert (message.wording, message.due_at) == ("warm", now.replace(hour=16, minute=0))
    assert (choice.role, choice.arm, choice.explored) == ("challenger", 2, True)
    assert choice.probability == pytest.approx(0.1 / 3)
    assert choice.spread == pytest.approx(0.2 * 0.1 / 3), "over all policies, as customers are shared among them"
    assert choice.allowed == [0, 1, 2]
    assert len(choice.context) == 10
    why = explaining.why(message_id=message.pk)
    assert why is not None
    assert [line.chosen for line in why.arms] == [False, False, True]
    [claimed] = claiming.claim(now=now.replace(hour=16, minute=1), limit=10, worker="test")
    assert Message.objects.get(pk=claimed.message_id).template.wording == "warm"  # type: ignore[union-attr]


def test_what_is_made_up_for_is_sent_by_the_script_and_not_learnt_from(
    experiment: Experiment, make_due: Callable[..., Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Yesterday's step leaves at once, at no arm's hour: what came of it says nothing of 16:00."""
    _in_role(make_due, experiment, "challenger", monkeypatch, arm=2)
    Account.objects.update(due_on=TODAY + timedelta(days=2))
    _plan(now)
    message = Message.objects.get()
    assert (message.step_on, message.wording) == (TODAY - timedelta(days=1), "")
    assert message.due_at == now.replace(hour=9, minute=30) - timedelta(days=1)
    assert not Choice.objects.exists()


def test_a_wording_taken_out_of_use_gives_way_to_the_standard_one(
    experiment: Experiment, make_due: Callable[..., Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message goes out, in the bank's own words."""
    _in_role(make_due, experiment, "challenger", monkeypatch, arm=2)
    _plan(now)
    Template.objects.filter(wording="warm").update(active=False)
    [claimed] = claiming.claim(now=now.replace(hour=16, minute=1), limit=10, worker="test")
    assert Message.objects.get(pk=claimed.message_id).template.wording == ""  # type: ignore[union-attr]


@pytest.mark.parametrize("why", ["objected", "vulnerable", "data_stale", "features_old"])
def test_rules_come_first(
    experiment: Experiment, make_due: Callable[..., Any], now: datetime, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """Nothing is tried on who objects or is in hardship, with stale data, or without features."""
    customer = _in_role(make_due, experiment, "challenger", monkeypatch, arm=2)
    if why != "features_old":
        features.compute(on=TODAY, now=now)
    if why == "objected":
        objections.set_personalised(customer_id=customer.pk, wanted=False, actor=CUSTOMER, now=now)
    if why == "vulnerable":
        # Of another account's scope of channels: the reminder itself goes on.
        Hold.objects.create(customer=customer, kind="debt_advice", placed_at=now, channel="letter")
    if why == "data_stale":
        Customer.objects.update(data_as_of=TODAY - timedelta(days=9))
    planning.plan(on=TODAY, now=now)
    choice = Choice.objects.get()
    assert choice.refused == {"1": why, "2": why}
    assert (choice.arm, choice.probability, choice.spread) == (0, 1.0, 1.0)
    assert Message.objects.get().wording == ""


def test_an_objection_erases_at_once_and_holds_every_night(
    experiment: Experiment, make_due: Callable[..., Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Features and past numbers are gone, what waits is in the standard wording; consent brings them back."""
    customer = _in_role(make_due, experiment, "challenger", monkeypatch, arm=2)
    _plan(now)
    before = Customer.objects.get().version
    Choice.objects.update(reward=1.0, came="paid", settled_at=now)
    objections.set_personalised(customer_id=customer.pk, wanted=False, actor=CUSTOMER, now=now)
    objections.set_personalised(customer_id=customer.pk, wanted=False, actor=CUSTOMER, now=now)
    assert not CustomerFeatures.objects.exists()
    choice = Choice.objects.get()
    assert (choice.context, choice.scores, choice.allowed, choice.refused, choice.erased_at) == ([], [], [], {}, now)
    assert (choice.reward, choice.came, choice.settled_at) == (None, "", None), "nor whether they paid"
    message = Message.objects.get()
    assert (message.wording, message.due_at) == ("", now.replace(hour=9, minute=30)), "the script's wording and hour"
    assert Customer.objects.get().version == before + 1
    assert Event.objects.filter(kind="personalisation.changed").count() == 1
    features.compute(on=TODAY + timedelta(days=1), now=now + timedelta(days=1))
    assert not CustomerFeatures.objects.exists()
    objections.set_personalised(customer_id=customer.pk, wanted=True, actor=CUSTOMER, now=now)
    features.compute(on=TODAY + timedelta(days=2), now=now + timedelta(days=2))
    assert CustomerFeatures.objects.exists()


def test_stopping_takes_one_step(
    experiment: Experiment,
    make_due: Callable[..., Any],
    proposer: Staff,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What waits is in the standard wording, nothing more is chosen, and a collector cannot."""
    _in_role(make_due, experiment, "challenger", monkeypatch, arm=2)
    _plan(now)
    with pytest.raises(NotAllowedError):
        experiments.stop(experiment_id=experiment.pk, actor=Actor.of(factories.make_staff("collector")), now=now)
    with CaptureQueriesContext(connection) as queries:
        experiments.stop(experiment_id=experiment.pk, actor=Actor.of(proposer), now=now)
    message = Message.objects.get()
    assert (message.wording, message.due_at) == ("", now.replace(hour=9, minute=30)), "the script's wording and hour"
    locked = [each["sql"] for each in queries if "FOR NO KEY UPDATE" in each["sql"]]
    assert [
        f'FROM "{table}"' in sql
        for table, sql in zip((Customer._meta.db_table, Message._meta.db_table), locked, strict=True)
    ] == [True, True], "the record is locked first"
    make_due()
    planning.plan(on=TODAY, now=now)
    assert Choice.objects.count() == 1


def test_choosing_costs_the_same_for_many(
    experiment: Experiment, make_due: Callable[..., Any], count_queries: Callable[..., int], now: datetime
) -> None:
    """One message and ten take as many queries, and a kind nothing is tried with takes one."""
    make_due()
    _plan(now)
    with zeal.zeal_ignore():
        attempts = [_again(make_due, now) for _number in range(10)]
    one, ten = [attempts[0]], attempts[1:]
    with transaction.atomic():
        first = count_queries(lambda: choosing.choose_within(kind="card_due", attempts=one, now=now))
        others = count_queries(lambda: choosing.choose_within(kind="card_due", attempts=ten, now=now))
        nothing = count_queries(lambda: choosing.choose_within(kind="loan_due", attempts=ten, now=now))
        assert choosing.choose_within(kind="card_due", attempts=ten, now=now) == 0, "chosen for once"
    assert (others - first, nothing) == (0, 1)


def _again(make_due: Callable[..., Any], now: datetime) -> Any:
    customer, account = make_due()
    return Message.objects.create(
        customer=customer, account=account, kind="card_due", purpose="due_notice", about_on=TODAY, planned_at=now,
        due_at=now, expires_at=now + timedelta(days=1), provider="sandbox",
    ).attempt  # fmt: skip


def test_paying_or_agreeing_within_the_window_is_the_reward(
    experiment: Experiment, make_due: Callable[..., Any], now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Judged after seven days and with fresh data only; what came too late is nothing; learnt from at night."""
    monkeypatch.setattr(learning, "banner", lambda **values: type("Fresh", (), {"fresh": True}))
    payer, account = make_due()
    late, other = make_due()
    by_day = [make_due() for _ in range(4)]
    _plan(now)
    for customer, owed, days in ((payer, account, 2), (late, other, 8)):
        _pay(customer, owed, now + timedelta(days=days))
    # The core tells of days alone: on the window's first and last day nobody knows whether the money came within it.
    for (customer, owed), day in zip(by_day, (0, 1, 6, 7), strict=True):
        on = TODAY + timedelta(days=day)
        Entry.objects.create(
            account=owed, customer=customer, kind="adjustment", state="posted", amount_fen=-100, money_fen=100,
            earliest_on=on, latest_on=on, channel="core", reference=f"core-{day}", recorded_at=now, occurred_at=now,
        )  # fmt: skip
    assert learning.settle(now=now + timedelta(days=6)) == 0
    assert learning.settle(now=now + timedelta(days=9)) == 6
    came = dict(Choice.objects.values_list("customer_id", "came"))
    told = zip(by_day, ("nothing", "paid", "paid", "nothing"), strict=True)
    assert came == {payer.pk: "paid", late.pk: "nothing"} | {customer.pk: word for (customer, _), word in told}
    assert sorted(Choice.objects.values_list("reward", flat=True)) == [0.0] * 3 + [1.0] * 3
    assert learning.learn(now=now + timedelta(days=9)) == 1
    snapshot = Snapshot.objects.get()
    assert (snapshot.version, snapshot.rows, snapshot.report["unproven"]) == (1, 6, "too_few")
    objections.set_personalised(customer_id=payer.pk, wanted=False, actor=CUSTOMER, now=now)
    learning.learn(now=now + timedelta(days=10))
    assert Snapshot.objects.get(version=2).rows == 5, "what was erased is not learnt from any more"


def _pay(customer: Customer, account: Account, at: datetime) -> None:
    factories.make_received(account, 100, reference=f"pay-{customer.pk}", at=at)


def test_nothing_is_judged_or_learnt_with_stale_data(experiment: Experiment, now: datetime) -> None:
    """No file was ever taken in: money may have come that nobody sees."""
    assert learning.settle(now=now + timedelta(days=9)) == 0
    assert learning.learn(now=now + timedelta(days=9)) == 0


def test_a_second_person_starts_it_and_replaces_the_champion(bank: None, proposer: Staff, now: datetime) -> None:
    """Nobody starts their own; without evidence nobody may even ask; what was shown is what is put in."""
    compliance = factories.make_staff("compliance")
    values: dict[str, Any] = {"kind": "card_due", "wordings": [""], "hours": [LATER], "exploration": 0.1}
    draft = experiments.write(name="a", algorithm="lints", actor=Actor.of(proposer), now=now, **values)
    assert experiments.write(name="a", algorithm="lints", actor=Actor.of(proposer), now=now, **values) == draft
    with pytest.raises(RefusedError, match="own_work"):
        experiments.start_within(experiment=draft, by=proposer, now=now)
    asked = experiments.ask_start(experiment_id=draft.pk, reason="试一试", actor=Actor.of(proposer), now=now)
    approvals.decide(approval_id=asked.pk, verdict="approved", answer="", actor=Actor.of(compliance), now=now)
    draft.refresh_from_db()
    assert draft.state == "running"
    with pytest.raises(RefusedError, match="challenger_too_few"):
        experiments.ask_champion(experiment_id=draft.pk, reason="x", actor=Actor.of(proposer), now=now)
    gain = {"value": 0.03, "low": 0.01, "high": 0.05, "rows": 4000, "effective": 900}
    snapshot = Snapshot.objects.create(
        experiment=draft, version=1, learnt_at=now, rows=4000, model={}, report={"unproven": "not_better"}
    )
    with pytest.raises(RefusedError, match="challenger_not_better"):
        experiments.ask_champion(experiment_id=draft.pk, reason="x", actor=Actor.of(proposer), now=now)
    proven = Snapshot.objects.create(
        experiment=draft, version=2, learnt_at=now, rows=4000, model={}, report={"unproven": "", "gain": gain}
    )
    asked = experiments.ask_champion(experiment_id=draft.pk, reason="更好", actor=Actor.of(proposer), now=now)
    newest = {"unproven": "", "gain": gain}
    Snapshot.objects.create(experiment=draft, version=3, learnt_at=now, rows=1, model={}, report=newest)
    approvals.decide(approval_id=asked.pk, verdict="approved", answer="", actor=Actor.of(compliance), now=now)
    champion = ExperimentPolicy.objects.get(experiment=draft, role="champion", until__isnull=True)
    assert (champion.version, champion.algorithm, champion.frozen) == (2, "lints", proven)
    assert snapshot.version == 1
    with pytest.raises(RefusedError, match="challenger_too_few"):
        # What was better than the champion before has not been compared with this one.
        experiments.ask_champion(experiment_id=draft.pk, reason="再换一次", actor=Actor.of(proposer), now=now)


def test_the_database_caps_chance_and_keeps_choices(
    experiment: Experiment, make_due: Callable[..., Any], now: datetime
) -> None:
    """No service is needed to hold the cap, the second person, and what a choice was made by."""
    make_due()
    _plan(now)
    for values in ({"exploration": 0.2}, {"started_by": experiment.created_by}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Experiment.objects.update(**values)
    with pytest.raises(InternalError), transaction.atomic():
        Choice.objects.update(probability=0.5)


def test_an_experiment_has_something_to_compare_and_approved_texts(bank: None, proposer: Staff, now: datetime) -> None:
    """Not one way alone, no unknown wording, no more chance than the cap, and no kind that no rule plans."""
    values: dict[str, Any] = {"name": "x", "kind": "card_due", "wordings": [""], "hours": [LATER], "exploration": 0.1}
    for wrong, code in (
        ({"hours": [time(9, 30)]}, "experiment_arms"), ({"wordings": ["none"]}, "experiment_no_wording"),
        ({"exploration": 0.3}, "experiment_exploration"), ({"kind": "payment_received"}, "experiment_kind_not_planned"),
    ):  # fmt: skip
        with pytest.raises(RefusedError, match=code):
            experiments.write(**values | wrong, algorithm="linucb", actor=Actor.of(proposer), now=now)
