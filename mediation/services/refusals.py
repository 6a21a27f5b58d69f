"""Why the room refuses, in words. Codes of the ground floor are put into words there."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from collections_app.services.errors import RefusedError
from collections_app.services.refusal_texts import refusal_text

_AGREEMENT = {
    "no_instalments": _("Name at least one instalment."),
    "amount_not_positive": _("Every instalment needs an amount above zero."),
    "sum_differs": _("The instalments do not add up to the agreed sum."),
    "above_payoff": _("The agreed sum is more than what pays the account off."),
    "dates_not_rising": _("The dates must rise, one instalment a day at most."),
    "date_in_the_past": _("The first date is in the past."),
    "term_too_long": _("The last date is more than five years away."),
    "several_accounts": _("The instalments name several accounts; an agreement names one."),
    "another_account": _("The instalments name another account than these talks."),
    "grace_out_of_range": _("The days of grace are between 0 and 30."),
    "terms_too_long": _("The terms are too long."),
}
_PROPOSAL = {
    "talks_open": _("Talks about this account are already open."),
    "plan_in_force": _("A plan is in force on this account."),
    "not_overdue": _("The account is not overdue."),
    "customer_deceased": _("The customer is reported to have died."),
    "in_bankruptcy": _("Bankruptcy proceedings are open."),
    "in_court": _("The account is in court."),
    "account_assigned": _("The claim has been assigned to somebody else."),
    "fraud_check_running": _("A fraud check is running on the account."),
    "customer_cannot_agree": _("The customer cannot enter into agreements."),
    "customer_at_risk": _("There is a risk to the customer's life: no talks now."),
    "refused_lately": _("The customer declined within the last 30 days."),
}
_OTHER = {
    "agreement_not_signed": _("A signature or seal is missing. Without all of them the ending is “refused to sign”."),
    "agreement_needs_recording": _("An oral agreement needs the reference of its recording."),
    "mediation_ended": _("These talks have ended."),
    "mediation_in_session": _("The session has begun; whoever holds it records how it ends."),
    "no_such_ending": _("Choose how the session ended."),
    "no_such_kind_of_talks": _("Choose mediation or negotiation."),
    "no_such_mediation": _("There are no such talks."),
    "no_such_method": _("Choose how it was signed."),
    "no_such_session": _("There is no such session."),
    "not_your_session": _("Only the person who holds this session may do this."),
    "position_too_long": _("What the bank brings to the table is too long."),
    "session_begun_already": _("The session has already begun."),
    "session_hours_taken": _("Somebody needed for this session is in another one now."),
    "session_not_begun": _("Open the session first: an agreement needs the customer's consent to talk."),
    "session_not_yet": _("The session's hour has not come."),
    "session_over": _("This session is over."),
    "terms_without_agreement": _("Only an agreement has instalments."),
    "absence_already": _("An absence is already recorded for these hours."),
    "absence_without_length": _("An absence ends after it starts."),
    "code_taken": _("This code is taken."),
    "hours_overlap": _("The hours of a day overlap."),
    "mediator_already": _("This person is already registered as a mediator."),
    "mediator_without_training": _("A mediator needs at least one language and one product."),
    "no_such_kind_of_organisation": _("Choose the kind of organisation."),
    "no_such_organisation": _("There is no such organisation."),
    "no_such_staff": _("There is no such member of staff."),
    "not_a_mediator": _("Only staff with the mediator's role may be registered."),
    "people_mediation_is_free": _("People's mediation is free of charge."),
}
TEXTS: Mapping[str, str] = {  # type: ignore[assignment]  # lazy texts become text when shown
    **{f"agreement_{code}": text for code, text in _AGREEMENT.items()},
    **{f"mediation_{code}": text for code, text in _PROPOSAL.items()},
    **_AGREEMENT,
    **_PROPOSAL,
    **_OTHER,
}


def text_of(code: str) -> str:
    """Return a reason code of this room as a sentence in the language of the moment."""
    return str(TEXTS[code])


def sentences(error: RefusedError) -> list[str]:
    """Return every reason of a refusal as a sentence, the deciding one first."""
    if error.code not in TEXTS:
        return [refusal_text(error)]
    codes = error.params.get("problems") or [error.code]
    return [text_of(code) for code in codes]
