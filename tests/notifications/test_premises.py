"""Does what a message says still hold?"""

from dataclasses import replace
from datetime import date

import pytest

from collections_app.selectors.codes import shipped
from notifications.domain.facts import Facts, InstalmentFacts, PaymentFacts, PromiseFacts
from notifications.domain.kinds import KINDS, opens_the_page
from notifications.domain.premise_words import PREMISES
from notifications.domain.premises import gone, gone_or_held

TODAY = date(2026, 11, 20)
PROMISE = PromiseFacts(id=1, state="active", parts=((1, TODAY, 20000), (2, date(2026, 12, 5), 10000)), paid_fen=0)
INSTALMENT = InstalmentFacts(number=1, count=3, due_on=TODAY, unpaid_fen=5000, in_force=True)
OWING = Facts(
    table=shipped().holds,
    today=TODAY,
    product="card",
    tail="4410",
    overdue_fen=391300,
    minimum_due_fen=39130,
    billed_fen=391300,
    payoff_fen=395218,
    due_on=TODAY,
    overdue_since=date(2026, 10, 20),
    delinquent=True,
    instalment=INSTALMENT,
    payment=PaymentFacts(20000, "received"),
)
# For each kind, the facts under which it may be sent.
TRUE = {
    "loan_due": OWING,
    "card_due": OWING,
    "due_today": OWING,
    "overdue_gentle": OWING,
    "promise_due": replace(OWING, promise=PROMISE, subject_promise=PROMISE),
    "promise_broken": replace(OWING, subject_promise=replace(PROMISE, state="broken")),
    "plan_due": OWING,
    "plan_recalculated": OWING,
    "payment_received": OWING,
    "mediation_invitation": OWING,
    "negotiation_invitation": OWING,
    "written_confirmation": replace(OWING, promise=PROMISE, subject_promise=PROMISE),
    "balance_change": OWING,
    "formal_demand": OWING,
    "security_advice": OWING,
    "loan_schedule": OWING,
    **dict.fromkeys(["mediation_changed", "mediation_reminder", "negotiation_changed", "negotiation_reminder"], OWING),
    **dict.fromkeys(["mediation_dates", "negotiation_dates"], OWING),
    **dict.fromkeys(["mediation_cancelled", "negotiation_cancelled"], replace(OWING, payoff_fen=0)),
    "agreement_to_sign": replace(OWING, payoff_fen=0),
    "credit_report_notice": OWING,
    "placement_notice": OWING,
    "assignment_notice": OWING,
    "complaint_received": replace(OWING, work_open=True),
    "request_received": replace(OWING, work_open=True),
    "paid_up": replace(OWING, payoff_fen=0),
    "debit_failed": replace(OWING, payment=PaymentFacts(20000, "failed")),
    "number_changed": OWING,
    **dict.fromkeys(["one_time_code", "signing_code"], OWING),
    **dict.fromkeys(["stop_confirmed", "start_confirmed", "help_answer"], OWING),
    "colleague_note": OWING,
    "page_link": OWING,
    "told_correction": replace(OWING, contradicted=True),
    "told_confirmation": replace(OWING, contradicted=True),
}


def test_a_true_premise_holds() -> None:
    """Each kind may be sent under the facts it was planned for."""
    for kind in KINDS:
        assert gone(kind, TRUE[kind], about=TODAY) == "", kind


# What answers an act, warns of a fraud or gives a notice of the account's own end.
OUTLIVING = {
    "payment_received", "paid_up", "complaint_received", "request_received", "number_changed", "one_time_code",
    "colleague_note", "security_advice", "assignment_notice", "page_link", "stop_confirmed", "start_confirmed",
    "help_answer", "agreement_to_sign", "mediation_cancelled", "negotiation_cancelled", "signing_code",
}  # fmt: skip


def test_a_closed_account_silences_all_but_receipts_and_codes() -> None:
    """Nobody is written to about an account the core has closed."""
    for kind in set(KINDS) - OUTLIVING:
        assert gone(kind, replace(TRUE[kind], closed=True), about=TODAY) == "account_closed", kind


@pytest.mark.parametrize(
    "kind", ["loan_due", "card_due", "due_today", "overdue_gentle", "promise_due", "promise_broken", "plan_due"]
)
def test_a_payment_on_its_way_silences_what_asks_for_money(kind: str) -> None:
    """Who has just paid is not asked to pay."""
    assert gone(kind, replace(TRUE[kind], in_flight=True), about=TODAY) == "payment_in_flight"


