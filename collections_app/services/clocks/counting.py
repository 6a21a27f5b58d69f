"""Counting the limitation of one account anew."""

from datetime import date

from collections_app.domain.clocks.limitation import Interruption, level_of, run
from collections_app.models import Account, LimitationClock
from collections_app.selectors import clocks
from collections_app.selectors.clocks import ClockLaw

_NO_END = 100


def count_within(*, account: Account, law: ClockLaw, today: date) -> LimitationClock:
    """Count the limitation of an account of a locked record from all that interrupted it, and return where it stands.

    Without the law of the customer's country it is unknown.
    """
    rows = clocks.in_force(account_ids=[account.pk]).values_list("id", "kind", "on")
    interruptions = [Interruption(pk, kind, on) for pk, kind, on in rows]
    begins = clocks.begins_on(account)
    # While the law is not on file nothing is too late; what interrupted is kept for the day it is.
    counted = run(
        begins_on=begins,
        interruptions=interruptions,
        years=law.years or _NO_END,
        extension=clocks.extension_of(account, law=law, today=today),
    )
    last, until = counted.last, counted.until if law.years else None
    row = LimitationClock(
        account=account,
        customer_id=account.customer_id,
        begins_on=begins,
        last_id=last.id if last else None,
        last_on=last.on if last else None,
        until=until,
        level=level_of(until, today=today),
    )
    LimitationClock.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["account"],
        update_fields=["begins_on", "last", "last_on", "until", "level"],
    )
    return row
