"""What customers were told beside what is true: standing, verdicts, and the flags on the record."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from django.db.utils import IntegrityError
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from collections_app.domain.calls import Closing
from collections_app.domain.promises import Part
from collections_app.domain.told.sayings import Saying
from collections_app.domain.told.standing import Statement, Truth, dated_sums, standing, to_say
from collections_app.domain.told.verdicts import FlagEnd, OpenFlag, ToldState, judge, newest, worst
from collections_app.models import Account, Customer, Event, Told, ToldFlag
from collections_app.services import calls, derivation, payments, promises, records
from collections_app.services.records import Actor
from collections_app.services.told import flags, pages, spoken
from tests import factories

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
NEXT = TODAY + timedelta(days=1)
LAST = TODAY + timedelta(days=5)
OWES = Truth({"overdue": 391_300, "payoff": 395_218, "minimum_due": 0})
PROMISED = Truth({"overdue": 391_300}, [(TODAY, 200_000)], [(TODAY, 200_000)])
SCHEDULED = Truth({"overdue": 0}, scheduled=[(TODAY, 100)])
PAID_UP = Truth({"overdue": 0}, [(TODAY, 200_000)])


def said(medium="spoken", name="overdue", fen=391_300, pay_by=None, valid_until=None, hours=0):
    at = NOW - timedelta(hours=hours)
    return Statement(1, 1, medium, name, fen, pay_by, valid_until, at, at.date())


@pytest.mark.parametrize(
    ("statement", "truth", "expected"),
    [
        (said(), OWES, "holds"),
        (said(fen=391_301), OWES, "wrong"),
        (said(fen=100, hours=24), OWES, "expired"),
        (said(fen=391_299), OWES, "holds"),
        (said(), PROMISED, "wrong"),
        (said(fen=0), PAID_UP, "holds"),
        (said(fen=0), OWES, "wrong"),
        (said(), PAID_UP, "wrong"),
        (said(name="promised", fen=200_000, pay_by=TODAY), PROMISED, "holds"),
        (said(name="promised", fen=200_000, pay_by=TODAY), OWES, "wrong"),
        (said(name="promised", fen=200_000, pay_by=TODAY - timedelta(days=1)), OWES, "expired"),
        (said(name="payoff", fen=395_000, valid_until=TODAY), OWES, "holds"),
        (said(name="payoff", fen=394_000, valid_until=TODAY), OWES, "wrong"),
        (said(name="payoff", fen=396_000, valid_until=TODAY), OWES, "wrong"),
        (said(name="payoff", fen=395_000, valid_until=TODAY - timedelta(days=1), hours=48), OWES, "expired"),
        (said(name="nothing of the kind", fen=0), OWES, "wrong"),
        (said(), None, "wrong"),
        (said(name="instalment", fen=100, pay_by=TODAY), SCHEDULED, "holds"),
        (said(name="instalment", fen=101, pay_by=TODAY), SCHEDULED, "wrong"),
    ],
)
def test_a_statement_stands_while_the_truth_is_what_it_says(statement, truth, expected):
    """Accrual within its validity is no contradiction; a fall, a leap, a promise are; a past day says nothing."""
    assert standing(statement, truth, today=TODAY) == expected


WRITTEN, OLD = {"medium": "written"}, {"fen": 1}
AGREED = {"name": "promised", "fen": 200_000, "pay_by": TODAY}


@pytest.mark.parametrize(
    ("statements", "truth", "flag", "state", "ends"),
    [
        ([], OWES, None, "nothing", "unheard"),
        ([said()], OWES, None, "agrees", "told"),
        ([said()], OWES, False, "orally_only", None),
        ([said(**OLD)], OWES, None, "told_wrong", None),
        ([said(**OLD, hours=24)], OWES, None, "expired", "over"),
        ([said(**OLD, hours=24)], OWES, False, "expired", "over"),
        ([said(**OLD, hours=24)], OWES, True, "told_wrong", None),
        ([said(**WRITTEN, **OLD)], OWES, None, "told_wrong", None),
        ([said("page", **OLD, hours=1), said()], OWES, None, "orally_only", None),
        ([said(**WRITTEN, hours=1), said(**OLD)], OWES, None, "told_wrong", None),
        ([said(**WRITTEN), said(**OLD, hours=1)], OWES, True, "agrees", "told"),
        ([said("page"), said(**OLD, hours=1)], OWES, True, "agrees", "told"),
        ([said(**WRITTEN, **OLD), said(hours=1)], OWES, None, "told_wrong", None),
        ([said(**WRITTEN, **OLD, hours=24), said()], OWES, None, "agrees", "told"),
        ([said(**WRITTEN, **OLD, hours=24), said()], OWES, True, "orally_only", None),
        ([said(), said(**OLD, hours=3)], OWES, None, "agrees", "told"),
        ([said(**WRITTEN, hours=1), said(**OLD, hours=2), said()], OWES, True, "agrees", "told"),
        ([said(**AGREED)], PROMISED, None, "orally_only", None),
        ([said(**AGREED), said(**WRITTEN, **AGREED, hours=1)], PROMISED, None, "agrees", "told"),
        ([said(**WRITTEN), said(**WRITTEN, fen=5)], OWES, None, "told_wrong", None),
    ],
)
def test_only_a_later_true_word_cures_a_wrong_one(statements, truth, flag, state, ends):
    """And one by mouth wants writing, if it is an agreement or puts something right."""
    open_flag = None if flag is None else OpenFlag(wrong=flag)
    verdict = judge(*newest(statements), truth, flag=open_flag, today=TODAY)
    assert (verdict.state, verdict.ends) == (state, ends)


def test_the_worst_account_speaks_for_the_record():
    """And who was told nothing was told nothing."""
    assert worst([ToldState.AGREES, ToldState.WRONG, ToldState.ORALLY_ONLY]) == "told_wrong"
    assert worst([]) == "nothing"


def test_an_agreement_may_be_told_whole_in_part_or_in_one_sum():
    """Two parts of which half of the first is paid: every way of naming what is left is true, no other."""
    sums = set(dated_sums([(TODAY, 200), (LAST, 300)], [(TODAY, 100), (LAST, 300)]))
    assert sums == {(TODAY, 200), (LAST, 300), (TODAY, 100), (LAST, 400)}
    assert dated_sums([], []) == []


@pytest.mark.parametrize(
    ("truth", "expected"),
    [
        (OWES, [Saying(0, "overdue", 391_300)]),
        (PROMISED, [Saying(0, "promised", 200_000, TODAY)]),
        (SCHEDULED, [Saying(0, "instalment", 100, TODAY)]),
        (Truth({"overdue": 0, "billed": 9, "minimum_due": 1}, due_on=LAST),
         [Saying(0, "billed", 9, LAST), Saying(0, "minimum_due", 1, LAST)]),
        (Truth({"overdue": 0, "billed": 9}, due_on=LAST), [Saying(0, "billed", 9, LAST)]),
        (Truth({"overdue": 0}), [Saying(0, "overdue", 0)]),
        (Truth({}, unpaid=[(TODAY + timedelta(days=n), 5) for n in range(9)], is_plan=True),
         [Saying(0, "instalment", 5, TODAY + timedelta(days=n)) for n in range(4)]),
    ],
)  # fmt: skip
def test_what_is_to_be_said_always_stands(truth, expected):
    """What a correction says of an account is what is true of it."""
    assert to_say(truth) == expected


# --- On the record ---------------------------------------------------------------------------------


def tell(customer: Customer, account: Account, medium: str, fen: int, at: datetime, name: str = "overdue") -> None:
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=at)
        spoken.remember_within(
            customer=locked, sayings=[Saying(account.pk, name, fen)], medium=medium, staff=None, contact=None, now=at
        )
        flags.settle_within([locked], now=at)


def state_of(customer: Customer) -> str:
    customer.refresh_from_db()
    return customer.told_state


def test_a_payment_contradicts_what_was_told_in_the_same_transaction(debtor, now):
    """Nobody ever sees the new amount without the flag; the history says so, without a new version of its own."""
    customer, account = debtor
    tell(customer, account, "written", 391_300, now)
    assert state_of(customer) == "agrees"
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        payments.record_received_within(
            customer=locked,
            account_id=account.pk,
            amount_fen=1,
            channel="app",
            reference="P0",
            occurred_at=now,
            now=now,
        )
        assert ToldFlag.objects.filter(customer=customer, wrong=True).exists()
        transaction.set_rollback(True)
    assert not ToldFlag.objects.exists()
    payments.record_received(
        account_id=account.pk, amount_fen=100_000, channel="app", reference="P1", occurred_at=now, now=now
    )
    assert state_of(customer) == "told_wrong"
    assert Event.objects.filter(customer=customer, kind="told.contradicted").exists()


def test_a_flag_outlives_the_day_of_the_wrong_word_and_ends_with_the_truth_on_the_page(debtor, now):
    """Time alone puts nothing right."""
    customer, account = debtor
    tell(customer, account, "written", 5, now)
    later = now + timedelta(days=9)
    derivation.sweep_due(now=later)
    with transaction.atomic():
        derivation.derive(customer=records.lock(customer_id=customer.pk, now=later), now=later)
    assert state_of(customer) == "told_wrong"
    account.refresh_from_db()
    pages.remember_page(
        customer=customer, sayings=[Saying(account.pk, "overdue", account.overdue_fen)], version=1, now=later
    )
    assert state_of(customer) == "agrees"
    flag = ToldFlag.objects.get()
    assert (flag.end, flag.ended_by.medium) == (FlagEnd.TOLD, "page")


def test_a_promise_by_telephone_wants_writing(debtor, collector, now):
    """It is true, and told by mouth only."""
    customer, account = debtor
    promises.take(
        customer_id=customer.pk, account_id=account.pk, parts=[Part(LAST, 391_300)],
        actor=Actor.of(collector), seen_version=None, now=now,
    )  # fmt: skip
    with transaction.atomic():
        locked = records.lock(customer_id=customer.pk, now=now)
        said = [Saying(account.pk, "promised", 391_300, pay_by=LAST)]
        spoken.remember_within(customer=locked, sayings=said, medium="spoken", staff=collector, contact=None, now=now)
        flags.settle_within([locked], now=now)
    assert state_of(customer) == "orally_only"
    pages.remember_page(customer=customer, sayings=said, version=1, now=now + timedelta(minutes=1))
    assert state_of(customer) == "agrees"


def test_a_call_has_told_every_overdue_account_its_script_names(debtor, collector, rules, now):
    """The card was promised; the loan was read out beside it."""
    customer, card = debtor
    loan = factories.make_account(customer, product="loan")
    with transaction.atomic():
        derivation.derive(customer=records.lock(customer_id=customer.pk, now=now), now=now)
    loan.refresh_from_db()
    assert loan.overdue_fen > 0
    call = calls.start(
        customer_id=customer.pk, contact_point_id=None, actor=Actor.of(collector), seen_version=None, now=now,
        inbound=True,
    )  # fmt: skip
    calls.verify(
        conversation_id=call.pk, facts=["birth_date", "card_tail"], result="verified", actor=Actor.of(collector),
        now=now,
    )  # fmt: skip
    closing = Closing(
        party="self", outcome="self_promise", account_id=card.pk, promise_parts=[Part(LAST, 391_300)], text=""
    )  # fmt: skip
    calls.close(conversation_id=call.pk, closing=closing, actor=Actor.of(collector), now=now)
    said = set(Told.objects.values_list("account_id", "amount_name", "amount_fen"))
    assert said == {(card.pk, "promised", 391_300), (loan.pk, "overdue", loan.overdue_fen)}


def test_what_one_account_was_told_cures_nothing_of_another(debtor, now):
    """A true word on the card leaves the wrong one on the loan."""
    customer, card = debtor
    loan = factories.make_account(customer, product="loan")
    tell(customer, loan, "written", 5, now)
    tell(customer, card, "written", 391_300, now + timedelta(minutes=1))
    assert state_of(customer) == "told_wrong"


def test_two_flags_cannot_be_open_on_one_account(debtor, now):
    """The database refuses the second."""
    customer, account = debtor
    tell(customer, account, "written", 5, now)
    with transaction.atomic(), pytest.raises(IntegrityError, match="told_flag_one_open"):
        ToldFlag.objects.create(customer=customer, account=account, told=Told.objects.get(), wrong=True, raised_at=now)


def test_a_flag_cannot_be_dismissed(debtor, now):
    """It ends with a true word or not at all."""
    customer, account = debtor
    tell(customer, account, "written", 5, now)
    with transaction.atomic(), pytest.raises(IntegrityError, match="told_flag_ends_with_a_true_word"):
        ToldFlag.objects.update(ended_at=now, end="told")


def test_many_records_are_judged_in_as_many_queries_as_one(db, now, django_assert_max_num_queries):
    """A nightly file moves thousands: told and true are read for all of them at once."""
    people = [factories.make_debtor() for _ in range(6)]
    for customer, account in people:
        tell(customer, account, "written", 391_300, now)
    Account.objects.update(core_overdue_fen=100_000)
    with transaction.atomic(), django_assert_max_num_queries(32):
        derivation.derive_many(customer_ids=[customer.pk for customer, _ in people], now=now)
    assert ToldFlag.objects.filter(wrong=True, ended_at__isnull=True).count() == 6


# --- A random walk of the truth and of words ------------------------------------------------------


class Walk(RuleBasedStateMachine):
    """Amounts move, days pass, and the customer is told, truly or not, by mouth or in writing.

    The model is two lines: unsettled since the truth left a word that stood, until it is told in writing again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.owed = 100
        self.words: list[Statement] = []
        self.flag: OpenFlag | None = None
        self.unsettled = False
        self._look()

    def _look(self) -> None:
        truth = Truth({"overdue": self.owed})
        verdict = judge(*newest(self.words), truth, flag=self.flag, today=self.now.date())
        if verdict.ends:
            self.flag = None
        else:
            wrong = verdict.state == "told_wrong"
            self.flag = OpenFlag(wrong=wrong or (self.flag is not None and self.flag.wrong))
        self.state = verdict.state

    def _model(self) -> None:
        """Unsettled by a word of the day that is not so; settled by a true one in writing, if nothing later differs."""
        last = self.words[-1] if self.words else None
        written = next((word for word in reversed(self.words) if word.medium != "spoken"), None)
        if last is not None and last.fen != self.owed and last.told_on == self.now.date():
            self.unsettled = True
        elif last is not None and last.fen == self.owed and written is not None and written.fen == self.owed:
            self.unsettled = False

    @rule(fen=st.sampled_from([100, 200, 300]))
    def the_truth_moves(self, fen: int) -> None:
        self.owed = fen
        self._look()
        self._model()

    @rule(medium=st.sampled_from(["written", "page", "spoken"]), truly=st.booleans())
    def somebody_tells(self, medium: str, truly: bool) -> None:
        self.now += timedelta(minutes=1)
        fen = self.owed if truly else self.owed + 7
        self.words.append(
            Statement(len(self.words) + 1, 1, medium, "overdue", fen, None, None, self.now, self.now.date())
        )
        self._look()
        self._model()

    @precondition(lambda self: self.words)
    @rule()
    def a_day_passes(self) -> None:
        self.now += timedelta(days=1)
        self._look()

    @invariant()
    def a_wrong_word_is_never_forgotten(self) -> None:
        if self.unsettled:
            assert self.state in {"told_wrong", "orally_only"}

    @invariant()
    def whoever_was_last_told_the_truth_in_writing_is_at_peace(self) -> None:
        last = self.words[-1] if self.words else None
        if last is not None and last.medium != "spoken" and last.fen == self.owed:
            assert self.state == "agrees"
            assert self.flag is None


TestWalk = Walk.TestCase
TestWalk.settings = hypothesis_settings(max_examples=60, stateful_step_count=20, deadline=None)