@pytest.mark.parametrize(
    ("kind", "changes", "reason"),
    [
        ("loan_due", {"instalment": replace(INSTALMENT, unpaid_fen=0)}, "paid"),
        ("loan_due", {"instalment": None}, "due_date_moved"),
        ("loan_due", {"today": date(2026, 11, 21)}, "day_passed"),
        ("card_due", {"billed_fen": 0}, "paid"),
        ("card_due", {"due_on": date(2026, 12, 20)}, "due_date_moved"),
        ("card_due", {"today": date(2026, 11, 21)}, "day_passed"),
        ("due_today", {"today": date(2026, 11, 19)}, "day_passed"),
        ("due_today", {"billed_fen": 0}, "paid"),
        ("overdue_gentle", {"overdue_fen": 0}, "nothing_overdue"),
        ("overdue_gentle", {"delinquent": False}, "nothing_overdue"),
        ("overdue_gentle", {"promise": PROMISE}, "promise_pending"),
        ("promise_due", {"subject_promise": replace(PROMISE, state="redated")}, "promise_ended"),
        ("promise_due", {"subject_promise": replace(PROMISE, paid_fen=20000)}, "paid"),
        ("promise_due", {"subject_promise": None}, "promise_ended"),
        ("promise_due", {"today": date(2026, 11, 21)}, "day_passed"),
        ("promise_broken", {"subject_promise": PROMISE}, "promise_ended"),
        ("promise_broken", {"promise": PROMISE}, "promise_pending"),
        ("promise_broken", {"overdue_fen": 0}, "nothing_overdue"),
        ("promise_broken", {"subject_promise": replace(PROMISE, state="broken", paid_fen=29999)}, ""),
        ("promise_broken", {"subject_promise": replace(PROMISE, state="partly_kept", paid_fen=30000)}, "paid"),
        ("plan_due", {"instalment": replace(INSTALMENT, in_force=False)}, "plan_ended"),
        ("plan_due", {"instalment": replace(INSTALMENT, unpaid_fen=0)}, "paid"),
        ("plan_due", {"instalment": replace(INSTALMENT, due_on=date(2026, 12, 1))}, "due_date_moved"),
        ("plan_due", {"today": date(2026, 11, 21)}, "day_passed"),
        ("payment_received", {"payment": PaymentFacts(20000, "reversed")}, "payment_reversed"),
        ("payment_received", {"payment": None}, "payment_reversed"),
        ("mediation_invitation", {"payoff_fen": 0}, "paid"),
        ("mediation_invitation", {"today": date(2026, 11, 21)}, "day_passed"),
        ("written_confirmation", {"subject_promise": None}, "promise_ended"),
        ("balance_change", {"payment": PaymentFacts(20000, "reversed")}, "payment_reversed"),
        ("formal_demand", {"overdue_fen": 0}, "nothing_overdue"),
        ("formal_demand", {"promise": PROMISE}, "promise_pending"),
        ("formal_demand", {"promise": PROMISE, "asked": True}, ""),
        ("formal_demand", {"in_flight": True}, "payment_in_flight"),
        ("loan_schedule", {"instalment": None}, "due_date_moved"),
        ("mediation_reminder", {"today": date(2026, 11, 21)}, "day_passed"),
        ("credit_report_notice", {"overdue_fen": 0}, "nothing_overdue"),
        ("placement_notice", {"in_house": False}, "not_in_house"),
        ("complaint_received", {"work_open": False}, "work_ended"),
        ("request_received", {"work_open": False}, "work_ended"),
        ("paid_up", {"payoff_fen": 100}, "owed_again"),
        ("debit_failed", {"payment": PaymentFacts(20000, "received")}, "paid"),
        ("debit_failed", {"payoff_fen": 0}, "paid"),
        ("debit_failed", {"in_flight": True}, "payment_in_flight"),
    ],
)
def test_a_premise_that_is_gone_says_why(kind: str, changes: dict[str, object], reason: str) -> None:
    """Each way a message can become untrue has its reason."""
    assert gone(kind, replace(TRUE[kind], **changes), about=TODAY) == reason  # type: ignore[arg-type]


def test_a_hold_withholds_what_it_stops_and_lets_the_rest_pass() -> None:
    """A dispute stops the reminder, not the receipt."""
    disputed = replace(OWING, holds=("dispute",))
    assert gone_or_held("overdue_gentle", disputed, about=TODAY) == "hold"
    assert gone_or_held("payment_received", disputed, about=TODAY) == ""
    assert gone_or_held("overdue_gentle", OWING, about=TODAY) == ""


@pytest.mark.parametrize("kind", ["told_correction", "told_confirmation"])
def test_whoever_has_been_told_the_truth_needs_no_correction(kind: str) -> None:
    """The last look asks whether anything is still contradicted."""
    assert gone(kind, OWING, about=TODAY) == "told_the_truth"


def test_every_premise_has_words() -> None:
    """The life of a message names it."""
    assert {kind.premise.value for kind in KINDS.values()} <= set(PREMISES)


def test_a_way_in_comes_in_the_text_or_beside_it_in_the_app() -> None:
    """By its form; by the app with everything but what is harmless."""
    found = [
        opens_the_page("card_due", channel="sms", variant=form) for form in ("code", "link", "neutral", "explicit")
    ]
    assert found == [True, True, True, False]
    kinds = ("card_due", "one_time_code")
    assert [opens_the_page(kind, channel="app", variant="explicit") for kind in kinds] == [True, False]
