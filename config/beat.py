"""What runs by the clock: the schedule a fresh installation starts with.

An administrator may change or pause an entry afterwards; `manage.py sync_schedule` adds what is new
here and removes what is gone, and leaves the rest as they left it.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_noop as _


@dataclass(frozen=True)
class ByClock:
    """A time of day, in crontab's notation, in the bank's time zone."""

    hour: str
    minute: str = "0"
    day_of_week: str = "*"


@dataclass(frozen=True)
class Entry:
    """One line of the schedule."""

    name: str
    task: str
    every: timedelta | ByClock
    queue: str


SCHEDULE: tuple[Entry, ...] = (
    Entry(_("Bring late records up to date"), "records.derive_due", timedelta(seconds=30), "default"),
    Entry(_("Return accounts of people who left"), "records.return_accounts", timedelta(minutes=1), "default"),
    Entry(_("Give what is nobody's by the rules"), "ownership.distribute", timedelta(minutes=5), "default"),
    Entry(_("Begin leave"), "ownership.begin_leave", timedelta(minutes=1), "default"),
    Entry(_("End placements whose day is over"), "ownership.end_placements", timedelta(minutes=30), "default"),
    Entry(_("Sequence events"), "records.sequence_events", timedelta(seconds=5), "default"),
    Entry(_("Sign the ledger"), "records.sign_checkpoint", timedelta(minutes=10), "default"),
    # Between those rounds, so that neither a short day nor a quiet one ends unsigned.
    Entry(_("Sign the ledger when it is quiet"), "records.sign_when_quiet", timedelta(seconds=15), "default"),
    Entry(_("Verify the ledger"), "records.verify_ledger", ByClock(hour="3", minute="20"), "default"),
    Entry(_("Forget used form keys"), "records.forget_form_keys", ByClock(hour="4", minute="10"), "default"),
    Entry(_("Forget old refused entries"), "records.forget_refused", ByClock(hour="4", minute="20"), "default"),
    Entry(_("Forget old runs of tasks"), "records.forget_task_runs", ByClock(hour="4", minute="30"), "default"),
    Entry(_("Forget old nightly files"), "intake.forget_old", ByClock(hour="4", minute="25"), "intake"),
    Entry(_("Judge promises"), "promises.judge_due", timedelta(minutes=5), "default"),
    Entry(_("Judge plans"), "plans.judge_due", timedelta(minutes=5), "default"),
    Entry(_("Take in uploads that wait"), "intake.run_waiting", timedelta(minutes=1), "intake"),
    # In the evening, before the core's day ends.
    Entry(_("Tell the core of waivers"), "instructions.tell", ByClock(hour="21", minute="30"), "default"),
    Entry(_("Go on with tests of drafts"), "rules.run_backtests", timedelta(minutes=5), "default"),
    Entry(_("Watch the end of the calendars"), "alerts.watch_calendars", ByClock(hour="5", minute="10"), "default"),
    # After the nightly file, and before the first colleague: a second run changes nothing.
    Entry(_("Wind the clocks of limitation and guarantee"), "clocks.wind", ByClock(hour="6", minute="40"), "default"),
    Entry(_("End reservations nobody settled"), "contacts.end_expired", timedelta(minutes=1), "default"),
    Entry(_("Free the lines of silent calls"), "calls.free_lapsed_lines", timedelta(seconds=20), "default"),
    Entry(_("End approvals nobody answered"), "approvals.sweep", timedelta(minutes=5), "default"),
    Entry(_("End visits whose hour has passed"), "visits.sweep", timedelta(minutes=5), "default"),
    Entry(_("Let hand-offs climb before they are overdue"), "handoffs.escalate", timedelta(seconds=30), "default"),
    Entry(_("Chase letters nobody has delivered"), "complaints.watch_letters", timedelta(minutes=30), "default"),
    Entry(_("Make evidence packs that wait"), "evidence.make_waiting", timedelta(minutes=1), "default"),
    Entry(_("End incidents whose hour has come"), "incidents.sweep", timedelta(seconds=30), "default"),
    Entry(_("Watch for the nightly file"), "alerts.watch_data_age", timedelta(minutes=5), "default"),
    # Planning again is harmless, and what is planned at night waits for its hour and its permit.
    Entry(_("Plan reminders"), "notifications.plan_reminders", timedelta(minutes=5), "messages"),
    # After the night's other work and before the nightly file is expected; what is interrupted goes on.
    Entry(_("Compute features"), "notifications.compute_features", ByClock(hour="4", minute="40"), "default"),
    Entry(_("Check the texts in use again"), "notifications.watch_texts", ByClock(hour="5", minute="20"), "default"),
    Entry(_("Judge choices of messages and learn"), "notifications.learn_choices", ByClock(hour="7"), "default"),
    Entry(_("Send messages"), "notifications.send_due", timedelta(seconds=5), "messages"),
    # A code is woken when it is asked for; this is the net below.
    Entry(_("Send one-time codes"), "notifications.send_codes", timedelta(seconds=2), "priority"),
    Entry(_("Send what cannot wait"), "notifications.send_priority", timedelta(seconds=3), "priority"),
    Entry(_("Follow the record's events"), "notifications.follow_events", timedelta(seconds=5), "priority"),
    Entry(_("Read returned e-mails"), "notifications.read_returned_mails", timedelta(minutes=1), "messages"),
    Entry(_("Sweep messages"), "notifications.sweep_messages", timedelta(minutes=1), "messages"),
    Entry(_("Count for the board of a large bank"), "oversight.keep_board", timedelta(minutes=1), "default"),
    Entry(_("Ask about silent payments"), "repayment.sweep_payments", timedelta(minutes=2), "default"),
    Entry(_("Follow payments in the core"), "repayment.follow_postings", timedelta(minutes=2), "default"),
    Entry(_("Compare payments with settlements"), "repayment.reconcile", timedelta(minutes=2), "default"),
    Entry(_("Find dates for waiting mediations"), "mediation.sweep", timedelta(minutes=1), "mediation"),
    Entry(
        _("Warn of trainings of mediators that end"), "mediation.papers", ByClock(hour="1", minute="20"), "mediation"
    ),
    Entry(
        _("Look after video rooms and telephone conferences"),
        "mediation.sweep_rooms",
        timedelta(minutes=1),
        "mediation",
    ),
    # A draft wakes it; this is the net below.
    Entry(_("Invite parties to sign agreements"), "mediation.sweep_signatures", timedelta(minutes=1), "mediation"),
    Entry(_("End mediations whose term is over"), "mediation.expire", ByClock(hour="1", minute="10"), "mediation"),
    Entry(
        _("Watch agreements and terms of courts"),
        "mediation.watch_agreements",
        ByClock(hour="6", minute="40"),
        "mediation",
    ),
)
