"""What legal records of an account on its way to court and through it: states of list A, and what each brings."""

from datetime import date

from collections_app.domain.clocks.limitation import years_after

# The room of mediation, the core's file and the ledger say these; legal records the others.
NOT_RECORDED = frozenset({"negotiating", "in_mediation", "written_off", "cured"})
# From these on the account is before a court: its hold stands, and legal has its next step.
BEFORE_COURT = frozenset({"preserved", "payment_order", "filed", "trial", "judged", "enforcement"})
# What each interrupts (Limitation Provisions, articles 9 to 13; the article stands beside the interruption).
INTERRUPTS = {"filed": "suit", "payment_order": "payment_order"}
WITH_CASE_NUMBER = frozenset({"filed", "trial", "judged", "enforcement"})
JUDGED = "judged"
# No court gives a debtor longer: a day beyond is a slip of the keyboard, and would silence the alarm for good.
PERFORM_WITHIN_YEARS = 10
ENFORCED = frozenset({"enforcement"})
# Nothing is left to be done before a court: what the steps brought ends.
SETTLED = "settled"
OVER = frozenset({SETTLED, "withdrawn"})


def can_set_day(*, state: str, on: date, perform_until: date) -> bool:
    """Return whether a step of a day can set a last day to perform: a judgment, from its day to ten years after."""
    return state == JUDGED and on <= perform_until <= years_after(on, PERFORM_WITHIN_YEARS)


def enforce_by(*, on: date, perform_until: date | None, years: int | None) -> date | None:
    """Return the last day to apply for the enforcement of a judgment (Civil Procedure Law, article 250).

    The years of the country's law run from the last day the judgment sets to perform; without one on record from the
    judgment itself, which is never later than a court would count. None where no law is on file.
    """
    return years_after(perform_until or on, years) if years else None


def problem(*, state: str, known: bool, court: str, case_number: str) -> str:
    """Return the code of what is wrong with a step, or an empty text."""
    if not known or state in NOT_RECORDED:
        return "no_such_legal_state"
    if state in BEFORE_COURT and not court:
        return "legal_court_missing"
    return "legal_case_number_missing" if state in WITH_CASE_NUMBER and not case_number else ""
