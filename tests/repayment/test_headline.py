"""What the page says first, decided without a page: every kind of headline, and what stands before what."""

from datetime import date, timedelta

import pytest

from repayment.domain.headline import AccountDue, Agreed, Headline, HeadlineKind, headline
from repayment.domain.payments import PaymentPurpose

TODAY = date(2026, 11, 20)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def due(number=1, **values):
    defaults = {"product": "card", "currency": "CNY", "overdue_fen": 0, "coming_fen": 0, "coming_on": None}
    return AccountDue(number, **{**defaults, "payoff_fen": 395_218, **values})


def first(*accounts, agreed=(), in_flight=None, held=None, silent=False):
    return headline(accounts=accounts, agreed=agreed, in_flight=in_flight, held=held, silent=silent, today=TODAY)


def test_of_a_death_or_an_assignment_the_page_says_nothing_but_to_speak():
    """Silence stands before everything, also before a payment under way."""
    found = first(due(overdue_fen=5), in_flight=(1, 5, "CNY"), silent=True)
    assert found == Headline(HeadlineKind.SPEAK_TO_US)


def test_a_payment_under_way_stands_before_what_is_due():
    """In its own currency, without another button, and though its account has left the core's file since."""
    assert first(due(1, overdue_fen=5), in_flight=(2, 7, "HKD")) == Headline(HeadlineKind.IN_FLIGHT, 2, 7, "HKD")


def test_held_money_stands_before_what_is_due_and_after_a_payment_under_way():
    """It has no button: nothing more is taken before somebody knows what it is for."""
    assert first(due(1, overdue_fen=5), held=(2, 7, "CNY")) == Headline(HeadlineKind.HELD, 2, 7)
    assert first(due(1), held=(2, 7, "CNY"), in_flight=(1, 5, "CNY")).kind is HeadlineKind.IN_FLIGHT


@pytest.mark.parametrize(
    ("is_plan", "day", "kind", "purpose"),
    [
        (True, YESTERDAY, HeadlineKind.PLAN_LATE, PaymentPurpose.PLAN_INSTALMENT),
        (True, TODAY, HeadlineKind.PLAN_DUE, PaymentPurpose.PLAN_INSTALMENT),
        (True, TOMORROW, HeadlineKind.PLAN_DUE, PaymentPurpose.PLAN_INSTALMENT),
        (False, YESTERDAY, HeadlineKind.PROMISE_MISSED, PaymentPurpose.PROMISE_PART),
        (False, TODAY, HeadlineKind.PROMISE_DUE, PaymentPurpose.PROMISE_PART),
        (False, TOMORROW, HeadlineKind.PROMISE_DUE, PaymentPurpose.PROMISE_PART),
    ],
)
def test_an_agreement_is_asked_for_by_its_day(is_plan, day, kind, purpose):
    """Missed, due or to come; a plan has days of grace after its day, a promise has none."""
    later = TODAY + timedelta(days=30)
    found = first(due(overdue_fen=9_000), agreed=[Agreed(1, is_plan, [(later, 200), (day, 100)], grace_days=3)])
    last_day = day + timedelta(days=3) if is_plan else day
    assert found == Headline(kind, 1, 100, "CNY", purpose, day, last_day, ((later, 200),))


def test_everything_of_an_agreement_that_is_due_is_one_sum_and_never_more_than_what_pays_off():
    """Two missed parts are asked for at once; of what is almost paid off only the rest."""
    parts = [(YESTERDAY, 100), (TODAY, 200), (TOMORROW, 400)]
    assert first(due(), agreed=[Agreed(1, True, parts)]).amount_fen == 300
    assert first(due(payoff_fen=250), agreed=[Agreed(1, True, parts)]).amount_fen == 250


def test_what_was_agreed_for_later_waits_for_what_is_overdue_without_agreement():
    """And what is due of an agreement does not."""
    accounts = [due(1), due(2, overdue_fen=5)]
    assert first(*accounts, agreed=[Agreed(1, False, [(TOMORROW, 100)])]).account_id == 2
    assert first(*accounts, agreed=[Agreed(1, False, [(TODAY, 100)])]).account_id == 1


def test_of_several_agreements_the_first_due_and_then_the_older_account_leads():
    accounts = [due(1), due(2), due(3)]
    agreed = [Agreed(3, False, [(YESTERDAY, 1)]), Agreed(2, True, [(YESTERDAY, 1)]), Agreed(1, False, [(TODAY, 1)])]
    assert first(*accounts, agreed=agreed).account_id == 2


def test_what_is_overdue_leads_by_a_broken_promise_then_by_its_sum():
    """The greatest sum first, of equal sums the older account."""
    sums = [due(1, overdue_fen=5), due(2, overdue_fen=9), due(3, overdue_fen=9)]
    assert first(*sums) == Headline(HeadlineKind.OVERDUE, 2, 9, "CNY", PaymentPurpose.OVERDUE)
    broken = first(*sums, due(4, overdue_fen=1, broken=True))
    assert broken == Headline(HeadlineKind.BROKEN, 4, 1, "CNY", PaymentPurpose.OVERDUE)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"claimed": True}, HeadlineKind.CLAIMED),
        ({"disputed": True}, HeadlineKind.DISPUTED),
        ({"claimed": True, "disputed": True}, HeadlineKind.CLAIMED),
    ],
)
def test_what_the_customer_says_is_paid_or_wrong_is_named_and_not_asked_for(values, kind):
    """It has no button, and what is asked for stands before it."""
    said = due(1, overdue_fen=9, **values)
    assert first(said) == Headline(kind, 1, 9, "CNY")
    assert first(said, due(2, overdue_fen=1)).account_id == 2


@pytest.mark.parametrize(
    ("product", "purpose"), [("card", PaymentPurpose.MINIMUM), ("loan", PaymentPurpose.INSTALMENT)]
)
def test_what_comes_due_is_the_minimum_of_a_card_and_the_instalment_of_a_loan(product, purpose):
    """The next day first; what has no day or no sum is not coming."""
    accounts = [
        due(1, coming_fen=5, coming_on=TOMORROW + timedelta(days=1)),
        due(2, product=product, coming_fen=7, coming_on=TOMORROW),
        due(3, coming_fen=9),
        due(4, coming_on=TODAY),
    ]
    assert first(*accounts) == Headline(HeadlineKind.COMING_DUE, 2, 7, "CNY", purpose, TOMORROW)
    assert first(*accounts[2:]) == Headline(HeadlineKind.NOTHING_DUE)


@pytest.mark.parametrize("values", [{"payoff_fen": 0}, {"closed_to_us": True}])
def test_an_account_that_is_paid_off_or_not_the_banks_asks_for_nothing(values):
    """Neither what is overdue on it nor what was agreed about it; an agreement without parts asks for nothing."""
    account = due(1, overdue_fen=5, **values)
    agreed = [Agreed(1, True, [(TODAY, 5)]), Agreed(2, False, [])]
    assert first(account, due(2), agreed=agreed) == Headline(HeadlineKind.NOTHING_DUE)
