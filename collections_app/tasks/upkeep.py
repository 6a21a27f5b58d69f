"""What the clock owes the records: sweeps that are safe to lose, to repeat and to run twice at once."""

from functools import partial

from celery import shared_task

from collections_app.services import (
    alerts,
    approvals,
    calendars,
    clock,
    codes,
    contacts,
    form_keys,
    late_records,
    leaving,
    people,
    plans,
    promises,
    sequencer,
    sign_in,
    sweeps,
    task_runs,
    tries,
    visit_endings,
)
from collections_app.services.clocks import nightly
from collections_app.services.complaints import letters
from collections_app.services.emergencies import incidents
from collections_app.services.handing import escalation, reviews
from collections_app.services.lines import lease
from collections_app.services.machines import clients

# Less than the 30 seconds after which the clock starts the next run (config/beat).
CATCH_UP_SECONDS = 25
# A ledger of ten million events takes longer than other tasks may; both in seconds.
VERIFY_SOFT_LIMIT, VERIFY_LIMIT = 3 * 3600, 3 * 3600 + 600


@shared_task(name="records.derive_due")
def derive_due() -> int:
    """Bring records up to date that time alone has changed, or a new order of statuses."""
    _marked, done = sweeps.in_turn(
        codes.derive_overtaken, partial(late_records.catch_up, seconds=CATCH_UP_SECONDS), now=clock.now()
    )
    return done


@shared_task(name="records.sequence_events")
def sequence_events() -> int:
    """Give committed events their places and chain them into the ledger."""
    return sequencer.sequence(now=clock.now())


@shared_task(name="records.sign_when_quiet")
def sign_when_quiet() -> None:
    """Sign the first events, and what came before a quiet minute."""
    sequencer.sign_when_quiet(now=clock.now())


@shared_task(name="records.verify_ledger", soft_time_limit=VERIFY_SOFT_LIMIT, time_limit=VERIFY_LIMIT)
def verify_ledger() -> bool:
    """Verify the ledger against every event, once a night."""
    return sequencer.verify(now=clock.now())


@shared_task(name="records.sign_checkpoint")
def sign_checkpoint() -> None:
    """Sign the ledger as it is now."""
    sequencer.sign(now=clock.now())


@shared_task(name="promises.judge_due")
def judge_promises() -> int:
    """Judge the promises whose posting has been checked."""
    return promises.judge_due(now=clock.now())


@shared_task(name="plans.judge_due")
def judge_plans() -> int:
    """Find instalments missed and plans performed."""
    return plans.judge_due(now=clock.now())


@shared_task(name="contacts.end_expired")
def end_expired_reservations() -> int:
    """End the reservations of contacts that nobody settled in time."""
    return contacts.void_expired(now=clock.now())


@shared_task(name="calls.free_lapsed_lines")
def free_lapsed_lines() -> int:
    """Give back the lines of calls whose pages fell silent."""
    return lease.free_lapsed(now=clock.now())


@shared_task(name="approvals.sweep")
def sweep_approvals() -> int:
    """End the requests for approval that nobody answered in time, or whose matter has gone."""
    return approvals.sweep(now=clock.now())


@shared_task(name="visits.sweep")
def sweep_visits() -> int:
    """End the approved visits whose hour has passed, and ask for those nobody tells of."""
    return visit_endings.sweep(now=clock.now())


@shared_task(name="handoffs.escalate")
def escalate_handoffs() -> int:
    """Let hand-offs climb a step before they are overdue."""
    return escalation.sweep(now=clock.now())


@shared_task(name="incidents.sweep")
def sweep_incidents() -> int:
    """Write down the end of incidents whose hour has come."""
    return incidents.sweep(now=clock.now())


@shared_task(name="alerts.watch_data_age")
def watch_data_age() -> bool:
    """Tell staff when the nightly file has not arrived, and no longer once it has."""
    return alerts.watch_data_age(now=clock.now())


@shared_task(name="alerts.watch_calendars")
def watch_calendars() -> int:
    """Tell staff early where a working calendar ends."""
    return calendars.watch(now=clock.now())


@shared_task(name="records.return_accounts")
def return_accounts() -> int:
    """Return the accounts of people who have left to the pools of their branches."""
    return leaving.return_accounts(now=clock.now())


@shared_task(name="complaints.watch_letters")
def watch_letters() -> int:
    """Make work of letters on complaints that nobody has delivered."""
    return letters.watch(now=clock.now())


@shared_task(name="records.forget_form_keys")
def forget_form_keys() -> int:
    """Forget the keys of forms that nobody can send again any more, and tokens that open nothing."""
    return sum(sweeps.in_turn(form_keys.forget_old, clients.forget_expired, now=clock.now()))


@shared_task(name="records.forget_refused")
def forget_refused() -> int:
    """Forget old refused tries to enter: at customers' pages, at the desk and by machines."""
    return sum(sweeps.in_turn(tries.forget_old, sign_in.forget_failed, clients.forget_strangers, now=clock.now()))


@shared_task(name="records.forget_task_runs")
def forget_task_runs() -> int:
    """Forget failed and lost runs of tasks that are too old to tell anything."""
    return task_runs.forget_old(now=clock.now())


@shared_task(name="clocks.wind")
def wind_clocks() -> int:
    """Bring limitation and guarantee periods up to the day, ring their alarms, and end roles whose day is over.

    Holds that do not lapse come up for review.
    """
    moved, *_beside = sweeps.in_turn(nightly.wind, people.end_expired, reviews.open_due, now=clock.now())
    return moved
