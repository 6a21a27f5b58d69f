"""Does what a message says still hold? Asked when it is shown, and again at the instant it is sent."""

from collections.abc import Callable
from datetime import date

from collections_app.domain.promises import PENDING
from notifications.domain.facts import Facts
from notifications.domain.kinds import KINDS, Premise

# Each check returns the reason why the premise is gone, or an empty text while it holds.
Check = Callable[[Facts, date], str]

_BROKEN = frozenset({"broken", "partly_kept"})
_SETTLED_PAYMENT = frozenset({"received", "posted"})


def _loan_instalment_due(facts: Facts, about: date) -> str:
    if facts.instalment is None or facts.instalment.due_on != about:
        return "due_date_moved"
    if facts.today > about:
        return "day_passed"
    if facts.instalment.unpaid_fen == 0:
        return "paid"
    return ""


def _card_bill_due(facts: Facts, about: date) -> str:
    if facts.due_on != about:
        return "due_date_moved"
    if facts.today > about:
        return "day_passed"
    if facts.billed_fen == 0:
        return "paid"
    return ""


def _card_due_today(facts: Facts, about: date) -> str:
    if facts.today != about:
        return "day_passed"
    return _card_bill_due(facts, about)


def _overdue(facts: Facts, about: date) -> str:
    if facts.overdue_fen == 0 or not facts.delinquent:
        return "nothing_overdue"
    if facts.promise is not None:
        return "promise_pending"
    return ""


def _demandable(facts: Facts, about: date) -> str:
    if facts.overdue_fen == 0 or not facts.delinquent:
        return "nothing_overdue"
    # By the calendar nobody is pressed who has promised; a colleague of the law department may have to.
    return "promise_pending" if facts.promise is not None and not facts.asked else ""


def _still_overdue(facts: Facts, about: date) -> str:
    return "" if facts.overdue_fen and facts.delinquent else "nothing_overdue"


def _in_house(facts: Facts, about: date) -> str:
    return "" if facts.in_house else "not_in_house"


def _work_open(facts: Facts, about: date) -> str:
    return "" if facts.work_open else "work_ended"


def _paid_up(facts: Facts, about: date) -> str:
    return "" if facts.payoff_fen == 0 else "owed_again"


def _not_paid_since(facts: Facts, about: date) -> str:
    if facts.payment is None or facts.payment.state != "failed":
        return "paid"
    return "paid" if facts.payoff_fen == 0 else ""


def _nothing_more(facts: Facts, about: date) -> str:
    return ""


def _promise_due(facts: Facts, about: date) -> str:
    promise = facts.subject_promise
    if promise is None or promise.state not in PENDING:
        return "promise_ended"
    if facts.today > about:
        return "day_passed"
    if promise.unpaid_up_to(about) == 0 or facts.payoff_fen == 0:
        return "paid"
    return ""


def _promise_broken(facts: Facts, about: date) -> str:
    promise = facts.subject_promise
    if promise is None or promise.state not in _BROKEN:
        return "promise_ended"
    if facts.promise is not None:
        return "promise_pending"
    if facts.overdue_fen == 0:
        return "nothing_overdue"
    # What came after the day was judged is not said to be missing.
    return "paid" if promise.unpaid_up_to(date.max) == 0 else ""


def _plan_instalment_due(facts: Facts, about: date) -> str:
    instalment = facts.instalment
    if instalment is None or not instalment.in_force:
        return "plan_ended"
    if instalment.due_on != about:
        return "due_date_moved"
    if facts.today > about:
        return "day_passed"
    if instalment.unpaid_fen == 0:
        return "paid"
    return ""


def _payment_received(facts: Facts, about: date) -> str:
    return "" if facts.payment is not None and facts.payment.state in _SETTLED_PAYMENT else "payment_reversed"


def _invitation_open(facts: Facts, about: date) -> str:
    if facts.payoff_fen == 0:
        return "paid"
    return "day_passed" if facts.today > about else ""


def _promise_pending(facts: Facts, about: date) -> str:
    promise = facts.subject_promise
    return "" if promise is not None and promise.state in PENDING else "promise_ended"


def _told_contradicted(facts: Facts, about: date) -> str:
    return "" if facts.contradicted else "told_the_truth"


_CHECKS: dict[Premise, Check] = {
    Premise.LOAN_INSTALMENT_DUE: _loan_instalment_due,
    Premise.CARD_BILL_DUE: _card_bill_due,
    Premise.CARD_DUE_TODAY: _card_due_today,
    Premise.OVERDUE: _overdue,
    Premise.PROMISE_DUE: _promise_due,
    Premise.PROMISE_BROKEN: _promise_broken,
    Premise.PLAN_INSTALMENT_DUE: _plan_instalment_due,
    Premise.PAYMENT_RECEIVED: _payment_received,
    Premise.INVITATION_OPEN: _invitation_open,
    Premise.PROMISE_PENDING: _promise_pending,
    Premise.TOLD_CONTRADICTED: _told_contradicted,
    Premise.ENTRY_STANDS: _payment_received,
    Premise.DEMANDABLE: _demandable,
    Premise.STILL_OVERDUE: _still_overdue,
    Premise.IN_HOUSE: _in_house,
    Premise.WORK_OPEN: _work_open,
    Premise.PAID_UP: _paid_up,
    Premise.NOT_PAID_SINCE: _not_paid_since,
    Premise.NOTHING_MORE: _nothing_more,
}
# A payment on its way silences what asks for money; it does not silence what acknowledges or invites.
_SILENCED_BY_PAYMENT = frozenset(
    {
        Premise.LOAN_INSTALMENT_DUE,
        Premise.CARD_BILL_DUE,
        Premise.CARD_DUE_TODAY,
        Premise.OVERDUE,
        Premise.PROMISE_DUE,
        Premise.PROMISE_BROKEN,
        Premise.PLAN_INSTALMENT_DUE,
        Premise.DEMANDABLE,
        Premise.NOT_PAID_SINCE,
    }
)
# What answers an act, gives warning of a fraud or proves a person is sent though the core has closed the account.
_OUTLIVES_THE_ACCOUNT = frozenset({Premise.PAYMENT_RECEIVED, Premise.PAID_UP, Premise.WORK_OPEN, Premise.NOTHING_MORE})


def gone(kind: str, facts: Facts, *, about: date) -> str:
    """Return why a message of this kind about that day may no longer be sent, or an empty text if it may."""
    premise = KINDS[kind].premise
    if facts.closed and premise not in _OUTLIVES_THE_ACCOUNT:
        return "account_closed"
    if facts.in_flight and premise in _SILENCED_BY_PAYMENT:
        return "payment_in_flight"
    return _CHECKS[premise](facts, about)


def gone_or_held(kind: str, facts: Facts, *, about: date) -> str:
    """Return why a planned message is not to be expected now: its premise is gone, or a hold stops it."""
    return gone(kind, facts, about=about) or ("hold" if facts.stopped_by(KINDS[kind].purpose) else "")
