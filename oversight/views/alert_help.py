"""What to do about each kind of alert."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HELP: dict[str, Promise] = {
    "intake_failed": _(
        "Look at the import page for the reason, ask the core for a sound file, and take it in again. Until then "
        "collection is refused."
    ),
    "intake_missing": _("Ask operations of the core where the file is. Collection is refused until it is taken in."),
    "incident": _(
        "Collection is stopped for a scope. Read the sentence with your colleagues; two people end it on its page."
    ),
    "risk_to_life": _(
        "A colleague has pressed the red button. A supervisor takes over the call within five minutes; the hand-off "
        "says which customer. It ends when a second person agrees."
    ),
    "filing_missing": _(
        "These accounts are held for a suit while limitation runs out. Legal files the suit and records the day of "
        "filing on the record, or says why there is none; this clears by itself the night after."
    ),
    "waiver_refused": _(
        "The core refused what the bank let off, or booked another amount. The record's history says which; have the "
        "core mend it and answer again, or tell the customer. Whoever dealt with it resolves this."
    ),
    "instructions_waiting": _(
        "See that the folder named in ONECASE_INSTRUCTIONS_FOLDER can be written, or run manage.py export_instructions."
    ),
    "waiver_unanswered": _(
        "Waivers were told to the core before its last two files, and it has answered nothing. Ask operations of the "
        "core whether the file of instructions arrived."
    ),
    "event_left": _(
        "What follows from an event of a record, such as a receipt, could not be queued; later events go on. Read the "
        "worker's log for the cause. It is tried again at least every hour, and this clears by itself."
    ),
    "handoff_late": _(
        "Work between departments is near its deadline or past it. The list of hand-offs shows which and who was told; "
        "this clears by itself when it is done."
    ),
    "sender_stopped": _(
        "The provider refuses everything. Have its account and credentials checked, then resume it; what waits is sent."
    ),
    "sender_avoided": _(
        "The provider fails or is slow; its share goes another way for some minutes, and comes back by itself. The "
        "list of sender shifts says what was seen. If it recurs, ask the provider."
    ),
    "sending_halted": _(
        "Somebody has halted messages, with a reason. What waits stays waiting; an administrator ends the halt."
    ),
    "sends_unknown": _(
        "The provider did not say whether it took these messages. They count and are not sent again; if they do not "
        "clear by themselves, ask the provider."
    ),
    "receipts_contradict": _(
        "A provider reported two endings of one message, or has it under two names: it may have gone out twice. Ask "
        "the provider by the name given here, then resolve this."
    ),
    "no_route": _(
        "The provider does not reach a number, or its country is switched off there. Only that message failed, or went "
        "by another channel. Switch the country on, or make a route by another provider, then resolve this."
    ),
    "messages_unjudged": _(
        "An error nobody foresaw came while these messages were judged; all others go out. They are tried every ten "
        "minutes while they are of use. The log names the error: have it mended, then resolve this."
    ),
    "texts_faulty": _(
        "Texts that are in use would not be approved today. Open the texts, write new versions of those with findings, "
        "and have them approved; until then they go on being sent. This clears by itself the night after."
    ),
    "letters_waiting": _("Letters wait for more than a day: make a batch of them and have it printed."),
    "letters_undecided": _(
        "The hand-over of a batch was broken off. Ask the print house whether it has the file, then say so on the "
        "batch's page."
    ),
    "calendar_unknown": _(
        "Load the working calendar of that country for the year. Channels that rest on days off wait until then."
    ),
    "calendar_ending": _(
        "The calendar of that country ends within sixty days. Load the next year's as soon as it is published."
    ),
    "rules_missing": _("Put a pack of rules in force for this branch. Nobody is contacted until then."),
    "payment_mismatch": _(
        "Somebody sent a payment notification that does not fit. Nothing was booked; compare with the gateway."
    ),
    "paid_closed_account": _(
        "The core had closed the account before the payment of this reference arrived. It is booked there: have it "
        "paid back, or put to what the customer still owes."
    ),
    "paid_beyond": _(
        "A customer paid although the money had come another way. It is booked; have what is beyond paid back."
    ),
    "payment_disputed": _(
        "The payer's bank asks the money of this reference back. Answer it at the gateway before its deadline; until "
        "it is decided, the payment counts."
    ),
    "settlement_differs": _(
        "A gateway's settlement and the books differ. Each difference stands under settlement differences in the "
        "administration until it is explained."
    ),
    "payment_notice_missing": _(
        "A payment was found by asking the gateway: its notifications do not arrive. Check the address it calls."
    ),
    "gateway_silent": _(
        "The gateway does not answer about open payments. Ask its operator; customers are told to wait."
    ),
    "ledger_broken": _(
        "The history differs from its log. Stop changes by hand, keep a copy of the database, and call compliance."
    ),
    "ledger_unverified": _(
        "Last night's check of the history did not come to its end, so nobody knows whether it holds. Read the "
        "worker's log for the cause, then run manage.py ledger verify; this clears by itself after the next check "
        "that ends."
    ),
    "derive_failed": _(
        "So many records show yesterday's stage, next step and place in the worklist: they could not be derived, and "
        "the others go on. The worker's log names each with its cause. They are tried again every quarter of an "
        "hour, and this clears by itself."
    ),
    "limitation_ending": _(
        "Limitation of accounts of this branch ends within so many days, or is over. The worklist finds them by its "
        "condition Limitation: demand in writing at the number on file, or have legal decide on a suit."
    ),
    "guarantee_ending": _(
        "Guarantee periods of this branch end soon, and nothing lengthens them. The worklist finds them by its "
        "condition Guarantee period: call upon the guarantor in time and record the evidence."
    ),
    "plan_account_gone": _(
        "Accounts of this branch with a plan in force are no longer in the core's file: paid there, sold or moved. "
        "Nobody can judge these plans. The worklist finds them by its condition Next step; find out from the core, "
        "then annul the plan or have the account sent again. This clears by itself."
    ),
    "complaint_letter": _(
        "Letters on complaints of this branch came back or were never delivered. The hand-offs of kind Document say "
        "which: check the address, deliver by another way, and record it. This clears by itself then."
    ),
    "visit_untold": _(
        "Visits ended more than a day ago, and nobody has said what came of them: until then these customers are "
        "contacted by nobody else. The list of visits shows who went; this clears by itself when they tell."
    ),
    "mediation_unscheduled": _(
        "No mediator and representative are free at once within the term. Open more hours, or talk by telephone."
    ),
    "mediation_clock": _(
        "The list of sessions names each clock that runs out and what is missing: the customer's answer, the "
        "mediator's acceptance, or the end of the term. Both parties together may prolong the "
        "term. This clears by itself."
    ),
    "mediation_untold": _(
        "The hours of so many sessions are over, and nobody has said whether they were held and what came of them. "
        "Until then the record says that talks are to come. The list of sessions names them first: whoever holds one "
        "records its outcome or the absence, or finds another date. This clears by itself."
    ),
    "mediation_sham": _(
        "Whoever held these talks suspects that they are a sham. Compliance looks into the record and reports it; no "
        "new talks about the account begin for thirty days."
    ),
    "mediation_papers_ending": _(
        "Trainings or licences of mediators or experts end within thirty days; from then on nobody books them. Record "
        "the renewed ones in the administration; this clears by itself the night after."
    ),
    "confirmation_ending": _(
        "So many mediation agreements of this branch can be taken to a court for confirmation for few days more, by "
        "both parties together. The record's panel of talks makes the papers and records the application."
    ),
    "enforcement_ending": _(
        "Something is still owed by a judgment, and no application for enforcement is on record. After two years, "
        "unless they were interrupted or suspended, the debtor may object and the court then does not enforce it. "
        "Legal applies and records the step on the record; this clears the night after."
    ),
    "agreement_enforcement_ending": _(
        "A court confirmed an agreement or gave judgment after talks, something is still owed by it, and no "
        "application for enforcement is on record. The record's panel of talks records the application."
    ),
    "enforcement_law_missing": _(
        "Something is still owed by so many judgments, and the rules of clocks have no row for how long enforcement "
        "may be applied for in the customers' country: no day is counted and nothing rings. Tell legal, who know the "
        "day, and have an administrator load the row. This clears the night after."
    ),
    "agreement_law_missing": _(
        "Courts confirmed agreements or gave judgments after so many talks, something is still owed, and the rules of "
        "clocks have no row for how long enforcement may be applied for: no day is counted and nothing rings. Tell "
        "legal, and have an administrator load the row. This clears the morning after."
    ),
    "preservation_ending": _(
        "Property was preserved before suit and no suit is on record. It is lost when none is filed in time."
    ),
    "obligation_overdue": _(
        "The bank or a customer has not done what an agreement says. The hand-offs say what; record it with its "
        "evidence when it is done. This clears by itself then."
    ),
    "obligation_refused": _(
        "Something on the record keeps overdue obligations from being handed on; the worker's log names each with the "
        "reason. They are tried again every morning, and this clears by itself."
    ),
    "mediation_file_lost": _(
        "An agreement, a scan or court papers are not in the sealed storage, or do not open with its keys. Restore the "
        "files from the backup, then make or open the papers again and resolve this."
    ),
    "mediation_solver_failed": _(
        "Sessions were placed by the weightiest-first rule instead, which is sound but may leave some waiting. "
        "The worker's log says why the solver's process failed. This clears by itself when it answers again."
    ),
}
GENERAL = _("Have operations look at it.")


def help_for(kind: str) -> str:
    """Return what to do about an alert of this kind."""
    return str(HELP.get(kind, GENERAL))
